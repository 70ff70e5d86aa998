r"""### `sigmoid_gradient`: how steep it is

$$\sigma(z) = \frac{1}{1 + e^{-z}} \qquad\qquad \sigma'(z) = \sigma(z)\,\bigl(1 - \sigma(z)\bigr)$$

The argument is $z$, what goes **into** the sigmoid, an array of any shape. The function `sigmoid` is given, and does
not overflow. The gradient must be right for every finite $z$, also for $\pm 1000$.
"""

import numpy as np

from autograder import exercise


def several_ranks(rng):
    return {"vector": rng.normal(size=4) * 2, "matrix": rng.normal(size=(2, 3)) * 2}


def far_out(rng):
    z = rng.normal(size=(3, 4))
    z[:, :2] = rng.choice([-1000.0, 1000.0], size=(3, 2))
    z[0, :2] = -1000, 1000
    return {"z": z}


@exercise
def sigmoid_gradient(z):
    """The derivative of the sigmoid at z.

    Parameters
    ----------
    z : array of any shape; it stays as it is

    Returns
    -------
    array of the same shape
    """
    return sigmoid(z) * (1 - sigmoid(z))


@sigmoid_gradient.check("the values, at any rank", given=several_ranks, points=0.5)
def values(sigmoid_gradient, vector, matrix):
    return {"vector": sigmoid_gradient(vector), "matrix": sigmoid_gradient(matrix)}


@sigmoid_gradient.check("flat at z = 1000 and z = -1000; z stays as it is", given=far_out, points=0.5)
def plateau(sigmoid_gradient, z):
    return {"answer": sigmoid_gradient(z), "z afterwards": z}


# fmt: off
slip = sigmoid_gradient.slip
slip("is the sigmoid", {" * (1 - sigmoid(z))": ""},
     "At z = 1000 a nudge changes nothing. What does your answer say there?")
slip("half of the product", {"sigmoid(z) * ": ""}, "Is the curve as steep at -3 as at 3? Is yours?")
slip("takes z for the output", {"sigmoid(z)": "z"},
     "Which letter stands in the formula: what goes into the sigmoid, or what comes out?")
slip("applied twice", {"return": "z = sigmoid(z)\nreturn"},
     "How often have you applied the sigmoid before you multiply?")
slip("is that of tanh", {"sigmoid(z) * (1 - sigmoid(z))": "1 - sigmoid(z) ** 2"},
     "Whose derivative is 1 - y²? How steep is a sigmoid at 0?")
slip("adds", {"sigmoid(z) * (": "sigmoid(z) + ("}, "Print your answer for several z. Does it depend on z?")
slip("mixes both", {"(1 - sigmoid(z))": "(1 - z)"},
     "The formula has two factors. Is z in one of them without the sigmoid around it?")
slip("subtracts", {"sigmoid(z) * (": "sigmoid(z) - ("},
     "Which sign stands between the two factors? How steep is yours at 0?")
slip("wrong sign inside", {"1 - ": "1 + "}, "A sigmoid is steepest at 0, by a quarter. How steep is yours?")
slip("falls", {"(1 - sigmoid(z))": "(sigmoid(z) - 1)"}, "A sigmoid rises everywhere. Which sign has its slope?")
slip("overflows", {"sigmoid(z) * (1 - sigmoid(z))": "np.exp(-z) / (1 + np.exp(-z)) ** 2"},
     "What is exp(1000)? Which function that is given spares you the powers of e?")
slip("no return", {"return ": ""}, "What does your function hand back to its caller?")
# fmt: on


@sigmoid_gradient.alternative
def square_taken_off(z):
    y = sigmoid(z)
    return y - np.square(y)


@sigmoid_gradient.alternative
def both_sides(z):
    return sigmoid(z) * sigmoid(-z)


@sigmoid_gradient.alternative
def through_tanh(z):
    return 0.25 * (1 - np.tanh(z / 2) ** 2)
