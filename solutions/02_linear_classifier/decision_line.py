r"""### `decision_line`: where the answer changes

A point of the plane is $(x, y)$, and its score is $x\,w_0 + y\,w_1 + b$. On one side of a line the scores are above
0.5, on the other side below. **On** the line the score is exactly 0.5:

$$x\,w_0 + y\,w_1 + b = 0.5$$

For each number of the array `x`, return the $y$ of the point on the line. `W` has the shape $(2, 1)$, `b` has the shape
$(1,)$, `x` has the shape $(M,)$, and so has the answer. $w_1$ is never 0 here.
"""

import numpy as np

from autograder import exercise


def line(rng, sign=1):
    """Weights away from 0, so that the line is neither level nor upright; numbers in no order."""
    W = np.array([[1.0], [sign]]) * rng.uniform(0.5, 2, size=(2, 1)) * rng.choice([-1, 1])
    return {"x": rng.normal(size=5), "W": W, "b": rng.uniform(0.6, 1.5, size=1)}


def falling(rng):
    return line(rng)


def rising(rng):
    return line(rng, sign=-1)


@exercise
def decision_line(x, W, b):
    """The line on which the score is 0.5.

    Parameters
    ----------
    x : (M,) array
    W : (2, 1) array
    b : (1,) array

    Returns
    -------
    (M,) array: the second number of each point on the line
    """
    return (0.5 - b - W[0] * x) / W[1]


@decision_line.check("a falling line", given=falling)
def falls(decision_line, x, W, b):
    return decision_line(x, W, b)


@decision_line.check("a rising line", given=rising)
def rises(decision_line, x, W, b):
    return decision_line(x, W, b)


# fmt: off
slip = decision_line.slip
# the equation
slip("score of 0", {"0.5 - b": "-b"},
     "Put a point of your line back into the score. Is it the score where the answer changes?")
slip("score of 1", {"0.5 - b": "1 - b"}, "Put a point of your line back into the score. What comes out?")
slip("wrong side of the bias", {"0.5 - b": "0.5 + b"},
     "When b goes to the other side of the equation, what happens to its sign?")
slip("forgets the bias", {"0.5 - b": "0.5"}, "Add 10 to every score. Does the line stay where it is?")
slip("wrong side of x", {"- W[0] * x": "+ W[0] * x"},
     "Both weights are positive: if x grows, must y grow or fall to keep the score?")
slip("weights swapped", {"W[0]": "W[-1]", "W[1]": "W[0]"}, "Which weight belongs to x, and which to y?")
slip("divides x only", {"(0.5 - b - W[0] * x) / W[1]": "0.5 - b - W[0] * x / W[1]"},
     "Which part of your line is divided by the second weight, and which part should be?")
slip("divides the bias only", {"(0.5 - b - W[0] * x) / W[1]": "-W[0] / W[1] * x + 0.5 - b / W[1]"},
     "Where does the division begin, and where does it end?")
slip("divides the end only", {"(0.5 - b - W[0] * x) / W[1]": "0.5 - W[0] * x - b / W[1]"},
     "Python divides before it subtracts. What stands over your fraction bar, and what should?")
slip("forgets y", {"(0.5 - b - W[0] * x) / W[1]": "W[0] * x + b - 0.5"},
     "Which letter of the equation is asked for? Where has it gone?")
slip("never divides", {" / W[1]": ""}, "What stands before y in the equation?")
slip("multiplies", {"/ W[1]": "* W[1]"}, "What stands before y in the equation, and how do you get rid of it?")
slip("along the weights", {"(0.5 - b - W[0] * x) / W[1]": "W[1] / W[0] * x"},
     "W points to where the score grows. Does the line run along W, or across it?")

# the answer
slip("the score", {"(0.5 - b - W[0] * x) / W[1]": "W[0] * x + W[1] * x + b"},
     "Is your answer a score, or a place in the plane?")
slip("as a column", {"* x": "* x[:, None]"}, "What is the shape of `x`, and what is the shape of your answer?")
slip("a line for each weight", {"W[0] * x": "W * x"}, "How many lines do you get? Print the shape.")
slip("one point", {"x)": "x[0])"}, "How many points of the line are asked for?")
slip("points as pairs", {"return (": "return np.stack([x, (", "/ W[1]": "/ W[1]], axis=1)"},
     "The caller has the first numbers already. Which ones are missing?")
slip("returns nothing", {"return ": ""}, "What does your function hand back to its caller?")
# fmt: on


@decision_line.alternative
def slope_and_height(x, W, b):
    slope = -W[0, 0] / W[1, 0]
    height = (0.5 - b[0]) / W[1, 0]
    return slope * x + height


@decision_line.alternative
def point_by_point(x, W, b):
    (w0,), (w1,) = W
    return np.array([(0.5 - float(b[0]) - w0 * one) / w1 for one in x])


@decision_line.alternative
def between_two_scores(x, W, b):
    """The score is straight in y: what it is at y = 0 and y = 1 tells where it is 0.5."""
    at_0 = np.stack([x, np.zeros_like(x)], axis=1) @ W + b
    at_1 = np.stack([x, np.ones_like(x)], axis=1) @ W + b
    return ((0.5 - at_0) / (at_1 - at_0)).ravel()
