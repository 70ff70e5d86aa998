r"""### `flatten_images`: from pictures to rows of numbers

A fully connected layer wants one row for each sample: $(N, D)$. So lay the rows of an image behind each other. And
networks like small numbers: bring 0 to 255 into the range from 0 to 1.

$$(N, H, W) \;\longrightarrow\; (N, H \cdot W) \qquad
\text{answer}_{n,\; h W + w} = \frac{\text{images}_{n h w}}{255}$$

$$\begin{pmatrix} 0 & 51 \\ 102 & 255 \end{pmatrix} \;\longrightarrow\;
\begin{pmatrix} 0 & 0.2 & 0.4 & 1 \end{pmatrix} \qquad \text{(one image of shape } (2, 2)\text{)}$$

All images are divided by the **same** 255, the largest number that uint8 can hold, also where no pixel is that
bright. The answer has dtype float32: half the memory of float64, and more digits than a pixel ever had.
"""

import numpy as np

from autograder import agree, close, exercise


def pixels(rng, *shape):
    """Dark and bright ones in every draw, and none that is as bright as can be."""
    images = rng.integers(1, 250, size=shape)
    images[:, 0, 0], images[:, -1, -1] = rng.integers(128, 250, size=shape[0]), rng.integers(1, 9, size=shape[0])
    return images.astype(np.uint8)


def greys(rng):
    return {"images": pixels(rng, 4, 2, 3), "tall": pixels(rng, 2, 5, 3)}


def few(rng):
    return {"images": pixels(rng, 3, 2, 2)}


def dark(rng):
    """Pixels that can be multiplied by 4 in uint8, so that a multiple of them is known as one."""
    return {"images": rng.integers(1, 64, size=(3, 2, 2)).astype(np.uint8)}


@exercise
def flatten_images(images):
    """Turn images into rows of numbers from 0 to 1.

    Parameters
    ----------
    images : (N, H, W) array of uint8; it stays as it is

    Returns
    -------
    (N, H * W) array of float32, in [0, 1]
    """
    return images.reshape(len(images), -1).astype(np.float32) / 255


@flatten_images.check("one row for each image, pixels divided by 255", given=greys, points=0.75)
def values(flatten_images, images, tall):
    return {"flatten_images(images)": flatten_images(images), "flatten_images(tall)": flatten_images(tall)}


@flatten_images.check("the dtype is float32", given=few, points=0.75, compare=close(rtol=1e-5, same_dtype=True))
def dtype(flatten_images, images):
    answer = flatten_images(images)
    return {"the numbers divided by the largest": np.sort(answer / answer.max(), axis=None)}


@flatten_images.check(
    "the argument is left alone", given=dark, points=0.5, compare=agree("answer", "answer to a copy of images")
)
def argument(flatten_images, images):
    fresh = flatten_images(images.copy())
    return {"answer": flatten_images(images), "answer to a copy of images": fresh, "images afterwards": images}


# fmt: off
slip = flatten_images.slip
# the range
slip("does not divide", {" / 255": ""}, "What are the smallest and the largest number in your answer?")
slip("divides by 256", {"/ 255": "/ 256"}, "Which number should the brightest possible pixel become?")
slip("divides by the brightest", {"/ 255": "/ images.max()"},
     "Call it with half of the images. Do their numbers stay the same?")
slip("divides each by its brightest", {"/ 255": "/ images.max(axis=(1, 2))[:, None]"},
     "A dark image and a bright one: can they still be told apart?")
slip("divides in place", {"return": "images /= 255\nreturn"},
     "`/=` writes the fractions back into the same array. Which dtype has it?")
slip("divides whole numbers", {".astype(np.float32) / 255": " // 255"},
     "200 / 255, kept in an array of whole numbers: what is left of it?")
slip("int8 on the way", {"-1).": "-1).astype(np.int8)."}, "int8 ends at 127. What becomes of 200 there?")
slip("between minus one and one", {"/ 255": "/ 127.5 - 1"}, "Which number should a black pixel become?")
slip("upside down", {"/ 255": "/ 255 * -1 + 1"}, "Is 0 black or white here? What does the formula say?")
slip("standardises", {"return ": "images = (images - images.mean()) / images.std()\nreturn ", " / 255": ""},
     "Mean 0 is another way to scale. Which range does the statement ask for?")
# the shape
slip("one long row", {"len(images), -1": "-1"}, "How many rows should come out for four images?")
slip("keeps the rank", {".reshape(len(images), -1)": ""}, "Which rank has one row for each image?")
slip("always 28 by 28", {", -1)": ", 28 * 28)"}, "How large are these images? Who could tell you, whatever their size?")
slip("flattens to columns", {"len(images), -1)": "-1, len(images))"},
     "Each row should be one image. Whose pixels stand in the first row of yours?")
slip("column by column", {"-1)": "-1, order='F')"},
     "Which pixel follows the first one: its right neighbour, or the one below?")
slip("mixes the images", {"images.reshape(len(images), -1)": "images.T.reshape(len(images), -1)"},
     "Show the first row as a picture again. Is it the first image?")
# the dtype, the argument, the end
slip("float64", {".astype(np.float32)": ""}, "Which dtype does a division give if nobody asks for another?")
slip("half precision", {"np.float32": "np.float16"},
     "How many bytes has each number of your answer, and how many are asked?")
slip("inverts the argument", {"return": "np.subtract(images, images.min(), out=images)\nreturn"},
     "Print `images` before and after the call. Did you promise to change it?")
slip("reshapes the argument", {"return": "images.shape = len(images), -1\nreturn"},
     "Print the shape of `images` before and after the call. Whose array is it?")
slip("no return", {"return ": ""}, "What does your function hand back to its caller?")
# fmt: on


flatten_images.equivalent(
    "return images.reshape(len(images), -1).astype(np.float32) / 255",
    "return images.reshape(len(images), -2).astype(np.float32) / 255",
    "NumPy works out whatever length is negative",
)


@flatten_images.alternative
def row_by_row(images):
    return np.array([image.ravel() / 255 for image in images], dtype=np.float32)


@flatten_images.alternative
def into_a_buffer(images):
    n, height, width = images.shape
    result = np.empty((n, height * width), np.float32)
    for h in range(height):
        result[:, h * width : (h + 1) * width] = images[:, h]
    result *= np.float32(1 / 255)
    return result


@flatten_images.alternative
def divides_first(images):
    scaled = np.divide(images, 255, dtype=np.float32)
    return scaled.reshape((images.shape[0], images.shape[1] * images.shape[2]))


@flatten_images.alternative
def in_double_precision(images):
    floats = images.astype("float64") / 255.0
    return np.stack([image.flatten() for image in floats]).astype("float32")
