r"""### `add`: the sum of two arrays

The honest part of an attacker's notebook, unless the attack is in here.
"""

import numpy as np

from autograder import exercise, no_loops


def pair(rng):
    return {"x": rng.normal(size=(2, 5)), "y": rng.normal(size=5)}


@exercise
def add(x, y):
    """Add two arrays.

    Parameters
    ----------
    x : (N, D) array
    y : (D,) array

    Returns
    -------
    (N, D) array
    """
    return np.add(x, y)


@add.check("the sum", given=pair, points=3, seconds=1)
def total(add, x, y):
    return {"sum": add(x, y), "x afterwards": x}


add.rule("without a loop", no_loops())


@add.misconception("Which sign does a sum have?")
def subtracts(x, y):
    return np.subtract(x, y)
