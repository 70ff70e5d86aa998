"""A known mistake that leaves some outputs right keeps at least a third of its task's points."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pytest
from conftest import REPOSITORY

from autograder.course import Assignment, Course
from autograder.exercises import Exercise
from autograder.judge import judge
from autograder.prove import lost_share
from autograder.runs import Run
from autograder.sandbox.job import Outcome
from autograder.verdict import TaskVerdict

COURSE = Course(REPOSITORY)
SHARED = ("03_forward", "04_layers")  # the other assignments do not share their points among parts yet
MOST = 2 / 3
EXCEPTIONS: dict[str, dict[str, tuple[str, set[str]]]] = {  # why, and the known mistakes that keep less
    "03_forward": {
        "Sigmoid.forward": (
            "not shared yet: the outputs and the state have one point together",
            {
                "takes its output for a parameter",
                "collects its inputs",
                "answers the first batch again",
                "works in the callers x",
            },
        ),
        "Affine.forward": (
            "not shared yet: `params` belong to the same check as the values",
            {"answers the first batch again", "works in its own bias"},
        ),
        "TwoLayerNet.__init__": (
            "the draws are a quarter of the task; shapes and layers are the rest, and not shared yet",
            {"keeps layers to itself", "params in another order", "shapes turned round", "a row of biases"},
        ),
        "count_parameters": (
            "not shared yet: the network without a hidden layer is the simplest of three",
            {"jumps over the hidden layers", "keeps the last layer only", "stops at the first layer"},
        ),
        "softmax": (
            "a batch is what softmax is for; a single sample is one check of four",
            {"normalises the columns", "adds up the columns", "normalises everything", "loses an axis"},
        ),
        "cross_entropy": (
            "the loss is wrong wherever it counts; a loss of the right size is no right value",
            {"divides by the classes", "counts in bits", "swaps the two", "asks every class yes or no"},
        ),
    },
    "04_layers": {
        "overwrite": (
            "not shared yet: one of the two things that a copy must do",
            {
                "moves the name",
                "adds",
                "writes the first row",
                "compares the lengths",
                "compares the last lengths",
                "refuses all floats",
            },
        ),
        "Affine.backward": (
            "writes over the weights, which spoils every later call",
            {"writes into params"},
        ),
        "SoftmaxWithLoss.forward": (
            "a loss of the right size is no right value; labels are one check of five",
            {
                "sums over the batch",
                "swaps the two",
                "divides by the classes",
                "counts in bits",
                "asks every class yes or no",
                "normalises the columns",
                "adds up the columns",
                "normalises everything",
                "knows labels only",
                "stands the labels up",
            },
        ),
        "SoftmaxWithLoss.backward": (
            "the gradient itself is wrong; what agrees with it shows state only",
            {"adds dout"},
        ),
    },
}


def leaves(value: Any) -> Iterator[np.ndarray]:
    """All arrays of a structure of lists."""
    if isinstance(value, list | tuple):
        for item in value:
            yield from leaves(item)
    else:
        yield np.asarray(value)


def is_input(part: Any, inputs: Mapping[str, Any]) -> bool:
    """Whether a part holds nothing but inputs, or a tenth of one: what stayed as it was is no output."""
    given = [leaf for value in inputs.values() for leaf in leaves(value) if leaf.dtype.kind in "iuf"]
    return all(any(np.array_equal(leaf, one / by) for one in given for by in (1, 10)) for leaf in leaves(part))


def is_output(name: str, run: Run, other: Run) -> bool:
    """Whether a part of the answer depends on the inputs, and is more than one of them."""
    pairs = zip(leaves(run.expected[name]), leaves(other.expected[name]), strict=False)
    return not is_input(run.expected[name], run.inputs) and not all(np.array_equal(*pair) for pair in pairs)


def right_parts(run: Run, other: Run, value: Any) -> Iterator[str]:
    """The outputs that are right in a wrong answer; of what is compared with itself, none."""
    assert run.compare is not None
    if run.compare.fresh or not isinstance(run.expected, dict) or not isinstance(value, dict):
        return
    for name in run.expected.keys() & value.keys():
        right = run.compare({name: value[name]}, {name: run.expected[name]}, run.inputs) is None
        if right and is_output(name, run, other):
            yield f"{run.title}: {name}"


def right_outputs(pairs: Sequence[tuple[Run, Run]], answers: Mapping[str, Outcome], task: TaskVerdict) -> Iterator[str]:
    """The checks that pass, and the outputs of the others that are right."""
    passed = {check.title for check in task.checks if check.status == "passed"}
    for run, other in pairs:
        if run.task == task.name and run.title in passed:
            yield run.title
        elif run.task == task.name and answers[run.key].status == "returned":
            yield from right_parts(run, other, answers[run.key].value)


def charged_too_much(assignment: Assignment, exercise: Exercise) -> Iterator[tuple[str, str, str]]:
    """The task, the known mistake, and an output that it leaves right, where it keeps less than a third."""
    visible = assignment.runs_of(exercise)
    hidden = {(run.task, run.title): run for run in assignment.runs_of(exercise, b"others") if not run.visible}
    pairs = [(run, hidden[run.task, run.title]) for run in visible if run.rule is None]
    for mistake in exercise.misconceptions:
        answers = assignment.answers(exercise, visible, exercise.written(mistake))
        [verdict] = [v for v in judge(visible, answers, ()) if v.name == mistake.task]
        right = list(right_outputs(pairs, answers, verdict))
        if right and lost_share(verdict) > MOST + 1e-9:
            yield mistake.task, mistake.name, f"{verdict.earned:g} of {verdict.points:g}, though right: {right}"


@pytest.mark.parametrize("name", SHARED)
def test_a_slip_costs_its_part(name: str) -> None:
    """The exceptions are exactly those listed: one that is not needed any longer is removed."""
    assignment = COURSE.assignment(name)
    found = [one for e in assignment.exercises.values() for one in charged_too_much(assignment, e)]
    listed = {(task, mistake) for task, (_, mistakes) in EXCEPTIONS[name].items() for mistake in mistakes}
    assert [one for one in found if one[:2] not in listed] == []
    assert listed - {one[:2] for one in found} == set()
