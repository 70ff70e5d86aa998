"""Comparisons: what passes, what is refused and in which words, and that no answer makes one fail."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given, settings
from test_wire import VALUES

from autograder.compare import accuracy, agree, between, close, cross_entropy, distance
from autograder.report import picture
from autograder.sandbox.wire import Opaque

pytestmark = pytest.mark.filterwarnings("error")

A = np.array([[1.0, -2.0, 3.5], [0.0, 4.0, -1.0]])

SAME = [
    (A, A.copy(), close()),
    (A.astype(np.float32), A, close()),
    (A + 1e-12, A, close()),
    (np.float64(2.0), 2.0, close()),
    (np.array(2.0), 2.0, close()),
    (2, 2.0, close()),
    (np.array([1, 2]), np.array([1.0, 2.0]), close()),
    ({"b": 1.0, "a": A}, {"a": A, "b": 1}, close()),
    ((A, [1.0]), [A, (1.0,)], close()),
    (np.array([np.nan, 1.0]), np.array([np.nan, 1.0]), close()),
    (None, None, close()),
    ("float64", "float64", close()),
    (np.int32([1]), np.int32([1]), close(same_dtype=True)),
]
TINY = np.array([5e-5, -3e-5, 9e-5])
SINGLES = {"x": A.astype(np.float32)}
SAME_IN_SINGLE = [
    (TINY.astype(np.float32), TINY, close(), {}),
    (A.astype(np.float32) * np.float32(1 + 1e-6), A, close(), {}),
    (np.float32([1e-7, 1]), np.array([0.0, 1]), close(), {}),  # rounding of 1
    (A, A.astype(np.float32), close(), {}),  # the reference is the one that rounds
    (A.astype(np.float32) * np.float32(1 + 1e-6), A.astype(np.float32), close(), SINGLES),
    (A.astype(np.float32) * np.float32(1 + 5e-5), A, close(), SINGLES),
    (A.astype(np.float32) * np.float32(1 + 5e-5), A, close(), {"layers": [{"W": np.float32(1)}]}),
    (A.astype(np.float32) * np.float32(1 + 5e-5), A, close(single=True), {"x": A}),
    (A.astype(np.complex64) * np.float32(1 + 1e-6), A + 0j, close(), {}),
    (np.float32(3), 3, close(), {}),
    (0.1 * 30, 3, close(), {}),  # 3.0000000000000004
    (np.float32([3, 1e-10]), np.array([3, 0]), close(), {}),
    (2**60 + 1, 2**60, close(atol=1), {}),
]
OTHER_IN_SINGLE = [
    (np.zeros(3, np.float32), TINY, close(), {}),
    (np.zeros(3, np.float16), TINY, close(), {}),
    (np.zeros(3, np.float32), TINY, close(), SINGLES),
    (np.zeros(3, np.float32), TINY, close(single=True), {}),
    (A.astype(np.float32) * np.float32(1 + 2e-5), A, close(), {"x": A}),
    (A.astype(np.float32) * np.float32(1 + 5e-5), A, close(single=False), SINGLES),
    (A * (1 + 5e-5), A, close(), {"x": A}),
    (12345679, 12345678, close(), {}),
    (12345679.0, 12345678, close(), {}),
    (np.float32(1000001), 1000000, close(), {}),
    (np.array([1, 1000001]), np.array([1, 1000000]), close(), {}),
    (np.uint8([255]), np.array([-1]), close(), {}),
    (2**53 + 1, 2**53, close(), {}),
    (2**80 + 1, 2**80, close(), {}),
]
OTHER = [
    (None, A, close(), "is None: does the function return"),
    (A.tolist(), A, close(), "a list of 2"),
    (A - 30 * (A > 3), A, close(), "2 of 6 numbers of the answer differ, by up to 30; the first at [0, 2]"),
    (Opaque("ndarray of dtype object"), A, close(), "an array of dtype object, whose entries are not all numbers, not"),
    (A.T, A, close(), "has shape (3, 2), not (2, 3)"),
    (A > 0, A, close(), "has dtype bool"),
    (A * 2, A, close(), "5 of 6 numbers of the answer differ"),
    (A * np.nan, A, close(), "holds 6 numbers that are NaN or infinite"),
    (np.array([1, np.inf]), np.array([1.0, 2]), close(), "holds a NaN or infinity"),
    (np.nan, 1.0, close(), "is not the right number"),
    (np.sign(A) * 1e308, np.sign(A) * -1e308, close(), "5 of 6 numbers of the answer differ"),
    (np.float16([[60000, 1]]), np.float16([[-60000, 1]]), close(), "1 of 2 numbers of the answer differ"),
    (np.float64(3), 2.0, close(), "not the right number"),
    (Opaque("Yes"), A, close(), "is a Yes"),
    ({"dW": A, "db": A}, {"dW": A, "db": A + 1}, close(), "`db`"),
    ({"dW": A}, {"dW": A, "db": A}, close(), "a dictionary with dW"),
    ([A], [A, A], close(), "a list of 1"),
    (A.astype(np.float32), A, close(same_dtype=True), "dtype float32, not float64"),
    (A.astype(np.float32) * np.float32(1.001), A, close(), "differ"),
    (True, 1.0, close(), "dtype bool"),
    ("x", None, close(), "None"),
    (np.True_, False, close(), "the answer is the wrong one of True and False"),
    ({"y": "x"}, {"y": "z"}, close(), "`y` is not the right one"),
    ({0: 2 * A, "1": A}, {0: A, 1: A}, close(), "a dictionary with 0, 1"),
    (dict.fromkeys("abcdefh", 2 * A), dict.fromkeys("abcdefg", A), close(), "a dictionary with a, b, c, d, e, f"),
    ({b"key" * 100: A, (1, 2): A, 10**100: A}, {"dW": A}, close(), "with a bytes, a tuple of 2, " + f"{10**39}, not"),
]


@pytest.mark.parametrize(("got", "expected", "compare"), [*SAME, *(row[:3] for row in OTHER)])
def test_more_than_one_tolerance_away_is_different(got, expected, compare):
    with np.errstate(all="ignore"):
        assert (distance(got, expected, **compare.settings) > 1) == (compare(got, expected, {}) is not None)


@pytest.mark.parametrize(
    ("got", "expected", "tolerances"),
    [
        (A, A, 0),
        (np.array([2.0, 1.0]), np.array([2.0, 1.003]), 0.003 / (0.1 + 0.01 * 1.003)),
        (np.array([2.5, 1.003]), np.array([2.0, 1.0]), 0.5 / (0.1 + 0.01 * 2)),
        ({"a": 1.0, "b": 0.5}, {"a": 1.0, "b": 0.0}, 5),
        (np.array([np.inf, np.nan]), np.array([np.inf, np.nan]), 0),
        (np.array([np.inf, 1]), np.array([1.0, 1]), np.inf),
        (np.array([np.nan, 1]), np.array([1.0, 1]), np.inf),
        (A.T, A, np.inf),
        (None, A, np.inf),
        ("a", "a", 0),
        (3, 2.0, 1 / (0.1 + 0.02)),
    ],
)
def test_distance(got, expected, tolerances):
    assert distance(got, expected, rtol=0.01, atol=0.1, same_dtype=False) == pytest.approx(tolerances)


@pytest.mark.parametrize(("got", "expected", "compare"), SAME)
def test_same(got, expected, compare):
    assert compare(got, expected, {}) is None


@pytest.mark.parametrize(("got", "expected", "compare", "words"), OTHER)
def test_other(got, expected, compare, words):
    assert words in compare(got, expected, {}).reason


@pytest.mark.parametrize(("got", "expected", "compare", "inputs"), SAME_IN_SINGLE)
def test_rounding_is_no_mistake(got, expected, compare, inputs):
    assert compare(got, expected, inputs) is None


@pytest.mark.parametrize(("got", "expected", "compare", "inputs"), OTHER_IN_SINGLE)
def test_float32_and_integers_hide_no_mistake(got, expected, compare, inputs):
    assert compare(got, expected, inputs) is not None


@pytest.mark.parametrize(
    ("got", "words"),
    [
        ({"y": A * 5, "new": A * 5, "W": A}, None),
        ({"y": A + 1, "new": A, "W": A}, "numbers of `y` differ, by up to 1; the first at [0, 0]; compared with `new`"),
        ({"y": A, "new": A[0], "W": A}, "`y` has shape (2, 3), not (3,); compared with `new`"),
        ({"y": A, "new": A, "W": 2 * A}, "numbers of `W` differ, by up to 4; the first at [0, 0]"),
        ({"y": A, "new": A * 0, "W": A}, "`new` is all zeros"),
        ({"y": A, "new": A * np.nan, "W": A}, "`new` holds NaN or infinity"),
        ({"y": A, "new": None, "W": A}, "`new` is None"),
        ({"y": A}, "a dictionary with y"),
        (A, "an array of shape (2, 3)"),
    ],
)
def test_agree(got, words):
    found = agree("y", "new")(got, {"y": 0 * A, "new": A, "W": A}, {"x": A**2})
    assert (found is None) if words is None else (words in found.reason)


@pytest.mark.parametrize("got", [A, 2 * A, 1 - A])
def test_an_argument_is_no_evidence_of_work(got):
    answer = {"y": got, "new": got}
    assert "`new` is `x`" in agree("y", "new")(answer, {"y": A**2, "new": A**2}, {"x": A}).reason
    assert agree("y", "new")(answer, {"y": -A, "new": -A}, {"x": A}) is None  # the reference does no more


T = np.array([0, 1, 2, 2, 1])
ONE_HOT = np.eye(3)[T]


@pytest.mark.parametrize("labels", [T, ONE_HOT])
@pytest.mark.parametrize(
    ("got", "words"),
    [
        (T, None),
        (ONE_HOT * 5 - 2, None),
        ([0, 1, 2, 2, 0], "is a list"),
        (np.array([0, 1, 2, 2, 0]), None),
        (np.zeros(5), "20.0% of 5 samples are classified right, 80% are asked; all of them are given one and the same"),
        (np.array([1, 1, 2, 1, 0]), "; one class for all would do as well: has it learned anything"),
        (np.array([0, 1, 2, 0, 0]), "60.0% of 5 samples are classified right, 80% are asked"),
        (np.full((5, 3), np.nan), "NaN"),
        (T[:3], "one row for each of 5 samples"),
        (np.zeros((5, 0)), "one row for each of 5 samples"),
        (Opaque("Cheat"), "Cheat"),
        (None, "None"),
    ],
)
def test_accuracy(got, labels, words):
    found = accuracy("t", at_least=0.8)(got, None, {"t": labels})
    if words is None:
        assert found is None
    elif words != "is a list":
        assert words in found.reason
    else:
        assert found is not None


@pytest.mark.parametrize("right", [T > 0, ONE_HOT[:, :2] > 0])
def test_predictions_and_labels_may_be_true_and_false(right):
    labels = {"t": np.argmax(right, axis=1) > 0 if right.ndim == 2 else right}
    assert accuracy("t", at_least=0.8)(right, None, labels) is None
    assert "one and the same" in accuracy("t", at_least=0.8)(np.zeros(5, bool), None, labels).reason
    assert cross_entropy("t", at_most=0.1)(20 * np.eye(2)[labels["t"].astype(int)], None, labels) is None
    assert cross_entropy("t", at_most=0.1)(np.eye(2)[labels["t"].astype(int)] > 0, None, labels) is not None


@pytest.mark.parametrize("labels", [T, ONE_HOT])
@pytest.mark.parametrize(
    ("got", "words"),
    [
        (ONE_HOT * 20, None),
        (ONE_HOT.astype(int) * 20, None),
        (np.zeros((5, 3)), "the loss on 5 samples is 1.1, at most 0.1 is asked; that is ln 3, what guessing costs"),
        (ONE_HOT * -9, "; guessing costs ln 3 only: does each step go downhill?"),
        (ONE_HOT * 0.7, "the loss on 5 samples is 0.69, at most 0.1 is asked"),
        (ONE_HOT[:, ::-1] * 1e308, "is inf"),
        (ONE_HOT[:, :2], "one column for each class"),
        (np.zeros((5, 1001)), "one column for each class"),
        (np.zeros((5, 0)), "one row for each of 5 samples"),
        (ONE_HOT * 1j, "one row for each of 5 samples"),
        (T, "one row for each of 5 samples"),
        (ONE_HOT * np.nan, "NaN"),
        (None, "None"),
    ],
)
def test_cross_entropy(got, labels, words):
    found = cross_entropy("t", at_most=0.1)(got, None, {"t": labels})
    assert found is None if words is None else words in found.reason


@pytest.mark.parametrize(
    ("got", "right"), [(0.5, True), (np.array([0.5]), True), (2, False), (np.nan, False), (None, False), (A, False)]
)
def test_between(got, right):
    assert (between(0, 1)(got, None, {}) is None) == right


def test_between_in_units():
    compare = between(1, 2, unit="unit")
    assert compare(1500.0, None, {"unit": 1000.0}) is None
    assert "the answer is 0.5, and should" in compare(500.0, None, {"unit": 1000.0}).reason
    assert compare(1500.0, None, {"unit": 1.0}) is not None


@pytest.mark.parametrize(
    ("got", "expected", "shown"),
    [
        (A, A + 1, True),
        (A, A.T, True),
        (A > 0, (A > 0) + 0.0, True),
        (False, True, True),
        (A.astype(np.float32), A, False),
        (np.uint8([1, 2]), np.int64([1, 2]), False),
    ],
)
def test_a_picture_shows_what_differs_or_nothing(got, expected, shown):
    assert bool(picture(got, expected)) == shown


@pytest.mark.parametrize(
    ("got", "expected", "seen"),
    [(1258, 1258.4, ("1258", "1258.4")), (0.250001, 0.25, ("0.250001", "0.25")), (1.5, 2 / 3, ("1.5", "0.6667"))],
)
def test_a_picture_has_as_many_digits_as_it_takes(got, expected, seen):
    assert tuple(re.findall(r"<td[^>]*>([^<]*)</td>", picture(got, expected))) == seen


@given(VALUES, VALUES)
@settings(max_examples=300)
def test_no_answer_makes_a_comparison_or_a_picture_fail(got, expected):
    for compare in (close(), close(same_dtype=True), between(0, 1), accuracy("t", at_least=0.9)):
        found = compare(got, expected, {"t": T})
        if found is not None and found.got is not None:
            picture(found.got, found.expected)


@given(VALUES)
def test_every_value_equals_itself(value):
    assert close()(value, value, {}) is None
