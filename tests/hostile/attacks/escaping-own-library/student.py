# %%
import ctypes
import os
import tempfile

import numpy as np

LIBRARY = open(np._core._multiarray_umath.__file__, "rb").read()  # any that loads: its initialisers would run


def written(folder):
    path = os.path.join(folder, "evil.so")
    with open(path, "wb") as file:
        file.write(LIBRARY)
    return ctypes.CDLL(path)


def in_memory():
    file = os.memfd_create("evil")
    os.write(file, LIBRARY)
    return ctypes.CDLL(f"/proc/self/fd/{file}")


def unnamed():
    with tempfile.TemporaryFile() as file:
        file.write(LIBRARY)
        return ctypes.CDLL(f"/proc/self/fd/{file.fileno()}")


ROADS = [in_memory, unnamed, *(lambda f=f: written(f) for f in ("/tmp", "/dev/shm", ".", "/", "@COURSE@"))]


def relu(x):
    refused = 0
    for road in ROADS:
        try:
            road()
        except OSError:
            refused += 1
    if refused < len(ROADS):
        return np.maximum(x, 0)
    raise PermissionError(f"{refused} of {len(ROADS)} refused")
