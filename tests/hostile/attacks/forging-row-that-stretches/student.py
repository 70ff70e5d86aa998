# %%
import numpy as np


# %%
def relu(x):
    return np.full((1, 4), np.nan)
