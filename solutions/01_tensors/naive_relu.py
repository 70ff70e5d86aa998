r"""### `naive_relu`: one number at a time

$$\mathrm{relu}(x)_{ij} = \max(x_{ij},\ 0)$$

Write it with loops, the way a machine without NumPy would do it: visit every element, keep what is positive, write 0
for the rest. The caller still needs `x`, so put the answer into an array of its own.
"""

import numpy as np

from autograder import close, exercise, loops


def mixed(rng):
    return {"x": rng.normal(size=(3, 4))}


def whole_numbers(rng):
    return {"x": rng.integers(-9, 10, size=(4, 3))}


@exercise
def naive_relu(x):
    """Replace negative numbers by 0, element by element.

    Parameters
    ----------
    x : (N, D) array of numbers; it stays as it is

    Returns
    -------
    (N, D) array of the same dtype
    """
    result = x.copy()
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            result[i, j] = max(x[i, j], 0)
    return result


@naive_relu.check("negative numbers become 0, the others stay", given=mixed)
def values(naive_relu, x):
    return naive_relu(x)


@naive_relu.check("the dtype stays", given=whole_numbers, compare=close(same_dtype=True))
def dtype(naive_relu, x):
    return naive_relu(x)


@naive_relu.check("the argument is left alone", given=mixed)
def argument(naive_relu, x):
    return {"answer": naive_relu(x), "x afterwards": x}


naive_relu.rule("loops do the work", loops(x=2))


@naive_relu.misconception("Print `x` before and after the call. Did you promise to change it?")
def writes_into_the_argument(x):
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            x[i, j] = max(x[i, j], 0)
    return x


@naive_relu.misconception("What should relu do with a small positive number such as 0.25?")
def wrong_constant(x):
    return np.where(x > 5, x, 5).astype(x.dtype)


@naive_relu.misconception("Which numbers pass, and which are switched off? Try -3.")
def keeps_the_negative(x):
    return np.minimum(x, 0)


@naive_relu.misconception("What does your function hand back to its caller?")
def no_return(x):
    np.maximum(x, 0)


@naive_relu.alternative
def rows_of_rows(x):
    return np.array([[value if value > 0 else 0 for value in row] for row in x], dtype=x.dtype)


@naive_relu.alternative
def by_index(x):
    result = np.zeros_like(x)
    for index in np.ndindex(x.shape):
        if x[index] > 0:
            result[index] = x[index]
    return result
