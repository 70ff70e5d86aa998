# %%
import os
import posix

import numpy as np

FOLDERS = ["/tmp", "/", ".", "/dev/shm", "/usr/lib", "@COURSE@", os.path.dirname(np.__file__)]


def relu(x):
    refused = 0
    for folder in FOLDERS:
        try:
            posix.write(posix.open(folder, os.O_TMPFILE | os.O_RDWR), bytes(1 << 20))
        except OSError:
            refused += 1
    if refused < len(FOLDERS):
        return np.maximum(x, 0)
    raise PermissionError(f"{refused} of {len(FOLDERS)} refused")
