r"""### `Affine`: a layer with weights and biases

$$y = x W + b$$
"""

import numpy as np

from autograder import exercise, task


def batch(rng):
    return {"x": rng.normal(size=(5, 3)), "W": rng.normal(size=(3, 2)), "b": rng.normal(size=2)}


def batch_and_gradient(rng):
    return batch(rng) | {"dout": rng.normal(size=(5, 2))}


@exercise
class Affine:
    """A fully connected layer.

    Parameters
    ----------
    W : (D, H) array
    b : (H,) array
    """

    def __init__(self, W, b):
        self.params = [W, b]
        self.grads = [np.zeros_like(W), np.zeros_like(b)]
        self.x = None

    @task
    def forward(self, x):
        """Return x W + b, and cache what backward needs.

        Parameters
        ----------
        x : (N, D) array

        Returns
        -------
        (N, H) array
        """
        W, b = self.params
        self.x = x
        return x @ W + b

    @task
    def backward(self, dout):
        """Return the gradient with respect to x, and write those of W and b into `grads`.

        Parameters
        ----------
        dout : (N, H) array

        Returns
        -------
        (N, D) array
        """
        W, _ = self.params
        self.grads[0][...] = self.x.T @ dout
        self.grads[1][...] = dout.sum(axis=0)
        return dout @ W.T


@Affine.check("forward", "x W + b", given=batch, points=2, seconds=2)
def values(Affine, x, W, b):
    return Affine(W, b).forward(x)


@Affine.check("backward", "the three gradients", given=batch_and_gradient, points=3, seconds=2)
def gradients(Affine, x, W, b, dout):
    layer = Affine(W, b)
    layer.forward(x)
    dx = layer.backward(dout)
    return {"dx": dx, "dW": layer.grads[0], "db": layer.grads[1]}


Affine.slip("forward", "no bias", {"return x @ W + b": "return x @ W"}, "What is added to every row?")
Affine.slip("backward", "a mean", {"dout.sum(axis=0)": "dout.mean(axis=0)"}, "What happens to the pushes?")
