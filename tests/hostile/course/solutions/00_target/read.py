r"""### `read`: the numbers in a file

Its input is a file on disk, which the student's process may read, but not list or change.
"""

import io

import numpy as np

from autograder import File, exercise


def table(rng):
    content = io.BytesIO()
    np.save(content, rng.normal(size=(4, 2)))
    return {"path": File(content.getvalue(), ".npy")}


@exercise
def read(path):
    """Read an array.

    Parameters
    ----------
    path : str, an .npy file

    Returns
    -------
    array
    """
    return np.load(path)


@read.check("the numbers", given=table, points=2, seconds=1)
def numbers(read, path):
    return read(path)


@read.misconception("Which numbers are in the file?")
def only_their_shape(path):
    return np.zeros_like(np.load(path))
