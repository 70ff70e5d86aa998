r"""### `compose_affine`: two become one

Send points through one affine map, and what comes out through a second one:

$$(\text{points}\; W_1 + b_1)\; W_2 + b_2 \;=\; \text{points}\; W + b \qquad \text{for all points}$$

Multiply out the left side, and read off $W$ and $b$. Shapes: $W_1: (D, K)$, $b_1: (K,)$, $W_2: (K, H)$, $b_2: (H,)$;
so $W: (D, H)$ and $b: (H,)$. Return the tuple `(W, b)`.

With single numbers: first times 3 plus 1, then times 2 plus 5. That is $2\,(3x + 1) + 5 = 6x + 7$, so $W = 6$ and
$b = 7$ (not $1 + 5$).
"""

import numpy as np

from autograder import agree, exercise


def three_sizes(rng):
    return {
        "W1": rng.normal(size=(3, 4)),
        "b1": rng.normal(size=4),
        "W2": rng.normal(size=(4, 2)),
        "b2": rng.normal(size=2),
    }


def plane(rng):
    return {
        "W1": rng.normal(size=(2, 2)),
        "b1": rng.normal(size=2),
        "W2": rng.normal(size=(2, 2)),
        "b2": rng.normal(size=2),
    }


@exercise
def compose_affine(W1, b1, W2, b2):
    """Find the one affine map that does what two do, one after the other.

    Parameters
    ----------
    W1, b1 : (D, K) and (K,) arrays of float, the first map; they stay as they are
    W2, b2 : (K, H) and (H,) arrays of float, the second map; they stay as they are

    Returns
    -------
    tuple (W, b) : (D, H) and (H,) arrays
    """
    return W1 @ W2, b1 @ W2 + b2


@compose_affine.check("W and b, from 3 coordinates over 4 to 2", given=three_sizes, points={"W": 0.5, "b": 0.5})
def sizes(compose_affine, W1, b1, W2, b2):
    return dict(zip(("W", "b"), compose_affine(W1, b1, W2, b2)))


@compose_affine.check("W and b in the plane, where every order fits", given=plane, points={"W": 0.5, "b": 0.5})
def in_the_plane(compose_affine, W1, b1, W2, b2):
    answer = compose_affine(W1, b1, W2, b2)
    turned = [np.ndim(part) for part in answer] == [1, 2]  # the order is charged above
    return dict(zip(("W", "b"), answer[::-1] if turned else answer))


@compose_affine.check(
    "the four arguments are left alone", given=plane, points=0.5, compare=agree("W, b", "W, b for copies")
)
def arguments(compose_affine, W1, b1, W2, b2):
    fresh = list(compose_affine(W1.copy(), b1.copy(), W2.copy(), b2.copy()))
    return {"W, b": list(compose_affine(W1, b1, W2, b2)), "W, b for copies": fresh, "afterwards": [W1, b1, W2, b2]}


# fmt: off
slip = compose_affine.slip
# W
slip("W the other way round", {"W1 @ W2": "np.dot(W2, W1)"},
     "A point is a row and stands on the left. Which of the two matrices does it meet first?")
slip("W element by element", {"W1 @ W2": "W1 * W2"}, "Multiply out by hand: which product stands between W1 and W2?")
slip("W as a sum", {"W1 @ W2": "W1 + W2"}, "First times 3, then times 2: is that times 5, or times 6?")
slip("W transposed", {"W1 @ W2": "np.dot(W2.T, W1.T)"}, "Which shape should W have? Which has yours?")
# b
slip("b as a sum", {"b1 @ W2": "b1"}, "Follow b1: does anything happen to it on its way through the second map?")
slip("b element by element", {"b1 @ W2": "b1 * W2.sum(axis=0)"},
     "b1 is one more point that goes through the second map. What happens to a point there?")
slip("b on the other side", {"b1 @ W2": "np.dot(W2, b1)"},
     "b1 is a row, as a point is. On which side of W2 must it stand?")
slip("b through the first map", {"b1 @ W2": "np.dot(W1, b1)"}, "Which of the two matrices comes after b1?")
slip("forgets b1", {"b1 @ W2 + b2": "b2"}, "Where does the origin go, first in one map and then in the other?")
slip("forgets b2", {" + b2": ""}, "What is added last?")
slip("matrices as for columns", {"W1 @ W2, b1 @ W2 + b2": "np.dot(W2, W1), np.dot(W2, b1) + b2"},
     "That is right where points are columns. Here they are rows: on which side of W does a row stand?")
slip("b becomes a table", {"b1 @ W2": "b1 * W2"},
     "How many numbers has b, and how many has yours? What should be added up after the multiplication?")
slip("second map first", {"W1 @ W2, b1 @ W2 + b2": "np.dot(W2, W1), np.dot(b2, W1) + b1"},
     "Which of the two maps do the points meet first?")
slip("b2 through a map", {"b1 @ W2 + b2": "(b1 + b2) @ W2"}, "Does anything happen to b2 after it has been added?")
# the tuple, the arguments
slip("b before W", {"W1 @ W2, b1 @ W2 + b2": "b1 @ W2 + b2, W1 @ W2"}, "In which order are the two asked for?")
slip("writes into b2", {"return W1 @ W2, b1 @ W2 + b2": "b2 += b1 @ W2\nreturn W1 @ W2, b2"},
     "Print `b2` before and after the call. Whose array is it?")
slip("only W", {", b1 @ W2 + b2": ""}, "How many things does the caller wait for?")
slip("no return", {"return ": ""}, "What does your function hand back to its caller?")
# fmt: on


@compose_affine.alternative
def asks_the_origin_and_the_axes(W1, b1, W2, b2):
    def both(points):
        return (points @ W1 + b1) @ W2 + b2

    b = both(np.zeros((1, len(W1))))[0]
    return both(np.eye(len(W1))) - b, b


@compose_affine.alternative
def with_the_student_function(W1, b1, W2, b2):
    return affine(W1, W2, 0 * b2), affine(b1[None, :], W2, b2)[0]


@compose_affine.alternative
def as_one_large_matrix(W1, b1, W2, b2):
    """With a third coordinate that is always 1, an affine map is one matrix."""

    def large(W, b):
        matrix = np.zeros((len(W) + 1, len(b) + 1))
        matrix[:-1, :-1], matrix[-1, :-1], matrix[-1, -1] = W, b, 1
        return matrix

    product = np.matmul(large(W1, b1), large(W2, b2))
    return product[:-1, :-1], product[-1, :-1]


@compose_affine.alternative
def by_letters(W1, b1, W2, b2):
    return np.einsum("dk,kh->dh", W1, W2), np.einsum("k,kh->h", b1, W2) + b2
