"""What student code finds in place of files to write, threads and other processes: in a child, and in a live check."""

from __future__ import annotations

from autograder.sandbox import inline_threads, memory_files
from autograder.sandbox.stand_ins import StandIns

COPIES = ("bz2", "tarfile", "tempfile", "tokenize")  # modules that keep functions of `os` and `io` for themselves
SHELL = ("IPython.core.interactiveshell", "__main__")
KERNEL = frozenset({"IPython", "comm", "debugpy", "ipykernel", "jupyter_client", "tornado", "traitlets", "zmq"})


def install() -> None:
    """Put the stand-ins in place for good, in a process for student code only."""
    files = memory_files.MemoryFiles(memory_files.HOME)
    tables = files.table(), inline_threads.THREADS
    StandIns(*tables, copies=COPIES).install()


def in_a_kernel() -> StandIns:
    """Stand-ins for a process that goes on, with files of their own; relative paths start where it is."""
    tables = memory_files.MemoryFiles().table(), inline_threads.THREADS
    return StandIns(*tables, copies=(*COPIES, *SHELL), exempt=KERNEL)
