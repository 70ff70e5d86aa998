r"""### `square_loss`: how bad the scores are

$$L = \frac{1}{N} \sum_{n=1}^{N} (t_n - \hat y_n)^2$$

The mean over the samples of the squared distance between target and score. Both come as columns of shape $(N, 1)$, and
one number goes back, not an array.

An example: targets 0 and 1, scores 0.5 and 3. The distances are 0.5 and 2, their squares 0.25 and 4, and
$L = 4.25 / 2 = 2.125$. One score that is far off counts more than many that are nearly right.
"""

import numpy as np

from autograder import exercise


def columns(rng):
    return {
        "targets": rng.permutation([0.0, 0.0, 1.0, 1.0, 1.0])[:, None],
        "predictions": rng.normal(size=(5, 1)),
    }


def equal_batches(rng):
    return {"targets": rng.normal(size=(4, 7, 1)), "predictions": rng.normal(size=(4, 7, 1))}


def batches(rng):
    """Targets that are any numbers, so that the distance counts and not the class."""
    sizes = {"": 7, "2": 3}
    names = {f"{name}{end}": n for end, n in sizes.items() for name in ("targets", "predictions")}
    return {name: rng.normal(size=(n, 1)) for name, n in names.items()}


@exercise
def square_loss(targets, predictions):
    """The mean squared error.

    Parameters
    ----------
    targets : (N, 1) array
    predictions : (N, 1) array

    Returns
    -------
    float
    """
    return np.mean((targets - predictions) ** 2)


@square_loss.check("the mean of the squared distances, for targets 0 and 1", given=columns, points=0.75)
def value(square_loss, targets, predictions):
    return square_loss(targets, predictions)


@square_loss.check("four batches of seven, in proportion to each other", given=equal_batches, points=0.75)
def proportions(square_loss, targets, predictions):
    losses = np.array([square_loss(*batch) for batch in zip(targets, predictions)])
    return losses / losses.sum()  # a wrong factor is charged in the other checks


@square_loss.check(
    "any targets, and batches of any size", given=batches, points={"seven samples": 0.25, "three samples": 0.25}
)
def sizes(square_loss, targets, predictions, targets2, predictions2):
    return {"seven samples": square_loss(targets, predictions), "three samples": square_loss(targets2, predictions2)}


# fmt: off
# the shape
square_loss.slip("a flat one and a column", {"targets - predictions": "targets - predictions[:, 0]"},
                 "Print the shape of the difference. How many pairs does your mean run over?")
square_loss.slip("one loss for each column", {") ** 2": ") ** 2, axis=0"},
                 "What is the shape of your answer? Can it be printed with two decimals?")
square_loss.slip("one loss for each sample", {") ** 2": ") ** 2, axis=1"},
                 "The mean over which axis? How many numbers are left?")
square_loss.slip("a matrix of one number", {"np.mean((targets - predictions) ** 2)":
                                            "np.dot((targets - predictions).T, targets - predictions) / len(targets)"},
                 "A matrix product gives a matrix, even of one number. How many axes has your answer?")
square_loss.slip("no mean at all", {"np.mean((targets - predictions) ** 2)": "(targets - predictions) ** 2"},
                 "How many numbers say how bad the whole batch is?")

# the mean
square_loss.slip("the sum", {"np.mean": "np.sum"}, "Hand in every sample twice. Should the loss change?")
square_loss.slip("half the mean", {"np.mean(": "0.5 * np.mean("},
                 "Other books put a constant before the mean. Does the formula above have one?")
square_loss.slip("one sample less", {"np.mean((targets - predictions) ** 2)":
                                     "np.sum((targets - predictions) ** 2) / (len(targets) - 1)"},
                 "By how many is a mean over N samples divided?")
square_loss.slip("the middle one", {"np.mean": "np.median"},
                 "One score of a thousand is far off. Does your loss notice?")

# the square
square_loss.slip("squares too late", {"np.mean((targets - predictions) ** 2)": "np.mean(targets - predictions) ** 2"},
                 "One score is too high by 1, another too low by 1. What does each of them cost, and what do you get?")
square_loss.slip("no square", {" ** 2": ""},
                 "One score is too high by 1, another too low by 1. Is that perfect? Can a loss be negative?")
square_loss.slip("sizes in place of squares", {"(targets - predictions) ** 2": "np.abs(targets - predictions)"},
                 "A score that is off by 3: what does it cost by the formula, and what in your function?")
square_loss.slip("the root", {"np.mean(": "np.sqrt(np.mean(", "** 2)": "** 2))"},
                 "Is there a root in the formula? What is the loss of scores that are all off by 2?")
square_loss.slip("a difference of squares", {"(targets - predictions) ** 2": "targets**2 - predictions**2"},
                 "What is squared: the numbers, or the distance between them?")
square_loss.slip("adds", {"targets - predictions": "targets + predictions"}, "What should a perfect score cost?")
square_loss.slip("a hat for a power", {"** 2": "^ 2"},
                 "Try 2 ^ 3 in a cell of its own. Which sign is a power in Python?")
square_loss.slip("double", {"** 2": "* 2"}, "Does your star stand alone? What is 3 ** 2, and what is 3 * 2?")
square_loss.slip("decides first", {"- predictions": "- (predictions > 0.5)"},
                 "A score of 0.51 and one of 4 are the same class. Are they equally far from 1?")
square_loss.slip("returns nothing", {"return ": ""}, "What does your function hand back to its caller?")
# fmt: on

square_loss.equivalent(
    "return np.mean((targets - predictions) ** 2)",
    "return np.mean((predictions - targets) ** 2)",
    "a square does not know in which order the two were subtracted",
)


@square_loss.alternative
def as_a_dot_product(targets, predictions):
    difference = (predictions - targets).ravel()
    return difference @ difference / difference.size


@square_loss.alternative
def one_at_a_time(targets, predictions):
    total = 0.0
    for target, score in zip(targets, predictions):
        total += (target[0] - score[0]) ** 2
    return total / len(targets)


@square_loss.alternative
def in_two_means(targets, predictions):
    per_sample = np.square(targets - predictions).mean(axis=1)
    return float(per_sample.mean())


@square_loss.alternative
def in_single_precision(targets, predictions):
    return np.average(np.power(np.subtract(targets, predictions, dtype=np.float32), 2))
