"""Stands in for plotting and display libraries in a child: what is drawn goes nowhere, and code that draws runs on."""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import sys
import types
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from autograder.sandbox import progress

LIBRARIES = {
    *("IPython", "altair", "bokeh", "graphviz", "ipywidgets", "matplotlib", "mpl_toolkits", "plotly", "pydot"),
    *("pylab", "seaborn", "torchviz", "tqdm"),
}
COLOUR = (0.0, 0.0, 0.0, 1.0)
FIGURES = ("figure", "gcf")
SHAPES: dict[str, Any] = {  # what code takes apart, or calculates with, by the function that returns it
    **dict.fromkeys(["xlim", "ylim", "get_xlim", "get_ylim", "get_xbound", "get_ybound", "get_clim"], (0.0, 1.0)),
    **dict.fromkeys(["get_figwidth", "get_figheight", "get_dpi", "get_width", "get_height", "get_x", "get_y"], 1.0),
    "get_width_height": (640, 480),
    "get_legend_handles_labels": ([], []),
}


class Nowhere(types.ModuleType):
    """Whatever is asked of it is there, can be called, entered, indexed and calculated with, and does nothing."""

    def __init__(self, name: str = "nowhere", *bases_and_body: Any) -> None:
        super().__init__(name)
        self.__path__: list[str] = []  # its submodules can be imported

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        if self.__name__.rpartition(".")[2] in ("cm", "colormaps"):
            return _colours
        return Nowhere(f"{self.__name__.rpartition('.')[2]}.{name}")

    def __call__(self, *words: Any, **settings: Any) -> Any:
        """What code takes apart has the shape that it has in matplotlib."""
        owner, _, name = self.__name__.rpartition(".")
        if name == "subplots":
            axes = _axes(*words[:2], **settings)
            return axes if owner in FIGURES else (Nowhere("figure"), axes)
        if name in ("plot", "semilogx", "semilogy", "loglog", "fill"):
            return [Nowhere() for _ in range(_lines(words))]
        if name == "get_size_inches":
            return np.array([6.4, 4.8])
        if name == "get_cmap":
            return _colours
        if name.startswith("interact") and words and isinstance(words[0], types.FunctionType):
            return words[0]
        parts = {"hist": 3, "pie": 2 + ("autopct" in settings), "hist2d": 4, "stem": 3, "errorbar": 3}.get(name)
        if parts:
            return tuple(Nowhere() for _ in range(parts))
        return SHAPES.get(name) or Nowhere("figure" if name in FIGURES else name)

    def __enter__(self) -> Nowhere:
        return self

    def __exit__(self, *failure: object) -> None:
        """Exceptions pass."""

    def __getitem__(self, index: Any) -> Nowhere:
        return Nowhere()

    def __setitem__(self, index: Any, value: Any) -> None:
        """Settings such as `plt.rcParams["figure.figsize"]`."""

    def __delitem__(self, index: Any) -> None:
        """There is nothing."""

    def __iter__(self) -> Iterator[Nowhere]:
        return iter(())

    def __len__(self) -> int:
        return 0

    def __bool__(self) -> bool:
        return True

    def __contains__(self, item: Any) -> bool:
        return False

    def __format__(self, specification: str) -> str:
        return "nowhere"

    def __float__(self) -> float:
        return 0.0

    def __int__(self) -> int:
        return 0

    __index__ = __int__

    def __mro_entries__(self, bases: tuple[Any, ...]) -> tuple[type, ...]:
        """`class Plot(animation.FuncAnimation)` is a plain class."""
        return ()

    def __instancecheck__(self, instance: Any) -> bool:
        return isinstance(instance, Nowhere)

    def __deepcopy__(self, memory: Any) -> Nowhere:
        return self

    def __reduce__(self) -> tuple[type[Nowhere], tuple[str]]:
        return Nowhere, (self.__name__,)

    def _nowhere(self, *others: Any) -> Nowhere:
        """What an operator makes of it."""
        return Nowhere()

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = _nowhere
    __floordiv__ = __mod__ = __pow__ = __neg__ = __abs__ = __or__ = __and__ = __matmul__ = __round__ = _nowhere

    def __lt__(self, other: Any) -> bool:
        return False

    __gt__ = __le__ = __ge__ = __lt__


def _axes(nrows: int = 1, ncols: int = 1, squeeze: bool = True, **settings: Any) -> Any:
    axes = np.empty((int(nrows), int(ncols)), dtype=object)
    for place in np.ndindex(axes.shape):
        axes[place] = Nowhere()
    if not squeeze:
        return axes
    return axes[0, 0] if axes.size == 1 else axes.squeeze()


def _lines(words: Sequence[Any]) -> int:
    """How many lines `plot(x, y, "r-", x2, y2)` draws."""
    arrays = sum(not isinstance(word, str) for word in words)
    return max(1, (arrays + 1) // 2)


def _colours(values: Any = 0, *words: Any, **settings: Any) -> Any:
    """A colormap: a colour for a number, an array of colours for an array."""
    if np.ndim(values) == 0:
        return COLOUR
    return np.broadcast_to(COLOUR, (*np.shape(values), 4)).copy()


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
        """Only bars that show progress have something to do: what they go through is gone through."""
        if module.__name__.partition(".")[0] == "tqdm":
            vars(module).update(progress.NAMES)
        if module.__name__.startswith("IPython"):
            for name in ("display", "get_ipython"):
                if name != module.__name__.rpartition(".")[2]:
                    vars(module)[name] = getattr(sys.modules["builtins"], name, None)


def install() -> None:
    """Answer such imports from now on, in this process."""
    sys.meta_path.insert(0, Finder())
