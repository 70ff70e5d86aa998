"""Landlock by raw system calls: this process and its children see only the files below some folders."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Collection, Iterable, Iterator

from autograder.sandbox.limits import system_call

CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446  # the same numbers on every machine
VERSION_FLAG = 1
PATH_BENEATH = 1
READ_FILE, READ_DIR = 1 << 2, 1 << 3
FILE_RIGHTS = {1: 13, 2: 14, 3: 15, 5: 16}  # ABI that brought it: so many rights on files it knows
TCP_RIGHTS = (4, 0b11)  # since ABI 4: bind, connect
SCOPES = (6, 0b11)  # since ABI 6: no abstract sockets, no signals to processes outside


class _Ruleset(ctypes.Structure):
    _fields_ = (("files", ctypes.c_uint64), ("net", ctypes.c_uint64), ("scoped", ctypes.c_uint64))


class _PathBeneath(ctypes.Structure):
    _pack_ = 1
    _layout_ = "ms"
    _fields_ = (("rights", ctypes.c_uint64), ("folder", ctypes.c_int32))


def abi() -> int:
    """The kernel's Landlock version, 0 where there is none."""
    try:
        return system_call(CREATE_RULESET, None, ctypes.c_size_t(0), ctypes.c_uint32(VERSION_FLAG))
    except OSError:
        return 0


def restrict(code: Iterable[str], data: Iterable[str], hidden: Collection[str] = ()) -> None:
    """Forbid all files for good, except to list and read those below `code`, and to read those below `data`.

    Folders below `code` that are `hidden` can be listed, but not read. Needs "no new privileges". Paths that do not
    exist are left out.

    Raises
    ------
    OSError
        If this kernel has no Landlock.
    """
    version = abi()
    rules = _Ruleset(
        (1 << FILE_RIGHTS[max((v for v in FILE_RIGHTS if v <= version), default=1)]) - 1,
        TCP_RIGHTS[1] if version >= TCP_RIGHTS[0] else 0,
        SCOPES[1] if version >= SCOPES[0] else 0,
    )
    size = ctypes.c_size_t(ctypes.sizeof(rules))
    try:
        ruleset = system_call(CREATE_RULESET, ctypes.byref(rules), size, ctypes.c_uint32(0))
    except OSError as error:
        raise OSError(f"this kernel has no Landlock: {error.strerror}") from None
    for path, rights in (part for folder in code for part in _around(folder, hidden)):
        _allow(ruleset, path, rights)
    for path in data:
        _allow(ruleset, path, READ_FILE)
    system_call(RESTRICT_SELF, ctypes.c_int(ruleset), ctypes.c_uint32(0))
    os.close(ruleset)


def _around(path: str, hidden: Collection[str]) -> Iterator[tuple[str, int]]:
    """The path with its rights; of a folder above one that is hidden, its entries, for a rule holds for all below.

    Links among the entries get no rule: it would hold where they lead.
    """
    if path in hidden:
        return
    if not os.path.isdir(path):
        yield path, READ_FILE
    elif not any(other.startswith(f"{path}/") for other in hidden):
        yield path, READ_FILE | READ_DIR
    else:
        yield path, READ_DIR
        for entry in os.scandir(path):
            if not entry.is_symlink():
                yield from _around(entry.path, hidden)


def _allow(ruleset: int, path: str, rights: int) -> None:
    try:
        folder = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    rule = _PathBeneath(rights, folder)
    system_call(ADD_RULE, ctypes.c_int(ruleset), ctypes.c_int(PATH_BENEATH), ctypes.byref(rule), ctypes.c_uint32(0))
    os.close(folder)
