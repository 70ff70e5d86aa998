"""Runs a job in a plain Python process: time limits, no protection; for a student's own code, on any platform."""

from __future__ import annotations

import contextlib
import os
import queue
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any, BinaryIO

from autograder.sandbox import alone, runner, wire
from autograder.sandbox.job import ChildDied

START = "import sys; sys.path.append(sys.argv[1]); from autograder.sandbox.local import main; main()"


class LocalSandbox:
    """Starts one process a child. Whoever uses it trusts the code as much as their own."""

    label = "none"

    def spawn(self) -> LocalChild:
        return LocalChild()

    def close(self) -> None:
        """Nothing is kept between children."""


class LocalChild:
    """A process that serves one job over its standard input and output, in an empty folder: in grading, too,
    the files beside the notebook are not there.
    """

    def __init__(self) -> None:
        environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "MPLBACKEND": "Agg"}
        self._folder = tempfile.mkdtemp()
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-c", START, str(Path(__file__).resolve().parents[2])],
            cwd=self._folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
        )
        self._frames: queue.Queue[Any] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def send(self, frame: bytes, deadline: float) -> None:
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(frame)
            self._process.stdin.flush()
        except OSError:
            raise ChildDied("crashed", self._end()) from None

    def receive(self, deadline: float) -> Any:
        try:
            frame = self._frames.get(timeout=max(0.0, deadline - time.monotonic()))
        except queue.Empty:
            raise TimeoutError from None
        if isinstance(frame, Exception):
            raise frame
        return frame

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe is not None
            try:
                pipe.close()
            except OSError:  # the rest of a request that the child no longer reads
                continue
        shutil.rmtree(self._folder, ignore_errors=True)

    def _read(self) -> None:
        """A thread, because pipes have no time limits on Windows."""
        try:
            while True:
                self._frames.put(wire.read_frame(self._take))
        except wire.WireError as error:
            self._frames.put(error)
        except (EOFError, OSError, ValueError):
            self._frames.put(ChildDied("crashed", self._end()))

    def _take(self, size: int) -> bytes:
        assert self._process.stdout is not None
        data = self._process.stdout.read(size)
        if len(data) < size:
            raise EOFError
        return data

    def _end(self) -> str:
        status = self._process.wait()
        return f"the process ended with signal {-status}" if status < 0 else f"exit status {status}"


def main() -> None:
    """Serve the request on standard input; what student code prints goes nowhere."""
    requests, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    with open(os.devnull, "r+b") as null:
        for descriptor in (0, 1, 2):
            os.dup2(null.fileno(), descriptor)
    sys.argv[:] = [""]
    alone.install()
    with contextlib.suppress(EOFError):  # nothing more is asked
        runner.serve(lambda: wire.read_frame(lambda size: _exactly(requests, size)), lambda frame: _put(answers, frame))


def _exactly(stream: BinaryIO, size: int) -> bytes:
    data = stream.read(size)
    if len(data) < size:
        raise EOFError
    return data


def _put(stream: BinaryIO, frame: bytes) -> None:
    stream.write(frame)
    stream.flush()


if __name__ == "__main__":
    main()
