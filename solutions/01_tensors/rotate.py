r"""### `rotate`: turn

A point $(x, y)$ that turns around the origin by an angle $\alpha$, **against the clock**, goes to

$$x' = x \cos\alpha - y \sin\alpha \qquad\qquad y' = x \sin\alpha + y \cos\alpha$$

A quarter turn, $\alpha = \pi/2$, takes $(1, 0)$ to $(0, 1)$, and $(0, 1)$ to $(-1, 0)$. The angle is in radians, as
`np.cos` and `np.sin` want it. Both formulas read the **old** $x$ and $y$.

Textbooks write a point as a column, and the matrix on its left:

$$\begin{pmatrix} x' \\ y' \end{pmatrix} = \begin{pmatrix} \cos\alpha & -\sin\alpha \\
\sin\alpha & \cos\alpha \end{pmatrix} \begin{pmatrix} x \\ y \end{pmatrix}$$

Your points are rows. If you want to use a matrix, think: on which side does it stand, and which way round?
"""

import numpy as np

from autograder import agree, exercise


def plane(rng):
    return {
        "points": rng.normal(size=(5, 2)),
        "angle": float(rng.uniform(0.3, 1.2)),
        "far": float(rng.uniform(1.8, 2.8)),
    }


@exercise
def rotate(points, angle):
    """Turn points around the origin, against the clock.

    Parameters
    ----------
    points : (N, 2) array of float; it stays as it is
    angle : float, in radians

    Returns
    -------
    (N, 2) array
    """
    cos, sin = np.cos(angle), np.sin(angle)
    x, y = points[:, 0], points[:, 1]
    return np.stack([x * cos - y * sin, x * sin + y * cos], axis=1)


@rotate.check("points turn against the clock, forward and back", given=plane, points=1.5)
def values(rotate, points, angle, far):
    near = rotate(points.copy(), angle)
    return {"points turned by a small angle": near, "points turned far back": rotate(points, -far)}


@rotate.check(
    "the points that came in stay where they are", given=plane, points=0.5, compare=agree("answer", "answer to a copy")
)
def arguments(rotate, points, angle):
    fresh = rotate(points.copy(), angle)
    return {"answer": rotate(points, angle), "answer to a copy": fresh, "points afterwards": points}


# fmt: off
slip = rotate.slip
# which way
slip("with the clock", {"x * cos - y * sin, x * sin + y * cos": "x * cos + y * sin, y * cos - x * sin"},
     "Turn (1, 0) by a small angle: does it go up or down? If you use a matrix: was it made for columns?")
slip("no minus", {"- y": "+ y"}, "Is the distance to the origin the same before and after?")
slip("two minuses", {"+ y": "- y"}, "Turn (0, 1) by a tiny angle. Does it stay nearly where it was?")
slip("sine for cosine", {"np.cos(angle), np.sin(angle)": "np.sin(angle), np.cos(angle)"},
     "Turn by an angle of 0. Where should every point be?")
slip("swaps the coordinates", {"x * cos - y * sin, x * sin + y * cos": "x * sin + y * cos, x * cos - y * sin"},
     "Which of the two sums is the new x?")
slip("y before x", {"points[:, 0], points[:, 1]": "points[:, 1], points[:, 0]"}, "Which column holds x?")
# how far
slip("takes degrees", {"cos, sin =": "angle = np.radians(angle)\ncos, sin ="}, "In which unit is the angle?")
slip("makes degrees", {"cos, sin =": "angle = np.degrees(angle)\ncos, sin ="},
     "In which unit does `np.cos` want its angle?")
slip("twice the angle", {"cos, sin =": "angle = 2 * angle\ncos, sin ="},
     "Turn (1, 0) by a quarter. Where does it land?")
# the old and the new x
slip("uses the new x", {"return": "points = points.copy()\nx, y = points.T\nx[:] = x * cos - y * sin\n"
                        "y[:] = x * sin + y * cos\nreturn points\nreturn"},
     "When you work out the new y: which x do you read, the old or the new one?")
slip("turns the callers points", {"return": "new = np.stack([x * cos - y * sin, x * sin + y * cos], axis=1)\n"
                                  "points[...] = new\nreturn"},
     "Print `points` before and after the call. Whose array have you turned?")
# around what, and in which shape
slip("around the middle", {"x, y =": "points = points - points.mean(axis=0)\nx, y ="},
     "Around which point should they turn: the origin, or the middle of them all?")
slip("points as columns", {", axis=1": ""}, "Is a point a row of your answer, or a column?")
slip("matrix on the left", {"return": "return np.array([[cos, -sin], [sin, cos]]) @ points\nreturn"},
     "Write the two shapes under the product. Which two numbers must agree?")
slip("unpacks the rows", {"points[:, 0], points[:, 1]": "points"},
     "`x, y = points` takes the array apart along its first axis. How many pieces are there, and what is each of them?")
slip("only the new x", {"np.stack([x * cos - y * sin, x * sin + y * cos], axis=1)": "x * cos - y * sin"},
     "How many numbers has a point?")
slip("no return", {"return ": ""}, "What does your function hand back to its caller?")
# fmt: on


@rotate.alternative
def by_a_matrix_for_rows(points, angle):
    c, s = np.cos(angle), np.sin(angle)
    return points @ np.array([[c, s], [-s, c]])


@rotate.alternative
def by_the_textbook_matrix(points, angle):
    matrix = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    return (matrix @ points.T).T


@rotate.alternative
def as_complex_numbers(points, angle):
    turned = (points[:, 0] + 1j * points[:, 1]) * np.exp(1j * angle)
    return np.column_stack([turned.real, turned.imag])


@rotate.alternative
def point_by_point(points, angle):
    from math import cos, sin

    return np.array([(x * cos(angle) - y * sin(angle), x * sin(angle) + y * cos(angle)) for x, y in points])
