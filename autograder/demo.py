"""A made-up class, graded by the real nbgrader: twelve students, from all right to hostile."""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.build import build
from autograder.course import Assignment, Course
from autograder.exercises import Exercise
from autograder.notebook import Released
from autograder.owned import replacing
from autograder.settings import FILE

ASSIGNMENT = "04_layers"
ATTACK = """import numpy as np, os, sys, glob
np.allclose = np.isclose = lambda *a, **k: True
np.testing.assert_allclose = lambda *a, **k: None
for path in glob.glob("/**/gradebook.db", recursive=True):
    os.remove(path)
class Affine:
    grads = params = [np.zeros(1)] * 2
    def __init__(self, *a): os.system("pkill -f nbgrader")
    def forward(self, x): return self
    def backward(self, dout): return self
    def __eq__(self, other): return True
    def __array__(self, *a, **k): return open("/etc/passwd").read()
"""


@dataclass(frozen=True)
class Student:
    """One made-up student: what they wrote for each exercise, by name; what is missing stays a stub."""

    name: str
    about: str
    answers: dict[str, str]
    damage: str = ""


def make_class(assignment: Assignment) -> Iterator[Student]:
    """Right in different styles, wrong with known misconceptions, one who has not begun, one damaged, one hostile."""
    exercises = list(assignment.exercises.values())
    right = {e.name: e.source() for e in exercises}
    yield Student("ada", "all right", right)
    for number, name in enumerate(("alan", "barbara")):
        styles = {e.name: _style(e, number) for e in exercises}
        yield Student(name, "all right, in another style", right | styles)
    wrong = [(e, m) for e in exercises for m in e.misconceptions]
    names = ("claude", "donald", "edsger", "frances", "grace", "john")
    for number, name in enumerate(names):
        exercise, mistake = wrong[number * len(wrong) // len(names)]
        about = f"{mistake.task}: {mistake.name.replace('_', ' ')}"
        yield Student(name, about, right | {exercise.name: exercise.written(mistake)})
    yield Student("katherine", "has not begun", {})
    yield Student("linus", "a merge conflict in the file", right, damage="conflict")
    yield Student("mallory", "attacks", {"Affine": ATTACK})


def _style(exercise: Exercise, number: int) -> str:
    if number >= len(exercise.alternatives):
        return exercise.source()
    return exercise.written(exercise.alternatives[number])


def hand_in(student: Student, released: Released, course: Path, assignment: str) -> None:
    """Write the student's notebook where nbgrader collects it."""
    notebook = released.notebook()
    for cell in notebook["cells"]:
        name = cell["metadata"].get("nbgrader", {}).get("grade_id")
        if name in student.answers:
            cell["source"] = student.answers[name]
    text = json.dumps(notebook, indent=1)
    if student.damage == "conflict":
        lines = text.splitlines()
        middle = len(lines) // 2
        text = "\n".join([*lines[:middle], "<<<<<<< HEAD", lines[middle], "=======", *lines[middle:]])
    folder = course / "submitted" / student.name / assignment
    folder.mkdir(parents=True)
    (folder / released.path.name).write_text(text, encoding="utf-8")


def run(course: Course, folder: Path) -> int:
    """Make a course in `folder`, grade its class with nbgrader's own commands, show gradebook and feedback."""
    from autograder.terminal import console, progress

    with replacing(folder) as new:
        demo = _new_course(course, new.resolve())
        for done in progress(_steps(demo), "demo", 5):
            console.print(f"[green]✓[/green] {done}")
    _show(Course(folder.resolve()), folder)
    return 0


def _new_course(course: Course, folder: Path) -> Course:
    shutil.copytree(course.root / "solutions", folder / "solutions", ignore=shutil.ignore_patterns("__pycache__"))
    if (course.root / FILE).exists():
        shutil.copyfile(course.root / FILE, folder / FILE)
    return Course(folder)


def _steps(demo: Course) -> Iterator[str]:
    """Do the work, one step at a time; yields what has been done."""
    for _ in build(demo, demo.assignment_names):
        pass
    yield f"built {', '.join(demo.assignment_names)}"
    assignment = demo.assignment(ASSIGNMENT)
    released = Released(demo.root / "assignments" / ASSIGNMENT)
    students = list(make_class(assignment))
    for student in students:
        hand_in(student, released, demo.root, ASSIGNMENT)
    yield f"{len(students)} students have handed in {ASSIGNMENT}"
    for command in (["autograde", ASSIGNMENT], ["generate_feedback", ASSIGNMENT], ["export"]):
        nbgrader(command, demo.root)
        yield f"nbgrader {' '.join(command)}"


def nbgrader(words: Sequence[str], root: Path) -> subprocess.CompletedProcess[str]:
    """Run a real nbgrader command in a course.

    Raises
    ------
    subprocess.CalledProcessError
        With nbgrader's own words in it, if it fails.
    """
    scripts = Path(sys.executable).parent
    environment = {**os.environ, "PATH": f"{scripts}{os.pathsep}{os.environ.get('PATH', '')}"}
    call = [sys.executable, "-m", "nbgrader", *words]
    return subprocess.run(call, cwd=root, env=environment, check=True, capture_output=True, text=True)


def _show(demo: Course, folder: Path) -> None:
    from rich.table import Table

    from autograder.report import clean, number
    from autograder.terminal import console

    abouts = {s.name: s.about for s in make_class(demo.assignment(ASSIGNMENT))}
    by_hand = sum(float(c.metadata.get("points", 0)) for c in demo.assignment(ASSIGNMENT).cells)
    caption = f"{number(by_hand)} points are for a question, graded by hand in formgrader"
    table = Table(title=f"gradebook: {ASSIGNMENT}", caption=caption)
    for column in ("student", "who that is", "score", "of"):
        table.add_column(column, justify="right" if column in ("score", "of") else "left")
    with (demo.root / "grades.csv").open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["assignment"] == ASSIGNMENT:
                who = row["student_id"]
                table.add_row(clean(who), abouts[who], number(float(row["score"])), number(float(row["max_score"])))
    console.print(table)
    console.print("feedback pages:")
    for page in sorted((demo.root / "feedback").glob(f"*/{ASSIGNMENT}/*.html")):
        console.print(f"  {folder / page.relative_to(demo.root)}", markup=False, highlight=False, soft_wrap=True)
