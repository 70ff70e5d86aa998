r"""### `softmax`: scores become probabilities

$$y_c = \frac{e^{x_c}}{\sum_k e^{x_k}} \qquad\qquad (2, 1, 0) \;\longmapsto\; (0.67,\ 0.24,\ 0.09)$$

`x` holds the scores of one sample, shape $(C,)$, or of a batch, shape $(N, C)$. In a batch, each row is a sample, and
**each row** becomes a distribution of its own, with the sum 1. The answer has the shape of `x`, and its numbers have
fractions, also where the scores are whole numbers.

Scores may be as large as $\pm 1000$, in the same row or in another one, and $e^{1000}$ is more than a float can
hold. But only differences count: a row that moves up or down as a whole keeps its probabilities. So move each row
to where no exponent is positive. `x` stays as it is.
"""

import numpy as np

from autograder import agree, close, exercise


def one_sample(rng):
    return {"x": rng.normal(size=4), "whole": rng.permutation([-1, 0, 1, 3])}


def batch(rng):
    return {"x": rng.normal(size=(5, 3))}


def far_apart(rng):
    """One row high up, one far down, one near 0, one that reaches from top to bottom."""
    x = rng.normal(size=(4, 3))
    x += rng.permutation([[1000.0] * 3, [-1000.0] * 3, [0.0] * 3, rng.permutation([-1000.0, 0, 1000])])
    return {"x": x}


@exercise
def softmax(x):
    """Turn scores into probabilities.

    Parameters
    ----------
    x : (C,) or (N, C) array of numbers, the scores; it stays as it is

    Returns
    -------
    array of floats, of the same shape; the sum over the classes is 1
    """
    power = np.exp(x - x.max(axis=-1, keepdims=True))
    return power / power.sum(axis=-1, keepdims=True)


@softmax.check("one sample, also with whole numbers", given=one_sample)
def vector(softmax, x, whole):
    return {"fractions": softmax(x), "whole numbers": softmax(whole)}


@softmax.check("each row of a batch", given=batch)
def rows(softmax, x):
    return softmax(x)


# Rounding 1000 to float32 changes the fractions by up to 1e-5.
@softmax.check("scores of 1000 and -1000", given=far_apart, compare=close(single=True))
def large(softmax, x):
    return softmax(x)


@softmax.check("the argument is left alone", given=batch, compare=agree("answer", "answer to a copy of x"))
def argument(softmax, x):
    fresh = softmax(x.copy())
    return {"answer": softmax(x), "answer to a copy of x": fresh, "x afterwards": x}


# fmt: off
slip = softmax.slip
SHIFT = " - x.max(axis=-1, keepdims=True)"
# which sum is 1
slip("normalises the columns", {"axis=-1": "axis=0"},
     "Which sum should be 1: over the classes of a sample, or over the samples of a class?")
slip("adds up the columns", {"sum(axis=-1": "sum(axis=0"},
     "The sum below the fraction bar: does it run over the classes of one sample, or over the samples?")
slip("normalises everything", {"axis=-1, keepdims=True": ""}, "How many rows have to sum to 1?")
slip("loses an axis", {"sum(axis=-1, keepdims=True)": "sum(axis=-1)"},
     "A sum or a maximum over an axis loses that axis. Which shapes stand beside your `-` and your `/`?")
slip("knows batches only", {"axis=-1": "axis=1"}, "How many axes has a single sample? Is there one with the number 1?")
slip("makes a batch of one", {"power =": "x = np.atleast_2d(x)\npower ="},
     "Compare the shape of the answer with that of x. Who has added an axis?")
# the shift
slip("overflows", {SHIFT: ""}, "What is exp(1000)? What may you do to a row without changing its probabilities?")
slip("shifts all rows alike", {"max(axis=-1, keepdims=True)": "max()"},
     "Your largest score may sit in another row. What is left of this one?")
slip("shifts by the mean", {"max(": "mean("}, "How far above the mean can the largest score of a row lie?")
slip("shifts by the lowest", {"max(": "min("},
     "After the shift, which exponents are positive, and how large can they be?")
slip("shifts above the bar only", {"power.sum(": "np.exp(x).sum("},
     "A shift leaves the fraction as it is if it happens above and below the bar. Does it?")
slip("cuts the scores off", {SHIFT: ".clip(-700, 700)"},
     "Two scores, 1000 and 999: are they still different after your cut?")
slip("divides by the largest", {" - x.max(axis=-1, keepdims=True)": " / np.abs(x).max(axis=-1, keepdims=True)"},
     "A shift leaves the differences between scores as they are. Does a division?")
# another function
slip("takes no powers", {"np.exp(x - x.max(axis=-1, keepdims=True))": "x"},
     "A score can be negative. Can a probability?")
slip("prefers the lowest", {"x - x.max(axis=-1, keepdims=True)": "x.min(axis=-1, keepdims=True) - x"},
     "Which class should be the most probable: the one with the highest score, or the lowest?")
slip("never divides", {"power / power.sum(axis=-1, keepdims=True)": "power"},
     "Add up a row of your answer. What should it be?")
slip("takes the logarithm", {"return power / power.sum(axis=-1, keepdims=True)":
                             "return np.log(power / power.sum(axis=-1, keepdims=True))"},
     "Are your probabilities negative? Which function comes only later, in the loss?")
slip("is a sigmoid", {"return": "return 1 / (1 + np.exp(-x))\nreturn"},
     "Do the classes of a sample know of each other in your answer? Add up a row.")
slip("names the winner", {"return": "return (x == x.max(axis=-1, keepdims=True)) * 1.0\nreturn"},
     "How sure is your network? What does the second-best class get?")
slip("names the class", {"power / power.sum(axis=-1, keepdims=True)": "power.argmax(axis=-1)"},
     "One probability for each class, or the number of a class: which one is asked?")
slip("is applied twice", {"return": "power = np.exp(power / power.sum(axis=-1, keepdims=True))\nreturn"},
     "How often is the function applied on the way?")
# names, dtypes, whose array
slip("uses another name", {"x - ": "a - "}, "Which names does the function know? Restart the kernel and run it again.")
slip("writes into whole numbers", {"power = np.exp(x - x.max(axis=-1, keepdims=True))":
                                   "power = np.zeros_like(x)\npower[...] = np.exp(x - x.max(axis=-1, keepdims=True))"},
     "Which dtype has an array that is made like x? What becomes of 0.5 in it?")
slip("answers in whole numbers",
     {"return power": "answer = np.zeros_like(x)\nanswer[...] = power",
      "power.sum(axis=-1, keepdims=True)": "power.sum(axis=-1, keepdims=True)\nreturn answer"},
     "Which dtype has an array of zeros that is made like x? What becomes of 0.7 in it?")
slip("shifts the callers scores", {"power =": "x -= x.max(axis=-1, keepdims=True)\npower ="},
     "Print x before and after the call. Is it still yours to change?")
slip("writes powers into x", {"power = np.exp(x - x.max(axis=-1, keepdims=True))":
                              "x[...] = np.exp(x - x.max(axis=-1, keepdims=True))\npower = x"},
     "Whose array holds your powers? Look at x after the call.")
slip("returns nothing", {"return ": ""}, "What does your function hand back to its caller?")
# fmt: on


@softmax.alternative
def turns_the_batch(x):
    if x.ndim == 2:
        scores = x.T - np.max(x, axis=1)
        return (np.exp(scores) / np.sum(np.exp(scores), axis=0)).T
    scores = x - np.max(x)
    return np.exp(scores) / np.sum(np.exp(scores))


@softmax.alternative
def through_logarithms(x):
    log_sum = np.logaddexp.reduce(x, axis=-1)
    return np.exp(x - np.expand_dims(log_sum, -1))


@softmax.alternative
def row_by_row(x):
    if x.ndim == 2:
        return np.array([softmax(row) for row in x])
    powers = [np.exp(score - max(x)) for score in x]
    return np.array([power / sum(powers) for power in powers])


@softmax.alternative
def one_over_differences(x):
    differences = np.minimum(x[..., None, :] - x[..., :, None], 700)
    return 1 / np.exp(differences).sum(axis=-1)
