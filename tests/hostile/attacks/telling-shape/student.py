# %%
import numpy as np


# %%
def relu(x):
    return np.empty((*(770_000 + int(abs(number) * 1000) for number in x[0, :2]), 0))
