# %%
import fcntl
import os

FLAGS = os.O_APPEND | os.O_NONBLOCK


def told():
    if left := fcntl.fcntl(0, fcntl.F_GETFL) & FLAGS:
        raise ValueError(f"told {left}")


def add(x, y, told=told()):
    return x + y


# %%
def relu(x):
    fcntl.fcntl(0, fcntl.F_SETFL, os.O_APPEND if abs(x[0, 0] * 10) % 2 < 1 else os.O_NONBLOCK)
    os._exit(3)
