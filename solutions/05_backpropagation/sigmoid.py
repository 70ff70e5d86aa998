r"""### `Sigmoid`: between 0 and 1

$$o = \sigma(x) = \frac{1}{1 + e^{-x}} \qquad\qquad \texttt{grad()} = \sigma'(x) = o\,(1 - o)$$

Element by element: $x$, $o$ and the slopes all have the shape $(H,)$. The slope needs no $x$, only the output that
the call has worked out already. Keep it in `last_o`.

An example: $\sigma(0) = 0.5$, and the slope there is $0.5 \cdot 0.5 = 0.25$. Nowhere is the curve steeper.

At $x = -1000$ the output is 0 and the slope is 0. A warning about $e^{1000}$ on the way costs nothing, a wrong value
does. `grad()` speaks about the last call; the checks of `grad` call the object before they ask.
"""

from functools import partial

import numpy as np

from autograder import exercise, task


def wide(rng):
    return {"x": rng.normal(size=3), "x2": rng.permutation([*rng.normal(size=3), 1000.0, -1000.0])}


def three_vectors(rng):
    return {"x": 2 * rng.normal(size=5), "x2": rng.normal(size=3), "x3": rng.normal(size=4)}


HALVES = {"the first answer": 0.5, "the second answer": 0.5}


@exercise
class Sigmoid:
    """The activation 1 / (1 + exp(-x)), element by element.

    Attributes
    ----------
    last_o : the output of the last call
    """

    def __init__(self):
        self.last_o = None

    @task
    def __call__(self, x):
        """Map x of shape (H,) to its sigmoid, of the same shape."""
        self.last_o = 1 / (1 + np.exp(-x))
        return self.last_o

    @task
    def grad(self):
        """The slopes at the x of the last call, of the same shape."""
        return self.last_o * (1 - self.last_o)


@Sigmoid.check(
    "__call__", "the values, for one vector and then another, also at 1000 and -1000", given=wide, points=HALVES
)
def values(Sigmoid, x, x2):
    activation = Sigmoid()
    return {"the first answer": activation(x), "the second answer": activation(x2)}


@Sigmoid.check("grad", "the slopes; only this object's last call counts", given=three_vectors, points=HALVES)
def slopes(Sigmoid, x, x2, x3):
    activation, other = Sigmoid(), Sigmoid()
    activation.__call__(x2)
    first = activation.grad()
    activation.__call__(x)
    other.__call__(x3)
    return {"the first answer": first, "the second answer": activation.grad()}


# fmt: off
slip = partial(Sigmoid.slip, "__call__")
slip("does not look at x", {"-x": "-1"}, "Does your output depend on the input at all?")
slip("does not look at x, but at its shape", {"1 / (1 + np.exp(-x))": "1 / (1 + np.exp(-1)) + 0 * x"},
     "Print the output for several x. Does it depend on them at all?")
slip("falls", {"-x": "x"}, "Try a large positive number. On which side should the curve be high?")
slip("divides too early", {"1 / (1 + np.exp(-x))": "1 / 1 + np.exp(-x)"}, "Where does the division end? Try x = 0.")
slip("shifts as softmax does", {"-x": "-(x - x.max())"},
     "A softmax may be shifted by its maximum. Does a single sigmoid know of the other numbers?")
slip("subtracts", {"1 + ": "1 - "}, "What should come out for x = 0? What stands below your fraction bar then?")
slip("overflows", {"1 / (1 + np.exp(-x))": "np.exp(x) / (1 + np.exp(x))"},
     "What is infinity divided by infinity? Which power of e stands alone in the formula?")
slip("is a tanh", {"1 / (1 + np.exp(-x))": "np.tanh(x)"}, "Can a sigmoid be negative?")
slip("is applied twice", {"return self.last_o": "return 1 / (1 + np.exp(-self.last_o))"},
     "How often is sigma applied on the way?")
slip("is stepped", {"1 / (1 + np.exp(-x))": "(x > 0) * 1.0"}, "Is the curve smooth? Where does it pass through 0.3?")
slip("answers the first call again", {"1 / (1 + np.exp(-x))":
                                      "1 / (1 + np.exp(-x)) if self.last_o is None else self.last_o"},
     "Call it with a second vector. Whose output is this?")
slip("returns nothing", {"return self.last_o": ""}, "What does the call hand back?")

slip = partial(Sigmoid.slip, "grad", replaces="__call__")
slip("RemembersNothing", {"self.last_o": "o"}, "What must a call remember, so that `grad` finds it?")
slip("RemembersTheInput", {"self.last_o = 1 / (1 + np.exp(-x))": "self.last_o = x",
                           "return self.last_o": "return 1 / (1 + np.exp(-x))"},
     "Which of the two stands in the formula for the slope: what came in, or what went out?")
slip("RemembersTheFirstCall", {"self.last_o = 1 / (1 + np.exp(-x))": "o = 1 / (1 + np.exp(-x))\n"
                               "self.last_o = o if self.last_o is None else self.last_o",
                               "return self.last_o": "return o"},
     "Call it with two vectors, then ask for `grad`. Of which vector does it speak?")
# on the class; the attribute that __init__ made would hide it
slip("SharesItsMemory", {"self.last_o =": "vars(self).pop('last_o', None)\ntype(self).last_o ="},
     "Two layers have a sigmoid each. How many memories do they need?")

slip = partial(Sigmoid.slip, "grad")
slip("applies sigma again", {"return ": "again = 1 / (1 + np.exp(-self.last_o))\nreturn ",
                             "self.last_o * (1 - self.last_o)": "again * (1 - again)"},
     "What is kept in `last_o` has been through sigma once. How often did you apply it?")
slip("squares the output", {"self.last_o * (1 - self.last_o)": "self.last_o**2"},
     "Far to the right the curve is flat. What does your slope say there?")
slip("takes x from nowhere", {"self.last_o": "x"},
     "`grad` is handed nothing. What has the call remembered, and under which name?")
slip("remembers without self", {"self.last_o": "last_o"}, "Whose is `last_o`? What must stand before its name?")
slip("applies itself again", {"self.last_o * (1 - self.last_o)": "self(self.last_o) * (1 - self(self.last_o))"},
     "What is kept in `last_o` has been through sigma. How often do you call it, and what does each call change?")
slip("is the value", {" * (1 - self.last_o)": ""}, "The slope, or the value: which one is asked?")
slip("is the other half", {"self.last_o * (1 - self.last_o)": "1 - self.last_o"},
     "Far to the left the curve is flat. What does your slope say there?")
slip("is that of tanh", {"self.last_o * (1 - self.last_o)": "1 - self.last_o**2"},
     "Whose derivative is this? Try x = 0: how steep is a sigmoid there?")
slip("falls", {"1 - self.last_o": "self.last_o - 1"}, "A sigmoid rises everywhere. Which sign has its slope?")
slip("adds", {"1 - self.last_o": "1 + self.last_o"}, "Can the slope be larger than a quarter? Is yours?")
slip("squares", {"self.last_o * (1 - self.last_o)": "(self.last_o * (1 - self.last_o)) ** 2"},
     "What should the slope at x = 0 be, and what is yours?")
slip("is the second derivative", {"return ": "return (1 - 2 * self.last_o) * "},
     "You have differentiated once more than was asked. What is the slope at 0?")
slip("does not look", {"self.last_o * (1 - self.last_o)": "np.ones_like(self.last_o)"},
     "Is the curve equally steep everywhere?")
slip("returns nothing", {"return ": ""}, "What does `grad` hand back?")
# fmt: on


@Sigmoid.alternative("__call__")
def by_a_tanh(self, x):
    self.last_o = 0.5 + 0.5 * np.tanh(0.5 * x)
    return self.last_o.copy()


@Sigmoid.alternative("__call__")
def on_both_sides(self, x):
    power = np.exp(-np.abs(x))
    self.last_o = np.where(x >= 0, 1, power) / (1 + power)
    return self.last_o


@Sigmoid.alternative("grad")
def without_a_product(self):
    return self.last_o - np.square(self.last_o)


@Sigmoid.alternative
class OneAtATime:
    def __init__(self):
        self.outputs = []

    def __call__(self, x):
        def sigma(z):
            return 1 / (1 + np.exp(-z)) if z > 0 else np.exp(z) / (1 + np.exp(z))

        self.outputs = [sigma(z) for z in x]
        return np.array(self.outputs)

    def grad(self):
        return np.array([o * (1 - o) for o in self.outputs])


@Sigmoid.alternative
class KeepsTheInput:
    def __init__(self):
        self.seen = None

    def __call__(self, x):
        self.seen = np.array(x)
        return np.reciprocal(1 + np.exp(-self.seen))

    def grad(self):
        return 0.25 / np.cosh(self.seen / 2) ** 2
