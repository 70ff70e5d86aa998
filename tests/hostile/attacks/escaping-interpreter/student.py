# %%
import ctypes
import signal

import numpy as np

python = ctypes.pythonapi
CALL = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p)
COUNT = []


@CALL
def pending(argument):
    COUNT.append(1)
    return 0


def relu(x):
    signal.signal(signal.SIGINT, signal.default_int_handler)  # where it was ignored, nothing would come
    python.Py_AddPendingCall(pending, None)
    python.PyErr_SetInterruptEx(int(signal.SIGTERM))
    python.PyErr_SetInterruptEx(int(signal.SIGINT))
    for _ in range(10**6):
        pass
    return np.maximum(x, 0)
