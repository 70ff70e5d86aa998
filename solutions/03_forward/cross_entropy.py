r"""### `cross_entropy`: what an answer costs

Each sample pays for the probability that it gave to its **right** class, $t_n$. The loss is the mean over the batch:

$$L = -\frac{1}{N} \sum_{n=1}^{N} \log y_{n, t_n} \qquad \text{(natural logarithm)}$$

If the right class had the probability 0.67, the sample pays 0.40; with 0.09 it pays 2.4; with $1/C$, it pays
$\log C$.

The right classes come in one of two forms, and both must be taken: **labels**, whole numbers of shape $(N,)$, or
**one-hot rows** of 0.0 and 1.0, shape $(N, C)$. `probabilities` has the shape $(N, C)$, with two classes or more.
Return one number. Both arguments stay as they are.

**Probability 0.** $\log 0$ is $-\infty$, and no training recovers from that. So choose a small $\varepsilon$, not
smaller than $10^{-16}$ and not larger than $10^{-7}$, and take $\log(y + \varepsilon)$, or $\log$ of $y$ cut off at
$\varepsilon$ (`np.maximum`, `np.clip`). A right class of probability 0 then costs $-\log \varepsilon$: 16.1 for
$10^{-7}$, 18.4 for $10^{-8}$. A *wrong* class of probability 0 costs nothing. All of these pass: where
probabilities are not 0, the checks allow the loss to be off by 0.00002, and $\varepsilon$ moves it by less than a
tenth of that.
"""

import numpy as np

from autograder import agree, between, close, exercise

# A right class has at least the probability 0.07 here (but for the last check), so 1e-7 moves a loss by at most 1.5e-6.
NEAR = close(rtol=1e-6, atol=2e-5)


def scattered(rng, N=5):
    """Probabilities from 0.07 to 0.5, and labels among which each class occurs."""
    y = rng.uniform(0.5, 2, size=(N, 4))
    return {
        "probabilities": y / y.sum(axis=1, keepdims=True),
        "labels": rng.permutation([0, 1, 2, 3, *rng.integers(4, size=N - 4)]),
    }


def with_labels(rng):
    inputs = scattered(rng)
    return {**inputs, "one_hot_rows": np.eye(4)[inputs["labels"]]}


def with_rows(rng):
    inputs = scattered(rng)
    rows = np.eye(4)[inputs["labels"]]
    return {**inputs, "labels": rows, "one_hot_rows": rows.copy()}


def wrong_classes_at_zero(rng):
    """The right classes have the same probabilities twice; the first wrong ones are 0, the second ones are not."""
    inputs = with_labels(rng)
    rows = inputs["one_hot_rows"]
    right = np.sum(rows * inputs["probabilities"], axis=1, keepdims=True)
    nothing = np.roll(rows, rng.integers(1, 4), axis=1)
    others = {"probabilities": 1 - rows - nothing, "above_zero": 1 - rows}
    spread = {name: wrong / wrong.sum(axis=1, keepdims=True) for name, wrong in others.items()}
    return {**inputs, **{name: rows * right + share * (1 - right) for name, share in spread.items()}}


def right_class_at_zero(rng):
    """One sample is certain: first it is right, and then wrong."""
    inputs = with_labels(rng)
    n, rows = rng.integers(5), inputs["one_hot_rows"]
    certain_right, certain_wrong = inputs.pop("probabilities"), None
    certain_right[n] = rows[n]
    certain_wrong = certain_right.copy()
    certain_wrong[n] = np.roll(rows[n], rng.integers(1, 4))
    return {"certain_right": certain_right, "certain_wrong": certain_wrong, "unit": 10 ** rng.uniform(-4, 0), **inputs}


@exercise
def cross_entropy(probabilities, labels):
    """The mean cross-entropy of a batch.

    Parameters
    ----------
    probabilities : (N, C) array of floats; it stays as it is
    labels : (N,) array of int, or (N, C) array of one-hot rows; it stays as it is

    Returns
    -------
    float
    """
    t = labels if labels.ndim == 2 else np.eye(probabilities.shape[1])[labels]
    return -np.sum(t * np.log(probabilities + 1e-7)) / len(t)


# A stand-in takes the place of the student's `one_hot`: what is wrong there is not charged again.
def loss(cross_entropy, probabilities, labels, one_hot_rows):
    names = getattr(cross_entropy, "__globals__", {})
    own = {name: names[name] for name in ["one_hot"] if name in names}
    names["one_hot"] = lambda labels, num_classes: np.pad(one_hot_rows, [(0, 0), (0, 9)])[:, :num_classes]
    try:
        return cross_entropy(probabilities, labels)
    finally:
        names.pop("one_hot")
        names.update(own)


cross_entropy.check("the loss, with one-hot rows", given=with_rows, compare=NEAR, points=2)(loss)


@cross_entropy.check(
    "the loss with labels is the one with one-hot rows",
    given=with_labels,
    compare=agree("loss with labels", "loss with one-hot rows", atol=2e-5),
)
def with_both(cross_entropy, probabilities, labels, one_hot_rows):
    names = getattr(cross_entropy, "__globals__", {})
    own = {name: names[name] for name in ["one_hot"] if name in names}
    names["one_hot"] = lambda labels, num_classes: np.pad(one_hot_rows, [(0, 0), (0, 9)])[:, :num_classes]
    try:
        fresh = cross_entropy(probabilities.copy(), one_hot_rows.copy())
        return {"loss with labels": cross_entropy(probabilities, labels), "loss with one-hot rows": fresh}
    finally:
        names.pop("one_hot")
        names.update(own)


@cross_entropy.check(
    "wrong classes of probability 0 cost nothing",
    given=wrong_classes_at_zero,
    compare=agree("loss with wrong classes at 0", "loss with none at 0", atol=2e-5),
    points=0.75,
)
def nothing_for_wrong_classes(cross_entropy, probabilities, above_zero, labels, one_hot_rows):
    names = getattr(cross_entropy, "__globals__", {})
    own = {name: names[name] for name in ["one_hot"] if name in names}
    names["one_hot"] = lambda labels, num_classes: np.pad(one_hot_rows, [(0, 0), (0, 9)])[:, :num_classes]
    t = one_hot_rows.copy()
    try:  # a form that does not work is charged above: the mean of log 2 and log 2 tells
        if np.abs(cross_entropy(np.full((2, 2), 0.5), np.eye(2)) - np.log(2)) > 1e-2:
            t = t.argmax(axis=1)
    except Exception:
        t = t.argmax(axis=1)
    try:
        fresh = cross_entropy(above_zero, t.copy())
        return {"loss with wrong classes at 0": cross_entropy(probabilities, t), "loss with none at 0": fresh}
    finally:
        names.pop("one_hot")
        names.update(own)


@cross_entropy.check(
    "a right class of probability 0 costs 16.1 to 36.9",
    given=right_class_at_zero,
    compare=between(16, 37, unit="unit"),
    points=0.75,
)
def price_of_certainty(cross_entropy, certain_right, certain_wrong, labels, one_hot_rows, unit):
    names = getattr(cross_entropy, "__globals__", {})
    own = {name: names[name] for name in ["one_hot"] if name in names}
    names["one_hot"] = lambda labels, num_classes: np.pad(one_hot_rows, [(0, 0), (0, 9)])[:, :num_classes]
    t, half = one_hot_rows, np.full((2, 2), 0.5)
    try:  # a form that does not work is charged above: the mean of log 2 and log 2 tells
        if np.abs(cross_entropy(half, np.eye(2)) - np.log(2)) > 1e-2:
            t = labels
    except Exception:
        t = labels
    try:
        right, wrong = cross_entropy(certain_right, t), cross_entropy(certain_wrong, t)
        return unit * (wrong - right) * len(labels)  # the other samples cancel out
    finally:
        names.pop("one_hot")
        names.update(own)


@cross_entropy.check(
    "both arguments are left alone", given=with_labels, compare=agree("loss", "loss for copies", atol=2e-5), points=0.5
)
def arguments(cross_entropy, probabilities, labels, one_hot_rows):
    names = getattr(cross_entropy, "__globals__", {})
    own = {name: names[name] for name in ["one_hot"] if name in names}
    names["one_hot"] = lambda labels, num_classes: np.pad(one_hot_rows, [(0, 0), (0, 9)])[:, :num_classes]
    t = one_hot_rows.copy()
    try:  # a form that does not work is charged above: the mean of log 2 and log 2 tells
        if np.abs(cross_entropy(np.full((2, 2), 0.5), np.eye(2)) - np.log(2)) > 1e-2:
            t = t.argmax(axis=1)
    except Exception:
        t = t.argmax(axis=1)
    try:
        fresh, before = cross_entropy(probabilities.copy(), t.copy()), t.copy()
        answer = {"loss": cross_entropy(probabilities, t), "loss for copies": fresh}
        # 1e-7 more is a change, too
        return {**answer, "probabilities afterwards": probabilities / 10, "changes in the labels": np.sum(t != before)}
    finally:
        names.pop("one_hot")
        names.update(own)


# fmt: off
slip = cross_entropy.slip
LOSS = "-np.sum(t * np.log(probabilities + 1e-7)) / len(t)"
# the mean, the minus, the logarithm
slip("sums over the batch", {" / len(t)": ""}, "Should the loss change if every sample came twice?")
slip("averages over the classes too", {"len(t)": "t.size"}, "How many samples are there, and by what do you divide?")
slip("divides by the classes", {"len(t)": "t.shape[1]"}, "Which axis is the batch? By what do you divide?")
slip("keeps the classes apart", {"+ 1e-7))": "+ 1e-7), axis=0)"},
     "How many numbers is a loss?")
slip("keeps the samples apart", {"np.sum(t * np.log(probabilities + 1e-7)) / len(t)":
                                 "np.sum(t * np.log(probabilities + 1e-7), axis=1)"},
     "How many numbers is a loss?")
slip("forgets the minus", {"-np.sum": "np.sum"}, "Can a loss fall below zero?")
slip("counts in tens", {"np.log(": "np.log10("}, "For which base is the slope of the logarithm 1/y?")
slip("looks for ln", {"np.log(": "np.ln("},
     "The natural logarithm goes by several names. Which one has NumPy given it?")
slip("takes the logarithm of one more", {"np.log(probabilities + 1e-7)": "np.log(probabilities + 1)"},
     "What does a perfect answer cost? Which number has the logarithm 0?")
slip("counts in bits", {"np.log(": "np.log2("},
     "What does the probability 1/2 cost with you? Which logarithm is the natural one?")
slip("takes the logarithm last", {LOSS: "-np.log(np.sum(t * probabilities) / len(t) + 1e-7)"},
     "What comes first, the mean or the logarithm?")
slip("takes no logarithm", {LOSS: "1 - np.sum(t * probabilities) / len(t)"},
     "What does a sample cost whose right class has the probability 1/2?")
slip("squares the error", {LOSS: "np.sum((probabilities - t) ** 2) / len(t)"},
     "Which loss is this? Look for the logarithm in the formula.")
# which probability
slip("swaps the two", {"t * np.log(probabilities + 1e-7)": "probabilities * np.log(t + 1e-7)"},
     "The logarithm of which of the two?")
slip("adds the right answer", {"t * np": "t + np"}, "Which terms of the sum should a zero in a one-hot row switch off?")
slip("asks every class", {"t * np": "np"}, "Does a sample pay for all of its classes?")
slip("asks every class yes or no",
     {"t * np.log(probabilities + 1e-7)":
      "t * np.log(probabilities + 1e-7) + (1 - t) * np.log(1 - probabilities + 1e-7)"},
     "A sample has one right class. How many logarithms does it pay for?")
slip("asks the favourite", {LOSS: "-np.mean(np.log(probabilities.max(axis=1) + 1e-7))"},
     "Which class decides about the price: the one that the network prefers, or the right one?")
slip("applies softmax", {"return": "probabilities = np.exp(probabilities)\n"
                                   "probabilities /= probabilities.sum(axis=1, keepdims=True)\nreturn"},
     "Are these scores, or probabilities already? How often is softmax applied on the way?")
# probability 0
slip("loses infinitely much", {LOSS: "-np.mean(np.log(probabilities[t == 1]))"},
     "What if the network is completely sure, and wrong?")
slip("multiplies zero by infinity", {" + 1e-7": ""}, "What is 0 times infinity? Which probability leads there?")
slip("counts on nan to num", {LOSS: "-np.mean(np.nan_to_num(np.log(probabilities[t == 1])))"},
     "What does one certain and wrong sample cost with you? Which number takes the place of infinity?")
slip("drops what is zero", {LOSS: "-np.sum(np.log(np.where(t * probabilities > 0, probabilities, 1))) / len(t)"},
     "Your most confident mistake is free. What should it cost?")
slip("is ready for anything", {"1e-7": "0.1"}, "What does a network pay that is right and completely sure?")
slip("is too generous", {"1e-7": "1e-4"}, "How large may the small number be that keeps you away from log 0?")
# two forms of the right answer
slip("knows one hot only", {" if labels.ndim == 2 else np.eye(probabilities.shape[1])[labels]": ""},
     "Which of the two forms have you thought of? Print labels.shape.")
slip("counts the samples as classes", {"np.eye(probabilities.shape[1])[labels]": "one_hot(labels, len(labels))"},
     "How long is a one-hot row: as many numbers as there are samples, or classes? Print the shapes of both factors.")
slip("knows labels only", {"t = labels if labels.ndim == 2 else ": "t = ", "[labels]": "[labels.astype(int)]"},
     "Which of the two forms have you thought of? How many axes has a batch of one-hot rows?")
slip("picks with one-hot rows", {LOSS: "-np.mean(np.log(probabilities[np.arange(len(t)), labels] + 1e-7))"},
     "Labels can be indices. Can one-hot rows of floats? Which of the two forms have you thought of?")
slip("looks for the largest label", {"labels if labels.ndim == 2 else np.eye(probabilities.shape[1])[labels]":
                                     "np.eye(probabilities.shape[1])[labels.argmax(axis=1)]"},
     "Labels have one axis only. In which of the two forms is there something to look for along axis 1?")
slip("stands the labels up",
     {LOSS: "-np.mean(np.log(probabilities[np.arange(len(t)), t.argmax(axis=1)[:, None]] + 1e-7))"},
     "How many probabilities do you pick out? Print the shape of what you average.")
# names, whose arrays
slip("writes into the probabilities", {"return": "probabilities += 1e-7\nreturn"},
     "Print a probability before and after the call, with all its digits. Is it yours to change?")
slip("works in the callers rows", {"return": "t *= np.log(probabilities + 1e-7)\nreturn -np.sum(t) / len(t) #"},
     "Print the one-hot rows before and after the call. Are they still yours to change?")
slip("prints", {"return -np.sum(t * np.log(probabilities + 1e-7)) / len(t)": "loss = -np.sum(t) / len(t)"},
     "What does your function hand back to its caller?")
# fmt: on


@cross_entropy.alternative
def picks_and_clips(probabilities, labels):
    labels = labels.argmax(axis=1) if labels.ndim == 2 else labels
    picked = probabilities[np.arange(len(labels)), labels]
    return -np.log(np.clip(picked, 1e-8, 1 - 1e-8)).mean()


@cross_entropy.alternative
def calls_one_hot(probabilities, labels):
    if labels.ndim == 1:
        labels = one_hot(labels, probabilities.shape[1])
    return np.einsum("nc,nc->", labels, -np.log(np.maximum(probabilities, 1e-12))) / probabilities.shape[0]


@cross_entropy.alternative
def sample_by_sample(probabilities, labels):
    from math import log

    total = 0.0
    for row, label in zip(probabilities, labels, strict=True):
        k = int(label) if np.ndim(label) == 0 else list(label).index(1)
        total -= log(max(float(row[k]), 1e-16))
    return total / len(labels)


@cross_entropy.alternative
def in_single_precision(probabilities, labels):
    if labels.size == probabilities.size:
        labels = np.nonzero(labels)[1]
    y = np.take_along_axis(probabilities.astype(np.float32), labels[:, None], axis=1)
    return np.mean(-np.log(y + np.float32(1e-7)))


@cross_entropy.alternative
def machine_precision(probabilities, labels):
    rows = labels if labels.ndim > 1 else np.arange(probabilities.shape[1]) == labels[:, None]
    return np.average(-np.log(probabilities[rows.astype(bool)] + np.finfo(float).eps))
