"""Homework that grades itself: the words of course authors (`exercise`, `task`, ...) and of students (`check`)."""

from typing import Any

HOMES = {
    "autograder.compare": ("accuracy", "agree", "between", "close", "cross_entropy"),
    "autograder.exercises": ("File", "exercise", "forbids", "loops", "no_loops", "task"),
    "autograder.selfcheck": ("check",),
}
__all__ = ["File", "accuracy", "agree", "between", "check", "close", "cross_entropy", "exercise", "forbids", "loops"]
__all__ += ["no_loops", "task"]


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
