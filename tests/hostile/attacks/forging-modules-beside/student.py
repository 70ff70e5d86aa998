# %%
import numpy as np


# %%
def relu(x):
    return np.zeros_like(x)
