"""Grades all that a class has handed in: workers with a warm sandbox each, and one writer for the gradebook."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from autograder.autograded import Graded, autograded
from autograder.collect import collect, student_named, submitted_folders
from autograder.course import Course
from autograder.grade import Grader, all_failed
from autograder.gradebook import GradebookWriter
from autograder.history import History, Origin
from autograder.locks import lock
from autograder.marked import REPORT_FILE, read_report, staged
from autograder.verdict import Report
from autograder.workers import spread

T = TypeVar("T")
CHUNK, SECONDS = 50, 2.0  # submissions in one transaction; after so long, what there is


class NotWritten(Exception):
    """A submission was graded, and the gradebook or its folder did not take it."""


def grade_class(course: Course, grader: Grader, workers: int) -> Iterator[Report]:
    """Grade everything under `submitted/*/ASSIGNMENT` into the gradebook; unchanged work is not graded again.

    A report comes when its submission is in the gradebook, or could not be brought there: then it says so, costs nobody
    points, and the others go on. Of two calls at once, the second one waits for the first.
    """
    assignment = grader.assignment.name
    with (
        _alone(course, assignment),
        GradebookWriter(course.root, assignment) as writer,
        History(course.root) as history,
    ):
        folders = list(submitted_folders(course.root, assignment))
        desk = _Desk(course.root, grader, writer, history.latest_origins(assignment))
        for chunk in _chunks(spread(desk, _grade_folder, folders, workers)):
            new = [each for each in chunk if isinstance(each, Graded)]
            failed = dict(_write(writer, new))
            history.add(each.entry for each in new if each.student not in failed)
            for each in chunk:
                found = each.report if isinstance(each, Graded) else each
                yield _not_written(grader, found, failed[found.student]) if found.student in failed else found


@dataclass(frozen=True)
class _Desk:
    """What is needed to grade a student's folder."""

    root: Path
    grader: Grader
    writer: GradebookWriter
    known: Mapping[str, Origin]


def _grade_folder(desk: _Desk, folder: Path) -> Graded | Report:
    try:
        return _graded(desk, folder)
    except Exception as error:  # a failure of ours: the others go on
        nothing = Report(desk.grader.assignment.name, student_named(folder.parent.name), "", ())
        return _not_written(desk.grader, nothing, f"{type(error).__name__}: {error}")


def _graded(desk: _Desk, folder: Path) -> Graded | Report:
    """A student's folder, graded; the report of before, where the gradebook has what would come of it again."""
    grader = desk.grader
    collected = collect(folder, f"{grader.assignment.notebook_name}.ipynb")
    work = staged(desk.root, collected, grader.pristine, folder)
    same = desk.known.get(collected.student) == grader.origin(work.digest)
    if same and desk.writer.holds(collected.student, work.digest, collected.timestamp):
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError):  # somebody has touched it: graded anew
            return read_report(desk.writer.folder(collected.student) / REPORT_FILE)
    entry = grader.entry(work.digest, grader.grade(collected, work.submission))
    return autograded(collected, work, entry, desk.writer.master)


def _chunks(items: Iterator[T]) -> Iterator[list[T]]:
    """Lists of what has come: full ones, and what there is after a while or when somebody interrupts."""
    chunk: list[T] = []
    begun = time.monotonic()
    try:
        for item in items:
            chunk.append(item)
            if len(chunk) == CHUNK or time.monotonic() - begun > SECONDS:
                yield chunk
                chunk, begun = [], time.monotonic()
    except KeyboardInterrupt:
        yield chunk
        raise
    if chunk:
        yield chunk


def _write(writer: GradebookWriter, chunk: Sequence[Graded]) -> Iterator[tuple[str, str]]:
    """Write a chunk; yields the students for whom that failed, and why."""
    try:
        writer.write(chunk)
    except Exception as error:  # a full disk, a name that nbgrader does not take: for one of them, perhaps
        if len(chunk) == 1:
            yield chunk[0].student, str(error).strip().partition("\n")[0]
        else:
            for each in chunk:
                yield from _write(writer, [each])


def _not_written(grader: Grader, found: Report, reason: str) -> Report:
    tasks = all_failed(grader.runs, NotWritten(reason))
    return Report(found.assignment, found.student, "", tasks, "", (f"not in the gradebook: {reason}",))


@contextlib.contextmanager
def _alone(course: Course, assignment: str) -> Iterator[None]:
    """Wait until no other call grades this assignment."""
    course.memory.parent.mkdir(parents=True, exist_ok=True)
    with (course.memory.parent / f"{assignment}.lock").open("w") as file:
        if not lock(file.fileno(), waiting=False):
            print(f"{assignment} is being graded by another call: waiting for it to end", file=sys.stderr)
            lock(file.fileno())
        yield
