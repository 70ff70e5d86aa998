r"""### `add`: a matrix and a row

Where the shapes of `x` and `y` are equal, numbers meet in pairs, as in `naive_add`. Where they differ, NumPy
lines the shapes up **at the last axis**. An axis that is missing, or that has length 1, is repeated:

$$\underbrace{x}_{(N, D)} + \underbrace{b}_{(D,)} \qquad (x + b)_{nd} = x_{nd} + b_d$$

$$\begin{pmatrix} 1 & 2 & 3 \\ 4 & 5 & 6 \end{pmatrix} + \begin{pmatrix} 10 & 20 & 30 \end{pmatrix} =
\begin{pmatrix} 11 & 22 & 33 \\ 14 & 25 & 36 \end{pmatrix}$$

This is called *broadcasting*. Nothing is copied: the same row is read $N$ times. Either argument may be the
smaller one.
"""

import numpy as np

from autograder import agree, close, exercise, no_loops


def equal_shapes(rng):
    return {"images": rng.normal(size=(2, 3, 4)), "noise": rng.normal(size=(2, 3, 4))}


def whole_numbers(rng):
    return {"counts": rng.integers(1, 10, size=5), "parts": rng.uniform(0.1, 0.9, size=5)}


def different_shapes(rng):
    return {
        "x": rng.normal(size=(4, 3)),
        "row": rng.normal(size=3),
        "column": rng.normal(size=(4, 1)),
        "images": rng.normal(size=(2, 4, 3)),
    }


def matrix_and_row(rng):
    return {"x": rng.normal(size=(5, 2)), "y": rng.normal(size=2)}


@exercise
def add(x, y):
    """Add two arrays, element by element, with broadcasting.

    Parameters
    ----------
    x, y : arrays of numbers; they stay as they are
        Their shapes are equal, or fit when lined up at the last axis: (N, D) and (D,), (N, D) and (N, 1), ...

    Returns
    -------
    array of the common shape, of the dtype that NumPy gives to the sum
    """
    return x + y


@add.check("equal shapes", given=equal_shapes, points=0.5)
def pairs(add, images, noise):
    return add(images, noise)


@add.check("int + float is float", given=whole_numbers, points=0.5, compare=close(same_dtype=True))
def mixed(add, counts, parts):
    return add(counts, parts)


@add.check(
    "a smaller second array is broadcast",
    given=different_shapes,
    points={"(4, 3) + (3,)": 0.25, "(2, 4, 3) + (4, 3)": 0.25},
)
def second_is_broadcast(add, x, row, images):
    return {"(4, 3) + (3,)": add(x.copy(), row.copy()), "(2, 4, 3) + (4, 3)": add(images, x)}


@add.check("a smaller first array, and a column", given=different_shapes, points=0.5)
def first_is_broadcast(add, x, row, column):
    return {"(4, 3) + (4, 1)": add(x.copy(), column), "(3,) + (4, 3)": add(row, x)}


@add.check(
    "both arguments are left alone", given=matrix_and_row, points=0.5, compare=agree("answer", "answer to copies")
)
def arguments(add, x, y):
    fresh = add(x.copy(), y.copy())
    return {"answer": add(x, y), "answer to copies": fresh, "x afterwards": x, "y afterwards": y}


add.rule("no loops", no_loops(), points=0.5)

# shapes that differ, and whose array the answer is
add.slip(
    "insists on equal shapes",
    {"return": "assert x.shape == y.shape\nreturn"},
    "Which pairs of shapes does the statement allow? Compare with what you assert.",
)
add.slip(
    "adds into a copy",
    {"return x + y": "result = x.copy()\nresult += y\nreturn result"},
    "Your copy has the shape and the dtype of one argument. Which ones does the sum have?",
)
add.slip(
    "writes into the argument",
    {"return x + y": "x += y\nreturn x"},
    "Print `x` before and after the call. Whose array have you changed?",
)

add.slip(
    "writes into y",
    {"return x + y": "y += x\nreturn y"},
    "Print `y` before and after the call. And what if `y` is the smaller array?",
)

# what is added to what
add.slip("multiplies", {"+": "*"}, "Try y = 0: what must come out?")
add.slip(
    "lines up at the first axis",
    {"+ y": "+ y.reshape(y.shape + (1,) * (x.ndim - y.ndim))"},
    "From which side does NumPy line shapes up: at the first axis, or at the last?",
)
add.slip(
    "joins", {"x + y": "np.append(x, y)"}, "Lists grow when they are added. How many numbers should come out here?"
)
add.slip("sums up everything", {"x + y": "np.sum(x + y)"}, "How many numbers should the sum of two arrays hold?")
add.slip("no return", {"return ": ""}, "What does your function hand back to its caller?")


@add.alternative
def by_name(x, y):
    return np.add(x, y)


@add.alternative
def spells_out_the_broadcast(x, y):
    x, y = np.broadcast_arrays(x, y)
    return np.stack([x, y]).sum(axis=0)


@add.alternative
def fills_a_buffer(x, y):
    result = np.zeros(np.broadcast_shapes(x.shape, y.shape), dtype=np.result_type(x, y))
    result += x
    result += y
    return result
