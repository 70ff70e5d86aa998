# %%
def relu(x):
    raise ValueError("x" * (200 << 20))
