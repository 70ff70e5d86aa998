# %% [markdown]
# # What is attacked
#
# Not a lesson: small exercises with short time limits, which the attacks of `tests/hostile/attacks` go for.

# %% exercise="relu"

# %% exercise="add"

# %% exercise="read"
