"""How often the general diagnosis speaks of wrong work, and how often by luck: `python benchmarks/diagnosis.py`."""

from __future__ import annotations

import argparse
import re
from collections import Counter
from functools import partial
from multiprocessing import Pool
from pathlib import Path

from autograder.course import Course
from autograder.diagnose import relation
from autograder.mutants import mutants

COURSE = Course.find(Path(__file__).parent)


def examine(secrets: int, place: tuple[str, str]) -> Counter[str]:
    """Ask the known mistakes, without their own hints, and the mutants of one exercise under several secrets.

    What is said under one secret and not again under any other was a coincidence of the numbers.
    """
    name, exercise_name = place
    assignment = COURSE.assignment(name)
    exercise = assignment.exercises[exercise_name]
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
                    words = relation(difference.got, difference.expected, run.inputs)
                    if words:
                        said.append(re.sub(r"[\d.]+", "#", words))
                counts[f"{kind}, something said"] += len(said)
                counts[f"{kind}, said once only"] += sum(n == 1 for n in Counter(said).values()) if len(said) > 1 else 0
    return counts


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


if __name__ == "__main__":
    main()
