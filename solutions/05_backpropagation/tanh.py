r"""### `Tanh`: between -1 and 1

$$o = \tanh x = \frac{e^{x} - e^{-x}}{e^{x} + e^{-x}} \qquad\qquad \texttt{grad()} = \tanh'(x) = (1 + o)(1 - o)$$

The same form as `Sigmoid`: $x$, $o$ and the slopes have the shape $(H,)$, and `last_o` keeps the output for `grad()`.
At $x = 0$ the slope is 1, four times that of the sigmoid.

The output must be right for every finite $x$. The fraction above, typed as it stands, gives NaN from $x = 710$ on:
$e^{710}$ is more than a float64 can hold. In float32 it gives up at 89, in float16 at 12. The true value at
$x = 1000$ is 1.
"""

from functools import partial

import numpy as np

from autograder import exercise, task


def two_vectors(rng):
    return {"x": rng.normal(size=5), "x2": rng.normal(size=3)}


def three_vectors(rng):
    return {**two_vectors(rng), "x3": rng.normal(size=4)}


def wide(rng):
    return {"x": rng.permutation([*rng.normal(size=3), 1000.0, -1000.0])}


HALVES = {"the first answer": 0.5, "the second answer": 0.5}


@exercise
class Tanh:
    """The activation tanh(x), element by element.

    Attributes
    ----------
    last_o : the output of the last call
    """

    def __init__(self):
        self.last_o = None

    @task
    def __call__(self, x):
        """Map x of shape (H,) to tanh(x), of the same shape."""
        self.last_o = np.tanh(x)
        return self.last_o

    @task
    def grad(self):
        """The slopes at the x of the last call, of the same shape."""
        return (1 + self.last_o) * (1 - self.last_o)


@Tanh.check("__call__", "the values, for one vector and then another", given=two_vectors, points=HALVES)
def values(Tanh, x, x2):
    activation = Tanh()
    return {"the first answer": activation(x), "the second answer": activation(x2)}


@Tanh.check("__call__", "right at x = 1000 and x = -1000", given=wide)
def far_out(Tanh, x):
    return Tanh()(x)


@Tanh.check("grad", "the slopes; only this object's last call counts", given=three_vectors, points=HALVES)
def slopes(Tanh, x, x2, x3):
    activation, other = Tanh(), Tanh()
    activation.__call__(x2)
    first = activation.grad()
    activation.__call__(x)
    other.__call__(x3)
    return {"the first answer": first, "the second answer": activation.grad()}


# fmt: off
slip = partial(Tanh.slip, "__call__")
slip("overflows", {"np.tanh(x)": "(np.exp(x) - np.exp(-x)) / (np.exp(x) + np.exp(-x))"},
     "exp(710)? Is there a form whose exponent is never positive?")
slip("overflows with the square", {"np.tanh(x)": "(np.exp(2 * x) - 1) / (np.exp(2 * x) + 1)"},
     "What is exp(2000), and what is infinity divided by infinity? For which x does it happen?")
slip("overflows on the left", {"np.tanh(x)": "(1 - np.exp(-2 * x)) / (1 + np.exp(-2 * x))"},
     "Right for large x. For which x is the exponent -2x large and positive?")
slip("divides too little", {"np.tanh(x)": "np.exp(x) - np.exp(-x) / np.exp(x) + np.exp(-x)"},
     "Where does the division begin, and where does it end?")
slip("is the hyperbolic sine", {"tanh": "sinh"},
     "Your function grows without bound. What stands below the fraction bar?")
slip("is upside down", {"np.tanh": "1 / np.tanh"},
     "What should come out for a small x? Compare above and below the bar.")
slip("is a sigmoid", {"np.tanh(x)": "1 / (1 + np.exp(-x))"}, "Try a negative x. Which sign should come out?")
slip("is half as steep", {"np.tanh(x)": "2 / (1 + np.exp(-x)) - 1"},
     "The slope at 0 should be 1. How large is yours? By how much is the curve stretched?")
slip("is the tangent", {"tanh": "tan"},
     "One letter can change a function. Plot yours from -3 to 3: is it rising and smooth?")
slip("has corners", {"tanh(x)": "clip(x, -1, 1)"}, "Does the curve have corners?")
slip("is applied twice", {"return self.last_o": "return np.tanh(self.last_o)"}, "How often is tanh applied on the way?")
slip("answers the first call again", {"np.tanh(x)": "np.tanh(x) if self.last_o is None else self.last_o"},
     "Call it with a second vector. Whose output is this?")
slip("returns nothing", {"return self.last_o": ""}, "What does the call hand back?")

slip = partial(Tanh.slip, "grad", replaces="__call__")
slip("RemembersNothing", {"self.last_o": "o"}, "What must a call remember, so that `grad` finds it?")
slip("RemembersTheInput", {"np.tanh(x)": "x", "return self.last_o": "return np.tanh(x)"},
     "A slope of tanh lies between 0 and 1. Which letter stands in its formula?")
slip("RemembersTheFirstCall", {"np.tanh(x)": "np.tanh(x) if self.last_o is None else self.last_o",
                               "return self.last_o": "return np.tanh(x)"},
     "Call it with two vectors, then ask for `grad`. Of which vector does it speak?")
# on the class; the attribute that __init__ made would hide it
slip("SharesItsMemory", {"self.last_o =": "vars(self).pop('last_o', None)\ntype(self).last_o ="},
     "Two layers have a tanh each. How many memories do they need?")

slip = partial(Tanh.slip, "grad")
slip("forgets the square", {"(1 + self.last_o) * ": ""}, "The slope at 1 and the slope at -1 are the same. Are yours?")
slip("is the other factor", {" * (1 - self.last_o)": ""},
     "Far to the right the curve is flat. What does your slope say there?")
slip("is that of a sigmoid", {"(1 + self.last_o)": "self.last_o"},
     "Whose derivative is this? Try x = 0, where tanh rises with slope 1.")
slip("applies tanh again", {"self.last_o": "np.tanh(self.last_o)"},
     "What is kept in `last_o` has been through tanh once. How often did you apply it?")
slip("squares too much", {"(1 + self.last_o) * (1 - self.last_o)": "(1 - self.last_o) ** 2"},
     "The slope at 1 and the slope at -1 are the same. Are yours? Count the factors in the formula, and their signs.")
slip("doubles for a square", {"(1 + self.last_o) * (1 - self.last_o)": "1 - self.last_o * 2"},
     "Does your star stand alone? What is 3 ** 2, and what is 3 * 2?")
slip("takes x from nowhere", {"self.last_o": "x"},
     "`grad` is handed nothing. What has the call remembered, and under which name?")
slip("is the value", {"(1 + self.last_o) * (1 - self.last_o)": "self.last_o"},
     "The slope, or the value: which one is asked?")
slip("falls", {"1 - self.last_o": "self.last_o - 1"}, "tanh rises everywhere. Which sign has its slope?")
slip("adds the square", {"(1 + self.last_o) * (1 - self.last_o)": "1 + self.last_o**2"},
     "Can tanh be steeper than at 0? Is yours?")
slip("is the second derivative", {"return ": "return -2 * self.last_o * "},
     "You have differentiated once more than was asked. What is the slope at 0?")
slip("does not look", {"(1 + self.last_o) * (1 - self.last_o)": "np.ones_like(self.last_o)"},
     "Is the curve equally steep everywhere?")
slip("returns nothing", {"return ": ""}, "What does `grad` hand back?")
# fmt: on


@Tanh.alternative("__call__")
def by_a_steeper_sigmoid(self, x):
    self.last_o = 2 / (1 + np.exp(-2 * x)) - 1
    return self.last_o


@Tanh.alternative("grad")
def one_minus_the_square(self):
    return 1 - np.square(self.last_o)


@Tanh.alternative
class NeverAPositiveExponent:
    def __init__(self):
        self.small, self.sign = 1.0, 1.0

    def __call__(self, x):
        self.small, self.sign = np.exp(-2 * np.abs(x)), np.sign(x)
        return self.sign * (1 - self.small) / (1 + self.small)

    def grad(self):
        return 4 * self.small / (1 + self.small) ** 2


@Tanh.alternative
class OneAtATime:
    def __init__(self):
        self.outputs = {}

    def __call__(self, x):
        self.outputs = dict(enumerate(map(np.tanh, x)))
        return np.array([*self.outputs.values()])

    def grad(self):
        result = np.empty(len(self.outputs))
        for i, o in self.outputs.items():
            result[i] = 1 - o * o
        return result
