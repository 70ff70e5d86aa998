r"""### `spread`: how far each row is from its mean

Use the given `centred`.
"""

import numpy as np

from autograder import exercise


def rows(rng):
    return {"x": rng.normal(size=(4, 6))}


@exercise
def spread(x):
    """Return the standard deviation of each row.

    Parameters
    ----------
    x : (N, D) array

    Returns
    -------
    (N,) array
    """
    return np.sqrt((centred(x) ** 2).mean(axis=1))


@spread.check("one number for each row", given=rows, points=2, seconds=2)
def values(spread, x):
    return spread(x)


@spread.misconception("Is that a standard deviation or a variance?")
def variance(x):
    return (centred(x) ** 2).mean(axis=1)
