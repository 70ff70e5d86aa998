"""The folders `autograded/STUDENT/ASSIGNMENT` as nbgrader's chain of steps makes them, without running it for each."""

from __future__ import annotations

import contextlib
import copy
import json
import os
import shutil
import tempfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import nbformat
from nbgrader import utils

from autograder import locks
from autograder.collect import Collected
from autograder.history import Entry, Origin
from autograder.marked import DIGEST_FILE, REPORT_FILE, TIMESTAMP_FILE, Staged, files_beside, mark, report_text
from autograder.master import Master
from autograder.report import from_record
from autograder.verdict import Report

PENDING = ".pending-"  # folders below autograded/ whose files wait for the gradebook; nbgrader's patterns pass them by


@dataclass(frozen=True)
class Graded:
    """One submission, ready to be written; it is made of texts and numbers, so it can travel.

    Attributes
    ----------
    student : str
    scores : mapping of str to float or None
        What each graded cell earned, by its grade_id; None where somebody has to look.
    comments : mapping of str to str or None
        What nbgrader says of each answer, by its grade_id.
    notebook, record : str
        The texts of the autograded notebook and of the report.
    origin : Origin
    time : str
        When it was graded, as in the history.
    circumstances : mapping
    timestamp : str
        When it was handed in, as nbgrader's timestamp.txt says; "" where that is missing.
    modules : mapping of str to str
        The texts of the files that go with the notebook, by their paths beside it.
    """

    student: str
    scores: Mapping[str, float | None]
    comments: Mapping[str, str | None]
    notebook: str
    record: str
    origin: Origin
    time: str
    circumstances: Mapping[str, Any]
    timestamp: str = ""
    modules: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def report(self) -> Report:
        """The verdicts, without pictures."""
        return from_record(json.loads(self.record))

    @property
    def entry(self) -> Entry:
        """What the history keeps of it."""
        return Entry(self.origin, self.report, self.time, self.circumstances)

    def encode(self) -> bytes:
        """As bytes, for files and other machines."""
        content = {field.name: getattr(self, field.name) for field in fields(self)}
        return zlib.compress(json.dumps(content | {"origin": asdict(self.origin)}).encode())

    @staticmethod
    def decode(data: bytes) -> Graded:
        """Read what `encode` made; raises ValueError, TypeError, KeyError or zlib.error if it is something else."""
        content = json.loads(zlib.decompress(data))
        return Graded(**content | {"origin": Origin(**content["origin"])})


def autograded(collected: Collected, work: Staged, entry: Entry, master: Master) -> Graded:
    """What nbgrader's own chain would have made of a submission.

    Parameters
    ----------
    collected : Collected
    work : Staged
        The same, repaired; it stays as it is.
    entry : Entry
        From the grader, not from the history: a report that was kept has no pictures.
    master : Master
    """
    notebook = master.over(work.notebook)
    mark(notebook["cells"], entry.report)
    known = [nbformat.from_dict(c) for c in notebook["cells"] if "nbgrader" in c["metadata"]]  # type: ignore[no-untyped-call]
    return Graded(
        collected.student,
        {cell.metadata.nbgrader.grade_id: utils.determine_grade(cell)[0] for cell in filter(utils.is_grade, known)},
        {cell.metadata.nbgrader.grade_id: _comment(cell) for cell in known if _is_commented(cell)},
        on_disk(notebook),
        report_text(entry.report),
        entry.origin,
        entry.time,
        entry.circumstances,
        collected.timestamp,
        files_beside(collected),
    )


def _is_commented(cell: Any) -> bool:
    return bool(utils.is_solution(cell) or utils.is_task(cell))


def _comment(cell: Any) -> str | None:
    """What `SaveAutoGrades` says of an answer."""
    same = cell.metadata.nbgrader.get("checksum") == utils.compute_checksum(cell)
    return "No response." if same and not utils.is_task(cell) else None


class Folders:
    """The folders of one assignment.

    Parameters
    ----------
    converter : nbgrader.converters.Autograde
        With the course's settings; it converts nothing.
    name : str
        The notebook's, as "layers".
    """

    def __init__(self, converter: Any, name: str) -> None:
        self._converter, self._name = converter, name
        self._coursedir = converter.coursedir
        self._place = Path(self._coursedir.format_path(self._coursedir.autograded_directory, ".", ".")).resolve()
        self._place.mkdir(parents=True, exist_ok=True)
        self._lock = _clean(self._place)
        self._files = self._course_files()
        self._mode = int(str(converter.permissions), 8)

    def close(self) -> None:
        if self._lock is not None:
            os.close(self._lock)

    def of(self, student: str, directory: str = "") -> Path:
        """A student's folder, among the autograded ones or in another `directory` of the course."""
        directory = directory or self._coursedir.autograded_directory
        return Path(self._coursedir.format_path(directory, student, self._coursedir.assignment_id))

    def hold(self, student: str, digest: str, timestamp: str) -> bool:
        """Whether this very work is there; it counts as new, too, if it was collected again at a later time."""
        folder = self.of(student)
        path = folder / DIGEST_FILE
        if not path.is_file() or path.read_text(encoding="utf-8").strip() != digest:
            return False
        old = self._coursedir.get_existing_timestamp(str(folder))
        return not (timestamp and old and utils.parse_utc(timestamp) > old)

    @contextlib.contextmanager
    def replaced(self, chunk: Sequence[Graded]) -> Iterator[None]:
        """Write all that can fail before the block; after it, if it ends well, the folders take their places.

        So whoever is killed before that finds the work not graded, and grades it again, to the same rows.
        """
        with tempfile.TemporaryDirectory(prefix=PENDING, dir=self._place, ignore_cleanup_errors=True) as pending:
            new, old = Path(pending, "new"), Path(pending, "old")
            old.mkdir()
            for each in chunk:
                self._write(new / each.student, each)
            yield
            for each in chunk:
                self._move(new / each.student, self.of(each.student), old / each.student)

    def _course_files(self) -> list[tuple[str, str]]:
        """The files of nbgrader's source folder that lie beside each graded notebook: their paths there, and here."""
        assignment = self._coursedir.assignment_id
        source = self._coursedir.format_path(self._coursedir.source_directory, ".", assignment)
        found = utils.find_all_files(source, [*self._coursedir.ignore, "*.ipynb"])
        left = self._converter.exclude_overwriting.get(assignment, [])
        return [(os.path.relpath(path, source), path) for path in found if os.path.relpath(path, source) not in left]

    def _write(self, folder: Path, graded: Graded) -> None:
        texts = {f"{self._name}.ipynb": graded.notebook, REPORT_FILE: graded.record}
        if not graded.report.judge_errors:  # who was not graded through a failure of ours is graded again
            texts[DIGEST_FILE] = graded.origin.submission + "\n"
        if graded.timestamp:
            texts[TIMESTAMP_FILE] = graded.timestamp
        folder.mkdir(parents=True)
        files = dict(self._files)  # the course's file of a name stays
        texts |= {name: text for name, text in graded.modules.items() if name not in files}
        for name in (*files, *texts):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
        for name, path in files.items():
            shutil.copy(path, folder / name)
        for name, content in texts.items():
            (folder / name).unlink(missing_ok=True)
            (folder / name).write_text(content, encoding="utf-8")
        for name in {*texts, *(name for name, _ in self._files)}:
            (folder / name).chmod(self._mode)

    def _move(self, new: Path, folder: Path, old: Path) -> None:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(FileNotFoundError):
            folder.rename(old)
        new.rename(folder)
        if self._coursedir.groupshared:
            self._converter.set_permissions(self._coursedir.assignment_id, folder.parent.name)


def _clean(place: Path) -> int | None:
    """Remove what killed writers have left, unless another one is at work; the open folder, locked against that."""
    if not locks.THERE:
        return None
    folder = os.open(place, os.O_RDONLY)
    if locks.lock(folder, waiting=False):
        for left in place.glob(f"{PENDING}*"):
            shutil.rmtree(left, ignore_errors=True)
    locks.lock(folder, shared=True)
    return folder


def on_disk(notebook: Any) -> str:
    """The text that nbformat writes, byte by byte, without its checks and copies."""
    cells = ",\n".join(_cell_text(json.dumps(_split(cell))) for cell in notebook["cells"])
    rest = _pretty({**notebook, "cells": []})
    return rest.replace('"cells": []', f'"cells": [\n{cells}\n ]', 1) + "\n" if cells else rest + "\n"


@lru_cache(maxsize=1_000)
def _cell_text(compact: str) -> str:
    """One cell as it stands in a notebook's text; most cells are the same for many students."""
    return "  " + _pretty(json.loads(compact)).replace("\n", "\n  ")


def _pretty(content: Any) -> str:
    return json.dumps(content, indent=1, sort_keys=True, separators=(",", ": "), ensure_ascii=False)


def _split(cell: Any) -> Any:
    """Texts become lists of lines."""
    if "attachments" in cell:
        lone = nbformat.from_dict({"cells": [copy.deepcopy(cell)]})  # type: ignore[no-untyped-call]
        return nbformat.v4.rwbase.split_lines(lone)["cells"][0]  # type: ignore[no-untyped-call]
    split = {**cell, "source": cell["source"].splitlines(True)}
    if "outputs" in cell:
        split["outputs"] = [_split_output(output) for output in cell["outputs"]]
    return split


def _split_output(output: Any) -> Any:
    if "data" not in output:
        return output
    return {**output, "data": {kind: value.splitlines(True) for kind, value in output["data"].items()}}
