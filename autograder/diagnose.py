"""How a wrong answer relates to the right one, in words that show no value of the right one."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.compare import close, leaves

Floats = NDArray[np.float64]
LARGEST = 1 << 18  # numbers that an answer may have to be looked at: a student chooses how many, and 64 MB take seconds
RELATIVE = 1e-6  # above the noise of sums in another order, far below any of the relations
REDUCTIONS: dict[str, Callable[..., Any]] = {
    "summed": np.sum,
    "averaged": np.mean,
    "reduced to the largest": np.max,
}


@dataclass(frozen=True)
class Case:
    """A wrong answer, the right one, the arrays and numbers of the question and of other parts, all as floats.

    Attributes
    ----------
    part : str
        The part of an answer that is looked at.
    others : mapping
        What belongs in the other parts, by name; those of an earlier call or of another object are among them.
    """

    got: Floats
    right: Floats
    inputs: Mapping[str, Floats]
    dtype: np.dtype[Any]
    part: str
    others: Mapping[str, Floats]

    @property
    def same_shape(self) -> bool:
        return self.got.shape == self.right.shape


def relation(
    got: Any, expected: Any, inputs: Mapping[str, Any], part: str = "the answer", whole: Any = None
) -> str | None:
    """Name how a wrong answer relates to the right one, as the rest of a sentence "`dW` is ...".

    Parameters
    ----------
    got, expected : arrays or numbers, which are known to differ
    inputs : what the question was asked with, by name; sizes are named after these
    part : the part of the answer that is looked at, as a comparison names it
    whole : the right answer with all its parts

    Returns
    -------
    None where no relation is certain; never a value of `expected` or of `inputs`, only sizes and places
    """
    if isinstance(got, list | tuple) and isinstance(expected, list | tuple):
        return _cut_short(got, expected, "entry")
    if got is None:
        return "None: nothing was returned"
    if isinstance(expected, bool | np.bool_):
        return None  # of two possible answers it is the other one
    answer, right = _numeric(got), _numeric(expected)
    if answer is None or right is None or not 0 < answer.size <= LARGEST or right.size == 0:
        return None
    if not np.isfinite(answer).all():
        return _not_finite(answer, right)
    if not np.isfinite(right).all():
        return None
    others = ((name, value) for name, value, _ in leaves(whole, whole) if name != part)
    case = Case(_floats(answer), _floats(right), _usable(_named(inputs)), answer.dtype, part, _usable(others))
    if np.array_equal(case.got, case.right):
        return None  # it is the dtype that differs
    with np.errstate(all="ignore"):
        return next((text for find in RELATIONS if (text := find(case)) is not None), None)


def _numeric(value: Any) -> NDArray[Any] | None:
    """The value as an array, if it is an array of numbers or a number."""
    if not isinstance(value, np.ndarray | np.generic | int | float):
        return None
    array = np.asarray(value)
    return array if array.dtype.kind in "biuf" else None


def _floats(array: NDArray[Any]) -> Floats:
    return array.astype(np.float64)


def _usable(values: Iterable[tuple[str, Any]]) -> dict[str, Floats]:
    arrays = ((name, _numeric(value)) for name, value in values)
    return {name: _floats(a) for name, a in arrays if a is not None and a.size and np.isfinite(a).all()}


def _named(inputs: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Name the inputs, and the entries of those that are lists, such as ``params[0]``."""
    for name, value in inputs.items():
        if isinstance(value, list | tuple):
            yield from ((f"{name}[{i}]", entry) for i, entry in enumerate(value))
        else:
            yield name, value


def _not_finite(got: NDArray[Any], right: NDArray[Any]) -> str | None:
    strange = ~np.isfinite(got)
    if got.shape == right.shape and np.array_equal(strange, ~np.isfinite(right)):
        return None  # they belong there, the difference is elsewhere
    if got.size == 1:
        return "nan" if np.isnan(got).any() else "infinite"
    counts = {"nan": int(np.isnan(got).sum()), "inf": int(np.isinf(got).sum())}
    found = " and ".join(f"{name} in {n} of {_places(got.size)}" for name, n in counts.items() if n)
    rest = "every number of the right answer is finite"
    return found + (f", and {rest}" if np.isfinite(right).all() else "")


def _places(n: int) -> str:
    return f"{n} places" if n > 1 else "1 place"


def _same(a: Floats, b: Floats) -> bool:
    return a.shape == b.shape and bool(_close(a, b).all())


def _close(a: Floats, b: Floats) -> NDArray[np.bool_]:
    return np.isclose(a, b, rtol=RELATIVE, atol=1e-7 * float(np.abs(b).max(initial=0)))


def telling(values: Any) -> bool:
    """Whether it is more than luck when an array of numbers turns up again."""
    array = _numeric(values)
    return array is not None and 0 < array.size <= LARGEST and _telling(_floats(array))


def _telling(values: Floats) -> bool:
    """Whether a match with these values is more than luck: several sizes, or one number that is not round."""
    sizes = np.abs(values[np.isfinite(values) & (values != 0)])
    if sizes.size == 0:
        return False
    if values.size == 1:
        return bool(abs(sizes[0] * 120 - np.rint(sizes[0] * 120)) > 1e-6)
    different = np.unique((sizes / sizes.max()).round(6)).size
    return different >= (3 if np.array_equal(sizes, np.rint(sizes)) else 2)


def _fitting(case: Case) -> Iterator[tuple[str, Floats]]:
    """The array inputs that NumPy would stretch to the shape of the answer."""
    for name, array in case.inputs.items():
        ends = zip(array.shape[::-1], case.right.shape[::-1], strict=False)
        if _telling(array) and 0 < array.ndim <= case.right.ndim and all(n in (1, m) for n, m in ends):
            yield name, np.broadcast_to(array, case.right.shape)


def _masked(case: Case) -> str | None:
    numbers = not np.isin(case.right, (0, 1)).all()
    if case.got.ndim == 1 < case.right.ndim and 1 < case.got.size < case.right.size and numbers:
        kept = _same(case.got, case.right[case.right != 0])
        return "one row of those right numbers that are not 0, without the zeros" if kept else None
    if not case.same_shape or not numbers:
        return None
    if case.dtype.kind == "b":
        return "a mask of True and False, where numbers belong"
    ones = _telling(case.right) and not case.got.all() and np.array_equal(case.got, case.right != 0)
    return "a mask: 1 where the right answer is not 0, and 0 elsewhere" if ones else None


def _cut(case: Case) -> str | None:
    if not _loses_fractions(case):
        return None
    if not case.got.any():
        return f"all zeros, and of dtype {case.dtype}, which holds no fractions"
    cut = any(np.array_equal(case.got, rounded(case.right)) for rounded in (np.trunc, np.floor, np.rint))
    return f"the right answer cut to whole numbers: its dtype is {case.dtype}" if cut else None


def _loses_fractions(case: Case) -> bool:
    whole = np.array_equal(case.right, np.rint(case.right))
    return case.same_shape and case.dtype.kind in "iu" and not whole


def _wrapped(case: Case) -> str | None:
    fits = case.same_shape and np.array_equal(case.got, np.mod(case.right, 256)) and case.got.any()
    sure = case.dtype == np.uint8 or (_telling(case.got) and np.array_equal(case.right, np.rint(case.right)))
    return "the right answer modulo 256: dtype uint8 holds 0 to 255 only" if fits and sure else None


def _constant(case: Case) -> str | None:
    if not case.got.any() and case.right.any():
        return "zero" if case.got.size == 1 else "all zeros"
    spread = np.ptp(case.right) > RELATIVE * np.abs(case.right).max()  # equal ones differ by the noise of sums
    if case.same_shape and case.got.any() and np.ptp(case.got) == 0 and spread:
        return f"the same number in all {_places(case.got.size)}"
    return None


def _input(case: Case) -> str | None:
    found = (name for name, array in case.inputs.items() if _telling(array) and _same(case.got, array))
    return next((f"the argument `{name}`, unchanged" for name in found), None)


def _changed(case: Case) -> str | None:
    """Is an argument that was to stay as it is: `{"x afterwards": x}` in a probe."""
    kept = case.part.strip("`").endswith(" afterwards") and case.same_shape
    if not kept or not any(_same(case.right, array) for array in case.inputs.values()):
        return None
    return "not what was handed in any more: does the call write into its argument?"


def _elsewhere(case: Case) -> str | None:
    """Belongs in another part: it is kept from another call, shared with another object, or mixed up."""
    if not _telling(case.got) or _same(case.right, case.got):
        return None
    found = (name for name, other in case.others.items() if _same(case.got, other))
    return next((f"what belongs in {name}: is it kept from there, or mixed up?" for name in found), None)


def _accumulated(case: Case) -> str | None:
    if not case.same_shape or not _telling(case.right) or case.right.size == 1:
        return None
    alike = {name: other for name, other in case.others.items() if other.shape == case.right.shape and _telling(other)}
    found = (name for name, other in alike.items() if _same(case.got, case.right + other))
    return next((f"the right answer plus that of {name}: does each one start anew?" for name in found), None)


def _transposed(case: Case) -> str | None:
    clear = case.got.shape != case.right.shape and np.ptp(case.right) > 0
    if case.right.ndim > 1 and _same(case.got, case.right.T) and (clear or _telling(case.right)):
        return "the right answer transposed"
    return None


def _factor(case: Case) -> str | None:
    if not case.same_shape or not _telling(case.right):
        return None
    largest = np.abs(case.right).argmax()
    ratio = float(case.got.flat[largest] / case.right.flat[largest])
    if ratio == 0 or not _same(case.got, ratio * case.right):
        return None
    if math.isclose(ratio, -1, rel_tol=RELATIVE):
        return "the right answer with the opposite sign"
    by = _name_of_factor(abs(ratio), case)
    if by is None and case.got.size == 1:
        return None  # any two numbers have a ratio
    sign = ", with the opposite sign" if ratio < 0 else ""
    return f"the right answer {by or 'times one and the same factor everywhere'}{sign}"


def _name_of_factor(ratio: float, case: Case) -> str | None:
    """Find the factor, or one divided by it, among the sizes, the given numbers and the usual constants."""
    lengths, counts = _sizes(case)
    word, ask = "times", "a sum in place of a mean?"
    if ratio < 1:
        word, ask, ratio = "divided by", "a mean in place of a sum?", 1 / ratio
    for size, names in (lengths | {n: names for n, names in counts.items() if n not in lengths}).items():
        if math.isclose(ratio, size, rel_tol=RELATIVE):
            named = f"{word} {size}, and {size} is {' and '.join(names[:2])}"
            return named if size == 2 else f"{named} ({ask})"  # a 2 has many other reasons
    if math.isclose(ratio, 2, rel_tol=RELATIVE):
        return f"{word} 2"
    for name, array in case.inputs.items():
        if array.size == 1 and array.item() not in (0, 1):
            inverse = "divided by" if word == "times" else "times"
            for value, verb in ((abs(array.item()), word), (1 / abs(array.item()), inverse)):
                if math.isclose(ratio, value, rel_tol=RELATIVE):
                    return f"{verb} `{name}`"
    if any(math.isclose(ratio, base, rel_tol=RELATIVE) for base in (math.log(10), 1 / math.log(2))):
        return "times a constant that tells of another base: which logarithm is it?"
    pairs = [(m, n) for m, n in permutations(lengths, 2) if math.isclose(ratio, m / n, rel_tol=RELATIVE)]
    if len(pairs) == 1:
        m, n = pairs[0] if word == "times" else pairs[0][::-1]
        return f"times {m} / {n}, and {m} is {lengths[m][0]}, {n} is {lengths[n][0]}"
    return None


def _sizes(case: Case) -> tuple[dict[int, list[str]], dict[int, list[str]]]:
    """Name the lengths of axes and the numbers of elements that are larger than 1."""
    lengths: dict[int, list[str]] = {}
    counts: dict[int, list[str]] = {}
    arrays = {f"`{name}`": array for name, array in case.inputs.items()} | {"the right answer": case.right}
    for name, array in arrays.items():
        for axis, length in enumerate(array.shape):
            lengths.setdefault(length, []).append(f"the {_axis(array, axis)} of {name}")
        if array.ndim > 1:
            counts.setdefault(array.size, []).append(f"the number of elements of {name}")
    lengths.pop(1, None)
    return lengths, counts


def _axis(array: Floats, axis: int) -> str:
    names = {1: ["length"], 2: ["number of rows", "number of columns"]}
    return names[array.ndim][axis] if array.ndim in names else f"length of axis {axis}"


def _summand(case: Case) -> str | None:
    if not case.same_shape or not _telling(case.right) or case.right.size == 1:
        return None
    for name, array in _fitting(case):
        if _same(case.got, case.right + array):
            return f"the right answer plus `{name}`"
        if _same(case.got, case.right - array):
            return f"the right answer minus `{name}`"
    by = float(case.got.flat[0] - case.right.flat[0])
    if np.ptp(case.right) > 0 and _same(case.got, case.right + by):
        word = "plus" if by > 0 else "minus"
        return f"the right answer {word} " + ("1" if abs(abs(by) - 1) < RELATIVE else "the same number everywhere")
    return None


def _multiplied(case: Case) -> str | None:
    if not case.same_shape or not _telling(case.got) or case.right.size == 1:
        return None
    for name, array in _fitting(case):
        if _same(case.got * array, case.right):
            return f"the right answer without the factor `{name}`"
        if _same(case.got, case.right * array):
            return f"the right answer times `{name}`"
    return None


def _function(case: Case) -> str | None:
    """Is a simple function of the right answer, element by element."""
    right = case.right
    if case.dtype.kind == "b" and right.size > 4 and _same(case.got, 1 - right):
        return "True where False belongs, and the other way round"
    if not case.same_shape or not _telling(right):
        return None
    candidates = {
        "1 minus the right answer": 1 - right,
        "1 divided by the right answer": 1 / right,
        "1 plus 1 divided by the right answer: where does the division end?": 1 + 1 / right,
        "the square of the right answer": right**2,
        "the square root of the right answer": np.sqrt(right),
        "the right answer without its signs": np.abs(right),
        "the right answer cut to whole numbers": np.trunc(right) if _telling(case.got) else right,
    }
    usable = {text: value for text, value in candidates.items() if np.isfinite(value).all()}
    return next((text for text, value in usable.items() if _same(case.got, value)), None)


def _reshaped(case: Case) -> str | None:
    got, right = case.got, case.right
    if case.same_shape or not _same(got.ravel(), right.ravel()):
        return None
    if got.squeeze().shape == right.squeeze().shape and got.ndim != right.ndim:
        count = "too many" if got.ndim > right.ndim else "too few"
        return f"made of the right numbers, with an axis of length 1 {count} (keepdims?)"
    return "made of the right numbers in another shape"


def _reordered(case: Case) -> str | None:
    if not case.same_shape or not _telling(case.right):
        return None
    for axis in range(min(case.right.ndim, 2)):
        got, right = np.moveaxis(case.got, axis, 0), np.moveaxis(case.right, axis, 0)
        what = "numbers" if right.ndim == 1 else ("rows", "columns")[axis]
        if _same(got, right[::-1]):
            return f"the right answer with its {what} in reverse"
        if len(np.unique(right.round(9), axis=0)) == len(right) and _same(_sorted(got), _sorted(right)):
            return f"the right answer with its {what} in another order"
    if case.right.ndim > 1 and _same(np.sort(case.got, axis=None), np.sort(case.right, axis=None)):
        return "made of the right numbers, but in other places"
    return None


def _sorted(rows: Floats) -> Floats:
    flat = rows.reshape(len(rows), -1)
    weights = np.sqrt(np.arange(2, flat.shape[1] + 2))  # sums that noise cannot reorder, unlike a tie
    return np.asarray(rows[np.argsort(flat @ weights)], dtype=np.float64)


def _cut_short(got: Sequence[Any], right: Sequence[Any], what: str) -> str | None:
    """Has some entries too few or too many, at one of its ends, and is right otherwise."""
    kept = min(len(got), len(right))
    number = abs(len(got) - len(right))
    if not kept or not number:
        return None
    count = f"{what} is" if number == 1 else f"{number} are"
    few = len(got) < len(right)
    for one, other, end, ask in (
        (got[:kept], right[:kept], "last", "where does the loop end?"),
        (got[-kept:], right[-kept:], "first", "where does the loop begin?"),
    ):
        if all(close()(*pair, {}) is None for pair in zip(one, other, strict=True)):
            return f"right, but the {end} {count} {'missing' if few else 'too many'}: {ask}"
    return None


def _length(case: Case) -> str | None:
    got, right = case.got, case.right
    if got.ndim != right.ndim or not right.ndim or got.shape[1:] != right.shape[1:] or not _telling(right):
        return None
    return _cut_short(list(got), list(right), "number" if right.ndim == 1 else "row")


def _broadcast(case: Case) -> str | None:
    n = case.right.size
    if n > 1 and case.got.shape == (n, n) and case.right.shape in {(n,), (n, 1), (1, n)}:
        return f"a table of {n} by {n}, where {n} numbers belong: as when shapes ({n},) and ({n}, 1) meet"
    return None


def _wrong_axis(case: Case) -> str | None:
    got, right = case.got.ravel(), case.right.ravel()
    if case.got.ndim > 2 or not _telling(got):
        return None
    for name, array in case.inputs.items():
        for word, reduce in REDUCTIONS.items():
            lines = [reduce(array, axis=axis).ravel() for axis in range(array.ndim if array.ndim > 1 else 0)]
            wrong = [axis for axis, line in enumerate(lines) if _same(got, line)]
            asked = [axis for axis, line in enumerate(lines) if _same(right, line)]
            if wrong and asked:
                return f"`{name}` {word} along axis {wrong[0]}, where axis {asked[0]} belongs"
        lengths, vectors = array.shape, case.got.ndim == case.right.ndim == 1 and got.size != right.size
        if array.ndim > 1 and vectors and lengths.count(got.size) == lengths.count(right.size) == 1:
            had, asked_for = lengths.index(got.size), lengths.index(right.size)
            return f"one number for each index of axis {had} of `{name}`, where axis {asked_for} belongs"
    return None


def _normalised(case: Case) -> str | None:
    rows = case.same_shape and case.right.ndim == 2 and (case.right >= 0).all()
    if not rows or not np.allclose(case.right.sum(axis=1), 1):
        return None
    if np.allclose(case.got.sum(axis=0), 1) and _telling(case.got):
        return "such that each column sums to 1, where each row has to"
    if math.isclose(case.got.sum(), 1, rel_tol=RELATIVE) and len(case.got) > 1 and _telling(case.got):
        return "such that all of it together sums to 1, where each row has to"
    return None


def _one_line(case: Case) -> str | None:
    """Has only its first or its last part, and zeros for the rest."""
    if not case.same_shape or case.right.size < 2:
        return None
    shapes = {"number": (-1, 1), "row": (len(case.right), -1)} if case.right.ndim > 1 else {"number": (-1, 1)}
    for what, shape in shapes.items():
        got, right = case.got.reshape(shape), case.right.reshape(shape)
        for place, ask in ((0, "when does the function return?"), (-1, "what happens to the earlier ones?")):
            rest = np.delete(got, place, axis=0)
            if right[place].any() and not rest.any() and _same(got[place], right[place]):
                return f"right in its {('first', 'last')[place]} {what} and 0 in all others: {ask}"
    return None


def _partly(case: Case) -> str | None:
    if not case.same_shape:
        return None
    wrong = ~_close(case.got, case.right)
    if not wrong.any() or not case.right[~wrong].any():
        return None  # zeros alone are easily right
    for name, array in case.inputs.items():
        signs = {"negative": array < 0, "positive": array > 0, "0": array == 0, "0 or less": array <= 0}
        for word, places in signs.items():
            if np.array_equal(wrong, places) and (word == "0" or 1 < wrong.sum() < wrong.size - 1):
                return f"right except where `{name}` is {word}"
    if case.right.ndim == 2 and len(set(case.right.shape)) == 1 and np.array_equal(wrong, np.eye(len(wrong))):
        return "right except on the diagonal"
    for axis in range(case.right.ndim):
        lines = np.moveaxis(wrong, axis, 0).reshape(wrong.shape[axis], -1).any(axis=1)
        if lines.sum() == 1 and lines.size > 1 and (wrong.sum() > 1 or wrong.size == lines.size):
            return f"right except in {_line(int(lines.argmax()), lines.size, axis, wrong.ndim)}"
    return None


def _line(index: int, length: int, axis: int, ndim: int) -> str:
    what = {1: ["number"], 2: ["row", "column"]}[ndim][axis] if ndim < 3 else f"slice along axis {axis}"
    ends = {0: "first", length - 1: "last"}
    return f"the {ends[index]} {what}" if index in ends else f"{what} {index}, counted from 0"


def _whole_numbers(case: Case) -> str | None:
    return f"of dtype {case.dtype}, which holds no fractions" if _loses_fractions(case) else None


RELATIONS: tuple[Callable[[Case], str | None], ...] = (  # the first that holds is told
    _masked, _changed, _cut, _wrapped, _constant, _input, _elsewhere, _transposed, _factor, _summand, _accumulated,
    _multiplied, _function, _reshaped, _length, _reordered, _broadcast, _wrong_axis, _normalised, _one_line,
    _partly, _whole_numbers,
)  # fmt: skip
