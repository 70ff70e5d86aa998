# %% [markdown]
# # Tensors: arrays, and what we do to them
#
# A neural network takes numbers in and hands numbers out. A photograph, a sentence, a heartbeat: before a
# network can work on it, it must become an array. So we start with arrays, and with the two operations that
# every layer uses.
#
# A *fully connected* layer is one line, and two thirds of it are built in this notebook:
#
# $$\text{output} = \mathrm{relu}(\;x\,W \;+\; b\;)$$
#
# You write `relu` and `+` twice. First with loops, to see every step. Then with NumPy, to see how little is
# left to write, and how much faster it runs.

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
    size = (0.65 * sum(widths) + 0.7 * len(tables), 0.6 * height + 1.7)
    figure, axes = plt.subplots(1, len(tables), figsize=size, width_ratios=widths, layout="constrained")
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

# %% [markdown]
# An array is born with its dtype and keeps it. What does not fit is lost, **without a warning**:

# %% demo=true
counts = np.array([1, 2, 3])
counts[0] = 7.9
print("7.9 written into an array of whole numbers:", counts)

bright, brighter = np.array([200], dtype=np.uint8), np.array([100], dtype=np.uint8)
print("200 + 100 in uint8, which ends at 255:     ", bright + brighter)

# %% [markdown]
# Pictures come as `uint8`, so the second line is how two bright pixels make a dark one. Remember the first
# line when you write `naive_add`.

# %% [markdown]
# ## 2. With loops
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
# ## 3. Without loops
#
# Now the same two operations the NumPy way. Code that works on whole arrays is called *vectorised*. It is
# shorter, it does not care about the rank, and it reads like the formula.

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
# A layer adds the same bias $b$ to every sample of its batch: a matrix plus a row. With loops that would be
# yet another function. NumPy needs none, if the shapes fit.

# %% exercise="add"

# %% [markdown]
# Compare the columns: each one has moved up or down by its own number of $b$.

# %% demo=true
x = np.random.default_rng(2).normal(size=(4, 5)).round(1)
b = np.array([2.0, -2.0, 0.0, 1.0, -1.0])
show("add: one row, added to every row", {"x": x, "b": b, "add(x, b)": add(x, b)})

# %% [markdown]
# ## 4. What the loops cost
#
# Four functions, two ways of saying the same. First we make sure that both give the same answer, and that
# relu has something to do. Then we take the time of `relu(x + y)`, on arrays of shape (20, 100).

# %% demo=true
import timeit

rng = np.random.default_rng(3)
x, y = rng.normal(size=(20, 100)), rng.normal(size=(20, 100))
assert np.allclose(naive_relu(naive_add(x, y)), relu(add(x, y)))
print(f"relu changes {np.mean(add(x, y) < 0):.0%} of the {x.size} sums")

repeats = 500
seconds = {
    "loops": timeit.timeit(lambda: naive_relu(naive_add(x, y)), number=repeats) / repeats,
    "NumPy": timeit.timeit(lambda: relu(add(x, y)), number=repeats) / repeats,
}
figure, axis = plt.subplots(figsize=(8, 3), layout="constrained")
colours = ["firebrick", "steelblue"]
times = [1e6 * value for value in seconds.values()]
bars = axis.barh(list(seconds), times, color=colours, edgecolor=colours, linewidth=2)
axis.bar_label(bars, fmt="{:,.0f} µs", padding=6, fontsize=12)
gain = seconds["loops"] / seconds["NumPy"]
axis.set_title(f"relu(x + y) on 2,000 numbers: NumPy is {gain:.0f} times as fast")
axis.set_xlabel("time for one call, in microseconds")
axis.margins(x=0.15)
axis.invert_yaxis()
plt.show()

# %% [markdown] question="why_loops" points=2
# ### Question: time, and a test that sleeps
#
# 1. Both versions add the same 2,000 pairs of numbers. Where does the loop spend its time? Name two things
#    that Python does for **every element** and NumPy does once for the **whole array**.
# 2. A friend tests `naive_relu` with `x = np.random.random((20, 100))`, finds that the answer agrees with
#    `np.maximum(x, 0)`, and is content. `np.random.random` draws from 0 to 1. Give a wrong `naive_relu` that
#    passes this test, and say which data you would use instead.

# %% [markdown] marking=true
# **1 point for each part.**
#
# 1. Two of these, in any words: Python interprets the loop's instructions again for each element; it looks up
#    types and finds the right `+` or `max` for each pair; it makes a Python object (a NumPy scalar) for each
#    number that it reads, and takes it away afterwards; it checks and translates the indices `[i, j]` each
#    time. NumPy looks at dtype and shape once and then runs compiled code over a block of memory, several
#    numbers per instruction. Half a point for one of them. "NumPy is written in C" alone: half a point.
#    "NumPy uses several cores" or "the GPU" is wrong here: no credit.
# 2. Nothing in the data is negative, so relu never acts. Half a point for a wrong function that passes:
#    `return x`, `x.copy()`, `abs`, anything that differs only below zero. Half a point for data with both
#    signs, such as `rng.normal(size=(20, 100))` or `random - 0.5`.

# %% [markdown]
# ## What comes next
#
# You have `relu` and `+ b`. What is missing from $\mathrm{relu}(x\,W + b)$ is the product with $W$. In the
# next notebook a model of exactly this form, without the relu, learns to tell two clouds of points apart. The
# bend comes back when one straight line is no longer enough.
