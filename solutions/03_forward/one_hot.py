r"""### `one_hot`: a label becomes a row

A label is a number such as 2, but classes have no order and no size. So a network compares its probabilities with a
row that has a 1 in the place of the right class, and 0 elsewhere:

$$\text{labels } (0, 2, 1), \text{ 4 classes} \;\longmapsto\; T =
\begin{pmatrix} 1 & 0 & 0 & 0 \\ 0 & 0 & 1 & 0 \\ 0 & 1 & 0 & 0 \end{pmatrix}$$

- `labels` has the shape $(N,)$ and holds whole numbers, of any integer dtype. `num_classes` is $C$, also if some
  classes do not occur. The answer has the shape $(N, C)$.
- It holds **floats**, 0.0 and 1.0: later, gradients are worked out from it, and they have fractions.
- A label below 0 or not below `num_classes` is a mistake in the data. Raise `ValueError`. NumPy will not always do
  this for you: it counts the index $-1$ from the end.
"""

import numpy as np

from autograder import exercise


def labels_and_classes(rng):
    return {
        "labels": rng.permutation([0, 1, 2, 3, *rng.integers(4, size=2)]),
        "bytes": rng.permutation([1, 4, *rng.integers(5, size=3)]).astype(np.uint8),  # and the class 5 never occurs
    }


def a_batch(rng):
    return {"labels": rng.permutation([0, 1, 2, *rng.integers(3, size=3)]), "fraction": float(rng.uniform(0.1, 0.9))}


def good_and_bad(rng):
    num_classes = int(rng.integers(4, 9))
    return {"good": rng.integers(num_classes, size=7), "num_classes": num_classes, "factor": float(rng.uniform(2, 3))}


@exercise
def one_hot(labels, num_classes):
    """Write labels as rows with a single 1.

    Parameters
    ----------
    labels : (N,) array of int, each from 0 to num_classes - 1
    num_classes : int

    Returns
    -------
    (N, num_classes) array of float

    Raises
    ------
    ValueError
        If a label is below 0, or not below num_classes.
    """
    if labels.min() < 0 or labels.max() >= num_classes:
        raise ValueError("a label that is no class")
    return np.eye(num_classes)[labels]


@one_hot.check(
    "a 1 in the place of the label, 0 elsewhere", given=labels_and_classes, points={"4 classes": 0.5, "6 classes": 0.5}
)
def places(one_hot, labels, bytes):
    return {"4 classes": one_hot(labels, 4) + 0.0, "6 classes": one_hot(bytes, 6) + 0.0}


@one_hot.check("one can go on with fractions", given=a_batch)
def floats(one_hot, labels, fraction):
    t = one_hot(labels, 3)
    t *= fraction
    return np.sort(t, axis=None)  # whatever the places: they are checked above


@one_hot.check("a label that is no class raises ValueError", given=good_and_bad)
def no_class(one_hot, good, num_classes, factor):
    good_sum, raised = factor * np.sum(one_hot(good, num_classes)), []
    for bad in (-1, num_classes, num_classes + 2):
        try:
            one_hot(np.array([0, bad, 1]), num_classes)
            raised.append(0)
        except ValueError:
            raised.append(1)
        except Exception:
            raised.append(-1)
    return {
        "the sum for right labels, times factor": good_sum,
        "exceptions for wrong labels (1 ValueError, 0 none, -1 another)": np.array(raised),
    }


# fmt: off
slip = one_hot.slip
EYE = "np.eye(num_classes)[labels]"
ZEROS = "t = np.zeros((len(labels), num_classes))\n"
# the places
slip("turns it round", {EYE: "np.eye(num_classes)[labels].T"},
     "One row for each sample, or for each class? Compare the shape.")
slip("counts from one", {EYE: "np.eye(num_classes)[labels - 1]"}, "Which is the first class: 0 or 1?")
slip("fills whole columns", {f"return {EYE}": f"{ZEROS}t[:, labels] = 1\nreturn t"},
     "How many ones are in a row of yours? `:` means every row. Which row goes with which label?")
slip("fills whole rows", {f"return {EYE}": f"{ZEROS}t[labels % len(t)] = 1\nreturn t"},
     "Does a label choose a row or a column?")
slip("writes the label itself", {EYE: "np.eye(num_classes)[labels] * labels[:, None]"},
     "Which number stands in the place of the right class: its label, or 1?")
slip("is one cold", {EYE: "1 - np.eye(num_classes)[labels]"}, "How many ones has a row, and how many zeros?")
slip("forgets the ones", {f"return {EYE}":
                          f"{ZEROS}for row, label in zip(t, labels):\n    row = np.eye(num_classes)[label]\nreturn t"},
     "`row = ...` gives a new meaning to the name. What writes into the array itself?")
slip("one row for all", {f"return {EYE}": "t = np.zeros(num_classes)\nt[labels] = 1\nreturn t"},
     "How many samples are there, and how many rows has your answer?")
slip("takes labels for places", {f"return {EYE}": f"{ZEROS}for i in labels:\n    t[i, labels[i]] = 1\nreturn t"},
     "Print i. Does it count the samples, or is it the class of one?")
slip("row and column exchanged", {f"return {EYE}": f"{ZEROS}t[labels, np.arange(len(labels))] = 1\nreturn t"},
     "Which index comes first in t[..., ...]: that of the row, or that of the column? What do the rows stand for?")
slip("buffer turned round",
     {f"return {EYE}": "t = np.zeros((num_classes, len(labels)))\nt[np.arange(len(labels)), labels] = 1\nreturn t"},
     "How many rows has your array of zeros: one for each class, or for each sample?")
# shapes
slip("counts the labels it sees", {EYE: "np.eye(labels.max() + 1)[labels]"},
     "What if the last class does not occur in this batch? Who knows the number of classes?")
slip("stands the labels up", {EYE: "np.eye(num_classes)[labels[:, None]]"},
     "How many axes has your answer? Print the shape of the labels just before they are used.")
slip("asks them all at once",
     {"labels.min() < 0 or labels.max() >= num_classes": "labels < 0 or labels >= num_classes"},
     "`labels < 0` holds an answer for each label, `or` wants a single one. How do you ask whether any of them is bad?")
slip("looks for the largest", {"labels.min()": "labels.argmax(axis=1).min()"},
     "Are these one-hot rows already, or labels? How many axes have they?")
slip("is as square as it comes", {EYE: "np.eye(len(labels))[labels]"},
     "How long is a row: as many numbers as there are samples, or classes?")
# dtypes
slip("holds whole numbers", {"np.eye(num_classes)": "np.eye(num_classes, dtype=int)"},
     "Which dtype has your answer? What happens to 0.5 in it?")
slip("holds true and false", {EYE: "labels[:, None] == np.arange(num_classes)"},
     "Print the dtype of your answer. Are True and False numbers that can be halved?")
# labels that are none
slip("believes every label", {"labels.min() < 0 or labels.max() >= num_classes": "False"},
     "Try the label -1 and look where the 1 is. From which end does NumPy count it?")
slip("looks for negative labels only", {" or labels.max() >= num_classes": ""},
     "Which exception comes for a label that is too large, and which one does the text name?")
slip("looks for large labels only", {"labels.min() < 0 or ": ""},
     "A label can be wrong in two directions. What becomes of -1?")
slip("is off by one", {">= num_classes": "> num_classes"}, "With 4 classes, is 4 a label?")
slip("asserts", {"if labels.min() < 0 or labels.max() >= num_classes:\n":
                 "assert labels.min() >= 0 and labels.max() < num_classes\nif False:\n"},
     "Which exception does `assert` raise, and which one does the text name?")
slip("goes on silently", {'raise ValueError("a label that is no class")':
                          "return np.zeros((len(labels), num_classes))"},
     "A wrong label that goes on silently is worse than a stop. Does your function stop?")
slip("returns nothing", {f"return {EYE}": EYE}, "What does your function hand back to its caller?")
# fmt: on


@one_hot.alternative
def compares(labels, num_classes):
    classes = np.arange(num_classes)
    if not np.isin(labels, classes).all():
        raise ValueError("there is a label that is no class")
    return (labels[:, None] == classes).astype(np.float32)


@one_hot.alternative
def row_by_row(labels, num_classes):
    t = np.zeros((labels.size, num_classes))
    for row, label in zip(t, labels, strict=True):
        if not 0 <= label < num_classes:
            raise ValueError(f"{label} is no class")
        row[label] = 1
    return t


@one_hot.alternative
def pairs_of_indices(labels, num_classes):
    if np.any((labels < 0) | (labels > num_classes - 1)):
        raise ValueError(labels)
    t = np.zeros((len(labels), num_classes))
    t[np.arange(len(labels)), labels] = 1
    return t


@one_hot.alternative
def list_of_lists(labels, num_classes):
    rows = [[float(label == c) for c in range(num_classes)] for label in labels]
    if any(sum(row) != 1 for row in rows):
        raise ValueError("each row needs its 1")
    return np.array(rows)
