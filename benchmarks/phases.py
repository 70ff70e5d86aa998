"""Where the time of one submission goes, from its folder into the gradebook: `python benchmarks/phases.py`."""

from __future__ import annotations

import argparse
import contextlib
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

from measuring import machine, make_course
from rich.console import Console
from rich.table import Table
from ways import bare

from autograder import batch, course, diagnose, judge, marked, report, runs
from autograder.course import Course
from autograder.grade import Grader
from autograder.gradebook import GradebookWriter
from autograder.history import History
from autograder.sandbox import runner, session, warm, wire

FRAMES = 50  # submissions whose frames are kept, to do here what the child does
JUDGE: dict[str, list[tuple[Any, str]]] = {
    "read the folder": [(marked, "collect")],
    "repair, definitions": [(marked, "staged")],
    "closure": [(runs, "closure")],
    "encode the definitions": [(runner, "opening")],
    "fork": [(warm.WarmSandbox, "spawn")],
    "send": [(warm.WarmChild, "send")],
    "wait for the child": [(warm.WarmChild, "_take")],
    "decode answers": [(wire, "read_frame")],
    "kill and reap": [(warm.WarmChild, "kill")],
    "session": [(session._Session, "serve")],
    "compare": [(judge, "_find")],
    "recognise misconceptions": [(judge, "_recognise"), (judge, "_matches")],
    "misconceptions' answers": [(course.Assignment, "_mistakes")],
    "relation": [(diagnose, "relation")],
    "scores, text of the notebook": [(batch, "autograded")],
    "HTML of the verdicts": [(report, "html")],
    "all else in a worker": [(batch, "grade_folder")],
    "gradebook's rows": [(GradebookWriter, "_record")],
    "folders": [(GradebookWriter, "write")],
    "history": [(History, "add")],
}
CHILD: dict[str, list[tuple[Any, str]]] = {
    "definitions": [(runner, "_define")],
    "probes": [(runner, "answer_probe")],
    "encode answers": [(wire, "encode")],
    "all else": [(runner, "serve")],
}


class Clock:
    """Time spent in named phases, without that of the phases inside them."""

    def __init__(self, phases: dict[str, list[tuple[Any, str]]]) -> None:
        self.spent = dict.fromkeys(phases, 0.0)
        self._open: list[float] = []
        for phase, places in phases.items():
            for owner, name in places:
                setattr(owner, name, self._timed(phase, getattr(owner, name)))

    def _timed(self, phase: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def timed(*words: Any, **named: Any) -> Any:
            self._open.append(0.0)
            started = time.perf_counter()
            try:
                return function(*words, **named)
            finally:
                whole = time.perf_counter() - started
                self.spent[phase] += whole - self._open.pop()
                if self._open:
                    self._open[-1] += whole

        return timed

    def take(self) -> dict[str, float]:
        taken, self.spent = self.spent, dict.fromkeys(self.spent, 0.0)
        return taken


def serve_here(frames: list[bytes]) -> None:
    """What the child does, in this process, where it can be timed."""
    rest = iter(frames)

    def receive() -> Any:
        for frame in rest:
            return wire.decode(frame)
        raise EOFError

    with warnings.catch_warnings(), contextlib.suppress(EOFError):
        runner.serve(receive, lambda frame: None)


def spent(clock: Clock, work: Callable[[], object], count: int) -> dict[str, float]:
    """Milliseconds of each phase for one of so many submissions."""
    clock.take()
    work()
    return {phase: seconds * 1e3 / count for phase, seconds in clock.take().items()}


def add(table: Table, who: str, columns: list[dict[str, float]]) -> None:
    """A line for each phase, and their sum."""
    for phase in columns[0]:
        table.add_row(who, phase, *(f"{column[phase]:.2f}" for column in columns))
    table.add_row(who, "all", *(f"{sum(column.values()):.2f}" for column in columns), style="bold", end_section=True)


def class_of(root: Path, name: str, count: int) -> tuple[Course, list[Path]]:
    """A class; what known mistakes answer has been found out, as in every run of a course but the first."""
    course, paths = make_course(root, name, count)
    for run in course.assignment(name).runs(course.secret, memory=course.memory):
        run.mistakes()
    return course, paths


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--students", type=int, default=1000)
    parser.add_argument("--assignment", default="04_layers")
    arguments = parser.parse_args()
    name = arguments.assignment
    with tempfile.TemporaryDirectory() as folder:
        made = [class_of(Path(folder, str(count)), name, count) for count in (1, arguments.students)]
        floor = [bare(course, name, paths[:50])["cpu"] * 1e3 for course, paths in made]
        sent: list[list[bytes]] = []
        opening = runner.opening

        def recorded(job: Any) -> bytes:
            if len(sent) < FRAMES:
                sent.append([opening(job), *(probe.question for probe in job.probes)])
            return opening(job)

        runner.opening, clock, columns = recorded, Clock(JUDGE), []
        for course, paths in made:
            with Grader(course, course.assignment(name)) as grader:
                graded = batch.grade_class(course, grader, batch.on_this_machine(1))
                columns.append(spent(clock, lambda graded=graded: list(graded), len(paths)))
        table = Table("process", "phase, without those inside it", title=f"{name}: ms a submission, in one process")
        for head in ("the only one", f"one of {arguments.students:,}"):
            table.add_column(head, justify="right")
        add(table, "judge and writer", columns)
        clock = Clock(CHILD)
        alone = spent(clock, lambda: serve_here(sent[0]), 1)
        add(table, "child's work, done here", [alone, spent(clock, lambda: [*map(serve_here, sent)], len(sent))])
        table.add_row("floor", "the same code and calls alone", *(f"{value:.2f}" for value in floor))
    table.caption, table.caption_justify = machine(), "left"
    Console(width=110).print(table)


if __name__ == "__main__":
    main()
