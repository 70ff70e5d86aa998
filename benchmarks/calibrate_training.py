"""The figures behind the thresholds of training: `python benchmarks/calibrate_training.py 07_training --seeds 100`."""

from __future__ import annotations

import argparse
import time
import warnings
from functools import partial
from multiprocessing import Pool
from pathlib import Path
from statistics import NormalDist
from typing import Any

import numpy as np

from autograder.compare import Comparison, mean_cross_entropy, share_right
from autograder.course import Course
from autograder.exercises import Exercise, call_probe, draw

COURSE = Course.find(Path(__file__).parent)
Place = tuple[str, str, int]  # an assignment, an exercise, the number of a check


def thresholds(names: list[str]) -> list[Place]:
    """The checks with a threshold that a right answer may miss by bad luck."""
    return [
        (name, exercise, number)
        for name, exercise in COURSE.exercises(names)
        for number, check in enumerate(COURSE.assignment(name).exercises[exercise].checks)
        if check.probe and check.compare.name != "close"
    ]


def measure(place: Place, variant: str, seed: int) -> tuple[float, float]:
    """What the check looks at (errors, loss, or the number itself) after inputs drawn from a seed, and the seconds.

    `variant` is the name of an alternative or a misconception; "" asks the reference.
    """
    name, exercise_name, number = place
    assignment = COURSE.assignment(name)
    exercise = assignment.exercises[exercise_name]
    check = exercise.checks[number]
    inputs = draw(check, seed, assignment.given)
    variants = {v.name: v for v in (*exercise.alternatives, *exercise.misconceptions)}
    text = exercise.written(variants[variant]) if variant else exercise.source()
    known = assignment.namespace(exercise, text, check.without)
    started = time.perf_counter()
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")  # misconceptions divide by zero
        try:
            answer = call_probe(check.probe, known, {k: v for k, v in inputs.items() if k in check.parameters})
            value = looked_at(check.compare, answer, inputs)
        except Exception:  # what many misconceptions come to
            value = np.nan
    return value, time.perf_counter() - started


def looked_at(compare: Comparison, answer: Any, inputs: dict[str, Any]) -> float:
    if compare.name == "between":
        unit = compare.settings.get("unit", "")
        return float(np.asarray(answer).reshape(())) / (inputs[unit] if unit else 1)
    labels = inputs[compare.settings["labels"]]
    return mean_cross_entropy(answer, labels) if compare.name == "cross_entropy" else 1 - share_right(answer, labels)


def limits(compare: Comparison) -> tuple[float, float]:
    """Between what a right answer must lie; errors are counted, not hits."""
    settings = compare.settings
    if compare.name == "between":
        return settings["low"], settings["high"]
    return 0.0, 1 - settings["at_least"] if compare.name == "accuracy" else settings["at_most"]


def false_fails(values: Any, low: float, high: float) -> str:
    """How many values lie beyond the limits, and the share that a fitted distribution would put there.

    Losses and errors are positive and skewed to the right, as a log-normal distribution is; where one is 0 or
    negative, a normal distribution is fitted.
    """
    beyond = int(np.sum(~((values >= low) & (values <= high))))
    logarithmic = bool(np.min(values) > 0)
    fitted, bounds = (np.log(values), np.log([max(low, 1e-300), high])) if logarithmic else (values, (low, high))
    spread = max(float(np.std(fitted, ddof=1)), 1e-12)
    away = [(np.mean(fitted) - bounds[0]) / spread, (bounds[1] - np.mean(fitted)) / spread]
    tails = [NormalDist().cdf(-float(a)) for a in away]
    tail = tails[1] if low == 0 else sum(tails)
    kind = "log-normal" if logarithmic else "normal"
    return f"{beyond} of {len(values)} beyond {low:.3g} to {high:.3g}, {kind} tail {tail:.0e}"


def distribution(values: Any) -> str:
    """Mean, spread and quantiles in one line."""
    quantiles = " ".join(f"{q:.3g}" for q in np.quantile(values, [0, 0.01, 0.5, 0.99, 1]))
    return f"mean {np.mean(values):.4g}, sd {np.std(values):.2g}, quantiles 0 1 50 99 100 %: {quantiles}"


def show(place: Place, exercise: Exercise, pool: Any, seeds: int, others: int) -> None:
    check = exercise.checks[place[2]]
    values, seconds = np.transpose(pool.map(partial(measure, place, ""), range(seeds)))
    print(f"\n{place[0]}, {check.task}: {check.title}")
    print(f"  {'errors' if check.compare.name == 'accuracy' else 'value'}: {distribution(values)}")
    print(f"  {false_fails(values, *limits(check.compare))}")
    print(
        f"  {np.median(seconds):.3f} s a run, limit {check.seconds:g} s: {check.seconds / np.median(seconds):.0f} times"
    )
    for variant in (*exercise.alternatives, *exercise.misconceptions) if others else ():
        if variant.task in ("", check.task):
            values, _ = np.transpose(pool.map(partial(measure, place, variant.name), range(others)))
            print(f"    {'hint' if variant.hint else 'right'}: {variant.name:32} {np.mean(values):.3f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("assignments", nargs="*", metavar="ASSIGNMENT", help="without any, all")
    parser.add_argument("--seeds", type=int, default=100, help="runs of the reference")
    parser.add_argument("--others", type=int, default=0, metavar="SEEDS", help="runs of each other implementation")
    arguments = parser.parse_args()
    with Pool() as pool:
        for place in thresholds(arguments.assignments):
            exercise = COURSE.assignment(place[0]).exercises[place[1]]
            show(place, exercise, pool, arguments.seeds, arguments.others)


if __name__ == "__main__":
    main()
