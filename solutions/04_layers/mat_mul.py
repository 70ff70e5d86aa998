r"""### `MatMul`: a matrix product as a layer

$$Y = X W \qquad X: (N, D),\quad W: (D, H),\quad Y: (N, H)$$

Going back, `dout` has the shape of $Y$. The layer answers for both factors of the product:

$$\frac{\partial L}{\partial X} = \texttt{dout}\; W^{T} \qquad\qquad
\frac{\partial L}{\partial W} = X^{T}\, \texttt{dout}$$

You need not learn the formulas by heart. Each gradient has the shape of its own variable, and there is only one way to
lay the pieces together: $(N, H) \cdot (H, D)$ makes $(N, D)$, and $(D, N) \cdot (N, H)$ makes $(D, H)$.

`backward` writes the gradient by $W$ **into** the array `grads[0]`, afresh on every call, and returns the gradient by
$X$. It speaks of the last batch that its own `forward` has seen.
"""

from functools import partial

import numpy as np

from autograder import agree, exercise, task


def two_batches(rng):
    return {
        "W": rng.normal(size=(3, 4)),
        "x": rng.normal(size=(5, 3)),
        "dout": rng.normal(size=(5, 4)),
        "x2": rng.normal(size=(2, 3)),
        "dout2": rng.normal(size=(2, 4)),
    }


def three_batches(rng):
    return {**two_batches(rng), "x3": rng.normal(size=(6, 3))}


@exercise
class MatMul:
    """The layer Y = X W.

    Attributes
    ----------
    params : [W], an array of shape (D, H)
    grads : [dW], an array of the same shape, updated in place by `backward`
    """

    def __init__(self, W):
        self.params = [W]
        self.grads = [np.zeros_like(W)]
        self.x = None

    @task
    def forward(self, x):
        """Map a batch x of shape (N, D) to (N, H), and remember what `backward` will need."""
        (W,) = self.params
        self.x = x
        return x @ W

    @task
    def backward(self, dout):
        """Take dout of shape (N, H), fill `grads`, return the gradient by x, of shape (N, D)."""
        (W,) = self.params
        self.grads[0][...] = self.x.T @ dout
        return dout @ W.T


@MatMul.check(
    "forward",
    "the values of x W, for one batch and then another",
    given=two_batches,
    points={"the first answer": 0.25, "the second answer": 0.25},
)
def products(MatMul, W, x, x2):
    layer = MatMul(W)
    return {"the first answer": layer.forward(x), "the second answer": layer.forward(x2)}


@MatMul.check("backward", "the gradients by x and W", given=two_batches, points={"dx": 0.5, "dW": 0.5})
def gradients(MatMul, W, x, dout):
    layer = MatMul(W)
    layer.forward(x)
    return {"dx": layer.backward(dout), "dW": layer.grads[0]}


@MatMul.check(
    "backward",
    "grads is updated in place, afresh, for its own last batch; W stays",
    given=three_batches,
    compare=agree("dW", "dW of a new layer"),
    points=0.5,
)
def in_place(MatMul, W, x, dout, x2, dout2, x3):
    new = MatMul(W.copy())
    new.forward(x2)
    new.backward(dout2)
    fresh = new.grads[0].copy()
    layer, other = MatMul(W), MatMul(W)
    [dW] = layer.grads
    layer.forward(x)
    layer.backward(dout)
    layer.forward(x2)
    other.forward(x3)
    layer.backward(dout2)
    return {"dW": dW, "dW of a new layer": fresh, "W afterwards": layer.params[0]}


# fmt: off
slip = partial(MatMul.slip, "forward")
slip("multiplies the other way", {"x @ W": "np.dot(W, x)"},
     "A sample is a row of x. On which side of the weights must it stand?")
slip("multiplies by the transpose", {"x @ W": "np.dot(x, W.T)"},
     "Write the two shapes of the product side by side. Which two numbers must agree?")
slip("multiplies number by number", {"x @ W": "x * W"},
     "`*` pairs numbers in the same place. What does a matrix product pair?")
slip("turns the answer round", {"x @ W": "(x @ W).T"}, "Should a sample be a row of Y, or a column?")
slip("takes the list for the matrix", {"(W,) = self.params": "W = self.params"},
     "`params` is a list. How many axes has your answer, and how many should it have?")
slip("answers the first batch again", {"self.x = x": "x = self.x = x if self.x is None else self.x"},
     "Call forward with a second batch. Whose products are these?")
slip("remembers the wrong way round", {"self.x = x": "x = self.x"},
     "An equals sign writes from right to left. Which of the two, `x` or `self.x`, has the batch, and which gets it?")
slip("forward returns nothing", {"return ": ""}, "What does forward hand back?")

slip = partial(MatMul.slip, "backward", replaces="forward")
slip("RemembersNothing", {"self.x = x\n": ""}, "What must forward remember, so that backward finds it?")
slip("RemembersTheOutput", {"self.x = x": "self.x = x @ W"},
     "Which array stands beside dout in the formula for dW: what came in, or what went out?")
slip("RemembersTheFirstBatch", {"self.x = x": "self.x = x if self.x is None else self.x"},
     "Run forward on two batches, then backward. Of which batch does backward speak?")
slip("SharesItsMemory", {"self.x = x": "vars(self).pop('x', None)\ntype(self).x = x"},
     "A network has two layers of this class. How many memories do they need?")

slip = partial(MatMul.slip, "backward")
# what goes back
slip("returns the weights gradient", {"dout @ W.T": "self.grads[0]"}, "Which gradient does the layer below wait for?")
slip("forgets to turn the weights", {"dout @ W.T": "np.dot(dout, W)"},
     "dx has the shape of x. Which way round must W stand for that?")
slip("multiplies from the left", {"dout @ W.T": "(W @ dout.T)"},
     "The right numbers, but a sample has become a column. What is the transpose of a product?")
slip("turns dW round", {"self.x.T @ dout": "dout.T @ self.x"}, "dW has the shape of W. Which shape has your product?")
slip("ignores dout", {"(W,) =": "dout = np.ones_like(dout)\n(W,) ="}, "If dout doubles, what should double?")
slip("backward returns nothing", {"return ": ""},
     "The layer below is waiting for an array. What does backward hand back?")
slip("returns both gradients", {"dout @ W.T": "dout @ W.T, self.grads[0]"},
     "How many things does the layer below expect? Where does the other gradient go?")
slip("multiplies number by number", {"dout @ W.T": "dout * W.T"},
     "`*` pairs numbers in the same place. Which product is meant in the formulas?")
# the array that others hold
slip("rebinds grads", {"[...]": ""}, "Is it the same array object that the optimizer holds?")
slip("accumulates", {"[...] =": " +="}, "Call backward twice. What should the second call still know of the first?")
slip("leaves grads at zero", {"self.grads[0][...]": "dW"},
     "Who reads dW, once backward has returned? Where do they look?")
slip("averages over the batch", {"T @ dout": "T @ dout / len(dout)"},
     "Has somebody already divided by the number of samples?")
slip("divides both", {"(W,) =": "dout = dout / len(dout)\n(W,) ="},
     "Has somebody already divided by the number of samples? Who gets dout first: the loss, or this layer?")
slip("overwrites the weights", {"self.grads[0][...]": "W[...]"},
     "Print W before and after backward. Which of the two belongs to the gradient: W or dW?")
# names
slip("takes x from nowhere", {"self.x.T": "x.T"},
     "Backward is handed dout only. Where has forward put x, and what is it called there?")
slip("writes x large", {"self.x.T": "X.T"}, "Which names does backward know? A formula's letter is not yet a name.")
slip("takes the list for the matrix", {"(W,) = self.params": "W = self.params"},
     "`params` is a list. Has a list a transpose? What stands in it?")
slip("puts the weights first", {"dout @ W.T": "np.dot(W.T, dout)"},
     "A sample is a row of dout. On which side of the weights must it stand?")
slip("learns as well", {"return dout @ W.T": "dx = dout @ W.T\nW -= 0.1 * self.grads[0]\nreturn dx"},
     "Call backward twice. Who changes the weights: the layer that knows the slope, or the optimizer?")
# fmt: on

MatMul.equivalent(
    "self.grads[0][...] = self.x.T @ dout",
    "self.grads[-1][...] = self.x.T @ dout",
    "the first of one is the last of one",
)


@MatMul.alternative("backward")
def with_einsum(self, dout):
    np.einsum("nd,nh->dh", self.x, dout, out=self.grads[0])
    return np.einsum("nh,dh->nd", dout, self.params[0])


@MatMul.alternative("forward")
def dot_products(self, x):
    self.x = x.copy()
    W = self.params[0]
    return np.array([[np.sum(row * W[:, h]) for h in range(W.shape[1])] for row in x])


@MatMul.alternative
class SampleBySample:
    def __init__(self, W):
        self.params, self.grads = [W], [np.zeros_like(W)]

    def forward(self, batch):
        self.batch = batch
        return np.stack([sample @ self.params[0] for sample in batch])

    def backward(self, upstream):
        self.grads[0].fill(0)
        for sample, report in zip(self.batch, upstream):
            self.grads[0] += np.outer(sample, report)
        return np.array([self.params[0] @ report for report in upstream])
