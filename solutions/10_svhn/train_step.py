r"""### `train_step`: learn from one batch

What is to happen, once each and in this order:

1. **forward**: `model.predict(images)` gives `scores`, of shape $(N, 10)$;
2. **loss**: `loss_object.forward(scores, labels)` gives the mean cross-entropy of the batch, a number;
3. **back**: `loss_object.backward()` gives the gradient by the scores; `model.backward(...)` takes it on, and fills
   `model.grads`;
4. **update**: `optimizer.update(model.params, model.grads)`;
5. **metrics**: `train_loss` is handed the loss of step 2 and the number of samples, `train_accuracy` is handed the
   labels and the scores of step 1. Both have an `update`, with the parameters that yours have.

So the metrics speak of the network as it was **before** this update. Nothing is returned.

Model, loss, optimizer and metrics are handed in. In the checks they are right ones, so that a slip in your own metrics
costs nothing here.
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
def train_step(model, images, labels, loss_object, optimizer, train_loss, train_accuracy):
    """Train a model on one batch, and tell the metrics.

    Parameters
    ----------
    model : has predict(images), backward(dout), params, grads; its params change in place
    images : (N, 32, 32, 3) array
    labels : (N,) array of int
    loss_object : has forward(scores, labels) and backward()
    optimizer : has update(params, grads)
    train_loss : has update(value, count)
    train_accuracy : has update(labels, predictions)
    """
    scores = model.predict(images)
    loss = loss_object.forward(scores, labels)
    model.backward(loss_object.backward())
    optimizer.update(model.params, model.grads)
    train_loss.update(loss, len(images))
    train_accuracy.update(labels, scores)


@train_step.check(
    "the weights and their gradients after one batch, for two of them, by plain gradient descent",
    given=two_batches,
    points={"params": 1, "grads": 1},
)
def weights(train_step, Network, SoftmaxWithLoss, images, labels, images2, labels2, seed):
    class Descent:
        def update(self, params, grads):
            for param, grad in zip(params, grads):
                param -= 0.5 * grad

    class Silent:
        def update(self, *values, **named):
            pass

        def reset(self):
            pass

    rng, answer = np.random.default_rng(seed), {"params": [], "grads": []}
    for x, t in (images, labels), (images2, labels2):
        model = Network([12, 6, 5, 4], rng, dtype=np.float64)
        for grad in model.grads:
            grad[...] = rng.normal(size=grad.shape)
        train_step(model, x, t, SoftmaxWithLoss(), Descent(), Silent(), Silent())
        answer["params"] += model.params
        answer["grads"] += model.grads
    return answer


def told(train_step, Network, SoftmaxWithLoss, images, labels, images2, labels2, seed):
    class Descent:
        def update(self, params, grads):
            for param, grad in zip(params, grads):
                param -= 0.5 * grad

    class Loss(list):
        def update(self, value, count=1):
            self.append([float(value), count])

        reset = list.clear

    class Accuracy(list):
        def update(self, labels, predictions):
            self.append(np.column_stack([labels, predictions]))

        reset = list.clear

    rng, loss, accuracy = np.random.default_rng(seed), Loss(), Accuracy()
    for x, t in (images, labels), (images2, labels2):
        model = Network([12, 6, 5, 4], rng, dtype=np.float64)
        train_step(model, x, t, SoftmaxWithLoss(), Descent(), loss, accuracy)
    return {"loss and number of samples": np.array(loss), "labels beside scores": list(accuracy)}


train_step.check(
    "what the two metrics are told",
    given=two_batches,
    points={"loss and number of samples": 1, "labels beside scores": 1},
)(told)

# fmt: off
# the step
train_step.slip("never updates", {"optimizer.update(model.params, model.grads)": ""}, "Which line changes the weights?")
train_step.slip("never goes back", {"model.backward(loss_object.backward())": ""},
                "Who fills `model.grads`, and is it called?")
train_step.slip("updates before going back", {"model.backward(loss_object.backward())\n": "",
                                              "grads)": "grads)\nmodel.backward(loss_object.backward())"},
                "When the first update happens, what is in `grads`?")
train_step.slip("goes back from the loss", {"loss_object.backward()": "loss"},
                "The loss is a number. What does the last layer of the model wait for on the way back?")
train_step.slip("labels into the loss first", {"forward(scores, labels)": "forward(labels, scores)"},
                "In which order does `loss_object.forward` expect the two?")
train_step.slip("labels as vectors", {"forward(scores, labels)": "forward(scores, np.eye(10)[labels])"},
                "Index or vector: what does this loss want? Look how it finds the right class.")
train_step.slip("begins with the loss", {"loss_object.backward()": "loss_object.backward(loss)"},
                "By which factor does `backward` stretch the gradient? How much does the loss change if it grows by 1?")
train_step.slip("goes back from the scores", {"loss_object.backward()": "scores"},
                "Scores say what the network believes. What says in which direction to change them?")
train_step.slip("hands over grads first", {"model.params, model.grads": "model.grads, model.params"},
                "Which of its two arguments does the optimizer change?")
train_step.slip("steps by itself", {"optimizer.update(model.params, model.grads)":
                                   "for p, g in zip(model.params, model.grads):\n    p -= 0.001 * g"},
                "Whose learning rate, and whose memory? Who is asked to make the step?")
train_step.slip("updates twice", {"train_loss": "optimizer.update(model.params, model.grads)\ntrain_loss"},
                "How many steps downhill is one batch worth?")
train_step.slip("softmax twice", {"loss =": "scores = np.exp(scores)\n"
                                         "scores = scores / scores.sum(axis=1, keepdims=True)\nloss ="},
                "What does the loss do first with the scores that it gets? How often is that done on the way?")
train_step.slip("divides the pixels", {"predict(images)": "predict(images / 255)"},
                "Who prepares the pictures: the step, or whoever calls it?")
train_step.slip("divides by the batch", {"loss_object.backward()": "loss_object.backward() / len(images)"},
                "Has somebody already divided by the number of samples?")
train_step.slip("goes uphill", {"(loss_object.backward()": "(-loss_object.backward()"},
                "Who turns the sign: the gradient, or the optimizer that takes it off?")
train_step.slip("only the last layer", {"model.backward(loss_object.backward())":
                                        "model.layers[-1].backward(loss_object.backward())"},
                "How many layers have weights, and how many of them have learned something?")
# the metrics
train_step.slip("tells the recipe", {"update(loss, len": "update(loss_object, len"},
                "Is `loss_object` a number, or something that works one out? Print both.")
train_step.slip("forgets the number of samples", {", len(images))": ")"},
                "The last batch of an epoch is short. How does the metric know?")
train_step.slip("numbers in place of samples", {"len(images)": "images.size"},
                "How many pictures are in the batch, and how many numbers?")
train_step.slip("loss after the step", {"train_loss.update(loss":
                                        "train_loss.update(loss_object.forward(model.predict(images), labels)"},
                "Of which network should the metric speak: the one before this update, or the one after it?")
train_step.slip("scores after the step", {"(labels, scores)": "(labels, model.predict(images))"},
                "Whose scores do you hand on: those that the loss was worked out from, or newer ones?")
train_step.slip("predictions first", {"(labels, scores)": "(scores, labels)"},
                "In which order does `update` expect the two?")
train_step.slip("hands on classes", {"(labels, scores)": "(labels, scores.argmax(axis=1))"},
                "Who looks for the largest score: the step, or the metric?")
train_step.slip("hands on the loss to both", {"(labels, scores)": "(loss, scores)"},
                "Which two things must be compared to see how many are right?")
train_step.slip("tells no loss", {"train_loss.update(loss, len(images))": ""}, "Which metric has heard nothing?")
train_step.slip("tells no accuracy", {"train_accuracy.update(labels, scores)": ""}, "Which metric has heard nothing?")
train_step.slip("resets", {"train_loss.update": "train_loss.reset()\ntrain_accuracy.reset()\ntrain_loss.update"},
                "The metrics collect over an epoch. How much of it is left after your step?")
# fmt: on


@train_step.alternative
def metrics_first(model, images, labels, loss_object, optimizer, train_loss, train_accuracy):
    predictions = model.predict(images)
    train_loss.update(value=loss_object.forward(predictions, labels), count=len(labels))
    train_accuracy.update(labels=labels, predictions=predictions)
    gradient = loss_object.backward(1)
    model.backward(gradient)
    optimizer.update(model.params, model.grads)


@train_step.alternative
def layer_by_layer(model, images, labels, loss_object, optimizer, train_loss, train_accuracy):
    hidden = images
    for layer in model.layers:
        hidden = layer.forward(hidden)
    train_loss.update(loss_object.forward(hidden, labels), images.shape[0])
    train_accuracy.update(labels, hidden.copy())
    dout = loss_object.backward()
    for layer in model.layers[::-1]:
        dout = layer.backward(dout)
    optimizer.update(params=model.params, grads=model.grads)


@train_step.alternative
def with_helpers_and_a_result(model, images, labels, loss_object, optimizer, train_loss, train_accuracy):
    def forward():
        scores = model.predict(images)
        return scores, loss_object.forward(scores, labels)

    def step():
        model.backward(loss_object.backward())
        optimizer.update(model.params, model.grads)

    scores, loss = forward()
    before = scores.copy()
    step()
    train_loss.update(float(loss), labels.size)
    train_accuracy.update(labels, before)
    return loss
