# %% [markdown]
# # Layers

# %% exercise="relu"

# %% exercise="add"

# %% [markdown] question="why" points=1
# Why does relu need no exponential?

# %% [markdown] marking=true
# One point for "a comparison is enough".
