"""Grades a part of a class into files, one for each student, and brings the files of all parts into the gradebook."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from autograder.autograded import Graded
from autograder.batch import Book, Desk, Graders, into_gradebook
from autograder.collect import Collected, student_named, submitted_folders
from autograder.course import Assignment, Course
from autograder.files import write_whole
from autograder.grade import Grader, origin_of
from autograder.gradebook import released_master
from autograder.marked import Staged, handed_in
from autograder.notebook import Released
from autograder.verdict import Report

ENDING = ".graded"
NAMES = 5  # students that a message names


def grade_shard(
    course: Course, grader: Grader, graders: Graders, shard: tuple[int, int], results: Path
) -> Iterator[Report]:
    """Grade the I-th of N parts of the class into files; nothing else is written.

    Where a file is there already and would be made anew, nothing is graded: who was killed goes on where it was.
    """
    index, count = shard
    folders = list(submitted_folders(course.root, grader.assignment.name))[index - 1 :: count]
    master = released_master(course.root, grader.assignment.name)

    def held(collected: Collected, work: Staged) -> Report | None:
        found = _read(results / f"{collected.student}{ENDING}")
        if found is None or found.report.judge_errors or found.timestamp != collected.timestamp:
            return None
        return found.report if found.origin == grader.origin(work.digest) else None

    for each in graders(Desk(grader, master, held), folders):
        if isinstance(each, Graded):
            write_whole(results / f"{each.student}{ENDING}", each.encode())
        yield each.report if isinstance(each, Graded) else each


def merge(course: Course, assignment: Assignment, results: Path, complain: Callable[[str], None]) -> Iterator[Report]:
    """Bring the files of all parts into the gradebook; unchanged work that is there already stays as it is.

    A file that is not whole, or was made of other work or with another secret, is left out and complained of; so are
    students who have no file.
    """
    with into_gradebook(course, assignment.name) as book:
        yield from book.write(_current(course, assignment, results, book, complain))


def _current(
    course: Course, assignment: Assignment, results: Path, book: Book, complain: Callable[[str], None]
) -> Iterator[Graded | Report]:
    pristine = Released(course.root / "assignments" / assignment.name).notebook()
    folders = {student_named(f.parent.name): f for f in submitted_folders(course.root, assignment.name)}
    missing, origin = dict(folders), origin_of(course, assignment, pristine)
    for path in sorted(results.glob(f"*{ENDING}")):
        found, folder = _read(path), folders.get(path.name.removesuffix(ENDING))
        if found is None or folder is None:
            complain(f"{path.name} is " + ("of nobody who has handed in" if found else "not whole"))
            continue
        collected, work = handed_in(assignment, pristine, folder)
        here = replace(origin, submission=work.digest)
        if changed := {*here.changed_since(found.origin)} - {"engine"}:  # other machines may have another NumPy
            complain(f"{path.name} was made before something changed: {', '.join(sorted(changed))}")
            continue
        del missing[found.student]
        there = book.holds(collected, work) and book.known.get(found.student) == found.origin
        yield found.report if there else found
    if missing:
        names = ", ".join(sorted(missing)[:NAMES]) + (", …" if len(missing) > NAMES else "")
        complain(f"{len(missing)} of {len(folders)} have no result yet: {names}")


def _read(path: Path) -> Graded | None:
    """What a file says; None if there is none, or not a whole one."""
    try:
        return Graded.decode(path.read_bytes())
    except (OSError, ValueError, TypeError, KeyError, zlib.error):
        return None
