r"""### `mean_squared_error`: how bad was the guess?

One sample at a time: the network says $h$, the truth is $y$, both of shape $(n,)$.

$$L = \frac12 \cdot \frac1n \sum_{j=1}^{n} (h_j - y_j)^2$$

An example: $h = (3, 1)$ and $y = (1, 2)$ are off by $2$ and $-1$. The squares are $4$ and $1$, their mean is $2.5$,
and $L = 1.25$.

The half is there for convenience: it takes away the 2 that comes from the square when we differentiate. Return one
number. `h` and `y` stay as they are.
"""

import numpy as np

from autograder import agree, exercise


def two_samples(rng):
    return {"h": rng.normal(size=5), "y": rng.normal(size=5), "h2": rng.normal(size=3), "y2": rng.normal(size=3)}


def four_samples(rng):
    return {"hs": rng.normal(size=(4, 5)), "ys": rng.normal(size=(4, 5))}


@exercise
def mean_squared_error(h, y):
    """Half of the mean of the squared errors.

    Parameters
    ----------
    h : (n,) array of float, what the network says; it stays as it is
    y : (n,) array of float, what is true; it stays as it is

    Returns
    -------
    float
    """
    return np.mean((h - y) ** 2) / 2


@mean_squared_error.check(
    "the loss of a sample with 5 outputs, and of one with 3",
    given=two_samples,
    points={"the loss of 5 outputs": 0.3, "the loss of 3 outputs": 0.2},
)
def values(mean_squared_error, h, y, h2, y2):
    return {"the loss of 5 outputs": mean_squared_error(h, y), "the loss of 3 outputs": mean_squared_error(h2, y2)}


@mean_squared_error.check("four samples, in proportion to each other", given=four_samples, points=0.3)
def proportions(mean_squared_error, hs, ys):
    losses = np.array([mean_squared_error(h, y) for h, y in zip(hs, ys)])
    return losses / losses.sum()  # a wrong factor is charged above


@mean_squared_error.check("h and y stay", given=two_samples, compare=agree("loss", "loss for copies"), points=0.2)
def arguments(mean_squared_error, h, y):
    fresh = mean_squared_error(h.copy(), y.copy())
    return {"loss": mean_squared_error(h, y), "loss for copies": fresh, "h afterwards": h, "y afterwards": y}


# fmt: off
slip = mean_squared_error.slip
# the half, the mean, the square
slip("forgets the half", {" / 2": ""}, "Take the example of the text, h = (3, 1) and y = (1, 2). Is your loss 1.25?")
slip("is a sum", {"np.mean": "np.sum"}, "Should the loss double if every output is written down twice?")
slip("divides twice", {"/ 2": "/ 2 / h.size"}, "A mean has divided by n already. How often do you divide?")
slip("forgets the square", {" ** 2": ""}, "Two errors, +1 and -1: do they cancel, or does each one cost something?")
slip("takes the size of the error", {"(h - y) ** 2": "np.abs(h - y)"},
     "An error that is twice as large: does it cost twice as much, or four times as much?")
slip("squares the mean", {"np.mean((h - y) ** 2)": "np.mean(h - y) ** 2"},
     "Which comes first, the square or the mean? Try the errors +1 and -1.")
slip("takes the root", {"np.mean((h - y) ** 2)": "np.sqrt(np.mean((h - y) ** 2))"},
     "Is there a root in the formula?")
slip("halves the error first", {"(h - y) ** 2) / 2": "((h - y) / 2) ** 2)"},
     "Does the half stand inside of the square or outside of it?")
slip("squares the sum", {"np.mean((h - y) ** 2)": "np.sum(h - y) ** 2 / h.size"},
     "Which comes first in the formula, the square or the sum? Where does your square end?")
slip("multiplies by n", {"np.mean((h - y) ** 2) / 2": "np.sum((h - y) ** 2) / 2 * h.size"},
     "`a / 2 * n`: is n above or below the fraction bar?")
slip("turns the fraction round", {"np.mean((h - y) ** 2) / 2": "1 / (2 * np.mean((h - y) ** 2))"},
     "What should the loss be when h = y? Look where your division ends.")
# what is subtracted
slip("adds", {"h - y": "h + y"}, "What should the loss of a perfect guess be?")
slip("squares too early", {"(h - y) ** 2": "h**2 - y**2"},
     "Try h = 1 and y = -1, a bad guess. What does your loss say?")
slip("makes a table", {"h - y": "h[:, None] - y"},
     "Print the shape of the difference. How many errors do n outputs make?")
slip("is a number for each output", {"np.mean((h - y) ** 2)": "(h - y) ** 2"},
     "How many numbers is a loss? Who adds the outputs up?")
slip("overwrites the guess", {"return np.mean((h - y) ** 2)": "h -= y\nreturn np.mean(h ** 2)"},
     "Print h before and after the call. Did you promise to change it?")
slip("returns nothing", {"return ": ""}, "What does your function hand back to its caller?")
# fmt: on

mean_squared_error.equivalent(
    "return np.mean((h - y) ** 2) / 2", "return np.mean((y - h) ** 2) / 2", "a square does not see the sign"
)


@mean_squared_error.alternative
def dot_product(h, y):
    error = np.subtract(y, h)
    return error @ error / (2 * len(error))


@mean_squared_error.alternative
def one_output_at_a_time(h, y):
    total = 0.0
    for a, b in zip(h, y, strict=True):
        total += 0.5 * (a - b) * (a - b)
    return total / len(h)


@mean_squared_error.alternative
def binomial(h, y):
    return 0.5 * (np.mean(h * h) - 2 * np.mean(h * y) + np.mean(y * y))


@mean_squared_error.alternative
def with_math(h, y):
    import math

    return math.dist(h, y) ** 2 / (2 * h.size)
