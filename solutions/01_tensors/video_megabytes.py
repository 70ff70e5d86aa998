r"""### `video_megabytes`: how much memory does a clip need?

An uncompressed clip holds one number for each frame, row, column and channel, and each number takes some bytes (its
dtype says how many: 1 for uint8, 4 for float32, 8 for float64).

$$\text{megabytes} = \frac{\text{frames} \cdot H \cdot W \cdot C \cdot \text{bytes per value}}{2^{20}}
\qquad \text{frames} = \text{frames per second} \cdot \text{seconds}$$

A megabyte is $2^{20} = 1{,}048{,}576$ bytes here. (Some call that a MiB, and take 1,000,000 bytes for an MB.)
An example: one minute at 4 frames per second, each 144 high and 256 wide, three colours, float32. That is 240 frames
of 442,368 bytes, together 101.25 megabytes.
"""

from autograder import exercise


def clips(rng):
    return {
        "frames_per_second": int(rng.integers(3, 60)),
        "seconds": int(rng.integers(61, 90)),
        "height": int(rng.integers(100, 200)),
        "width": int(rng.integers(201, 300)),
    }


@exercise
def video_megabytes(frames_per_second, seconds, height, width, channels, bytes_per_value):
    """Work out the memory of one uncompressed clip.

    Parameters
    ----------
    frames_per_second, seconds, height, width, channels, bytes_per_value : int

    Returns
    -------
    float: megabytes of 2**20 bytes
    """
    values = frames_per_second * seconds * height * width * channels
    return values * bytes_per_value / 2**20


@video_megabytes.check(
    "the memory of one clip, in colour and in grey",
    given=clips,
    points={"the size of a clip in colour": 0.6, "the size of a grey clip": 0.4},
)
def megabytes(video_megabytes, frames_per_second, seconds, height, width):
    return {
        "the size of a clip in colour": video_megabytes(frames_per_second, seconds, height, width, 3, 2),
        "the size of a grey clip": video_megabytes(frames_per_second, seconds, height, width, 1, 8),
    }


# fmt: off
slip = video_megabytes.slip
# the unit
slip("a million bytes", {"2**20": "10**6"}, "How many bytes has a megabyte in this statement?")
slip("kilobytes", {"2**20": "2**10"}, "1024 bytes: which unit is that?")
slip("gigabytes", {"2**20": "2**30"}, "How often have you divided by 1024?")
slip("bytes", {" / 2**20": ""}, "In which unit is your answer, and in which is it asked for?")
slip("a hat for a power", {"2**20": "2 ^ 20"}, "Try 2 ^ 3 in a cell of its own. Which sign is a power in Python?")
slip("bits", {"2**20": "2**20 * 8"}, "Does `bytes_per_value` count bits or bytes?")
slip("whole megabytes", {" / 2**20": " // 2**20"},
     "The example has 101.25 megabytes. What becomes of the .25 in yours?")
# the product
slip("forgets the channels", {" * channels": ""}, "How many numbers has one pixel of a colour image?")
slip("forgets the dtype", {" * bytes_per_value": ""}, "Is one number one byte?")
slip("always float32", {"bytes_per_value": "4"}, "Which dtype do you assume? What if the numbers are uint8?")
slip("one frame a second", {"frames_per_second * seconds": "seconds"}, "How many frames does a second show?")
slip("one second", {" * seconds": ""}, "Does a longer clip need more memory? Does yours?")
slip("one frame", {"frames_per_second * seconds * ": ""}, "Is this the memory of a clip, or of one picture?")
slip("square frames", {"width": "height"}, "Are the frames as wide as they are high?")
slip("four clips", {"2**20": "2**18"}, "Multiply out the example by hand: is your answer for one clip, or for a batch?")
slip("adds the sides", {"height * width": "(height + width)"}, "How many pixels has a picture of 3 rows and 4 columns?")
slip("no return", {"return ": ""}, "What does your function hand back to its caller?")
# fmt: on


video_megabytes.equivalent(
    "return values * bytes_per_value / 2 ** 20",
    "return values * bytes_per_value / (-2) ** 20",
    "an even power has no sign",
)


@video_megabytes.alternative
def in_steps(frames_per_second, seconds, height, width, channels, bytes_per_value):
    frames = frames_per_second * seconds
    bytes_of_a_frame = height * width * channels * bytes_per_value
    kilobytes = frames * bytes_of_a_frame / 1024
    return kilobytes / 1024


@video_megabytes.alternative
def as_a_product(frames_per_second, seconds, height, width, channels, bytes_per_value):
    product = 1.0
    for factor in (frames_per_second, seconds, height, width, channels, bytes_per_value):
        product *= factor
    return product / 1024**2


@video_megabytes.alternative
def by_shape(frames_per_second, seconds, height, width, channels, bytes_per_value):
    shape = (frames_per_second * seconds, height, width, channels)
    return float(np.prod(shape, dtype=np.float64)) * bytes_per_value * 2.0**-20
