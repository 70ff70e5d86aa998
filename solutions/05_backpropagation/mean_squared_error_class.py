r"""### `MeanSquaredError`: a loss that knows its slope

The same loss as an object. Called with $h$ and $y$, both of shape $(n,)$, it returns the number from above, and
remembers what it needs. Then `grad()` says how the loss changes with each output:

$$L = \frac12 \cdot \frac1n \sum_{j=1}^{n} (h_j - y_j)^2 \qquad\qquad
\texttt{grad()}_j = \frac{\partial L}{\partial h_j}, \text{ of shape } (n,)$$

Work the derivative out on paper first: write the sum down for $n = 2$ and differentiate by $h_1$. Then see for which
$n$ your answer is right.

`grad()` speaks about the last call of this object. The checks of `grad` call the object before they ask.
"""

from functools import partial

import numpy as np

from autograder import close, exercise, task


def sample(rng):
    return {"h": rng.normal(size=5), "y": rng.normal(size=5)}


def two_samples(rng):
    return {**sample(rng), "h2": rng.normal(size=3), "y2": rng.normal(size=3)}


def three_samples(rng):
    return {**two_samples(rng), "h3": rng.normal(size=4), "y3": rng.normal(size=4)}


def direction(rng):
    return {**sample(rng), "directions": rng.normal(size=(3, 5))}


def four_samples(rng):
    return {"hs": rng.normal(size=(4, 5)), "ys": rng.normal(size=(4, 5))}


@exercise
class MeanSquaredError:
    """Half of the mean of the squared errors of one sample.

    Attributes
    ----------
    last_diff : what a call remembers
    """

    def __init__(self):
        self.last_diff = None

    @task
    def __call__(self, h, y):
        """The loss, a number, of h and y, both of shape (n,)."""
        self.last_diff = h - y
        return np.mean(self.last_diff**2) / 2

    @task
    def grad(self):
        """The gradient of the loss by h, of shape (n,), for the last call."""
        return self.last_diff / self.last_diff.size


@MeanSquaredError.check(
    "__call__",
    "the loss of one sample, and then of another",
    given=two_samples,
    points={"the first answer": 0.35, "the second answer": 0.25},
)
def losses(MeanSquaredError, h, y, h2, y2):
    loss = MeanSquaredError()
    return {"the first answer": loss(h, y), "the second answer": loss(h2, y2)}


@MeanSquaredError.check("__call__", "four samples, in proportion to each other", given=four_samples, points=0.4)
def proportions(MeanSquaredError, hs, ys):
    losses = np.array([MeanSquaredError()(h, y) for h, y in zip(hs, ys)])
    return losses / losses.sum()  # a wrong factor is charged above


@MeanSquaredError.check("grad", "the gradient by h; only this object's last call counts", given=three_samples)
def gradient(MeanSquaredError, h, y, h2, y2, h3, y3):
    loss, other = MeanSquaredError(), MeanSquaredError()
    loss.__call__(h2, y2)
    loss.__call__(h, y)
    other.__call__(h3, y3)
    return loss.grad()


@MeanSquaredError.check(
    "grad", "it predicts along which directions the loss changes most", given=direction, compare=close(1e-5, 1e-7)
)
def slope(MeanSquaredError, h, y, directions):
    loss = MeanSquaredError()
    loss.__call__(h, y)
    slopes = np.array([np.sum(loss.grad() * v) for v in directions])
    return slopes / np.linalg.norm(slopes)  # a wrong factor is charged above


@slope.expected
def central_difference(MeanSquaredError, h, y, directions):
    loss = MeanSquaredError()
    slopes = np.array([loss(h + 1e-4 * v, y) - loss(h - 1e-4 * v, y) for v in directions])
    return slopes / np.linalg.norm(slopes)


# fmt: off
slip = partial(MeanSquaredError.slip, "__call__")
slip("forgets the half", {" / 2": ""}, "Compare with `mean_squared_error` on the same numbers. What is missing?")
slip("is a sum", {"np.mean": "np.sum"}, "Should the loss double if every output is written down twice?")
slip("forgets the square", {"**2": ""}, "Two errors, +1 and -1: do they cancel, or does each one cost something?")
slip("takes the root", {"np.mean(self.last_diff**2)": "np.sqrt(np.mean(self.last_diff**2))"},
     "Is there a root in the formula?")
slip("adds", {"h - y": "h + y"}, "What should the loss of a perfect guess be?")
slip("makes a table", {"h - y": "h[:, None] - y"},
     "Print the shape of the difference. How many errors do n outputs make?")
slip("answers the first call again", {"h - y": "h - y if self.last_diff is None else self.last_diff"},
     "Call it with a second sample. Whose loss is this?")
slip("returns what it remembers", {"return np.mean(self.last_diff**2) / 2": "return self.last_diff"},
     "How many numbers is a loss?")
slip("returns nothing", {"return ": ""}, "What does the loss hand back when it is called?")

slip = partial(MeanSquaredError.slip, "grad", replaces="__call__")
slip("RemembersNothing", {"self.last_diff = h - y": "diff = h - y", "self.last_diff**2": "diff**2"},
     "What must a call remember, so that `grad` finds it?")
slip("RemembersTheFirstCall", {"self.last_diff = h - y": "diff = h - y\n"
                               "self.last_diff = diff if self.last_diff is None else self.last_diff",
                               "self.last_diff**2": "diff**2"},
     "Call it with two samples, then ask for `grad`. Of which sample does it speak?")
# on the class; the attribute that __init__ made would hide it
slip("SharesItsMemory", {"self.last_diff =": "vars(self).pop('last_diff', None)\ntype(self).last_diff ="},
     "Two loss objects are in use at once. How many memories do they need?")
slip("TurnsTheDifference", {"h - y": "y - h"},
     "The loss is the same for h - y and y - h. Is its slope, too? Raise an output that is too high already.")

slip = partial(MeanSquaredError.slip, "grad")
slip("forgets the mean", {" / self.last_diff.size": ""},
     "The loss is a mean over n outputs. Nudge one of them: does the mean move by as much as its own error does?")
slip("forgets the half", {"return ": "return 2 * "}, "What is the half in the formula good for?")
slip("halves once more", {".size": ".size / 2"},
     "Differentiate a half times a square on paper. What is left of the half?")
slip("divides twice", {".size": ".size**2"}, "How often does 1/n stand in the formula of the loss?")
slip("is one number", {"self.last_diff / self.last_diff.size": "np.mean(self.last_diff)"},
     "How many outputs can be nudged? How many slopes are there?")
slip("adds up", {"self.last_diff / self.last_diff.size": "np.sum(self.last_diff)"},
     "Which shape should the gradient by h have?")
slip("is the loss", {"self.last_diff / self.last_diff.size": "np.mean(self.last_diff**2) / 2"},
     "The loss, or its slope: which one does your method return?")
slip("keeps the square", {"self.last_diff / ": "self.last_diff**2 / "},
     "What is the derivative of a square? Can your slope be negative?")
slip("forgets how far", {"self.last_diff /": "np.sign(self.last_diff) /"},
     "A large error and a small one: is the loss equally steep at both?")
slip("returns nothing", {"return ": ""}, "What does `grad` hand back?")
# fmt: on


@MeanSquaredError.alternative("__call__")
def dot_product(self, h, y):
    self.last_diff = np.subtract(h, y)
    return 0.5 / len(h) * self.last_diff.dot(self.last_diff)


@MeanSquaredError.alternative("grad")
def one_output_at_a_time(self):
    return np.array([error / len(self.last_diff) for error in self.last_diff])


@MeanSquaredError.alternative
class KeepsBoth:
    def __init__(self):
        self.pair = None

    def __call__(self, h, y):
        self.pair = h.copy(), y.copy()
        return sum((a - b) ** 2 for a, b in zip(h, y, strict=True)) / (2 * len(h))

    def grad(self):
        h, y = self.pair
        return (h - y) * (1 / len(y))


@MeanSquaredError.alternative
class KeepsTheGradient:
    def __init__(self):
        self.slopes = ()

    def __call__(self, h, y):
        n = np.size(h)
        self.slopes = np.divide(h - y, n)
        return n * np.square(self.slopes).sum() / 2

    def grad(self):
        return self.slopes
