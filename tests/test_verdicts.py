"""Every status has its case and its exact words; what fails through our own fault costs nobody points."""

from __future__ import annotations

import contextlib
import csv
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import filled, references, submit

from autograder.collect import Collected
from autograder.compare import close
from autograder.course import Course
from autograder.demo import make_class
from autograder.grade import Grader
from autograder.judge import judge
from autograder.report import record
from autograder.runs import Mistake, Run
from autograder.sandbox.job import Outcome
from autograder.verdict import Report, Status

NAME = "00_target"


@pytest.fixture
def copied(target: Course, tmp_path: Path) -> Course:
    shutil.copytree(target.root, tmp_path / "course")
    return Course(tmp_path / "course")


@pytest.fixture(scope="module")
def layers_grader(built_course: Course) -> Iterator[Grader]:
    with Grader(built_course, built_course.assignment("04_layers")) as grader:
        yield grader


@pytest.fixture(scope="module")
def target_grader(target: Course) -> Iterator[Grader]:
    with Grader(target, target.assignment(NAME)) as grader:
        yield grader


def relu(body: str) -> dict[str, str]:
    return {"relu": f"import numpy as np\n\ndef relu(x):\n    {body}"}


DIGITS = "sklearn/datasets/data/digits.csv.gz"
WORDS: list[tuple[Status, dict[str, str], str, str]] = [  # status, answers, reason if visible, reason if hidden
    ("passed", relu("return np.maximum(x, 0)"), "", ""),
    ("wrong", relu("return x[:2]"), "the answer has shape (2, 4), not (3, 4)", "differently shaped array, not"),
    ("wrong", relu("pass"), "None: does the function return what it has computed?", "None: does the function"),
    (
        "error",
        relu("return 1 / 0"),
        "ZeroDivisionError: division by zero (line 4: `return 1 / 0`)",
        "ZeroDivisionError (line 4)",
    ),
    ("error", relu("return x @ x"), "a row of A has 4 numbers and a column of B has 3", "ValueError (line 4"),
    ("error", relu("return x @ 2"), "in a product A @ B, B is a single number, not an array", "ValueError (line 4"),
    (
        "error",
        relu("i = x.astype(int); i /= 2"),
        "`divide` gives numbers of float64, and the array for",
        "an exception",
    ),
    (
        "error",
        relu("return np.maxium(x, 0)"),
        "`return np.maxium(x, 0)`). Did you mean `maximum`?",
        "AttributeError (line 4",
    ),
    ("error", relu("return math.pi"), "NameError: name 'math' is not defined", "NameError"),
    (
        "error",
        {"relu": "def relu(x) return x"},
        "SyntaxError: expected ':' (line 1: `def",
        "SyntaxError: expected ':' (line 1",
    ),
    ("timeout", relu("while True: pass"), "stopped after 1 s: does the loop end?", "stopped after 1 s: does the loop"),
    ("timeout", {"relu": "relu = 1\nwhile True: relu += 1"}, "its cell failed: stopped after 5 s: does the loop", ""),
    ("memory", relu("return np.ones(10**10)"), "it needed too much memory", "it needed too much memory"),
    ("crashed", relu("import os; os._exit(3)"), "the process died (exit status 3)", "the process died"),
    (
        "crashed",
        relu("import ctypes; ctypes.string_at(0)"),
        "the process died (segmentation fault)",
        "the process died",
    ),
    ("passed", {"relu": "import cupy as np\ndef relu(x):\n    return np.maximum(x, 0)"}, "", ""),
    ("passed", {"relu": "def relu(x):\n    return np.maximum(x, 0)\nfrom common import relu"}, "", ""),
    (
        "passed",
        relu("display(x); get_ipython().run_line_magic('a', 'b'); return np.maximum(x, 0 * np.float_(1))"),
        "",
        "",
    ),
    (
        "passed",
        {"relu": "from tqdm.auto import tqdm\ndef relu(x):\n    return np.stack([r.clip(0) for r in tqdm(x)])"},
        "",
        "",
    ),
    (
        "passed",
        {"relu": "W = np.ones(1)\ndef setup():\n    W[0] = 0\nsetup()\ndef relu(x):\n    return np.maximum(x, W)"},
        "",
        "",
    ),
    ("passed", {"relu": "np.seterr(all='raise')\ndef relu(x):\n    np.exp(-1e9)\n    return np.maximum(x, 0)"}, "", ""),
    (
        "error",
        {"relu": "import torch\ndef relu(x):\n    return torch.relu(x)"},
        "`import torch` failed: `torch` is not installed where this is graded",
        "`import torch` failed",
    ),
    (
        "error",
        {"relu": "from mine import f\ndef relu(x):\n    return f(x)"},
        "`mine.py` was not submitted",
        "`mine.py`",
    ),
    (
        "error",
        {"relu": "SCALE = 1 / 0\nTWICE = 2 * SCALE\ndef relu(x):\n    return x * TWICE"},
        "`SCALE = 1 / 0` failed: ZeroDivisionError: division by zero",
        "`SCALE = 1 / 0` failed",
    ),
    (
        "error",
        {"relu": "W = [0]\nW[1] = 3\nWORDS = {}\nWORDS.update(W[9])\ndef relu(x):\n    return WORDS['zero']"},
        "KeyError: 'zero' (line 6",
        "KeyError",
    ),
    (
        "error",
        relu(f"return open('/x/{DIGITS}')"),
        "the data that come with scikit-learn cannot be read",
        "FileNotFound",
    ),
    (
        "error",
        {"relu": f"SCALE = len(open('/x/{DIGITS}').read())\ndef relu(x):\n    return x * SCALE"},
        ".read())` failed: the data that come with scikit-learn cannot be read where this is graded",
        ".read())` failed",
    ),
    ("not_written", {}, "not written yet: put your code in place of `raise NotImplementedError()`", "not written yet"),
    ("not_written", {"relu": "def my_relu(x):\n    return x"}, "no `relu`; did you rename it? There is `my_relu`", ""),
]


@pytest.mark.parametrize(("status", "answers", "visible", "hidden"), WORDS, ids=range(len(WORDS)))
def test_words(
    target_grader: Grader, target: Course, status: str, answers: dict[str, str], visible: str, hidden: str
) -> None:
    report = target_grader.grade(Collected("ada", notebook=filled(target, NAME, answers)))
    one, other = report.tasks[0].checks
    assert (one.status, other.status) == (status, status)
    assert visible in one.reason
    assert hidden in other.reason
    assert report.tasks[0].earned == (5 if status == "passed" else 0)
    assert (bool(one.reason), bool(other.reason)) == ((status != "passed"),) * 2


ABSENT_KIT = Outcome("raised", error="NameError", message="name 'kit' is not defined", place="cell 3, line 1")
NEEDS_KIT = replace(
    ABSENT_KIT, message="name 'A' is not defined", cause=f"`A = kit.A` failed: NameError: {ABSENT_KIT.message}"
)


@pytest.mark.parametrize(("outcome", "words"), [(ABSENT_KIT, "NameError: "), (NEEDS_KIT, "`A = kit.A` failed: ")])
def test_given_code_that_a_check_does_without_is_named(outcome: Outcome, words: str) -> None:
    run = Run("f", "values", True, 1.0, compare=close(), without=("kit",))
    (check,) = judge([run], {run.key: outcome}, ())[0].checks
    assert check.reason == words + "`kit` does not run in this check: use your own code in its place"


STUB = "def {}(x):\n    raise NotImplementedError()"


def test_not_written_yet_names_the_stub_that_was_reached(target_grader: Grader, target: Course) -> None:
    answer = f"{STUB.format('positive')}\n\n\ndef relu(x):\n    return positive(x)"
    report = target_grader.grade(Collected("ada", notebook=filled(target, NAME, {"relu": answer})))
    assert {c.reason.partition(":")[0] for c in report.tasks[0].checks} == {"`positive` is not written yet"}
    assert {c.status for c in report.tasks[0].checks} == {"not_written"}


@pytest.mark.once
@pytest.mark.parametrize(
    ("forward", "hint"),
    [
        ("self.x = x; return np.matmul(self.params[0], x) + self.params[1]", "On which side of the weights"),
        ("self.x = x; return np.dot(self.params[0], x) + self.params[1]", "On which side of the weights"),
        ("self.x = x; return self.params[1][:, None] + x @ self.params[0]", "belong to a sample or to an output"),
    ],
)
def test_a_mistake_is_recognised_however_it_is_written(
    layers_grader: Grader, built_course: Course, forward: str, hint: str
) -> None:
    wrong = references(built_course, "04_layers")["Affine"].replace("self.x = x", forward, 1)
    answers = references(built_course, "04_layers") | {"Affine": wrong}
    report = layers_grader.grade(Collected("ada", notebook=filled(built_course, "04_layers", answers)))
    assert any(hint in c.hint for t in report.tasks if t.name == "Affine.forward" for c in t.checks)


def test_a_mistake_is_recognised_under_another_numpy() -> None:
    before, since = (
        Outcome("raised", error="TypeError", message=f"only {words} arrays can be converted to Python scalars")
        for words in ("length-1", "0-dimensional")
    )
    for known, answered in ((before, since), (since, before)):
        mistake = Mistake("one number only", "f", "the hint", known)
        run = Run("f", "values", True, 1.0, compare=close(), mistakes=lambda mistake=mistake: (mistake,))
        assert judge([run], {run.key: answered}, ())[0].checks[0].hint == "the hint"


@pytest.mark.parametrize(
    ("answer", "shared", "recognised"),
    [
        *[(0.0, 2, False), (0.0, 3, True), (0.37, 1, False), (0.37, 2, True)],
        *[(np.zeros(3), 2, False), (np.arange(3) / 7, 1, False), (np.arange(3) / 7, 2, True)],
    ],
)
def test_what_many_things_answer_is_no_sign_of_one_mistake(answer: Any, shared: int, recognised: bool) -> None:
    """Of three runs that are wrong, `shared` are wrong as a known mistake is."""
    other = 5.0 if np.ndim(answer) == 0 else np.full(3, 5.0)
    runs, outcomes = [], {}
    for number in range(3):
        known = Outcome("returned", answer if number < shared else other + 1)
        mistake = Mistake("a mistake", "f", "the hint", known)
        run = Run("f", f"run {number}", True, 1.0, expected=other, compare=close(), mistakes=lambda m=mistake: (m,))
        runs.append(run)
        outcomes[run.key] = Outcome("returned", answer)
    hints = [check.hint for check in judge(runs, outcomes, ())[0].checks]
    assert hints == (["the hint"] * shared if recognised else [""] * shared) + [""] * (3 - shared)


@pytest.mark.parametrize(
    ("answered", "hint"),
    [
        ({"step 1": 2.0, "step 2": 2.0, "loss": 1.0}, "the hint"),
        ({"step 1": 2.0, "step 2": 2.0, "loss": 5.0}, "the hint"),  # a second mistake
        ({"step 1": 2.0, "step 2": 3.0, "loss": 1.0}, ""),  # after the first step it is not this mistake any more
    ],
)
def test_a_mistake_must_explain_all_that_it_gets_wrong(answered: dict[str, float], hint: str) -> None:
    def answer(factors: dict[str, float]) -> Outcome:
        return Outcome("returned", {name: factor * (np.arange(4) + 0.5) for name, factor in factors.items()})

    right, wrong = (answer({"step 1": f, "step 2": f, "loss": 1.0}) for f in (1.0, 2.0))
    runs = [
        Run("f", name, True, 1.0, expected=right.value, compare=close(), mistakes=lambda m=mistaken: (m,))
        for name, mistaken in (("a", Mistake("m", "f", "the hint", wrong)), ("b", Mistake("m", "f", "the hint", right)))
    ]
    outcomes = {runs[0].key: answer(answered), runs[1].key: answer({"step 1": 1.0, "step 2": 1.0, "loss": 7.0})}
    assert judge(runs, outcomes, ())[0].checks[0].hint == hint


@pytest.mark.once
def test_nothing_remembered_is_recognised_however_it_is_used(layers_grader: Grader, built_course: Course) -> None:
    wrong = references(built_course, "04_layers")["Affine"].replace("self.x = x", "pass")
    wrong = wrong.replace("self.x.T @ dout", "sum(np.outer(x, d) for x, d in zip(self.x, dout))")
    answers = references(built_course, "04_layers") | {"Affine": wrong}
    report = layers_grader.grade(Collected("ada", notebook=filled(built_course, "04_layers", answers)))
    hints = {c.hint for t in report.tasks if t.name == "Affine.backward" for c in t.checks}
    assert any("What must forward remember" in hint for hint in hints)


@pytest.mark.once
def test_of_two_mistakes_the_first_one_is_answered(layers_grader: Grader, built_course: Course) -> None:
    wrong = references(built_course, "04_layers")["Affine"].replace("dout.sum(axis=0)", "dout.sum() / 3")
    wrong = wrong.replace("self.x.T @ dout", "self.x.T @ dout / len(dout)")
    answers = references(built_course, "04_layers") | {"Affine": wrong}
    report = layers_grader.grade(Collected("ada", notebook=filled(built_course, "04_layers", answers)))
    [backward] = [t for t in report.tasks if t.name == "Affine.backward"]
    hints = {c.title: c.hint for c in backward.checks}
    assert "divided" in hints["the gradients by x, W and b"]
    assert hints["the gradients predict how the loss changes"] == ""


@pytest.mark.once
def test_the_same_work_gets_the_same_verdicts_in_any_order(layers_grader: Grader, built_course: Course) -> None:
    work = {
        student.name: filled(built_course, "04_layers", student.answers)
        for student in make_class(built_course.assignment("04_layers"))
    }

    def verdicts(students: Iterable[str]) -> dict[str, str]:
        graded = {name: layers_grader.grade(Collected(name, notebook=work[name])) for name in students}
        return {name: json.dumps(record(found)) for name, found in graded.items()}

    first = verdicts(work)
    assert len(set(first.values())) > 6
    for seed in range(3):
        assert verdicts(random.Random(seed).sample(list(work), len(work))) == first


@pytest.mark.once
def test_what_follows_from_another_task_gets_no_hint(layers_grader: Grader, built_course: Course) -> None:
    """`backward` fails because `forward` raises what a mistake in `backward` raises as well."""
    reference = references(built_course, "04_layers")["SoftmaxWithLoss"]
    wrong = reference.replace("x.max(axis=1, keepdims=True)", "x.max(axis=1)")
    answers = references(built_course, "04_layers") | {"SoftmaxWithLoss": wrong}
    report = layers_grader.grade(Collected("ada", notebook=filled(built_course, "04_layers", answers)))
    checks = [c for t in report.tasks if t.name == "SoftmaxWithLoss.backward" for c in t.checks]
    assert {c.reason for c in checks if c.visible} == {"waits for `SoftmaxWithLoss.forward`: mend that first"}
    assert {c.hint for c in checks} == {""}


@pytest.mark.once
def test_skipped_checks_say_what_they_wait_for(layers_grader: Grader, built_course: Course) -> None:
    wrong = references(built_course, "04_layers")["Affine"].replace("self.x = x", "self.x = x**3; return x @ W")
    answers = references(built_course, "04_layers") | {"Affine": wrong}
    report = layers_grader.grade(Collected("ada", notebook=filled(built_course, "04_layers", answers)))
    skipped = [c for t in report.tasks if t.name == "Affine.backward" for c in t.checks if c.status == "skipped"]
    assert skipped
    reasons = {c.reason.partition(" (right: ")[0] for c in skipped}
    assert reasons == {"waits for `Affine.forward`: mend that first"}
    values = [c for c in skipped if not c.visible and "gradients by x" in c.title]
    assert [(c.earned, c.points) for c in values] == [(2, 3)]  # dx and db need nothing of what forward got wrong


def grade(course: Course, *paths: Path, **more: Any) -> tuple[int, list[dict[str, Any]], str]:
    call = [sys.executable, "-m", "autograder.cli", "grade", NAME, *map(str, paths), "--json"]
    done = subprocess.run(call, cwd=course.root, capture_output=True, text=True, **more)
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()], done.stderr


def hand_in(course: Course, *students: str, **answers: str) -> list[Path]:
    notebook = filled(course, NAME, references(course, NAME) | answers)
    return [submit(course, student, NAME, notebook) for student in students]


def break_reference(course: Course, how: str) -> Path:
    path = course.root / "solutions" / NAME / "relu.py"
    path.write_text(path.read_text("utf-8").replace("return np.maximum(x, 0)", how), "utf-8")
    return path


BROKEN = {  # a reference that fails on all inputs, on hidden ones, and one that never ends
    "all": ("return np.maximum(x, None)", {True, False}),
    "hidden": ("return np.maximum(x, 0 if x.sum() == SUM else None)", {False}),
    "loop": ("while True: pass", {True, False}),
}


@pytest.mark.parametrize("how", BROKEN)
def test_a_broken_reference(copied: Course, how: str) -> None:
    ada, wrong = hand_in(copied, "ada") + hand_in(copied, "bob", relu="def relu(x):\n    return x")
    visible = next(r for r in copied.assignment(NAME).runs() if r.task == "relu")
    code, failing = BROKEN[how]
    break_reference(copied, code.replace("SUM", repr(float(visible.inputs["x"].sum()))))
    status, reports, errors = grade(copied, ada, wrong)
    assert status == 1
    assert [r["student"] for r in reports] == ["ada", "bob"]
    for report in reports:
        broken = {c["visible"] for c in report["exercises"][0]["checks"] if c["status"] == "judge_error"}
        assert broken == failing
        assert report["exercises"][0]["earned"] == report["exercises"][0]["points"]
        assert report["student"] in errors
    assert "2 of 2 could not be graded, through no fault of theirs" in errors


def test_nbgrader_grades_again_what_was_broken(copied: Course) -> None:
    hand_in(copied, "ada")
    hand_in(copied, "bob", relu="def relu(x):\n    return x")
    solution = copied.root / "solutions" / NAME / "relu.py"
    sound = solution.read_text("utf-8")
    break_reference(copied, "return np.maximum(x, None)")
    status, log = autograde(copied)
    assert status == 1
    assert "ada must be graded again" in log
    assert "bob must be graded again" in log
    assert scores(copied) == {"ada": 11, "bob": 11}
    solution.write_text(sound, "utf-8")
    status, log = autograde(copied)
    assert status == 0, log
    assert scores(copied) == {"ada": 11, "bob": 6}


def test_nbgrader_does_not_go_on_without_our_configuration(copied: Course) -> None:
    """Stock nbgrader logs that the file failed, and runs the notebooks in a kernel."""
    hand_in(copied, "ada")
    path = copied.root / "nbgrader_config.py"
    path.write_text(path.read_text("utf-8").replace("autograder.nbgrader_bridge", "autograder.missing"), "utf-8")
    status, log = autograde(copied)
    assert status == 1
    assert "nbgrader_config.py: ModuleNotFoundError" in log
    assert not (copied.root / "autograded").exists()


def autograde(course: Course, **more: Any) -> tuple[int, str]:
    call = [sys.executable, "-m", "nbgrader", "autograde", NAME]
    done = subprocess.run(call, cwd=course.root, capture_output=True, text=True, **more)
    return done.returncode, done.stderr


def scores(course: Course) -> dict[str, float]:
    subprocess.run([sys.executable, "-m", "nbgrader", "export"], cwd=course.root, capture_output=True, check=True)
    with (course.root / "grades.csv").open(newline="") as file:
        return {row["student_id"]: float(row["score"]) for row in csv.DictReader(file)}


def kill_children(pid: int) -> int:
    """Kill the sandbox of a judge; returns how many processes that was."""
    killed = 0
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):  # they end meanwhile
        for child in map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split()):
            os.kill(child, signal.SIGKILL)
            killed += 1
    return killed


KILLED_AT_THE_START = """#!/bin/sh
[ -e "$0.kills" ] && kill -9 $$
PATH=${PATH#*:} exec bwrap "$@"
"""


@pytest.mark.skipif(not shutil.which("bwrap"), reason="bubblewrap's command is what starts a sandbox")
@pytest.mark.parametrize("always", [False, True])
def test_a_killed_sandbox(target: Course, copied: Course, tmp_path: Path, always: bool) -> None:
    """Killed once, it is tried again, and nobody notices; killed whenever it starts, it costs nobody points."""
    bwrap = tmp_path / "bin" / "bwrap"
    bwrap.parent.mkdir()
    bwrap.write_text(KILLED_AT_THE_START)
    bwrap.chmod(0o755)
    environment = os.environ | {"PATH": f"{bwrap.parent}{os.pathsep}{os.environ['PATH']}"}
    paths = hand_in(copied, *(f"student-{n}" for n in range(12)))
    call = [sys.executable, "-m", "autograder.cli", "grade", NAME, *map(str, paths), "--json", "--workers=1"]
    pipes: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "pipesize": 4096, "bufsize": 0}
    with subprocess.Popen(call, cwd=copied.root, env=environment, **pipes) as process:
        assert process.stdout is not None
        begun = process.stdout.read(1)  # a report; behind it the judge waits at the full pipe
        if always:
            Path(f"{bwrap}.kills").touch()
        assert kill_children(process.pid)
        output, errors = (stream.decode() for stream in process.communicate())
    reports = [json.loads(line) for line in (begun.decode() + output).splitlines()]
    assert len(reports) == 12
    assert {r["earned"] for r in reports} == {11}
    statuses = {r["student"]: {c["status"] for e in r["exercises"] for c in e["checks"]} for r in reports}
    failed = {student for student, found in statuses.items() if found != {"passed"}}
    assert {status for student in failed for status in statuses[student]} <= {"passed", "judge_error"}
    assert process.returncode == (1 if failed else 0)
    assert {line.split(":")[0].strip() for line in errors.splitlines() if line.startswith("  ")} == failed
    assert bool(failed) == always
    assert "student-0" not in failed


FULL_DISK = """
set -u
cp -r "$1"/. "$2"; cd "$2"
dd if=/dev/zero of=left bs=1k count=$3 status=none
cat /dev/zero > filler 2> /dev/null; rm left
"$4" -m nbgrader autograde 00_target; echo "status $?"
rm filler
"$4" -m nbgrader autograde 00_target; echo "status $?"
"$4" -m nbgrader export; cat grades.csv
"""


@pytest.mark.skipif(not shutil.which("bwrap"), reason="a small disk is made by bubblewrap")
@pytest.mark.parametrize("left", [1, 40, 150])  # KB: too little to stage any, to stage all, for the gradebook
def test_a_full_disk(copied: Course, tmp_path: Path, left: int) -> None:
    hand_in(copied, "ada", "bob", "cy")
    disk = tmp_path / "disk"
    disk.mkdir()
    small = ["bwrap", "--dev-bind", "/", "/", "--size", "4000000", "--tmpfs", str(disk)]
    call = ["bash", "-c", FULL_DISK, "bash", str(copied.root), str(disk), str(left), sys.executable]
    done = subprocess.run([*small, "--", *call], capture_output=True, text=True)
    first, second = re.findall(r"^status (\d+)$", done.stdout, re.MULTILINE)
    assert (first, second) == ("1", "0")
    assert "must be graded again" in done.stderr
    rows = csv.DictReader(done.stdout.partition("status 0\n")[2].splitlines())
    assert {row["student_id"]: float(row["score"]) for row in rows} == {"ada": 11, "bob": 11, "cy": 11}


PROVOKES = "import numpy as np\n\nclass Answer(dict): pass\n\ndef relu(x):\n    return Answer()"


def test_what_only_one_submission_provokes_earns_nothing(target: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    """No known answer makes the judge fail; so a comparison is given a fault that only one answer meets."""
    from autograder import compare

    plain = compare.COMPARISONS["close"]

    def faulty(got: Any, *words: Any, **settings: Any) -> Any:
        return 1 / 0 if isinstance(got, dict) and not got else plain(got, *words, **settings)

    monkeypatch.setitem(compare.COMPARISONS, "close", faulty)
    with Grader(target, target.assignment(NAME)) as grader:
        report = grader.grade(Collected("mallory", notebook=filled(target, NAME, {"relu": PROVOKES})))
        honest = grader.grade(Collected("ada", notebook=filled(target, NAME, references(target, NAME))))
    assert report.judge_errors == ()
    assert {(c.status, c.earned) for c in report.tasks[0].checks} == {("error", 0.0)}
    assert "look at it" in report.tasks[0].checks[0].reason
    assert "look at it" in report.notes[-1]
    assert honest.earned == honest.points


def test_when_nothing_can_be_judged(target: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    """A parser that fails on one notebook only, and one that fails on all."""
    from autograder import grade as grading

    plain = grading.parse
    for fails in (lambda n: "mallory" in json.dumps(n), lambda n: True):

        def parse(notebook: Any, *others: Any, fails: Any = fails) -> Any:
            if fails(notebook):
                raise RecursionError("too deep")
            return plain(notebook, *others)

        monkeypatch.setattr(grading, "parse", parse)
        with Grader(target, target.assignment(NAME)) as grader:
            notebook = filled(target, NAME, {"relu": "mallory = 1"})
            report: Report = grader.grade(Collected("mallory", notebook=notebook))
        assert report.earned == (report.points if fails({}) else 0)
        assert bool(report.judge_errors) == fails({})
