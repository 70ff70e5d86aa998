"""One class with all the damage that happens to notebooks, graded by both real commands: right work keeps its points.

The class: the golden notebooks of `submissions/parse`, each usual way to write right code, and what may lie in a
submitted folder. Nobody stops the others, and each repair is said.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
import unicodedata
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Any

import pytest
from conftest import REPOSITORY, filled, references, submit
from nbgrader.api import Gradebook

from autograder.build import build
from autograder.collect import student_named
from autograder.course import Course
from autograder.demo import nbgrader
from autograder.marked import DIGEST_FILE, REPORT_FILE
from autograder.report import clean

HERE = Path(__file__).parent / "submissions"
GOLDEN = HERE / "parse"
NAME, NOTEBOOK = "00_basics", "basics.ipynb"
EXPECTED = {path.parent.name: json.loads(path.read_text("utf-8")) for path in sorted(GOLDEN.glob("*/expected.json"))}
POINTS = {"relu": 2.0, "add": 3.0}


def forms(exercise: str) -> dict[str, list[str]]:
    """Ways to write an exercise: the source of the answer's cell, of an own cell above it, and of one below."""
    found = {}
    for form in (HERE / "forms" / f"{exercise}.txt").read_text("utf-8").split("#### ")[1:]:
        title, _, text = form.partition("\n")
        above, answer, below = re.fullmatch(
            r"(?:# %%\n(.*?))?# %% answer\n(.*?)(?:# %%\n(.*))?", text.rstrip(), re.S
        ).groups()
        found[title] = [answer, above or "", below or ""]
    return found


RELU = forms("relu")
ADD = forms("add") | {
    "tabs": ["def add(x, y):\n\tif True:\n\t\treturn x + y", "", ""],
    "form feeds": ["\f\n\n\fdef add(x, y):\n\n\f\n    return (x\n\n+ y)\n\n\n", "", ""],
    "old line ends": ["def add(x, y):\r    return x + y\r", "a = 1\r\nb = 2", ""],
}

FORMS = list(zip_longest(RELU, ADD))


def in_cells(course: Course, relu: list[str], add: list[str]) -> dict[str, Any]:
    notebook = filled(course, NAME, {"relu": relu[0], "add": add[0]})
    cells = []
    for cell in notebook["cells"]:
        identity = cell["metadata"].get("nbgrader", {}).get("grade_id")
        above = {"relu": relu[1], "add": add[1]}.get(identity)
        below = {"check-relu": relu[2], "check-add": add[2]}.get(identity)
        cells += [own(above), cell, own(below)]
    notebook["cells"] = [cell for cell in cells if cell]
    return notebook


def own(source: str | None) -> dict[str, Any] | None:
    cell = {"cell_type": "code", "metadata": {}, "source": source, "outputs": [], "execution_count": None}
    return cell if source else None


@dataclass(frozen=True)
class Folder:
    """What a student's folder holds besides or in place of the notebook.

    `make` gets the folder, and the bytes of a right notebook. `graded` names the file that `autograder grade` is
    given; "" where there is none. `note` are words of the report.
    """

    make: Callable[[Path, bytes], object]
    right: bool = True
    note: str = ""
    graded: str = NOTEBOOK


def holds(name: str) -> Callable[[Path, bytes], object]:
    return lambda folder, content: (folder / name).write_bytes(content)


def also(change: Callable[[Path], object]) -> Callable[[Path, bytes], object]:
    return lambda folder, content: ((folder / NOTEBOOK).write_bytes(content), change(folder))


def poison(folder: Path) -> None:
    """Files that must not be read, copied or imported."""
    code = f"open({str(folder / 'ran')!r}, 'w').close()\nc = get_config()\nc.CourseDirectory.root = '/nowhere'\n"
    for name in ("nbgrader_config.py", "numpy.py", "autograder.py", "sitecustomize.py", "conftest.py"):
        (folder / name).write_text(code)
    (folder / DIGEST_FILE).write_text("0\n")
    (folder / REPORT_FILE).write_text('{"earned": 1000}')


def large(folder: Path, content: bytes) -> None:
    """A notebook with 200 MB of pictures."""
    notebook = json.loads(content)
    cell = next(cell for cell in notebook["cells"] if cell["cell_type"] == "code")
    cell["outputs"] = [{"output_type": "display_data", "metadata": {}, "data": {"image/png": "PICTURE"}}] * 4
    head, *rest = json.dumps(notebook).encode().split(b"PICTURE")
    with (folder / NOTEBOOK).open("wb") as file:
        file.write(head)
        for part in rest:
            file.write(b"iVBORw0K" * (50 * 2**20 // 8))
            file.write(part)


def stamped(text: str) -> Callable[[Path, bytes], object]:
    return also(lambda folder: (folder / "timestamp.txt").write_text(text))


def minor(version: int) -> Callable[[Path, bytes], object]:
    def make(folder: Path, content: bytes) -> None:
        notebook = json.loads(content) | {"nbformat_minor": version}
        if version < 5:
            for cell in notebook["cells"]:
                del cell["id"]
        (folder / NOTEBOOK).write_text(json.dumps(notebook))

    return make


def sparse(path: Path, size: int) -> None:
    with path.open("wb") as file:
        file.truncate(size)


FOLDERS = {
    "200-MB": Folder(large),
    "nbformat-4.1": Folder(minor(1)),
    "nbformat-4.2": Folder(minor(2)),
    "nbformat-4.3": Folder(minor(3)),
    "nbformat-4.4": Folder(minor(4)),
    "renamed": Folder(holds("basics (1).ipynb"), note="was graded in its place", graded="basics (1).ipynb"),
    "renamed-in-Korean": Folder(holds("기초 (1).ipynb"), note="`기초 (1).ipynb` was graded", graded="기초 (1).ipynb"),
    "renamed-to-text": Folder(holds("basics.ipynb.txt"), note="was graded in its place", graded="basics.ipynb.txt"),
    "in-a-folder": Folder(
        lambda f, c: ((f / "hw").mkdir(), (f / "hw" / NOTEBOOK).write_bytes(c)),
        note="`hw/basics.ipynb` was graded in its place",
        graded=f"hw/{NOTEBOOK}",
    ),
    "two-notebooks": Folder(also(lambda f: (f / "draft.ipynb").write_text("{}")), note="`draft.ipynb` cannot be read"),
    "with-checkpoints": Folder(
        also(lambda f: ((f / ".ipynb_checkpoints").mkdir(), (f / ".ipynb_checkpoints/basics-checkpoint.ipynb").touch()))
    ),
    "name-on-two-lines": Folder(
        holds("a\n\x1b[31m\u202e.ipynb"), note="`a [31m.ipynb` was graded", graded="a\n\x1b[31m\u202e.ipynb"
    ),
    "name-without-UTF-8": Folder(
        holds(os.fsdecode(b"\xff.ipynb")), note="`.ipynb` was graded", graded=os.fsdecode(b"\xff.ipynb")
    ),
    "김철수": Folder(holds(NOTEBOOK)),
    "김 철수 (2)": Folder(holds(NOTEBOOK)),
    unicodedata.normalize("NFD", "이영희"): Folder(holds(NOTEBOOK)),
    "O'Neil & <b>": Folder(holds(NOTEBOOK)),
    "[a-z]": Folder(holds(NOTEBOOK)),
    "lines\nand\x1b[31mcolours": Folder(holds(NOTEBOOK)),
    os.fsdecode(b"no-utf-8-\xff\xfe"): Folder(holds(NOTEBOOK)),
    "poison": Folder(also(poison)),
    "pipe": Folder(lambda f, c: os.mkfifo(f / NOTEBOOK), right=False, note="is a pipe, not a file", graded=""),
    "folder": Folder(lambda f, c: (f / NOTEBOOK).mkdir(), right=False, note="is a folder, not a file", graded=""),
    "terabyte": Folder(lambda f, c: sparse(f / NOTEBOOK, 10**12), right=False, note="has 1,000,000 MB"),
    "link-to-a-student": Folder(
        lambda f, c: (f / NOTEBOOK).symlink_to(f"../../renamed/{NAME}/basics (1).ipynb"),
        right=False,
        note="is a link to another place and was not read",
    ),
    "link-to-itself": Folder(
        lambda f, c: (f / NOTEBOOK).symlink_to(NOTEBOOK), right=False, note="is a link to another place", graded=""
    ),
    "second-name-of-the-solution": Folder(
        lambda f, c: (f / NOTEBOOK).hardlink_to(f.parents[2] / "build/source" / NAME / NOTEBOOK),
        right=False,
        note="(a hard link) and was not read",
    ),
    "link-in-place-of-the-folder": Folder(
        lambda f, c: (f.rmdir(), f.symlink_to(f"../renamed/{NAME}")),
        right=False,
        note=f"the folder `{NAME}` is a link",
        graded="",
    ),
    "file-in-place-of-the-folder": Folder(
        lambda f, c: (f.rmdir(), f.write_bytes(c)), right=False, note="no notebook was handed in", graded=""
    ),
    "nothing": Folder(lambda f, c: None, right=False, note="no notebook was handed in", graded=""),
    "stamp-of-nbgrader": Folder(stamped("2024-03-01 12:00:00.123456 UTC")),
    "stamp-of-the-future": Folder(stamped("9999-12-31 23:59:59 UTC")),
    "stamp-of-the-past": Folder(stamped("0001-01-01 00:00:00 UTC")),
    "stamp-of-garbage": Folder(stamped("tomorrow \x1b[31m"), note="timestamp.txt does not say a time"),
    "stamp-of-ten-gigabytes": Folder(
        also(lambda f: sparse(f / "timestamp.txt", 10**10)), note="timestamp.txt has 10,000 MB and was not read"
    ),
    "stamp-of-a-pipe": Folder(also(lambda f: os.mkfifo(f / "timestamp.txt")), note="timestamp.txt is a pipe"),
    "zz-changes": Folder(holds(NOTEBOOK), right=False),
    "zz-vanishes": Folder(holds(NOTEBOOK), right=False, note="no notebook was handed in", graded=""),
}  # fmt: skip


@dataclass(frozen=True)
class Class:
    """The class after grading: reports of nbgrader's way and of `autograder grade --json`, by the folder's name."""

    root: Path
    reports: dict[str, dict[str, Any]]
    rows: dict[str, dict[str, Any]]
    log: str


def hand_in(course: Course) -> dict[str, str]:
    """Make all submissions; returns the notebooks for `autograder grade`, by student."""
    files = {}
    for name in EXPECTED:
        submit(course, f"golden-{name}", NAME, (GOLDEN / name / "student.ipynb").read_bytes())
        files[f"golden-{name}"] = NOTEBOOK
    plain = {name: [source, "", ""] for name, source in references(course, NAME).items()}
    for number, (relu, add) in enumerate(FORMS):
        notebook = in_cells(course, RELU.get(relu, plain["relu"]), ADD.get(add, plain["add"]))
        submit(course, f"form-{number}", NAME, notebook)
        files[f"form-{number}"] = NOTEBOOK
    right = (GOLDEN / "solved" / "student.ipynb").read_bytes()
    for student, case in FOLDERS.items():
        folder = course.root / "submitted" / student / NAME
        folder.mkdir(parents=True)
        case.make(folder, right)
        files |= {student: case.graded} if case.graded else {}
    return files


def meddle(root: Path) -> None:
    """Change and take away what has been staged and not yet graded."""
    staged = [root / "build/submitted" / student / NAME / NOTEBOOK for student in ("zz-changes", "zz-vanishes")]
    while not all(path.exists() for path in staged):
        time.sleep(0.01)
    shutil.copyfile(GOLDEN / "syntax_error" / "student.ipynb", root / "submitted/zz-changes" / NAME / NOTEBOOK)
    (root / "submitted/zz-vanishes" / NAME / NOTEBOOK).unlink()


def grade_json(root: Path, files: dict[str, str]) -> dict[str, dict[str, Any]]:
    paths = [os.path.join("submitted", student, NAME, file) for student, file in files.items()]
    call = [sys.executable, "-m", "autograder.cli", "grade", NAME, "--json", *paths]
    done = subprocess.run(call, cwd=root, check=True, capture_output=True, text=True)
    return dict(zip(files, map(json.loads, done.stdout.splitlines()), strict=True))


@pytest.fixture(scope="module")
def graded(tmp_path_factory) -> Iterator[Class]:
    root = tmp_path_factory.mktemp("class") / "딥러닝 수업 (가을)"
    shutil.copytree(HERE / "solutions", root / "solutions", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copyfile(REPOSITORY / "nbgrader_config.py", root / "nbgrader_config.py")
    course = Course(root)
    assert list(build(course, [NAME])) == [NAME]
    files = hand_in(course)
    with ThreadPoolExecutor() as pool:
        meddling = pool.submit(meddle, root)
        log = nbgrader(["autograde", NAME], root).stderr
        meddling.result()
        rows = pool.submit(grade_json, root, files)
        nbgrader(["generate_feedback", NAME], root)
        reports = {}
        for student in [*files, *FOLDERS]:
            path = root / "autograded" / student_named(student) / NAME / REPORT_FILE
            reports[student] = json.loads(path.read_text("utf-8"))
        yield Class(root, reports, rows.result(), log)
    subprocess.run(["rm", "-rf", str(root)], check=True)


def full(report: dict[str, Any]) -> set[str]:
    """The exercises that earned everything."""
    assert {task["name"]: task["points"] for task in report["exercises"]} == POINTS
    return {task["name"] for task in report["exercises"] if task["earned"] == task["points"]}


@pytest.mark.parametrize("name", EXPECTED)
def test_golden_notebooks(graded: Class, name: str) -> None:
    found, expected = graded.reports[f"golden-{name}"], EXPECTED[name]
    assert full(found) == set(expected.get("right", ()))
    if "unreadable" in expected:
        assert expected.get("graded", expected["unreadable"]) in found["notes"][0]
    else:
        assert [note[: len(start)] for note, start in zip(found["notes"], expected["notes"], strict=True)] == [
            clean(start) for start in expected["notes"]
        ]


USED_AGAIN = ["a helper whose name is used again below", "tried out under its own name below"]


@pytest.mark.parametrize("form", [form for form in [*RELU, *ADD] if form not in USED_AGAIN])
def test_right_code_in_any_form(graded: Class, form: str) -> None:
    number = next(number for number, pair in enumerate(FORMS) if form in pair)
    found = graded.reports[f"form-{number}"]
    assert ("relu" if form in RELU else "add") in full(found), found


@pytest.mark.parametrize("form", USED_AGAIN)
def test_what_stood_above_the_check_counts(graded: Class, form: str) -> None:
    test_right_code_in_any_form(graded, form)


@pytest.mark.parametrize("student", FOLDERS)
def test_whatever_lies_in_a_folder(graded: Class, student: str) -> None:
    found, case = graded.reports[student], FOLDERS[student]
    if student == "zz-changes":
        assert full(found) == {"add"}
    else:
        assert full(found) == (set(POINTS) if case.right else set())
    assert case.note in "; ".join(found["notes"]) if case.note else found["notes"] == [] or not case.right


def test_both_ways_say_the_same(graded: Class) -> None:
    for student, row in graded.rows.items():
        assert row["exercises"] == graded.reports[student]["exercises"], student
        assert set(row["notes"]) <= set(graded.reports[student]["notes"]), student
    assert len(graded.rows) > len(EXPECTED) + len(FORMS) + 20


def test_the_gradebook_has_a_row_for_everyone(graded: Class) -> None:
    with Gradebook(f"sqlite:///{graded.root}/gradebook.db", "scratchwork") as gradebook:
        rows = {row["student"]: row["score"] for row in gradebook.submission_dicts(NAME)}
    assert rows == {student_named(student): found["earned"] for student, found in graded.reports.items()}
    feedback = {path.parents[1].name for path in (graded.root / "feedback").glob(f"*/{NAME}/{NOTEBOOK[:-6]}.html")}
    assert feedback == set(rows)


def test_nothing_of_the_students_is_copied_or_run(graded: Class) -> None:
    ours = {NOTEBOOK, "checks.json", "test_basics.py", REPORT_FILE, DIGEST_FILE, "timestamp.txt"}
    for folder in (graded.root / "autograded").glob(f"*/{NAME}"):
        assert {path.name for path in folder.iterdir()} <= ours
    assert not list(graded.root.rglob("ran"))
    stamps = {path.parents[1].name for path in (graded.root / "autograded").glob(f"*/{NAME}/timestamp.txt")}
    assert stamps == {"stamp-of-nbgrader", "stamp-of-the-future", "stamp-of-the-past"}


def test_the_log_disturbs_no_terminal(graded: Class) -> None:
    """nbgrader itself colours its log; nothing else is in it."""
    assert "the check of `relu`" in graded.log
    text = graded.log
    for colour in ("\x1b[1;32m", "\x1b[1;33m", "\x1b[1;31m", "\x1b[0m"):
        text = text.replace(colour, "")
    assert clean(text, newlines=True) == text


PEAK = """
import sys
from pathlib import Path
from autograder.cli import main
status = main(sys.argv[1:])
print(Path("/proc/self/status").read_text(), file=sys.stderr)
sys.exit(status)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's own record of a process's memory")
def test_a_large_notebook_needs_little_memory(graded: Class) -> None:
    words = ["grade", NAME, "--json", f"submitted/200-MB/{NAME}/{NOTEBOOK}"]
    done = subprocess.run([sys.executable, "-c", PEAK, *words], cwd=graded.root, capture_output=True, text=True)
    assert done.returncode == 0
    [kilobytes] = re.findall(r"^VmHWM:\s+(\d+) kB", done.stderr, re.MULTILINE)
    assert int(kilobytes) < 400 * 1024  # the file once, and the interpreter


def test_the_golden_course_is_what_build_makes(graded: Class) -> None:
    assert (graded.root / "assignments" / NAME / NOTEBOOK).read_bytes() == (GOLDEN / "pristine.ipynb").read_bytes()
