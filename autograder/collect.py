"""Finds a student's notebook among what was handed in; whatever lies there, it says what it found."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from functools import cached_property
from pathlib import Path
from typing import Any

from autograder.cells import FILE_CAP, Notebook, code_of
from autograder.folders import CHECKPOINTS, NOTEBOOK, Found, search
from autograder.formats import kind_of
from autograder.halves import Half, joined
from autograder.modules import FILE_CAP as MODULE_CAP
from autograder.modules import Files, needed, python_files
from autograder.packed import ARCHIVE_CAP, Archive
from autograder.plain import LINK, Refused, content, shown
from autograder.report import clean
from autograder.scripts import SCRIPT_CAP, is_exported, notebook_of
from autograder.submission import UnreadableNotebook, read

TRIES = 5  # files of one kind that are opened
STAMP_CAP = 200  # bytes of a timestamp.txt, and of a submission_secret.txt
SECRET_FILE = "submission_secret.txt"  # nbgrader's name for it
LISTED = 3  # other files that are named where a notebook is missing


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
    found, notes = search(folder, expected)
    timestamp, note = _timestamp(folder / "timestamp.txt")
    notes += [note] if note else []
    secret = _secret(folder / SECRET_FILE)
    tried: list[_Candidate] = []
    tiers = [tier for tier in found.tiers if tier]
    for tier in tiers:
        tried += [c for path in tier[:TRIES] for c in _candidates(path, student, folder, pristine)]
        if tier is not tiers[-1] and any(c.has_work for c in tried):
            break
    best = _best(tried)
    if best is None:
        there = list(_described(found.rest, tried, folder))
        problem = next((c.collected.problem for c in tried if c.path in found.notebooks), "")
        problem = problem or "; ".join([f"no notebook was handed in: {expected} is missing", *there])
        notes += [c.collected.problem for c in tried if c.path in found.notebooks and c.collected.problem != problem]
        return Collected(
            student, _first(tried), problem=problem, notes=tuple(notes), timestamp=timestamp, secret=secret
        )
    notes += [c.collected.problem for c in tried if c.path in found.notebooks and c.collected.problem]
    notes += _on_the_choice(best, folder / expected, tried, found)
    if pristine is not None and found.rest and not any(c.has_work for c in tried):
        notes += _described(found.rest, (), folder)
    return replace(best.collected, notes=(*notes, *best.collected.notes), timestamp=timestamp, secret=secret)


def _first(tried: Sequence[_Candidate]) -> Path | None:
    return tried[0].path if tried else None


@dataclass(eq=False)
class _Candidate:
    """A notebook that may be the work, or why there is none.

    Attributes
    ----------
    collected : Collected
    name : str
        As notes call it.
    pristine : dict or None
    kind : str
        What it was read from, as notes say it; "" for a notebook file.
    used : bool
        Whether it fills in what another one leaves open.
    """

    collected: Collected
    name: str
    pristine: Notebook | None = None
    kind: str = ""
    used: bool = False

    @property
    def path(self) -> Path | None:
        return self.collected.path

    @cached_property
    def half(self) -> Half | None:
        """It beside the release; None where that is missing, or fails."""
        if self.pristine is None or self.collected.notebook is None:
            return None
        try:
            half = Half(self.name, self.collected.notebook, self.pristine)
            return half if half.worked is not None else None
        except Exception:  # the grader will meet it again, and find out whose failure it is
            return None

    @property
    def has_work(self) -> bool:
        return self.collected.notebook is not None and (self.half is None or bool(self.half.worked))


def _candidates(path: Path, student: str, folder: Path, pristine: Notebook | None) -> Iterator[_Candidate]:
    """The notebooks in a file, which may be an archive or a script; whatever is in it, this returns."""
    name = shown(os.path.relpath(path, folder))
    try:
        data = content(path, FILE_CAP)
        kind, _ = kind_of(data)
        if kind == "a zip archive":
            yield from _unpacked(path, data, student, name, pristine)
            return
        if kind == "Python code" and len(data) <= SCRIPT_CAP:
            text = data.decode("utf-8", "replace").removeprefix("\ufeff")
            found = _with_modules(Collected(student, path, notebook_of(text)), python_files(path.parent))
            script = _Candidate(found, name, pristine, "Python code")
            if is_exported(text) if pristine is None else script.has_work:
                yield script
                return
        copied = path.parent.name == CHECKPOINTS
        found = _with_modules(Collected(student, path, read(data)), python_files(path.parents[copied]))
        yield _Candidate(found, name, pristine, "a checkpoint of Jupyter" if copied else "")
    except UnreadableNotebook as error:
        yield _Candidate(Collected(student, path, problem=f"{shown(path.name)} cannot be read: {error}"), name)
    except Refused as error:
        yield _Candidate(Collected(student, path, problem=f"{shown(path.name)} {error}"), name)


def _unpacked(path: Path, data: bytes, student: str, name: str, pristine: Notebook | None) -> Iterator[_Candidate]:
    archive = Archive(data)
    inside = [each for each in archive.names() if NOTEBOOK.fullmatch(each.rpartition("/")[2])]
    if not inside:
        raise Refused("is a zip archive without a notebook in it; hand in the notebook itself")
    for each in sorted(inside, key=lambda each: (each.count("/"), each))[:TRIES]:
        try:
            found = Collected(student, path, read(archive.read(each)))
            found = _with_modules(found, archive.python_files(each, MODULE_CAP))
            yield _Candidate(found, f"{shown(each)} in {name}", pristine, "a zip archive")
        except (UnreadableNotebook, Refused) as error:
            problem = f"{shown(each)} in {name} cannot be read: {error}"
            yield _Candidate(Collected(student, path, problem=problem), name)


def _with_modules(found: Collected, files: Files) -> Collected:
    modules, left = needed(files, code_of(found.notebook)) if found.notebook else ({}, ())
    return replace(found, modules=modules, notes=left)


def _best(tried: Sequence[_Candidate]) -> _Candidate | None:
    """The notebook that counts, with what others fill in; None if none can be read."""
    read = [c for c in tried if c.collected.notebook is not None]
    number = next((k for k, c in enumerate(read) if c.has_work), 0)
    if not read or (first := read[number].half) is None:
        return read[number] if read else None
    others = [c for c in read[number + 1 :] if c.half is not None and c.half.worked]
    try:
        notebook, notes = joined(first, [c.half for c in others if c.half])
    except Exception:  # as above
        return read[number]
    for other in others:
        other.used = True
    best = read[number].collected
    modules = {name: text for c in (*reversed(others), read[number]) for name, text in c.collected.modules.items()}
    joint = replace(best, notebook=notebook, notes=(*best.notes, *notes), modules=modules)
    return replace(read[number], collected=joint)


def _on_the_choice(best: _Candidate, wanted: Path, tried: Sequence[_Candidate], found: Found) -> Iterator[str]:
    """Notes on which of several notebooks was taken, and which were left."""
    if best.path != wanted:
        read = any(c.path == wanted and not c.collected.problem for c in tried)
        missing = "could not be read" if wanted in found.notebooks else "is missing"
        missing = "is as it was released" if read else missing
        yield f"{wanted.name} {missing}, {best.name} was graded in its place"
    yield from _read_from(best)
    told = [wanted, best.path, *(c.path for c in tried if c.collected.problem or c.used)]
    others = [shown(os.path.relpath(path, wanted.parent)) for path in found.notebooks if path not in told]
    if best.kind == "a zip archive":
        others += [c.name for c in tried if c.path == best.path and c.name != best.name and not c.used]
    if others:
        more = f" and {len(others) - TRIES} more" if len(others) > TRIES else ""
        yield f"{best.name} was graded; not graded: {', '.join(others[:TRIES])}{more}"


def _described(rest: Sequence[Path], tried: Sequence[_Candidate], folder: Path) -> Iterator[str]:
    """What is in the folder in place of a notebook, and what to do about it."""
    yield from [c.collected.problem for c in tried if c.collected.problem][:LISTED]
    for path in rest[:LISTED]:
        name = shown(os.path.relpath(path, folder))
        if path.name.endswith(".icloud"):
            yield f"{name} is a placeholder of iCloud, not the file itself; download it, then hand it in"
            continue
        try:
            kind, advice = kind_of(content(path, ARCHIVE_CAP))
            yield f"{name} is {kind}; {advice}" if kind else f"{name} is there, and is no notebook"
        except Refused as error:
            yield f"{name} {error}"


def collect_file(path: Path, student: str, pristine: Notebook | None = None) -> Collected:
    """Read the notebook in one file; whatever is in it, this returns."""
    tried = list(_candidates(path, student, path.parent, pristine))
    best = _best(tried)
    if best is None:
        return tried[0].collected
    return replace(best.collected, notes=(*_read_from(best), *best.collected.notes))


def _read_from(best: _Candidate) -> Iterator[str]:
    """A note on what is no notebook file, though one could be read from it."""
    if best.kind:
        yield f"{best.name} was read from {best.kind}; next time, hand in the notebook itself"


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
