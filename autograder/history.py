"""Keeps every score that was given and what it follows from: entries are added to a file, and never changed."""

from __future__ import annotations

import contextlib
import json
import os
import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import astuple, dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any

from autograder import report
from autograder.verdict import Report

HISTORY_FILE = ".autograder/history.db"
WAIT = 60.0  # seconds, until another call has added its entries
_TABLES = """
CREATE TABLE IF NOT EXISTS entry (
    id INTEGER PRIMARY KEY, assignment TEXT NOT NULL, student TEXT NOT NULL,
    submission_hash TEXT NOT NULL, assignment_hash TEXT NOT NULL, engine_hash TEXT NOT NULL, secret_hash TEXT NOT NULL,
    time TEXT NOT NULL, circumstances TEXT NOT NULL, report BLOB NOT NULL
);
CREATE INDEX IF NOT EXISTS of_student ON entry (assignment, student, id);
CREATE TRIGGER IF NOT EXISTS not_changed BEFORE UPDATE ON entry
BEGIN SELECT RAISE(ABORT, 'entries are never changed'); END;
CREATE TRIGGER IF NOT EXISTS not_deleted BEFORE DELETE ON entry
BEGIN SELECT RAISE(ABORT, 'entries are never deleted'); END;
"""
_COLUMNS = "submission_hash, assignment_hash, engine_hash, secret_hash, time, circumstances, report"


@dataclass(frozen=True)
class Origin:
    """What a score follows from, as hashes: of equal origins come equal scores.

    Attributes
    ----------
    submission : str
        The student's work, as `marked.staged` reads it.
    assignment : str
        Exercises, notebook, and what students got.
    engine : str
        This package, NumPy, Python.
    secret : str
        What the hidden inputs are drawn from.
    """

    submission: str
    assignment: str
    engine: str
    secret: str

    def changed_since(self, before: Origin) -> tuple[str, ...]:
        """The names of what is not the same."""
        return tuple(f.name for f in fields(self) if getattr(self, f.name) != getattr(before, f.name))


@dataclass(frozen=True)
class Entry:
    """One score, given once.

    Attributes
    ----------
    report : Report
        Without pictures.
    time : str
        When, in UTC, as ISO 8601 writes it.
    circumstances : mapping
        Versions and limits, in words.
    """

    origin: Origin
    report: Report
    time: str
    circumstances: Mapping[str, Any]


def now() -> str:
    """The time as entries have it."""
    return datetime.now(UTC).isoformat(timespec="seconds")


class History:
    """The entries of a course; a context manager.

    Parameters
    ----------
    root : Path
        The course; the file is made when the first entry is added.
    """

    def __init__(self, root: Path) -> None:
        self._path = root / HISTORY_FILE
        self._connection: sqlite3.Connection | None = None

    def __enter__(self) -> History:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._connection is not None:
            self._connection.close()

    def add(self, entries: Iterable[Entry]) -> None:
        """Add all of them, or none."""
        rows = [
            (
                each.report.assignment,
                each.report.student,
                *astuple(each.origin),
                each.time,
                json.dumps(each.circumstances),
                zlib.compress(json.dumps(report.record(each.report)).encode()),
            )
            for each in entries
        ]
        with self._transaction() as connection:
            connection.executemany(f"INSERT INTO entry (assignment, student, {_COLUMNS}) VALUES ({'?, ' * 8}?)", rows)

    def of(self, assignment: str, student: str) -> list[Entry]:
        """A student's entries, the first one first."""
        query = f"SELECT {_COLUMNS} FROM entry WHERE assignment = ? AND student = ? ORDER BY id"
        return [_entry(*row) for row in self._read(query, (assignment, student))]

    def last(self, assignment: str, student: str) -> Entry | None:
        """A student's last entry."""
        query = f"SELECT {_COLUMNS} FROM entry WHERE assignment = ? AND student = ? ORDER BY id DESC LIMIT 1"
        return next((_entry(*row) for row in self._read(query, (assignment, student))), None)

    def latest_origins(self, assignment: str) -> dict[str, Origin]:
        """What the last score of each student follows from."""
        query = (
            "SELECT student, submission_hash, assignment_hash, engine_hash, secret_hash FROM entry WHERE id IN"
            " (SELECT max(id) FROM entry WHERE assignment = ? GROUP BY student)"
        )
        return {student: Origin(*row) for student, *row in self._read(query, (assignment,))}

    def _read(self, query: str, values: tuple[str, ...]) -> list[Any]:
        if self._connection is None and not self._path.exists():
            return []
        return self._open().execute(query, values).fetchall()

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        connection = self._open()
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield connection
        except BaseException:
            connection.execute("ROLLBACK")
            raise
        connection.execute("COMMIT")

    def _open(self) -> sqlite3.Connection:
        if self._connection is None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            os.close(os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600))  # hidden checks' outcomes are in it
            self._connection = sqlite3.connect(self._path, timeout=WAIT, isolation_level=None)
            self._connection.executescript(_TABLES)
        return self._connection


def _entry(
    submission: str, assignment: str, engine: str, secret: str, time: str, circumstances: str, content: bytes
) -> Entry:
    found = report.from_record(json.loads(zlib.decompress(content)))
    return Entry(Origin(submission, assignment, engine, secret), found, time, json.loads(circumstances))
