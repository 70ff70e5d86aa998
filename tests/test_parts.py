"""Points for parts of an answer, and answers that are compared with answers of the same student."""

from __future__ import annotations

import io
import math
import time
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console
from test_authoring import course

from autograder import terminal
from autograder.course import Assignment
from autograder.definitions import code
from autograder.judge import judge
from autograder.notebook import statement
from autograder.prove import lost_by_skipped, prove
from autograder.sandbox.job import Definition, Job, Outcome, Probe
from autograder.sandbox.local import LocalSandbox
from autograder.sandbox.session import Session, most_seconds, run
from autograder.verdict import CheckVerdict, TaskVerdict

DENSE = r'''"""### `Dense`: forward, and back again"""

import numpy as np

from autograder import agree, exercise, task


def batches(rng):
    return {
        "W": rng.normal(size=(3, 4)),
        "x": rng.normal(size=(5, 3)),
        "dout": rng.normal(size=(5, 4)),
        "dout2": rng.normal(size=(5, 4)),
    }


@exercise
class Dense:
    """The layer x W; dW has the shape of W."""

    def __init__(self, W):
        self.W, self.dW = W, np.zeros_like(W)

    @task
    def backward(self, x, dout):
        """Fill dW, and return the gradient with respect to x and the sum of dout over the batch."""
        self.dW[...] = x.T @ dout
        return dout @ self.W.T, dout.sum(axis=0)


@Dense.check("backward", "the gradients", given=batches, points={"dx": 2, "dW": 1, "db": 0.5})
def gradients(Dense, W, x, dout):
    layer = Dense(W)
    dx, db = layer.backward(x, dout)
    return {"dx": dx, "dW": layer.dW, "db": db}


@Dense.check("backward", "in place", given=batches, compare=agree("dW", "dW of a new layer"))
def in_place(Dense, W, x, dout, dout2):
    new, layer = Dense(W), Dense(W)
    new.backward(x, dout2)
    dW = layer.dW
    layer.backward(x, dout)
    layer.backward(x, dout2)
    return {"dW": dW, "dW of a new layer": new.dW}
'''


@pytest.fixture(scope="module")
def dense(tmp_path_factory: pytest.TempPathFactory) -> Assignment:
    return course(tmp_path_factory.mktemp("course"), dense=DENSE)


BODIES = {
    "self.dW[...] = x.T @ dout\nreturn dout @ self.W.T, dout.sum(axis=0)": (3.5, 1, ""),
    "self.dW[...] = x.T @ dout\nreturn dout @ self.W.T, dout.mean(axis=0)": (3, 1, "(right: dx, dW)"),
    "self.dW[...] = 2 * x.T @ dout\nreturn dout @ self.W.T, dout.mean(axis=0)": (2, 1, "(right: dx)"),
    "self.dW = x.T @ dout\nreturn dout @ self.W.T, dout.sum(axis=0)": (3.5, 0, "compared with `dW of a new layer`"),
    "self.dW += x.T @ dout\nreturn dout @ self.W.T, dout.sum(axis=0)": (3.5, 0, "compared with `dW of a new layer`"),
    "self.dW[...] = x.T @ dout\nraise ValueError": (0, 0, "ValueError"),
    "return dout @ self.W.T, dout.sum(axis=0)": (2.5, 0, "`dW of a new layer` is all zeros"),
    "self.dW[...] = 1\nreturn dout, dout": (0, 0, "is `W`, or a multiple of it"),
    "self.dW[...] = self.W**2\nreturn dout, dout": (0, 0, "`dW of a new layer` is the same for another `x`"),
    "self.dW[...] = x.T @ x[:, :1] + self.W\nreturn 0, 0": (0, 0, "is the same for another `dout2`"),
    "self.dW[...] = np.random.default_rng(1).normal(size=(3, 4))\nreturn 0, 0": (0, 0, "the same for another `x`"),
}


@pytest.mark.parametrize("body", BODIES)
def test_what_is_right_earns_its_points(dense: Assignment, body: str) -> None:
    """In grading, where the hidden answers earn the points, and in the visible checks."""
    of_gradients, of_writing, words = BODIES[body]
    exercise, runs = dense.exercises["Dense"], dense.runs(b"secret")
    text = exercise.stub().replace("raise NotImplementedError()", body.replace("\n", "\n        "))
    [task] = judge(runs, dense.answers(exercise, runs, text), ())
    earned = {check.title: check.earned for check in task.checks if not check.visible}
    assert earned == {"the gradients": of_gradients, "in place": of_writing}
    assert any(words in check.reason for check in task.checks if check.visible)
    hidden = " ".join(check.reason for check in task.checks if not check.visible)
    assert "for another" not in hidden  # which input was ignored could carry a number out


def test_a_rule_counts_where_some_values_are_right(tmp_path: Path) -> None:
    """A slip in one part does not cost the rule as well; the visible answers by heart do not earn it."""
    rule = '\nfrom autograder import no_loops\nDense.rule("backward", "no loop", no_loops())\n'
    assignment = course(tmp_path, dense=DENSE + rule)
    exercise, runs = assignment.exercises["Dense"], assignment.runs(b"secret")
    by_heart = next(run.expected for run in runs if run.visible and run.title == "the gradients")
    dx, dW, db = (by_heart[name].tolist() for name in ("dx", "dW", "db"))
    bodies = {
        "self.dW[...] = x.T @ dout\n        return dout @ self.W.T, dout.mean(axis=0)": "passed",
        "self.dW[...] = x.T @ dout + 1\n        return dout, dout.mean(axis=0)": "skipped",
        f"self.dW[...] = {dW}\n        return np.array({dx}), np.array({db})": "skipped",
    }
    for body, status in bodies.items():
        text = exercise.stub().replace("raise NotImplementedError()", body)
        [task] = judge(runs, assignment.answers(exercise, runs, text), code(text, "cell 1").definitions)
        assert [check.status for check in task.checks if check.title == "no loop"] == [status]


def test_what_is_graded_says_how_points_are_shared(dense: Assignment) -> None:
    graded = statement(dense.exercises["Dense"]).split("**What is graded**")[1].split("\n")
    assert "- `backward`: the gradients (3.5 points: dx 2, dW 1, db 0.5)" in graded
    assert "- `backward`: in place (1 point)" in graded


def test_what_each_known_mistake_costs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """3.5 + 1 points: a mean for a sum costs 0.5 of them, an exception costs the check it is raised in."""
    slips = """
Dense.slip("backward", "db is a mean", {"sum": "mean"}, "What happens to the pushes of the samples?")
Dense.slip("backward", "returns nothing", {"return ": ""}, "What does your method return?")
"""
    proofs = [p for p in prove(course(tmp_path, dense=DENSE + slips)) if p.kind == "misconception"]
    assert {p.name: (p.task, round(p.lost, 3), p.skipped) for p in proofs} == {
        "db is a mean": ("Dense.backward", round(0.5 / 4.5, 3), 0),
        "returns nothing": ("Dense.backward", round(3.5 / 4.5, 3), 0),
    }
    monkeypatch.setattr(terminal, "console", Console(width=120, record=True, file=io.StringIO()))
    waits = replace(proofs[0], name="spoils what waits", lost=0.5, skipped=1.5)
    terminal.proof([*proofs, waits])
    rows = [line.split() for line in terminal.console.export_text().splitlines()]
    assert ["│", "Dense.backward", "│", "db", "is", "a", "mean", "│", "11%", "│", "│"] in rows
    assert ["│", "Dense.backward", "│", "spoils", "what", "waits", "│", "50%", "│", "1.5", "│"] in rows


def test_what_skipped_checks_lose_is_counted() -> None:
    skipped = CheckVerdict("t", False, "skipped", 0, 1.5)
    wrong, passed = CheckVerdict("t", False, "wrong", 0.5, 1), CheckVerdict("t", False, "passed", 1, 1)
    assert lost_by_skipped([TaskVerdict("a", (wrong, passed)), TaskVerdict("b", (skipped, skipped))]) == 3


def test_checks_that_hang_void_no_other_check_of_their_task() -> None:
    """Four checks of one task, each with visible and hidden inputs: three hang, the last one is cheap."""
    wait = Definition("def f(n):\n    while n:\n        pass\n    return n", ("f",))
    probes = tuple(
        Probe(f"{n} {form}", "def p(f, n):\n    return f(n)\n", "p", ("f", "n"), {"n": n}, 2.0, "f", check=str(n))
        for form in ("visible", "hidden")
        for n in (3, 2, 1, 0)
    )
    started = time.monotonic()
    outcomes = run(Job((), (wait,), probes), LocalSandbox())
    assert time.monotonic() - started < most_seconds(probes) == 20 + 2 * 2 + 2 * 1
    assert {key: outcome.status for key, outcome in outcomes.items()} == {
        probe.key: "timeout" if probe.inputs["n"] else "returned" for probe in probes
    }
    limits = {key: outcome.message for key, outcome in outcomes.items() if outcome.status == "timeout"}
    assert {key for key, message in limits.items() if "after 1 s" in message} == {"1 visible", "1 hidden"}


def test_what_has_answered_slowly_is_given_the_time_again() -> None:
    """After two time-outs: 1 s, or three times what the visible inputs took, but never more than the limit."""
    probe = Probe("c hidden", "", "p", (), {}, 5.0, "f", check="c")
    session = Session(Job((), (), (probe,)), LocalSandbox(), lambda key: None, math.inf)
    assert session.seconds(probe) == 5
    session.hung["f"] = {"a": Outcome("timeout"), "b": Outcome("timeout")}
    for took, limit in ((0.01, 1), (0.5, 1.5), (3, 5)):
        session.took["f", "c"] = took
        assert session.seconds(probe) == limit
