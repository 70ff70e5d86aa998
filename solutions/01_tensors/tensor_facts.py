r"""### `tensor_facts`: what is this array?

Return three facts as a tuple `(rank, shape, dtype name)`:

| array | `tensor_facts` |
|---|---|
| `np.array(12.0)` | `(0, (), "float64")` |
| `np.array([3.0, 7.0, 9.0, 8.0, 1.0])` | `(1, (5,), "float64")` |
| the 60,000 training images of MNIST | `(3, (60000, 28, 28), "uint8")` |

The rank is a whole number, the shape is a tuple with one length for each axis, and the dtype's name is a string.
The rank is always the length of the shape: a vector of five numbers has rank 1, not rank 5.
"""

import numpy as np

from autograder import exercise

DTYPES = ["uint8", "int16", "int32", "int64", "float16", "float32", "float64"]


def array(shape, dtype):
    return np.arange(np.prod(shape)).reshape(shape).astype(dtype)


def four_ranks(rng):
    """A vector, a matrix, a stack of images and a batch of videos, in any order."""
    sizes = rng.permutation([2, 3, 4, 5, 6])
    shapes = [sizes[:1], sizes[1:3], sizes[2:5], sizes[[0, 2, 4, 1, 3]]]
    return {"arrays": [array(shapes[i], dtype) for i, dtype in zip(rng.permutation(4), rng.permutation(DTYPES))]}


def single_numbers(rng):
    ranks = rng.permutation([0, 0, 1, 1, 2, 3])
    return {"arrays": [array((1,) * rank, dtype) for rank, dtype in zip(ranks, rng.permutation(DTYPES))]}


@exercise
def tensor_facts(x):
    """Describe an array.

    Parameters
    ----------
    x : array of any shape and dtype

    Returns
    -------
    tuple (rank, shape, dtype name) : int, tuple of int, str
    """
    return x.ndim, x.shape, x.dtype.name


# An answer that is no tuple of three is shown as it is, in the place of each fact.
@tensor_facts.check(
    "a vector, a matrix, a stack of images, a batch of videos",
    given=four_ranks,
    points={"ranks": 0.2, "shapes": 0.2, "dtypes": 0.2},
)
def facts(tensor_facts, arrays):
    answers = [tensor_facts(x) for x in arrays]
    three = all(isinstance(answer, tuple | list) and len(answer) == 3 for answer in answers)
    names = ("ranks", "shapes", "dtypes")
    return {name: [answer[i] if three else answer for answer in answers] for i, name in enumerate(names)}


@tensor_facts.check(
    "one number, with and without axes",
    given=single_numbers,
    points={"ranks": 0.15, "shapes": 0.1, "dtypes": 0.15},
)
def one_number(tensor_facts, arrays):
    answers = [tensor_facts(x) for x in arrays]
    three = all(isinstance(answer, tuple | list) and len(answer) == 3 for answer in answers)
    names = ("ranks", "shapes", "dtypes")
    return {name: [answer[i] if three else answer for answer in answers] for i, name in enumerate(names)}


# fmt: off
slip = tensor_facts.slip
# the rank
slip("rank is the first length", {"x.ndim": "len(x)"}, "A matrix with five rows: how many axes has it?")
slip("rank is the size", {"x.ndim": "x.size"},
     "Do you count the numbers, or the directions in which they are lined up?")
slip("rank of linear algebra", {"x.ndim": "np.linalg.matrix_rank(x)"},
     "Linear algebra has another number of the same name. Which of the two counts axes?")
slip("counts an axis too many", {"x.ndim": "x.ndim + 1"},
     "Compare your rank with the length of the shape. Which of the two counts the axes?")
# the shape
slip("first length only", {"x.shape": "len(x)"}, "How many lengths has the shape of a matrix?")
slip("a bare length", {"x.shape": "x.shape if x.ndim > 1 else x.size"},
     "A shape is a tuple, also where there is only one axis. How does Python write a tuple of one?")
slip("size for shape", {"x.shape": "x.size"}, "6 numbers can be 2 by 3, or 3 by 2. Does your answer tell which?")
slip("shape from the last axis", {"x.shape": "x.shape[::-1]"}, "Which axis does a shape name first?")
# the dtype
slip("dtype and not its name", {".name": ""}, "Is the third fact a string, or an object that prints like one?")
slip("type of the box", {"x.dtype.name": "type(x).__name__"},
     "Whose type is this: that of the container, or that of the numbers in it?")
slip("kind of number", {".name": ".kind"}, "Tell a float32 from a float64. Can your answer do it?")
# the tuple
slip("another order", {"x.ndim, x.shape": "x.shape, x.ndim"}, "In which order does the statement list the three facts?")
slip("no return", {"return ": ""}, "Showing the facts is not handing them back. What does the caller get?")
# fmt: on


@tensor_facts.alternative
def from_the_shape(x):
    shape = np.shape(x)
    return (len(shape), tuple(int(n) for n in shape), str(x.dtype))


@tensor_facts.alternative
def by_functions_of_numpy(x):
    facts = [np.ndim(x), np.shape(x), np.dtype(x.dtype).name]
    return tuple(facts)


@tensor_facts.alternative
def in_steps(x):
    rank = 0
    for _ in x.shape:
        rank += 1
    name = f"{x.dtype}"
    return rank, x.shape, name
