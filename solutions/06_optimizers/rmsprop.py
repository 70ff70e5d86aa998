r"""### `RMSProp`: a memory that fades

$$h \;\leftarrow\; \rho\, h + (1 - \rho)\, g^{2} \qquad\quad w \;\leftarrow\;
w - \eta\, \frac{g}{\sqrt{h} + \varepsilon} \qquad\quad \varepsilon = 10^{-8}$$

`AdaGrad` never forgets, so its steps only ever shrink. Here $h$ is a fading mean of the squares: it keeps the share
$\rho$ (`decay_rate`) of what it knew, and the rest comes from the new slope. Each weight has an $h$ of its own, which
begins at 0. The small $\varepsilon$, outside of the root, is there for a weight whose slope has always been 0: it stays
where it is.

$\eta$ is `lr`. `update` writes the new weights into the arrays of `params`, and only reads `grads`, whose arrays the
layers fill with new numbers after each step. All calls come with the same parameters in the same order.
"""

from functools import partial

import numpy as np

from autograder import agree, close, exercise, task

STEPS = close(rtol=1e-4, atol=1e-5)  # wherever somebody puts epsilon, it stays below this


def signed(rng, *shape):
    """Numbers between 0.5 and 2, of both signs."""
    return rng.uniform(0.5, 2, size=shape) * rng.choice([-1, 1], size=shape)


def steps(rng, shapes=((2, 3), (4,)), count=3):
    return {
        "lr": float(rng.uniform(0.1, 0.3)),
        "decay_rate": float(rng.uniform(0.7, 0.9)),
        "params": [signed(rng, *shape) for shape in shapes],
        "steps": [[signed(rng, *shape) for shape in shapes] for _ in range(count)],
    }


def twins(rng):
    return steps(rng, shapes=((3,), (3,)), count=5)


def flat_places(rng):
    inputs, flat = steps(rng), rng.permutation(10) < 3
    for matrix, vector in inputs["steps"]:
        matrix[flat[:6].reshape(2, 3)] = vector[flat[6:]] = 0
    return inputs


@exercise
class RMSProp:
    """Steps measured by the size that slopes have had lately.

    Attributes
    ----------
    lr, decay_rate : float
    h : list of arrays like `params`, the fading means of squares; None before the first step
    """

    def __init__(self, lr=0.01, decay_rate=0.99):
        self.lr, self.decay_rate = lr, decay_rate
        self.h = None

    @task
    def update(self, params, grads):
        """Take one step: change every array of `params` in place.

        Parameters
        ----------
        params : list of arrays of float
        grads : list of arrays of the same shapes; they stay as they are
        """
        if self.h is None:
            self.h = [np.zeros_like(p) for p in params]
        for p, g, h in zip(params, grads, self.h):
            h[...] = self.decay_rate * h + (1 - self.decay_rate) * g**2
            p -= self.lr * g / (np.sqrt(h) + 1e-8)


@RMSProp.check("update", "the first step of a matrix and a vector", given=steps, compare=STEPS)
def first(RMSProp, lr, decay_rate, params, steps):
    RMSProp(lr, decay_rate).update(params, steps[0])
    return {"params": params}


@RMSProp.check("update", "five steps of two parameters of one shape", given=twins, compare=STEPS, points=3)
def path(RMSProp, lr, decay_rate, params, steps):
    optimizer, seen = RMSProp(lr, decay_rate), {}
    for grads in steps:
        optimizer.update(params, grads)
        seen[f"after step {len(seen) + 1}"] = [p.copy() for p in params]
    return seen


@RMSProp.check("update", "where the slope has always been 0, the weight stays", given=flat_places, points=0.5)
def flat(RMSProp, lr, decay_rate, params, steps):
    before, optimizer = [p.copy() for p in params], RMSProp(lr, decay_rate)
    for grads in steps:
        optimizer.update(params, grads)
    return {"weights that moved": [np.where(np.isnan(now), now, now != old) for now, old in zip(params, before)]}


# Wrong steps are charged above: these two compare steps with steps of the same student, whatever the settings.


@RMSProp.check(
    "update",
    "the layers' own arrays hold the new numbers",
    given=steps,
    points=1,
    compare=agree("moves of the layers' arrays", "moves of the arrays in the list"),
)
def in_place(RMSProp, params, steps):
    held, before, optimizer = list(params), [p.copy() for p in params], RMSProp(0.1, 0.5)
    for grads in steps:
        optimizer.update(params, grads)
    lists = {"moves of the layers' arrays": held, "moves of the arrays in the list": params}
    return {name: [now - old for now, old in zip(arrays, before)] for name, arrays in lists.items()}


@RMSProp.check(
    "update",
    "the gradients stay as they are, and may be written anew",
    given=steps,
    points=0.5,
    compare=agree("moves", "moves by copies of the gradients"),
)
def gradients(RMSProp, params, steps):
    optimizer, twin = RMSProp(0.1, 0.5), RMSProp(0.1, 0.5)
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
slip = partial(RMSProp.slip, "update")
each, step = "for p, g, h in zip(params, grads, self.h):", "p -= self.lr * g / (np.sqrt(h) + 1e-8)"
memory = "h[...] = self.decay_rate * h + (1 - self.decay_rate) * g**2"
# the step
slip("climbs", {"-=": "+="}, "The gradient points to where the loss grows. Which way do you walk?")
slip("learning rate forgotten", {"self.lr * ": ""}, "How long is your step if lr is halved?")
slip("brackets forgotten", {"(1 - self.decay_rate) * g**2": "1 - self.decay_rate * g**2"},
     "How much of the new square goes into h? Which operation is done first in your line?")
slip("root forgotten", {"np.sqrt(h)": "h"},
     "Measure g in other units, ten times as large. Should the step change for that?")
slip("epsilon is large", {"1e-8": "1"}, "How much of your step does epsilon decide? It is only there for 0.")
slip("nothing against zero", {" + 1e-8": ""}, "What is 0 divided by 0, and which weight of your network asks for it?")
slip("multiplies by the root", {"g / (np.sqrt(h) + 1e-8)": "g * np.sqrt(h)"},
     "Which weight should walk carefully: one with steep slopes behind it, or one with flat ones?")
slip("step without a slope", {"self.lr * g /": "self.lr /"}, "Which part of your step knows the sign of the slope?")
slip("writes the step over the weight", {"p -=": "p[...] = -"},
     "Where was the weight before the step? Does your new weight still know?")
# the memory
slip("adds up as AdaGrad does", {memory: "h += g**2"}, "Does this memory forget? Let the slopes be 0 for a while.")
slip("adds the whole square", {"(1 - self.decay_rate) * g": "g"},
     "If all slopes are 1, at which number should a mean of squares settle?")
slip("shares swapped", {memory: "h[...] = (1 - self.decay_rate) * h + self.decay_rate * g**2"},
     "With decay_rate = 0.99, does a long memory keep much or little of the past in one step?")
slip("remembers only the last slope", {memory: "h[...] = (1 - self.decay_rate) * g**2"},
     "What does h still know of the slope before the last?")
slip("slopes not squares", {"g**2": "g"}, "Can h be negative? And what does its root say then?")
slip("sizes not squares", {"g**2": "np.abs(g)"}, "What is averaged here: sizes, or their squares?")
slip("squares the mean", {"g**2": "g", "np.sqrt(h)": "np.abs(h)"},
     "Slopes 1 and -1 in turn: is the mean of their squares 0?")
slip("adds and averages", {"h[...] = self.decay_rate * h": "h += self.decay_rate * h"},
     "How large is h after a thousand slopes of 1?")
slip("steps before it remembers", {f"{memory}\n    {step}": f"{step}\n    {memory}"},
     "In your first call: what is h when the weights move?")
slip("decay rate from the signature", {"self.decay_rate": "0.99"},
     "Make an optimizer with decay_rate = 0.5. What does it do with the 0.5?")
slip("starts at the first square", {"np.zeros_like(p) for p in params": "g**2 for g in grads"},
     "What is h before the first step? How large is it after one step with slope 1?")
slip("starts at one", {"np.zeros_like": "np.ones_like"}, "Where does the memory of the squares begin?")
slip("one number for an array", {"g**2": "np.mean(g**2)"}, "How many numbers h does a matrix of six weights need?")
slip("list as a dictionary", {"[np.zeros_like(p) for p in params]":
                                "{}\n    for key, value in params.items():\n"
                                "        self.h[key] = np.zeros_like(value)"},
     "A list has places, and no names. Which numbers lead to its entries, or how does one walk through two lists?")
slip("the weights as a memory", {"np.zeros_like(p)": "p"},
     "Write into your memory, then print the weights. How many arrays are there?")
slip("starts as the weights", {"np.zeros_like(p)": "p.copy()"},
     "Which slopes has an optimizer seen before its first step?")
slip("one memory for all", {"[np.zeros_like(p) for p in params]": "0.0",
                            each: "for p, g in zip(params, grads):",
                            "h[...] =": "self.h =", "* h": "* self.h", "(h)": "(self.h)"},
     "How many parameters are there, and how many memories?")
# which arrays
slip("new arrays in the list", {each: "for i, (p, g, h) in enumerate(zip(params, grads, self.h, strict=True)):",
                                "p -=": "params[i] = p -"}, "Who else holds the old array, and what do they see now?")
slip("a new array under an old name", {"p -=": "p = p -"},
     "Print the weights before and after. To what does the name `p` belong after your line?")
slip("squares the gradients in place", {"h[...]": "slope = g.copy()\n    g *= g\n    h[...]", "g**2": "g",
                                        "self.lr * g": "self.lr * slope"},
     "Print the gradients before and after the call. Are they yours to change?")

step, tiny = "p -= self.lr * g / (np.sqrt(h) + 1e-08)", "epsilon is far below the tolerance, and 0 / -1e-8 is 0, too"
RMSProp.equivalent(step, step.replace("+ 1e-08", "- 1e-08"), tiny)
RMSProp.equivalent(step, step.replace("1e-08", "-1e-08"), tiny)
# fmt: on


@RMSProp.alternative("update")
def a_dictionary_of_means(self, params, grads):
    if not self.h:
        self.h = {}
    for i in range(len(params)):
        square = grads[i] * grads[i]
        self.h[i] = square + self.decay_rate * (self.h.get(i, 0) - square)
        params[i][...] -= self.lr / (np.sqrt(self.h[i]) + 1e-8) * grads[i]


@RMSProp.alternative("update")
def in_two_lines(self, params, grads):
    rest = 1 - self.decay_rate
    self.h = [self.decay_rate * h + rest * np.square(g) for g, h in zip(grads, self.h or [0] * len(grads))]
    for p, g, h in zip(params, grads, self.h):
        np.subtract(p, self.lr * g / np.sqrt(h + 1e-14), out=p)


@RMSProp.alternative
class WeighsAllSlopes:
    def __init__(self, lr=0.01, decay_rate=0.99):
        self.lr, self.rho, self.squares = lr, decay_rate, []

    def update(self, params, grads):
        self.squares.append([g * g for g in grads])
        weights = (1 - self.rho) * self.rho ** np.arange(len(self.squares))[::-1]
        for p, g, *history in zip(params, grads, *self.squares):
            size = np.sqrt(np.tensordot(weights, np.stack(history), axes=1))
            p -= self.lr * np.divide(g, size, out=np.zeros_like(p), where=size > 0)
