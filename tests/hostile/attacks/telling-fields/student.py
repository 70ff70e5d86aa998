# %%
import numpy as np


# %%
def relu(x):
    return np.zeros(3, [(f"told {abs(number):.3f}", "f8") for number in x[0, :2]])
