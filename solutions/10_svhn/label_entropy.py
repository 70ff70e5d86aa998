r"""### `label_entropy`: what a network pays that has learned only the shares

$$H = -\sum_{k:\; p_k > 0} p_k \ln p_k \qquad p_k = \frac{\text{number of labels equal to } k}{N}$$

A network that ignores its input can still learn how frequent each class is, and answer every picture with these
shares as its probabilities. It pays $-\ln p_k$ for a picture of class $k$, and such pictures are the share $p_k$ of
all. So its mean cross-entropy is $H$, the **entropy** of the labels. No constant answer pays less.

For the labels $(3, 1, 3, 3, 0)$ the shares are 0.6, 0.2 and 0.2, and

$$H = -\,0.6 \ln 0.6 - 0.2 \ln 0.2 - 0.2 \ln 0.2 \approx 0.306 + 0.322 + 0.322 = 0.950$$

Ten equally frequent classes have $\ln 10 \approx 2.303$. A class that does not occur adds nothing.
"""

import numpy as np

from autograder import exercise


def labels(rng):
    """Unequal shares; two of the ten classes are missing."""
    counts = np.zeros(10, dtype=int)
    counts[rng.permutation(9)[:8]] = rng.choice(np.arange(2, 25), size=8, replace=False)
    return {"labels": rng.permutation(np.repeat(np.arange(10), counts))}


def all_ten(rng):
    counts = rng.choice(np.arange(2, 25), size=10, replace=False)
    return {"labels": rng.permutation(np.repeat(np.arange(10), counts))}


@exercise
def label_entropy(labels):
    """The entropy of the shares of the labels, with natural logarithms.

    Parameters
    ----------
    labels : (N,) array of int, 0 to 9

    Returns
    -------
    float, from 0 (one class only) to ln 10
    """
    shares = np.unique(labels, return_counts=True)[1] / len(labels)
    return -np.sum(shares * np.log(shares))


@label_entropy.check("all ten digits occur", given=all_ten)
def complete(label_entropy, labels):
    return label_entropy(labels)


@label_entropy.check("some digits are missing", given=labels)
def incomplete(label_entropy, labels):
    return label_entropy(labels)


# fmt: off
label_entropy.slip("not a number", {"np.unique(labels, return_counts=True)[1]": "np.bincount(labels, minlength=10)"},
                   "What is the logarithm of 0, and what is 0 times that? What should a missing class add?")
label_entropy.slip("in bits", {"np.log(": "np.log2("},
                   "In which unit does the loss count? Which logarithm is in it?")
label_entropy.slip("base ten", {"np.log(": "np.log10("}, "Which base has the logarithm of the cross-entropy?")
label_entropy.slip("below zero", {"-np.sum": "np.sum"}, "Can a loss be negative? Which sign has ln of a share?")
label_entropy.slip("every class alike", {"shares * np.log(shares)": "np.log(shares)"},
                   "A rare picture is expensive. How often is it paid for?")
label_entropy.slip("mean over the classes", {"np.sum": "np.mean"},
                   "By what are the terms weighted? Do these weights already add up to 1?")
label_entropy.slip("divides by ten", {"len(labels)": "10"},
                   "What do your p add up to, and what should shares add up to? Of how many labels are they shares?")
label_entropy.slip("names in place of numbers", {"np.unique(labels, return_counts=True)[1]": "np.unique(labels)"},
                   "Which digits occur, or how often they occur: which of the two have you divided?")
label_entropy.slip("numbers in place of shares", {" / len(labels)": ""},
                   "What do your p add up to, and what should probabilities add up to?")
label_entropy.slip("shares of one", {"-np.sum(shares * np.log(shares))": "-np.log(shares.max())"},
                   "That is what the most frequent pictures pay. What do the others pay?")
label_entropy.slip("entropy of equal classes", {"-np.sum(shares * np.log(shares))": "np.log(10)"},
                   "Ten equally frequent classes have this entropy. Are they equally frequent?")
label_entropy.slip("entropy of the classes that occur", {"-np.sum(shares * np.log(shares))": "np.log(len(shares))"},
                   "Does it matter to your answer how often each class occurs?")
label_entropy.slip("an invented offset", {"np.log(shares)": "np.log(shares + 0.1)"},
                   "A tenth is as much as a class has. How large may a guard against ln 0 be?")
# fmt: on


@label_entropy.alternative
def with_a_mask(labels):
    shares = np.bincount(labels, minlength=10) / labels.size
    return float(-(shares[shares > 0] * np.log(shares[shares > 0])).sum())


@label_entropy.alternative
def what_each_picture_pays(labels):
    counts = np.bincount(labels)
    return np.mean(np.log(len(labels)) - np.log(counts[labels]))


@label_entropy.alternative
def with_a_loop(labels):
    from math import log

    entropy = 0.0
    for label in set(labels.tolist()):
        share = labels.tolist().count(label) / len(labels)
        entropy -= share * log(share)
    return entropy


@label_entropy.alternative
def with_a_tiny_offset(labels):
    shares = np.bincount(labels, minlength=10) / len(labels)
    return -np.dot(shares, np.log(shares + 1e-12))
