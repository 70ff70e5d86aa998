"""The sandbox of `autograder check` with children that are forks of a process that has loaded what they need."""

from __future__ import annotations

import contextlib
import os
import queue
import signal
import socket
import subprocess
import sys
import tempfile
import threading

from conftest import REPOSITORY

from autograder.sandbox.local import LocalChild, LocalSandbox

SERVER = """
import os, socket, sys
sys.path.append(sys.argv[1])
from autograder.sandbox import local
control = socket.socket(fileno=int(sys.argv[2]))
while True:
    folder, pipes, _, _ = socket.recv_fds(control, 4096, 2)
    if not folder:
        break
    child = os.fork()
    if child == 0:
        control.close()
        os.chdir(folder)
        for number, pipe in enumerate(pipes):
            os.dup2(pipe, number)
            os.close(pipe)
        local.main()
        break
    for pipe in pipes:
        os.close(pipe)
    control.send(str(child).encode())
    control.send(str(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])).encode())
"""


class ForkedSandbox(LocalSandbox):
    """Serves one child at a time; each starts in 2 ms, a new process in 200 ms."""

    def __init__(self) -> None:
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        call = [sys.executable, "-P", "-c", SERVER, str(REPOSITORY), str(theirs.fileno())]
        environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "MPLBACKEND": "Agg"}
        with theirs:
            self._server = subprocess.Popen(call, pass_fds=[theirs.fileno()], env=environment)

    def spawn(self) -> LocalChild:
        return _Child(self._control)

    def close(self) -> None:
        self._control.close()
        self._server.wait()


class _Child(LocalChild):
    def __init__(self, control: socket.socket) -> None:
        self._folder = tempfile.mkdtemp()
        self._process = _Process(control, self._folder)  # type: ignore[assignment]
        self._frames = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()


class _Process:
    """What `LocalChild` needs of a `subprocess.Popen`, of a process that the server has forked."""

    def __init__(self, control: socket.socket, folder: str) -> None:
        (reading, stdin), (stdout, writing) = os.pipe(), os.pipe()
        socket.send_fds(control, [folder.encode()], [reading, writing])
        os.close(reading)
        os.close(writing)
        self.stdin, self.stdout = os.fdopen(stdin, "wb"), os.fdopen(stdout, "rb")
        self._control, self._lock = control, threading.Lock()
        self._pid, self._status = int(control.recv(32)), None

    def kill(self) -> None:
        if self._status is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._pid, signal.SIGKILL)

    def wait(self) -> int:
        with self._lock:
            if self._status is None:
                self._status = int(self._control.recv(32))
        return self._status
