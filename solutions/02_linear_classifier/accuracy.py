r"""### `accuracy`: which part is right

A score above 0.5 is an answer "class 1", any other score is "class 0". Return the part of the samples whose answer is
their target: a number from 0 to 1.

`predictions` holds the scores, `targets` holds zeros and ones, both of shape $(N, 1)$. Scores may lie far outside of
$[0, 1]$.

An example: scores 0.7, 2.5, $-1$ and targets 1, 1, 1 make $2/3$.
"""

import numpy as np

from autograder import exercise


def answers(rng):
    """Two batches of scores on both sides of 0.5, some below -0.5 and above 1.5; fewer are wrong than are ones."""
    inputs = {}
    for end in ("", "2"):
        size, ones = int(rng.integers(20, 60)), int(rng.integers(5, 10))
        targets = rng.permutation(np.arange(size) < ones)
        wrong = rng.permutation(np.arange(size) < int(rng.integers(3, 5)))
        distance = rng.choice([0.2, 0.45, 1.3, 2.6], size=size) + rng.uniform(0, 0.04, size=size)
        inputs["predictions" + end] = (0.5 + np.where(targets ^ wrong, distance, -distance))[:, None]
        inputs["targets" + end] = targets.astype(float)[:, None]
    return inputs


@exercise
def accuracy(predictions, targets):
    """The part of the samples that are classified right.

    Parameters
    ----------
    predictions : (N, 1) array of scores
    targets : (N, 1) array of 0 and 1

    Returns
    -------
    float from 0 to 1
    """
    return np.mean((predictions > 0.5) == targets)


@accuracy.check("scores above 0.5 are class 1", given=answers, points={"of one batch": 1, "of another": 1})
def share(accuracy, predictions, targets, predictions2, targets2):
    return {
        "of one batch": accuracy(predictions, targets),
        "of another": accuracy(predictions2, targets2),
    }


# fmt: off
slip = accuracy.slip
# the shape
slip("flat answers", {"(predictions > 0.5)": "(predictions[:, 0] > 0.5)"},
     "Print the shape of the comparison. How many answers do you compare with how many targets?")
slip("one for each sample", {"== targets": "== targets, axis=1"}, "How many numbers say how good the whole batch is?")
slip("one number in an array", {"== targets": "== targets, axis=0"},
     "What is the shape of your answer? Is it a number?")

# the threshold
slip("no threshold", {"(predictions > 0.5)": "predictions"},
     "How many scores are exactly 0 or exactly 1? When does a score count as right?")
slip("rounds", {"(predictions > 0.5)": "np.round(predictions)"},
     "Which class does a score of 1.8 mean, and what do you get when you round it?")
slip("cuts to whole numbers", {"(predictions > 0.5)": "predictions.astype(int)"},
     "Which class does a score of 0.7 mean, and what is left of it as a whole number?")
slip("threshold at 0", {"0.5": "0"}, "The targets are 0 and 1. Which number lies halfway?")
slip("threshold at 1", {"0.5": "1"}, "The targets are 0 and 1. Must a score go past 1 to mean class 1?")
slip("highest score of one", {"(predictions > 0.5)": "predictions.argmax(axis=1, keepdims=True)"},
     "Where is the largest of one number? How many columns has your array of scores?")

# the share
slip("counts", {"np.mean": "np.sum"}, "Is your answer a number from 0 to 1?")
slip("in per cent", {"np.mean(": "100 * np.mean("}, "Is your answer a number from 0 to 1? What is 1 for you?")
slip("share of errors", {"==": "!="}, "What does your function say of answers that are all right?")
slip("share of class 1", {" == targets": ""}, "Do the targets play a part in your answer?")
slip("found ones only", {"(predictions > 0.5) == targets": "(predictions > 0.5) * targets"},
     "A point of class 0 that is called class 0: does it count as right?")
slip("among the ones", {"(predictions > 0.5) == targets": "(predictions > 0.5)[targets == 1]"},
     "How is it with the points of class 0: do they count?")
slip("all or nothing", {"np.mean": "np.all"}, "What should come out if one of a hundred is wrong?")
slip("distance to the target", {"np.mean(": "1 - np.mean(",
                               "(predictions > 0.5) == targets": "np.abs(predictions - targets)"},
     "A score of 4 for a target of 1: is the answer wrong, or only loud?")
slip("returns nothing", {"return ": ""}, "What does your function hand back to its caller?")
# fmt: on

accuracy.equivalent(
    "return np.mean((predictions > 0.5) == targets)",
    "return np.mean((predictions >= 0.5) == targets)",
    "no score is exactly 0.5: a tie is nothing to lose points for",
)


@accuracy.alternative
def counting(predictions, targets):
    right = 0
    for score, target in zip(predictions, targets):
        answer = 1 if score[0] > 0.5 else 0
        if answer == target[0]:
            right += 1
    return right / len(targets)


@accuracy.alternative
def one_minus_the_errors(predictions, targets):
    classes = np.where(predictions > 0.5, 1.0, 0.0)
    return float(1 - np.abs(classes - targets).mean())


@accuracy.alternative
def both_on_one_side(predictions, targets):
    same_side = (predictions.ravel() - 0.5) * (targets.ravel() - 0.5) > 0
    return np.count_nonzero(same_side) / same_side.size
