# %%
import ctypes
import mmap
import os

import numpy as np

libc = ctypes.CDLL(None, use_errno=True)


def mapped(path):
    return mmap.mmap(os.open(path, os.O_RDONLY), 0, mmap.MAP_SHARED, mmap.PROT_READ | mmap.PROT_WRITE)


def made_writable(path):
    libc.mmap.restype = ctypes.c_void_p
    start = libc.mmap(None, 4096, mmap.PROT_READ, mmap.MAP_SHARED, os.open(path, os.O_RDONLY), ctypes.c_long(0))
    if libc.mprotect(ctypes.c_void_p(start), 4096, mmap.PROT_READ | mmap.PROT_WRITE):
        raise OSError(ctypes.get_errno(), "mprotect")
    ctypes.memset(start, 0, 4096)


def read(path):
    refused = 0
    for road in (lambda: np.memmap(path, mode="r+"), lambda: mapped(path), lambda: made_writable(path)):
        try:
            road()
        except OSError:
            refused += 1
    if refused < 3:
        return np.load(path)
    raise PermissionError(f"{refused} of 3 refused")
