"""Grades submissions: finds a student's notebook, asks the sandbox, hands the answers to the judge."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

from autograder.course import Assignment, Course
from autograder.judge import judge
from autograder.notebook import Released
from autograder.runs import Run, job
from autograder.sandbox import open_sandbox
from autograder.sandbox.job import Outcome
from autograder.sandbox.session import run
from autograder.selfcheck import given_code
from autograder.submission import Submission, UnreadableNotebook, parse, read
from autograder.verdict import CheckVerdict, Report, TaskVerdict


@dataclass(frozen=True)
class Collected:
    """One student's work on one assignment, as it was found.

    Attributes
    ----------
    path : Path or None
        The notebook file; None where there is none.
    notebook : dict or None
        Its content; None where it cannot be read.
    problem : str
        Why there is no notebook to grade, in the student's words; "" where there is one.
    notes : tuple of str
    """

    student: str
    path: Path | None = None
    notebook: dict[str, Any] | None = None
    problem: str = ""
    notes: tuple[str, ...] = ()


def collect(folder: Path, expected: str) -> Collected:
    """Find and read the notebook in a student's folder; whatever is there, this returns.

    Parameters
    ----------
    folder : Path
        `submitted/STUDENT/ASSIGNMENT`.
    expected : str
        The name that the notebook should have, as "layers.ipynb".
    """
    student = folder.parent.name
    found = sorted(p for p in folder.rglob("*.ipynb") if ".ipynb_checkpoints" not in p.parts)
    usable = [p for p in found if not p.is_symlink() and p.resolve().is_relative_to(folder.resolve())]
    notes = [f"`{p.name}` is a link to another place and was not read" for p in found if p not in usable]
    if not usable:
        return Collected(student, problem=f"no notebook was handed in: {expected} is missing", notes=tuple(notes))
    path = next((p for p in usable if p == folder / expected), usable[0])
    if path != folder / expected:
        notes.append(f"{expected} is missing, `{path.relative_to(folder)}` was graded in its place")
    if len(usable) > 1:
        others = ", ".join(f"`{p.relative_to(folder)}`" for p in usable if p != path)
        notes.append(f"`{path.relative_to(folder)}` was graded; not graded: {others}")
    return collect_file(path, student, tuple(notes))


def collect_file(path: Path, student: str, notes: tuple[str, ...] = ()) -> Collected:
    """Read one notebook file; whatever is in it, this returns."""
    try:
        return Collected(student, path, read(path.read_bytes()), notes=notes)
    except UnreadableNotebook as error:
        return Collected(student, path, problem=f"`{path.name}` cannot be read: {error}", notes=notes)
    except OSError as error:
        return Collected(student, path, problem=f"`{path.name}` cannot be opened: {error.strerror}", notes=notes)


def student_of(path: Path) -> str:
    """`alice` for submitted/alice/04_layers/layers.ipynb; for a loose file, the file's name."""
    parts = path.resolve().parts
    return parts[-3] if len(parts) >= 4 and parts[-4] == "submitted" else path.stem


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


def submitted_folders(course: Course, assignment: str, student: str = "*") -> Iterator[Path]:
    """The students' folders of one assignment."""
    yield from sorted(p for p in (course.root / "submitted").glob(f"{student}/{assignment}") if p.is_dir())


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
