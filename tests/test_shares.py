"""The known mistakes that leave some outputs right, yet keep less than a third of their task's points: why."""

from __future__ import annotations

import numpy as np

from autograder.compare import agree, close
from autograder.prove import Proof
from autograder.runs import Run
from autograder.sandbox.job import Outcome
from autograder.slips import unfairly_lost
from autograder.verdict import CheckVerdict, TaskVerdict

EXCEPTIONS: dict[str, dict[str, tuple[str, set[str]]]] = {  # why, and the known mistakes that keep less
    "02_linear_classifier": {
        "make_clouds": (
            "all points of a class are one point: no centre and no spread are right",
            {"one point for each class"},
        ),
        "train": (
            "no step follows another one, so nothing is learned; the start, or the call of one step, is a quarter",
            {"never steps", "stores the step, not its loss", "returns inside the loop", "starts in the loop"},
        ),
    },
    "03_forward": {
        "softmax": (
            "fails for a batch, which is what softmax is for, and so for what follows",
            {"loses an axis"},
        ),
    },
    "04_layers": {
        "overwrite": (
            "what it leaves as it was is no work of its own",
            {"writes the first row"},
        ),
        "Affine.backward": (
            "writes over the weights, which spoils every later call",
            {"writes into params"},
        ),
    },
    "05_backpropagation": {
        "numerical_gradient": (
            "each slope belongs to a place that has been moved; only a copy of whole numbers escapes it",
            {"leaves x moved"},
        ),
        "DNN.backpropagate": (
            "the loss and the calls of the layers belong to the way forward, which is given; the way back is wrong",
            {
                "starts at one",
                "asks before it looks",
                "skips the last layer",
                "keeps the gradients",
                "overwrites the weights",
            },
        ),
    },
    "07_training": {
        "train": (
            "an empty batch makes NaN of all weights, so that nothing is trained wherever the batches fit",
            {"one batch too many"},
        ),
    },
    "08_mnist": {
        "train_step": (
            "the input or the probabilities are wrong, and losses, gradients and most of what is learned with them",
            {"no softmax", "softmax down the columns", "no sigmoid", "relu", "scales X in place"},
        ),
        "train_classifier": (
            "a network that learns is what the task asks; its first loss and the number of steps need no learning",
            {
                "the settings of the book",
                "too small a rate",
                "too large a rate",
                "one batch of everything",
                "one hidden unit",
                "raw pixels",
                "images and labels fall apart",
                "part of the pictures",
                "never trains",
                "trains another one",
            },
        ),
    },
    "09_autodiff": {
        "unbroadcast": (
            "a sum over everything is right for two of the ten shapes: where nothing is to be left",
            {"sums over all"},
        ),
    },
    "10_svhn": {
        "fit": (
            "the training sees the test samples as well, so that it and the test are wrong in all that is counted",
            {"trains on the test samples"},
        ),
        "standardise": (
            "the pixels are wrong, in both forms; that 20 pictures can be learned from them all the same is a sixth",
            {"subtracts bytes", "subtracts in place"},
        ),
    },
}


def assert_slips_cost_their_parts(assignment: str, exercise: str, proofs: list[Proof]) -> None:
    """The exceptions are exactly those listed: one that is not needed any longer is removed."""
    tasks = {p.task for p in proofs}
    listed = {(t, name) for t, (_, names) in EXCEPTIONS.get(assignment, {}).items() if t in tasks for name in names}
    found = {(p.task, p.name): p.right for p in proofs if p.right}
    assert {one: right for one, right in found.items() if one not in listed} == {}
    assert listed - found.keys() == set()


def test_what_counts_as_a_right_output() -> None:
    """Of a wrong answer: a right part that depends on the inputs; no argument, no constant, nothing that agrees."""
    inputs = {"x": np.array([1.0, 2.0])}
    right = {"double": np.array([2.0, 4.0]), "sum": 3.0, "x afterwards": inputs["x"], "length": 2}
    other = {**right, "double": np.array([2.0, 6.0]), "sum": 4.0}
    answer = Outcome("returned", {**right, "sum": 0.0})
    for compare, found in ((close(), ("values: double",)), (agree("double", "double again"), ())):
        hidden = Run("f", "values", False, 1, inputs=inputs, expected=right, compare=compare)
        runs = [Run("f", "values", True, 0, inputs=inputs, expected=other, compare=compare), hidden]
        for earned, lost in ((0.0, found), (0.5, ())):
            verdict = TaskVerdict("f", (CheckVerdict("values", False, "wrong", earned, 1),))
            assert unfairly_lost(runs, {hidden.key: answer}, verdict) == lost
