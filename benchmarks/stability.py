"""Right work under many course secrets loses no point; the same work graded again and again gets the same verdicts.

`python benchmarks/stability.py --secrets 1000`, `python benchmarks/stability.py 04_layers --repeats 100`.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
from functools import partial
from multiprocessing import Pool
from pathlib import Path

from measuring import make_course

from autograder import report
from autograder.collect import collect_file, student_of
from autograder.course import Course
from autograder.exercises import Variant
from autograder.grade import Grader
from autograder.terminal import progress

COURSE = Course.find(Path(__file__).parent)


def lost(secrets: int, place: tuple[str, str]) -> tuple[int, list[str]]:
    """How many checks one exercise's right solutions were asked, and which of them did not pass.

    Thresholds of training are left to calibrate_training.py, which knows how near each run comes.
    """
    name, exercise_name = place
    assignment = COURSE.assignment(name)
    exercise = assignment.exercises[exercise_name]
    exercise.checks = [c for c in exercise.checks if c.probe is not None and c.compare.name == "close"]
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
            run = runs[check.task, check.title]
            for solution, definitions in solutions.items():
                outcome = assignment.outcome(check, definitions, run.inputs)
                asked += 1
                if outcome.status != "returned":
                    failed.append(f"{name}, {exercise_name}, {solution}, secret {number}: {outcome.error}")
                elif difference := check.compare(outcome.value, run.expected, run.inputs):
                    failed.append(f"{name}, {exercise_name}, {solution}, secret {number}: {difference.reason}")
    return asked, failed


def differing(name: str, repeats: int, students: int = 40) -> tuple[int, list[str]]:
    """Grade a class `repeats` times, each time in another order: how many gradings, and whose verdicts differed."""
    with tempfile.TemporaryDirectory() as folder:
        course, paths = make_course(Path(folder) / "course", name, students)
        rng, verdicts = random.Random(name), dict[Path, set[str]]()
        with Grader(course, course.assignment(name)) as grader:
            for _ in progress(range(repeats), f"grading {name}", repeats):
                for path in rng.sample(paths, len(paths)):
                    record = report.record(grader.grade(collect_file(path, student_of(path))))
                    verdicts.setdefault(path, set()).add(json.dumps(record))
    return repeats * len(paths), [student_of(path) for path, records in verdicts.items() if len(records) > 1]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("assignments", nargs="*", metavar="ASSIGNMENT", help="without any, all")
    parser.add_argument("--secrets", type=int, default=100)
    parser.add_argument("--repeats", type=int, default=0, help="grade a class so many times instead")
    arguments = parser.parse_args()
    if arguments.repeats:
        for name in arguments.assignments or COURSE.assignment_names:
            graded, differ = differing(name, arguments.repeats)
            print(f"{name}: {graded} gradings in changing order, verdicts that differ: {', '.join(differ) or 'none'}")
        return
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
