r"""### `affine_layer_forward`: every output looks at every input

$$Y = X W + b \qquad X: (N, D),\quad W: (D, H),\quad b: (H,),\quad Y: (N, H)$$

A sample is a **row** of $X$, so it stands to the left of the weights. Texts often write $Wx + b$, for a single
sample that stands upright; code has a batch of rows.

Return two things: `y`, and the tuple `cache = (X, W, b)`. The cache is for the way back, in a later notebook: what
came in decides how much each weight is to blame. `X`, `W` and `b` belong to the caller; leave them alone.

The numbers in `X` and `W` may be whole while `b` has fractions; then `y` has fractions, too.
"""

import numpy as np

from autograder import agree, exercise


def batch(rng):
    return {"X": rng.normal(size=(5, 3)), "W": rng.normal(size=(3, 4)), "b": rng.normal(size=4)}


def whole_numbers(rng):
    return {
        "X": rng.integers(-4, 5, size=(5, 3)),
        "W": rng.integers(-4, 5, size=(3, 2)),
        "b": rng.uniform(0.1, 0.9, size=2),
    }


@exercise
def affine_layer_forward(X, W, b):
    """Map a batch through a fully connected layer.

    Parameters
    ----------
    X : (N, D) array of numbers
    W : (D, H) array of numbers
    b : (H,) array of floats

    Returns
    -------
    y : (N, H) array of floats
    cache : the tuple (X, W, b)
    """
    y = X @ W + b
    return y, (X, W, b)


@affine_layer_forward.check("`y` is X W + b", given=batch)
def product(affine_layer_forward, X, W, b):
    answer = affine_layer_forward(X, W, b)
    return answer[0] if isinstance(answer, tuple | list) else answer  # a missing cache costs one point, not two


@affine_layer_forward.check("`cache` holds X, W and b, in this order", given=batch)
def remembered(affine_layer_forward, X, W, b):
    answer = affine_layer_forward(X, W, b)
    count = len(answer) if isinstance(answer, tuple | list) else 1
    return {"the number of things returned": count, "cache": list(answer[1])}


@affine_layer_forward.check(
    "whole numbers in X and W; X, W and b are left alone",
    given=whole_numbers,
    compare=agree("y", "y for the same numbers as floats"),
)
def dtypes(affine_layer_forward, X, W, b):
    fresh, answer = affine_layer_forward(X.astype(float), W.astype(float), b.copy()), affine_layer_forward(X, W, b)
    y, floats = (each[0] if isinstance(each, tuple | list) else each for each in (answer, fresh))
    return {"y": y, "y for the same numbers as floats": floats, "X afterwards": X, "W afterwards": W, "b afterwards": b}


# fmt: off
slip = affine_layer_forward.slip
# the product
slip("multiplies the other way", {"X @ W": "np.dot(W, X)"},
     "A sample is a row of X. On which side of the weights must it stand?")
slip("multiplies by the transpose", {"X @ W": "np.dot(X, W.T)"},
     "Write the two shapes of the product side by side. Which two numbers must agree?")
slip("turns W, and puts it first", {"X @ W": "np.dot(W.T, X)"},
     "Texts write one sample, standing upright. Is a sample a row or a column of your X?")
slip("turns both", {"X @ W": "np.dot(W.T, X.T)"},
     "Your product has a column for each sample. What has b to be added to: to its rows, or to its columns?")
slip("multiplies element by element", {"X @ W": "X * W"},
     "Which of the two products of arrays adds up over the inputs: `*`, or the other one?")
slip("averages over the inputs", {"X @ W": "X @ W / X.shape[1]"}, "A matrix product adds up. Does it also divide?")
slip("bends the line", {"X @ W + b": "1 / (1 + np.exp(-(X @ W + b)))"},
     "Can a score be negative? Which layer bends the line, this one or the next?")
# the bias
slip("forgets the bias", {" + b": ""}, "Write the shapes under the product. Is anything added after it?")
slip("subtracts the bias", {"+ b": "- b"}, "Try an X of zeros: what should come out?")
slip("one bias a sample", {"+ b": "+ b[:, None]"},
     "Does the bias belong to a sample or to an output? Which axis of Y is that?")
slip("one bias for all", {"+ b": "+ b.sum()"}, "How many outputs has the layer, and does each one have its own bias?")
slip("adds the bias to the weights", {"X @ W + b": "X @ (W + b)"},
     "Which comes first in the formula, the product or the sum? Try an X of zeros.")
slip("adds the bias too early", {"X @ W + b": "(X + b) @ W"},
     "To what is the bias added: to what comes into the layer, or to what goes out?")
# dtypes, and whose arrays
slip("adds into whole numbers", {"X @ W + b": "X @ W\ny += b"},
     "`+=` writes into an array that is there already. Which dtype has a product of whole numbers?")
slip("cuts the fractions", {"X @ W + b": "X @ W + b.astype(X.dtype)"},
     "What becomes of a bias of 0.5 in an array of whole numbers?")
slip("works in the callers bias", {"X @ W + b": "np.add(X @ W, b)\nb -= b"},
     "Print b before and after the call. Is it yours to change?")
# the second thing that is returned
slip("cache first", {"return y, (X, W, b)": "return (X, W, b), y"},
     "Two things are returned. Which one comes first in the text?")
slip("returns no cache", {"return y, (X, W, b)": "return y"}, "How many things does the text ask you to return?")
slip("spreads the cache out", {"(X, W, b)": "X, W, b"},
     "Two things are returned, and the second is a tuple. How many do you return?")
slip("remembers the output", {"(X, W, b)": "(y, W, b)"},
     "What is remembered for the way back: what went out, or what came in?")
slip("remembers in another order", {"(X, W, b)": "(W, b, X)"}, "In which order does the text name the three?")
slip("b before W", {"(X, W, b)": "(X, b, W)"},
     "Whoever unpacks the cache writes `X, W, b = cache`. What do they get from yours?")
slip("forgets b", {"(X, W, b)": "(X, W)"}, "Count the arrays in your cache. Who is missing?")
slip("returns nothing", {"return y, (X, W, b)": ""}, "What does your function hand back to its caller?")
# fmt: on


@affine_layer_forward.alternative
def with_einsum(X, W, b):
    cache = X, W, b
    return np.einsum("nd,dh->nh", X, W) + b[None, :], cache


@affine_layer_forward.alternative
def neuron_by_neuron(X, W, b):
    y = np.empty((X.shape[0], W.shape[1]))
    for h in range(W.shape[1]):
        y[:, h] = np.dot(X, W[:, h]) + b[h]
    return y, (X, W, b)


@affine_layer_forward.alternative
def bias_as_a_weight(X, W, b):
    extended = np.hstack([X, np.ones((len(X), 1))])
    return np.matmul(extended, np.vstack([W, b])), (X.copy(), W.copy(), b.copy())


@affine_layer_forward.alternative
def number_by_number(X, W, b):
    columns = list(zip(*W, strict=True))
    rows = [[sum(x * w for x, w in zip(row, col, strict=True)) for col in columns] for row in X]
    return [np.array(rows) + b, (X, W, b)]
