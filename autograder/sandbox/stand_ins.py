"""Puts stand-ins in place of functions of Python's library for one thread, and puts the originals back."""

from __future__ import annotations

import contextlib
import ctypes
import functools
import gc
import importlib.abc
import importlib.machinery
import importlib.util
import sys
import types
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from threading import get_ident
from typing import Any

Table = Mapping[str, Mapping[str, Any]]  # module -> dotted name in it -> stand-in, or a Value
MISSING = object()
HEAP_TYPE = 1 << 9  # set for classes that are written in Python
WAITING = {"threading", "queue", "concurrent"}  # library code that waits for whoever calls it

IPYTHONS_OPEN = "_modified_open"  # what cells find as `open`


@dataclass(frozen=True)
class Value:
    """Something that takes the place of an attribute as it is."""

    value: Any


class StandIns(importlib.abc.MetaPathFinder):
    """Stand-ins, each called as `stand_in(original, *arguments)`, while they are in place and for one thread only.

    Parameters
    ----------
    tables : Table
        Modules that are not loaded yet get their stand-ins when they are.
    copies : sequence of str
        Modules that keep originals under names of their own (`from os import mkdir`).
    exempt : set of str
        Packages whose calls always reach the originals: those of a running kernel.
    """

    def __init__(self, *tables: Table, copies: Sequence[str] = (), exempt: frozenset[str] = frozenset()) -> None:
        self._table: dict[str, dict[str, Any]] = {}
        for name, row in (item for table in tables for item in table.items()):
            self._table.setdefault(name, {}).update(row)
        self._copies, self._exempt = copies, exempt
        self._thread = 0  # the one that gets stand-ins; 0 for none, and then every stand-in is its original
        self._finding: set[str] = set()
        self._originals: list[tuple[Any, str, Any]] = []
        self._replaced: dict[int, Any] = {}  # id of an original that modules may have copied -> its stand-in

    def install(self) -> None:
        """Put them in place for the calling thread."""
        for name in self._table:
            if name in sys.modules:
                self._replace(name)
        sys.meta_path.insert(0, self)
        for name in self._copies:
            self._replace_copies(name)
        self._thread = get_ident()

    def remove(self) -> None:
        """Put the originals back. Whatever interrupts this, no stand-in is called any more."""
        self._thread = 0
        while self._originals:
            owner, name, original = self._originals[-1]
            _assign(owner, name, original)
            self._originals.pop()
        if self in sys.meta_path:
            sys.meta_path.remove(self)
        self._replaced.clear()

    @contextlib.contextmanager
    def in_place(self) -> Iterator[None]:
        """Have them in place inside a `with` block."""
        try:
            self.install()
            yield
        finally:
            self.remove()

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: types.ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """Find a module as others do, and let it get its stand-ins once it is loaded."""
        if name in self._finding or name not in {*self._table, *self._copies}:
            return None
        self._finding.add(name)
        try:
            spec = importlib.util.find_spec(name)
        finally:
            self._finding.discard(name)
        if spec and spec.loader:
            self._load_with(spec.loader, name)
        return spec

    def _load_with(self, loader: Any, name: str) -> None:
        execute = loader.exec_module

        def exec_module(module: types.ModuleType) -> None:
            execute(module)
            if self._thread:
                self._replace(name)
                self._replace_copies(name)

        loader.exec_module = exec_module

    def _replace(self, module: str) -> None:
        for path, stand_in in self._table.get(module, {}).items():
            *way, last = path.split(".")
            owner: Any = sys.modules[module]
            for part in way:
                owner = getattr(owner, part, None)
            original: Any = getattr(owner, last, MISSING)
            if original is not MISSING:
                new = stand_in.value if isinstance(stand_in, Value) else self._either(original, stand_in)
                self._set(owner, last, new)
                if callable(original):
                    self._replaced[id(original)] = new

    def _replace_copies(self, module: str) -> None:
        """Also where a function has an original as its default (`unlink=os.unlink`)."""
        if module not in self._copies or module not in sys.modules:
            return
        for name, value in list(vars(sys.modules[module]).items()):
            if id(value) in self._replaced:
                self._set(sys.modules[module], name, self._replaced[id(value)])
            for function in vars(value).values() if isinstance(value, type) else ():
                defaults = getattr(function, "__defaults__", None) or ()
                if any(id(default) in self._replaced for default in defaults):
                    new = tuple(self._replaced.get(id(default), default) for default in defaults)
                    self._set(function, "__defaults__", new)

    def _set(self, owner: Any, name: str, value: Any) -> None:
        own = vars(owner) if not isinstance(owner, types.FunctionType) else {name: getattr(owner, name)}
        self._originals.append((owner, name, own.get(name, MISSING)))
        _assign(owner, name, value)

    def _either(self, original: Callable[..., Any], stand_in: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(original)
        def either(*words: Any, **named: Any) -> Any:
            if self._thread != get_ident() or (self._exempt and _caller() in self._exempt):
                return original(*words, **named)
            return stand_in(original, *words, **named)

        return either


def _assign(owner: Any, name: str, value: Any) -> None:
    """Set or delete an attribute, also of a type that is written in C."""
    if isinstance(owner, type) and not owner.__flags__ & HEAP_TYPE:
        [names] = gc.get_referents(vars(owner))
        names[name] = value
        ctypes.pythonapi.PyType_Modified(ctypes.py_object(owner))
    elif value is MISSING:
        delattr(owner, name)
    else:
        setattr(owner, name, value)


def _caller() -> str:
    """The package that calls a stand-in, or that calls the library code that does."""
    frame: types.FrameType | None = sys._getframe(2)
    while frame:
        package: str = frame.f_globals.get("__name__", "").partition(".")[0]
        own = frame.f_globals is globals() or frame.f_code.co_name == IPYTHONS_OPEN
        if package not in WAITING and not own:
            return package
        frame = frame.f_back
    return ""
