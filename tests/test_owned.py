"""No command removes or replaces what it has not made, whatever fails and whenever it is killed."""

from __future__ import annotations

import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import in_this_process

from autograder import owned
from autograder.course import Course
from autograder.owned import MARKER, NotOurs, replacing

NAME = "00_target"


def make(folder: Path, text: str, keep: Callable[[str], None] | None = None) -> None:
    """A folder of two files, made by this program."""
    with replacing(folder, keep) as new:
        (new / "inner").mkdir()
        (new / "one.txt").write_text(text)
        (new / "inner" / "two.txt").write_text(text)


def snapshot(root: Path) -> dict[str, bytes]:
    """All that lies below, links and empty folders included, by path."""
    found = {}
    for path in sorted(root.rglob("*")):
        content = os.readlink(path).encode() if path.is_symlink() else path.read_bytes() if path.is_file() else b"/"
        found[path.relative_to(root).as_posix()] = content
    return found


def content(folder: Path) -> list[str]:
    return [path.read_text() for path in (folder / "one.txt", folder / "inner" / "two.txt")]


def test_what_we_made_is_replaced_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    for text in ("old", "new"):
        make(tmp_path / "made", text)
        assert content(tmp_path / "made") == [text, text]
    assert [path.name for path in tmp_path.iterdir()] == ["made"]


def test_line_ends_and_what_other_programs_leave_are_no_change(tmp_path: Path) -> None:
    folder = tmp_path / "made"
    make(folder, "a\nb\n")
    (folder / "one.txt").write_bytes(b"a\r\nb\r\n")
    (folder / "inner" / "two.txt").unlink()
    for name in ("__pycache__", ".ipynb_checkpoints"):
        (folder / name).mkdir()
        (folder / name / "x").touch()
    make(folder, "new")
    assert content(folder) == ["new", "new"]


def a_note(folder: Path) -> None:
    make(folder, "made")
    (folder / "inner" / "mine.txt").write_text("mine")


def an_edit(folder: Path) -> None:
    make(folder, "made")
    (folder / "one.txt").write_text("mine")


def a_link_inside(folder: Path) -> None:
    make(folder, "made")
    (folder / "link").symlink_to("/etc")


def a_broken_marker(folder: Path) -> None:
    make(folder, "made")
    (folder / MARKER).write_text('{"files": [')


CHANGES = [a_note, an_edit, a_link_inside, a_broken_marker]


@pytest.mark.parametrize("change", CHANGES)
def test_somebodys_work_is_refused_or_kept(change: Callable[[Path], None], tmp_path: Path) -> None:
    folder = tmp_path / "made"
    change(folder)
    before = snapshot(folder)
    with pytest.raises(NotOurs, match="has been worked in since"):
        make(folder, "new")
    assert snapshot(tmp_path).keys() == {"made", *(f"made/{name}" for name in before)}
    notes: list[str] = []
    make(folder, "new", notes.append)
    assert content(folder) == ["new", "new"]
    assert snapshot(tmp_path / "made.kept-1") == before
    assert len(notes) == 1
    assert str(tmp_path / "made.kept-1") in notes[0]


def a_file(folder: Path) -> None:
    folder.write_text("mine")


def a_link(folder: Path) -> None:
    make(folder.with_name("elsewhere"), "elsewhere")
    folder.symlink_to("elsewhere")


def a_course(folder: Path) -> None:
    folder.mkdir()
    (folder / "nbgrader_config.py").touch()


@pytest.mark.parametrize("foreign", [a_file, a_link, a_course])
def test_what_others_made_is_refused(foreign: Callable[[Path], None], tmp_path: Path) -> None:
    foreign(tmp_path / "made")
    before = snapshot(tmp_path)
    for keep in (None, print):
        with pytest.raises(NotOurs):
            make(tmp_path / "made", "new", keep)
    assert snapshot(tmp_path) == before


def test_a_failure_leaves_the_old_one(tmp_path: Path) -> None:
    make(tmp_path / "made", "old")
    before = snapshot(tmp_path)
    with pytest.raises(IsADirectoryError), replacing(tmp_path / "made") as new:
        new.write_text("a folder is no file")
    assert snapshot(tmp_path) == before


def test_a_full_disk_leaves_the_old_one(tmp_path: Path) -> None:
    make(tmp_path / "made", "old")
    before = snapshot(tmp_path)
    with pytest.raises(OSError, match="File too large"):
        in_a_child(lambda: make(tmp_path / "made", "x" * 100_000), full=True)
    assert snapshot(tmp_path) == before


@pytest.mark.parametrize("exchange", [True, False], ids=["exchanged", "renamed"])
@pytest.mark.parametrize("worked_in", [False, True], ids=["as made", "worked in"])
def test_a_kill_at_each_line_loses_nothing(
    worked_in: bool, exchange: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not exchange:  # as on macOS
        monkeypatch.setattr(owned, "_exchanged", lambda one, other: False)
    for line in range(1, 10**6):
        root = tmp_path / str(line)
        make(root / "made", "old")
        if worked_in:
            (root / "made" / "mine.txt").write_text("mine")
        ended = in_a_child(lambda root=root: make(root / "made", "new", print), kill_at=line)
        texts = [path.read_text() for path in root.rglob("one.txt")]
        assert "old" in texts or content(root / "made") == ["new", "new"]
        make(root / "made", "newest", print)  # clears up what the killed one left
        assert content(root / "made") == ["newest", "newest"]
        assert len(list(root.rglob("mine.txt"))) == worked_in
        assert {path.name for path in root.iterdir()} - {"made.kept-1"} <= {"made", "made.kept-2"}
        shutil.rmtree(root)
        if ended:
            break
    assert line > 50


def in_a_child(work: Callable[[], None], kill_at: int = 0, full: bool = False) -> bool:
    """Whether this came to its end, in a process of its own that is killed at the n-th line of `owned.py`."""
    pid = os.fork()
    if not pid:
        status = 1
        try:
            if full:
                signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
                resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
            left = kill_at

            def trace(frame, event, _argument):
                nonlocal left
                if frame.f_code.co_filename != owned.__file__:
                    return None
                left -= event == "line"
                if kill_at and left == 0:
                    os.kill(os.getpid(), signal.SIGKILL)
                return trace

            sys.settrace(trace)
            work()
            status = 0
        except OSError as error:
            status = error.errno or 1
        finally:
            os._exit(status)
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    if status > 0:
        raise OSError(status, os.strerror(status))
    return status == 0


@pytest.fixture
def course(target: Course, tmp_path: Path) -> Course:
    """A course as a teacher has it, with work that was handed in."""
    root = Path(shutil.copytree(target.root, tmp_path / "course"))
    (root / "submitted" / "ada").mkdir(parents=True)
    shutil.copytree(root / "assignments" / NAME, root / "submitted" / "ada" / NAME)
    (root / "submitted" / "ada" / NAME / "target.ipynb").write_text("ada's work")
    return Course(root)


def own_zip(course: Course) -> None:
    (course.root / "dist").mkdir()
    (course.root / "dist" / f"{NAME}.zip").write_bytes(b"mine")


def own_folder(course: Course) -> None:
    (course.root / "dist" / NAME).mkdir(parents=True)
    (course.root / "dist" / NAME / "plan.txt").write_text("mine")


def solved_release(course: Course) -> None:
    assert in_this_process(course, "release", NAME)[0] == 0
    (course.root / "dist" / NAME / "target.ipynb").write_text("solved")


def own_assignment(course: Course) -> None:
    shutil.rmtree(course.root / "assignments" / NAME)
    (course.root / "assignments" / NAME).mkdir()
    (course.root / "assignments" / NAME / "plan.txt").write_text("mine")


def nothing(course: Course) -> None:
    pass


REFUSED = [
    ("demo .", nothing, "stays as it is"),
    ("demo submitted", nothing, "stays as it is"),
    ("demo assignments/00_target", an_edit, "stays as it is"),
    (f"release {NAME} --to solutions", nothing, "stays as it is"),
    (f"release {NAME} --to assignments", nothing, "is what would be copied"),
    (f"release {NAME} --to solutions/../assignments", nothing, "is what would be copied"),
    (f"release {NAME} --to submitted/ada", nothing, "stays as it is"),
    (f"release {NAME}", own_zip, "stays as it is"),
    (f"release {NAME}", own_folder, "stays as it is"),
    (f"release {NAME}", solved_release, "stays as it is"),
    (f"build {NAME}", own_assignment, "stays as it is"),
]


@pytest.mark.parametrize(
    ("command", "before", "says"), REFUSED, ids=[f"{command}, {before.__name__}" for command, before, _ in REFUSED]
)
def test_a_command_refuses_in_one_line(command: str, before: Callable, says: str, course: Course) -> None:
    before(course.root / "assignments" / NAME if before is an_edit else course)
    there = snapshot(course.root)
    status, output, errors = in_this_process(course, *command.split())
    assert (status, output) == (2, "")
    assert says in errors
    assert errors.count("\n") == 1
    assert snapshot(course.root) == there


def test_a_release_replaces_its_own(course: Course) -> None:
    for _ in range(2):
        assert in_this_process(course, "release", NAME)[0] == 0
    names = {"target.ipynb", "checks.json", "test_target.py"}
    assert {p.name for p in (course.root / "dist" / NAME).iterdir()} == names | {MARKER}
    with zipfile.ZipFile(course.root / "dist" / f"{NAME}.zip") as archive:
        assert {name for name in archive.namelist() if not name.endswith("/")} == {f"{NAME}/{n}" for n in names}
        assert archive.testzip() is None


def build_anew(course: Course) -> subprocess.CompletedProcess[str]:
    """`autograder build`, in a process that has not read the solutions before."""
    call = [sys.executable, "-m", "autograder.cli", "build", NAME]
    return subprocess.run(call, cwd=course.root, capture_output=True, text=True)


def test_a_refused_build_leaves_what_students_have(course: Course) -> None:
    there = snapshot(course.root / "assignments")
    notebook = course.root / "solutions" / NAME / "notebook.py"
    notebook.write_text(notebook.read_text("utf-8") + '\n# %% exercise="nowhere"\n', "utf-8")
    process = build_anew(course)
    assert process.returncode == 2, process.stderr
    assert process.stderr.count("\n") == 1
    assert snapshot(course.root / "assignments") == there


def test_a_build_that_would_change_the_cells_says_whose_work_is_in_the_way(course: Course) -> None:
    (course.root / "submitted" / "ada" / NAME / "target.ipynb").write_bytes(
        (course.root / "assignments" / NAME / "target.ipynb").read_bytes()
    )
    assert in_this_process(course, "grade", NAME, "--json")[0] == 0
    there = snapshot(course.root / "assignments")
    folder = course.root / "solutions" / NAME
    (folder / "notebook.py").write_text((folder / "notebook.py").read_text().split('# %% exercise="read"')[0])
    (folder / "read.py").unlink()
    process = build_anew(course)
    errors = process.stderr
    assert process.returncode == 2, errors
    assert f"{NAME} has 1 graded submission, so nbgrader adds or removes no cells" in errors
    assert "Traceback" not in errors
    assert snapshot(course.root / "assignments") == there


def test_work_in_a_released_notebook_outlives_a_build(course: Course) -> None:
    path = course.root / "assignments" / NAME / "target.ipynb"
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | {"worked": True}), "utf-8")
    worked = path.read_bytes()
    status, _, errors = in_this_process(course, "build", NAME)
    assert status == 0
    assert f"{NAME}.kept-1" in errors
    assert (course.root / "assignments" / f"{NAME}.kept-1" / "target.ipynb").read_bytes() == worked
    assert path.read_bytes() != worked
