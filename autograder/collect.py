"""Finds a student's notebook among what was handed in; whatever lies there, it says what it found."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.submission import UnreadableNotebook, read


@dataclass(frozen=True)
class Collected:
    """One student's work on one assignment, as it was found.

    Attributes
    ----------
    path : Path or None
        The notebook file; None where there is none.
    notebook : dict or None
        Its content; None where it cannot be read.
    problem : str
        Why there is no notebook to grade, in the student's words; "" where there is one.
    notes : tuple of str
    """

    student: str
    path: Path | None = None
    notebook: dict[str, Any] | None = None
    problem: str = ""
    notes: tuple[str, ...] = ()


def collect(folder: Path, expected: str) -> Collected:
    """Find and read the notebook in a student's folder; whatever is there, this returns.

    Parameters
    ----------
    folder : Path
        `submitted/STUDENT/ASSIGNMENT`.
    expected : str
        The name that the notebook should have, as "layers.ipynb".
    """
    student = folder.parent.name
    found = sorted(p for p in folder.rglob("*.ipynb") if ".ipynb_checkpoints" not in p.parts)
    usable = [p for p in found if not p.is_symlink() and p.resolve().is_relative_to(folder.resolve())]
    notes = [f"`{p.name}` is a link to another place and was not read" for p in found if p not in usable]
    if not usable:
        return Collected(student, problem=f"no notebook was handed in: {expected} is missing", notes=tuple(notes))
    path = next((p for p in usable if p == folder / expected), usable[0])
    if path != folder / expected:
        notes.append(f"{expected} is missing, `{path.relative_to(folder)}` was graded in its place")
    if len(usable) > 1:
        others = ", ".join(f"`{p.relative_to(folder)}`" for p in usable if p != path)
        notes.append(f"`{path.relative_to(folder)}` was graded; not graded: {others}")
    return collect_file(path, student, tuple(notes))


def collect_file(path: Path, student: str, notes: tuple[str, ...] = ()) -> Collected:
    """Read one notebook file; whatever is in it, this returns."""
    try:
        return Collected(student, path, read(path.read_bytes()), notes=notes)
    except UnreadableNotebook as error:
        return Collected(student, path, problem=f"`{path.name}` cannot be read: {error}", notes=notes)
    except OSError as error:
        return Collected(student, path, problem=f"`{path.name}` cannot be opened: {error.strerror}", notes=notes)


def student_of(path: Path) -> str:
    """`alice` for submitted/alice/04_layers/layers.ipynb; for a loose file, the file's name."""
    parts = path.resolve().parts
    return parts[-3] if len(parts) >= 4 and parts[-4] == "submitted" else path.stem


def submitted_folders(root: Path, assignment: str, student: str = "*") -> Iterator[Path]:
    """The students' folders of one assignment, in the course at `root`."""
    yield from sorted(p for p in (root / "submitted").glob(f"{student}/{assignment}") if p.is_dir())
