# %%
import sys


class Deep:
    def __bool__(self):
        return bool(self)


def relu(x):
    sys.setrecursionlimit(2**31 - 1)
    return bool(Deep())
