# %%
def relu(x):
    chain = None
    for number in range(200_000):
        error = ValueError(number)
        error.__cause__, chain = chain, error
    raise chain
