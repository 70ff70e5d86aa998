"""Makes `assignments/` from `solutions/`: our source notebook, then nbgrader's own generate_assignment."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator

from nbgrader.apps.api import NbGraderAPI

from autograder.course import Course
from autograder.errors import UserError
from autograder.nbgrader_bridge import api
from autograder.notebook import write_source
from autograder.owned import replacing
from autograder.settings import FILE, ensure


class BuildError(UserError):
    """nbgrader refused what was built."""


def build(course: Course, names: list[str], say: Callable[[str], None] = print) -> Iterator[str]:
    """Make each assignment, and yield its name when it is there.

    nbgrader cuts the solutions out and enters the assignment into the gradebook. The released assignment is
    replaced only once the new one is complete. If someone has edited it, it is moved aside, and `say` is told where.

    Raises
    ------
    CourseError
        For an author's mistake.
    BuildError
        If nbgrader's generate_assignment fails.
    ForeignSettings
        If the course's nbgrader_config.py would let student code run unprotected.
    NotOurs
        If a folder of that name in `assignments/` was not made by `build`.
    """
    if ensure(course.root):
        say(f"{course.root / FILE} is new: with it `nbgrader` commands work in this folder, and student code is held")
    nbgrader = api(course.root)
    for name in names:
        with replacing(course.root / "assignments" / name, say) as released:
            write_source(course.assignment(name), say)
            nbgrader.coursedir.release_directory = os.path.relpath(released.parent, course.root)
            result = nbgrader.generate_assignment(name, force=True, create=True)
            if not result["success"]:
                raise BuildError(_refusal(nbgrader, name, f"{result.get('error')}\n{result.get('log')}"))
        yield name


def _refusal(nbgrader: NbGraderAPI, name: str, words: str) -> str:
    """What nbgrader means, in one sentence."""
    if "Cannot add or remove cells" in words:
        with nbgrader.gradebook as gradebook:
            count = len(gradebook.assignment_submissions(name))
        graded = f"{count} graded {'submission' if count == 1 else 'submissions'}"
        return (
            f"{name} has {graded}, so nbgrader adds or removes no cells: put the tasks back as they were, or build the "
            "new version under another name"
        )
    reasons = [line for line in re.findall(r"^[\w.]+: .+", words, re.MULTILINE) if "NbGraderException" not in line]
    return f"nbgrader generate_assignment {name}: {reasons[-1] if reasons else words.strip()}"
