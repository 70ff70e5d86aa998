"""Frames between the judge and a child: a JSON header and the raw bytes of arrays, never a pickle."""

from __future__ import annotations

import json
import math
import struct
from collections import Counter
from collections.abc import Callable
from typing import Any

import numpy as np

MAGIC = b"SWK1"
PREFIX = struct.Struct("<4sIQ")  # magic, bytes of the header, bytes of the body
HEADER_CAP = 1 << 18
BODY_CAP = 1 << 26
MAX_DIMENSIONS = 16
MAX_DEPTH = 40
MAX_COLLISIONS = 64  # keys of one hash; honest ones are few, such as -1 and -2, and tuples of them

# What hostile frames can take. Decoding: the body once more, for the arrays, and these bytes of objects for each byte
# of the header; a list of one list is 2 bytes of JSON and 88 of memory. Reading, in bodies of the largest size: the
# bytes received, in a buffer that grows by eighths, once more in arrays, and the objects.
OBJECT_BYTES = 64
READING = 2.5

NUMBERS = (
    *("bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"),
    *("float16", "float32", "float64", "complex64", "complex128"),
)
CODES = {dtype: dtype.newbyteorder("<").str for dtype in map(np.dtype, NUMBERS)}
DTYPES = {code: dtype for dtype, code in CODES.items()}
RAW = {code: np.dtype("u1" if code == "|b1" else code) for code in DTYPES}  # a forged bool may be neither 0 nor 1
WIDEST = {"f": "<f8", "c": "<c16"}  # long doubles travel so: theirs is another format on each machine

Buffer = bytes | bytearray | memoryview
Read = Callable[[int], Buffer]


class WireError(ValueError):
    """What came is not a frame, or not one that is allowed. The message repeats nothing of the frame."""


def encode(message: Any) -> bytes:
    """Turn a message into one frame.

    Numbers, strings, lists, tuples, dictionaries, bytes and arrays of numbers travel, subclasses as what they are
    a kind of; of anything else only the name of its type does, as an `Opaque`.

    Raises
    ------
    WireError
        If the message is nested deeper than `MAX_DEPTH` or larger than the caps.
    """
    buffers: list[Any] = []
    tree = _pack(message, buffers, 0)
    try:
        header = json.dumps(tree).encode("ascii")
    except ValueError:
        raise WireError("the answer is too large: an int of more digits than Python writes") from None
    size = sum([buffer.nbytes for buffer in buffers])
    if len(header) > HEADER_CAP or size > BODY_CAP:
        raise WireError(f"the answer is too large: {len(header) + size} bytes")
    return b"".join((PREFIX.pack(MAGIC, len(header), size), header, *buffers))


def read_frame(read: Read, header_cap: int = HEADER_CAP, body_cap: int = BODY_CAP) -> Any:
    """Read and decode one frame; `read(n)` returns exactly n bytes or raises."""
    magic, header_size, body_size = PREFIX.unpack(read(PREFIX.size))
    if magic != MAGIC or header_size > header_cap or body_size > body_cap:
        raise WireError("not a frame")
    header, body = read(header_size), _Body(read(body_size))
    try:
        value = _unpack(json.loads(str(header, "ascii")), body, 0)
    except WireError:
        raise
    except (LookupError, TypeError, ValueError, ArithmeticError, RecursionError) as error:
        raise WireError("the header is not one of ours") from error
    body.end()
    return value


def decode(frame: Buffer) -> Any:
    """Decode one frame that is whole in memory."""
    body = _Body(frame)
    value = read_frame(body.take)
    body.end()
    return value


class Opaque:
    """Stands for a value that cannot travel; only the name of its type came along."""

    def __init__(self, type_name: str) -> None:
        self.type_name = type_name

    def __repr__(self) -> str:
        return f"<{self.type_name}>"


class _Body:
    """Bytes that are taken from the front, as views."""

    def __init__(self, data: Buffer) -> None:
        self.data, self.at = memoryview(data), 0

    def skip(self, size: int) -> int:
        """Take so many bytes; returns where they begin."""
        if self.at + size > len(self.data):
            raise WireError("the frame is cut off")
        self.at += size
        return self.at - size

    def take(self, size: int) -> memoryview:
        start = self.skip(size)
        return self.data[start : self.at]

    def end(self) -> None:
        if self.at != len(self.data):
            raise WireError("bytes are left over")


def _pack(value: Any, buffers: list[Any], depth: int) -> Any:
    kind = type(value)
    if depth > MAX_DEPTH:
        raise WireError("the answer is nested too deeply")
    if value is None or kind in (bool, int, float, str):
        return value
    if issubclass(kind, dict):
        pairs = [[_pack(k, buffers, depth + 1), _pack(v, buffers, depth + 1)] for k, v in dict.items(value)]
        return {"dict": pairs}
    if issubclass(kind, list):
        return [_pack(item, buffers, depth + 1) for item in list.__iter__(value)]
    if issubclass(kind, tuple):
        return {"tuple": [_pack(item, buffers, depth + 1) for item in tuple.__iter__(value)]}
    if kind is bytes:
        buffers.append(memoryview(value))
        return {"bytes": len(value)}
    if kind is complex:
        return {"complex": [value.real, value.imag]}
    return _pack_number(value, kind, buffers)


def _pack_number(value: Any, kind: type, buffers: list[Any]) -> Any:
    if issubclass(kind, str):
        return str.__str__(value)
    if issubclass(kind, np.ndarray | np.generic):
        return _pack_array(value, kind, buffers)
    if issubclass(kind, int):
        return int.__int__(value)
    if issubclass(kind, float):
        return float.__float__(value)
    return {"opaque": kind.__name__[:80]}


def _pack_array(value: Any, kind: type, buffers: list[Any]) -> Any:
    array = np.asarray(value)
    code = CODES.get(array.dtype) or CODES.get(array.dtype.newbyteorder("="), WIDEST.get(array.dtype.kind))
    if code is None or array.ndim > MAX_DIMENSIONS:
        return {"opaque": f"{kind.__name__} of dtype {array.dtype}"[:80]}
    if array.nbytes > BODY_CAP:  # before it is copied: a broadcast array may be larger than all memory
        raise WireError(f"the answer is too large: {array.nbytes} bytes")
    buffers.append(array.astype(code, order="C", copy=False))
    return {"scalar" if issubclass(kind, np.generic) else "array": [code, list(array.shape)]}


def _unpack(tree: Any, body: _Body, depth: int) -> Any:
    """Put values in the place of what stands for them."""
    if depth > MAX_DEPTH:
        raise WireError("nested too deeply")
    if type(tree) is list:
        for index, item in enumerate(tree):
            if type(item) is list or type(item) is dict:
                tree[index] = _unpack(item, body, depth + 1)
        return tree
    if type(tree) is not dict:
        return tree
    [(tag, content)] = tree.items()
    if tag == "bytes":
        return bytes(body.take(_size(content)))
    if type(content) is str and tag == "opaque":
        return Opaque(content[:80])
    if type(content) is not list:
        raise WireError("an unknown tag")
    if tag == "array":
        return _unpack_array(content, body)
    if tag == "dict":
        return _unpack_dict(content, body, depth)
    if tag == "tuple":
        return tuple(_unpack(content, body, depth))
    if tag == "scalar" and content[1] == []:
        return _unpack_array(content, body)[()]
    if tag == "complex":
        real, imaginary = content
        return complex(real, imaginary)
    raise WireError("an unknown tag")


def _unpack_dict(pairs: list[Any], body: _Body, depth: int) -> dict[Any, Any]:
    items = [(_unpack(key, body, depth + 1), _unpack(value, body, depth + 1)) for key, value in pairs]
    if len(items) > MAX_COLLISIONS and max(Counter(hash(key) for key, _ in items).values()) > MAX_COLLISIONS:
        raise WireError("too many keys of one hash")  # each would be compared with all others
    return dict(items)


def _unpack_array(content: list[Any], body: _Body) -> Any:
    code, shape = content
    raw = RAW.get(code)
    if raw is None:
        raise WireError("a dtype that may not travel")
    if type(shape) is not list or len(shape) > MAX_DIMENSIONS:
        raise WireError("a bad shape")
    start = body.skip(math.prod(map(_size, shape)) * raw.itemsize)
    return np.ndarray(shape, raw, body.data, start).astype(DTYPES[code])


def _size(value: Any) -> int:
    if type(value) is not int or not 0 <= value <= BODY_CAP:
        raise WireError("a bad size")
    return value
