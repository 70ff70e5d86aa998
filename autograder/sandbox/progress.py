"""Stands in for tqdm: goes through what it is given, counts, and shows nothing."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from typing import Any


class Bar:
    """Has tqdm's methods; those that only show something do nothing."""

    def __init__(
        self, iterable: Iterable[Any] | None = None, desc: str | None = None, total: Any = None, **settings: Any
    ):
        self.iterable, self.desc = iterable, desc or ""
        self.total = len(iterable) if total is None and hasattr(iterable, "__len__") else total  # type: ignore[arg-type]
        self.n = settings.get("initial", 0)
        self.disable = bool(settings.get("disable"))
        self.format_dict = {"n": self.n, "total": self.total, "elapsed": 0.0, "rate": None}

    def __iter__(self) -> Iterator[Any]:
        for item in () if self.iterable is None else self.iterable:
            yield item
            self.n += 1

    def __len__(self) -> int:
        return int(self.total or 0)

    def __bool__(self) -> bool:
        return self.total is None or self.total > 0

    def __contains__(self, item: Any) -> bool:
        return self.iterable is not None and item in self.iterable

    def __reversed__(self) -> Iterator[Any]:
        return iter(reversed(self.iterable))  # type: ignore[call-overload]

    def __enter__(self) -> Bar:
        return self

    def __exit__(self, *failure: object) -> None:
        """Exceptions pass."""

    def update(self, n: float = 1) -> bool:
        self.n += n
        return True

    def reset(self, total: Any = None) -> None:
        self.n, self.total = 0, self.total if total is None else total

    def set_description(self, desc: str | None = None, refresh: bool = True) -> None:
        self.desc = desc or ""

    set_description_str = set_description

    def _show(self, *words: Any, **settings: Any) -> None:
        """Show nothing."""

    set_postfix = set_postfix_str = refresh = close = clear = unpause = display = _show

    @classmethod
    def write(cls, *words: Any, **settings: Any) -> None:
        """Write nothing."""

    @classmethod
    def pandas(cls, *words: Any, **settings: Any) -> None:
        """There is nothing to show the progress of."""


def trange(*numbers: int, **settings: Any) -> Bar:
    """`tqdm(range(...))`."""
    return Bar(range(*numbers), **settings)


NAMES = {
    **dict.fromkeys(["tqdm", "tqdm_notebook"], Bar),
    **dict.fromkeys(["trange", "tnrange"], trange),
    "tzip": zip,
    "tenumerate": enumerate,
    "tmap": map,
    "tproduct": itertools.product,
}
