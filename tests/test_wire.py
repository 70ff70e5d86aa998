"""Frames: what goes in comes out, and nothing else gets through."""

from __future__ import annotations

import contextlib
import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from autograder.sandbox import wire
from autograder.sandbox.wire import MAGIC, PREFIX, Opaque, WireError, decode, encode

ARRAYS = npst.arrays(
    npst.boolean_dtypes()
    | npst.integer_dtypes()
    | npst.floating_dtypes(sizes=(16, 32, 64))
    | npst.complex_number_dtypes(),
    npst.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=5),
)
LEAVES = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary() | st.complex_numbers() | ARRAYS
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.tuples(inner, inner)
        | st.dictionaries(st.text(max_size=5) | st.integers(), inner, max_size=4)
    ),
    max_leaves=12,
)


def same(one, other) -> bool:
    """Equal in value, type, shape, dtype (but for the byte order) and NaN."""
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        return list(map(repr, one)) == list(map(repr, other)) and all(map(same, one.values(), other.values()))
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, np.ndarray):
        return (
            one.dtype == other.dtype.newbyteorder("=")
            and one.shape == other.shape
            and (one.astype(other.dtype).tobytes() == other.tobytes() or np.array_equal(one, other, equal_nan=True))
        )
    return repr(one) == repr(other)


@given(VALUES)
def test_round_trip(value):
    assert same(decode(encode(value)), _native(value))


def _native(value):
    """The value with arrays in this machine's byte order."""
    if isinstance(value, np.ndarray):
        return value.astype(value.dtype.newbyteorder("="))
    if isinstance(value, dict):
        return {key: _native(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(_native(item) for item in value)
    return value


class Liar(np.ndarray):
    def __eq__(self, other):
        return True


@pytest.mark.parametrize(
    ("value", "arrives"),
    [
        (np.arange(3.0).view(Liar), np.arange(3.0)),
        (np.arange(6.0).reshape(2, 3).T, np.arange(6.0).reshape(2, 3).T.copy()),
        (np.arange(3, dtype=">i4"), np.arange(3, dtype="<i4")),
        (type("Number", (float,), {"__eq__": lambda *a: True})(2.0), 2.0),
        (np.float32(1.5), np.float32(1.5)),
    ],
)
def test_subclasses_and_layouts_arrive_plain(value, arrives):
    assert same(decode(encode(value)), arrives)


@pytest.mark.parametrize(
    "value", [object(), np.array([None]), np.array(["a"]), np.datetime64("2026-01-01"), len, {1, 2}]
)
def test_other_things_arrive_as_their_name(value):
    assert isinstance(decode(encode(value)), Opaque)


def frame(tree, body=b"") -> bytes:
    header = tree if isinstance(tree, bytes) else json.dumps(tree).encode()
    return PREFIX.pack(MAGIC, len(header), len(body)) + header + body


FORGED = [
    b"",
    b"SWK1",
    b"\0" * 16,
    PREFIX.pack(b"HTTP", 2, 0) + b"{}",
    PREFIX.pack(MAGIC, 2**31, 0),
    PREFIX.pack(MAGIC, 2, 2**60) + b"{}",
    frame(b"{"),
    frame(b"[" * 200_000),
    frame(b"1" * 10_000),
    frame({}),
    frame({"array": ["<f8", [2]]}),
    frame({"array": ["<f8", [-1]]}),
    frame({"array": ["<f8", [2**62, 4]]}),
    frame({"array": ["<f8", [0, 2**70]]}),
    frame({"array": ["<f8", [1.0]]}, b"\0" * 8),
    frame({"array": ["<f8", [True]]}, b"\0" * 8),
    frame({"array": ["<f8", [1] * 40]}, b"\0" * 8),
    frame({"array": [">f8", [1]]}, b"\0" * 8),
    frame({"array": ["|O", [1]]}, b"\0" * 8),
    frame({"array": ["<M8[s]", [1]]}, b"\0" * 8),
    frame({"array": ["<V8", [1]]}, b"\0" * 8),
    frame({"array": ["(2,)f8", [1]]}, b"\0" * 16),
    frame({"array": [{"names": ["a"]}, [1]]}, b"\0" * 8),
    frame({"dict": [[[1], 2]]}),
    frame({"dict": [[{"array": ["<f8", [1]]}, 2]]}, b"\0" * 8),
    frame({"dict": 3}),
    frame({"tuple": None}),
    frame({"complex": ["x", 1]}),
    frame({"complex": [1, 2, 3]}),
    frame({"bytes": 5}, b"abc"),
    frame({"pickle": "gASVAAAAAAAAAAA="}),
    frame({"a": 1, "b": 2}),
    frame(1, b"left over"),
    frame(b"\xff\xfe"),
]


@pytest.mark.parametrize("data", FORGED, ids=range(len(FORGED)))
def test_forged_frames_are_refused(data):
    with pytest.raises(WireError):
        decode(data)


@given(st.binary(max_size=200) | st.binary(max_size=100).map(frame))
def test_noise_is_refused_or_decoded(data):
    with contextlib.suppress(WireError):
        decode(data)


def test_what_is_too_large_is_not_sent():
    with pytest.raises(WireError, match="too large"):
        encode(np.zeros(wire.BODY_CAP // 8 + 1))


def test_what_is_nested_too_deeply_is_not_sent():
    value: list = []
    for _ in range(100):
        value = [value]
    with pytest.raises(WireError, match="nested"):
        encode(value)
