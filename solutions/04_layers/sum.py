r"""### `Sum`: $N$ rows become one

$$y = \sum_{n=1}^{N} x_n \qquad\qquad x: (N, D),\quad y: (1, D)$$

The first axis stays, with length 1: `keepdims=True` does that, so that rows stay rows. Going back, `dout` has the shape
of $y$, $(1, D)$. Each row of $x$ moves $y$ exactly as much as itself, so each row gets all of it:

$$\frac{\partial L}{\partial x_n} = \texttt{dout} \qquad \text{for every } n, \text{ together of shape } (N, D)$$

Nothing tells `backward` how many rows there were, except what `forward` has remembered. Compare the two formulas with
those of `Repeat`. `params` and `grads` are empty lists.
"""

from functools import partial

import numpy as np

from autograder import exercise, task


def two_batches(rng):
    return {
        "x": rng.normal(size=(5, 4)),
        "dout": rng.normal(size=(1, 4)),
        "x2": rng.normal(size=(2, 3)),
        "dout2": rng.normal(size=(1, 3)),
    }


def three_batches(rng):
    return {**two_batches(rng), "x3": rng.normal(size=(6, 4))}


@exercise
class Sum:
    """The node that adds up the rows.

    Attributes
    ----------
    N : int, how many rows came in; `forward` remembers it
    params, grads : empty lists
    """

    def __init__(self):
        self.N = None
        self.params, self.grads = [], []

    @task
    def forward(self, x):
        """Map rows x of shape (N, D) to their sum, (1, D)."""
        self.N = len(x)
        return x.sum(axis=0, keepdims=True)

    @task
    def backward(self, dout):
        """Take dout of shape (1, D), return the gradient by x, of shape (N, D)."""
        return np.repeat(dout, self.N, axis=0)


@Sum.check("forward", "the sum of the rows, for one batch and then another", given=two_batches, points=0.5)
def totals(Sum, x, x2):
    node = Sum()
    return {"the first answer": node.forward(x), "the second answer": node.forward(x2)}


@Sum.check(
    "backward",
    "the gradient by x, in the shape of the last x of this node",
    given=three_batches,
    points={"the first answer": 0.25, "the second answer": 0.25},
)
def gradient(Sum, x, dout, x2, dout2, x3):
    node, other = Sum(), Sum()
    node.forward(x2)
    first = node.backward(dout2)
    node.forward(x)
    other.forward(x3)
    return {"the first answer": first, "the second answer": node.backward(dout)}


# fmt: off
slip = partial(Sum.slip, "forward")
slip("averages", {"sum": "mean"}, "Put in two equal rows: what should come out, the row or twice the row?")
slip("loses an axis", {", keepdims=True": ""}, "A row stays a row: print the shape of y. How many axes should it have?")
slip("adds up the columns", {"axis=0": "axis=1"}, "Which axis counts the rows, and which one is summed away?")
slip("adds up everything", {"axis=0, ": ""}, "How many numbers does y have, one or D?")
slip("is one number", {"axis=0, keepdims=True": ""}, "How many numbers does y have, one or D? How many axes?")
slip("adds up columns and loses an axis", {"axis=0, keepdims=True": "axis=1"},
     "Which axis counts the rows, and which one is summed away?")
slip("makes a column", {"x.sum(axis=0, keepdims=True)": "x.sum(axis=0)[:, None]"},
     "Is y a row or a column? Print its shape.")
slip("adds up step by step", {"x.sum(axis=0, keepdims=True)": "x.cumsum(axis=0)"},
     "How many rows should come out: all the sums on the way, or the last one?")
slip("forward returns nothing", {"return ": ""}, "What does forward hand back?")

slip = partial(Sum.slip, "backward")
slip("shares it out", {"dout,": "dout / self.N,"},
     "Raise one row of x by 1: does y rise by 1 or by 1/N? If dout doubles, what doubles?")
slip("shares out one row", {"np.repeat(dout, self.N, axis=0)": "dout / self.N"},
     "How many rows has x? Raise one of them by 1: does y rise by 1 or by 1/N?")
slip("is one over N", {"np.repeat(dout, self.N, axis=0)": "np.full((self.N, dout.shape[1]), 1 / self.N)"},
     "If dout doubles, what should double? Raise one row by 1: by how much does y rise?")
slip("is one row of ones", {"np.repeat(dout, self.N, axis=0)": "np.ones_like(dout)"},
     "If dout doubles, what should double? And how many rows has x?")
slip("knows N by heart", {"self.N": "N"}, "Whose number is N? Where has forward put it?")
slip("ignores dout", {"dout,": "np.ones_like(dout),"}, "If dout doubles, what should double?")
slip("hands on one row", {"np.repeat(dout, self.N, axis=0)": "dout"}, "x.shape again? And the shape of your gradient?")
slip("flattens", {", axis=0": ""}, "Print the shape of your gradient. Along which axis are the rows laid?")
slip("tiles to the right", {"np.repeat(dout, self.N, axis=0)": "np.tile(dout, self.N)"},
     "Print the shape of your gradient. How does `np.tile` know in which direction to lay the copies?")
slip("stacks on a new axis", {"np.repeat(dout, self.N, axis=0)": "np.array([dout] * self.N)"},
     "How many axes has x, and how many has your gradient?")
slip("repeats to the right", {"axis=0": "axis=1"}, "Print the shape of your gradient. Which axis has N numbers in x?")
slip("multiplies", {"dout,": "self.N * dout,"}, "Raise one row of x by 1. By how much does y rise?")
slip("feeds the first row only",
     {"np.repeat(dout, self.N, axis=0)": "np.vstack([dout, np.zeros((self.N - 1, dout.size))])"},
     "Does only the first row of x move the sum?")
slip("backward returns nothing", {"return ": ""},
     "The node below is waiting for an array. What does backward hand back?")

slip = partial(Sum.slip, "backward", replaces="forward")
slip("RemembersNothing", {"self.N = len(x)\n": ""}, "What must forward remember, so that backward finds it?")
slip("RemembersTheColumns", {"len(x)": "x.shape[1]"}, "Which number of x.shape have you remembered?")
slip("RemembersEveryNumber", {"len(x)": "x.size"}, "How many rows came in? What does `x.size` count?")
slip("RemembersTheShape", {"len(x)": "x.shape"}, "`np.repeat` asks how often. Is a shape one number?")
slip("RemembersTheFirstBatch", {"len(x)": "self.N or len(x)"},
     "Run forward on two batches, then backward. Of which batch does backward speak?")
slip("SharesItsMemory", {"self.N =": "vars(self).pop('N', None)\ntype(self).N ="},
     "A network has two nodes of this class. How many memories do they need?")
# fmt: on


@Sum.alternative("forward")
def with_ones(self, x):
    self.N = x.shape[0]
    return np.ones((1, self.N)) @ x


@Sum.alternative("backward")
def broadcasts(self, dout):
    return np.broadcast_to(dout, (self.N, dout.shape[1]))


@Sum.alternative
class KeepsTheShape:
    def __init__(self):
        self.params, self.grads = [], []
        self.shape = None

    def forward(self, x):
        self.shape = x.shape
        return np.add.reduce(x)[None]

    def backward(self, dout):
        return np.zeros(self.shape) + dout


@Sum.alternative
class RowByRow:
    def __init__(self):
        self.params, self.grads = [], []

    def forward(self, x):
        self.rows = [row.copy() for row in x]
        total = self.rows[0]
        for row in self.rows[1:]:
            total = total + row
        return total.reshape(1, -1)

    def backward(self, dout):
        return np.vstack([dout for _ in self.rows])
