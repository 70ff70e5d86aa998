r"""### `Sigmoid`: the function as a layer

A **layer** is an object with a list `params`, the arrays that training may change, and a method `forward`. A
sigmoid has nothing to learn: its `params` is an empty list, and stays empty.

$$Y = \sigma(X), \text{ element by element} \qquad X, Y: (N, H)$$

`forward` takes one thing and returns one thing, for this batch, whatever came before. `x` stays as it is.

You may call your `sigmoid` or write the formula once more. Both are right, and what may be wrong in `sigmoid` is
not counted a second time: while this layer is checked, a stand-in takes the place of `sigmoid`. It knows the
numbers that the checks use, 0, 800, 1000 and $-1000$, and no others.
"""

from functools import partial

import numpy as np

from autograder import agree, exercise, task


def two_batches(rng):
    x, x2 = (rng.permutation(np.resize([-1000.0, 0, 800, 1000], n)) for n in (20, 8))
    return {"x": x.reshape(5, 4), "x2": x2.reshape(2, 4)}


@exercise
class Sigmoid:
    """The layer 1 / (1 + exp(-x)), element by element.

    Attributes
    ----------
    params : empty list
    """

    def __init__(self):
        self.params = []

    @task
    def forward(self, x):
        """Map a batch x of shape (N, H) to an array of the same shape."""
        return sigmoid(x)


@Sigmoid.check(
    "forward",
    "one batch, then another",
    given=two_batches,
    points={"the first answer": 0.35, "the second answer": 0.25},
)
def values(Sigmoid, x, x2):
    names = getattr(Sigmoid.forward, "__globals__", {})
    own = {name: names[name] for name in ["sigmoid"] if name in names}
    names["sigmoid"] = lambda x: (np.sign(x) + 1) / 2  # a stand-in: it is right at 0 and far from 0
    try:
        layer = Sigmoid()
        return {"the first answer": layer.forward(x.copy()), "the second answer": layer.forward(x2)}
    finally:
        names.pop("sigmoid")
        names.update(own)


@Sigmoid.check(
    "forward",
    "`x` and `params` stay as they are",
    given=two_batches,
    compare=agree("answer", "answer to a copy of x"),
    points=0.4,
)
def arguments(Sigmoid, x, x2):
    names = getattr(Sigmoid.forward, "__globals__", {})
    own = {name: names[name] for name in ["sigmoid"] if name in names}
    names["sigmoid"] = lambda x: (np.sign(x) + 1) / 2
    try:
        fresh, layer = Sigmoid().forward(x.copy()), Sigmoid()
        layer.forward(x2)
        answer = layer.forward(x)
        afterwards = {"x afterwards": x, "the length of params": len(layer.params)}
        return {"answer": answer, "answer to a copy of x": fresh, **afterwards}
    finally:
        names.pop("sigmoid")
        names.update(own)


# fmt: off
slip = partial(Sigmoid.slip, "forward")
# another function
slip("loses the minus", {"sigmoid(x)": "1 / (1 + np.exp(x))"}, "Try a large positive number: what should come out?")
slip("divides too early", {"sigmoid(x)": "1 / 1 + np.exp(-x)"},
     "Where does the division end? Put a bracket round what stands below the fraction bar.")
slip("loses the x", {"sigmoid(x)": "np.full(x.shape, 1 / (1 + np.exp(-1)))"},
     "Does your output depend on the input at all?")
slip("loses the shape, too", {"sigmoid(x)": "1 / (1 + np.exp(-1))"},
     "How many numbers come out for a whole batch? Where does your formula look at x?")
slip("overflows", {"sigmoid(x)": "np.exp(x) / (1 + np.exp(x))"},
     "For which x is your exponent positive and large? What is infinity divided by infinity?")
slip("is tanh", {"sigmoid(x)": "np.tanh(x)"}, "What should come out for x = 0? Can it be negative?")
slip("is a step", {"sigmoid(x)": "(x > 0) * 1.0"}, "Which value belongs to x = 0?")
slip("is a relu", {"sigmoid(x)": "np.maximum(x, 0)"}, "Between which two numbers must every output lie?")
slip("shifts as softmax does", {"sigmoid(x)": "sigmoid(x - x.max(axis=1, keepdims=True))"},
     "Add a number to a whole row: a softmax stays as it is. Does the sigmoid?")
slip("shifts by the largest of all", {"sigmoid(x)": "sigmoid(x - x.max())"},
     "Add one large number to x: the others must not notice. Do they?")
slip("is applied twice", {"sigmoid(x)": "1 / (1 + np.exp(-sigmoid(x)))"},
     "How often is the function applied on the way?")
# what is handed on, and what is kept
slip("returns nothing", {"return ": ""}, "The next layer waits for an array. What does forward hand back?")
slip("returns a cache as well", {"sigmoid(x)": "sigmoid(x), x"},
     "How many things does the next layer expect from this one?")
slip("takes its output for a parameter", {"return sigmoid(x)": "self.params = [sigmoid(x)]\nreturn self.params[0]"},
     "Which numbers does training change? Does this layer have any?")
slip("collects its inputs", {"return sigmoid(x)": "self.params.append(x)\nreturn sigmoid(x)"},
     "May training change what came in? What is `params` a list of?")
slip("answers the first batch again", {"return sigmoid(x)": "self.y = getattr(self, 'y', sigmoid(x))\nreturn self.y"},
     "Call forward with a second batch. Whose output is this?")
slip("works in the callers x", {"return sigmoid(x)": "x[...] = sigmoid(x)\nreturn x"},
     "Print x before and after the call. Is it still yours to change?")
slip("remembers what nobody has set", {"sigmoid(x)": "sigmoid(self.x)"},
     "Who puts `x` into `self`? What is the batch called inside of forward?")
slip("calls with empty hands", {"sigmoid(x)": "sigmoid()"}, "What does `sigmoid` have to be told before it can answer?")
slip("looks for itself", {"sigmoid(x)": "self.sigmoid(x)"},
     "Is `sigmoid` a method of the layer, or a function of the notebook?")
# fmt: on


@Sigmoid.alternative("forward")
def writes_it_out(self, x):
    return 1 / (1 + np.exp(-x))


@Sigmoid.alternative("forward")
def keeps_what_it_returns(self, x):
    self.out = 0.5 * np.tanh(0.5 * x) + 0.5
    return self.out


@Sigmoid.alternative
class HelperInside:
    def __init__(self):
        self.params = []

    @staticmethod
    def squeeze(value):
        return 1.0 if value > 700 else 0.0 if value < -700 else 1 / (1 + np.exp(-value))

    def forward(self, inputs):
        return np.array([[self.squeeze(value) for value in row] for row in inputs])
