"""Every score keeps its history; what grading again would change is said before anything is written."""

from __future__ import annotations

import contextlib
import json
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import filled, in_this_process, references, submit

from autograder.course import Course
from autograder.demo import nbgrader
from autograder.history import HISTORY_FILE, History
from autograder.marked import REPORT_FILE

NAME = "00_target"
WRONG = "def relu(x):\n    return np.minimum(x, 0)"


@pytest.fixture
def course(target: Course, tmp_path: Path) -> Iterator[Course]:
    """Ada is right, Ben is not; both are graded."""
    shutil.copytree(target.root, tmp_path / "course")
    course = Course(tmp_path / "course")
    hand_in(course, "ada")
    hand_in(course, "ben", relu=WRONG)
    assert in_this_process(course, "grade", NAME)[0] == 0
    return course


def hand_in(course: Course, student: str, **answers: str) -> None:
    submit(course, student, NAME, filled(course, NAME, references(course, NAME) | answers))


def points(course: Course, student: str) -> list[float]:
    with History(course.root) as history:
        return [entry.report.earned for entry in history.of(NAME, student)]


def everything(course: Course) -> dict[str, bytes]:
    """All files but those that only say who is at work."""
    files = (path for path in course.root.rglob("*") if path.is_file())
    return {str(path): path.read_bytes() for path in files if path.suffix != ".lock" and "mistakes" not in path.parts}


def test_a_score_keeps_what_it_follows_from(course: Course) -> None:
    with History(course.root) as history:
        [entry] = history.of(NAME, "ben")
        [other] = history.of(NAME, "ada")
    written = json.loads((course.root / "autograded" / "ben" / NAME / REPORT_FILE).read_text("utf-8"))
    assert entry.report.earned == written["earned"] == 6
    assert entry.origin.changed_since(other.origin) == ("submission",)
    assert {"python", "numpy", "scratchwork", "machine", "seconds at most"} == set(entry.circumstances)
    assert entry.report.sandbox
    assert (course.root / HISTORY_FILE).stat().st_mode & 0o077 == 0


def test_entries_are_only_added(course: Course) -> None:
    with contextlib.closing(sqlite3.connect(course.root / HISTORY_FILE)) as database:
        for statement in ("UPDATE entry SET student = 'x'", "DELETE FROM entry"):
            with pytest.raises(sqlite3.IntegrityError, match="never"):
                database.execute(statement)
    hand_in(course, "ben")
    status, output, _ = in_this_process(course, "grade", NAME)
    assert status == 0
    assert "ben: graded again (submission changed): 6/11 before, 11/11 now" in output
    assert (points(course, "ada"), points(course, "ben")) == ([11], [6, 11])


def test_nbgrader_adds_to_it_too_and_its_scores_need_no_second_grading(course: Course) -> None:
    hand_in(course, "eve", relu=WRONG)
    nbgrader(["autograde", NAME], course.root)
    assert points(course, "eve") == [6]
    assert in_this_process(course, "grade", NAME)[0] == 0
    assert (points(course, "eve"), points(course, "ada")) == ([6], [11])


DRY = ("grade", NAME, "--dry-run")


def test_a_dry_run_writes_nothing(course: Course) -> None:
    hand_in(course, "ada", relu=WRONG)
    hand_in(course, "eve")
    before = everything(course)
    status, output, _ = in_this_process(course, *DRY)
    assert status == 0
    rows = [[cell.strip() for cell in line.split("│")[1:5]] for line in output.splitlines() if "│" in line]
    assert ["ada", "11/11", "6/11", "submission"] in rows
    assert ["eve", "-", "11/11", "new"] in rows
    assert "relu: " in output
    assert "2 of 3 would change" in output
    assert everything(course) == before


def test_a_dry_run_says_what_another_exercise_changes(course: Course) -> None:
    path = course.root / "solutions" / NAME / "relu.py"
    path.write_text(path.read_text("utf-8").replace("points=5", "points=7"), "utf-8")
    call = [sys.executable, "-m", "autograder.cli", *DRY]  # this process has read the exercise
    output = subprocess.run(call, cwd=course.root, capture_output=True, text=True, check=True).stdout
    assert "2 of 2 would change" in output
    assert "relu: negative numbers become 0 (hidden inputs), 5 → 7" in output
    assert "assignment" in output


def test_a_dry_run_counts_who_would_keep_the_score(course: Course) -> None:
    (course.root / ".autograder" / "secret").write_bytes(bytes(32))
    _, output, _ = in_this_process(course, *DRY)
    assert "0 of 2 would change; of the others, 2 would be graded again to the same" in output


def test_another_secret_is_graded_again_and_verified(course: Course) -> None:
    status, output, _ = in_this_process(course, "verify", "ben", NAME)
    assert status == 0
    assert output.count("the same") == 4
    assert "derived now: 6/11" in output
    (course.root / ".autograder" / "secret").write_bytes(bytes(32))
    status, output, _ = in_this_process(course, "verify", "ben", NAME)
    assert status == 0  # the same points, of other inputs
    assert "changed since" in output
    assert in_this_process(course, "grade", NAME)[0] == 0
    assert points(course, "ben") == [6, 6]


def test_a_score_that_does_not_follow_is_found(course: Course) -> None:
    """Somebody has exchanged the work behind a score."""
    hand_in(course, "ben")
    status, output, _ = in_this_process(course, "verify", "ben", NAME)
    assert status == 1
    assert "derived now: 11/11" in output
    assert "0 → " in output


@pytest.mark.parametrize("student", ["nobody", "../ada"])
def test_who_has_handed_in_nothing_cannot_be_verified(course: Course, student: str) -> None:
    status, _, errors = in_this_process(course, "verify", student, NAME)
    assert status == 2
    assert "nothing was handed in" in errors


def test_late_work_is_shown(course: Course) -> None:
    with contextlib.closing(sqlite3.connect(course.root / "gradebook.db")) as gradebook, gradebook:
        gradebook.execute("UPDATE assignment SET duedate = '2030-01-05 00:00:00.000000'")
    hand_in(course, "eve")
    (course.root / "submitted" / "eve" / NAME / "timestamp.txt").write_text("2030-01-07 01:00:00 UTC")
    _, output, _ = in_this_process(course, "grade", NAME)
    assert "eve: handed in 2 days, 1:00:00 late" in output
