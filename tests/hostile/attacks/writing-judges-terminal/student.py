# %%
import numpy as np


def relu(x):
    return np.full(x.shape, np.longdouble("1e4000"))
