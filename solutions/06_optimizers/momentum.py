r"""### `Momentum`: a ball, not a walker

$$v \;\leftarrow\; \mu\, v - \eta\, g \qquad\qquad w \;\leftarrow\; w + v$$

Every weight has a **velocity** $v$, of its own shape, which begins at 0. It remembers the *updates* before this one:
each step keeps the share $\mu$ (`momentum`) of the last one, and the new slope pushes. $\eta$ is `lr`.

As before, `update` writes the new weights into the arrays of `params`, and only reads `grads`, whose arrays the layers
fill with new numbers after each step. All calls come with the same parameters in the same order, so the place in the
list tells which velocity belongs to which weight.
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
class Momentum:
    """Gradient descent with momentum.

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
            p += v


@Momentum.check("update", "the first step of a matrix and a vector", given=steps)
def first(Momentum, lr, momentum, params, steps):
    Momentum(lr, momentum).update(params, steps[0])
    return {"params": params}


@Momentum.check("update", "five steps of two parameters of one shape", given=twins, points=2.5)
def path(Momentum, lr, momentum, params, steps):
    optimizer, seen = Momentum(lr, momentum), {}
    for grads in steps:
        optimizer.update(params, grads)
        seen[f"after step {len(seen) + 1}"] = [p.copy() for p in params]
    return seen


# Wrong steps are charged above: these two compare steps with steps of the same student, whatever the settings.


@Momentum.check(
    "update",
    "the layers' own arrays hold the new numbers",
    given=steps,
    points=1,
    compare=agree("moves of the layers' arrays", "moves of the arrays in the list"),
)
def in_place(Momentum, params, steps):
    held, before, optimizer = list(params), [p.copy() for p in params], Momentum(0.1, 0.5)
    for grads in steps:
        optimizer.update(params, grads)
    lists = {"moves of the layers' arrays": held, "moves of the arrays in the list": params}
    return {name: [now - old for now, old in zip(arrays, before)] for name, arrays in lists.items()}


@Momentum.check(
    "update",
    "the gradients stay as they are, and may be written anew",
    given=steps,
    points=0.5,
    compare=agree("moves", "moves by copies of the gradients"),
)
def gradients(Momentum, params, steps):
    optimizer, twin = Momentum(0.1, 0.5), Momentum(0.1, 0.5)
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
slip = partial(Momentum.slip, "update")
each, step = "for p, g, v in zip(params, grads, self.v):", "p += v"
velocity = "self.momentum * v - self.lr * g"
# the formula
slip("velocity the wrong way", {"- self.lr": "+ self.lr"},
     "The slope points uphill. Which way does it push your ball, and which way do you move the weight then?")
slip("an average of slopes", {"self.lr * g": "self.lr * (1 - self.momentum) * g"},
     "There are two conventions in books, a sum and an average. Which one stands above?")
slip("momentum at the slope", {velocity: "v - self.lr * self.momentum * g"},
     "Which of the two is damped, the old velocity or the new push?")
slip("one array for all velocities", {"[np.zeros_like(p) for p in params]": "np.zeros_like(params)"},
     "The parameters have different shapes. Can one array hold all their velocities?")
slip("never slows down", {"self.momentum * ": ""}, "Let the slope be 0 from now on. How does your ball go on?")
slip("learning rate forgotten", {"self.lr * ": ""}, "How long is your first step if lr is halved?")
slip("divides by the batch again", {"self.lr * g": "self.lr * g / len(g)"},
     "Who has already divided by the number of samples? And does `len(g)` count samples?")
slip("learning rate twice", {step: "p += self.lr * v"}, "How often does the learning rate come in?")
slip("looks ahead", {step: "p += self.momentum * v - self.lr * g"},
     "That is a method of the next section. By what does $w$ change here?")
slip("steps before it speeds up", {f"v[...] = {velocity}\n    {step}": f"{step}\n    v[...] = {velocity}"},
     "In your first call: what is v when the weights move?")
slip("writes the velocity over the weight", {step: "p[...] = v"},
     "Where was the weight before the step? Does your new weight still know?")
# the memory
slip("forgets at once", {"if self.v is None:": "if True:"}, "What does your velocity still know of the call before?")
slip("starts as the weights", {"np.zeros_like(p)": "p.copy()"}, "How fast is a ball that has just been put down?")
slip("remembers the weights as well", {"v[...] =": "p +=", step: "v[...] = p"},
     "The velocity remembers updates. What does yours remember?")
slip("list as a dictionary", {"[np.zeros_like(p) for p in params]":
                                "{}\n    for key, value in params.items():\n"
                                "        self.v[key] = np.zeros_like(value)"},
     "A list has places, and no names. Which numbers lead to its entries, or how does one walk through two lists?")
slip("the weights as a memory", {"np.zeros_like(p)": "p"},
     "Write into your memory, then print the weights. How many arrays are there?")
slip("one memory for all", {"[np.zeros_like(p) for p in params]": "0.0",
                            each: "for p, g in zip(params, grads):",
                            "v[...] =": "self.v =", "* v": "* self.v", step: "p += self.v"},
     "How many parameters are there, and how many velocities?")
# which arrays
slip("new arrays in the list", {each: "for i, (p, g, v) in enumerate(zip(params, grads, self.v, strict=True)):",
                                step: "params[i] = p + v"}, "Who else holds the old array, and what do they see now?")
slip("a new array under an old name", {step: "p = p + v"},
     "Print the weights before and after. To what does the name `p` belong after your line?")
slip("scales the gradients in place", {"v[...]": "g *= self.lr\n    v[...]", "self.lr * g\n    p": "g\n    p"},
     "Print the gradients before and after the call. Are they yours to change?")
# fmt: on


@Momentum.alternative("update")
def a_dictionary_of_velocities(self, params, grads):
    self.v = self.v or {}
    for i in range(len(params)):
        self.v[i] = self.momentum * self.v.get(i, 0) - self.lr * grads[i]
        params[i][...] += self.v[i]


@Momentum.alternative("update")
def a_sum_of_slopes(self, params, grads):
    if self.v is None:
        self.v = [0 * g for g in grads]
    self.v = [self.momentum * v + g for v, g in zip(self.v, grads)]
    for p, v in zip(params, self.v):
        np.subtract(p, self.lr * v, out=p)


@Momentum.alternative
class RemembersWhereItWas:
    """The velocity is the difference of the last two places."""

    def __init__(self, lr=0.01, momentum=0.9):
        self.lr, self.mu, self.before = lr, momentum, {}

    def update(self, params, grads):
        for p, g in zip(params, grads):
            now = p.copy()
            p += self.mu * (now - self.before.get(id(p), now)) - self.lr * g
            self.before[id(p)] = now
