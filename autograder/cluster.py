"""Grades on the workers of a dask cluster: work and results travel as bytes, and each worker has a warm sandbox.

A worker needs this package and a sandbox, and nothing of the course: what it needs of that is sent along.
"""

from __future__ import annotations

import json
import struct
import subprocess
import sys
import tempfile
import threading
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import IO, Any

from autograder.autograded import Graded
from autograder.batch import Desk, Graders, graded, in_words, not_graded
from autograder.collect import Collected
from autograder.course import MEMORY_FOLDER, SECRET_FILE, Course
from autograder.errors import UserError
from autograder.grade import Grader
from autograder.marked import handed_in, staged
from autograder.master import Master
from autograder.verdict import Report

CHUNK = 10  # submissions in one task: some 0.3 s of work for 1 ms of the scheduler's
AHEAD = 3  # tasks for each thread of the cluster that are under way
RETRIES = 3  # of a task whose grading process was killed; what a lost worker had is given to another one by dask
SIZE = struct.Struct("<Q")
FAILED = b"!"  # what the result of a failure of ours begins with; others begin as zlib does

_here = threading.local()


class NoCluster(UserError):
    """No scheduler answers."""


def on_cluster(course: Course, address: str, trust_students: bool = False) -> Graders:
    """Graders that are the workers of an existing cluster.

    Parameters
    ----------
    address : str
        Of the scheduler, as "tcp://10.0.0.1:8786".
    """
    return partial(_grade, course, address, trust_students)


def _grade(
    course: Course, address: str, trust_students: bool, desk: Desk, folders: Sequence[Path]
) -> Iterator[Graded | Report]:
    try:
        from distributed import Client, as_completed
    except ImportError:
        raise NoCluster('the extra for clusters is missing: pip install -e ".[course,cluster]"') from None
    try:
        client = Client(address)
    except (OSError, ValueError) as error:
        raise NoCluster(f"no scheduler at {address}: {error}") from None
    with client:
        if not client.nthreads():
            print(f"{address} has no workers yet: waiting for one", file=sys.stderr)
            client.wait_for_workers(1)
        # The result of a task, not data of ours: should all workers that have it be lost, the scheduler makes it anew.
        luggage = client.submit(_same, pack(course, desk, trust_students), pure=False)
        running, chunks = as_completed(), dict[str, list[Path]]()
        for chunk in _chunks(desk, folders):
            if isinstance(chunk, Report):
                yield chunk
                continue
            future = client.submit(_grade_chunk, luggage, [item for _, item in chunk], retries=RETRIES, pure=False)
            chunks[future.key] = [folder for folder, _ in chunk]
            running.add(future)
            while running.count() >= AHEAD * max(1, sum(client.nthreads().values())):
                yield from _results(desk, next(running), chunks)
        for future in running:
            yield from _results(desk, future, chunks)


def _chunks(desk: Desk, folders: Sequence[Path]) -> Iterator[Report | list[tuple[Path, bytes]]]:
    """What is to be graded, some submissions at a time; and reports on what need not be graded, or cannot."""
    chunk: list[tuple[Path, bytes]] = []
    for folder in folders:
        try:
            collected, work = handed_in(desk.grader.assignment, desk.grader.pristine, folder)
            held = desk.held(collected, work)
        except Exception as error:  # a failure of ours: the others go on
            held = not_graded(desk.grader, folder, in_words(error))
        if held:
            yield held
            continue
        chunk.append((folder, _item(desk.grader.assignment.root, folder, collected)))
        if len(chunk) == CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _results(desk: Desk, future: Any, chunks: dict[str, list[Path]]) -> Iterator[Graded | Report]:
    folders = chunks.pop(future.key)
    error = future.exception()
    if error is not None:
        yield from (not_graded(desk.grader, folder, in_words(error)) for folder in folders)
        return
    for folder, result in zip(folders, future.result(), strict=True):
        if result.startswith(FAILED):
            yield not_graded(desk.grader, folder, result[len(FAILED) :].decode())
        else:
            yield Graded.decode(result)


def _item(root: Path, folder: Path, collected: Collected) -> bytes:
    """A submission as bytes."""
    content = {**vars(collected), "path": collected.path.name if collected.path else None}
    return json.dumps([str(folder.relative_to(root)), content]).encode()


def pack(course: Course, desk: Desk, trust_students: bool) -> bytes:
    """All that a grader on another machine needs of a course, as a zip."""
    name, root, content = desk.grader.assignment.name, course.root, BytesIO()
    folders = [root / "solutions" / name, root / "assignments" / name, root / MEMORY_FOLDER]
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(root / SECRET_FILE, SECRET_FILE)
        for path in (path for folder in folders for path in folder.rglob("*") if path.is_file()):
            if "__pycache__" not in path.parts:
                archive.write(path, path.relative_to(root))
        archive.writestr(zipfile.ZipInfo("desk.json"), json.dumps([name, trust_students, asdict(desk.master)]))
    return content.getvalue()


def _same(luggage: bytes) -> bytes:
    return luggage


def _grade_chunk(luggage: bytes, items: Sequence[bytes]) -> list[bytes]:
    """Runs in a thread of a worker: each has a process that grades, for limits of time need a main thread."""
    process: _Process | None = getattr(_here, "process", None)
    if process is None or process.luggage != luggage:
        if process is not None:
            process.end()
        process = _here.process = _Process(luggage)
    try:
        return [process.ask(item) for item in items]
    except (OSError, EOFError):
        process.end()
        _here.process = None  # the next task starts another
        raise


class _Process:
    """A process that grades; it ends when its worker does."""

    def __init__(self, luggage: bytes) -> None:
        self.luggage = luggage
        command = [sys.executable, "-m", "autograder.cluster"]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        ready = self.ask(luggage)
        if ready.startswith(FAILED):
            self.end()
            raise RuntimeError(ready[len(FAILED) :].decode())

    def ask(self, item: bytes) -> bytes:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        _send(self._process.stdin, item)
        return _receive(self._process.stdout)

    def end(self) -> None:
        self._process.kill()
        self._process.communicate()


def serve(requests: IO[bytes], answers: IO[bytes]) -> None:
    """Grade what is asked for, in a process of its own: first comes the luggage, then one submission after another."""
    with tempfile.TemporaryDirectory(prefix="autograder-course-") as folder:
        root = Path(folder)
        with zipfile.ZipFile(BytesIO(_receive(requests))) as archive:
            archive.extractall(root)
        name, trust_students, master = json.loads((root / "desk.json").read_text("utf-8"))
        course = Course(root)
        try:
            grader = Grader(course, course.assignment(name), trust_students)
        except Exception as error:  # no sandbox works here: whoever asked is told
            return _send(answers, _failure(error))
        with grader:
            _send(answers, b"ready")
            while True:
                try:
                    item = _receive(requests)
                except EOFError:
                    return None
                _send(answers, _grade_item(grader, Master(**master), root, item))


def _grade_item(grader: Grader, master: Master, root: Path, item: bytes) -> bytes:
    try:
        folder, content = json.loads(item)
        path = content.pop("path")
        notes = tuple(content.pop("notes"))
        collected = Collected(**content, path=Path(path) if path else None, notes=notes)
        work = staged(root, collected, grader.pristine, root / folder)
        return graded(grader, master, collected, work).encode()
    except Exception as error:  # a failure of ours: the others go on
        return _failure(error)


def _failure(error: Exception) -> bytes:
    return FAILED + in_words(error).encode(errors="replace")


def _send(stream: IO[bytes], content: bytes) -> None:
    stream.write(SIZE.pack(len(content)) + content)
    stream.flush()


def _receive(stream: IO[bytes]) -> bytes:
    """The next message; raises EOFError when the other side has gone."""
    head = stream.read(SIZE.size)
    content = stream.read(SIZE.unpack(head)[0]) if len(head) == SIZE.size else b""
    if len(head) < SIZE.size or len(content) < SIZE.unpack(head)[0]:
        raise EOFError("the other side has gone")
    return content


if __name__ == "__main__":
    with open(sys.stdout.fileno(), "wb", closefd=False) as answers:
        sys.stdout = sys.stderr
        serve(sys.stdin.buffer, answers)
