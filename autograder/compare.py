"""Comparisons: pure functions of what was answered and what is right that say what differs, or None."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from typing import Any

import numpy as np

from autograder.sandbox.wire import Opaque

STRAIGHT = 1e-5  # of the largest value: about 100 roundings of float32
SMALL, LARGE = 1e-9, 1e6  # differences are named between these
MOST_CLASSES = 1000  # a student chooses how many columns scores have: 64 MB of small numbers become 1 GB of floats
# Of the largest number expected, where an answer is in single precision. Over three seeds of all exercises, right work
# in float32 on double inputs is off by at most 1.5e-6, the mildest known mistake (a one-sided difference) by 2e-5.
ROUNDED = 2e-6
SINGLE = 1e-4  # where the inputs are single as well, or rounding them alone costs this much: about 1000 roundings


@dataclass(frozen=True)
class Difference:
    """The first thing that differs.

    Attributes
    ----------
    words : str or callable
        The reason, or what makes it: nobody reads most of them.
    part : str
        Which part of the answer it is: "`dW`", or "the answer".
    got, expected
        The two values of that part, for a diagnosis; None where they cannot be compared at all.
    """

    words: str | Callable[[], str]
    part: str = "the answer"
    got: Any = None
    expected: Any = None

    @cached_property
    def reason(self) -> str:
        """What differs, in the student's words, without any of the right values."""
        with np.errstate(all="ignore"):
            return self.words if isinstance(self.words, str) else self.words()


@dataclass(frozen=True)
class Comparison:
    """A comparison by name, so that it can be written down beside the answers that it compares."""

    name: str
    settings: Mapping[str, Any] = field(default_factory=dict)

    @property
    def fresh(self) -> tuple[str, ...]:
        """The parts of an answer that others are compared with, where both are the student's own."""
        return tuple(dict.fromkeys(self.settings["pairs"].values())) if self.name == "agree" else ()

    def __call__(self, got: Any, expected: Any, inputs: Mapping[str, Any]) -> Difference | None:
        with np.errstate(all="ignore"):  # a warning on stderr costs points in nbgrader
            return COMPARISONS[self.name](got, expected, inputs, **self.settings)


def close(rtol: float = 1e-6, atol: float = 1e-9, same_dtype: bool = False, single: bool | None = None) -> Comparison:
    """Same structure, same shapes, integers equal, other numbers within the tolerance.

    Parameters
    ----------
    rtol, atol : float
        A number may differ by atol + rtol * |expected|. An answer in float32 may be rounded: it may also differ by 2e-6
        of the largest number expected, or by 1e-4 of it where an input is in float32.
    same_dtype : bool
        Whether dtypes count as well.
    single : bool
        Whether float32 answers may differ by 1e-4, whatever the inputs are: True where rounding the inputs changes the
        answer that much, False where the work is to be done in float64.
    """
    settings: dict[str, Any] = {"rtol": rtol, "atol": atol, "same_dtype": same_dtype}
    return Comparison("close", settings if single is None else {**settings, "single": single})


def accuracy(labels: str, at_least: float) -> Comparison:
    """The share of right predictions; `labels` names an input that the probe does not take.

    The answer is (N, C) scores or (N,) classes, the labels are (N, C) one-hot or (N,) classes.
    """
    return Comparison("accuracy", {"labels": labels, "at_least": at_least})


def cross_entropy(labels: str, at_most: float) -> Comparison:
    """The mean cross-entropy of (N, C) scores with labels that stay here, as those of `accuracy` do."""
    return Comparison("cross_entropy", {"labels": labels, "at_most": at_most})


def between(low: float, high: float, unit: str = "") -> Comparison:
    """One number, low <= number <= high.

    `unit` names an input that the probe multiplies the number by, so that the answer to other inputs is out of range.
    """
    settings: dict[str, Any] = {"low": low, "high": high}
    return Comparison("between", {**settings, "unit": unit} if unit else settings)


def agree(*names: str, rtol: float = 1e-6, atol: float = 1e-9) -> Comparison:
    """Parts of the answer agree with other parts of the same answer: `agree("dW", "fresh dW")`.

    For checks of state, aliasing and writing in place: a value that is wrong both times is charged where values are
    checked. Parts that are in no pair are compared with the reference's. It counts only with evidence of work: each
    second part is finite, not all zeros, no argument (nor a multiple of one), and changes with each input that changes
    the reference's.

    Parameters
    ----------
    *names : str
        Keys of the answer, two for each pair; the second one is the fresh one.

    Raises
    ------
    ValueError
        If the names do not make pairs.
    """
    if len(names) < 2 or len(names) % 2:
        raise ValueError('agree takes names in pairs: agree("dW", "fresh dW")')
    pairs = dict(zip(names[::2], names[1::2], strict=True))
    return Comparison("agree", {"pairs": pairs, "rtol": rtol, "atol": atol})


def _close(
    got: Any,
    expected: Any,
    inputs: Mapping[str, Any],
    rtol: float,
    atol: float,
    same_dtype: bool,
    single: bool | None = None,
) -> Difference | None:
    single = is_single(inputs) if single is None else single
    for part, one, other in leaves(got, expected):
        difference = _compare_leaf(one, other, part or "the answer", rtol, atol, same_dtype, single)
        if difference is not None:
            return difference
    return None


def leaves(got: Any, expected: Any, part: str = "") -> Iterator[tuple[str, Any, Any]]:
    """Walk both structures side by side; where the structures differ, yield the place as one leaf."""
    if isinstance(expected, dict):
        if not isinstance(got, dict) or set(got) != set(expected):
            yield part, got, expected
            return
        for key in expected:
            yield from leaves(got[key], expected[key], f"`{key}`")
    elif isinstance(expected, list | tuple):
        if not isinstance(got, list | tuple) or len(got) != len(expected):
            yield part, got, expected
            return
        for index, (one, other) in enumerate(zip(got, expected, strict=True)):
            yield from leaves(one, other, f"{part or 'the answer'}[{index}]")
    else:
        yield part, got, expected


def is_single(value: Any) -> bool:
    """Whether there is an array or a number in single precision somewhere in a value."""
    if isinstance(value, Mapping | list | tuple):
        return any(map(is_single, value.values() if isinstance(value, Mapping) else value))
    return isinstance(value, np.ndarray | np.generic) and value.dtype in (np.float32, np.float16, np.complex64)


def _compare_leaf(
    got: Any, expected: Any, part: str, rtol: float, atol: float, same_dtype: bool, single: bool
) -> Difference | None:
    if expected is None or isinstance(expected, str | bytes | bool | np.bool_ | list | tuple | dict):
        whole = not isinstance(expected, list | tuple | dict)  # these are leaves only where they differ
        alike = whole and kind_of(got) == kind_of(expected)
        if alike and bool(got == expected):
            return None
        wrong = "the wrong one of True and False" if isinstance(expected, bool | np.bool_) else "not the right one"
        reason = f"{part} is {wrong if alike else f'{kind_of(got)}, not {kind_of(expected)}'}"
        lists = isinstance(expected, list | tuple) and isinstance(got, list | tuple)
        shown = (got, expected) if lists or (alike and isinstance(expected, bool | np.bool_)) else (None, None)
        return Difference(reason, part, *shown)
    if isinstance(expected, Opaque):
        return None if kind_of(got) == kind_of(expected) else Difference(f"{part} is {kind_of(got)}", part)
    if got is None:
        return Difference(f"{part} is None: does the function return what it has computed?", part)
    if not _is_numeric(got):
        return Difference(f"{part} is {kind_of(got)}, not {kind_of(expected)}", part)
    one, other = _array(got), _array(expected)
    if isinstance(got, int) and isinstance(expected, int) and one.dtype.kind == "f":  # too large for an array
        one, other = _array(got - expected), _array(0)
    if one.shape != other.shape:
        return Difference(f"{part} has shape {one.shape}, not {other.shape}", part, one, other)
    if (one.dtype == bool) != (other.dtype == bool) or (same_dtype and one.dtype != other.dtype):
        return Difference(f"{part} has dtype {one.dtype}, not {other.dtype}", part, one, other)
    if np.array_equal(one, other):  # most right answers are the same to the last bit, and this is five times faster
        return None
    rtol, atol = _tolerances(one, other, rtol, atol, single)
    exact = _are_whole(one, other) and atol < 1  # also above 2**53, where floats leave integers out
    wrong = one != other if exact else ~np.isclose(one, other, rtol=rtol, atol=atol, equal_nan=True)
    return Difference(partial(_where, one, other, wrong, part), part, one, other) if wrong.any() else None


def _are_whole(*arrays: Any) -> bool:
    return all(array.dtype.kind in "iu" for array in arrays)


def _tolerances(got: Any, expected: Any, rtol: float, atol: float, single: bool) -> tuple[float, float]:
    """The tolerances that fit the precision of both: none relative to integers, wider ones in single precision."""
    if _are_whole(expected):
        return (4 * float(np.finfo(got.dtype).eps) if got.dtype.kind in "fc" else 0.0), atol
    if is_single([got, expected]):
        rounding = SINGLE if single else ROUNDED
        largest = np.max(np.abs(expected), initial=0.0, where=np.isfinite(expected))
        return max(rtol, rounding), max(atol, rounding * float(largest))
    return rtol, atol


def distance(
    got: Any, expected: Any, rtol: float, atol: float, same_dtype: bool = False, single: bool = False
) -> float:
    """How far an answer lies from the right one, in tolerances of `close`; infinite where it is wrong otherwise."""
    with np.errstate(all="ignore"):
        distances = (_leaf_distance(*leaf, rtol, atol, same_dtype, single) for leaf in leaves(got, expected))
        return max(distances, default=0.0)


def _leaf_distance(
    part: str, got: Any, expected: Any, rtol: float, atol: float, same_dtype: bool, single: bool
) -> float:
    difference = _compare_leaf(got, expected, part, rtol, atol, same_dtype, single)
    if not _is_numeric(expected) or isinstance(expected, bool | np.bool_) or not _is_numeric(got):
        return np.inf if difference else 0.0
    one, other = _array(got), _array(expected)
    if one.shape != other.shape:
        return np.inf
    rtol, atol = _tolerances(one, other, rtol, atol, single)
    gaps = np.abs(one.astype(complex) - other) / (atol + rtol * np.abs(other))
    gaps = np.where((one == other) | (np.isnan(one) & np.isnan(other)), 0.0, gaps)
    most = float(np.max(np.where(np.isnan(gaps), np.inf, gaps), initial=0.0))
    return most if difference is None or most > 1 else np.inf  # the dtype is what differs


def _where(got: Any, expected: Any, wrong: Any, part: str) -> str:
    """How many numbers differ, where the first one is, and by how much (never what is right)."""
    if got.ndim == 0:
        return f"{part} is not the right number"
    if not np.isfinite(got).all() and np.isfinite(expected).all():
        strange = int((~np.isfinite(got)).sum())
        what = f"{strange} numbers that are NaN or infinite" if strange > 1 else "a NaN or infinity"
        return f"{part} holds {what}"
    gaps = np.abs(got.astype(complex) - expected)[wrong]
    most = np.max(gaps[np.isfinite(gaps)], initial=0)
    first = [int(index) for index in np.argwhere(wrong)[0]]
    count = f"{int(wrong.sum())} of {wrong.size} numbers of {part} differ"
    return f"{count}, by {_size(most)}; the first at {first}"


def _size(gap: float) -> str:
    """A difference in so few words that a number cannot be told by it."""
    if gap > LARGE:
        return f"more than {LARGE:,.0f}"
    return f"up to {float(f'{gap:.1g}'):,g}" if gap > SMALL else f"less than {SMALL:g}"


def _accuracy(got: Any, expected: Any, inputs: Mapping[str, Any], labels: str, at_least: float) -> Difference | None:
    truth = inputs[labels]
    if problem := _no_predictions(got, len(truth), (1, 2)):
        return Difference(problem)
    right = share_right(got, truth)
    if right >= at_least:
        return None
    reason = f"{right:.1%} of {len(truth)} samples are classified right, {at_least:.0%} are asked"
    guesses, (_, counts) = _classes(got), np.unique(_classes(truth), return_counts=True)
    if np.ptp(guesses) == 0:
        reason += "; all of them are given one and the same class"
    elif right <= counts.max() / len(truth):
        reason += "; one class for all would do as well: has it learned anything before it was asked?"
    return Difference(reason)


def _cross_entropy(
    got: Any, expected: Any, inputs: Mapping[str, Any], labels: str, at_most: float
) -> Difference | None:
    truth = inputs[labels]
    if problem := _no_predictions(got, len(truth), (2,)):
        return Difference(problem)
    if not _classes(truth).max() < np.shape(got)[1] <= MOST_CLASSES:
        return Difference(f"the predictions are {kind_of(got)}, one column for each class is needed")
    loss = mean_cross_entropy(got, truth)
    if loss <= at_most:
        return None
    reason, classes = f"the loss on {len(truth)} samples is {loss:.2g}, at most {at_most:g} is asked", np.shape(got)[1]
    if np.isclose(loss, np.log(classes), rtol=0.01):
        reason += f"; that is ln {classes}, what guessing costs: has the training changed any weights?"
    elif loss > 2 * np.log(classes):
        reason += f"; guessing costs ln {classes} only: does each step go downhill?"
    return Difference(reason)


def share_right(answer: Any, labels: Any) -> float:
    """The share of samples whose class is right; both are (N,) classes, or (N, C) scores and one-hot rows."""
    return float(np.mean(_classes(answer) == _classes(labels)))


def mean_cross_entropy(scores: Any, labels: Any) -> float:
    """-1/N sum_n log softmax(scores)[n, class of n], of scores (N, C); NaN where they are too large for it."""
    classes = _classes(labels)
    with np.errstate(all="ignore"):
        scores = np.asarray(scores, dtype=float)
        scores = scores - scores.max(axis=1, keepdims=True)
        logarithms = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
        return float(-np.mean(logarithms[np.arange(len(classes)), classes]))


def _no_predictions(got: Any, count: int, ranks: tuple[int, ...]) -> str:
    """Why an answer holds no predictions, "" if it does."""
    real = _is_numeric(got) and not np.iscomplexobj(got)
    if not real or np.ndim(got) not in ranks or len(got) != count or not np.size(got):
        return f"the predictions are {kind_of(got)}, one row for each of {count} samples is needed"
    if not np.isfinite(got).all():
        return "the predictions hold NaN or infinity: did the training diverge?"
    return ""


def _classes(answer: Any) -> Any:
    answer = np.asarray(answer)
    answer = answer.astype(int) if answer.dtype == bool else answer
    return answer.argmax(axis=1) if answer.ndim == 2 else answer


def _between(
    got: Any, expected: Any, inputs: Mapping[str, Any], low: float, high: float, unit: str = ""
) -> Difference | None:
    if not _is_numeric(got) or np.size(got) != 1 or np.iscomplexobj(got):
        return Difference(f"the answer is {kind_of(got)}, not one number")
    number = float(_array(got).reshape(())) / (inputs[unit] if unit else 1)
    if low <= number <= high:
        return None
    if abs(number) > LARGE:
        shown = f"{'more' if number > 0 else 'less'} than {np.copysign(LARGE, number):,.0f}"
    else:
        shown = f"{0 if abs(number) <= SMALL else number:.2g}"
    return Difference(f"the answer is {shown}, and should lie between {low:g} and {high:g}")


def _agree(
    got: Any, expected: Any, inputs: Mapping[str, Any], pairs: Mapping[str, str], rtol: float, atol: float
) -> Difference | None:
    if not isinstance(got, dict) or set(got) != set(expected):
        return _close(got, expected, inputs, rtol, atol, same_dtype=False)
    for fresh in dict.fromkeys(pairs.values()):
        if reason := _idle(got[fresh], expected[fresh], inputs):
            return Difference(f"`{fresh}` {reason}", f"`{fresh}`", got[fresh], expected[fresh])
    for name in [name for name in expected if name not in pairs.values()]:
        right = got[pairs[name]] if name in pairs else expected[name]
        difference = _close({name: got[name]}, {name: right}, inputs, rtol, atol, same_dtype=False)
        if difference is not None:
            return replace(difference, words=partial(_against, difference, pairs.get(name, "")))
    return None


def _against(difference: Difference, fresh: str) -> str:
    return difference.reason + (f"; compared with `{fresh}`" if fresh else "")


def _idle(fresh: Any, expected: Any, inputs: Mapping[str, Any]) -> str:
    """What in a value shows that no work has gone into it; "" if nothing does."""
    parts = [one for _, one, _ in leaves(fresh, fresh)]
    if not parts or not all(map(_is_numeric, parts)):
        return f"is {kind_of(fresh)}"
    numbers = [_array(part) for part in parts]
    if not all(np.isfinite(each).all() for each in numbers):
        return "holds NaN or infinity"
    if not any(each.any() for each in numbers):
        return "is all zeros"
    name = _echoed(numbers, inputs)
    right = [_array(one) for _, one, _ in leaves(expected, expected) if _is_numeric(one)]
    return f"is `{name}`, or a multiple of it" if name and name != _echoed(right, inputs) else ""


def _echoed(numbers: Sequence[Any], inputs: Mapping[str, Any]) -> str:
    """The argument that all of these arrays repeat, up to a factor and a shift; "" if there is none."""
    arrays = {name: value for name, value in inputs.items() if isinstance(value, np.ndarray)}
    return next((name for name, value in arrays.items() if all(_is_line(each, value) for each in numbers)), "")


def _is_line(values: Any, argument: Any) -> bool:
    """Whether values are a * argument + b, number by number."""
    if values.shape != argument.shape or values.size < 3 or not {values.dtype.kind, argument.dtype.kind} <= set("biuf"):
        return False
    x, y = (np.ravel(each).astype(float) for each in (argument, values))
    x, y = x - x.mean(), y - y.mean()
    rest = y - x * (x @ y) / max(x @ x, np.finfo(float).tiny)
    return bool(np.abs(rest).max() <= STRAIGHT * np.abs(values).max())


def changed(fresh: Any, before: Any) -> bool:
    """Whether a part of an answer is another one than before."""
    return close()(fresh, before, {}) is not None


def _array(number: Any) -> Any:
    """An array of numbers, also of an int that is too large for one of NumPy's."""
    try:
        array = np.asarray(number)
        return array if array.dtype != object else np.asarray(float(number))
    except OverflowError:
        return np.asarray(np.inf if number > 0 else -np.inf)


def _is_numeric(value: Any) -> bool:
    return isinstance(value, bool | int | float | complex | np.ndarray | np.generic)


def kind_of(value: Any) -> str:
    """What a value is, in words: "an array of shape (5, 3)", "a list of 2", "None"."""
    if value is None:
        return "None"
    if isinstance(value, Opaque):
        array = value.type_name.removeprefix("ndarray ")
        return f"a {array}" if array == value.type_name else f"an array {array}, whose entries are not all numbers"
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape} and dtype {value.dtype}"
    if isinstance(value, list | tuple):
        return f"a {type(value).__name__} of {len(value)}"
    if isinstance(value, dict):
        names = (str(key)[:40] if isinstance(key, str | int | float) else kind_of(key) for key in list(value)[:6])
        return f"a dictionary with {', '.join(names)}"
    if isinstance(value, bool | np.bool_):
        return "True or False"
    if isinstance(value, int | float | complex | np.generic):
        return "a number"
    return f"a {type(value).__name__}"


COMPARISONS: dict[str, Callable[..., Difference | None]] = {
    "close": _close,
    "accuracy": _accuracy,
    "cross_entropy": _cross_entropy,
    "between": _between,
    "agree": _agree,
}
