# %% [markdown]
# # Tensors: arrays, and what we do to them
#
# A neural network takes numbers in and hands numbers out. A photograph, a sentence, a heartbeat: before a
# network can work on it, it must become an array. So we start with arrays, and with the operations that every
# layer uses.
#
# A *fully connected* layer is one line:
#
# $$\text{output} = \mathrm{relu}(\;x\,W \;+\; b\;)$$
#
# It holds a product, a sum and a bend. At the end of this notebook you will have built all three, you will know
# what they cost, and you will have seen what they do to a plane full of points.
#
# "Tensor" is another word for array: a box of numbers with any number of axes.

# %% [markdown]
# ## 1. What an array is
#
# Three facts describe an array:
#
# - its **rank**, the number of axes: a number has rank 0, a vector 1, a matrix 2, a stack of pictures 3;
# - its **shape**, the length of each axis: a matrix of $N$ samples with $D$ numbers each has shape $(N, D)$;
# - its **dtype**, the kind of number that fits into it.
#
# NumPy calls the rank `ndim`. Read the titles of the picture from left to right.

# %% demo=true
import matplotlib.pyplot as plt


def as_table(array):
    """A vector is one row; the sheets of a stack stand below each other, with a gap between them."""
    array = array + 0.0  # floats, and no -0
    if array.ndim < 3:
        return np.atleast_2d(array)
    gap = np.full((1, array.shape[2]), np.nan)
    return np.vstack([rows for sheet in array for rows in (sheet, gap)][:-1])


def show(title, arrays):
    """Draw arrays side by side: red is above zero, blue is below."""
    tables = [as_table(array) for array in arrays.values()]
    limit = 1.6 * max(np.nanmax(np.abs(table)) for table in tables)  # no dark colours
    widths = [max(table.shape[1], 2.6) for table in tables]
    height = max(len(table) for table in tables)
    size = (0.65 * sum(widths) + 0.7 * len(tables), 0.6 * height + 2)
    figure, axes = plt.subplots(1, len(tables), figsize=size, width_ratios=widths, layout="constrained")
    figure.get_layout_engine().set(h_pad=0.12)
    for axis, (name, array), table, width in zip(axes, arrays.items(), tables, widths, strict=True):
        axis.imshow(table, cmap="RdBu_r", vmin=-limit, vmax=limit)
        for (i, j), value in np.ndenumerate(table):
            axis.text(j, i, "" if np.isnan(value) else f"{value:.3g}", ha="center", va="center", fontsize=11)
        axis.set_title(f"{name}\nrank {array.ndim}, {array.dtype}\nshape {array.shape}", fontsize=11)
        axis.set_xlabel("last axis" if array.ndim else "no axis")
        axis.set_ylabel(["", "", "first axis", "sheets of rows"][array.ndim])
        axis.set(xticks=[], yticks=[], frame_on=False)
        middle = (table.shape[1] - 1) / 2
        axis.set_xlim(middle - width / 2, middle + width / 2)
    figure.suptitle(title, fontsize=14)
    plt.show()


show(
    "Four arrays, four ranks",
    {
        "a number": np.array(12),
        "a vector": np.array([3.5, 7.0, 9.25, 8.0, 1.0]),
        "a matrix": np.array([[1, -1, 2], [2, 0, -2], [3, 1, 3]]),
        "a stack": np.arange(-6, 6).reshape(2, 2, 3).astype(np.float32),
    },
)

# %% exercise="tensor_facts"

# %% [markdown]
# Here is a first data set: handwritten digits that come with scikit-learn. They look like those of MNIST, the most
# used data set of all, and are smaller:
#
# | | our digits | MNIST |
# |---|---|---|
# | images | 1,797 | 60,000 for training, 10,000 for testing |
# | size | 8 by 8, together 64 numbers | 28 by 28, together 784 numbers |
# | values | 0 to 16 | 0 to 255, as `uint8` |
#
# We bring the values to the range from 0 to 255 and store them as `uint8`. Then all of this notebook works for MNIST
# as well, with other sizes.

# %% demo=true
from sklearn.datasets import load_digits

digits = load_digits()
images = (digits.images * 255 / 16).round().astype(np.uint8)
labels = digits.target

parts = {"images": images, "labels": labels, "images[4]": images[4], "images[4, 2]": images[4, 2]}
for name, array in parts.items():
    rank, shape, dtype = tensor_facts(array)
    print(f"{name:14} rank {rank}   shape {shape!s:14} dtype {dtype}")

# %% [markdown]
# Each index takes one axis away: `images` is a stack, `images[4]` one picture, `images[4, 2]` one row of it. A
# **slice** keeps the axis and makes it shorter. `2:6` means: from 2 up to, but not including, 6. A `:` alone takes
# all, `-2:` the last two.
#
# Put all axes into **one** pair of brackets. The last picture shows why: in `digit[1:7][2:6]` the second pair of
# brackets cuts the rows once more.

# %% demo=true
digit = images[4]
slices = {
    "digit": digit,
    "digit[4:]": digit[4:],
    "digit[:, :4]": digit[:, :4],
    "digit[1:7, 2:6]": digit[1:7, 2:6],
    "digit[1:7][2:6]": digit[1:7][2:6],
}
figure, axes = plt.subplots(1, 5, figsize=(13, 3.4), layout="constrained")
for axis, (name, part) in zip(axes, slices.items(), strict=True):
    axis.imshow(part, cmap="gray_r", vmin=0, vmax=255)
    axis.set_title(f"{name}\nshape {part.shape}", fontsize=12)
    axis.set(xticks=range(part.shape[1]), yticks=range(part.shape[0]), xlabel="column", ylabel="row")
figure.suptitle("Slices of one digit: rows first, then columns", fontsize=14)
plt.show()

# %% [markdown]
# ### What does not fit is lost
#
# An array is born with its dtype and keeps it. What does not fit is lost, **without a warning**.

# %% demo=true
counts = np.array([1, 2, 3])
counts[0] = 7.9
print("7.9 written into an array of whole numbers:", counts)

bright, brighter = np.array([200], dtype=np.uint8), np.array([100], dtype=np.uint8)
print("200 + 100 in uint8, which ends at 255:     ", bright + brighter)
print("10 - 20 in uint8, which begins at 0:       ", np.array([10], dtype=np.uint8) - np.array([20], dtype=np.uint8))

# %% [markdown]
# Remember the first line when you write `naive_add`. The second line looks harmless. Here is what it does to a
# picture that should become brighter by 100: the darkest pixels do, and the bright ones turn dark, since 255 is
# followed by 0 again. Leave `uint8` **before** you compute.

# %% demo=true
first = images[0]
wrapped = first + np.uint8(100)
right = np.clip(first.astype(np.int16) + 100, 0, 255)

figure, axes = plt.subplots(1, 3, figsize=(10, 3.8), layout="constrained")
titles = ["the digit", "plus 100 in uint8", "plus 100 in int16, then cut at 255"]
for axis, title, picture in zip(axes, titles, [first, wrapped, right], strict=True):
    axis.imshow(picture, cmap="gray", vmin=0, vmax=255)
    for (i, j), value in np.ndenumerate(picture):
        axis.text(j, i, value, ha="center", va="center", fontsize=8, color="black" if value > 110 else "white")
    axis.set_title(title, fontsize=12)
    axis.set(xticks=[], yticks=[], xlabel="column", ylabel="row")
plt.show()

# %% [markdown]
# ## 2. Samples first
#
# In every data set of this course the **first axis counts the samples**. Whatever one sample is, a data set has one
# axis more:
#
# | data | one sample | a data set |
# |---|---|---|
# | vectors: size, age and price of a flat | `(features,)` | `(samples, features)` |
# | sequences: temperature and wind, hour by hour | `(timesteps, features)` | `(samples, timesteps, features)` |
# | images | `(height, width, channels)` | `(samples, height, width, channels)` |
# | videos | `(frames, height, width, channels)` | `(samples, frames, height, width, channels)` |
#
# A network does not look at all samples at once. It takes a **batch** of them, works, and takes the next one. With 128
# in a batch, the 60,000 images of MNIST make 469 batches: 468 full ones, and a last one of 96.

# %% exercise="split_batches"

# %% [markdown]
# Our 1,797 digits in batches of 300: five full ones and a rest. The picture shows the first sample of each. Check one
# of them: the first sample of batch 2 is `images[600]`.

# %% demo=true
batches = split_batches(images, 300)
figure, axes = plt.subplots(2, 3, figsize=(8, 6), layout="constrained")
for n, (axis, batch) in enumerate(zip(axes.flat, batches, strict=True)):
    axis.imshow(batch[0], cmap="gray_r", vmin=0, vmax=255)
    axis.set_title(f"batch {n}: {len(batch)} images\nshape {batch.shape}", fontsize=12)
    axis.set(xticks=[], yticks=[], xlabel=f"its first digit is a {labels[300 * n]}")
figure.suptitle(f"{len(batches)} batches, the first sample of each", fontsize=14)
plt.show()

# %% [markdown]
# ### Height before width, and where the colours stand
#
# We say that a screen is "1920 by 1080": width first. An array says `(1080, 1920)`: rows come first, and the number of
# rows is the height.
#
# A colour image has three numbers for each pixel, its *channels*: red, green, blue. A grey one has a single channel,
# and often no axis for it. Where does that axis stand? TensorFlow puts it last, PyTorch first (after the samples). Data
# from one world must be turned round for the other.

# %% exercise="channels_first"

# %% [markdown]
# A picture of 60 rows and 90 columns. The middle row shows its three channels, from your function: where the sky is
# orange, red is bright and blue is dark. The bottom row shows what `reshape` makes of the same picture. Its shape is
# right as well, `(3, 60, 90)`, and no check of shapes would notice.

# %% demo=true
down, across = np.mgrid[0:1:60j, 0:1.5:90j]
sky = np.stack([1 - 0.45 * (1 - down), 0.25 + 0.45 * down, 0.75 - 0.55 * down], axis=-1)
sun = (down - 0.45) ** 2 + (across - 1.0) ** 2 < 0.03
hill = down > 0.75 - 0.15 * np.sin(4 * across)
picture = np.where(hill[..., None], [0.1, 0.35, 0.2], np.where(sun[..., None], [1.0, 0.95, 0.4], sky))

channels = channels_first(picture[None])[0]
mixed_up = picture.reshape(3, 60, 90)
figure, axes = plt.subplots(3, 3, figsize=(10, 7.2), layout="constrained")
axes[0, 0].axis("off")
axes[0, 2].axis("off")
axes[0, 1].imshow(picture)
axes[0, 1].set_title(f"the picture: shape {picture.shape}", fontsize=12)
for n, name in enumerate(["red", "green", "blue"]):
    axes[1, n].imshow(channels[n], cmap="gray", vmin=0, vmax=1)
    axes[1, n].set_title(f"channels_first: channel {n}, {name}", fontsize=12)
    axes[2, n].imshow(mixed_up[n], cmap="gray", vmin=0, vmax=1)
    axes[2, n].set_title(f"reshape: channel {n}", fontsize=12)
for axis in axes.flat:
    axis.set(xticks=[0, 89], yticks=[0, 59], xlabel="width", ylabel="height")
plt.show()

# %% [markdown]
# ### How large is a video?
#
# Videos have rank 5, and they are huge. Lecture notes on this subject say that a clip of 60 seconds, 144 by 256 pixels,
# stored as float32, has "405 MB". Do not take a number on trust if you can work it out.

# %% exercise="video_megabytes"

# %% [markdown]
# One clip has 101.25 MB. The 405 MB belong to a batch of **four** such clips: the batch axis was lost on the way from
# the book to the notes. Look how much dtype and size matter; the axis of the picture is logarithmic. Films that you
# watch are far smaller, because they are stored compressed. For a network they must be unpacked.

# %% demo=true
one_clip = video_megabytes(4, 60, 144, 256, 3, 4)
clips = {
    "one clip, uint8": video_megabytes(4, 60, 144, 256, 3, 1),
    "one clip, float32": one_clip,
    "a batch of four clips, float32": 4 * one_clip,
    "one clip, 30 frames per second, float32": video_megabytes(30, 60, 144, 256, 3, 4),
    "a minute of a film, 1080 by 1920, float32": video_megabytes(30, 60, 1080, 1920, 3, 4),
}
figure, axis = plt.subplots(figsize=(10, 3.2), layout="constrained")
colours = ["steelblue", "firebrick", "firebrick", "steelblue", "steelblue"]
bars = axis.barh(list(clips), list(clips.values()), color=colours)
axis.bar_label(bars, fmt="{:,.2f} MB", padding=6, fontsize=11)
axis.set(xscale="log", xlim=(10, 5e5), xlabel="memory, in MB of 2**20 bytes")
axis.set_title("60 seconds of video without compression")
axis.invert_yaxis()
plt.show()

# %% [markdown]
# ### Other shapes for the same numbers
#
# `reshape` gives the same numbers, in the same order, another shape. It fills the new shape row by row. So it is
# **not** the same as turning an array round (`.T`, *transpose*), even where the shapes agree. Compare the two arrays at
# the right.

# %% demo=true
numbers = np.arange(1, 7)
show(
    "The same six numbers",
    {
        "numbers": numbers,
        "reshape(2, 3)": numbers.reshape(2, 3),
        "reshape(3, 2)": numbers.reshape(3, 2),
        "reshape(2, 3).T": numbers.reshape(2, 3).T,
    },
)

# %% exercise="flatten_images"

# %% [markdown]
# Five digits, and the five rows that your function makes of them. Eight pixels between two red lines are one row of a
# picture. A network that gets these rows does not know any more which pixels were neighbours. It will have to learn it.

# %% demo=true
rows = flatten_images(images)
figure, axes = plt.subplots(5, 2, figsize=(12, 5), width_ratios=[1, 11], layout="constrained")
for n, (left, wide) in enumerate(axes):
    left.imshow(images[n], cmap="gray_r", vmin=0, vmax=255)
    wide.imshow(rows[n : n + 1], cmap="gray_r", vmin=0, vmax=1, aspect="auto")
    left.set(xticks=[], yticks=[])
    wide.set(xticks=[], yticks=[])
    for place in range(8, 64, 8):
        wide.axvline(place - 0.5, color="firebrick", linewidth=1)
axes[0, 0].set_title(f"{images.shape[1:]}", fontsize=11)
axes[0, 1].set_title(f"rows of length {rows.shape[1]}, from {rows.min():g} to {rows.max():g}", fontsize=11)
axes[4, 1].set(xticks=range(0, 64, 8), xlabel="column of the flattened array")
figure.suptitle(f"flatten_images: {images.shape} becomes {rows.shape}", fontsize=14)
plt.show()

# %% [markdown]
# ## 3. Element by element, with loops
#
# Now the operations. Many of them are *element-wise*: each number of the answer comes from the numbers at the same
# place. We write them with loops first, to see every step.
#
# *Relu* is short for rectified linear unit. It lets positive numbers through and stops the others. Sums and
# matrix products alone could only ever draw straight lines; relu puts the bend in.

# %% exercise="naive_relu"

# %% [markdown]
# This is your function at work. Every blue cell should have turned white, and no red one should have changed.

# %% demo=true
x = np.random.default_rng(1).normal(size=(4, 6)).round(1)
show("naive_relu: what is below zero becomes zero", {"x": x, "naive_relu(x)": naive_relu(x)})

# %% [markdown]
# Adding two arrays is the same walk with a partner: element $(i, j)$ of one meets element $(i, j)$ of the
# other.

# %% exercise="naive_add"

# %% [markdown]
# Whole numbers plus fractions. Look at the dtype above each table, and at the fractions in the last one.

# %% demo=true
x = np.arange(-4, 4).reshape(2, 4)
y = np.array([[0.5, 0.25, 0.5, 0.25], [0.25, 0.5, 0.25, 0.5]])
show("naive_add: the sum needs room for the fractions", {"x": x, "y": y, "naive_add(x, y)": naive_add(x, y)})

# %% [markdown]
# A layer adds the same bias to every sample of its batch. The shapes are no longer equal: a matrix meets a row.

# %% exercise="naive_add_row"

# %% [markdown]
# Every **column** has moved by its own number of $b$. If instead every row has moved by one number, look at your
# index again.

# %% demo=true
x = np.array([[1.0, 1.0, 1.0, 1.0], [2.0, 2.0, 2.0, 2.0], [-3.0, -3.0, -3.0, -3.0]])
b = np.array([4.0, 0.0, -2.0, 0.5])
show("naive_add_row: the same row for every sample", {"x": x, "b": b, "naive_add_row(x, b)": naive_add_row(x, b)})

# %% [markdown]
# ## 4. Products that add up
#
# In an element-wise operation no number ever meets its neighbour. In a *dot product* they all do: this is how the
# pixels of an image can vote together on what it shows.

# %% exercise="naive_dot"

# %% [markdown]
# A matrix product is many dot products in a table. It looks at a whole batch of samples (the rows of $x$) with a whole
# layer of neurons (the columns of $y$).

# %% exercise="naive_matmul"

# %% [markdown]
# The picture puts $x$ to the left of the answer and $y$ above it. Each number of the answer stands where a row of $x$
# and a column of $y$ cross. Work out the framed one.

# %% demo=true
x = np.array([[1.0, 2.0, 0.0, -1.0], [3.0, -1.0, 2.0, 1.0]])
y = np.array([[1.0, 0.0, 2.0], [2.0, 1.0, -1.0], [0.0, 3.0, 1.0], [-2.0, 1.0, 0.0]])
product = naive_matmul(x, y)

figure, axes = plt.subplots(2, 2, figsize=(7.5, 5.6), width_ratios=[4, 3], height_ratios=[4, 2], layout="constrained")
axes[0, 0].axis("off")
axes[0, 0].text(0.5, 0.4, "(2, 4) times (4, 3)\ngives (2, 3)", ha="center", fontsize=13)
frames = [(axes[1, 0], x, "x", (-0.5, 0.5, 4, 1)), (axes[0, 1], y, "y", (1.5, -0.5, 1, 4))]
for axis, table, name, (left, top, width, height) in [*frames, (axes[1, 1], product, "answer", (1.5, 0.5, 1, 1))]:
    axis.imshow(table, cmap="RdBu_r", vmin=-14, vmax=14)
    for (i, j), value in np.ndenumerate(table):
        axis.text(j, i, f"{value:g}", ha="center", va="center", fontsize=12)
    axis.add_patch(
        plt.Rectangle((left, top), width, height, fill=False, edgecolor="black", linewidth=2.5, clip_on=False)
    )
    axis.set_title(f"{name}, shape {table.shape}", fontsize=12)
    axis.set(xticks=[], yticks=[], frame_on=False)
terms = " + ".join(f"({p:g})({q:g})" for p, q in zip(x[1], y[:, 2], strict=True))
figure.suptitle(f"row 1 meets column 2: {terms} = {product[1, 2]:g}", fontsize=13)
plt.show()

# %% [markdown]
# ### The order matters, and the shapes must fit
#
# For two vectors $x \cdot y = y \cdot x$. For matrices the order matters: the product may change, change its shape, or
# not exist at all.
#
# Textbooks often write a layer as $\mathrm{relu}(W x + b)$, or `dot(W, input)`, with the weights on the left: there, a
# sample is a **column**, and $W$ has shape $(H, D)$. In our arrays, and in nearly all code, a sample is a **row**. It
# stands on the left, $x\,W$, and $W$ has shape $(D, H)$. Copy the textbook's order into code, and one of two things
# happens. Most often the shapes do not fit. If they are square, they always fit, and the numbers are wrong.

# %% demo=true
inputs, W = np.ones((5, 3)), np.ones((3, 4))
for name, (left, right) in {"inputs W": (inputs, W), "W inputs": (W, inputs)}.items():
    try:
        print(f"{name}: {left.shape} times {right.shape} gives {np.matmul(left, right).shape}")
    except ValueError:
        print(f"{name}: {left.shape} times {right.shape} does not fit, {left.shape[1]} is not {right.shape[0]}")

inputs, W = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[0.0, 1.0], [2.0, -1.0]])
both = {"inputs times W": naive_matmul(inputs, W), "W times inputs": naive_matmul(W, inputs)}
show("Square matrices always fit", {"inputs": inputs, "W": W, **both})

# %% [markdown]
# "The second length of $x$ must be the first length of $y$" is the rule for two **matrices**. NumPy has two functions,
# `np.dot` and `np.matmul` (also written `@`). They agree up to rank 2. Beyond that, and for single numbers, they do not:
#
# - both pair the **last** axis of the first array with the **second to last** of the other one (or with its only one);
# - `np.matmul` takes what stands before the last two axes for a stack of matrices, and multiplies sheet by sheet;
# - `np.dot` multiplies every sheet of the one with every sheet of the other.
#
# For a batch you nearly always want `np.matmul`. The last line of the table is an old friend: both keep the dtype, and
# $16 \cdot 16 + 16 \cdot 16 = 512$ has no place in `uint8`.


# %% demo=true
def shape_of(function, left, right):
    try:
        return str(np.shape(function(np.ones(left), np.ones(right))))
    except ValueError:
        return "does not fit"


pairs = [
    ((3,), (3,)),
    ((2, 3), (3,)),
    ((3,), (2, 3)),
    ((2, 3), (3, 4)),
    ((2, 3), ()),
    ((5, 2, 3), (3, 4)),
    ((5, 2, 3), (5, 3, 4)),
    ((5, 2, 3), (7, 3, 4)),
]
print(f"{'shapes':26}{'np.dot':16}np.matmul")
for left, right in pairs:
    print(f"{f'{left} {right}':26}{shape_of(np.dot, left, right):16}{shape_of(np.matmul, left, right)}")

pixels = np.array([16, 16], dtype=np.uint8)
print(f"{'[16 16] [16 16] in uint8':26}{np.dot(pixels, pixels)!s:16}{np.matmul(pixels, pixels)}")

# %% [markdown]
# ### A layer that reads digits
#
# Enough to build something. Take the mean image of each digit as a *template*. The dot product of an image with a
# template is large where both have ink in the same places. But a template with much ink would get a high score for every
# image. A bias makes up for that: minus half of the dot product of the template with itself. This is a layer, ten
# neurons with 64 inputs each, and nobody has trained it.
#
# The templates come from the first 1,500 digits. The 200 digits that are read come later in the data.

# %% demo=true
templates = np.array([rows[:1500][labels[:1500] == n].mean(axis=0) for n in range(10)])
bias = np.array([-naive_dot(template, template) / 2 for template in templates])
unseen, truth = rows[1500:1700], labels[1500:1700]
scores = naive_add_row(naive_matmul(unseen, templates.T), bias)
said = scores.argmax(axis=1)
hits = said == truth

figure = plt.figure(figsize=(12, 4.6), layout="constrained")
top, bottom = figure.subfigures(2, 1, height_ratios=[1, 1.6])
top.suptitle(f"Ten templates, and the scores of three digits: {np.mean(hits):.0%} of 200 are read right")
for n, axis in enumerate(top.subplots(1, 10)):
    axis.imshow(templates[n].reshape(8, 8), cmap="gray_r")
    axis.set(xticks=[], yticks=[], xlabel=f"template {n}")
chosen = [np.flatnonzero(found)[0] for found in (hits & (truth == 6), hits & (truth == 3), ~hits)]
for sample, pair in zip(chosen, bottom.subplots(1, 6, width_ratios=[1, 2.6] * 3).reshape(3, 2), strict=True):
    right, wrong = truth[sample], said[sample]
    pair[0].imshow(unseen[sample].reshape(8, 8), cmap="gray_r")
    pair[0].set(xticks=[], yticks=[], xlabel=f"a {right}")
    colours = ["seagreen" if n == right else "firebrick" if n == wrong else "lightgrey" for n in range(10)]
    pair[1].bar(range(10), scores[sample], color=colours)
    pair[1].set(xticks=range(10), xlabel="template", ylabel="score")
    pair[1].set_title("read right" if right == wrong else f"read as {wrong}", fontsize=12)
    pair[1].axhline(0, color="black", linewidth=0.8)
plt.show()

# %% [markdown]
# ## 5. Without loops
#
# Now the NumPy way. Code that works on whole arrays is called *vectorised*. It is shorter, it does not care about the
# rank, and it reads like the formula. In NumPy, `+` and `*` are element-wise. A single number meets every element, and
# a row meets every row. Do not confuse `A * A` with the matrix product at the right.

# %% demo=true
A, b = np.array([[1, 2], [3, 4]]), np.array([10, 20])
results = {"A * 10": A * 10, "A * A": A * A, "A * b": A * b, "np.matmul(A, A)": np.matmul(A, A)}
show("Element by element, and the one that is not", {"A": A, "b": b, **results})

# %% exercise="relu"

# %% [markdown]
# Left, relu as a curve: flat, then a bend at 0, then slope 1. Right, the same function on a hilly landscape
# of 60 by 90 numbers. The hills stay, the valleys fill up to sea level.

# %% demo=true
line = np.linspace(-3, 3, 121)
down, across = np.mgrid[0:6:60j, 0:9:90j]
landscape = np.sin(down) * np.cos(across) + 0.4 * np.sin(2 * across)

figure, axes = plt.subplots(1, 3, figsize=(13, 3.8), width_ratios=[3, 4, 4], layout="constrained")
axes[0].plot(line, line, "--", color="grey", label="x")
axes[0].plot(line, relu(line), linewidth=3, color="firebrick", label="relu(x)")
axes[0].set(title="relu of one number", xlabel="x", ylabel="output")
axes[0].grid(alpha=0.3)
axes[0].legend()
for axis, name, array in zip(axes[1:], ["before", "after relu"], [landscape, relu(landscape)], strict=True):
    image = axis.imshow(array, cmap="RdBu_r", vmin=-1.4, vmax=1.4)
    axis.set(title=f"{name}: {np.mean(array < 0):.0%} below zero", xlabel="second axis", ylabel="first axis")
figure.colorbar(image, ax=axes[1:], label="value")
plt.show()

# %% [markdown]
# With loops, a matrix plus a row was a function of its own. NumPy needs none, if the shapes fit.

# %% exercise="add"

# %% [markdown]
# A batch of 32 samples with 10 numbers each, plus a bias of 10: shapes $(32, 10)$ and $(10,)$ line up at the end, and
# the row is read 32 times. The small picture is the same thing with 4 samples. Compare the columns: each one has moved
# up or down by its own number of $b$.

# %% demo=true
x = np.random.default_rng(2).normal(size=(4, 5)).round(1)
b = np.array([2.0, -2.0, 0.0, 1.0, -1.0])
show("add: one row, added to every row", {"x": x, "b": b, "add(x, b)": add(x, b)})
print("(32, 10) and (10,) make", add(np.ones((32, 10)), np.ones(10)).shape)

# %% [markdown]
# Broadcasting is polite: it never complains if it can find *some* reading. A row of shape $(4,)$ and a column of shape
# $(4, 1)$ do not meet in pairs. Both are stretched, and 4 + 4 numbers make a table of 16. In the next notebook this
# mistake would spoil a whole training without an error message. When a result surprises you, print shapes first.

# %% demo=true
targets, predictions = np.array([0.0, 1.0, 1.0, 0.0]), np.array([[0.0], [1.0], [1.0], [0.0]])
show(
    "Equal numbers, and yet the differences are not 0",
    {"targets": targets, "predictions": predictions, "add(targets, -predictions)": add(targets, -predictions)},
)

# %% [markdown]
# ## 6. What the loops cost
#
# You have said the same thing twice, with loops and without. First we make sure that both give the same answer, and
# that relu has something to do. (A lecture's own experiment drew its numbers from 0 to 1. There relu changes nothing at
# all, and a test on such data would let any relu pass.) Then we take the time.

# %% demo=true
import timeit

rng = np.random.default_rng(3)
x, y, W = rng.normal(size=(20, 100)), rng.normal(size=(20, 100)), rng.normal(size=(100, 10))
only_positive = rng.random((20, 100))
assert np.allclose(naive_relu(naive_add(x, y)), relu(add(x, y)))
assert np.allclose(naive_matmul(x, W), np.matmul(x, W))
print(f"relu changes {np.mean(add(x, y) < 0):.0%} of our {x.size:,} sums,", end=" ")
print(f"and {np.mean(add(only_positive, only_positive) < 0):.0%} of those of numbers from 0 to 1")


def microseconds(function, repeats):
    return min(timeit.repeat(function, number=repeats, repeat=3)) / repeats * 1e6


experiments = {
    "relu(x + y), 2,000 numbers": (
        microseconds(lambda: naive_relu(naive_add(x, y)), 100),
        microseconds(lambda: relu(add(x, y)), 1000),
    ),
    "x W, 20,000 products": (
        microseconds(lambda: naive_matmul(x, W), 10),
        microseconds(lambda: np.matmul(x, W), 1000),
    ),
}
figure, axes = plt.subplots(1, 2, figsize=(13, 2.8), layout="constrained")
for axis, (name, times) in zip(axes, experiments.items(), strict=True):
    bars = axis.barh(["loops", "NumPy"], times, color=["firebrick", "steelblue"], edgecolor=["firebrick", "steelblue"])
    axis.bar_label(bars, fmt="{:,.0f} µs", padding=6, fontsize=12)
    axis.set_title(f"{name}: NumPy is {times[0] / times[1]:,.0f} times as fast")
    axis.set_xlabel("time for one call, in microseconds")
    axis.set_xlim(0, 1.3 * times[0])
    axis.invert_yaxis()
plt.show()

# %% [markdown]
# A book reports 2.45 s for a thousand calls of the left experiment with loops, and 0.02 s with NumPy: a factor of more
# than 100. Yours depends on your machine, and on how you wrote the loops.
#
# Two different helpers are at work. `+` and relu run in NumPy's own compiled loops. A matrix product is handed over to
# **BLAS** (*Basic Linear Algebra Subprograms*), a library that has been tuned for decades: it reads each number from
# memory once and uses it many times, and for large matrices it can use several cores. So the right gap is the larger
# one. (Some notes say that BLAS makes sums and relu fast. It has no part in those.)

# %% [markdown] question="why_loops" points=2
# ### Question: time, and a test that sleeps
#
# 1. Both versions of `relu(x + y)` add the same 2,000 pairs of numbers. Where does the loop spend its time? Name two
#    things that Python does for **every element** and NumPy does once for the **whole array**.
# 2. A friend tests `naive_relu` with `x = np.random.random((20, 100))`, finds that the answer agrees with that of a
#    right `relu(x)`, and is content. `np.random.random` draws from 0 to 1. Give a wrong `naive_relu` that
#    passes this test, and say which data you would use instead.

# %% [markdown] marking=true
# **1 point for each part.**
#
# 1. Two of these, in any words: Python interprets the loop's instructions again for each element; it looks up
#    types and finds the right `+` or `max` for each pair; it makes a Python object (a NumPy scalar) for each
#    number that it reads, and takes it away afterwards; it checks and translates the indices `[i, j]` each
#    time. NumPy looks at dtype and shape once and then runs compiled code over a block of memory, several
#    numbers per instruction. Half a point for one of them. "NumPy is written in C" alone: half a point.
#    "NumPy uses several cores", "BLAS" or "the GPU" is wrong for a sum and a relu: no credit.
# 2. Nothing in the data is negative, so relu never acts. Half a point for a wrong function that passes:
#    `return x`, `x.copy()`, `abs`, anything that differs only below zero. Half a point for data with both
#    signs, such as `rng.normal(size=(20, 100))` or `random - 0.5`.

# %% [markdown]
# ## 7. What a layer does to space
#
# Two numbers are a point in the plane. So a batch of shape $(N, 2)$ is a cloud of points, and an operation on it is a
# movement. In this section you build the movements and watch what they do to a grid and to a letter. The letter F has
# no symmetry, so it shows whether something was mirrored.

# %% exercise="translate"

# %% exercise="scale"

# %% [markdown]
# Grey is before, colour is after. Moving keeps every length and every angle. Scaling keeps the origin, and the grid
# stays parallel to the axes. Negative factors mirror: look at the F.

# %% demo=true
ticks, fine = np.linspace(-2, 2, 9), np.linspace(-2, 2, 41)
grid_lines = np.array([[(t, s) for s in fine] for t in ticks] + [[(s, t) for s in fine] for t in ticks])  # (18, 41, 2)
letter = np.array(
    [(0, 0), (0, 1.5), (1, 1.5), (1, 1.2), (0.3, 1.2), (0.3, 0.9), (0.8, 0.9), (0.8, 0.6), (0.3, 0.6), (0.3, 0)]
)


def draw_plane(axis, move, title, limit=5):
    """Draw the grid and the letter before (grey) and after (coloured) a movement of (N, 2) points."""
    moved = move(grid_lines.reshape(-1, 2)).reshape(grid_lines.shape)
    for n, (before, after) in enumerate(zip(grid_lines, moved, strict=True)):
        axis.plot(*before.T, color="lightgrey", linewidth=0.8, zorder=1)
        axis.plot(*after.T, color="firebrick" if n < 9 else "steelblue", linewidth=1.1, alpha=0.75, zorder=2)
    axis.fill(*letter.T, color="lightgrey", zorder=1)
    axis.fill(*move(letter).T, color="black", alpha=0.8, zorder=3)
    axis.plot(0, 0, "o", color="grey", markersize=5, zorder=4)
    axis.plot(*move(np.zeros((1, 2))).T, "o", color="gold", markeredgecolor="black", markersize=8, zorder=5)
    axis.set_title(title, fontsize=12)
    axis.set(xlim=(-limit, limit), ylim=(-limit, limit), aspect="equal", xlabel="first coordinate")


def draw_planes(title, moves):
    figure, axes = plt.subplots(1, len(moves), figsize=(3.7 * len(moves), 4.3), layout="constrained")
    for axis, (name, move) in zip(axes, moves.items(), strict=True):
        draw_plane(axis, move, name)
    axes[0].set_ylabel("second coordinate")
    figure.suptitle(title, fontsize=14)
    plt.show()


draw_planes(
    "Moving and scaling (the yellow point is where the origin has gone)",
    {
        "translate by (2, -1)": lambda points: translate(points, np.array([2.0, -1.0])),
        "scale by (2, 0.5)": lambda points: scale(points, np.array([2.0, 0.5])),
        "scale by (-1, 1)": lambda points: scale(points, np.array([-1.0, 1.0])),
    },
)

# %% exercise="rotate"

# %% [markdown]
# Left, a turn by 30 degrees. The other two pictures do the same two things in another order. Turning happens around
# the origin, so it matters whether the points have been moved away from it before.

# %% demo=true
turn, step = np.radians(30), np.array([2.0, 0.0])
draw_planes(
    "Turning, and why the order matters",
    {
        "rotate by 30 degrees": lambda points: rotate(points, turn),
        "rotate, then translate by (2, 0)": lambda points: translate(rotate(points, turn), step),
        "translate by (2, 0), then rotate": lambda points: rotate(translate(points, step), turn),
    },
)

# %% [markdown]
# Scaling and turning are both products with a matrix, a *linear map*. Any matrix is one. Together with a translation
# it is called an **affine map**, and that is what stands inside a layer.

# %% exercise="affine"

# %% [markdown]
# An affine map keeps straight lines straight and parallel lines parallel. Left, a shear with a move. In the middle, a
# matrix whose second row is half of its first: both axes go in one direction, and the plane falls flat onto a line.
# What was there is lost for every later layer. Right, the left one with a relu after it, a whole layer. Everything
# below zero is folded onto the axes: here, for the first time, lines get a bend.

# %% demo=true
shear, shift = np.array([[1.0, 0.3], [0.8, 1.0]]), np.array([0.8, 0.5])
flat = np.array([[1.2, 0.8], [0.6, 0.4]])
draw_planes(
    "What stands inside a layer",
    {
        "affine: W, b": lambda points: affine(points, shear, shift),
        "affine: the rows of W are parallel": lambda points: affine(points, flat, shift),
        "relu(affine): a layer": lambda points: relu(affine(points, shear, shift)),
    },
)

# %% [markdown]
# What do two affine maps make, one after the other?

# %% exercise="compose_affine"

# %% [markdown]
# The first two pictures: two maps one after the other, and the single map that you have worked out. They are the same,
# to the last digits. In the third picture a relu stands between the two maps. Its lines are bent, and no single affine
# map can do that.

# %% demo=true
W1, b1 = np.array([[1.0, 0.5], [-0.6, 0.9]]), np.array([0.6, 0.4])
W2, b2 = np.array([[0.8, -0.7], [0.5, 0.9]]), np.array([-0.5, 0.8])
W12, b12 = compose_affine(W1, b1, W2, b2)
draw_planes(
    "Two layers without an activation are one",
    {
        "first map, then second map": lambda points: affine(affine(points, W1, b1), W2, b2),
        "the composed map": lambda points: affine(points, W12, b12),
        "with a relu between them": lambda points: affine(relu(affine(points, W1, b1)), W2, b2),
    },
)
corners = np.array([[-2.0, -2.0], [2.0, -2.0], [2.0, 2.0], [-2.0, 2.0]])
gap = np.abs(affine(affine(corners, W1, b1), W2, b2) - affine(corners, W12, b12)).max()
print(f"largest distance between the first two pictures, at the corners: {gap:.1e}")

# %% [markdown]
# The same with one input, one output and ten layers of 16 units in between, all with random weights. Without relu, ten
# layers draw a straight line: one layer could have done it. With relu after each of them, the curve has bends, and more
# layers can make more of them. This is what "deep" is for.

# %% demo=true
rng = np.random.default_rng(12)
sizes = [(1, 16), *[(16, 16)] * 9, (16, 1)]
layers = [(rng.normal(size=(n, m)) * np.sqrt(2 / n), rng.normal(size=m) * 0.3) for n, m in sizes]


def network(points, activation):
    for W, b in layers[:-1]:
        points = activation(affine(points, W, b))
    return affine(points, *layers[-1])


whole_W, whole_b = layers[0]
for W, b in layers[1:]:
    whole_W, whole_b = compose_affine(whole_W, whole_b, W, b)

line = np.linspace(-3, 3, 601)[:, None]
figure, axes = plt.subplots(1, 2, figsize=(12, 3.8), layout="constrained")
axes[0].plot(line, network(line, lambda x: x), color="steelblue", linewidth=5, alpha=0.5, label="eleven layers")
axes[0].plot(line, affine(line, whole_W, whole_b), "--", color="black", label="one layer, composed")
axes[0].set_title("without an activation")
axes[0].legend(fontsize=12)
axes[1].plot(line, network(line, relu), color="firebrick", linewidth=2.5)
axes[1].set_title("with relu after each of the ten")
for axis in axes:
    axis.set(xlabel="input", ylabel="output")
    axis.grid(alpha=0.3)
plt.show()

# %% [markdown] question="flat_depth" points=2
# ### Question: depth for nothing
#
# 1. A friend builds a network for MNIST from two layers, $784 \to 512 \to 10$, and forgets the activation between
#    them. How many numbers (weights and biases) does it hold? How many does the single layer hold that gives the same
#    answers? Show the calculation.
# 2. Now a relu stands between the layers. Take the smallest case: one input, one hidden unit, one output, all weights
#    1 and all biases 0. Show, with the outputs for three inputs, that no affine map $x \mapsto w x + b$ gives the same
#    answers.

# %% [markdown] marking=true
# **1 point for each part.**
#
# 1. $784 \cdot 512 + 512 + 512 \cdot 10 + 10 = 407{,}050$. The single layer: $784 \cdot 10 + 10 = 7{,}850$. Half a
#    point each. A quarter less, once, if the biases are forgotten (406,528 and 7,840). Whoever multiplies all sizes,
#    $784 \cdot 512 \cdot 10$, has confused parameters with a path through the network: no credit for that half. "512 of
#    784" or "the hidden layer can be left out", without numbers: no credit.
# 2. The network is $f(x) = \mathrm{relu}(x)$. For example $f(-1) = 0$, $f(0) = 0$, $f(1) = 1$: an affine map with
#    $f(-1) = f(0) = 0$ has $w = 0$ and $b = 0$, and then $f(1) = 0 \neq 1$. Any three inputs with both signs among them
#    will do, also the argument that the middle output would have to lie on the line through the others. Half a point
#    for right outputs of three inputs, half for the conclusion. Three inputs that are all positive (or all negative) lie
#    on a line and show nothing: at most a quarter. "relu is not linear" without numbers: a quarter.

# %% [markdown]
# ## What comes next
#
# You have all of $\mathrm{relu}(x\,W + b)$, and you know what each part does to the points that go through it. What is
# missing is where $W$ and $b$ come from: nobody wants to choose 407,050 numbers by hand. In the next notebook a model
# of exactly this form, without the relu, **learns** to tell two clouds of points apart. The bend comes back when one
# straight line is no longer enough.
