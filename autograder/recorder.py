"""Takes note of the cells that a kernel runs, and of how they end."""

from __future__ import annotations

import sys
import time
import traceback
from typing import Any

from autograder.freshness import Ran

LONGEST = 200  # characters of an error
cells: list[Ran] = []
_shells: list[Any] = []  # the one whose cells these are


def begin() -> None:
    """Take note from now on, if there is a kernel; of what it has run before, only the texts are known."""
    shell = shell_here()
    if shell is None or shell in _shells:
        return
    _shells[:] = [shell]
    history = shell.history_manager
    cells[:] = map(Ran, history.input_hist_raw if history else ())
    shell.events.register("post_run_cell", _note)


def shell_here() -> Any:
    """IPython's shell, if this process has one."""
    ipython = sys.modules.get("IPython")
    return ipython.get_ipython() if ipython else None


def _note(result: Any) -> None:
    early, late = result.error_before_exec, result.error_in_exec
    error, text = early or late, result.info.raw_cell
    if early is not None:
        lines = (getattr(early, "lineno", None) or 1,) * 2
    else:
        lines = _lines(late, text, shell_here().user_global_ns) if late is not None else (0, 0)
    words = f"{type(error).__name__}: {getattr(error, 'msg', error)}" if error is not None else ""
    identity = getattr(result.info, "cell_id", None) or ""
    cells.append(Ran(text, words[:LONGEST].removesuffix(": "), *lines, identity, time.time()))


def _lines(error: BaseException, text: str, namespace: Any) -> tuple[int, int]:
    """On which line of a cell's own statements an exception went through it, and on which it began; 0 if unknown."""
    frames = [
        (frame.f_code.co_filename, line)
        for frame, line in traceback.walk_tb(error.__traceback__)
        if frame.f_globals is namespace
    ]
    timed = [(file, line + 1) for file, line in frames if file.startswith("<timed")]  # below `%%time`
    frames = timed if text.lstrip().startswith("%%") else frames
    lines = [line for file, line in frames if file == frames[0][0]]
    return (lines[0], lines[-1]) if lines else (0, 0)
