r"""### `load_svhn`: out of the file, and into our order

`loadmat(path)` reads a file that MATLAB has written, and returns a dictionary. Under two of its keys stand

| key | shape | dtype | what |
|---|---|---|---|
| `"X"` | $(32, 32, 3, N)$ | uint8 | row, column, colour, **sample** |
| `"y"` | $(N, 1)$ | uint8 | labels 1, 2, ..., 9 and **10, which means the digit 0** |

Every other part of this course wants something else, and that is what you return, as a pair:

- `images` of shape $(N, 32, 32, 3)$: the sample comes first. `images[n]` is the $n$-th picture, upright, with its
  pixels as they are, uint8 from 0 to 255.
- `labels` of shape $(N,)$: one number a picture, not a column. `labels[n]` is the **digit** that is seen on it, 0 to 9.

`loadmat` is given. Only what you return is graded.
"""

import numpy as np

from autograder import File, exercise
from autograder.datasets import svhn_like


def file(rng):
    return {"path": File(svhn_like(13, rng), ".mat")}


@exercise
def load_svhn(path):
    """Read images and labels from a file of SVHN.

    Parameters
    ----------
    path : str, a .mat file

    Returns
    -------
    images : (N, 32, 32, 3) array of uint8
    labels : (N,) array of int, 0 to 9
    """
    content = loadmat(path)
    images = np.moveaxis(content["X"], -1, 0)
    labels = content["y"].ravel() % 10
    return images, labels


load_svhn.allow("scipy")  # it reads the files


@load_svhn.check("the pictures: sample first, each pixel in its place", given=file, points=2)
def pictures(load_svhn, path):
    images = load_svhn(path)[0]
    return {"shape": np.array(np.shape(images)), "pixels": np.array(images)[:, 4::8, 2::7]}


@load_svhn.check("the labels: one digit for each picture", given=file, points=2)
def digits_seen(load_svhn, path):
    return load_svhn(path)[1]


# fmt: off
# the axes
load_svhn.slip("reshapes", {"np.moveaxis(content[\"X\"], -1, 0)":
                            "content[\"X\"].reshape(content[\"X\"].shape[-1], 32, 32, 3)"},
               "The shape is right. Show one picture with its label: what do you see? Which numbers were neighbours in "
               "the file, and which are now?")
load_svhn.slip("moves nothing", {"np.moveaxis(content[\"X\"], -1, 0)": "content[\"X\"]"},
               "What is `len(images)`, and how many pictures are in the file?")
load_svhn.slip("turns all axes round", {"np.moveaxis(content[\"X\"], -1, 0)": "content[\"X\"].T"},
               "The sample comes first now. Where did the colours go, and where do they belong?")
load_svhn.slip("lays pictures on their side", {"np.moveaxis(content[\"X\"], -1, 0)":
                                               "content[\"X\"].transpose(3, 1, 0, 2)"},
               "Show one picture. Is it upright? Rows come before columns.")
load_svhn.slip("swaps two axes", {"np.moveaxis(content[\"X\"], -1, 0)": "np.swapaxes(content[\"X\"], 0, 3)"},
               "You have exchanged two axes. Where did the one go that stood in front?")
load_svhn.slip("sample comes second", {"-1, 0)": "-1, 1)"},
               "Axes are counted from 0. At which place does the sample stand now?")
load_svhn.slip("reverses the colours", {"labels =": "images = images[..., ::-1]\nlabels ="},
               "Is a red wall still red? Look at one pixel in the file and in your picture.")
# what is handed on
load_svhn.slip("already divides", {"labels =": "images = images / 255\nlabels ="},
               "Pixels as they are: which numbers stand in the file, and which in your array?")
load_svhn.slip("already flattens", {"labels =": "images = images.reshape(len(images), -1)\nlabels ="},
               "How many axes has a batch of pictures? Who flattens them, and when?")
load_svhn.slip("labels first", {"return images, labels": "return labels, images"},
               "In which order does the caller expect the two?")
# the labels
load_svhn.slip("shifts the labels", {"% 10": "- 1"},
               "A network learns from these labels just as well. But which digit does the picture of a 7 get from you, "
               "and which one does label 10 become?")
load_svhn.slip("labels of the file", {" % 10": ""}, "Which digit is on the pictures that the file calls 10?")
load_svhn.slip("a column of labels", {".ravel()": ""},
               "Print the shape of the labels beside that of `images`. What happens when a column meets a row?")
load_svhn.slip("a row of labels", {".ravel()": ".T"},
               "How many brackets open when you print the labels? How many axes has a list of N numbers?")
load_svhn.slip("the first label only", {"content[\"y\"].ravel()": "content[\"y\"][0]"},
               "`y` is a column of shape (N, 1). What is its entry 0: all labels, or one row of the column?")
load_svhn.slip("one-hot labels", {"% 10": "% 10\nlabels = np.eye(10)[labels]"},
               "One number a picture, or ten? Which of the two does the text ask for?")
load_svhn.slip("ten becomes nine", {"% 10": "% 10\nlabels[labels == 0] = 9"},
               "Count the pictures of each digit. Which one is missing?")
# fmt: on


@load_svhn.alternative
def with_transpose_and_where(path):
    content = loadmat(path)
    labels = np.where(content["y"] == 10, 0, content["y"])[:, 0]
    return content["X"].transpose(3, 0, 1, 2), labels


@load_svhn.alternative
def picture_by_picture(path):
    from scipy import io

    data = io.loadmat(path)
    count = data["y"].size
    images = np.empty((count, *data["X"].shape[:-1]), dtype=np.uint8)
    labels = []
    for n in range(count):
        images[n] = data["X"][:, :, :, n]
        label = int(data["y"][n, 0])
        labels.append(0 if label == 10 else label)
    return images, np.array(labels)


@load_svhn.alternative
def labels_changed_in_place(path):
    file = loadmat(path, squeeze_me=True, variable_names=["X", "y"])
    images, labels = np.stack([file["X"][..., n] for n in range(len(file["y"]))]), file["y"].astype(int)
    labels[labels == 10] = 0
    return np.ascontiguousarray(images), labels
