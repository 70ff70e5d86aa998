r"""### `numerical_gradient`: nudge every number

$$\frac{\partial f}{\partial x_i} \approx \frac{f(x + h e_i) - f(x - h e_i)}{2h}$$
"""

import numpy as np

from autograder import close, exercise

ROUGH = close(rtol=1e-5, atol=1e-6)


def quadratic_form(rng):
    return {"A": rng.normal(size=(4, 4)), "x": rng.normal(size=4)}


def matrix(rng):
    return {"x": rng.normal(size=(2, 3))}


@exercise
def numerical_gradient(f, x):
    """Central differences with h = 1e-4.

    Parameters
    ----------
    f : function of an array like x, with a number as its value
    x : array of floats, any shape; it is the same afterwards

    Returns
    -------
    array of the shape of x
    """
    h = 1e-4
    gradient = np.zeros_like(x)
    for index in np.ndindex(x.shape):
        old = x[index]
        x[index] = old + h
        above = f(x)
        x[index] = old - h
        below = f(x)
        x[index] = old
        gradient[index] = (above - below) / (2 * h)
    return gradient


@numerical_gradient.check("a quadratic form", given=quadratic_form, compare=ROUGH)
def vector(numerical_gradient, A, x):
    return numerical_gradient(lambda z: z @ A @ z, x)


@numerical_gradient.check("a matrix, which is the same afterwards", given=matrix, compare=ROUGH, points=2)
def rank_two(numerical_gradient, x):
    return {"gradient": numerical_gradient(lambda z: np.sum(np.sin(z) * np.arange(1, 4)), x), "x afterwards": x}


@numerical_gradient.misconception("Is x the same afterwards?")
def forgets_to_restore(f, x):
    gradient = np.zeros_like(x)
    for index in np.ndindex(x.shape):
        below = f(x)
        x[index] += 1e-4
        gradient[index] = (f(x) - below) / 1e-4
    return gradient


numerical_gradient.slip("returns inside the loop", {"return": "    return"}, "How often does the loop run?")


@numerical_gradient.alternative
def with_copies(f, x):
    def slope(index):
        nudge = np.zeros_like(x)
        nudge[index] = 1e-4
        return (f(x + nudge) - f(x - nudge)) / 2e-4

    return np.array([slope(index) for index in np.ndindex(x.shape)]).reshape(x.shape)
