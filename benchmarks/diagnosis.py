"""How much wrong work is recognised, and how often wrongly: `python benchmarks/diagnosis.py`."""

from __future__ import annotations

import argparse
import random
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from itertools import combinations
from multiprocessing import Pool
from pathlib import Path

from autograder.course import Assignment, Course
from autograder.definitions import code
from autograder.diagnose import relation
from autograder.exercises import CourseError, Exercise, Variant
from autograder.judge import judge
from autograder.mutants import mutants
from autograder.runs import Mistake, Run

PAIRS = 20  # of an exercise, drawn with a seed
COURSE = Course.find(Path(__file__).parent)


def examine(secrets: int, place: tuple[str, str]) -> Counter[str]:
    name, exercise_name = place
    assignment = COURSE.assignment(name)
    exercise = assignment.exercises[exercise_name]
    return diagnosed(secrets, assignment, exercise) + hinted(assignment, exercise)


def diagnosed(secrets: int, assignment: Assignment, exercise: Exercise) -> Counter[str]:
    """Ask the known mistakes, without their own hints, and the mutants of one exercise under several secrets.

    What is said under one secret and not again under any other was a coincidence of the numbers.
    """
    texts = {"mistakes": [exercise.written(m) for m in exercise.misconceptions]}
    texts["mutants"] = [m.source for m in mutants(exercise)]
    checks = [c for c in exercise.checks if c.probe is not None and c.compare.name == "close" and c.seconds <= 5]
    runs = [
        {(r.task, r.title): r for r in assignment.runs_of(exercise, bytes([n])) if not r.visible}
        for n in range(secrets)
    ]
    counts: Counter[str] = Counter()
    for kind, sources in texts.items():
        for source in sources:
            try:
                definitions = assignment.namespace(exercise, source)
            except Exception:  # some mutants cannot even be defined
                continue
            for check in checks:
                said = []
                for asked in runs:
                    run = asked[check.task, check.title]
                    outcome = assignment.outcome(check, definitions, run.inputs)
                    difference = outcome.status == "returned" and check.compare(outcome.value, run.expected, run.inputs)
                    if not difference or difference.got is None:
                        continue
                    counts[f"{kind}, wrong values"] += 1
                    words = relation(difference.got, difference.expected, run.inputs, difference.part, run.expected)
                    if words:
                        said.append(re.sub(r"[\d.]+", "#", words))
                counts[f"{kind}, something said"] += len(said)
                counts[f"{kind}, said once only"] += sum(n == 1 for n in Counter(said).values()) if len(said) > 1 else 0
    return counts


def hinted(assignment: Assignment, exercise: Exercise) -> Counter[str]:
    """Which hints two mistakes made at once get, and which one a mistake gets that is not known.

    A hint is right that belongs to one of the two. A mistake that is taken out of the list is not known; where another
    one gives the same answers its hint is shown, and a person has to say whether it fits.
    """
    runs = assignment.runs_of(exercise, b"hints")
    counts: Counter[str] = Counter()
    for one, other, text in _pairs(exercise):
        if hints := _hints(assignment, exercise, runs, text):
            counts["pairs"] += 1
            counts["pairs, a hint of one of the two"] += any(hint in hints for hint in (one.hint, other.hint))
            counts["pairs, only another hint"] += hints != {""} and not {one.hint, other.hint} & hints
    for mistake in exercise.misconceptions:
        rest = [replace(r, mistakes=partial(_without, r, mistake.name)) for r in runs]
        hints = _hints(assignment, exercise, rest, exercise.written(mistake))
        counts["unknown"] += 1
        if strange := hints - {"", mistake.hint}:
            counts["unknown, another hint"] += 1
            print(f"{assignment.name} {mistake.task} {mistake.name!r}: {mistake.hint!r}\n    gets {strange}")
    return counts


def _without(run: Run, name: str) -> tuple[Mistake, ...]:
    return tuple(mistake for mistake in run.mistakes() if mistake.name != name)


def _pairs(exercise: Exercise) -> list[tuple[Variant, Variant, str]]:
    """Two slips of one task at once, where both can be made."""
    slips = [m for m in exercise.misconceptions if m.edits]
    found = []
    for one, other in combinations(slips, 2):
        if (one.task, one.method) != (other.task, other.method) or set(one.edits) & set(other.edits):
            continue
        try:
            text = exercise.written(replace(one, edits={**one.edits, **other.edits}))
        except CourseError:
            continue
        if text not in (exercise.written(one), exercise.written(other)):
            found.append((one, other, text))
    return random.Random(exercise.name).sample(found, min(PAIRS, len(found)))


def _hints(assignment: Assignment, exercise: Exercise, runs: Sequence[Run], text: str) -> set[str]:
    """The hints of the checks that fail; empty where none does, or where the text cannot even be defined."""
    try:
        outcomes = assignment.answers(exercise, runs, text)
    except Exception:  # as some mutants
        return set()
    verdicts = judge(runs, outcomes, code(text, "cell 1").definitions)
    return {c.hint for task in verdicts for c in task.checks if c.status in ("wrong", "error", "timeout")}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("assignments", nargs="*", metavar="ASSIGNMENT", help="without any, all")
    parser.add_argument("--secrets", type=int, default=5)
    arguments = parser.parse_args()
    places = COURSE.exercises(arguments.assignments)
    total: Counter[str] = Counter()
    with Pool() as pool:
        for counts in pool.imap_unordered(partial(examine, arguments.secrets), places):
            total += counts
    for kind in ("mistakes", "mutants"):
        wrong, said, once = (total[f"{kind}, {what}"] for what in ("wrong values", "something said", "said once only"))
        print(f"{kind}: {wrong} wrong answers, of {said} ({said / wrong:.0%}) something is said; {once} times by luck,")
        print(f"    so {1 - once / max(said, 1):.2%} of what is said holds under other secrets as well")
    for what in (
        "pairs",
        "pairs, a hint of one of the two",
        "pairs, only another hint",
        "unknown",
        "unknown, another hint",
    ):
        print(f"{what}: {total[what]}")


if __name__ == "__main__":
    main()
