"""Finds a student's notebook among what was handed in; whatever lies there, it says what it found."""

from __future__ import annotations

import hashlib
import os
import re
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from autograder.cells import FILE_CAP, Notebook, code_of
from autograder.halves import Half, choose, joined
from autograder.modules import needed, python_files
from autograder.plain import FOLDER, LINK, Refused, content, shown
from autograder.report import clean
from autograder.submission import UnreadableNotebook, read

ENTRY_CAP = 20_000  # files and folders that are looked at in a student's folder
DEPTH_CAP = 20  # folders in folders
TRIES = 5  # notebooks that are opened until one can be read
STAMP_CAP = 200  # bytes of a timestamp.txt, and of a submission_secret.txt
SECRET_FILE = "submission_secret.txt"  # nbgrader's name for it
# Browsers add .txt and .json; names with a dot in front are copies that Jupyter, macOS and editors keep for themselves.
_NOTEBOOK = re.compile(r"[^.].*\.ipynb(?:\.txt|\.json)?|\.ipynb", re.IGNORECASE | re.DOTALL)
_NO_STUDENTS_FOLDER = re.compile(r"\..*|__MACOSX", re.DOTALL)


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
    modules : mapping of str to str
        The texts of the Python modules beside the notebook that it needs, by their names.
    secret : str
        What nbgrader's exchange names the feedback by, as submission_secret.txt says; "" where that is missing.
    """

    student: str
    path: Path | None = None
    notebook: dict[str, Any] | None = None
    problem: str = ""
    notes: tuple[str, ...] = ()
    timestamp: str = ""
    modules: Mapping[str, str] = field(default_factory=dict)
    secret: str = ""


def collect(folder: Path, expected: str, pristine: Notebook | None = None) -> Collected:
    """Find and read the notebook in a student's folder; whatever is there, this returns.

    Of several notebooks the first one counts that was worked on; what it leaves open is taken from the others.

    Parameters
    ----------
    folder : Path
        `submitted/STUDENT/ASSIGNMENT`.
    expected : str
        The name that the notebook should have, as "layers.ipynb".
    pristine : dict or None
        The notebook as it was released, which shows what was worked on; without it the first one counts.
    """
    student = student_named(folder.parent.name)
    linked = [path for path in (folder.parent, folder) if os.path.islink(path)]
    if linked:
        return Collected(student, problem=f"the folder {shown(linked[0].name)} {LINK}")
    found, notes = _search(folder, expected)
    timestamp, note = _timestamp(folder / "timestamp.txt")
    notes += [note] if note else []
    secret = _secret(folder / SECRET_FILE)
    tried: list[Collected] = []
    for path in found[:TRIES]:
        tried.append(collect_file(path, student))
        if pristine is None and not tried[-1].problem:
            break
    if not tried:
        problem = f"no notebook was handed in: {expected} is missing"
        return Collected(student, problem=problem, notes=tuple(notes), timestamp=timestamp, secret=secret)
    names = {path: shown(str(path.relative_to(folder))) for path in found}
    best, used = _best(tried, names, pristine)
    notes += [each.problem for each in tried if each.problem and each is not best]
    notes += _on_the_choice(best, used, folder / expected, names, tried)
    return replace(best, notes=(*notes, *best.notes), timestamp=timestamp, secret=secret)


def _best(
    tried: Sequence[Collected], names: Mapping[Path, str], pristine: Notebook | None
) -> tuple[Collected, list[Path]]:
    """The notebook that counts, with what others fill in; and the files that it was made of."""
    read = [each for each in tried if each.path is not None and each.notebook is not None]
    if len(read) < 2 or pristine is None:
        best = (read or tried)[0]
        return best, [best.path] if best.path else []
    try:
        halves = [Half(names[each.path], each.notebook, pristine) for each in read if each.path and each.notebook]
        number = choose(halves)
        worked = [k for k, half in enumerate(halves) if half.worked and k > number]
        notebook, notes = joined(halves[number], [halves[k] for k in worked])
    except Exception:  # the grader will meet it again, and find out whose failure it is
        return read[0], [path for path in [read[0].path] if path]
    best = read[number]
    modules = {name: text for k in (*reversed(worked), number) for name, text in read[k].modules.items()}
    used = [path for k in (number, *worked) if (path := read[k].path)]
    return replace(best, notebook=notebook, notes=(*best.notes, *notes), modules=modules), used


def _on_the_choice(
    best: Collected, used: Sequence[Path], wanted: Path, names: Mapping[Path, str], tried: Sequence[Collected]
) -> Iterator[str]:
    """Notes on which of several notebooks was taken, and which were left."""
    if best.problem or best.path is None:
        return
    if best.path != wanted:
        read = any(each.path == wanted and not each.problem for each in tried)
        missing = "is as it was released" if read else "could not be read" if wanted in names else "is missing"
        yield f"{wanted.name} {missing}, {names[best.path]} was graded in its place"
    told = [*used, wanted, *(each.path for each in tried if each.problem)]
    if others := [path for path in names if path not in told]:
        more = f" and {len(others) - TRIES} more" if len(others) > TRIES else ""
        yield f"{names[best.path]} was graded; not graded: {', '.join(names[p] for p in others[:TRIES])}{more}"


def collect_file(path: Path, student: str, notes: tuple[str, ...] = ()) -> Collected:
    """Read one notebook file; whatever is in it, this returns."""
    name = shown(path.name)
    try:
        notebook = read(content(path, FILE_CAP))
        modules, left = needed(python_files(path.parent), code_of(notebook))
        return Collected(student, path, notebook, notes=(*notes, *left), modules=modules)
    except UnreadableNotebook as error:
        return Collected(student, path, problem=f"{name} cannot be read: {error}", notes=notes)
    except Refused as error:
        return Collected(student, path, problem=f"{name} {error}", notes=notes)


def _search(folder: Path, expected: str) -> tuple[list[Path], list[str]]:
    """What is named like a notebook: first what has the expected name, and what lies higher; and notes."""
    found, notes = [], list[str]()
    if os.path.isdir(folder / expected) and not os.path.islink(folder / expected):
        notes.append(f"{shown(expected)} {FOLDER}")
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
            notes.append(f"the folder {shown(place.name)} cannot be opened: {error.strerror}")
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
        text = content(path, STAMP_CAP).decode("utf-8").strip()
        parse_utc(text)
    except Refused as error:
        return "", f"timestamp.txt {error}"
    except (ValueError, ArithmeticError, TypeError, AttributeError):
        return "", "timestamp.txt does not say a time; taken as not late"
    return text, ""


def _secret(path: Path) -> str:
    """The hexadecimal number of the exchange; "" for anything else."""
    try:
        text = content(path, STAMP_CAP).decode("ascii").strip() if os.path.lexists(path) else ""
    except (Refused, UnicodeDecodeError):
        return ""
    return text if re.fullmatch("[0-9a-f]+", text) else ""


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
