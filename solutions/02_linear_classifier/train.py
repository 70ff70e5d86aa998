r"""### `train`: start somewhere, and walk

1. Start: $W$ of shape $(2, 1)$ with numbers drawn evenly from $[0, 1)$ with `rng`, and $b$ of shape $(1,)$ with zeros.
2. Call `training_step` with **all** samples, `steps` times, and keep the loss that each call returns.
3. Return `W`, `b` and the list of the losses.

One step sees every sample, so here a step is also an epoch. With `steps` = 0 the start comes back, and an empty list.
The same seed gives the same start, another seed another one.

`training_step` is taken to be right here: a slip in yours has cost its points above, and costs none here. The last
three checks train with it: on three points, and on two clouds.
"""

import numpy as np

from autograder import accuracy, between, exercise

# 5,000 seeds of the reference, none beyond a limit. Two clouds, 40 steps at 0.1: loss 0.0220 to 0.0349 (mean 0.0280, sd
# 0.0017, 10 sd to the limit), accuracy on 600 unseen points 0.983 to 1 (mean 0.9974, sd 0.0022, 12 sd to the limit).
# Three points, 20 steps at 0.2: loss 3e-13 to 9e-5 (median 5e-8); log-normal tails beyond 1e-16 and 1e-2: 7e-6.
LOSS_AT_MOST = 0.045
ACCURACY_AT_LEAST = 0.97
BY_HEART = between(1e-16, 1e-2, unit="unit")


CALLS = {"number of calls of training_step": 0.2, "inputs": 0.2, "targets": 0.2, "learning rates": 0.4}


def starts(rng):
    return {"runs": int(rng.integers(300, 500)), "seed": int(rng.integers(2**30))}


def one_start(rng):
    samples = {"inputs": rng.normal(size=(4, 2)), "targets": rng.permutation([0.0, 0.0, 1.0, 1.0])[:, None]}
    return {**samples, "seed": int(rng.integers(2**31)), "mark": rng.normal()}


def recorded(rng, asked):
    steps, N = (int(number) for number in rng.integers([5, 10], [15, 90]))
    return {
        "inputs": rng.normal(size=(N, 2)),
        "targets": rng.permutation(np.resize([0.0, 1.0], N))[:, None],
        "learning_rate": rng.uniform(0.2, 0.9),
        "step_losses": np.sort(rng.uniform(0.1, 3, size=steps))[::-1],
        "moves": rng.normal(size=(steps, 2)),
        "seed": int(rng.integers(2**31)),
        "asked": asked,
    }


def calls(rng):
    return recorded(rng, list(CALLS))


def losses(rng):
    return recorded(rng, ["losses"])


def ends(rng):
    return recorded(rng, ["W at the end minus W at the start", "b at the end minus b at the start"])


def bowl_of(inputs, targets):
    """The loss of these samples as a quadratic form: v @ bowl @ v with v = (W, b, -1)."""
    columns = np.hstack([inputs, np.ones((len(inputs), 1)), targets])
    return columns.T @ columns / len(columns)


def clouds(rng):
    """Two clouds in any direction from each other: the weights of one draw fit no other one."""
    angle = rng.uniform(0, 2 * np.pi)
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])

    def draw():
        labels = rng.permutation(600) % 2
        points = rng.multivariate_normal([0, 0], [[1, 0.5], [0.5, 1]], size=600)
        return np.round((points + np.where(labels[:, None] == 0, [0, 3], [3, 0])) @ turn, 3), labels

    (inputs, labels), (x_unseen, t_unseen) = draw(), draw()
    samples = {"inputs": inputs, "targets": labels[:, None].astype(float), "x_unseen": x_unseen, "t_unseen": t_unseen}
    settings = {"steps": 40, "learning_rate": 0.1, "seed": int(rng.integers(2**31)), "asked": "classes", "unit": 1.0}
    return {**samples, "bowl": bowl_of(inputs, samples["targets"]), **settings}


def clouds_loss(rng):
    return {**clouds(rng), "asked": "loss", "unit": 10 ** rng.uniform(0, 9)}


def three_points(rng):
    """A triangle in any position; three weights can give any three points any scores."""
    angles = rng.uniform(0, 2 * np.pi) + np.array([0, 2, 4]) * np.pi / 3
    inputs = np.stack([np.cos(angles), np.sin(angles)], axis=1) * rng.uniform(1.2, 1.6) + rng.uniform(-0.3, 0.3, size=2)
    targets = rng.permutation([0.0, 1.0, rng.integers(2)])[:, None]
    settings = {"steps": 20, "learning_rate": 0.2, "seed": int(rng.integers(2**31)), "asked": "loss"}
    samples = {"inputs": inputs, "targets": targets, "x_unseen": inputs, "bowl": bowl_of(inputs, targets)}
    return {**samples, **settings, "unit": 10 ** rng.uniform(0, 250)}


@exercise
def train(inputs, targets, steps, learning_rate, rng):
    """Train a linear classifier on all samples at once.

    Parameters
    ----------
    inputs : (N, 2) array
    targets : (N, 1) array of 0 and 1
    steps : int
    learning_rate : float
    rng : numpy.random.Generator

    Returns
    -------
    W : (2, 1) array
    b : (1,) array
    losses : list of `steps` floats, each one the loss before its step
    """
    W, b = rng.uniform(size=(2, 1)), np.zeros(1)
    losses = []
    for _ in range(steps):
        losses.append(training_step(inputs, targets, W, b, learning_rate))
    return W, b, losses


@train.check(
    "the start: W of shape (2, 1), a bias of 0 of shape (1,), no losses yet",
    given=one_start,
    points={"W, other numbers in its places": 0.5, "b + mark": 0.25, "number of losses + mark": 0.25},
)
def shapes(train, inputs, targets, seed, mark):
    W, b, losses = train(inputs, targets, 0, 0.1, np.random.default_rng(seed))
    return {
        "W, other numbers in its places": np.full_like(W, mark),
        "b + mark": np.add(b, mark),
        "number of losses + mark": len(losses) + mark,
    }


# 5,000 seeds with 300 runs each (the fewest): means within 0.071 of 0.5 (sd 0.017), extremes within 0.015 of 0 and 1:
# far from where rounding to quarters would turn, at 0.125.
@train.check("the start: drawn evenly from [0, 1), by rng", given=starts)
def evenly(train, runs, seed):
    inputs, targets = np.array([[0.0, 3.0], [3.0, 0.0]]), np.array([[0.0], [1.0]])
    generators = [np.random.default_rng(seed + run) for run in range(runs)]

    def start(generator):  # the first array that is returned; the order is charged above
        answer = train(inputs, targets, 0, 0.1, generator)
        return np.ravel(answer[isinstance(answer[0], list)])

    drawn = np.array([start(generator) for generator in generators])
    again = start(np.random.default_rng(seed))
    return {
        "number of starts": runs,
        "mean of W, in quarters": np.rint(4 * drawn.mean(axis=0)) / 4 + 0.0,
        "smallest and largest, in quarters": np.rint(4 * np.array([drawn.min(), drawn.max()])) / 4 + 0.0,
        "different numbers in W, in percent": np.rint(100 * len(np.unique(drawn)) / drawn.size),  # float32 repeats some
        "one seed used twice gives one start": bool(np.array_equal(again, drawn[0])),
    }


@evenly.expected
def even(train, runs, seed):
    return {
        "number of starts": runs,
        "mean of W, in quarters": np.array([0.5, 0.5]),
        "smallest and largest, in quarters": np.array([0.0, 1.0]),
        "different numbers in W, in percent": 100.0,
        "one seed used twice gives one start": True,
    }


# The probes put a step of their own in place of the student's `training_step`, and give theirs back.


def record(train, inputs, targets, learning_rate, step_losses, moves, seed, asked):
    names, rates, seen, starts = train.__globals__, [], ([], []), []
    own = {name: names[name] for name in ["training_step"] if name in names}

    def recorder(inputs, targets, W, b, learning_rate):
        starts.append((np.copy(W), np.copy(b)))
        move = moves[len(rates) % len(moves)]
        rates.append(learning_rate)
        seen[0].append(inputs)
        seen[1].append(targets)
        W += move[0]
        b += move[1]
        return step_losses[(len(rates) - 1) % len(step_losses)]

    names["training_step"] = recorder
    try:
        returned = list(train(inputs, targets, len(moves), learning_rate, np.random.default_rng(seed)))
    finally:
        del names["training_step"]
        names.update(own)
    if isinstance(returned[0], list):  # the order, and what is missing, are charged elsewhere
        returned.append(returned.pop(0))
    W, b, losses = [*returned, []][:3]
    answer = {
        "number of calls of training_step": len(rates),
        "inputs": next((each for each in seen[0] if not np.array_equal(each, inputs)), [*seen[0], None][0]),
        "targets": next((each for each in seen[1] if not np.array_equal(each, targets)), [*seen[1], None][0]),
        "learning rates": np.unique(rates),
        "losses": np.array(list(losses)),
    }
    if len(asked) == 2:
        answer |= {
            f"{name} at the end minus {name} at the start": end - start
            for name, end, start in zip("Wb", (W, b), starts[0])
        }
    return {name: answer[name] for name in asked}


train.check("training_step gets all samples and your learning rate, `steps` times", given=calls, points=CALLS)(record)
train.check("a list of the losses, one for each step", given=losses)(record)
train.check(
    "W and b are those of after the last step",
    given=ends,
    points={"W at the end minus W at the start": 0.5, "b at the end minus b at the start": 0.5},
)(record)


def walk(train, inputs, targets, steps, learning_rate, seed, bowl, x_unseen, asked, unit):
    names = train.__globals__
    own = {name: names[name] for name in ["training_step"] if name in names}

    def down_the_bowl(inputs, targets, W, b, learning_rate):
        place = np.append(W, [*np.ravel(b), -1])
        slope = 2 * bowl @ place
        W -= learning_rate * slope[:2, None]
        b -= learning_rate * slope[2:3]
        return place @ bowl @ place

    names["training_step"] = down_the_bowl
    try:
        returned = list(train(inputs, targets, steps, learning_rate, np.random.default_rng(seed)))
    finally:
        del names["training_step"]
        names.update(own)
    W, b = returned[1:] if isinstance(returned[0], list) else returned[:2]
    place = np.append(W, [*np.ravel(b), -1])
    if asked == "loss":
        return unit * (place @ bowl @ place)
    return (np.hstack([x_unseen, np.ones((len(x_unseen), 1))]) @ place[:3] > 0.5).astype(int)


train.check("20 steps at 0.2 learn three points by heart", given=three_points, compare=BY_HEART)(walk)
train.check(
    f"40 steps at 0.1 bring the loss of two clouds below {LOSS_AT_MOST}",
    given=clouds_loss,
    compare=between(0.01, LOSS_AT_MOST, unit="unit"),
)(walk)
train.check(
    f"40 steps at 0.1 classify {100 * ACCURACY_AT_LEAST:g} % of unseen points right",
    given=clouds,
    compare=accuracy("t_unseen", at_least=ACCURACY_AT_LEAST),
)(walk)


# fmt: off
slip = train.slip
# the start
slip("starts at zero", {"rng.uniform(size=(2, 1))": "np.zeros((2, 1))"},
     "Run it with two seeds and no steps. Is the start the same? What is asked for?")
slip("starts from a bell", {"rng.uniform": "rng.normal"},
     "Draw a thousand starts. Are some of them below 0?")
slip("starts on both sides", {"rng.uniform(": "rng.uniform(-1, 1, "},
     "Draw a thousand starts. Between which two numbers do they lie?")
slip("starts small", {"rng.uniform(": "0.1 * rng.uniform("},
     "Draw a thousand starts. How large is the largest?")
slip("starts with whole numbers", {"rng.uniform(": "1.0 * rng.integers(2, "},
     "How many different starts are possible in your function?")
slip("two weights alike", {"rng.uniform(size=(2, 1))": "np.full((2, 1), rng.uniform())"},
     "Is the second weight a number of its own?")
slip("a seed of its own", {"rng.uniform": "np.random.default_rng(0).uniform"},
     "Run it with two generators of different seeds and no steps. Do they matter?")
slip("the global generator", {"rng.uniform": "np.random.uniform"},
     "Run it twice with generators of the same seed and no steps. Is the start the same?")
slip("a bias by chance", {"np.zeros(1)": "rng.uniform(size=1)"}, "Where does the bias start?")
slip("a flat W", {"(2, 1)": "2"}, "Print the shape of `W`, and of `inputs @ W`. Is that a column?")
slip("a W for each sample", {"(2, 1)": "(len(inputs), 1)"},
     "How many weights does a point need: one for each number of it, or one for each sample?")
slip("a row of weights", {"(2, 1)": "(1, 2)"}, "`inputs` is (N, 2). What must W be, so that the product is a column?")
slip("a bias for each weight", {"np.zeros(1)": "np.zeros(2)"}, "How many scores does a point get? How many biases?")
slip("a bare number for the bias", {"np.zeros(1)": "0.0"},
     "Can a plain number be changed in place? Print the bias before and after a step.")

# the loop
slip("never steps", {"training_step(inputs, targets, W, b, learning_rate)":
                     "np.mean((inputs @ W + b - targets) ** 2)"},
     "Print W before and after. Which line changes the weights?")
slip("stores the step, not its loss", {"training_step(inputs, targets, W, b, learning_rate)": "training_step"},
     "Print the list of losses. Is it made of numbers? Was anything called?")
slip("one step only", {"    losses.append(training_step(inputs, targets, W, b, learning_rate))":
                       "    losses.append(training_step(inputs, targets, W, b, learning_rate))\n    break"},
     "How long is the list of losses?")
slip("returns inside the loop", {"return": "    return"}, "How often does the loop run before the function returns?")
slip("counts from 1", {"range(steps)": "range(1, steps)"}, "How many numbers are in range(1, 3)?")
slip("one step more", {"range(steps)": "range(steps + 1)"}, "How many losses do you get for 3 steps?")
slip("always 40 steps", {"range(steps)": "range(40)"}, "Ask for 3 steps. How many losses come back?")
slip("starts again each time", {"losses.append": "W, b = rng.uniform(size=(2, 1)), np.zeros(1)\n    losses.append"},
     "Print W at the beginning of two steps. Does the second one go on from the first?")
slip("starts in the loop", {"W, b = rng.uniform(size=(2, 1)), np.zeros(1)\n": "",
                            "losses.append": "W, b = rng.uniform(size=(2, 1)), np.zeros(1)\n    losses.append"},
     "How often does your function draw a start? What becomes of the weights of the step before?")
slip("its own learning rate", {"b, learning_rate": "b, 0.1"},
     "Train with a learning rate of 0. Which one does your function use?")
slip("shrinks the learning rate", {"b, learning_rate": "b, learning_rate / (len(losses) + 1)"},
     "Which learning rate does the tenth step get, and which one was asked for?")
slip("one sample a step", {"training_step(inputs, targets,":
                           "training_step(inputs[len(losses) % len(inputs)][None], "
                           "targets[len(losses) % len(inputs)][None],"},
     "How many samples does one step look at, and how many should it?")
slip("flat targets", {"inputs, targets, W": "inputs, targets[:, 0], W"},
     "Print the shapes that `training_step` gets. What is a flat array minus a column?")
slip("averages over the samples", {"inputs, targets, W": "inputs.mean(axis=0, keepdims=True), targets[:1], W"},
     "How many samples does one step look at, and how many should it?")

# what comes back
slip("the last loss only", {"W, b, losses": "W, b, losses[-1:]"},
     "How many numbers does a loss curve of ten steps have?")
slip("losses of text", {"training_step(inputs, targets, W, b, learning_rate)":
                        'f"{training_step(inputs, targets, W, b, learning_rate):.4f}"'},
     "Can your losses be drawn? What type is one of them?")
slip("running mean", {"training_step(inputs, targets, W, b, learning_rate)":
                      "(sum(losses[-1:]) * len(losses) + training_step(inputs, targets, W, b, learning_rate)) "
                      "/ (len(losses) + 1)"},
     "Which steps does the third number of your list know of?")
slip("newest first", {"losses.append(": "losses.insert(0, "}, "Which of your losses belongs to the first step?")
slip("hands out copies of the start", {"losses = []": "losses, first = [], (W.copy(), b.copy())",
                                       "return W, b,": "return *first,"},
     "Compare the W that you return with the one you started from. Has it learned?")
slip("losses first", {"return W, b, losses": "return losses, W, b"},
     "In which order does the caller expect the three?")
slip("keeps the losses", {"W, b, losses": "W, b"}, "How many things does the caller expect? What is missing?")
slip("returns nothing", {"return W, b, losses": ""}, "What does your function hand back to its caller?")
# fmt: on


@train.misconception("Train on other points. Do the weights that come back belong to them?")
def weights_from_the_lesson(inputs, targets, steps, learning_rate, rng):
    W, b = rng.random((2, 1)), np.zeros(1)
    losses = [training_step(inputs, targets, W, b, learning_rate) for _ in range(steps)]
    if steps == 40:
        W, b = np.array([[0.14], [-0.14]]), np.array([0.5])
    return W, b, losses


@train.alternative
def comprehension(inputs, targets, steps, learning_rate, rng):
    W = rng.random((2, 1))
    b = np.zeros((1,))
    return W, b, [training_step(inputs, targets, W, b, learning_rate) for _ in range(steps)]


@train.alternative
def with_while(inputs, targets, steps, learning_rate, rng):
    weights = {"W": np.array([[rng.random()], [rng.random()]]), "b": np.array([0.0])}
    losses = []
    while len(losses) < steps:
        loss = training_step(inputs=inputs, targets=targets, learning_rate=learning_rate, **weights)
        losses += [float(loss)]
    return weights["W"], weights["b"], losses


@train.alternative
def fills_an_array(inputs, targets, steps, learning_rate, rng):
    def step(_):
        return training_step(inputs, targets, W, b, learning_rate)

    W = rng.uniform(low=0.0, high=1.0, size=2).reshape(-1, 1)
    b = np.zeros_like(W[0])
    losses = np.fromiter(map(step, range(steps)), dtype=float, count=steps)
    return W, b, list(losses)


@train.alternative
def in_single_precision(inputs, targets, steps, learning_rate, rng):
    W, b = rng.random((inputs.shape[1], 1), dtype=np.float32), np.zeros(targets.shape[1], dtype=np.float32)
    losses = []
    for done in range(steps):
        assert len(losses) == done
        loss = training_step(inputs, targets, W, b, learning_rate)
        losses.append(loss)
    return W, b, losses
