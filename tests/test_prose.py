"""Answers in words that stand beside the empty cell for them: a person reads them, wherever they were written."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest
from nbformat import from_dict
from nbgrader.utils import determine_grade
from test_submission import PRISTINE, student

from autograder.submission import parse

TEXT = "A comparison with zero is enough."
QUESTION, ANSWER = 8, 9
Cells = list[dict[str, Any]]
Change = Callable[[Cells], object]


def text(source: str, kind: str = "markdown", **more: Any) -> dict[str, Any]:
    return {"cell_type": kind, "id": "new", "metadata": {}, "source": source, **more}


def solved(change: Change) -> dict[str, Any]:
    """The solved notebook with an empty answer, and what a student has made of it."""
    notebook = copy.deepcopy(student("solved"))
    notebook["cells"][ANSWER]["source"] = "YOUR ANSWER HERE"
    change(notebook["cells"])
    return notebook


def without_marks(cells: Cells) -> None:
    """As Colab and a copy into a new notebook leave it."""
    for cell in cells:
        cell["metadata"] = {}
        cell.pop("id", None)


def asks(cells: Cells, more: str) -> None:
    cells[QUESTION]["source"] += more


def two(cells: Cells) -> None:
    cells[ANSWER:ANSWER] = [text("First, " + TEXT), text("Second, it is faster.")]


PICTURE = {"attachments": {"scan.png": {"image/png": "iVBORw0KGgo="}}}
ANSWERED: dict[str, Change] = {
    "above the cell for it": lambda c: c.insert(ANSWER, text(TEXT)),
    "below the cell for it": lambda c: c.append(text(TEXT)),
    "in the question": lambda c: asks(c, "\n\n" + TEXT),
    "in the question, between its lines": lambda c: c[QUESTION].update(
        source=c[QUESTION]["source"].replace("\n\n", f"\n{TEXT}\n\n")
    ),
    "in the question, without ids": lambda c: (asks(c, "\n" + TEXT), without_marks(c)),
    "below a title of its own": lambda c: c.append(text("# Answer\n" + TEXT)),
    "as a title": lambda c: c.append(text("### " + TEXT)),
    "at the end, the cell deleted": lambda c: (c.pop(ANSWER), c.append(text(TEXT))),
    "below the question, the cell deleted": lambda c: c[ANSWER].update(text(TEXT)),
    "the question and the cell deleted": lambda c: (c.pop(ANSWER), c.pop(QUESTION), c.append(text(TEXT))),
    "the cell emptied": lambda c: (c[ANSWER].update(source=""), c.append(text(TEXT))),
    "without marks and ids": lambda c: (c.append(text(TEXT)), without_marks(c)),
    "at the top": lambda c: c.insert(0, text("Answer to the last one: why relu needs no exponential. " + TEXT)),
    "in two cells": two,
    "a word": lambda c: c.insert(ANSWER, text("Monotony.")),
    "a number": lambda c: c.insert(ANSWER, text("$10^{-5}$")),
    "in Korean": lambda c: c.append(text("비교 연산만으로 충분하다")),
    "in Chinese": lambda c: c.append(text("只需要比较大小。")),
    "raw": lambda c: c.append(text(TEXT, "raw")),
    "typed into a code cell": lambda c: c.append(text(TEXT, "code")),
    "as a comment": lambda c: c.append(text("# " + TEXT, "code")),
    "as a string": lambda c: c.append(text(f'"""{TEXT}"""', "code")),
    "printed": lambda c: c.insert(ANSWER, text(f'print("{TEXT}")', "code")),
    "as a variable": lambda c: c.insert(ANSWER, text(f'answer = "{TEXT}"', "code")),
    "%%markdown": lambda c: c.append(text("%%markdown\n" + TEXT, "code")),
    "a picture": lambda c: c.append(text("![](attachment:scan.png)", **PICTURE)),
}  # fmt: skip


@pytest.mark.parametrize("name", ANSWERED)
def test_a_person_reads_it(name: str) -> None:
    notebook = solved(ANSWERED[name])
    pictures = {name: files for cell in notebook["cells"] for name, files in cell.get("attachments", {}).items()}
    found = parse(notebook, PRISTINE)
    [answer] = [c for c in found.notebook["cells"] if c["metadata"].get("nbgrader", {}).get("grade_id") == "answer-why"]
    assert determine_grade(from_dict(answer))[0] is None
    assert "exponential?" not in answer["source"]
    assert answer.get("attachments", {}) == pictures
    assert any(
        "was left empty in its cell; the text in cell" in n or "recognised by its place" in n for n in found.notes
    )
    assert not any("cannot be read" in note or "line 1" in note for note in found.notes)
    assert [d.binds[0] for d in found.definitions][:2] == ["relu", "add"]
    assert parse(found.notebook, PRISTINE).notebook == found.notebook


EMPTY: dict[str, Change] = {
    "nothing": lambda c: None,
    "a short title": lambda c: c.append(text("## My notes")),
    "a line": lambda c: c.insert(ANSWER, text("---")),
    "code tried out": lambda c: c.append(text("# print(relu(x))\nprint(relu(x))  # the positive part", "code")),
    "a plot": lambda c: c.append(text('plt.title("The loss of two networks")', "code")),
    "code that is off": lambda c: c.append(text("# x = relu(y)\n# for a in x:", "code")),
    "a helper that is broken": lambda c: c.append(text("def helper(x)\n    return the loss", "code")),
    "a short remark at the top": lambda c: c.insert(0, text("This was hard work.")),
    "words in another answer": lambda c: c[3].update(source="# the positive part of x\n" + c[3]["source"]),
    "the question copied": lambda c: c.append(text(c[QUESTION]["source"])),
}  # fmt: skip


@pytest.mark.parametrize("name", EMPTY)
def test_an_empty_answer_stays_empty(name: str) -> None:
    found = parse(solved(EMPTY[name]), PRISTINE)
    [answer] = [c for c in found.notebook["cells"] if c["metadata"].get("nbgrader", {}).get("grade_id") == "answer-why"]
    assert answer["source"] == "YOUR ANSWER HERE"
    assert not any("taken for it" in note for note in found.notes)


def test_an_answer_in_its_cell_is_not_touched() -> None:
    notebook = copy.deepcopy(student("solved"))
    notebook["cells"].append(text(TEXT))
    assert parse(notebook, PRISTINE).notes == ()
    assert (
        parse(notebook, PRISTINE).notebook["cells"][ANSWER]
        == parse(student("solved"), PRISTINE).notebook["cells"][ANSWER]
    )


def test_many_notes_of_one_kind_become_one() -> None:
    broken = [text("def f(x)\n    return x", "code") for _ in range(30)]
    notes = parse(solved(lambda c: c.extend(broken)), PRISTINE).notes
    assert [note for note in notes if "cannot be read" in note] == [
        "30 cells cannot be read; the first is cell 11, line 1: expected ':'"
    ]
