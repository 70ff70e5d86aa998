r"""### `training_step`: four lines that train anything

The linear classifier of notebook 02, without a single formula for a gradient. With Variables $W$ of shape $(D, 1)$ and
$b$ of shape $(1,)$:

$$P = X\,W + b \qquad\qquad L = \frac1N \sum_{n=1}^{N} (t_n - p_n)^2$$

1. Under an open `GradientTape`, compute the predictions and the loss, with the operations that you know.
2. Ask the tape for the gradients of the loss by `[W, b]`.
3. Move both against their gradients with `assign_sub`, by `learning_rate` times the gradient.
4. Return the loss from *before* the step, as a number (or as the Variable that holds it).

The caller holds $W$ and $b$, and goes on with the same two Variables. The arrays `inputs` and `targets` stay as they
are. The checks run your function on the slow machine, so that a slip in your operations or in your tape costs nothing
here. The demo below runs it on your own.
"""

import numpy as np

from autograder import accuracy, between, exercise

# The reference on 1000 seeds: loss 0.0214 to 0.0350 (mean 0.0279; log-normal, the limit lies 8 standard deviations
# above), accuracy of 400 unseen points 0.985 to 1 (mean 0.9974: 16 wrong ones are allowed where 1 is expected, and 6
# are the most that were seen). 40 steps take 0.01 s.
LOSS_AT_MOST = 0.05
ACCURACY_AT_LEAST = 0.96
IN_UNITS = between(0.005, LOSS_AT_MOST, unit="unit")


def small(rng):
    return {
        "inputs": rng.normal(size=(6, 3)),
        "targets": rng.integers(2, size=(6, 1)) + 0.0,
        "W": rng.normal(size=(3, 1)),
        "b": rng.normal(size=1),
        "learning_rate": float(rng.uniform(0.1, 0.3)),
        "steps": int(rng.integers(3, 40)),
        "seed": int(rng.integers(2**31)),
    }


def clouds(rng, make_clouds):
    (inputs, targets), (unseen, t_unseen) = make_clouds(200, rng), make_clouds(200, rng)
    order = rng.permutation(len(unseen))
    return {
        "inputs": inputs,
        "targets": targets,
        "W": rng.uniform(size=(2, 1)),
        "unseen": unseen[order],
        "t_unseen": t_unseen[order, 0].astype(int),
        "unit": 10 ** rng.uniform(0, 9),
    }


@exercise
def training_step(inputs, targets, W, b, learning_rate):
    """One step of gradient descent; W and b change.

    Parameters
    ----------
    inputs : (N, D) array
    targets : (N, 1) array
    W : Variable of shape (D, 1)
    b : Variable of shape (1,)
    learning_rate : float

    Returns
    -------
    float, the loss before the step
    """
    with GradientTape() as recording:
        predictions = inputs @ W + b
        loss = square(targets - predictions).mean()
    dW, db = recording.gradient(loss, [W, b])
    W.assign_sub(learning_rate * dW)
    b.assign_sub(learning_rate * db)
    return float(loss.value)


@training_step.check("the loss before the step, from three places", given=small)
def losses(training_step, on_the_slow_machine, SlowVariable, inputs, targets, W, b, learning_rate):
    answers = []
    for scale in (1, 2, 3):
        start = SlowVariable(scale * W), SlowVariable(scale * b)
        answers.append(on_the_slow_machine(training_step, inputs, targets, *start, learning_rate))
    return {"losses": [getattr(loss, "value", loss) for loss in answers], "targets afterwards": targets}


@training_step.check("W and b after a step, from three places", given=small, points={"W": 1, "b": 1})
def weights(training_step, on_the_slow_machine, SlowVariable, inputs, targets, W, b, learning_rate):
    seen = {"W": [], "b": []}
    for scale in (1, 2, 3):
        start = {"W": SlowVariable(scale * W), "b": SlowVariable(scale * b)}
        on_the_slow_machine(training_step, inputs, targets.copy(), *start.values(), learning_rate)
        for name, variable in start.items():
            seen[name].append(variable.value.copy())
    return seen


@training_step.check(
    "the gradients come from a tape, which is closed in the end",
    given=small,
    points={
        "steps that asked a tape, and tapes that are open": 1,
        "steps of W along its gradient": 0.5,
        "steps of b along its gradient": 0.5,
    },
)
def from_the_tape(
    training_step, on_the_slow_machine, SlowVariable, SlowTape, slow_machine, inputs, targets, W, b, steps, seed
):
    rng, asked, rates, along = np.random.default_rng(seed), [], {"W": [], "b": []}, {"W": 0, "b": 0}

    class DrawingTape(SlowTape):
        """Returns gradients that are drawn: a step along them goes where no formula leads."""

        def gradient(self, target, sources):
            asked[-1] = True
            found = SlowTape.gradient(self, target, sources)
            parts = found if isinstance(found, list) else [found]
            parts = [None if part is None else rng.normal(size=np.shape(part)) for part in parts]
            for source, part in zip(sources if isinstance(sources, list) else [sources], parts):
                drawn.update(
                    {name: part for name, variable in start.items() if variable is source and part is not None}
                )
            return parts if isinstance(found, list) else parts[0]

    words = {**slow_machine, "GradientTape": DrawingTape}
    for _ in range(steps):
        asked.append(False)
        start, drawn = {"W": SlowVariable(W), "b": SlowVariable(b)}, {"W": 0 * W, "b": 0 * b}
        on_the_slow_machine(training_step, inputs, targets, *start.values(), 0.01, words=words)
        for name, before in (("W", W), ("b", b)):
            move, size = start[name].value - before, np.sum(drawn[name] ** 2)
            rates[name].append(np.sum(move * drawn[name]) / max(size, 1e-300))
            along[name] += bool(np.any(move) and np.allclose(move, rates[name][0] * drawn[name]))
    still_open, SlowTape.open = len(SlowTape.open), ()
    answer = {"steps that asked a tape, and tapes that are open": [sum(asked), still_open]}
    answer |= {f"steps of {name} along its gradient": count for name, count in along.items()}
    return answer


@training_step.check("two clouds: 40 steps bring the loss down", given=clouds, compare=IN_UNITS, points=0.5)
def loss_after_training(training_step, on_the_slow_machine, SlowVariable, inputs, targets, W, unit):
    W, b = SlowVariable(W), SlowVariable(np.zeros(1))
    for _ in range(40):
        on_the_slow_machine(training_step, inputs, targets, W, b, 0.1)
    return unit * np.mean((targets - inputs @ W.value - b.value) ** 2)


@training_step.check(
    f"two clouds: {ACCURACY_AT_LEAST:.0%} of unseen points are classified right",
    given=clouds,
    compare=accuracy("t_unseen", at_least=ACCURACY_AT_LEAST),
    points=0.5,
)
def unseen_points(training_step, on_the_slow_machine, SlowVariable, inputs, targets, W, unseen):
    W, b = SlowVariable(W), SlowVariable(np.zeros(1))
    for _ in range(40):
        on_the_slow_machine(training_step, inputs, targets, W, b, 0.1)
    return (unseen @ W.value + b.value > 0.5)[:, 0].astype(int)


# fmt: off
slip = training_step.slip
under, loss = "    predictions = inputs @ W + b\n", "square(targets - predictions).mean()"
ask, move_W = "recording.gradient(loss, [W, b])", "W.assign_sub(learning_rate * dW)"
move_b = "b.assign_sub(learning_rate * db)"
# what the tape sees
slip("loss outside of the tape", {f"    loss = {loss}": f"loss = {loss}"},
     "Between W and the loss lie several operations. Which of them did the tape see?")
slip("asks twice", {f"dW, db = {ask}": "dW = recording.gradient(loss, W)\ndb = recording.gradient(loss, b)"},
     "How often may one tape be asked? You need several gradients: what may `sources` be?")
slip("asks for the predictions", {ask: "recording.gradient(predictions, [W, b])"},
     "Of what should the gradient be: of the predictions, or of the loss?")
slip("asks in another order", {"[W, b]": "[b, W]"}, "In which order do the gradients come back? Print their shapes.")
# the loss
slip("a sum of squares", {".mean()": ".sum()"}, "Should the loss double if every sample comes twice?")
slip("half the loss", {loss: f"{loss} * 0.5"}, "Some books put 1/2 in front of the loss. Does the formula above?")
slip("no squares", {"square(targets - predictions)": "(targets - predictions)"},
     "Can your loss fall below 0? What would a training do then?")
slip("targets without their axis", {"targets -": "targets[:, 0] -"},
     "Print the shape of the difference. How many numbers should it hold?")
slip("asks NumPy for the mean", {loss: "np.mean(square(targets - predictions))"},
     "Which mean does the tape know: NumPy's, or the one that a Variable has?")
slip("the power of a box", {loss: "((targets - predictions) ** 2).mean()"},
     "Which operators has a Variable? Which function have you written for this one?")
slip("weights first", {"inputs @ W": "W @ inputs"}, "Write the two shapes under the product. Which numbers must agree?")
slip("bias forgotten", {"W + b": "W + 0 * b"}, "What is predicted at the origin, before and after the training?")
# the step
slip("a new name", {move_W: "W = W - learning_rate * dW", move_b: "b = b - learning_rate * db"},
     "Print W and b before and after the call. Which line changes the Variables that the caller holds?")
slip("climbs", {"(learning_rate": "(-learning_rate"}, "Nudge against the gradient: does the loss fall?")
slip("learning rate forgotten", {"learning_rate * ": ""}, "How long is the step if learning_rate is halved?")
slip("W only", {move_b: ""}, "How many Variables does the model have, and how many move?")
slip("b only", {move_W: ""}, "How many Variables does the model have, and which of them stays where it is?")
slip("W twice", {move_b: "W.assign_sub(learning_rate * db)"}, "Which gradient belongs to which Variable?")
slip("divides by the samples again", {"learning_rate * dW": "learning_rate * dW / len(inputs)",
                                      "learning_rate * db": "learning_rate * db / len(inputs)"},
     "Has the mean already divided by the number of samples?")
slip("keeps only the sign", {"* dW": "* np.sign(dW)", "* db": "* np.sign(db)"},
     "A steep slope and a flat one: which should move W further?")
# what comes back
slip("loss after the step", {"float(loss.value)": "np.mean((targets - inputs @ W.value - b.value) ** 2)"},
     "Which W and b does your loss speak of: those before the step, or those after it?")
slip("returns nothing", {"return float(loss.value)": ""}, "What does your function hand back?")
slip("returns the gradients", {"return float(loss.value)": "return dW, db"},
     "A training wants to draw a curve. Which number is it?")
slip("changes the targets", {"with": "targets *= 0.5\nwith"},
     "Print the caller's arrays before and after. Are they yours to change?")

training_step.equivalent("return float(loss.value)", "return loss.value", "an array of one number is a number")
training_step.equivalent("loss = square(targets - predictions).mean()",
                         "loss = square(predictions - targets).mean()", "the square is the same")
# fmt: on


@training_step.misconception(
    "The numbers are right. Where do your gradients come from, and where should they come from?"
)
def by_the_formulas(inputs, targets, W, b, learning_rate):
    difference = inputs @ W.value + b.value - targets
    W.assign_sub(learning_rate * 2 * inputs.T @ difference / len(inputs))
    b.assign_sub(learning_rate * 2 * difference.mean(axis=0))
    return np.mean(difference**2)


@training_step.misconception("You ask the tape. Which line uses what it answers?")
def asks_for_show(inputs, targets, W, b, learning_rate):
    with GradientTape() as tape:
        difference = inputs @ W + b - targets
        loss = square(difference).mean()
    tape.gradient(loss, [W, b])
    W.assign_sub(learning_rate * 2 * inputs.T @ difference.value / len(inputs))
    b.assign_sub(learning_rate * 2 * difference.value.mean(axis=0))
    return float(loss.value)


@training_step.misconception("Which of the two Variables moves by what the tape has found, and which one does not?")
def asks_for_one(inputs, targets, W, b, learning_rate):
    with GradientTape() as tape:
        difference = inputs @ W + b - targets
        loss = square(difference).mean()
    W.assign_sub(learning_rate * tape.gradient(loss, W))
    b.assign_sub(learning_rate * 2 * difference.value.mean(axis=0))
    return float(loss.value)


@training_step.alternative
def with_helper(inputs, targets, W, b, learning_rate):
    def loss_of():
        difference = inputs @ W + b - targets
        return (difference * difference).sum() / len(targets)

    with GradientTape() as tape:
        loss = loss_of()
    for variable, slope in zip((W, b), tape.gradient(loss, [W, b])):
        variable.assign_sub(learning_rate * slope)
    return float(loss.value)


@training_step.alternative
def with_a_loop(inputs, targets, W, b, learning_rate):
    parameters = [W, b]
    with GradientTape() as tape:
        error = inputs @ W + b - targets
        loss = (error * error).mean()
    for parameter, gradient in zip(parameters, tape.gradient(loss, parameters)):
        parameter.assign_sub(gradient * learning_rate)
    return loss


@training_step.alternative
def with_two_tapes(inputs, targets, W, b, learning_rate):
    def loss_of():
        return square(Variable(targets) - (Variable(inputs) @ W + b)).sum() * (1 / len(inputs))

    with GradientTape() as first, GradientTape() as second:
        loss = loss_of()
    steps = learning_rate * first.gradient(loss, W), learning_rate * second.gradient(loss, b)
    W.assign_sub(steps[0])
    b.assign_sub(steps[1])
    return loss.value


@training_step.alternative
def asks_inside_the_block(inputs, targets, W, b, learning_rate):
    with GradientTape() as tape:
        loss = square(inputs @ W + b + -1.0 * targets).mean()
        gradients = tape.gradient(loss, [W, b])
    W.value -= learning_rate * gradients[0]
    b.value -= learning_rate * gradients[1]
    return np.float64(loss.value)
