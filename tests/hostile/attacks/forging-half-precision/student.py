# %%
import numpy as np


# %%
def relu(x):
    return np.zeros(x.shape, np.float16) * np.float16(-1e-7)
