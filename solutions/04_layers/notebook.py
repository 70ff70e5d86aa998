# %%
import numpy as np

from autograder import check

# %% exercise="Affine"
