"""What a student waits for: help, `check()`, `autograder check` and its `--watch`, `pytest`.

`python benchmarks/student.py 01_tensors 04_layers`. What trains has no aim; the table says so.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import signal
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
from autograder.selfcheck import CHECKS_FILE, CheckResult, VisibleChecks, check_live, load

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


def training(checks: VisibleChecks) -> set[str]:
    """The tasks whose checks train something."""
    return {run.task for run in checks.runs if run.compare and run.compare.name in ("accuracy", "cross_entropy")}


def of_checks(rounds: int, assignment: Assignment, folder: Path) -> Iterator[Row]:
    """`check()` of each task with its table: when it is right, and for the mistake that takes longest."""
    checks = load(folder / CHECKS_FILE)
    trains = training(checks)

    def times(task: str, namespace: dict[str, Any]) -> list[float]:
        return [seconds(lambda: CheckResult(check_live(checks, task, namespace))._repr_html_()) for _ in range(rounds)]

    for task in assignment.tasks:
        aim = "trains" if task in trains else "< 0.05"
        yield f"check({task}), right", times(task, assignment.namespace()), aim
        exercise = assignment.exercises[task.split(".")[0]]
        texts = {m.name: exercise.written(m) for m in exercise.misconceptions if m.task == task}
        wrong = {name: times(task, assignment.namespace(exercise, text)) for name, text in texts.items()}
        slowest = max(wrong, key=lambda name: median(wrong[name]))
        yield f"check({task}), {slowest}", wrong[slowest], aim


def change(cell: dict[str, Any]) -> None:
    """Make an answer another one that is as good."""
    cell["source"] = re.sub(r"^( +)return", r"\1pass\n\1return", "".join(cell["source"]), count=1, flags=re.MULTILINE)


def of_saves(rounds: int, notebook: Path) -> Iterator[Row]:
    """From a save to the last line of what `autograder check --watch` answers."""
    content = json.loads(notebook.read_bytes())
    answers = [cell for cell in content["cells"] if cell["metadata"].get("nbgrader", {}).get("solution")]
    code = [cell for cell in answers if cell["cell_type"] == "code"]
    aim = "trains" if training(load(notebook.with_name(CHECKS_FILE))) else "< 0.3"
    command = python("autograder.cli", "check", notebook.name, "--watch")
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL, "text": True}
    with subprocess.Popen(command, cwd=notebook.parent, env=environment() | ALONE, **pipes) as watching:

        def answer() -> None:
            if not any("points of the visible checks" in line for line in watching.stdout):
                raise RuntimeError("the watch has ended")

        def save() -> None:
            notebook.write_text(json.dumps(content), encoding="utf-8")
            answer()

        def time_with(cells: Sequence[dict[str, Any]]) -> float:
            for cell in cells:
                change(cell)
            time.sleep(random.uniform(1, 1.1))  # between two looks at the file; the next process is ready by then
            return seconds(save)

        try:
            answer()
            for what, cells in ("nothing changed", []), ("one exercise changed", code[-1:]), ("all changed", code):
                yield f"--watch, save to answer, {what}", [time_with(cells) for _ in range(rounds)], aim
        finally:
            watching.send_signal(signal.SIGINT)


def of_assignment(rounds: int, name: str) -> Iterator[Row]:
    """The checks of one assignment: live, then cold on a right notebook as saved, then while it is watched."""
    with tempfile.TemporaryDirectory() as folder:
        course, [notebook] = make_course(Path(folder), name, 1)
        released = course.root / "assignments" / name
        place = notebook.replace(next(released.glob("*.ipynb")))
        for what, times, aim in of_checks(rounds, course.assignment(name), released):
            yield f"{name}: {what}", times, aim
        cold = of_command(rounds, python("autograder.cli", "check", place.name), released)
        yield f"{name}: autograder check, cold", cold, ""
        yield f"{name}: pytest, cold", of_command(rounds, python("pytest", "-q"), released), "< 2"
        for what, times, aim in of_saves(rounds, place):
            yield f"{name}: {what}", times, aim


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
    rows += [
        ("autograder --help", of_command(arguments.rounds, python("autograder.cli", "--help"), REPOSITORY), "< 0.2")
    ]
    for name in arguments.assignments or Course(REPOSITORY).assignment_names:
        rows += of_assignment(arguments.rounds, name)
    for what, times, aim in rows:
        table.add_row(what, f"{median(times):.3f}", f"{min(times):.3f}", aim)
    table.caption, table.caption_justify = machine(), "left"
    Console(width=110).print(table)


if __name__ == "__main__":
    main()
