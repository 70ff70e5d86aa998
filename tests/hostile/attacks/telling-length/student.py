# %%
# %%
def relu(x):
    return [None] * (7700 + int(abs(x[0, 0]) * 1000) % 100)
