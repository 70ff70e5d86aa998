r"""### `load_pairs`: read a file

The file holds `X` of shape (H, W, N) and `y` of shape (N, 1) in 1..10. The samples come first in what you return, and
the label 10 stands for the digit 0.
"""

import io

import numpy as np

from autograder import File, exercise


def archive(rng):
    content = io.BytesIO()
    images = rng.integers(0, 256, size=(2, 3, 5)).astype(np.uint8)
    np.savez(content, X=images, y=rng.permutation([10, 1, 2, 3, 10]).reshape(5, 1).astype(np.uint8))
    return {"path": File(content.getvalue(), ".npz")}


@exercise
def load_pairs(path):
    """Read images and labels.

    Parameters
    ----------
    path : str, an .npz file

    Returns
    -------
    images : (N, H, W) array of uint8
    labels : (N,) array of int, 0..9
    """
    with np.load(path) as data:
        return np.moveaxis(data["X"], -1, 0), data["y"].ravel().astype(int) % 10


@load_pairs.check("images and labels", given=archive)
def pairs(load_pairs, path):
    images, labels = load_pairs(path)
    return {"images": images, "labels": labels}


load_pairs.slip(
    "reshapes the axes",
    {'np.moveaxis(data["X"], -1, 0)': 'data["X"].reshape(len(data["y"]), *data["X"].shape[:2])'},
    "Show one picture. Does it look like one?",
)
load_pairs.slip("shifts the labels", {"% 10": "- 1"}, "Which digit does the label 10 stand for?")


@load_pairs.alternative
def by_transposition(path):
    data = dict(np.load(path))
    labels = np.where(data["y"][:, 0] == 10, 0, data["y"][:, 0])
    return data["X"].transpose(2, 0, 1), labels
