r"""### `translate`: move

$$\text{answer}_n = \text{points}_n + \text{offset} \qquad \text{points}: (N, 2),\quad \text{offset}: (2,)$$

$$(1, 2) \text{ and } (0, 5), \text{ moved by } (3, -1): \qquad (4, 1) \text{ and } (3, 4)$$

Each row is a point: first across, then up. All points move by the same offset, so no shape is bent and no distance
changes. The points that came in stay where they are.
"""

import numpy as np

from autograder import agree, exercise


def plane(rng):
    return {"points": rng.normal(size=(5, 2)), "offset": rng.choice([-1, 1], size=2) * rng.uniform(0.5, 3, size=2)}


@exercise
def translate(points, offset):
    """Move points.

    Parameters
    ----------
    points : (N, 2) array of float; it stays as it is
    offset : (2,) array of float

    Returns
    -------
    (N, 2) array
    """
    return points + offset


@translate.check("every point moves by the offset", given=plane, points=0.5)
def values(translate, points, offset):
    return translate(points, offset)


@translate.check(
    "the points that came in stay where they are", given=plane, points=0.5, compare=agree("answer", "answer to copies")
)
def arguments(translate, points, offset):
    fresh = translate(points.copy(), offset.copy())
    return {"answer": translate(points, offset), "answer to copies": fresh, "points afterwards": points}


# fmt: off
slip = translate.slip
slip("moves the callers points", {"return points + offset": "points += offset\nreturn points"},
     "Print `points` before and after the call. Whose array have you moved?")
slip("moves back", {"+": "-"}, "Try a single point at the origin. Where should it go?")
slip("stretches", {"+": "*"}, "Where does the origin go? Does your function move it?")
slip("swaps across and up", {"offset": "offset[::-1]"}, "Which number of the offset moves the points across?")
slip("moves across only", {"offset": "offset[0]"}, "By how much do your points move up, and by how much should they?")
slip("moves the first point only",
     {"return points + offset": "result = points.copy()\nresult[0] += offset\nreturn result"},
     "How many points have moved?")
slip("moves the middle to the offset", {"+ offset": "- points.mean(axis=0) + offset"},
     "Does the offset say by how much, or where to?")
slip("further and further", {"offset": "np.arange(1, len(points) + 1)[:, None] * offset"},
     "Does the second point move as far as the first?")
slip("no return", {"return ": ""}, "What does your function hand back to its caller?")
# fmt: on


@translate.alternative
def point_by_point(points, offset):
    return np.array([[x + offset[0], y + offset[1]] for x, y in points])


@translate.alternative
def moves_a_copy(points, offset):
    moved = points.copy()
    moved[:, 0] += offset[0]
    moved[:, 1] += offset[1]
    return moved


@translate.alternative
def as_a_product(points, offset):
    """With a third coordinate that is always 1, even a translation is a matrix product."""
    extended = np.hstack([points, np.ones((len(points), 1))])
    return extended @ np.vstack([np.eye(2), offset])
