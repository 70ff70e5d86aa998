r"""### `forward_difference`: half the price

If one nudge is enough, half of the work is saved. We ask for $f(x)$ **once**, keep it, and nudge only upwards:

$$\frac{\partial f}{\partial x_i} \approx \frac{f(x + h\,e_i) - f(x)}{h} \qquad h = 10^{-4}$$

For $N$ numbers this needs $N + 1$ evaluations of `f` instead of $2N$. Here `x` is a vector of floats, and after the
call it holds the same numbers as before.

What is graded: these values (so one-sided, with this $h$), and that `f` is called exactly $N + 1$ times.
"""

import numpy as np

from autograder import exercise


def vector(rng):
    return {"A": rng.normal(size=(3, 4)), "x": rng.normal(size=4)}


def longer_vector(rng):
    return {"c": rng.uniform(1, 2, size=6), "x": rng.uniform(0.5, 1.5, size=6)}


@exercise
def forward_difference(f, x):
    """The gradient of f at x by forward differences with h = 1e-4.

    Parameters
    ----------
    f : function of an array of shape (N,); it returns a number
    x : (N,) array of float; it is the same afterwards

    Returns
    -------
    (N,) array
    """
    h = 1e-4
    here, point = f(x), x.copy()
    gradient = np.zeros(len(x))
    for i in range(len(x)):
        point[i] = x[i] + h
        gradient[i] = (f(point) - here) / h
        point[i] = x[i]
    return gradient


@forward_difference.check("the slopes to the right, and x is the same afterwards", given=vector)
def cubes(forward_difference, A, x):
    return {"gradient": forward_difference(lambda z: np.sum((A @ z) ** 3), x), "x afterwards": x}


@forward_difference.check("f is called N + 1 times", given=longer_vector)
def price(forward_difference, c, x):
    calls = []
    gradient = forward_difference(lambda z: calls.append(1) or np.sum(c * z**3) + z[0] * z[-1], x)
    return {"gradient": gradient, "the number of calls of f": len(calls)}


# fmt: off
slip = forward_difference.slip
# the price
slip("asks again and again", {"- here": "- f(x)"}, "How often do you work out f(x)? Does it change?")
slip("asks twice for each", {"here, point = f(x), x.copy()": "point = x.copy()", "- here": "- f(x)"},
     "Count the calls of f in your loop. Which of them gives the same number every time?")
slip("central", {"(f(point) - here) / h": "(f(point) - f(2 * x - point)) / (2 * h)"},
     "More exact than asked, and twice as expensive. How many of the two nudges may you keep?")
# the quotient
slip("looks back", {"x[i] + h": "x[i] - h", "f(point) - here": "here - f(point)"},
     "Forward or backward: on which side of x does the second point lie?")
slip("turns the difference round", {"f(point) - here": "here - f(point)"},
     "f grows when x grows. Which sign has your slope?")
slip("divides by 2h", {"/ h": "/ (2 * h)"}, "How far apart are the two points at which you ask f?")
slip("takes the difference only", {" / h": ""}, "A slope is a change for each unit of the way. Where is the way?")
slip("divides the rest", {"(f(point) - here) / h": "f(point) - here / h"}, "Where does your division begin?")
slip("adds the two values", {"- here": "+ here"}, "If f is constant, what must its slope be?")
slip("strides", {"1e-4": "0.1"}, "How long is the step that the text asks for, and how long is yours?")
# which numbers move
slip("nudges a copy", {"f(point)": "f(x)"},
     "Print the array that f reads in both calls. Does it change between them, and by how much?")
slip("nudges all at once", {"point[i] = x[i] + h": "point = x + h", "    point[i] = x[i]\n": ""},
     "How many numbers may move for one slope?")
slip("stays where it went", {"    point[i] = x[i]\n": ""},
     "When it is the turn of the second number, where does the first one stand?")
slip("leaves x moved", {"x.copy()": "x", "point[i] = x[i] + h": "old = x[i]\n    point[i] = old + h",
                        "    point[i] = x[i]\n": ""},
     "Print x before and after the call. Is every number back in its place?")
slip("moves the start, too", {"    point[i] = x[i]\n": "    here = f(point)\n"},
     "The start of every nudge is the same point. Which point is yours in the second round?")
# what comes out
slip("returns inside the loop", {"return": "    return"}, "How often does the loop run before the function returns?")
slip("forgets the last", {"range(len(x))": "range(len(x) - 1)"},
     "How many slopes have you worked out, and how many are asked for?")
slip("returns nothing", {"return gradient": ""}, "What does your function hand back to its caller?")
# fmt: on

forward_difference.equivalent("gradient = np.zeros(len(x))", "gradient = np.ones(len(x))", "every entry is overwritten")
forward_difference.equivalent(
    "gradient[i] = (f(point) - here) / h", "gradient[i] += (f(point) - here) / h", "every entry is 0 before"
)


@forward_difference.alternative
def rows_of_a_table(f, x):
    start = f(x)
    return np.array([f(row) - start for row in x + 1e-4 * np.eye(x.size)]) / 1e-4


@forward_difference.alternative
def where_it_stands(f, x):
    slopes, start = np.full(x.shape, -f(x)), 1e-4
    for i, kept in enumerate(x.tolist()):
        x[i] = kept + start
        slopes[i] += f(x)
        x[i] = kept
    return slopes / start


@forward_difference.alternative
def with_a_helper(f, x):
    def moved(i):
        return np.where(np.arange(len(x)) == i, x + 1e-4, x)

    first, *others = map(f, [x, *map(moved, range(len(x)))])
    return np.fromiter(((other - first) / 1e-4 for other in others), dtype=float)
