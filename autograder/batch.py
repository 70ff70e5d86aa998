"""Grades all that a class has handed in: graders with a warm sandbox each, and one writer for the gradebook."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

from autograder.autograded import Graded, autograded
from autograder.collect import Collected, student_named, submitted_folders
from autograder.course import Course
from autograder.grade import Grader, all_failed
from autograder.gradebook import GradebookWriter
from autograder.history import Entry, History
from autograder.locks import lock
from autograder.marked import REPORT_FILE, Staged, handed_in, read_report
from autograder.master import Master
from autograder.report import number, score
from autograder.verdict import Report
from autograder.workers import spread

T = TypeVar("T")
CHUNK, SECONDS = 50, 2.0  # submissions in one transaction; after so long, what there is


class NotWritten(Exception):
    """A submission was graded, and the gradebook or its folder did not take it."""


@dataclass(frozen=True)
class Desk:
    """What is needed to grade a student's folder.

    Attributes
    ----------
    held : callable
        Gives the report of before, where grading anew would bring nothing new, or else None.
    """

    grader: Grader
    master: Master
    held: Callable[[Collected, Staged], Report | None]


Graders = Callable[[Desk, Sequence[Path]], Iterator[Graded | Report]]  # whoever grades folders, on one machine or many


def on_this_machine(workers: int) -> Graders:
    """Graders that are forked processes."""
    return lambda desk, folders: spread(desk, grade_folder, folders, workers)


def grade_class(course: Course, grader: Grader, graders: Graders) -> Iterator[Report]:
    """Grade everything under `submitted/*/ASSIGNMENT` into the gradebook; unchanged work is not graded again.

    A report comes when its submission is in the gradebook, or could not be brought there: then it says so, costs nobody
    points, and the others go on. Of two calls at once, the second one waits for the first.
    """
    assignment = grader.assignment.name
    with into_gradebook(course, assignment) as book:

        def held(collected: Collected, work: Staged) -> Report | None:
            if not book.holds(collected, work) or book.known.get(collected.student) != grader.origin(work.digest):
                return None
            with contextlib.suppress(OSError, ValueError, KeyError, TypeError):  # somebody has touched it: graded anew
                return read_report(book.writer.folder(collected.student) / REPORT_FILE)
            return None

        desk = Desk(grader, book.writer.master, held)
        yield from book.write(graders(desk, list(submitted_folders(course.root, assignment))))


def grade_folder(desk: Desk, folder: Path) -> Graded | Report:
    """Grade a student's folder; whatever happens, this returns: a report, where there is nothing to be written."""
    try:
        collected, work = handed_in(desk.grader.assignment, desk.grader.pristine, folder)
        return desk.held(collected, work) or graded(desk.grader, desk.master, collected, work)
    except Exception as error:  # a failure of ours: the others go on
        return not_graded(desk.grader, folder, in_words(error))


def graded(grader: Grader, master: Master, collected: Collected, work: Staged) -> Graded:
    """Grade what a student has handed in."""
    entry = grader.entry(work.digest, grader.grade(collected, work.submission))
    return autograded(collected, work, entry, master)


def in_words(error: BaseException) -> str:
    """A failure of ours, as a reason."""
    return f"{type(error).__name__}: {error}"


def not_graded(grader: Grader, folder: Path, reason: str) -> Report:
    """The report on a folder that could not be graded."""
    tasks = all_failed(grader.runs, NotWritten(reason))
    return _not_written(Report(grader.assignment.name, student_named(folder.parent.name), "", tasks), reason)


@contextlib.contextmanager
def into_gradebook(course: Course, assignment: str) -> Iterator[Book]:
    """Open what the scores of an assignment are written to, as the only one who writes there."""
    with (
        _alone(course, assignment),
        GradebookWriter(course.root, assignment) as writer,
        History(course.root) as history,
    ):
        yield Book(assignment, writer, history)


class Book:
    """The gradebook, the folders `autograded/`, and the history of one assignment.

    Attributes
    ----------
    known : mapping of str to Origin
        What the last score of each student follows from.
    """

    def __init__(self, assignment: str, writer: GradebookWriter, history: History) -> None:
        self.writer, self._history, self._assignment = writer, history, assignment
        self.known = history.latest_origins(assignment)

    def holds(self, collected: Collected, work: Staged) -> bool:
        """Whether this very work is in the gradebook."""
        return self.writer.holds(collected.student, work.digest, collected.timestamp)

    def write(self, found: Iterator[Graded | Report]) -> Iterator[Report]:
        """Write what comes, chunk by chunk; yields the reports of all, once they are written."""
        for chunk in _chunks(found):
            failed, notes = self._record([each for each in chunk if isinstance(each, Graded)])
            for each in chunk:
                report = each.report if isinstance(each, Graded) else each
                if report.student in failed:
                    yield _not_written(report, failed[report.student])
                else:
                    yield replace(report, notes=(*report.notes, *notes.get(report.student, ())))

    def _record(self, new: Sequence[Graded]) -> tuple[dict[str, str], dict[str, list[str]]]:
        """Write what is new; by student, why that failed, and what is to be said where it did not."""
        if not new:
            return {}, {}
        entries = {each.student: self._history.last(self._assignment, each.student) for each in new}
        before = {student: entry for student, entry in entries.items() if entry}
        failed = dict(self._write(new, before))
        return failed, self._notes([each for each in new if each.student not in failed], before)

    def _write(self, chunk: Sequence[Graded], before: Mapping[str, Entry]) -> Iterator[tuple[str, str]]:
        """Write a chunk; yields the students for whom that failed, and why."""
        try:
            self.writer.write(chunk)
            self._history.add(each.entry for each in chunk if not _is_there(each, before.get(each.student)))
        except Exception as error:  # a full disk, a name that nbgrader does not take: for one of them, perhaps
            if len(chunk) == 1:
                yield chunk[0].student, str(error).strip().partition("\n")[0]
            else:
                for each in chunk:
                    yield from self._write([each], before)

    def _notes(self, written: Sequence[Graded], before: Mapping[str, Entry]) -> dict[str, list[str]]:
        """What is said of late work, and of work that was graded before."""
        notes: dict[str, list[str]] = {each.student: [] for each in written}
        for student, (seconds, penalty) in self.writer.late(notes).items():
            words = f"handed in {timedelta(seconds=round(seconds))} late"
            notes[student].append(words + (f", which costs {number(penalty)} points" if penalty else ""))
        for each in written:
            last = before.get(each.student)
            if last and (changed := " and ".join(each.origin.changed_since(last.origin))):
                scores = f"{score(last.report)} before, {score(each.report)} now"
                notes[each.student].append(f"graded again ({changed} changed): {scores}")
        return notes


def _is_there(graded: Graded, last: Entry | None) -> bool:
    """Whether the history ends with this very grading: a shard's result may be brought in twice."""
    return last is not None and (last.origin, last.time) == (graded.origin, graded.time)


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


def _not_written(found: Report, reason: str) -> Report:
    """A report on what could not be written: it costs nobody points, and says why."""
    words = f"{NotWritten.__name__}: {reason}"
    tasks = tuple(
        replace(
            task, checks=tuple(replace(c, status="judge_error", earned=c.points, reason=words) for c in task.checks)
        )
        for task in found.tasks
    )
    return replace(found, tasks=tasks, sandbox="", notes=(f"not written: {reason}",))


@contextlib.contextmanager
def _alone(course: Course, assignment: str) -> Iterator[None]:
    """Wait until no other call grades this assignment."""
    course.memory.parent.mkdir(parents=True, exist_ok=True)
    with (course.memory.parent / f"{assignment}.lock").open("w") as file:
        if not lock(file.fileno(), waiting=False):
            print(f"{assignment} is being graded by another call: waiting for it to end", file=sys.stderr)
            lock(file.fileno())
        yield
