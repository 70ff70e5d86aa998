"""Frames between the judge and a child: a JSON header and the raw bytes of arrays, never a pickle."""

from __future__ import annotations

import json
import struct
from collections.abc import Callable
from typing import Any

import numpy as np

MAGIC = b"SWK1"
PREFIX = struct.Struct("<4sIQ")  # magic, bytes of the header, bytes of the body
HEADER_CAP = 1 << 18
BODY_CAP = 1 << 26
MAX_DIMENSIONS = 16
MAX_DEPTH = 40
NUMERIC_KINDS = "biufc"

Read = Callable[[int], bytes]


class WireError(ValueError):
    """What came is not a frame, or not one that is allowed."""


def encode(message: Any) -> bytes:
    """Turn a message into one frame.

    Numbers, strings, lists, tuples, dictionaries, bytes and arrays of numbers travel; of anything else only the
    name of its type does, as an `Opaque`.

    Raises
    ------
    WireError
        If the message is nested deeper than `MAX_DEPTH` or larger than the caps.
    """
    buffers: list[bytes] = []
    header = json.dumps(_pack(message, buffers, 0)).encode("ascii")
    body = b"".join(buffers)
    if len(header) > HEADER_CAP or len(body) > BODY_CAP:
        raise WireError(f"the answer is too large: {len(header) + len(body)} bytes")
    return PREFIX.pack(MAGIC, len(header), len(body)) + header + body


def read_frame(read: Read, header_cap: int = HEADER_CAP, body_cap: int = BODY_CAP) -> Any:
    """Read and decode one frame; `read(n)` returns exactly n bytes or raises."""
    magic, header_size, body_size = PREFIX.unpack(read(PREFIX.size))
    if magic != MAGIC or header_size > header_cap or body_size > body_cap:
        raise WireError("not a frame")
    header, body = read(header_size), read(body_size)
    try:
        tree = json.loads(header)
    except (ValueError, RecursionError) as error:
        raise WireError(f"the header is not JSON: {error}") from None
    reader = _Body(body)
    try:
        value = _unpack(tree, reader, 0)
    except (KeyError, IndexError, TypeError, ValueError, OverflowError) as error:
        raise WireError(f"the header does not fit the body: {error}") from None
    if reader.at != len(body):
        raise WireError("bytes are left over")
    return value


def decode(frame: bytes) -> Any:
    """Decode one frame that is whole in memory."""
    reader = _Body(frame)
    value = read_frame(reader.take)
    if reader.at != len(frame):
        raise WireError("bytes are left over")
    return value


class Opaque:
    """Stands for a value that cannot travel; only the name of its type came along."""

    def __init__(self, type_name: str) -> None:
        self.type_name = type_name

    def __repr__(self) -> str:
        return f"<{self.type_name}>"


class _Body:
    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0

    def take(self, size: int) -> bytes:
        if size < 0 or self.at + size > len(self.data):
            raise WireError("the frame is cut off")
        self.at += size
        return self.data[self.at - size : self.at]


def _pack(value: Any, buffers: list[bytes], depth: int) -> Any:
    if depth > MAX_DEPTH:
        raise WireError("the answer is nested too deeply")
    kind = type(value)
    if value is None or kind in (bool, int, float, str):
        return value
    if kind is list:
        return [_pack(item, buffers, depth + 1) for item in value]
    if kind is tuple:
        return {"tuple": [_pack(item, buffers, depth + 1) for item in value]}
    if isinstance(value, dict):
        pairs = [[_pack(k, buffers, depth + 1), _pack(v, buffers, depth + 1)] for k, v in dict.items(value)]
        return {"dict": pairs}
    if kind is bytes:
        buffers.append(value)
        return {"bytes": len(value)}
    if kind is complex:
        return {"complex": [value.real, value.imag]}
    return _pack_numeric(value, buffers)


def _pack_numeric(value: Any, buffers: list[bytes]) -> Any:
    for plain in (bool, int, float, str):  # a subclass travels as what it is a kind of
        if isinstance(value, plain) and not isinstance(value, np.generic):
            return plain(value)
    if not isinstance(value, np.ndarray | np.generic):
        return {"opaque": type(value).__name__[:80]}
    array = np.array(value, subok=False, order="C")
    if array.dtype.kind not in NUMERIC_KINDS or array.ndim > MAX_DIMENSIONS:
        return {"opaque": f"{type(value).__name__} of dtype {array.dtype}"[:80]}
    array = array.astype(array.dtype.newbyteorder("<"), copy=False)
    buffers.append(array.tobytes())
    tag = "scalar" if isinstance(value, np.generic) else "array"
    return {tag: [array.dtype.str, list(array.shape)]}


def _unpack(tree: Any, body: _Body, depth: int) -> Any:
    if depth > MAX_DEPTH:
        raise WireError("nested too deeply")
    if isinstance(tree, list):
        return [_unpack(item, body, depth + 1) for item in tree]
    if not isinstance(tree, dict):
        return tree
    [(tag, content)] = tree.items()
    if tag == "tuple":
        return tuple(_unpack(item, body, depth + 1) for item in content)
    if tag == "dict":
        return {_unpack(k, body, depth + 1): _unpack(v, body, depth + 1) for k, v in content}
    if tag == "bytes":
        return body.take(_size(content))
    if tag == "complex":
        return complex(*(float(part) for part in content))
    if tag == "opaque":
        return Opaque(str(content)[:80])
    if tag in ("array", "scalar"):
        array = _unpack_array(content, body)
        return array if tag == "array" else array[()]
    raise WireError(f"unknown tag {tag!r}")


def _unpack_array(content: Any, body: _Body) -> Any:
    code, shape = content
    dtype = np.dtype(code) if isinstance(code, str) and len(code) <= 4 else None
    if dtype is None or dtype.kind not in NUMERIC_KINDS or dtype.str != code or code.startswith(">"):
        raise WireError(f"dtype {code!r} may not travel")
    if not isinstance(shape, list) or len(shape) > MAX_DIMENSIONS:
        raise WireError("a bad shape")
    count = 1
    for size in shape:
        count *= _size(size)
    return np.frombuffer(body.take(count * dtype.itemsize), dtype=dtype).reshape(shape).copy()


def _size(value: Any) -> int:
    if type(value) is not int or not 0 <= value <= BODY_CAP:
        raise WireError(f"a bad size: {value!r}"[:80])
    return value
