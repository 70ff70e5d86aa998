r"""### `make_clouds`: two classes of points

Draw two clouds of points in the plane, each with $n =$ `samples_per_class` points of its own. Both are normal
distributions with the same shape and different centres:

$$\mu_0 = (0, 3) \qquad \mu_1 = (3, 0) \qquad
\Sigma = \begin{pmatrix} 1 & 0.5 \\ 0.5 & 1 \end{pmatrix}$$

A point of a cloud is a pair of numbers $(x_0, x_1)$. Each number has variance 1, and the two rise and fall together:
their covariance is 0.5. Points know nothing of each other.

Return two arrays of float32, row by row in the same order:

| | shape | rows |
|---|---|---|
| `inputs` | $(2n, 2)$ | first the $n$ points of class 0, then the $n$ points of class 1 |
| `targets` | $(2n, 1)$ | first $n$ zeros, then $n$ ones |

All that is random comes from `rng`, in any way you like: the same seed gives the same clouds, another seed or a second
call gives others.
"""

import numpy as np

from autograder import close, exercise

# Statistics are rounded in the probes: a mean to whole numbers, a variance or covariance to halves. Over 5,000 seeds
# with 2,000 points in each cloud (the fewest), a mean is off by 0.088 at most (sd 0.022), a variance or covariance by
# 0.136 (sd 0.032). Normal and chi-squared tails put less than 1 run in 1,000,000,000 past 0.5 and 0.25, where the
# rounding would turn.


def few(rng):
    return {"samples_per_class": int(rng.integers(3, 12)), "seed": int(rng.integers(2**31))}


def some(rng):
    return {"samples_per_class": int(rng.integers(10, 100)), "seed": int(rng.integers(2**31))}


def many(rng):
    return {"samples_per_class": int(rng.integers(2000, 3000)), "seed": int(rng.integers(2**31))}


@exercise
def make_clouds(samples_per_class, rng):
    """Draw the points of two classes.

    Parameters
    ----------
    samples_per_class : int
    rng : numpy.random.Generator

    Returns
    -------
    inputs : (2 * samples_per_class, 2) array of float32
    targets : (2 * samples_per_class, 1) array of float32, 0 or 1
    """
    covariance = [[1, 0.5], [0.5, 1]]
    first = rng.multivariate_normal([0, 3], covariance, size=samples_per_class)
    second = rng.multivariate_normal([3, 0], covariance, size=samples_per_class)
    inputs = np.vstack([first, second]).astype(np.float32)
    targets = np.repeat([[0], [1]], samples_per_class, axis=0).astype(np.float32)
    return inputs, targets


@make_clouds.check("inputs: shape (2n, 2), float32, a number in every place", given=few, compare=close(same_dtype=True))
def places(make_clouds, samples_per_class, seed):
    inputs, _ = make_clouds(samples_per_class, np.random.default_rng(seed))
    filled = np.isfinite(inputs) & (inputs != 0)
    return {"inputs (every number shown as 1)": filled.astype(inputs.dtype)}


@make_clouds.check("targets: shape (2n, 1), float32, zeros and then ones", given=few, compare=close(same_dtype=True))
def labels(make_clouds, samples_per_class, seed):
    _, targets = make_clouds(samples_per_class, np.random.default_rng(seed))
    return {"targets": targets}


@make_clouds.check("the clouds have their centres at (0, 3) and (3, 0)", given=many)
def centres(make_clouds, samples_per_class, seed):
    inputs, _ = make_clouds(samples_per_class, np.random.default_rng(seed))
    # inputs in another arrangement are charged above
    inputs = np.vstack(np.hsplit(inputs, 2)) if np.shape(inputs)[-1] == 4 else inputs
    inputs = np.reshape(inputs.T if np.shape(inputs) == (2, 2 * samples_per_class) else inputs, (-1, 2))
    first, second = inputs[:samples_per_class], inputs[samples_per_class:]
    return {
        "the number of points": len(inputs),
        "mean of class 0, in whole numbers": np.rint(first.mean(axis=0)) + 0.0,
        "mean of class 1, in whole numbers": np.rint(second.mean(axis=0)) + 0.0,
    }


@centres.expected
def centres_asked(make_clouds, samples_per_class, seed):
    means = {"0": np.array([0.0, 3.0]), "1": np.array([3.0, 0.0])}
    return {
        "the number of points": 2 * samples_per_class,
        **{f"mean of class {label}, in whole numbers": mean for label, mean in means.items()},
    }


@make_clouds.check("variances of 1 and a covariance of 0.5; each point is drawn anew", given=many)
def spread(make_clouds, samples_per_class, seed):
    inputs, _ = make_clouds(samples_per_class, np.random.default_rng(seed))
    # inputs in another arrangement are charged above
    inputs = np.vstack(np.hsplit(inputs, 2)) if np.shape(inputs)[-1] == 4 else inputs
    inputs = np.reshape(inputs.T if np.shape(inputs) == (2, 2 * samples_per_class) else inputs, (-1, 2))
    first, second = inputs[:samples_per_class], inputs[samples_per_class:]
    both = np.rint(2 * np.cov(first.T, second.T)) / 2 + 0.0
    return {
        "the number of points": len(inputs),
        "covariance matrix of class 0, in halves": both[:2, :2],
        "covariance matrix of class 1, in halves": both[2:, 2:],
        "covariance of class 0 with class 1, in halves": both[:2, 2:],
    }


@spread.expected
def spread_asked(make_clouds, samples_per_class, seed):
    matrix = np.array([[1, 0.5], [0.5, 1]])
    return {
        "the number of points": 2 * samples_per_class,
        **{f"covariance matrix of class {label}, in halves": matrix for label in (0, 1)},
        "covariance of class 0 with class 1, in halves": np.zeros((2, 2)),
    }


@make_clouds.check("the same seed gives the same points; another seed or a second call gives others", given=some)
def chance(make_clouds, samples_per_class, seed):
    rng = np.random.default_rng(seed)
    runs = {"one call": rng, "two calls with one rng": rng}
    runs |= {
        f"two calls with {name}": np.random.default_rng(seed + more)
        for name, more in [("the same seed", 0), ("different seeds", 1)]
    }
    points = {name: make_clouds(samples_per_class, generator)[0] for name, generator in runs.items()}
    return {
        f"the number of different points in {name}": len(np.unique(np.vstack([points["one call"], one]), axis=0))
        for name, one in points.items()
    }


# fmt: off
# the two arrays
make_clouds.slip("inputs of float64", {"second]).astype(np.float32)": "second])"},
                 "How many bytes does one of your inputs take? What does `rng` hand out, and what is asked for?")
make_clouds.slip("targets of float64", {"axis=0).astype(np.float32)": "axis=0).astype(float)"},
                 "Print `targets.dtype`. Python's `float` is which of NumPy's?")
make_clouds.slip("whole numbers", {"axis=0).astype(np.float32)": "axis=0)"},
                 "What is the dtype of an array that is made of 0 and 1? The loss will subtract scores from it.")
make_clouds.slip("flat targets", {"[[0], [1]]": "[0, 1]"},
                 "Print `targets.shape`. Scores will be a column; what do NumPy's rules make of a column minus a row?")
make_clouds.slip("targets in turn", {"np.repeat([[0], [1]], samples_per_class, axis=0)":
                                     "np.tile([[0], [1]], (samples_per_class, 1))"},
                 "To which class does your row 1 belong, by the inputs and by the targets?")
make_clouds.slip("classes the other way", {"[[0], [1]]": "[[1], [0]]"},
                 "Which number stands for the cloud that comes first?")
make_clouds.slip("labels of -1 and 1", {"[[0], [1]]": "[[-1], [1]]"},
                 "Which two numbers are the classes called here? Where will the border between them be?")
make_clouds.slip("clouds side by side", {"np.vstack": "np.hstack"},
                 "One point is one row. Are your clouds below each other, or beside each other?")
make_clouds.slip("a stack of clouds", {"np.vstack": "np.stack"},
                 "Print the shape of `inputs`. How many axes has a table of points?")
make_clouds.slip("points as columns", {"second]).astype(np.float32)": "second]).astype(np.float32).T"},
                 "Which axis counts the samples?")
make_clouds.slip("n in total", {"size=samples_per_class": "size=samples_per_class // 2",
                                "samples_per_class, axis=0": "samples_per_class // 2, axis=0"},
                 "`samples_per_class`: how many points are there, then, in two classes?")
make_clouds.slip("one point for each class", {"size=samples_per_class)": "size=1)"},
                 "How many points has each of your clouds? Who tells the generator how many to draw?")
make_clouds.slip("only the inputs", {"return inputs, targets": "return inputs"},
                 "How many arrays does the caller expect?")
make_clouds.slip("nothing", {"return inputs, targets": ""}, "What does your function hand back to its caller?")

# the distribution
make_clouds.slip("centres swapped", {"[0, 3]": "[centre]", "[3, 0]": "[0, 3]", "[centre]": "[3, 0]"},
                 "Where should the cloud of class 0 be: at the upper left, or at the lower right?")
make_clouds.slip("one centre", {"[3, 0]": "[0, 3]"}, "Draw the points. How many clouds do you see?")
make_clouds.slip("round clouds", {"0.5": "0"},
                 "In your clouds, does a large first number say anything about the second one?")
make_clouds.slip("leaning the other way", {"0.5": "-0.5"},
                 "When the first number is above its mean, where is the second one likely to be?")
make_clouds.slip("no root", {"rng.multivariate_normal([0, 3], covariance, size=samples_per_class)":
                             "[0, 3] + rng.normal(size=(samples_per_class, 2)) @ covariance",
                             "rng.multivariate_normal([3, 0], covariance, size=samples_per_class)":
                             "[3, 0] + rng.normal(size=(samples_per_class, 2)) @ covariance"},
                 "Numbers times 3 have 9 times the variance. What does a matrix do to the variance, then?")
make_clouds.slip("drawn once", {"rng.multivariate_normal([3, 0], covariance, size=samples_per_class)":
                                "first + [3, -3]"},
                 "Subtract the two halves of your inputs from each other. Was the second cloud drawn?")
make_clouds.slip("one point again and again", {"size=samples_per_class)": "size=1).repeat(samples_per_class, axis=0)"},
                 "How many different points are there?")

# chance
make_clouds.slip("the global generator", {"rng.": "np.random."},
                 "Call it twice with generators of the same seed. Do the two runs agree?")
make_clouds.slip("a seed of its own", {"covariance =": "rng = np.random.default_rng(0)\ncovariance ="},
                 "Hand in two generators with different seeds. Does your function look at them?")
# fmt: on


@make_clouds.alternative
def with_a_root_of_the_matrix(samples_per_class, rng):
    root = np.linalg.cholesky(np.array([[1, 0.5], [0.5, 1]]))
    inputs = rng.standard_normal((2 * samples_per_class, 2)) @ root.T
    inputs[:samples_per_class, 1] += 3
    inputs[samples_per_class:, 0] += 3
    targets = np.zeros((len(inputs), 1), dtype="float32")
    targets[samples_per_class:] = 1
    return inputs.astype("float32"), targets


@make_clouds.alternative
def point_by_point(samples_per_class, rng):
    rows, classes = [], []
    for label, (mean_x, mean_y) in enumerate([(0, 3), (3, 0)]):
        for _ in range(samples_per_class):
            x = rng.normal()
            y = 0.5 * x + np.sqrt(0.75) * rng.normal()
            rows.append([mean_x + x, mean_y + y])
            classes.append([label])
    return np.array(rows, dtype=np.float32), np.array(classes, dtype=np.float32)


@make_clouds.alternative
def in_the_lectures_words(samples_per_class, rng):
    def cloud(mean):
        return rng.multivariate_normal(mean=mean, cov=[[1, 0.5], [0.5, 1]], size=samples_per_class, method="eigh")

    inputs = np.concatenate((cloud([0, 3]), cloud([3, 0])), axis=0, dtype=np.float32, casting="same_kind")
    zeros, ones = (np.full((samples_per_class, 1), label, dtype=np.float32) for label in (0, 1))
    return inputs, np.concatenate((zeros, ones))
