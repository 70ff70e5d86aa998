"""What may lie in a submitted folder: the notebook is found, or it is said why not, and nothing else is touched."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from autograder.cells import FILE_CAP
from autograder.collect import (
    Collected,
    collect,
    collect_file,
    student_named,
    student_of,
    submitted_folders,
)
from autograder.folders import DEPTH_CAP, ENTRY_CAP
from autograder.report import clean

EXPECTED = "layers.ipynb"
CONTENT = json.dumps({"cells": [{"cell_type": "code", "source": "mine = 1", "metadata": {}}]}).encode()
OTHER = CONTENT.replace(b"mine", b"theirs")


def put(path: Path, content: bytes = CONTENT) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def sparse(path: Path, size: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        file.truncate(size)


def listen(path: Path) -> None:
    here = os.getcwd()
    os.chdir(path.parent)  # the name of a socket is short
    try:
        socket.socket(socket.AF_UNIX).bind(path.name)
    finally:
        os.chdir(here)


@pytest.fixture
def folder(tmp_path) -> Path:
    folder = tmp_path / "course" / "submitted" / "ada" / "04_layers"
    folder.mkdir(parents=True)
    return folder


def source(found: Collected) -> str:
    return found.notebook["cells"][0]["source"] if found.notebook else ""


Make = Callable[[Path], object]

FOUND: dict[str, tuple[Make, str]] = {
    "as expected": (lambda f: put(f / EXPECTED), ""),
    "renamed": (lambda f: put(f / "layers (1).ipynb"), "layers.ipynb is missing, `layers (1).ipynb` was graded in its"),
    "in a folder": (lambda f: put(f / "hw" / EXPECTED), "`hw/layers.ipynb` was graded in its place"),
    "in a folder of its own name": (lambda f: put(f / EXPECTED / EXPECTED), "`layers.ipynb` is a folder, not a file"),
    "a browser's ending": (lambda f: put(f / "layers.ipynb.txt"), "`layers.ipynb.txt` was graded in its place"),
    "in capitals": (lambda f: put(f / "LAYERS.IPYNB"), "`LAYERS.IPYNB` was graded in its place"),
    "in Korean": (lambda f: put(f / "계층 숙제.ipynb"), "`계층 숙제.ipynb` was graded in its place"),
    "in Korean from a Mac": (lambda f: put(f / unicodedata.normalize("NFD", "계층.ipynb")), "was graded in its place"),
    "two": (lambda f: (put(f / EXPECTED), put(f / "a.ipynb", OTHER)), "was graded; not graded: `a.ipynb`"),
    "two, both renamed": (
        lambda f: (put(f / "b" / "a.ipynb", OTHER), put(f / "z.ipynb")),
        "`z.ipynb` was graded; not graded: `b/a.ipynb`",
    ),
    "ten": (
        lambda f: [put(f / EXPECTED), *(put(f / f"{i}.ipynb", OTHER) for i in range(9))],
        "`3.ipynb`, `4.ipynb` and 4 more",
    ),
    "an empty file and a copy": (
        lambda f: (put(f / EXPECTED, b""), put(f / "layers-Copy1.ipynb")),
        "layers.ipynb could not be read, `layers-Copy1.ipynb` was graded in its place",
    ),
    "a link and a copy": (
        lambda f: ((f / EXPECTED).symlink_to("copy.ipynb"), put(f / "copy.ipynb")),
        "`layers.ipynb` is a link to another place and was not read",
    ),
    "copies of editors": (
        lambda f: [put(f / EXPECTED)]
        + [put(f / name, OTHER) for name in (".~layers.ipynb", "._layers.ipynb", ".ipynb_checkpoints/layers.ipynb")]
        + [put(f / "__MACOSX" / EXPECTED, OTHER)],
        "",
    ),
    "copies of editors of a renamed one": (
        lambda f: [put(f / "z.ipynb"), put(f / "._z.ipynb", OTHER), put(f / ".ipynb_checkpoints/z.ipynb", OTHER)],
        "`z.ipynb` was graded in its place",
    ),
    "a checkpoint only": (
        lambda f: put(f / ".ipynb_checkpoints" / "layers-checkpoint.ipynb"),
        "was read from a checkpoint of Jupyter; next time, hand in the notebook itself",
    ),
    "loops of links": (
        lambda f: (put(f / "a" / EXPECTED), (f / "a/up").symlink_to(".."), (f / "loop.ipynb").symlink_to("loop.ipynb")),
        "`loop.ipynb`",
    ),
    "things of other programs": (
        lambda f: [put(f / EXPECTED)]
        + [put(f / name, b"raise SystemExit") for name in ("nbgrader_config.py", "numpy.py", "sitecustomize.py")],
        "",
    ),
    "control characters": (lambda f: put(f / "a\n\x1b[31m\u202e`.ipynb"), "`a [31m'.ipynb` was graded in its place"),
    "no UTF-8": (lambda f: put(f / os.fsdecode(b"\xff\xfea.ipynb")), "`a.ipynb` was graded in its place"),
    "a long name": (lambda f: put(f / ("n" * 240 + ".ipynb")), "n…n"),
    "many files": (
        lambda f: (put(f / EXPECTED), [(f / str(i)).touch() for i in range(ENTRY_CAP)]),
        "there are more than 20,000 files: not all of them were looked at",
    ),
    "many folders in folders": (
        lambda f: (put(f / EXPECTED), nested(f, 1_000)),
        f"there are more than {DEPTH_CAP} folders in folders: not all of them were looked at",
    ),
}  # fmt: skip


def nested(folder: Path, depth: int) -> None:
    """Folders in folders, deeper than the name of a file may be long."""
    here = os.getcwd()
    os.chdir(folder)
    try:
        for _ in range(depth):
            os.mkdir("folder")
            os.chdir("folder")
    finally:
        os.chdir(here)


@pytest.mark.parametrize("name", FOUND)
def test_the_notebook_is_found(name: str, folder: Path) -> None:
    make, note = FOUND[name]
    make(folder)
    start = time.process_time()
    found = collect(folder, EXPECTED)
    assert time.process_time() - start < 1
    assert (source(found), found.problem, found.student) == ("mine = 1", "", "ada")
    notes = "; ".join(found.notes)
    assert note in notes if note else not notes
    assert notes == clean(notes)
    subprocess.run(["rm", "-r", str(folder)], check=True)  # pytest's own cleaning does not go that deep


REFUSED: dict[str, tuple[Make, str]] = {
    "nothing": (lambda f: None, "no notebook was handed in: layers.ipynb is missing"),
    "a folder": (lambda f: (f / EXPECTED).mkdir(), "no notebook was handed in"),
    "a pipe": (lambda f: os.mkfifo(f / EXPECTED), "`layers.ipynb` is a pipe, not a file"),
    "a renamed pipe": (lambda f: os.mkfifo(f / "x.ipynb"), "`x.ipynb` is a pipe, not a file"),
    "a socket": (lambda f: listen(f / EXPECTED), "`layers.ipynb` is a socket, not a file"),
    "a terabyte": (lambda f: sparse(f / EXPECTED, 10**12), "has 1,000,000 MB and was not read"),
    "a byte too much": (lambda f: sparse(f / EXPECTED, FILE_CAP + 1), "was not read; clear its outputs"),
    "zeros": (lambda f: sparse(f / EXPECTED, 10**6), "`layers.ipynb` cannot be read: the file is empty"),
    "a link to a file": (lambda f: (f / EXPECTED).symlink_to(secret(f)), "is a link to another place"),
    "a link to a folder": (lambda f: (f / EXPECTED).symlink_to(secret(f).parent), "is a link to another place"),
    "a link to itself": (lambda f: (f / EXPECTED).symlink_to(EXPECTED), "is a link to another place"),
    "a link to nothing": (lambda f: (f / EXPECTED).symlink_to("/nowhere"), "is a link to another place"),
    "a folder that is linked": (
        lambda f: (f / "hw").symlink_to(secret(f).parent, target_is_directory=True),
        "no notebook was handed in",
    ),
    "a second name of a file": (lambda f: (f / EXPECTED).hardlink_to(secret(f)), "(a hard link) and was not read"),
    "a link in place of the folder": (
        lambda f: (f.rmdir(), f.symlink_to(secret(f).parent)),
        "the folder `04_layers` is a link to another place and was not read",
    ),
    "a link in place of the student": (
        lambda f: (f.rmdir(), f.parent.rmdir(), f.parent.symlink_to(secret(f).parents[1])),
        "the folder `ada` is a link to another place and was not read",
    ),
    "a file in place of the folder": (lambda f: (f.rmdir(), put(f)), "no notebook was handed in"),
    "a pipe in place of the folder": (lambda f: (f.rmdir(), os.mkfifo(f)), "no notebook was handed in"),
}


def secret(folder: Path) -> Path:
    """Work of another student."""
    return put(folder.parents[1] / "eve" / "04_layers" / EXPECTED, OTHER)


@pytest.mark.parametrize("name", REFUSED)
def test_it_is_said_why_nothing_was_read(name: str, folder: Path) -> None:
    make, problem = REFUSED[name]
    make(folder)
    found = collect(folder, EXPECTED)
    assert found.notebook is None
    assert problem in found.problem
    assert "theirs" not in str(found)
    assert folder in list(submitted_folders(folder.parents[2], "04_layers"))


@pytest.mark.skipif(not hasattr(os, "mknod") or os.geteuid() != 0, reason="only root makes devices")
def test_a_device_is_not_opened(folder: Path) -> None:
    try:
        os.mknod(folder / EXPECTED, 0o666 | 0o020000, os.makedev(1, 5))  # as /dev/zero
    except PermissionError:
        pytest.skip("devices cannot be made here")
    assert "is a device, not a file" in collect(folder, EXPECTED).problem


UNREADABLE = """
import os, sys
from pathlib import Path
from autograder.collect import collect, submitted_folders
if os.geteuid() == 0:
    os.setuid(65534)
for folder in submitted_folders(Path(sys.argv[1]), "04_layers"):
    found = collect(folder, "layers.ipynb")
    print(found.student, found.notebook, found.problem, *found.notes)
"""


@pytest.fixture
def public_folder() -> Iterator[Path]:
    """A folder that other users may read; of pytest's own, each pytest that starts bars them again."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


def test_what_cannot_be_opened_is_said(public_folder: Path) -> None:
    for student in ("file", "folder", "student", "subfolder"):
        put(public_folder / "submitted" / student / "04_layers" / ("x" if student == "subfolder" else "") / EXPECTED)
    closed = ["file/04_layers/layers.ipynb", "folder/04_layers", "student", "subfolder/04_layers/x"]
    for name in closed:
        (public_folder / "submitted" / name).chmod(0)
    call = [sys.executable, "-c", UNREADABLE, str(public_folder)]
    done = subprocess.run(call, capture_output=True, text=True, check=True)
    for name in closed:
        (public_folder / "submitted" / name).chmod(0o755)
    rows = dict(line.split(" ", 1) for line in done.stdout.splitlines())
    assert rows["file"] == "None `layers.ipynb` cannot be opened: Permission denied"
    assert "the folder `04_layers` cannot be opened: Permission denied" in rows["folder"]
    assert "the folder `04_layers` cannot be opened: Permission denied" in rows["student"]
    assert "the folder `x` cannot be opened: Permission denied" in rows["subfolder"]


TIMESTAMPS: dict[str, tuple[Make, str, str]] = {
    "of nbgrader": (lambda p: put(p, b"2024-03-01 12:00:00.123456 UTC\n"), "2024-03-01 12:00:00.123456 UTC", ""),
    "of Seoul": (lambda p: put(p, b"2024-03-01 12:00:00 Asia/Seoul"), "2024-03-01 12:00:00 Asia/Seoul", ""),
    "of the future": (lambda p: put(p, b"9999-12-31 23:59:59 UTC"), "9999-12-31 23:59:59 UTC", ""),
    "of the past": (lambda p: put(p, b"0001-01-01 00:00:00 UTC"), "0001-01-01 00:00:00 UTC", ""),
    "empty": (lambda p: put(p, b""), "", "timestamp.txt does not say a time"),
    "garbage": (lambda p: put(p, b"tomorrow\x1b[31m"), "", "timestamp.txt does not say a time"),
    "no text": (lambda p: put(p, b"\xff\xfe\0"), "", "timestamp.txt does not say a time"),
    "no day": (lambda p: put(p, b"2024-13-41 12:00:00 UTC"), "", "timestamp.txt does not say a time"),
    "a strange zone": (lambda p: put(p, b"2024-01-01 12:00:00 99999999"), "", "timestamp.txt does not say a time"),
    "before all time": (lambda p: put(p, b"0001-01-01T00:00:00+12:00"), "", "timestamp.txt does not say a time"),
    "many digits": (lambda p: put(p, b"9" * 190), "", "timestamp.txt does not say a time"),
    "ten gigabytes": (lambda p: sparse(p, 10**10), "", "timestamp.txt has 10,000 MB and was not read"),
    "a pipe": (lambda p: os.mkfifo(p), "", "timestamp.txt is a pipe, not a file"),
    "a folder": (lambda p: p.mkdir(), "", "timestamp.txt is a folder, not a file"),
    "a link": (lambda p: p.symlink_to("/etc/hostname"), "", "timestamp.txt is a link to another place"),
}


@pytest.mark.parametrize("name", TIMESTAMPS)
def test_timestamps(name: str, folder: Path) -> None:
    make, text, note = TIMESTAMPS[name]
    put(folder / EXPECTED)
    make(folder / "timestamp.txt")
    found = collect(folder, EXPECTED)
    assert (source(found), found.timestamp) == ("mine = 1", text)
    assert [n[: len(note)] for n in found.notes] == ([note] if note else [])


@pytest.mark.parametrize(
    ("path", "student"),
    [
        ("/c/submitted/ada/04_layers/layers.ipynb", "ada"),
        ("/c/submitted/김 철수/04_layers/layers.ipynb", "김 철수"),
        ("/c/submitted/eve/../ada/04_layers/layers.ipynb", "ada"),
        ("/c/ada.ipynb", "ada"),
        ("/c/submitted/a\n\x1b[31mb/04_layers/layers.ipynb", "a 31mb-1315b1a9"),
        ("/c/submitted/\udcff/04_layers/layers.ipynb", "unnamed-a8100ae6"),
    ],
)
def test_students_are_named_after_their_folders(path: str, student: str) -> None:
    assert student_of(Path(path)) == student


def test_a_linked_students_work_is_not_somebody_elses(folder: Path) -> None:
    path = put(folder.parents[1] / "eve" / "04_layers" / EXPECTED)
    (folder / EXPECTED).symlink_to(path)
    assert student_of(folder / EXPECTED) == "ada"
    assert collect_file(folder / EXPECTED, "ada").notebook is None


def test_only_this_assignments_folders(folder: Path) -> None:
    course = folder.parents[2]
    put(course / "submitted" / "notes.txt")
    put(course / "submitted" / "bob" / "05_other" / EXPECTED)
    put(course / "submitted" / "[ad]" / "04_layers" / EXPECTED)
    assert [f.parent.name for f in submitted_folders(course, "04_layers")] == ["[ad]", "ada"]
    assert [f.parent.name for f in submitted_folders(course, "04_layers", "a*")] == ["ada"]
    assert [f.parent.name for f in submitted_folders(course, "04_layers", "[ad]")] == ["[ad]"]
    assert [f.parent.name for f in submitted_folders(course, "04_layers", student_named("[ad]"))] == ["[ad]"]
    assert list(submitted_folders(course / "nowhere", "04_layers")) == []
