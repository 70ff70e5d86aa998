# %%
def relu(x):
    return [[[]] * 20] * 2000
