r"""### `numerical_gradient`: nudge every number, both ways

$$\frac{\partial f}{\partial x_i} \approx \frac{f(x + h\,e_i) - f(x - h\,e_i)}{2h} \qquad h = 10^{-4}$$

$x + h\,e_i$ is $x$ with **one** of its numbers moved by $h$. `f` is any function of an array that returns a number.
There is one slope for each number of `x`, so the answer has the shape of `x`, whether that is a vector, a matrix or
an array of rank 3.

After the call `x` holds the same numbers as before.

`x` may also hold whole numbers, or be of dtype float32. Nudge in float64 then: an integer array has no room for
$3.0001$, and float32 keeps only seven digits.
"""

import numpy as np

from autograder import agree, close, exercise

# 300 seeds, in tolerances: a step of 1e-5 is off by at most 0.1, one-sided differences by 50 and more (rank 2 and 3)
NEARLY = close(rtol=2e-6, atol=2e-7, single=False)


def vector(rng):
    """Slopes of some hundreds: a quotient without its divisor is not mistaken for zero."""
    return {"A": rng.uniform(1, 3, size=(3, 4)), "x": rng.uniform(0.2, 2, size=4)}


def higher_ranks(rng):
    return {"matrix": rng.normal(size=(2, 3)), "stack": rng.normal(size=(3, 1, 2)), "c": rng.uniform(1, 2, size=3)}


def other_dtypes(rng):
    whole = rng.choice([-4, -3, -2, 2, 3, 4], size=4)
    return {"whole": whole, "single": rng.uniform(1, 3, size=3).astype(np.float32), "c": rng.uniform(0.5, 2, size=4)}


@exercise
def numerical_gradient(f, x):
    """The gradient of f at x by central differences with h = 1e-4.

    Parameters
    ----------
    f : function of an array of the shape of x; it returns a number
    x : array of rank 1, 2 or 3, of floats or whole numbers; it is the same afterwards

    Returns
    -------
    array of float, of the shape of x
    """
    h = 1e-4
    point = np.array(x, dtype=float)
    gradient = np.zeros(point.shape)
    for index in np.ndindex(point.shape):
        old = point[index]
        point[index] = old + h
        above = f(point)
        point[index] = old - h
        below = f(point)
        point[index] = old
        gradient[index] = (above - below) / (2 * h)
    return gradient


@numerical_gradient.check(
    "the gradient at a vector", given=vector, compare=NEARLY, points={"gradient": 0.4, "its direction": 0.35}
)
def cubes(numerical_gradient, A, x):
    gradient = numerical_gradient(lambda z: np.sum((A @ z) ** 3), x)
    return {"gradient": gradient, "its direction": gradient / np.linalg.norm(gradient)}


@numerical_gradient.check(
    "at a matrix, and at an array of rank 3",
    given=higher_ranks,
    compare=NEARLY,
    points={"matrix": 0.4, "rank 3": 0.35},
)
def ranks(numerical_gradient, matrix, stack, c):
    return {
        "matrix": numerical_gradient(lambda z: np.sum(c * z**3) + z[0, 1] * z[1, 2], matrix),
        "rank 3": numerical_gradient(lambda z: np.sum(c * np.sin(z[:, 0, 0] * z[:, 0, 1])), stack),
    }


@numerical_gradient.check(
    "at whole numbers, and at numbers of dtype float32",
    given=other_dtypes,
    compare=NEARLY,
    points={"whole numbers": 0.5, "float32": 0.25},
)
def dtypes(numerical_gradient, whole, single, c):
    return {
        "whole numbers": numerical_gradient(lambda z: np.sum(c * z * z * z), whole),
        "float32": numerical_gradient(lambda z: np.prod(z) + np.sum(z * z), single),
    }


@numerical_gradient.check(
    "the array is the same afterwards",
    given=vector,
    compare=agree("gradient", "gradient at a copy", rtol=2e-6, atol=2e-7),
    points=0.75,
)
def same_afterwards(numerical_gradient, A, x):
    fresh = numerical_gradient(lambda z: np.sum((A @ z) ** 3), x.copy())
    gradient, whole = numerical_gradient(lambda z: np.sum((A @ z) ** 3), x), np.arange(1, 5)
    numerical_gradient(lambda z: np.sum(A @ z), whole)
    return {"gradient": gradient, "gradient at a copy": fresh, "x afterwards": x, "whole numbers afterwards": whole}


# fmt: off
slip = numerical_gradient.slip
# the quotient
slip("one-sided", {"old - h": "old", "(2 * h)": "h"}, "Nearly right. Is x in the middle between your two nudges?")
slip("moves up only", {"old - h": "old"}, "One of your two points does not move. How far apart are they then?")
slip("adds the two values", {"above - below": "above + below"}, "If f is constant, what must its slope be?")
slip("divides by h", {"(2 * h)": "h"}, "How far apart are the two points at which you ask f?")
slip("divides too little", {"(2 * h)": "2 * h"}, "Where does your division end?")
slip("turns the difference round", {"above - below": "below - above"},
     "f grows when x grows. Which sign has your slope?")
slip("takes the difference only", {" / (2 * h)": ""}, "A slope is a change for each unit of the way. Where is the way?")
slip("strides", {"1e-4": "0.1"}, "A chord is close to the tangent if it is short. How short is yours?")
# which numbers move
slip("nudges all at once", {"point[index] = old + h": "point = point + h", "point[index] = old - h":
                            "point = point - 2 * h", "point[index] = old\n": "point = point + h\n"},
     "All your slopes are the same, or add up to the same. How many numbers may move for one of them?")
slip("one slope for all", {"for index in np.ndindex(point.shape)": "return (f(x + h) - f(x - h)) / (2 * h)\n"
                           "for index in np.ndindex(point.shape)"},
     "`x + h` moves every number of x. How many slopes come out, and how many are asked for?")
slip("nudges along one axis", {"point[index] = old + h": "step = h * (np.arange(point.size) == np.ravel_multi_index("
                               "index, point.shape))\n    point = point + step",
                               "point[index] = old - h": "point = point - 2 * step",
                               "point[index] = old\n": "point = point + step\n"},
     "Your nudge is a vector. Which shape must it have to be added to a matrix?")
slip("nudges a copy", {"f(point)": "f(x)"},
     "Print the array that f reads in both calls. Does it change between them, and by how much?")
slip("puts an array into a place", {"point[index] = old + h": "point[index] = x + h"},
     "Right of the equals sign: is it one number, or all of them?")
slip("walks along one axis", {"np.ndindex(point.shape)": "range(point.size)"},
     "How many indices does a number in a matrix have? How can one loop visit all of them?")
slip("moves whole rows", {"np.ndindex(point.shape)": "range(len(point))", "old = point[index]":
                          "old = np.copy(point[index])"},
     "In a matrix, what is x[0]: one number, or a row of them?")
slip("stays where it went", {"    point[index] = old\n": ""},
     "When it is the turn of the second number, where does the first one stand?")
slip("leaves x moved", {"np.array(x, dtype=float)": "np.asarray(x, dtype=float)", "    point[index] = old\n": ""},
     "Print x before and after the call. Is every number back in its place?")
slip("returns inside the loop", {"return": "    return"}, "How often does the loop run before the function returns?")
slip("keeps the last slope", {"gradient[index]": "gradient"},
     "How many slopes does x have, and where does each one go?")
slip("returns nothing", {"return gradient": ""}, "What does your function hand back to its caller?")
# dtypes
slip("stays with whole numbers", {"np.array(x, dtype=float)": "x.copy()",
                                  "np.zeros(point.shape)": "np.zeros_like(x)"},
     "Print x.dtype. What is 3 + 0.0001 in such an array, and what is a slope of 0.5?")
slip("nudges whole numbers", {"np.array(x, dtype=float)": "x.copy()"}, "What is 3 + 0.0001 in an array of dtype int?")
slip("nudges float32", {"np.array(x, dtype=float)": "x * (1.0 if x.dtype.kind == 'i' else x.dtype.type(1))"},
     "How many digits has a float32? How many of them does a nudge of 0.0001 change?")
slip("writes slopes as whole numbers", {"np.zeros(point.shape)": "np.zeros_like(x)"},
     "Which dtype has the array that your slopes are written into?")
# fmt: on

numerical_gradient.equivalent("h = 0.0001", "h = -0.0001", "the two nudges change places, and so does the sign")
numerical_gradient.equivalent(
    "gradient = np.zeros(point.shape)", "gradient = np.ones(point.shape)", "every entry is overwritten"
)
numerical_gradient.equivalent(
    "gradient[index] = (above - below) / (2 * h)",
    "gradient[index] += (above - below) / (2 * h)",
    "every entry is 0 before",
)


@numerical_gradient.alternative
def with_copies(f, x):
    def slope(index):
        nudge = np.zeros(x.shape)
        nudge[index] = 1e-4
        return (f(x + nudge) - f(x - nudge)) / 2e-4

    return np.array([slope(index) for index in np.ndindex(x.shape)]).reshape(x.shape)


@numerical_gradient.alternative
def along_the_axes(f, x):
    steps = 1e-4 * np.eye(x.size).reshape(x.size, *x.shape)
    up, down = ([f(x + sign * step) for step in steps] for sign in (1, -1))
    return np.subtract(up, down).reshape(x.shape) / 2e-4


@numerical_gradient.alternative
def where_it_stands(f, x):
    z = x if x.dtype == np.float64 else x.astype(np.float64)
    slopes = np.empty(z.shape)
    walk = np.nditer(z, flags=["multi_index"])
    while not walk.finished:
        place = walk.multi_index
        kept = float(z[place])
        z[place] = kept + 1e-4
        slopes[place] = f(z)
        z[place] = kept - 1e-4
        slopes[place] -= f(z)
        z[place] = kept
        walk.iternext()
    return slopes / 2e-4


@numerical_gradient.alternative
def flattened(f, x):
    h = 1e-5

    def at(numbers):
        return f(np.reshape(numbers, x.shape))

    numbers, slopes = [float(value) for value in x.ravel()], []
    for i, value in enumerate(numbers):
        left, right = numbers[:i], numbers[i + 1 :]
        slopes.append((at([*left, value + h, *right]) - at([*left, value - h, *right])) / (2 * h))
    return np.reshape(slopes, x.shape)
