# %%
# %%
def relu(x):
    raise ValueError(f"told {x.tolist()}")
