r"""### `Relu`: pass, or block

$$y = \max(x,\ 0) \qquad\qquad
\frac{\partial L}{\partial x} =
\begin{cases} \texttt{dout} & \text{where } x > 0 \\ 0 & \text{where } x \le 0 \end{cases}$$

Everything happens element by element: $x$, $y$, `dout` and the gradient all have the shape $(N, H)$. A number that was
blocked on the way up blocks the gradient on the way down: nudging it changes nothing. (Exactly at 0 there is a corner,
and no slope. 0 is the usual choice; no check looks there.)

`forward` leaves `x` as it is, for the layer below may still need it. Whether `backward` writes into the array `dout` is
up to you. `params` and `grads` are empty lists.
"""

from functools import partial

import numpy as np

from autograder import agree, exercise, task


def signed(rng, *shape):
    """Numbers of both signs in every draw, and none near the corner at 0."""
    sizes = rng.uniform(0.2, 3, size=shape)
    return sizes * rng.permutation(np.resize([-1, 1], sizes.size)).reshape(shape)


def batches(rng):
    return {
        "x": signed(rng, 5, 4),
        "dout": signed(rng, 5, 4),
        "x2": signed(rng, 2, 4),
        "dout2": signed(rng, 2, 4),
        "x3": signed(rng, 3, 4),
    }


HALVES = {"the first answer": 0.25, "the second answer": 0.25}


@exercise
class Relu:
    """The layer y = max(x, 0), element by element.

    Attributes
    ----------
    params, grads : empty lists
    mask : what `forward` remembers: where x was above 0
    """

    def __init__(self):
        self.params, self.grads = [], []
        self.mask = None

    @task
    def forward(self, x):
        """Map a batch x of shape (N, H) to max(x, 0), of the same shape."""
        self.mask = x > 0
        return np.where(self.mask, x, 0)

    @task
    def backward(self, dout):
        """Take dout of shape (N, H), return the gradient by x, of the same shape."""
        return dout * self.mask


@Relu.check("forward", "the values of max(x, 0), for one batch and then another", given=batches, points=HALVES)
def values(Relu, x, x2):
    layer = Relu()
    return {"the first answer": layer.forward(x), "the second answer": layer.forward(x2)}


@Relu.check("forward", "x is left alone", given=batches, points=0.5, compare=agree("y", "y for a copy of x"))
def argument(Relu, x):
    fresh = Relu().forward(x.copy())
    return {"y": Relu().forward(x), "y for a copy of x": fresh, "x afterwards": x}


@Relu.check("backward", "the gradient by x", given=batches, points=0.5)
def gradient(Relu, x, dout):
    layer = Relu()
    layer.forward(x)
    return layer.backward(dout)


@Relu.check(
    "backward",
    "only the last batch counts, and only this layer's",
    given=batches,
    points=0.5,
    compare=agree("dx", "dx of a new layer"),
)
def memory(Relu, x, dout, x2, dout2, x3):
    new = Relu()
    new.forward(x.copy())
    fresh = np.copy(new.backward(dout.copy()))
    layer, other = Relu(), Relu()
    layer.forward(x2)
    layer.backward(dout2)
    layer.forward(x)
    other.forward(x3)
    return {"dx": layer.backward(dout), "dx of a new layer": fresh}


# fmt: off
slip = partial(Relu.slip, "forward")
slip("keeps the negative", {"self.mask, x, 0": "self.mask, 0, x"},
     "Which numbers pass, and which are switched off? Try -3.")
slip("returns the mask", {"np.where(self.mask, x, 0)": "self.mask"},
     "Print your answer. Does it say how large a number is?")
slip("ones and zeros", {"self.mask, x, 0": "self.mask, 1, 0"},
     "Relu of 2.5: is it 1? What is kept of a positive number?")
slip("wrong constant", {"np.where(self.mask, x, 0)": "np.maximum(x, 5)"},
     "What should relu do with a small positive number such as 0.25?")
slip("drops the negative", {"np.where(self.mask, x, 0)": "x[self.mask]"}, "How many numbers go in, how many come out?")
slip("loses the sign", {"np.where(self.mask, x, 0)": "np.abs(x)"}, "Is -3 made positive, or switched off?")
slip("lets a little through", {"x, 0": "x, 0.01 * x"}, "What should come out for -3: nothing, or a little?")
slip("cuts at one", {"np.where(self.mask, x, 0)": "np.clip(x, 0, 1)"}, "What should come out for 2.5?")
slip("switches on at one", {"x > 0": "x > 1"}, "What should come out for 0.5?")
slip("writes into the argument", {"return np.where(self.mask, x, 0)": "x[~self.mask] = 0\nreturn x"},
     "Print x before and after the call. Whose array is it?")
slip("max of python", {"np.where(self.mask, x, 0)": "max(x, 0)"},
     "`max` and `if` decide once, about one number. How many decisions does an array need?")
slip("forward returns nothing", {"return ": ""}, "What does forward hand back?")
slip("returns a cache as well", {"x, 0)": "x, 0), x"}, "How many things does the next layer expect from this one?")
slip("returns its input, too", {"np.where(self.mask, x, 0)": "x, np.where(self.mask, x, 0)"},
     "How many things does the next layer expect from this one? Which of them comes first?")

slip = partial(Relu.slip, "backward")
slip("asks the sign of dout", {"dout * self.mask": "np.maximum(dout, 0)"},
     "Which sign decides: that of the input, or that of the gradient?")
slip("asks both signs", {"dout *": "np.maximum(dout, 0) *"},
     "A gradient may be negative. Does it still pass where x was above 0?")
slip("is a mask of dout", {"dout * self.mask": "(dout > 0) * 1.0"},
     "Which sign decides: that of the input, or that of the gradient? And if dout doubles, what should double?")
slip("max of python", {"dout * self.mask": "max(dout, 0)"},
     "`max` decides once, about one number. And which sign should decide: that of the input, or that of the gradient?")
slip("is one", {"dout * self.mask": "1"}, "How many numbers has x? Does each of them move the loss alike?")
slip("puts ones where it passes", {"return dout * self.mask": "dout = dout.copy()\ndout[self.mask] = 1\nreturn dout"},
     "What happens to dout where x was above 0, and what where it was below? Look at both cases in the formula.")
slip("passes dout on", {" * self.mask": ""}, "Nudge an x of -3. Does the output change? What does your gradient say?")
slip("blocks what passed", {"self.mask": "~self.mask"},
     "Which numbers moved the output: those above 0, or those below?")
slip("ignores dout", {"dout *": "1.0 *"}, "If dout doubles, what should double?")
slip("returns the mask", {"dout * self.mask": "self.mask"},
     "Which numbers pass where the mask is True? Does your answer know how large they are?")
slip("adds instead of multiplying", {"dout *": "dout +"}, "What must come out for dout = 0?")
slip("drops what is blocked", {"dout * self.mask": "dout[self.mask]"},
     "How many numbers has x, and how many has your gradient?")
slip("backward returns nothing", {"return ": ""},
     "The layer below is waiting for an array. What does backward hand back?")

slip = partial(Relu.slip, "backward", replaces="forward")
slip("MultipliesByTheInput", {"self.mask = x > 0": "self.mask = np.maximum(x, 0)", "self.mask, x, 0": "x > 0, x, 0"},
     "The slope of relu, or its value: which one does the chain rule multiply by?")
slip("RemembersNothing", {"self.mask": "mask"}, "What must forward remember, so that backward finds it?")
slip("RemembersTheFirstBatch", {"self.mask = x > 0": "self.mask = x > 0 if self.mask is None else self.mask",
                                "self.mask, x, 0": "x > 0, x, 0"},
     "Run forward on two batches, then backward. Of which batch does backward speak?")
slip("SharesItsMemory", {"self.mask =": "vars(self).pop('mask', None)\ntype(self).mask ="},
     "A network has two layers of this class. How many memories do they need?")
# fmt: on

Relu.equivalent("self.mask = x > 0", "self.mask = x >= 0", "in the corner any slope from 0 to 1 is as good")


@Relu.misconception("forward", "Is the name of your method the one in the stub, letter by letter?")
class MisspellsForward:
    def __init__(self):
        self.params, self.grads = [], []

    def foward(self, x):
        self.mask = x > 0
        return x * self.mask

    def backward(self, dout):
        return dout * self.mask


@Relu.misconception("backward", "Is the name of your method the one in the stub, letter by letter?")
class MisspellsBackward:
    def __init__(self):
        self.params, self.grads = [], []

    def forward(self, x):
        self.mask = x > 0
        return x * self.mask

    def bacward(self, dout):
        return dout * self.mask


@Relu.alternative("forward")
def clears_a_copy(self, x):
    self.mask = x > 0
    out = x.copy()
    out[~self.mask] = 0
    return out


@Relu.alternative("backward")
def overwrites_dout(self, dout):
    dout[~self.mask] = 0
    return dout


@Relu.alternative
class LooksAtTheOutput:
    def __init__(self):
        self.params, self.grads = [], []

    def forward(self, x):
        self.out = np.maximum(x, 0)
        return self.out

    def backward(self, dout):
        return np.where(self.out > 0, dout, 0.0)


@Relu.alternative
class NumberByNumber:
    def __init__(self):
        self.params, self.grads = [], []

    def forward(self, x):
        self.seen = x.tolist()
        return np.array([[max(value, 0.0) for value in row] for row in self.seen])

    def backward(self, dout):
        pairs = ((v, d) for row, drow in zip(self.seen, dout) for v, d in zip(row, drow))
        return np.array([d if v > 0 else 0.0 for v, d in pairs]).reshape(dout.shape)
