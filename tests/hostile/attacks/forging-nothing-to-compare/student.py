# %%
import numpy as np


# %%
def relu(x):
    return np.empty((0, 4))
