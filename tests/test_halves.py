"""Several notebooks in one folder: the one that was worked on counts, and halves become one; never the better score."""

from __future__ import annotations

import copy
import json
import time
from pathlib import Path
from typing import Any

import pytest
from test_submission import PRISTINE, answers, student

from autograder.collect import collect
from autograder.halves import Half
from autograder.submission import parse

EXPECTED = "basics.ipynb"
RELU, ADD, WHY = "def relu(x):\n    return np.maximum(x, 0)", "def add(x, y):\n    return x + y", "It cuts at zero."
SCALED = "def relu(x):\n    return scaled(x)"
ONE = "def scaled(x): return np.maximum(x, 0)"
OTHER = "def scaled(x): return np.maximum(x, 0) * 1.0"


def notebook(*own: str, **sources: str) -> dict[str, Any]:
    """The released notebook, with answers, and cells of the student's own at the end."""
    made = copy.deepcopy(PRISTINE)
    for cell in made["cells"]:
        cell["source"] = sources.get(
            cell["metadata"].get("nbgrader", {}).get("grade_id", "").split("-")[-1], cell["source"]
        )
    made["cells"] += [{"cell_type": "code", "source": source, "metadata": {}} for source in own]
    return made


def commented() -> dict[str, Any]:
    """As another release has it, and some editors save it: no work is in it."""
    made = notebook()
    made["cells"][3]["source"] = 'def relu(x):\n    """Another text."""\n\n    # TODO\n    raise NotImplementedError()'
    return made


def without_cell(made: dict[str, Any], index: int) -> dict[str, Any]:
    return {**made, "cells": [cell for i, cell in enumerate(made["cells"]) if i != index]}


UNTOUCHED, SOLVED = notebook(), student("solved")
FIRST, SECOND = notebook(relu=RELU), notebook(add=ADD, why=WHY)
Case = tuple[dict[str, dict[str, Any]], str, str]
CASES: dict[str, Case] = {
    "a solved copy of a browser": (
        {EXPECTED: UNTOUCHED, "basics (1).ipynb": notebook(relu=RELU, add=ADD)},
        "relu add",
        "basics.ipynb is as it was released, `basics (1).ipynb` was graded in its place",
    ),
    "a solved copy of Jupyter": (
        {EXPECTED: UNTOUCHED, "basics-Copy1.ipynb": notebook(relu=RELU, add=ADD)}, "relu add", "`basics-Copy1.ipynb`",
    ),
    "only comments in the first": (
        {EXPECTED: commented(), "basics_final.ipynb": notebook(relu=RELU)}, "relu", "`basics_final.ipynb` was graded",
    ),
    "another assignment's beside it": (
        {EXPECTED: student("other_assignment"), "z.ipynb": notebook(relu=RELU)}, "relu", "`z.ipynb` was graded",
    ),
    "an untouched copy": (
        {EXPECTED: notebook(relu=RELU), "basics (1).ipynb": UNTOUCHED}, "relu", "not graded: `basics (1).ipynb`",
    ),
    "all untouched": ({EXPECTED: UNTOUCHED, "b.ipynb": UNTOUCHED}, "", "`basics.ipynb` was graded; not graded: `b"),
    "two halves": (
        {"basics_part1.ipynb": FIRST, "basics_part2.ipynb": SECOND},
        "relu add why",
        "`add`, the answer `answer-why`: taken from `basics_part2.ipynb`; not touched in `basics_part1.ipynb`",
    ),
    "two halves, the cells cut out": (
        {"1.ipynb": without_cell(FIRST, 6), "2.ipynb": without_cell(SECOND, 3)}, "relu add why", "`add`, the answer",
    ),
    "two halves without metadata": (
        {
            "1.ipynb": {"cells": [{"cell_type": "code", "source": RELU, "metadata": {}}]},
            "2.ipynb": {"cells": [{"cell_type": "code", "source": ADD, "metadata": {}}]},
        },
        "relu add",
        "`add`: taken from `2.ipynb`",
    ),
    "two halves, an empty cell": (
        {"1.ipynb": without_cell(notebook("", relu=RELU), 6), "2.ipynb": SECOND}, "relu add why", "`add`, the answer",
    ),
    "three parts": (
        {"1.ipynb": FIRST, "2.ipynb": notebook(add=ADD), "3.ipynb": notebook(why=WHY)},
        "relu add why",
        "the answer `answer-why`: taken from `3.ipynb`",
    ),
    "halves with a helper": (
        {"1.ipynb": notebook(add=ADD), "2.ipynb": notebook(ONE, relu=SCALED)}, "relu add", "`relu`: taken from",
    ),
    "halves with the same helper": (
        {"1.ipynb": notebook(ONE, add=ADD), "2.ipynb": notebook(ONE, relu=SCALED)}, "relu add", "`relu`: taken from",
    ),
    "halves with helpers of one name": (
        {"1.ipynb": notebook(OTHER, add=ADD), "2.ipynb": notebook(ONE, relu=SCALED)},
        "add",
        "`relu` in `2.ipynb` was not graded: both notebooks define `scaled`; hand in one notebook",
    ),
    "the first is wrong, the second right": (
        {EXPECTED: notebook(relu="def relu(x):\n    return x"), "b.ipynb": notebook(relu=RELU)},
        "wrong",
        "`relu`: both notebooks hold work; that in `basics.ipynb` counts",
    ),
}  # fmt: skip


def put(folder: Path, files: dict[str, dict[str, Any]]) -> Path:
    folder.mkdir(parents=True)
    for name, content in files.items():
        (folder / name).write_text(json.dumps(content), encoding="utf-8")
    return folder


@pytest.mark.parametrize("name", CASES)
def test_what_counts(name: str, tmp_path: Path) -> None:
    files, work, note = CASES[name]
    found = collect(put(tmp_path / "ada" / "basics", files), EXPECTED, PRISTINE)
    assert note in "; ".join(found.notes)
    submission = parse(found.notebook, PRISTINE, found.modules)
    relu, add, why = answers(submission.notebook)
    assert ("relu" in work) == ("np.maximum" in relu or "scaled" in relu)
    assert ("add" in work) == ("x + y" in add)
    assert ("why" in work) == (why == WHY)
    assert ("scaled" in relu) == any("scaled" in d.binds for d in submission.definitions) or work == "add"
    assert (relu.splitlines()[-1].strip() == "return x") == (work == "wrong")


def test_a_copy_says_nothing(tmp_path: Path) -> None:
    found = collect(put(tmp_path / "ada" / "basics", {EXPECTED: SOLVED, "b.ipynb": SOLVED}), EXPECTED, PRISTINE)
    assert found.notebook == {**SOLVED, "cells": found.notebook["cells"]}
    assert parse(found.notebook, PRISTINE) == parse(SOLVED, PRISTINE)


def test_modules_of_both_halves_come_along(tmp_path: Path) -> None:
    first = notebook(add="from one import plus\ndef add(x, y):\n    return plus(x, y)")
    second = notebook(relu="from two import cut\ndef relu(x):\n    return cut(x)")
    folder = put(tmp_path / "ada" / "basics", {"1.ipynb": first, "2.ipynb": second})
    (folder / "one.py").write_text("def plus(x, y): return x + y")
    (folder / "two.py").write_text("def cut(x): return x * (x > 0)")
    assert sorted(collect(folder, EXPECTED, PRISTINE).modules) == ["one", "two"]


def test_hostile_copies_are_compared_in_four_seconds(tmp_path: Path) -> None:
    deep = notebook(relu="def relu(x):\n    return " + "(" * 5_000 + ")" * 5_000)
    many = notebook(*(f"def f{i}(x): return f{i + 1}(x)" for i in range(2_000)), relu="def relu(x):\n    return f0(x)")
    folder = put(tmp_path / "ada" / "basics", {EXPECTED: UNTOUCHED, "a.ipynb": many, "b.ipynb": deep, "c.ipynb": many})
    start = time.process_time()
    assert collect(folder, EXPECTED, PRISTINE).notebook is not None
    assert time.process_time() - start < 4


def test_work_is_told_from_the_release() -> None:
    assert not Half("", UNTOUCHED, PRISTINE).worked
    assert not Half("", commented(), PRISTINE).worked
    assert not Half("", student("other_assignment"), PRISTINE).worked
    assert len(Half("", SOLVED, PRISTINE).worked) == 3
