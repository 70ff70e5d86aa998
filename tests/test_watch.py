"""`autograder check --watch` as a student has it: real saves, in a real process."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from conftest import filled, references

NAME, NOTEBOOK = "01_tensors", "tensors.ipynb"
PATIENCE = 60  # seconds until a test says that nothing came
# `open` would write into the memory of the child.
HANGS = "def relu(x):\n    import io\n    io.FileIO({path!r}, 'w').close()\n    while True:\n        pass"
COUNTS = "\n    import io\n    with io.FileIO({path!r}, 'a') as calls:\n        calls.write(b'.')\n"
FIRST_OF_ITS_PROCESS = """import sys
mine = object()
first = sys.modules.setdefault("left behind", mine) is mine
def relu(x):
    return x * (x > 0) if first else None
"""


class Watching:
    """A running `autograder check --watch` and what it says."""

    def __init__(self, folder: Path, *words: str) -> None:
        command = [sys.executable, "-m", "autograder.cli", "check", NOTEBOOK, "--watch", *words]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        self.process = subprocess.Popen(command, cwd=folder, text=True, start_new_session=True, **pipes)
        self.lines: queue.Queue[str] = queue.Queue()
        threading.Thread(target=lambda: [self.lines.put(line) for line in self.process.stdout], daemon=True).start()

    def until(self, words: str) -> str:
        """All that is said up to a line with these words."""
        said = ""
        while words not in said:
            said += self.lines.get(timeout=PATIENCE)
        return said

    def answer(self) -> str:
        return self.until("points of the visible checks; ")

    def interrupt(self) -> tuple[int, str]:
        """Ctrl-C, as a terminal sends it to all processes; the exit status and what is said last."""
        os.killpg(self.process.pid, signal.SIGINT)
        status = self.process.wait(PATIENCE)
        return status, self.process.stderr.read()


@pytest.fixture
def folder(built_course, tmp_path):
    """A student's copy of an assignment, with limits that end loops soon."""
    shutil.copytree(built_course.root / "assignments" / NAME, tmp_path / NAME)
    set_limits(tmp_path / NAME, 0.5)
    return tmp_path / NAME


@pytest.fixture
def watching(folder):
    started = []

    def start(*words: str) -> Watching:
        started.append(Watching(folder, *words))
        return started[-1]

    yield start
    for each in started:
        each.process.kill()
        each.process.wait()
        each.process.stderr.close()


def set_limits(folder, seconds):
    checks = json.loads((folder / "checks.json").read_bytes())
    for run in checks["runs"]:
        run["seconds"] = seconds
    (folder / "checks.json").write_text(json.dumps(checks))


def work(course, **answers):
    """The bytes of a right notebook with some other answers in it."""
    return json.dumps(filled(course, NAME, references(course, NAME) | answers)).encode()


def wait_for(path):
    deadline = time.monotonic() + PATIENCE
    while not path.exists():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def assert_all_ended(group):
    """No process of a group is left; one that had just been started may need a moment."""
    deadline = time.monotonic() + PATIENCE
    with contextlib.suppress(ProcessLookupError):
        while True:
            os.killpg(group, 0)
            assert time.monotonic() < deadline
            time.sleep(0.01)


def test_what_is_said_first_and_after_each_save(built_course, folder, watching):
    everything = sum(c.points for e in built_course.assignment(NAME).exercises.values() for c in e.checks)
    stubs = watching()
    said = stubs.answer()
    tasks = built_course.assignment(NAME).tasks
    names = ", ".join(f"`{task}`" for task in tasks)
    assert said.startswith(f"○ {len(tasks)} tasks are not written yet ({everything:g} points): {names}\n")
    assert f"0 of {everything:g} points of the visible checks; next: `{tasks[0]}`\n" in said
    (folder / NOTEBOOK).write_bytes(work(built_course, relu="def relu(x):\n    return x * (x < 0)"))
    said = stubs.answer()
    assert "✓ naive_relu  " in said
    assert "\nrelu  0.5/" in said  # it leaves its argument alone
    assert "Stuck? `autograder check tensors.ipynb --hint 2` asks a question" in said
    assert "; next: `relu`\n" in said
    (folder / NOTEBOOK).write_bytes(work(built_course))
    said = stubs.answer().split("\n")
    assert said[1].startswith("✓ relu  ")
    assert said[2:] == [f"{everything:g} of {everything:g} points of the visible checks; all pass", ""]


def test_only_what_changed_is_asked_again(built_course, folder, watching):
    right = references(built_course, NAME)
    counted = right["add"].rstrip() + "\n\n" + right["relu"].replace("def relu", "def helper")
    counted = counted.replace(
        "    return", f"    helper(np.zeros(1)){COUNTS.format(path=str(folder / 'calls'))}    return", 1
    )
    calls = folder / "calls"

    def saved(**answers):
        before = calls.stat().st_size if calls.exists() else 0
        (folder / NOTEBOOK).write_bytes(work(built_course, **answers))
        said = run.answer()
        asked = [line.split()[1] for line in said.splitlines() if line.startswith("✓")]
        return asked, calls.stat().st_size > before

    (folder / NOTEBOOK).write_bytes(work(built_course, add=counted))
    run = watching()
    assert "✓ add  " in run.answer()
    assert calls.exists()
    scale = right["scale"].replace("    return", "    assert True\n    return")
    assert saved(add=counted, scale=scale) == (["scale"], False)
    assert saved(add=f"\n\n{counted}", scale=scale) == ([], False)  # where it stands does not matter
    assert saved(add=counted.replace("def helper", "one = 1\ndef helper"), scale=scale) == ([], False)
    assert saved(add=counted + "\n    assert True", scale=scale) == (["add"], True)  # what it calls does


def damaged(path):
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])


def unreadable(path):
    """As a lock does it, also for root: the file is there, and reading fails."""
    path.unlink()
    path.symlink_to("/proc/self/mem")


DAMAGE = [
    ("half of it", NOTEBOOK, damaged, "not a notebook"),
    ("empty", NOTEBOOK, lambda path: path.write_bytes(b""), "empty"),
    ("not there", NOTEBOOK, Path.unlink, "missing"),
    ("half of the checks", "checks.json", damaged, "checks.json is damaged"),
    ("other checks", "checks.json", lambda path: path.write_bytes(b"[]"), "checks.json is damaged"),
    ("unreadable checks", "checks.json", unreadable, "Input/output error"),
    ("no checks", "checks.json", Path.unlink, "checks.json is missing"),
]


def test_half_saved_files_are_waited_for(built_course, folder, watching):
    (folder / NOTEBOOK).write_bytes(work(built_course))
    checks = (folder / "checks.json").read_bytes()
    run = watching()
    assert "all pass" in run.answer()
    for what, file, damage, words in DAMAGE:
        damage(folder / file)
        said = run.until("waiting: ")
        assert words in said, what
        assert "points" not in said, what
        relu = "def relu(x):\n    return x"
        for name, content in ((NOTEBOOK, work(built_course, relu=relu)), ("checks.json", checks)):
            (folder / "new").write_bytes(content)
            (folder / "new").replace(folder / name)  # as editors do it
        assert "next: `relu`" in run.answer(), what
        (folder / NOTEBOOK).write_bytes(work(built_course))
        assert "all pass" in run.until("all pass"), what


def test_an_endless_loop_ends_with_a_message(built_course, folder, watching):
    (folder / NOTEBOOK).write_bytes(work(built_course, relu=HANGS.format(path=str(folder / "hanging"))))
    run = watching()
    said = run.answer()
    assert "does the loop end?" in said
    assert "next: `relu`" in said
    (folder / NOTEBOOK).write_bytes(work(built_course))
    assert "✓ relu" in run.answer()


def test_a_save_calls_off_what_hangs(built_course, folder, watching):
    set_limits(folder, 10 * PATIENCE)
    (folder / NOTEBOOK).write_bytes(work(built_course, relu=HANGS.format(path=str(folder / "hanging"))))
    run = watching()
    wait_for(folder / "hanging")
    (folder / NOTEBOOK).write_bytes(work(built_course))
    assert "all pass" in run.answer()


def test_nothing_is_left_behind_for_the_next_check(built_course, folder, watching):
    (folder / NOTEBOOK).write_bytes(work(built_course, relu=FIRST_OF_ITS_PROCESS))
    run = watching()
    assert "✓ relu" in run.answer()
    for number in range(2):
        (folder / NOTEBOOK).write_bytes(work(built_course, relu=f"{FIRST_OF_ITS_PROCESS}    {number}"))
        assert "✓ relu" in run.answer()


@pytest.mark.parametrize("busy", [False, True])
def test_an_interrupt_ends_it_in_one_line(built_course, folder, watching, busy):
    if busy:
        set_limits(folder, 10 * PATIENCE)
        (folder / NOTEBOOK).write_bytes(work(built_course, relu=HANGS.format(path=str(folder / "hanging"))))
    run = watching()
    if busy:
        wait_for(folder / "hanging")
    else:
        run.answer()
    assert run.interrupt() == (130, "stopped\n")
    assert_all_ended(run.process.pid)


@pytest.mark.parametrize(("file", "words"), [(NOTEBOOK, "missing"), ("checks.json", "checks.json is missing")])
def test_what_was_never_there_ends_with_one_line(folder, watching, file, words):
    (folder / file).unlink()
    run = watching()
    assert run.process.wait(PATIENCE) == 2
    said = run.process.stderr.read()
    assert words in said
    assert len(said.splitlines()) == 1


@pytest.mark.parametrize(
    ("answers", "words"), [({"relu": "def relu(x):\n    return x"}, "next: `relu`"), ({}, "all pass")]
)
def test_the_next_exercise_without_watching(built_course, folder, answers, words):
    (folder / NOTEBOOK).write_bytes(work(built_course, **answers))
    command = [sys.executable, "-m", "autograder.cli", "check", NOTEBOOK]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=PATIENCE)
    assert done.stdout.splitlines()[-1].endswith(f" points of the visible checks; {words}")
