"""What may be handed in in place of a notebook: it is read, or the student is told what it is and what to do."""

from __future__ import annotations

import io
import json
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbconvert import PythonExporter
from test_halves import ADD, RELU, UNTOUCHED, WHY, notebook
from test_submission import PRISTINE, answers

from autograder.collect import Collected, collect, collect_file
from autograder.packed import MEMBER_CAP
from autograder.submission import parse

EXPECTED = "basics.ipynb"
SOLVED = notebook(relu=RELU, add=ADD, why=WHY)
DATA = json.dumps(SOLVED).encode()


def packed(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return data.getvalue()


def text_of(cell: dict[str, Any], marker: str, text_marker: str, prefix: str = "# ") -> str:
    if cell["cell_type"] == "code":
        return f"{marker}\n{cell['source']}\n"
    return f"{text_marker}\n" + "\n".join(prefix + line for line in cell["source"].split("\n")) + "\n"


def exported(marker: str, text_marker: str, header: str = "") -> bytes:
    return (header + "\n".join(text_of(cell, marker, text_marker) for cell in SOLVED["cells"])).encode()


RELEASE = json.dumps(UNTOUCHED).encode()
WORD = packed({"[Content_Types].xml": b"", "word/document.xml": b""})
HALF = packed(
    {"a.ipynb": json.dumps(notebook(relu=RELU)).encode(), "b.ipynb": json.dumps(notebook(add=ADD, why=WHY)).encode()}
)
JUPYTEXT = "# ---\n# jupyter:\n#   kernelspec:\n#     name: python3\n# ---\n\n"
NBCONVERT = PythonExporter().from_notebook_node(nbformat.from_dict(SOLVED))[0].encode()
READ: dict[str, tuple[dict[str, bytes], str]] = {
    "a zip": ({"basics.zip": packed({EXPECTED: DATA})}, "`basics.ipynb` in `basics.zip` was graded in its place"),
    "a zip of a folder": (
        {"hw.zip": packed({"hw/x/basics (1).ipynb": DATA})},
        "was read from a zip archive; next time, hand",
    ),
    "a zip called a notebook": ({EXPECTED: packed({EXPECTED: DATA})}, "`basics.ipynb` was read from a zip archive"),
    "a zip in a folder": ({"hw/basics.ZIP": packed({EXPECTED: DATA}, zipfile.ZIP_STORED)}, "in `hw/basics.ZIP`"),
    "a zip of a Mac": (
        {
            "b.zip": packed(
                {EXPECTED: DATA, "__MACOSX/._basics.ipynb": b"Mac", ".ipynb_checkpoints/basics.ipynb": b"{}"}
            )
        },
        "",
    ),
    "a zip with the release, too": ({"b.zip": packed({EXPECTED: RELEASE, "z.ipynb": DATA})}, "`z.ipy"),
    "a zip of halves": ({"b.zip": HALF}, "`add`, the answer `answer-why`: taken from `b.ipynb` in `b.zip`"),
    "a zip beside the release": ({EXPECTED: RELEASE, "b.zip": packed({EXPECTED: DATA})}, "as it was"),
    "a zip of paths": (
        {"b.zip": packed({"../../../basics.ipynb": DATA, "/etc/passwd": b"root"})},
        "`../../../basics.ipynb`",
    ),
    "an ending": ({"basics.ipynb.txt": DATA}, "`basics.ipynb.txt` was graded"),
    "JSON": ({"basics.json": DATA}, "`basics.json` was graded"),
    "no ending": ({"basics": DATA}, "`basics` was graded"),
    "a backup": ({"basics.ipynb~": DATA}, "`basics.ipynb~` was graded"),
    "a typing error": ({"basics.ipnyb": DATA}, "`basics.ipnyb` was graded"),
    "a checkpoint": (
        {".ipynb_checkpoints/basics-checkpoint.ipynb": DATA},
        "was read from a checkpoint of Jupyter; next time",
    ),
    "nbconvert": (
        {"basics.py": NBCONVERT},
        "`basics.py` was graded in its place; `basics.py` was read from Python code",
    ),
    "VS Code": ({"basics.py": exported("# %%", "# %% [markdown]")}, "`basics.py` was graded"),
    "Spyder": ({"basics.py": exported("#%%", "#%% md")}, "`basics.py` was graded"),
    "jupytext": ({"basics.py": exported("# %%", "# %% [markdown]", JUPYTEXT)}, "`basics.py` was graded"),
    "Databricks": (
        {
            "b.py": exported(
                "# COMMAND ----------", "# COMMAND ----------\n# MAGIC %md", "# Databricks notebook source\n"
            )
        },
        "b.py",
    ),
    "a script called a notebook": (
        {EXPECTED: exported("# %%", "# %% [markdown]")},
        "`basics.ipynb` was read from Python code; next",
    ),
    "a script without cells": (
        {"work.py": f"import numpy as np\n\n\n{RELU}\n\n\n{ADD}\n".encode()},
        "`work.py` was graded",
    ),
    "two scripts": ({"relu.py": RELU.encode(), "add.py": ADD.encode()}, "`relu`: taken from `relu.py`"),
    "a script beside the release": ({EXPECTED: RELEASE, "b.py": f"{RELU}\n{ADD}".encode()}, "`b.py` was"),
}
CODE_ONLY = {"a script without cells", "two scripts", "a script beside the release"}


def put(folder: Path, files: dict[str, bytes]) -> Path:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "submitted" / "ada" / "basics"
    folder.mkdir(parents=True)
    return folder


@pytest.mark.parametrize("name", READ)
def test_it_is_read(name: str, folder: Path) -> None:
    files, note = READ[name]
    found = collect(put(folder, files), EXPECTED, PRISTINE)
    assert note in "; ".join(found.notes)
    assert found.notebook is not None, found.problem
    submission = parse(found.notebook, PRISTINE)
    made = {name: d.source.strip() for d in submission.definitions for name in d.binds}
    assert (made["relu"], made["add"]) == (RELU, ADD)
    assert (WHY in answers(submission.notebook)[2]) == (name not in CODE_ONLY)


SAID: dict[str, tuple[dict[str, bytes], str]] = {
    "a web page": (
        {"basics.html": b"<!DOCTYPE html><html></html>"},
        "`basics.html` is a web page; in Jupyter, File > Down",
    ),
    "a web page called a notebook": ({EXPECTED: b"<html>"}, "it is a web page; in Jupyter, File > Download"),
    "a PDF": ({"basics.pdf": b"%PDF-1.7\n"}, "`basics.pdf` is a PDF; in Jupyter, File > Download gives the notebook"),
    "a PDF called a notebook": ({EXPECTED: b"%PDF-1.7\n"}, "it is a PDF; in Jupyter, File > Download"),
    "iCloud": (
        {".basics.ipynb.icloud": b"bplist00"},
        "`.basics.ipynb.icloud` is a placeholder of iCloud, not the file itself",
    ),
    "a Word file": ({"a.docx": WORD}, "`a.docx` is a Word file"),
    "a Word file called a notebook": ({EXPECTED: WORD}, "a Word file"),
    "another archive": ({"basics.rar": b"Rar!\x1a"}, "`basics.rar` is a RAR archive; unpack it"),
    "a script of nothing": (
        {"basics.py": b"# In[1]:\nimport numpy as np\n"},
        "it is Python code; hand in the notebook (.ipynb)",
    ),
    "a zip of nothing": (
        {"b.zip": packed({"readme.md": b"hello"})},
        "`b.zip` is a zip archive without a notebook in it",
    ),
    "an empty zip": ({"b.zip": packed({})}, "it is an empty zip archive"),
    "half a zip": ({"b.zip": packed({EXPECTED: DATA})[:-50]}, "`b.zip` is a zip archive that is damaged"),
    "a zip with a password": (
        {"b.zip": packed({EXPECTED: DATA}).replace(b"PK\x01\x02\x14\x03\x14\0\0", b"PK\x01\x02\x14\x03\x14\0\x01")},
        "password",
    ),
    "an unusual zip": ({"b.zip": packed({EXPECTED: DATA}, zipfile.ZIP_LZMA)}, "is packed in an unusual way"),
    "a zip with an empty notebook": (
        {"b.zip": packed({EXPECTED: b""})},
        "`basics.ipynb` in `b.zip` cannot be read: the file is",
    ),
    "an empty file": ({EXPECTED: b""}, "`basics.ipynb` cannot be read: the file is empty"),
    "some text": ({"basics.txt": b"I could not do it."}, "`basics.txt` cannot be read: the file is not a notebook"),
    "a Git conflict": ({EXPECTED: b"<<<<<<< HEAD\n" + DATA[:300]}, "has a merge conflict marker `<<<<<<<`"),
    "nothing": ({"timestamp.txt": b"2024-03-01 12:00:00 UTC"}, "no notebook was handed in: basics.ipynb is missing"),
}


@pytest.mark.parametrize("name", SAID)
def test_it_is_said_what_is_there(name: str, folder: Path) -> None:
    files, problem = SAID[name]
    found = collect(put(folder, files), EXPECTED, PRISTINE)
    assert found.notebook is None
    assert problem in found.problem


def test_it_is_said_beside_the_release(folder: Path) -> None:
    found = collect(put(folder, {EXPECTED: RELEASE, "b.pdf": b"%PDF-1.7"}), EXPECTED, PRISTINE)
    assert found.notes == ("`b.pdf` is a PDF; in Jupyter, File > Download gives the notebook",)


def test_modules_in_a_zip_come_along(folder: Path) -> None:
    work = notebook(relu="from cut import cut\ndef relu(x):\n    return cut(x)")
    files = {
        "hw/basics.ipynb": json.dumps(work).encode(),
        "hw/cut.py": b"def cut(x): return x * (x > 0)",
        "cut.py": b"no",
    }
    found = collect(put(folder, {"hw.zip": packed(files)}), EXPECTED, PRISTINE)
    assert found.modules == {"cut": "def cut(x): return x * (x > 0)"}


def test_one_file_is_graded_by_itself(folder: Path) -> None:
    put(folder, {"b.zip": packed({EXPECTED: DATA}), "b.py": NBCONVERT, "b.pdf": b"%PDF"})
    assert answers(parse(collect_file(folder / "b.zip", "ada", PRISTINE).notebook, PRISTINE).notebook)[0] == RELU
    assert answers(parse(collect_file(folder / "b.py", "ada", PRISTINE).notebook, PRISTINE).notebook)[0] == RELU
    assert "it is a PDF" in collect_file(folder / "b.pdf", "ada", PRISTINE).problem


HOSTILE: dict[str, Callable[[], bytes]] = {
    "a bomb": lambda: packed({EXPECTED: bytes(MEMBER_CAP + 1)}),
    "many files": lambda: packed({f"{i}.ipynb": b"" for i in range(20_001)}, zipfile.ZIP_STORED),
    "many deep notebooks": lambda: packed({f"{i}.ipynb": b"[" * 1_000_000 for i in range(30)}),
    "many marks": lambda: b"# %%\n" * 200_000,
    "many cells": lambda: b"# %%\nx\n" * 140_000,
    "many comments": lambda: b"# In[1]:\nx = 1\n" + b"#\n\n" * 300_000,
    "a header without an end": lambda: b"# ---\n" + b"# x\n" * 200_000 + b"import numpy",
    "quotes": lambda: b"# %% [markdown]\n" + b'"""\n ' * 150_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_take_three_seconds_at_most(name: str, folder: Path) -> None:
    data = HOSTILE[name]()
    put(folder, {"basics.zip" if data.startswith(b"PK") else "basics.py": data})
    start = time.process_time()
    found: Collected = collect(folder, EXPECTED, PRISTINE)
    assert time.process_time() - start < 3
    assert found.problem


def test_links_are_not_followed(folder: Path) -> None:
    eve = put(folder.parents[1] / "eve" / "basics", {"basics.zip": packed({EXPECTED: DATA}), "b.py": NBCONVERT})
    (folder / "basics.zip").symlink_to(eve / "basics.zip")
    (folder / "b.py").hardlink_to(eve / "b.py")
    found = collect(folder, EXPECTED, PRISTINE)
    assert found.notebook is None
    assert "is a link to another place" in found.problem
    assert "(a hard link)" in found.problem
