"""Plain processes of which one is started ahead, so that NumPy is loaded when something is asked."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from autograder.sandbox.local import LocalChild, LocalSandbox

GLANCE = 0.05  # seconds from one look at what is awaited to the next


class CalledOff(Exception):
    """Nobody wants the answer any more."""


class ReadySandbox(LocalSandbox):
    """Every child is a fresh process that nothing ran in.

    Parameters
    ----------
    called_off : callable
        Says while an answer is awaited whether it is no longer wanted; then CalledOff is raised.
    """

    def __init__(self, called_off: Callable[[], bool]) -> None:
        self._called_off = called_off
        self._next: ReadyChild | None = None

    def prepare(self) -> None:
        """Start the next child; does not wait for it."""
        self._next = self._next or ReadyChild(self._called_off)

    def spawn(self) -> ReadyChild:
        child = self._next
        if child and child.is_alive():
            self._next = None
            return child
        self.close()
        return ReadyChild(self._called_off)

    def close(self) -> None:
        """End the child that waits."""
        if self._next:
            self._next.kill()
        self._next = None


class ReadyChild(LocalChild):
    """A process that serves one job, some time after its start."""

    def __init__(self, called_off: Callable[[], bool]) -> None:
        super().__init__()
        self._called_off = called_off

    def is_alive(self) -> bool:
        return self._process.poll() is None

    def receive(self, deadline: float) -> Any:
        while True:
            try:
                return super().receive(min(deadline, time.monotonic() + GLANCE))
            except TimeoutError:
                if time.monotonic() >= deadline:
                    raise
                if self._called_off():
                    raise CalledOff from None
