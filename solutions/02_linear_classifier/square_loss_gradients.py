r"""### `square_loss_gradients`: which way is down

$$L(W, b) = \frac{1}{N} \sum_{n=1}^{N} (\hat y_n - t_n)^2 \qquad \hat y = X W + b$$

Nudge one weight, and every score moves, and with the scores the loss. Work out the derivative by each weight and by the
bias, on paper first:

$$\frac{\partial L}{\partial W}: (D, 1) \qquad\qquad \frac{\partial L}{\partial b}: (1,)$$

Take one sample and one weight to begin with. What is the derivative of $(x w + b - t)^2$ by $w$, and what is it by $b$?
Then: what does the mean over the samples do to it? An array has room for all derivatives at once, and each gradient has
**the shape of what it belongs to**, so that one can be subtracted from the other.

`targets` has the shape $(N, 1)$. The arguments stay as they are.

You may use `predict`. Here it is taken to be right: a slip in yours has cost its points above, and costs none here.
"""

import numpy as np

from autograder import agree, exercise


def problem(rng, N, D, asked):
    return {
        "inputs": rng.normal(size=(N, D)),
        "targets": rng.permutation(np.resize([0.0, 1.0, 1.0], N))[:, None],
        "W": rng.normal(size=(D, 1)),
        "b": rng.normal(size=1),
        "asked": asked,
    }


def for_weights(rng):
    return problem(rng, N=5, D=3, asked=["dW"])


def for_bias(rng):
    return problem(rng, N=5, D=3, asked=["db"])


def other_batch(rng):
    return problem(rng, N=7, D=4, asked=["direction of dW", "direction of dW and db together"])


def looked_at_afterwards(rng):
    arguments = [f"{name} afterwards" for name in ("inputs", "targets", "W", "b")]
    return problem(rng, N=4, D=3, asked=["dW, db", "dW, db for copies", *arguments])


@exercise
def square_loss_gradients(inputs, targets, W, b):
    """The gradients of the mean squared error by the weights and by the bias.

    Parameters
    ----------
    inputs : (N, D) array
    targets : (N, 1) array
    W : (D, 1) array
    b : (1,) array

    Returns
    -------
    dW : (D, 1) array
    db : (1,) array
    """
    error = predict(inputs, W, b) - targets
    dW = 2 * inputs.T @ error / len(inputs)
    db = 2 * error.mean(axis=0)
    return dW, db


# The probe puts a right `predict` in place of the student's own, and gives it back.


def gradients(square_loss_gradients, inputs, targets, W, b, asked):
    names = square_loss_gradients.__globals__
    own = {name: names[name] for name in ["predict"] if name in names}
    names["predict"] = lambda inputs, W, b: np.einsum("nd,do->no", inputs, W) + b
    try:
        fresh = square_loss_gradients(inputs.copy(), targets.copy(), W.copy(), b.copy())
        both = square_loss_gradients(inputs, targets, W, b)
    finally:
        del names["predict"]
        names.update(own)
    if asked != ["dW"] and np.size(both[0]) == 1 < np.size(both[1]):  # the order is charged where dW is checked
        both, fresh = both[::-1], fresh[::-1]
    answer = dict(zip(["dW", "db"], both, strict=True))
    arguments = {"inputs": inputs, "targets": targets, "W": W, "b": b}
    for name, gradient in {"dW": answer["dW"], "dW and db together": np.append(*both)}.items():
        answer[f"direction of {name}"] = gradient / np.linalg.norm(gradient)  # a wrong factor is charged above
    answer |= {"dW, db": list(both), "dW, db for copies": list(fresh)}
    answer |= {f"{name} afterwards": value for name, value in arguments.items()}
    return {name: answer[name] for name in asked}


def nudged(square_loss_gradients, inputs, targets, W, b, asked):
    """Central differences, weight by weight; exact, because the loss is quadratic."""
    weights, steps = np.append(W, b), np.eye(len(W) + 1) / 8

    def loss(weights):
        return np.mean((inputs @ weights[:-1, None] + weights[-1] - targets) ** 2)

    slopes = np.array([(loss(weights + step) - loss(weights - step)) * 4 for step in steps])
    directions = {"dW": slopes[:-1, None], "dW and db together": slopes}
    return {f"direction of {name}": slope / np.linalg.norm(slope) for name, slope in directions.items()}


check = square_loss_gradients.check
check("dW, in the shape of W", given=for_weights, points=2)(gradients)
check("db, in the shape of b", given=for_bias)(gradients)
check(
    "nudging each weight up and down shows the same direction, whatever the factor",
    given=other_batch,
    points={"direction of dW": 0.5, "direction of dW and db together": 0.5},
)(gradients).expected(nudged)
check("the arguments stay as they are", given=looked_at_afterwards, compare=agree("dW, db", "dW, db for copies"))(
    gradients
)


# fmt: off
slip = square_loss_gradients.slip
# the factors
slip("forgets the 2", {"2 * ": ""}, "What is the derivative of a square?")
slip("forgets the 2 of db", {"2 * error": "error"}, "The same square stands behind both gradients. Do they look alike?")
slip("forgets the 2 of dW", {"2 * inputs": "inputs"}, "The same square stands behind both gradients. Do both show it?")
slip("sums", {" / len(inputs)": "", "mean": "sum"},
     "Hand in every sample twice. Does the loss change? Do your gradients?")
slip("dW is a sum", {" / len(inputs)": ""},
     "Hand in every sample twice. Which of your two gradients changes, and should it?")
slip("db is a sum", {"mean": "sum"}, "Hand in every sample twice. The loss is the same. Is your `db`?")
slip("divides by all numbers", {"len(inputs)": "inputs.size"},
     "Over how many samples does the mean run? How many numbers does each sample have, and do they matter?")
slip("divides by the inputs' number", {"len(inputs)": "inputs.shape[1]"},
     "By which of the two sizes of `inputs` does a mean over samples divide?")

# the error
slip("targets minus scores", {"predict(inputs, W, b) - targets": "targets - predict(inputs, W, b)"},
     "A score is too high. Should a larger bias raise the loss, or lower it? What does your `db` say?")
slip("flat targets", {"- targets": "- targets[:, 0]"},
     "Print the shape of the error. How many samples are there, and how many numbers?")
slip("flat scores", {"predict(inputs, W, b)": "predict(inputs, W, b)[:, 0]"},
     "Two arrays of N numbers met, and how many numbers came out? Print the shape of the error.")
slip("no bias in the scores", {"predict(inputs, W, b)": "inputs @ W"},
     "At which point of the curve do you take the slope? Does b play a part in where you stand?")
slip("forgets the targets", {" - targets": ""}, "If every score is right, what must the gradients be?")
slip("forgets the scores", {"predict(inputs, W, b) - targets": "-targets"},
     "If every score is right, what must the gradients be? Do yours know of the scores?")
slip("decides first", {"predict(inputs, W, b)": "(predict(inputs, W, b) > 0.5)"},
     "Does the loss compare targets with classes, or with scores?")
slip("only the sign", {"predict(inputs, W, b) - targets": "np.sign(predict(inputs, W, b) - targets)"},
     "Whose derivative is the sign? Should a score that is far off pull harder than one that is nearly right?")
slip("keeps the square", {"predict(inputs, W, b) - targets": "(predict(inputs, W, b) - targets) ** 2"},
     "What is left of a square when you differentiate it? Can your `db` be negative?")

# the chain
slip("element by element", {"inputs.T @ error / len(inputs)": "(inputs * error).mean()"},
     "How many weights are there, and how many numbers does your `dW` have? What must not be averaged away?")
slip("dW forgets the inputs", {"inputs.T @ error / len(inputs)": "np.ones_like(W) * error.mean(axis=0)"},
     "Two weights stand at inputs of 0 and of 100. Do they move the score alike?")
slip("db with the inputs", {"error.mean(axis=0)": "(inputs * error).mean()"},
     "By how much does a score move when b grows by 1? Do the inputs matter for that?")
slip("multiplies by W as well", {"dW = 2 * inputs.T @ error / len(inputs)":
                                 "dW = 2 * W * (inputs.T @ error) / len(inputs)"},
     "By how much does a score move when a weight grows by 1: by the weight, or by what stands at it?")
slip("error first", {"inputs.T @ error": "np.dot(error, inputs)"},
     "Write the two shapes beside each other. Which product of them has the shape of W?")
slip("inputs not turned", {"inputs.T @ error": "np.dot(inputs, error)"},
     "Which axis has to disappear in the product, that of the samples or that of the weights?")

# the shapes
slip("one nudge for all", {"dW = 2 * inputs.T @ error / len(inputs)":
                           "h = 1e-4\n"
                           "loss = lambda W: np.mean((predict(inputs, W, b) - targets) ** 2)\n"
                           "dW = (loss(W + h) - loss(W)) / h"},
     "You nudge all weights at once, and get one number. How many derivatives are asked for?")
slip("dW as a row", {"inputs.T @ error": "error.T @ inputs"}, "What is the shape of W, and what is the shape of `dW`?")
slip("dW flat", {"/ len(inputs)": "/ len(inputs)\ndW = dW[:, 0]"},
     "W has two axes. What will happen when a flat array is subtracted from it?")
slip("db a single number", {"axis=0": ""}, "What is the shape of b, and what is the shape of `db`?")
slip("db for each sample", {"axis=0": "axis=1"}, "How many biases are there? Over which axis do the samples run?")
slip("db with two axes", {"axis=0": "axis=0, keepdims=True"}, "How many axes has b, and how many has `db`?")

# the end
slip("the other way round", {"return dW, db": "return db, dW"}, "In which order does the caller expect the two?")
slip("only dW", {"return dW, db": "return dW"}, "How many parameters can be moved? Who tells b where to go?")
slip("learns as well", {"return": "W -= 0.1 * dW\nreturn"},
     "Print W before and after the call. Who takes the step: the one who knows the slope, or somebody else?")
slip("works in the targets", {"error = predict(inputs, W, b) - targets":
                              "error = np.subtract(predict(inputs, W, b), targets, out=targets)"},
     "Print the targets before and after the call. Are they still zeros and ones?")
slip("returns nothing", {"return dW, db": ""}, "What does your function hand back to its caller?")
# fmt: on


@square_loss_gradients.alternative
def sample_by_sample(inputs, targets, W, b):
    dW, db = np.zeros_like(W), np.zeros_like(b)
    N = len(inputs)
    for x, t in zip(inputs, targets):
        error = x @ W[:, 0] + b[0] - t[0]
        for d in range(len(x)):
            dW[d, 0] += 2 / N * error * x[d]
        db[0] += 2 / N * error
    return dW, db


@square_loss_gradients.alternative
def through_the_scores(inputs, targets, W, b):
    N = inputs.shape[0]
    d_scores = 2.0 / N * (predict(inputs, W, b) - targets)
    return np.einsum("nd,no->do", inputs, d_scores), np.einsum("no->o", d_scores)


@square_loss_gradients.alternative
def one_table_for_both(inputs, targets, W, b):
    extended = np.column_stack([inputs, np.ones(len(inputs))])
    both = extended.T @ (extended @ np.vstack([W, b]) - targets) * (2 / len(targets))
    return both[:-1], both[-1]


@square_loss_gradients.alternative
def with_means(inputs, targets, W, b):
    pull = np.multiply(predict(inputs, W, b) - targets, 2)
    return np.mean(inputs * pull, axis=0).reshape(W.shape), np.full(b.shape, pull.mean())
