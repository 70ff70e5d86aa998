"""The gradebook in bulk: what `nbgrader autograde` does one submission at a time, row by row and file by file."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import shutil
import signal
import sqlite3
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from conftest import filled, references, submit
from nbgrader.api import Gradebook, MissingEntry
from sqlalchemy import event

from autograder.autograded import Graded, autograded
from autograder.collect import collect, submitted_folders
from autograder.course import Course
from autograder.demo import hand_in, make_class, nbgrader
from autograder.grade import Grader
from autograder.gradebook import GradebookWriter
from autograder.marked import report_text, staged
from autograder.notebook import Released

NAME, NOTEBOOK = "04_layers", "layers.ipynb"
LATE_WORK_EARNS_NOTHING = "\nc.LateSubmissionPlugin.penalty_method = 'zero'\n"
KEYS = {  # what a row is called, in place of its random id
    "assignment": ("name",),
    "notebook": ("assignment_id", "name"),
    "base_cell": ("notebook_id", "name", "type"),
    "source_cell": ("notebook_id", "name"),
    "submitted_assignment": ("assignment_id", "student_id"),
    "submitted_notebook": ("assignment_id", "notebook_id"),
    "grade": ("notebook_id", "cell_id"),
    "comment": ("notebook_id", "cell_id"),
}
ALL_STEPS = """
from nbgrader.converters import Autograde
c.Autograde.sanitize_preprocessors = Autograde.sanitize_preprocessors.default()
"""
ESSAY = "answer-"  # grade_ids of questions that are graded by hand begin so


def rows(root: Path) -> dict[str, list[dict[str, Any]]]:
    """The whole gradebook: all tables, all columns."""
    found = {}
    with contextlib.closing(sqlite3.connect(root / "gradebook.db")) as connection:
        connection.row_factory = sqlite3.Row
        for (table,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            found[table] = [dict(row) for row in connection.execute(f'SELECT * FROM "{table}"')]
    names: dict[str, str] = {}
    for table, columns in KEYS.items():
        for row in found[table]:
            names[row["id"]] = f"{table} " + "/".join(names.get(row[c], str(row[c])) for c in columns)
    return {
        table: sorted(({k: names.get(v, v) for k, v in row.items()} for row in content), key=str)
        for table, content in found.items()
    }


def files(root: Path, step: str) -> dict[str, tuple[int, bytes]]:
    """Mode and content of each file."""
    found = sorted(path for path in (root / step).rglob("*") if path.is_file())
    return {str(path.relative_to(root)): (path.stat().st_mode, path.read_bytes()) for path in found}


def grade(root: Path, writer: GradebookWriter, grader: Grader) -> list[Graded]:
    """What has been handed in and not been graded yet."""
    found = []
    for folder in submitted_folders(root, NAME):
        collected = collect(folder, NOTEBOOK)
        work = staged(root, collected, grader.pristine, folder)
        if not writer.holds(collected.student, work.digest, collected.timestamp):
            entry = grader.entry(work.digest, grader.grade(collected))
            found.append(autograded(collected, work, entry, writer.master))
    return found


def in_both(roots: Sequence[Path], *commands: list[str]) -> None:
    """nbgrader's commands in both courses at once."""

    def run(root: Path) -> None:
        for command in commands:
            nbgrader(command, root)

    with ThreadPoolExecutor() as pool:
        list(pool.map(run, roots))


@pytest.fixture(scope="module")
def course(built_course, tmp_path_factory) -> Course:
    """A course with the demo's class, and with more that can be wrong with a folder."""
    root = tmp_path_factory.mktemp("gradebook") / "course"
    others = [name for name in built_course.assignment_names if name != NAME]
    shutil.copytree(built_course.root, root, ignore=shutil.ignore_patterns(*others))
    course = Course(root)
    released = Released(root / "assignments" / NAME)
    for student in make_class(course.assignment(NAME)):
        hand_in(student, released, root, NAME)
    right = filled(course, NAME, references(course, NAME))
    submit(course, "noether", NAME, right, "layers (1).ipynb")
    submit(course, "no notebook", NAME, b"x", "notes.txt")
    picture = {"cell_type": "markdown", "id": "x", "metadata": {"a": 1}, "source": "![](attachment:a.svg)\n\u2028end"}
    drawn = {"a.svg": {"image/svg+xml": "<svg>\n</svg>", "image/png": "AAAA", "text/plain": "a\nb"}}
    submit(course, "o'brien", NAME, {**right, "cells": [{**picture, "attachments": drawn}, *right["cells"]]})
    (root / "submitted" / "ada" / NAME / "timestamp.txt").write_text("2030-01-01 10:00:00.123456 UTC\n")
    (root / "submitted" / "alan" / NAME / "timestamp.txt").write_text("2030-01-09 10:00:00 CET")
    (root / "nbgrader_config.py").write_text(
        (root / "nbgrader_config.py").read_text("utf-8") + "c = get_config()" + LATE_WORK_EARNS_NOTHING, "utf-8"
    )
    with Gradebook(f"sqlite:///{root / 'gradebook.db'}", "scratchwork") as gradebook:
        gradebook.update_or_create_assignment(NAME, duedate="2030-01-05 00:00:00 UTC")
        gradebook.add_student("barbara", first_name="Barbara", last_name="Liskov")
    assert course.secret  # made on first use; both copies draw the same inputs
    return course


@pytest.fixture(scope="module")
def grader(course) -> Iterator[Grader]:
    with Grader(course, course.assignment(NAME)) as grader:
        yield grader


@pytest.fixture(scope="module")
def graded(course, grader) -> list[Graded]:
    """The class, graded; `course` itself stays as it is."""
    copy = course.root.parent / "looked-at"
    shutil.copytree(course.root, copy)
    with GradebookWriter(copy, NAME) as writer:
        return grade(copy, writer, grader)


@pytest.fixture(scope="module")
def both(course, grader, graded) -> tuple[Path, Path]:
    """Two copies of the course: graded by `nbgrader autograde` with all of its own first steps, and in bulk."""
    theirs, ours = course.root.parent / "theirs", course.root.parent / "ours"
    for root in (theirs, ours):
        shutil.copytree(course.root, root)
    with (theirs / "nbgrader_config.py").open("a", encoding="utf-8") as config:
        config.write(ALL_STEPS)
    with GradebookWriter(ours, NAME) as writer:
        writer.write(graded[:5])
        writer.write(graded[5:])
        assert grade(ours, writer, grader) == []
    nbgrader(["autograde", NAME], theirs)
    return theirs, ours


def test_the_gradebooks_are_the_same(both):
    theirs, ours = both
    expected = rows(theirs)
    assert len(expected["grade"]) > 200
    assert {row["late_submission_penalty"] for row in expected["submitted_notebook"]} > {None}
    assert rows(ours) == expected


def test_the_folders_are_the_same_byte_by_byte(both):
    theirs, ours = both
    expected = files(theirs, "autograded")
    assert len(expected) == 15 * 5 + 2
    assert files(ours, "autograded") == expected


@pytest.fixture(scope="module")
def again(both, course, grader) -> tuple[Path, Path]:
    """Manual scores and comments in both; some hand in something else, some late; graded again, both ways."""
    right = filled(course, NAME, references(course, NAME))
    essay = filled(course, NAME, references(course, NAME))
    for cell in essay["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("grade_id", "").startswith(ESSAY):
            cell["source"] = "Because of the chain rule."
    for root in both:
        grade_by_hand(root)
        here = Course(root)
        submit(here, "katherine", NAME, right)
        submit(here, "ada", NAME, essay)
        submit(here, "claude", NAME, filled(course, NAME, {}))
        submit(here, "mallory", NAME, b"")
        for student, stamp in (("ada", "2030-02-01 UTC"), ("mallory", "2030-01-04 UTC"), ("edsger", "2030-03-01 UTC")):
            (root / "submitted" / student / NAME / "timestamp.txt").write_text(stamp)
        (root / "submitted" / "alan" / NAME / "timestamp.txt").write_text("2030-01-10 10:00:00 UTC")  # nothing else new
    theirs, ours = both
    shutil.copyfile(
        ours / "nbgrader_config.py", theirs / "nbgrader_config.py"
    )  # now with our first step in their place
    nbgrader(["autograde", NAME], theirs)
    with GradebookWriter(ours, NAME) as writer:
        new = grade(ours, writer, grader)
        writer.write(new)
    assert {each.student for each in new} >= {"ada", "alan", "claude", "katherine", "mallory"}
    return both


def grade_by_hand(root: Path) -> None:
    with Gradebook(f"sqlite:///{root / 'gradebook.db'}", "scratchwork") as gradebook:
        for student in ("ada", "claude", "grace"):
            grades = gradebook.find_submission_notebook("layers", NAME, student).grades
            for number, row in enumerate(sorted(grades, key=lambda row: row.name)[:6]):
                row.manual_score = number / 4 if number % 2 else None
                row.extra_credit = 0.5 if number % 3 == 0 else None
                row.needs_manual_grade = False
            comment = gradebook.find_comment("Affine", "layers", NAME, student)
            comment.manual_comment = "Look at the *shapes*."
        gradebook.db.commit()
        gradebook.grant_extension(NAME, "ada", days=30)


def test_what_was_done_by_hand_stays(again):
    theirs, ours = again
    expected = rows(theirs)
    assert rows(ours) == expected
    manual = [row for row in expected["grade"] if row["manual_score"] is not None]
    assert len(manual) == 9
    assert {row["needs_manual_grade"] for row in manual if "/ada/" in row["notebook_id"]} == {1}
    assert sum(row["manual_comment"] is not None for row in expected["comment"]) == 3
    assert files(ours, "autograded") == files(theirs, "autograded")


def test_feedback_and_export_are_the_same(again):
    for root in again:  # pages take nbgrader a second each
        for folder in (root / "autograded").iterdir():
            if folder.name not in ("ada", "claude", "grace", "o'brien"):
                shutil.rmtree(folder)
    in_both(again, ["generate_feedback", NAME], ["export"])
    theirs, ours = again
    expected = files(theirs, "feedback")
    assert sum(name.endswith(".html") for name in expected) == 4
    assert files(ours, "feedback") == expected
    assert (ours / "grades.csv").read_text("utf-8") == (theirs / "grades.csv").read_text("utf-8")


def killed(root: Path, graded: Sequence[Graded], watch: Callable[[GradebookWriter, Callable[[], None]], None]) -> None:
    """Write in a process that gets SIGKILL at a moment that `watch` chooses."""

    def write() -> None:
        with GradebookWriter(root, NAME) as writer:
            watch(writer, lambda: os.kill(os.getpid(), signal.SIGKILL))
            writer.write(graded)

    process = multiprocessing.get_context("fork").Process(target=write)
    process.start()
    process.join(60)
    assert process.exitcode == -signal.SIGKILL


def in_the_files(writer: GradebookWriter, kill: Callable[[], None]) -> None:
    at_audited("open", f"/grace/{NOTEBOOK}", 1, kill)


def in_the_transaction(writer: GradebookWriter, kill: Callable[[], None]) -> None:
    def executed(connection: Any, cursor: Any, statement: str, *more: Any) -> None:
        if statement.startswith("INSERT INTO comment"):
            kill()

    event.listen(writer._gradebook.engine, "after_cursor_execute", executed)


def after_the_transaction(writer: GradebookWriter, kill: Callable[[], None]) -> None:
    at_audited("os.rename", "/new/", 1, kill)


def among_the_folders(writer: GradebookWriter, kill: Callable[[], None]) -> None:
    at_audited("os.rename", "/new/", 7, kill)


def at_audited(name: str, part: str, count: int, kill: Callable[[], None]) -> None:
    left = [count]

    def hook(what: str, arguments: tuple[Any, ...]) -> None:
        if what == name and part in str(arguments[0]):
            left[0] -= 1
            if not left[0]:
                kill()

    sys.addaudithook(hook)


@pytest.mark.parametrize(
    ("watch", "recorded", "shown"),
    [(in_the_files, 0, 0), (in_the_transaction, 0, 0), (after_the_transaction, 15, 0), (among_the_folders, 15, 6)],
)
def test_killed_at_any_moment(course, graded, tmp_path, watch, recorded, shown):
    root = tmp_path / "course"
    shutil.copytree(course.root, root)
    killed(root, graded, watch)
    counts = {table: len(content) for table, content in rows(root).items()}
    cells = len(graded[0].report.tasks) + 1  # a question is graded by hand
    assert (counts["submitted_assignment"], counts["grade"]) == (recorded, recorded * cells)
    assert len(list((root / "autograded").glob(f"*/{NAME}/*.sha256"))) == shown
    with GradebookWriter(root, NAME) as writer:
        missing = [each for each in graded if not writer.holds(each.student, each.origin.submission, each.timestamp)]
        assert len(missing) == len(graded) - shown
        writer.write(missing)
    check_complete(root, course, graded)
    assert not list((root / "autograded").glob(".*"))


def check_complete(root: Path, course: Course, graded: Sequence[Graded]) -> None:
    """The gradebook is as if nothing had happened."""
    plain = course.root.parent / "plain"
    if not plain.exists():
        shutil.copytree(course.root, plain)
        with GradebookWriter(plain, NAME) as writer:
            writer.write(graded)
    assert rows(root) == rows(plain)
    assert files(root, "autograded") == files(plain, "autograded")


def test_what_cannot_be_written_changes_nothing(course, graded, tmp_path):
    root = tmp_path / "course"
    shutil.copytree(course.root, root)
    before = rows(root)
    with GradebookWriter(root, NAME) as writer:
        bad = replace(graded[0], student="zoe", timestamp="no time")
        with pytest.raises((ValueError, AttributeError)):
            writer.write([*graded, bad])
        assert rows(root) == before
        assert not files(root, "autograded")
        writer.write(graded)
        writer.write(graded)
    check_complete(root, course, graded)


def test_who_was_not_graded_through_a_failure_of_ours_is_graded_again(course, graded, tmp_path):
    root = tmp_path / "course"
    shutil.copytree(course.root, root)
    task, *others = graded[0].report.tasks
    failed = replace(task, checks=tuple(replace(check, status="judge_error") for check in task.checks))
    report = replace(graded[0].report, tasks=(failed, *others))
    with GradebookWriter(root, NAME) as writer:
        writer.write([replace(graded[0], record=report_text(report)), graded[1]])
        assert [writer.holds(each.student, each.origin.submission, each.timestamp) for each in graded[:2]] == [
            False,
            True,
        ]


def test_waits_for_another_writer(course, graded, tmp_path):
    root = tmp_path / "course"
    shutil.copytree(course.root, root)
    with GradebookWriter(root, NAME) as writer:
        other = sqlite3.connect(root / "gradebook.db", check_same_thread=False)
        other.execute("BEGIN IMMEDIATE")
        other.execute("UPDATE student SET email = 'barbara@example.com' WHERE id = 'barbara'")
        start = time.monotonic()
        threading.Timer(7, other.commit).start()  # SQLite itself waits 5 seconds
        writer.write(graded)
        assert time.monotonic() - start > 6
    other.close()
    found = rows(root)
    assert [row["email"] for row in found["student"] if row["id"] == "barbara"] == ["barbara@example.com"]
    assert len(found["submitted_assignment"]) == len(graded)


def test_two_writers_at_once(course, graded, tmp_path):
    root = tmp_path / "course"
    shutil.copytree(course.root, root)

    def write() -> None:
        with GradebookWriter(root, NAME) as writer:
            for each in graded:
                writer.write([each])

    context = multiprocessing.get_context("fork")
    processes = [context.Process(target=write) for _ in range(2)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(120)
        assert process.exitcode == 0
    check_complete(root, course, graded)


def test_the_settings_of_the_course_count(course, graded, tmp_path):
    """Another gradebook, and no student whom it does not know."""
    root = tmp_path / "course"
    shutil.copytree(course.root, root)
    (root / "gradebook.db").rename(root / "other.db")
    with (root / "nbgrader_config.py").open("a", encoding="utf-8") as file:
        file.write(f"c.CourseDirectory.db_url = 'sqlite:///{root}/other.db'\nc.Autograde.create_student = False\n")
    with GradebookWriter(root, NAME) as writer:
        writer.write([each for each in graded if each.student == "barbara"])
        with pytest.raises(MissingEntry, match="ada"):
            writer.write(graded)
    assert not (root / "gradebook.db").exists()
    (root / "other.db").rename(root / "gradebook.db")
    assert [row["student_id"] for row in rows(root)["submitted_assignment"]] == ["barbara"]
