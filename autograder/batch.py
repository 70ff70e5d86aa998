"""Grades a whole class: worker processes with a warm sandbox each, and one writer for the gradebook."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any, TypeVar

from autograder import report
from autograder.autograded import Graded, autograded
from autograder.collect import collect, collect_file, student_named, student_of, submitted_folders
from autograder.course import Course
from autograder.grade import Grader, all_failed
from autograder.gradebook import GradebookWriter
from autograder.marked import REPORT_FILE, staged
from autograder.verdict import Report

try:
    import fcntl
except ImportError:  # Windows, where work is graded with --trust-students only
    fcntl = None  # type: ignore[assignment]

S = TypeVar("S")
T = TypeVar("T")
R = TypeVar("R")
TRIES = 3  # workers that die before one item is done; student code cannot kill one, a kernel short of memory can
AHEAD = 4  # items that wait for a worker in its queue; results are not held back by a slow one before them
CHUNK, SECONDS = 50, 2.0  # submissions in one transaction; after so long, what there is

_shared: Any = None  # what workers inherit


class WorkerDied(Exception):
    """Something kills the workers: not the submissions, which run elsewhere."""


class NotWritten(Exception):
    """A submission was graded, and the gradebook or its folder did not take it."""


def cores() -> int:
    """How many processes can run at once."""
    if not hasattr(os, "fork"):
        return 1
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def spread(shared: S, work: Callable[[S, T], R], items: Sequence[T], workers: int) -> Iterator[R]:
    """Do some work on each item, `workers` at a time; yields what comes of it, as it comes.

    A worker that dies is replaced, and what was not finished is done again.

    Parameters
    ----------
    shared : object
        What the work needs for each item; the workers are forked, and so have it.
    work : function
        At the top level of a module, so that a worker finds it.
    items : sequence
    workers : int
        1 for no other process.

    Raises
    ------
    WorkerDied
        If workers die on one item again and again.
    """
    if workers == 1 or len(items) < 2:
        yield from (work(shared, item) for item in items)
        return
    global _shared
    _shared, waiting, tries = shared, deque(items), 0
    while waiting:
        begun = len(waiting)
        try:
            yield from _with_pool(work, waiting, min(workers, begun))
        except BrokenProcessPool:
            tries = tries + 1 if len(waiting) == begun else 1
            if tries == TRIES:
                raise WorkerDied(f"the processes that grade were killed {TRIES} times: is the memory full?") from None


def _with_pool(work: Callable[[Any, T], R], waiting: deque[T], workers: int) -> Iterator[R]:
    """Work that is left when a worker dies, or when the reader stops, is in `waiting` again."""
    running: dict[Future[R], T] = {}
    with ProcessPoolExecutor(workers, get_context("fork"), _become_worker, (os.getpid(),)) as pool:
        try:
            while waiting or running:
                while waiting and len(running) < AHEAD * workers:
                    running[pool.submit(_do, work, waiting[0])] = waiting[0]
                    waiting.popleft()
                for future in wait(running, return_when=FIRST_COMPLETED).done:
                    result = future.result()
                    del running[future]
                    yield result
        finally:
            waiting.extendleft(reversed(running.values()))
            pool.shutdown(wait=False, cancel_futures=True)  # what has not begun; `with` waits for the others


def _become_worker(parent: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # an interrupt at the keyboard is for the one who gives out the work
    if sys.platform == "linux":
        from autograder.sandbox.limits import die_with

        die_with(parent)  # it would wait for work for ever


def _do(work: Callable[[Any, T], R], item: T) -> R:
    return work(_shared, item)


def grade_files(grader: Grader, paths: Sequence[Path], workers: int) -> Iterator[Report]:
    """Grade notebooks wherever they lie, and write nothing; the reports come in the order of the paths."""
    early: dict[int, Report] = {}
    expected = 0
    for number, found in spread(grader, _grade_file, list(enumerate(paths)), workers):
        early[number] = found
        while expected in early:
            yield early.pop(expected)
            expected += 1


def _grade_file(grader: Grader, numbered: tuple[int, Path]) -> tuple[int, Report]:
    number, path = numbered
    return number, grader.grade(collect_file(path, student_of(path)))


def grade_class(course: Course, grader: Grader, workers: int) -> Iterator[Report]:
    """Grade everything under `submitted/*/ASSIGNMENT` into the gradebook; unchanged work is not graded again.

    A report comes when its submission is in the gradebook, or could not be brought there: then it says so, costs nobody
    points, and the others go on. Of two calls at once, the second one waits for the first.
    """
    assignment = grader.assignment.name
    with _alone(course, assignment), GradebookWriter(course.root, assignment) as writer:
        folders = list(submitted_folders(course.root, assignment))
        graded = spread(_Desk(course.root, grader, writer), _grade_folder, folders, workers)
        for chunk in _chunks(graded):
            failed = dict(_write(writer, [each for each in chunk if isinstance(each, Graded)]))
            for each in chunk:
                found = each.report if isinstance(each, Graded) else each
                yield _not_written(grader, found, failed[found.student]) if found.student in failed else found


@dataclass(frozen=True)
class _Desk:
    """What is needed to grade a student's folder."""

    root: Path
    grader: Grader
    writer: GradebookWriter


def _grade_folder(desk: _Desk, folder: Path) -> Graded | Report:
    try:
        return _graded(desk, folder)
    except Exception as error:  # a failure of ours: the others go on
        nothing = Report(desk.grader.assignment.name, student_named(folder.parent.name), "", ())
        return _not_written(desk.grader, nothing, f"{type(error).__name__}: {error}")


def _graded(desk: _Desk, folder: Path) -> Graded | Report:
    """A student's folder, graded; the report of before, where this very work is in the gradebook."""
    grader = desk.grader
    collected = collect(folder, f"{grader.assignment.notebook_name}.ipynb")
    work = staged(desk.root, collected, grader.pristine, folder)
    if desk.writer.holds(collected.student, work.digest, collected.timestamp):
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError):  # somebody has touched it: graded anew
            path = desk.writer.folder(collected.student) / REPORT_FILE
            return report.from_record(json.loads(path.read_text(encoding="utf-8")))
    found = grader.grade(collected)
    notebook = autograded(work.notebook, found, desk.writer.master)
    return Graded(collected.student, notebook, found, work.digest, collected.timestamp)


def _chunks(items: Iterator[T]) -> Iterator[list[T]]:
    """Lists of what has come: full ones, and what there is after a while or when somebody interrupts."""
    chunk: list[T] = []
    begun = time.monotonic()
    try:
        for item in items:
            chunk.append(item)
            if len(chunk) == CHUNK or time.monotonic() - begun > SECONDS:
                yield chunk
                chunk, begun = [], time.monotonic()
    except KeyboardInterrupt:
        yield chunk
        raise
    if chunk:
        yield chunk


def _write(writer: GradebookWriter, chunk: Sequence[Graded]) -> Iterator[tuple[str, str]]:
    """Write a chunk; yields the students for whom that failed, and why."""
    try:
        writer.write(chunk)
    except Exception as error:  # a full disk, a name that nbgrader does not take: for one of them, perhaps
        if len(chunk) == 1:
            yield chunk[0].student, str(error).strip().partition("\n")[0]
        else:
            for each in chunk:
                yield from _write(writer, [each])


def _not_written(grader: Grader, found: Report, reason: str) -> Report:
    tasks = all_failed(grader.runs, NotWritten(reason))
    return Report(found.assignment, found.student, "", tasks, "", (f"not in the gradebook: {reason}",))


@contextlib.contextmanager
def _alone(course: Course, assignment: str) -> Iterator[None]:
    """Wait until no other call grades this assignment."""
    course.memory.parent.mkdir(parents=True, exist_ok=True)
    if fcntl is None:
        yield
        return
    with (course.memory.parent / f"{assignment}.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print(f"{assignment} is being graded by another call: waiting for it to end", file=sys.stderr)
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield
