"""Reads what is in a zip archive; nothing is unpacked into a folder, and its size is known before."""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Callable
from functools import partial
from pathlib import PurePosixPath

from autograder.plain import Refused

ARCHIVE_CAP = 100_000_000  # bytes of an archive
MEMBER_CAP = 100_000_000  # bytes of a file in it
ENTRY_CAP = 20_000  # files in it
DAMAGED = "is a zip archive that is damaged; pack it again, or hand in the notebook itself"
_ENTRY = b"PK\x01\x02"
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # the others may ask for any amount of memory
_ERRORS = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    OSError,
    ValueError,
    EOFError,
    NotImplementedError,
    RuntimeError,
)
_OURS = re.compile(r"\.(?!\.$).*|__MACOSX", re.DOTALL)  # what Jupyter, macOS and editors keep for themselves


class Archive:
    """A zip archive in memory; its names are names, never paths.

    Raises
    ------
    Refused
        If it is damaged or too large, or has too many files.
    """

    def __init__(self, data: bytes) -> None:
        if len(data) > ARCHIVE_CAP or data.count(_ENTRY) > ENTRY_CAP:
            raise Refused("is a zip archive that is too large to be read; hand in the notebook itself")
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
            infos = self._zip.infolist()
        except _ERRORS:
            raise Refused(DAMAGED) from None
        names = {info.filename: info for info in infos if not info.is_dir()}
        self._infos = {
            name: info for name, info in names.items() if not any(map(_OURS.fullmatch, PurePosixPath(name).parts))
        }

    def names(self) -> list[str]:
        return list(self._infos)

    def read(self, name: str, cap: int = MEMBER_CAP) -> bytes:
        """The bytes of a file in it; raises Refused."""
        info = self._infos[name]
        if info.flag_bits & 1:
            raise Refused("is a zip archive with a password; hand in the notebook itself")
        if info.compress_type not in _METHODS:
            raise Refused("is packed in an unusual way; hand in the notebook itself")
        try:
            with self._zip.open(info) as file:
                content = file.read(cap + 1)
        except _ERRORS:
            raise Refused(DAMAGED) from None
        if len(content) > cap:
            raise Refused("is a zip archive with a file that is too large to be read; clear the notebook's outputs")
        return content

    def python_files(self, notebook: str, cap: int) -> dict[str, Callable[[], bytes]]:
        """The Python files beside a notebook in it, as `modules.python_files` has those of a folder."""
        home = PurePosixPath(notebook).parent.parts
        found: dict[str, Callable[[], bytes]] = {}
        for name in self._infos:
            parts = PurePosixPath(name).parts
            if name.endswith(".py") and parts[: len(home)] == home and len(parts) - len(home) in (1, 2):
                found["/".join(parts[len(home) :])] = partial(self.read, name, cap)
        return found
