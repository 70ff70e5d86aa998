r"""### `Adam`: direction and size

In the step number $t$, which is 1 for the first call, and element by element:

$$m \leftarrow \beta_1 m + (1-\beta_1)\, g \qquad\qquad v \leftarrow \beta_2 v + (1-\beta_2)\, g^2$$

$$\hat m = \frac{m}{1-\beta_1^{\,t}} \qquad \hat v = \frac{v}{1-\beta_2^{\,t}} \qquad\qquad
w \leftarrow w - \eta\, \frac{\hat m}{\sqrt{\hat v} + \varepsilon} \qquad\qquad \varepsilon = 10^{-8}$$

Two fading means, of the slopes (as a momentum) and of their squares (as in `RMSProp`). Both begin at 0, so after one
step they are too small: $m = (1 - \beta_1)\, g$, a tenth of the slope for $\beta_1 = 0.9$. The hats undo exactly this.
They are used for the step, while $m$ and $v$ themselves go on as they are. A weight whose slope has always been 0 stays
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
        "beta1": float(rng.uniform(0.6, 0.8)),
        "beta2": float(rng.uniform(0.85, 0.95)),
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
class Adam:
    """A fading mean of slopes, divided by the size that they have had lately.

    Attributes
    ----------
    lr, beta1, beta2 : float
    t : int, the number of steps so far
    m, v : lists of arrays like `params`, the fading means; None before the first step
    """

    def __init__(self, lr=0.001, beta1=0.9, beta2=0.999):
        self.lr, self.beta1, self.beta2 = lr, beta1, beta2
        self.t = 0
        self.m = self.v = None

    @task
    def update(self, params, grads):
        """Take one step: change every array of `params` in place.

        Parameters
        ----------
        params : list of arrays of float
        grads : list of arrays of the same shapes; they stay as they are
        """
        if self.m is None:
            self.m, self.v = ([np.zeros_like(p) for p in params] for _ in range(2))
        self.t += 1
        for p, g, m, v in zip(params, grads, self.m, self.v):
            m[...] = self.beta1 * m + (1 - self.beta1) * g
            v[...] = self.beta2 * v + (1 - self.beta2) * g**2
            m_hat = m / (1 - self.beta1**self.t)
            v_hat = v / (1 - self.beta2**self.t)
            p -= self.lr * m_hat / (np.sqrt(v_hat) + 1e-8)


@Adam.check("update", "the first step of a matrix and a vector", given=steps, compare=STEPS)
def first(Adam, lr, beta1, beta2, params, steps):
    Adam(lr, beta1, beta2).update(params, steps[0])
    return {"params": params}


@Adam.check("update", "five steps of two parameters of one shape", given=twins, compare=STEPS, points=3)
def path(Adam, lr, beta1, beta2, params, steps):
    optimizer, seen = Adam(lr, beta1, beta2), {}
    for grads in steps:
        optimizer.update(params, grads)
        seen[f"after step {len(seen) + 1}"] = [p.copy() for p in params]
    return seen


@Adam.check("update", "where the slope has always been 0, the weight stays", given=flat_places, points=0.5)
def flat(Adam, lr, beta1, beta2, params, steps):
    before, optimizer = [p.copy() for p in params], Adam(lr, beta1, beta2)
    for grads in steps:
        optimizer.update(params, grads)
    return {"weights that moved": [np.where(np.isnan(now), now, now != old) for now, old in zip(params, before)]}


# Wrong steps are charged above: these two compare steps with steps of the same student, whatever the settings.


@Adam.check(
    "update",
    "the layers' own arrays hold the new numbers",
    given=steps,
    points=1,
    compare=agree("moves of the layers' arrays", "moves of the arrays in the list"),
)
def in_place(Adam, params, steps):
    held, before, optimizer = list(params), [p.copy() for p in params], Adam(0.1, 0.2, 0.3)
    for grads in steps:
        optimizer.update(params, grads)
    lists = {"moves of the layers' arrays": held, "moves of the arrays in the list": params}
    return {name: [now - old for now, old in zip(arrays, before)] for name, arrays in lists.items()}


@Adam.check(
    "update",
    "the gradients stay as they are, and may be written anew",
    given=steps,
    points=0.5,
    compare=agree("moves", "moves by copies of the gradients"),
)
def gradients(Adam, params, steps):
    optimizer, twin = Adam(0.1, 0.2, 0.3), Adam(0.1, 0.2, 0.3)
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
slip = partial(Adam.slip, "update")
each = "for p, g, m, v in zip(params, grads, self.m, self.v):"
# the step
slip("climbs", {"-=": "+="}, "The gradient points to where the loss grows. Which way do you walk?")
slip("learning rate forgotten", {"self.lr * ": ""}, "How long is your step if lr is halved?")
slip("power of the difference", {"1 - self.beta1**self.t": "(1 - self.beta1) ** self.t",
                                 "1 - self.beta2**self.t": "(1 - self.beta2) ** self.t"},
     "Work out the divisor of m for t = 2 and beta1 = 0.9. To what does the power belong?")
slip("root forgotten", {"np.sqrt(v_hat)": "v_hat"},
     "Measure g in other units, ten times as large. Should the step change for that?")
slip("epsilon is large", {"1e-8": "1"}, "How much of your step does epsilon decide? It is only there for 0.")
slip("nothing against zero", {" + 1e-8": ""}, "What is 0 divided by 0, and which weight of your network asks for it?")
slip("steps along the last slope", {"self.lr * m_hat": "self.lr * g"},
     "Which of the two memories gives the direction of the step?")
slip("writes the step over the weight", {"p -=": "p[...] = -"},
     "Where was the weight before the step? Does your new weight still know?")
# the correction
slip("no correction", {" / (1 - self.beta1**self.t)": "", " / (1 - self.beta2**self.t)": ""},
     "What are m and v after the first step, as shares of the slope and of its square?")
slip("corrects the direction only", {" / (1 - self.beta2**self.t)": ""},
     "Two means begin at 0. How many of them have you mended?")
slip("corrects the size only", {" / (1 - self.beta1**self.t)": ""},
     "Both means begin at 0. Which of them is still too small?")
slip("corrects as in the first step for ever", {"**self.t": ""},
     "Which part of the correction fades from step to step?")
slip("corrects by a product", {"**self.t": " * self.t"}, "What is 1 - beta * t after a hundred steps?")
slip("multiplies by the correction", {"m / (1": "m * (1", "v / (1": "v * (1"},
     "The means are too small at the start. Does your correction make them larger?")
slip("feeds the corrected means back", {"m_hat": "m[...]", "v_hat": "v[...]", "np.sqrt(v[...])": "np.sqrt(v)"},
     "What does the next call find in m: the running mean, or its mended copy?")
slip("counts from zero", {"self.t += 1\n": "", "+ 1e-8)": "+ 1e-8)\nself.t += 1"},
     "What is 1 - beta ** t in your first step?")
slip("counts parameters", {"self.t += 1\n": "", "m[...] =": "self.t += 1\n    m[...] ="},
     "How large is t after one call with two parameters?")
slip("counts from two", {"self.t += 1": "self.t = self.t + 1 if self.t else 2"}, "Which number has the first step?")
# the memories
slip("one beta for both", {"self.beta2": "self.beta1"}, "How many different rates of forgetting are there?")
slip("betas swapped", {"self.beta1": "self.beta_2", "self.beta2": "self.beta1", "self.beta_2": "self.beta2"},
     "Which of the two memories has beta1 in it?")
slip("betas from the signature", {"self.beta1": "0.9", "self.beta2": "0.999"},
     "Make an optimizer with beta1 = 0.5. What does it do with the 0.5?")
slip("a beta2 of its own", {"self.beta2": "0.99"},
     "Make an optimizer with beta2 = 0.5. What does it do with the 0.5?")
slip("shares swapped", {"self.beta1 * m + (1 - self.beta1) * g": "(1 - self.beta1) * m + self.beta1 * g",
                        "self.beta2 * v + (1 - self.beta2) * g**2": "(1 - self.beta2) * v + self.beta2 * g**2"},
     "With beta = 0.999, does a long memory keep much or little of the past in one step?")
slip("adds the whole slope", {"(1 - self.beta1) * g": "g", "(1 - self.beta2) * g": "g"},
     "If all slopes are 1, at which number should a mean of them settle?")
slip("size without squares", {"g**2": "g"}, "Can v be negative? And what does its root say then?")
slip("squares the mean slope", {"g**2": "m**2"}, "Whose square goes into v: that of the slope, or that of its mean?")
slip("forgets at once", {"if self.m is None:": "if True:"},
     "Which line sets m and v back to 0, and how often does it run?")
slip("starts as the weights", {"np.zeros_like(p)": "p.copy()"},
     "Which slopes has an optimizer seen before its first step?")
slip("two names for one memory", {"self.m, self.v = ([np.zeros_like(p) for p in params] for _ in range(2))":
                                  "self.m = self.v = [np.zeros_like(p) for p in params]"},
     "Write into m, then print v. How many lists have you made?")
slip("list as a dictionary", {"self.m, self.v = ([np.zeros_like(p) for p in params] for _ in range(2))":
                              "self.m, self.v = {}, {}\n    for key, value in params.items():\n"
                              "        self.m[key], self.v[key] = np.zeros_like(value), np.zeros_like(value)"},
     "A list has places, and no names. Which numbers lead to its entries, or how does one walk through two lists?")
slip("one memory for all", {"([np.zeros_like(p) for p in params] for _ in range(2))": "0.0, 0.0",
                            each: "for p, g in zip(params, grads):", "m[...] =": "self.m =",
                            "v[...] =": "self.v =",
                            "* m": "* self.m", "* v": "* self.v", "= m /": "= self.m /", "= v /": "= self.v /",
                            "self.lr * self.m_hat": "self.lr * m_hat"},
     "How many parameters are there, and how many memories?")
# which arrays
slip("new arrays in the list",
     {each: "for i, (p, g, m, v) in enumerate(zip(params, grads, self.m, self.v, strict=True)):",
      "p -=": "params[i] = p -"}, "Who else holds the old array, and what do they see now?")
slip("a new array under an old name", {"p -=": "p = p -"},
     "Print the weights before and after. To what does the name `p` belong after your line?")
slip("squares the gradients in place", {"v[...] =": "g *= g\n    v[...] =", "g**2": "g"},
     "Print the gradients before and after the call. Are they yours to change?")

tiny = "epsilon is far below the tolerance, and 0 / -1e-8 is 0, too"
step = "p -= self.lr * m_hat / (np.sqrt(v_hat) + 1e-08)"
Adam.equivalent(step, step.replace("+ 1e-08", "- 1e-08"), tiny)
Adam.equivalent(step, step.replace("1e-08", "-1e-08"), tiny)
Adam.equivalent("for p, g, m, v in zip(params, grads, self.m, self.v):",
                "for p, g, m, v in zip(params, grads, self.v, self.m):", "the two memories only change their names")
# fmt: on


@Adam.alternative("update")
def a_dictionary_of_pairs(self, params, grads):
    self.m = self.m or {}
    self.t += 1
    for i in range(len(params)):
        m, v = self.m.get(i, (0.0, 0.0))
        m = self.beta1 * m + (1 - self.beta1) * grads[i]
        v = self.beta2 * v + (1 - self.beta2) * grads[i] * grads[i]
        self.m[i] = m, v
        rate = self.lr * np.sqrt(1 - self.beta2**self.t) / (1 - self.beta1**self.t)
        params[i][...] -= rate * m / (np.sqrt(v) + 1e-8)


@Adam.alternative("update")
def moves_the_means(self, params, grads):
    if self.m is None:
        self.m, self.v = [0 * g for g in grads], [0 * g for g in grads]
    self.t += 1
    for i, gradient in enumerate(grads):
        self.m[i] += (1 - self.beta1) * (gradient - self.m[i])
        self.v[i] += (1 - self.beta2) * (gradient**2 - self.v[i])
    share1, share2 = 1 - self.beta1**self.t, 1 - self.beta2**self.t
    for p, m, v in zip(params, self.m, self.v):
        np.subtract(p, self.lr * (m / share1) / (1e-8 + (v / share2) ** 0.5), out=p)


@Adam.alternative
class DividesByTheWeights:
    """The hats are weighted means: sums with weights, divided by the sum of the weights."""

    def __init__(self, lr=0.001, beta1=0.9, beta2=0.999):
        self.lr, self.betas, self.history = lr, (beta1, beta2), []

    def update(self, params, grads):
        self.history.append([g.copy() for g in grads])
        for p, *slopes in zip(params, *self.history):
            powers = np.stack(slopes), np.stack(slopes) ** 2
            mean, square = (self._mean(beta, of) for beta, of in zip(self.betas, powers))
            p -= self.lr * mean / (np.sqrt(square) + 1e-8)

    @staticmethod
    def _mean(beta, values):
        weights = beta ** np.arange(len(values))[::-1]
        return np.tensordot(weights / weights.sum(), values, axes=1)
