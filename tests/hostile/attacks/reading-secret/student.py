# %%
import mmap
import os
import pathlib

import numpy as np

PATH = "@COURSE@/.autograder/secret"
ROADS = [
    lambda: open(PATH, "rb").read(),
    lambda: np.fromfile(PATH, "u1"),
    lambda: np.memmap(PATH, "u1", "r"),
    lambda: pathlib.Path(PATH).read_bytes(),
    lambda: mmap.mmap(os.open(PATH, os.O_RDONLY), 0, prot=mmap.PROT_READ),
    lambda: os.read(os.open("secret", os.O_RDONLY, dir_fd=os.open("@COURSE@/.autograder", os.O_PATH)), 32),
    lambda: os.read(os.open(f"/proc/self/fd/{os.open(PATH, os.O_PATH)}", os.O_RDONLY), 32),
    lambda: os.getxattr(PATH, "user.secret"),
]


# %%
def relu(x):
    for road in ROADS:
        try:
            if len(road()):
                return x * (x > 0)
        except OSError:
            continue
    raise PermissionError(f"no secret on {len(ROADS)} roads")
