"""The warm process: locks itself in, then forks a child for each request; never runs student code itself."""

from __future__ import annotations

import gc
import importlib
import json
import os
import random
import signal
import socket
import sys
import time
from collections.abc import Callable
from typing import BinaryIO

import numpy as np

from autograder.sandbox import alone, landlock, limits, runner, seccomp, wire

PRELOADED = (
    *("abc", "collections", "contextlib", "copy", "dataclasses", "enum", "functools", "itertools", "json"),
    *("math", "operator", "random", "re", "statistics", "string", "time", "typing", "warnings"),
    *("numpy.fft", "numpy.linalg", "numpy.ma", "numpy.polynomial", "numpy.random", "numpy.testing"),
)
CHANNEL = 3  # the child's one open file beside /dev/null
OUT_OF_MEMORY = 77  # a child's exit status
READ_AHEAD = 1 << 16  # bytes; most frames take one call of the system
GRACE = 0.1  # seconds that a child whose channel closed has to be dead by itself


def main() -> None:
    """Boot, say so, and serve until the judge hangs up."""
    settings = json.loads(sys.argv[1])
    parent = os.getppid()
    limits.die_with(parent)
    control = socket.socket(fileno=settings["control"])
    for name in PRELOADED:
        importlib.import_module(name)
    for _ in range(settings["sources"]):
        runner.compiled(control.recv(runner.SOURCE_CAP).decode())
    _forget()
    limits.drop_rights(settings["code"], settings["readable"])
    limits.die_with(parent)  # once more: the kernel forgets it when the user changes
    if settings["landlock"]:
        landlock.restrict(settings["code"], settings["readable"], settings["hidden"])
    instructions = seccomp.program(seccomp.machine())
    fork = os.fork  # a child's `os.fork` is a refusal
    alone.install()
    gc.collect()
    gc.freeze()  # no collection in a child touches, and so copies, what the zygote made
    os.dup2(1, 2)
    control.send(b"ready")
    _serve(control, fork, instructions, limits.address_space())


def _forget() -> None:
    """Leave nothing about this machine or this run to the children."""
    package = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    sys.path[:] = [folder for folder in sys.path if folder != package]
    sys.path_importer_cache.clear()
    sys.argv[:] = sys.orig_argv[:] = [""]
    for name in ("PYTHONPATH", "LD_LIBRARY_PATH"):
        os.environ.pop(name, None)


def _serve(control: socket.socket, fork: Callable[[], int], instructions: bytes, base: int) -> None:
    """Fork on a number (the seconds of processor time) and a channel; kill and reap on any other request."""
    child = cpu_seconds = 0
    while True:
        request, descriptors, _, _ = socket.recv_fds(control, 64, 1)
        if descriptors:
            cpu_seconds = int(request)
            child = _fork(fork, descriptors[0], instructions, base, cpu_seconds)
            os.close(descriptors[0])
            control.send(b"forked")
            continue
        answer = _end(child, cpu_seconds, GRACE if request == b"hung up" else 0.0)
        child = 0
        if not request:
            return
        control.send(json.dumps(answer).encode())


def _fork(fork: Callable[[], int], channel: int, instructions: bytes, base: int, cpu_seconds: int) -> int:
    zygote = os.getpid()
    child = fork()
    if child:
        return child
    try:
        limits.die_with(zygote)
        os.dup2(channel, CHANNEL)
        os.closerange(CHANNEL + 1, os.sysconf("SC_OPEN_MAX"))
        limits.set_limits(base, cpu_seconds)
        seccomp.load(instructions)
        random.seed(0)  # here, because Python seeds it anew after each fork
        np.random.seed(0)
        with open(CHANNEL, "rb", READ_AHEAD, closefd=False) as stream:
            runner.serve(lambda: wire.read_frame(lambda size: _read(stream, size)), _write)
    except EOFError:  # nothing more is asked
        os._exit(0)
    except MemoryError:
        os._exit(OUT_OF_MEMORY)
    except BaseException:
        os._exit(1)
    os._exit(0)


def _end(child: int, cpu_seconds: int, grace: float) -> tuple[str, str]:
    """Kill and reap; say what the child died of."""
    if not child:
        return "crashed", "there is no child"
    until = time.monotonic() + grace
    while (alive := _is_alive(child)) and time.monotonic() < until:
        time.sleep(0.001)
    os.kill(child, signal.SIGKILL)
    _, status, usage = os.wait4(child, 0)
    code, seconds = os.waitstatus_to_exitcode(status), usage.ru_utime + usage.ru_stime
    if alive:
        return "crashed", "it closed its channel"
    if code == -signal.SIGXCPU or (code == -signal.SIGKILL and seconds > cpu_seconds - 0.5):
        return "cpu", f"more than {cpu_seconds} s of processor time"
    if code in (OUT_OF_MEMORY, -signal.SIGKILL):  # nobody kills it but the system, when memory is short
        return "memory", "out of memory"
    return "crashed", (signal.strsignal(-code) or "").lower() if code < 0 else f"exit status {code}"


def _is_alive(child: int) -> bool:
    return os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None


def _read(stream: BinaryIO, size: int) -> bytes:
    data = stream.read(size)
    if len(data) < size:
        raise EOFError
    return data


def _write(frame: bytes) -> None:
    rest = memoryview(frame)
    while rest:
        rest = rest[os.write(CHANNEL, rest) :]


if __name__ == "__main__":
    main()
