"""Runs in the child: executes the definitions of a job, then answers its probes, one frame each."""

from __future__ import annotations
import __future__

import builtins
import random
import traceback
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from autograder.sandbox import nowhere, wire

Frame = dict[str, Any]
LAZY_ANNOTATIONS = __future__.annotations.compiler_flag  # a hint may name a type that does not exist
MESSAGE_CAP = 500


def request(job: Any) -> bytes:
    """The one frame that the judge sends for a job."""
    return wire.encode(
        {
            "given": [[d.source, list(d.binds), d.place] for d in job.given],
            "definitions": [[d.source, list(d.binds), d.place] for d in job.definitions],
            "probes": [[p.key, p.source, p.name, list(p.parameters), p.inputs] for p in job.probes],
        }
    )


def serve(message: Frame, send: Callable[[bytes], None]) -> None:
    """Answer one request: a frame for each definition, then a frame for each probe.

    Parameters
    ----------
    message : dict
        The decoded `request`.
    send : callable
        Takes each frame, in order: first `{"defined": i}` or `{"failed": i, ...}` for each definition, given code
        first, then `{"key": ..., "status": ..., ...}` for each probe.
    """
    warnings.simplefilter("ignore")  # a warning never costs points
    nowhere.install()
    given: dict[str, Any] = {"__name__": "__main__", "np": np}
    failures: dict[str, Frame] = {}
    count = 0
    for source, names, place in message["given"]:
        send(wire.encode(_define(source, names, place, given, failures, count)))
        count += 1
    student = dict(given)
    for source, names, place in message["definitions"]:
        send(wire.encode(_define(source, names, place, student, failures, count)))
        count += 1
    for key, source, name, parameters, inputs in message["probes"]:
        arguments = {p: inputs[p] if p in inputs else given.get(p, student.get(p)) for p in parameters}
        seed()
        missing = [p for p in parameters if p not in inputs and p not in given and p not in student]
        if missing:
            answer = {"status": "undefined", **failures.get(missing[0], {"name": missing[0]})}
        else:
            answer = answer_probe(source, name, arguments)
        send(_frame({"key": key, **answer}))


def _define(
    source: str, names: list[str], place: str, namespace: Frame, failures: dict[str, Frame], index: int
) -> Frame:
    try:
        code = compile(source, f"<{place}>", "exec", flags=LAZY_ANNOTATIONS, dont_inherit=True)
        exec(code, namespace)
    except BaseException as error:
        failure = _error(error)
        for name in names:
            namespace.pop(name, None)
            failures[name] = failure
        return {"failed": index, **failure}
    for name in names:
        failures.pop(name, None)
    return {"defined": index}


def seed() -> None:
    """Put the global generators where they always start, so that a regrade gives the same answers."""
    random.seed(0)
    np.random.seed(0)


def answer_probe(source: str, name: str, arguments: Frame) -> Frame:
    """Run one probe (it may change its arguments); whatever happens, say what."""
    namespace: Frame = {"np": np, "__builtins__": builtins}
    try:
        exec(compile(source, "<probe>", "exec", dont_inherit=True), namespace)
        return {"status": "returned", "value": namespace[name](**arguments)}
    except MemoryError:
        return {"status": "memory"}
    except BaseException as error:
        return {"status": "raised", **_error(error)}


def _frame(answer: Frame) -> bytes:
    try:
        return wire.encode(answer)
    except BaseException as error:
        return wire.encode({"key": answer["key"], "status": "raised", **_error(error)})


def _error(error: BaseException) -> Frame:
    """The exception's type, message and the student's line; whatever its own methods do, this returns."""
    try:
        message = str(error)[:MESSAGE_CAP]
    except BaseException:
        message = ""
    place = ""
    if isinstance(error, SyntaxError):
        place = f"{str(error.filename).strip('<>')}, line {error.lineno}"
    for frame, line in traceback.walk_tb(error.__traceback__):
        filename = frame.f_code.co_filename
        if filename.startswith("<") and filename != "<probe>":
            place = f"{filename.strip('<>')}, line {line}"
    return {"error": type(error).__name__[:80], "message": message, "place": place[:120]}
