r"""### `Repeat`: one row becomes $N$ equal rows

$$y_n = x \quad (n = 1, \dots, N) \qquad\qquad x: (1, D),\quad y: (N, D)$$

This happens wherever a row is shared: the bias of a layer is used once for every sample. Going back, each of the
$N$ copies reports its own row of `dout`, of shape $(N, D)$. The gradient by $x$ has the shape of $x$, $(1, D)$:

$$\frac{\partial L}{\partial x} = \sum_{n=1}^{N} \texttt{dout}_n$$

An example with $N = 3$ and $D = 2$: if the rows of `dout` are $(1, 0)$, $(2, 5)$ and $(3, -1)$, the answer is
$\big((6, 4)\big)$. Nothing can be learned here: `params` and `grads` are empty lists.
"""

from functools import partial

import numpy as np

from autograder import exercise, task


def two_rows(rng):
    N = int(rng.integers(5, 9))
    return {
        "N": N,
        "x": rng.normal(size=(1, 4)),
        "dout": rng.normal(size=(N, 4)),
        "x2": rng.normal(size=(1, 3)),
        "dout2": rng.normal(size=(N, 3)),
    }


@exercise
class Repeat:
    """The node that repeats a row.

    Attributes
    ----------
    N : int, how many rows come out
    params, grads : empty lists
    """

    def __init__(self, N):
        self.N = N
        self.params, self.grads = [], []

    @task
    def forward(self, x):
        """Map a row x of shape (1, D) to N equal rows, (N, D)."""
        return np.repeat(x, self.N, axis=0)

    @task
    def backward(self, dout):
        """Take dout of shape (N, D), return the gradient by x, of shape (1, D)."""
        return dout.sum(axis=0, keepdims=True)


@Repeat.check("forward", "N equal rows, for one row and then another", given=two_rows, points=0.5)
def rows(Repeat, N, x, x2):
    node = Repeat(N)
    return {"the first answer": node.forward(x), "the second answer": node.forward(x2)}


@Repeat.check("backward", "the gradient by x, in the shape of x", given=two_rows, points=0.5)
def gradient(Repeat, N, x, dout, x2, dout2):
    node = Repeat(N)
    node.forward(x)
    first = node.backward(dout)
    node.forward(x2)
    return {"the first answer": first, "the second answer": node.backward(dout2)}


# fmt: off
slip = partial(Repeat.slip, "forward")
slip("flattens", {", axis=0": ""}, "Print the shape of y. Along which axis are the copies laid, if nobody says it?")
slip("repeats to the right", {"axis=0": "axis=1"}, "Print the shape of y. Along which axis are the copies laid?")
slip("tiles to the right", {"np.repeat(x, self.N, axis=0)": "np.tile(x, self.N)"},
     "Print the shape of y. How does `np.tile` know in which direction to lay the copies?")
slip("turns into a list", {"np.repeat(x, self.N, axis=0)": "[x] * self.N"},
     "Is a list of rows an array? Print the type of y.")
slip("knows N by heart", {"self.N": "N"}, "Whose number is N? Where has `__init__` put it?")
slip("multiplies", {"np.repeat(x, self.N, axis=0)": "self.N * x"},
     "N copies of a row, or a row that is N times as large: which one is asked?")
slip("hands on one row", {"np.repeat(x, self.N, axis=0)": "x"}, "How many rows should come out?")
slip("one copy too few", {"self.N": "self.N - 1"}, "Is the row itself one of the N?")
slip("adds copies to the row", {"np.repeat(x, self.N, axis=0)": "np.vstack([x] * (self.N + 1))"},
     "Is the row itself one of the N?")
slip("stacks on a new axis", {"np.repeat(x, self.N, axis=0)": "np.stack([x] * self.N)"},
     "How many axes does y have, and how many has x? Joining is not stacking.")
slip("repeats each number", {"np.repeat(x, self.N, axis=0)": "np.repeat(x, self.N).reshape(self.N, -1)"},
     "The shape is right. Is each row of yours equal to x?")
slip("forward returns nothing", {"return ": ""}, "What does forward hand back?")

slip = partial(Repeat.slip, "backward")
slip("averages", {"sum": "mean"}, "N copies were used. Who collects their gradients, and are they divided?")
slip("listens to the first copy", {"dout.sum(axis=0, keepdims=True)": "dout[:1]"},
     "N copies were used, and each one moves the loss. How many of them does your gradient hear?")
slip("listens to the last copy", {"dout.sum(axis=0, keepdims=True)": "dout[-1:]"},
     "N copies were used, and each one moves the loss. What happens to the reports before the last?")
slip("one copy, one axis", {"dout.sum(axis=0, keepdims=True)": "dout[0]"},
     "N copies were used, and each one moves the loss. How many does your gradient hear, and which shape has it?")
slip("averages and loses an axis", {"sum(axis=0, keepdims=True)": "mean(axis=0)"},
     "N copies were used. Are their gradients divided? And which shape has x?")
slip("takes the first copy for all", {"dout.sum(axis=0, keepdims=True)": "self.N * dout[:1]"},
     "The rows of y are equal. Are the rows of dout equal as well?")
slip("listens to the loudest copy", {"sum": "max"}, "Each copy moves the loss. Does one of them outdo the others?")
slip("loses an axis", {", keepdims=True": ""}, "Print the shapes of x and of your gradient. Do they agree?")
slip("adds up the columns", {"axis=0": "axis=1"}, "Which axis of dout counts the copies?")
slip("adds up everything", {"axis=0, ": ""}, "Do the D numbers of x all have the same gradient?")
slip("is one number", {"axis=0, keepdims=True": ""}, "How many numbers has x, and how many has its gradient?")
slip("adds up columns and loses an axis", {"axis=0, keepdims=True": "axis=1"}, "Which axis of dout counts the copies?")
slip("makes a column", {"dout.sum(axis=0, keepdims=True)": "dout.sum(axis=0)[:, None]"},
     "Is x a row or a column? Print both shapes.")
slip("multiplies by N", {"dout.sum(axis=0, keepdims=True)": "dout * self.N"},
     "How many rows has x? Each copy has a report of its own: what happens to the N of them?")
slip("passes dout on", {"dout.sum(axis=0, keepdims=True)": "dout"},
     "How many rows has x? How many has your gradient?")
slip("forgets all about it", {"dout.sum(axis=0, keepdims=True)": "np.ones((1, dout.shape[1]))"},
     "If dout doubles, what should double? And how many copies are there?")
slip("counts the copies", {"dout": "np.ones_like(dout)"}, "If dout doubles, what should double?")
slip("backward returns nothing", {"return ": ""},
     "The node below is waiting for an array. What does backward hand back?")
# fmt: on


@Repeat.alternative("forward")
def into_a_buffer(self, x):
    y = np.empty((self.N, x.shape[1]))
    y[...] = x
    return y


@Repeat.alternative("backward")
def with_ones(self, dout):
    return np.ones((1, len(dout))) @ dout


@Repeat.alternative
class RowByRow:
    def __init__(self, N):
        self.N = N
        self.params, self.grads = [], []

    def forward(self, x):
        return np.array([x[0] for _ in range(self.N)])

    def backward(self, dout):
        total = np.zeros((1, dout.shape[1]))
        for row in dout:
            total += row
        return total


@Repeat.alternative
class WithTileAndEinsum:
    def __init__(self, N):
        self.N = N
        self.params, self.grads = [], []

    def forward(self, x):
        return np.tile(x, (self.N, 1))

    def backward(self, dout):
        return np.einsum("nd->d", dout)[None, :]
