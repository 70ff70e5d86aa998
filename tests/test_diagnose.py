"""What is said about a wrong answer, and that nothing is said by luck."""

# ruff: noqa: E501 - a row of the table is a line

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.diagnose import LARGEST, relation

pytestmark = pytest.mark.filterwarnings("error")
RNG = np.random.default_rng(7)
N, D, C = 5, 4, 3
x = RNG.normal(size=(N, D))
dout = RNG.normal(size=(N, C))
b = RNG.normal(size=C)
W = RNG.normal(size=(D, C))
dW, db, y = x.T @ dout, dout.sum(axis=0), x @ W
loss = float(np.abs(y).sum() / 7)
square = RNG.normal(size=(4, 4))
probabilities = np.exp(dout) / np.exp(dout).sum(axis=1, keepdims=True)
LAYER = {"x": x, "W": W, "dout": dout}
ROWS = "the number of rows of"


def changed(array: Any, index: Any, by: float = 1.5) -> Any:
    result = np.array(array, dtype=float)
    result[index] += by
    return result


def only(array: Any, index: Any) -> Any:
    result = np.zeros_like(array)
    result[index] = array[index]
    return result


RELATED = {
    "None": (None, y, {}, "None: nothing was returned"),
    "nan": (changed(y, (2, 1), np.nan), y, {}, "nan in 1 of 15 places, and every number of"),
    "nan and inf": (changed(changed(y, 0, np.inf), 1, np.nan), y, {}, "nan in 3 of 15 places and inf in 3"),
    "inf for inf": (np.array([np.nan, 1.0]), np.array([np.inf, 1.0]), {}, None),
    "scalar nan": (np.nan, loss, {}, "nan"),
    "transposed": (dW.T, dW, LAYER, "the right answer transposed"),
    "square transposed": (square.T, square, {}, "the right answer transposed"),
    "one-hot transposed": (np.eye(3)[[0, 2, 1, 1]].T, np.eye(3)[[0, 2, 1, 1]], {}, "the right answer transposed"),
    "permutation matrices": (np.eye(3)[[1, 2, 0]].T, np.eye(3)[[1, 2, 0]], {}, None),
    "negated": (-y, y, LAYER, "the right answer with the opposite sign"),
    "loss negated": (-loss, loss, LAYER, "the right answer with the opposite sign"),
    "sum for mean": (N * y, y, {"x": x}, f"the right answer times 5, and 5 is {ROWS} `x` and {ROWS} the right"),
    "mean for sum": (db / N, db, {"dout": dout}, f"the right answer divided by 5, and 5 is {ROWS} `dout` (a mean"),
    "loss as a sum": (N * loss, loss, {"x": x}, f"the right answer times 5, and 5 is {ROWS} `x` (a sum"),
    "round losses": (10.0, 2.0, {"x": x}, None),
    "any two numbers": (loss * 1.234, loss, LAYER, None),
    "mean of all": (db / 15, db, {"dout": dout}, "the right answer divided by 15, and 15 is the number of elements"),
    "negated and scaled": (-y / C, y, {"b": b}, "the right answer divided by 3, and 3 is the length of `b`"),
    "twice": (2 * y, y, LAYER, "the right answer times 2"),
    "half": (y / 2, y, LAYER, "the right answer divided by 2"),
    "twice and a size": (2 * y, y, {"p": np.ones((2, 7))}, f"the right answer times 2, and 2 is {ROWS} `p`"),
    "learning rate": (y, 0.01 * y, {"lr": 0.01}, "the right answer divided by `lr`"),
    "learning rate twice": (0.01 * y, y, {"lr": 0.01}, "the right answer times `lr`"),
    "N / C": (y * N / C, y, LAYER, "the right answer times 5 / 3, and 5 is the number of rows of `x`, 3 is the"),
    "C / N": (y * C / N, y, LAYER, "the right answer times 3 / 5, and 3 is the number of columns of `W`, 5 is"),
    "log10": (loss / np.log(10), loss, {}, "the right answer times a constant that tells of another base"),
    "some factor": (1.37 * y, y, LAYER, "the right answer times one and the same factor everywhere"),
    "plus one": (y + 1, y, LAYER, "the right answer plus 1"),
    "less the same": (y - 0.37, y, LAYER, "the right answer minus the same number everywhere"),
    "bias forgotten": (y, y + b, LAYER | {"b": b}, "the right answer minus `b`"),
    "added twice": (y + 2 * dout, y + dout, LAYER, "the right answer plus `dout`"),
    "dout forgotten": (y, y * dout, LAYER, "the right answer without the factor `dout`"),
    "the input": (x, np.abs(x) + 1, LAYER, "the argument `x`, unchanged"),
    "the input, other shape": (W, x, {"W": W}, "the argument `W`, unchanged"),
    "an entry of a list": (W, W - 0.1, {"params": [W, b]}, "the argument `params[0]`, unchanged"),
    "zeros": (np.zeros((5, 3)), y, LAYER, "all zeros"),
    "zero": (0.0, loss, LAYER, "zero"),
    "same number": (np.full((5, 3), 0.7), y, LAYER, "the same number in all 15 places"),
    "rows moved": (y[[3, 1, 0, 4, 2]], y, LAYER, "the right answer with its rows in another order"),
    "rows reversed": (y[::-1], y, LAYER, "the right answer with its rows in reverse"),
    "columns moved": (y[:, [1, 2, 0]], y, LAYER, "the right answer with its columns in another order"),
    "numbers moved": (b[[1, 2, 0]], b, {}, "the right answer with its numbers in another order"),
    "reshape for transpose": (y.T.reshape(5, 3), y, {}, "made of the right numbers, but in other places"),
    "labels exchanged": (np.array([2, 1, 0]), np.array([0, 1, 2]), {}, None),
    "bool mask": (x > 0, np.maximum(x, 0), {"x": x}, "a mask of True and False, where numbers belong"),
    "0-1 mask": ((x > 0) * 1.0, np.maximum(x, 0), {"x": x}, "a mask: 1 where the right answer is not 0"),
    "masked out": (x[x > 0], np.maximum(x, 0), {"x": x}, "one row of those right numbers that are not 0"),
    "mask inverted": (x <= 0, x > 0, {"x": x}, "True where False belongs, and the other way"),
    "keepdims": (db[None], db, LAYER, "made of the right numbers, with an axis of length 1 too many (keepdims?)"),
    "no keepdims": (db, db[None], LAYER, "made of the right numbers, with an axis of length 1 too few"),
    "flattened": (y.ravel(), y, LAYER, "made of the right numbers in another shape"),
    "(N, N)": (np.subtract.outer(x[:, 0], x[:, 1]), x[:, 0], {}, "a table of 5 by 5, where 5 numbers belong"),
    "(N, N) for a column": (np.ones((5, 5)), x[:, :1], {}, "a table of 5 by 5, where 5 numbers belong"),
    "wrong axis": (dout.sum(axis=1), db, LAYER, "`dout` summed along axis 1, where axis 0 belongs"),
    "wrong axis, square": (square.mean(0), square.mean(1), {"s": square}, "`s` averaged along axis 0, where axis 1"),
    "wrong axis by length": (RNG.normal(size=N), b, {"dout": dout}, "one number for each index of axis 0 of `dout`"),
    "columns sum to 1": (
        np.exp(dout) / np.exp(dout).sum(axis=0), probabilities, {}, "such that each column sums to 1, where each row",
    ),
    "all sums to 1": (np.exp(dout) / np.exp(dout).sum(), probabilities, {}, "such that all of it together sums to 1"),
    "int buffer": ((y * 9).astype(int), y * 9, LAYER, "the right answer cut to whole numbers: its dtype is int"),
    "int zeros": (np.zeros((5, 3), dtype=int), y, LAYER, "all zeros, and of dtype int64, which holds no fractions"),
    "cut, float": (np.trunc(y * 9), y * 9, LAYER, "the right answer cut to whole numbers"),
    "int, unrelated": (np.arange(15).reshape(5, 3), y, LAYER, "of dtype int64, which holds no fractions"),
    "uint8": (np.array([44, 3], np.uint8), np.array([300, 3]), {}, "the right answer modulo 256"),
    "uint8 below zero": (np.array([251], np.uint8), np.array([-5.0]), {}, "the right answer modulo 256"),
    "first number only": (only(y, (0, 0)), y, LAYER, "right in its first number and 0 in all others: when does"),
    "first row only": (only(y, 0), y, LAYER, "right in its first row and 0 in all others: when does"),
    "last row only": (only(y, -1), y, LAYER, "right in its last row and 0 in all others: what happens"),
    "reciprocal": (1 / probabilities, probabilities, {}, "1 divided by the right answer"),
    "precedence": (1 + 1 / probabilities, probabilities, {}, "1 plus 1 divided by the right answer"),
    "complement": (1 - probabilities, probabilities, {}, "1 minus the right answer"),
    "square": (y**2, y, LAYER, "the square of the right answer"),
    "root": (np.sqrt(probabilities), probabilities, {}, "the square root of the right answer"),
    "no signs": (np.abs(y), y, LAYER, "the right answer without its signs"),
    "wrong below zero": (np.where(x < 0, 0.1 * x, x), np.where(x < 0, -7 * x**2, x), {"x": x}, "right except where `x`"),
    "wrong row": (changed(y, -1), y, LAYER, "right except in the last row"),
    "another dtype": (np.arange(15.0).reshape(5, 3), np.arange(15).reshape(5, 3), LAYER, None),
    "one wrong number": (changed(y, (0, 1)), y, LAYER, None),
    "wrong inner row": (changed(y, 2), y, LAYER, "right except in row 2, counted from 0"),
    "wrong column": (changed(y, (slice(None), 0)), y, LAYER, "right except in the first column"),
    "wrong diagonal": (changed(square, np.diag_indices(4)), square, {}, "right except on the diagonal"),
    "scattered": (changed(y, ([0, 2], [0, 1])), y, LAYER, None),
    "float32": ((y / N).astype(np.float32), y, {"x": x}, "the right answer divided by 5"),
    "only zeros are right": (np.array([2.0, 0.0]), np.array([1.0, 0.0]), {}, None),
    "other shapes": (RNG.normal(size=(2, 7)), y, LAYER, None),
    "empty": (np.zeros((0, 3)), y, LAYER, None),
    "empty input": (1.37 * y, y, {"x": np.zeros((0, D)), "W": W}, "the right answer times one and the same factor"),
    "too many numbers": (np.zeros(LARGEST + 1), y, LAYER, None),
    "text": ("five", y, LAYER, None),
    "tuple": ((y, y), y, LAYER, None),
}  # fmt: skip


@pytest.mark.parametrize(("got", "expected", "inputs", "text"), RELATED.values(), ids=RELATED)
def test_relation(got: Any, expected: Any, inputs: dict[str, Any], text: str | None) -> None:
    found = relation(got, expected, inputs)
    if text is None:
        assert found is None
    else:
        assert found is not None
        assert found.startswith(text)


@pytest.mark.parametrize(("got", "expected", "inputs", "text"), RELATED.values(), ids=RELATED)
def test_relation_tells_no_values(got: Any, expected: Any, inputs: dict[str, Any], text: str | None) -> None:
    """Numbers with a fraction are values; sizes, places and dtypes have none."""
    assert not re.search(r"\d\.|\de", relation(got, expected, inputs) or "")


second = RNG.normal(size=(5, 3))
BATCHES = [x[:2], x[2:4], x[4:]]
ANSWERS = {"the first answer": y, "the second answer": second, "x afterwards": x, "few": x[:2], "losses": b}
PARTS = {
    "kept from the call before": ("the second answer", y, "what belongs in `the first answer`: is it kept from there"),
    "overwritten by the next call": ("the first answer", second, "what belongs in `the second answer`: is it kept"),
    "shared with a smaller one": ("few", y, "what belongs in `the first answer`: is it kept"),
    "accumulated": ("the second answer", y + second, "the right answer plus that of `the first answer`: does each"),
    "accumulated, one way only": ("the first answer", y - second, None),
    "argument changed": ("x afterwards", changed(x, (0, 1)), "not what was handed in any more: does the call write"),
    "argument overwritten": ("x afterwards", np.maximum(x, 0), "not what was handed in any more: does the call write"),
    "last row": ("the second answer", second[:-1], "right, but the last row is missing: where does the loop end?"),
    "first rows": ("the first answer", y[2:], "right, but the first 2 are missing: where does the loop begin?"),
    "a row too many": ("few", x[:3], "right, but the last row is too many: where does the loop end?"),
    "one loss too early": ("losses", np.append(1.7, b), "right, but the first number is too many: where does"),
    "one loss too few": ("losses", b[:-1], "right, but the last number is missing: where does the loop end?"),
    "last batch dropped": ("batches", BATCHES[:2], "right, but the last entry is missing: where does the loop end?"),
    "first batch skipped": ("batches", BATCHES[1:], "right, but the first entry is missing: where does the loop begin"),
    "an empty batch": ("batches", [*BATCHES, x[5:]], "right, but the last entry is too many: where does the loop end"),
    "off by one": ("batches", [x[:2], x[2:4]] * 2, None),
    "no batches": ("batches", [], None),
}  # fmt: skip


@pytest.mark.parametrize(("part", "got", "text"), PARTS.values(), ids=PARTS)
def test_relation_to_other_parts(part: str, got: Any, text: str | None) -> None:
    whole = ANSWERS | {"batches": BATCHES}
    found = relation(got, whole[part], {"x": x, "W": W}, f"`{part}`", whole)
    if text is None:
        assert found is None
    else:
        assert found is not None
        assert found.startswith(text)
        assert not re.search(r"\d\.|\de", found)


@given(st.integers(0, 2**32 - 1), st.integers(1, 5), st.integers(1, 5))
def test_unrelated_parts_have_no_relation(seed: int, rows: int, columns: int) -> None:
    rng = np.random.default_rng(seed)
    whole = {name: rng.normal(size=(rows, columns)) for name in ("first", "second", "third")}
    assert relation(rng.normal(size=(rows, columns)), whole["second"], {"x": whole["third"]}, "`second`", whole) is None


def test_relation_changes_nothing() -> None:
    before = y.copy(), x.copy()
    relation(y[::-1], y, {"x": x})
    assert np.array_equal(before[0], y)
    assert np.array_equal(before[1], x)


shapes = st.lists(st.integers(1, 6), min_size=0, max_size=3).map(tuple)


@given(st.integers(0, 2**32 - 1), shapes, shapes, st.booleans(), shapes)
def test_unrelated_arrays_have_no_relation(
    seed: int, shape: tuple[int, ...], other: tuple[int, ...], same: bool, third: tuple[int, ...]
) -> None:
    rng = np.random.default_rng(seed)
    got, expected = rng.normal(size=shape), rng.normal(size=shape if same else other)
    found = relation(got, expected, {"x": rng.normal(size=third), "lr": 0.1, "labels": np.arange(4)})
    # What only the shapes say is true of any numbers.
    assert found is None or found.startswith(("a table of", "one number for each index"))


@given(st.integers(0, 2**32 - 1), st.integers(1, 6), st.integers(1, 6), st.sampled_from([np.nan, np.inf, 0.0]))
def test_what_is_said_of_zeros_and_infinities_is_true(seed: int, rows: int, columns: int, value: float) -> None:
    rng = np.random.default_rng(seed)
    got, expected = np.full((rows, columns), value), rng.normal(size=(rows, columns))
    found = relation(got, expected, {"x": rng.normal(size=(columns, rows))})
    assert found is not None
    assert found.startswith(("zero", "all zeros") if value == 0 else ("nan", "inf"))


values = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.lists(st.floats()),
    st.tuples(
        st.integers(0, 2**32 - 1), shapes, st.sampled_from(["f2", "f4", "f8", "i4", "u1", "i8", "?", "c8", "U3", "O"])
    ).map(lambda drawn: np.random.default_rng(drawn[0]).integers(-3, 4, size=drawn[1]).astype(drawn[2])),
)  # fmt: skip


@given(values, values, st.dictionaries(st.text(max_size=3), values, max_size=3))
def test_relation_never_fails(got: Any, expected: Any, inputs: dict[str, Any]) -> None:
    found = relation(got, expected, inputs)
    assert found is None or found
