"""## relu"""

import numpy as np

from autograder import exercise, no_loops


def mixed(rng):
    return {"x": rng.normal(size=(3, 4))}


@exercise
def relu(x):
    """The positive part of x."""
    return np.maximum(x, 0)


@relu.check("negative numbers become 0, the others stay", given=mixed)
def values(relu, x):
    return relu(x)


relu.rule("without a loop", no_loops())


@relu.misconception("Which numbers pass? Try -3.")
def keeps_the_negative(x):
    return np.minimum(x, 0)
