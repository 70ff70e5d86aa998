r"""### `output_gradient`: which scores are to blame

How does the loss change if a score grows a little? Softmax and logarithm together have a very short answer. With the
probabilities $\hat Y = \mathrm{softmax}(S)$ and the right classes as one-hot rows $T$, all of shape $(N, C)$:

$$\frac{\partial L}{\partial S} = \frac{\hat Y - T}{N}$$

It is the gradient by the scores $S$, the **input** of the softmax. The comment above this line in a well-known
notebook says "by the output"; the gradient by the output is another one, $-T / \hat Y / N$.

For $\hat y = (0.67, 0.24, 0.09)$, the only sample, and a right answer in the last place: $(0.67, 0.24, -0.91)$. The
right score should rise; the others should fall, each by as much as it was believed.

Here `t` always comes as one-hot rows. Both arguments stay as they are.
"""

import numpy as np

from autograder import agree, close, exercise


def batch(rng, N=5):
    power = np.exp(rng.normal(size=(N, 4)))
    labels = rng.permutation([0, 1, 2, 3, *rng.integers(4, size=N - 4)])
    return {"y_hat": power / power.sum(axis=1, keepdims=True), "t": np.eye(4)[labels]}


def two_batches(rng):
    return {**batch(rng), **{f"{name}2": value for name, value in batch(rng, 6).items()}}


def direction(rng):
    return {**batch(rng), "directions": rng.normal(size=(3, 5, 4))}


@exercise
def output_gradient(y_hat, t):
    """The gradient of the mean cross-entropy by the scores.

    Parameters
    ----------
    y_hat : (N, C) array, softmax of the scores; it stays as it is
    t : (N, C) array of one-hot rows; it stays as it is

    Returns
    -------
    (N, C) array
    """
    return (y_hat - t) / len(y_hat)


@output_gradient.check(
    "the gradient, of one batch and then another",
    given=two_batches,
    points={"the first answer": 0.5, "the second answer": 0.5},
)
def values(output_gradient, y_hat, t, y_hat2, t2):
    return {"the first answer": output_gradient(y_hat, t), "the second answer": output_gradient(y_hat2, t2)}


@output_gradient.check(
    "it predicts along which directions the loss changes most, whatever the factor",
    given=direction,
    compare=close(1e-5, 1e-6),
)
def slope(output_gradient, y_hat, t, directions):
    gradient = output_gradient(y_hat, t)
    slopes = np.array([np.sum(gradient * v) for v in directions])
    return slopes / np.linalg.norm(slopes)  # a wrong factor is charged above


@slope.expected
def central_difference(y_hat, t, directions):
    def loss(step):
        scores = np.log(y_hat) + step  # scores whose softmax is y_hat
        return np.mean(np.log(np.exp(scores).sum(axis=1)) - np.sum(t * scores, axis=1))

    slopes = np.array([loss(1e-4 * v) - loss(-1e-4 * v) for v in directions])
    return slopes / np.linalg.norm(slopes)


@output_gradient.check("both arguments are left alone", given=batch, compare=agree("answer", "answer to copies"))
def arguments(output_gradient, y_hat, t):
    fresh = output_gradient(y_hat.copy(), t.copy())
    return {
        "answer": output_gradient(y_hat, t),
        "answer to copies": fresh,
        "y_hat afterwards": y_hat,
        "t afterwards": t,
    }


# fmt: off
slip = output_gradient.slip
# the mean
slip("forgets the mean", {" / len(y_hat)": ""}, "The loss is a mean. Is its gradient?")
slip("divides by every number", {"len(y_hat)": "y_hat.size"},
     "The loss is a mean over what? How many of them are there?")
slip("divides by the classes", {"len(y_hat)": "y_hat.shape[1]"}, "Which axis is the batch?")
slip("divides too early", {"(y_hat - t) /": "y_hat - t /"},
     "Where does the fraction bar begin? Put a bracket round what is above it.")
slip("divides twice", {"len(y_hat)": "len(y_hat) ** 2"}, "How often does a mean divide?")
# the sign, and what is subtracted
slip("points downhill", {"y_hat - t": "t - y_hat"}, "Raise the score of the right class. Does the loss rise or fall?")
slip("adds", {"y_hat - t": "y_hat + t"},
     "A nudge to all scores of a row changes nothing. What, then, must a row of your gradient add up to?")
slip("returns the probabilities", {"(y_hat - t)": "y_hat"}, "Where does the right answer enter your gradient?")
slip("subtracts one everywhere", {"- t": "- 1"}, "Is every class the right one? What must the sum of a row be?")
slip("corrects the favourite", {"- t": "- (y_hat == y_hat.max(axis=1, keepdims=True))"},
     "Which class is pulled up: the one that the network prefers, or the right one?")
slip("forgets the other scores", {"(y_hat - t)": "t * (y_hat - 1)"},
     "If one score rises, what happens to the probabilities of the other classes?")
# another derivative
slip("stops at the output", {"(y_hat - t)": "-t / y_hat"},
     "By what is your gradient: by the output of the softmax, or by its input?")
slip("adds the slope of a sigmoid", {"(y_hat - t)": "(y_hat - t) * y_hat * (1 - y_hat)"},
     "The formula is the whole way through the softmax. Why do you go part of it again?")
slip("squares", {"(y_hat - t)": "(y_hat - t) ** 2"}, "Which score should rise? Can your gradient be negative?")
slip("doubles", {"(y_hat - t)": "2 * (y_hat - t)"}, "To which loss does the 2 belong: to a square, or to a logarithm?")
slip("applies softmax again", {"return": "power = np.exp(y_hat)\n"
                                         "y_hat = power / power.sum(axis=1, keepdims=True)\nreturn"},
     "Are these scores, or probabilities already?")
# shapes, whose arrays
slip("adds the samples up", {"(y_hat - t) / len(y_hat)": "np.sum(y_hat - t, axis=0) / len(y_hat)"},
     "How many rows have the scores? How many has your gradient?")
slip("makes one number", {"(y_hat - t) / len(y_hat)": "np.sum(np.abs(y_hat - t)) / len(y_hat)"},
     "A gradient has a number for each score. How many has yours?")
slip("averages everything", {"(y_hat - t) / len(y_hat)": "np.mean(y_hat - t)"},
     "How many scores can be nudged? How many slopes are there?")
slip("works in the callers array", {"return (y_hat - t)": "y_hat -= t\nreturn y_hat"},
     "Print y_hat before and after the call. Do its rows still sum to 1?")
slip("turns t into the gradient", {"return (y_hat - t) / len(y_hat)": "np.subtract(y_hat, t, out=t)\n"
                                                                      "t /= len(y_hat)\nreturn t"},
     "Print t before and after the call. Whose array has become the gradient?")
slip("returns nothing", {"return ": ""}, "What does your function hand back to its caller?")
# fmt: on


@output_gradient.alternative
def takes_one_off(y_hat, t):
    dy = y_hat.copy()
    dy[np.arange(len(t)), t.argmax(axis=1)] -= 1
    dy /= len(t)
    return dy


@output_gradient.alternative
def number_by_number(y_hat, t):
    N, C = y_hat.shape
    return np.array([[(y_hat[n, c] - t[n, c]) / N for c in range(C)] for n in range(N)])


@output_gradient.alternative
def by_the_jacobian(y_hat, t):
    by_output = -t / y_hat / y_hat.shape[0]
    jacobian = y_hat[:, :, None] * (np.eye(y_hat.shape[1]) - y_hat[:, None, :])
    return np.einsum("nk,nkc->nc", by_output, jacobian)


@output_gradient.alternative
def in_single_precision(y_hat, t):
    gradient = np.subtract(y_hat, t, dtype=np.float32)
    return np.divide(gradient, len(gradient), out=gradient)
