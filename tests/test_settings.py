"""Student code never runs unprotected by accident, whatever stands in `nbgrader_config.py`."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import REPOSITORY, filled, in_this_process, references, submit

from autograder import settings
from autograder.course import Course

NAME = "00_target"
PLACES = "c.CourseDirectory.source_directory = 'build/source'\nc.CourseDirectory.release_directory = 'assignments'\n"
STOCK = f"c = get_config()\n{PLACES}"


@pytest.fixture
def course(target: Course, tmp_path: Path) -> Course:
    course = Course(Path(shutil.copytree(target.root, tmp_path / "course")))
    submit(course, "ada", NAME, filled(course, NAME, references(course, NAME)))
    return course


FILES = [
    (settings.TEXT, True),
    (settings.TEXT + f"\nc = get_config()\n{PLACES}", True),
    ("from autograder.nbgrader_bridge import configure as ours\nc = get_config()\nours(c)\n", True),
    ("\ufeff" + settings.TEXT, True),
    ("", False),
    (STOCK, False),
    ("# from autograder.nbgrader_bridge import configure\n# configure(get_config())\n", False),
    ("from autograder.nbgrader_bridge import configure\n", False),
    ("from elsewhere import configure\nconfigure(get_config())\n", False),
    ("def broken(:\n", False),
    ("\0", False),
]


@pytest.mark.parametrize(("text", "ours"), FILES)
def test_our_lines_are_found(text: str, ours: bool, tmp_path: Path) -> None:
    (tmp_path / settings.FILE).write_text(text, "utf-8")
    assert settings.ours(tmp_path / settings.FILE) == ours
    if ours:
        assert not settings.ensure(tmp_path)
    else:
        with pytest.raises(settings.ForeignSettings, match="lacks the lines"):
            settings.ensure(tmp_path)
    assert (tmp_path / settings.FILE).read_text("utf-8") == text


def test_this_course_has_what_build_writes(tmp_path: Path) -> None:
    assert settings.ensure(tmp_path)
    assert (tmp_path / settings.FILE).read_text("utf-8") == (REPOSITORY / settings.FILE).read_text("utf-8")


def test_build_writes_it_or_refuses_in_one_line(course: Course) -> None:
    (course.root / settings.FILE).unlink()
    assert in_this_process(course, "build", NAME)[0] == 0
    assert (course.root / settings.FILE).read_text("utf-8") == settings.TEXT
    (course.root / settings.FILE).write_text(STOCK)
    before = (course.root / "assignments" / NAME / "checks.json").stat().st_ino
    status, output, errors = in_this_process(course, "build", NAME)
    assert (status, output, errors.count("\n")) == (2, "", 1)
    assert (course.root / "assignments" / NAME / "checks.json").stat().st_ino == before


def test_doctor_says_what_nbgrader_reads(course: Course) -> None:
    for text, words in ((settings.TEXT, "in the sandbox"), (STOCK, "is not ours"), (None, "none in")):
        (course.root / settings.FILE).unlink()
        if text is not None:
            (course.root / settings.FILE).write_text(text)
        assert words in next(settings.found(course.root))
        (course.root / settings.FILE).touch()
    _, output, _ = in_this_process(course, "doctor")
    assert "nbgrader's settings" in output


def nbgrader(course: Course, *words: str) -> subprocess.CompletedProcess[str]:
    call = [sys.executable, "-m", "nbgrader", *words]
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    return subprocess.run(call, cwd=course.root, env=environment, capture_output=True, text=True)


def test_stock_nbgrader_ends_the_kernel(course: Course) -> None:
    """That it grades if it is told to is shown in test_nbgrader."""
    (course.root / settings.FILE).write_text(STOCK)
    refused = nbgrader(course, "autograde", NAME)
    assert refused.returncode != 0
    assert "autograder: not graded: nbgrader would run student code unprotected" in refused.stderr
    assert not list((course.root / "autograded").rglob("*.ipynb"))


def test_validate_goes_on_working(course: Course) -> None:
    notebook = f"assignments/{NAME}/target.ipynb"
    shutil.copyfile(course.root / "submitted" / "ada" / NAME / "target.ipynb", course.root / notebook)
    assert "Success! Your notebook passes all the tests." in nbgrader(course, "validate", notebook).stdout
