"""What a child may use and who it may be: resource limits, and no rights beyond those of its files."""

from __future__ import annotations

import contextlib
import ctypes
import mmap
import os
import resource
import signal
from collections.abc import Sequence
from typing import Any

MEMORY = 1 << 30  # bytes that a child may add to what it has at its fork
OPEN_FILES = 64

PR_SET_PDEATHSIG = 1
PR_SET_DUMPABLE = 4
PR_CAPBSET_DROP = 24
PR_SET_NO_NEW_PRIVS = 38
CAPABILITY_VERSION_3 = 0x20080522
CAPABILITIES = 64  # room for more than any kernel knows
NOBODY = 65534

libc = ctypes.CDLL(None, use_errno=True)


def system_call(number: int, *arguments: Any) -> int:
    """Call the kernel by number.

    Raises
    ------
    OSError
        With the kernel's reason.
    """
    return _checked(libc.syscall(ctypes.c_long(number), *arguments))


def prctl(option: int, value: int = 0, pointer: Any = 0) -> None:
    """Set an attribute of this process; raises OSError."""
    third = ctypes.c_ulong(pointer) if isinstance(pointer, int) else pointer
    nothing = ctypes.c_ulong(0)
    _checked(libc.prctl(ctypes.c_int(option), ctypes.c_ulong(value), third, nothing, nothing))


def _checked(result: int) -> int:
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    return result


def drop_rights(code: Sequence[str] = (), data: Sequence[str] = ()) -> None:
    """Give up every capability for good, and what a set-uid program or a debugger would give back.

    Root becomes nobody besides, where nobody can read `code` and what lies in `data`: they may be in a closed home.
    """
    prctl(PR_SET_NO_NEW_PRIVS, 1)
    for capability in range(CAPABILITIES):
        try:
            prctl(PR_CAPBSET_DROP, capability)
        except OSError:  # unknown to this kernel, or not ours to drop: then we have none
            continue
    if os.geteuid() == 0:
        if _nobody_can_read(code, data):
            _become_nobody()
        else:
            with contextlib.suppress(PermissionError):  # a namespace forbids it: then root is not the machine's
                os.setgroups([])
    header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION_3, 0)
    _checked(libc.capset(header, (ctypes.c_uint32 * 6)()))
    prctl(PR_SET_DUMPABLE, 0)
    os.umask(0o777)


def _become_nobody() -> None:
    os.setgroups([])
    os.setresgid(NOBODY, NOBODY, NOBODY)
    os.setresuid(NOBODY, NOBODY, NOBODY)


def _nobody_can_read(code: Sequence[str], data: Sequence[str]) -> bool:
    """Let a child try: it cannot come back. Inside a namespace there may be no nobody to become."""
    child = os.fork()
    if child:
        return os.waitpid(child, 0)[1] == 0
    can = False
    try:
        _become_nobody()
        listed = all(os.access(path, os.R_OK | os.X_OK if os.path.isdir(path) else os.R_OK) for path in code)
        can = listed and all(os.access(path, os.X_OK) for path in data)
    finally:
        os._exit(0 if can else 1)


def die_with(parent: int) -> None:
    """Be killed when the parent (to Linux: the thread that forked) dies, or if it already did."""
    prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def address_space() -> int:
    """Bytes of address space that this process has, without /proc: the limit that refuses one more page."""
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    low, high = 0, 1 << 47
    while high - low > mmap.PAGESIZE:
        middle = (low + high) // 2
        if _has_room(middle, hard):
            high = middle
        else:
            low = middle
    resource.setrlimit(resource.RLIMIT_AS, (hard, hard))
    return high


def _has_room(limit: int, hard: int) -> bool:
    if hard != resource.RLIM_INFINITY:
        limit = min(limit, hard)
    resource.setrlimit(resource.RLIMIT_AS, (limit, hard))
    try:
        mmap.mmap(-1, mmap.PAGESIZE).close()
    except (OSError, MemoryError):
        return False
    return True


def set_limits(base: int, cpu_seconds: int) -> None:
    """Limit this process for good: memory beyond `base` bytes, processor time, files; no core dump."""
    _lower(resource.RLIMIT_AS, base + MEMORY)
    _lower(resource.RLIMIT_CPU, cpu_seconds)
    _lower(resource.RLIMIT_NOFILE, OPEN_FILES)
    for nothing in (resource.RLIMIT_FSIZE, resource.RLIMIT_CORE, resource.RLIMIT_MEMLOCK):
        _lower(nothing, 0)


def _lower(limit: int, value: int) -> None:
    _, hard = resource.getrlimit(limit)
    if hard != resource.RLIM_INFINITY:
        value = min(value, hard)
    resource.setrlimit(limit, (value, value))
