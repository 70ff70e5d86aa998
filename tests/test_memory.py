"""What known mistakes answer is found out once, and anew when anything changes that it depends on."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from conftest import filled

from autograder.collect import Collected
from autograder.course import Assignment, Course
from autograder.grade import Grader

NAME = "02_linear_classifier"
WRONG = {"square_loss": "def square_loss(targets, predictions):\n    return np.sum((targets - predictions) ** 2)"}


@pytest.fixture
def asked(built_course: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Course, list[str]]:
    """A course with one assignment, and a list of the checks whose mistakes have been found out."""
    for part in ("solutions", "assignments"):
        shutil.copytree(built_course.root / part / NAME, tmp_path / part / NAME)
    found: list[str] = []
    find_out = Assignment._mistakes

    def noted(self: Assignment, exercise, check, inputs):
        found.append(check.title)
        return find_out(self, exercise, check, inputs)

    monkeypatch.setattr(Assignment, "_mistakes", noted)
    return Course(tmp_path), found


def hints(course: Course) -> set[str]:
    """What is asked of somebody whose loss is a sum, by a grader of its own."""
    assignment = Assignment(course.root, NAME)  # read anew
    with Grader(course, assignment) as grader:
        report = grader.grade(Collected("ada", notebook=filled(course, NAME, WRONG)))
    return {c.hint for task in report.tasks if task.name == "square_loss" for c in task.checks} - {""}


def test_it_is_found_out_once(asked):
    course, found = asked
    first = hints(course)
    assert any(found)
    assert first
    before = list(found)
    assert hints(course) == first
    assert found == before
    kept = list(course.memory.iterdir())
    assert {oct(path.stat().st_mode & 0o777) for path in kept} == {"0o600"}
    assert oct(course.memory.stat().st_mode & 0o777) == "0o700"


@pytest.mark.parametrize("what", ["the exercise", "the given code", "the secret", "half a file", "another's file"])
def test_it_is_found_out_anew(asked, what):
    course, found = asked
    first = hints(course)
    count = len(found)
    exercise, secret = course.root / "solutions" / NAME / "square_loss.py", course.root / ".autograder" / "secret"
    [hint] = first
    if what == "the exercise":
        exercise.write_text(exercise.read_text("utf-8").replace(hint, "Another question?"), "utf-8")
    elif what == "the given code":
        notebook = exercise.with_name("notebook.py")
        notebook.write_text(notebook.read_text("utf-8") + "\n# %%\nTWO = 2\n", "utf-8")
    elif what == "the secret":
        secret.write_bytes(b"another one")
    for path in course.memory.iterdir() if "file" in what else ():
        path.write_text(path.read_text("utf-8")[:99] if what == "half a file" else '{"key": ""}', "utf-8")
    assert hints(course) == ({"Another question?"} if what == "the exercise" else first)
    assert len(found) > count


def test_without_a_place_it_is_found_out_each_time(asked):
    course, found = asked
    assert len(course.secret) == 32
    course.memory.write_text("a file where the folder should be", "utf-8")
    first, count = hints(course), len(found)
    assert first
    assert hints(course) == first
    assert len(found) == 2 * count
