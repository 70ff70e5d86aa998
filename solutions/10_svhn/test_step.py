r"""### `test_step`: look at one batch, and learn nothing

The same as `train_step`, with everything left out that could change the network:

1. `model.predict(images)` gives the scores;
2. `loss_object.forward(scores, labels)` gives the loss;
3. `test_loss` is handed the loss and the number of samples, `test_accuracy` the labels and the scores.

The weights stay as they are, and so does `model.grads`: a test has no business there. Nothing is returned.
"""

import numpy as np

from autograder import exercise


def two_batches(rng):
    return {
        "images": rng.normal(size=(5, 2, 2, 3)),
        "labels": rng.integers(4, size=5),
        "images2": rng.normal(size=(3, 2, 2, 3)),
        "labels2": rng.integers(4, size=3),
        "seed": int(rng.integers(2**31)),
    }


@exercise
def test_step(model, images, labels, loss_object, test_loss, test_accuracy):
    """Tell the metrics how a model does on one batch; the model stays as it is.

    Parameters
    ----------
    model : has predict(images)
    images : (N, 32, 32, 3) array
    labels : (N,) array of int
    loss_object : has forward(scores, labels)
    test_loss : has update(value, count)
    test_accuracy : has update(labels, predictions)
    """
    scores = model.predict(images)
    loss = loss_object.forward(scores, labels)
    test_loss.update(loss, len(images))
    test_accuracy.update(labels, scores)


@test_step.check(
    "what the two metrics are told",
    given=two_batches,
    points={"loss and number of samples": 0.65, "labels beside scores": 0.65},
)
def told(test_step, Network, SoftmaxWithLoss, images, labels, images2, labels2, seed):
    class Loss(list):
        def update(self, value, count=1):
            self.append([float(value), count])

        reset = list.clear

    class Accuracy(list):
        def update(self, labels, predictions):
            self.append(np.column_stack([labels, predictions]))

        reset = list.clear

    rng = np.random.default_rng(seed)
    model, loss, accuracy = Network([12, 6, 5, 4], rng, dtype=np.float64), Loss(), Accuracy()
    for x, t in (images, labels), (images2, labels2):
        test_step(model, x, t, SoftmaxWithLoss(), loss, accuracy)
    return {"loss and number of samples": np.array(loss), "labels beside scores": list(accuracy)}


@test_step.check("the model stays as it is", given=two_batches, points=0.7)
def untouched(test_step, Network, SoftmaxWithLoss, images, labels, seed):
    class Told(list):
        def update(self, *values, **named):
            self.extend([*values, *named.values()])

        def reset(self):
            pass

    rng = np.random.default_rng(seed)
    model, told = Network([12, 6, 5, 4], rng, dtype=np.float64), Told()
    for grad in model.grads:
        grad[...] = rng.normal(size=grad.shape)
    test_step(model, images, labels, SoftmaxWithLoss(), told, told)
    return {"params": model.params, "grads": model.grads, "a metric was told something": bool(told)}


# fmt: off
# what must stay
test_step.slip("goes back as well", {"test_loss.update": "model.backward(loss_object.backward())\ntest_loss.update"},
               "The weights are as they were. And `model.grads`? Who needs a gradient here?")
test_step.slip("learns as well", {"test_loss.update": "model.backward(loss_object.backward())\n"
                                  "for p, g in zip(model.params, model.grads):\n    p -= 0.001 * g\ntest_loss.update"},
               "If the network learns from the test pictures, what does its test accuracy still tell?")
test_step.slip("clears the grads", {"test_loss": "for grad in model.grads:\n    grad[...] = 0\ntest_loss"},
               "What has a test to do with `model.grads`?")
# the metrics
test_step.slip("forgets the number of samples", {", len(images))": ")"},
               "The last batch is short. How does the metric know?")
test_step.slip("predictions first", {"(labels, scores)": "(scores, labels)"},
               "In which order does `update` expect the two?")
test_step.slip("hands on classes", {"(labels, scores)": "(labels, scores.argmax(axis=1))"},
               "Who looks for the largest score: the step, or the metric?")
test_step.slip("resets", {"test_loss.update": "test_loss.reset()\ntest_accuracy.reset()\ntest_loss.update"},
               "The metrics collect over all test batches. How many are left after your step?")
test_step.slip("tells no loss", {"test_loss.update(loss, len(images))": ""}, "Which metric has heard nothing?")
test_step.slip("tells no accuracy", {"test_accuracy.update(labels, scores)": ""}, "Which metric has heard nothing?")
# the pictures
test_step.slip("divides the pixels", {"predict(images)": "predict(images / 255)"},
               "Who prepares the pictures: the step, or whoever calls it?")
test_step.slip("standardises by the batch", {"predict(images)": "predict((images - images.mean()) / images.std())"},
               "Take the same picture into two test batches. Does the network see the same numbers twice?")
# fmt: on


@test_step.alternative
def without_names(model, images, labels, loss_object, test_loss, test_accuracy):
    test_accuracy.update(labels, scores := model.predict(images))
    test_loss.update(loss_object.forward(scores, labels), labels.shape[0])


@test_step.alternative
def layer_by_layer(model, images, labels, loss_object, test_loss, test_accuracy):
    predictions = images
    for layer in model.layers:
        predictions = layer.forward(predictions)
    value = loss_object.forward(predictions, labels)
    test_loss.update(value=value, count=len(labels))
    test_accuracy.update(labels=labels, predictions=predictions)
    return value


@test_step.alternative
def by_the_probabilities(model, images, labels, loss_object, test_loss, test_accuracy):
    scores = model.predict(images)
    probabilities = np.exp(scores - scores.max(axis=1, keepdims=True))
    probabilities /= probabilities.sum(axis=1, keepdims=True)
    loss = -np.log(probabilities[np.arange(len(labels)), labels]).mean()
    test_loss.update(loss, len(labels))
    test_accuracy.update(labels, scores)
