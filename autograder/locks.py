"""Locks on open files and folders, which end with the process; on Windows there are none."""

from __future__ import annotations

try:
    import fcntl
except ImportError:
    fcntl = None  # type: ignore[assignment]

THERE = fcntl is not None


def lock(descriptor: int, shared: bool = False, waiting: bool = True) -> bool:
    """Lock an open file or folder, or turn its lock into another one; False if somebody else has it."""
    if fcntl is None:
        return True
    kind = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
    try:
        fcntl.flock(descriptor, kind if waiting else kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
