"""What each statement of a notebook may change, once the whole notebook is known."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice

from autograder.definitions import makes_function, without_builtins
from autograder.names import FILES, Effects
from autograder.sandbox.job import Definition
from autograder.sandbox.nowhere import LIBRARIES

IN_PLACE = {  # NumPy's functions that change what they are given, besides their `out`
    *("at", "copyto", "fill_diagonal", "nan_to_num", "place", "put", "put_along_axis", "putmask", "shuffle"),
}
PURE = {"cmath", "copy", "itertools", "math", "operator", "statistics", "time", "timeit"}  # modules without settings
ON_FILES = {"os", "pathlib", "shutil", "tempfile", "zipfile", "tarfile"}
CHANGES_CAP = 64  # names that one function may change; only hostile ones come near
STATEMENT_CAP = 320  # the same of one statement
_SETS = re.compile(r"(?:set|seed|register|enable|disable)(?:_|[A-Z]|\b)|set[a-z]+$")


def settled(definitions: Iterable[Definition], given: Iterable[Definition] = ()) -> tuple[Definition, ...]:
    """The statements of a whole notebook, each with what it uses and may change; what sets and changes nothing goes.

    Parameters
    ----------
    definitions : iterable of Definition
        The student's, in their order.
    given : iterable of Definition
        The course's, which show what is a module, a function or a class.
    """
    return tuple(d for d in informed(definitions, given) if d.binds or d.changes)


def informed(definitions: Iterable[Definition], given: Iterable[Definition] = ()) -> tuple[Definition, ...]:
    """Like `settled`, but all of them."""
    definitions = without_builtins(definitions)
    kinds = _Kinds([*given, *definitions])
    through = _through_functions(definitions, kinds)
    shared = _Shared(definitions, kinds)
    changes = [_of(d, kinds, through, shared) for d in definitions]
    unread = () if any(FILES in names for names in changes) else (FILES,)
    return tuple(
        replace(
            d, uses=tuple(n for n in d.uses if n not in unread), changes=tuple(n for n in names if n not in d.binds)
        )
        for d, names in zip(definitions, changes, strict=True)
    )


def _of(d: Definition, kinds: _Kinds, through: Mapping[str, Collection[str]], shared: _Shared) -> dict[str, None]:
    """The names that a statement may change."""
    names = (*_changed(d.effects, kinds, through), *_sets_up(d.effects, kinds))
    return dict.fromkeys(islice(shared.with_others(names), STATEMENT_CAP))


class _Kinds:
    """What kinds of values the names of a notebook stand for, as far as its text shows."""

    def __init__(self, definitions: Sequence[Definition]) -> None:
        self.modules, self.functions, self.drawing = {"np"}, set[str](), {"plt", "sns"}
        self.homes = {"np": "numpy"}  # the module that an imported name comes from
        self.patching: dict[str, frozenset[str]] = {}  # the parameters that a function of the notebook changes
        for d in definitions:
            self._imported(d)
            self.patching |= {key: effects.patches for key, effects in _functions(d).items() if effects.patches}
            if makes_function(d) or self._is_alias(d):
                self.functions.update(d.binds)
            elif d.effects and any(called.partition(".")[0] in self.drawing for called, _ in d.effects.calls):
                self.drawing.update(name for name in d.binds if name not in d.uses)
        self.names: dict[str, list[str]] = {}
        for name, home in self.homes.items():
            self.names.setdefault(home, []).append(name)

    def _imported(self, definition: Definition) -> None:
        for name, (home, is_module) in definition.effects.imports.items() if definition.effects else ():
            self.homes[name] = home
            (self.modules if is_module else self.functions).add(name)
            if home in LIBRARIES:
                self.drawing.add(name)

    def _is_alias(self, definition: Definition) -> bool:
        """Whether it gives a function another name: `act = relu`."""
        links = definition.effects.links if definition.effects else ()
        return bool(links) and all(t in definition.binds and s in self.functions for t, s in links)

    def changed(self, called: str, names: Iterable[str]) -> Iterator[str]:
        """The names that a call may change: what it is given, and what the method belongs to."""
        owner, dot, _ = called.partition(".")
        if owner in self.drawing or (self.homes.get(owner) == "numpy" and called.rpartition(".")[2] not in IN_PLACE):
            return
        for name in names:
            if name not in self.modules and ((dot and name == owner) or name not in self.functions):
                yield name

    def set_up(self, called: str, alone: bool) -> Iterator[str]:
        """The names whose module may be set up differently by a call: `random.seed(0)`, `os.makedirs("out")`."""
        owner, _, rest = called.partition(".")
        home = self.homes.get(owner, "")
        sets = _SETS.match((rest or owner).rpartition(".")[2])
        if not home or owner in self.drawing or home in PURE or not (sets or (alone and home != "numpy")):
            return
        yield "*" if home == "sys" else owner
        if home in ON_FILES:
            yield FILES

    def patched(self, handed: Iterable[tuple[str, str, str]]) -> Iterator[str]:
        """The functions and classes that get attributes by calls of the notebook's own functions."""
        for called, parameter, name in handed:
            _, dot, method = called.rpartition(".")
            if parameter in self.patching.get(dot + method, ()):
                yield name


class _Shared:
    """Which names may stand for the same value, or for a part of it: after `a = W.T`, `a` and `W`."""

    def __init__(self, definitions: Sequence[Definition], kinds: _Kinds) -> None:
        self._kinds = kinds
        self._leader: dict[str, str] = {}
        apart = kinds.functions | kinds.modules
        for one, other in (link for d in definitions if d.effects for link in d.effects.links):
            if one not in apart and other not in apart:
                self._leader[self._find(one)] = self._find(other)
        self._members: dict[str, list[str]] = {}
        for name in self._leader:
            self._members.setdefault(self._find(name), []).append(name)

    def _find(self, name: str) -> str:
        while (leader := self._leader.setdefault(name, name)) != name:
            self._leader[name] = name = self._leader[leader]
        return name

    def with_others(self, names: Iterable[str]) -> Iterator[str]:
        """Some names that are changed, and those that change with them."""
        groups = dict[str, Iterable[str]]()
        for name in dict.fromkeys(names):
            yield name
            if name in self._leader:
                leader = self._find(name)
                groups[leader] = self._members[leader]
            elif home := self._kinds.homes.get(name):
                groups[f"import {home}"] = self._kinds.names[home]
        for group in groups.values():
            yield from group


def _sets_up(effects: Effects | None, kinds: _Kinds) -> Iterator[str]:
    """The names whose modules a statement sets up by a call of its own: training functions seed generators, too."""
    if effects is None:
        return
    for called, _ in effects.calls:
        yield from kinds.set_up(called, called in effects.acts)


def _functions(definition: Definition) -> Mapping[str, Effects]:
    return definition.effects.functions if definition.effects else {}


def _changed(effects: Effects | None, kinds: _Kinds, through: Mapping[str, Collection[str]]) -> Iterator[str]:
    """What a piece of code may change when it runs."""
    if effects is None:
        return
    yield from effects.changed
    yield from kinds.patched(effects.handed)
    for called, names in effects.calls:
        yield from kinds.changed(called, names)
        for key in _keys(called, names):
            yield from through.get(key, ())


def _keys(called: str, names: Iterable[str]) -> list[str]:
    """The functions that a call may run: itself, or what it is given."""
    _, dot, method = called.rpartition(".")
    return [dot + method, *names]


def _through_functions(definitions: Sequence[Definition], kinds: _Kinds) -> dict[str, dict[str, None]]:
    """What calling each of the notebook's functions may change, also through others that it calls."""
    found: dict[str, dict[str, None]] = {}
    callers: dict[str, set[str]] = {}
    for d in definitions:
        for key, effects in (d.effects.functions if d.effects else {}).items():
            found.setdefault(key, {}).update(dict.fromkeys(islice(_changed(effects, kinds, {}), CHANGES_CAP)))
            for called, names in effects.calls:
                for callee in _keys(called, names):
                    callers.setdefault(callee, set()).add(key)
    todo = deque(key for key, names in found.items() if names)
    while todo:
        key = todo.popleft()
        for caller in callers.get(key, ()):
            names, before = found[caller], len(found[caller])
            if before < CHANGES_CAP:
                names |= found[key]
            if len(names) > before:
                todo.append(caller)
    return found
