"""What grading costs, beside stock nbgrader and the bare code: `python benchmarks/grading.py --students 20`."""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import shutil
import subprocess
import tempfile
import time
import warnings
from pathlib import Path
from statistics import median
from typing import Any

os.environ["OPENBLAS_NUM_THREADS"] = "1"  # as in the sandbox

import numpy as np
from measuring import Cost, adopt_orphans, cost, environment, machine, make_course, python
from rich.console import Console
from rich.table import Table

from autograder.course import Course
from autograder.definitions import closure
from autograder.grade import Grader, collect_file
from autograder.nbgrader_bridge import REPORT_FILE
from autograder.notebook import Released
from autograder.sandbox import wire
from autograder.submission import parse, read

STOCK, OURS, COMMAND, WARM, BARE = (
    "nbgrader autograde, stock (visible checks)",
    "nbgrader autograde, our configuration",
    "autograder grade --json",
    "Grader in a warm process",
    "bare definitions and probes, no sandbox",
)
STOCK_CONFIG = """c = get_config()
c.CourseDirectory.source_directory = "build/source"
c.CourseDirectory.release_directory = "assignments"
"""
Row = dict[str, float]  # seconds: start, first, class; wall and cpu of one more submission
PASSES = 3  # through the class, in a warm process


def command(root: Path, *words: str, status: int = 0) -> Cost:
    """The cost of one command in a course where nothing is graded yet; what it prints is left in `said`."""
    for folder in ("autograded", "build/submitted"):
        shutil.rmtree(root / folder, ignore_errors=True)
    shutil.copyfile(root / "gradebook.clean", root / "gradebook.db")
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
        needed = closure(parse(read(path.read_bytes()), pristine).definitions, course.assignment(name).exercises)
        inputs = {probe.key: wire.decode(wire.encode(probe.inputs)) for probe in probes}
        with warnings.catch_warnings(action="ignore"), cost() as one:
            notebook: dict[str, Any] = {"np": np, "__name__": "__main__"}
            for definition in (*given, *needed):
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


def show(rows: dict[str, list[Row]], title: str, caption: str) -> None:
    """One line for each way of grading: medians over the rounds; the ratios are of one round each."""
    table = Table("", title=title, caption=caption, caption_justify="left")
    for head in (
        "start\ns",
        "first\ns",
        "class\ns",
        "one more\nms",
        "its CPU\nms",
        "stock /\nthis",
        "by CPU",
        "this /\nfloor",
    ):
        table.add_column(head, justify="right")
    for way, found in rows.items():
        keys = [key for key in ("start", "first", "class") if key in found[0]]
        seconds = [f"{median(r[key] for r in found):.2f}" for key in keys] or [""] * 3
        each = [f"{median(r[key] for r in found) * 1e3:.1f}" for key in ("wall", "cpu")]
        stock = [median(s[key] / r[key] for s, r in zip(rows[STOCK], found, strict=True)) for key in ("wall", "cpu")]
        floor = median(r["wall"] / f["wall"] for f, r in zip(rows[BARE], found, strict=True))
        table.add_row(way, *seconds, *each, *(f"{ratio:,.1f}" for ratio in (*stock, floor)))
    Console(width=max(Console().width, 110)).print(table)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--students", type=int, default=20)
    parser.add_argument("--assignment", default="04_layers")
    parser.add_argument("--rounds", type=int, default=3, help="of all ways in turn, of which medians are shown")
    arguments = parser.parse_args()
    adopt_orphans()
    name, rows = arguments.assignment, {way: [] for way in (STOCK, OURS, COMMAND, WARM, BARE)}
    with tempfile.TemporaryDirectory() as folder:
        root, stock = Path(folder, "ours"), Path(folder, "stock")
        course, paths = make_course(root, name, arguments.students)
        shutil.copyfile(root / "gradebook.db", root / "gradebook.clean")
        (root / "empty.ipynb").touch()
        shutil.copytree(root, stock)
        (stock / "nbgrader_config.py").write_text(STOCK_CONFIG)
        agree = points_agree(root, name)
        for _ in range(arguments.rounds):
            rows[STOCK].append(with_nbgrader(stock, name, paths[0].parts[-3], len(paths)))
            rows[OURS].append(with_nbgrader(root, name, paths[0].parts[-3], len(paths)))
            rows[COMMAND].append(with_command(root, name, paths))
            rows[WARM].append(when_warm(course, name, paths))
            rows[BARE].append(bare(course, name, paths))
    judge, sandbox = (median(r[key] for r in rows[WARM]) * 1e3 for key in ("judge", "sandbox"))
    caption = (
        f"{machine()}\nwarm Grader, CPU of one submission: judge {judge:.1f} ms, sandbox {sandbox:.1f} ms\n"
        f"start: with nothing to grade; one more: (class - first) / {len(paths) - 1}, without start-up\n"
        f"our nbgrader and `autograder grade` give {'the same' if agree else 'DIFFERENT'} points"
    )
    show(rows, f"{name}: {len(paths)} notebooks, median of {arguments.rounds} rounds", caption)


if __name__ == "__main__":
    main()
