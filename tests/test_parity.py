"""The notebook's verdict is the grade's verdict: what passes after "restart and run all" passes everywhere.

Each row of `parity/forms/*.md` is one notebook. It runs in IPython, through `autograder check` and through
`autograder grade`; some rows also through a real kernel, pytest and nbgrader. It is an implication: grading may find
more. What it does not find, the report explains.
"""

from __future__ import annotations

import contextlib
import json
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import forms
import pytest
from conftest import REPOSITORY, references
from forked import ForkedSandbox
from forms import Form
from kernels import Statuses, in_a_kernel, in_a_shell

from autograder.batch import grade_class, on_this_machine
from autograder.build import build
from autograder.course import Course
from autograder.demo import nbgrader
from autograder.grade import Grader, grade_files
from autograder.marked import REPORT_FILE
from autograder.notebook import Released
from autograder.selfcheck import check_notebook, read_saved
from autograder.submission import read
from autograder.verdict import Report, TaskVerdict

NAME, REAL = forms.SMALL, "04_layers"
FORMS = [form for table in sorted(forms.TABLES.glob("*.md")) for form in forms.read(table.name)]


def rows(through: str = "") -> list[Any]:
    """The forms that go through all, or through one of the slower ways as well, as parameters."""
    return [pytest.param(form, id=form.name) for form in FORMS if not through or through in form.through]


def todo(form: Form) -> Any:
    reason = f"not yet: {form.not_yet}"
    return pytest.param(form, id=form.name, marks=[pytest.mark.xfail(strict=True, reason=reason)] * bool(form.not_yet))


@dataclass(frozen=True)
class Class:
    """The course with every form handed in by a student of its name, and the reports of one grading."""

    course: Course
    notebooks: dict[str, dict[str, Any]]
    reports: dict[str, Report]

    def folder(self, form: Form) -> Path:
        """Where the student works; `submitted` has the same files."""
        return self.course.root / "work" / student(form)


def student(form: Form) -> str:
    return "".join(c if c.isalnum() else "-" for c in form.name).strip("-")


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Class:
    root = tmp_path_factory.mktemp("parity") / "course"
    shutil.copytree(REPOSITORY / "tests/parity/course", root, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copyfile(REPOSITORY / "nbgrader_config.py", root / "nbgrader_config.py")
    course = Course(root)
    assert list(build(course, [NAME])) == [NAME]
    for part in ("solutions", "assignments"):
        shutil.copytree(REPOSITORY / part / REAL, root / part / REAL)
    notebooks: dict[str, dict[str, Any]] = {}
    for name in (NAME, REAL):
        released, answers = Released(root / "assignments" / name), references(course, name)
        for form in (form for form in FORMS if form.assignment == name):
            notebooks[form.name] = form.notebook(read(released.path.read_bytes()), answers)
            hand_in(root, form, released, notebooks[form.name])
    reports = {form.name: report for name in (NAME, REAL) for form, report in grades(course, name)}
    return Class(course, notebooks, reports)


def hand_in(root: Path, form: Form, released: Released, notebook: dict[str, Any]) -> None:
    work, submitted = root / "work" / student(form), root / "submitted" / student(form) / form.assignment
    shutil.copytree(released.folder, work)
    (work / released.path.name).write_text(json.dumps(notebook), encoding="utf-8")
    form.write(work)
    shutil.copytree(work, submitted, ignore=shutil.ignore_patterns("checks.json", f"test_{released.path.stem}.py"))


def grades(course: Course, name: str) -> Iterator[tuple[Form, Report]]:
    """What one call makes of all forms of an assignment: into the gradebook, where there is one."""
    mine = {student(form): form for form in FORMS if form.assignment == name}
    with Grader(course, course.assignment(name)) as grader:
        if name == NAME:
            found = list(grade_class(course, grader, on_this_machine(2)))
        else:
            found = list(grade_files(grader, sorted(course.root.glob(f"submitted/*/{name}/*.ipynb")), 2))
    return ((mine[report.student], report) for report in found)


@pytest.fixture(scope="module")
def graded_by_nbgrader(graded: Class, tmp_path_factory: pytest.TempPathFactory) -> Course:
    """The same work of some, graded by one call of `nbgrader autograde`."""
    root = tmp_path_factory.mktemp("nbgrader") / "course"
    keep = {student(form) for form in FORMS if "nbgrader" in form.through}
    skipped = shutil.ignore_patterns("work", "autograded", "gradebook.db", ".autograder")
    shutil.copytree(graded.course.root, root, ignore=skipped)
    for folder in (root / "submitted").iterdir():
        if folder.name not in keep:
            shutil.rmtree(folder)
    shutil.copytree(graded.course.root / ".autograder", root / ".autograder")  # the same hidden inputs
    assert list(build(Course(root), [NAME])) == [NAME]
    nbgrader(["autograde", NAME], root)
    return Course(root)


@pytest.fixture(scope="module")
def tested(graded: Class) -> dict[str, dict[str, str]]:
    """What one call of pytest makes of each visible check, by folder."""
    folders = [graded.folder(form).name for form in FORMS if "pytest" in form.through]
    words = ["-m", "pytest", "-p", "no:cacheprovider", "--import-mode=importlib", "--junitxml=junit.xml", *folders]
    cwd = graded.course.root / "work"
    done = subprocess.run([sys.executable, *words], cwd=cwd, capture_output=True, text=True, timeout=300)
    assert done.returncode in (0, 1), done.stdout
    found: dict[str, dict[str, str]] = {folder: {} for folder in folders}
    for case in ET.parse(cwd / "junit.xml").iter("testcase"):
        folder = case.attrib["classname"].split(".")[0]
        found[folder][case.attrib["name"].split("[")[1][:-1]] = case[0].tag if len(case) else "passed"
    return found


def visible(tasks: tuple[TaskVerdict, ...]) -> Statuses:
    return {task.name: {c.title: c.status for c in task.checks if c.visible} for task in tasks}


def reasons(tasks: tuple[TaskVerdict, ...]) -> dict[str, str]:
    return {task.name: " ".join(" ".join(c.reason for c in task.checks if c.visible).split()) for task in tasks}


def failing(statuses: Statuses) -> set[str]:
    return {task for task, checks in statuses.items() if not checks or set(checks.values()) != {"passed"}}


@pytest.fixture(scope="module")
def forked() -> Iterator[ForkedSandbox]:
    sandbox = ForkedSandbox()
    yield sandbox
    sandbox.close()


def check_saved(form: Form, path: Path, forked: ForkedSandbox) -> Report:
    """What `autograder check` says; of the forms that pytest runs as well, in a process of its own as a student has."""
    if "pytest" in form.through:
        return check_notebook(path)
    saved = read_saved(path)
    asked = saved.checks.runs
    return saved.report(saved.judge(asked, saved.ask(asked, forked), forked))


@pytest.mark.parametrize("form", [todo(form) for form in FORMS])
def test_what_passes_in_the_notebook_passes(graded: Class, forked: ForkedSandbox, form: Form) -> None:
    folder, report = graded.folder(form), graded.reports[form.name]
    live = in_a_shell(folder, graded.notebooks[form.name])
    assert failing(live) == form.fails
    with contextlib.chdir(folder):
        checked = check_saved(form, Path(Released(folder).path.name), forked)
    assert reasons(checked.tasks) == reasons(report.tasks)
    assert visible(checked.tasks) == visible(report.tasks)
    told = reasons(report.tasks)
    assert {task: told[task] for task in failing(visible(report.tasks)) - form.fails - form.lost} == {}
    for task, words in form.says.items():
        assert [word for word in words if word not in told[task]] == []
    hidden = {task.name for task in report.tasks if not task.passed}
    assert hidden - form.fails == form.lost


@pytest.mark.parametrize("form", rows("ipykernel"))
def test_a_real_kernel_says_the_same(graded: Class, form: Form) -> None:
    notebook = graded.notebooks[form.name]
    live = in_a_kernel(graded.folder(form), notebook)
    assert live == in_a_shell(graded.folder(form), notebook)


@pytest.mark.parametrize("form", rows("nbgrader"))
def test_nbgrader_says_the_same(graded: Class, graded_by_nbgrader: Course, form: Form) -> None:
    path = graded_by_nbgrader.root / "autograded" / student(form) / NAME / REPORT_FILE
    ours = graded.course.root / "autograded" / student(form) / NAME / REPORT_FILE
    assert json.loads(path.read_text("utf-8"))["exercises"] == json.loads(ours.read_text("utf-8"))["exercises"]


@pytest.mark.parametrize("form", [row for row in rows("pytest") if not row.values[0].not_yet])
def test_pytest_says_the_same(graded: Class, tested: dict[str, dict[str, str]], form: Form) -> None:
    found = visible(graded.reports[form.name].tasks)
    expected = {
        f"{task}: {title}": status == "passed" for task, checks in found.items() for title, status in checks.items()
    }
    assert {name: result == "passed" for name, result in tested[student(form)].items()} == expected


def test_there_are_many() -> None:
    assert len({student(form) for form in FORMS}) == len(FORMS)
