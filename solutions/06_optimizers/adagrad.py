r"""### `AdaGrad`: a step size for every weight

$$h \;\leftarrow\; h + g^{2} \qquad\qquad w \;\leftarrow\; w - \eta\, \frac{g}{\sqrt{h} + \varepsilon}
\qquad\qquad \varepsilon = 10^{-8}$$

Element by element: each weight has a number $h$ of its own, which begins at 0 and adds up the squares of all slopes so
far. A weight that has met steep slopes walks in small steps from then on, and one that has met flat ones in long steps.
The small $\varepsilon$, outside of the root, is there for a weight whose slope has always been 0: it stays where it is.

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
class AdaGrad:
    """Steps that shrink with the squares of all slopes so far.

    Attributes
    ----------
    lr : float
    h : list of arrays like `params`, the sums of squares; None before the first step
    """

    def __init__(self, lr=0.01):
        self.lr = lr
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
            h += g**2
            p -= self.lr * g / (np.sqrt(h) + 1e-8)


@AdaGrad.check("update", "the first step of a matrix and a vector", given=steps, compare=STEPS)
def first(AdaGrad, lr, params, steps):
    AdaGrad(lr).update(params, steps[0])
    return {"params": params}


@AdaGrad.check("update", "five steps of two parameters of one shape", given=twins, compare=STEPS, points=3)
def path(AdaGrad, lr, params, steps):
    optimizer, seen = AdaGrad(lr), {}
    for grads in steps:
        optimizer.update(params, grads)
        seen[f"after step {len(seen) + 1}"] = [p.copy() for p in params]
    return seen


@AdaGrad.check("update", "where the slope has always been 0, the weight stays", given=flat_places, points=0.5)
def flat(AdaGrad, lr, params, steps):
    before, optimizer = [p.copy() for p in params], AdaGrad(lr)
    for grads in steps:
        optimizer.update(params, grads)
    return {"weights that moved": [np.where(np.isnan(now), now, now != old) for now, old in zip(params, before)]}


# Wrong steps are charged above: these two compare steps with steps of the same student, whatever the settings.


@AdaGrad.check(
    "update",
    "the layers' own arrays hold the new numbers",
    given=steps,
    points=1,
    compare=agree("moves of the layers' arrays", "moves of the arrays in the list"),
)
def in_place(AdaGrad, params, steps):
    held, before, optimizer = list(params), [p.copy() for p in params], AdaGrad(0.1)
    for grads in steps:
        optimizer.update(params, grads)
    lists = {"moves of the layers' arrays": held, "moves of the arrays in the list": params}
    return {name: [now - old for now, old in zip(arrays, before)] for name, arrays in lists.items()}


@AdaGrad.check(
    "update",
    "the gradients stay as they are, and may be written anew",
    given=steps,
    points=0.5,
    compare=agree("moves", "moves by copies of the gradients"),
)
def gradients(AdaGrad, params, steps):
    optimizer, twin = AdaGrad(0.1), AdaGrad(0.1)
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
slip = partial(AdaGrad.slip, "update")
each, step = "for p, g, h in zip(params, grads, self.h):", "p -= self.lr * g / (np.sqrt(h) + 1e-8)"
# the step
slip("climbs", {"-=": "+="}, "The gradient points to where the loss grows. Which way do you walk?")
slip("learning rate forgotten", {"self.lr * ": ""}, "How long is your step if lr is halved?")
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
slip("adds slopes not squares", {"g**2": "g"}, "Can h be negative? And what does its root say then?")
slip("adds sizes not squares", {"g**2": "np.abs(g)"}, "What is summed up here: sizes, or their squares?")
slip("remembers only the last slope", {"h +=": "h[...] ="}, "What does h still know of the slope before the last?")
slip("forgets slowly", {"h += g**2": "h[...] = 0.9 * h + 0.1 * g**2"},
     "That is a method of the next section. Does h forget anything here?")
slip("steps before it adds", {f"h += g**2\n    {step}": f"{step}\n    h += g**2"},
     "In your first call: what is h when the weights move?")
slip("starts at one", {"np.zeros_like": "np.ones_like"}, "Where does the sum of squares begin?")
slip("starts as the weights", {"np.zeros_like(p)": "p.copy()"},
     "Which slopes has an optimizer seen before its first step?")
slip("one number for an array", {"g**2": "np.sum(g**2)"}, "How many numbers h does a matrix of six weights need?")
slip("list as a dictionary", {"[np.zeros_like(p) for p in params]":
                                "{}\n    for key, value in params.items():\n"
                                "        self.h[key] = np.zeros_like(value)"},
     "A list has places, and no names. Which numbers lead to its entries, or how does one walk through two lists?")
slip("the weights as a memory", {"np.zeros_like(p)": "p"},
     "Write into your memory, then print the weights. How many arrays are there?")
slip("one memory for all", {"[np.zeros_like(p) for p in params]": "0.0",
                            each: "for p, g in zip(params, grads):",
                            "h +=": "self.h = self.h +", "(h)": "(self.h)"},
     "How many parameters are there, and how many memories?")
# which arrays
slip("new arrays in the list", {each: "for i, (p, g, h) in enumerate(zip(params, grads, self.h, strict=True)):",
                                "p -=": "params[i] = p -"}, "Who else holds the old array, and what do they see now?")
slip("a new array under an old name", {"p -=": "p = p -"},
     "Print the weights before and after. To what does the name `p` belong after your line?")
slip("squares the gradients in place", {"h += g**2": "slope = g.copy()\n    g *= g\n    h += g",
                                        "self.lr * g": "self.lr * slope"},
     "Print the gradients before and after the call. Are they yours to change?")

step, tiny = "p -= self.lr * g / (np.sqrt(h) + 1e-08)", "epsilon is far below the tolerance, and 0 / -1e-8 is 0, too"
AdaGrad.equivalent(step, step.replace("+ 1e-08", "- 1e-08"), tiny)
AdaGrad.equivalent(step, step.replace("1e-08", "-1e-08"), tiny)
# fmt: on


@AdaGrad.alternative("update")
def a_dictionary_of_sums(self, params, grads):
    if not self.h:
        self.h = {}
    for i in range(len(params)):
        self.h[i] = self.h.get(i, 0) + grads[i] * grads[i]
        params[i][...] -= self.lr / (np.sqrt(self.h[i]) + 1e-8) * grads[i]


@AdaGrad.alternative("update")
def epsilon_inside(self, params, grads):
    self.h = [np.square(g) + h for g, h in zip(grads, self.h or [0] * len(grads))]
    for p, g, h in zip(params, grads, self.h):
        np.subtract(p, self.lr * g * (h + 1e-14) ** -0.5, out=p)


@AdaGrad.alternative
class KeepsAllSlopes:
    def __init__(self, lr=0.01):
        self.lr, self.slopes = lr, []

    def update(self, params, grads):
        self.slopes.append([g.copy() for g in grads])
        for p, *history in zip(params, *self.slopes):
            size = np.linalg.norm(np.stack(history), axis=0)
            p -= self.lr * np.divide(history[-1], size, out=np.zeros_like(p), where=size > 0)
