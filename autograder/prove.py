"""The course proves itself: right solutions earn everything, wrong ones lose points and get their own hint."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Literal, get_args

import numpy as np

from autograder import definitions as student_code
from autograder import spelling
from autograder.compare import distance, is_single
from autograder.course import Assignment, Course
from autograder.exercises import Exercise, Variant
from autograder.judge import judge
from autograder.mutants import Mutant, mutants
from autograder.runs import Run, job
from autograder.sandbox import open_sandbox
from autograder.sandbox.job import Definition, Outcome, Spawner
from autograder.sandbox.session import run
from autograder.slips import unfairly_lost
from autograder.verdict import TaskVerdict, total

Kind = Literal["reference", "stub", "misconception", "alternative", "lazy", "constant", "mutant", "equivalent"]
KINDS: tuple[Kind, ...] = get_args(Kind)
LAZY = {  # what somebody hands in who hopes that the checks do not look
    "returns None": "None",
    "returns its argument": "{argument}",
    "returns twice its argument": "2 * {argument}",
    "returns zeros": "np.zeros_like({argument})",
    "returns NaN": "np.full(np.shape({argument}), np.nan)",
    "returns 1": "1.0",
}
PROOF_SECRET = b"the hidden inputs that a proof draws"
RIGHT_WITHIN, WRONG_BEYOND = 0.1, 10.0  # tolerances: right answers stay inside by this factor, wrong ones outside


@dataclass(frozen=True)
class Proof:
    """One thing that was tried on one exercise.

    Attributes
    ----------
    assignment, exercise : str
    kind, name : str
        What was tried.
    holds : bool
        Whether the checks did what they should.
    detail : str
        What they did: points and hints, or what is wrong.
    place : str
        File and line of what was tried.
    distance : float or None
        How far its values lie from the right ones, in tolerances: the check that sees it best.
    task : str
        Of a known mistake: the task that it belongs to.
    lost : float
        Of a known mistake: the share of its task's points that it loses.
    skipped : float
        Of a known mistake: the points lost by checks that were skipped because of it, in all tasks of its exercise.
    right : tuple of str
        Of a known mistake that keeps less than a third of its task's points: the outputs that it leaves right.
    """

    assignment: str
    exercise: str
    kind: Kind
    name: str
    holds: bool
    detail: str
    place: str
    distance: float | None = None
    task: str = ""
    lost: float = 0.0
    skipped: float = 0.0
    right: tuple[str, ...] = ()


def prove(assignment: Assignment, exercises: Collection[str] = ()) -> Iterator[Proof]:
    """Try the reference, the stub, every misconception, every alternative and lazy answers of each exercise.

    Everything is tried as a student would hand it in: as text, in the sandbox.

    Parameters
    ----------
    assignment : Assignment
    exercises : collection of str
        Only these; without any, all.
    """
    for trial in trials(assignment, exercises):
        yield from trial.proofs()


def prove_mutants(assignment: Assignment, exercises: Collection[str] = (), sample: int = 0) -> Iterator[Proof]:
    """Change each reference in every small way; each change must lose points, or be listed as equivalent.

    Parameters
    ----------
    assignment : Assignment
    exercises : collection of str
        Only these; without any, all.
    sample : int
        How many of each exercise to try, drawn with a seed; 0 for all.
    """
    for trial in trials(assignment, exercises):
        yield from replace(trial, runs=_without_hints(trial.runs)).mutant_proofs(sample)


def _without_hints(runs: Sequence[Run]) -> list[Run]:
    """The same runs with no known mistakes, where only points count: what the mistakes answer takes longest."""
    return [replace(run, mistakes=tuple) for run in runs]


def prove_all(
    course: Course, exercises: Sequence[tuple[str, str]], processes: int, mutants: bool = False
) -> Iterator[list[Proof]]:
    """Prove exercises of `course.exercises()`, several at a time; yields what was tried on each, in order."""
    open_sandbox(Path()).close()  # its canaries run here, and not in each process
    with ProcessPoolExecutor(processes, mp_context=get_context("fork")) as pool:
        yield from pool.map(partial(_prove_one, prove_mutants if mutants else prove, course), exercises)


def _prove_one(prover: Callable[..., Iterator[Proof]], course: Course, exercise: tuple[str, str]) -> list[Proof]:
    name, own = exercise
    return list(prover(course.assignment(name), [own]))


def trials(assignment: Assignment, exercises: Collection[str], secret: bytes = PROOF_SECRET) -> Iterator[Trial]:
    """What each exercise is tried with; its hidden inputs are drawn from the secret. The sandbox ends with the loop."""
    with tempfile.TemporaryDirectory(prefix="autograder-") as folder:
        spawner = open_sandbox(Path(folder))
        try:
            for exercise in assignment.exercises.values():
                if not exercises or exercise.name in exercises:
                    asked = assignment.runs_of(exercise, secret)
                    yield Trial(assignment, exercise, asked, spawner, Path(folder))
        finally:
            spawner.close()


@dataclass(frozen=True)
class _Graded:
    """The verdicts on what was tried, by task.

    Attributes
    ----------
    outcomes : mapping
        What it answers, by key of the run.
    in_single : mapping
        The same verdicts if all its numbers were rounded to float32; without hints.
    distance : float
        How far its values are from the right ones, in tolerances.
    """

    tasks: Mapping[str, TaskVerdict]
    outcomes: Mapping[str, Outcome]
    in_single: Mapping[str, TaskVerdict]
    distance: float


@dataclass(frozen=True)
class Trial:
    """What one exercise is tried with."""

    assignment: Assignment
    exercise: Exercise
    runs: Sequence[Run]
    spawner: Spawner
    folder: Path

    def proofs(self) -> Iterator[Proof]:
        yield self._right("reference", self.exercise.name, self.exercise.source(), self.exercise.line)
        yield self._nothing("stub", "unchanged", self.exercise.stub())
        for alternative in self.exercise.alternatives:
            text = self.exercise.written(alternative)
            yield self._right("alternative", alternative.name, text, alternative.line)
        for misconception in self.exercise.misconceptions:
            yield self._wrong(misconception)
        for name, answer in LAZY.items():
            yield self._nothing("lazy", name, lazy(self.exercise, answer))
        for one in self.runs:
            if one.rule is None and not one.visible:
                yield self._constant(one)

    def mutant_proofs(self, sample: int) -> Iterator[Proof]:
        found = list(mutants(self.exercise))
        known = {(m.before, m.after) for m in found}
        if sample and len(found) > sample:
            found = random.Random(self.exercise.name).sample(found, sample)
        for mutant in found:
            yield self._mutant(mutant)
        for change in self.exercise.equivalents.keys() - known:
            yield self._proof("equivalent", " → ".join(change), False, "there is no such change", self.exercise.line)

    def _mutant(self, mutant: Mutant) -> Proof:
        name = f"{mutant.task}: {mutant.before} → {mutant.after or '(dropped)'}"
        graded, line = self.grade(mutant.source), self.exercise.line
        tasks = graded.tasks.values()
        killers = [f"{t.name}: {c.title}" for t in tasks for c in t.checks if c.earned < c.points]
        reason = self.exercise.equivalents.get((mutant.before, mutant.after), "")
        if killers and not reason:
            return self._caught("mutant", name, True, killers[0], line, graded.distance)
        if not reason:
            return self._proof("mutant", name, False, "no check notices", line)
        detail = f"{killers[0]} notices" if killers else reason
        return self._proof("equivalent", name, not killers, detail, self.exercise.line)

    def grade(self, text: str) -> _Graded:
        outcomes, definitions = self._asked(text)
        distances = [_distance(one, outcomes[one.key]) for one in self.runs if one.rule is None]
        tasks = _tasks(self.runs, outcomes, definitions)
        in_float32 = _tasks(_without_hints(self.runs), in_single(self.runs, outcomes), definitions)
        return _Graded(tasks, outcomes, in_float32, max(distances))

    def _asked(self, text: str) -> tuple[Mapping[str, Outcome], Sequence[Definition]]:
        others = [e.source() for name, e in self.assignment.exercises.items() if name != self.exercise.name]
        definitions = tuple(d for source in (*others, text) for d in student_code.code(source, "cell 1").definitions)
        probes = tuple(probe for r in self.runs for probe in r.probes(self.folder))
        return run(job(self.assignment.given_code, definitions, probes), self.spawner), definitions

    def _right(self, kind: Kind, name: str, text: str, line: int) -> Proof:
        graded = self.grade(text)
        tasks, near = graded.tasks.values(), graded.distance <= RIGHT_WITHIN
        failed = [f"{t.name}: {c.title}: {c.reason}" for t in tasks for c in t.checks if c.status != "passed"]
        detail = failed[0] if failed else f"earns all {sum(t.earned for t in tasks):g} points"
        if not failed and not near:
            detail += f", but uses up {graded.distance:.0%} of a tolerance, {RIGHT_WITHIN:.0%} is the most"
        return self._proof(kind, name, not failed and near, detail, line, graded.distance)

    def _caught(self, kind: Kind, name: str, holds: bool, detail: str, line: int, distance: float) -> Proof:
        """What is wrong must lie well outside of the tolerances."""
        if holds and distance < WRONG_BEYOND:
            detail += f", but is off by {distance:.1f} tolerances only, {WRONG_BEYOND:g} are the least"
        return self._proof(kind, name, holds and distance >= WRONG_BEYOND, detail, line, distance)

    def _nothing(self, kind: Kind, name: str, text: str) -> Proof:
        tasks = self.grade(text).tasks.values()
        passed = [f"passes {t.name}: {c.title}" for t in tasks for c in t.checks if c.earned]
        return self._proof(kind, name, not passed, passed[0] if passed else "earns nothing", self.exercise.line)

    def _wrong(self, misconception: Variant) -> Proof:
        graded = self.grade(self.exercise.written(misconception))
        verdict, proof = graded.tasks[misconception.task], self._seen_as_wrong(misconception, graded)
        return replace(
            proof,
            task=verdict.name,
            lost=lost_share(verdict),
            skipped=lost_by_skipped(graded.tasks.values()),
            right=unfairly_lost(self.runs, graded.outcomes, verdict),
        )

    def _seen_as_wrong(self, misconception: Variant, graded: _Graded) -> Proof:
        verdict = graded.tasks[misconception.task]
        lost = verdict.points - verdict.earned
        hints = {visible: {c.hint for c in verdict.checks if c.visible == visible} for visible in (True, False)}
        if not lost:
            return self._proof("misconception", misconception.name, False, "loses no point", misconception.line)
        if graded.in_single[misconception.task].earned == verdict.points:
            detail = "loses no point if it answers in float32"
            return self._proof("misconception", misconception.name, False, detail, misconception.line)
        others = {hint for kind in hints.values() for hint in kind} - {"", misconception.hint}
        shown = " and ".join(w for v, w in ((True, "visible"), (False, "hidden")) if misconception.hint in hints[v])
        detail = f"loses {lost:g} of {verdict.points:g}, hint {shown}"
        if others:
            detail = f"gets another one's hint: {others.pop()!r}"
        elif not shown and (told := self._tells_itself(verdict)):
            return self._proof("misconception", misconception.name, True, told, misconception.line)
        elif not shown:
            detail = f"loses {lost:g} of {verdict.points:g}, but its hint is not shown"
        holds, name, line = bool(shown) and not others, misconception.name, misconception.line
        return self._caught("misconception", name, holds, detail, line, graded.distance)

    def _tells_itself(self, verdict: TaskVerdict) -> str:
        """Where no hint is needed: a rule says in its own words what is wrong, and a misspelt name is named."""
        failed = [c for c in verdict.checks if c.status != "passed"]
        if any(spelling.names_it(c.reason) for c in failed):
            return "the misspelt name is named"
        rules = {r.title for r in self.runs if r.rule is not None and r.task == verdict.name}
        return "caught by the rule" if all(c.title in rules for c in failed) else ""

    def _constant(self, hidden: Run) -> Proof:
        """Answers that have nothing to do with the hidden inputs must fail the comparison."""
        visible = next(r for r in self.runs if r.visible and (r.task, r.title) == (hidden.task, hidden.title))
        passed = [name for name, answer in constants(hidden, visible).items() if self._passes(hidden, answer)]
        detail = f"{passed[0]} passes" if passed else "no constant passes"
        return self._proof("constant", f"{hidden.task}: {hidden.title}", not passed, detail, self.exercise.line)

    def _passes(self, one: Run, answer: Any) -> bool:
        outcome = Outcome("returned", answer)
        [verdict] = judge([one], dict.fromkeys(one.questions, outcome), ())
        return bool(verdict.earned)

    def _proof(
        self, kind: Kind, name: str, holds: bool, detail: str, line: int, distance: float | None = None
    ) -> Proof:
        path = self.exercise.path
        shown = path.relative_to(self.assignment.root) if path.is_relative_to(self.assignment.root) else path
        return Proof(self.assignment.name, self.exercise.name, kind, name, holds, detail, f"{shown}:{line}", distance)


def _tasks(
    runs: Sequence[Run], outcomes: Mapping[str, Outcome], definitions: Sequence[Definition]
) -> Mapping[str, TaskVerdict]:
    return {verdict.name: verdict for verdict in judge(runs, outcomes, definitions)}


def lost_share(verdict: TaskVerdict) -> float:
    """The share of a task's points that are lost: 0 to 1."""
    return 1 - verdict.earned / verdict.points


def lost_by_skipped(verdicts: Iterable[TaskVerdict]) -> float:
    """The points of checks that were skipped, because they need what is wrong elsewhere."""
    return total(c.points - c.earned for verdict in verdicts for c in verdict.checks if c.status == "skipped")


def _distance(one: Run, outcome: Outcome) -> float:
    """How far one answer lies from the right one, in tolerances."""
    assert one.compare is not None
    if outcome.status != "returned":
        return np.inf
    if one.compare.name != "close":
        return np.inf if one.compare(outcome.value, one.expected, one.inputs) else 0.0
    return distance(outcome.value, one.expected, **{"single": is_single(one.inputs), **one.compare.settings})


def in_single(runs: Sequence[Run], outcomes: Mapping[str, Outcome]) -> Mapping[str, Outcome]:
    """The same answers stored in float32; where the dtype counts, as they are."""
    strict = {one.key for one in runs if one.compare is None or one.compare.settings.get("same_dtype")}
    with np.errstate(over="ignore"):
        return {
            key: outcome if key in strict else replace(outcome, value=_map(outcome.value, _rounded))
            for key, outcome in outcomes.items()
        }


def _rounded(value: Any) -> Any:
    """A float or an array of floats in single precision; anything else as it is."""
    is_float = isinstance(value, float | np.ndarray | np.generic) and np.asarray(value).dtype.kind == "f"
    return np.float32(value) if is_float else value


def lazy(exercise: Exercise, answer: str) -> str:
    """The stub with `return answer` for a body; `{argument}` stands for the first argument."""
    import ast

    tree = ast.parse(exercise.stub())
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and isinstance(node.body[-1], ast.Raise):
            names = [a.arg for a in node.args.args if a.arg != "self"]
            text = f"return {answer.format(argument=names[0] if names else 'None')}"
            node.body[-1:] = ast.parse(text).body
    return ast.unparse(tree)


def constants(hidden: Run, visible: Run) -> Mapping[str, Any]:
    """Answers that a hidden check must refuse, by name."""
    expected = hidden.expected
    answers: dict[str, Any] = {
        "None": None,
        "zeros": _map(expected, lambda leaf: "" if isinstance(leaf, str) else np.zeros_like(leaf)),
        "NaN": _map(expected, lambda leaf: "" if isinstance(leaf, str) else np.full(np.shape(leaf), np.nan)),
    }
    answers["the answer to the visible inputs"] = visible.expected
    assert hidden.compare is not None
    if hidden.compare.name == "close":
        answers |= {f"the input `{name}`": value for name, value in hidden.inputs.items()}
        answers |= {f"twice the input `{name}`": _map(value, _twice) for name, value in hidden.inputs.items()}
    return answers


def _twice(value: Any) -> Any:
    return value + value if np.asarray(value).dtype.kind in "iufc" else value


def _map(value: Any, change: Any) -> Any:
    """The same structure with every number and text changed."""
    if isinstance(value, dict):
        return {key: _map(item, change) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(_map(item, change) for item in value)
    return change(value) if isinstance(value, int | float | complex | str | np.ndarray | np.generic) else value
