r"""### `Affine`: a fully connected layer

$$Y = X W + b \qquad X: (N, D),\quad W: (D, H),\quad b: (H,),\quad Y: (N, H)$$

Going back, the layer is handed $\partial L / \partial Y$ as `dout`, an array of shape $(N, H)$, and answers for each of
the three things that $Y$ depends on:

$$\frac{\partial L}{\partial X} = \texttt{dout}\; W^{T} \qquad
\frac{\partial L}{\partial W} = X^{T}\, \texttt{dout} \qquad
\frac{\partial L}{\partial b} = \sum_{n=1}^{N} \texttt{dout}_n$$

An optimizer holds on to the arrays in `grads`. Write new numbers **into** them: a new array in the list would be one
that the optimizer has never heard of.
"""

import numpy as np

from autograder import exercise, task


def batch(rng):
    return {
        "W": rng.normal(size=(3, 4)),
        "b": rng.normal(size=4),
        "x": rng.normal(size=(5, 3)),
        "dout": rng.normal(size=(5, 4)),
    }


def two_batches(rng):
    return {**batch(rng), "x2": rng.normal(size=(2, 3)), "dout2": rng.normal(size=(2, 4))}


def directions(rng):
    return {**batch(rng), "vx": rng.normal(size=(5, 3)), "vW": rng.normal(size=(3, 4)), "vb": rng.normal(size=4)}


@exercise
class Affine:
    """The layer Y = X W + b.

    Attributes
    ----------
    params : [W, b], arrays of shapes (D, H) and (H,)
    grads : [dW, db], arrays of the same shapes, updated in place by `backward`
    """

    def __init__(self, W, b):
        self.params = [W, b]
        self.grads = [np.zeros_like(W), np.zeros_like(b)]
        self.x = None

    @task
    def forward(self, x):
        """Map a batch x of shape (N, D) to (N, H), and remember what `backward` will need."""
        W, b = self.params
        self.x = x
        return x @ W + b

    @task
    def backward(self, dout):
        """Take dout of shape (N, H), fill `grads`, return the gradient by x, of shape (N, D)."""
        W, _ = self.params
        self.grads[0][...] = self.x.T @ dout
        self.grads[1][...] = dout.sum(axis=0)
        return dout @ W.T


@Affine.check("forward", "the values of x W + b", given=batch, points=2)
def scores(Affine, W, b, x):
    return Affine(W, b).forward(x)


@Affine.check("backward", "the gradients by x, W and b", given=batch, points=3)
def gradients(Affine, W, b, x, dout):
    layer = Affine(W, b)
    layer.forward(x)
    return {"dx": layer.backward(dout), "dW": layer.grads[0], "db": layer.grads[1]}


@Affine.check("backward", "the gradients predict how the loss changes", given=directions)
def slope(Affine, W, b, x, dout, vx, vW, vb):
    layer = Affine(W, b)
    layer.forward(x)
    dx = layer.backward(dout)
    return np.sum(dx * vx) + np.sum(layer.grads[0] * vW) + np.sum(layer.grads[1] * vb)


@slope.expected
def central_difference(Affine, W, b, x, dout, vx, vW, vb):
    def loss(step):
        return np.sum(dout * Affine(W + step * vW, b + step * vb).forward(x + step * vx))

    return (loss(1e-4) - loss(-1e-4)) / 2e-4


@Affine.check("backward", "grads are updated in place, and fresh on every call", given=two_batches)
def in_place(Affine, W, b, x, dout, x2, dout2):
    layer = Affine(W, b)
    dW, db = layer.grads
    layer.forward(x)
    layer.backward(dout)
    layer.forward(x2)
    layer.backward(dout2)
    return {"dW": dW, "db": db}


@Affine.misconception("forward", "Write the shapes under the product. Is anything added after it?")
def forgets_the_bias(self, x):
    self.x = x
    return x @ self.params[0]


@Affine.misconception("forward", "What does forward hand back?")
def forward_returns_nothing(self, x):
    self.x = x


@Affine.misconception("forward", "What must forward remember, so that backward finds it?")
def forward_remembers_nothing(self, x):
    return x @ self.params[0] + self.params[1]


@Affine.misconception("backward", "Each sample pushes on the same bias. What happens to the pushes?")
def db_is_a_mean(self, dout):
    self.grads[0][...] = self.x.T @ dout
    self.grads[1][...] = dout.mean(axis=0)
    return dout @ self.params[0].T


@Affine.misconception("backward", "Has somebody already divided by the number of samples?")
def divides_by_the_batch(self, dout):
    self.grads[0][...] = self.x.T @ dout / len(dout)
    self.grads[1][...] = dout.mean(axis=0)
    return dout @ self.params[0].T


@Affine.misconception("backward", "Is it the same array object that the optimizer holds?")
def rebinds_grads(self, dout):
    self.grads = [self.x.T @ dout, dout.sum(axis=0)]
    return dout @ self.params[0].T


@Affine.misconception("backward", "Call backward twice. What should the second call still know of the first?")
def accumulates(self, dout):
    self.grads[0] += self.x.T @ dout
    self.grads[1] += dout.sum(axis=0)
    return dout @ self.params[0].T


@Affine.misconception("backward", "Which gradient does the layer below wait for?")
def returns_the_weights_gradient(self, dout):
    self.grads[0][...] = self.x.T @ dout
    self.grads[1][...] = dout.sum(axis=0)
    return self.grads[0]


@Affine.misconception("backward", "If dout doubles, what should double?")
def ignores_dout(self, dout):
    dout = np.ones_like(dout)
    self.grads[0][...] = self.x.T @ dout
    self.grads[1][...] = dout.sum(axis=0)
    return dout @ self.params[0].T


@Affine.alternative("backward")
def with_einsum(self, dout):
    np.copyto(self.grads[0], np.einsum("nd,nh->dh", self.x, dout))
    np.copyto(self.grads[1], np.einsum("nh->h", dout))
    return np.einsum("nh,dh->nd", dout, self.params[0])


@Affine.alternative("backward")
def sample_by_sample(self, dout):
    W = self.params[0]
    self.grads[0][:] = 0
    self.grads[1][:] = 0
    dx = np.zeros_like(self.x)
    for n in range(len(dout)):
        self.grads[0][:] += np.outer(self.x[n], dout[n])
        self.grads[1][:] += dout[n]
        dx[n] = W @ dout[n]
    return dx
