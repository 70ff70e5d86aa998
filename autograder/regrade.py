"""Says what grading again would change, and derives a score anew; writes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from autograder.collect import student_named, submitted_folders
from autograder.course import Course
from autograder.grade import Grader
from autograder.history import Entry, History, Origin
from autograder.marked import handed_in
from autograder.verdict import CheckVerdict, Report
from autograder.workers import spread


@dataclass(frozen=True)
class Change:
    """One student's score, before and after.

    Attributes
    ----------
    before : Entry or None
        None for who has not been graded yet.
    after : Report
        The same as before, if nothing that it follows from has changed.
    origin : Origin
        What `after` follows from.
    """

    before: Entry | None
    after: Report
    origin: Origin

    @property
    def reasons(self) -> tuple[str, ...]:
        """What has changed: "submission", "assignment", "engine", "secret"; or "new"."""
        return self.origin.changed_since(self.before.origin) if self.before else ("new",)

    @property
    def checks(self) -> tuple[tuple[str, CheckVerdict | None, CheckVerdict], ...]:
        """The checks that earn something else than before: their task, how it was, how it is."""
        old = _checks(self.before.report) if self.before else {}
        pairs = ((key[0], old.get(key), check) for key, check in _checks(self.after).items())
        return tuple((task, was, now) for task, was, now in pairs if was is None or was.earned != now.earned)

    @property
    def same(self) -> bool:
        """Whether each check earns what it earned before."""
        return self.before is not None and not self.checks and self.before.report.points == self.after.points


def dry_run(course: Course, grader: Grader, workers: int) -> Iterator[Change]:
    """What would come of grading everything under `submitted/*/ASSIGNMENT`; only what has changed is graded."""
    folders = list(submitted_folders(course.root, grader.assignment.name))
    return spread(grader, _derived, folders, workers)


def derive(course: Course, grader: Grader, student: str) -> Change:
    """One student's score, derived anew whatever has changed.

    Raises
    ------
    FileNotFoundError
        If the student has handed in nothing.
    """
    assignment = grader.assignment.name
    folders = {student_named(f.parent.name): f for f in submitted_folders(course.root, assignment, student)}
    if student not in folders:
        raise FileNotFoundError(f"submitted/{student}/{assignment} is not there: nothing was handed in")
    return _derived(grader, folders[student], anew=True)


def _derived(grader: Grader, folder: Path, anew: bool = False) -> Change:
    assignment = grader.assignment
    collected, work = handed_in(assignment, grader.pristine, folder)
    with History(assignment.root) as history:
        before = history.last(assignment.name, collected.student)
    origin = grader.origin(work.digest)
    if before is not None and before.origin == origin and not anew:
        return Change(before, before.report, origin)
    return Change(before, grader.grade(collected, work.submission), origin)


def _checks(report: Report) -> dict[tuple[str, str, bool], CheckVerdict]:
    return {(task.name, check.title, check.visible): check for task in report.tasks for check in task.checks}
