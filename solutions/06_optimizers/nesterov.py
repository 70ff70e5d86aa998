r"""### `Nesterov`: look where the ball is going

$$v \;\leftarrow\; \mu\, v - \eta\, g \qquad\qquad w \;\leftarrow\; w + \mu\, v - \eta\, g$$

The first line is that of `Momentum`. The second one uses the **new** velocity: it goes one step of momentum ahead, so
that the next slope is measured where the ball is about to be. An example with $\mu = 0.9$, $\eta = 1$ and the slope 1
in every step: $v = -1$ makes $w$ change by $0.9 \cdot (-1) - 1 = -1.9$. Then $v = -1.9$, and $w$ changes by $-2.71$.

$\mu$ is `momentum`, $\eta$ is `lr`, and every weight has a velocity of its own that begins at 0. `update` writes the
new weights into the arrays of `params`, and only reads `grads`, whose arrays the layers fill with new numbers after
each step. All calls come with the same parameters in the same order.
"""

from functools import partial

import numpy as np

from autograder import agree, exercise, task


def signed(rng, *shape):
    """Numbers between 0.5 and 2, of both signs."""
    return rng.uniform(0.5, 2, size=shape) * rng.choice([-1, 1], size=shape)


def steps(rng, shapes=((2, 3), (4,)), count=3):
    return {
        "lr": float(rng.uniform(0.1, 0.3)),
        "momentum": float(rng.uniform(0.6, 0.9)),
        "params": [signed(rng, *shape) for shape in shapes],
        "steps": [[signed(rng, *shape) for shape in shapes] for _ in range(count)],
    }


def twins(rng):
    return steps(rng, shapes=((3,), (3,)), count=5)


@exercise
class Nesterov:
    """Gradient descent with momentum that looks ahead.

    Attributes
    ----------
    lr, momentum : float
    v : list of arrays like `params`, the velocities; None before the first step
    """

    def __init__(self, lr=0.01, momentum=0.9):
        self.lr, self.momentum = lr, momentum
        self.v = None

    @task
    def update(self, params, grads):
        """Take one step: change every array of `params` in place.

        Parameters
        ----------
        params : list of arrays of float
        grads : list of arrays of the same shapes; they stay as they are
        """
        if self.v is None:
            self.v = [np.zeros_like(p) for p in params]
        for p, g, v in zip(params, grads, self.v):
            v[...] = self.momentum * v - self.lr * g
            p += self.momentum * v - self.lr * g


@Nesterov.check("update", "the first step of a matrix and a vector", given=steps)
def first(Nesterov, lr, momentum, params, steps):
    Nesterov(lr, momentum).update(params, steps[0])
    return {"params": params}


@Nesterov.check("update", "five steps of two parameters of one shape", given=twins, points=2.5)
def path(Nesterov, lr, momentum, params, steps):
    optimizer, seen = Nesterov(lr, momentum), {}
    for grads in steps:
        optimizer.update(params, grads)
        seen[f"after step {len(seen) + 1}"] = [p.copy() for p in params]
    return seen


# Wrong steps are charged above: these two compare steps with steps of the same student, whatever the settings.


@Nesterov.check(
    "update",
    "the layers' own arrays hold the new numbers",
    given=steps,
    points=1,
    compare=agree("moves of the layers' arrays", "moves of the arrays in the list"),
)
def in_place(Nesterov, params, steps):
    held, before, optimizer = list(params), [p.copy() for p in params], Nesterov(0.1, 0.5)
    for grads in steps:
        optimizer.update(params, grads)
    lists = {"moves of the layers' arrays": held, "moves of the arrays in the list": params}
    return {name: [now - old for now, old in zip(arrays, before)] for name, arrays in lists.items()}


@Nesterov.check(
    "update",
    "the gradients stay as they are, and may be written anew",
    given=steps,
    points=0.5,
    compare=agree("moves", "moves by copies of the gradients"),
)
def gradients(Nesterov, params, steps):
    optimizer, twin = Nesterov(0.1, 0.5), Nesterov(0.1, 0.5)
    before, twins = ([p.copy() for p in params] for _ in range(2))
    grads, seen = [np.zeros_like(p) for p in params], []
    for new in steps:
        twin.update(twins, [g.copy() for g in new])
        for array, numbers in zip(grads, new):
            array[...] = numbers
        optimizer.update(params, grads)
        seen.append([g.copy() for g in grads])
    lists = {"moves": params, "moves by copies of the gradients": twins}
    moves = {name: [now - old for now, old in zip(arrays, before)] for name, arrays in lists.items()}
    return {**moves, "gradients afterwards": seen}


# fmt: off
slip = partial(Nesterov.slip, "update")
each, velocity = "for p, g, v in zip(params, grads, self.v):", "v[...] = self.momentum * v - self.lr * g"
step = "p += self.momentum * v - self.lr * g"
# the second formula
slip("is plain momentum", {step: "p += v"},
     "Where does this step look: at the place where the ball is, or ahead of it?")
slip("looks back", {step: "p += -self.momentum * v - self.lr * g"},
     "Towards which side does the momentum carry the weight?")
slip("old formula with the new velocity", {step: "p += self.momentum**2 * v - (1 + self.momentum) * self.lr * g"},
     "In one book this formula stands with the velocity of the step before. Which velocity is in your `v` by then?")
slip("no push of its own", {step: "p += self.momentum * v"},
     "Two things move the weight here. Which of them is missing?")
slip("whole velocity and the push", {step: "p += v - self.lr * g"},
     "How much of the new velocity is used to look ahead?")
slip("twice the momentum", {step: "p += 2 * self.momentum * v - self.lr * g"},
     "How often does the momentum come into the second formula?")
slip("learning rate forgotten at the end", {step: "p += self.momentum * v - g"},
     "How long is your step if lr is halved, and is it half as long?")
slip("climbs", {"- self.lr": "+ self.lr"}, "The slope points uphill. Which way should it push, in both formulas?")
slip("writes the step over the weight", {step: "p[...] = self.momentum * v - self.lr * g"},
     "Where was the weight before the step? Does your new weight still know?")
# the first formula
slip("an average of slopes", {velocity: "v[...] = self.momentum * v - (1 - self.momentum) * self.lr * g"},
     "There are two conventions in books, a sum and an average. Which one stands above?")
slip("momentum at the slope", {velocity: "v[...] = v - self.lr * self.momentum * g"},
     "Which of the two is damped, the old velocity or the new push?")
slip("never slows down", {velocity: "v[...] = v - self.lr * g"},
     "Let the slope be 0 from now on. What becomes of your velocity?")
# the memory
slip("forgets at once", {"if self.v is None:": "if True:"}, "What does your velocity still know of the call before?")
slip("starts as the weights", {"np.zeros_like(p)": "p.copy()"}, "How fast is a ball that has just been put down?")
slip("remembers the whole step", {velocity: "v[...] = self.momentum * (self.momentum * v - self.lr * g) - self.lr * g",
                                  step: "p += v"},
     "Is what is kept for the next call the velocity, or the step that looked ahead?")
slip("list as a dictionary", {"[np.zeros_like(p) for p in params]":
                                "{}\n    for key, value in params.items():\n"
                                "        self.v[key] = np.zeros_like(value)"},
     "A list has places, and no names. Which numbers lead to its entries, or how does one walk through two lists?")
slip("the weights as a memory", {"np.zeros_like(p)": "p"},
     "Write into your memory, then print the weights. How many arrays are there?")
slip("one memory for all", {"[np.zeros_like(p) for p in params]": "0.0",
                            each: "for p, g in zip(params, grads):",
                            "v[...] =": "self.v =", "* v": "* self.v"},
     "How many parameters are there, and how many velocities?")
# which arrays
slip("new arrays in the list", {each: "for i, (p, g, v) in enumerate(zip(params, grads, self.v, strict=True)):",
                                step: "params[i] = p + self.momentum * v - self.lr * g"},
     "Who else holds the old array, and what do they see now?")
slip("a new array under an old name", {step: "p = p + self.momentum * v - self.lr * g"},
     "Print the weights before and after. To what does the name `p` belong after your line?")
slip("scales the gradients in place", {velocity: "g *= self.lr\n    v[...] = self.momentum * v - g",
                                       step: "p += self.momentum * v - g"},
     "Print the gradients before and after the call. Are they yours to change?")
# fmt: on


@Nesterov.alternative("update")
def with_the_velocity_before(self, params, grads):
    mu = self.momentum
    if self.v is None:
        self.v = [0.0] * len(params)
    for i, (p, g) in enumerate(zip(params, grads)):
        p += mu * mu * self.v[i] - (1 + mu) * self.lr * g
        self.v[i] = mu * self.v[i] - self.lr * g


@Nesterov.alternative("update")
def a_dictionary_of_velocities(self, params, grads):
    self.v = self.v or {}
    for place, gradient in enumerate(grads):
        push = self.lr * gradient
        self.v[place] = self.momentum * self.v.get(place, 0) - push
        params[place][...] = params[place] + self.momentum * self.v[place] - push


@Nesterov.alternative
class ReallyLooksAhead:
    """Keeps the ball apart from the point ahead of it where the slope is measured."""

    def __init__(self, lr=0.01, momentum=0.9):
        self.lr, self.mu, self.balls, self.v = lr, momentum, None, None

    def update(self, params, grads):
        if self.balls is None:
            self.balls, self.v = [p.copy() for p in params], [0 * p for p in params]
        for p, g, ball, v in zip(params, grads, self.balls, self.v):
            v *= self.mu
            v -= self.lr * g
            ball += v
            np.copyto(p, ball + self.mu * v)
