"""The bytes of a notebook file -> cells, for every version of the format and most kinds of damage."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from autograder.errors import UserError
from autograder.formats import kind_of

Notebook = dict[str, Any]
FILE_CAP = 500_000_000  # bytes that we look at
OUTPUTS_CAP = 1_000_000  # from here on outputs are cut out before the JSON is parsed
JSON_CAP = 64_000_000  # bytes without outputs
VALUE_CAP = 2_000_000  # JSON values without outputs; each costs up to 100 bytes of memory
TOKEN_CAP = 10_000_000  # strings and brackets in the outputs that are cut out


class UnreadableNotebook(UserError):
    """The file is not a notebook; the message says why, in the student's words."""


@dataclass(frozen=True)
class Cell:
    """One cell; `number` is its position in the student's file from 1 on, 0 if it was put back."""

    kind: str
    source: str
    grade_id: str = ""
    cell_id: str = ""
    locked: bool = False
    grade: bool = False
    solution: bool = False
    number: int = 0

    @cached_property
    def role(self) -> str:
        """An "answer"; "fixed" text of the course (a check, given code, a task); or the student's "own"."""
        if not self.grade_id or not (self.grade or self.locked or self.solution):
            return "own"
        return "answer" if self.solution else "fixed"

    @cached_property
    def text(self) -> str:
        """The source as it is compared."""
        return "\n".join(line.rstrip() for line in self.source.strip().split("\n"))


_OUTPUTS = re.compile(rb'(?<!\\)"outputs"\s*+:\s*+\[')
_STRING_OR_BRACKET = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"?|[\[\]]', re.DOTALL)
_CONFLICT = re.compile(r"^(?:<{7}|={7}|>{7})(?=[ \r\n]|$)", re.MULTILINE)
_DECODER = json.JSONDecoder(strict=False)
_EMPTY = re.compile(rb"[\0 \t\r\n]*+")


def read(data: bytes) -> Notebook:
    """The notebook in a file's bytes, in the layout of nbformat 4, without outputs.

    What had to be repaired to read it is said in a list `repairs` of the notebook.

    Raises
    ------
    UnreadableNotebook
        If there is none in it.
    """
    if len(data) > FILE_CAP:
        raise UnreadableNotebook(f"the file has {len(data) // 10**6} MB; clear its outputs and save it again")
    if _EMPTY.fullmatch(data):
        raise UnreadableNotebook("the file is empty")
    kind, advice = kind_of(data)
    if kind:
        raise UnreadableNotebook(f"the file is not a notebook: it is {kind}; {advice}")
    if len(data) > OUTPUTS_CAP:
        data = _without_outputs(data)
    if len(data) > JSON_CAP:
        raise UnreadableNotebook(f"the file has {len(data) // 10**6} MB besides its outputs")
    if sum(data.count(mark) for mark in (b",", b"[", b"{")) > VALUE_CAP:
        raise UnreadableNotebook("the file has too many parts to be a notebook")
    text = _decoded(data)
    try:
        return _json(text)
    except UnreadableNotebook:
        if not (marker := _CONFLICT.search(text)):
            raise
        line = text.count("\n", 0, marker.start()) + 1
    try:
        return _merged(*map(_json, sides(text)))
    except UnreadableNotebook:
        raise UnreadableNotebook(f"line {line} has a merge conflict marker `{marker[0]}`") from None


def _decoded(data: bytes) -> str:
    encoding = json.detect_encoding(data)
    try:
        return data.decode(encoding).removeprefix("\ufeff")
    except UnicodeDecodeError:
        return data.decode("latin-1" if encoding.startswith("utf-8") else encoding, errors="replace")


def _json(text: str) -> Notebook:
    text = text.strip("\0 \t\r\n")
    try:
        content, end = _DECODER.raw_decode(text)
    except json.JSONDecodeError as error:
        where = f"(line {error.lineno}, column {error.colno})"
        raise UnreadableNotebook(f"the file is not a notebook: {error.msg} {where}") from None
    except (RecursionError, ValueError):  # ValueError: a number of thousands of digits
        raise UnreadableNotebook("the file is not a notebook: it is nested too deeply") from None
    if not isinstance(content, dict) or not isinstance(content.get("cells", content.get("worksheets")), list):
        raise UnreadableNotebook("the file is JSON, but not a notebook: it has no cells")
    found = normal(content)
    return {**found, "repairs": ["what stood in the file behind the notebook was left out"]} if text[end:] else found


def sides(text: str) -> tuple[str, str]:
    """A text with merge conflicts as each of the two sides has it."""
    found: tuple[list[str], list[str]] = [], []
    turns = {"<" * 7: found[:1], "|" * 7: (), "=" * 7: found[1:], ">" * 7: found}
    inside: tuple[list[str], ...] = found
    for line in text.split("\n"):
        if _CONFLICT.match(line) or (line.startswith("|" * 7) and inside != found):
            inside = turns[line[:7]]
        else:
            for side in inside:
                side.append(line)
    return "\n".join(found[0]), "\n".join(found[1])


def _merged(mine: Notebook, theirs: Notebook) -> Notebook:
    """One notebook of the two sides of a merge; a cell that differs keeps the conflict."""
    if len(mine["cells"]) != len(theirs["cells"]):
        raise UnreadableNotebook("the two sides of a merge have different cells")
    for one, other in zip(mine["cells"], theirs["cells"], strict=True):
        if one["source"] != other["source"]:
            one["source"] = f"{'<' * 7}\n{one['source']}\n{'=' * 7}\n{other['source']}\n{'>' * 7}"
    return {**mine, "repairs": ["the file had merge conflicts; a cell counts where both sides agree"]}


def _without_outputs(data: bytes) -> bytes:
    """Empty each list of outputs without parsing it: 200 MB of pictures are not worth the memory."""
    parts, start, budget = [], 0, TOKEN_CAP
    while opening := _OUTPUTS.search(data, start):
        end, budget = _closing(data, opening.end(), budget)
        if end is None:
            break
        parts.append(data[start : opening.end()])
        start = end
    return b"".join([*parts, data[start:]])


def _closing(data: bytes, start: int, budget: int) -> tuple[int | None, int]:
    """Where the bracket closes that is open at `start`, and how many more tokens may be looked at."""
    depth = 1
    for token in _STRING_OR_BRACKET.finditer(data, start):
        depth += {b"[": 1, b"]": -1}.get(data[token.start() : token.start() + 1], 0)
        budget -= 1
        if depth == 0:
            return token.start(), budget
        if budget == 0:
            break
    return None, budget


def normal(notebook: Notebook) -> Notebook:
    """The layout of nbformat 4 with what we look at, and nothing that is of the wrong type."""
    sheets = [notebook, *_list(notebook.get("worksheets"))]
    cells = [cell for sheet in sheets if isinstance(sheet, dict) for cell in _list(sheet.get("cells"))]
    return {
        "cells": [_normal_cell(cell) for cell in cells if isinstance(cell, dict)],
        "metadata": _dict(notebook.get("metadata")),
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def _normal_cell(cell: dict[str, Any]) -> dict[str, Any]:
    kind, source = cell.get("cell_type"), cell.get("source", cell.get("input", ""))  # "input" in nbformat 3
    if isinstance(source, list):
        source = "".join(part for part in source if isinstance(part, str))
    source = source if isinstance(source, str) else ""
    source = source.encode("utf-8", "replace").decode()  # half a surrogate pair cannot be written to a file
    source = source.replace("\r\n", "\n").replace("\r", "\n")
    if kind == "heading":
        source = "#" * min(6, max(1, _int(cell.get("level")))) + f" {source}"
    if kind not in ("code", "markdown", "raw"):
        kind = "code" if kind is None and "outputs" in cell else "markdown"
    identity = {"id": cell["id"]} if isinstance(cell.get("id"), str) else {}
    normal = {"cell_type": kind, **identity, "metadata": _dict(cell.get("metadata")), "source": source}
    if kind == "code":
        return {**normal, "execution_count": None, "outputs": []}
    attachments = {
        name: files
        for name, files in _dict(cell.get("attachments")).items()
        if isinstance(files, dict) and _writable(name, *files, *files.values())
    }
    return {**normal, "attachments": attachments} if attachments else normal


def code_of(notebook: Notebook) -> str:
    """The texts of all code cells of a notebook that `read` returned, one below the other."""
    return "\n".join(cell["source"] for cell in notebook["cells"] if cell["cell_type"] == "code")


def _writable(*texts: Any) -> bool:
    return all(isinstance(text, str) and text == text.encode("utf-8", "replace").decode() for text in texts)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _int(value: Any) -> int:
    return value if isinstance(value, int) else 1


def marks_of(raw: dict[str, Any]) -> dict[str, Any]:
    return _dict(raw["metadata"].get("nbgrader"))


def cell_of(raw: dict[str, Any], number: int) -> Cell:
    marks = marks_of(raw)
    grade_id = marks.get("grade_id")
    return Cell(
        raw["cell_type"],
        raw["source"],
        grade_id if isinstance(grade_id, str) else "",
        raw.get("id", ""),
        marks.get("locked") is True or marks.get("task") is True,
        marks.get("grade") is True,
        marks.get("solution") is True,
        number,
    )
