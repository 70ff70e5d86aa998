r"""### `naive_add`: two arrays, element by element

$$(x + y)_{ij} = x_{ij} + y_{ij} \qquad x, y: (N, D)$$

$$\begin{pmatrix} 1 & 2 \end{pmatrix} + \begin{pmatrix} 0.5 & 0.9 \end{pmatrix} =
\begin{pmatrix} 1.5 & 2.9 \end{pmatrix}$$

Loops again, and an array of its own for the answer. This time its dtype needs a thought. Above, `x` holds
whole numbers and `y` does not; in an array of whole numbers the sum would lose its fractions. So give the
answer the dtype that NumPy gives to `x + y`. `np.result_type(x, y)` names it: int and float make float, int
and int stay int.
"""

import numpy as np

from autograder import agree, close, exercise, loops


def fractions(rng):
    return {"x": rng.normal(size=(3, 5)), "y": rng.normal(size=(3, 5))}


def several_dtypes(rng):
    return {
        "counts": rng.integers(1, 10, size=(4, 3)),
        "more": rng.integers(10, 20, size=(4, 3)),
        "parts": rng.uniform(0.1, 0.9, size=(4, 3)),  # all lost where the answer holds whole numbers
    }


@exercise
def naive_add(x, y):
    """Add two arrays of the same shape, element by element.

    Parameters
    ----------
    x, y : (N, D) arrays of numbers; they stay as they are

    Returns
    -------
    (N, D) array, of the dtype that NumPy gives to x + y
    """
    dtype = np.result_type(x, y)
    result = np.zeros(x.shape, dtype)
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            result[i, j] = x[i, j] + y[i, j]
    return result


@naive_add.check("the sums", given=fractions, points=0.5)
def values(naive_add, x, y):
    return naive_add(x, y)


@naive_add.check(
    "int + float is float, int + int stays int",
    given=several_dtypes,
    compare=close(same_dtype=True),
    points={"int + float": 0.25, "float + int": 0.25, "int + int": 0.5},
)
def dtype(naive_add, counts, more, parts):
    return {
        "int + float": naive_add(counts.copy(), parts.copy()),
        "float + int": naive_add(parts.copy(), counts.copy()),
        "int + int": naive_add(counts.copy(), more.copy()),
    }


@naive_add.check(
    "both arguments are left alone", given=fractions, points=0.5, compare=agree("answer", "answer to copies")
)
def arguments(naive_add, x, y):
    fresh = naive_add(x.copy(), y.copy())
    return {"answer": naive_add(x, y), "answer to copies": fresh, "x afterwards": x, "y afterwards": y}


naive_add.rule("loops do the work", loops(x=2, y=2))

# an array of its own, of the dtype of the sum
naive_add.slip(
    "adds into a copy",
    {"np.zeros(x.shape, dtype)": "x.copy()"},
    "What dtype does your copy have, and what becomes of 0.5 in it?",
)
naive_add.slip("buffer of floats", {", dtype)": ")"}, "Two arrays of whole numbers: can their sum hold a fraction?")
naive_add.slip(
    "writes into the argument",
    {"np.zeros(x.shape, dtype)": "x"},
    "Call it twice with the same `x`. Why does the second answer differ?",
)

naive_add.slip(
    "adds into a copy of y",
    {"np.zeros(x.shape, dtype)": "y.copy()"},
    "Exchange the two arguments of int + float. Which dtype does your copy have now?",
)
naive_add.slip(
    "buffer of whole numbers",
    {", dtype)": ", int)"},
    "Which dtype has your array, and what becomes of 0.5 in it?",
)
naive_add.slip(
    "writes into y",
    {"np.zeros(x.shape, dtype)": "y"},
    "Print `y` before and after the call. Did you promise to change it?",
)

# the sums, the walk and its end
naive_add.slip("multiplies", {"+": "*"}, "Try y = 0: what must come out?")
naive_add.slip("subtracts", {"+": "-"}, "Try x = 0: what must come out?")
naive_add.slip("forgets y", {" + y[i, j]": ""}, "Try x = 0: what must come out?")
naive_add.slip(
    "turns y round",
    {"y[i, j]": "y[j, i]"},
    "Which number of `y` does the number in row 0, column 3 of `x` meet?",
)
naive_add.slip(
    "adds whole rows",
    {"x[i, j] + y[i, j]": "x[i] + y[i]"},
    "How many numbers fit into one place of the answer, and how many are in a row?",
)
naive_add.slip(
    "takes it for a square", {"x.shape[1]": "len(x)"}, "An array of rank 2 has two lengths. Which loop needs which?"
)
naive_add.slip("no return", {"return result": ""}, "What does your function hand back to its caller?")
naive_add.slip(
    "returns too early", {"return": "    return"}, "How many rows have been visited when the function returns?"
)
naive_add.slip(
    "misplaced parenthesis",
    {"result =": "assert len(x.shape == y.shape)\nresult ="},
    "Read the parentheses of your assertion aloud: the length of what?",
)
naive_add.slip(
    "a length and a shape",
    {"result =": "assert len(x.shape) == y.shape\nresult ="},
    "It is your own assertion that stops here. What does it compare: an int with a tuple?",
)
naive_add.slip(
    "length of a length",
    {"result =": "assert len(x.shape[1]) == len(y.shape[1])\nresult ="},
    "`x.shape[1]` is one number already. What length could it have?",
)


naive_add.equivalent(
    "result[i, j] = x[i, j] + y[i, j]",
    "result[i, j] += x[i, j] + y[i, j]",
    "each place is visited once, and holds 0 before",
)
naive_add.equivalent(
    "result = np.zeros(x.shape, dtype)",
    "result = np.ones(x.shape, dtype)",
    "every number is overwritten",
)


@naive_add.alternative
def rows_of_rows(x, y):
    pairs = zip(x, y, strict=True)
    return np.array([[a + b for a, b in zip(*rows, strict=True)] for rows in pairs])


@naive_add.alternative
def into_a_copy_that_fits(x, y):
    result = x.astype(np.result_type(x.dtype, y.dtype))
    for i in range(len(x)):
        for j in range(len(x[i])):
            result[i][j] += y[i][j]
    return result


@naive_add.alternative
def by_index(x, y):
    result = np.empty(x.shape, dtype=(x[0, 0] + y[0, 0]).dtype)
    for index in np.ndindex(*x.shape):
        result[index] = x[index] + y[index]
    return result
