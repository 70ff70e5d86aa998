# %%
import numpy as np

from autograder import check

# %% exercise="naive_relu"
