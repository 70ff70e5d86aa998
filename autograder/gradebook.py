"""Brings graded submissions into nbgrader's gradebook in bulk, as if `nbgrader autograde` had graded them one by one.

The same rows and files come of it, while the gradebook is opened once, not nine times a submission.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from types import TracebackType
from typing import Any

from nbgrader import utils
from nbgrader.api import (
    Comment,
    Grade,
    Gradebook,
    MissingEntry,
    Student,
    SubmittedAssignment,
    SubmittedNotebook,
    new_uuid,
)
from nbgrader.converters import Autograde
from nbgrader.preprocessors import AssignLatePenalties
from sqlalchemy import insert, select, text, update
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session, load_only, undefer

from autograder.autograded import Folders, Graded
from autograder.master import Master, master_of
from autograder.nbgrader_bridge import application
from autograder.notebook import Released

TRIES = 5  # where another writer has added the same student meanwhile, or two writers wait for one another
WAIT = 60  # seconds, until another writer lets go of an SQLite gradebook
NOT_LOADED = {"synchronize_session": False}


class GradebookWriter:
    """Writes graded submissions of one assignment; a context manager that opens the gradebook once.

    Parameters
    ----------
    root : Path
        The course; its `nbgrader_config.py` counts, as for `nbgrader autograde`.
    assignment : str

    Raises
    ------
    nbgrader.api.MissingEntry
        If the gradebook does not know the assignment: `autograder build` puts it there.
    """

    def __init__(self, root: Path, assignment: str) -> None:
        self._converter = _converter(root, assignment)
        self._late = AssignLatePenalties(parent=self._converter)
        self._late.init_plugin()
        coursedir = self._converter.coursedir
        released = Released(root / "assignments" / assignment).path
        self._name = released.stem
        self._gradebook = Gradebook(coursedir.db_url, coursedir.course_id)
        with self._gradebook.db():
            source = self._gradebook.find_assignment(assignment)
            self._id, self._due = source.id, source.duedate
            self._cells = {book.name: _Cells(book) for book in source.notebooks}
        self.master = master_of(coursedir.db_url, assignment, released)
        self._folders = Folders(self._converter, self._name)

    def __enter__(self) -> GradebookWriter:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._gradebook.close()
        self._folders.close()

    def folder(self, student: str) -> Path:
        """`autograded/STUDENT/ASSIGNMENT`."""
        return self._folders.of(student)

    def holds(self, student: str, digest: str, timestamp: str = "") -> bool:
        """Whether this very work is in the gradebook already, by the rules of `nbgrader autograde`."""
        return self._folders.hold(student, digest, timestamp)

    def late(self, students: Iterable[str]) -> dict[str, tuple[float, float]]:
        """Of those who handed in late: by how many seconds, and the points that it costs."""
        with self._gradebook.db() as session:
            seconds = self._seconds_late(session, list(students))
            query = (
                select(SubmittedAssignment.student_id, SubmittedNotebook.late_submission_penalty)
                .join(SubmittedNotebook, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
                .where(SubmittedAssignment.assignment_id == self._id, SubmittedAssignment.student_id.in_(seconds))
                .where(SubmittedNotebook.notebook_id == self._cells[self._name].id)
            )
            return {student: (seconds[student], penalty or 0.0) for student, penalty in session.execute(query)}

    def write(self, graded: Sequence[Graded]) -> None:
        """Write a chunk in one transaction: all of it, or nothing; of two submissions of one student, the last."""
        chunk = sorted({each.student: each for each in graded}.values(), key=lambda each: each.student)
        if chunk:
            with self._folders.replaced(chunk):
                self._record(chunk)

    def _record(self, chunk: Sequence[Graded]) -> None:
        for left in reversed(range(TRIES)):
            try:
                with self._transaction() as session:
                    self._put_all(session, chunk)
                return
            except (IntegrityError, OperationalError):
                if not left:
                    raise
                time.sleep(0.1)

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[Session]:
        with self._gradebook.db() as session, session.begin():
            if session.get_bind().dialect.name == "sqlite":
                session.execute(text(f"PRAGMA busy_timeout = {1000 * WAIT}"))
                session.execute(text("BEGIN IMMEDIATE"))  # what is read stays so until it is written
            yield session

    def _put_all(self, session: Session, chunk: Sequence[Graded]) -> None:
        self._put_students(session, [each.student for each in chunk])
        stamped = {each.student: {"timestamp": utils.parse_utc(each.timestamp)} for each in chunk if each.timestamp}
        rows = {(self._id, each.student): stamped.get(each.student, {}) for each in chunk}
        submissions = _put(session, SubmittedAssignment, ("assignment_id", "student_id"), rows)
        for name, cells in self._cells.items():
            rows = {(submission, cells.id): {} for submission in submissions.values()}
            books = _put(session, SubmittedNotebook, ("assignment_id", "notebook_id"), rows)
            ids = {student: books[submission, cells.id] for (_, student), submission in submissions.items()}
            self._put_cells(session, name, {ids[each.student]: each for each in chunk})
            if name == self._name:
                self._penalise(session, ids)

    def _put_students(self, session: Session, students: Sequence[str]) -> None:
        known = set(session.scalars(select(Student.id).where(Student.id.in_(students))))
        unknown = [{"id": name} for name in students if name not in known]
        if unknown and not self._converter.create_student:
            raise MissingEntry(f"No student with ID {unknown[0]['id']!r} exists in the database")
        if unknown:
            session.execute(insert(Student), unknown)

    def _put_cells(self, session: Session, name: str, books: Mapping[str, Graded]) -> None:
        """The grades and comments of submitted notebooks of one name, which are given by their ids."""
        grades, comments = dict[tuple[str, str], dict[str, Any]](), dict[tuple[str, str], dict[str, Any]]()
        submitted = self._converter.coursedir.submitted_directory
        for book, each in books.items():
            scores, said = (each.scores, each.comments) if name == self._name else ({}, {})
            lost = not (self._folders.of(each.student, submitted) / f"{name}.ipynb").exists()
            grades |= {(book, cell): row for cell, row in self._cells[name].grades(scores, lost).items()}
            comments |= {(book, cell): row for cell, row in self._cells[name].comments(said).items()}
        _put(session, Grade, ("notebook_id", "cell_id"), grades)
        _put(session, Comment, ("notebook_id", "cell_id"), comments)
        _look_again(session, books, self._cells[name].automatic if name == self._name else ())

    def _penalise(self, session: Session, books: Mapping[str, str]) -> None:
        """The course's policy for late work."""
        nothing = [{"id": book, "late_submission_penalty": None} for book in books.values()]
        session.execute(update(SubmittedNotebook), nothing)
        for student, seconds in self._seconds_late(session, books).items():
            book = session.get_one(
                SubmittedNotebook, books[student], options=[undefer(SubmittedNotebook.score)], populate_existing=True
            )
            penalty = self._late.plugin_inst.late_submission_penalty(student, book.score, seconds)
            if penalty is not None:
                book.late_submission_penalty = self._late._check_late_penalty(book, penalty)

    def _seconds_late(self, session: Session, students: Iterable[str]) -> dict[str, float]:
        if self._due is None:
            return {}
        columns = (SubmittedAssignment.student_id, SubmittedAssignment.timestamp, SubmittedAssignment.extension)
        query = select(SubmittedAssignment).options(load_only(*columns, SubmittedAssignment.assignment_id))
        mine = query.where(SubmittedAssignment.assignment_id == self._id, columns[0].in_(students))
        found = {row.student_id: row.total_seconds_late for row in session.scalars(mine)}
        return {student: seconds for student, seconds in found.items() if seconds > 0}


def released_master(root: Path, assignment: str) -> Master:
    """What the gradebook says of an assignment's notebook; nothing is opened for writing.

    Raises
    ------
    nbgrader.api.MissingEntry
        If the gradebook does not know the assignment.
    """
    coursedir = application(root).coursedir
    with Gradebook(coursedir.db_url, coursedir.course_id) as gradebook:
        gradebook.find_assignment(assignment)
    return master_of(coursedir.db_url, assignment, Released(root / "assignments" / assignment).path)


class _Cells:
    """The cells of one of an assignment's notebooks that have rows in the gradebook: their ids there, by name."""

    def __init__(self, notebook: Any) -> None:
        self.id = notebook.id
        self._tasks = {cell.name: cell.id for cell in notebook.task_cells}
        self._grades = {cell.name: cell.id for cell in notebook.grade_cells}
        self._comments = {cell.name: cell.id for cell in notebook.solution_cells}
        self.automatic = set(self._grades.values())

    def grades(self, scores: Mapping[str, float | None], lost: bool) -> dict[str, dict[str, Any]]:
        """What a submission's grades are; where a row has no values, it only has to be there.

        nbgrader gives 0 first if the `lost` file was not handed in; `SaveAutoGrades` then has its say of what it finds.
        """
        nothing = {"auto_score": 0.0, "needs_manual_grade": False} if lost else {}
        found = {cell: dict[str, Any](nothing) for cell in (*self._grades.values(), *self._tasks.values())}
        for name, score in scores.items():
            found[self._grades[name]] = {"auto_score": score, "needs_manual_grade": score is None}
        return found

    def comments(self, said: Mapping[str, str | None]) -> dict[str, dict[str, Any]]:
        """What a submission's automatic comments are."""
        found = {cell: dict[str, Any]() for cell in (*self._comments.values(), *self._tasks.values())}
        for name, comment in said.items():
            found[self._comments.get(name) or self._tasks[name]] = {"auto_comment": comment}
        return found


def _put(
    session: Session, model: Any, names: tuple[str, str], rows: Mapping[tuple[str, str], dict[str, Any]]
) -> dict[tuple[str, str], str]:
    """Add the rows that are not there, change the others; the ids by the two columns that make a row unique."""
    first, second = (getattr(model, name) for name in names)
    one, other = ({key[side] for key in rows} for side in (0, 1))
    query = select(model.id, first, second).where(first.in_(one), second.in_(other))
    ids = {(a, b): identity for identity, a, b in session.execute(query) if (a, b) in rows}
    changed = [{"id": ids[key], **row} for key, row in rows.items() if key in ids and row]
    added = [
        {"id": new_uuid(), **dict(zip(names, key, strict=True)), **row} for key, row in rows.items() if key not in ids
    ]
    for alike in _alike(changed):
        session.execute(update(model), alike)
    for alike in _alike(added):
        session.execute(insert(model), alike)
    return ids | {(row[names[0]], row[names[1]]): row["id"] for row in added}


def _alike(rows: list[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    """Rows with the same columns go into one statement."""
    for _, group in groupby(sorted(rows, key=sorted), key=sorted):
        yield list(group)


def _look_again(session: Session, books: Iterable[str], cells: Iterable[str]) -> None:
    """Who has graded something by hand is asked to look at what has been graded anew."""
    by_hand = Grade.notebook_id.in_(list(books)), Grade.cell_id.in_(list(cells)), Grade.manual_score.is_not(None)
    session.execute(update(Grade).where(*by_hand).values(needs_manual_grade=True), execution_options=NOT_LOADED)


def _converter(root: Path, assignment: str) -> Any:
    """nbgrader's `Autograde` with the settings that the command has in the course's folder; it converts nothing."""
    app = application(root)
    app.log.setLevel("WARNING")
    app.coursedir.assignment_id = assignment
    return Autograde(coursedir=app.coursedir, parent=app)
