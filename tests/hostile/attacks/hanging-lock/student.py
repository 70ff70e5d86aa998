# %%
import threading

import numpy as np


def relu(x):
    lock = threading.Lock()
    lock.acquire()
    lock.acquire()
    return np.maximum(x, 0)
