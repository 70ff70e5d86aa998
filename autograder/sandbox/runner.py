"""Runs in the child: executes the definitions of a job, then answers its probes, one frame each."""

from __future__ import annotations
import __future__

import builtins
import traceback
import warnings
from collections import ChainMap
from collections.abc import Callable
from functools import cache
from types import CodeType
from typing import Any

import numpy as np

from autograder.sandbox import awaiting, handed_in, kernel, wire
from autograder.sandbox.job import Job

Frame = dict[str, Any]
LAZY_ANNOTATIONS = __future__.annotations.compiler_flag  # a hint may name a type that does not exist
MESSAGE_CAP = 500
SOURCE_CAP = 1 << 16  # bytes; a longer probe is compiled by each child


def opening(job: Job) -> bytes:
    """The first frame that a child gets: the definitions and the modules, and none of the questions.

    Sources travel as bytes, because a frame has more room for them.
    """
    parts = [
        [[b"" if d.problem else d.source.encode(), d.place] for d in part] for part in (job.given, job.definitions)
    ]
    return wire.encode([*parts, {name: text.encode() for name, text in job.modules.items()}])


def serve(receive: Callable[[], Any], send: Callable[[bytes], None]) -> None:
    """Run the definitions, then answer questions until `receive` raises EOFError.

    Parameters
    ----------
    receive : callable
        Returns the next decoded frame: an `opening`, then a `Probe.question` each time.
    send : callable
        Takes each answer: `{"defined": i}` or `{"failed": i, ...}` for each definition, given code first, then
        `{"key": ..., "status": ..., ...}` for each question.
    """
    warnings.simplefilter("ignore")  # a warning never costs points
    kernel.install()
    given, definitions, modules = receive()
    handed_in.install({name: str(text, "utf-8") for name, text in modules.items()})
    namespaces = _define_all(given, definitions, send)
    while True:
        send(_answer(receive(), namespaces))


def _answer(question: Any, namespaces: tuple[Frame, ...]) -> bytes:
    """The frame that answers a decoded `Probe.question`, with what the namespaces define."""
    key, source, name, parameters, inputs = question
    known = ChainMap(inputs, *namespaces)
    missing = [p for p in parameters if p not in known]
    if missing:
        return _frame({"key": key, "status": "undefined", "name": missing[0]})
    with kernel.neutral():
        return _frame({"key": key, **answer_probe(source, name, {p: known[p] for p in parameters})})


def _define_all(given: list[Any], definitions: list[Any], send: Callable[[bytes], None]) -> tuple[Frame, Frame]:
    """The given code's names, and the student's; the student's never replace the given ones."""
    course: Frame = kernel.namespace()
    for index, (source, place) in enumerate(given):
        send(wire.encode(_define(source, place, course, index)))
    student = dict(course)
    for index, (source, place) in enumerate(definitions, len(given)):
        send(wire.encode(_define(source, place, student, index)))
    return course, student


def _define(source: bytes, place: str, namespace: Frame, index: int) -> Frame:
    """Run one statement; as in a kernel, one that fails leaves the names as they were."""
    try:
        text = source.decode()
        code = compile(text, f"<{place}>", "exec", flags=LAZY_ANNOTATIONS | awaiting.ALLOWED, dont_inherit=True)
        awaiting.execute(code, text, namespace)
    except BaseException as error:
        return {"failed": index, **_error(error)}
    return {"defined": index}


@cache
def compiled(source: str) -> CodeType:
    """A probe's code; each is asked twice."""
    return compile(source, "<probe>", "exec", dont_inherit=True)


def answer_probe(source: str, name: str, arguments: Frame, file: str = "") -> Frame:
    """Run one probe (it may change its arguments); whatever happens, say what, and where in the student's `file`."""
    namespace: Frame = {"np": np, "__builtins__": builtins}
    try:
        exec(compiled(source), namespace)
        return {"status": "returned", "value": namespace[name](**arguments)}
    except MemoryError:
        return {"status": "memory"}
    except BaseException as error:
        return {"status": "raised", **_error(error, file)}


def _frame(content: Frame) -> bytes:
    try:
        return wire.encode(content)
    except BaseException as error:
        return wire.encode({"key": content["key"], "status": "raised", **_error(error)})


def _error(error: BaseException, file: str = "") -> Frame:
    """The exception's type, message and the student's line; whatever its own methods do, this returns."""
    try:
        message = str(error.msg if isinstance(error, SyntaxError) else error)[:MESSAGE_CAP]
    except BaseException:
        message = ""
    place = ""
    if isinstance(error, SyntaxError):
        place = f"{str(error.filename).strip('<>')}, line {error.lineno}"
    for frame, line in traceback.walk_tb(error.__traceback__):
        filename = frame.f_code.co_filename
        own = filename == file if file else filename.startswith("<") and filename != "<probe>"
        if own:
            place = f"{filename if file else filename.strip('<>')}, line {line}"
    return {"error": type(error).__name__[:80], "message": message, "place": place[:120]}
