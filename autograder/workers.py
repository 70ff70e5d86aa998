"""Spreads work over forked processes, and does again what a process that was killed had not finished."""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from typing import Any, TypeVar

from autograder.errors import UserError

S = TypeVar("S")
T = TypeVar("T")
R = TypeVar("R")
TRIES = 3  # workers that die before one item is done; student code cannot kill one, a kernel short of memory can
AHEAD = 4  # items that wait for a worker in its queue; results are not held back by a slow one before them

_shared: Any = None  # what workers inherit


class WorkerDied(UserError):
    """Something kills the workers: not the submissions, which run elsewhere."""


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
    gc.collect()
    gc.freeze()  # no collection in a worker goes through, and so copies, what it has inherited
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
            pool.shutdown(cancel_futures=True)  # what has not begun; the others are waited for: they hold our lock, too


def _become_worker(parent: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # an interrupt at the keyboard is for the one who gives out the work
    if sys.platform == "linux":
        from autograder.sandbox.limits import die_with

        die_with(parent)  # it would wait for work for ever


def _do(work: Callable[[Any, T], R], item: T) -> R:
    return work(_shared, item)
