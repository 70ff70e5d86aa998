r"""### `majority_share`: what a network gets that always says the same

$$\max_k\; p_k \qquad p_k = \frac{\text{number of labels equal to } k}{N}$$

The accuracy of the best constant answer. For the labels $(3, 1, 3, 3, 0)$ it is $3/5 = 0.6$: whoever says 3 to every
picture is right in three cases of five.
"""

import numpy as np

from autograder import exercise


def labels(rng):
    """Unequal shares; one or two classes are missing, and it is not the digit 1 that wins."""
    counts = np.zeros(10, dtype=int)
    counts[rng.choice(10, size=8, replace=False)] = rng.choice(np.arange(2, 20), size=8, replace=False)
    counts[rng.choice([0, 2, 3, 4, 5, 6, 7])] = rng.integers(25, 40)
    return {"labels": rng.permutation(np.repeat(np.arange(10), counts))}


@exercise
def majority_share(labels):
    """The share of the most frequent label.

    Parameters
    ----------
    labels : (N,) array of int, 0 to 9

    Returns
    -------
    float, above 0 and at most 1
    """
    return np.bincount(labels).max() / len(labels)


@majority_share.check("the share of the most frequent label", given=labels)
def share(majority_share, labels):
    return majority_share(labels)


# fmt: off
majority_share.slip("the label itself", {"max() / len(labels)": "argmax()"},
                    "You have found out which label is the most frequent. Which share has it?")
majority_share.slip("the label by the number of labels", {".max()": ".argmax()"},
                    "Does `argmax` say how often the most frequent label occurs, or which one it is?")
majority_share.slip("share of the largest label", {"np.bincount(labels).max() / len(labels)":
                                                  "np.mean(labels == labels.max())"},
                    "Is the label with the largest number also the most frequent one?")
majority_share.slip("the number", {" / len(labels)": ""}, "Is that much? Of how many?")
majority_share.slip("always the digit 1", {".max()": "[1]"},
                    "In SVHN the digit 1 is the most frequent. Is it in these labels?")
majority_share.slip("one class of ten", {"np.bincount(labels).max() / len(labels)": "1 / 10"},
                    "A blind guess is right in one case of ten. Which answer does better without a look, if some "
                    "labels are more frequent than others?")
majority_share.slip("one class of those that occur", {"np.bincount(labels).max() / len(labels)":
                                                      "1 / len(np.unique(labels))"},
                    "Are all labels that occur equally frequent?")
majority_share.slip("in percent", {"np.bincount": "100 * np.bincount"}, "Which share has a class that is all there is?")
majority_share.slip("the largest label", {"np.bincount(labels).max()": "labels.max()"},
                    "A label is a name. Is a 9 more than a 1?")
majority_share.slip("the rarest", {".max()": "[np.unique(labels)].min()"},
                    "Which constant answer is the best one: that of a rare label?")
majority_share.slip("share of the label's number", {"/ len(labels)": "/ labels.sum()"},
                    "A share of what? What do all shares add up to?")
# fmt: on


@majority_share.alternative
def by_the_best_constant_answer(labels):
    return max(np.mean(labels == answer) for answer in range(10))


@majority_share.alternative
def with_a_dictionary(labels):
    counts = {}
    for label in labels.tolist():
        counts[label] = counts.get(label, 0) + 1
    return max(counts.values()) / sum(counts.values())


@majority_share.alternative
def with_unique(labels):
    _, counts = np.unique(labels, return_counts=True)
    return np.sort(counts)[-1] / counts.sum()
