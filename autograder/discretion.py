"""What may be said of an answer to hidden inputs: nothing that student code could have chosen to carry them out."""

from __future__ import annotations

import builtins
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from autograder.sandbox.handed_in import file_of
from autograder.sandbox.job import Definition
from autograder.sandbox.wire import Opaque

_PLACE = re.compile(r"(.{1,200}), line (\d{1,5})")


def discreet(got: Any, expected: Any, inputs: Mapping[str, Any]) -> Any:
    """The answer without names, texts and sizes that are not the question's own; its numbers stay.

    Comparisons speak of types, keys, lengths and shapes. A type's name, a key or the shape of an empty array holds as
    much text as student code likes, and so could hold the inputs.
    """
    known = {0, 1, *_sizes(expected), *(size for value in inputs.values() for size in _sizes(value))}
    return _without(got, expected, known)


def _without(got: Any, expected: Any, known: set[int]) -> Any:
    if isinstance(got, dict):
        if not isinstance(expected, dict) or set(got) != set(expected):
            return Opaque("dictionary with other keys")
        return {key: _without(value, expected[key], known) for key, value in got.items()}
    if isinstance(got, list | tuple):
        if isinstance(expected, list | tuple) and len(got) == len(expected):
            return type(got)(_without(one, other, known) for one, other in zip(got, expected, strict=True))
        return type(got)([None] * len(got)) if len(got) in known else Opaque("list of another length")
    if isinstance(got, np.ndarray) and not set(got.shape) <= known:
        return Opaque("differently shaped array")
    if isinstance(got, Opaque) and not hasattr(builtins, got.type_name) and got.type_name not in ("function", "method"):
        return Opaque("value of another type")
    return got


def _sizes(value: Any) -> Iterator[int]:
    """The lengths of all arrays, lists and dictionaries in a value."""
    if isinstance(value, np.ndarray):
        yield from value.shape
        yield value.size
    elif isinstance(value, dict | list | tuple):
        yield len(value)
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _sizes(inner)


def is_place(text: str, definitions: Sequence[Definition], modules: Mapping[str, str]) -> bool:
    """Whether a line of the student's work is named: code can be compiled to look as if it stood anywhere."""
    found = _PLACE.fullmatch(text)
    if not found:
        return False
    places = [(d.place, d.source) for d in definitions]
    places += [(file_of(name, modules), text) for name, text in modules.items()]
    return any(place == found[1] and int(found[2]) <= text.count("\n") + 1 for place, text in places)
