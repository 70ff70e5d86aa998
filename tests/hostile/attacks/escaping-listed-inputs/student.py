# %%
import os

import numpy as np


def read(path):
    folder = os.path.dirname(path)
    others = {os.path.join(folder, name) for name in os.listdir(folder)} - {path}
    np.load(others.pop())
    return np.load(path)
