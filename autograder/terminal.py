"""Shows things in a terminal: progress with an ETA, the gradebook, a proof, what the doctor found."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Table
from rich.text import Text

from autograder.report import clean, number, score
from autograder.verdict import CheckVerdict, Report

if TYPE_CHECKING:
    from autograder.history import Entry
    from autograder.prove import Kind, Proof
    from autograder.regrade import Change

T = TypeVar("T")
console = Console(width=None if sys.stdout.isatty() else 120)
errors = Console(stderr=True)


class _Rate(ProgressColumn):
    """How many a second, and how many have failed so far."""

    def render(self, task: Task) -> Text:
        failed = task.fields["failed"]
        rate = f"{task.speed:.3g}/s" if task.speed else ""
        return Text.assemble((rate, "progress.data.speed"), (f"  {failed} failed" if failed else "", "bold red"))


def progress(
    items: Iterable[T], doing: str, total: int | None, fails: Callable[[T], bool] = lambda item: False
) -> Iterator[T]:
    """Pass items on, with a bar, the rate, failures so far and an ETA on stderr; without a terminal there is no bar."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        _Rate(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=errors, transient=True, disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task(doing, total=total, failed=0)
        failed = 0
        for item in items:
            yield item
            failed += fails(item)
            bar.update(task, advance=1, failed=failed)


@dataclass(frozen=True)
class Row:
    """What is kept of a report until all are there: of ten thousand, a few MB.

    Attributes
    ----------
    total : str
    tasks : tuple of (name, earned, points)
    errors : tuple of str
        Failures of ours.
    """

    assignment: str
    student: str
    sandbox: str
    notes: tuple[str, ...]
    total: str
    tasks: tuple[tuple[str, float, float], ...]
    errors: tuple[str, ...]

    @staticmethod
    def of(report: Report) -> Row:
        tasks = tuple((sys.intern(task.name), task.earned, task.points) for task in report.tasks)
        errors = dict.fromkeys(f"{check.title}: {check.reason}" for check in report.judge_errors)
        sandbox, total = sys.intern(report.sandbox), score(report)
        return Row(report.assignment, report.student, sandbox, report.notes, total, tasks, tuple(errors))


def gradebook(rows: Sequence[Row]) -> None:
    """A row for each submission, a column for each task; where these do not fit, the tasks that lose points."""
    if not rows:
        return
    sandboxes = dict.fromkeys(row.sandbox for row in rows)
    alarm = "bold red" if "none" in sandboxes else None
    table = Table(title=f"{rows[0].assignment}  (sandbox: {', '.join(sandboxes)})", title_style=alarm)
    table.add_column("student", no_wrap=True)
    tasks = [name for name, _, _ in rows[0].tasks]
    fit = sum(max(len(name), len("1.5/2.5")) + 3 for name in [*tasks, "a student", "total"]) < console.width
    for name in tasks if fit else ():
        table.add_column(name, justify="right")
    table.add_column("total", justify="right", style="bold", no_wrap=True)
    if not fit:
        table.add_column("loses points in")
    for row in rows:
        cells = [f"{number(earned)}/{number(points)}" for _, earned, points in row.tasks] if fit else []
        lost = [] if fit else [", ".join(name for name, earned, points in row.tasks if earned < points)]
        table.add_row(escape(clean(row.student)), *cells, row.total, *lost)
    console.print(table)
    for row in rows:
        for note in row.notes:
            console.print(clean(f"{row.student}: {note}"), markup=False)


def grade_again(rows: Sequence[Row]) -> bool:
    """On stderr, whose grading failed through no fault of theirs; returns whether there are any."""
    failed = [row for row in rows if row.errors]
    if failed:
        errors.print(
            f"{len(failed)} of {len(rows)} could not be graded, through no fault of theirs. They have full points "
            "for what could not be graded. Grade them again when this is mended:",
            style="bold red",
            soft_wrap=True,
        )
    for row in failed:
        errors.print(f"  {clean(row.student)}: {clean('; '.join(row.errors))}", markup=False, soft_wrap=True)
    return bool(failed)


def changes(moved: Sequence[Change], kept: int, anew: int) -> None:
    """What grading again would change: a row for each check that would earn something else.

    Of the others, whose scores would be `kept`, so many would be graded `anew`.
    """
    table = Table("student", "before", "after", "because of", "check", title="what grading would change")
    for change in sorted(moved, key=lambda change: change.after.student):
        first = [escape(clean(change.after.student)), *_scores(change), ", ".join(change.reasons)]
        shown = change.checks if change.before else ()
        table.add_row(*first, _moved(*shown[0]) if shown else "")
        for more in shown[1:]:
            table.add_row("", "", "", "", _moved(*more))
    if moved:
        console.print(table)
    everybody = len(moved) + kept
    console.print(f"{len(moved)} of {everybody} would change; of the others, {anew} would be graded again to the same")
    console.print("nothing was written")


def _scores(change: Change) -> tuple[str, str]:
    before, after = change.before.report if change.before else None, change.after
    return (score(before) if before else "-"), score(after)


def _moved(task: str, was: CheckVerdict | None, now: CheckVerdict) -> str:
    """A check that earns something else: from what to what, and what is wrong with the one that earns less."""
    old = number(was.earned) if was else "-"
    reason = now.reason or (was.reason if was else "")
    which = "" if now.visible else " (hidden inputs)"
    return escape(
        clean(f"{task}: {now.title}{which}, {old} → {number(now.earned)}" + (f": {reason}" if reason else ""))
    )


def verified(history: Sequence[Entry], change: Change) -> bool:
    """A student's scores so far, and the last one derived anew; returns whether it is the same."""
    table = Table("graded", "points", "because of", "sandbox", "with", title=escape(clean(change.after.student)))
    table.columns[0].no_wrap = True
    for before, entry in zip([None, *history], history, strict=False):
        with_ = ", ".join(f"{key} {value}" for key, value in entry.circumstances.items())
        since = ", ".join(entry.origin.changed_since(before.origin)) if before else "new"
        table.add_row(entry.time, score(entry.report), since, entry.report.sandbox, escape(clean(with_)))
    console.print(table)
    if change.before is None:
        console.print(f"derived now: {score(change.after)}; it has not been graded before", style="bold red")
        return False
    origin = change.origin
    hashes = {"submission": origin.submission, "assignment": origin.assignment, "engine": origin.engine}
    for name, value in (hashes | {"secret": origin.secret}).items():
        state = "changed since" if name in change.reasons else "the same"
        console.print(f"{name:>10}  {value[:16]}  {state}", markup=False)
    console.print(f"derived now: {score(change.after)}", style="bold green" if change.same else "bold red")
    for moved in change.checks:
        console.print(_moved(*moved), soft_wrap=True)
    return change.same


def proof(proofs: Sequence[Proof]) -> bool:
    """A row for each known mistake and each exercise, then whatever does not hold; returns whether all holds."""
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
    _mistakes([p for p in proofs if p.task])
    console.print(table)
    for failed in (p for p in proofs if not p.holds):
        console.print(
            f"{failed.place}: {failed.kind} {failed.name}: {failed.detail}", style="red", markup=False, soft_wrap=True
        )
    return all(p.holds for p in proofs)


def _mistakes(proofs: Sequence[Proof]) -> None:
    """What each known mistake costs: the share of its task's points, and the points of checks that it skips."""
    table = Table("task", "known mistake", title="what known mistakes cost")
    table.add_column("loses", justify="right")
    table.add_column("skipped", justify="right")
    for one in proofs:
        loses = f"{'[red]! [/red]' if one.right else ''}{one.lost:.0%}"
        table.add_row(one.task, escape(one.name), loses, number(one.skipped) if one.skipped else "")
    table.caption = (
        "loses: share of its task's points (! leaves an output right, and keeps less than a third); "
        "skipped: points of all checks that wait because of it"
    )
    if proofs:
        console.print(table)


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

    from autograder import settings
    from autograder.course import Course
    from autograder.sandbox import layers

    table = Table("part", "here", title="autograder doctor")
    table.add_row("Python", f"{platform.python_version()}: grade with the newest that students have")
    for name in ("numpy", "pytest", "nbgrader", "jupyterlab", "jupytext"):
        table.add_row(name, _version(importlib.metadata, name))
    try:
        private = Course.find().private
    except FileNotFoundError:  # the machine can be asked about anywhere
        private = ()
    for place in settings.found(Path.cwd()):
        table.add_row("nbgrader's settings", Text(place))
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
