r"""### `train`: a loop that is judged by what comes out

Take `steps` steps of gradient descent: `model.gradient(x, t)` fills `model.grads`; move `model.params` against them.
"""

import numpy as np

from autograder import accuracy, between, exercise


def clouds(rng):
    labels = rng.permutation(np.repeat([0, 1], 60))
    x = rng.normal(size=(120, 2)) * 0.5 + np.where(labels[:, None] == 1, [2.0, 1.0], [-1.0, -2.0])
    return {
        "x": x[:80],
        "t": 2.0 * labels[:80, None] - 1,
        "seed": int(rng.integers(1000)),
        "x_unseen": x[80:],
        "t_unseen": labels[80:],
        "unit": 10 ** rng.uniform(0, 99),
    }


@exercise
def train(model, x, t, steps):
    """Gradient descent with learning rate 0.1.

    Parameters
    ----------
    model : Slope; its params change in place
    x, t : arrays of shapes (N, 2) and (N, 1)
    steps : int
    """
    for _ in range(steps):
        model.gradient(x, t)
        model.params[0] -= 0.1 * model.grads[0]


# 1.0 on 1,000 seeds; the threshold leaves room for two mistakes in 40
@train.check("95 % of unseen points are right", given=clouds, compare=accuracy("t_unseen", at_least=0.95))
def unseen(train, Slope, x, t, seed, x_unseen):
    model = Slope(np.random.default_rng(seed))
    train(model, x, t, 50)
    return (model.predict(x_unseen)[:, 0] > 0).astype(int)


# in a unit of its own: the answer to other inputs is out of range
@train.check("the loss falls", given=clouds, compare=between(0.001, 0.9, unit="unit"))
def falls(train, Slope, x, t, seed, unit):
    model = Slope(np.random.default_rng(seed))
    before = np.mean((model.predict(x) - t) ** 2)
    train(model, x, t, 50)
    return unit * np.mean((model.predict(x) - t) ** 2) / before


train.slip("climbs", {"-=": "+="}, "Nudge against the gradient: does the loss fall?")
train.slip("never steps", {"model.params[0] -= 0.1 * model.grads[0]": ""}, "Which line changes the weights?")


@train.alternative
def with_while(model, x, t, steps):
    while steps > 0:
        model.gradient(x, t)
        for p, g in zip(model.params, model.grads):
            np.subtract(p, 0.1 * g, out=p)
        steps -= 1
