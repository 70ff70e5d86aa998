r"""### `one_training_step`: guess, compare, go back, step

1. `model(images)` gives probabilities $p$ of shape $(N, C)$.
2. The loss is the mean cross-entropy, with $10^{-7}$ added inside the logarithm. A network that is *sure and wrong*
   gives the right class the probability 0, and $\log 0$ would make the loss infinite:

$$L = -\frac{1}{N} \sum_{n=1}^{N} \log\bigl(p_{n, t_n} + 10^{-7}\bigr)$$

3. The way back begins at the **scores**, which went into the softmax. There the gradient is what the network said,
   minus what is true:

$$dy = \frac{p - T}{N} \qquad T_{nc} = 1 \text{ if } c = t_n, \text{ else } 0$$

   `model.backward(dy)` answers with one gradient for each array of `model.weights`, in the same order.
4. Hand them to `update_weights`, once. It changes the weights; the gradients stay as they are. Return $L$,
   the loss **before** this step.

This function is graded with a model and an `update_weights` of our own: a slip in yours costs nothing here.
"""

import numpy as np

from autograder import close, exercise


# Even after a step no probability is as small as 1e-4, where 1e-7 inside or outside of the logarithm would be seen.
def batch(rng):
    """Scores come from the images and the weights: after a step the loss is another one."""
    return {
        "images": rng.uniform(-1, 1, size=(5, 3)),
        "labels": rng.permutation(5)[[0, 1, 2, 3, 1]] % 4,
        "weights": [rng.uniform(-1, 1, size=(3, 4)), rng.uniform(-1, 1, size=4)],
        "gradients": [rng.uniform(-1, 1, size=(3, 4)), rng.uniform(-1, 1, size=4)],
        "learning_rate": float(rng.uniform(0.2, 0.8)),
    }


def sure_and_wrong(rng):
    inputs = batch(rng)
    probabilities = rng.dirichlet(np.ones(4), size=5)
    probabilities[1] = np.eye(4)[(inputs["labels"][1] + 1) % 4]
    return {**inputs, "probabilities": probabilities}


@exercise
def one_training_step(model, images, labels, learning_rate):
    """One step of gradient descent on one batch.

    Parameters
    ----------
    model : model(images) -> probabilities (N, C); has weights, and backward(dy) -> list of gradients
    images : (N, D) array
    labels : (N,) array of int; it stays as it is
    learning_rate : float

    Returns
    -------
    float, the mean loss of the batch before the step
    """
    predictions = model(images)
    rows = np.arange(len(labels))
    loss = -np.mean(np.log(predictions[rows, labels] + 1e-7))
    dy = predictions.copy()
    dy[rows, labels] -= 1
    update_weights(model.backward(dy / len(labels)), model.weights, learning_rate)
    return loss


# Each probe puts an `update_weights` of its own in the place of the student's, and the student's back afterwards.


@one_training_step.check("the mean loss of the batch, before the step", given=batch, compare=close(1e-4, 1e-5))
def losses(one_training_step, softmax, images, labels, weights, gradients, learning_rate):
    class Model:
        def __call__(self, images):
            return softmax(images @ self.weights[0] + self.weights[1])

        def backward(self, dy):
            return gradients

    def step(gradients, weights, learning_rate):
        for w, g in zip(weights, gradients):
            np.subtract(w, learning_rate * g, out=w)

    model, names, answers = Model(), one_training_step.__globals__, []
    own, names["update_weights"] = names.get("update_weights"), step
    try:
        for scale in (1, 2):  # each step begins at a place of its own: where the one before ends is charged elsewhere
            model.weights = [scale * w for w in weights]
            answers.append(one_training_step(model, images, labels.copy(), learning_rate))
        return answers
    finally:
        names["update_weights"] = own


@one_training_step.check(
    "finite for a network that is sure and wrong", given=sure_and_wrong, points=0.5, compare=close(1e-3)
)
def finite(one_training_step, images, labels, weights, gradients, learning_rate, probabilities):
    class Model:
        def __call__(self, images):
            return probabilities

        def backward(self, dy):
            return gradients

    model, names = Model(), one_training_step.__globals__
    model.weights, own = weights, names.get("update_weights")
    names["update_weights"] = lambda gradients, weights, learning_rate: None
    try:
        return one_training_step(model, images, labels, learning_rate)
    finally:
        names["update_weights"] = own


@one_training_step.check(
    "the gradient by the scores, where the way back begins", given=batch, compare=close(1e-4, 1e-5)
)
def start_of_the_way_back(one_training_step, softmax, images, labels, weights, gradients, learning_rate):
    class Model:
        def __call__(self, images):
            return softmax(images @ self.weights[0] + self.weights[1])

        def backward(self, dy):
            handed.append(np.array(dy))
            return gradients

    model, names, handed = Model(), one_training_step.__globals__, []
    model.weights, own = weights, names.get("update_weights")
    names["update_weights"] = lambda gradients, weights, learning_rate: None
    try:
        one_training_step(model, images, labels, learning_rate)
    finally:
        names["update_weights"] = own
    return {"dy": handed, "labels afterwards": labels}


@one_training_step.check(
    "one step of the model's weights, by the gradients that the model answers", given=batch, points=0.5
)
def weights_afterwards(one_training_step, softmax, images, labels, weights, gradients, learning_rate):
    class Model:
        def __call__(self, images):
            return softmax(images @ self.weights[0] + self.weights[1])

        def backward(self, dy):
            return gradients

    def step(gradients, weights, learning_rate):
        for w, g in zip(weights, gradients):
            np.subtract(w, learning_rate * g, out=w)

    model, names = Model(), one_training_step.__globals__
    model.weights, held, own = weights, list(weights), names.get("update_weights")
    names["update_weights"] = step
    try:
        one_training_step(model, images, labels, learning_rate)
    finally:
        names["update_weights"] = own
    return {"weights afterwards": held, "how many the model has": len(model.weights), "gradients afterwards": gradients}


# fmt: off
slip = one_training_step.slip
# the loss
slip("sum", {"-np.mean(": "-np.sum("}, "Should the loss change if every sample of the batch came twice?")
slip("mean over all classes", {"loss = -np.mean(np.log(predictions[rows, labels] + 1e-7))":
                               "loss = -np.mean(np.eye(predictions.shape[1])[labels] * np.log(predictions + 1e-7))"},
     "How many samples are in the batch? And over how many numbers is your mean?")
slip("no minus", {"-np.mean": "np.mean"}, "Can a loss fall below zero?")
slip("always ten classes", {"dy = predictions.copy()": "dy = predictions - np.eye(10)[labels]",
                            "dy[rows, labels] -= 1\n": ""},
     "How many columns has p here? Where can you read the number of classes?")
slip("keeps the answer of update_weights", {"update_weights(model.backward":
                                           "model.weights = update_weights(model.backward"},
     "What does `update_weights` return? Where are the new numbers?")
slip("no safety", {" + 1e-7": ""}, "What if the network is completely sure, and wrong?")
slip("adds too much", {"1e-7": "0.1"}, "What does a perfect prediction cost?")
slip("another base", {"np.log(": "np.log2("}, "For which base is the slope of log x exactly 1/x?")
slip("squares", {"loss = -np.mean(np.log(predictions[rows, labels] + 1e-7))":
                 "loss = np.mean((predictions - np.eye(predictions.shape[1])[labels]) ** 2)"},
     "Which loss does `(p - T) / N` belong to?")
slip("labels times logarithms", {"np.log(predictions[rows, labels] + 1e-7)":
                                 "np.sum(labels * np.log(predictions + 1e-7), axis=1)"},
     "Index or vector: which of the two can switch off the other classes in a product?")
slip("of every class", {"predictions[rows, labels]": "predictions[:, labels]"},
     "Print the shape of what you take the logarithm of. How many probabilities does one sample need?")
slip("of the guess", {"predictions[rows, labels] +": "predictions.max(axis=1) +"},
     "The probability of which class stands in the formula: of the one that is guessed?")
slip("after the step", {"return loss": "return -np.mean(np.log(model(images)[rows, labels] + 1e-7))"},
     "Is it the loss that the step was made from, or the one that it led to?")
slip("returns nothing", {"return loss": ""}, "What does your function hand back to its caller?")
slip("returns the probabilities too", {"return loss": "return loss, predictions"},
     "How many things does the caller wait for?")
# the way back
slip("not divided", {"dy / len(labels)": "dy"}, "The loss is a mean. Is its gradient?")
slip("divided by everything", {"dy / len(labels)": "dy / dy.size"},
     "By how many is the loss divided: samples, or numbers?")
slip("turned round", {"dy / len(labels)": "-dy / len(labels)"},
     "The right class got too little. Should its score rise, and what sign has the gradient then?")
slip("takes off the labels", {"dy = predictions.copy()": "dy = predictions - labels", "dy[rows, labels] -= 1\n": ""},
     "Index or vector: what must be subtracted from a row of probabilities? Compare the two shapes.")
slip("takes off a column of labels", {"dy = predictions.copy()": "dy = predictions - labels[:, None]",
                                      "dy[rows, labels] -= 1\n": ""},
     "A label 7 is a name. How much should be subtracted, and in how many places of a row?")
slip("by the output", {"dy = predictions.copy()\ndy[rows, labels] -= 1":
                       "dy = np.zeros_like(predictions)\ndy[rows, labels] = -1 / (predictions[rows, labels] + 1e-7)"},
     "Is this the gradient by what went into the softmax, or by what came out of it?")
slip("every right column", {"dy[rows, labels] -= 1": "dy[:, labels] -= 1"},
     "The rows of dy should sum to 0. Do yours? How many ones are in a row of T?")
slip("the probabilities alone", {"dy[rows, labels] -= 1\n": ""}, "Where do the labels come in?")
slip("starts from the loss", {"dy / len(labels)": "np.full_like(dy, loss)"},
     "How large is the derivative by a score? Is it the loss itself?")
slip("labels as vectors", {"rows = np.arange(len(labels))": "labels = np.eye(predictions.shape[1])[labels]\n"
                           "rows = np.arange(len(labels))"},
     "Index or vector: what does your indexing want?")
# the step
slip("no step", {"update_weights(model.backward(dy / len(labels)), model.weights, learning_rate)":
                 "model.backward(dy / len(labels))"}, "Which line changes the weights?")
slip("a rate of its own", {"model.weights, learning_rate": "model.weights, 1e-3"},
     "Which learning rate did the caller ask for?")
slip("two steps", {"return": "update_weights(model.backward(dy / len(labels)), model.weights, learning_rate)\nreturn"},
     "How often is `update_weights` called for one batch?")
slip("swaps the lists", {"update_weights(model.backward(dy / len(labels)), model.weights,":
                         "update_weights(model.weights, model.backward(dy / len(labels)),"},
     "Which of its arguments does `update_weights` change?")
# fmt: on


one_training_step.equivalent(
    "dy = predictions.copy()", "dy = predictions", "nobody reads what the model has returned after the step"
)


@one_training_step.alternative
def with_one_hot(model, images, labels, learning_rate):
    p = model(images)
    T = np.eye(p.shape[1])[labels]
    loss = -np.sum(T * np.log(p + 1e-7)) / len(images)
    gradients = model.backward((p - T) / len(images))
    update_weights(gradients, model.weights, learning_rate)
    return loss


@one_training_step.alternative
def sample_by_sample(model, images, labels, learning_rate):
    predictions = model(images)
    dy, total = np.zeros(predictions.shape), 0.0
    for n, (p, label) in enumerate(zip(predictions, labels)):
        total -= np.log(p[label] + 1e-7)
        dy[n] = p
        dy[n, label] -= 1.0
    dy /= len(labels)
    update_weights(gradients=model.backward(dy), weights=model.weights, learning_rate=learning_rate)
    return total / len(labels)


@one_training_step.alternative
def steps_by_itself(model, images, labels, learning_rate):
    def cross_entropy(p):
        return float(np.mean(-np.log(np.clip(p, 1e-7, 1))))

    p = model(images)
    truth = (np.arange(p.shape[1]) == labels[:, np.newaxis]).astype(float)
    for w, g in zip(model.weights, model.backward((p - truth) / p.shape[0])):
        w -= learning_rate * g
    return cross_entropy(p[truth == 1])
