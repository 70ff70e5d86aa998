r"""### `channels_first`: another order of the axes

Colour images come as $(N, H, W, C)$: *channels last*, as a file stores them, with the red, green and blue of a pixel
side by side. Some libraries want $(N, C, H, W)$: *channels first*, as three grey pictures for each image.

$$\text{answer}_{n c h w} = \text{images}_{n h w c}$$

No number changes; each one gets another address. That is more than another shape: `reshape` keeps the numbers in
their order and only draws the borders anew, so that red, green and blue would be mixed up.
"""

import numpy as np

from autograder import exercise


def colour_images(rng):
    return {"images": rng.integers(256, size=(2, 4, 5, 3), dtype=np.uint8), "layers": rng.normal(size=(3, 5, 2, 4))}


@exercise
def channels_first(images):
    """Move the channels in front of height and width.

    Parameters
    ----------
    images : (N, H, W, C) array; it stays as it is

    Returns
    -------
    (N, C, H, W) array of the same numbers
    """
    return images.transpose(0, 3, 1, 2)


@channels_first.check("every number is where it belongs", given=colour_images)
def values(channels_first, images, layers):
    return {"channels_first(images)": channels_first(images), "channels_first(layers)": channels_first(layers)}


# fmt: off
slip = channels_first.slip
slip("reshapes", {"transpose(0, 3, 1, 2)": "reshape(np.array(images.shape)[[0, 3, 1, 2]])"},
     "The shape is right. Show the first channel as a picture: is it one?")
slip("the way back", {"0, 3, 1, 2": "0, 2, 3, 1"},
     "You say for each axis of the answer where it comes from. Which axis of `images` should be second now?")
slip("swaps two axes", {"0, 3, 1, 2": "0, 3, 2, 1"}, "Show the picture. Does it lie on its side?")
slip("turns all axes round", {"0, 3, 1, 2": ""}, "Where is the sample axis now, and where should it be?")
slip("channels before samples", {"0, 3, 1, 2": "3, 0, 1, 2"}, "Which axis comes first in every data set?")
slip("height and width only", {"0, 3, 1, 2": "0, 2, 1, 3"}, "Which of the four axes has to move?")
slip("channel goes between", {"0, 3, 1, 2": "0, 1, 3, 2"},
     "Print the shape of your answer. How far did the channels travel, and how far should they?")
slip("forgets the samples", {"images.transpose(0, 3, 1, 2)": "images[0].transpose(2, 0, 1)"},
     "How many images go in, and how many come out?")
slip("one channel only", {"images.transpose(0, 3, 1, 2)": "images[:, None, :, :, 0]"},
     "How many channels has an image, and what has become of the others?")
slip("throws it away", {"return images.transpose(0, 3, 1, 2)": "images.transpose(0, 3, 1, 2)\nreturn images"},
     "Does `transpose` change the array itself, or does it hand back another one?")
# fmt: on


channels_first.equivalent(
    "return images.transpose(0, 3, 1, 2)",
    "return images.transpose(0, 3, 1, -2)",
    "of four axes, the last but one is axis 2",
)


@channels_first.alternative
def by_moving_one_axis(images):
    return np.moveaxis(images, -1, 1)


@channels_first.alternative
def channel_by_channel(images):
    return np.stack([images[..., c] for c in range(images.shape[-1])], axis=1)


@channels_first.alternative
def by_letters(images):
    return np.einsum("nhwc->nchw", images)


@channels_first.alternative
def two_swaps(images):
    return np.swapaxes(images, 2, 3).swapaxes(1, 2).copy()
