"""Stand-ins for threads: their work is done where they start, one after the other, and a wait for ever is an error.

A child may not start threads (the seccomp filter refuses the call), and does not need to: what a thread would do, its
`start` does. A daemon thread goes on until it first waits. What needs another process or the network is refused.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from autograder.sandbox.stand_ins import Table

WAITS = "waits for another thread; grading runs threads one after the other"
PROCESSES = "starts another process; grading runs everything in one"
NETWORK = "opens a connection; grading has no network"

Original = Callable[..., Any]
_allocate = threading._allocate_lock  # type: ignore[attr-defined]


class ThreadError(RuntimeError):
    """Code waits for what only another thread could do."""


class Parked(BaseException):
    """A daemon thread waits: what comes after it in the program runs on, and the thread does not."""


def _never() -> None:
    """Nothing else runs, so what is awaited cannot happen."""
    if _in_a_daemon():
        raise Parked
    raise ThreadError(WAITS)


def _wait(timeout: float | None) -> bool:
    """Wait for another thread: for ever is an error, and a timeout is over at once."""
    if timeout is None or _in_a_daemon():
        _never()
    return False


def _in_a_daemon() -> bool:
    thread = threading.current_thread()
    return thread.daemon and thread.__dict__.get("_inline") == "runs"


def _start(original: Original, thread: threading.Thread) -> None:
    started: threading.Event = thread._started  # type: ignore[attr-defined]
    if started.is_set():
        raise RuntimeError("threads can only be started once")
    started.set()
    thread._inline = "later"  # type: ignore[attr-defined]
    if not isinstance(thread, threading.Timer):
        _run(thread)


def _run(thread: threading.Thread) -> None:
    """Do a thread's work here; an exception ends the thread only, as ever."""
    active, number = threading._active, threading.get_ident()  # type: ignore[attr-defined]
    before = active.get(number)
    thread._inline, thread._ident = "runs", number  # type: ignore[attr-defined]
    active[number] = thread
    try:
        thread.run()
    except Parked:
        thread._inline = "waits"  # type: ignore[attr-defined]
    except (ThreadError, MemoryError):
        raise
    except SystemExit:  # ends a thread without a word
        return
    except Exception as error:
        threading.excepthook(threading.ExceptHookArgs((type(error), error, error.__traceback__, thread)))
    finally:
        active.pop(number) if before is None else active.__setitem__(number, before)
        if thread._inline == "runs":  # type: ignore[attr-defined]
            _finish(thread)


def _finish(thread: threading.Thread) -> None:
    """Let Python's own methods, too, find that it has ended."""
    thread._inline, thread._is_stopped = "ended", True  # type: ignore[attr-defined]
    if hasattr(thread, "_handle") and hasattr(thread._handle, "_set_done"):
        thread._handle._set_done()


def _is_alive(original: Original, thread: threading.Thread) -> bool:
    state = thread.__dict__.get("_inline")
    return bool(original(thread)) if state is None else state != "ended"


def _join(original: Original, thread: threading.Thread, timeout: float | None = None) -> None:
    state = thread.__dict__.get("_inline")
    if state == "later" and isinstance(thread, threading.Timer):
        _join_timer(thread, timeout)
    elif state == "waits":
        _wait(timeout)
    elif state == "runs":
        raise RuntimeError("cannot join current thread")
    elif state is None:
        original(thread, timeout)


def _join_timer(timer: threading.Timer, timeout: float | None) -> None:
    """A timer that nobody has cancelled does its work when its end is awaited."""
    if timer.finished.is_set():
        _finish(timer)
    elif timeout is None or timeout >= timer.interval:
        _run(timer)


def _start_new_thread(original: Original, function: Any, arguments: tuple[Any, ...], named: Any = None) -> int:
    threading.Thread(target=function, args=arguments, kwargs=named, daemon=True).start()
    return threading.get_ident()


class Lock:
    """A lock that a thread cannot wait for, as long as stand-ins are in place."""

    def __init__(self) -> None:
        self._lock: Any = _allocate()

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        return bool(self._lock.acquire(False)) or (bool(blocking) and self._block(timeout))

    def _block(self, timeout: float) -> bool:
        return bool(self._lock.acquire(True, timeout))

    def release(self) -> None:
        self._lock.release()

    def locked(self) -> bool:
        return bool(self._lock.locked())

    def __enter__(self) -> bool:
        return self.acquire()

    def __exit__(self, *failure: object) -> None:
        self.release()

    def _at_fork_reinit(self) -> None:
        self._lock = _allocate()


def _lock(original: Original) -> Lock:
    return Lock()


def _block(original: Original, lock: Lock, timeout: float) -> bool:
    return _wait(None if timeout < 0 else timeout)


def _wait_for_notice(original: Original, condition: threading.Condition, timeout: float | None = None) -> bool:
    if not condition._is_owned():  # type: ignore[attr-defined]
        raise RuntimeError("cannot wait on un-acquired lock")
    return _wait(timeout)


def _wait_for(original: Original, condition: threading.Condition, predicate: Any, timeout: float | None = None) -> Any:
    return predicate() or _wait(timeout) or predicate()


def _wait_for_event(original: Original, event: threading.Event, timeout: float | None = None) -> bool:
    return event.is_set() or _wait(timeout)


def _acquire(
    original: Original, semaphore: threading.Semaphore, blocking: bool = True, timeout: float | None = None
) -> bool:
    return bool(original(semaphore, False)) or (bool(blocking) and _wait(timeout))


def _get(original: Original, queue: Any, block: bool = True, timeout: float | None = None) -> Any:
    if block and _in_a_daemon() and queue.empty():
        _never()
    return original(queue, block and timeout is None, None)


def _put(original: Original, queue: Any, item: Any, block: bool = True, timeout: float | None = None) -> None:
    if block and _in_a_daemon() and queue.full():
        _never()
    original(queue, item, block and timeout is None, None)


def _simple_queue(original: Original) -> Any:
    import queue

    return queue._PySimpleQueue()  # type: ignore[attr-defined]


def _sleep(original: Original, seconds: float) -> None:
    if _in_a_daemon():
        _never()
    original(seconds)


def _submit(original: Original, executor: Any, function: Any, /, *arguments: Any, **named: Any) -> Any:
    from concurrent.futures import Future

    if executor._shutdown:
        raise RuntimeError("cannot schedule new futures after shutdown")
    if not executor.__dict__.setdefault("_inline", False):
        executor._inline = True
        (getattr(executor, "_initializer", None) or tuple)(*getattr(executor, "_initargs", ()))
    future: Future[Any] = Future()
    future.set_running_or_notify_cancel()
    try:
        future.set_result(function(*arguments, **named))
    except (ThreadError, MemoryError):
        raise
    except Exception as error:
        future.set_exception(error)
    return future


class Finished:
    """The result of work that a pool has done, or the exception that it raised."""

    def __init__(self, work: Callable[[], Any], callback: Any = None, error_callback: Any = None) -> None:
        self._value: Any = None
        self._error: Exception | None = None
        try:
            self._value = work()
        except (ThreadError, MemoryError):
            raise
        except Exception as error:
            self._error = error
        told = callback if self._error is None else error_callback
        if told:
            told(self._value if self._error is None else self._error)

    def get(self, timeout: float | None = None) -> Any:
        if self._error is not None:
            raise self._error
        return self._value

    def wait(self, timeout: float | None = None) -> None:
        """It has ended."""

    def ready(self) -> bool:
        return True

    def successful(self) -> bool:
        return self._error is None


def _pool(original: Original, pool: Any, processes: Any = None, initializer: Any = None, initargs: Any = ()) -> None:
    pool._state = "CLOSE"  # to Python's own methods there is nothing left to close
    (initializer or tuple)(*initargs)


def _apply(original: Original, pool: Any, func: Any, args: Any = (), kwds: Any = None) -> Any:
    return func(*args, **(kwds or {}))


def _apply_async(
    original: Original,
    pool: Any,
    func: Any,
    args: Any = (),
    kwds: Any = None,
    callback: Any = None,
    error_callback: Any = None,
) -> Finished:
    return Finished(lambda: func(*args, **(kwds or {})), callback, error_callback)


def _map(original: Original, pool: Any, func: Any, iterable: Iterable[Any], chunksize: Any = None) -> list[Any]:
    return [func(item) for item in iterable]


def _starmap(original: Original, pool: Any, func: Any, iterable: Iterable[Any], chunksize: Any = None) -> list[Any]:
    return [func(*item) for item in iterable]


def _map_async(
    original: Original,
    pool: Any,
    func: Any,
    iterable: Iterable[Any],
    chunksize: Any = None,
    callback: Any = None,
    error_callback: Any = None,
) -> Finished:
    return Finished(lambda: [func(item) for item in iterable], callback, error_callback)


def _starmap_async(
    original: Original,
    pool: Any,
    func: Any,
    iterable: Iterable[Any],
    chunksize: Any = None,
    callback: Any = None,
    error_callback: Any = None,
) -> Finished:
    return Finished(lambda: [func(*item) for item in iterable], callback, error_callback)


def _imap(original: Original, pool: Any, func: Any, iterable: Iterable[Any], chunksize: Any = None) -> Iterator[Any]:
    return iter([func(item) for item in iterable])


def _enter(original: Original, pool: Any) -> Any:
    return pool


def _nothing(original: Original, *words: Any) -> None:
    """There is no thread to end or to wait for."""


def _event_loop(original: Original) -> Any:
    """An event loop without a socket; it runs coroutines, and waits for nothing but time."""
    import asyncio

    class Loop(asyncio.BaseEventLoop):
        _selector = property(lambda self: self)

        def select(self, timeout: float | None) -> list[Any]:
            if timeout is None:
                _never()
            time.sleep(timeout or 0.0)
            return []

        def _process_events(self, events: list[Any]) -> None:
            """Nothing comes from outside."""

        def _make_subprocess_transport(self, *words: Any, **named: Any) -> Any:
            raise PermissionError(PROCESSES)

        def _write_to_self(self) -> None:
            """Nobody sleeps in `select` while somebody else calls."""

    return Loop()


def _refuse_pool(original: Original, pool: Any, *words: Any, **named: Any) -> None:
    pool._state = "CLOSE"
    raise PermissionError(PROCESSES)


def _refuse_process(original: Original, *words: Any, **named: Any) -> Any:
    raise PermissionError(PROCESSES)


def _refuse_network(original: Original, *words: Any, **named: Any) -> Any:
    raise PermissionError(NETWORK)


STARTERS = (
    *("fork", "forkpty", "system", "popen", "startfile", "posix_spawn", "posix_spawnp"),
    *("execv", "execve", "spawnv", "spawnve"),
)
THREADS: Table = {
    "_thread": {"start_new_thread": _start_new_thread},
    "threading": {
        "Thread.start": _start,
        "Thread.is_alive": _is_alive,
        "Thread.join": _join,
        "Lock": _lock,
        "_allocate_lock": _lock,
        "Condition.wait": _wait_for_notice,
        "Condition.wait_for": _wait_for,
        "Event.wait": _wait_for_event,
        "Semaphore.acquire": _acquire,
        "Semaphore.__enter__": _acquire,
    },
    __name__: {"Lock._block": _block},
    "time": {"sleep": _sleep},
    "queue": {"Queue.get": _get, "Queue.put": _put, "SimpleQueue": _simple_queue},
    "concurrent.futures.thread": {"ThreadPoolExecutor.submit": _submit},
    "multiprocessing.pool": {
        "ThreadPool.__init__": _pool,
        "ThreadPool.apply": _apply,
        "ThreadPool.apply_async": _apply_async,
        "ThreadPool.map": _map,
        "ThreadPool.map_async": _map_async,
        "ThreadPool.starmap": _starmap,
        "ThreadPool.starmap_async": _starmap_async,
        "ThreadPool.imap": _imap,
        "ThreadPool.imap_unordered": _imap,
        "ThreadPool.__enter__": _enter,
        **{f"ThreadPool.{name}": _nothing for name in ("close", "terminate", "join")},
        "Pool.__init__": _refuse_pool,
    },
    "multiprocessing.process": {"BaseProcess.start": _refuse_process},
    "multiprocessing.synchronize": {"SemLock.__init__": _refuse_process},
    "multiprocessing.shared_memory": {"SharedMemory.__init__": _refuse_process},
    "concurrent.futures.process": {"ProcessPoolExecutor.__init__": _refuse_process},
    "subprocess": {"Popen.__init__": _refuse_process},
    "multiprocessing.connection": {"Pipe": _refuse_process},
    "os": dict.fromkeys(STARTERS, _refuse_process),
    "socket": dict.fromkeys(("socket.__init__", "socketpair", "getaddrinfo"), _refuse_network),
    "asyncio.events": {"new_event_loop": _event_loop},
    "asyncio": {"new_event_loop": _event_loop},
}
