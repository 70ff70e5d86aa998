r"""### `naive_matmul`: every row meets every column

$$(x\,y)_{ij} = \sum_{k=1}^{D} x_{ik}\, y_{kj} \qquad x: (N, D),\quad y: (D, H),\quad x\,y: (N, H)$$

$$\begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix} \begin{pmatrix} 5 & 6 \\ 7 & 8 \end{pmatrix}
= \begin{pmatrix} 1 \cdot 5 + 2 \cdot 7 & 1 \cdot 6 + 2 \cdot 8 \\
3 \cdot 5 + 4 \cdot 7 & 3 \cdot 6 + 4 \cdot 8 \end{pmatrix}
= \begin{pmatrix} 19 & 22 \\ 43 & 50 \end{pmatrix}$$

Element $(i, j)$ of the answer is the dot product of **row** $i$ of `x` with **column** $j$ of `y`. The two inner
lengths must agree, $(N, \mathbf{D})$ and $(\mathbf{D}, H)$: $D$ is added away, $N$ and $H$ remain. Three loops do it
all. (`x` may hold whole numbers and `y` fractions, as in `naive_add`.)
"""

import numpy as np

from autograder import agree, exercise, loops


def matrices(rng):
    return {
        "x": rng.normal(size=(2, 4)),
        "y": rng.normal(size=(4, 3)),
        "tall": rng.normal(size=(5, 2)),
        "wide": rng.normal(size=(2, 3)),
    }


def whole_numbers(rng):
    return {"counts": rng.integers(1, 10, size=(2, 3)), "parts": rng.uniform(0.1, 0.9, size=(3, 4))}


def squares(rng):
    return {"x": rng.normal(size=(3, 3)), "y": rng.normal(size=(3, 3))}


@exercise
def naive_matmul(x, y):
    """Multiply two matrices.

    Parameters
    ----------
    x : (N, D) array of numbers; it stays as it is
    y : (D, H) array of numbers; it stays as it is

    Returns
    -------
    (N, H) array
    """
    result = np.zeros((x.shape[0], y.shape[1]))
    for i in range(x.shape[0]):
        for j in range(y.shape[1]):
            for k in range(x.shape[1]):
                result[i, j] += x[i, k] * y[k, j]
    return result


@naive_matmul.check("rows times columns", given=matrices, points={"x y": 1, "tall wide": 0.5})
def values(naive_matmul, x, y, tall, wide):
    return {"x y": naive_matmul(x, y), "tall wide": naive_matmul(tall, wide)}


@naive_matmul.check("whole numbers times fractions", given=whole_numbers, points=0.5)
def fractions(naive_matmul, counts, parts):
    return naive_matmul(counts, parts)


@naive_matmul.check("square matrices", given=squares, points=0.5)
def square(naive_matmul, x, y):
    return naive_matmul(x, y)


@naive_matmul.check(
    "both arguments are left alone", given=squares, points=0.5, compare=agree("answer", "answer to copies")
)
def arguments(naive_matmul, x, y):
    fresh = naive_matmul(x.copy(), y.copy())
    return {"answer": naive_matmul(x, y), "answer to copies": fresh, "x afterwards": x, "y afterwards": y}


naive_matmul.rule("loops do the work", loops(x=2, y=2))

# fmt: off
slip = naive_matmul.slip
# who meets whom
slip("element by element", {"x[i, k] * y[k, j]": "x[i, j] * y[i, j]"},
     "How many numbers of `x` does one number of the answer depend on?")
slip("row times row", {"y[k, j]": "y[j, k]"}, "Which way do you walk through `y`: along a row, or down a column?")
slip("column times row", {"x[i, k]": "x[k, i]"}, "Which way do you walk through `x`: along a row, or down a column?")
slip("the other way round", {"return": "x, y = y, x\nresult = np.zeros((len(x), y.shape[1]))\nfor i in range(len(x)):\n"
                             "    for j in range(y.shape[1]):\n        for k in range(len(y)):\n"
                             "            result[i, j] += x[i, k] * y[k, j]\nreturn"},
     "x times y, or y times x? For matrices it is not the same.")
slip("adds the pairs", {" * ": " + "}, "What happens to two numbers that meet?")
# the sum
slip("keeps the last product", {"+=": "="}, "Is the sum still there when the next product comes?")
slip("one row for all", {"result[i, j] +=": "result[:, j] +="}, "Which row of the answer does row i of `x` make?")
slip("first row only", {"return": "    return"}, "How many rows have been visited when the function returns?")
slip("first number of each sum", {"for k in range(x.shape[1])": "for k in range(1)"},
     "How many products make one number?")
# the three lengths
slip("sum as long as the rows are many", {"for k in range(x.shape[1])": "for k in range(min(x.shape))"},
     "N, D and H: over which of them runs the sum?")
slip("as many columns as x", {"y.shape[1]": "x.shape[1]"}, "Which of the two matrices decides the number of columns?")
slip("as many rows as y", {"(x.shape[0], y": "(y.shape[0], y"}, "Which of the two matrices decides the number of rows?")
slip("as large as the arguments", {"(x.shape[0], y.shape[1])": "(x.shape[0], y.shape[0])"},
     "Which length of `y` does the answer have?")
slip("answer transposed", {"(x.shape[0], y.shape[1])": "(y.shape[1], x.shape[0])", "[i, j] +=": "[j, i] +="},
     "Which of the two indices of the answer counts the rows of `x`?")
slip("misplaced parenthesis", {"result =": "assert len(x.shape == 2)\nresult ="},
     "Read the parentheses of your assertion aloud: the length of what?")
slip("two lengths for zeros", {"np.zeros((x.shape[0], y.shape[1]))": "np.zeros(x.shape[0], y.shape[1])"},
     "A shape is one thing. How many arguments does your `np.zeros` get, and what does the second one mean?")
slip("length of a number", {"result =": "assert len(x.shape[1]) == len(y.shape[0])\nresult ="},
     "`x.shape[1]` is a number already. What length could it have?")
slip("asks for equal shapes", {"result =": "assert x.shape == y.shape\nresult ="},
     "Which two of the four lengths must agree?")
# the array of the answer
slip("buffer of whole numbers", {"y.shape[1]))": "y.shape[1]), dtype=x.dtype)"},
     "What dtype does your buffer have, and what becomes of 0.5 in it?")
slip("writes into the argument", {"return": "x[...] = result if x.shape == result.shape else x\nreturn"},
     "Print `x` before and after the call. Whose array is it?")
slip("no return", {"return result": ""}, "What does your function hand back to its caller?")
# fmt: on


@naive_matmul.alternative
def row_dot_column(x, y):
    return np.array([[naive_dot(row, column) for column in y.T] for row in x])


@naive_matmul.alternative
def own_helper(x, y):
    def dot(a, b):
        total = 0.0
        for p, q in zip(a, b):
            total += p * q
        return total

    result = np.empty((len(x), y.shape[1]))
    for i in range(len(x)):
        for j in range(y.shape[1]):
            result[i, j] = dot(x[i, :], y[:, j])
    return result


@naive_matmul.alternative
def sums_in_another_order(x, y):
    (n, d), h = x.shape, y.shape[1]
    rows = [[0.0] * h for _ in range(n)]
    for k in range(d):
        for i in range(n):
            for j in range(h):
                rows[i][j] += x[i, k] * y[k, j]
    return np.array(rows)


@naive_matmul.alternative
def by_index(x, y):
    result = np.zeros((x.shape[0], y.shape[1]), np.result_type(x, y))
    for i, j in np.ndindex(*result.shape):
        result[i, j] = sum(x[i, k] * y[k, j] for k in range(len(y)))
    return result
