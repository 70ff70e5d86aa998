import numpy as np

open("submitted/conftest-ran", "w")


def relu(x):
    return np.maximum(x, 0)
