"""A class is graded by several processes; whichever of them is killed, nothing is lost and nothing is there twice."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import filled, references, submit

from autograder.course import Course
from autograder.marked import REPORT_FILE

NAME = "00_target"
ROOM = {"autograded": 300_000, ".autograder": 60_000}  # bytes
STUDENTS = [f"student-{number:02}" for number in range(12)]
SLOW = "import time\n\ndef relu(x):\n    time.sleep(0.2)\n    return np.maximum(x, 0)"
WRONG = "def relu(x):\n    return np.minimum(x, 0)"


@pytest.fixture
def course(target: Course, tmp_path: Path) -> Course:
    return slow_class(target, tmp_path)


def slow_class(target: Course, folder: Path) -> Course:
    """Twelve students who are right, and slow."""
    course = Course(Path(shutil.copytree(target.root, folder / "course")))
    for student in STUDENTS:
        hand_in(course, student, SLOW)
    return course


def hand_in(course: Course, student: str, relu: str) -> None:
    submit(course, student, NAME, filled(course, NAME, references(course, NAME) | {"relu": relu}))


def grading(course: Course, *words: str) -> subprocess.Popen[str]:
    call = [sys.executable, "-m", "autograder.cli", "grade", NAME, "--json", "--workers=2", *words]
    pipes: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    return subprocess.Popen(call, cwd=course.root, **pipes)


def finished(process: subprocess.Popen[str]) -> tuple[int, dict[str, float], str]:
    """The exit status, what each student has earned, and the words on stderr."""
    output, errors = process.communicate(timeout=120)
    reports = [json.loads(line) for line in output.splitlines()]
    assert len({r["student"] for r in reports}) == len(reports)
    return process.returncode, {r["student"]: r["earned"] for r in reports}, errors


def wait_for(what: Callable[[], Any]) -> Any:
    deadline = time.monotonic() + 60
    while not (found := what()):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    return found


def workers(process: subprocess.Popen[str]) -> list[int]:
    return [child for child in children(process.pid) if "autograder.cli" in content(f"/proc/{child}/cmdline")]


def children(pid: int) -> list[int]:
    threads = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for thread in threads for child in content(str(thread)).split()]


def content(path: str) -> str:
    """What is told of a process; nothing if it has ended meanwhile."""
    try:
        return Path(path).read_text()
    except (FileNotFoundError, ProcessLookupError):
        return ""


def at_work(process: subprocess.Popen[str]) -> list[int]:
    """The workers, once each has a sandbox of its own."""
    started = [worker for worker in workers(process) if children(worker)]
    return started if len(started) == 2 else []


def assert_all_there_once(course: Course) -> None:
    """Twelve students are in the gradebook, each with one set of grades, and in `autograded/`, whole."""
    with sqlite3.connect(course.root / "gradebook.db") as gradebook:
        [submissions] = gradebook.execute("select count(*) from submitted_assignment").fetchone()
        [notebooks] = gradebook.execute("select count(*) from submitted_notebook").fetchone()
        rows = gradebook.execute(
            "select notebook_id, count(*), sum(auto_score) from grade group by notebook_id"
        ).fetchall()
    assert (submissions, notebooks, len(rows)) == (12, 12, 12)
    assert len({count for _, count, _ in rows}) == 1
    assert {score for *_, score in rows} == {11}
    for student in STUDENTS:
        record = json.loads((course.root / "autograded" / student / NAME / REPORT_FILE).read_text("utf-8"))
        assert record["earned"] == 11
    assert not list((course.root / "autograded").glob(".pending*"))


def test_a_killed_worker_is_replaced(course: Course) -> None:
    process = grading(course)
    os.kill(wait_for(lambda: at_work(process))[0], signal.SIGKILL)
    assert finished(process) == (0, dict.fromkeys(STUDENTS, 11), "")
    assert_all_there_once(course)


def test_workers_that_are_always_killed_end_it_in_one_line(course: Course) -> None:
    process = grading(course)
    wait_for(lambda: at_work(process))  # before that, a canary that is not `exec`ed yet looks like a worker
    while process.poll() is None:
        for worker in workers(process):
            with contextlib.suppress(ProcessLookupError):
                os.kill(worker, signal.SIGKILL)
        time.sleep(0.01)
    status, earned, errors = finished(process)
    assert (status, earned) == (2, {})
    assert errors.splitlines() == [
        "autograder grade: the processes that grade were killed 3 times: is the memory full?"
    ]
    assert finished(grading(course))[:2] == (0, dict.fromkeys(STUDENTS, 11))


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_it_goes_on_where_it_was(course: Course, how: signal.Signals) -> None:
    process = grading(course)
    left = wait_for(lambda: at_work(process))
    process.send_signal(how)
    status, _, errors = finished(process)
    assert (status, errors) == ((130, "stopped\n") if how == signal.SIGINT else (-signal.SIGKILL, ""))
    wait_for(lambda: not any(Path(f"/proc/{worker}").exists() for worker in left))
    assert finished(grading(course)) == (0, dict.fromkeys(STUDENTS, 11), "")
    assert_all_there_once(course)


def test_two_calls_at_once_grade_everybody_once(course: Course) -> None:
    first = grading(course)
    wait_for(lambda: at_work(first))
    first.send_signal(signal.SIGSTOP)
    second = grading(course)
    assert second.stderr is not None
    assert second.stderr.readline() == f"{NAME} is being graded by another call: waiting for it to end\n"
    first.send_signal(signal.SIGCONT)
    assert finished(first) == (0, dict.fromkeys(STUDENTS, 11), "")
    assert finished(second) == (0, dict.fromkeys(STUDENTS, 11), "")
    assert_all_there_once(course)


def test_only_what_is_new_is_graded_again(course: Course) -> None:
    def written() -> dict[str, int]:
        paths = course.root.glob(f"autograded/*/{NAME}/{REPORT_FILE}")
        return {path.parts[-3]: path.stat().st_mtime_ns for path in paths}

    assert finished(grading(course))[0] == 0
    before = written()
    assert finished(grading(course)) == (0, dict.fromkeys(STUDENTS, 11), "")
    assert written() == before
    hand_in(course, STUDENTS[3], WRONG)
    hand_in(course, "somebody", WRONG)
    _, earned, _ = finished(grading(course))
    assert earned == dict.fromkeys(STUDENTS, 11) | {STUDENTS[3]: 6, "somebody": 6}
    assert {student for student, time in written().items() if before.get(student) != time} == {STUDENTS[3], "somebody"}


def test_what_cannot_be_written_costs_nobody_points_and_the_others_go_on(course: Course) -> None:
    (course.root / "autograded").mkdir(exist_ok=True)
    (course.root / "autograded" / STUDENTS[4]).write_text("a file where a folder should be")
    status, earned, errors = finished(grading(course))
    assert (status, earned) == (1, dict.fromkeys(STUDENTS, 11))
    assert f"  {STUDENTS[4]}: " in errors
    assert errors.count("  student-") == 1
    (course.root / "autograded" / STUDENTS[4]).unlink()
    assert finished(grading(course)) == (0, dict.fromkeys(STUDENTS, 11), "")
    assert_all_there_once(course)


@pytest.mark.skipif(not shutil.which("bwrap"), reason="bubblewrap is missing: it makes the small disk")
@pytest.mark.parametrize("full", ["autograded", ".autograder"])
def test_a_full_disk_loses_nothing(course: Course, full: str) -> None:
    """Room for some of the folders only, or for no history."""
    place = course.root / full
    place.mkdir(exist_ok=True)
    kept = shutil.copytree(place, course.root / "kept")
    fill = f"cp -r {kept}/. {place}/ && exec {sys.executable} -m autograder.cli grade {NAME} --json --workers=2"
    small = ["bwrap", "--dev-bind", "/", "/", "--size", str(ROOM[full]), "--tmpfs", str(place), "sh", "-c", fill]
    done = subprocess.run(small, cwd=course.root, capture_output=True, text=True)
    earned = [json.loads(line)["earned"] for line in done.stdout.splitlines()]
    assert "No space left on device" in done.stderr or "disk is full" in done.stderr
    assert "Traceback" not in done.stderr
    assert set(earned) <= {11}
    assert done.returncode in (1, 2)
    assert finished(grading(course)) == (0, dict.fromkeys(STUDENTS, 11), "")
    assert_all_there_once(course)


def test_a_class_is_graded_where_there_are_no_locks(course: Course) -> None:
    """As on Windows, where students have to be trusted."""
    without = "import sys; sys.modules['fcntl'] = None; from autograder.cli import main; sys.exit(main(sys.argv[1:]))"
    call = [sys.executable, "-c", without, "grade", NAME, "--json", "--workers=1", "--trust-students"]
    done = subprocess.run(call, cwd=course.root, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert {json.loads(line)["earned"] for line in done.stdout.splitlines()} == {11}
    assert_all_there_once(course)


def test_notebooks_are_graded_without_nbgrader(course: Course) -> None:
    """Loading it takes a second."""
    words = ["grade", NAME, f"submitted/{STUDENTS[0]}/{NAME}/target.ipynb", "--json"]
    loaded = "import sys; from autograder.cli import main; main(sys.argv[1:]); print('nbgrader' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", loaded, *words], cwd=course.root, capture_output=True, text=True)
    assert json.loads(done.stdout.splitlines()[0])["earned"] == 11
    assert done.stdout.splitlines()[1] == "False"
