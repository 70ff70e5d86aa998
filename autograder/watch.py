"""Answers each save of a notebook at once: only what changed is asked again, and half-saved files are waited for."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.definitions import closure
from autograder.modules import python_files
from autograder.sandbox.job import Definition, Outcome, Spawner
from autograder.sandbox.ready import GLANCE, CalledOff, ReadySandbox
from autograder.selfcheck import CHECKS_FILE, SavedNotebook, UnreadableChecks, read_saved
from autograder.submission import UnreadableNotebook
from autograder.verdict import Report, TaskVerdict

PATIENCE = 10  # looks at a half-saved file before something is said of it

Stamp = tuple[int, int, int] | None  # tells a file as it was saved from all others; None while it cannot be seen


@dataclass(frozen=True)
class Answer:
    """What is known of a notebook as it was saved.

    Attributes
    ----------
    report : Report
        On all tasks.
    asked : tuple of str
        The tasks that ran for this answer; the other verdicts are kept from the one before.
    saved : SavedNotebook
    outcomes : mapping of str to Outcome
        By the runs' keys.
    """

    report: Report
    asked: tuple[str, ...]
    saved: SavedNotebook
    outcomes: Mapping[str, Outcome]


def watch(notebook: Path) -> Iterator[Answer | str]:
    """Answer at once, and again each time that the notebook or its checks have been saved; never ends by itself.

    A string says why nothing can be read at the moment. Where nothing could be read from the beginning, the exceptions
    of `read_saved` are raised.
    """
    seen: list[Stamp] = []
    answer: Answer | None = None
    waited = 0
    with contextlib.closing(ReadySandbox(lambda: _stamps(notebook) != seen)) as sandbox:
        sandbox.prepare()
        while True:
            if (now := _stamps(notebook)) != seen:
                seen = now  # as it was before reading: what is saved meanwhile is read next time
                try:
                    answer = check_again(read_saved(notebook), answer, sandbox)
                except CalledOff:
                    continue
                except (UnreadableNotebook, UnreadableChecks, OSError) as error:
                    if answer is None:
                        raise
                    seen, waited = [], waited + 1  # a lock goes without a trace
                    if waited == PATIENCE:
                        yield str(error)
                else:
                    waited = 0
                    yield answer
                    sandbox.prepare()
            time.sleep(GLANCE)


def _stamps(notebook: Path) -> list[Stamp]:
    """Of all that an answer rests on: the notebook, its checks, and the Python files beside it."""
    folder = notebook.resolve().parent
    return [_stamp(notebook), *(_stamp(folder / name) for name in (CHECKS_FILE, *python_files(folder)))]


def _stamp(file: Path) -> Stamp:
    try:
        facts = file.stat()
    except OSError:
        return None
    return facts.st_ino, facts.st_size, facts.st_mtime_ns


def check_again(saved: SavedNotebook, before: Answer | None, sandbox: Spawner) -> Answer:
    """Ask the tasks that rest on something else than before; all of them when the checks are others."""
    if before is None or not _comparable(before.saved, saved):
        before = Answer(saved.report(()), (), saved, {})
    verdicts = {task.name: task for task in before.report.tasks}
    asked = tuple(
        task
        for task in saved.checks.tasks
        if task not in verdicts or not _stands(verdicts[task], rests_on(task, before.saved), rests_on(task, saved))
    )
    wanted = [run for run in saved.checks.runs if run.task in asked]
    outcomes = {**before.outcomes, **saved.ask(wanted, sandbox)}
    needed = {name for run in wanted for name in (run.task, *run.needs)}
    judged = [run for run in saved.checks.runs if run.task in needed]
    verdicts |= {task.name: task for task in saved.judge(judged, outcomes, sandbox) if task.name in asked}
    return Answer(saved.report([verdicts[task] for task in saved.checks.tasks]), asked, saved, outcomes)


def _comparable(before: SavedNotebook, now: SavedNotebook) -> bool:
    """Whether only the notebook may differ; `load` returns the same object for the same file."""
    return before.checks is now.checks and before.modules == now.modules


def rests_on(task: str, saved: SavedNotebook) -> tuple[Definition, ...]:
    """All definitions that can change the verdict on a task: what its checks use, and those of the tasks it needs."""
    needed = {task, *(name for run in saved.checks.runs if run.task == task for name in run.needs)}
    asked = [run for run in saved.checks.runs if run.task in needed]
    names = needed.union(name for run in asked for name in run.parameters if name not in run.inputs)
    every = (*saved.given, *saved.definitions)
    found = closure(every, names)
    name = task.partition(".")[0]
    return found if any(name in definition.binds for definition in found) else every  # "did you rename it?"


def _stands(verdict: TaskVerdict, before: Sequence[Definition], now: Sequence[Definition]) -> bool:
    """Whether a verdict holds; where code stands in the notebook matters only while lines of it are named."""
    if verdict.passed:
        return [d.source.lstrip("\n") for d in before] == [d.source.lstrip("\n") for d in now]
    return tuple(before) == tuple(now)
