r"""### `training_step`: one step downhill

1. Work out the loss of all samples, with the weights as they are.
2. Work out both gradients, with the weights as they are.
3. Move both parameters against their gradients, **in place**:

$$W \leftarrow W - \eta\, \frac{\partial L}{\partial W} \qquad b \leftarrow b - \eta\, \frac{\partial L}{\partial b}$$

4. Return the loss of step 1, the one **before** the move.

"In place" means: new numbers in the same arrays. The caller holds `W` and `b`, and looks into them after the call.

$\eta$ is the argument `learning_rate`, and no other number: not a variable that happens to exist in the notebook.

`predict`, `square_loss` and `square_loss_gradients` are there to be used. Here they are taken to be right: a slip in
yours has cost its points above, and costs none here.
"""

import numpy as np

from autograder import exercise


def problem(rng, rates, asked):
    """`bowl` holds the slope of the loss as a table: bowl @ (W, b, 1) is the gradient by (W, b), for these samples."""
    N, D = 6, 3
    inputs, targets = rng.normal(size=(N, D)), rng.permutation([0.0, 0.0, 1.0, 1.0, 1.0, 1.0])[:, None]
    extended = np.hstack([inputs, np.ones((N, 1))])
    return {
        "inputs": inputs,
        "targets": targets,
        "W": rng.normal(size=(D, 1)),
        "b": rng.normal(size=1),
        "learning_rates": rng.uniform(0.02, 0.09, size=rates),
        "bowl": 2 / N * extended.T @ np.hstack([extended, -targets]),
        "asked": asked,
    }


def one_step(rng):
    return problem(rng, 1, ["W", "b"])


def loss_of_one(rng):
    return problem(rng, 1, ["losses"])


def three_steps(rng):
    return problem(rng, 3, ["W", "b", "losses"])


@exercise
def training_step(inputs, targets, W, b, learning_rate):
    """Take one step of gradient descent on all samples.

    Parameters
    ----------
    inputs : (N, D) array
    targets : (N, 1) array
    W : (D, 1) array; changed in place
    b : (1,) array; changed in place
    learning_rate : float

    Returns
    -------
    float: the loss before the step
    """
    loss = square_loss(targets, predict(inputs, W, b))
    dW, db = square_loss_gradients(inputs, targets, W, b)
    W -= learning_rate * dW
    b -= learning_rate * db
    return loss


# The probe puts right helpers in place of the student's own, and gives these back.


def steps(training_step, inputs, targets, W, b, learning_rates, bowl, asked):
    all_samples = inputs.shape

    def slopes(inputs, targets, W, b):
        slope = bowl @ [*W, b, [1]] * (1 if inputs.shape == all_samples else 7)
        return slope[:-1], slope[-1]

    helpers = {
        "predict": lambda inputs, W, b: np.einsum("nd,do->no", inputs, W) + b,
        "square_loss": lambda targets, predictions: np.var(targets - predictions) + np.mean(targets - predictions) ** 2,
        "square_loss_gradients": slopes,
    }
    names = training_step.__globals__
    own = {name: names.pop(name) for name in helpers if name in names}
    names.update(helpers)
    try:
        losses = [training_step(inputs, targets, W, b, rate) for rate in learning_rates.tolist()]
    finally:
        for name in helpers:
            del names[name]
        names.update(own)
    answer = {"W": W, "b": b, "losses": losses}
    return {name: answer[name] for name in asked}


training_step.check("W and b move against their gradients, in place", given=one_step, points={"W": 0.75, "b": 0.75})(
    steps
)
training_step.check("the loss of before the step comes back", given=loss_of_one, points=1.5)(steps)
training_step.check(
    "three steps, each from where the last one ended, at its own rate",
    given=three_steps,
    points={"W": 0.4, "b": 0.4, "losses": 0.2},
)(steps)


# fmt: off
slip = training_step.slip
# in place
slip("new arrays", {"W -= learning_rate * dW": "W = W - learning_rate * dW",
                    "b -= learning_rate * db": "b = b - learning_rate * db"},
     "The caller still holds the old arrays. Which line of yours writes new numbers into them?")
slip("a new W", {"W -= learning_rate * dW": "W = W - learning_rate * dW"},
     "Print both parameters before and after the call. Which line changes the array W that the caller holds?")
slip("a new b", {"b -= learning_rate * db": "b = b - learning_rate * db"},
     "Print both parameters before and after the call. Which line changes the array b that the caller holds?")
slip("replaces the weights", {"W -= learning_rate": "W[...] = -learning_rate",
                              "b -= learning_rate": "b[...] = -learning_rate"},
     "If the gradient is zero, where should W be after the step?")

# the step
slip("climbs", {"-=": "+="}, "Print the loss of five steps. Which way does it go?")
slip("no learning rate", {"learning_rate * ": ""}, "Call it with a learning rate of 0. Does W still move?")
slip("a learning rate from elsewhere", {"learning_rate *": "0.1 *"},
     "Call it with a learning rate of 0. Which one does your function use?")
slip("divides", {"learning_rate * dW": "dW / learning_rate", "learning_rate * db": "db / learning_rate"},
     "Ten times the learning rate: should the step be longer, or shorter?")
slip("one gradient for both", {"learning_rate * db": "learning_rate * dW[0]"},
     "Whose slope moves the bias in your function?")
slip("one sample only", {"gradients(inputs, targets,": "gradients(inputs[:1], targets[:1],"},
     "How many of the samples have their say in the gradient?")
slip("divides by the batch", {"* dW": "* dW / len(inputs)", "* db": "* db / len(inputs)"},
     "The gradients belong to a mean. Has somebody already divided by the number of samples?")
slip("the bias looks from the new W", {"b -=": "_, db = square_loss_gradients(inputs, targets, W, b)\nb -="},
     "At which point of the bowl do you take the slope for b, and at which the one for W?")
slip("two steps in one call", {"return": "dW, db = square_loss_gradients(inputs, targets, W, b)\n"
                                         "W -= learning_rate * dW\nb -= learning_rate * db\nreturn"},
     "How many steps does one call take?")

# what comes back
slip("the loss after the step", {"return loss": "return square_loss(targets, predict(inputs, W, b))"},
     "Call it with a huge learning rate. Is your loss that of the weights that came in, or of those that go out?")
slip("returns nothing", {"return loss": ""}, "What does the caller get to draw the loss curve from?")
slip("returns everything", {"return loss": "return loss, W, b"},
     "The caller has W and b already. How many things should come back?")
slip("returns the weights", {"return loss": "return W, b"}, "The caller has W and b already. What is missing?")
slip("returns a text", {"return loss": 'return f"loss {loss:.4f}"'}, "Can your answer be drawn as a curve?")
# fmt: on

training_step.equivalent(
    "loss = square_loss(targets, predict(inputs, W, b))",
    "loss = square_loss(predict(inputs, W, b), targets)",
    "a squared distance is the same both ways",
)


@training_step.alternative
def without_helpers(inputs, targets, W, b, learning_rate):
    error = inputs @ W + b - targets
    for parameter, gradient in ((W, inputs.T @ error), (b, error.sum(axis=0))):
        np.subtract(parameter, 2 * learning_rate * gradient / len(error), out=parameter)
    return np.mean(error**2)


@training_step.alternative
def through_slices(inputs, targets, W, b, learning_rate):
    gradients = square_loss_gradients(inputs, targets, W, b)
    predictions = predict(inputs, W, b)
    loss = float(square_loss(targets, predictions))
    W[:] = W - learning_rate * gradients[0]
    b[:] = b - learning_rate * gradients[1]
    return loss


@training_step.alternative
def element_by_element(inputs, targets, W, b, learning_rate):
    def assign_sub(variable, change):
        for index in np.ndindex(variable.shape):
            variable[index] -= change[index]

    before = predict(inputs, W.copy(), b.copy())
    dW, db = square_loss_gradients(inputs=inputs, targets=targets, W=W, b=b)
    assign_sub(W, learning_rate * dW)
    assign_sub(b, learning_rate * db)
    return square_loss(targets=targets, predictions=before)
