r"""### `SGD`: against the slope

$$w \;\leftarrow\; w - \eta\, g$$

`params` is a list of arrays, the weights of a whole network. `grads` is a list of arrays of the same shapes: for every
weight $w$ the slope $g = \partial L / \partial w$. The learning rate $\eta$ is `lr`.

`update` changes the weights **in place**: the layers hold the same arrays, so new numbers must be written *into* them.
The gradients are only read. After the step the layers write the next gradients into the same arrays.
"""

from functools import partial

import numpy as np

from autograder import agree, exercise, task


def signed(rng, *shape):
    """Numbers between 0.5 and 2, of both signs."""
    return rng.uniform(0.5, 2, size=shape) * rng.choice([-1, 1], size=shape)


def steps(rng, count=3):
    shapes = [(2, 3), (4,)]
    return {
        "lr": float(rng.uniform(0.1, 0.3)),
        "params": [signed(rng, *shape) for shape in shapes],
        "steps": [[signed(rng, *shape) for shape in shapes] for _ in range(count)],
    }


@exercise
class SGD:
    """Plain gradient descent.

    Attributes
    ----------
    lr : float, the learning rate
    """

    def __init__(self, lr=0.01):
        self.lr = lr

    @task
    def update(self, params, grads):
        """Take one step: change every array of `params` in place.

        Parameters
        ----------
        params : list of arrays of float
        grads : list of arrays of the same shapes; they stay as they are
        """
        for p, g in zip(params, grads):
            p -= self.lr * g


@SGD.check("update", "three steps of a matrix and a vector", given=steps, points=2)
def path(SGD, lr, params, steps):
    optimizer, seen = SGD(lr), {}
    for grads in steps:
        optimizer.update(params, grads)
        seen[f"after step {len(seen) + 1}"] = [p.copy() for p in params]
    return seen


# Wrong steps are charged above: these two compare steps with steps of the same student, whatever the settings.


@SGD.check(
    "update",
    "the layers' own arrays hold the new numbers",
    given=steps,
    points=0.5,
    compare=agree("moves of the layers' arrays", "moves of the arrays in the list"),
)
def in_place(SGD, params, steps):
    held, before, optimizer = list(params), [p.copy() for p in params], SGD(0.1)
    for grads in steps:
        optimizer.update(params, grads)
    lists = {"moves of the layers' arrays": held, "moves of the arrays in the list": params}
    return {name: [now - old for now, old in zip(arrays, before)] for name, arrays in lists.items()}


@SGD.check(
    "update",
    "the gradients stay as they are",
    given=steps,
    points=0.5,
    compare=agree("moves", "moves by copies of the gradients"),
)
def gradients(SGD, params, steps):
    optimizer, twin = SGD(0.1), SGD(0.1)
    before, twins = ([p.copy() for p in params] for _ in range(2))
    for grads in steps:
        twin.update(twins, [g.copy() for g in grads])
        optimizer.update(params, grads)
    lists = {"moves": params, "moves by copies of the gradients": twins}
    moves = {name: [now - old for now, old in zip(arrays, before)] for name, arrays in lists.items()}
    return {**moves, "gradients afterwards": steps}


# fmt: off
slip = partial(SGD.slip, "update")
each, step = "for p, g in zip(params, grads):", "p -= self.lr * g"
# where the step goes
slip("climbs", {"-=": "+="}, "The gradient points to where the loss grows. Which way do you walk?")
slip("writes the step over the weight", {step: "p[...] = -self.lr * g"},
     "Where was the weight before the step? Does your new weight still know?")
slip("list as an array", {"for p, g in zip(params, grads):\n    p -= self.lr * g": "params -= self.lr * grads"},
     "Can a list be multiplied by a number? How do you come to the arrays in it, one after the other?")
slip("list as a dictionary", {each: "for key in params.keys():", step: "params[key] -= self.lr * grads[key]"},
     "A list has places, and no names. Which numbers lead to its entries, or how does one walk through two lists?")
slip("rate without self", {"self.lr": "lr"},
     "Where has `__init__` put the learning rate? What stands before its name there?")
slip("learning rate forgotten", {"self.lr * ": ""}, "How long is your step if lr is halved?")
slip("learning rate from the signature", {"self.lr": "0.01"},
     "Make an optimizer with lr = 1. What does it do with the 1?")
slip("divides by the learning rate", {"self.lr * g": "g / self.lr"}, "Which lr makes small steps, 0.001 or 1?")
slip("divides by the batch again", {"* g": "* g / len(g)"},
     "Who has already divided by the number of samples? And does `len(g)` count samples?")
slip("divides by the size of the array", {"* g": "* g / g.size"},
     "Has the mean over the samples not been taken already? And what does `g.size` count?")
slip("one number for all", {"* g": "* g.mean()"}, "Every weight has a slope of its own. How many slopes do you use?")
slip("keeps only the sign", {"* g": "* np.sign(g)"},
     "A steep place and a flat one: which of them should move you further?")
# which arrays
slip("new arrays in the list", {each: "for i, (p, g) in enumerate(zip(params, grads, strict=True)):",
                                step: "params[i] = p - self.lr * g"},
     "Who else holds the old array, and what do they see now?")
slip("a new array under an old name", {step: "p = p - self.lr * g"},
     "Print the weights before and after. To what does the name `p` belong after your line?")
slip("first array only", {step: step + "\n    return"}, "How many arrays of `params` does one call reach?")
slip("scales the gradients in place", {step: "g *= self.lr\n    p -= g"},
     "Print the gradients before and after the call. Are they yours to change?")
slip("changes the gradients", {step: "g -= self.lr * p"}, "Which of the two lists should move?")
# fmt: on


@SGD.alternative("update")
def by_index(self, params, grads):
    for i in range(len(params)):
        params[i][...] = params[i] - self.lr * grads[i]


@SGD.alternative("update")
def with_out(self, params, grads):
    for weights, slope in zip(params, grads):
        np.subtract(weights, np.multiply(slope, self.lr), out=weights)


@SGD.alternative("update")
def number_by_number(self, params, grads):
    for array, gradient in zip(params, grads):
        for place in np.ndindex(array.shape):
            array[place] -= self.lr * gradient[place]


@SGD.alternative
class NegativeRate:
    def __init__(self, lr=0.01):
        self.factor = -lr

    def update(self, params, grads):
        list(map(self.step, params, grads))

    def step(self, weights, gradient):
        weights += self.factor * gradient
