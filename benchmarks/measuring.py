"""What the benchmarks share: a stop-watch for wall and processor time, a made-up class, facts on the machine."""

from __future__ import annotations

import contextlib
import ctypes
import importlib.metadata
import os
import platform
import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path

from autograder.build import build
from autograder.course import Assignment, Course
from autograder.demo import Student, hand_in
from autograder.notebook import Released

REPOSITORY = Path(__file__).resolve().parent.parent
PR_SET_CHILD_SUBREAPER = 36
COMPILED = tempfile.TemporaryDirectory(prefix="compiled-")  # the repository stays as it is


@dataclass
class Cost:
    """Seconds by the clock, and of processor time: this process's own, and of its children that have ended."""

    wall: float = 0.0
    own: float = 0.0
    children: float = 0.0

    @property
    def cpu(self) -> float:
        return self.own + self.children


@contextlib.contextmanager
def cost() -> Iterator[Cost]:
    """`with cost() as spent: ...`; `spent` is filled in at the end of the block."""
    spent, before = Cost(), _clocks()
    yield spent
    _reap()
    spent.wall, spent.own, spent.children = (b - a for a, b in zip(before, _clocks(), strict=True))


def _clocks() -> tuple[float, float, float]:
    own, children = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return time.perf_counter(), own.ru_utime + own.ru_stime, children.ru_utime + children.ru_stime


def adopt_orphans() -> None:
    """Let the kernel hand us what bubblewrap leaves behind, so that the sandbox's processor time counts as ours."""
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def _reap() -> None:
    with contextlib.suppress(ChildProcessError):
        while os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG):
            pass


def make_course(root: Path, name: str, count: int) -> tuple[Course, list[Path]]:
    """A course with one assignment of this repository and the notebooks of `count` students."""
    skip = shutil.ignore_patterns("__pycache__")
    shutil.copytree(REPOSITORY / "solutions" / name, root / "solutions" / name, ignore=skip)
    shutil.copyfile(REPOSITORY / "nbgrader_config.py", root / "nbgrader_config.py")
    course = Course(root)
    list(build(course, [name]))
    for student in make_class(course.assignment(name), count):
        hand_in(student, Released(root / "assignments" / name), root, name)
    return course, sorted(root.glob(f"submitted/*/{name}/*.ipynb"))


def make_class(assignment: Assignment, count: int) -> Iterator[Student]:
    """Every other student is right, in the styles of the course; the others have one known misconception each."""
    exercises = list(assignment.exercises.values())
    right = {e.name: e.source() for e in exercises}
    styles = [{}, *({e.name: e.written(a)} for e in exercises for a in e.alternatives)]
    wrong = [{e.name: e.written(m)} for e in exercises for m in e.misconceptions]
    for number, style in enumerate(islice(cycle(styles), count)):
        answers = wrong[number * len(wrong) // count] if number % 2 else style
        yield Student(f"student-{number:03}", "", right | answers)


def machine() -> str:
    """The facts that figures depend on, in two lines."""
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in ("numpy", "nbgrader", "ipykernel"))
    load = " ".join(f"{value:.1f}" for value in os.getloadavg())
    return (
        f"{len(os.sched_getaffinity(0))} cores, {platform.system()} {platform.release()} {platform.machine()}, "
        f"load now {load}\nPython {platform.python_version()}, {versions}"
    )


def python(*words: str) -> list[str]:
    return [sys.executable, "-m", *words]


def environment() -> dict[str, str]:
    """For commands: this Python's scripts and this repository's package first, compiled modules kept elsewhere."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "PATH": path, "PYTHONPATH": str(REPOSITORY), "PYTHONPYCACHEPREFIX": COMPILED.name}
