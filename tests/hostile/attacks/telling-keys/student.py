# %%
# %%
def relu(x):
    return {f"told {row}": 0.0 for row in x}
