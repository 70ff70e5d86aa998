"""Shows things in a terminal: progress with an ETA, the gradebook, a proof, what the doctor found."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table

from autograder.report import clean, number
from autograder.verdict import Report

if TYPE_CHECKING:
    from autograder.prove import Kind, Proof

T = TypeVar("T")
console = Console(width=None if sys.stdout.isatty() else 120)
errors = Console(stderr=True)


def progress(items: Iterable[T], doing: str, total: int | None) -> Iterator[T]:
    """Pass items on, with a bar, the rate and an ETA on stderr; without a terminal there is no bar."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=errors, transient=True, disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task(doing, total=total)
        for item in items:
            yield item
            bar.advance(task)


def gradebook(reports: Sequence[Report]) -> None:
    """A row for each submission, a column for each task; where these do not fit, the tasks that lose points."""
    if not reports:
        return
    sandboxes = dict.fromkeys(report.sandbox for report in reports)
    alarm = "bold red" if "none" in sandboxes else None
    table = Table(title=f"{reports[0].assignment}  (sandbox: {', '.join(sandboxes)})", title_style=alarm)
    table.add_column("student", no_wrap=True)
    tasks = [task.name for task in reports[0].tasks]
    fit = sum(max(len(name), len("1.5/2.5")) + 3 for name in [*tasks, "a student", "total"]) < console.width
    for name in tasks if fit else ():
        table.add_column(name, justify="right")
    table.add_column("total", justify="right", style="bold", no_wrap=True)
    if not fit:
        table.add_column("loses points in")
    for report in reports:
        cells = [f"{number(t.earned)}/{number(t.points)}" for t in report.tasks] if fit else []
        lost = [] if fit else [", ".join(t.name for t in report.tasks if t.earned < t.points)]
        total = f"{number(report.earned)}/{number(report.points)}"
        table.add_row(escape(clean(report.student)), *cells, total, *lost)
    console.print(table)
    for report in reports:
        for note in report.notes:
            console.print(clean(f"{report.student}: {note}"), markup=False)


def grade_again(reports: Sequence[Report]) -> bool:
    """On stderr, whose grading failed through no fault of theirs; returns whether there are any."""
    failed = [report for report in reports if report.judge_errors]
    if failed:
        errors.print(
            f"{len(failed)} of {len(reports)} could not be graded, through no fault of theirs. They have full points "
            "for what could not be graded. Grade them again when this is mended:",
            style="bold red",
            soft_wrap=True,
        )
    for report in failed:
        words = dict.fromkeys(f"{check.title}: {check.reason}" for check in report.judge_errors)
        errors.print(f"  {clean(report.student)}: {clean('; '.join(words))}", markup=False, soft_wrap=True)
    return bool(failed)


def proof(proofs: Sequence[Proof]) -> bool:
    """A row for each exercise, then whatever does not hold; returns whether all holds."""
    from autograder.prove import KINDS

    table = Table(title="what was tried, and did what it should")
    kinds = [kind for kind in KINDS if any(p.kind == kind for p in proofs)]
    table.add_column("exercise", no_wrap=True)
    for kind in kinds:
        table.add_column(kind, justify="right")
    for column in ("right within", "wrong beyond"):
        table.add_column(column, justify="right")
    by_exercise: dict[tuple[str, str], list[Proof]] = {}
    for one in proofs:
        by_exercise.setdefault((one.assignment, one.exercise), []).append(one)
    above = ""
    for (assignment, exercise), own in by_exercise.items():
        if assignment != above:
            table.add_section()
            table.add_row(f"[bold]{assignment}[/bold]")
            above = assignment
        table.add_row(exercise, *_held(own, kinds), *_margins(own))
    table.add_section()
    table.add_row("[bold]together[/bold]", *_held(proofs, kinds), *_margins(proofs))
    table.caption = "within, beyond: how far values lie from the right ones, in tolerances of the checks"
    console.print(table)
    for failed in (p for p in proofs if not p.holds):
        console.print(
            f"{failed.place}: {failed.kind} {failed.name}: {failed.detail}", style="red", markup=False, soft_wrap=True
        )
    return all(p.holds for p in proofs)


def _held(proofs: Sequence[Proof], kinds: Sequence[Kind]) -> list[str]:
    """Of each kind, how many did what they should, of how many."""
    held, tried = Counter(p.kind for p in proofs if p.holds), Counter(p.kind for p in proofs)
    return [f"{held[kind]}/{tried[kind]}" if tried[kind] else "" for kind in kinds]


def _margins(proofs: Sequence[Proof]) -> tuple[str, str]:
    """The largest distance of a right solution's values, and the smallest of a wrong one's, in tolerances."""
    right = [p.distance for p in proofs if p.kind in ("reference", "alternative") and p.distance is not None]
    wrong = [p.distance for p in proofs if p.kind in ("misconception", "mutant") and p.distance is not None]
    return (f"{max(right):.1g}" if right else ""), (f"{min(wrong):.0e}" if wrong else "")


def doctor() -> bool:
    """What works here; returns whether student code can be held."""
    import importlib.metadata
    import platform

    from rich.text import Text

    from autograder.course import Course
    from autograder.sandbox import layers

    table = Table("part", "here", title="autograder doctor")
    table.add_row("Python", platform.python_version())
    for name in ("numpy", "pytest", "nbgrader", "jupyterlab", "jupytext"):
        table.add_row(name, _version(importlib.metadata, name))
    try:
        private = Course.find().private
    except FileNotFoundError:  # the machine can be asked about anywhere
        private = ()
    for finding in map(layers.examine, layers.CANDIDATES):
        words = ("holds" if finding.holds else "no", finding.detail)
        table.add_row(finding.layers.label, Text(": ".join(filter(None, words))))
    console.print(table)
    try:
        console.print(f"student code is held by: {layers.find(private).label}", style="bold green")
    except layers.NoSandbox as error:
        console.print(str(error), style="bold red", markup=False)
        return False
    return True


def _version(metadata: Any, name: str) -> str:
    try:
        return str(metadata.version(name))
    except metadata.PackageNotFoundError:
        return f"missing: pip install {name}"
