r"""### `relu`: all numbers at once

$$\mathrm{relu}(x) = \max(x,\ 0) \qquad \text{for every element, whatever the rank of } x$$

Say what should happen to the whole array, and leave the loops to NumPy. There are several ways: one function
that compares element by element, a choice between two arrays, a product with a mask. Without indices in your
code, the same line serves a vector, a matrix and a stack of images.

Keep the dtype that comes in. Networks are often stored as float32: each number takes half the memory of a
float64.
"""

import numpy as np

from autograder import agree, close, exercise, no_loops


def signed(rng, *shape):
    """Numbers of both signs in every draw, so that relu always has something to do."""
    sizes = rng.uniform(0.1, 3, size=shape)
    return sizes * rng.permutation(np.resize([-1, 1], sizes.size)).reshape(shape)


def several_ranks(rng):
    return {"vector": signed(rng, 6), "matrix": signed(rng, 4, 5), "stack": signed(rng, 2, 3, 4)}


def mixed(rng):
    return {"x": signed(rng, 3, 4)}


def single_precision(rng):
    return {"x": signed(rng, 4, 3).astype(np.float32)}


@exercise
def relu(x):
    """Replace negative numbers by 0.

    Parameters
    ----------
    x : array of floats, of any shape; it stays as it is

    Returns
    -------
    array of the same shape and dtype
    """
    return np.maximum(x, 0)


@relu.check("negative numbers become 0, at any rank", given=several_ranks)
def values(relu, vector, matrix, stack):
    return {"vector": relu(vector), "matrix": relu(matrix), "stack": relu(stack)}


@relu.check("float32 stays float32", given=single_precision, points=0.5, compare=close(same_dtype=True))
def dtype(relu, x):
    return relu(x)


@relu.check("the argument is left alone", given=mixed, points=0.5, compare=agree("answer", "answer to a copy of x"))
def argument(relu, x):
    fresh = relu(x.copy())
    return {"answer": relu(x), "answer to a copy of x": fresh, "x afterwards": x}


relu.rule("no loops", no_loops(), points=0.5)

# one word or one argument is another
relu.slip("compares with float64", {"0": "np.zeros(x.shape)"}, "Which dtype has an array of zeros if nobody tells it?")
relu.slip(
    "max of python",
    {"np.maximum": "max"},
    "`max` and `if` decide once, about one number. How many decisions does an array need?",
)
relu.slip(
    "largest of each column",
    {"maximum": "max"},
    "Print the shape of your answer. What does the second argument of `np.max` say?",
)

relu.slip(
    "largest of all",
    {"np.maximum(x, 0)": "np.max(x)"},
    "How many numbers come out? `np.max` looks for one, in the whole array.",
)
relu.slip(
    "asks max for an axis",
    {"np.maximum(x, 0)": "np.max(0, x)"},
    "What does the second argument of `np.max` say? Which of its relatives compares two things, element by element?",
)
relu.slip("wrong constant", {"0": "5"}, "What should relu do with a small positive number such as 0.25?")

# another idea of what should come out
relu.slip(
    "mask only",
    {"np.maximum(x, 0)": "x > 0"},
    "Print dtype and values of your answer: does it say how large a number is?",
)
relu.slip(
    "ones and zeros",
    {"np.maximum(x, 0)": "np.where(x > 0, 1, 0)"},
    "Relu of 2.5: is it 1? What should be kept of a positive number?",
)
relu.slip("drops the negative", {"np.maximum(x, 0)": "x[x > 0]"}, "How many numbers go in, how many come out?")
relu.slip(
    "writes into the argument", {"0": "0, out=x"}, "Print `x` before and after the call. Did you promise to change it?"
)
relu.slip("absolute value", {"np.maximum(x, 0)": "np.abs(x)"}, "Is -3 made positive, or switched off?")
relu.slip("keeps the negative", {"maximum": "minimum"}, "Which numbers pass, and which are switched off? Try -3.")
relu.slip("no return", {"return ": ""}, "What does your function hand back to its caller?")


@relu.alternative
def chooses(x):
    return np.where(x > 0, x, 0)


@relu.alternative
def multiplies_by_a_mask(x):
    return x * (x > 0)


@relu.alternative
def clears_a_copy(x):
    result = x.copy()
    result[result < 0] = 0
    return result


@relu.alternative
def half_of_the_sum(x):
    return (x + np.abs(x)) / 2
