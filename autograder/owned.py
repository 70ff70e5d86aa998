"""Replaces folders that this program made, as a whole; a marker in them tells whether anyone has edited them."""

from __future__ import annotations

import ctypes
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from autograder.errors import UserError
from autograder.locks import lock

MARKER = ".made-by-autograder.json"
PREFIX = ".autograder-new-"
_SIGNS = (MARKER, "checks.json")  # the second one is in assignments that were built before there were markers
_BY_THE_WAY = {"__pycache__", ".ipynb_checkpoints", ".DS_Store"}  # what other programs leave, and nobody misses
_UNFINISHED, _LOCK = "unfinished", "lock"
_AT_FDCWD, _RENAME_EXCHANGE = -100, 2


class NotOurs(UserError):
    """Something is in the way that this program has not made."""


@contextmanager
def replacing(folder: Path, keep: Callable[[str], None] | None = None) -> Iterator[Path]:
    """A new folder of the same name to be filled; when the block ends well, it takes the place of `folder`.

    If anything fails before that, the old folder is untouched; afterwards it is removed.

    Parameters
    ----------
    folder : Path
    keep : callable, optional
        What to do with a folder that somebody has changed since this program made it: with this, it is kept as
        `NAME.kept-1` beside the new one, and the function is told so in one line. Without it, NotOurs is raised.

    Raises
    ------
    NotOurs
        If `folder` is there and was not made by this program, or was changed since and `keep` is not given.
    OSError
        If the new one cannot be written.
    """
    refuse(folder, changes=keep is None)
    folder.parent.mkdir(parents=True, exist_ok=True)
    _clear_up(folder.parent)
    beside = Path(tempfile.mkdtemp(prefix=PREFIX, dir=folder.parent))
    with _locked(beside):
        new = beside / folder.name
        try:
            (beside / _UNFINISHED).touch()
            new.mkdir()
            yield new
            _mark(new)
            (beside / _UNFINISHED).unlink()
        except BaseException:
            shutil.rmtree(beside, ignore_errors=True)
            raise
        refuse(folder, changes=keep is None)  # much may have happened since
        _put_in_place(new, folder)
        if note := _settle(new, folder):
            assert keep is not None
            keep(note)
        (beside / _LOCK).unlink()
        beside.rmdir()


def refuse(folder: Path, changes: bool = True) -> None:
    """Raise NotOurs if this must not be replaced: a file, a link, or a folder that holds what others have made.

    With `changes`, a folder that this program has made counts only as long as nobody has changed it.
    """
    place = "move it, or name another place"
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise NotOurs(f"{folder} is not a folder of its own: {place}")
    if not folder.is_dir() or not any(folder.iterdir()):
        return
    if not any((folder / name).is_file() for name in _SIGNS):
        raise NotOurs(f"{folder} was not made by this program, and stays as it is: {place}")
    if changes and (work := changed(folder)):
        raise NotOurs(f"{folder} has been worked in since it was made ({work[0]}), and stays as it is: {place}")


def changed(folder: Path) -> list[str]:
    """The files that are not as this program made them, by their paths inside; deleted ones are not missed."""
    try:
        made = json.loads((folder / MARKER).read_text(encoding="utf-8"))["files"]
    except (OSError, ValueError, TypeError, KeyError):
        made = {}
    return [name for name, digest in _files(folder).items() if made.get(name) != digest]


def _mark(folder: Path) -> None:
    text = json.dumps({"version": 1, "files": _files(folder)}, indent=1, sort_keys=True)
    (folder / MARKER).write_text(text + "\n", encoding="utf-8")


def _files(folder: Path) -> Mapping[str, str]:
    paths = (path for path in sorted(folder.rglob("*")) if path.is_symlink() or not path.is_dir())
    names = {path: path.relative_to(folder) for path in paths}
    return {
        name.as_posix(): _digest(path)
        for path, name in names.items()
        if name.as_posix() != MARKER and not _BY_THE_WAY & set(name.parts)
    }


def _digest(path: Path) -> str:
    """Of what is in a file, whatever ends its lines (git may have changed that), or of where a link leads."""
    if path.is_symlink() or not path.is_file():
        return f"not a file: {os.readlink(path) if path.is_symlink() else path.name}"
    return hashlib.sha256(path.read_bytes().replace(b"\r\n", b"\n")).hexdigest()


def _put_in_place(new: Path, folder: Path) -> None:
    """Let the two change places, in one step where the system can."""
    if not folder.exists():
        new.rename(folder)
    elif not _exchanged(new, folder):
        old = new.with_name(f"{new.name}.old")
        folder.rename(old)
        new.rename(folder)
        old.rename(new)


def _exchanged(one: Path, other: Path) -> bool:
    """Linux's renameat2; other systems, and some file systems, have none."""
    rename = getattr(ctypes.CDLL(None), "renameat2", None) if os.name == "posix" else None
    if rename is None:
        return False
    return bool(rename(_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), _RENAME_EXCHANGE) == 0)


def _settle(old: Path, folder: Path) -> str:
    """Remove what was replaced, or keep it if there is somebody's work in it, and say where."""
    if not old.exists():
        return ""
    if not (work := changed(old)):
        shutil.rmtree(old)
        return ""
    kept = next(p for n in range(1, 10**6) if not (p := folder.with_name(f"{folder.name}.kept-{n}")).exists())
    old.rename(kept)
    return f"{folder} had been changed since it was made ({work[0]}): what it held is kept in {kept}"


def _clear_up(parent: Path) -> None:
    """A process that was killed may have left an old folder, or a part of a new one, beside its place."""
    for beside in parent.glob(f"{PREFIX}*"):
        with _locked(beside, waiting=False) as nobody_is_there:
            if not nobody_is_there:
                continue
            if not (beside / _UNFINISHED).exists():
                for old in (path for path in list(beside.iterdir()) if path.is_dir()):
                    _settle(old, parent / old.name.removesuffix(".old"))
            shutil.rmtree(beside)


@contextmanager
def _locked(folder: Path, waiting: bool = True) -> Iterator[bool]:
    """Hold a folder; the lock ends with the process."""
    with (folder / _LOCK).open("a") as file:
        yield lock(file.fileno(), waiting=waiting)
