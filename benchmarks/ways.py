"""The ways to grade one class that `grading.py` compares, each from nothing graded to all graded."""

from __future__ import annotations

import contextlib
import json
import shutil
import subprocess
import time
import warnings
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from measuring import Cost, cost, environment, python

from autograder.collect import collect_file
from autograder.course import Course
from autograder.grade import Grader
from autograder.history import HISTORY_FILE
from autograder.marked import REPORT_FILE
from autograder.notebook import Released
from autograder.runs import job
from autograder.sandbox import wire
from autograder.submission import parse, read

Row = dict[str, float]  # seconds: start, first, class; wall and cpu of one more submission
PASSES = 3  # through the class, in a warm process


def forget_grades(root: Path) -> None:
    """Put a course back to where nothing is graded."""
    for folder in ("autograded", "build/submitted"):
        shutil.rmtree(root / folder, ignore_errors=True)
    (root / HISTORY_FILE).unlink(missing_ok=True)
    shutil.copyfile(root / "gradebook.clean", root / "gradebook.db")


def command(root: Path, *words: str, status: int = 0) -> Cost:
    """The cost of one command in a course where nothing is graded yet; what it prints is left in `said`."""
    forget_grades(root)
    with (root / "said").open("wb") as said, (root / "complained").open("wb") as complained, cost() as spent:
        done = subprocess.run(python(*words), cwd=root, env=environment(), stdout=said, stderr=complained)
    if done.returncode != status:
        raise RuntimeError(f"{' '.join(words)}: {(root / 'complained').read_text()[-2000:]}")
    return spent


def row(nothing: Cost, first: Cost, everyone: Cost, count: int) -> Row:
    """One more submission costs what the whole class costs more than the first alone: no start-up is in it."""
    each = {
        "wall": (everyone.wall - first.wall) / (count - 1),
        "cpu": (everyone.cpu - first.cpu) / (count - 1),
    }
    return {"start": nothing.wall, "first": first.wall, "class": everyone.wall, **each}


def with_nbgrader(root: Path, name: str, first: str, count: int) -> Row:
    words = ("nbgrader", "autograde", name, "--student")
    nothing = command(root, *words, "nobody", status=1)
    return row(nothing, command(root, *words, first), command(root, *words, "*"), count)


def with_command(root: Path, name: str, paths: list[Path]) -> Row:
    nothing, first, everyone = (
        command(root, *json_lines(name, some)) for some in ([root / "empty.ipynb"], paths[:1], paths)
    )
    return row(nothing, first, everyone, len(paths))


def json_lines(name: str, paths: list[Path]) -> list[str]:
    return ["autograder.cli", "grade", name, *map(str, paths), "--json"]


def when_warm(course: Course, name: str, paths: list[Path]) -> Row:
    """Classes of one pass and of several: the difference is the cost when the process has seen the class before."""
    with cost() as once, Grader(course, course.assignment(name)) as grader:
        first = [_grade(grader, path) for path in paths]
    with cost() as more, Grader(course, course.assignment(name)) as grader:
        walls = [_grade(grader, path) for path in paths * (1 + PASSES)][len(paths) :]
    judge, sandbox = (more.own - once.own) / len(walls), (more.children - once.children) / len(walls)
    times = {"wall": median(walls), "cpu": judge + sandbox, "judge": judge, "sandbox": sandbox}
    return {"start": once.wall - sum(first), "first": first[0], "class": sum(first), **times}


def _grade(grader: Grader, path: Path) -> float:
    started = time.perf_counter()
    grader.grade(collect_file(path, ""))
    return time.perf_counter() - started


def bare(course: Course, name: str, paths: list[Path]) -> Row:
    """The floor: each student's definitions executed and probes called in this process, with nothing around them."""
    pristine = Released(course.root / "assignments" / name).notebook()
    with Grader(course, course.assignment(name)) as grader:
        given, probes = grader.given, grader.probes
    functions: dict[str, Any] = {}
    for probe in probes:
        exec(probe.source, space := {"np": np})
        functions[probe.key] = space[probe.name]
    spent = []
    for path in paths * PASSES:
        asked = job(given, parse(read(path.read_bytes()), pristine).definitions, probes)
        inputs = {probe.key: wire.decode(wire.encode(probe.inputs)) for probe in probes}
        with warnings.catch_warnings(action="ignore"), cost() as one:
            notebook: dict[str, Any] = {"np": np, "__name__": "__main__"}
            for definition in (*asked.given, *asked.definitions):
                exec(definition.source, notebook)
            for probe in probes:
                with contextlib.suppress(Exception):
                    values = inputs[probe.key]
                    functions[probe.key](**{p: values.get(p, notebook.get(p)) for p in probe.parameters})
        spent.append(one)
    return {"wall": median(one.wall for one in spent), "cpu": sum(one.cpu for one in spent) / len(spent)}


def points_agree(root: Path, name: str) -> bool:
    """Whether the gradebook's side and the command came to the same points, after one run of each."""
    command(root, "nbgrader", "autograde", name)
    reports = [json.loads(p.read_text()) for p in root.glob(f"autograded/*/{name}/{REPORT_FILE}")]
    command(root, *json_lines(name, list(root.glob(f"submitted/*/{name}/*.ipynb"))))
    lines = [json.loads(line) for line in (root / "said").read_text().splitlines()]
    ours, theirs = ({one["student"]: one["earned"] for one in some} for some in (reports, lines))
    return bool(ours) and ours == theirs
