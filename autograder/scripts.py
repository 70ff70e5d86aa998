"""Python files that editors and nbconvert make of notebooks -> notebooks again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

from autograder.cells import Notebook, normal

SCRIPT_CAP = 1_000_000  # bytes of a script
CELLS = 10_000  # that are read of it
_MARKER = re.compile(
    r"^#(?: ?%%+(?P<title>.*)| In ?\[[ \d]*\]:? *| <(?P<old>code|markdown)cell> *| COMMAND -{5,} *)$",
    re.MULTILINE,
)
_TEXT_CELL = re.compile(r"\[(?:markdown|md|raw)\]|(?<!\w)(?:markdown|md)(?!\w)")
_HEADER = re.compile(
    r"\A(?:#!.*\n|#.*coding[:=].*\n|# Databricks notebook source\n|\s*\n)*+(?:# ---\n(?:#.*\n)*?# ---\n)?"
)
_MAGIC = re.compile(r"^# MAGIC ?", re.MULTILINE)
_QUOTED = re.compile(r'\s*("""|\'\'\')(.*)\1\s*', re.DOTALL)


def is_exported(text: str) -> bool:
    """Whether a script has the marks of cells."""
    return bool(_MARKER.search(text))


def notebook_of(text: str) -> Notebook:
    """The notebook that a script was made of, as `read` returns notebooks; without marks it is one cell."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = text[_HEADER.match(text).end() :]  # type: ignore[union-attr]
    return normal({"cells": list(islice(_cells(text), CELLS))})


def _cells(text: str) -> Iterator[dict[str, Any]]:
    kind, start = "code", 0
    for marker in [*_MARKER.finditer(text), None]:
        yield from _cell(text[start : marker.start() if marker else len(text)], kind)
        if marker:
            words = marker["title"] or ""
            kind = "markdown" if marker["old"] == "markdown" or _TEXT_CELL.search(words) else "code"
            start = marker.end()


def _cell(text: str, kind: str) -> Iterator[dict[str, Any]]:
    text = _MAGIC.sub("", text) if "# MAGIC" in text else text
    if kind == "markdown":
        quoted = _QUOTED.fullmatch(text)
        yield _made("markdown", quoted[2] if quoted else _uncommented(text))
        return
    code, comments = _split(text.strip("\n"))
    if code:
        yield _made("code", code)
    for paragraph in filter(str.strip, re.split(r"\n[ \t]*\n", comments)):  # nbconvert marks code cells only
        yield _made("markdown", _uncommented(paragraph))


def _split(text: str) -> tuple[str, str]:
    """The code, and the comments behind it."""
    lines = text.split("\n")
    count = len(lines)
    while count and (not lines[count - 1].strip() or lines[count - 1].startswith("#")):
        count -= 1
    return "\n".join(lines[:count]), "\n".join(lines[count:])


def _uncommented(text: str) -> str:
    return "\n".join(re.sub(r"^[ ]?#[ ]?", "", line) for line in text.strip().split("\n"))


def _made(kind: str, source: str) -> dict[str, Any]:
    return {"cell_type": kind, "metadata": {}, "source": source.strip("\n")}
