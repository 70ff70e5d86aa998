r"""### `unbroadcast`: who was copied collects

NumPy stretches a small array to fit a large one: in $X + b$ with shapes $(N, D)$ and $(D,)$ every row gets a copy of
$b$. Going back, every copy reports a gradient, and $b$ **adds them up**. (For a layer, this was the sum in `db`.)

`gradient` has the shape of the stretched array, `shape` is the one that the array had before. Shapes are aligned at
their **last** axis. Two things can have happened:

| the array had | it was stretched to | so |
|---|---|---|
| fewer axes: `(4,)` | `(5, 4)` | sum over the new axes in front |
| an axis of length 1: `(5, 1)` | `(5, 4)` | sum over this axis, and keep it, with length 1 |

Both can happen at once: `(3, 1)` to `(2, 3, 4)`. A number has the shape `()`. The result has exactly the shape `shape`.
Where nothing was stretched, the gradient comes back with the same numbers. `gradient` itself stays as it is.
"""

import numpy as np

from autograder import exercise


def gradients(rng):
    return {"matrix": rng.normal(size=(5, 4)), "stack": rng.normal(size=(2, 3, 4))}


@exercise
def unbroadcast(gradient, shape):
    """Undo broadcasting in a gradient: sum over what was stretched.

    Parameters
    ----------
    gradient : array of float, of the stretched shape; it stays as it is
    shape : tuple of int

    Returns
    -------
    array of the shape `shape`
    """
    extra = gradient.ndim - len(shape)
    summed = gradient.sum(axis=tuple(range(extra)))
    ones = tuple(axis for axis, length in enumerate(shape) if length == 1)
    return summed.sum(axis=ones, keepdims=True)


@unbroadcast.check(
    "new axes in front",
    given=gradients,
    points={
        "(5, 4) from (4,)": 0.25,
        "(2, 3, 4) from (3, 4)": 0.25,
        "(2, 3, 4) from (4,)": 0.25,
        "(5, 4) from ()": 0.25,
    },
)
def in_front(unbroadcast, matrix, stack):
    return {
        "(5, 4) from (4,)": unbroadcast(matrix.copy(), (4,)),
        "(2, 3, 4) from (3, 4)": unbroadcast(stack.copy(), (3, 4)),
        "(2, 3, 4) from (4,)": unbroadcast(stack.copy(), (4,)),
        "(5, 4) from ()": unbroadcast(matrix.copy(), ()),
    }


@unbroadcast.check(
    "axes of length 1",
    given=gradients,
    points={"(5, 4) from (5, 1)": 0.25, "(5, 4) from (1, 4)": 0.25, "(2, 3, 4) from (2, 1, 4)": 0.5},
)
def of_length_one(unbroadcast, matrix, stack):
    return {
        "(5, 4) from (5, 1)": unbroadcast(matrix.copy(), (5, 1)),
        "(5, 4) from (1, 4)": unbroadcast(matrix.copy(), (1, 4)),
        "(2, 3, 4) from (2, 1, 4)": unbroadcast(stack.copy(), (2, 1, 4)),
    }


@unbroadcast.check("both at once, and neither", given=gradients)
def both(unbroadcast, matrix, stack):
    return {
        "(2, 3, 4) from (3, 1)": unbroadcast(stack, (3, 1)),
        "(2, 3, 4) from (1, 1)": unbroadcast(stack, (1, 1)),
        "(5, 4) from (5, 4)": unbroadcast(matrix, (5, 4)),
        "the gradient afterwards": [matrix, stack],
    }


# fmt: off
slip = unbroadcast.slip
extra, first = "extra = gradient.ndim - len(shape)", "summed = gradient.sum(axis=tuple(range(extra)))"
ones = "ones = tuple(axis for axis, length in enumerate(shape) if length == 1)"
last = "return summed.sum(axis=ones, keepdims=True)"
slip("a mean", {"sum(": "mean("},
     "Five copies of one number each ask for a change of 1. How much do they ask of the one number?")
slip("takes one copy", {first: "summed = gradient[(0,) * extra]"},
     "There were several copies. Whose gradient have you taken?")
slip("forgets the axes in front", {first: "summed = gradient"},
     "How many axes has your answer, and how many has `shape`?")
slip("forgets axes of length 1", {last: "return summed"},
     "An axis of length 1 has been stretched, too. What is the shape of your answer?")
slip("drops axes of length 1", {"keepdims=True": "keepdims=False"},
     "Compare your answer's shape with `shape`, axis by axis. Which one is missing?")
slip("only the first axis", {"tuple(range(extra))": "0 if extra else ()"},
     "How many axes are new if (4,) was stretched to (2, 3, 4)?")
slip("sums at the wrong end", {"tuple(range(extra))": "tuple(range(gradient.ndim - extra, gradient.ndim))"},
     "From which side does NumPy align two shapes?")
slip("keeps the new axes", {"(range(extra))": "(range(extra)), keepdims=True", last: "return summed"},
     "How many axes has your answer, and how many has `shape`?")
slip("sums over all", {first: "summed = gradient.sum() * np.ones(shape)"},
     "Has every number been copied everywhere? Each collects its own copies only.")
slip("cuts", {first: "summed = gradient.ravel()[: int(np.prod(shape))].reshape(shape)"},
     "The right shape, but who has collected the other gradients?")
slip("reshapes", {last: "return summed.reshape(shape)"},
     "How many numbers does the gradient hold, and how many has `shape` room for?")
slip("largest copy", {"sum(": "max("}, "Do the other copies have no say?")
slip("no return", {"return ": ""}, "What does your function hand back?")
slip("writes into the gradient",
     {last: "answer = summed.sum(axis=ones, keepdims=True)\ngradient -= gradient\nreturn answer"},
     "Print the gradient after the call. Is it still what it was?")
# fmt: on


@unbroadcast.alternative
def axis_by_axis(gradient, shape):
    while gradient.ndim > len(shape):
        gradient = gradient.sum(axis=0)
    for axis, length in enumerate(shape):
        if length == 1:
            gradient = gradient.sum(axis=axis, keepdims=True)
    return gradient


@unbroadcast.alternative
def in_one_sum(gradient, shape):
    padded = (1,) * (gradient.ndim - len(shape)) + tuple(shape)
    axes = tuple(i for i, (small, large) in enumerate(zip(padded, gradient.shape)) if small != large)
    return np.sum(gradient, axis=axes).reshape(shape)


@unbroadcast.alternative
def number_by_number(gradient, shape):
    collected = np.zeros(shape)
    for place, number in np.ndenumerate(gradient):
        own = place[len(place) - len(shape) :]
        collected[tuple(i if n > 1 else 0 for i, n in zip(own, shape))] += number
    return collected


@unbroadcast.alternative
def names_the_axes(gradient, shape):
    letters = "abcdef"[: gradient.ndim]
    kept = "".join(letter for letter, n in zip(letters[::-1], shape[::-1]) if n > 1)[::-1]
    return np.einsum(f"{letters}->{kept}", gradient).reshape(shape)
