"""Several notebooks of one student: which of them was worked on, and one notebook out of two halves."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from autograder.cells import Notebook
from autograder.definitions import Code
from autograder.magics import UNPARSABLE, parsed, python
from autograder.repair import Repair

STEPS = 50  # cells that one answer may need
LISTED = 5  # exercises that a note lists


@dataclass(frozen=True)
class Half:
    """A notebook that may be the work, or a part of it.

    Attributes
    ----------
    name : str
        As notes call it.
    notebook, pristine : dict
    """

    name: str
    notebook: Notebook
    pristine: Notebook

    @cached_property
    def repair(self) -> Repair:
        return Repair(self.notebook, self.pristine)

    @cached_property
    def worked(self) -> dict[int, list[int]]:
        """Cell of the course for an answer -> the cells that hold work on it; answers as released are left out."""
        answers = [j for j, cell in enumerate(self.repair.course) if cell.role == "answer"]
        found = {} if self.repair.stranger else {j: self._work(j) for j in answers}
        return {j: cells for j, cells in found.items() if cells}

    def _work(self, j: int) -> list[int]:
        repair, held = self.repair, self.repair.holder.get(j)
        if repair.course[j].kind != "code" and j in repair.beside:
            return list(repair.beside[j])
        names = repair.stubs.get(j, frozenset())
        cells = [i for i, c in enumerate(repair.codes) if c.made & names and i not in repair.dropped]
        cells = sorted({*cells, *([held] if held is not None else [])})
        return [i for i in cells if self._is_work(i, j)]

    def _is_work(self, i: int, j: int) -> bool:
        mine, course = self.repair.student[i], self.repair.course[j]
        if not mine.text or mine.text == course.text:
            return False
        return course.kind != "code" or _bare(mine.source) != _bare(course.source)

    def needed(self, j: int) -> list[int]:
        """The cells of the work on an answer, and the student's other cells that these need, in their order."""
        repair, kept = self.repair, list(self.worked[j])
        answers = {i for cells in self.worked.values() for i in cells} | {*repair.holder.values()}
        own = [i for i, c in enumerate(repair.codes) if c.definitions and i not in answers and repair.is_code(i)]
        kept += [i for i in own if _binds(repair.codes[i]) & repair.stubs.get(j, frozenset())]
        for step in range(STEPS):
            if step == len(kept):
                break
            uses = {name for d in repair.codes[kept[step]].definitions for name in d.uses}
            kept += [i for i in own if i not in kept and repair.codes[i].made & uses]
        return sorted(kept)

    def clash(self, other: Half, j: int) -> list[str]:
        """The names that both notebooks define in different ways, in the cells that an answer of the other needs."""
        given = {cell.text for cell in self.repair.course}
        mine = _statements(self.repair, [i for i, c in enumerate(self.repair.student) if c.text not in given])
        theirs = _statements(other.repair, other.needed(j))
        known = self.repair.given | self.repair.stubs.get(j, frozenset())
        return sorted(name for name, text in theirs.items() if mine.get(name, text) != text and name not in known)

    def filled(self, other: Half, answers: Sequence[int]) -> Notebook:
        """The notebook with some answers of the other one in the place of its own, which were not worked on."""
        cells: list[dict[str, object] | None] = list(copy.deepcopy(self.repair.raw))
        texts = {cell.text for cell in self.repair.student}
        behind: dict[int, list[dict[str, object]]] = {}
        for j in answers:
            held = self.repair.holder.get(j, -1)
            taken = [cell for cell, text in self._taken(other, j) if text is None or text not in texts]
            behind.setdefault(held if held >= 0 else len(cells) - 1, []).extend(taken)
            if held >= 0:
                cells[held] = None
        merged = [each for i, cell in enumerate(cells) for each in (cell, *behind.get(i, ()))]
        return {**self.notebook, "cells": [cell for cell in merged if cell is not None]}

    def _taken(self, other: Half, j: int) -> Iterator[tuple[dict[str, object], str | None]]:
        """The cells of the other's work on an answer, one of them with the course's marks; and what they say, if they
        are the student's own."""
        theirs, course = other.repair, self.repair.course_raw[j]
        if j in theirs.beside:
            yield {**course, "source": "\n\n".join(theirs.beside[j].values())}, None
            return
        held = theirs.holder.get(j)
        marked = held if held in other.worked[j] else other.worked[j][-1]
        for i in other.needed(j):
            cell = theirs.student[i]
            if i == marked:
                yield {**course, "source": cell.source}, None
            else:
                yield {**theirs.raw[i], "source": cell.source, "metadata": {}, "id": ""}, cell.text


def _binds(code: Code) -> set[str]:
    return {name for d in code.definitions for name in d.binds}


def _statements(repair: Repair, cells: Sequence[int]) -> dict[str, str]:
    """The names that cells bind, and the statement that binds each of them last."""
    return {name: d.source.strip() for i in cells for d in repair.codes[i].definitions for name in d.binds}


def joined(first: Half, others: Sequence[Half]) -> tuple[Notebook, list[str]]:
    """The first notebook, its untouched answers taken from the others where no names clash; and notes on that."""
    notes = []
    for other in others:
        names = {j: first.repair.name_of(j) for j in other.worked}
        new = [j for j in other.worked if j not in first.worked]
        clashes = {j: clash for j in new if (clash := first.clash(other, j))}
        both = [j for j in other.worked if j in first.worked and _texts(first, j) != _texts(other, j)]
        fitting = [j for j in new if j not in clashes]
        if fitting:
            notes.append(f"{_listed(names[j] for j in fitting)}: taken from {other.name}; not touched in {first.name}")
        for j, clash in clashes.items():
            what = ", ".join(f"`{name[:40]}`" for name in clash[:LISTED])
            notes.append(
                f"{names[j]} in {other.name} was not graded: both notebooks define {what}; hand in one notebook"
            )
        if both:
            notes.append(f"{_listed(names[j] for j in both)}: both notebooks hold work; that in {first.name} counts")
        if fitting:
            first = Half(first.name, first.filled(other, fitting), first.pristine)
    return first.notebook, notes


def _texts(half: Half, j: int) -> list[str]:
    return [half.repair.student[i].text for i in half.worked[j]]


def _listed(names: Iterator[str]) -> str:
    words = list(names)
    more = f" and {len(words) - LISTED} more" if len(words) > LISTED else ""
    return ", ".join(words[:LISTED]) + more


def _bare(source: str) -> str:
    """A cell's code without comments and docstrings, which releases may change."""
    try:
        tree = parsed.__wrapped__(python(source))  # not the remembered tree: it is changed
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                node.body = [statement for statement in node.body if not _is_text(statement)]
        return ast.dump(tree)
    except UNPARSABLE:
        return source


def _is_text(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
