r"""### `Mean`: a number that is collected on the way

$$\text{result} = \frac{\sum_B |B|\, v_B}{\sum_B |B|} = \frac{\texttt{total}}{\texttt{count}}$$

Each batch $B$ brings one value $v_B$, for example its loss, which is itself a mean over $|B|$ samples. In `total`
stands the sum over all **samples** so far, in `count` their number. These two attributes are all
that the metric remembers, and all that the three methods share.

An example: a batch of 4 with the value 2.0 and a batch of 1 with the value 7.0 make `total` 15, `count` 5, and the
result 3.0.
"""

from functools import partial

import numpy as np

from autograder import exercise, task


def batches(rng):
    return {"values": rng.uniform(0.5, 4, size=4), "counts": rng.permutation([3, 8, 13, 29])}


@exercise
class Mean:
    """The mean of a value over all samples since the last reset.

    Attributes
    ----------
    total : float, the sum of the value over all samples so far
    count : int, the number of samples so far
    """

    def __init__(self):
        self.total, self.count = 0.0, 0

    @task
    def update(self, value, count=1):
        """Take one batch in: `value`, a float, is its mean over `count` samples."""
        self.total += value * count
        self.count += count

    @task
    def result(self):
        """Return the mean over all samples, a float; 0.0 where there was none. Nothing changes."""
        return self.total / self.count if self.count else 0.0

    @task
    def reset(self):
        """Forget all samples, and be as good as new."""
        self.total, self.count = 0.0, 0


@Mean.check("update", "the sum and the number of samples, after each of four batches", given=batches)
def sums(Mean, values, counts):
    metric, seen = Mean(), []
    for value, count in zip(values, counts):
        metric.update(float(value), int(count))
        seen.append([metric.total, metric.count])
    metric.update(float(values[0]))
    return np.array([*seen, [metric.total, metric.count]], dtype=float)


@Mean.check("result", "the mean over the samples, asked twice; 0 before the first", given=batches)
def means(Mean, values, counts):
    metric, empty = Mean(), Mean()
    metric.total, metric.count = float(values @ counts), int(counts.sum())
    return np.array([metric.result(), metric.result(), empty.result()])


@Mean.check("reset", "what comes after it does not know what came before", given=batches)
def fresh(Mean, values, counts):
    metric = Mean()
    metric.total, metric.count = float(values[0] * counts[0]), int(counts[0])
    metric.reset()
    metric.total += float(values[1] * counts[1])
    metric.count += int(counts[1])
    return np.array([metric.total, metric.count])


# fmt: off
slip = partial(Mean.slip, "update")
slip("forgets the number of samples", {" * count": ""},
     "A batch of 3 and a batch of 29: which one should move the mean more?")
slip("counts batches", {"+= count": "+= 1", " * count": ""},
     "The last batch of an epoch is short. Does it count as much as a full one?")
slip("counts calls", {"+= count": "+= 1"}, "`total` grows by whole batches. By how much does `count` grow?")
slip("keeps the last batch only", {"+=": "="}, "Call update twice. What is left of the first batch?")
slip("keeps the last total", {"total +=": "total ="}, "`count` knows of all batches. Does `total`?")
slip("never counts", {"self.count += count": ""}, "`total` is divided by something in the end. Who keeps that number?")
slip("adds the number", {"value * count": "value + count"},
     "If each of 4 samples has the value 2, what is their sum?")
slip("divides by the number", {"value * count": "value / count"},
     "The value is a mean over the batch. How do you get from a mean back to the sum?")
slip("halves", {"self.total += value * count": "self.total = (self.total + value * count) / 2"},
     "Take three batches in. How much weight has the first one by then?")

slip = partial(Mean.slip, "result")
slip("divides by zero", {" if self.count else 0.0": ""}, "What is asked for before the first batch has come?")
slip("returns the sum", {"self.total / self.count": "self.total"},
     "Is a loss of 200 bad, if 100 samples have paid it?")
slip("is upside down", {"self.total / self.count": "self.count / self.total"},
     "Which of the two numbers belongs below the bar?")
slip("cuts the fraction off", {"self.total / self.count": "self.total // self.count"},
     "Which of Python's two divisions keeps the digits behind the point?")
slip("forgets while answering", {"return": "total, count = self.total, self.count\nself.total, self.count = 0.0, 0\n"
                                           "return", "self.total / self.count if self.count": "total / count if count"},
     "Ask twice. Is the second answer the same?")
slip("stores the mean", {"return": "self.total = self.total / max(self.count, 1)\nreturn",
                         "self.total / self.count if self.count else 0.0": "self.total"},
     "Ask twice. What has the first question done to `total`?")
slip("result returns nothing", {"return ": ""}, "What does result hand back?")
slip("in percent", {"self.total / self.count": "100 * self.total / self.count"},
     "The mean of 2 and 4 is 3. What is it in yours?")

slip = partial(Mean.slip, "reset")
slip("keeps the count", {", self.count = 0.0, 0": " = 0.0"},
     "The sum begins anew. By how many samples will it be divided?")
slip("keeps the total", {"self.total, self.count = 0.0, 0": "self.count = 0"},
     "The number of samples begins anew. What about the sum that it divides?")
slip("forgets nothing", {"self.total, self.count = 0.0, 0": "total, count = 0.0, 0"},
     "Whose variables have you set to zero: those of the metric, or two new ones that vanish at the end?")
slip("begins with one", {"0.0, 0": "0.0, 1"},
     "Has the new epoch seen a sample yet? (A guard against dividing by zero belongs elsewhere.)")
slip("leaves None", {"0.0, 0": "None, None"}, "The next update adds something to `total`. What does it add it to?")
# fmt: on


@Mean.alternative("update")
def sample_by_sample(self, value, count=1):
    for _ in range(count):
        self.total = self.total + value
    self.count = self.count + count


@Mean.alternative("result")
def with_an_early_return(self):
    if self.count == 0:
        return 0.0
    return float(np.divide(self.total, self.count))


@Mean.alternative("result")
def divides_by_one_at_least(self):
    return self.total / max(self.count, 1)


@Mean.alternative("reset")
def starts_again(self):
    self.__init__()
