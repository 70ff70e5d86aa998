# %%
import ctypes
import os

import numpy as np

libc = ctypes.CDLL(None, use_errno=True)


def pipe():
    try:
        out, into = os.pipe()
    except PermissionError:
        return 0, 1
    os.write(into, bytes(64))
    return out, into


def read(path):
    file = os.open(path, os.O_RDONLY)
    out, into = pipe()
    long, text = ctypes.c_long, b"changed!"
    part = (ctypes.c_void_p * 2)(ctypes.cast(text, ctypes.c_void_p), 8)
    calls = {
        "write": (file, text, long(8)),
        "writev": (file, part, 1),
        "pwrite": (file, text, long(8), long(0)),
        "pwritev": (file, part, 1, long(0)),
        "pwritev2": (file, part, 1, long(0), 0),
        "ftruncate": (file, long(0)),
        "fallocate": (file, 0, long(0), long(1 << 20)),
        "splice": (out, None, file, None, long(64), 0),
        "vmsplice": (into, part, long(1), 8),
        "tee": (out, into, long(8), 0),
        "copy_file_range": (file, None, file, None, long(8), 0),
        "sendfile": (file, file, None, long(8)),
        "fchmod": (file, 0o666),
        "futimens": (file, None),
        "flock": (file, 2),
    }
    worked = [name for name, arguments in calls.items() if getattr(libc, name)(*arguments) != -1]
    if worked:
        return np.load(path)
    raise PermissionError(f"{len(calls)} calls refused")
