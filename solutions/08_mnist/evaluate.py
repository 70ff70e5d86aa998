r"""### `evaluate`: how many are right?

The network guesses the class with the highest probability. Its **accuracy** is the share of samples whose guess is
their label:

$$\text{accuracy} = \frac{\text{number of } n \text{ with } \arg\max_c\, p_{nc} = t_n}{N}$$

`model(images)` returns *all* probabilities, an array of shape $(N, C)$, and not one list of ten numbers.
"""

import numpy as np

from autograder import exercise


def two_sets(rng):
    """The labels are the guesses in half of the cases or more."""
    C = rng.normal(size=(3, 5))

    def one(size, right):
        images = rng.normal(size=(size, 3))
        images[0] *= 10  # the surest guess of all, in the first row
        labels = (images @ C).argmax(axis=1)
        wrong = rng.permutation(size)[right:]
        labels[wrong] = (labels[wrong] + rng.integers(1, 5, size=len(wrong))) % 5
        return images, labels

    (images, labels), (images2, labels2) = one(13, int(rng.integers(6, 12))), one(7, int(rng.integers(2, 6)))
    return {"C": C, "images": images, "labels": labels, "images2": images2, "labels2": labels2.astype(np.uint8)}


@exercise
def evaluate(model, images, labels):
    """The accuracy of a model.

    Parameters
    ----------
    model : model(images) -> probabilities (N, C)
    images : (N, D) array
    labels : (N,) array of int

    Returns
    -------
    float from 0 to 1
    """
    return float(np.mean(model(images).argmax(axis=1) == labels))


@evaluate.check("the share of right guesses, of two sets", given=two_sets, points={"first": 0.5, "second": 0.5})
def shares(evaluate, softmax, C, images, labels, images2, labels2):
    def model(images):
        return softmax(images @ C)

    return {"first": evaluate(model, images, labels), "second": evaluate(model, images2, labels2)}


# fmt: off
slip = evaluate.slip
slip("a number of guesses", {"np.mean": "np.sum"}, "Should the accuracy grow when every sample comes twice?")
slip("in percent", {"float(": "float(100 * "}, "Between which two numbers should the answer lie?")
slip("the share of mistakes", {"==": "!="}, "Is a better network one with a larger number?")
slip("best sample of each class", {"axis=1": "axis=0"},
     "Which class is the likeliest of a sample: do you look along its row, or down a column?")
slip("one guess for all", {"axis=1": ""}, "How many guesses are there for N samples? Print the shape of yours.")
slip("takes the probability", {"argmax": "max"}, "A label is the number of a class. What is the largest probability?")
slip("asks for one picture", {"np.mean(model(images).argmax(axis=1) == labels)":
                              "np.mean([np.argmax(model(x)) == t for x, t in zip(images, labels)])"},
     "A model takes a batch of shape (N, D). Which shape has one picture alone?")
slip("every guess with every label", {"argmax(axis=1)": "argmax(axis=1)[:, None]"},
     "Print the shape of the comparison. How many numbers should it have?")
slip("least likely", {"argmax": "argmin"}, "Which class does the network guess?")
slip("mean probability", {"float(np.mean(model(images).argmax(axis=1) == labels))":
                          "float(np.mean(model(images)[np.arange(len(labels)), labels]))"},
     "A sample is right or wrong. Which numbers should your mean be taken of?")
slip("sure ones only", {"float(np.mean(model(images).argmax(axis=1) == labels))":
                        "float(np.mean(model(images)[np.arange(len(labels)), labels] > 0.5))"},
     "Five classes: can the highest probability be below one half?")
slip("divided by the classes", {"float(np.mean(": "float(1 / model(images).shape[1] * np.sum("},
     "By which number is the count of right guesses divided?")
slip("one by one", {"float(np.mean(": "list((", }, "How many numbers should come back?")
slip("share of the majority", {"model(images).argmax(axis=1) ==": "np.bincount(labels).argmax() =="},
     "Where do you ask the model?")
slip("no return", {"return ": ""}, "What does your function hand back to its caller?")
# fmt: on


evaluate.equivalent(
    "return float(np.mean(model(images).argmax(axis=1) == labels))",
    "return np.mean(model(images).argmax(axis=1) == labels)",
    "a float64 is a float",
)


@evaluate.alternative
def counts(model, images, labels):
    right = 0
    for image, label in zip(images, labels):
        right += int(np.argmax(model(image[None])[0]) == label)
    return right / len(labels)


@evaluate.alternative
def compares_with_the_highest(model, images, labels):
    probabilities = model(images)
    own = np.take_along_axis(probabilities, labels.astype(int)[:, None], axis=1)
    return np.mean((own >= probabilities).all(axis=1))


@evaluate.alternative
def in_batches(model, images, labels):
    matches = [
        np.argmax(model(images[start : start + 4]), axis=-1) == labels[start : start + 4]
        for start in range(0, len(images), 4)
    ]
    return np.count_nonzero(np.concatenate(matches)) / images.shape[0]
