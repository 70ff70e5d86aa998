"""What `versions.py` asks in each of its environments, where this is run."""

from __future__ import annotations

import json
import os
import platform
import shutil
import sys
import tempfile
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from threadpoolctl import threadpool_info, threadpool_limits

from autograder.build import build
from autograder.course import Assignment, Course
from autograder.demo import Student, hand_in
from autograder.judge import judge
from autograder.notebook import Released
from autograder.prove import PROOF_SECRET, prove_all
from autograder.runs import Run, to_json
from autograder.sandbox.job import Outcome
from autograder.selfcheck import CHECKS_FILE, check_live, check_notebook, load
from autograder.verdict import TaskVerdict

PARTS = {
    "prove": "what `autograder prove` tries does what it should",
    "build": "`autograder build` makes the inputs and right answers that are committed, up to 1e-6",
    "check": "right work passes the committed checks, in a kernel and by `autograder check`",
    "hints": "known mistakes get the same hints from the committed checks as from fresh ones",
    "hidden": "hidden inputs and their answers are those of the first row, up to 1e-6",
}


# Each part yields a line for each thing that it asks: "" if it is as it should be. Proofs come first: a mistake that
# leaves something behind in its class answers the second time otherwise.


def proven(course: Course, _: Path) -> Iterator[str]:
    for proofs in prove_all(course, course.exercises(), os.cpu_count() or 1):
        yield from ("" if p.holds else f"{p.place}: {p.kind} {p.name}: {p.detail}" for p in proofs)


def built(course: Course, committed: Path) -> Iterator[str]:
    for name in build(course, course.assignment_names):
        files = (folder / name / CHECKS_FILE for folder in (course.root / "assignments", committed))
        yield from compared(*(json.loads(file.read_text("utf-8"))["runs"] for file in files))


def checked(course: Course, committed: Path) -> Iterator[str]:
    for name in course.assignment_names:
        for number, texts in enumerate(styles(course.assignment(name))):
            for verdict in (*live(course.assignment(name), committed, texts), *saved(committed / name, texts)):
                failed = [f"{c.title}: {c.reason}" for c in verdict.checks if c.status != "passed"]
                yield f"{name}, {verdict.name}, style {number}: {failed[0]}" if failed else ""


def styles(assignment: Assignment) -> Iterator[dict[str, str]]:
    """Right work on all exercises: the references, then their first alternatives, then the second ones..."""
    exercises = assignment.exercises.values()
    yield {e.name: e.source() for e in exercises}
    for n in range(max(len(e.alternatives) for e in exercises)):
        yield {e.name: e.written(e.alternatives[n]) if n < len(e.alternatives) else e.source() for e in exercises}


def live(assignment: Assignment, committed: Path, texts: Mapping[str, str]) -> list[TaskVerdict]:
    """What `check` says in a notebook; rules about the source are left out, which look for its cells."""
    checks = load(committed / assignment.name / CHECKS_FILE)
    checks = replace(checks, runs=tuple(run for run in checks.runs if run.rule is None))
    namespace = assignment.namespace()
    for text in texts.values():
        exec(compile(text, "<notebook>", "exec"), namespace)
    with threadpool_limits(int(os.environ.get("OPENBLAS_NUM_THREADS", "1"))):  # the course itself uses one
        return [check_live(checks, task, namespace) for task in checks.tasks]


def saved(released: Path, texts: dict[str, str]) -> tuple[TaskVerdict, ...]:
    """What `autograder check` says."""
    with tempfile.TemporaryDirectory() as place:
        hand_in(Student("one", "", texts), Released(released), Path(place), released.name)
        folder = Path(place, "submitted", "one", released.name)
        shutil.copy(released / CHECKS_FILE, folder)
        return check_notebook(folder / Released(released).path.name).tasks


def hinted(course: Course, committed: Path) -> Iterator[str]:
    for name in course.assignment_names:
        fresh, known = (load(f / name / CHECKS_FILE).runs for f in (course.root / "assignments", committed))
        for task in dict.fromkeys(run.task for run in fresh if run.rule is None):
            own, theirs = ([r for r in some if r.task == task and r.rule is None] for some in (fresh, known))
            for number, mistake in enumerate(own[0].mistakes()):
                outcomes = {key: run.mistakes()[number].outcome for run in own for key in run.questions}
                here, there = told(own, outcomes), told(theirs, outcomes)
                yield f"{name}, {task}, {mistake.name}: {there or 'no hint'}, not {here}" if here != there else ""


def told(asked: Sequence[Run], outcomes: Mapping[str, Outcome]) -> str:
    """The hints for one task; a check at the end of a long training may lack one that another check gives."""
    verdicts = judge(asked, outcomes, ())
    return " ".join(sorted({check.hint for verdict in verdicts for check in verdict.checks if check.hint}))


def drawn(course: Course, committed: Path) -> Iterator[str]:
    """Written down, and compared by `versions.py`."""
    runs = [run for name in course.assignment_names for run in course.assignment(name).runs(PROOF_SECRET)]
    records = [to_json(replace(run, mistakes=tuple)) for run in runs if not run.visible]
    committed.with_name("hidden.json").write_text(json.dumps(records), encoding="utf-8")
    yield from ("" for _ in records)


def compared(some: list[Any], others: list[Any]) -> Iterator[str]:
    """Two lists of runs as they are written down.

    But for what mistakes answer, which `hinted` looks at: an older NumPy has other words and other dtypes for them; and
    but for what long trainings end with, where each rounding has grown.
    """
    for one, other in zip(some, others, strict=True):
        for run in (one, other):
            run["mistakes"] = [mistake["name"] for mistake in run.get("mistakes", ())]
            if run.get("compare", {}).get("name", "close") != "close":
                run["expected"] = None
        yield next((f"{one['task']}, {one['title']}{line}" for line in differences(one, other)), "")


def differences(one: Any, other: Any, place: str = "") -> Iterator[str]:
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        one, other = dict(enumerate(one)), dict(enumerate(other))
    if isinstance(one, dict) and isinstance(other, dict) and one.keys() == other.keys():
        for key in one:
            yield from differences(one[key], other[key], f"{place}, {key}")
    elif isinstance(one, float) and isinstance(other, float):
        if not np.isclose(one, other, rtol=1e-6, atol=1e-9, equal_nan=True):
            yield f"{place}: {one!r}, not {other!r}"
    elif one != other:
        yield f"{place}: {one!r:.100}, not {other!r:.100}"


def main() -> None:
    """Ask everything; write down how much was asked, and what failed."""
    folder = Path(sys.argv[1])
    warnings.simplefilter("ignore")  # mistakes divide by zero
    kernel = next(blas["architecture"] for blas in threadpool_info() if "numpy" in blas["filepath"])
    record: dict[str, Any] = {"who": f"Python {platform.python_version()}, NumPy {np.__version__}, {kernel}"}
    for part, ask in zip(PARTS, (proven, built, checked, hinted, drawn), strict=True):
        lines: list[str] = []
        try:
            lines += ask(Course(folder / "course"), folder / "committed")
        except Exception as error:
            lines.append(f"stopped by {type(error).__name__}: {error}")
        record[part] = len(lines), list(filter(None, lines))
    (folder / "record.json").write_text(json.dumps(record), encoding="utf-8")


if __name__ == "__main__":
    main()
