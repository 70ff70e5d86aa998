"""Makes `assignments/` from `solutions/`: our source notebook, then nbgrader's own generate_assignment."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

from autograder.course import Course
from autograder.errors import UserError
from autograder.nbgrader_bridge import api
from autograder.notebook import write_source
from autograder.owned import replacing


class BuildError(UserError):
    """nbgrader refused what was built."""


def build(course: Course, names: list[str], say: Callable[[str], None] = print) -> Iterator[str]:
    """Make each assignment, and yield its name when it is there.

    nbgrader cuts the solutions out and enters the assignment into the gradebook. What students get today stays until
    the new one is whole; if somebody has worked in it, it is kept beside the new one, and `say` is told so.

    Raises
    ------
    CourseError
        For an author's mistake.
    BuildError
        If nbgrader's generate_assignment fails.
    NotOurs
        If a folder of that name in `assignments/` was not made by `build`.
    """
    nbgrader = api(course.root)
    for name in names:
        with replacing(course.root / "assignments" / name, say) as released:
            write_source(course.assignment(name), say)
            nbgrader.coursedir.release_directory = os.path.relpath(released.parent, course.root)
            result = nbgrader.generate_assignment(name, force=True, create=True)
            if not result["success"]:
                raise BuildError(f"nbgrader generate_assignment {name}: {result.get('error') or result.get('log')}")
        yield name
