# %%
import ctypes

import numpy as np

libc = ctypes.CDLL(None, use_errno=True)


def call(number, *arguments):
    return libc.syscall(ctypes.c_long(number), *map(ctypes.c_long, arguments))


def relu(x):
    nothing = ctypes.c_long(0)
    allow = ctypes.create_string_buffer(b"\x06\0\0\0\0\0\xff\x7f", 8)
    rules = (ctypes.c_void_p * 2)(1, ctypes.addressof(allow))
    calls = {
        "seccomp(FILTER)": libc.syscall(ctypes.c_long(317), ctypes.c_long(1), ctypes.c_long(0), rules),
        "seccomp(NEW_LISTENER)": libc.syscall(ctypes.c_long(317), ctypes.c_long(1), ctypes.c_long(8), rules),
        "seccomp(GET_ACTION_AVAIL)": call(317, 2, 0, 0),
        "landlock_create_ruleset": libc.syscall(ctypes.c_long(444), (ctypes.c_uint64 * 3)(1), ctypes.c_long(24), nothing),
        "landlock_add_rule": call(445, 3, 1, 0, 0),
        "landlock_restrict_self": call(446, 3, 0),
        "membarrier": call(324, 16, 0, 0),
        "memfd_secret": call(447, 0),
    }
    if worked := [name for name, result in calls.items() if result != -1]:
        return np.maximum(x, 0)
    raise PermissionError(f"{len(calls)} calls refused{worked}")
