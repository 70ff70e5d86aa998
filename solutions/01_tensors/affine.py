r"""### `affine`: all of them at once

$$\text{answer} = \text{points}\; W + b \qquad \text{points}: (N, D),\quad W: (D, H),\quad b: (H,)$$

$$\begin{pmatrix} 1 & 2 \end{pmatrix} \begin{pmatrix} 2 & 0 \\ 1 & 3 \end{pmatrix}
+ \begin{pmatrix} 10 & 20 \end{pmatrix} = \begin{pmatrix} 4 & 6 \end{pmatrix} + \begin{pmatrix} 10 & 20 \end{pmatrix} =
\begin{pmatrix} 14 & 26 \end{pmatrix}$$

First the matrix product, then the sum. The rows of $W$ say where the axes go: a point $(1, 0)$ lands on the first row
of $W$, plus $b$. The number of coordinates may change on the way, from $D$ to $H$.
"""

import numpy as np

from autograder import exercise


def plane(rng):
    return {"points": rng.normal(size=(5, 2)), "W": rng.normal(size=(2, 2)), "b": rng.normal(size=2)}


def from_space(rng):
    return {
        "points": rng.normal(size=(5, 3)),
        "W": rng.normal(size=(3, 2)),
        "b": rng.normal(size=2),
        "V": rng.normal(size=(3, 4)),
        "c": rng.normal(size=4),
    }


@exercise
def affine(points, W, b):
    """Apply a matrix and a translation to points.

    Parameters
    ----------
    points : (N, D) array of float; it stays as it is
    W : (D, H) array of float
    b : (H,) array of float

    Returns
    -------
    (N, H) array
    """
    return points @ W + b


@affine.check("in the plane", given=plane)
def values(affine, points, W, b):
    return affine(points, W, b)


@affine.check("from three coordinates to two, and to four", given=from_space)
def other_sizes(affine, points, W, b, V, c):
    return {"to two": affine(points, W, b), "to four": affine(points, V, c)}


# fmt: off
slip = affine.slip
# the product
slip("matrix on the left", {"points @ W": "W @ points"},
     "That is the order of textbooks, where a point is a column. Here it is a row: on which side must it stand?")
slip("turned matrix", {"points @ W": "np.dot(points, W.T)"},
     "Where does the point (1, 0) land: on a row of W, or on a column?")
slip("points as columns", {"points @ W": "np.dot(W.T, points.T)"}, "Is a point a row of your answer, or a column?")
slip("element by element", {"@": "*"}, "How many numbers of a point does one number of the answer depend on?")
# the sum
slip("forgets b", {" + b": ""}, "Where does the origin go? Does it move in yours?")
slip("subtracts b", {"+ b": "- b"}, "Where should the origin go?")
slip("b too early", {"points @ W + b": "(points + b) @ W"}, "Which comes first in the formula, the product or the sum?")
slip("one b for all", {"+ b": "+ b.sum()"},
     "How many numbers has b, and which of them belongs to the first coordinate?")
slip("b before the product with W", {"+ b": "+ b @ W"}, "Is b itself multiplied by W?")
slip("only one b", {"+ b": "+ b[0]"}, "Which numbers of b are never read?")
slip("one b a point", {"+ b": "+ b[:, None]"}, "Does a number of b belong to a point or to a coordinate?")
# more than was asked
slip("relu as well", {"points @ W + b": "np.maximum(points @ W + b, 0)"},
     "Can a coordinate be negative? Is relu part of this formula?")
slip("divides by the coordinates", {"W +": "W / len(W) +"}, "A matrix product adds up. Does it also divide?")
slip("no return", {"return ": ""}, "What does your function hand back to its caller?")
# fmt: on


@affine.alternative
def by_letters(points, W, b):
    return b + np.einsum("nd,dh->nh", points, W)


@affine.alternative
def point_by_point(points, W, b):
    return np.array([W.T @ point + b for point in points])


@affine.alternative
def weighted_rows(points, W, b):
    result = np.tile(b, (len(points), 1))
    for d, row in enumerate(W):
        result += points[:, d : d + 1] * row
    return result


@affine.alternative
def with_the_loops(points, W, b):
    return naive_add_row(naive_matmul(points, W), b)
