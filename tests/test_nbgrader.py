"""Real nbgrader commands on a class of damaged, broken and hostile notebooks: each gets a row, a reason, its points."""

from __future__ import annotations

import csv
import json
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from conftest import REPOSITORY, filled, in_this_process, references, submit

from autograder.course import Course
from autograder.demo import nbgrader
from autograder.marked import REPORT_FILE

NAME, NOTEBOOK = "01_tensors", "tensors.ipynb"


@dataclass(frozen=True)
class Case:
    """What a student hands in, how the notebook is damaged, and what comes of it.

    `lost` names the exercises that earn nothing; all others earn everything. `note` and `reason` are words of the
    report.
    """

    student: str
    answers: dict[str, str] | None = None
    damage: Callable[[dict], dict | bytes] = lambda notebook: notebook
    filename: str = NOTEBOOK
    lost: tuple[str, ...] = ()
    note: str = ""
    reason: str = ""


ALL = tuple(Course(REPOSITORY).assignment(NAME).tasks)


def cells(notebook: dict, identity: str) -> list[dict]:
    return [c for c in notebook["cells"] if c["metadata"].get("nbgrader", {}).get("grade_id") == identity]


def copied(identity: str):
    def damage(notebook: dict) -> dict:
        at = notebook["cells"].index(cells(notebook, identity)[0])
        notebook["cells"].insert(at, json.loads(json.dumps(notebook["cells"][at])))
        return notebook

    return damage


def without(identity: str):
    def damage(notebook: dict) -> dict:
        notebook["cells"] = [c for c in notebook["cells"] if c not in cells(notebook, identity)]
        return notebook

    return damage


def without_metadata(notebook: dict) -> dict:
    for cell in notebook["cells"]:
        cell["metadata"] = {}
        cell.pop("id", None)
    return {**notebook, "nbformat_minor": 4}


def with_cell(source: str, first: bool = False):
    def damage(notebook: dict) -> dict:
        cell = {"cell_type": "code", "metadata": {}, "source": source, "outputs": [], "execution_count": None}
        notebook["cells"].insert(0 if first else len(notebook["cells"]), {**cell, "id": "extra-cell"})
        return notebook

    return damage


FORGED = (
    "import numpy as np\nnp.allclose = np.isclose = lambda *a, **k: True\nclass Yes:\n    __eq__ = lambda *a: True\n"
)
HOOK = "get_ipython().input_transformers_cleanup.append(lambda lines: ['pass\\n'])"
FLOAT = "import numpy as np\ndef relu(x):\n    return np.float64(0.0)"
THIEF = (
    "import glob, numpy as np\ndef relu(x):\n    text = open('../../../gradebook.db', 'rb').read()\n"
    "    return np.frombuffer(text)"
)
VANDAL = "import os\nfor f in ['gradebook.db', '../gradebook.db', '../../../gradebook.db']:\n    os.remove(f)\nX = 1\n"

DRAWS = """%matplotlib inline
import matplotlib.pyplot as plt
import numpy as np
from IPython.display import display, clear_output
def relu(x):
    fig, (left, right) = plt.subplots(1, 2, figsize=(8, 3))
    line, = left.plot(np.ravel(x), "o", label="x")
    right.set_title("x")
    with plt.style.context("ggplot"):
        plt.show()
    display(fig)
    return np.maximum(x, 0)
relu(np.arange(-3, 4))
plt.show()
"""

OTHER = (REPOSITORY / "assignments" / "04_layers" / "layers.ipynb").read_bytes()

CASES = [
    Case("all-right"),
    Case("stub-unchanged", {}, lost=ALL, reason="not written yet"),
    Case("warns", {"relu": "import numpy as np\ndef relu(x):\n    np.log(-1.0)\n    return np.maximum(x, 0)"}),
    Case(
        "prints-to-stderr",
        {
            "relu": "import numpy as np, sys\ndef relu(x):\n    print(1, file=sys.stderr)\n"
            "    return np.where(x > 0, x, 0).astype(x.dtype)"
        },
    ),
    Case("draws", {"relu": DRAWS}),
    Case("answers-zero", {"relu": FLOAT}, lost=("relu",)),
    Case("renamed-function", {"relu": "def my_relu(x):\n    return x * (x > 0)"}, lost=("relu",), reason="no `relu`"),
    Case("syntax-error", {"relu": "def relu(x):\n    return max(x, 0"}, lost=("relu",), reason="SyntaxError"),
    Case("raises-at-import", {"add": "add = 1 / 0"}, lost=("add",), reason="ZeroDivisionError"),
    Case(
        "infinite-loop", {"relu": "def relu(x):\n    while True:\n        pass"}, lost=("relu",), reason="does the loop"
    ),
    Case("loop-at-import", {"relu": "relu = 0\nwhile True:\n    relu += 1"}, lost=("relu",), reason="does the loop"),
    Case("exits", {"add": "def add(x, y):\n    import os\n    os._exit(0)"}, lost=("add",), reason="died"),
    Case("check-cell-copied", damage=copied("check-relu")),
    Case("solution-cell-copied", damage=copied("relu"), note="relu"),
    Case("check-cell-deleted", damage=without("check-relu"), note="relu"),
    Case("metadata-lost", damage=without_metadata),
    Case("renamed-notebook", filename="tensors (1).ipynb", note="was graded in its place"),
    Case("not-json", damage=lambda n: b"%PDF-1.4", lost=ALL, note="not a notebook"),
    Case("empty-file", damage=lambda n: b"", lost=ALL, note="empty"),
    Case("other-assignment", damage=lambda n: OTHER, lost=ALL, note="notebook of another assignment"),
    Case("no-notebook", damage=lambda n: b"x", filename="notes.txt", lost=ALL, note="no notebook was handed in"),
    Case("forged-numpy", {"relu": FORGED + "def relu(x):\n    return Yes()"}, lost=("relu",)),
    Case("forged-ipython", {}, damage=with_cell(HOOK, first=True), lost=ALL),
    Case("thief", {"relu": THIEF}, lost=("relu",), reason="Error"),
    Case("vandal", {"relu": VANDAL + "def relu(x):\n    return X"}, lost=("relu",)),
    Case("last-honest"),
]


@pytest.fixture(scope="module")
def graded(built_course, tmp_path_factory):
    """The class, graded by `nbgrader autograde`, with feedback and export."""
    import shutil

    root = tmp_path_factory.mktemp("class") / "course"
    shutil.copytree(built_course.root, root)
    course = Course(root)
    for case in CASES:
        answers = references(course, NAME) if case.answers is None else references(course, NAME) | case.answers
        if case.answers == {}:
            answers = {}
        submit(course, case.student, NAME, case.damage(filled(course, NAME, answers)), case.filename)
    for command in (["autograde", NAME], ["generate_feedback", NAME], ["export"]):
        nbgrader(command, root)
    return course


def report(course: Course, student: str) -> dict:
    return json.loads((course.root / "autograded" / student / NAME / REPORT_FILE).read_text("utf-8"))


@pytest.mark.parametrize("case", CASES, ids=lambda c: c.student)
def test_row_reason_and_points(graded, case):
    found = report(graded, case.student)
    for task in found["exercises"]:
        if task["name"] in case.lost:
            assert task["earned"] == 0, task
            reasons = " ".join(check["reason"] for check in task["checks"])
            assert case.reason in reasons, reasons
        else:
            assert task["earned"] == task["points"], task
    assert case.note in " ".join(found["notes"])
    assert not any(c["status"] == "judge_error" for t in found["exercises"] for c in t["checks"])


def test_the_gradebook_has_these_scores(graded):
    with (graded.root / "grades.csv").open(newline="", encoding="utf-8") as file:
        rows = {row["student_id"]: float(row["score"]) for row in csv.DictReader(file) if row["assignment"] == NAME}
    assert rows == {case.student: report(graded, case.student)["earned"] for case in CASES}


def test_grade_json_says_the_same(graded):
    import subprocess

    paths = [str(p) for p in sorted((graded.root / "submitted").glob(f"*/{NAME}/*.ipynb"))]
    call = [sys.executable, "-m", "autograder.cli", "grade", NAME, *paths, "--json"]
    lines = subprocess.run(call, cwd=graded.root, check=True, capture_output=True, text=True).stdout.splitlines()
    found = {r["student"]: r for r in map(json.loads, lines)}
    assert len(found) == len(CASES) - 1  # one handed in no notebook
    for student, one in found.items():
        assert one["exercises"] == report(graded, student)["exercises"], student
        assert one["sandbox"] != "none"


def test_resubmitted_work_is_graded_again(graded):
    submit(graded, "stub-unchanged", NAME, filled(graded, NAME, references(graded, NAME)))
    nbgrader(["autograde", NAME], graded.root)
    found = report(graded, "stub-unchanged")
    assert found["earned"] == sum(t["points"] for t in found["exercises"])


def test_a_link_to_elsewhere_is_refused(course, tmp_path):
    secret = tmp_path / "secret.ipynb"
    secret.write_text(json.dumps(filled(course, NAME, references(course, NAME))))
    folder = course.root / "submitted" / "linker" / NAME
    folder.mkdir(parents=True)
    (folder / NOTEBOOK).symlink_to(secret)
    nbgrader(["autograde", NAME], course.root)
    found = report(course, "linker")
    assert found["earned"] == 0
    assert "link" in " ".join(found["notes"])


def test_stock_nbgrader_reads_the_check_cells(course, monkeypatch):
    """Without our configuration the check cells still give numbers that nbgrader understands."""
    submit(course, "ada", NAME, filled(course, NAME, references(course, NAME)))
    (course.root / "nbgrader_config.py").write_text(
        "c = get_config()\n"
        "c.CourseDirectory.source_directory = 'build/source'\n"
        "c.CourseDirectory.release_directory = 'assignments'\n"
    )
    monkeypatch.setenv("AUTOGRADER_TRUST_STUDENTS", "1")
    nbgrader(["autograde", NAME], course.root)
    notebook = json.loads((course.root / "autograded" / "ada" / NAME / NOTEBOOK).read_text("utf-8"))
    outputs = {i: cells(notebook, f"check-{i}")[0]["outputs"] for i in ALL}
    for name, found in outputs.items():
        points = cells(notebook, f"check-{name}")[0]["metadata"]["nbgrader"]["points"]
        assert {o["name"] for o in found if o["output_type"] == "stream"} == {"stdout"}
        [result] = [o for o in found if o["output_type"] == "execute_result"]
        assert float("".join(result["data"]["text/plain"])) == points


@pytest.fixture(scope="module")
def exchanged(target, tmp_path_factory) -> Course:
    """A course whose one student has fetched and submitted through nbgrader's exchange, and whose work is collected."""
    place = tmp_path_factory.mktemp("exchange")
    shutil.copytree(target.root, place / "course")
    (place / "exchange").mkdir()
    (place / "exchange").chmod(0o777)
    (place / "student").mkdir()
    lines = f"\nc = get_config()\nc.CourseDirectory.course_id = 'nn'\nc.Exchange.root = {str(place / 'exchange')!r}\n"
    lines += f"c.Exchange.cache = {str(place / 'cache')!r}\n"
    for folder in ("course", "student"):
        with (place / folder / "nbgrader_config.py").open("a") as file:
            file.write(lines)
    nbgrader(["release_assignment", "00_target"], place / "course")
    nbgrader(["fetch_assignment", "00_target"], place / "student")
    notebook = filled(target, "00_target", references(target, "00_target"))
    (place / "student" / "00_target" / "target.ipynb").write_text(json.dumps(notebook))
    nbgrader(["submit", "00_target"], place / "student")
    nbgrader(["collect", "00_target"], place / "course")
    return Course(place / "course")


@pytest.mark.parametrize("command", ["nbgrader autograde", "autograder grade"])
def test_feedback_goes_back_through_the_exchange(exchanged, command):
    [folder] = (exchanged.root / "submitted").glob("*/00_target")
    shutil.rmtree(exchanged.root / "autograded", ignore_errors=True)
    if command == "nbgrader autograde":
        nbgrader(["autograde", "00_target", "--create"], exchanged.root)
    else:
        assert in_this_process(exchanged, "grade", "00_target", "--json")[0] == 0
    for words in (["generate_feedback", "00_target", "--force"], ["release_feedback", "00_target"]):
        nbgrader(words, exchanged.root)
    student = exchanged.root.parent / "student"
    shutil.rmtree(student / "00_target" / "feedback", ignore_errors=True)
    nbgrader(["fetch_feedback", "00_target"], student)
    [page] = (student / "00_target" / "feedback").rglob("target.html")
    assert "passed" in page.read_text("utf-8")
    stamp = (folder / "timestamp.txt").read_text().strip()
    assert page.parent.name == stamp
