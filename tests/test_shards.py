"""A class graded in parts, or on a dask cluster, is graded as by one call; whatever is killed, nothing is lost."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from conftest import in_this_process
from distributed import LocalCluster
from test_batch import STUDENTS, WRONG, assert_all_there_once, children, hand_in, slow_class, wait_for

from autograder.course import Course
from autograder.history import History

NAME = "00_target"


@pytest.fixture
def course(target: Course, tmp_path: Path) -> Course:
    return slow_class(target, tmp_path)


def start(course: Course, *words: str) -> subprocess.Popen[str]:
    call = [sys.executable, "-m", "autograder.cli", *words, "--json"]
    return subprocess.Popen(call, cwd=course.root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def ended(process: subprocess.Popen[str]) -> tuple[int, dict[str, float], list[str]]:
    output, errors = process.communicate(timeout=120)
    return process.returncode, points_of(output), errors.splitlines()


def points_of(output: str) -> dict[str, float]:
    reports = [json.loads(line) for line in output.splitlines()]
    return {report["student"]: report["earned"] for report in reports}


def command(course: Course, *words: str) -> tuple[int, dict[str, float], list[str]]:
    """The same in this process, where all is loaded."""
    status, output, errors = in_this_process(course, *words, "--json")
    return status, points_of(output), errors.splitlines()


def grade(course: Course, shard: str) -> tuple[int, dict[str, float], list[str]]:
    return command(course, "grade", NAME, "--shard", shard)


def results(course: Course) -> list[Path]:
    return sorted(course.results(NAME).glob("*.graded"))


def test_the_parts_make_the_whole(course: Course) -> None:
    parts = [grade(course, f"{part}/3") for part in (1, 2, 3)]
    assert [(status, len(earned), errors) for status, earned, errors in parts] == [(0, 4, [])] * 3
    assert not (course.root / "autograded").exists() or not list((course.root / "autograded").iterdir())
    assert course.results(NAME).stat().st_mode & 0o077 == 0
    assert command(course, "merge", NAME) == (0, dict.fromkeys(STUDENTS, 11), [])
    assert_all_there_once(course)
    assert command(course, "grade", NAME) == (0, dict.fromkeys(STUDENTS, 11), [])  # unchanged, so not graded again
    assert command(course, "merge", NAME) == (0, dict.fromkeys(STUDENTS, 11), [])
    assert_all_there_once(course)
    with History(course.root) as history:
        assert {len(history.of(NAME, student)) for student in STUDENTS} == {1}


def test_a_part_that_was_killed_goes_on_where_it_was(course: Course) -> None:
    process = start(course, "grade", NAME, "--shard", "1/1", "--workers=1")
    wait_for(lambda: len(results(course)) > 2)
    process.kill()
    ended(process)
    before = {path: path.stat().st_mtime_ns for path in results(course)}
    assert 2 < len(before) < 12
    status, _, complaints = command(course, "merge", NAME)
    assert status == 1
    assert complaints[-1].startswith(f"{12 - len(before)} of 12 have no result yet: ")
    assert grade(course, "1/1") == (0, dict.fromkeys(STUDENTS, 11), [])
    assert {path: path.stat().st_mtime_ns for path in before} == before
    assert command(course, "merge", NAME)[0] == 0
    assert_all_there_once(course)


def test_what_does_not_fit_is_left_out_and_complained_of(course: Course) -> None:
    grade(course, "1/1")
    first, second, third = results(course)[:3]
    first.write_bytes(first.read_bytes()[:100])
    hand_in(course, second.stem, WRONG)
    third.rename(third.with_name("nobody.graded"))
    status, earned, complaints = command(course, "merge", NAME)
    assert (status, len(earned)) == (1, 9)
    assert set(complaints) == {
        f"{first.name} is not whole",
        f"{second.name} was made before something changed: submission",
        "nobody.graded is of nobody who has handed in",
        f"3 of 12 have no result yet: {first.stem}, {second.stem}, {third.stem}",
    }
    assert grade(course, "1/1") == (0, dict.fromkeys(STUDENTS, 11) | {second.stem: 6}, [])


@pytest.mark.parametrize("shard", ["0/3", "4/3", "1", "a/b", "-1/3"])
def test_a_part_that_is_none_gets_one_line(course: Course, shard: str) -> None:
    status, _, errors = command(course, "grade", NAME, f"--shard={shard}")
    assert status == 2
    assert "say which part of how many" in errors[-1]


@pytest.mark.parametrize("words", [["--shard=1/2"], ["--dry-run"], ["--scheduler=tcp://127.0.0.1:1"]])
def test_what_is_for_a_class_takes_no_notebooks(course: Course, words: list[str]) -> None:
    path = f"submitted/{STUDENTS[0]}/{NAME}/target.ipynb"
    for call in (["grade", NAME, path, *words], ["grade", NAME, *words, path]):
        status, _, errors = command(course, *call)
        assert (status, "name no notebooks" in errors[-1]) == (2, True)


@pytest.fixture(scope="module")
def cluster() -> Iterator[LocalCluster]:
    """Two workers in processes of their own, each watched by a nanny that starts another one when it dies."""
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        yield cluster


def test_a_cluster_grades_as_one_machine(course: Course, cluster: LocalCluster) -> None:
    hand_in(course, STUDENTS[3], WRONG)
    expected = dict.fromkeys(STUDENTS, 11) | {STUDENTS[3]: 6}
    words = ("grade", NAME, "--scheduler", cluster.scheduler_address)
    assert command(course, *words) == (0, expected, [])
    ours = files(course.root / "autograded")
    shutil.rmtree(course.root / "autograded")
    assert command(course, "grade", NAME) == (0, expected, [])
    assert ours == files(course.root / "autograded")
    assert command(course, *words) == (0, expected, [])  # nothing is sent again


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def grading(pid: int) -> list[int]:
    """The processes that grade below a worker."""
    below = children(pid)
    return [p for p in below if children(p)] + [found for p in below for found in grading(p)]


def workers(cluster: LocalCluster) -> list[int]:
    return [nanny.pid for nanny in cluster.workers.values() if nanny.pid]


@pytest.mark.parametrize("whom", [workers, lambda cluster: [p for pid in workers(cluster) for p in grading(pid)]])
def test_a_killed_worker_loses_nothing(
    course: Course, cluster: LocalCluster, whom: Callable[[LocalCluster], list[int]]
) -> None:
    """The worker itself, or the process that grades for it."""
    wait_for(lambda: len(workers(cluster)) == 2)
    process = start(course, "grade", NAME, "--scheduler", cluster.scheduler_address)
    wait_for(lambda: any(grading(pid) for pid in workers(cluster)))
    os.kill(wait_for(lambda: whom(cluster))[0], signal.SIGKILL)
    assert ended(process) == (0, dict.fromkeys(STUDENTS, 11), [])
    assert_all_there_once(course)


def test_a_scheduler_that_is_not_there_gets_one_line(course: Course) -> None:
    status, _, [error] = command(course, "grade", NAME, "--scheduler", "nonsense")
    assert status == 2
    assert "no scheduler at nonsense" in error
