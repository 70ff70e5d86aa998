# %%
import time

import numpy as np


# %%
wait = time.sleep(4.5); wait = time.sleep(4.5); wait = time.sleep(4.5); wait = time.sleep(4.5); wait = time.sleep(4.5); wait = time.sleep(4.5); wait = time.sleep(4.5); wait = time.sleep(4.5); wait = time.sleep(4.5); wait = time.sleep(4.5)
wait = time.sleep(4.5); wait = time.sleep(4.5); wait = time.sleep(4.5); wait = time.sleep(4.5); wait = time.sleep(4.5); wait = time.sleep(4.5); wait = time.sleep(4.5); wait = time.sleep(4.5); wait = time.sleep(4.5); wait = time.sleep(4.5)
wait = time.sleep(4.5); wait = time.sleep(4.5); wait = time.sleep(4.5); wait = time.sleep(4.5); wait = time.sleep(4.5); wait = time.sleep(4.5); wait = time.sleep(4.5); wait = time.sleep(4.5); wait = time.sleep(4.5); wait = time.sleep(4.5)
wait = time.sleep(4.5); wait = time.sleep(4.5); wait = time.sleep(4.5); wait = time.sleep(4.5); wait = time.sleep(4.5); wait = time.sleep(4.5); wait = time.sleep(4.5); wait = time.sleep(4.5); wait = time.sleep(4.5); wait = time.sleep(4.5)
wait = time.sleep(4.5); wait = time.sleep(4.5); wait = time.sleep(4.5); wait = time.sleep(4.5); wait = time.sleep(4.5); wait = time.sleep(4.5); wait = time.sleep(4.5); wait = time.sleep(4.5); wait = time.sleep(4.5); wait = time.sleep(4.5)
wait = time.sleep(4.5); wait = time.sleep(4.5); wait = time.sleep(4.5); wait = time.sleep(4.5); wait = time.sleep(4.5); wait = time.sleep(4.5); wait = time.sleep(4.5); wait = time.sleep(4.5); wait = time.sleep(4.5); wait = time.sleep(4.5)
wait = time.sleep(4.5); wait = time.sleep(4.5); wait = time.sleep(4.5); wait = time.sleep(4.5); wait = time.sleep(4.5); wait = time.sleep(4.5); wait = time.sleep(4.5); wait = time.sleep(4.5); wait = time.sleep(4.5); wait = time.sleep(4.5)
wait = time.sleep(4.5); wait = time.sleep(4.5); wait = time.sleep(4.5); wait = time.sleep(4.5); wait = time.sleep(4.5); wait = time.sleep(4.5); wait = time.sleep(4.5); wait = time.sleep(4.5); wait = time.sleep(4.5); wait = time.sleep(4.5)
wait = time.sleep(4.5); wait = time.sleep(4.5); wait = time.sleep(4.5); wait = time.sleep(4.5); wait = time.sleep(4.5); wait = time.sleep(4.5); wait = time.sleep(4.5); wait = time.sleep(4.5); wait = time.sleep(4.5); wait = time.sleep(4.5)
wait = time.sleep(4.5); wait = time.sleep(4.5); wait = time.sleep(4.5); wait = time.sleep(4.5); wait = time.sleep(4.5); wait = time.sleep(4.5); wait = time.sleep(4.5); wait = time.sleep(4.5); wait = time.sleep(4.5); wait = time.sleep(4.5)


# %%
def relu(x):
    return np.maximum(x, wait or 0)
