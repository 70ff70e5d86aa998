"""What a wrong answer leaves right: a slip should cost its part only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from autograder.runs import Run
from autograder.sandbox.job import Outcome
from autograder.verdict import TaskVerdict

LEAST = 1 / 3  # of its task's points: what a known mistake should keep if it leaves an output right


def unfairly_lost(runs: Sequence[Run], outcomes: Mapping[str, Outcome], task: TaskVerdict) -> tuple[str, ...]:
    """The outputs that are right where less than a third of a task's points is earned; none where more is."""
    if task.earned >= task.points * LEAST - 1e-9:
        return ()
    return tuple(right_outputs(runs, outcomes, task))


def right_outputs(runs: Sequence[Run], outcomes: Mapping[str, Outcome], task: TaskVerdict) -> Iterator[str]:
    """The hidden checks that pass, and the outputs of the others that are right.

    A check that compares answers with answers of the same student shows state, and no right output.
    """
    visible = {run.title: run for run in runs if run.task == task.name and run.visible}
    passed = {check.title for check in task.checks if not check.visible and check.status == "passed"}
    for run in runs:
        if run.task != task.name or run.visible or run.compare is None or run.compare.fresh:
            continue
        if run.title in passed:
            yield run.title
        elif outcomes[run.key].status == "returned":
            yield from _right_parts(run, visible[run.title], outcomes[run.key].value)


def _right_parts(run: Run, other: Run, value: Any) -> Iterator[str]:
    assert run.compare is not None
    if isinstance(run.expected, dict) and isinstance(value, dict):
        for name in run.expected.keys() & value.keys():
            right = run.compare({name: value[name]}, {name: run.expected[name]}, run.inputs) is None
            if right and _is_output(name, run, other):
                yield f"{run.title}: {name}"


def _is_output(name: str, run: Run, other: Run) -> bool:
    """Whether a part of the answer depends on the inputs, and is more than one of them."""
    pairs = zip(_leaves(run.expected[name]), _leaves(other.expected[name]), strict=False)
    return not _is_input(run.expected[name], run.inputs) and not all(np.array_equal(*pair) for pair in pairs)


def _is_input(part: Any, inputs: Mapping[str, Any]) -> bool:
    """Whether a part holds nothing but inputs: what stayed as it was is no output."""
    given = [leaf for value in inputs.values() for leaf in _leaves(value) if leaf.dtype.kind in "iuf"]
    return all(any(np.array_equal(leaf, one / by) for one in given for by in (1, 10)) for leaf in _leaves(part))


def _leaves(value: Any) -> Iterator[Any]:
    """All arrays of a structure of lists."""
    if isinstance(value, list | tuple):
        for item in value:
            yield from _leaves(item)
    else:
        yield np.asarray(value)
