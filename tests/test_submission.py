"""Damaged notebooks: what is recognised, put back and said; golden folders under `submissions/parse/`."""

from __future__ import annotations

import ast
import json
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
import pytest
from hostile_code import HOSTILE_CODE
from hypothesis import given, settings
from hypothesis import strategies as st
from nbgrader.nbgraderformat import MetadataValidator

from autograder.cells import OUTPUTS_CAP
from autograder.definitions import closure, functions, suggest
from autograder.submission import Submission, UnreadableNotebook, parse, read

GOLDEN = Path(__file__).parent / "submissions" / "parse"
PRISTINE = read((GOLDEN / "pristine.ipynb").read_bytes())
CASES = sorted(path.parent.name for path in GOLDEN.glob("*/expected.json"))
EXPECTED = {name: json.loads((GOLDEN / name / "expected.json").read_text("utf-8")) for name in CASES}
READABLE = [name for name in CASES if "unreadable" not in EXPECTED[name]]


def student(name: str) -> dict[str, Any]:
    return read((GOLDEN / name / "student.ipynb").read_bytes())


def marks(notebook: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """nbgrader's metadata by grade_id."""
    cells = [cell for cell in notebook["cells"] if "nbgrader" in cell["metadata"]]
    return {cell["metadata"]["nbgrader"]["grade_id"]: cell["metadata"]["nbgrader"] for cell in cells}


def answers(notebook: dict[str, Any]) -> list[str]:
    return [c["source"] for c in notebook["cells"] if c["metadata"].get("nbgrader", {}).get("solution")]


def test_there_are_many_cases() -> None:
    assert len(CASES) >= 25


@pytest.mark.parametrize("name", [name for name in CASES if name not in READABLE])
def test_says_why_a_file_is_no_notebook(name: str) -> None:
    with pytest.raises(UnreadableNotebook) as error:
        student(name)
    assert EXPECTED[name]["unreadable"] in str(error.value)


@pytest.mark.parametrize("name", READABLE)
def test_definitions_and_notes(name: str) -> None:
    expected, found = EXPECTED[name], parse(student(name), PRISTINE)
    assert [n for d in found.definitions for n in d.binds] == expected["names"]
    assert len(found.notes) == len(expected["notes"]), found.notes
    for note, start in zip(found.notes, expected["notes"], strict=True):
        assert note.startswith(start)


@pytest.mark.parametrize("name", READABLE)
def test_nbgrader_takes_the_repaired_notebook(name: str) -> None:
    expected = EXPECTED[name]
    notebook = parse(student(name), PRISTINE).notebook
    node = nbformat.from_dict(notebook)
    nbformat.validate(node)
    MetadataValidator().validate_nb(node)
    assert list(marks(notebook)) == expected["grade_ids"]
    assert marks(notebook) == marks(PRISTINE)
    texts = {c["metadata"]["nbgrader"]["grade_id"]: c["source"] for c in notebook["cells"] if c["metadata"]}
    assert {key: texts[key] for key in expected["answers"]} == expected["answers"]
    for cell in PRISTINE["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("locked"):
            assert texts[cell["id"]] == cell["source"]


@pytest.mark.parametrize("name", READABLE)
def test_right_work_stays_right(name: str) -> None:
    definitions = parse(student(name), PRISTINE).definitions
    for wanted, arguments, result in [("relu", (np.array([-1, 2]),), [0, 2]), ("add", (3, 4), 7)]:
        if wanted in EXPECTED[name]["right"]:
            namespace = {"np": np}
            for definition in closure(definitions, [wanted]):
                exec(compile("from __future__ import annotations\n" + definition.source, "<cell>", "exec"), namespace)
            assert np.array_equal(namespace[wanted](*arguments), result)  # type: ignore[operator]


@pytest.mark.parametrize("name", READABLE)
def test_repair_settles(name: str) -> None:
    once = parse(student(name), PRISTINE).notebook
    twice = parse(once, PRISTINE).notebook
    assert twice == once
    assert read(json.dumps(once).encode()) == once


@pytest.mark.parametrize("name", READABLE)
def test_all_code_is_kept(name: str) -> None:
    """No line of the student's code is lost in the repaired notebook, unless it changed a locked cell."""
    found = parse(student(name), PRISTINE)
    kept = "\n".join(cell["source"] for cell in found.notebook["cells"])
    for definition in found.definitions:
        assert definition.source.strip() in kept or "%" in kept


def test_places_are_those_of_the_students_file() -> None:
    cells = [{"cell_type": "code", "source": "\n\ndef relu(x):\n    return 1 / 0", "metadata": {}}]
    [relu] = parse({"cells": cells}, PRISTINE).definitions
    assert relu.place == "cell 1"
    assert ast.parse(relu.source).body[0].lineno == 3


@pytest.mark.parametrize("minor", range(6))
def test_minor_versions(minor: int) -> None:
    notebook = json.loads((GOLDEN / "solved" / "student.ipynb").read_text("utf-8")) | {"nbformat_minor": minor}
    assert parse(read(json.dumps(notebook).encode()), PRISTINE).notes == ()


def test_outputs_are_cut_out_before_parsing() -> None:
    notebook = json.loads((GOLDEN / "solved" / "student.ipynb").read_text("utf-8"))
    notebook["cells"][3]["outputs"] = [{"text": ['[\\"', "]" * 100, "x" * OUTPUTS_CAP], "data": [[]]}]
    notebook["cells"][3]["source"] += "\nhint = '\"outputs\": ['"
    found = parse(read(json.dumps(notebook, indent=1).encode()), PRISTINE)
    assert [d.binds[0] for d in found.definitions] == ["relu", "hint", "add"]


def test_too_much_of_anything() -> None:
    with pytest.raises(UnreadableNotebook, match="65 MB besides its outputs"):
        read(b'{"cells": [' + b" " * 65_000_000 + b"]}")
    many = parse({"cells": [{"cell_type": "code", "source": "a = 1"}] * 3000}, PRISTINE)
    assert len(many.definitions) == 2000
    assert "3000 cells" in many.notes[0] or "another assignment" in many.notes[0]
    long = parse({"cells": [{"cell_type": "code", "source": "a = 1\n" * 300_000}]}, PRISTINE)
    assert long.definitions == ()
    assert "too much code" in long.notes[-1]


SECOND_HELPER = "def helper(x): return -x\ndef add(x, y): return x + y"


@pytest.mark.parametrize(
    ("relu", "end", "above"),
    [
        ("def helper(x): return np.maximum(x, 0)\ndef relu(x): return helper(x)", "", {"relu": 2}),
        ("def help_me(x): return np.maximum(x, 0)\ndef relu(x): return help_me(x)", "", {}),
        ("def relu(x): return np.maximum(x, 0)", "relu = list(map(relu, [1]))", {"relu": 1, "add": 3}),
        ("def helper(x): return 3", "def relu(x): return helper(x)", {}),
    ],
)
def test_what_stands_above_a_check(relu: str, end: str, above: dict[str, int]) -> None:
    notebook = json.loads(json.dumps(PRISTINE))
    for cell in notebook["cells"]:
        identity = cell["metadata"].get("nbgrader", {}).get("grade_id")
        cell["source"] = {"relu": relu, "add": SECOND_HELPER}.get(identity, cell["source"])
    notebook["cells"].append({"cell_type": "code", "source": end})
    assert {task: len(found) for task, found in parse(notebook, PRISTINE).above.items()} == above
    notebook["cells"] = [cell for cell in notebook["cells"] if "check(" not in cell["source"]]
    assert {task: len(found) for task, found in parse(notebook, PRISTINE).above.items()} == above


STUB = "class Affine:\n    def forward(self, x):\n        raise NotImplementedError()"


@pytest.mark.parametrize(
    ("own", "names"),
    [
        ("def forward(self, x): return x\nAffine.forward = forward", ["forward", "Affine", "Affine"]),
        ("class Affine(Affine):\n    def forward(self, x): return x", ["Affine", "Affine"]),
        ("class Affine:\n    def forward(self, x): return x", ["Affine"]),
        ("class Affine:\n    def forward(self, x) return x", ["Affine"]),
        ("layer = Affine()", ["layer", "Affine"]),
    ],
)
def test_an_untouched_stub_stays_where_the_students_cell_needs_it(own: str, names: list[str]) -> None:
    marked = {"grade_id": "Affine", "solution": True, "grade": False, "locked": False, "schema_version": 3}
    stub = {"cell_type": "code", "id": "Affine", "source": STUB, "metadata": {"nbgrader": marked}}
    mine = {"cell_type": "code", "id": "mine", "source": own, "metadata": {}}
    found = parse({"cells": [mine, stub]}, {"cells": [stub]})
    assert [name for d in found.definitions for name in d.binds] == names


@pytest.mark.parametrize("name", HOSTILE_CODE)
def test_hostile_code_takes_two_seconds_at_most(name: str) -> None:
    start = time.process_time()
    found = parse({"cells": [{"cell_type": "code", "source": HOSTILE_CODE[name]}]}, PRISTINE)
    for wanted in ("f", "f0"):
        functions(found.definitions, wanted)
        closure(found.definitions, [wanted])
        suggest(wanted, found.definitions)
    assert time.process_time() - start < 2
    assert not any("too much" in note for note in found.notes)
    assert sum(len(d.source) for d in found.definitions) < 1_000_000


MARKED = {"nbgrader": {"grade_id": "relu", "solution": True, "grade": False, "locked": False, "schema_version": 3}}
MANY_CELLS = {
    "answers": ["def relu(x): return {i}"],
    "stubs": ["def relu(x):\n    raise NotImplementedError()"],
    "halves": ["def relu(x):\n    if x:\n        return {i}", "    return x"],
    "checks": ['check("relu")'],
    "conflicts": ["<<<<<<<\nx = {i}\n=======\ny\n>>>>>>>"],
}


@pytest.mark.parametrize("name", MANY_CELLS)
@pytest.mark.parametrize("kind", ["code", "markdown"])
def test_many_cells_take_two_seconds_at_most(name: str, kind: str) -> None:
    start = time.process_time()
    cells = [
        {"cell_type": kind, "source": source.format(i=i), "metadata": MARKED}
        for i in range(2000 // len(MANY_CELLS[name]))
        for source in MANY_CELLS[name]
    ]
    notebook = parse({"cells": cells}, PRISTINE).notebook
    assert time.process_time() - start < 2
    assert marks(notebook) == marks(PRISTINE)


def test_the_released_notebook_needs_no_repair() -> None:
    found = parse(PRISTINE, PRISTINE)
    assert found.notes == ()
    assert found.notebook["cells"] == PRISTINE["cells"]


def test_a_notebook_is_its_own_pristine() -> None:
    """The student's self-check has no other one."""
    notebook = student("solved")
    assert parse(notebook, notebook) == parse(notebook, PRISTINE)


KINDS = {
    b"%PDF-1.7": "a PDF; in Jupyter, File > Download",
    b"<!DOCTYPE html><html>": "a web page; in Jupyter, File > Download",
    b"\xef\xbb\xbf\n<!-- saved -->\n<HTML>": "a web page",
    b"<?xml version='1.0'?>": "an XML file",
    b"PK\x03\x04....layers.ipynb": "a zip archive; unpack it",
    b"PK\x03\x04[Content_Types].xml word/document.xml": "a Word file; hand in the notebook itself",
    b"PK\x03\x04mimetypeapplication/vnd.oasis.opendocument.text": "a LibreOffice document",
    b"Rar!\x1a": "a RAR archive",
    b"\x1f\x8b\x08": "a gzip archive",
    b"." * 257 + b"ustar": "a tar archive",
    b"bplist00": "a placeholder of macOS, not the file itself; download it from iCloud",
    b"\x89PNG": "a picture",
    b"version https://git-lfs.github.com/spec/v1": "a pointer of Git LFS; `git lfs pull`",
    b"# In[1]:\n\nimport numpy as np": "Python code; hand in the notebook (.ipynb)",
    b"#%%\nx = 1": "Python code",
}


@pytest.mark.parametrize("start", KINDS)
def test_says_what_a_file_is(start: bytes) -> None:
    with pytest.raises(UnreadableNotebook) as error:
        read(start + b"\n" * 100)
    assert f"the file is not a notebook: it is {KINDS[start]}" in str(error.value)


def edited(change: Callable[[str], str], *more: str) -> Submission:
    """The solved notebook with another text in the cell of relu, and cells behind it."""
    notebook = student("solved")
    [index] = [
        i for i, c in enumerate(notebook["cells"]) if c["metadata"].get("nbgrader", {}).get("grade_id") == "relu"
    ]
    notebook["cells"][index]["source"] = change(notebook["cells"][index]["source"])
    notebook["cells"] += [{"cell_type": "code", "source": source, "metadata": {}} for source in more]
    return parse(notebook, PRISTINE)


ODD = {
    "a byte order mark": ("\ufeffdef relu", "an invisible character (U+FEFF); delete the line"),
    "no width": ("\u200bdef relu", "an invisible character (U+200B); delete the line"),
    "no width behind `def`": ("def\u200brelu", "an invisible character (U+200B)"),
    "no width in the name": ("def re\u200blu", "an invisible character (U+200B)"),
    "from a web page": ("def\u00a0relu", "an invisible character (U+00A0)"),
    "from a web page, everywhere": ("#\u00a0\n\u00a0\ndef\u00a0relu", "(U+00A0) there, and in 2 more lines; delete"),
    "from a PDF": ("def relu(x):\n\u2028return x\n\ndef other", "line 2: an invisible character (U+2028)"),
    "from a Japanese keyboard": ("\u3000def relu", "an invisible character (U+3000)"),
    "a soft hyphen": ("def re\u00adlu", "an invisible character (U+00AD)"),
    "a dash": ("def relu(x=\u22121):\n    pass\n\ndef other", "`\u2212` (U+2212) is not Python's `-`; type it again"),
    "quotes": ("def relu(x=\u201c\u201d):\n    pass\n\ndef other", "(U+201C) is not Python's `\"`; type it again"),
    "a wide colon": ("def relu(x)\uff1a\n    pass\n\ndef other", "(U+FF1A) is not Python's `:`; type it again"),
}  # fmt: skip


@pytest.mark.parametrize("name", ODD)
def test_a_character_that_is_not_seen_is_named(name: str) -> None:
    text, said = ODD[name]
    found = edited(lambda source: source.replace("def relu", text))
    [relu] = [d for d in found.definitions if "relu" in d.binds]
    assert relu.problem.startswith("cell 4, line ")
    assert said in relu.problem
    assert relu.problem in found.notes


@pytest.mark.parametrize("line", ["%%writefile relu.py", "\n%%file relu.py", "%%bash", "%%script python", "%%latex"])
def test_a_line_that_keeps_an_answer_from_running_is_named(line: str) -> None:
    found = edited(lambda source: f"{line}\n{source}")
    said = f"cell 4 begins with `{line.strip()}`, so none of its code runs; delete that line"
    assert [(d.binds, d.problem) for d in found.definitions] == [(("relu",), said), (("add",), "")]
    assert found.notes == (f"`relu`: {said}",)


@pytest.mark.parametrize(
    "more", ["from relu import relu", "from relu import *", "def relu(x): return np.maximum(x, 0)"]
)
def test_an_answer_in_a_file_may_be_used(more: str) -> None:
    found = edited(lambda source: f"%%writefile relu.py\n{source}", more)
    assert found.notes == ()
    assert not any(d.problem for d in found.definitions)


SOURCES = [
    "",
    "def relu(x):\n    return x",
    "def add(x, y): return x + y",
    "x = (",
    'check("relu")',
    "    y = 1",
    "%%bash",
]
IDS = [cell["id"] for cell in PRISTINE["cells"]] + ["other", "", "no good", "own-0"]
DAMAGED_CELLS = st.builds(
    lambda kind, source, identity, mark: {
        "cell_type": kind,
        "source": source,
        "id": identity,
        "metadata": {"nbgrader": mark},
    },
    st.sampled_from(["code", "markdown", "raw", "video", None]),
    st.sampled_from(SOURCES + [cell["source"] for cell in PRISTINE["cells"]]) | st.text(max_size=20),
    st.sampled_from(IDS) | st.none(),
    st.sampled_from(list(marks(PRISTINE).values()))
    | st.fixed_dictionaries({"grade_id": st.sampled_from([*IDS, None])}),
)
JSON = st.recursive(
    st.none() | st.integers() | st.text(max_size=5), lambda x: st.lists(x) | st.dictionaries(st.text(), x)
)


@settings(max_examples=100, deadline=None)
@given(st.lists(DAMAGED_CELLS | JSON, max_size=14), JSON)
def test_whatever_the_cells_are_nbgrader_takes_the_repaired_notebook(cells: list[Any], metadata: Any) -> None:
    notebook = read(json.dumps({"cells": cells, "metadata": metadata}).encode())
    fixed = parse(notebook, PRISTINE).notebook
    node = nbformat.from_dict(fixed)
    nbformat.validate(node)
    MetadataValidator().validate_nb(node)
    assert marks(fixed) == marks(PRISTINE)
    assert answers(parse(fixed, PRISTINE).notebook)[:2] == answers(fixed)[:2]  # words may now stand beside the third


@settings(max_examples=100, deadline=None)
@given(st.binary() | st.text().map(str.encode) | JSON.map(lambda x: json.dumps(x).encode()))
def test_whatever_the_bytes_are_there_is_a_notebook_or_a_reason(data: bytes) -> None:
    with suppress(UnreadableNotebook):
        parse(read(data), PRISTINE)
