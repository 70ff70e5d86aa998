"""The student's side: `check` in a live namespace, checks of a saved notebook, and what students install."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from conftest import REPOSITORY, filled, references
from IPython.core.interactiveshell import InteractiveShell

from autograder import selfcheck
from autograder.cli import main
from autograder.owned import MARKER
from autograder.release import ReleaseError, release, solution_lines

NAME, NOTEBOOK = "01_tensors", "tensors.ipynb"
WITHOUT_UNIX = """
import sys, os
class Absent:
    def find_spec(self, name, path=None, target=None):
        if name in ("fcntl", "resource", "pwd", "grp", "termios", "nbgrader", "nbformat", "rich", "jupytext"):
            raise ModuleNotFoundError(f"No module named {name!r}")
sys.meta_path.insert(0, Absent())
for name in ("fork", "forkpty", "setsid", "getuid", "register_at_fork"):
    if hasattr(os, name):
        delattr(os, name)
from autograder.cli import main
sys.exit(main(sys.argv[1:]))
"""


@pytest.fixture
def folder(built_course, tmp_path):
    """A student's copy of an assignment."""
    shutil.copytree(built_course.root / "assignments" / NAME, tmp_path / NAME)
    return tmp_path / NAME


def save(course, folder, answers):
    (folder / NOTEBOOK).write_text(json.dumps(filled(course, NAME, answers)), encoding="utf-8")


def run(words, folder):
    return subprocess.run([sys.executable, *words], cwd=folder, capture_output=True, text=True, timeout=120)


CASES = [
    ("right", {}, 0, ""),
    ("wrong", {"relu": "def relu(x):\n    return x * (x < 0)"}, 1, "Stuck? "),
    ("loops", {"relu": "def relu(x):\n    while True:\n        pass"}, 1, "does the loop end?"),
    ("raises", {"relu": "def relu(x):\n    return undefined_name"}, 1, "undefined_name"),
    ("syntax", {"relu": "def relu(x:\n    return x"}, 1, "SyntaxError"),
]


@pytest.mark.parametrize(("case", "answers", "status", "words"), CASES, ids=[c[0] for c in CASES])
@pytest.mark.parametrize(
    "command", [["-m", "pytest", "-p", "no:cacheprovider"], ["-m", "autograder.cli", "check", NOTEBOOK]]
)
def test_saved_notebook(built_course, folder, command, case, answers, status, words):
    save(built_course, folder, references(built_course, NAME) | answers)
    done = run(command, folder)
    assert done.returncode == status, done.stdout + done.stderr
    assert words in done.stdout


def test_the_untouched_notebook_is_skipped(built_course, folder):
    """One line for each task, with its points; a test file of their own that is skipped as a whole is none."""
    (folder / "test_other.py").write_text("import pytest\npytest.skip('later', allow_module_level=True)\n", "utf-8")
    done = run(["-m", "pytest", "-p", "no:cacheprovider"], folder)
    assert done.returncode == 0
    exercises = built_course.assignment(NAME).exercises.values()
    tasks = [(name, sum(c.points for c in e.checks if c.task == name)) for e in exercises for name in e.tasks]
    said = [f"{name}: not written yet ({points:g} point{'s' * (points != 1)})" for name, points in tasks]
    lines = done.stdout.splitlines()
    assert [line for line in lines if "not written yet" in line][1:] == said
    assert f" not written yet: {len(tasks)} of the tasks, {sum(points for _, points in tasks):g} points " in done.stdout
    assert "passed" not in lines[-1]
    assert "failed" not in lines[-1]


def checked(capsys, folder) -> list[str]:
    main(["check", str(folder / NOTEBOOK)])
    return capsys.readouterr().out.splitlines()


def test_what_is_not_written_takes_one_line(capsys, built_course, folder):
    tasks = built_course.assignment(NAME).tasks
    first, *_, last = checked(capsys, folder)
    names = ", ".join(f"`{task}`" for task in tasks)
    assert first.startswith(f"○ {len(tasks)} tasks are not written yet (")
    assert first.endswith(f" points): {names}")
    assert last.endswith(f"next: `{tasks[0]}`")
    save(
        built_course,
        folder,
        {"relu": "def relu(x): return x", "scale": "def scal(x, y): return 1"},
    )
    lines = checked(capsys, folder)
    assert [line for line in lines if line.startswith(("relu  0/", "scale  0/"))]
    assert "      there is no `scale`; did you rename it? There is `scal`" in lines
    assert any(line.startswith(f"○ {len(tasks) - 2} tasks are not written yet (") for line in lines)


@pytest.mark.parametrize("sources", [[], [""], ["\n ", "  "]])
def test_an_empty_notebook_is_called_empty(capsys, folder, sources):
    cells = [{"cell_type": "code", "metadata": {}, "source": source} for source in sources]
    (folder / NOTEBOOK).write_text(json.dumps({"cells": cells}))
    lines = checked(capsys, folder)
    assert lines[0] == "note: the notebook is empty"
    assert len(lines) == 4


@pytest.mark.parametrize(
    ("content", "words"), [(b"", "empty"), (b"%PDF", "not a notebook"), (None, "missing"), (b"[1]", "not a notebook")]
)
def test_bad_files_end_with_one_line(folder, content, words):
    (folder / NOTEBOOK).unlink()
    if content is not None:
        (folder / NOTEBOOK).write_bytes(content)
    done = run(["-m", "autograder.cli", "check", NOTEBOOK], folder)
    assert done.returncode == 2
    assert words in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_works_without_unix_and_without_the_course_tools(built_course, folder):
    save(built_course, folder, references(built_course, NAME))
    done = run(["-c", WITHOUT_UNIX, "check", NOTEBOOK], folder)
    assert done.returncode == 0, done.stderr
    points = sum(check.points for e in built_course.assignment(NAME).exercises.values() for check in e.checks)
    assert f"{points:g} of {points:g} points" in done.stdout


# -- in the notebook's live kernel -----------------------------------------------------------------------------------


@pytest.fixture
def live(folder, monkeypatch):
    """Runs cells in a real IPython shell, and returns what the last one shows (or raises what it raised)."""
    monkeypatch.chdir(folder)
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])  # a shell puts its own in there, for good
    selfcheck._failures.clear()  # as in a new kernel
    shell = InteractiveShell.instance()
    shell.run_cell("import numpy as np\nfrom autograder import check")

    def cell(code, show):
        shell.run_cell(code)
        done = shell.run_cell(show)
        done.raise_error()
        return done.result

    yield cell
    InteractiveShell.clear_instance()


def test_check_says_more_each_time(live, built_course):
    exercise = built_course.assignment(NAME).exercises["relu"]
    mistake = next(m for m in exercise.misconceptions if m.name == "keeps the negative")
    seen, question, place = (live(exercise.written(mistake), 'check("relu")') for _ in range(3))
    for shown in (seen, question, place):
        assert "expected" in shown._repr_html_()
        assert ("→" in repr(shown)) == (mistake.hint in repr(shown)) == (shown is not seen)
        assert (mistake.hint.split("`")[0] in shown._repr_html_()) == (shown is not seen)
    assert seen.more == 'Stuck? Running this cell again (or `check("relu", hint=2)`) asks a question that leads on.'
    assert question.more == 'Still stuck? Running this cell again (or `check("relu", hint=3)`) says where to read.'
    heading = selfcheck.load(Path("checks.json")).sections["relu"]
    assert heading
    assert f"Read again: from “{heading}” down to the stub" in place.more
    assert mistake.hint in repr(live(exercise.written(mistake), 'check("relu", hint=2)'))
    live(references(built_course, NAME)["relu"], 'check("relu")')
    assert mistake.hint not in repr(live(exercise.written(mistake), 'check("relu")'))


@pytest.mark.parametrize(
    ("task", "heading"),
    [
        ("flatten_images", "Other shapes for the same numbers"),
        ("naive_relu", "3. Element by element, with loops"),
        ("naive_add", "`naive_add`: two arrays, element by element"),
    ],
)
def test_where_to_read(folder, task, heading):
    assert selfcheck.load(folder / "checks.json").sections[task] == heading


def test_another_mistake_is_told_from_the_beginning(live, built_course):
    exercise = built_course.assignment(NAME).exercises["relu"]
    one, other = (m for m in exercise.misconceptions if m.name in ("keeps the negative", "absolute value"))
    told = [m.hint in repr(live(exercise.written(m), 'check("relu")')) for m in (one, one, other, other)]
    assert told == [False, True, False, True]


def test_a_mistake_that_nobody_knows(live):
    seen, place = (live("def relu(x):\n    return x / 7 + 0.3", 'check("relu")') for _ in range(2))
    assert seen.more == 'Stuck? Running this cell again (or `check("relu", hint=2)`) says where to read.'
    assert place.more.startswith("This is none of the mistakes that are known here. Read again: ")


@pytest.mark.parametrize(
    "command", [["-m", "pytest", "-p", "no:cacheprovider"], ["-m", "autograder.cli", "check", NOTEBOOK]]
)
def test_hints_on_the_command_line(built_course, folder, command):
    exercise = built_course.assignment(NAME).exercises["relu"]
    mistake = next(m for m in exercise.misconceptions if m.name == "keeps the negative")
    save(built_course, folder, references(built_course, NAME) | {"relu": exercise.written(mistake)})
    said = {stage: " ".join(run([*command, f"--hint={stage}"], folder).stdout.split()) for stage in (1, 2, 3)}
    assert [mistake.hint in words for words in said.values()] == [False, True, True]
    assert "--hint" in said[1]
    assert "Read again" in said[3]
    assert "Read again" not in said[1] + said[2]


def test_check_passes(live, built_course):
    shown = live(references(built_course, NAME)["add"], "check(add)")
    assert shown.verdict.passed
    assert shown.verdict.points > 0
    assert "✓" in shown._repr_html_()


def test_check_before_anything_is_written(live):
    shown = live("", 'check("relu")')
    assert {c.status for c in shown.verdict.checks} <= {"not_written", "skipped"}


def test_check_of_something_unknown(live, built_course):
    with pytest.raises(ValueError, match=f"there are {built_course.assignment(NAME).tasks[0]}, "):
        live("", 'check("softplus")')


def test_check_far_from_its_folder(live, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(FileNotFoundError, match=r"checks\.json is missing"):
        live("", 'check("relu")')


def test_student_text_is_escaped(live):
    code = "def relu(x):\n    raise ValueError('<script>alert(1)</script>\\x1b[31m\\u202e')"
    html = live(code, 'check("relu")')._repr_html_()
    assert "<script>" not in html
    assert "&lt;script&gt;" in html
    assert "\x1b" not in html
    assert "\u202e" not in html


def test_an_exception_shows_its_line(live):
    shown = live("def relu(x):\n    y = x[0]\n    return y.no_such", 'check("relu")')
    assert "object has no attribute 'no_such' (line 3: `return y.no_such`)" in repr(shown)


def test_an_exception_in_somebody_elses_code_shows_the_line_that_calls_it(live):
    live("def helper(x):\n    return x.no_such", "0")
    shown = live("def relu(x):\n    return helper(x)", 'check("relu")')
    assert "object has no attribute 'no_such' (line 2: `return helper(x)`)" in repr(shown)


def test_interrupting_stops_the_check(live):
    shown = live("def relu(x):\n    raise KeyboardInterrupt", 'check("relu")')
    assert {c.status for c in shown.verdict.checks} <= {"timeout", "skipped"}
    assert "you stopped it" in repr(shown)


# -- what is handed out ----------------------------------------------------------------------------------------------


def secret_lines(course):
    return {line for name in course.assignment_names for line in solution_lines(course.assignment(name))}


def test_the_wheel_holds_no_solution(built_course, tmp_path):
    copy = tmp_path / "copy"
    shutil.copytree(REPOSITORY, copy, ignore=shutil.ignore_patterns(".git", "build", "*.egg-info", "demo-course"))
    (copy / ".autograder").mkdir(exist_ok=True)
    (copy / ".autograder" / "secret").write_bytes(b"the secret of this course, 32 byt")
    pip = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--quiet", "--wheel-dir", str(tmp_path), str(copy)]
    subprocess.run(pip, check=True, env={**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1"})
    [wheel] = tmp_path.glob("*.whl")
    secrets = {line for line in secret_lines(built_course) if len(line) > 30}
    assert len(secrets) > 10
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        assert "autograder/selfcheck.py" in names
        assert not [n for n in names if not n.startswith(("autograder/", "scratchwork-"))]
        for name in names:
            content = archive.read(name).decode("utf-8")
            assert "the secret of this course" not in content
            assert not [line for line in secrets if line in content], name


def test_release(built_course, tmp_path):
    folder, archive = release(built_course, NAME, tmp_path)
    assert {p.name for p in folder.iterdir()} == {NOTEBOOK, "checks.json", "test_tensors.py", MARKER}
    with zipfile.ZipFile(archive) as packed:
        assert {n for n in packed.namelist() if not n.endswith("/")} == {
            f"{NAME}/{p.name}" for p in folder.iterdir() if p.name != MARKER
        }


@pytest.mark.parametrize("leak", ["a solution", "a strange file"])
def test_release_refuses_leaks(course, tmp_path, leak):
    home = course.root / "assignments" / NAME
    if leak == "a solution":
        (home / NOTEBOOK).write_text(json.dumps(filled(course, NAME, references(course, NAME))))
    else:
        (home / "notes.py").write_text("relu = 1")
    with pytest.raises(ReleaseError, match="must not get"):
        release(course, NAME, tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("words", [["check", "gone.ipynb"], ["grade", "99_nothing"], ["prove", "99_nothing"]])
def test_wrong_calls_say_what_to_do(words, capsys, monkeypatch):
    monkeypatch.chdir(REPOSITORY)
    assert main(words) == 2
    assert len(capsys.readouterr().err.strip().splitlines()) == 1


@pytest.mark.parametrize("word", ["0", "-3", "many"])
def test_a_number_of_workers_that_is_none(word, capsys):
    with pytest.raises(SystemExit) as stopped:
        main(["grade", NAME, f"--workers={word}"])
    assert stopped.value.code == 2
    assert f"argument --workers: {word}: say how many, 1 or more" in capsys.readouterr().err


def test_help_of_every_command_has_an_example(capsys):
    for command in ("build", "check", "grade", "prove", "demo", "doctor", "release"):
        with pytest.raises(SystemExit) as stopped:
            main([command, "--help"])
        assert stopped.value.code == 0
        assert f"example:\n  autograder {command}" in capsys.readouterr().out
