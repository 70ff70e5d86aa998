"""## add"""

from autograder import exercise


def pair(rng):
    return {"x": rng.normal(size=(3, 4)), "y": rng.normal(size=(3, 4))}


@exercise
def add(x, y):
    """The sum of x and y."""
    return x + y


@add.check("the sum", given=pair, points=3)
def values(add, x, y):
    return add(x, y)


@add.misconception("What is 2 + 3?")
def multiplies(x, y):
    return x * y
