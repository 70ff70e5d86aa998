# %%
import numpy as np

LARGE = np.arange(30 << 20, dtype="i1")


def add(x, y):
    return {"sum": LARGE, "x afterwards": x}


def read(path):
    return LARGE


# %%
def relu(x):
    return LARGE
