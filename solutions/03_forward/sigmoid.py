r"""### `sigmoid`: any number becomes a number between 0 and 1

$$\sigma(x) = \frac{1}{1 + e^{-x}} \qquad\qquad
\sigma(-2) \approx 0.12 \qquad \sigma(0) = 0.5 \qquad \sigma(2) \approx 0.88$$

It works element by element: whatever shape $x$ has, the answer has the same. `x` stays as it is.

The values must be right for every finite $x$, also far out: 1 at $x = 1000$ and 0 at $x = -1000$. There, $e^{1000}$
is more than a float can hold, and NumPy may print a warning about an overflow. A warning costs no points. A wrong
number does, and so does NaN.
"""

import numpy as np

from autograder import agree, exercise


def several_ranks(rng):
    return {
        "vector": rng.normal(scale=2, size=6),
        "matrix": rng.normal(scale=2, size=(4, 5)),
        "stack": rng.normal(scale=2, size=(2, 3, 4)),
    }


def batch(rng):
    return {"x": rng.normal(scale=2, size=(3, 4))}


def far_out(rng):
    x = rng.normal(scale=2, size=(4, 3))
    x[:, :2] = rng.permutation([-1000.0, 1000, -1000, 1000, -800, 800, -40, 40]).reshape(4, 2)
    return {"x": x}


@exercise
def sigmoid(x):
    """Squeeze every number into the range from 0 to 1.

    Parameters
    ----------
    x : array of floats, of any shape; it stays as it is

    Returns
    -------
    array of floats, of the same shape
    """
    return 1 / (1 + np.exp(-x))


@sigmoid.check("the values, at any rank", given=several_ranks, points={"vector": 0.25, "matrix": 0.5, "stack": 0.25})
def values(sigmoid, vector, matrix, stack):
    return {"vector": sigmoid(vector), "matrix": sigmoid(matrix), "stack": sigmoid(stack)}


@sigmoid.check("right at x = 1000 and x = -1000", given=far_out)
def plateaus(sigmoid, x):
    return sigmoid(x)


@sigmoid.check("the argument is left alone", given=batch, compare=agree("answer", "answer to a copy of x"))
def argument(sigmoid, x):
    fresh = sigmoid(x.copy())
    return {"answer": sigmoid(x), "answer to a copy of x": fresh, "x afterwards": x}


# fmt: off
slip = sigmoid.slip
# one sign, one letter, one bracket
slip("loses the x", {"-x": "-1"}, "Does your output depend on the input at all?")
slip("loses the x and keeps its shape", {"1 / (1 + np.exp(-x))": "1 / (1 + np.exp(-1)) + 0 * x"},
     "Print your answer for several x. Does it depend on them at all?")
slip("loses the minus", {"-x": "x"}, "Try a large positive number: what should come out?")
slip("divides too early", {"(1 + np.exp(-x))": "1 + np.exp(-x)"},
     "Where does the division end? Put a bracket round what stands below the fraction bar.")
slip("subtracts", {"1 + np": "1 - np"}, "Try x = 0. Is the number below the fraction bar ever 0 in the formula?")
# far out
slip("overflows", {"1 / (1 + np.exp(-x))": "np.exp(x) / (np.exp(x) + 1)"},
     "For which x is your exponent positive and large? What is infinity divided by infinity?")
slip("stops at ten", {"-x": "-np.clip(x, -10, 10)"},
     "How far from 0 is your smallest value? From which x on can a float no longer tell?")
# another function
slip("shifts as softmax does", {"-x": "x.max(axis=-1, keepdims=True) - x"},
     "Add a number to all of x: a softmax stays as it is. Does the sigmoid?")
slip("shifts by the largest of all", {"-x": "x.max() - x"},
     "Add one large number to x: the others must not notice. Which functions may be shifted without changing?")
slip("is a softmax", {"1 / (1 + np.exp(-x))": "np.exp(x) / np.sum(np.exp(x))"},
     "Change one number in x. May the others' sigmoids change?")
slip("is tanh", {"1 / (1 + np.exp(-x))": "np.tanh(x)"}, "What should come out for x = 0? Can it be negative?")
slip("is too steep", {"1 / (1 + np.exp(-x))": "(1 + np.tanh(x)) / 2"},
     "The right end points, but compare the values at x = 1. What does a tanh do to its argument here?")
slip("is a step", {"1 / (1 + np.exp(-x))": "(x > 0) * 1.0"}, "Is there anything between 0 and 1 in your answer?")
slip("is its own slope", {"return 1 / (1 + np.exp(-x))": "y = 1 / (1 + np.exp(-x))\nreturn y * (1 - y)"},
     "The value was asked. Is yours larger for x = 5 than for x = 0?")
slip("is applied twice", {"return": "x = 1 / (1 + np.exp(-x))\nreturn"},
     "How often is the function applied on the way?")
# names
slip("uses another name", {"-x": "-z"}, "Which names does the function know? Restart the kernel and run it again.")
slip("exp of nobody", {"np.exp": "exp"}, "Who has the function `exp`? What must stand before its name?")
# arrays
slip("decides once for all", {"return": "if x < -700:\n    return 0.0\nreturn"},
     "`if` decides once. How many numbers does x hold?")
slip("takes one number only", {"return": "import math\nreturn", "np.exp": "math.exp"},
     "`math` works on a single number. Which library works on whole arrays?")
slip("writes into the argument", {"-x": "np.negative(x, out=x)"}, "Print x before and after. Is it yours to change?")
slip("returns nothing", {"return ": ""}, "What does your function hand back to its caller?")
# fmt: on


@sigmoid.alternative
def by_tanh(x):
    return 0.5 * (1 + np.tanh(x / 2))


@sigmoid.alternative
def two_branches(x):
    return np.where(x >= 0, 1 / (1 + np.exp(-x)), np.exp(x) / (1 + np.exp(x)))


@sigmoid.alternative
def number_by_number(x):
    from math import exp

    answer = np.zeros_like(x)
    for index, value in np.ndenumerate(x):
        answer[index] = 1 / (1 + exp(-value)) if value > 0 else 1 - 1 / (1 + exp(value))
    return answer


@sigmoid.alternative
def clipped(x):
    x = np.clip(x, -500, 500)
    return np.reciprocal(np.exp(-x) + 1)


@sigmoid.alternative
def through_logarithms(x):
    return np.exp(-np.logaddexp(0, -x))
