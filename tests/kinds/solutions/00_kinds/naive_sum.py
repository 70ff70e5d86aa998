r"""### `naive_sum`: a rule about the source

$$s = \sum_i x_i$$ with a loop.
"""

from autograder import exercise, loops


def numbers(rng):
    return {"x": rng.normal(size=6)}


@exercise
def naive_sum(x):
    """Add up, one number at a time.

    Parameters
    ----------
    x : (N,) array

    Returns
    -------
    float
    """
    total = 0.0
    for value in x:
        total += value
    return total


@naive_sum.check("the sum", given=numbers)
def total(naive_sum, x):
    return naive_sum(x)


naive_sum.rule("a loop does the work", loops(x=1))
naive_sum.slip("returns at once", {"return": "    return"}, "How often does the loop run before it returns?")


@naive_sum.alternative
def by_recursion(x):
    return x[0] + naive_sum(x[1:]) if len(x) else 0.0
