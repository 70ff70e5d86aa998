"""Brings verdicts into nbgrader: its settings, the notebooks that it is handed, and the scores that it reads."""

from __future__ import annotations

import atexit
import os
import shutil
import sys
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

from nbgrader import utils
from nbgrader.apps import NbGrader
from nbgrader.apps.api import NbGraderAPI
from nbgrader.converters import Autograde
from nbgrader.converters.base import NbGraderException
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Bool
from traitlets.config import Config

from autograder import harmless
from autograder.collect import Collected, collect, submitted_folders
from autograder.course import Course
from autograder.grade import Grader
from autograder.history import History
from autograder.marked import (
    DIGEST_FILE,
    NAMESPACE,
    REPORT_FILE,
    STAGED,
    TIMESTAMP_FILE,
    files_beside,
    mark,
    read_report,
    report_text,
    staged,
)
from autograder.master import Master, master_of
from autograder.notebook import Released
from autograder.owned import MARKER
from autograder.sandbox import layers
from autograder.verdict import Report


def configure(c: Config, root: Path | None = None) -> None:
    """Set nbgrader up for a course; called by `nbgrader_config.py`.

    nbgrader has no setting for what happens before it reads a submission, and one bad notebook ends its batch. So
    `Autograde` is given repaired copies of the submissions (`build/submitted`), made just before it looks for them.
    """
    root = (root or Path.cwd()).resolve()
    scripts = str(Path(sys.executable).parent)
    if scripts not in os.environ.get("PATH", "").split(os.pathsep):
        os.environ["PATH"] = scripts + os.pathsep + os.environ.get("PATH", "")  # nbgrader looks there for alembic
    c.CourseDirectory.root = str(root)
    c.CourseDirectory.course_id = "scratchwork"
    c.CourseDirectory.source_directory = "build/source"
    c.CourseDirectory.release_directory = "assignments"
    c.CourseDirectory.ignore = [*CourseDirectory.ignore.default(), MARKER]
    exchange = root / "exchange"  # nbgrader's own default is a folder of the system that all can write to
    exchange.mkdir(exist_ok=True)
    c.Exchange.root = str(exchange)
    c.ClearSolutions.code_stub = {"python": "# YOUR CODE HERE\nraise NotImplementedError()"}
    # What is left out of nbgrader's own lists has nothing to do: the staged notebooks have no outputs, no id twice, and
    # the metadata that students got; to check these twice took a quarter of the time.
    c.Autograde.sanitize_preprocessors = [PutMasterOver]
    c.Autograde.autograde_preprocessors = [
        JudgeExecute,
        "nbconvert.preprocessors.ClearMetadataPreprocessor",
        "nbgrader.preprocessors.SaveAutoGrades",
        "nbgrader.preprocessors.AssignLatePenalties",
    ]
    harmless.configure(c)
    install()


def install() -> None:
    """Let `Autograde` take its submissions from the staging folder, whoever starts it, or refuse to start."""
    if getattr(Autograde, "_reads_staged", False):
        return
    Autograde._reads_staged = True
    plain_start, plain_notebooks = Autograde.start, Autograde.init_notebooks
    plain_destination = Autograde.init_destination

    def start(self: Any) -> None:
        if not JudgeExecute(parent=self).trust_students:
            try:
                layers.find(Course(Path(self.coursedir.root)).private)
            except layers.NoSandbox as error:
                self.log.critical(str(error))
                raise SystemExit(2) from None
        try:
            plain_start(self)
        finally:
            again = self.unstaged | forget_failed(self.coursedir)
            for student, reason in again.items():
                self.log.error("%s must be graded again: %s", student, reason)
        if again:
            raise NbGraderException(f"grade again, when that is mended: {', '.join(again)}")

    def init_notebooks(self: Any) -> None:
        self.unstaged = stage(self.coursedir)
        plain_notebooks(self)

    def init_destination(self: Any, assignment_id: str, student_id: str) -> bool:
        old = Path(self._format_dest(assignment_id, student_id))
        new = Path(self._format_source(assignment_id, student_id))
        if old.exists() and _digest(old) != _digest(new):
            self.log.warning("%s has handed in something new: graded again", student_id)
            shutil.rmtree(old)
        return bool(plain_destination(self, assignment_id, student_id))

    def input_directory(self: Any) -> str:
        return STAGED if self._sanitizing else str(self.coursedir.autograded_directory)

    Autograde.unstaged = {}
    Autograde.start = start
    Autograde.init_notebooks = init_notebooks
    Autograde.init_destination = init_destination
    Autograde._input_directory = property(input_directory)


def application(root: Path) -> NbGrader:
    """nbgrader with the settings that its commands have in the course's folder: ours, and what the course changes."""
    config = Config()
    configure(config, root)
    app = NbGrader(config=config, log_level="ERROR")  # a course without a file of settings is none
    with utils.chdir(str(root)):
        app.initialize([])
    return app


def api(root: Path) -> NbGraderAPI:
    """nbgrader's own API for the course in `root`."""
    app = application(root)
    return NbGraderAPI(CourseDirectory(config=app.config), config=app.config, parent=app)


def forget_failed(coursedir: Any) -> dict[str, str]:
    """Whose grading failed through no fault of theirs, and why; they will be graded again."""
    again = {}
    root, assignment = Path(coursedir.root), str(coursedir.assignment_id)
    for home in submitted_folders(root, assignment, str(coursedir.student_id), STAGED):
        student = home.parent.name
        path = root / coursedir.autograded_directory / student / assignment / REPORT_FILE
        if not path.is_file():
            again[student] = "nbgrader failed on it"
        elif errors := read_report(path).judge_errors:
            again[student] = "; ".join(dict.fromkeys(error.reason for error in errors))
            path.with_name(DIGEST_FILE).unlink(missing_ok=True)
    return again


def stage(coursedir: Any) -> dict[str, str]:
    """Put a notebook that nbgrader can take into `build/submitted` for every student who has a folder.

    Returns
    -------
    dict of str to str
        The students for whom that failed, and why, as when the disk is full.
    """
    root, assignment = Path(coursedir.root), str(coursedir.assignment_id)
    released = Released(root / "assignments" / assignment)
    if not released.folder.is_dir():
        return {}  # nbgrader says itself that there is no such assignment
    pristine = released.notebook()
    expected = released.path.name
    student = str(coursedir.student_id)
    for home in submitted_folders(root, assignment, student, STAGED):
        shutil.rmtree(home)  # whoever has withdrawn the work is not graded again
    unstaged = {}
    for folder in submitted_folders(root, assignment, student):
        collected = collect(folder, expected, pristine)
        try:
            _stage_one(root, collected, pristine, expected, folder)
        except OSError as error:
            unstaged[collected.student] = str(error)
            shutil.rmtree(root / STAGED / collected.student / folder.name, ignore_errors=True)  # no half a notebook
    return unstaged


def _stage_one(root: Path, collected: Collected, pristine: dict[str, Any], expected: str, folder: Path) -> None:
    home = root / STAGED / collected.student / folder.name
    work = staged(root, collected, pristine, folder)
    if home.exists():
        shutil.rmtree(home)
    home.mkdir(parents=True)
    for name, text in files_beside(collected).items():
        (home / name).parent.mkdir(exist_ok=True)
        (home / name).write_text(text, encoding="utf-8")
    (home / expected).write_text(work.text, encoding="utf-8")
    (home / DIGEST_FILE).write_text(work.digest + "\n", encoding="utf-8")
    if collected.timestamp:
        (home / TIMESTAMP_FILE).write_text(collected.timestamp, encoding="utf-8")


def _digest(folder: Path) -> str:
    path = folder / DIGEST_FILE
    return path.read_text(encoding="utf-8") if path.is_file() else ""


class PutMasterOver(NbGraderPreprocessor):  # type: ignore[misc]
    """Stands where `OverwriteKernelspec` and `OverwriteCells` asked the gradebook of each cell of each student."""

    _masters: ClassVar[dict[Any, Master]] = {}

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        import nbformat

        db_url, assignment = (resources["nbgrader"][key] for key in ("db_url", "assignment"))
        released = Released(Path("assignments", assignment).resolve()).path
        key = db_url, released, released.stat().st_mtime_ns  # formgrader lives on when it is built anew
        if key not in self._masters:
            self._masters[key] = master_of(db_url, assignment, released)
        return nbformat.from_dict(self._masters[key].over(nb)), resources  # type: ignore[no-untyped-call]


class JudgeExecute(NbGraderPreprocessor):  # type: ignore[misc]
    """Stands in nbgrader's chain where `Execute` stood: nothing of the notebook is run here.

    The student's definitions go to the sandbox, and each check cell gets the outputs that nbgrader reads scores from:
    a plain float, with the verdicts as HTML.
    """

    trust_students = Bool(
        False, help="Run student code without a sandbox, with all rights of whoever grades; every output says so."
    ).tag(config=True)

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        import nbformat

        place = resources["nbgrader"]
        verdict = self._grade(nb, place["assignment"])
        for note in verdict.notes:
            self.log.warning("%s: %s", place["student"], note)
        for broken in verdict.judge_errors:
            self.log.error("%s: the judge failed on %r: %s", place["student"], broken.title, broken.reason)
        mark(nb["cells"], verdict)
        resources.setdefault("outputs", {})[REPORT_FILE] = report_text(verdict).encode("utf-8")  # nbconvert writes it
        return nbformat.from_dict(nb), resources  # type: ignore[no-untyped-call]

    def _grade(self, nb: Any, assignment: str) -> Report:
        root = Path(self.parent.coursedir.root if hasattr(self.parent, "coursedir") else ".")
        grader = _grader(root.resolve(), assignment, self.trust_students)
        folder = root / nb.metadata[NAMESPACE]["submitted"]
        found = grader.grade(collect(folder, grader.assignment.notebook_file, grader.pristine))
        with History(root) as history:
            history.add([grader.entry(_digest(root / STAGED / found.student / assignment).strip(), found)])
        return found


@cache
def _grader(root: Path, assignment: str, trust_students: bool) -> Grader:
    course = Course(root)
    grader = Grader(course, course.assignment(assignment), trust_students)
    atexit.register(grader.close)
    return grader
