"""Python modules beside a notebook: they count wherever the notebook counts, and never stand in front of others."""

from __future__ import annotations

import contextlib
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import filled, in_this_process, references, submit
from distributed import LocalCluster

from autograder.collect import collect
from autograder.course import Course
from autograder.demo import nbgrader
from autograder.grade import Grader
from autograder.marked import REPORT_FILE
from autograder.watch import Answer, watch

NAME, NOTEBOOK = "01_tensors", "tensors.ipynb"
POSITIVE = "import numpy as xp\n\ndef positive(x):\n    return xp.maximum(x, 0)\n"
ANSWER = "def relu(x):\n    return positive(x)"


@pytest.fixture(scope="module")
def grader(built_course: Course):
    with Grader(built_course, built_course.assignment(NAME)) as grader:
        yield grader


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "submitted" / "ada" / NAME
    folder.mkdir(parents=True)
    return folder


def notebook(course: Course, answer: str, *top: str) -> dict:
    """The references with another `relu`, and cells above all others."""
    content = filled(course, NAME, references(course, NAME) | {"relu": answer})
    cell = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None}
    content["cells"][:0] = [{**cell, "id": f"top-{n}", "source": text} for n, text in enumerate(top)]
    return content


def put(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")


# By name: the answer, the cells above, and the files beside the notebook.
WORKS: dict[str, tuple[str, tuple[str, ...], dict[str, str]]] = {
    "from": (ANSWER, ("from helpers import positive",), {"helpers.py": POSITIVE}),
    "in the answer's cell": ("from helpers import positive\n" + ANSWER, (), {"helpers.py": POSITIVE}),
    "inside the function": (
        "def relu(x):\n    import helpers as h\n    return h.positive(x)",
        (),
        {"helpers.py": POSITIVE},
    ),
    "star": (ANSWER, ("from helpers import *",), {"helpers.py": POSITIVE}),
    "another name": ("def relu(x):\n    return h.positive(x)", ("import helpers as h",), {"helpers.py": POSITIVE}),
    "the answer itself": ("from mine import relu", (), {"mine.py": POSITIVE + "relu = positive\n"}),
    "one imports another": (
        ANSWER,
        ("from helpers import positive",),
        {"helpers.py": "from more import positive\n", "more.py": POSITIVE},
    ),
    "a package": (
        ANSWER,
        ("from utils import positive",),
        {"utils/__init__.py": "from .parts import positive\n", "utils/parts.py": POSITIVE},
    ),
    "a folder without __init__": (ANSWER, ("from utils.parts import positive",), {"utils/parts.py": POSITIVE}),
    "by its name": (
        ANSWER,
        ("import importlib\npositive = importlib.import_module('helpers').positive",),
        {"helpers.py": POSITIVE},
    ),
    "in Korean": (ANSWER, ("from 도우미 import positive",), {"도우미.py": POSITIVE}),
    "with a byte order mark": (ANSWER, ("from helpers import positive",), {"helpers.py": "\ufeff" + POSITIVE}),
    "written by a cell": (ANSWER, ("%%writefile helpers.py\n" + POSITIVE, "from helpers import positive"), {}),
    "written by a cell over an older file": (
        ANSWER,
        ("%%writefile helpers.py\n" + POSITIVE, "from helpers import positive"),
        {"helpers.py": "1 / 0"},
    ),
    "written by two cells": (
        ANSWER,
        ("%%file helpers.py\nimport numpy as xp", "%%writefile -a helpers.py\n" + POSITIVE, "from helpers import *"),
        {},
    ),
    "files that nothing names": (
        "import numpy as np\ndef relu(x):\n    return np.maximum(x, 0)",
        (),
        {"test_more.py": "raise SystemExit(9)", "helpers.py": "x" * 10**6, "conftest.py": ""},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", WORKS)
def test_it_is_imported_in_grading_and_in_the_students_checks(name, grader, built_course, folder):
    answer, top, files = WORKS[name]
    put(folder, files)
    (folder / NOTEBOOK).write_text(json.dumps(notebook(built_course, answer, *top)), encoding="utf-8")
    report = grader.grade(collect(folder, NOTEBOOK))
    assert report.earned == report.points, [c for t in report.tasks for c in t.checks if not c.earned]
    assert not report.notes
    put(folder, {"checks.json": checks_of(built_course)})
    check = Path(sys.executable).with_name("autograder")
    done = subprocess.run([str(check), "check", NOTEBOOK], cwd=folder, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr


# By name: the answer, the cells above, the files, and words of the reasons and notes.
FAILS: dict[str, tuple[str, tuple[str, ...], dict[str, str], str]] = {
    "its mistake is placed": (
        ANSWER,
        ("from helpers import positive",),
        {"helpers.py": "import numpy\n\ndef positive(x):\n    return 1 / 0\n"},
        "ZeroDivisionError: division by zero (helpers.py, line 4)",
    ),
    "its loop is seen": (
        "def relu(x):\n    return positive(x)",
        ("from helpers import *",),
        {"helpers.py": "import numpy\n\ndef positive(x):\n    return numpy.array([v * (v > 0) for v in x])\n"},
        "let operations on whole arrays do the work",
    ),
    "its helper's loop is seen": (
        "def relu(x):\n    return h.positive(x)",
        ("import helpers as h",),
        {
            "helpers.py": "import numpy as np\nfrom more import one as each\n\ndef positive(x):\n    return each(x)\n",
            "more.py": "import numpy as np\n\ndef two(x):\n    for v in x:\n        pass\n    return np.maximum(x, 0)\n"
            "\ndef one(x):\n    return two(x)\n",
        },
        "let operations on whole arrays do the work",
    ),
    "it has the name of a module of Python": (
        ANSWER,
        ("from statistics import positive",),
        {"statistics.py": POSITIVE},
        "`statistics.py` was left out: a module of this name comes with Python or the course; give the file another",
    ),
    "it is too large": (
        ANSWER,
        ("from helpers import positive",),
        {"helpers.py": POSITIVE + "#" * 100_000},
        "`helpers.py` has 100,0",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FAILS)
def test_what_is_wrong_with_a_module_is_said(name, grader, built_course, folder):
    answer, top, files, words = FAILS[name]
    put(folder, files)
    (folder / NOTEBOOK).write_text(json.dumps(notebook(built_course, answer, *top)), encoding="utf-8")
    report = grader.grade(collect(folder, NOTEBOOK))
    [task] = [task for task in report.tasks if task.name == "relu"]
    assert task.earned < task.points
    assert words in " ".join([*report.notes, *(check.reason for check in task.checks)])


def test_many_modules_are_capped(folder):
    cell = {"cell_type": "code", "metadata": {}, "source": "from m0 import *"}
    put(folder, {f"m{n}.py": f"from m{n + 1} import *\n" for n in range(200)})
    (folder / NOTEBOOK).write_text(json.dumps({"cells": [cell]}))
    found = collect(folder, NOTEBOOK)
    assert len(found.modules) == 50
    assert found.notes == ("`m50.py` was left out: the modules beside a notebook may have 400 kB in all",)


def test_a_link_is_not_read(folder):
    put(folder.parents[1] / "eve", {"helpers.py": "stolen = 1"})
    (folder / "helpers.py").symlink_to(folder.parents[1] / "eve" / "helpers.py")
    cell = {"cell_type": "code", "metadata": {}, "source": "from helpers import *"}
    (folder / NOTEBOOK).write_text(json.dumps({"cells": [cell]}))
    found = collect(folder, NOTEBOOK)
    assert (found.modules, found.notes) == ({}, ("`helpers.py` is a link to another place and was not read",))


WRONG = "def positive(x):\n    return x\n"


@pytest.mark.parametrize("way", ["autograder grade", "nbgrader autograde"])
def test_a_changed_module_is_changed_work(way, course):
    def grade() -> float:
        if way == "nbgrader autograde":
            nbgrader(["autograde", NAME], course.root)
        else:
            assert in_this_process(course, "grade", NAME)[0] == 0
        done = course.root / "autograded" / "ada" / NAME
        assert (done / "helpers.py").read_text("utf-8") == (home / "helpers.py").read_text("utf-8")
        task = next(t for t in json.loads((done / REPORT_FILE).read_text("utf-8"))["exercises"] if t["name"] == "relu")
        return task["earned"] / task["points"]

    home = submit(course, "ada", NAME, notebook(course, ANSWER, "from helpers import positive")).parent
    put(home, {"helpers.py": WRONG, "numpy.py": "1 / 0", "test_tensors.py": "1 / 0"})
    assert grade() < 1
    put(home, {"helpers.py": POSITIVE})
    assert grade() == 1
    assert "1 / 0" not in (course.root / "autograded" / "ada" / NAME / "test_tensors.py").read_text("utf-8")
    path = home / NOTEBOOK
    status, out, _ = in_this_process(course, "grade", NAME, str(path), "--json")
    assert status == 0
    assert next(t for t in json.loads(out)["exercises"] if t["name"] == "relu")["earned"] > 0


SMALL, BOOK = "00_target", "target.ipynb"


def test_modules_travel_with_shards_and_to_a_cluster(target, tmp_path):
    course = Course(Path(shutil.copytree(target.root, tmp_path / "course")))
    answers = references(course, SMALL) | {"relu": "from helpers import positive as relu"}
    home = submit(course, "ada", SMALL, filled(course, SMALL, answers)).parent
    put(home, {"helpers.py": POSITIVE})
    full = in_this_process(course, "grade", SMALL, "--shard", "1/1")
    assert full[0] == 0
    assert in_this_process(course, "merge", SMALL)[0] == 0
    done = course.root / "autograded" / "ada" / SMALL
    assert (done / "helpers.py").read_text("utf-8") == POSITIVE
    put(home, {"helpers.py": WRONG})
    status, _, complaints = in_this_process(course, "merge", SMALL)
    assert status != 0
    assert "was made before something changed: submission" in complaints
    put(home, {"helpers.py": POSITIVE + "# another\n"})
    with LocalCluster(n_workers=1, threads_per_worker=1, dashboard_address=None) as cluster:
        words = ("grade", SMALL, "--scheduler", cluster.scheduler_address, "--json")
        status, out, _ = in_this_process(course, *words)
    report = json.loads(out)
    assert (status, report["earned"]) == (0, report["points"])
    assert "submission changed" in " ".join(report["notes"])
    assert (done / "helpers.py").read_text("utf-8").endswith("# another\n")


def test_watch_answers_a_changed_module(built_course, folder):
    put(folder, {"helpers.py": WRONG, "checks.json": checks_of(built_course)})
    content = notebook(built_course, ANSWER, "from helpers import positive")
    (folder / NOTEBOOK).write_text(json.dumps(content), encoding="utf-8")
    with contextlib.closing(watch(folder / NOTEBOOK)) as answers:
        assert relu(next(answers)).earned == 0
        put(folder, {"helpers.py": POSITIVE})
        answer = next(answers)
        assert relu(answer).passed
        put(folder, {"helpers.py": POSITIVE + "\n"})
        assert relu(next(answers)).passed


def relu(answer: Answer):
    return next(task for task in answer.report.tasks if task.name == "relu")


def checks_of(course: Course) -> str:
    return (course.root / "assignments" / NAME / "checks.json").read_text("utf-8")
