"""Makes a child look like a notebook's kernel: the names that IPython adds, and the state in which probes run."""

from __future__ import annotations

import builtins
import contextlib
import random
import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np

from autograder.sandbox import nowhere, older_numpy

NAMES = frozenset(
    ["display", "get_ipython", "exit", "quit", "In", "Out", "_", "__", "___", "_i", "_ii", "_iii", "_ih", "_oh", "_dh"]
)


class ZMQInteractiveShell(nowhere.Nowhere):
    """What `get_ipython()` returns: it has the name of a notebook's shell, and does nothing."""


def install() -> None:
    """Add what a kernel has to this process."""
    nowhere.install()
    older_numpy.restore()
    shell = ZMQInteractiveShell("shell")
    vars(builtins).update(display=_nothing, get_ipython=lambda: shell, exit=_nothing, quit=_nothing)


def namespace() -> dict[str, Any]:
    """The names with which a notebook begins."""
    texts = dict.fromkeys(["_", "__", "___", "_i", "_ii", "_iii"], "")
    inputs: list[str] = [""]
    outputs: dict[int, Any] = {}
    return {
        "__name__": "__main__",
        "np": np,
        **texts,
        "In": inputs,
        "_ih": inputs,
        "Out": outputs,
        "_oh": outputs,
        "_dh": [],
    }


def _nothing(*words: Any, **settings: Any) -> None:
    """Show nothing, and go on."""


@contextlib.contextmanager
def neutral() -> Iterator[None]:
    """Let a probe run as it does everywhere: seeded generators, no warnings, NumPy's own handling of overflow."""
    with warnings.catch_warnings(), np.errstate(divide="warn", over="warn", under="ignore", invalid="warn"):
        warnings.simplefilter("ignore")
        seed()
        yield


def seed() -> None:
    """Put the global generators where they always start, so that a regrade gives the same answers."""
    random.seed(0)
    np.random.seed(0)


@contextlib.contextmanager
def own_random_state() -> Iterator[None]:
    """Give the global generators back as they were."""
    python, numpy = random.getstate(), np.random.get_state()
    try:
        yield
    finally:
        random.setstate(python)
        np.random.set_state(numpy)
