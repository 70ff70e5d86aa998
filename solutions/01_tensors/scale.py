r"""### `scale`: stretch, shrink, mirror

$$\text{answer}_{n} = (f_1\, x_n,\; f_2\, y_n) \qquad \text{points}: (N, 2),\quad \text{factors } (f_1, f_2): (2,)$$

$$(1, 2) \text{ and } (0, 5), \text{ scaled by } (3, -1): \qquad (3, -2) \text{ and } (0, -5)$$

Each axis has a factor of its own. A factor of 2 stretches, one of 0.5 shrinks, a negative one mirrors. The origin
stays where it is; so do the points that came in.
"""

import numpy as np

from autograder import agree, exercise


def plane(rng):
    factors = np.array([rng.uniform(1.5, 3), -rng.uniform(0.2, 0.8)])
    return {"points": rng.normal(size=(5, 2)), "factors": rng.permutation(factors)}


@exercise
def scale(points, factors):
    """Stretch points away from the origin, or shrink them towards it.

    Parameters
    ----------
    points : (N, 2) array of float; it stays as it is
    factors : (2,) array of float, one for each axis

    Returns
    -------
    (N, 2) array
    """
    return points * factors


@scale.check("each axis with its own factor", given=plane, points=0.5)
def values(scale, points, factors):
    return scale(points, factors)


@scale.check(
    "the points that came in stay where they are", given=plane, points=0.5, compare=agree("answer", "answer to copies")
)
def arguments(scale, points, factors):
    fresh = scale(points.copy(), factors.copy())
    return {"answer": scale(points, factors), "answer to copies": fresh, "points afterwards": points}


# fmt: off
slip = scale.slip
slip("stretches the callers points", {"return points * factors": "points *= factors\nreturn points"},
     "Print `points` before and after the call. Whose array have you stretched?")
slip("moves", {"*": "+"}, "Where does the origin go? Does scaling move it?")
slip("divides", {"*": "/"}, "With a factor of 2: should the picture grow, or shrink?")
slip("multiplies matrices", {"*": "@"},
     "How many numbers has a point before, and after? Which product keeps them apart?")
slip("swaps the factors", {"factors": "factors[::-1]"}, "Which factor belongs to across, and which to up?")
slip("one factor for both", {"factors": "factors[0]"}, "What is the second factor for?")
slip("product of both", {"factors": "factors.prod()"}, "Are both axes stretched alike?")
slip("loses the sign", {"factors": "np.abs(factors)"}, "What does a negative factor do to a picture?")
slip("around the middle", {"points * factors": "points.mean(axis=0) + (points - points.mean(axis=0)) * factors"},
     "Which point stays where it is: the origin, or the middle of your points?")
slip("mixes the axes", {"points * factors": "points @ np.array([[factors[0], factors[1]], [factors[1], factors[0]]])"},
     "Does the new first coordinate depend on the old second one?")
slip("no return", {"return ": ""}, "What does your function hand back to its caller?")
# fmt: on


@scale.alternative
def by_a_matrix(points, factors):
    return points @ np.diag(factors)


@scale.alternative
def axis_by_axis(points, factors):
    across, up = points.T
    return np.column_stack([across * factors[0], up * factors[1]])


@scale.alternative
def point_by_point(points, factors):
    result = np.empty_like(points)
    for n, (x, y) in enumerate(points):
        result[n] = factors[0] * x, factors[1] * y
    return result
