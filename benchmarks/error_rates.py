"""The two error rates of the checks: wrong work that keeps all points, and right work that loses some.

`python benchmarks/error_rates.py [ASSIGNMENT ...] [--secrets 3]`. Wrong are all known mistakes and lazy answers of the
course, right are its references and alternatives; each is graded as a student's text, in the sandbox, under several
course secrets, that is, with other hidden inputs each time. A piece counts as an error if one secret is enough for it.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from scipy.stats import binomtest

from autograder.course import Course
from autograder.exercises import Exercise
from autograder.prove import LAZY, lazy, trials
from autograder.sandbox import open_sandbox

COURSE = Course.find(Path(__file__).parent)


def pieces(exercise: Exercise) -> Iterator[tuple[str, str, bool, str]]:
    """What is handed in for one exercise: its name, its text, whether it is right, and the task that it is about."""
    yield "reference", exercise.source(), True, ""
    for right in exercise.alternatives:
        yield right.name, exercise.written(right), True, ""
    for wrong in exercise.misconceptions:
        yield wrong.name, exercise.written(wrong), False, wrong.task
    for name, answer in LAZY.items():
        yield name, lazy(exercise, answer), False, ""


def errors(secrets: int, place: tuple[str, str]) -> tuple[list[bool], list[tuple[bool, str]]]:
    """Whether each piece of one exercise is right, and those that were judged wrongly under any of the secrets."""
    assignment_name, exercise_name = place
    assignment = COURSE.assignment(assignment_name)
    exercise = assignment.exercises[exercise_name]
    judged: dict[tuple[bool, str], str] = {}
    for number in range(secrets):
        for trial in trials(assignment, [exercise_name], b"error rates %d" % number):
            for name, text, right, task in pieces(exercise):
                verdicts = trial.grade(text).tasks
                full = all(v.earned == v.points for v in ([verdicts[task]] if task else verdicts.values()))
                if full != right:
                    judged.setdefault((right, name), f"{assignment_name} {exercise_name}: {name}, secret {number}")
    return [right for _, _, right, _ in pieces(exercise)], [(right, said) for (right, _), said in judged.items()]


def interval(k: int, n: int) -> str:
    """`k of n`, and the exact 95 % interval of the rate (Clopper and Pearson, 1934)."""
    bounds = binomtest(k, n).proportion_ci(0.95, method="exact")
    return f"{k} of {n} (95 % interval: {bounds.low:.2%} to {bounds.high:.2%})"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("assignments", nargs="*", metavar="ASSIGNMENT", help="without any, all")
    parser.add_argument("--secrets", type=int, default=3)
    arguments = parser.parse_args()
    places = COURSE.exercises(arguments.assignments)
    count, wrongly = {True: 0, False: 0}, {True: 0, False: 0}
    open_sandbox(Path()).close()  # its canaries run here, and not in each process
    with ProcessPoolExecutor(os.cpu_count(), mp_context=get_context("fork")) as pool:
        results = pool.map(partial(errors, arguments.secrets), places)
        for number, ((name, exercise), (handed_in, judged)) in enumerate(zip(places, results, strict=True), 1):
            for right in handed_in:
                count[right] += 1
            for right, _ in judged:
                wrongly[right] += 1
            print(f"{number}/{len(places)} {name} {exercise}: {len(handed_in)} pieces", flush=True)
            print("".join(f"    {said}\n" for _, said in judged), end="")
    for right, said in ((False, "wrong work that kept all points"), (True, "right work that lost a point")):
        print(f"{said}, under {arguments.secrets} secrets: {interval(wrongly[right], count[right])}")


if __name__ == "__main__":
    main()
