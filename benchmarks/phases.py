"""Where the warm Grader spends its time on one submission, judge and child: `python benchmarks/phases.py`."""

from __future__ import annotations

import argparse
import contextlib
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

from measuring import machine, make_course
from rich.console import Console
from rich.table import Table

from autograder import collect, course, diagnose, grade, judge, runs
from autograder.grade import Grader
from autograder.sandbox import runner, session, warm, wire

JUDGE: dict[str, list[tuple[Any, str]]] = {
    "read the file": [(collect, "collect_file")],
    "parse: repair, definitions": [(grade, "parse")],
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
    "all else": [(Grader, "grade")],
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


def per_student(clock: Clock, work: Callable[[Any], object], items: list[Any], passes: int) -> list[dict[str, float]]:
    found = []
    for item in items * passes:
        clock.take()
        work(item)
        found.append(clock.take())
    return found


def add(table: Table, who: str, first: list[dict[str, float]], again: list[dict[str, float]]) -> None:
    """A line for each phase: the mean of the first pass, then the median submission of later ones."""
    for phase in first[0]:
        early, late = (sum(one[phase] for one in first) / len(first), median(one[phase] for one in again))
        table.add_row(who, phase, f"{early * 1e3:.2f}", f"{late * 1e3:.2f}")
    whole = (sum(sum(one.values()) for one in first) / len(first), median(sum(one.values()) for one in again))
    table.add_row(who, "all", *(f"{value * 1e3:.2f}" for value in whole), style="bold", end_section=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--students", type=int, default=20)
    parser.add_argument("--assignment", default="04_layers")
    parser.add_argument("--passes", type=int, default=5)
    arguments = parser.parse_args()
    table = Table("process", "phase, without those inside it", title=f"{arguments.assignment}: ms a submission")
    for head in ("first pass, mean", "later, median"):
        table.add_column(head, justify="right")
    with tempfile.TemporaryDirectory() as folder:
        made, paths = make_course(Path(folder), arguments.assignment, arguments.students)
        sent: list[list[bytes]] = []
        opening = runner.opening

        def recorded(job: Any) -> bytes:
            sent.append([opening(job), *(probe.question for probe in job.probes)])
            return sent[-1][0]

        with Grader(made, made.assignment(arguments.assignment)) as grader:
            runner.opening = recorded
            clock = Clock(JUDGE)

            def one(path: Path) -> None:
                grader.grade(collect.collect_file(path, ""))

            first = per_student(clock, one, paths, 1)
            count = len(sent)
            add(table, "judge", first, per_student(clock, one, paths, arguments.passes))
        clock = Clock(CHILD)
        first = per_student(clock, serve_here, sent[:count], 1)
        add(table, "child's work, done here", first, per_student(clock, serve_here, sent[:count], arguments.passes))
    table.caption, table.caption_justify = machine(), "left"
    Console(width=110).print(table)


if __name__ == "__main__":
    main()
