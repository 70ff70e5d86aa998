"""The gradebook on a PostgreSQL server: a real one, with two writers at once."""

from __future__ import annotations

import multiprocessing
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import filled, references, submit
from nbgrader.api import Gradebook

from autograder.build import build
from autograder.cli import main
from autograder.course import Course

NAME = "00_target"
STUDENTS = [f"student-{number}" for number in range(10)]
WRONG = "def relu(x):\n    return np.minimum(x, 0)"


def program(name: str) -> str:
    """Debian keeps the server's programs in a folder that is not on PATH."""
    found = sorted(Path(os.environ.get("POSTGRESQL", "/usr/lib/postgresql")).glob(f"*/bin/{name}"))
    return str(found[-1]) if found else shutil.which(name) or pytest.skip(f"PostgreSQL's `{name}` is missing")


def as_server(*words: str) -> None:
    """Run a program as somebody else than root: the server insists on that."""
    user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    subprocess.run([*user, *words], check=True, capture_output=True, cwd="/")


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The address of a server of our own, on a socket in a folder."""
    with tempfile.TemporaryDirectory(prefix="pg-") as folder:  # a path of a socket has 107 characters at most
        if os.geteuid() == 0:
            os.chown(folder, pwd.getpwnam("postgres").pw_uid, -1)
        data = f"{folder}/data"
        as_server(program("initdb"), "-D", data, "-U", "teacher", "--auth=trust", "--no-sync")
        options = f"-c listen_addresses='' -c unix_socket_directories={folder} -c fsync=off"
        as_server(program("pg_ctl"), "-D", data, "-o", options, "-l", f"{data}/log", "-w", "start")
        try:
            yield f"postgresql+psycopg://teacher@/postgres?host={folder}"
        finally:
            as_server(program("pg_ctl"), "-D", data, "-m", "immediate", "-w", "stop")


@pytest.fixture
def course(target: Course, server: str, tmp_path: Path) -> Course:
    shutil.copytree(target.root, tmp_path / "course")
    course = Course(tmp_path / "course")
    (course.root / "gradebook.db").unlink()
    with (course.root / "nbgrader_config.py").open("a", encoding="utf-8") as file:
        file.write(f"\nc = get_config()\nc.CourseDirectory.db_url = {server!r}\n")
    assert list(build(course, [NAME])) == [NAME]
    for number, student in enumerate(STUDENTS):
        answers = references(course, NAME) | ({"relu": WRONG} if number % 2 else {})
        submit(course, student, NAME, filled(course, NAME, answers))
    return course


def grade_there(root: Path, *words: str) -> None:
    os.chdir(root)
    raise SystemExit(main(["grade", NAME, "--workers=1", *words]))


def test_two_writers_at_once(course: Course, server: str, tmp_path: Path) -> None:
    """The same course in two folders, so that no lock of ours keeps them apart."""
    other = tmp_path / "other"
    shutil.copytree(course.root, other)
    context = multiprocessing.get_context("fork")
    writers = [context.Process(target=grade_there, args=(root,)) for root in (course.root, other)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(120)
    assert [writer.exitcode for writer in writers] == [0, 0]
    expected = {student: 6 if number % 2 else 11 for number, student in enumerate(STUDENTS)}
    with Gradebook(server, "scratchwork") as gradebook:
        assert {s.student.id: s.score for s in gradebook.assignment_submissions(NAME)} == expected
        grade = gradebook.find_grade("check-relu", "target", NAME, STUDENTS[1])
        grade.manual_score = 2.5
        gradebook.db.commit()
    submit(course, STUDENTS[1], NAME, filled(course, NAME, references(course, NAME)))
    again = context.Process(target=grade_there, args=(course.root,))
    again.start()
    again.join(120)
    with Gradebook(server, "scratchwork") as gradebook:
        grade = gradebook.find_grade("check-relu", "target", NAME, STUDENTS[1])
        assert (grade.auto_score, grade.manual_score, grade.needs_manual_grade) == (5, 2.5, True)
    assert not (course.root / "gradebook.db").exists()
