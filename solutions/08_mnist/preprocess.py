r"""### `preprocess`: pictures become rows of numbers

A network of dense layers takes a matrix with one **row** for each picture. So a picture of $H \times W$ pixels is laid
out as $H \cdot W$ numbers, row of pixels after row of pixels, and every number is divided by 255:

$$\text{images: } (N, H, W),\ \text{whole numbers } 0 \ldots 255 \quad\longrightarrow\quad (N, H \cdot W),\ 0 \ldots 1$$

The pixels come out as float32, the labels as int64. They still are class numbers, one for each picture. The factor is
1/255 for every set of pictures, whatever its brightest pixel is: a picture has the same numbers today, among 60,000
others, and tomorrow, alone. The arguments stay as they are.
"""

import numpy as np

from autograder import close, exercise


def pictures(rng):
    """No picture reaches 255, and each one is darker or brighter than the others."""
    brightest = rng.permutation([90, 140, 190, 230])
    return {
        "images": rng.integers(0, brightest[:, None, None], size=(4, 2, 3)).astype(np.uint8),
        "labels": rng.permutation(10)[:4].astype(np.uint8),
    }


@exercise
def preprocess(images, labels):
    """Make of pictures and labels what a network can work with.

    Parameters
    ----------
    images : (N, H, W) array of uint8; it stays as it is
    labels : (N,) array of uint8; it stays as it is

    Returns
    -------
    inputs : (N, H * W) array of float32
    labels : (N,) array of int64
    """
    return images.reshape(len(images), -1).astype(np.float32) / 255, labels.astype(np.int64)


@preprocess.check(
    "one row for each picture, numbers from 0 to 1",
    given=pictures,
    points={"inputs": 0.6, "labels": 0.4},
)
def values(preprocess, images, labels):
    rows, classes = preprocess(images, labels)
    return {
        "inputs": rows,
        "labels": None if np.array_equal(rows, images) else classes,
    }  # pictures as they came: no work


@preprocess.check(
    "float32 for the pixels, int64 for the labels",
    given=pictures,
    points={"inputs": 0.25, "labels": 0.25},
    compare=close(same_dtype=True),
)
def dtypes(preprocess, images, labels):
    rows, classes = preprocess(images, labels)
    value = int(images[0, 0, 0]) + 1  # one number in every place: only dtypes and shapes are looked at here
    return {"inputs": np.full_like(rows, value), "labels": np.full_like(classes, value)}


@preprocess.check("the same numbers for a picture that comes alone", given=pictures, points=0.5)
def alone(preprocess, images, labels):
    together = preprocess(images, labels)[0]
    each = [preprocess(images[n : n + 1], labels[n : n + 1])[0] for n in range(len(images))]
    same = np.isclose(np.concatenate(each), together) & (together > 0) & (together <= 1)
    return {"pixels of ink with the same number": int(same.sum())}


@preprocess.check("the arguments stay as they are", given=pictures, points=0.5)
def arguments(preprocess, images, labels):
    rows, _ = preprocess(images, labels)
    return {
        "images afterwards": images,
        "labels afterwards": labels,
        "pictures as they came": np.array_equal(rows, images),
    }


# fmt: off
# the factor
preprocess.slip("no factor", {" / 255": ""}, "What are the smallest and the largest number in your answer?")
preprocess.slip("counts the values", {"255": "256"}, "A white pixel has the value 255. What should it become?")
preprocess.slip("sixteen levels", {"255": "16"}, "How large is the largest number that a uint8 pixel can have?")
preprocess.slip("largest of the set", {"/ 255": "/ images.max()"},
                "A dark picture alone, and the same picture beside a bright one: are its numbers the same?")
preprocess.slip("largest of each picture", {"/ 255": "/ images.max(axis=(1, 2))[:, None]"},
                "Is a dark picture still darker than a bright one in your answer?")
preprocess.slip("own mean and spread", {".astype(np.float32) / 255": ".astype(np.float32)",
                                        "return": "pixels = images.astype(np.float32)\n"
                                                  "images = (pixels - pixels.mean()) / pixels.std()\nreturn"},
                "Whose mean have you taken off? Add one white picture to the set: may the numbers of the others move?")
preprocess.slip("whole division", {" / 255": " // 255"},
                "Print your answer. What is left of 0.7 when whole numbers are asked for?")
# the shape
preprocess.slip("stays a picture", {".reshape(len(images), -1)": ""}, "How many axes should the answer have?")
preprocess.slip("size of MNIST", {"len(images), -1": "len(images), 784"},
                "MNIST has 28 x 28 pixels. How many have these pictures, and where can you read it?")
preprocess.slip("one long row", {"len(images), -1": "-1"}, "Where does one picture end, and where does the next begin?")
preprocess.slip("pictures down the columns", {"-1).": "-1).T."},
                "Does a sample stand in a row or in a column of your answer?")
preprocess.slip("reads down the columns", {"images.reshape": "images.transpose(0, 2, 1).reshape"},
                "Which pixel comes second: the one to the right of the first, or the one below it?")
preprocess.slip("shuffles pixels between pictures", {"len(images), -1)": "-1, len(images)).T"},
                "Show one row of your answer as a picture again. Does it come from one picture only?")
# dtypes and arguments
preprocess.slip("double precision", {"float32": "float64"}, "How many bytes should a pixel take?")
preprocess.slip("leaves both dtypes", {".astype(np.float32)": "", ".astype(np.int64)": ""},
                "Print the dtype of both things that you return. Which ones does the text ask for?")
preprocess.slip("labels stay bytes", {"labels.astype(np.int64)": "labels"},
                "Print the dtype of your labels. Which one is asked for?")
preprocess.slip("labels as vectors", {"labels.astype(np.int64)": "np.eye(10, dtype=np.int64)[labels]"},
                "Class numbers or rows of 0 and 1: which of the two is asked for?")
preprocess.slip("labels scaled as well", {"labels.": "(labels / 255)."}, "Is a label an amount of light?")
preprocess.slip("pixels only", {", labels.astype(np.int64)": ""}, "How many things does the caller wait for?")
preprocess.slip("no return", {"return ": ""}, "What does your function hand back to its caller?")
preprocess.slip("empties the picture", {"return": "inputs = images.reshape(len(images), -1).astype(np.float32) / 255\n"
                                                  "images[...] = 0\nreturn", "return images.reshape(len(images), -1)"
                                        ".astype(np.float32) / 255": "return inputs"},
                "Print the images before and after the call. Whose array have you written into?")
# fmt: on


preprocess.equivalent(
    "return (images.reshape(len(images), -1).astype(np.float32) / 255, labels.astype(np.int64))",
    "return (images.reshape(len(images), -2).astype(np.float32) / 255, labels.astype(np.int64))",
    "NumPy works out whatever length is negative",
)


@preprocess.alternative
def picture_by_picture(images, labels):
    rows = np.zeros((len(images), images[0].size), dtype="float32")
    for row, image in zip(rows, images):
        row[:] = image.ravel()
    rows /= 255
    return rows, np.array([int(label) for label in labels])


@preprocess.alternative
def multiplies(images, labels):
    N, height, width = images.shape
    scaled = np.multiply(images, np.float32(1 / 255), dtype=np.float32)
    return scaled.reshape((N, height * width)), np.asarray(labels, dtype=np.int64)


@preprocess.alternative
def through_a_list(images, labels):
    return np.stack([i.flatten() / np.float32(255.0) for i in images]).astype("float32"), labels.astype("int64")
