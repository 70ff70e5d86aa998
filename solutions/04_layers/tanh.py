r"""### `Tanh`: the bend

$$y = \tanh x = \frac{e^{x} - e^{-x}}{e^{x} + e^{-x}} \qquad\qquad
\frac{\partial L}{\partial x} = \texttt{dout}\,\cdot\,(1 - y^{2})$$

Everything happens element by element: $x$, $y$, `dout` and the gradient all have the shape $(N, H)$. The second formula
needs no $x$, only the output $y$, which `forward` has already worked out. There is nothing to learn here, so `params`
and `grads` are empty lists.

Both methods must be right for *every* finite $x$. At $x = \pm 1000$ the output is $\pm 1$ and the slope is 0, while
$e^{1000}$ is more than a float can hold.
"""

from functools import partial

import numpy as np

from autograder import agree, close, exercise, task


def batch(rng):
    return {"x": rng.normal(size=(5, 4)), "dout": rng.normal(size=(5, 4))}


def two_batches(rng):
    return {**batch(rng), "x2": rng.normal(size=(2, 4)), "dout2": rng.normal(size=(2, 4))}


def three_batches(rng):
    return {**two_batches(rng), "x3": rng.normal(size=(3, 4))}


def direction(rng):
    return {**batch(rng), "v": rng.normal(size=(5, 4))}


def far_out(rng):
    inputs = batch(rng)
    inputs["x"][:, :2] = rng.choice([-1000.0, 1000.0], size=(5, 2))
    inputs["x"][0, :2] = [-1000, 1000]
    return inputs


HALVES = {"the first answer": 0.5, "the second answer": 0.5}


@exercise
class Tanh:
    """The layer y = tanh(x), element by element.

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
        """Map a batch x of shape (N, H) to tanh(x), of the same shape."""
        self.out = np.tanh(x)
        return self.out

    @task
    def backward(self, dout):
        """Take dout of shape (N, H), return the gradient by x, of the same shape."""
        return dout * (1 - self.out**2)


@Tanh.check("forward", "the values of tanh(x), for one batch and then another", given=two_batches, points=HALVES)
def values(Tanh, x, x2):
    layer = Tanh()
    return {"the first answer": layer.forward(x), "the second answer": layer.forward(x2)}


@Tanh.check("forward", "right at x = 1000 and x = -1000", given=far_out)
def plateau(Tanh, x):
    return Tanh().forward(x)


@Tanh.check("backward", "the gradient by x", given=batch, points=2)
def gradient(Tanh, x, dout):
    layer = Tanh()
    layer.forward(x)
    return layer.backward(dout)


@Tanh.check("backward", "the gradient predicts how the loss changes", given=direction, compare=close(1e-5, 1e-6))
def slope(Tanh, x, dout, v):
    layer = Tanh()
    layer.forward(x)
    return np.sum(layer.backward(dout) * v)


@slope.expected
def central_difference(Tanh, x, dout, v):
    def loss(step):
        return np.sum(dout * Tanh().forward(x + step * v))

    return (loss(1e-4) - loss(-1e-4)) / 2e-4


@Tanh.check("backward", "right at x = 1000 and x = -1000", given=far_out)
def flat(Tanh, x, dout):
    layer = Tanh()
    layer.forward(x)
    return layer.backward(dout)


@Tanh.check(
    "backward",
    "only the last batch counts, and only this layer's",
    given=three_batches,
    compare=agree("dx", "dx of a new layer"),
)
def memory(Tanh, x, dout, x2, dout2, x3):
    new = Tanh()
    new.forward(x.copy())
    fresh = np.copy(new.backward(dout.copy()))
    layer, other = Tanh(), Tanh()
    layer.forward(x2)
    layer.backward(dout2)
    layer.forward(x)
    other.forward(x3)
    return {"dx": layer.backward(dout), "dx of a new layer": fresh}


# fmt: off
slip = partial(Tanh.slip, "forward")
# powers of e
slip("overflows", {"np.tanh(x)": "(np.exp(x) - np.exp(-x)) / (np.exp(x) + np.exp(-x))"},
     "exp(1000) is too big for a float. Which powers of e stay small for every x?")
slip("overflows with the square", {"np.tanh(x)": "(np.exp(2 * x) - 1) / (np.exp(2 * x) + 1)"},
     "Right for very negative x. What is exp(2000), and what is infinity divided by infinity?")
slip("overflows on the left", {"np.tanh(x)": "(1 - np.exp(-2 * x)) / (1 + np.exp(-2 * x))"},
     "Right for large x. For which x is the exponent -2x large and positive?")
slip("divides the second term only", {"np.tanh(x)": "np.exp(x) - np.exp(-x) / (np.exp(x) + np.exp(-x))"},
     "Where does the division begin? What stands above the fraction bar?")
slip("divides too little", {"np.tanh(x)": "np.exp(x) - np.exp(-x) / np.exp(x) + np.exp(-x)"},
     "Where does the division begin, and where does it end?")
# another function
slip("is the hyperbolic sine", {"tanh": "sinh"},
     "Your function grows without bound. What stands below the fraction bar?")
slip("is upside down", {"np.tanh": "1 / np.tanh"},
     "What should come out for x = 0? Compare what is above and below the fraction bar.")
slip("is a sigmoid", {"np.tanh(x)": "1 / (1 + np.exp(-x))"},
     "Between which two numbers does tanh lie? Try a negative x.")
slip("is half as steep", {"np.tanh(x)": "2 / (1 + np.exp(-x)) - 1"},
     "What is the slope of tanh at 0, and what is yours?")
slip("is a steep sigmoid", {"np.tanh(x)": "1 / (1 + np.exp(-2 * x)) - 1"},
     "Between which two numbers does yours lie? Only the slope of the sigmoid was doubled: what else must be?")
slip("falls", {"np.tanh(x)": "2 / (1 + np.exp(2 * x)) - 1"},
     "Try a large positive x: near which number should tanh lie?")
slip("cuts the input off", {"(x)": "(np.clip(x, -1, 1))"},
     "What is tanh of 2, and what is yours? Which inputs are all the same to you?")
slip("is the tangent", {"tanh": "tan"},
     "One letter can change a function. Plot yours from -3 to 3: is it smooth and rising?")
slip("has corners", {"tanh(x)": "clip(x, -1, 1)"}, "Does the curve have corners?")
slip("loses the sign", {"(x)": "(np.abs(x))"}, "Turn the sign of x. What happens to tanh(x)?")
slip("shifts as softmax does", {"(x)": "(x - x.max(axis=1, keepdims=True))"},
     "Adding a number to a whole row leaves a softmax as it is. Does it leave tanh as it is?")
# what is handed on
slip("is applied twice", {"return self.out": "return np.tanh(self.out)"}, "How often is tanh applied on the way?")
slip("forward returns nothing", {"return ": ""}, "What does forward hand back?")
slip("returns a cache as well", {"return self.out": "return self.out, x"},
     "How many things does the next layer expect from this one?")
slip("returns its input, too", {"return self.out": "return x, self.out"},
     "How many things does the next layer expect from this one? Which of them comes first?")
slip("answers the first batch again", {"np.tanh(x)": "np.tanh(x) if self.out is None else self.out"},
     "Call forward with a second batch. Whose output is this?")

slip = partial(Tanh.slip, "backward", replaces="forward")
# what forward remembers
slip("RemembersNothing", {"self.out": "out"}, "What must forward remember, so that backward finds it?")
slip("SquaresTheInput", {"np.tanh(x)": "x", "return self.out": "return np.tanh(x)"},
     "Can tanh fall anywhere? Look which letter stands in the formula for the slope.")
slip("OverflowsOnTheWayBack", {"(1 - self.out**2)": "4 * power / (power + 1) ** 2",
                               "return": "power = np.exp(2 * np.arctanh(self.out))\nreturn"},
     "Right for small x. Which number that `forward` already has would spare you the powers of e?", replaces="backward")
slip("RemembersTheFirstBatch",
     {"np.tanh(x)": "np.tanh(x) if self.out is None else self.out", "return self.out": "return np.tanh(x)"},
     "Run forward on two batches, then backward. Of which batch does backward speak?")
# on the class; the attribute that __init__ made would hide it
slip("SharesItsMemory", {"self.out =": "vars(self).pop('out', None)\ntype(self).out ="},
     "A network has two layers of this class. How many memories do they need?")

slip = partial(Tanh.slip, "backward")
# another slope
slip("forgets the square", {"**2": ""}, "The slope at 1 and the slope at -1 are the same. Are yours?")
slip("squares too much", {"(1 - self.out**2)": "(1 - self.out) ** 2"},
     "What is squared in the formula: the output, or one minus the output? Try an output of -1.")
slip("doubles for a square", {"**2": " * 2"}, "Does your star stand alone? What is 3 ** 2, and what is 3 * 2?")
slip("is the square only", {"(1 - self.out**2)": "self.out**2"}, "What is the slope at 0, and what is yours?")
slip("a hat for a power", {"**2": " ^ 2"}, "Try 2 ^ 3 in a cell of its own. Which sign is a power in Python?")
slip("loses the brackets", {"(1 - self.out**2)": "1 - self.out**2"},
     "What does `dout` multiply in your line: the whole slope, or its first part? Try dout = 0.")
slip("is the sigmoids", {"(1 - self.out**2)": "self.out * (1 - self.out)"},
     "Whose derivative is this? Try it at x = 0, where tanh rises with slope 1.")
slip("takes the slope of dout", {"self.out**2": "dout**2"},
     "Of which function is a slope wanted, and at which place? What does dout say about that?")
slip("applies tanh to dout", {"self.out": "np.tanh(dout)"},
     "Which array goes through tanh: the input, or the gradient that comes back? What did forward remember?")
slip("applies tanh again", {"self.out": "np.tanh(self.out)"}, "How often have you applied tanh before you square?")
slip("multiplies by the output", {"(1 - self.out**2)": "self.out"},
     "The slope of tanh, or its value: which one does the chain rule multiply by?")
# the chain rule
slip("passes dout on", {" * (1 - self.out**2)": ""},
     "At x = 1000 a small nudge changes nothing. What does your gradient say there?")
slip("adds instead of multiplying", {"dout *": "dout +"}, "What must come out for dout = 0?")
slip("pays with ones", {"dout * (1 - self.out**2)": "np.ones_like(dout)"},
     "If dout doubles, what should double? And is tanh equally steep everywhere?")
slip("ignores dout", {"dout * ": ""}, "If dout doubles, what should double?")
# the sign, and what comes after
slip("falls instead of rising", {"1 - self.out**2": "self.out**2 - 1"},
     "tanh rises everywhere. Which sign does a slope have then?")
slip("adds the square", {"-": "+"}, "Can tanh be steeper than at 0? Is yours?")
slip("is the second derivative", {"dout *": "dout * -2 * self.out *"},
     "You have differentiated once more than was asked. What is the slope at 0?")
slip("backward returns nothing", {"return ": ""},
     "The layer below is waiting for an array. What does backward hand back?")
# fmt: on


@Tanh.misconception("forward", "Is the name of your method the one in the stub, letter by letter?")
class MisspellsForward:
    def __init__(self):
        self.params, self.grads = [], []

    def foward(self, x):
        self.out = np.tanh(x)
        return self.out

    def backward(self, dout):
        return dout * (1 - self.out**2)


@Tanh.misconception("backward", "Is the name of your method the one in the stub, letter by letter?")
class MisspellsBackward:
    def __init__(self):
        self.params, self.grads = [], []

    def forward(self, x):
        self.out = np.tanh(x)
        return self.out

    def bacward(self, dout):
        return dout * (1 - self.out**2)


@Tanh.alternative("forward")
def by_a_steeper_sigmoid(self, x):
    self.out = 2 / (1 + np.exp(-2 * x)) - 1
    return self.out


@Tanh.alternative("backward")
def one_at_a_time(self, dout):
    dx = np.zeros_like(dout)
    for index in np.ndindex(dout.shape):
        dx[index] = dout[index] * (1 - self.out[index] ** 2)
    return dx


@Tanh.alternative
class KeepsTheInput:
    def __init__(self):
        self.params, self.grads = [], []

    def forward(self, values):
        self._seen = values.copy()
        return np.tanh(values)

    def backward(self, upstream):
        return upstream / np.cosh(self._seen) ** 2


@Tanh.alternative
class KeepsTheSlope:
    def __init__(self):
        self.params, self.grads = [], []
        self.slope = None

    def forward(self, x):
        def slope_of(y):
            return 1 - np.square(y)

        y = np.tanh(x)
        self.slope = slope_of(y)
        return y

    def backward(self, dout):
        dout *= self.slope
        return dout
