"""Stands in for plotting and display libraries in a child: what is drawn goes nowhere, and code that draws runs on."""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import sys
import types
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

LIBRARIES = {"matplotlib", "seaborn", "IPython"}


class Nowhere(types.ModuleType):
    """Whatever is asked of it is there, can be called, entered, indexed and iterated over, and does nothing."""

    def __init__(self, name: str = "nowhere") -> None:
        super().__init__(name)
        self.__path__: list[str] = []  # its submodules can be imported

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return Nowhere(name)

    def __call__(self, *words: Any, **settings: Any) -> Any:
        """What code takes apart has the shape that it has in matplotlib."""
        if self.__name__ == "subplots":
            return Nowhere(), _axes(*words[:2], **settings)
        return {"plot": [Nowhere()], "hist": (Nowhere(),) * 3}.get(self.__name__, Nowhere())

    def __enter__(self) -> Nowhere:
        return self

    def __exit__(self, *failure: object) -> None:
        """Exceptions pass."""

    def __getitem__(self, index: Any) -> Nowhere:
        return Nowhere()

    def __setitem__(self, index: Any, value: Any) -> None:
        """Settings such as `plt.rcParams["figure.figsize"]`."""

    def __iter__(self) -> Iterator[Nowhere]:
        return iter(())


def _axes(nrows: int = 1, ncols: int = 1, squeeze: bool = True, **settings: Any) -> Any:
    axes = np.empty((nrows, ncols), dtype=object)
    axes[...] = Nowhere()
    return axes.squeeze()[()] if squeeze else axes


class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Answers imports of the libraries that draw."""

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: types.ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if name.partition(".")[0] not in LIBRARIES:
            return None
        return importlib.machinery.ModuleSpec(name, self, is_package=True)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> Nowhere:
        return Nowhere(spec.name)

    def exec_module(self, module: types.ModuleType) -> None:
        """There is nothing to run."""


def install() -> None:
    """Answer such imports from now on, in this process."""
    sys.meta_path.insert(0, Finder())
