"""Homework that grades itself: the words of course authors (`exercise`, `task`, ...) and of students (`check`)."""

import os
import sys
from typing import Any

HOMES = {
    "autograder.compare": ("accuracy", "agree", "between", "close", "cross_entropy"),
    "autograder.exercises": ("File", "exercise", "forbids", "loops", "no_loops", "task"),
    "autograder.selfcheck": ("check",),
}
__all__ = ["File", "accuracy", "agree", "between", "check", "close", "cross_entropy", "exercise", "forbids", "loops"]
__all__ += ["no_loops", "task"]


def _end_an_unprotected_kernel() -> None:
    """Stock nbgrader grades by running the notebook, with all rights; with our settings none of it runs in a kernel.

    An exception would do for one cell, and be a quiet 0 for its task. A kernel that dies is an error of the submission.
    """
    application = getattr(sys.modules.get("ipykernel.kernelapp"), "IPKernelApp", None)
    if os.environ.get("NBGRADER_EXECUTION") != "autograde" or not application or not application.initialized():
        return
    if os.environ.get("AUTOGRADER_TRUST_STUDENTS") != "1":
        words = "autograder: not graded: nbgrader would run student code unprotected; `autograder doctor` says why\n"
        os.write(2, words.encode())
        os._exit(1)


_end_an_unprotected_kernel()


def __getattr__(name: str) -> Any:
    """Import late: `autograder --help` must not wait for NumPy."""
    for module, names in HOMES.items():
        if name in names:
            from importlib import import_module

            home = import_module(module)
            if name == "check":  # in a cell: those that follow are taken note of
                home.recorder.begin()
            return getattr(home, name)
    raise AttributeError(f"module 'autograder' has no attribute {name!r}")
