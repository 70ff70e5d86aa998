"""The figures behind the thresholds of 07_training: `python benchmarks/calibrate_training.py --seeds 100`."""

from __future__ import annotations

import argparse
import os
import time
import warnings
from functools import partial
from multiprocessing import Pool
from pathlib import Path
from statistics import NormalDist
from typing import Any

os.environ["OPENBLAS_NUM_THREADS"] = "1"  # the arrays are small: more threads only wait for each other

import numpy as np

from autograder.compare import mean_cross_entropy
from autograder.course import Course
from autograder.exercises import call_probe, draw

ASSIGNMENT = Course.find(Path(__file__).parent).assignment("07_training")
EXERCISE = ASSIGNMENT.exercises["train"]
CHECKS = {check.compare.name: check for check in EXERCISE.checks}
IMPLEMENTATIONS = {
    v.name: ASSIGNMENT.namespace(EXERCISE, EXERCISE.written(v))[EXERCISE.name]
    for v in (*EXERCISE.alternatives, *EXERCISE.misconceptions)
}
IMPLEMENTATIONS[EXERCISE.name] = ASSIGNMENT.definitions[EXERCISE.name]


def measure(name: str, seed: int) -> tuple[float, float, float]:
    """Train twice, as the two checks do: loss and share of wrong answers on unseen points, seconds a run.

    Parameters
    ----------
    name : str
        "train" for the reference, or the name of an alternative or a misconception.
    seed : int
        What the inputs are drawn from.
    """
    started = time.perf_counter()
    answers: dict[str, Any] = {}
    inputs: dict[str, Any] = {}
    for check in (CHECKS["cross_entropy"], CHECKS["accuracy"]):
        inputs = draw(check, seed, ASSIGNMENT.given)
        known = {**ASSIGNMENT.given, EXERCISE.name: IMPLEMENTATIONS[name]}
        answers[check.compare.name] = call_probe(check.probe, known, inputs)
    seconds = (time.perf_counter() - started) / 2
    wrong = answers["accuracy"] != inputs["t_unseen"].argmax(axis=1)
    loss = mean_cross_entropy(answers["cross_entropy"], inputs["t_unseen"].argmax(axis=1))
    return loss, float(np.mean(wrong)), seconds


def false_fails(values: Any, limit: float) -> str:
    """How many values exceed the limit, and the share that a log-normal distribution would put there.

    Both the loss and the errors are positive and skewed to the right, as a log-normal distribution is.
    """
    logarithms = np.log(values)
    tail = NormalDist(logarithms.mean(), logarithms.std(ddof=1)).cdf(-np.log(limit) + 2 * logarithms.mean())
    return f"{int(np.sum(values > limit))} of {len(values)} beyond {limit:.3g}, log-normal tail {tail:.0e}"


def distribution(values: Any) -> str:
    """Mean, spread and quantiles in one line."""
    quantiles = " ".join(f"{q:.3f}" for q in np.quantile(values, [0, 0.01, 0.5, 0.99, 1]))
    return f"mean {np.mean(values):.3f}, sd {np.std(values):.4f}, quantiles 0 1 50 99 100 %: {quantiles}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=100, help="runs of the reference")
    parser.add_argument("--mistakes", type=int, default=0, metavar="SEEDS", help="runs of each misconception")
    arguments = parser.parse_args()
    warnings.simplefilter("ignore")  # misconceptions divide by zero
    loss_limit = CHECKS["cross_entropy"].compare.settings["at_most"]
    error_limit = 1 - CHECKS["accuracy"].compare.settings["at_least"]
    with Pool(2) as pool:
        loss, wrong, seconds = np.transpose(pool.map(partial(measure, "train"), range(arguments.seeds)))
        print(f"loss      {distribution(loss)}\n          {false_fails(loss, loss_limit)}")
        print(f"accuracy  {distribution(1 - wrong)}\n          errors: {false_fails(wrong, error_limit)}")
        print(f"one run   {np.median(seconds):.2f} s")
        for name in IMPLEMENTATIONS if arguments.mistakes else ():
            loss, wrong, _ = np.transpose(pool.map(partial(measure, name), range(arguments.mistakes)))
            print(f"{name:26} loss {np.mean(loss):.3f}, accuracy {1 - np.mean(wrong):.3f}")


if __name__ == "__main__":
    main()
