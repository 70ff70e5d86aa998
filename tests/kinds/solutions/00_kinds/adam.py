r"""### `Adam`: a step of a length of its own for every weight

$$m \leftarrow \beta_1 m + (1-\beta_1) g \qquad v \leftarrow \beta_2 v + (1-\beta_2) g^2$$
$$w \leftarrow w - \eta\, \frac{m / (1-\beta_1^t)}{\sqrt{v / (1-\beta_2^t)} + 10^{-8}}$$
"""

import numpy as np

from autograder import exercise, task


def three_steps(rng):
    return {
        "params": [rng.normal(size=(2, 3)), rng.normal(size=4)],
        "steps": [[rng.normal(size=(2, 3)), rng.normal(size=4)] for _ in range(3)],
    }


@exercise
class Adam:
    """Adam.

    Attributes
    ----------
    lr, beta1, beta2 : float
    """

    def __init__(self, lr=0.01, beta1=0.9, beta2=0.999):
        self.lr, self.beta1, self.beta2 = lr, beta1, beta2
        self.t = 0
        self.m = self.v = None

    @task
    def update(self, params, grads):
        """Change every array of `params` in place; `grads` holds arrays of the same shapes."""
        if self.m is None:
            self.m = [np.zeros_like(p) for p in params]
            self.v = [np.zeros_like(p) for p in params]
        self.t += 1
        for p, g, m, v in zip(params, grads, self.m, self.v):
            m += (1 - self.beta1) * (g - m)
            v += (1 - self.beta2) * (g**2 - v)
            p -= self.lr * (m / (1 - self.beta1**self.t)) / (np.sqrt(v / (1 - self.beta2**self.t)) + 1e-8)


@Adam.check("update", "three steps of two parameters, in place", given=three_steps, points=3)
def path(Adam, params, steps):
    optimizer, held, seen = Adam(), list(params), []  # `held`: the arrays as the layers know them
    for grads in steps:
        optimizer.update(params, grads)
        seen.append([p.copy() for p in held])
    return seen


Adam.slip(
    "update",
    "no correction",
    {" / (1 - self.beta1**self.t)": "", " / (1 - self.beta2**self.t)": ""},
    "What is 1 - beta ** t for the first step, and how does it grow?",
)


Adam.slip("update", "rebinds", {"p -=": "p = p -"}, "Who else holds the old array?")


@Adam.alternative("update")
def keyed_by_position(self, params, grads):
    if self.m is None:
        self.m = {}
    self.t += 1
    for i in range(len(params)):
        m, v = self.m.get(i, (0.0, 0.0))
        m = self.beta1 * m + (1 - self.beta1) * grads[i]
        v = self.beta2 * v + (1 - self.beta2) * grads[i] * grads[i]
        self.m[i] = m, v
        step = self.lr * np.sqrt(1 - self.beta2**self.t) / (1 - self.beta1**self.t)
        params[i][...] -= step * m / (np.sqrt(v) + 1e-8 * np.sqrt(1 - self.beta2**self.t))
