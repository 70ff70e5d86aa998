"""Every command that the README shows is run, in a course with a class; its one exercise proves itself."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import REPOSITORY

from autograder.course import Course
from autograder.demo import ASSIGNMENT, hand_in, make_class
from autograder.notebook import Released
from autograder.prove import prove

README = (REPOSITORY / "README.md").read_text("utf-8")
BLOCKS = [block for language, block in re.findall(r"^```(\w*)\n(.*?)^```$", README, re.M | re.S) if not language]
COMMANDS = [
    line.split("  #")[0].strip()
    for block in BLOCKS
    for line in block.splitlines()
    if re.match(r"(pip|cd|pytest|autograder|nbgrader) ?", line)
]
RUN_BY_CI = {'pip install -e ".[dev]" && autograder demo', 'pip install -e ".[dev]" && pytest'}
STUBS_FAIL = {"autograder check layers.ipynb", "autograder check layers.ipynb --hint=2"}  # status 1: not done yet


@pytest.fixture(scope="module")
def classroom(built_course, tmp_path_factory) -> Course:
    """The assignments of the built course that the commands name, with the demo's class in them."""
    import shutil

    root = tmp_path_factory.mktemp("readme") / "course"
    shutil.copytree(built_course.root, root)
    for folder in (root / "solutions").iterdir():
        if folder.is_dir() and folder.name not in " ".join(COMMANDS):
            shutil.rmtree(folder)
    course = Course(root)
    for student in make_class(course.assignment(ASSIGNMENT)):
        hand_in(student, Released(root / "assignments" / ASSIGNMENT), root, ASSIGNMENT)
    return course


def test_the_two_commands_are_what_ci_runs():
    assert set(COMMANDS) >= RUN_BY_CI
    script = (REPOSITORY / ".ci" / "run").read_text("utf-8")
    assert "README.md" in script
    assert "autograder demo" in script


def test_every_command(classroom):
    folder = classroom.root
    scripts = Path(sys.executable).parent
    environment = {**os.environ, "PATH": f"{scripts}{os.pathsep}{os.environ['PATH']}"}
    ran = []
    for command in COMMANDS:
        if command in RUN_BY_CI:
            continue
        if command.startswith("cd "):
            folder = classroom.root / command[3:]
            assert folder.is_dir()
            continue
        if command.startswith(("autograder doctor", "autograder prove")):
            folder = classroom.root  # another reader, another terminal
        if command.endswith("--watch"):
            assert_watches(command, folder, environment)
        else:
            done = subprocess.run(command, shell=True, cwd=folder, env=environment, capture_output=True, text=True)
            assert done.returncode == (1 if command in STUBS_FAIL else 0), f"{command}\n{done.stdout}{done.stderr}"
        ran.append(command.split()[0])
    assert ran.count("autograder") >= 7
    assert ran.count("nbgrader") == 3


def assert_watches(command, folder, environment):
    """It shows the points at once, and again after a save."""
    with subprocess.Popen(
        ["bash", "-c", f"exec {command}"],
        cwd=folder,
        env={**environment, "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        text=True,
    ) as watching:
        try:
            for _ in range(2):
                assert any("points of the visible checks" in line for line in watching.stdout)
                (folder / "layers.ipynb").touch()
        finally:
            watching.kill()


def test_the_exercise_shown_proves_itself(tmp_path):
    [source] = re.findall(r'^```python\n(r""".*?)^```', README, re.MULTILINE | re.DOTALL)
    assert_proves(source, tmp_path)


def test_the_exercise_in_contributing_proves_itself(tmp_path):
    text = (REPOSITORY / "CONTRIBUTING.md").read_text("utf-8")
    [source] = re.findall(r'^```python\n(r""".*?)^```', text, re.MULTILINE | re.DOTALL)
    assert_proves(source, tmp_path)


def assert_proves(source, folder):
    home = folder / "solutions" / "01_shown"
    home.mkdir(parents=True)
    (home / "notebook.py").write_text("# %% [markdown]\n# # Shown\n")
    (home / "shown.py").write_text(source)
    proofs = list(prove(Course(folder).assignment("01_shown")))
    assert len(proofs) > 8
    assert [p for p in proofs if not p.holds] == []


@pytest.mark.parametrize("name", Course(REPOSITORY).assignment_names)
def test_the_course_table_is_complete(name):
    row = next(line for line in README.splitlines() if line.startswith(f"| `{name}`"))
    for exercise in Course(REPOSITORY).assignment(name).exercises:
        assert f"`{exercise}`" in row


def test_the_counts_are_those_of_the_course():
    course = Course(REPOSITORY)
    exercises = [e for name in course.assignment_names for e in course.assignment(name).exercises.values()]
    words = " ".join(README.split())
    assert f"{sum(len(e.misconceptions) for e in exercises)} known mistakes caught" in words
    assert f"{sum(len(e.alternatives) for e in exercises)} right solutions in other styles" in words
