"""What a student waits for: help, `check()`, `autograder check`, `pytest`: `python benchmarks/student.py`."""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from measuring import REPOSITORY, environment, machine, make_course, python
from rich.console import Console
from rich.table import Table

from autograder.course import Assignment, Course
from autograder.selfcheck import CHECKS_FILE, CheckResult, check_live, load

ALONE = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_PLUGINS": "autograder.pytest_plugin"}  # as students have it
Row = tuple[str, list[float], str]  # what, seconds of each time, aim


def seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def of_command(rounds: int, words: Sequence[str], folder: Path) -> list[float]:
    """A command in a new process each time; 1 is the exit status of wrong work."""

    def run() -> None:
        done = subprocess.run(words, cwd=folder, env=environment() | ALONE, capture_output=True)
        if done.returncode not in (0, 1):
            raise RuntimeError(f"{' '.join(words)}: {done.stderr.decode()[-2000:]}")

    run()  # Python compiles
    return [seconds(run) for _ in range(rounds)]


def of_checks(rounds: int, assignment: Assignment, folder: Path) -> Iterator[Row]:
    """`check()` of each task with its table: when it is right, and for the mistake that takes longest."""
    checks = load(folder / CHECKS_FILE)

    def times(task: str, namespace: dict[str, Any]) -> list[float]:
        return [seconds(lambda: CheckResult(check_live(checks, task, namespace))._repr_html_()) for _ in range(rounds)]

    for task in assignment.tasks:
        yield f"check({task}), right", times(task, assignment.namespace()), "0.1"
        exercise = assignment.exercises[task.split(".")[0]]
        texts = {m.name: exercise.written(m) for m in exercise.misconceptions if m.task == task}
        wrong = {name: times(task, assignment.namespace(exercise, text)) for name, text in texts.items()}
        slowest = max(wrong, key=lambda name: median(wrong[name]))
        yield f"check({task}), {slowest}", wrong[slowest], "0.1"


def of_assignment(rounds: int, name: str) -> Iterator[Row]:
    """The checks of one assignment: live, then cold on a right notebook as saved."""
    with tempfile.TemporaryDirectory() as folder:
        course, [notebook] = make_course(Path(folder), name, 1)
        released = course.root / "assignments" / name
        notebook.replace(next(released.glob("*.ipynb")))
        slow = name == "07_training"  # trains: its checks may take as long as that
        for what, times, aim in of_checks(1 if slow else rounds, course.assignment(name), released):
            yield f"{name}: {what}", times, "" if slow else aim
        yield (
            f"{name}: autograder check, cold",
            of_command(rounds, python("autograder.cli", "check", notebook.name), released),
            "",
        )
        yield f"{name}: pytest, cold", of_command(rounds, python("pytest", "-q"), released), ""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("assignments", nargs="*", help="without any, all")
    parser.add_argument("--rounds", type=int, default=7)
    arguments = parser.parse_args()
    table = Table("", title=f"median of {arguments.rounds} times")
    for head in ("median, s", "fastest, s", "aim, s"):
        table.add_column(head, justify="right")
    warnings.simplefilter("ignore")  # wrong code divides by zero
    rows = [("python, with nothing to do", of_command(arguments.rounds, [sys.executable, "-c", ""], REPOSITORY), "")]
    rows += [("autograder --help", of_command(arguments.rounds, python("autograder.cli", "--help"), REPOSITORY), "0.2")]
    for name in arguments.assignments or Course(REPOSITORY).assignment_names:
        rows += of_assignment(arguments.rounds, name)
    for what, times, aim in rows:
        table.add_row(what, f"{median(times):.3f}", f"{min(times):.3f}", aim and f"< {aim}")
    table.caption, table.caption_justify = machine(), "left"
    Console(width=110).print(table)


if __name__ == "__main__":
    main()
