"""Makes `assignments/` from `solutions/`: our source notebook, then nbgrader's own generate_assignment."""

from __future__ import annotations

from collections.abc import Iterator

from autograder.course import Course
from autograder.nbgrader_bridge import api
from autograder.notebook import write_source


class BuildError(Exception):
    """nbgrader refused what was built."""


def build(course: Course, names: list[str]) -> Iterator[str]:
    """Make each assignment, and yield its name when it is there.

    nbgrader cuts the solutions out and enters the assignment into the gradebook.

    Raises
    ------
    CourseError
        For an author's mistake.
    BuildError
        If nbgrader's generate_assignment fails.
    """
    nbgrader = api(course.root)
    for name in names:
        write_source(course.assignment(name))
        result = nbgrader.generate_assignment(name, force=True, create=True)
        if not result["success"]:
            raise BuildError(f"nbgrader generate_assignment {name}: {result.get('error') or result.get('log')}")
        yield name
