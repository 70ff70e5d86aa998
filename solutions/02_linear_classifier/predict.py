r"""### `predict`: one score for each point

$$\hat y = X W + b \qquad X: (N, D),\quad W: (D, 1),\quad b: (1,),\quad \hat y: (N, 1)$$

Each row of $X$ is a sample. Its numbers are multiplied by the weights and added up, and the bias comes on top. For the
clouds $D = 2$, but the formula does not care.

The score is any number, also one below 0 or above 1. Nothing is cut off or rounded here. It stays a column: $N$ rows
and one axis of length 1.
"""

import numpy as np

from autograder import exercise


def batch(rng):
    return {"inputs": rng.normal(size=(5, 3)), "W": rng.normal(size=(3, 1)), "b": rng.normal(size=1)}


def two_sizes(rng):
    one = {"inputs": rng.normal(size=(1, 4)), "W": rng.normal(size=(4, 1)), "b": rng.normal(size=1)}
    return {**one, "inputs2": rng.normal(size=(6, 2)), "W2": rng.normal(size=(2, 1)), "b2": rng.normal(size=1)}


@exercise
def predict(inputs, W, b):
    """Give each sample a score.

    Parameters
    ----------
    inputs : (N, D) array
    W : (D, 1) array
    b : (1,) array

    Returns
    -------
    (N, 1) array
    """
    return inputs @ W + b


@predict.check("the scores X W + b", given=batch)
def scores(predict, inputs, W, b):
    answer = predict(inputs, W, b)
    return np.reshape(answer, (-1, 1)) if np.size(answer) == len(inputs) else answer  # a flat answer is charged below


@predict.check("a column, also for other sizes and for a batch of one sample", given=two_sizes)
def sizes(predict, inputs, W, b, inputs2, W2, b2):
    return {"the score of one sample": predict(inputs, W, b), "six scores": predict(inputs2, W2, b2)}


# fmt: off
# the product
predict.slip("forgets the bias", {" + b": ""}, "Try inputs of zeros. What should come out?")
predict.slip("subtracts the bias", {"+ b": "- b"}, "Try inputs of zeros: what should come out, and with which sign?")
predict.slip("adds the bias too early", {"inputs @ W + b": "(inputs + b) @ W"},
             "Which comes first in the formula, the product or the sum?")
predict.slip("W before the inputs", {"inputs @ W": "np.dot(W, inputs)"},
             "Write the two shapes beside each other. In which order do the inner numbers agree?")
predict.slip("W turned round", {"inputs @ W": "np.dot(inputs, W.T)"},
             "Write the two shapes beside each other. Which way round must W stand?")
predict.slip("inputs turned round", {"inputs @ W": "np.dot(inputs.T, W)"},
             "Is a sample a row or a column of the inputs? Write the two shapes beside each other.")
predict.slip("multiplies and does not add up", {"inputs @ W": "inputs * W[:, 0]"},
             "How many numbers should one sample get? How many has each of your rows?")
predict.slip("multiplies element by element", {"inputs @ W": "inputs * W"},
             "`*` pairs numbers in the same place. Which product adds up over the numbers of a sample?")
predict.slip("averages", {"inputs @ W": "np.mean(inputs * W[:, 0], axis=1, keepdims=True)"},
             "A matrix product adds up. Does it also divide?")

# the shape
predict.slip("a row of scores", {"inputs @ W + b": "(inputs @ W + b).T"},
             "Which axis of the answer counts the samples?")
predict.slip("flat scores", {"inputs @ W + b": "(inputs @ W + b)[:, 0]"},
             "Print the shape. Targets have one axis more; what will their difference look like?")
predict.slip("adds over the batch", {"inputs @ W + b": "np.sum(inputs @ W + b, axis=0)"},
             "How many samples went in, and how many scores came out?")

# not a score any more
predict.slip("decides at once", {"inputs @ W + b": "(inputs @ W + b) > 0.5"},
             "Which of your scores is nearly right, and which is far off? Can a loss still see it?")
predict.slip("rounds", {"inputs @ W + b": "np.round(inputs @ W + b)"},
             "Nudge W by a little. Does your score move?")
predict.slip("squeezes", {"inputs @ W + b": "1 / (1 + np.exp(-(inputs @ W + b)))"},
             "Can your score be 3? Is there anything in the formula that stops it?")
predict.slip("cuts off", {"inputs @ W + b": "np.clip(inputs @ W + b, 0, 1)"},
             "Can your score be 3? Is there anything in the formula that stops it, or cuts it?")
predict.slip("returns nothing", {"return ": ""}, "What does your function hand back to its caller?")
# fmt: on


@predict.alternative
def sample_by_sample(inputs, W, b):
    rows = []
    for sample in inputs:
        total = b[0]
        for value, weight in zip(sample, W[:, 0]):
            total = total + value * weight
        rows.append([total])
    return np.array(rows)


@predict.alternative
def with_einsum(inputs, W, b):
    return np.add(np.einsum("nd,do->no", inputs, W), b)


@predict.alternative
def bias_as_a_weight(inputs, W, b):
    extended = np.hstack([inputs, np.ones((inputs.shape[0], 1))])
    return np.dot(extended, np.vstack([W, b]))


@predict.alternative
def multiplies_and_sums(inputs, W, b):
    weighted = inputs * W.T
    return weighted.sum(axis=1, keepdims=True) + b.reshape(1, 1)
