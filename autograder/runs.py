"""A run: one check asked once, with its inputs, its right answer, and the answers that known mistakes give."""

from __future__ import annotations

import base64
import os
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from autograder.compare import Comparison
from autograder.definitions import closure
from autograder.exercises import File, SourceRule
from autograder.sandbox.job import NO_MODULES, Definition, Job, Outcome, Probe
from autograder.sandbox.wire import Opaque


@dataclass(frozen=True)
class Mistake:
    """What a misconception answers, and the hint for it."""

    name: str
    task: str
    hint: str
    outcome: Outcome


@dataclass(frozen=True)
class Variation:
    """A run asked again with one input changed: evidence that an answer depends on it.

    Attributes
    ----------
    name : str
        The input.
    value : object
        What it is this time.
    changes : tuple of str
        The parts that change in the reference's answer.
    """

    name: str
    value: Any
    changes: tuple[str, ...]


@dataclass(frozen=True)
class Run:
    """One check asked once.

    Attributes
    ----------
    task, title : str
    visible : bool
        Whether the inputs are public; otherwise they are drawn from the course's secret.
    points : float
    needs : tuple of str
        Tasks that the probe uses besides its own.
    inputs : dict
        By name; also those that the probe does not take, which stay with the judge.
    expected : object
        The right answer; None for a rule, and where only the inputs decide.
    without : tuple of str
        Names of given code that does not run where the check is answered.
    ready_made : tuple of str
        Libraries that the task's work may not be left to: it earns nothing then.
    broken : str
        Why the check cannot be asked, "" if it can: the author's failure, which costs no points.
    parts : mapping
        What each part of the answer earns, by its key; empty where all of it must be right.
    variations : tuple of Variation
        What is asked besides, where answers are compared with answers of the same student.
    mistakes : function
        Returns the answers of the misconceptions; they are worked out when first asked for.
    """

    task: str
    title: str
    visible: bool
    points: float
    needs: tuple[str, ...] = ()
    source: str = ""
    name: str = ""
    parameters: tuple[str, ...] = ()
    inputs: Mapping[str, Any] = field(default_factory=dict)
    expected: Any = None
    compare: Comparison | None = None
    seconds: float = 5.0
    rule: SourceRule | None = None
    without: tuple[str, ...] = ()
    ready_made: tuple[str, ...] = ()
    broken: str = ""
    parts: Mapping[str, float] = field(default_factory=dict)
    variations: tuple[Variation, ...] = ()
    mistakes: Callable[[], tuple[Mistake, ...]] = field(default=tuple, compare=False)

    @property
    def key(self) -> str:
        return run_key(self.task, self.title, self.visible)

    def probes(self, folder: Path) -> tuple[Probe, ...]:
        """What is sent to the sandbox; inputs that are files are written below `folder`. A rule sends nothing."""
        return tuple(self._probe(key, inputs, folder) for key, inputs in self.questions.items())

    @property
    def questions(self) -> dict[str, Mapping[str, Any]]:
        """The inputs of each question that is asked: the run's own, and those of its variations."""
        if self.rule is not None:
            return {}
        varied = {self.varied_key(v): {**self.inputs, v.name: v.value} for v in self.variations}
        return {self.key: self.inputs, **varied}

    def varied_key(self, variation: Variation) -> str:
        return f"{self.key}|{variation.name}"

    def _probe(self, key: str, inputs: Mapping[str, Any], folder: Path) -> Probe:
        taken = {name: value for name, value in inputs.items() if name in self.parameters}
        code = (self.source, self.name, self.parameters)
        check = f"{self.task}|{self.title}"
        return Probe(key, *code, place_files(taken, folder), self.seconds, self.task, self.without, check)


def run_key(task: str, title: str, visible: bool) -> str:
    """What tells a run from all others of an assignment."""
    return f"{task}|{title}|{'visible' if visible else 'hidden'}"


def job(
    given: Sequence[Definition],
    definitions: Sequence[Definition],
    probes: Sequence[Probe],
    modules: Mapping[str, str] = NO_MODULES,
) -> Job:
    """What to send to a sandbox: the probes, and of all that a notebook defines only what they need."""
    asked = {name for probe in probes for name in probe.parameters}
    student = closure(definitions, asked)
    wanted = asked | {name for definition in student for name in definition.uses}
    return Job(closure(given, wanted), student, tuple(probes), modules)


def place_files(inputs: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """Write each `File` among the inputs, and put its path in its place."""
    return {name: _place(value, folder) if isinstance(value, File) else value for name, value in inputs.items()}


def _place(file: File, folder: Path) -> str:
    descriptor, path = tempfile.mkstemp(file.suffix, "", folder)  # a name that nobody can guess
    with open(descriptor, "wb") as place:
        place.write(file.content)
    os.chmod(path, 0o444)
    return path


def to_json(run: Run) -> dict[str, Any]:
    """A visible run as it is written into checks.json. No code of a reference or of a misconception is in it."""
    record = {
        "task": run.task,
        "title": run.title,
        "points": run.points,
        "needs": list(run.needs),
        "seconds": run.seconds,
        **({"ready_made": list(run.ready_made)} if run.ready_made else {}),
    }
    if run.parts:
        record["parts"] = dict(run.parts)
    if run.variations:
        record["variations"] = [
            {"name": v.name, "value": pack(v.value), "changes": list(v.changes)} for v in run.variations
        ]
    if run.rule is not None:
        return {**record, "rule": {"name": run.rule.name, "settings": dict(run.rule.settings)}}
    assert run.compare is not None
    without = {"without": list(run.without)} if run.without else {}
    return {
        **record,
        **without,
        "probe": {"name": run.name, "parameters": list(run.parameters), "source": run.source},
        "inputs": {name: pack(value) for name, value in run.inputs.items()},
        "expected": pack(run.expected),
        "compare": {"name": run.compare.name, "settings": dict(run.compare.settings)},
        "mistakes": [mistake_to_json(mistake) for mistake in run.mistakes()],
    }


def from_json(record: Mapping[str, Any]) -> Run:
    """Read what `to_json` wrote."""
    run = Run(
        record["task"], record["title"], True, record["points"], tuple(record["needs"]), seconds=record["seconds"]
    )
    run = replace(run, ready_made=tuple(record.get("ready_made", ())))
    if "rule" in record:
        return replace(run, rule=SourceRule(**record["rule"]))
    mistakes = tuple(map(mistake_from_json, record["mistakes"]))
    return replace(
        run,
        source=record["probe"]["source"],
        name=record["probe"]["name"],
        parameters=tuple(record["probe"]["parameters"]),
        inputs={name: unpack(value) for name, value in record["inputs"].items()},
        expected=unpack(record["expected"]),
        compare=Comparison(**record["compare"]),
        without=tuple(record.get("without", ())),
        parts=record.get("parts", {}),
        variations=tuple(map(_variation, record.get("variations", ()))),
        mistakes=lambda: mistakes,
    )


def _variation(record: Mapping[str, Any]) -> Variation:
    return Variation(record["name"], unpack(record["value"]), tuple(record["changes"]))


def mistake_to_json(mistake: Mistake) -> dict[str, Any]:
    return {
        "name": mistake.name,
        "task": mistake.task,
        "hint": mistake.hint,
        "status": mistake.outcome.status,
        "value": pack(mistake.outcome.value),
        "error": mistake.outcome.error,
        "message": mistake.outcome.message,
    }


def mistake_from_json(record: Mapping[str, Any]) -> Mistake:
    """Read what `mistake_to_json` wrote."""
    outcome = Outcome(record["status"], unpack(record["value"]), record["error"], record["message"])
    return Mistake(record["name"], record["task"], record["hint"], outcome)


def pack(value: Any) -> Any:
    """Write a value down as JSON that a person can read."""
    if isinstance(value, np.ndarray):
        shape = {} if value.size else {"shape": list(value.shape)}
        return {"array": _numbers(value), "dtype": str(value.dtype), **shape}
    if isinstance(value, np.generic):
        return {"scalar": _numbers(np.asarray(value)), "dtype": str(value.dtype)}
    if isinstance(value, dict):
        return {"dict": [[pack(key), pack(item)] for key, item in value.items()]}
    if isinstance(value, tuple):
        return {"tuple": [pack(item) for item in value]}
    if isinstance(value, list):
        return [pack(item) for item in value]
    if isinstance(value, complex):
        return {"complex": [value.real, value.imag]}
    if isinstance(value, File):
        return {"file": base64.b64encode(value.content).decode("ascii"), "suffix": value.suffix}
    if isinstance(value, Opaque):
        return {"opaque": value.type_name}
    return value


def unpack(value: Any) -> Any:
    """Read what `pack` wrote."""
    if isinstance(value, list):
        return [unpack(item) for item in value]
    if not isinstance(value, dict):
        return value
    if "array" in value:
        array = _array(value["array"], value["dtype"])
        return array.reshape(value["shape"]) if "shape" in value else array
    if "scalar" in value:
        return _array(value["scalar"], value["dtype"])[()]
    if "dict" in value:
        return {unpack(key): unpack(item) for key, item in value["dict"]}
    if "tuple" in value:
        return tuple(unpack(item) for item in value["tuple"])
    if "complex" in value:
        return complex(*value["complex"])
    if "file" in value:
        return File(base64.b64decode(value["file"]), value["suffix"])
    return Opaque(value["opaque"])


def opaque(value: Any) -> str:
    """The type of the first thing in a value that could not travel; "" where all could."""
    if isinstance(value, Opaque):
        return value.type_name
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple) else ()
    return next(filter(None, map(opaque, inner)), "")


def _numbers(array: Any) -> Any:
    if array.dtype.kind == "c":
        return [array.real.tolist(), array.imag.tolist()]
    return array.tolist()


def _array(numbers: Any, dtype: str) -> Any:
    if np.dtype(dtype).kind == "c":
        real, imaginary = numbers
        return (np.array(real) + 1j * np.array(imaginary)).astype(dtype)
    return np.array(numbers, dtype=dtype)
