"""The judge's side of the sandbox: keeps a zygote warm and talks to the children that it forks."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import time
from pathlib import Path
from typing import Any

from autograder.sandbox import layers as sandbox_layers
from autograder.sandbox import runner, wire
from autograder.sandbox.job import ChildDied, SandboxFailed
from autograder.sandbox.layers import Layers

BOOT_SECONDS = 30.0
ANSWER_SECONDS = 5.0  # the zygote only forks and reaps; later than this, it is stuck
CPU_SECONDS = 300
CHUNK = 1 << 18


class WarmSandbox:
    """Forks children, one at a time, from a locked-in process that has NumPy loaded.

    Parameters
    ----------
    readable : tuple of Path
        Folders whose files the children may read, such as data sets; they must exist when the zygote boots.
    layers : Layers, optional
        What to protect with; by default what `layers.find` finds.
    cpu_seconds : int
        Processor time that a child may use, should the judge's own clock fail.
    sources : tuple of str
        Texts of probes that the zygote compiles, so that no child has to.

    Raises
    ------
    NoSandbox
        If no layers work here.
    """

    def __init__(
        self,
        readable: tuple[Path, ...] = (),
        layers: Layers | None = None,
        cpu_seconds: int = CPU_SECONDS,
        sources: tuple[str, ...] = (),
    ) -> None:
        self._layers = layers or sandbox_layers.find()
        self._readable, self._cpu_seconds = readable, cpu_seconds
        self._sources = tuple(text for text in map(str.encode, sources) if len(text) < runner.SOURCE_CAP)
        self._zygote: _Zygote | None = None
        self._child: WarmChild | None = None
        self.label = self._layers.label

    def spawn(self) -> WarmChild:
        """Fork a child; a zygote that died is started again.

        Raises
        ------
        SandboxFailed
            If no zygote starts; the message says why.
        """
        if self._child:
            self._child.kill()
        for _ in range(2):
            self._zygote = self._zygote or _Zygote(self._layers, self._readable, self._sources)
            try:
                self._child = WarmChild(self._zygote, self._cpu_seconds)
                return self._child
            except OSError as error:
                reason = error
                self.close()
        raise SandboxFailed(str(reason))

    def close(self) -> None:
        """End the child and the zygote; `spawn` would start another."""
        if self._child:
            self._child.kill()
        if self._zygote:
            self._zygote.close()
        self._child = self._zygote = None


class WarmChild:
    """A forked process that serves one job."""

    def __init__(self, zygote: _Zygote, cpu_seconds: int) -> None:
        self._zygote = zygote
        self._death: ChildDied | SandboxFailed | None = None
        self._buffer = bytearray()
        self._channel, theirs = socket.socketpair()
        try:
            with theirs:
                zygote.fork(theirs, cpu_seconds)
        except OSError:
            self._channel.close()
            raise

    def send(self, frame: bytes, deadline: float) -> None:
        rest = memoryview(frame)
        while rest:
            self._wait_at_most(deadline)
            try:
                rest = rest[self._channel.send(rest) :]
            except ConnectionError:
                raise self._end("hung up") from None

    def receive(self, deadline: float) -> Any:
        return wire.read_frame(lambda size: self._take(size, deadline))

    def kill(self) -> None:
        self._end("kill")

    def _take(self, size: int, deadline: float) -> bytearray:
        """Exactly `size` bytes, not copied; what is only announced takes no memory."""
        while len(self._buffer) < size:
            self._wait_at_most(deadline)
            try:
                chunk = self._channel.recv(CHUNK)
            except ConnectionError:
                chunk = b""
            if not chunk:
                raise self._end("hung up")
            self._buffer += chunk
        data, self._buffer = self._buffer, self._buffer[size:]  # the rest is never more than a chunk
        del data[size:]
        return data

    def _wait_at_most(self, deadline: float) -> None:
        if self._death:
            raise self._death
        remaining = deadline - time.monotonic()
        if remaining <= 0:
            raise TimeoutError
        self._channel.settimeout(remaining)

    def _end(self, why: str) -> ChildDied | SandboxFailed:
        """Kill and reap, once; say what the child died of."""
        if self._death is None:
            self._channel.close()
            try:
                self._death = ChildDied(*self._zygote.end(why))
            except (OSError, ValueError):
                self._zygote.close()  # whatever forks next starts another
                self._death = SandboxFailed("the sandbox ended")
        return self._death


class _Zygote:
    """The process that forks, and the control channel to it; student data never goes this way."""

    def __init__(self, layers: Layers, readable: tuple[Path, ...], sources: tuple[bytes, ...]) -> None:
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = subprocess.Popen(
                sandbox_layers.command(layers, theirs.fileno(), readable, len(sources)),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                pass_fds=[theirs.fileno()],
                env=sandbox_layers.environment(),
                cwd="/",
                start_new_session=True,  # an interrupt at the keyboard is for the judge to handle
            )
        try:
            self._control.settimeout(BOOT_SECONDS)
            for source in sources:
                self._control.send(source)
            self._answer(b"ready", BOOT_SECONDS)
        except OSError:
            self.close()
            raise OSError(f"the sandbox does not start: {self._complaint()}") from None
        self._complaint()

    def fork(self, channel: socket.socket, cpu_seconds: int) -> None:
        """Fork a child that talks through this end of a channel; raises OSError."""
        socket.send_fds(self._control, [str(cpu_seconds).encode()], [channel.fileno()])
        self._answer(b"forked", ANSWER_SECONDS)

    def end(self, why: str) -> tuple[str, str]:
        """Kill and reap the child; returns the reason and the detail of its death, or raises OSError, ValueError."""
        self._control.settimeout(ANSWER_SECONDS)
        self._control.send(why.encode())
        reason, detail = json.loads(self._control.recv(1024))
        return reason, detail

    def close(self) -> None:
        """End the process; it goes by itself when its control channel closes."""
        self._control.close()
        try:
            self._process.wait(ANSWER_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _answer(self, expected: bytes, seconds: float) -> None:
        self._control.settimeout(seconds)
        answer = self._control.recv(1024)
        if answer != expected:
            raise OSError(f"the sandbox answered {answer!r}")

    def _complaint(self) -> str:
        """The last line that a process that ended wrote, and close the pipe; others may hold its other end."""
        assert self._process.stderr is not None
        with self._process.stderr as stream:
            os.set_blocking(stream.fileno(), False)
            lines = (stream.read(1 << 16) or b"").decode(errors="replace").split("\n")
        return next((line for line in reversed(lines) if line.strip()), "no message")
