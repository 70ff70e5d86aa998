"""What lies in a folder that a student has handed in, by the names of the files; none is opened."""

from __future__ import annotations

import os
import re
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path

from autograder.plain import FOLDER, shown

ENTRY_CAP = 20_000  # files and folders that are looked at in a student's folder
DEPTH_CAP = 20  # folders in folders
NOTES = 5
CHECKPOINTS = ".ipynb_checkpoints"
# Browsers add .txt and .json; names with a dot in front are copies that Jupyter, macOS and editors keep for themselves.
NOTEBOOK = re.compile(r"[^.].*\.ipynb(?:\.txt|\.json)?|\.ipynb", re.IGNORECASE | re.DOTALL)
_FLAGS = re.IGNORECASE | re.DOTALL
_PACKED = re.compile(r".*\.(?:zip|json|txt|bak|orig|old|nb|ipy\w*|inpyb|ipnyb|ipynb\W.*|download)|.*~|[^.]+", _FLAGS)
_DOCUMENT = re.compile(
    r".*\.(?:pdf|html?|mhtml|docx?|odt|rtf|pages|md|tex|icloud|url|webloc|gdoc|rar|7z|tar|t?gz|bz2|xz)", _FLAGS
)
_NO_WORK = re.compile(  # what the course has put there, and what programs keep for themselves
    r"\..*|(?:timestamp\.txt|submission_secret\.txt|checks\.json|report\.json|submission\.sha256|test_\w+\.py|nbgrader_config\.py)",
    re.DOTALL,
)
_NO_STUDENTS_FOLDER = re.compile(r"\..*|__MACOSX", re.DOTALL)


@dataclass
class Found:
    """What lies in a student's folder, each kind in the order in which it is tried.

    Attributes
    ----------
    notebooks, packed, copies, scripts : list of Path
        Named like a notebook; like an archive or a notebook with another ending; Jupyter's own copies; Python files.
    rest : list of Path
        Other files in which an answer may stand, which no program can grade.
    """

    notebooks: list[Path] = field(default_factory=list)
    packed: list[Path] = field(default_factory=list)
    copies: list[Path] = field(default_factory=list)
    scripts: list[Path] = field(default_factory=list)
    rest: list[Path] = field(default_factory=list)

    @property
    def tiers(self) -> tuple[list[Path], ...]:
        return self.notebooks, self.packed, self.copies, self.scripts

    def add(self, path: Path, name: str, copies: bool) -> None:
        if copies:
            kinds = [self.copies] if NOTEBOOK.fullmatch(name) else []
        elif NOTEBOOK.fullmatch(name):
            kinds = [self.notebooks]
        elif name.endswith(".icloud"):
            kinds = [self.rest]
        elif _NO_WORK.fullmatch(name):
            kinds = []
        else:
            kinds = [self.scripts] if name.endswith(".py") else [self.packed] if _PACKED.fullmatch(name) else []
            kinds = kinds or ([self.rest] if _DOCUMENT.fullmatch(name) else [])
        for kind in kinds:
            kind.append(path)


def search(folder: Path, expected: str) -> tuple[Found, list[str]]:
    """What is there: first what has the expected name, and what lies higher; and notes."""
    found, notes = Found(), list[str]()
    if os.path.isdir(folder / expected) and not os.path.islink(folder / expected):
        notes.append(f"{shown(expected)} {FOLDER}")
    elif os.path.lexists(folder / expected):
        found.notebooks.append(folder / expected)
    todo = deque([(folder, 0)])
    left = ENTRY_CAP
    while todo:
        place, depth = todo.popleft()
        try:
            with os.scandir(place) as entries:
                for entry in entries:
                    left -= 1
                    if entry.is_dir(follow_symlinks=False):
                        if entry.name == CHECKPOINTS or not _NO_STUDENTS_FOLDER.fullmatch(entry.name):
                            todo.append((place / entry.name, depth + 1))
                    else:
                        found.add(place / entry.name, entry.name, place.name == CHECKPOINTS)
                    if not left:
                        break
        except OSError as error:
            notes.append(f"the folder {shown(place.name)} cannot be opened: {error.strerror}")
        if not left or (todo and todo[0][1] > DEPTH_CAP):
            many = f"more than {ENTRY_CAP:,} files" if not left else f"more than {DEPTH_CAP} folders in folders"
            notes.append(f"there are {many}: not all of them were looked at")
            break
    stem = expected.removesuffix(".ipynb")
    for kind in (*found.tiers, found.rest):
        like = {path: kind is not found.notebooks and stem not in path.name for path in kind}
        kind.sort(key=lambda path: (path.name != expected, like[path], len(path.parts), path))
    found.notebooks = list(dict.fromkeys(found.notebooks))
    return found, notes[:NOTES]
