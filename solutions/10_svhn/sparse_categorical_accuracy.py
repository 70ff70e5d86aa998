r"""### `SparseCategoricalAccuracy`: how many are right

$$\text{result} = \frac{\texttt{right}}{\texttt{count}} \qquad
\texttt{right} = \text{number of samples } n \text{ with } \arg\max_k\, s_{nk} = t_n$$

"Sparse" means: the label is a class $t_n$, not a row of ten numbers with a single 1. `labels` has the shape $(N,)$. The
predictions $s$ have the shape $(N, C)$, one row a sample. They may be scores or probabilities, since only the place of
the largest one counts.

An example with $C = 3$: for the rows $(0.1, 2, 0)$ and $(5, 4, 3)$ the network says class 1 and class 0. If the labels
are 1 and 2, one of two is right.

`right` and `count` are numbers of **samples** since the last reset; these two attributes are all that the three methods
share.
"""

from functools import partial

import numpy as np

from autograder import exercise, task


def batches(rng):
    """Three batches; the last one is all right. A wrong label has the second largest score, or else the smallest."""
    inputs = {}
    for i, wrong in enumerate([rng.integers(3, 5), rng.integers(4, 6), 0]):
        different = np.tile(np.arange(60, 200) / 10, (int(wrong + rng.integers(6, 12)), 1))
        scores = rng.permuted(different, axis=1)[:, :5]
        scores[0, rng.integers(5)] = 25
        places = np.repeat([-1, -2, 0], [len(scores) - wrong, wrong and wrong - 1 - i, wrong and 1 + i])
        labels = np.argsort(scores, axis=1)[np.arange(len(scores)), rng.permutation(places)]
        inputs |= {f"labels{i}": labels, f"scores{i}": scores}
    return inputs


def numbers(rng):
    count, more = int(rng.integers(200, 600)), int(rng.integers(100, 200))
    return {
        "right": int(rng.integers(50, count - 50)),
        "count": count,
        "more_right": int(rng.integers(20, 80)),
        "more": more,
    }


@exercise
class SparseCategoricalAccuracy:
    """The share of samples since the last reset whose class is predicted right.

    Attributes
    ----------
    right : int, the number of right predictions so far
    count : int, the number of samples so far
    """

    def __init__(self):
        self.right, self.count = 0, 0

    @task
    def update(self, labels, predictions):
        """Take one batch in: labels (N,) of int, predictions (N, C) of float."""
        self.right += np.sum(predictions.argmax(axis=1) == labels)
        self.count += len(labels)

    @task
    def result(self):
        """Return the share of right predictions, a float from 0 to 1; 0.0 where there was none. Nothing changes."""
        return self.right / self.count if self.count else 0.0

    @task
    def reset(self):
        """Forget all samples, and be as good as new."""
        self.right, self.count = 0, 0


@SparseCategoricalAccuracy.check("update", "right ones and samples, in three batches", given=batches, points=2)
def hits(SparseCategoricalAccuracy, labels0, scores0, labels1, scores1, labels2, scores2):
    metric, seen = SparseCategoricalAccuracy(), []
    for labels, scores in (labels0, scores0), (labels1, scores1), (labels2, scores2):
        metric.update(labels, scores)
        seen.append([metric.right, metric.count])
    return np.array(seen, dtype=float)


@SparseCategoricalAccuracy.check("result", "the share of right ones, asked twice; 0 before the first", given=numbers)
def shares(SparseCategoricalAccuracy, right, count):
    metric, empty = SparseCategoricalAccuracy(), SparseCategoricalAccuracy()
    metric.right, metric.count = right, count
    return np.array([metric.result(), metric.result(), empty.result()])


@SparseCategoricalAccuracy.check("reset", "what comes after it does not know what came before", given=numbers)
def fresh(SparseCategoricalAccuracy, right, count, more_right, more):
    metric = SparseCategoricalAccuracy()
    metric.right, metric.count = right, count
    metric.reset()
    metric.right += more_right
    metric.count += more
    return np.array([metric.right, metric.count])


# fmt: off
slip = partial(SparseCategoricalAccuracy.slip, "update")
# which class the network says
slip("asks down the columns", {"axis=1": "axis=0"},
     "For each what do you want the place of the largest number: for each class, or for each sample?")
slip("asks the whole table", {"axis=1": ""}, "How many answers does one batch have, and how many do you get?")
slip("takes the smallest", {"argmax": "argmin"}, "Which class does the network believe in most?")
slip("compares scores with labels", {"predictions.argmax(axis=1) == labels":
                                     "np.max(predictions, axis=1).round() == labels"},
     "A label is the name of a class. Is the largest score one, too?")
slip("counts from one", {"argmax(axis=1)": "argmax(axis=1) + 1"},
     "What does argmax call the first class, and what do the labels call it?")
# the comparison
slip("compares a column with a row", {"argmax(axis=1)": "argmax(axis=1)[:, None]"},
     "Print the shape of the comparison. How many yes and no should a batch of 7 have?")
slip("asks a whole batch with if", {"self.right += np.sum(predictions.argmax(axis=1) == labels)":
                                    "if predictions.argmax(axis=1) == labels:\n    self.right += 1"},
     "A comparison of arrays has many answers. How many of them are True?")
slip("one-hot labels", {"== labels": "== labels.argmax(axis=1)"},
     "Which shape have the labels? Are they rows of ten numbers, or already the classes?")
slip("means of batches", {"np.sum(": "np.mean(", "len(labels)": "1"},
     "Both numbers count samples. What do yours count after a batch of 7?")
slip("counts the wrong ones", {"==": "!="}, "A perfect network: what should `right` be after 4 samples?")
slip("adds the share", {"np.sum(": "np.mean("}, "`right` is a number of samples. What is yours after the first batch?")
slip("in percent", {"np.sum(": "100 * np.sum("}, "`right` is a number of samples. Can it be larger than `count`?")
slip("only asks whether all are right", {"np.sum(": "np.all("},
     "One wrong answer among twelve: how many right ones are left?")
# the sums
slip("keeps the last batch only", {"+=": "="}, "Call update twice. What is left of the first batch?")
slip("counts batches", {"len(labels)": "1"}, "The sum is one over samples. What does `count` count?")
slip("counts the numbers", {"len(labels)": "predictions.size"},
     "How many samples has a table of 7 rows and 5 columns?")
slip("counts the classes", {"len(labels)": "predictions.shape[1]"}, "Which axis of the predictions is the batch?")
slip("never counts", {"self.count += len(labels)": ""},
     "`right` is divided by something in the end. Who keeps that number?")

slip = partial(SparseCategoricalAccuracy.slip, "result")
slip("divides by zero", {" if self.count else 0.0": ""}, "What is asked for before the first batch has come?")
slip("in percent", {"self.right / self.count": "100 * self.right / self.count"},
     "The text asks for a number from 0 to 1. Who turns it into percent: the metric, or who prints it?")
slip("returns the number", {"self.right / self.count": "self.right"}, "Is 30 much? Of how many?")
slip("share of the wrong ones", {"self.right / self.count": "1 - self.right / self.count"},
     "A perfect network: which share should come out?")
slip("is upside down", {"self.right / self.count": "self.count / self.right"}, "Can a share be larger than 1?")
slip("cuts the fraction off", {"self.right / self.count": "self.right // self.count"},
     "Which of Python's two divisions keeps the digits behind the point?")
slip("rounds", {"self.right / self.count": "round(self.right / self.count, 2)"},
     "Two runs may differ in the third digit. Who rounds: the metric, or who prints it?")
slip("forgets while answering", {"return": "right, count = self.right, self.count\nself.right, self.count = 0, 0\n"
                                           "return", "self.right / self.count if self.count": "right / count if count"},
     "Ask twice. Is the second answer the same?")
slip("result returns nothing", {"return ": ""}, "What does result hand back?")

slip = partial(SparseCategoricalAccuracy.slip, "reset")
slip("keeps the count", {", self.count = 0, 0": " = 0"},
     "The right ones begin anew. By how many samples will they be divided?")
slip("keeps the right ones", {"self.right, self.count = 0, 0": "self.count = 0"},
     "The samples begin anew. Can there be more right ones than samples?")
slip("forgets nothing", {"self.right, self.count = 0, 0": "right, count = 0, 0"},
     "Whose variables have you set to zero: those of the metric, or two new ones that vanish at the end?")
slip("begins with one", {"0, 0": "0, 1"},
     "Has the new epoch seen a sample yet? (A guard against dividing by zero belongs elsewhere.)")
slip("leaves None", {"0, 0": "None, None"}, "The next update adds something to `right`. What does it add it to?")
# fmt: on


@SparseCategoricalAccuracy.alternative("update")
def sample_by_sample(self, labels, predictions):
    for label, row in zip(labels, predictions, strict=True):
        best = max(range(len(row)), key=lambda k: row[k])
        if best == label:
            self.right += 1
        self.count += 1


@SparseCategoricalAccuracy.alternative("update")
def by_the_score_of_the_label(self, labels, predictions):
    own = np.take_along_axis(predictions, labels[:, None], axis=1)
    self.right = self.right + int(np.count_nonzero((own >= predictions).all(axis=1)))
    self.count = self.count + labels.shape[0]


@SparseCategoricalAccuracy.alternative("result")
def with_an_early_return(self):
    if not self.count:
        return 0.0
    return float(self.right) / self.count


@SparseCategoricalAccuracy.alternative("reset")
def one_after_the_other(self):
    for name in ("right", "count"):
        setattr(self, name, 0)
