"""Packs what students get: the folder that `build` made, as a folder and as a zip, after a look for leaks."""

from __future__ import annotations

import json
import os
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from autograder.course import Assignment, Course
from autograder.errors import UserError
from autograder.notebook import BEGIN, Released
from autograder.owned import MARKER, NotOurs, replacing

ZIP_COMMENT = b"made by autograder release"


class ReleaseError(UserError):
    """Something that students must not get is in what would be released."""


def release(course: Course, name: str, to: Path) -> tuple[Path, Path]:
    """Copy `assignments/NAME` to `to`, as a folder and as a zip.

    Raises
    ------
    FileNotFoundError
        If there is no such assignment, or it has not been built.
    ReleaseError
        If a line of a solution, or a file that students do not need, is inside.
    NotOurs
        If a folder or a zip of that name is there that `release` has not made, or in which somebody has worked.
    """
    assignment = course.assignment(name)
    released = Released(course.root / "assignments" / name)
    leaks = list(find_leaks(assignment, released))
    if leaks:
        raise ReleaseError(f"{name} holds what students must not get: {'; '.join(leaks)}")
    folder, archive = to / name, to / f"{name}.zip"
    if folder.resolve() == released.folder.resolve():
        raise NotOurs(f"{folder} is what would be copied: name another place than {to}")
    refuse_foreign_zip(archive)
    with replacing(folder) as new:
        shutil.copytree(released.folder, new, ignore=shutil.ignore_patterns("__pycache__", ".*"), dirs_exist_ok=True)
        packed = Path(shutil.make_archive(str(new), "zip", new.parent, name))
        with zipfile.ZipFile(packed, "a") as file:
            file.comment = ZIP_COMMENT
        os.replace(packed, archive)
    return folder, archive


def refuse_foreign_zip(archive: Path) -> None:
    """Raise NotOurs if there is something of this name that `release` has not made."""
    if not os.path.lexists(archive):
        return
    try:
        with zipfile.ZipFile(archive) as file:
            ours = file.comment == ZIP_COMMENT
    except (OSError, zipfile.BadZipFile):
        ours = False
    if not ours:
        raise NotOurs(f"{archive} was not made by `autograder release`, and stays as it is: name another place")


def find_leaks(assignment: Assignment, released: Released) -> Iterator[str]:
    """Lines of solutions and unknown files in what students would get."""
    expected = {released.path.name, "checks.json", MARKER, f"test_{assignment.notebook_name}.py"}
    for path in released.folder.rglob("*"):
        if path.is_file() and path.name not in expected and "__pycache__" not in path.parts:
            yield f"`{path.name}` does not come from `autograder build`"
    secret_lines = set(solution_lines(assignment))
    for cell in released.notebook()["cells"]:
        for line in _lines(cell["source"]):
            if line in secret_lines or BEGIN in line:
                yield f"the solution's line `{line}`"
    probes = json.loads((released.folder / "checks.json").read_text(encoding="utf-8"))["runs"]
    for one in probes:
        for line in _lines(one.get("probe", {}).get("source", "")):
            if line in secret_lines and len(line) > 30:  # short lines are alike by chance
                yield f"the solution's line `{line}` in checks.json"


def solution_lines(assignment: Assignment) -> Iterator[str]:
    """The lines that a student writes, where they tell something (`return x` is anybody's)."""
    for exercise in assignment.exercises.values():
        given = set(_lines(exercise.stub()))
        for line in _lines(exercise.source()):
            if line not in given and len(line) > 12:
                yield line


def _lines(source: Any) -> list[str]:
    text = source if isinstance(source, str) else "".join(source)
    return [line.strip() for line in text.splitlines() if line.strip()]
