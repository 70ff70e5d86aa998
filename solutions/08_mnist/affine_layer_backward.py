r"""### `affine_layer_backward`: the same layer as a function

The given `affine_layer_forward` returns what it has worked out, and a `cache` of what it was made of:

$$Y = X W + b \qquad \texttt{cache} = (X, W, b) \qquad X: (N, D),\quad W: (D, H),\quad b: (H,)$$

Going back it is handed $dY = \partial L / \partial Y$ of shape $(N, H)$, and returns three gradients, each of
the shape of its own array:

$$dX = dY\, W^{T} \qquad dW = X^{T}\, dY \qquad db = \sum_{n=1}^{N} dY_n$$

The arguments stay as they are.
"""

import numpy as np

from autograder import agree, exercise


def batch(rng):
    return {
        "X": rng.normal(size=(5, 3)),
        "W": rng.normal(size=(3, 4)),
        "b": rng.normal(size=4),
        "dy": rng.normal(size=(5, 4)),
    }


def directions(rng):
    return {**batch(rng), "vX": rng.normal(size=(5, 3)), "vW": rng.normal(size=(3, 4)), "vb": rng.normal(size=4)}


@exercise
def affine_layer_backward(dy, cache):
    """The gradients of an affine layer.

    Parameters
    ----------
    dy : (N, H) array, the gradient by the layer's output; it stays as it is
    cache : (X, W, b), arrays of shapes (N, D), (D, H), (H,); they stay as they are

    Returns
    -------
    dX : (N, D) array
    dW : (D, H) array
    db : (H,) array
    """
    X, W, _ = cache
    return dy @ W.T, X.T @ dy, dy.sum(axis=0)


@affine_layer_backward.check("the gradients by X, W and b", given=batch, points={"dX": 0.3, "dW": 0.4, "db": 0.3})
def gradients(affine_layer_backward, X, W, b, dy):
    dX, dW, db = affine_layer_backward(dy, (X, W, b))
    return {"dX": dX, "dW": dW, "db": db}


@affine_layer_backward.check(
    "the gradients predict how the loss changes",
    given=directions,
    points={"along X": 0.15, "along W": 0.2, "along b": 0.15},
)
def slope(affine_layer_backward, X, W, b, dy, vX, vW, vb):
    dX, dW, db = affine_layer_backward(dy, (X, W, b))
    return {"along X": np.sum(dX * vX), "along W": np.sum(dW * vW), "along b": np.sum(db * vb)}


@slope.expected
def central_difference(affine_layer_backward, X, W, b, dy, vX, vW, vb):
    def change(dX, dW, db):
        above, below = (np.sum(dy * ((X + h * dX) @ (W + h * dW) + b + h * db)) for h in (1e-4, -1e-4))
        return (above - below) / 2e-4

    return {"along X": change(vX, 0, 0), "along W": change(0, vW, 0), "along b": change(0, 0, vb)}


@affine_layer_backward.check(
    "the arguments stay as they are", given=batch, points=0.5, compare=agree("dX", "dX from copies")
)
def arguments(affine_layer_backward, X, W, b, dy):
    copies, _, _ = affine_layer_backward(dy.copy(), (X.copy(), W.copy(), b.copy()))
    dX, _, _ = affine_layer_backward(dy, (X, W, b))
    return {"dX": dX, "dX from copies": copies, "dy afterwards": dy, "cache afterwards": [X, W, b]}


# fmt: off
slip = affine_layer_backward.slip
slip("db is a mean", {"sum": "mean"}, "Each sample pushes on the same bias. What happens to the pushes?")
slip("db sums the outputs", {"axis=0": "axis=1"}, "Which axis of dy is the batch?")
slip("db sums everything", {"axis=0": ""}, "How many numbers are in db, and are they all the same?")
slip("db keeps the axis", {"axis=0": "axis=0, keepdims=True"}, "What is the shape of b? And of your db?")
slip("db is dy", {"dy.sum(axis=0)": "dy"}, "b has H numbers. How many has your db?")
slip("divides by the batch", {"X.T @ dy, dy.sum(axis=0)": "X.T @ dy / len(dy), dy.mean(axis=0)"},
     "Has somebody already divided by the number of samples?")
slip("ignores dy", {"X, W, _ =": "dy = np.ones_like(dy)\nX, W, _ ="}, "If dy doubles, what should double?")
slip("forgets to turn the weights", {"dy @ W.T": "dy @ W"},
     "Print the shapes of dy and of what you call W. dX has the shape of X: which way round must W stand for that?")
slip("turns dW round", {"X.T @ dy": "dy.T @ X"}, "dW has the shape of W. Which shape has your product?")
slip("adds the bias", {"dy @ W.T": "(dy + cache[2]) @ W.T"}, "Does b stand in any of the three formulas?")
slip("another order", {"dy @ W.T, X.T @ dy, dy.sum(axis=0)": "X.T @ dy, dy.sum(axis=0), dy @ W.T"},
     "Which of the three gradients comes first?")
slip("opposite signs", {"return ": "dy = -dy\nreturn "}, "If Y grows with b, which sign has db?")
slip("two gradients only", {"dy @ W.T, X": "X"}, "The layer below waits for a gradient as well. Which one?")
slip("no return", {"return ": ""}, "What does your function hand back to its caller?")
slip("writes into dy", {"X, W, _ = cache": "X, W, _ = cache\ngradients = dy @ W.T, X.T @ dy, dy.sum(axis=0)\n"
                                           "dy *= 0\nreturn gradients"},
     "Print dy before and after the call. Is it yours to change?")
slip("writes into the cache", {"X, W, _ = cache": "X, W, _ = cache\ngradients = dy @ W.T, X.T @ dy, dy.sum(axis=0)\n"
                                                  "W -= 0.1 * gradients[1]\nreturn gradients"},
     "Who changes the weights: the function that knows the slope, or the one that makes the step?")
# fmt: on


@affine_layer_backward.alternative
def with_einsum(dy, cache):
    return tuple(
        np.einsum(path, *arrays)
        for path, arrays in (("nh,dh->nd", (dy, cache[1])), ("nd,nh->dh", (cache[0], dy)), ("nh->h", (dy,)))
    )


@affine_layer_backward.alternative
def sample_by_sample(dy, cache):
    X, W, b = cache
    dX, dW, db = np.zeros_like(X), np.zeros_like(W), np.zeros_like(b)
    for n, push in enumerate(dy):
        dX[n] = np.dot(W, push)
        dW += np.outer(X[n], push)
        db += push
    return dX, dW, db


@affine_layer_backward.alternative
def bias_as_a_weight(dy, cache):
    X, W, _ = cache
    augmented = np.hstack([X, np.ones((X.shape[0], 1))])
    both = np.dot(augmented.T, dy)
    return np.dot(W, dy.T).T, both[:-1], both[-1]
