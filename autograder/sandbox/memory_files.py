"""Files that student code writes: kept in the memory of its own process, laid over the real ones, gone with it.

This is a convenience, not a wall. It stands in for `open` and for functions of `os`, so that code that writes a log or
saves its weights runs on; student code can get at the real functions behind it. What holds these is the kernel: the
seccomp filter refuses every call that writes, creates or removes a file, Landlock and bubblewrap hide what may not be
read, RLIMIT_FSIZE is 0, and RLIMIT_AS limits the memory that files here can take. `ROOM` and `MOST` only give that an
end with a clear message. Libraries in C that open files themselves (SQLite) get no file here.
"""

from __future__ import annotations

import contextlib
import errno
import io
import mmap
import os
import stat
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

from autograder.sandbox.stand_ins import Table, Value

ROOM = 64 << 20  # bytes that all files may take
MOST = 10_000  # files and folders
LONGEST = 4096  # characters of a path
FIRST = 1 << 20  # the number of the first descriptor; the kernel knows none as high
MOST_OPEN = 1000
FULL = f"no room: all files together may take {ROOM >> 20} MB and be {MOST:,} in grading"
NOT_THERE = "no such file in grading, which has only the files that your code itself writes"
UNSUPPORTED = "{} does not work in grading, where files are kept in memory"
HOME = "/homework"  # where a child's code finds itself; what is really there is hidden
WITHOUT_DESCRIPTORS = {"PIL"}  # libraries that would write to a descriptor in C
NULL = os.path.normpath(os.devnull)
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
UNKNOWN = (
    *("eventfd", "fchdir", "link", "memfd_create", "mkfifo", "mknod", "openpty", "pipe", "pipe2", "removexattr"),
    *("setxattr", "symlink"),
)
UNNAMED = getattr(os, "O_TMPFILE", 0)

Original = Callable[..., Any]
_lstat, _stat, _listdir, _open = os.lstat, os.stat, os.listdir, io.open


class Content:
    """The bytes of one file, which may have no name any more."""

    def __init__(self, number: int, data: bytes = b"", discards: bool = False) -> None:
        self.number, self.data, self.discards = number, bytearray(data), discards
        self.mode = stat.S_IFREG | 0o644
        self.times = (time.time_ns(), time.time_ns())
        self.users = 0  # names and descriptors


class Handle:
    """One opening of a file."""

    def __init__(self, content: Content, flags: int) -> None:
        self.content, self.position = content, 0
        way = flags & (os.O_WRONLY | os.O_RDWR)
        self.readable, self.writable = way != os.O_WRONLY, way != 0
        self.appends = bool(flags & os.O_APPEND)


class MemoryFile(io.BufferedIOBase):
    """An open file: what `open` returns in binary mode, and what text files read from and write to."""

    mode = "rb"

    def __init__(self, files: MemoryFiles, number: int, name: Any, closes: bool = True) -> None:
        self._files, self._number, self._closes = files, number, closes
        self._handle = files.handles[number]
        self.name = name

    def readable(self) -> bool:
        return self._handle.readable

    def writable(self) -> bool:
        return self._handle.writable

    def seekable(self) -> bool:
        return True

    def fileno(self) -> int:
        if sys._getframe(1).f_globals.get("__name__", "").partition(".")[0] in WITHOUT_DESCRIPTORS:
            raise io.UnsupportedOperation("fileno")
        self._check(True)
        return self._number

    def read(self, size: int | None = -1, /) -> bytes:
        self._check(self._handle.readable, "read")
        return self._files.take(self._handle, -1 if size is None else size)

    def read1(self, size: int = -1, /) -> bytes:
        return self.read(size)

    def readline(self, size: int | None = -1, /) -> bytes:
        self._check(self._handle.readable, "read")
        data, start = self._handle.content.data, self._handle.position
        end = data.find(b"\n", start) + 1 or len(data)
        return self.read(max(0, min(end - start, size if size is not None and size >= 0 else end - start)))

    def write(self, data: Any, /) -> int:
        self._check(self._handle.writable, "writ")
        return self._files.put(self._handle, data)

    def seek(self, offset: int, whence: int = 0, /) -> int:
        self._check(True)
        return self._files.move(self._handle, offset, whence)

    def tell(self) -> int:
        self._check(True)
        return self._handle.position

    def truncate(self, size: int | None = None, /) -> int:
        self._check(self._handle.writable, "truncat")
        size = self._handle.position if size is None else size
        self._files.resize(self._handle.content, size)
        return size

    def close(self) -> None:
        if not self.closed:
            super().close()
            if self._closes and self._files.handles.get(self._number) is self._handle:
                self._files.close(self._number)

    def _check(self, possible: bool, word: str = "") -> None:
        if self.closed:
            raise ValueError("I/O operation on closed file.")
        if not possible:
            raise io.UnsupportedOperation(f"not {word}able")


class Entry:
    """What `os.scandir` says of a file or folder."""

    def __init__(self, files: MemoryFiles, folder: Any, name: str) -> None:
        self._files, self.name, self.path = files, name, os.path.join(folder, name)

    def __fspath__(self) -> str:
        return self.path

    def __repr__(self) -> str:
        return f"<DirEntry {self.name!r}>"

    def stat(self, *, follow_symlinks: bool = True) -> os.stat_result:
        return self._files.stat(_stat if follow_symlinks else _lstat, self.path)

    def inode(self) -> int:
        return self.stat().st_ino

    def is_dir(self, *, follow_symlinks: bool = True) -> bool:
        return stat.S_ISDIR(self.stat(follow_symlinks=follow_symlinks).st_mode)

    def is_file(self, *, follow_symlinks: bool = True) -> bool:
        return stat.S_ISREG(self.stat(follow_symlinks=follow_symlinks).st_mode)

    def is_symlink(self) -> bool:
        return stat.S_ISLNK(self.stat(follow_symlinks=False).st_mode)

    def is_junction(self) -> bool:
        return False


class Entries(list[Entry]):
    """An iterator and context manager, as `os.scandir` returns it."""

    def __next__(self) -> Entry:
        if not self:
            raise StopIteration
        return self.pop(0)

    def __iter__(self) -> Iterator[Entry]:
        return self

    def __enter__(self) -> Entries:
        return self

    def __exit__(self, *failure: object) -> None:
        self.close()

    def close(self) -> None:
        self.clear()


class MemoryFiles:
    """A file system in memory over the real one, which is only read.

    Parameters
    ----------
    home : str
        The working directory to pretend, in which nothing is; by default the real one, as it is.
    """

    def __init__(self, home: str = "") -> None:
        self.cwd = os.path.abspath(home or os.getcwd())
        self.files: dict[str, Content] = {}
        self.folders = {self.cwd, *([os.path.abspath("/tmp")] if home else [])}
        self.gone = {self.cwd} if home else set()  # what is really there and seems not to be, with all below
        self.handles: dict[int, Handle] = {}
        self.pretends = self.moved = bool(home)
        self.used = self.made = 0
        self._null, self._folder = Content(0, discards=True), Content(0)
        self._folder.mode = stat.S_IFDIR | 0o755

    # -- paths --------------------------------------------------------------------------------------------------------

    def place(self, path: Any) -> str:
        """The absolute path that all names of a file share."""
        text = os.fsdecode(path)
        if "\0" in text:
            raise ValueError("embedded null byte")
        if not text or len(text) > LONGEST:
            raise _error(errno.ENAMETOOLONG if text else errno.ENOENT, path)
        place = os.path.normpath(os.path.join(self.cwd, text))
        return place[1:] if place.startswith("//") else place

    def is_here(self, place: str) -> bool:
        """Whether the real file of that name does not count."""
        return place in self.files or place in self.folders or place == NULL or self._is_gone(place)

    def _is_gone(self, place: str) -> bool:
        return bool(self.gone) and any(above in self.gone for above in _up(place))

    def _real(self, original: Original, path: Any, *words: Any, **named: Any) -> Any:
        """Ask the machine; a relative path means a place that it may not know."""
        if isinstance(path, int) or os.path.isabs(os.fsdecode(path)) or not self.moved:
            return original(path, *words, **named)
        return original(self.place(path), *words, **named)

    def _real_mode(self, place: str) -> int:
        """The kind of what is really there; 0 for nothing."""
        try:
            return 0 if self._is_gone(place) else _stat(place).st_mode
        except (OSError, ValueError):
            return 0

    def is_folder(self, place: str) -> bool:
        return place in self.folders or (place not in self.files and stat.S_ISDIR(self._real_mode(place)))

    def exists(self, place: str) -> bool:
        return place in self.files or place in self.folders or self._real_mode(place) != 0

    def _missing(self, path: Any) -> OSError:
        relative = self.pretends and not os.path.isabs(os.fsdecode(path))
        return FileNotFoundError(errno.ENOENT, NOT_THERE if relative else os.strerror(errno.ENOENT), path)

    # -- content ------------------------------------------------------------------------------------------------------

    def _count(self) -> None:
        if len(self.files) + len(self.folders) >= MOST:
            raise OSError(errno.ENOSPC, FULL)

    def _new(self, data: bytes = b"") -> Content:
        self._make_room(len(data))
        self.made += 1
        return Content(self.made, data)

    def _make_room(self, more: int) -> None:
        if self.used + more > ROOM:
            raise OSError(errno.ENOSPC, FULL)
        self.used += more

    def _release(self, content: Content) -> None:
        content.users -= 1
        if content.users == 0:
            self.used -= len(content.data)

    def _name(self, place: str, content: Content) -> None:
        """Give content a name; the folders above are there from now on."""
        self._make_folders(os.path.dirname(place))
        self._count()
        content.users += 1
        if place in self.files:
            self._release(self.files[place])
        self.files[place] = content

    def _make_folders(self, place: str) -> None:
        for folder in _up(place):
            if self.is_folder(folder):
                return
            if self.exists(folder):
                raise _error(errno.ENOTDIR, folder)
            self._count()
            self.folders.add(folder)

    def _copied(self, place: str, path: Any) -> Content:
        """The file of that name; a real one is copied first, so that it can be changed here."""
        if place not in self.files:
            if not self.exists(place):
                raise self._missing(path)
            with _open(place, "rb") as real:
                self._name(place, self._new(real.read(ROOM + 1)))
        return self.files[place]

    def take(self, handle: Handle, size: int) -> bytes:
        data = handle.content.data
        end = len(data) if size < 0 else min(len(data), handle.position + size)
        found = bytes(memoryview(data)[handle.position : end])
        handle.position += len(found)
        return found

    def put(self, handle: Handle, data: Any) -> int:
        content, view = handle.content, memoryview(data)
        view = view.cast("B") if view.nbytes else memoryview(b"")
        if content.discards:
            return len(view)
        if handle.appends:
            handle.position = len(content.data)
        end = handle.position + len(view)
        if end > len(content.data):
            self.resize(content, end)
        content.data[handle.position : end] = view
        content.times = (content.times[0], time.time_ns())
        handle.position = end
        return len(view)

    def resize(self, content: Content, size: int) -> None:
        if size < 0:
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
        more = size - len(content.data)
        self._make_room(more)
        if more > 0:
            content.data.extend(bytes(more))
        else:
            del content.data[size:]

    def move(self, handle: Handle, offset: int, whence: int) -> int:
        base = (0, handle.position, len(handle.content.data))[whence]
        if base + offset < 0:
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
        handle.position = base + offset
        return handle.position

    # -- descriptors --------------------------------------------------------------------------------------------------

    def open(self, path: Any, flags: int) -> int:
        """Open a file of this memory; returns its descriptor."""
        place = self.place(path)
        if UNNAMED and flags & UNNAMED == UNNAMED:
            content = self._new()
        elif place == NULL:
            content = self._null
        elif self.is_folder(place):
            raise _error(errno.EISDIR, path)
        else:
            content = self._find_or_make(place, path, flags)
        if flags & os.O_TRUNC:
            self.resize(content, 0)
        return self._describe(Handle(content, flags))

    def _find_or_make(self, place: str, path: Any, flags: int) -> Content:
        there = self.exists(place)
        if there and flags & os.O_CREAT and flags & os.O_EXCL:
            raise _error(errno.EEXIST, path)
        if not there and not flags & os.O_CREAT:
            raise self._missing(path)
        if not there or (flags & os.O_TRUNC and place not in self.files):
            self._name(place, self._new())
        return self._copied(place, path)

    def _describe(self, handle: Handle) -> int:
        if len(self.handles) >= MOST_OPEN:
            raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))
        handle.content.users += 1
        number = next(n for n in range(FIRST, FIRST + MOST_OPEN) if n not in self.handles)
        self.handles[number] = handle
        return number

    def close(self, number: int) -> None:
        self._release(self.handles.pop(number).content)

    # -- stand-ins ----------------------------------------------------------------------------------------------------

    def open_file(
        self,
        original: Original,
        file: Any,
        mode: str = "r",
        buffering: int = -1,
        encoding: Any = None,
        errors: Any = None,
        newline: Any = None,
        closefd: bool = True,
        opener: Any = None,
    ) -> Any:
        """`open`."""
        words = (mode, buffering, encoding, errors, newline, closefd)
        if isinstance(file, int):
            number = int(file)
        elif not _is_valid(mode, encoding, errors, newline):
            return original(file, *words, opener)  # raises
        elif opener is None:
            if "r" in mode and "+" not in mode and not self.is_here(self.place(file)):
                return self._real(original, file, *words)
            number = self.open(file, _flags(mode))
        else:
            number = opener(file, _flags(mode))
        if number not in self.handles:
            return original(number, *words)
        return self._wrapped(MemoryFile(self, number, file, closefd), *words[:5])

    def _wrapped(self, raw: MemoryFile, mode: str, buffering: int, encoding: Any, errors: Any, newline: Any) -> Any:
        raw.mode = mode
        if "a" in mode:
            raw.seek(0, os.SEEK_END)
        if "b" in mode:
            return raw
        text = io.TextIOWrapper(raw, encoding, errors, newline, line_buffering=buffering == 1)
        text.mode = mode  # type: ignore[misc]
        return text

    def open_descriptor(
        self, original: Original, path: Any, flags: int, mode: int = 0o777, *, dir_fd: Any = None
    ) -> int:
        """`os.open`."""
        if dir_fd is not None:
            return int(original(path, flags, mode, dir_fd=dir_fd))
        place = self.place(path)
        if not flags & WRITING and not (UNNAMED and flags & UNNAMED == UNNAMED) and not self.is_here(place):
            return int(self._real(original, path, flags, mode))
        return self.open(path, flags)

    def on_descriptor(self, action: Callable[..., Any]) -> Callable[..., Any]:
        """A stand-in for a function of `os` whose first argument is a descriptor."""

        def stand_in(original: Original, number: Any, *words: Any) -> Any:
            handle = self.handles.get(number) if isinstance(number, int) else None
            return original(number, *words) if handle is None else action(handle, *words)

        return stand_in

    def write(self, handle: Handle, data: Any) -> int:
        if not handle.writable:
            raise OSError(errno.EBADF, os.strerror(errno.EBADF))
        return self.put(handle, data)

    def cut(self, handle: Handle, size: int) -> None:
        if not handle.writable:
            raise OSError(errno.EBADF, os.strerror(errno.EBADF))
        self.resize(handle.content, size)

    def read(self, handle: Handle, size: int) -> bytes:
        if not handle.readable:
            raise OSError(errno.EBADF, os.strerror(errno.EBADF))
        return self.take(handle, size)

    def close_descriptor(self, original: Original, number: int) -> None:
        """`os.close`."""
        self.close(number) if number in self.handles else original(number)

    def close_range(self, original: Original, low: int, high: int) -> None:
        """`os.closerange`."""
        for number in [n for n in self.handles if low <= n < high]:
            self.close(number)
        original(low, high)

    def duplicate(self, handle: Handle, *words: Any) -> int:
        copy = Handle(handle.content, os.O_RDWR)
        copy.readable, copy.writable, copy.appends = handle.readable, handle.writable, handle.appends
        copy.position = handle.position
        return self._describe(copy)

    def stat(
        self, original: Original, path: Any, *, dir_fd: Any = None, follow_symlinks: bool = True
    ) -> os.stat_result:
        """`os.stat`."""
        if isinstance(path, int):
            return _facts(self.handles[path].content) if path in self.handles else original(path)
        if dir_fd is not None:
            return original(path, dir_fd=dir_fd, follow_symlinks=follow_symlinks)  # type: ignore[no-any-return]
        place = self.place(path)
        if place in self.files:
            return _facts(self.files[place])
        if place in self.folders:
            return _facts(self._folder)
        if self._is_gone(place):
            raise self._missing(path)
        named = {} if follow_symlinks else {"follow_symlinks": False}
        return self._real(original, path, **named)  # type: ignore[no-any-return]

    def lstat(self, original: Original, path: Any, *, dir_fd: Any = None) -> os.stat_result:
        """`os.lstat`."""
        return original(path, dir_fd=dir_fd) if dir_fd is not None else self.stat(original, path)

    def fstat(self, handle: Handle) -> os.stat_result:
        return _facts(handle.content)

    def access(self, original: Original, path: Any, mode: int, **named: Any) -> bool:
        """`os.access`."""
        place = self.place(path)
        if mode & os.W_OK and self.exists(place):
            return True
        return self.exists(place) if self.is_here(place) else bool(self._real(original, path, mode, **named))

    def mkdir(self, original: Original, path: Any, mode: int = 0o777, *, dir_fd: Any = None) -> None:
        """`os.mkdir`."""
        place = self.place(path)
        if self.exists(place):
            raise _error(errno.EEXIST, path)
        self._make_folders(place)

    def rmdir(self, original: Original, path: Any, *, dir_fd: Any = None) -> None:
        """`os.rmdir`."""
        place = self.place(path)
        if not self.is_folder(place):
            raise _error(errno.ENOTDIR, path) if self.exists(place) else self._missing(path)
        if self.names(path):
            raise _error(errno.ENOTEMPTY, path)
        self._forget(place)

    def remove(self, original: Original, path: Any, *, dir_fd: Any = None) -> None:
        """`os.remove`."""
        place = self.place(path)
        if self.is_folder(place):
            raise _error(errno.EISDIR, path)
        if not self.exists(place):
            raise self._missing(path)
        self._forget(place)

    def _forget(self, place: str) -> None:
        """Take a name away here; what is really there stays, and is hidden."""
        self.folders.discard(place)
        if place in self.files:
            self._release(self.files.pop(place))
        if self._real_mode(place):
            self._count()
            self.gone.add(place)

    def rename(self, original: Original, source: Any, target: Any, **named: Any) -> None:
        """`os.rename` and `os.replace`."""
        old, new = self.place(source), self.place(target)
        if old in self.folders or (new in self.folders and self.exists(old)):
            self._rename_folder(old, new, target)
            return
        if self.is_folder(old):
            raise _error(errno.EXDEV, source)  # a real one: `shutil.move` copies it then
        content = self._copied(old, source)
        if self.is_folder(new):
            raise _error(errno.EISDIR, target)
        if old != new:
            self._name(new, content)
            self._forget(old)

    def _rename_folder(self, old: str, new: str, target: Any) -> None:
        if old not in self.folders or self.exists(new):
            raise _error(errno.EEXIST, target)
        if new.startswith(old + os.sep):
            raise _error(errno.EINVAL, target)
        for place in [p for p in self.files if p.startswith(old + os.sep)]:
            self._name(new + place[len(old) :], self.files[place])
            self._forget(place)
        for place in [p for p in self.folders if p == old or p.startswith(old + os.sep)]:
            self._make_folders(new + place[len(old) :])
            self._forget(place)

    def names(self, path: Any) -> list[str]:
        """What is in a folder, here or really."""
        place = self.place(path)
        if not self.is_folder(place):
            raise _error(errno.ENOTDIR, path) if self.exists(place) else self._missing(path)
        below = place if place.endswith(os.sep) else place + os.sep
        found = {p[len(below) :] for p in (*self.files, *self.folders) if p.startswith(below) and p != below}
        shown = [name for name in self._real_names(place) if not self._is_gone(below + name)]
        return sorted({name for name in found if os.sep not in name} | set(shown))

    def _real_names(self, place: str) -> list[str]:
        """A folder with files of this memory can be listed, even where the real one cannot."""
        try:
            return _listdir(place) if stat.S_ISDIR(self._real_mode(place)) else []
        except PermissionError:
            if place in self.folders:
                return []
            raise

    def listdir(self, original: Original, path: Any = None) -> list[Any]:
        """`os.listdir`."""
        if isinstance(path, int):
            return list(original(path))
        found = self.names("." if path is None else path)
        return list(map(os.fsencode, found)) if isinstance(path, bytes) else found

    def scandir(self, original: Original, path: Any = None) -> Any:
        """`os.scandir`."""
        if isinstance(path, int | bytes):
            return original(path)
        folder = "." if path is None else os.fspath(path)
        return Entries(Entry(self, folder, name) for name in self.names(folder))

    def chdir(self, original: Original, path: Any) -> None:
        """`os.chdir`; the process itself stays where it is."""
        place = self.place(path)
        if not self.is_folder(place):
            raise _error(errno.ENOTDIR, path) if self.exists(place) else self._missing(path)
        self.cwd, self.moved = place, True

    def getcwd(self, original: Original) -> str:
        """`os.getcwd`."""
        return self.cwd

    def getcwdb(self, original: Original) -> bytes:
        """`os.getcwdb`."""
        return os.fsencode(self.cwd)

    def chmod(self, original: Original, path: Any, mode: int, **named: Any) -> None:
        """`os.chmod`; rights are kept, and mean nothing."""
        if content := self._existing(path):
            content.mode = stat.S_IFREG | stat.S_IMODE(mode)

    def utime(self, original: Original, path: Any, times: Any = None, *, ns: Any = None, **named: Any) -> None:
        """`os.utime`."""
        if content := self._existing(path):
            now = time.time_ns()
            content.times = ns or (tuple(int(t * 10**9) for t in times) if times else (now, now))

    def leave(self, original: Original, path: Any, *words: Any, **named: Any) -> None:
        """`os.chown` and the like: without effect."""
        self._existing(path)

    def _existing(self, path: Any) -> Content | None:
        """The content of a file of this memory; None for anything else that is there."""
        if isinstance(path, int):
            return self.handles[path].content if path in self.handles else None
        place = self.place(path)
        if not self.exists(place):
            raise self._missing(path)
        return self.files.get(place)

    def truncate(self, original: Original, path: Any, length: int) -> None:
        """`os.truncate`."""
        handle = self.handles.get(path) if isinstance(path, int) else None
        self.resize(handle.content if handle else self._copied(self.place(path), path), length)

    def readlink(self, original: Original, path: Any, **named: Any) -> Any:
        """`os.readlink`."""
        if self.is_here(self.place(path)):
            raise _error(errno.EINVAL, path) if self.exists(self.place(path)) else self._missing(path)
        return self._real(original, path, **named)

    def attributes(self, original: Original, path: Any = None, **named: Any) -> list[str]:
        """`os.listxattr`."""
        return []

    def refuse(self, original: Original, *words: Any, **named: Any) -> Any:
        """Links, pipes and attributes: there are none in this memory."""
        raise OSError(errno.EPERM, UNSUPPORTED.format(f"`{original.__name__}`"))

    def table(self) -> Table:
        """The stand-ins for `stand_ins.StandIns`."""
        descriptors: dict[str, Callable[..., Any]] = {
            "read": self.read,
            "write": self.write,
            "lseek": self.move,
            "fstat": self.fstat,
            "ftruncate": self.cut,
            "dup": self._describe,
            **dict.fromkeys(("fsync", "fdatasync", "fchmod", "fchown", "set_inheritable"), _no_effect),
            **dict.fromkeys(("isatty", "get_inheritable"), _is_none),
        }
        own = (
            *("access", "chdir", "chmod", "getcwd", "getcwdb", "listdir", "lstat", "mkdir", "readlink"),
            *("remove", "rename", "rmdir", "scandir", "stat", "truncate", "utime"),
        )
        paths = {
            **{name: getattr(self, name) for name in own},
            "open": self.open_descriptor,
            "close": self.close_descriptor,
            "closerange": self.close_range,
            "unlink": self.remove,
            "replace": self.rename,
            "listxattr": self.attributes,
            "umask": _umask,
            **dict.fromkeys(("chown", "lchown", "lchmod", "chflags", "lchflags"), self.leave),
            **dict.fromkeys(UNKNOWN, self.refuse),
        }
        opens = {"open": self.open_file}
        return {
            "builtins": opens,
            "io": opens,
            "_io": opens,
            "os": paths | {name: self.on_descriptor(action) for name, action in descriptors.items()},
            "mmap": {"mmap": Value(_mapping(self))},
            "shutil": {name: Value(False) for name in ("_use_fd_functions", "_USE_CP_SENDFILE", "_HAS_FCOPYFILE")},
            "sqlite3": {"connect": _connect},
            "numpy": {"fromfile": self.from_file, "ndarray.tofile": self.to_file},
            "numpy.lib._datasource": {
                "_file_openers._file_openers": Value({None: lambda *words, **named: open(*words, **named)}),
                "_file_openers._loaded": Value(False),
            },
            "dbm": {"_names": Value(["dbm.dumb"]), "_defaultmod": Value(None)},  # the others are written in C
            **({"os.path": _by_stat()} if os.name == "nt" else {}),
        }

    def from_file(
        self,
        original: Original,
        file: Any,
        dtype: Any = float,
        count: int = -1,
        sep: str = "",
        offset: int = 0,
        **named: Any,
    ) -> Any:
        """`numpy.fromfile`, which reads in C."""
        import numpy as np

        if not isinstance(file, MemoryFile):
            if not isinstance(file, str | bytes | os.PathLike) or not self.is_here(self.place(file)):
                return original(file, dtype, count, sep, offset, **named)
            with self.open_file(_open, file, "rb") as opened:
                return self.from_file(original, opened, dtype, count, sep, offset, **named)
        file.seek(offset, os.SEEK_CUR)
        if sep:
            return np.fromstring(file.read().decode("latin-1"), dtype, count, sep=sep)
        size = np.dtype(dtype).itemsize
        data = file.read(count * size if count >= 0 else -1)
        return np.frombuffer(data[: len(data) // size * size], dtype).copy()

    def to_file(self, original: Original, array: Any, file: Any, sep: str = "", format: str = "%s") -> None:
        """`numpy.ndarray.tofile`, which writes in C."""
        if not isinstance(file, MemoryFile) and hasattr(file, "write"):
            original(array, file, sep, format)
            return
        texts = sep.join(format % item for item in array.ravel().tolist()) if sep else ""
        with contextlib.nullcontext(file) if isinstance(file, MemoryFile) else self.open_file(_open, file, "wb") as to:
            to.write(texts.encode() if sep else array.tobytes())


def _umask(original: Original, mask: int) -> int:
    """`os.umask`, where rights mean nothing."""
    return 0o022


def _no_effect(handle: Handle, *words: Any) -> None:
    """There is no disk, and there are no rights."""


def _is_none(handle: Handle) -> bool:
    """No file here is a terminal or is inherited."""
    return False


def _mapping(files: MemoryFiles) -> type[mmap.mmap]:
    class Mapping(mmap.mmap):
        """`mmap.mmap`."""

        def __new__(cls, fileno: int, *words: Any, **named: Any) -> Any:
            if fileno in files.handles:
                raise OSError(errno.ENODEV, UNSUPPORTED.format("mapping a file (`mmap`, `np.memmap`)"))
            return super().__new__(cls, fileno, *words, **named)

    return Mapping


def _connect(original: Original, database: Any, *words: Any, **named: Any) -> Any:
    """`sqlite3.connect`, which writes in C."""
    import sqlite3

    if os.fsdecode(database) not in ("", ":memory:"):
        raise sqlite3.OperationalError(UNSUPPORTED.format("a database in a file (use `:memory:`)"))
    return original(database, *words, **named)


def _by_stat() -> dict[str, Value]:
    """Windows asks without `os.stat`; the general functions ask with it."""
    import genericpath

    return {name: Value(getattr(genericpath, name)) for name in ("exists", "isfile", "isdir")}


def _up(place: str) -> Iterator[str]:
    """A path and all folders above it."""
    while True:
        yield place
        above = os.path.dirname(place)
        if above == place:
            return
        place = above


def _is_valid(mode: str, encoding: Any, errors: Any, newline: Any) -> bool:
    """Whether `open` takes this mode; what it does not take, it refuses by itself."""
    return (
        isinstance(mode, str)
        and len(set(mode)) == len(mode)
        and set(mode) <= set("rwaxbt+")
        and sum(letter in mode for letter in "rwax") == 1
        and not {"b", "t"} <= set(mode)
        and not ("b" in mode and (encoding or errors or newline is not None))
    )


def _flags(mode: str) -> int:
    way = os.O_RDWR if "+" in mode else os.O_RDONLY if "r" in mode else os.O_WRONLY
    more = {"w": os.O_CREAT | os.O_TRUNC, "a": os.O_CREAT | os.O_APPEND, "x": os.O_CREAT | os.O_EXCL}
    return way | next((more[letter] for letter in mode if letter in more), 0)


def _facts(content: Content) -> os.stat_result:
    """What `os.stat` returns: ten whole numbers, the times once more as floats and in nanoseconds."""
    read, written = content.times
    seconds = (read // 10**9, written // 10**9, written // 10**9)
    exact = (read / 1e9, written / 1e9, written / 1e9, read, written, written)
    whole = (content.mode, content.number, 0, 1, 0, 0, len(content.data), *seconds)
    more = {"st_file_attributes": 0, "st_reparse_tag": 0} if os.name == "nt" else {}
    return os.stat_result((*whole, *exact), more)


def _error(code: int, path: Any) -> OSError:
    return OSError(code, os.strerror(code), path)
