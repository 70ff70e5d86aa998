"""Reads plain files of a student's own, and nothing else that lies under their names."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from autograder.report import clean

NAME_CAP = 80  # characters of a file's name in a note
_GUARDED = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
LINK, FOLDER = "is a link to another place and was not read", "is a folder, not a file"
_KINDS = {
    stat.S_IFLNK: LINK,
    stat.S_IFDIR: FOLDER,
    stat.S_IFIFO: "is a pipe, not a file",
    stat.S_IFSOCK: "is a socket, not a file",
}


class Refused(Exception):
    """A file that is not read; the message says why."""


def content(path: Path, cap: int) -> bytes:
    """The bytes of a file of the student's own.

    A file with a second name (a hard link) is refused: unpacking an archive can make one, and what it shows may be
    another student's work or the solution. Whoever has made the links by a backup grades a copy.

    Raises
    ------
    Refused
        If it is something else than a file, or too large, or cannot be opened.
    """
    try:
        _plain(path.lstat(), cap)
        with open(path, "rb", opener=lambda name, flags: os.open(name, flags | _GUARDED)) as file:
            status = os.fstat(file.fileno())
            _plain(status, cap)  # it may have been replaced meanwhile
            return file.read(status.st_size)
    except OSError as error:
        raise Refused(f"cannot be opened: {error.strerror}") from None


def _plain(status: os.stat_result, cap: int) -> None:
    kind = stat.S_IFMT(status.st_mode)
    if kind != stat.S_IFREG:
        raise Refused(_KINDS.get(kind, "is a device, not a file"))
    if status.st_nlink > 1:
        raise Refused("is one file with another one (a hard link) and was not read; a copy of it can be graded")
    if status.st_size > cap:
        size = f"{status.st_size / 10**6:,.0f} MB" if status.st_size > 10**6 else f"{status.st_size:,} bytes"
        raise Refused(f"has {size} and was not read; clear its outputs and save it again")


def shown(name: str) -> str:
    """A file's name in a note."""
    name = clean(name).replace("`", "'")
    return f"`{name}`" if len(name) <= NAME_CAP else f"`{name[: NAME_CAP // 2]}…{name[-NAME_CAP // 2 :]}`"
