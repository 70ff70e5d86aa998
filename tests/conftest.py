"""Courses in folders of their own, and notebooks as students hand them in."""

from __future__ import annotations

import contextlib
import fcntl
import io
import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from autograder.build import build
from autograder.cli import main
from autograder.course import Course
from autograder.grade import Grader
from autograder.notebook import Released

os.environ.pop("PYTEST_ADDOPTS", None)  # it is for this run, not for the pytest that a test starts
collect_ignore = ["hostile", "kinds", "parity", "submissions"]  # what students hand in is no test of ours
REPOSITORY = Path(__file__).parent.parent
LONGEST_FIRST = (  # minutes each: no process is left with one of them at the end; the first two need no built course
    *("hostile", "parity", "course", "verdicts", "student", "nbgrader", "batch", "damage", "readme", "lessons"),
    *("feedback", "shards", "gradebook", "layers", "browser"),
)
APART = ("mutants", "proof")  # each test stands for itself, and any process may run it: these fill the end


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    last = len(LONGEST_FIRST)
    order = {name: place for place, name in enumerate(LONGEST_FIRST)} | dict.fromkeys(APART, last + 1)
    items.sort(key=lambda item: order.get(_stem(item.nodeid), last))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """With `--dist loadfile`, a process for each file, but for those whose tests stand apart."""
    from xdist.scheduler import LoadFileScheduling

    class Scheduling(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return nodeid if _stem(nodeid) in APART else super()._split_scope(nodeid)

    return Scheduling(config, log) if config.getoption("dist") == "loadfile" else None


def _stem(nodeid: str) -> str:
    return Path(nodeid.partition("::")[0]).stem.removeprefix("test_")


@contextlib.contextmanager
def once_for_all(factory: pytest.TempPathFactory, name: str) -> Iterator[tuple[Path, bool]]:
    """A folder that all workers of a run share, and whether it is there already; nobody else is at it meanwhile."""
    shared = factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    root, done = shared / name, shared / f"{name}-is-there"
    with (shared / f"{name}-lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            shutil.rmtree(root, ignore_errors=True)  # another worker may have failed half way
        yield root, done.exists()
        done.touch()


def copied(solutions: Path, root: Path) -> Course:
    """A course with these solutions, not built yet."""
    shutil.copytree(solutions, root / "solutions", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copyfile(REPOSITORY / "nbgrader_config.py", root / "nbgrader_config.py")
    return Course(root)


@pytest.fixture(scope="session")
def built_course(tmp_path_factory) -> Course:
    """The course of this repository, built by the real nbgrader in a folder of its own."""
    with once_for_all(tmp_path_factory, "course") as (root, there):
        if not there:
            course = copied(REPOSITORY / "solutions", root)
            assert list(build(course, course.assignment_names)) == course.assignment_names
    return Course(root)


@pytest.fixture(scope="session")
def target(tmp_path_factory) -> Course:
    """The small course of the hostile suite, built; what known mistakes answer is remembered there.

    A copy for each worker: some grade in it.
    """
    with once_for_all(tmp_path_factory, "target") as (root, there):
        if not there:
            course = copied(REPOSITORY / "tests" / "hostile" / "course" / "solutions", root)
            assert list(build(course, course.assignment_names)) == course.assignment_names
            with Grader(course, course.assignment("00_target")) as grader:
                for run in grader.runs:
                    run.mistakes()
        return Course(Path(shutil.copytree(root, tmp_path_factory.mktemp("target") / "course")))


@pytest.fixture
def course(built_course, tmp_path) -> Course:
    """A fresh copy of the built course, without submissions."""
    shutil.copytree(built_course.root, tmp_path / "course")
    return Course(tmp_path / "course")


def in_this_process(course: Course, *words: str) -> tuple[int, str, str]:
    """One call of `autograder` where all is loaded: its exit status, stdout and stderr."""
    output, errors = io.StringIO(), io.StringIO()
    with contextlib.chdir(course.root), contextlib.redirect_stdout(output), contextlib.redirect_stderr(errors):
        try:
            status = main(list(words))
        except SystemExit as refused:
            status = int(refused.code or 0)
    return status, output.getvalue(), errors.getvalue()


def filled(course: Course, name: str, answers: dict[str, str]) -> dict:
    """The student's notebook of an assignment with answers put into the stub cells."""
    notebook = Released(course.root / "assignments" / name).notebook()
    for cell in notebook["cells"]:
        identity = cell["metadata"].get("nbgrader", {}).get("grade_id")
        if identity in answers:
            cell["source"] = answers[identity]
    return notebook


def references(course: Course, name: str) -> dict[str, str]:
    """The reference solutions of an assignment, by exercise."""
    return {e.name: e.source() for e in course.assignment(name).exercises.values()}


def submit(course: Course, student: str, name: str, content: dict | bytes, filename: str = "") -> Path:
    """Put a notebook where nbgrader collects it."""
    path = course.root / "submitted" / student / name / (filename or f"{name.split('_', 1)[1]}.ipynb")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    return path
