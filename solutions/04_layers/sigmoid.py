r"""### `Sigmoid`: between 0 and 1

$$y = \sigma(x) = \frac{1}{1 + e^{-x}} \qquad\qquad
\frac{\partial L}{\partial x} = \texttt{dout}\,\cdot\,y\,(1 - y)$$

Everything happens element by element: $x$, $y$, `dout` and the gradient all have the shape $(N, H)$. As with tanh, the
slope can be read off the output, which `forward` has already worked out. `params` and `grads` are empty lists.

Both methods must be right for *every* finite $x$: at $x = 1000$ the output is 1, at $x = -1000$ it is 0, and the slope
is 0 at both. NumPy may warn of an overflow on the way: with this formula $e^{1000}$ becomes `inf`, and `1 / inf` is the
0 that belongs there. A warning costs no points; NaN does.
"""

from functools import partial

import numpy as np

from autograder import agree, exercise, task


def batches(rng):
    return {
        "x": rng.normal(scale=1.5, size=(5, 4)),
        "dout": rng.normal(size=(5, 4)),
        "x2": rng.normal(scale=1.5, size=(2, 4)),
        "dout2": rng.normal(size=(2, 4)),
        "x3": rng.normal(size=(3, 4)),
    }


def far_out(rng):
    inputs = {"x": rng.normal(size=(5, 4)), "dout": rng.normal(size=(5, 4))}
    inputs["x"][:, :2] = rng.choice([-1000.0, 1000.0], size=(5, 2))
    inputs["x"][0, :2] = [-1000, 1000]
    return inputs


HALVES = {"the first answer": 0.25, "the second answer": 0.25}


@exercise
class Sigmoid:
    """The layer y = 1 / (1 + exp(-x)), element by element.

    Attributes
    ----------
    params, grads : empty lists
    out : what `forward` remembers
    """

    def __init__(self):
        self.params, self.grads = [], []
        self.out = None

    @task
    def forward(self, x):
        """Map a batch x of shape (N, H) to the sigmoid of x, of the same shape."""
        self.out = (1 + np.tanh(x / 2)) / 2
        return self.out

    @task
    def backward(self, dout):
        """Take dout of shape (N, H), return the gradient by x, of the same shape."""
        return dout * self.out * (1 - self.out)


@Sigmoid.check("forward", "the values of the sigmoid, for one batch and then another", given=batches, points=HALVES)
def values(Sigmoid, x, x2):
    layer = Sigmoid()
    return {"the first answer": layer.forward(x), "the second answer": layer.forward(x2)}


@Sigmoid.check("forward", "right at x = 1000 and x = -1000", given=far_out, points=0.5)
def plateau(Sigmoid, x):
    return Sigmoid().forward(x)


@Sigmoid.check("backward", "the gradient by x, right at x = 1000 and x = -1000 as well", given=far_out, points=0.5)
def gradient(Sigmoid, x, dout):
    layer = Sigmoid()
    layer.forward(x)
    return layer.backward(dout)


@Sigmoid.check(
    "backward",
    "only the last batch counts, and only this layer's",
    given=batches,
    points=0.5,
    compare=agree("dx", "dx of a new layer"),
)
def memory(Sigmoid, x, dout, x2, dout2, x3):
    new = Sigmoid()
    new.forward(x.copy())
    fresh = np.copy(new.backward(dout.copy()))
    layer, other = Sigmoid(), Sigmoid()
    layer.forward(x2)
    layer.backward(dout2)
    layer.forward(x)
    other.forward(x3)
    return {"dx": layer.backward(dout), "dx of a new layer": fresh}


# fmt: off
slip = partial(Sigmoid.slip, "forward")
# the formula
slip("forgets x", {"(1 + np.tanh(x / 2)) / 2": "1 / (1 + np.exp(-1)) + 0.0 * x"},
     "Does your output depend on the input at all?")
slip("forgets x and its shape", {"(1 + np.tanh(x / 2)) / 2": "1 / (1 + np.exp(-1))"},
     "How many numbers come out for a whole batch? Where does your formula look at x?")
slip("loses the minus", {"(1 + np.tanh(x / 2)) / 2": "1 / (1 + np.exp(x))"},
     "Try a large positive number. Should the output be near 1 or near 0?")
slip("divides too little", {"(1 + np.tanh(x / 2)) / 2": "1 / 1 + np.exp(-x)"},
     "Where does the division begin, and where does it end?")
slip("divides too early", {"(1 + np.tanh(x / 2)) / 2": "np.exp(x) / 1 + np.exp(x)"},
     "Where does the division end? Your output grows without bound.")
slip("has a minus below", {"(1 + np.tanh(x / 2)) / 2": "1 / (1 - np.exp(-x))"},
     "Try x = 0: what stands below the fraction bar?")
slip("overflows", {"(1 + np.tanh(x / 2)) / 2": "np.exp(x) / (1 + np.exp(x))"},
     "What is exp(1000), and what is inf divided by inf? Which power of e may become 0 without harm?")
slip("shifts as softmax does", {"x / 2": "(x - x.max(axis=1, keepdims=True)) / 2"},
     "Which functions may be shifted without changing? Add a column to x: the others must not notice.")
slip("is a tanh", {"(1 + np.tanh(x / 2)) / 2": "np.tanh(x)"}, "Between which two numbers does a sigmoid lie?")
slip("is twice as steep", {"x / 2": "x"}, "What is the slope of a sigmoid at 0, and what is yours?")
slip("has corners", {"(1 + np.tanh(x / 2)) / 2": "np.clip(0.2 * x + 0.5, 0, 1)"}, "Does the curve have corners?")
# what is handed on
slip("is applied twice", {"return self.out": "return (1 + np.tanh(self.out / 2)) / 2"},
     "How often is the sigmoid applied on the way?")
slip("counts on another notebook", {"(1 + np.tanh(x / 2)) / 2": "sigmoid(x)"},
     "In which notebook have you written that function? Restart the kernel: is it known here?")
slip("looks for itself", {"(1 + np.tanh(x / 2)) / 2": "self.sigmoid(x)"},
     "Has this layer a method of that name? What is its forward for?")
slip("stops at ten", {"x / 2": "np.clip(x, -10, 10) / 2"},
     "How far from 0 is your smallest value? From which x on can a float no longer tell?")
slip("forward returns nothing", {"return ": ""}, "What does forward hand back?")
slip("returns a cache as well", {"return self.out": "return self.out, x"},
     "How many things does the next layer expect from this one?")
slip("returns its input, too", {"return self.out": "return x, self.out"},
     "How many things does the next layer expect from this one? Which of them comes first?")

slip = partial(Sigmoid.slip, "backward")
slip("takes the slope of dout", {"self.out * (1 - self.out)": "(1 - dout)"},
     "Of which function is a slope wanted, and at which place? What does dout say about that?")
slip("applies sigma again", {"self.out * (1 - self.out)": "(s := 1 / (1 + np.exp(-self.out))) * (1 - s)"},
     "`out` has already gone through the sigmoid. How often have you applied it?")
slip("multiplies by the output", {" * (1 - self.out)": ""},
     "The slope of the sigmoid, or its value: which one does the chain rule multiply by?")
slip("squares the output", {"self.out * (1 - self.out)": "self.out**2"},
     "The slope is 0 far to the left as well as far to the right. Is yours?")
slip("loses the brackets", {"(1 - self.out)": "1 - self.out"},
     "What does `dout` multiply in your line? Where does a product end if there are no brackets?")
slip("pays with ones", {"dout * self.out * (1 - self.out)": "np.ones_like(dout)"},
     "If dout doubles, what should double? And is a sigmoid equally steep everywhere?")
slip("forgets the first factor", {"self.out * (1 - self.out)": "(1 - self.out)"},
     "The slope is 0 far to the left as well as far to the right. Is yours?")
slip("is the slope of tanh", {"self.out * (1 - self.out)": "(1 - self.out**2)"},
     "Whose derivative is this? Try it at x = 0, where a sigmoid rises with slope 1/4.")
slip("passes dout on", {" * self.out * (1 - self.out)": ""},
     "At x = 1000 a small nudge changes nothing. What does your gradient say there?")
slip("ignores dout", {"dout * ": ""}, "If dout doubles, what should double?")
slip("adds instead of multiplying", {"dout *": "dout +"}, "What must come out for dout = 0?")
slip("falls instead of rising", {"1 - self.out": "self.out - 1"},
     "A sigmoid rises everywhere. Which sign does its slope have then?")
slip("backward returns nothing", {"return ": ""},
     "The layer below is waiting for an array. What does backward hand back?")

slip = partial(Sigmoid.slip, "backward", replaces="forward")
slip("UsesTheInput", {"self.out = (1 + np.tanh(x / 2)) / 2": "self.out = x",
                      "return self.out": "return (1 + np.tanh(x / 2)) / 2"},
     "Can a slope be as large as a million? Look which letter stands in the formula for it.")
slip("RemembersNothing", {"self.out": "out"}, "What must forward remember, so that backward finds it?")
slip("OverflowsOnTheWayBack", {"self.out * (1 - self.out)": "np.exp(-self.x) / (1 + np.exp(-self.x)) ** 2",
                               "return": "self.x = np.log(self.out) - np.log(1 - self.out)\nreturn"},
     "Right for small x. Which number that forward already has would spare you the powers of e?", replaces="backward")
slip("RemembersTheFirstBatch", {"self.out = (1 + np.tanh(x / 2)) / 2":
                                "out = (1 + np.tanh(x / 2)) / 2\nself.out = out if self.out is None else self.out",
                                "return self.out": "return out"},
     "Run forward on two batches, then backward. Of which batch does backward speak?")
slip("SharesItsMemory", {"self.out =": "vars(self).pop('out', None)\ntype(self).out ="},
     "A network has two layers of this class. How many memories do they need?")
# fmt: on


@Sigmoid.misconception("forward", "Is the name of your method the one in the stub, letter by letter?")
class MisspellsForward:
    def __init__(self):
        self.params, self.grads = [], []

    def foward(self, x):
        self.out = 1 / (1 + np.exp(-x))
        return self.out

    def backward(self, dout):
        return dout * self.out * (1 - self.out)


@Sigmoid.misconception("backward", "Is the name of your method the one in the stub, letter by letter?")
class MisspellsBackward:
    def __init__(self):
        self.params, self.grads = [], []

    def forward(self, x):
        self.out = 1 / (1 + np.exp(-x))
        return self.out

    def bacward(self, dout):
        return dout * self.out * (1 - self.out)


@Sigmoid.alternative("forward")
def by_the_formula(self, x):
    out = 1 / (1 + np.exp(-x))
    self.out = out
    return out


@Sigmoid.alternative("backward")
def one_at_a_time(self, dout):
    dx = np.zeros_like(dout)
    for index in np.ndindex(dout.shape):
        y = self.out[index]
        dx[index] = dout[index] * (y - y * y)
    return dx


@Sigmoid.alternative
class NeverOverflows:
    def __init__(self):
        self.params, self.grads = [], []
        self.slope = None

    def forward(self, x):
        power = np.exp(-np.abs(x))
        self.slope = power / np.square(1 + power)
        return np.where(x < 0, power, 1) / (1 + power)

    def backward(self, dout):
        dout *= self.slope
        return dout


@Sigmoid.alternative
class KeepsTheInput:
    def __init__(self):
        self.params, self.grads = [], []

    def _sigmoid(self, x):
        return 1.0 / (1.0 + np.exp(np.clip(-x, -500, 500)))

    def forward(self, values):
        self._seen = values.copy()
        return self._sigmoid(values)

    def backward(self, upstream):
        return upstream * self._sigmoid(self._seen) * self._sigmoid(-self._seen)
