# %% [markdown]
# # Every kind of exercise
#
# Not a lesson: one exercise of each kind that the course needs, to try the form in which exercises are written.

# %%
class Slope:
    """A given model: one weight."""

    def __init__(self, rng):
        self.params = [rng.normal(size=(2, 1))]
        self.grads = [np.zeros((2, 1))]

    def predict(self, x):
        return x @ self.params[0]

    def gradient(self, x, t):
        self.grads[0][...] = x.T @ (self.predict(x) - t) / len(x)


# %% exercise="Variable"

# %% exercise="GradientTape"

# %% demo=true
print("a demonstration")

# %% [markdown] question="memory" points=2
# What does the tape have to remember, and for how long?

# %% [markdown] marking=true
# One point for the inputs of every operation, one for "until gradient() has used them".
