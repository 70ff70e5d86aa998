r"""### `naive_relu`: one number at a time

$$\mathrm{relu}(x)_{ij} = \max(x_{ij},\ 0) \qquad x: (N, D)$$

$$\mathrm{relu}\begin{pmatrix} 2 & -1 & 0.25 \\ -4 & 0 & 3 \end{pmatrix} =
\begin{pmatrix} 2 & 0 & 0.25 \\ 0 & 0 & 3 \end{pmatrix}$$

Write it with loops, the way a machine without NumPy would do it: visit every element, keep what is positive,
write 0 for the rest. The caller still needs `x`, so put the answer into an array of its own.
"""

import numpy as np

from autograder import agree, close, exercise, loops


def mixed(rng):
    signs = rng.permutation([-1, 1] * 6)  # drawn apart: relu must have something to do in every draw
    return {"x": (signs * rng.uniform(0.1, 3, size=12)).reshape(3, 4)}


def whole_numbers(rng):
    return {"x": rng.permutation(np.arange(-6, 6)).reshape(4, 3)}


@exercise
def naive_relu(x):
    """Replace negative numbers by 0, element by element.

    Parameters
    ----------
    x : (N, D) array of numbers; it stays as it is

    Returns
    -------
    (N, D) array of the same dtype
    """
    result = x.copy()
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            result[i, j] = max(x[i, j], 0)
    return result


@naive_relu.check("negative numbers become 0, the others stay", given=mixed)
def values(naive_relu, x):
    return naive_relu(x)


@naive_relu.check("the dtype stays", given=whole_numbers, points=0.5, compare=close(same_dtype=True))
def dtype(naive_relu, x):
    return naive_relu(x)


@naive_relu.check(
    "the argument is left alone", given=mixed, points=0.5, compare=agree("answer", "answer to a copy of x")
)
def argument(naive_relu, x):
    fresh = naive_relu(x.copy())
    return {"answer": naive_relu(x), "answer to a copy of x": fresh, "x afterwards": x}


naive_relu.rule("loops do the work", loops(x=2))

# an array of its own, of the same dtype
naive_relu.slip(
    "buffer of floats",
    {"x.copy()": "np.zeros(x.shape)"},
    "Call it with whole numbers. Which dtype comes out, and who chose it?",
)
naive_relu.slip(
    "buffer of whole numbers",
    {"x.copy()": "np.zeros(x.shape, dtype=int)"},
    "Which dtype has your array, and what becomes of 0.25 in it?",
)
naive_relu.slip(
    "writes into the argument", {"x.copy()": "x"}, "Print `x` before and after the call. Did you promise to change it?"
)

# what happens to one number
naive_relu.slip("wrong constant", {", 0)": ", 5)"}, "What should relu do with a small positive number such as 0.25?")
naive_relu.slip(
    "changes a name",
    {
        "i in range(x.shape[0])": "row in x",
        "j in range(x.shape[1])": "value in row",
        "result[i, j] = max(x[i, j], 0)": "value = max(value, 0)",
    },
    "`for value in row: value = 0` gives the name `value` another number. Does the array hear of it?",
)
naive_relu.slip("keeps the negative", {"max": "min"}, "Which numbers pass, and which are switched off? Try -3.")
naive_relu.slip("absolute value", {"max(x[i, j], 0)": "abs(x[i, j])"}, "Is -3 made positive, or switched off?")

# the walk, and its end
naive_relu.slip(
    "mask only",
    {"max(x[i, j], 0)": "x[i, j] > 0"},
    "Print your answer: does it say how large a number is?",
)
naive_relu.slip("no return", {"return result": ""}, "What does your function hand back to its caller?")
naive_relu.slip(
    "returns too early", {"return": "    return"}, "How many rows have been visited when the function returns?"
)
naive_relu.slip(
    "takes it for a square", {"x.shape[1]": "len(x)"}, "An array of rank 2 has two lengths. Which loop needs which?"
)
naive_relu.slip(
    "range of a shape",
    {"x.shape[0]": "x.shape"},
    "`range` counts up to one number. How many numbers does a shape hold?",
)
naive_relu.slip(
    "one long list",
    {"result = x.copy()": "result = []", "result[i, j] = max(x[i, j], 0)": "result.append(max(x[i, j], 0))"},
    "Which shape has the answer in the example, and which has yours?",
)
naive_relu.slip("max of a row", {"[i, j]": "[i]"}, "`max` compares single numbers. Is a row of `x` a single number?")
naive_relu.slip(
    "misplaced parenthesis",
    {"result =": "assert len(x.shape == 2)\nresult ="},
    "Read the parentheses of your assertion aloud: the length of what?",
)


naive_relu.slip(
    "assertion that always fails",
    {"result =": "assert x.shape == 2\nresult ="},
    "It is your own assertion that stops here. Print what it compares: which side is what you thought?",
)
naive_relu.slip(
    "calls the shape",
    {"x.shape[0]": "x.shape(0)"},
    "Round brackets call a function, square ones take something out. Which does a shape need?",
)
naive_relu.slip("drops the negative", {"return result": "return x[x > 0]"}, "How many numbers go in, and come out?")
naive_relu.slip(
    "stops a row early", {"x.shape[0]": "x.shape[0] - 1"}, "Which rows does your loop visit? Print the indices."
)


@naive_relu.alternative
def rows_of_rows(x):
    return np.array([[value if value > 0 else 0 for value in row] for row in x], dtype=x.dtype)


@naive_relu.alternative
def while_loops_and_a_helper(x):
    def positive_part(value):
        if value < 0:
            return 0
        return value

    result, i = np.empty(x.shape, x.dtype), 0
    while i < len(x):
        for j, value in enumerate(x[i]):
            result[i][j] = positive_part(value)
        i += 1
    return result


@naive_relu.alternative
def by_index(x):
    result = np.zeros_like(x)
    for index in np.ndindex(x.shape):
        if x[index] > 0:
            result[index] = x[index]
    return result
