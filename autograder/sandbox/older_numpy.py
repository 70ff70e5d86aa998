"""Gives NumPy 2 the names back that NumPy 1.26 had and 2 removed, with the meaning that they had there."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
import numpy.exceptions

RENAMED = {  # https://numpy.org/doc/stable/numpy_2_0_migration_guide.html, and what later releases removed
    "Inf": "inf",
    "Infinity": "inf",
    "infty": "inf",
    "PINF": "inf",
    "NaN": "nan",
    "float_": "float64",
    "complex_": "complex128",
    "cfloat": "complex128",
    "singlecomplex": "complex64",
    "longfloat": "longdouble",
    "longcomplex": "clongdouble",
    "clongfloat": "clongdouble",
    "string_": "bytes_",
    "unicode_": "str_",
    "bool8": "bool_",
    "int0": "intp",
    "uint0": "uintp",
    "object0": "object_",
    "str0": "str_",
    "bytes0": "bytes_",
    "void0": "void",
    "product": "prod",
    "cumproduct": "cumprod",
    "alltrue": "all",
    "sometrue": "any",
    "round_": "round",
    "row_stack": "vstack",
    "mat": "asmatrix",
    "issubsctype": "issubdtype",
    "trapz": "trapezoid",
}
VALUES: dict[str, Any] = {
    "NINF": -np.inf,
    "PZERO": 0.0,
    "NZERO": -0.0,
    "tracemalloc_domain": 389047,
    "math": sys.modules.get("math") or __import__("math"),
    "sctypes": {
        "int": [np.int8, np.int16, np.int32, np.int64],
        "uint": [np.uint8, np.uint16, np.uint32, np.uint64],
        "float": [np.float16, np.float32, np.float64, np.longdouble],
        "complex": [np.complex64, np.complex128, np.clongdouble],
        "others": [bool, object, bytes, str, np.void],
    },
    "cast": {kind: lambda x, kind=kind: np.asarray(x, kind) for kind in set(np.sctypeDict.values())},
    "nbytes": {kind: np.dtype(kind).itemsize for kind in set(np.sctypeDict.values())},
}
EXCEPTIONS = ("AxisError", "ComplexWarning", "ModuleDeprecationWarning", "TooHardError", "VisibleDeprecationWarning")


def restore() -> None:
    """Set each of these names on `numpy`, unless it is there."""
    functions = {each.__name__: each for each in FUNCTIONS}
    renamed = {old: getattr(np, new) for old, new in RENAMED.items() if hasattr(np, new)}
    exceptions = {name: getattr(np.exceptions, name) for name in EXCEPTIONS if hasattr(np.exceptions, name)}
    exceptions["RankWarning"] = getattr(np.exceptions, "RankWarning", RuntimeWarning)
    for name, value in {**VALUES, **renamed, **exceptions, **functions}.items():
        vars(np).setdefault(name, value)


def in1d(ar1: Any, ar2: Any, assume_unique: bool = False, invert: bool = False, *, kind: Any = None) -> Any:
    """Whether each element of `ar1` is in `ar2`; the answer is flat."""
    return np.isin(np.ravel(ar1), ar2, assume_unique, invert, kind=kind)


def asfarray(a: Any, dtype: Any = np.float64) -> Any:
    """An array of floating-point numbers."""
    return np.asarray(a, dtype if np.issubdtype(dtype, np.inexact) else np.float64)


def msort(a: Any) -> Any:
    """A copy, sorted along the first axis."""
    return np.sort(a, axis=0)


def find_common_type(array_types: Any, scalar_types: Any) -> Any:
    """The type for arrays and scalars together; scalars count only if they are of a higher kind."""
    arrays = np.result_type(*array_types) if array_types else None
    scalars = np.result_type(*scalar_types) if scalar_types else None
    if arrays is None or scalars is None:
        return scalars if arrays is None else arrays
    kinds = "buifcmMSUVO"
    return scalars if kinds.index(scalars.kind) > kinds.index(arrays.kind) else arrays


def disp(mesg: Any, device: Any = None, linefeed: bool = True) -> None:
    """Write a message."""
    (device or sys.stdout).write(f"{mesg}\n" if linefeed else f"{mesg}")


def issctype(rep: Any) -> bool:
    """Whether this is a scalar type."""
    return isinstance(rep, type | np.dtype) and np.dtype(rep).type is not np.object_


def issubclass_(arg1: Any, arg2: Any) -> bool:
    """Whether one is a subclass of the other; False for what is no class."""
    return isinstance(arg1, type) and issubclass(arg1, arg2)


def obj2sctype(rep: Any, default: Any = None) -> Any:
    """The scalar type of a type, an array or a name."""
    try:
        return getattr(rep, "dtype", np.dtype(rep)).type
    except TypeError:
        return default


def sctype2char(sctype: Any) -> str:
    """The character that stands for a type."""
    return str(np.dtype(sctype).char)


def maximum_sctype(t: Any) -> Any:
    """The most precise type of the same kind."""
    most = {"i": np.int64, "u": np.uint64, "f": np.longdouble, "c": np.clongdouble}
    return most.get(np.dtype(t).kind, np.dtype(t).type)


def byte_bounds(a: Any) -> tuple[int, int]:
    """The addresses of the first byte of an array, and behind its last one."""
    return np.lib.array_utils.byte_bounds(a)


def safe_eval(source: str) -> Any:
    """The value of a literal."""
    import ast

    return ast.literal_eval(source)


def deprecate(*words: Any, **settings: Any) -> Any:
    """Mark a function as deprecated; nothing is said of it here."""
    return words[0] if words and callable(words[0]) else lambda function: function


FUNCTIONS = (
    *(in1d, asfarray, msort, find_common_type, disp, issctype, issubclass_, obj2sctype, sctype2char),
    *(maximum_sctype, byte_bounds, safe_eval, deprecate),
)
