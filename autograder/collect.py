"""Finds a student's notebook among what was handed in; whatever lies there, it says what it found."""

from __future__ import annotations

import hashlib
import os
import re
import stat
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from autograder.cells import FILE_CAP
from autograder.report import clean
from autograder.submission import UnreadableNotebook, read

ENTRY_CAP = 20_000  # files and folders that are looked at in a student's folder
DEPTH_CAP = 20  # folders in folders
TRIES = 5  # notebooks that are opened until one can be read
STAMP_CAP = 200  # bytes of a timestamp.txt
NAME_CAP = 80  # characters of a file's name in a note
# Browsers add .txt and .json; names with a dot in front are copies that Jupyter, macOS and editors keep for themselves.
_NOTEBOOK = re.compile(r"[^.].*\.ipynb(?:\.txt|\.json)?|\.ipynb", re.IGNORECASE | re.DOTALL)
_NO_STUDENTS_FOLDER = re.compile(r"\..*|__MACOSX", re.DOTALL)
_GUARDED = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
_KINDS = {
    stat.S_IFLNK: "is a link to another place and was not read",
    stat.S_IFDIR: "is a folder, not a file",
    stat.S_IFIFO: "is a pipe, not a file",
    stat.S_IFSOCK: "is a socket, not a file",
}


@dataclass(frozen=True)
class Collected:
    """One student's work on one assignment, as it was found.

    Attributes
    ----------
    student : str
    path : Path or None
        The notebook file; None where there is none.
    notebook : dict or None
        Its content; None where it cannot be read.
    problem : str
        Why there is no notebook to grade, in the student's words; "" where there is one.
    notes : tuple of str
        They can be printed, whatever the files are called.
    timestamp : str
        When nbgrader collected it, as its timestamp.txt says; "" where that is missing or says nothing.
    """

    student: str
    path: Path | None = None
    notebook: dict[str, Any] | None = None
    problem: str = ""
    notes: tuple[str, ...] = ()
    timestamp: str = ""


class Refused(Exception):
    """A file that is not read; the message says why."""


def collect(folder: Path, expected: str) -> Collected:
    """Find and read the notebook in a student's folder; whatever is there, this returns.

    Parameters
    ----------
    folder : Path
        `submitted/STUDENT/ASSIGNMENT`.
    expected : str
        The name that the notebook should have, as "layers.ipynb".
    """
    student = student_named(folder.parent.name)
    linked = [path for path in (folder.parent, folder) if os.path.islink(path)]
    if linked:
        return Collected(student, problem=f"the folder {_shown(linked[0].name)} {_KINDS[stat.S_IFLNK]}")
    found, notes = _search(folder, expected)
    timestamp, note = _timestamp(folder / "timestamp.txt")
    notes += [note] if note else []
    tried: list[Collected] = []
    for path in found[:TRIES]:
        tried.append(collect_file(path, student))
        if not tried[-1].problem:
            break
    if not tried:
        problem = f"no notebook was handed in: {expected} is missing"
        return Collected(student, problem=problem, notes=tuple(notes), timestamp=timestamp)
    best = tried[0] if tried[-1].problem else tried[-1]
    notes += [each.problem for each in tried if each is not best]
    notes += _on_the_choice(best, folder, expected, found)
    return Collected(student, best.path, best.notebook, best.problem, tuple(notes), timestamp)


def _on_the_choice(best: Collected, folder: Path, expected: str, found: list[Path]) -> Iterator[str]:
    """Notes on which of several notebooks was taken, and which were left."""
    names = {path: _shown(str(path.relative_to(folder))) for path in found}
    if best.problem or best.path is None:
        return
    if best.path != folder / expected:
        missing = "could not be read" if folder / expected in found else "is missing"
        yield f"{expected} {missing}, {names[best.path]} was graded in its place"
    if others := found[found.index(best.path) + 1 :]:
        more = f" and {len(others) - TRIES} more" if len(others) > TRIES else ""
        yield f"{names[best.path]} was graded; not graded: {', '.join(names[p] for p in others[:TRIES])}{more}"


def collect_file(path: Path, student: str, notes: tuple[str, ...] = ()) -> Collected:
    """Read one notebook file; whatever is in it, this returns."""
    name = _shown(path.name)
    try:
        return Collected(student, path, read(_content(path, FILE_CAP)), notes=notes)
    except UnreadableNotebook as error:
        return Collected(student, path, problem=f"{name} cannot be read: {error}", notes=notes)
    except Refused as error:
        return Collected(student, path, problem=f"{name} {error}", notes=notes)


def _content(path: Path, cap: int) -> bytes:
    """The bytes of a file of the student's own.

    A file with a second name (a hard link) is refused: unpacking an archive can make one, and what it shows may be
    another student's work or the solution. Whoever has made the links by a backup grades a copy.

    Raises
    ------
    Refused
        If it is something else than a file, or too large, or cannot be opened.
    """
    try:
        _plain(path.lstat(), cap)
        with open(path, "rb", opener=lambda name, flags: os.open(name, flags | _GUARDED)) as file:
            status = os.fstat(file.fileno())
            _plain(status, cap)  # it may have been replaced meanwhile
            return file.read(status.st_size)
    except OSError as error:
        raise Refused(f"cannot be opened: {error.strerror}") from None


def _plain(status: os.stat_result, cap: int) -> None:
    kind = stat.S_IFMT(status.st_mode)
    if kind != stat.S_IFREG:
        raise Refused(_KINDS.get(kind, "is a device, not a file"))
    if status.st_nlink > 1:
        raise Refused("is one file with another one (a hard link) and was not read; a copy of it can be graded")
    if status.st_size > cap:
        size = f"{status.st_size / 10**6:,.0f} MB" if status.st_size > 10**6 else f"{status.st_size:,} bytes"
        raise Refused(f"has {size} and was not read; clear its outputs and save it again")


def _search(folder: Path, expected: str) -> tuple[list[Path], list[str]]:
    """What is named like a notebook: first what has the expected name, and what lies higher; and notes."""
    found, notes = [], list[str]()
    if os.path.isdir(folder / expected) and not os.path.islink(folder / expected):
        notes.append(f"{_shown(expected)} {_KINDS[stat.S_IFDIR]}")
    elif os.path.lexists(folder / expected):
        found.append(folder / expected)
    todo = deque([(folder, 0)])
    left = ENTRY_CAP
    while todo:
        place, depth = todo.popleft()
        try:
            with os.scandir(place) as entries:
                for entry in entries:
                    left -= 1
                    if entry.is_dir(follow_symlinks=False):
                        if not _NO_STUDENTS_FOLDER.fullmatch(entry.name):
                            todo.append((place / entry.name, depth + 1))
                    elif _NOTEBOOK.fullmatch(entry.name):
                        found.append(place / entry.name)
                    if not left:
                        break
        except OSError as error:
            notes.append(f"the folder {_shown(place.name)} cannot be opened: {error.strerror}")
        if not left or (todo and todo[0][1] > DEPTH_CAP):
            many = f"more than {ENTRY_CAP:,} files" if not left else f"more than {DEPTH_CAP} folders in folders"
            notes.append(f"there are {many}: not all of them were looked at")
            break
    key = {path: (path.name != expected, len(path.parts), path) for path in found}
    return sorted(key, key=key.__getitem__), notes[:TRIES]


def _timestamp(path: Path) -> tuple[str, str]:
    """What nbgrader wrote when it collected the work, if it did and can read it again; and a note if it cannot."""
    if not os.path.lexists(path):
        return "", ""
    from nbgrader.utils import parse_utc  # slow to import, and only nbgrader's courses have such a file

    try:
        text = _content(path, STAMP_CAP).decode("utf-8").strip()
        parse_utc(text)
    except Refused as error:
        return "", f"timestamp.txt {error}"
    except (ValueError, ArithmeticError, TypeError, AttributeError):
        return "", "timestamp.txt does not say a time; taken as not late"
    return text, ""


def _shown(name: str) -> str:
    """A file's name in a note."""
    name = clean(name).replace("`", "'")
    return f"`{name}`" if len(name) <= NAME_CAP else f"`{name[: NAME_CAP // 2]}…{name[-NAME_CAP // 2 :]}`"


def student_named(folder: str) -> str:
    """What a student is called whose folder has this name: the same, unless a terminal, a database or nbgrader, which
    looks for `[a]*?` and not for what starts with a dot, cannot take it."""
    name = re.sub(r"[\[\]*?]", "", clean(folder)).strip().lstrip(".")
    return name if name == folder else f"{name[:60] or 'unnamed'}-{hashlib.sha256(os.fsencode(folder)).hexdigest()[:8]}"


def student_of(path: Path) -> str:
    """`alice` for submitted/alice/04_layers/layers.ipynb, whatever is a link; for a loose file, the file's name."""
    parts = Path(os.path.abspath(path)).parts
    return student_named(parts[-3] if len(parts) >= 4 and parts[-4] == "submitted" else path.stem)


def submitted_folders(root: Path, assignment: str, student: str = "*", step: str = "submitted") -> Iterator[Path]:
    """What lies in the course at `root` where students' folders of one assignment should; it may be something else."""
    submitted = root / step
    for name in sorted(os.listdir(submitted)) if submitted.is_dir() else ():
        if student in (name, student_named(name)) or fnmatchcase(name, student):
            try:
                (submitted / name / assignment).lstat()
            except (FileNotFoundError, NotADirectoryError):
                continue
            except OSError:
                pass  # a folder that cannot be entered: `collect` says so
            yield submitted / name / assignment
