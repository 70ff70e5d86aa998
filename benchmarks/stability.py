"""Right work under many course secrets: not a point may be lost. `python benchmarks/stability.py --secrets 1000`."""

from __future__ import annotations

import argparse
from functools import partial
from multiprocessing import Pool
from pathlib import Path

from autograder.course import Course
from autograder.exercises import Variant

COURSE = Course.find(Path(__file__).parent)


def lost(secrets: int, place: tuple[str, str]) -> tuple[int, list[str]]:
    """How many checks one exercise's right solutions were asked, and which of them did not pass.

    Thresholds of training are left to calibrate_training.py, which knows how near each run comes.
    """
    name, exercise_name = place
    assignment = COURSE.assignment(name)
    exercise = assignment.exercises[exercise_name]
    right: list[Variant | None] = [None, *exercise.alternatives]
    solutions = {
        v.name if v else "reference": assignment.namespace(exercise, exercise.written(v))
        if v
        else assignment.definitions
        for v in right
    }
    asked, failed = 0, []
    for number in range(secrets):
        secret = number.to_bytes(4, "big")
        runs = {(run.task, run.title): run for run in assignment.runs_of(exercise, secret) if not run.visible}
        for check in exercise.checks:
            if check.probe is None or check.compare.name != "close":
                continue
            run = runs[check.task, check.title]
            for solution, definitions in solutions.items():
                outcome = assignment.outcome(check, definitions, run.inputs)
                asked += 1
                if outcome.status != "returned":
                    failed.append(f"{name}, {exercise_name}, {solution}, secret {number}: {outcome.error}")
                elif difference := check.compare(outcome.value, run.expected, run.inputs):
                    failed.append(f"{name}, {exercise_name}, {solution}, secret {number}: {difference.reason}")
    return asked, failed


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("assignments", nargs="*", metavar="ASSIGNMENT", help="without any, all")
    parser.add_argument("--secrets", type=int, default=100)
    arguments = parser.parse_args()
    places = COURSE.exercises(arguments.assignments)
    total = lost_in_all = 0
    with Pool() as pool:
        results = pool.imap(partial(lost, arguments.secrets), places)
        for number, ((name, exercise), (asked, failed)) in enumerate(zip(places, results, strict=True), 1):
            total, lost_in_all = total + asked, lost_in_all + len(failed)
            print(
                f"{number}/{len(places)} {name} {exercise}: {asked} answers, {len(failed)} wrongly rejected", flush=True
            )
            print("".join(f"    {line}\n" for line in failed[:5]), end="")
    print(f"{total} answers of right solutions under {arguments.secrets} secrets: {lost_in_all} wrongly rejected")


if __name__ == "__main__":
    main()
