r"""### `make_spiral`: points on wound arms

There are $C$ arms, and $n$ points on each. Point $i$ of arm $c$ (both are counted from 0) lies at the radius and the
angle

$$r = \frac{i}{n} \qquad\qquad \theta = 4\,(c + r) + 0.2\,\varepsilon, \qquad \varepsilon \sim \mathcal{N}(0, 1)$$

and so at the place $(r \sin\theta,\ r \cos\theta)$. The longer the way from the middle, the further the arm has turned.
The noise belongs to the angle, and each point draws an $\varepsilon$ of its own from `rng`.

The function returns `x` of shape $(nC, 2)$ and `t` of shape $(nC, C)$, one-hot: first the $n$ points of arm 0, from the
middle outwards, then those of arm 1, and so on. The same seed gives the same points. Your way to draw the noise may
give other numbers than ours: what is checked is its size.
"""

import numpy as np

from autograder import between, exercise


def sizes(rng):
    return {"samples_per_class": int(rng.integers(6, 12)), "classes": int(rng.integers(3, 6)), "seed": seed(rng)}


def many(rng):
    return {"samples_per_class": 500, "classes": int(rng.integers(3, 6)), "seed": seed(rng), "unit": unit(rng)}


def seed(rng):
    return int(rng.integers(2**31))


def unit(rng):
    """What an answer is multiplied by, so that the one to other inputs is out of range."""
    return 10 ** rng.uniform(0, 99)


@exercise
def make_spiral(samples_per_class, classes, rng):
    """Make points on interleaved arms, sorted by class.

    Parameters
    ----------
    samples_per_class, classes : int
    rng : numpy.random.Generator

    Returns
    -------
    x : (samples_per_class * classes, 2) array of float
    t : (samples_per_class * classes, classes) array, one-hot
    """
    label = np.repeat(np.arange(classes), samples_per_class)
    radius = np.tile(np.arange(samples_per_class) / samples_per_class, classes)
    angle = 4 * (label + radius) + 0.2 * rng.normal(size=label.size)
    x = np.stack([radius * np.sin(angle), radius * np.cos(angle)], axis=1)
    return x, np.eye(classes)[label]


@make_spiral.check("the classes: one-hot, arm after arm", given=sizes)
def classes_in_order(make_spiral, samples_per_class, classes, seed):
    x, t = make_spiral(samples_per_class, classes, np.random.default_rng(seed))
    return {"shape of x": list(x.shape), "t": 1.0 * t}


@make_spiral.check("the distances from the middle; the noise comes from rng", given=sizes)
def radius(make_spiral, samples_per_class, classes, seed):
    first, again, other = (
        make_spiral(samples_per_class, classes, np.random.default_rng(s))[0] for s in (seed, seed, seed + 1)
    )
    return {
        "distances from the middle, in order of size": np.sort(np.hypot(first[:, 0], first[:, 1])),
        "places that move with the same seed": int(np.sum(np.any(first != again, axis=1))),
        "places that move with another seed": len(np.setdiff1d(first[:, 0], other[:, 0])),
    }


# How far neighbouring arms are from their right distance in angle, divided by the root of 2, is the size of the noise.
# On 1000 seeds: 0.175 to 0.212; a log-normal distribution puts 1e-13 of the draws beyond the limits.
@make_spiral.check(
    "the angle turns with the radius and the arm, with noise of size 0.2",
    given=many,
    compare=between(0.16, 0.24, unit="unit"),
)
def noise(make_spiral, samples_per_class, classes, seed, unit):
    x, _ = make_spiral(samples_per_class, classes, np.random.default_rng(seed))
    radius = np.arange(samples_per_class) / samples_per_class
    angle = np.arctan2(x[:, 0], x[:, 1]).reshape(classes, samples_per_class)
    off = angle - 4 * (np.arange(classes)[:, None] + radius)
    apart = (np.diff(off, axis=0)[:, 1:] + np.pi) % (2 * np.pi) - np.pi
    turned = (np.mean(np.exp(1j * off[:, 1:]))).imag
    return unit * (np.sqrt(np.mean(apart**2) / 2) - abs(turned))


# fmt: off
slip = make_spiral.slip
# the classes
slip("mixes the arms",
     {"np.repeat(np.arange(classes), samples_per_class)": "np.tile(np.arange(classes), samples_per_class)",
      "np.tile(np.arange(samples_per_class) / samples_per_class, classes)":
      "np.repeat(np.arange(samples_per_class) / samples_per_class, classes)"},
     "To which arm do the first three rows of yours belong, and to which should they?")
slip("returns labels", {"np.eye(classes)[label]": "label"}, "How many columns has t? What does one-hot mean?")
slip("turns t round", {"np.eye(classes)[label]": "np.eye(classes)[label].T"},
     "One row of t for what: for a point or for a class?")
slip("returns x only", {", np.eye(classes)[label]": ""}, "How many things does the caller unpack?")
slip("returns nothing", {"return ": ""}, "What does your function hand back to its caller?")
slip("shuffles",
     {"return x, np.eye(classes)[label]": "order = rng.permutation(len(x))\n"
                                           "return x[order], np.eye(classes)[label[order]]"},
     "In which order should the rows stand? Who shuffles later?")
# the radius
slip("reaches the rim", {"np.arange(samples_per_class) / samples_per_class": "np.linspace(0, 1, samples_per_class)"},
     "At which radius lies the last point, i = n - 1?")
slip("begins at one", {"np.arange(samples_per_class) /": "(np.arange(samples_per_class) + 1) /"},
     "At which radius lies the first point, i = 0?")
slip("draws the radius", {"radius = np.tile(np.arange(samples_per_class) / samples_per_class, classes)":
                          "radius = rng.uniform(size=label.size)"},
     "Which of the two is random, the radius or the angle?")
slip("grows over all arms", {"np.tile(np.arange(samples_per_class) / samples_per_class, classes)":
                             "np.arange(label.size) / label.size"}, "At which radius does the second arm begin?")
slip("keeps whole numbers", {"/ samples_per_class, classes": "// samples_per_class, classes"},
     "What is 3 // 10? Print the radius.")
slip("moves the points about", {"+ 0.2 * rng.normal(size=label.size)": "",
                                "axis=1)": "axis=1) + 0.2 * rng.normal(size=(label.size, 2))"},
     "To what does the noise belong: to the angle, or to the place?")
# the angle
slip("turns too slowly", {"4 * (label + radius)": "4 * label + radius"},
     "How far does arm 0 turn from the middle to the rim: by 1, or by 4? Look at the brackets.")
slip("has no noise", {" + 0.2 * rng.normal(size=label.size)": ""},
     "Call it with two seeds. What should differ between the answers?")
slip("ignores rng", {"rng.normal": "np.random.normal"},
     "Call it twice with generators of the same seed. Do the answers agree?")
slip("draws once for all arms", {"rng.normal(size=label.size)": "np.tile(rng.normal(size=samples_per_class), classes)"},
     "Is arm 1 a copy of arm 0, turned round? How many numbers have you drawn, and how many points are there?")
slip("draws one number", {"rng.normal(size=label.size)": "rng.normal()"},
     "How many numbers have you drawn, and how many points are there?")
slip("takes the root of the noise", {"0.2 *": "np.sqrt(0.2) *"}, "Is 0.2 the standard deviation, or the variance?")
slip("noise is too loud", {"0.2 * rng": "rng"}, "How large is the noise, compared with the formula?")
slip("draws from a box", {"0.2 * rng.normal(": "0.2 * rng.uniform(-1, 1, "},
     "Which distribution does the sign in the formula name?")
slip("all arms on one", {"(label + radius)": "radius"}, "Where does arm 1 begin to turn, and where does arm 0?")
slip("straight arms", {"(label + radius)": "label"}, "Does the angle change on the way outwards?")
slip("counts in degrees", {"np.sin(angle)": "np.sin(np.radians(angle))", "np.cos(angle)": "np.cos(np.radians(angle))"},
     "In which unit does np.sin want its angle, and in which one is the formula?")
slip("mirrors it", {"radius * np.sin(angle), radius * np.cos(angle)": "radius * np.cos(angle), radius * np.sin(angle)"},
     "Which of sine and cosine comes first?")
# fmt: on

for other in ("- 0.2 *", "+ -0.2 *"):
    make_spiral.equivalent(
        "angle = 4 * (label + radius) + 0.2 * rng.normal(size=label.size)",
        f"angle = 4 * (label + radius) {other} rng.normal(size=label.size)",
        "the noise is as likely to be above zero as below",
    )


@make_spiral.alternative
def point_by_point(samples_per_class, classes, rng):
    x, t = np.zeros((samples_per_class * classes, 2)), np.zeros((samples_per_class * classes, classes))
    for c in range(classes):
        for i in range(samples_per_class):
            r = i / samples_per_class
            theta = c * 4.0 + 4.0 * r + rng.standard_normal() * 0.2
            row = samples_per_class * c + i
            x[row] = r * np.sin(theta), r * np.cos(theta)
            t[row, c] = 1
    return x, t


@make_spiral.alternative
def arm_by_arm(samples_per_class, classes, rng):
    def arm(c):
        r = np.linspace(0, 1, samples_per_class, endpoint=False)
        theta = np.linspace(4 * c, 4 * (c + 1), samples_per_class, endpoint=False)
        theta = rng.normal(theta, 0.2)
        return np.column_stack([r * np.sin(theta), r * np.cos(theta)])

    x = np.concatenate([arm(c) for c in range(classes)])
    return x, np.kron(np.eye(classes, dtype=int), np.ones((samples_per_class, 1), dtype=int))


@make_spiral.alternative
def with_complex_numbers(samples_per_class, classes, rng):
    r = np.arange(samples_per_class) / samples_per_class
    theta = 4 * (np.arange(classes)[:, None] + r) + rng.normal(scale=0.2, size=(classes, samples_per_class))
    z = (r * np.exp(1j * theta)).ravel()
    t = (np.arange(classes * samples_per_class)[:, None] // samples_per_class == np.arange(classes)).astype(np.float32)
    return np.array([z.imag, z.real]).T, t
