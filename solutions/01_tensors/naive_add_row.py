r"""### `naive_add_row`: a row to every row

$$(x + b)_{ij} = x_{ij} + b_j \qquad x: (N, D),\quad b: (D,)$$

$$\begin{pmatrix} 1 & 2 & 3 \\ 4 & 5 & 6 \end{pmatrix} + \begin{pmatrix} 0.5 & 0 & -2 \end{pmatrix} =
\begin{pmatrix} 1.5 & 2 & 1 \\ 4.5 & 5 & 4 \end{pmatrix}$$

A layer does this with its bias: each of the $N$ samples gets the same $D$ numbers. Which of your two indices walks
along `b`? Loops again, in an array of its own, with room for fractions where `x` holds whole numbers.
"""

import numpy as np

from autograder import agree, exercise, loops


def wide_and_tall(rng):
    return {
        "wide": rng.normal(size=(2, 4)),
        "b4": rng.normal(size=4),
        "tall": rng.normal(size=(5, 3)),
        "b3": rng.normal(size=3),
    }


def whole_numbers(rng):
    return {"counts": rng.integers(1, 10, size=(3, 4)), "b": rng.uniform(0.1, 0.9, size=4)}


def one_row(rng):
    return {"x": rng.normal(size=(3, 5)), "b": rng.normal(size=5)}


@exercise
def naive_add_row(x, b):
    """Add a vector to each row of a matrix.

    Parameters
    ----------
    x : (N, D) array of numbers; it stays as it is
    b : (D,) array of numbers; it stays as it is

    Returns
    -------
    (N, D) array
    """
    result = np.zeros(x.shape, np.result_type(x, b))
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            result[i, j] = x[i, j] + b[j]
    return result


@naive_add_row.check(
    "the sums, for a wide and for a tall matrix", given=wide_and_tall, points={"wide": 0.5, "tall": 0.5}
)
def values(naive_add_row, wide, b4, tall, b3):
    return {"wide": naive_add_row(wide, b4), "tall": naive_add_row(tall, b3)}


@naive_add_row.check("whole numbers plus fractions", given=whole_numbers, points=0.5)
def fractions(naive_add_row, counts, b):
    return naive_add_row(counts, b)


@naive_add_row.check(
    "both arguments are left alone", given=one_row, points=0.5, compare=agree("answer", "answer to copies")
)
def arguments(naive_add_row, x, b):
    fresh = naive_add_row(x.copy(), b.copy())
    return {"answer": naive_add_row(x, b), "answer to copies": fresh, "x afterwards": x, "b afterwards": b}


naive_add_row.rule("loops do the work", loops(x=2, b=1))

# fmt: off
slip = naive_add_row.slip
# which number of b
slip("walks down b", {"b[j]": "b[i]"},
     "Which index walks along the vector: the one of the row, or the one of the column?")
slip("first number only", {"b[j]": "b[0]"}, "Which numbers of `b` are never read?")
slip("all of b to each number", {"b[j]": "sum(b)"}, "How many numbers of `b` belong to one column?")
slip("reads b backwards", {"b[j]": "b[-j]"},
     "Print j and the number of `b` that you take, for one row. Which one should stand under column 0?")
slip("one number of b a row", {"    for j": "    b, old = np.roll(b, 1), b\n    for j", "b[j]": "old[j]"},
     "Does the second row get the same numbers as the first?")
slip("two indices for b", {"b[j]": "b[i, j]"}, "How many axes has `b`? How many indices does one of its numbers need?")
slip("a row into one place", {"b[j]": "b"},
     "How many numbers fit into one place of the answer, and how many do you put there?")
# what happens to it
slip("multiplies", {"x[i, j] +": "x[i, j] *"}, "Try b = 0: what must come out?")
slip("subtracts", {"] + b": "] - b"}, "Try x = 0: what must come out?")
slip("forgets x", {"x[i, j] + b[j]": "b[j]"}, "Your rows are all alike. What should make them differ?")
# the array of the answer
slip("adds into a copy", {"np.zeros(x.shape, np.result_type(x, b))": "x.copy()"},
     "What dtype does your copy have, and what becomes of 0.5 in it?")
slip("writes into the argument", {"np.zeros(x.shape, np.result_type(x, b))": "x"},
     "Print `x` before and after the call. Whose array have you changed?")
slip("square buffer", {"np.zeros(x.shape,": "np.zeros((len(x), len(x)),"},
     "How many columns has the answer? Which array can tell you?")
# what is said of the shapes
slip("misplaced parenthesis", {"result =": "assert len(x.shape == 2)\nresult ="},
     "Read the parentheses of your assertion aloud: the length of what?")
slip("length of a number", {"result =": "assert len(x.shape[1]) == len(b.shape[0])\nresult ="},
     "`x.shape[1]` is a number already. What length could it have?")
slip("asks for equal shapes", {"result =": "assert x.shape == b.shape\nresult ="},
     "It is your own assertion that stops here. Which two of the lengths must agree, and what does it compare?")
# the walk and its end
slip("takes it for a square", {"x.shape[1]": "len(x)"}, "An array of rank 2 has two lengths. Which loop needs which?")
slip("first row only", {"return": "    return"}, "How many rows have been visited when the function returns?")
slip("no return", {"return result": ""}, "What does your function hand back to its caller?")
# fmt: on


naive_add_row.equivalent(
    "result[i, j] = x[i, j] + b[j]",
    "result[i, j] += x[i, j] + b[j]",
    "each place is visited once, and holds 0 before",
)
naive_add_row.equivalent(
    "result = np.zeros(x.shape, np.result_type(x, b))",
    "result = np.ones(x.shape, np.result_type(x, b))",
    "every number is overwritten",
)


@naive_add_row.alternative
def rows_of_rows(x, b):
    return np.array([[value + shift for value, shift in zip(row, b)] for row in x])


@naive_add_row.alternative
def column_by_column(x, b):
    result = x.astype(float)
    for j, shift in enumerate(b):
        for i in range(len(x)):
            result[i, j] += shift
    return result


@naive_add_row.alternative
def by_index(x, b):
    result = np.empty_like(x, dtype=np.float64)
    for (i, j), value in np.ndenumerate(x):
        result[i, j] = value + b[j]
    return result


@naive_add_row.alternative
def with_the_other_function(x, b):
    repeated = [[b[j] for j in range(x.shape[1])] for i in range(x.shape[0])]
    return naive_add(x, np.array(repeated))
