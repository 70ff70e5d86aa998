"""A seccomp filter by raw system calls: what is not on this list of harmless calls is refused.

The table for aarch64 follows the kernel's headers; this filter was only ever run on x86_64.
"""

from __future__ import annotations

import ctypes
import errno
import fcntl
import os
import platform
import struct
import termios
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from autograder.sandbox.limits import prctl

MACHINES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}  # the kernel's names for them
ALLOWED: dict[str, tuple[int | None, int | None]] = {  # name: number on x86_64, on aarch64
    # memory
    "mmap": (9, 222), "munmap": (11, 215), "mremap": (25, 216), "mprotect": (10, 226), "madvise": (28, 233),
    "brk": (12, 214),
    # open files: `openat` and a few more are allowed in part, see CONDITIONS
    "read": (0, 63), "write": (1, 64), "readv": (19, 65), "writev": (20, 66), "pread64": (17, 67),
    "lseek": (8, 62), "close": (3, 57), "close_range": (436, 436), "dup": (32, 23), "dup2": (33, None),
    "dup3": (292, 24), "poll": (7, None), "ppoll": (271, 73), "select": (23, None), "pselect6": (270, 72),
    "getdents64": (217, 61),
    # looking at files
    "stat": (4, None), "fstat": (5, 80), "lstat": (6, None), "newfstatat": (262, 79), "statx": (332, 291),
    "access": (21, None), "faccessat": (269, 48), "faccessat2": (439, 439), "readlink": (89, None),
    "readlinkat": (267, 78), "getcwd": (79, 17),
    # time, and what this process is
    "clock_gettime": (228, 113), "clock_getres": (229, 114), "clock_nanosleep": (230, 115),
    "nanosleep": (35, 101), "gettimeofday": (96, 169), "time": (201, None), "times": (100, 153),
    "getrusage": (98, 165), "getrlimit": (97, 163), "getpid": (39, 172), "getppid": (110, 173),
    "gettid": (186, 178), "getuid": (102, 174), "geteuid": (107, 175), "getgid": (104, 176),
    "getegid": (108, 177), "uname": (63, 160), "sysinfo": (99, 179), "getcpu": (309, 168),
    "sched_getaffinity": (204, 123), "sched_yield": (24, 124), "getrandom": (318, 278),
    # locks, its own signal handlers, the end
    "futex": (202, 98), "set_robust_list": (273, 99), "rseq": (334, 293), "rt_sigaction": (13, 134),
    "rt_sigprocmask": (14, 135), "rt_sigreturn": (15, 139), "sigaltstack": (131, 132),
    "restart_syscall": (219, 128), "exit": (60, 93), "exit_group": (231, 94),
}  # fmt: skip


@dataclass(frozen=True)
class Condition:
    """A call that is allowed if one of its arguments, under a mask, has one of these values."""

    numbers: tuple[int | None, int | None]
    argument: int
    values: tuple[int, ...]
    mask: int = 0xFFFFFFFF


FOR_WRITING = 3 | os.O_CREAT | os.O_TRUNC
OF_THIS_PROCESS = (0,)
FLAGS = (fcntl.F_GETFD, fcntl.F_SETFD, fcntl.F_GETFL)  # F_SETFL would leave a word on the /dev/null of all children
COPIES = (fcntl.F_DUPFD, fcntl.F_DUPFD_CLOEXEC)
ABOUT_TERMINALS = (termios.TCGETS, termios.TIOCGWINSZ, termios.FIONREAD, termios.FIOCLEX)
CONDITIONS = {
    "open": Condition((2, None), 1, (0,), FOR_WRITING),
    "openat": Condition((257, 56), 2, (0,), FOR_WRITING),
    "fcntl": Condition((72, 25), 1, FLAGS + COPIES),  # F_SETOWN would let the kernel send signals for it
    "ioctl": Condition((16, 29), 1, ABOUT_TERMINALS),
    "prlimit64": Condition((302, 261), 0, OF_THIS_PROCESS),
}
CLONE3 = 435  # must seem unknown, so that the C library falls back to clone, which is refused
X32_CALLS = 0x40000000  # on x86_64, numbers from here on mean another table

LOAD, JUMP_EQUAL, JUMP_ABOVE, JUMP_AT_LEAST, AND, RETURN = 0x20, 0x15, 0x25, 0x35, 0x54, 0x06
NUMBER, MACHINE, ARGUMENTS = 0, 4, 16  # where they stand in the kernel's struct seccomp_data
ALLOW, KILL, ERROR = 0x7FFF0000, 0x80000000, 0x00050000
PR_SET_SECCOMP, MODE_FILTER = 22, 2

Instruction = tuple[int, int, int, int]  # code, steps to jump if true, if false, value


def program(machine: str) -> bytes:
    """The filter for a machine: "x86_64" or "aarch64".

    Raises
    ------
    KeyError
        For any other machine: there is no table for it.
    """
    column = list(MACHINES).index(machine)
    allowed = sorted(n for numbers in ALLOWED.values() if (n := numbers[column]) is not None)
    instructions = [
        (LOAD, 0, 0, MACHINE),
        (JUMP_EQUAL, 1, 0, MACHINES[machine]),
        (RETURN, 0, 0, KILL),
        (LOAD, 0, 0, NUMBER),
        (JUMP_AT_LEAST, 0, 1, X32_CALLS),
        (RETURN, 0, 0, KILL),
        (JUMP_EQUAL, 0, 1, CLONE3),
        (RETURN, 0, 0, ERROR | errno.ENOSYS),
    ]
    for condition in CONDITIONS.values():
        instructions += conditional(condition, condition.numbers[column])
    for first, last in _ranges(allowed):
        instructions += [(JUMP_AT_LEAST, 0, 2, first), (JUMP_ABOVE, 1, 0, last), (RETURN, 0, 0, ALLOW)]
    instructions.append((RETURN, 0, 0, ERROR | errno.EPERM))
    return assemble(instructions)


def assemble(instructions: Iterable[Instruction]) -> bytes:
    """The form that the kernel takes."""
    return b"".join(struct.pack("<HBBI", *instruction) for instruction in instructions)


def conditional(condition: Condition, number: int | None) -> Iterator[Instruction]:
    """Instructions that decide about this call, and leave any other as it is.

    The upper half of the argument need not be looked at: the kernel takes each of these as a 32-bit integer.
    """
    if number is None:
        return
    count = len(condition.values)
    yield JUMP_EQUAL, 0, count + 4, number
    yield LOAD, 0, 0, ARGUMENTS + 8 * condition.argument
    yield AND, 0, 0, condition.mask
    for index, value in enumerate(condition.values):
        yield JUMP_EQUAL, count - index, 0, value
    yield RETURN, 0, 0, ERROR | errno.EPERM
    yield RETURN, 0, 0, ALLOW


def _ranges(numbers: Iterable[int]) -> Iterator[tuple[int, int]]:
    """First and last of each run of neighbours: short programs load faster."""
    numbers = list(numbers)
    first = last = numbers[0]
    for number in numbers[1:]:
        if number != last + 1:
            yield first, last
            first = number
        last = number
    yield first, last


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))


def load(instructions: bytes) -> None:
    """Filter the system calls of this process for good; needs "no new privileges"; raises OSError."""
    prctl(PR_SET_SECCOMP, MODE_FILTER, ctypes.byref(_Program(len(instructions) // 8, instructions)))


def machine() -> str:
    """This machine, as `program` names it."""
    return platform.machine()
