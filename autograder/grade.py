"""Grades submissions: asks the sandbox what a student's notebook answers, and hands the answers to the judge."""

from __future__ import annotations

import copy
import json
import platform
import tempfile
import time
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from functools import cached_property, partial
from importlib.metadata import version
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np

from autograder.attempts import at_its_check
from autograder.collect import Collected, collect_file, student_of
from autograder.course import Assignment, Course
from autograder.history import Entry, Origin, now
from autograder.judge import PROVOKED, failed, judge
from autograder.memory import digest, engine
from autograder.notebook import Released
from autograder.runs import Run, job, run_key
from autograder.sandbox import open_sandbox
from autograder.sandbox.job import Outcome, Probe
from autograder.sandbox.session import most_seconds, run
from autograder.selfcheck import given_code
from autograder.submission import Submission, parse
from autograder.verdict import Report, TaskVerdict
from autograder.workers import spread

UNPROTECTED = "graded without a sandbox: student code ran with all rights of whoever graded it"


class Grader:
    """Grades one assignment; the sandbox stays warm between submissions.

    Parameters
    ----------
    course : Course
    assignment : Assignment
    trust_students : bool
        Run student code without a sandbox; every report says so.

    Raises
    ------
    autograder.sandbox.layers.NoSandbox
        If no sandbox works here and students are not trusted.
    """

    def __init__(self, course: Course, assignment: Assignment, trust_students: bool = False) -> None:
        self.assignment = assignment
        self.pristine = Released(course.root / "assignments" / assignment.name).notebook()
        self.runs: tuple[Run, ...] = assignment.runs(course.secret, tolerant=True, memory=course.memory)
        self.given = given_code(self.pristine)
        self._folder = tempfile.TemporaryDirectory(prefix="autograder-", ignore_cleanup_errors=True)
        place = Path(self._folder.name)
        self.probes = _in_order(self.runs, place)
        place.chmod(0o311)  # who runs as the owner, too, reads only the files whose names it is told
        self._spawner = open_sandbox(place, trust_students, course.private, self.probes)
        self._stamp = (UNPROTECTED,) if trust_students else ()
        self._origin = origin_of(course, assignment, self.pristine)

    def grade(self, collected: Collected, submission: Submission | None = None) -> Report:
        """Grade one submission; whatever it is and does, this returns. What was parsed of it is not parsed again.

        What fails is tried once more. What fails again is a judge_error and costs no points, unless the references,
        graded in the same way right after, do not fail: then it is this submission's doing, and earns nothing.
        """
        report = self._attempt(collected, parsed=submission)
        if self._failed(report):
            self._spawner.close()  # the next attempt starts a new one
            report = self._attempt(collected)
        if failed := self._failed(report):
            sound = {run.key for run in self.runs if not run.broken} - self._failed(self._attempt(self._solved()))
            if failed & sound:
                report = self._attempt(collected, sound)
        return report

    def origin(self, submission: str) -> Origin:
        """What the score of a submission with this hash follows from."""
        return replace(self._origin, submission=submission)

    def entry(self, submission: str, found: Report) -> Entry:
        """A report for the history."""
        return Entry(self.origin(submission), found, now(), self.circumstances)

    @cached_property
    def circumstances(self) -> dict[str, Any]:
        """Versions and limits, for whoever wants to know later how a score came about."""
        return {
            "python": platform.python_version(),
            "numpy": np.__version__,
            "scratchwork": version("scratchwork"),
            "machine": platform.platform(),
            "seconds at most": most_seconds(self.probes),
        }

    def close(self) -> None:
        self._spawner.close()
        self._folder.cleanup()

    def __enter__(self) -> Grader:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def _attempt(
        self, collected: Collected, provoked: Collection[str] = (), parsed: Submission | None = None
    ) -> Report:
        notes = (*self._stamp, *collected.notes)
        try:
            submission = parsed or self._parse(collected)
            notes += submission.notes
            end = time.monotonic() + most_seconds(self.probes)
            verdicts = judge(
                self.runs, self._ask(submission, end), submission.definitions, provoked, submission.modules
            )
            asked, ask = (self.runs, self.probes), partial(run, spawner=self._spawner, end=end)
            verdicts = tuple(at_its_check(v, submission, self.given, asked, ask, provoked) for v in verdicts)
        except Exception as error:  # whatever it is: `grade` finds out whose failure it is
            verdicts = all_failed(self.runs, error, provoked)
        if any(check.reason.startswith(PROVOKED) for task in verdicts for check in task.checks):
            notes += (PROVOKED,)
        name = collected.path.name if collected.path else self.assignment.notebook_file
        return Report(self.assignment.name, collected.student, name, verdicts, self._spawner.label, notes)

    def _parse(self, collected: Collected) -> Submission:
        if collected.notebook is None:
            return Submission((), {}, (), (collected.problem,))
        return parse(collected.notebook, self.pristine, collected.modules)

    def _ask(self, submission: Submission, end: float) -> dict[str, Outcome]:
        asked = job(self.given, submission.definitions, self.probes, submission.modules)
        if asked.definitions:
            return run(asked, self._spawner, end=end)
        return {probe.key: Outcome("undefined") for probe in self.probes}

    def _failed(self, report: Report) -> set[str]:
        """Keys of the runs on which the judge failed, but for those that are broken for everyone."""
        broken = {run.key for run in self.runs if run.broken}
        keys = {
            run_key(task.name, check.title, check.visible)
            for task in report.tasks
            for check in task.checks
            if check.status == "judge_error"
        }
        return keys - broken

    def _solved(self) -> Collected:
        """The references, as if a student had handed them in."""
        notebook = copy.deepcopy(self.pristine)
        for cell in notebook["cells"]:
            exercise = self.assignment.exercises.get(cell["metadata"].get("nbgrader", {}).get("grade_id"))
            if exercise is not None:
                cell["source"] = exercise.source()
        return Collected("", notebook=notebook)


def origin_of(course: Course, assignment: Assignment, pristine: dict[str, Any]) -> Origin:
    """What all scores of an assignment follow from, here and now; the submission is left empty."""
    return Origin("", digest([assignment.state, json.dumps(pristine)]), engine(), digest([course.secret]))


def _in_order(runs: Sequence[Run], folder: Path) -> tuple[Probe, ...]:
    """The probes, visible ones first: their answers and messages are shown, so they must not know hidden inputs.

    Those that do without the same given code stand together, in both halves, and meet in the middle: one child less.
    """
    asked = [run for run in runs if not run.broken]
    visible = sorted((run for run in asked if run.visible), key=lambda run: run.without)
    hidden = sorted((run for run in asked if not run.visible), key=lambda run: run.without, reverse=True)
    return tuple(probe for run in (*visible, *hidden) for probe in run.probes(folder))


def all_failed(runs: Sequence[Run], error: Exception, provoked: Collection[str] = ()) -> tuple[TaskVerdict, ...]:
    """Verdicts for when nothing could be judged."""
    names = dict.fromkeys(run.task for run in runs)
    return tuple(
        TaskVerdict(name, tuple(failed(run, error, run.key in provoked) for run in runs if run.task == name))
        for name in names
    )


def grade_files(grader: Grader, paths: Sequence[Path], workers: int) -> Iterator[Report]:
    """Grade notebooks wherever they lie, and write nothing; the reports come in the order of the paths."""
    early: dict[int, Report] = {}
    expected = 0
    for number, found in spread(grader, _grade_file, list(enumerate(paths)), workers):
        early[number] = found
        while expected in early:
            yield early.pop(expected)
            expected += 1


def _grade_file(grader: Grader, numbered: tuple[int, Path]) -> tuple[int, Report]:
    number, path = numbered
    return number, grader.grade(collect_file(path, student_of(path), grader.pristine))
