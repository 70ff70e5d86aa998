# %% [markdown]
# # A small notebook
#
# Not a lesson: one of each kind of cell, for the notebook forms of `tests/parity/forms`.

# %%
def centred(x):
    """Subtract the mean of each row."""
    return x - x.mean(axis=1, keepdims=True)


FLOOR = 0.0

# %% exercise="relu"

# %% exercise="Affine"

# %% demo=true
# A demonstration: it is never run when grading.
import math

STEPS = 50
history = [math.exp(-step / 10) for step in range(STEPS)]

# %% exercise="spread"

# %% [markdown] question="why" points=1
# Why is the spread of a row of equal numbers zero?

# %% [markdown] marking=true
# Each number is its own mean.
