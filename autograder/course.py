"""A course on disk: its assignments, their exercises and notebook, the hidden inputs' secret, and the runs."""

from __future__ import annotations

import ast
import hashlib
import importlib
import os
import re
import secrets
import signal
import sys
import tempfile
import threading
import tomllib
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache, cached_property, partial
from pathlib import Path
from types import CodeType
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from autograder.compare import changed
from autograder.definitions import code
from autograder.exercises import (
    Check,
    CourseError,
    Exercise,
    File,
    Probe,
    call_probe,
    draw,
    lines_of,
    load,
    probe_source,
)
from autograder.history import HISTORY_FILE
from autograder.memory import digest, engine, remembered
from autograder.runs import Mistake, Run, Variation, opaque, place_files
from autograder.sandbox import kernel, wire
from autograder.sandbox.job import Definition, Outcome
from autograder.spelling import closest

threadpool_limits(1)  # the arrays are small: more threads only wait for each other, on a busy machine for seconds
PUBLIC = b"the visible checks' inputs are public"
SECRET_FILE = ".autograder/secret"
MEMORY_FOLDER = ".autograder/mistakes"
RESULTS_FOLDER = ".autograder/results"
PRIVATE = (SECRET_FILE, MEMORY_FOLDER, RESULTS_FOLDER, HISTORY_FILE)
CELL_KEYS = ("exercise", "demo", "question", "points", "marking")


@dataclass(frozen=True)
class Course:
    """A folder with `solutions/` in it.

    Attributes
    ----------
    root : Path
    """

    root: Path

    @staticmethod
    def find(start: Path | None = None) -> Course:
        """The course around a folder.

        Raises
        ------
        FileNotFoundError
            If neither the folder nor one above it has `solutions/`.
        """
        start = (start or Path.cwd()).resolve()
        for folder in (start, *start.parents):
            if (folder / "solutions").is_dir():
                return Course(folder)
        raise FileNotFoundError(f"no course here: neither {start} nor a folder above it holds `solutions/`")

    @property
    def assignment_names(self) -> list[str]:
        return sorted(path.parent.name for path in (self.root / "solutions").glob("*/notebook.py"))

    def named(self, assignments: Sequence[str] = ()) -> list[str]:
        """The names of some assignments (without any, of all).

        Raises
        ------
        FileNotFoundError
            If one of them is not there, if there is none at all, or if a folder of exercises has no lesson around it.
        """
        folders = (path.parent.name for path in sorted((self.root / "solutions").glob("*/*.py")))
        names = list(assignments or dict.fromkeys(folders))
        if not names:
            raise FileNotFoundError(f"no assignment in {self.root / 'solutions'}: each is a folder with a notebook.py")
        for name in names:
            self.assignment(name)
        return names

    def exercises(self, assignments: Sequence[str] = ()) -> list[tuple[str, str]]:
        """The exercises of some assignments (without any, of all), each with the name of its assignment."""
        return [(name, e) for name in self.named(assignments) for e in self.assignment(name).exercises]

    def assignment(self, name: str) -> Assignment:
        """One assignment by name.

        Raises
        ------
        FileNotFoundError
            If there is none of that name.
        """
        if (self.root / "solutions" / name).is_dir() and name not in self.assignment_names:
            raise FileNotFoundError(f"solutions/{name} has no notebook.py: the lesson around its exercises")
        if name not in self.assignment_names:
            raise FileNotFoundError(f"no assignment `{name}` in {self.root / 'solutions'}{self._meant(name)}")
        return _assignment(self.root, name)

    def _meant(self, name: str) -> str:
        there = self.assignment_names
        close = closest(name, there) or next((n for n in there if name and n.startswith(name)), "")
        return f": did you mean `{close}`?" if close else f": there are {', '.join(there) or 'none'}"

    @property
    def secret(self) -> bytes:
        """What the hidden inputs are drawn from; made on first use, and never part of the repository."""
        path = self.root / SECRET_FILE
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
                file.write(secrets.token_bytes(32))
            try:
                os.link(file.name, path)  # of two that make it at once, one wins
            except FileExistsError:
                pass
            finally:
                os.unlink(file.name)
        return path.read_bytes()

    @property
    def memory(self) -> Path:
        """Where gradings remember what known mistakes answer."""
        return self.root / MEMORY_FOLDER

    def results(self, assignment: str) -> Path:
        """Where shards put what they have graded, unless they are told another place."""
        return self.root / RESULTS_FOLDER / assignment

    @property
    def private(self) -> tuple[Path, ...]:
        """What must lie where student code cannot read."""
        return tuple(self.root / name for name in (*PRIVATE, "solutions", "submitted", "gradebook.db"))


@cache
def _assignment(root: Path, name: str) -> Assignment:
    return Assignment(root, name)


@dataclass(frozen=True)
class Assignment:
    """One folder of `solutions/`: `notebook.py` and a file for each exercise."""

    root: Path
    name: str

    @property
    def folder(self) -> Path:
        return self.root / "solutions" / self.name

    @cached_property
    def ready_made(self) -> tuple[str, ...]:
        """The libraries whose work students are to write themselves, as `solutions/course.toml` lists them."""
        path = self.root / "solutions" / "course.toml"
        return tuple(tomllib.loads(path.read_text(encoding="utf-8")).get("ready_made", ())) if path.is_file() else ()

    def barred(self, exercise: Exercise) -> tuple[str, ...]:
        """The ready-made libraries that an exercise does not allow."""
        return tuple(name for name in self.ready_made if name not in exercise.allowed)

    @property
    def notebook_name(self) -> str:
        """`layers` for the assignment `04_layers`."""
        return self.name.split("_", 1)[-1]

    @property
    def notebook_file(self) -> str:
        """`layers.ipynb`: what students fill, and hand in."""
        return f"{self.notebook_name}.ipynb"

    @cached_property
    def exercises(self) -> dict[str, Exercise]:
        """The exercises by name, in the notebook's order; those without a slot come last, by file name.

        Raises
        ------
        CourseError
            For the first author's mistake.
        """
        loaded = [load(path) for path in sorted(self.folder.glob("*.py")) if path.name != "notebook.py"]
        slots = [str(cell.metadata["exercise"]) for cell in self.cells if "exercise" in cell.metadata]
        loaded.sort(key=lambda e: slots.index(e.name) if e.name in slots else len(slots))
        exercises: dict[str, Exercise] = {}
        for exercise in loaded:
            if exercise.name in exercises:
                raise CourseError(exercise.path, exercise.line, f"a second exercise is called `{exercise.name}`")
            exercises[exercise.name] = exercise
        for exercise in loaded:
            for mistake in exercise.mistakes(exercises, self.given):
                raise mistake
        return exercises

    @cached_property
    def cells(self) -> tuple[Any, ...]:
        """The cells of `notebook.py`, as jupytext reads them."""
        jupytext = _jupytext()
        path = self.folder / "notebook.py"
        text = path.read_text(encoding="utf-8")
        cells = jupytext.reads(text, fmt="py:percent").cells
        for mistake in cell_mistakes(path, text, cells):
            raise mistake
        return tuple(cells)

    @cached_property
    def given_code(self) -> tuple[Definition, ...]:
        """What the notebook's given cells define; it runs before the student's definitions when grading."""
        return tuple(
            definition
            for cell in self.cells
            if cell.cell_type == "code" and not {"exercise", "demo"} & set(cell.metadata)
            for definition in code(cell.source, "given code").definitions
        )

    @property
    def unplaced(self) -> list[str]:
        """The exercises without a slot: they come last."""
        return [name for name in self.exercises if name not in {c.metadata.get("exercise") for c in self.cells}]

    @cached_property
    def given(self) -> dict[str, Any]:
        """The names that the given cells define."""
        namespace: dict[str, Any] = {"np": np, "__name__": "__main__"}
        path = self.folder / "notebook.py"
        for definition in self.given_code:
            try:
                exec(compile(definition.source, f"{path} (given code)", "exec"), namespace)
            except Exception as error:
                first = lines_of(definition.source.strip())[0]
                line = lines_of(path.read_text(encoding="utf-8")).index(first) + 1
                raise CourseError(path, line, f"given code fails: {type(error).__name__}: {error}") from error
        return {name: value for name, value in namespace.items() if not name.startswith("__")}

    @property
    def tasks(self) -> list[str]:
        return [task for exercise in self.exercises.values() for task in exercise.tasks]

    @cached_property
    def definitions(self) -> dict[str, Any]:
        """Given code and references, by name: what probes ask."""
        return self.namespace()

    def namespace(
        self, replaced: Exercise | None = None, text: str = "", without: tuple[str, ...] = ()
    ) -> dict[str, Any]:
        """Given code and references, run as one notebook; with `text` in place of one of the references.

        Given code that binds a name of `without` is left out.
        """
        namespace: dict[str, Any] = {"np": np, "__name__": "__main__"}
        for definition in (d for d in self.given_code if not set(d.binds) & set(without)):
            exec(_compiled(definition.source, "<given code>"), namespace)
        for name, exercise in self.exercises.items():
            source = text if exercise is replaced else self._references[name]
            exec(_compiled(source, f"<{exercise.path}>"), namespace)
        return namespace

    @cached_property
    def _references(self) -> dict[str, str]:
        return {name: exercise.source() for name, exercise in self.exercises.items()}

    def runs(self, secret: bytes | None = None, tolerant: bool = False, memory: Path | None = None) -> tuple[Run, ...]:
        """The visible runs; with the course's secret the hidden ones too, and these earn the points.

        What known mistakes answer is remembered in the folder `memory`, if there is one.

        Raises
        ------
        CourseError
            If a reference fails its own check; when `tolerant`, that run is `broken`, and the others can be asked.
        """
        runs = (run for e in self.exercises.values() for run in self.runs_of(e, secret, tolerant, memory))
        return tuple(sorted(runs, key=lambda run: not run.visible))

    def runs_of(
        self, exercise: Exercise, secret: bytes | None = None, tolerant: bool = False, memory: Path | None = None
    ) -> tuple[Run, ...]:
        """The same of one exercise."""
        make = partial(self._run_or_broken if tolerant else self._run, memory=memory)
        visible = tuple(make(exercise, check, PUBLIC) for check in exercise.checks)
        barred = self.barred(exercise)
        visible = tuple(replace(run, ready_made=barred) for run in visible)
        if secret is None:
            return visible
        asked = (make(exercise, check, secret) for check in exercise.checks if check.probe)
        hidden = (replace(run, ready_made=barred) for run in asked)
        return tuple(replace(run, points=0.0) if run.rule is None else run for run in visible) + tuple(hidden)

    def _run_or_broken(self, exercise: Exercise, check: Check, secret: bytes, memory: Path | None) -> Run:
        try:
            return self._run(exercise, check, secret, memory)
        except Exception as error:  # whatever the author's code does
            visible = secret == PUBLIC
            reason = str(error) if visible else f"{type(error).__name__} with hidden inputs"  # the text may hold them
            return Run(check.task, check.title, visible, check.points, broken=reason)

    def _run(self, exercise: Exercise, check: Check, secret: bytes, memory: Path | None) -> Run:
        visible = secret == PUBLIC
        if check.probe is None:
            return Run(check.task, check.title, visible, check.points, rule=check.rule)
        seed = seed_from(secret, f"{self.name}/{check.task}/{check.title}")
        inputs = draw(check, seed, self.given)
        known = self.namespace(without=check.without) if check.without else self.definitions
        expected = self.outcome(check, known, inputs, check.expectation)
        if expected.status != "returned":
            raise CourseError(
                exercise.path,
                check.probe.__code__.co_firstlineno,
                f"the reference fails its own check: {expected.error}: {expected.message}",
            )
        if found := opaque(expected.value):
            raise CourseError(
                exercise.path,
                check.probe.__code__.co_firstlineno,
                f"the probe returns a {found}: values travel as arrays, numbers, texts, lists and dictionaries",
            )
        if problem := _parts_problem(check, expected.value):
            raise CourseError(exercise.path, check.probe.__code__.co_firstlineno, problem)
        find_out: Callable[[], tuple[Mistake, ...]] = partial(self._mistakes, exercise, check, inputs)
        if memory is not None:
            place = memory / f"{digest([self.name, check.task, check.title, str(visible)])}.json"
            find_out = partial(remembered, place, digest([engine(), self.state, str(seed)]), find_out)
        return Run(
            check.task,
            check.title,
            visible,
            check.points,
            needs=self._needs(exercise, check),
            source=probe_source(check.probe),
            name=check.probe.__name__,
            parameters=check.parameters,
            inputs=inputs,
            expected=expected.value,
            compare=check.compare,
            seconds=check.seconds,
            without=check.without,
            parts=check.parts,
            variations=tuple(self._variations(check, inputs, seed, expected.value)),
            mistakes=cache(find_out),
        )

    def _variations(self, check: Check, inputs: Mapping[str, Any], seed: int, right: Any) -> Iterator[Variation]:
        """Each input drawn again, alone, where that changes a fresh part of the reference's answer."""
        if not check.compare.fresh:
            return
        others = draw(check, seed + 1, self.given)
        for name in [name for name in check.parameters if name in inputs]:
            varied = {**inputs, name: others[name]}
            answer = self.outcome(check, self.definitions, varied, check.expectation)
            if answer.status == "returned":
                changes = tuple(part for part in check.compare.fresh if changed(answer.value[part], right[part]))
                if changes:
                    yield Variation(name, others[name], changes)

    def outcome(
        self,
        check: Check,
        definitions: Mapping[str, Any],
        inputs: Mapping[str, Any],
        probe: Probe = None,
    ) -> Outcome:
        """What definitions of the course's own answer, in the same terms as a student's."""
        assert check.probe is not None
        with _placed(inputs) as placed, warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            copies = wire.decode(wire.encode(placed))
            kernel.seed()
            try:
                with _time_limit(check.seconds):
                    value = call_probe(probe or check.probe, definitions, copies)
                return Outcome("returned", wire.decode(wire.encode(value)))
            except _OutOfTime:
                return Outcome("timeout", message=f"stopped after {check.seconds:g} s: does the loop end?")
            except Exception as error:
                return Outcome("raised", error=type(error).__name__, message=str(error)[:500])

    def _mistakes(self, exercise: Exercise, check: Check, inputs: Mapping[str, Any]) -> tuple[Mistake, ...]:
        """What the misconceptions of the check's task answer; each is defined anew, it may keep things in its class."""
        return tuple(
            Mistake(v.name, v.task, v.hint, self.outcome(check, self.namespace(exercise, text, check.without), inputs))
            for v, text in zip(exercise.misconceptions, _mistaken(exercise), strict=True)
            if v.task == check.task
        )

    def answers(self, exercise: Exercise, runs: Sequence[Run], text: str) -> dict[str, Outcome]:
        """What another text in place of a reference answers to each question; trusted code, without a sandbox."""
        checks = {(c.task, c.title): c for c in exercise.checks}
        return {
            key: self.outcome(checks[run.task, run.title], self.namespace(exercise, text), inputs)
            for run in runs
            for key, inputs in run.questions.items()
        }

    @cached_property
    def state(self) -> str:
        """A hash of all that the author has written."""
        files = [*sorted(self.folder.glob("*.py")), *self.root.glob("solutions/course.toml")]
        return digest(part for path in files for part in (path.name, path.read_bytes()))

    def _needs(self, exercise: Exercise, check: Check) -> tuple[str, ...]:
        """The other tasks that a probe uses: methods that it calls, exercises that it takes."""
        assert check.probe is not None
        tree = ast.parse(probe_source(check.probe))
        called = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
        taken = [self.exercises[p] for p in check.parameters if p in self.exercises]
        return tuple(
            task
            for other in taken
            for task in other.tasks
            if task != check.task and ("." not in task or task.rsplit(".", 1)[1] in called)
        )


def _parts_problem(check: Check, answer: Any) -> str:
    """Why the parts that a check names are not those of the reference's answer; "" if they are."""
    keys = list(answer) if isinstance(answer, dict) else []
    named = {*check.compare.settings.get("pairs", ()), *check.compare.fresh}
    if missing := named - set(keys):
        return f"agree names {', '.join(map(repr, sorted(missing)))}: no key of what the probe returns"
    due = [key for key in keys if key not in check.compare.fresh]
    if check.parts and set(check.parts) != set(due):
        return (
            f"points are shared among {', '.join(map(repr, check.parts))}, and the answer has {due}: name each of these"
        )
    return ""


def cell_mistakes(path: Path, text: str, cells: Sequence[Any]) -> Iterator[CourseError]:
    """What is wrong with the cells' headers, and given code that is not Python."""
    headers = [(n, line) for n, line in enumerate(lines_of(text), 1) if re.match(r"# ?%%", line)]
    if len(headers) != len(cells):
        yield CourseError(path, 1, "begin the file with the header of a cell: # %%")
    question = False
    for (line, header), cell in zip(headers, cells, strict=False):
        keys = re.findall(r"(\w+) *=", header)
        unknown = [key for key in keys if key not in CELL_KEYS]
        if unknown:
            yield CourseError(path, line, f"`{unknown[0]}` is no key of a cell: there are {', '.join(CELL_KEYS)}")
        elif not set(keys) <= set(cell.metadata):
            yield CourseError(path, line, f'`{header}` cannot be read: write key="text", key=2 or key=true')
        if "marking" in keys and not question:
            yield CourseError(path, line, "a marking scheme stands right below its question")
        question = "question" in keys
        if cell.cell_type == "code" and not {"exercise", "demo"} & set(keys) and (error := code(cell.source).error):
            yield CourseError(path, line, f"given code is not Python: {error} of the cell")


def _jupytext() -> Any:
    """The library, loaded without thirty grammars of internationalised addresses, whose compilation takes a second.

    It loads nbformat, which loads jsonschema, which does without them where they are not installed.
    """
    grammars = "rfc3987_syntax"
    absent = {grammars: None} if grammars not in sys.modules else {}
    sys.modules.update(absent)  # type: ignore[arg-type]
    try:
        return importlib.import_module("jupytext")
    finally:
        for name in absent:
            del sys.modules[name]


class _OutOfTime(BaseException):
    """Not an Exception, so that no `except Exception` of a misconception catches it."""


@contextmanager
def _placed(inputs: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The inputs with files written; a folder is made for these only, because the disk takes longer than an answer."""
    if not any(isinstance(value, File) for value in inputs.values()):
        yield inputs
        return
    with tempfile.TemporaryDirectory() as folder:
        yield place_files(inputs, Path(folder))


@contextmanager
def _time_limit(seconds: float) -> Iterator[None]:
    """Stop what takes too long; where there are no such signals (Windows, other threads), wait."""
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(*_: object) -> None:
        raise _OutOfTime

    old = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, old)


@cache
def _mistaken(exercise: Exercise) -> tuple[str, ...]:
    """The texts of an exercise's misconceptions."""
    return tuple(map(exercise.written, exercise.misconceptions))


@cache
def _compiled(source: str, name: str) -> CodeType:
    return compile(source, name, "exec")


def seed_from(secret: bytes, name: str) -> int:
    """A seed that nobody can tell without the secret, and that is the same on every regrade."""
    return int.from_bytes(hashlib.sha256(secret + name.encode("utf-8")).digest(), "big")
