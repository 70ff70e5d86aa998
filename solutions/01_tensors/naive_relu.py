r"""### `naive_relu`: one number at a time

$$\mathrm{relu}(x)_{ij} = \max(x_{ij},\ 0) \qquad x: (N, D)$$

$$\mathrm{relu}\begin{pmatrix} 2 & -1 & 0.25 \\ -4 & 0 & 3 \end{pmatrix} =
\begin{pmatrix} 2 & 0 & 0.25 \\ 0 & 0 & 3 \end{pmatrix}$$

Write it with loops, the way a machine without NumPy would do it: visit every element, keep what is positive,
write 0 for the rest. The caller still needs `x`, so put the answer into an array of its own.
"""

import numpy as np

from autograder import close, exercise, loops


def mixed(rng):
    signs = rng.permutation([-1, 1] * 6)  # drawn apart: relu must have something to do in every draw
    return {"x": (signs * rng.uniform(0.1, 3, size=12)).reshape(3, 4)}


def whole_numbers(rng):
    return {"x": rng.permutation(np.arange(-6, 6)).reshape(4, 3)}


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


@naive_relu.misconception("Call it with whole numbers. Which dtype comes out, and who chose it?")
def buffer_of_floats(x):
    result = np.zeros(x.shape)
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            result[i, j] = max(x[i, j], 0)
    return result


@naive_relu.misconception("Print `x` before and after the call. Did you promise to change it?")
def writes_into_the_argument(x):
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            x[i, j] = max(x[i, j], 0)
    return x


@naive_relu.misconception("What should relu do with a small positive number such as 0.25?")
def wrong_constant(x):
    result = x.copy()
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            result[i, j] = max(x[i, j], 5)
    return result


@naive_relu.misconception("Which numbers pass, and which are switched off? Try -3.")
def keeps_the_negative(x):
    result = x.copy()
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            result[i, j] = min(x[i, j], 0)
    return result


@naive_relu.misconception("Is -3 made positive, or switched off?")
def absolute_value(x):
    result = x.copy()
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            result[i, j] = abs(x[i, j])
    return result


@naive_relu.misconception("What does your function hand back to its caller?")
def no_return(x):
    result = x.copy()
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            result[i, j] = max(x[i, j], 0)


@naive_relu.misconception("How many rows have been visited when the function returns?")
def returns_too_early(x):
    result = x.copy()
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            result[i, j] = max(x[i, j], 0)
        return result


@naive_relu.misconception("An array of rank 2 has two lengths. Which loop needs which?")
def takes_it_for_a_square(x):
    result = x.copy()
    for i in range(len(x)):
        for j in range(len(x)):
            result[i, j] = max(x[i, j], 0)
    return result


@naive_relu.misconception("`max` compares single numbers. Is a row of `x` a single number?")
def max_of_a_row(x):
    result = x.copy()
    for i in range(x.shape[0]):
        result[i] = max(x[i], 0)
    return result


@naive_relu.misconception("Read the parentheses of your assertion aloud: the length of what?")
def misplaced_parenthesis(x):
    assert len(x.shape == 2)
    return x


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
