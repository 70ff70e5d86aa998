"""What grading costs, beside stock nbgrader and the bare code: `python benchmarks/grading.py --students 20`."""

from __future__ import annotations

import argparse
import contextlib
import os
import shutil
import sys
import tempfile
from pathlib import Path
from statistics import median

from measuring import adopt_orphans, machine, make_course
from rich.console import Console
from rich.table import Table
from ways import Row, bare, points_agree, when_warm, with_command, with_nbgrader

from autograder.course import Course

STOCK, OURS, COMMAND, WARM, BARE = (
    "nbgrader autograde, stock (visible checks)",
    "nbgrader autograde, our configuration",
    "autograder grade --json",
    "Grader in a warm process",
    "bare definitions and probes, no sandbox",
)
HEADS = ("start\ns", "first\ns", "class\ns", "one more\nms", "its CPU\nms", "stock /\nthis", "by CPU", "this /\nfloor")
STOCK_CONFIG = """c = get_config()
c.CourseDirectory.source_directory = "build/source"
c.CourseDirectory.release_directory = "assignments"
"""


def one_round(course: Course, stock: Path, name: str, paths: list[Path]) -> dict[str, Row]:
    """Every way once, on the same notebooks."""
    student = paths[0].parts[-3]
    return {
        STOCK: with_nbgrader(stock, name, student, len(paths)),
        OURS: with_nbgrader(course.root, name, student, len(paths)),
        COMMAND: with_command(course.root, name, paths),
        WARM: when_warm(course, name, paths),
        BARE: bare(course, name, paths),
    }


def show(rounds: list[dict[str, Row]], title: str, caption: str) -> None:
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
    for way in (STOCK, OURS, COMMAND, WARM, BARE):
        keys = [key for key in ("start", "first", "class") if key in rounds[0][way]]
        seconds = [f"{median(r[way][key] for r in rounds):.2f}" for key in keys] or [""] * 3
        each = [f"{median(r[way][key] for r in rounds) * 1e3:.1f}" for key in ("wall", "cpu")]
        stock = [median(r[STOCK][key] / r[way][key] for r in rounds) for key in ("wall", "cpu")]
        floor = median(r[way]["wall"] / r[BARE]["wall"] for r in rounds)
        table.add_row(way, *seconds, *each, *(f"{ratio:,.1f}" for ratio in (*stock, floor)))
    Console(width=max(Console().width, 120)).print(table)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--students", type=int, default=20)
    parser.add_argument("--assignment", default="04_layers")
    parser.add_argument("--rounds", type=int, default=3, help="stop sooner with Ctrl-C: whole rounds are shown")
    arguments = parser.parse_args()
    adopt_orphans()
    os.environ["AUTOGRADER_TRUST_STUDENTS"] = "1"  # without it no kernel of stock nbgrader runs a notebook of ours
    name, rounds = arguments.assignment, []
    with tempfile.TemporaryDirectory() as folder, contextlib.suppress(KeyboardInterrupt):
        root, stock = Path(folder, "ours"), Path(folder, "stock")
        course, paths = make_course(root, name, arguments.students)
        shutil.copyfile(root / "gradebook.db", root / "gradebook.clean")
        (root / "empty.ipynb").touch()
        shutil.copytree(root, stock)
        (stock / "nbgrader_config.py").write_text(STOCK_CONFIG)
        agree = "the same" if points_agree(root, name) else "DIFFERENT"
        for number in range(arguments.rounds):
            rounds.append(one_round(course, stock, name, paths))
            print(f"round {number + 1} of {arguments.rounds}", file=sys.stderr, flush=True)
    if not rounds:
        sys.exit("stopped before the first round was over")
    judge, sandbox = (median(r[WARM][key] for r in rounds) * 1e3 for key in ("judge", "sandbox"))
    caption = (
        f"{machine()}\nwarm Grader, CPU of one submission: judge {judge:.1f} ms, sandbox {sandbox:.1f} ms\n"
        f"start: with nothing to grade; one more: (class - first) / {len(paths) - 1}, without start-up\n"
        f"our nbgrader and `autograder grade` give {agree} points"
    )
    show(rounds, f"{name}: {len(paths)} notebooks, median of {len(rounds)} rounds", caption)


if __name__ == "__main__":
    main()
