r"""### `accuracy`: how many are right

The network answers with the class of its **highest score**. `accuracy` is the share of samples for which that is the
right class, one number from 0 to 1:

$$\frac{1}{N} \sum_{n=1}^{N} \big[\, \arg\max_c\, s_{nc} = \arg\max_c\, t_{nc} \,\big]$$

Scores come from `model.predict(x)`, of shape $(N, C)$; `t` is one-hot. An example: of the scores $(2, 1, 0)$,
$(0, 3, 1)$, $(1, 0, 4)$ and $(5, 1, 1)$ for the classes 0, 1, 0 and 0, three are right: 0.75.
"""

import numpy as np

from autograder import exercise


def batches(rng):
    """Whole numbers, in which a winner may have the score 1; and scores that are all below zero."""
    inputs = {}
    for name in ("", "2"):
        N = int(rng.integers(11, 30))
        label, answer = rng.integers(4, size=N), rng.integers(4, size=N)
        answer = np.where(rng.uniform(size=N) < 0.5, label, answer)
        scores = rng.integers(-1, 1, size=(N, 4)).astype(float)
        scores[np.arange(N), answer] = rng.integers(1, 3, size=N)
        inputs |= {f"scores{name}": scores, f"t{name}": np.eye(4)[label]}
    inputs["scores2"] -= rng.uniform(5, 9)
    return inputs


def one_batch(rng):
    N, right = int(rng.integers(11, 30)), int(rng.integers(2, 9))
    label = rng.integers(5, size=N)
    scores = rng.uniform(-1, 1, size=(N, 5))
    scores[np.arange(N), (label + (rng.permutation(N) >= right)) % 5] = rng.uniform(2, 3, size=N)
    return {"scores": scores, "t": np.eye(5)[label]}


@exercise
def accuracy(model, x, t):
    """Share of samples whose highest score is that of their class.

    Parameters
    ----------
    model : has predict(x), which maps (N, D) to scores (N, C)
    x : (N, D) array
    t : (N, C) array, one-hot

    Returns
    -------
    float
    """
    return float(np.mean(model.predict(x).argmax(axis=1) == t.argmax(axis=1)))


@accuracy.check("the share of right answers", given=one_batch, points=0.8)
def share(accuracy, scores, t):
    class Model:
        def predict(self, x):
            return scores[x[:, 0]]

    return accuracy(Model(), np.arange(len(t))[:, None], t)


@accuracy.check(
    "a second batch; scores of any sign", given=batches, points={"whole numbers": 0.7, "all of them below zero": 0.5}
)
def second(accuracy, scores, t, scores2, t2):
    class Model:
        def predict(self, x):
            return self.scores[x[:, 0]]

    model, answer = Model(), {}
    for name, table, targets in (("whole numbers", scores, t), ("all of them below zero", scores2, t2)):
        model.scores = table
        answer[name] = accuracy(model, np.arange(len(targets))[:, None], targets)
    return answer


# fmt: off
slip = accuracy.slip
slip("counts", {"np.mean": "np.sum"}, "Should it change if every sample came twice?")
slip("counts in percent", {"np.mean(": "100 * np.mean("}, "Between which two numbers does a share lie?")
slip("counts what is wrong", {"==": "!="}, "Is a perfect network's answer 0 or 1?")
slip("asks each column", {"axis=1": "axis=0"}, "Along which axis lie the scores of one sample?")
slip("asks the whole table", {"axis=1": ""}, "How many winners are there: one for each sample, or one for all?")
slip("compares scores with targets", {".argmax(axis=1)": ""}, "When is a score equal to 1? Which place is the highest?")
slip("looks at every place", {"model.predict(x).argmax(axis=1) == t.argmax(axis=1)":
                              "np.eye(t.shape[1])[model.predict(x).argmax(axis=1)] == t"},
     "How many numbers do you average, N or N times C? A wrong sample spoils two places only.")
slip("compares all with all", {"t.argmax(axis=1)": "t.argmax(axis=1)[:, None]"},
     "Print the shape of the comparison. How many comparisons do you need?")
slip("asks for more than a half",
     {"model.predict(x).argmax(axis=1) == t.argmax(axis=1)": "(model.predict(x) > 0.5)[t == 1]"},
     "Scores are no probabilities. Which one wins if all of them are negative?")
slip("forgets that t is one-hot", {"== t.argmax(axis=1)": "== t"},
     "Print the shapes on both sides of ==. Which of them still has a column for each class?")
slip("rows of more than a half", {"model.predict(x).argmax(axis=1) == t.argmax(axis=1)":
                                  "((model.predict(x) > 0.5) == t).all(axis=1)"},
     "Must the highest score be larger than a half, and the others smaller? What are scores?")
slip("takes the lowest", {"model.predict(x).argmax": "model.predict(x).argmin"}, "Which score wins?")
slip("never asks the model", {"model.predict(x)": "x"}, "Who makes scores of x?")
slip("calls forward", {"model.predict(x)": "model.forward(x, t)"}, "Which method of the model returns scores?")
slip("compares sizes",
     {"model.predict(x).argmax(axis=1) == t.argmax(axis=1)": "model.predict(x).max(axis=1) == t.max(axis=1)"},
     "Do you compare how high the winner scores, or where it stands?")
slip("returns every answer", {"float(np.mean(": "np.array(np.atleast_1d("},
     "One number is asked. How many do you return?")
slip("returns nothing", {"return ": ""}, "What does your function hand back to its caller?")
# fmt: on

accuracy.equivalent(
    "return float(np.mean(model.predict(x).argmax(axis=1) == t.argmax(axis=1)))",
    "return np.mean(model.predict(x).argmax(axis=1) == t.argmax(axis=1))",
    "a number of NumPy's is a number",
)


@accuracy.alternative
def sample_by_sample(model, x, t):
    scores, right = model.predict(x), 0
    for n in range(len(x)):
        right += list(scores[n]).index(max(scores[n])) == list(t[n]).index(1)
    return right / len(x)


@accuracy.alternative
def looks_up_the_targets(model, x, t):
    winners = np.argmax(model.predict(x), axis=-1)
    return t[np.arange(len(winners)), winners].mean()


@accuracy.alternative
def counts_misses(model, x, t):
    answered, asked = (np.argmax(table, 1) for table in (model.predict(x), t))
    return 1 - np.count_nonzero(answered - asked) / t.shape[0]
