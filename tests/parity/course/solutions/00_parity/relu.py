r"""### `relu`: negative values become 0"""

import numpy as np

from autograder import exercise


def mixed(rng):
    return {"x": rng.normal(size=(3, 4))}


@exercise
def relu(x):
    """Replace negative numbers by 0.

    Parameters
    ----------
    x : (N, D) array

    Returns
    -------
    (N, D) array
    """
    return np.maximum(x, 0)


@relu.check("negative numbers become 0, the others stay", given=mixed, points=2, seconds=2)
def values(relu, x):
    return relu(x)


@relu.misconception("Which numbers pass?")
def keeps_the_negative(x):
    return np.minimum(x, 0)
