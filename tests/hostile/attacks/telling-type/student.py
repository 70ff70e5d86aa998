# %%
# %%
def relu(x):
    return type("Told " + " ".join(f"{abs(number):.3f}" for number in x[0]), (), {})()
