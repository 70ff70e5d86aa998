"""Finds answers in words that were written beside the empty cells for them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from autograder.cells import Cell
from autograder.magics import UNPARSABLE, parsed, parses, python

WORDS = 3  # in an answer at the end of the notebook, and in a title that is an answer
MANY_WORDS = 8  # in an answer anywhere else
SIZE_CAP = 20_000  # characters of a cell that is read as an answer
_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]|[^\W\d_]{2,}")  # a Chinese or Japanese character is a word
_ANYTHING = re.compile(r"\w|!\[")  # a number, a formula, a picture
_TITLE = re.compile(r"#{1,6}[ \t].*|.*</h[1-6]>[ \t]*")
_COMMENT = re.compile(r"^[ \t]*#+(.*)", re.MULTILINE)
_TEXT_MAGIC = re.compile(r"%%(?:markdown|html|HTML|latex|svg|SVG)\b.*\n?")


@dataclass(frozen=True)
class Prose:
    """A student's notebook and the course's, and which cell of the one stands for which of the other.

    Attributes
    ----------
    course, student : sequence of Cell
    holder : mapping of int to int
        Cell of the course -> the student's cell that stands for it.
    taken : mapping of int to int
        Student's cell -> cell of the course that it is, or is a copy of.
    closed : frozenset of int
        The student's cells that hold no answers: they were left out, or are broken functions.
    """

    course: Sequence[Cell]
    student: Sequence[Cell]
    holder: Mapping[int, int]
    taken: Mapping[int, int]
    closed: frozenset[int]

    def beside(self) -> dict[int, dict[int, str]]:
        """For each answer in words that was left empty, the cells that may hold it, and what they say."""
        asked = [j for j, cell in enumerate(self.course) if cell.role == "answer" and cell.kind != "code"]
        found = {j: self._answer(j) for j in asked if self._is_blank(j)}
        return {j: cells for j, cells in found.items() if cells}

    def _is_blank(self, j: int) -> bool:
        held = self.holder.get(j)
        return held is None or self.student[held].text in ("", self.course[j].text)

    def _answer(self, j: int) -> dict[int, str]:
        """What the nearest cells say that may be the answer."""
        for cells, words in self._ways(j):
            found = {i: text for i in cells if (text := self._said(i, j, not words)) and _is_enough(text, words)}
            if found:
                return {i: _shown(self.student[i], text) for i, text in found.items()}
        return {}

    def _ways(self, j: int) -> Iterator[tuple[Sequence[int], int]]:
        """Where an answer may stand, and how many words it takes there; 0 for anything at all."""
        count, question = len(self.student), self.holder.get(j - 1)
        before = max((i for k, i in self.holder.items() if k < j), default=-1) if question is None else question
        below = min((i for k, i in self.holder.items() if k > j), default=count)
        last = max(self.holder.values(), default=-1)
        yield range(before + 1, below), 0
        yield [i for i in (question, self.holder.get(j + 1)) if i is not None], 0
        yield range(last + 1, count), WORDS
        yield [i for i in range(count) if self.student[i].kind != "code"], MANY_WORDS

    def _said(self, i: int, j: int, near: bool) -> str:
        """What a cell says besides the course's text; "" where it is an answer to something else, or code."""
        cell, held = self.student[i], self.taken.get(i)
        if held is not None and (held not in (j - 1, j + 1) or self.course[held].role != "own"):
            return ""
        if i in self.closed or len(cell.source) > SIZE_CAP:
            return ""
        text = _in_code(cell.source, near) if cell.kind == "code" else cell.text
        known = {line for k in (j - 1, j, j + 1) if 0 <= k < len(self.course) for line in _lines(self.course[k])}
        text = "\n".join(line for line in text.split("\n") if not line.strip() or line.strip() not in known).strip()
        return "" if any(text == course.text for course in self.course) else text


def _lines(cell: Cell) -> set[str]:
    return {line.strip() for line in cell.text.split("\n")} if cell.kind != "code" else set()


def _is_enough(text: str, words: int) -> bool:
    """Whether a text has so many words; a short title has none."""
    lines = text.split("\n")
    said = "\n".join(line for line in lines if not _TITLE.fullmatch(line.strip()) or len(_WORD.findall(line)) >= WORDS)
    return len(_WORD.findall(said)) >= words if words else bool(_ANYTHING.search(said))


def _in_code(source: str, near: bool) -> str:
    """The source of a code cell that says something and does nothing, but for printing it `near` the question."""
    if magic := _TEXT_MAGIC.match(source.lstrip()):
        return source.lstrip()[magic.end() :]
    try:
        body = parsed(python(source)).body
    except UNPARSABLE:
        return source if len(_WORD.findall(source)) >= WORDS else ""
    comments = "\n".join(text for text in _COMMENT.findall(source) if not parses(text.strip()))
    texts = [_text_of(statement, near) for statement in body]
    return source if all(texts) and len(_WORD.findall("\n".join([comments, *texts]))) >= WORDS else ""


def _text_of(statement: ast.stmt, near: bool) -> str:
    """The text that a statement consists of or, `near` the question, prints or names; "" of others."""
    if not isinstance(statement, ast.Expr | ast.Assign if near else ast.Expr):
        return ""
    value = statement.value
    if near and isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id == "print":
        parts = value.args
    else:
        parts = [value]
    texts = [part.value for part in parts if isinstance(part, ast.Constant) and isinstance(part.value, str)]
    return "\n".join(texts) if len(texts) == len(parts) else ""


def _shown(cell: Cell, text: str) -> str:
    """How it stands in the answer: code as code, so that a comment is no title."""
    return text if cell.kind != "code" else f"````\n{text}\n````"
