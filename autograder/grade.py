"""Grades submissions: asks the sandbox what a student's notebook answers, and hands the answers to the judge."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from types import TracebackType

from autograder.collect import Collected
from autograder.course import Assignment, Course
from autograder.judge import judge
from autograder.notebook import Released
from autograder.runs import Run, job
from autograder.sandbox import open_sandbox
from autograder.sandbox.job import Outcome
from autograder.sandbox.session import run
from autograder.selfcheck import given_code
from autograder.submission import Submission, parse
from autograder.verdict import CheckVerdict, Report, TaskVerdict


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
        self.runs: tuple[Run, ...] = assignment.runs(course.secret)
        self.given = given_code(self.pristine)
        self._folder = Path(tempfile.mkdtemp(prefix="autograder-"))
        self._folder.chmod(0o711)
        self._spawner = open_sandbox(self._folder, trust_students)
        self.probes = tuple(r.probe(self._folder) for r in self.runs if r.rule is None)

    def grade(self, collected: Collected) -> Report:
        """Grade one submission; an unreadable one gets its row, too."""
        if collected.notebook is None:
            submission = Submission((), (), (collected.problem,))
        else:
            submission = parse(collected.notebook, self.pristine)
        verdicts = self._judge(submission)
        notes = (*collected.notes, *submission.notes)
        name = collected.path.name if collected.path else f"{self.assignment.notebook_name}.ipynb"
        return Report(self.assignment.name, collected.student, name, verdicts, self._spawner.label, notes)

    def close(self) -> None:
        self._spawner.close()
        shutil.rmtree(self._folder)

    def __enter__(self) -> Grader:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def _judge(self, submission: Submission) -> tuple[TaskVerdict, ...]:
        asked = job(self.given, submission.definitions, self.probes)
        if asked.definitions:
            outcomes = run(asked, self._spawner)
        else:
            outcomes = {probe.key: Outcome("undefined") for probe in self.probes}
        return judge(self.runs, outcomes, submission.definitions)


def judge_error(runs: tuple[Run, ...], reason: str) -> tuple[TaskVerdict, ...]:
    """Verdicts for when grading itself failed: nobody loses points by it."""
    names = dict.fromkeys(run.task for run in runs)
    return tuple(
        TaskVerdict(
            name,
            tuple(
                CheckVerdict(r.title, r.visible, "judge_error", r.points, r.points, reason)
                for r in runs
                if r.task == name
            ),
        )
        for name in names
    )
