r"""### `Tanh`: the bend

$$y = \tanh x = \frac{e^{x} - e^{-x}}{e^{x} + e^{-x}} \qquad\qquad
\frac{\partial L}{\partial x} = \texttt{dout}\,\cdot\,(1 - y^{2})$$

Everything happens element by element: $x$, $y$, `dout` and the gradient all have the shape $(N, H)$. The second formula
needs no $x$, only the output $y$, which `forward` has already worked out. There is nothing to learn here, so `params`
and `grads` are empty lists.

Both methods must be right for *every* finite $x$. At $x = \pm 1000$ the output is $\pm 1$ and the slope is 0, while
$e^{1000}$ is more than a float can hold.
"""

import numpy as np

from autograder import close, exercise, task


def batch(rng):
    return {"x": rng.normal(size=(5, 4)), "dout": rng.normal(size=(5, 4))}


def two_batches(rng):
    return {**batch(rng), "x2": rng.normal(size=(2, 4)), "dout2": rng.normal(size=(2, 4))}


def three_batches(rng):
    return {**two_batches(rng), "x3": rng.normal(size=(3, 4))}


def direction(rng):
    return {**batch(rng), "v": rng.normal(size=(5, 4))}


def far_out(rng):
    inputs = batch(rng)
    inputs["x"][:, :2] = rng.choice([-1000.0, 1000.0], size=(5, 2))
    inputs["x"][0, :2] = [-1000, 1000]
    return inputs


@exercise
class Tanh:
    """The layer y = tanh(x), element by element.

    Attributes
    ----------
    params, grads : empty lists
    out : what `forward` remembers
    """

    def __init__(self):
        self.params, self.grads = [], []
        self.out = None

    @task
    def forward(self, x):
        """Map a batch x of shape (N, H) to tanh(x), of the same shape."""
        self.out = np.tanh(x)
        return self.out

    @task
    def backward(self, dout):
        """Take dout of shape (N, H), return the gradient by x, of the same shape."""
        return dout * (1 - self.out**2)


@Tanh.check("forward", "the values of tanh(x), for one batch and then another", given=two_batches)
def values(Tanh, x, x2):
    layer = Tanh()
    return {"first": layer.forward(x), "second": layer.forward(x2)}


@Tanh.check("forward", "right at x = 1000 and x = -1000", given=far_out)
def plateau(Tanh, x):
    return Tanh().forward(x)


@Tanh.check("backward", "the gradient by x", given=batch, points=2)
def gradient(Tanh, x, dout):
    layer = Tanh()
    layer.forward(x)
    return layer.backward(dout)


@Tanh.check("backward", "the gradient predicts how the loss changes", given=direction, compare=close(1e-5, 1e-6))
def slope(Tanh, x, dout, v):
    layer = Tanh()
    layer.forward(x)
    return np.sum(layer.backward(dout) * v)


@slope.expected
def central_difference(Tanh, x, dout, v):
    def loss(step):
        return np.sum(dout * Tanh().forward(x + step * v))

    return (loss(1e-4) - loss(-1e-4)) / 2e-4


@Tanh.check("backward", "right at x = 1000 and x = -1000", given=far_out)
def flat(Tanh, x, dout):
    layer = Tanh()
    layer.forward(x)
    return layer.backward(dout)


@Tanh.check("backward", "only the last batch counts, and only this layer's", given=three_batches)
def memory(Tanh, x, dout, x2, dout2, x3):
    layer, other = Tanh(), Tanh()
    layer.forward(x2)
    first = layer.backward(dout2)
    layer.forward(x)
    other.forward(x3)
    return {"first": first, "second": layer.backward(dout)}


@Tanh.misconception("forward", "exp(1000) is too big for a float. Which powers of e stay small for every x?")
def overflows(self, x):
    self.out = (np.exp(x) - np.exp(-x)) / (np.exp(x) + np.exp(-x))
    return self.out


@Tanh.misconception("forward", "Where does the division begin, and where does it end?")
def divides_too_little(self, x):
    self.out = np.exp(x) - np.exp(-x) / np.exp(x) + np.exp(-x)
    return self.out


@Tanh.misconception("forward", "Your function grows without bound. What stands below the fraction bar?")
def is_the_hyperbolic_sine(self, x):
    self.out = np.sinh(x)
    return self.out


@Tanh.misconception("forward", "What should come out for x = 0? Compare what is above and below the fraction bar.")
def is_upside_down(self, x):
    self.out = 1 / np.tanh(x)
    return self.out


@Tanh.misconception("forward", "Between which two numbers does tanh lie? Try a negative x.")
def is_a_sigmoid(self, x):
    self.out = 1 / (1 + np.exp(-x))
    return self.out


@Tanh.misconception("forward", "What is the slope of tanh at 0, and what is yours?")
def is_half_as_steep(self, x):
    self.out = 2 / (1 + np.exp(-x)) - 1
    return self.out


@Tanh.misconception("forward", "One letter can change a function. Plot yours from -3 to 3: is it smooth and rising?")
def is_the_tangent(self, x):
    self.out = np.tan(x)
    return self.out


@Tanh.misconception("forward", "Does the curve have corners?")
def has_corners(self, x):
    self.out = np.clip(x, -1, 1)
    return self.out


@Tanh.misconception("forward", "Turn the sign of x. What happens to tanh(x)?")
def loses_the_sign(self, x):
    self.out = np.tanh(np.abs(x))
    return self.out


@Tanh.misconception("forward", "Adding a number to a whole row leaves a softmax as it is. Does it leave tanh as it is?")
def shifts_as_softmax_does(self, x):
    self.out = np.tanh(x - x.max(axis=1, keepdims=True))
    return self.out


@Tanh.misconception("forward", "How often is tanh applied on the way?")
def is_applied_twice(self, x):
    self.out = np.tanh(x)
    return np.tanh(self.out)


@Tanh.misconception("forward", "What does forward hand back?")
def forward_returns_nothing(self, x):
    self.out = np.tanh(x)


@Tanh.misconception("forward", "How many things does the next layer expect from this one?")
def returns_a_cache_as_well(self, x):
    self.out = np.tanh(x)
    return self.out, x


@Tanh.misconception("forward", "Call forward with a second batch. Whose output is this?")
def answers_the_first_batch_again(self, x):
    if self.out is None:
        self.out = np.tanh(x)
    return self.out


@Tanh.misconception("backward", "What must forward remember, so that backward finds it?")
class RemembersNothing:
    def __init__(self):
        self.params, self.grads = [], []
        self.out = None

    def forward(self, x):
        return np.tanh(x)

    def backward(self, dout):
        return dout * (1 - self.out**2)


@Tanh.misconception("backward", "Can tanh fall anywhere? Look which letter stands in the formula for the slope.")
class SquaresTheInput:
    def __init__(self):
        self.params, self.grads = [], []

    def forward(self, x):
        self.x = x
        return np.tanh(x)

    def backward(self, dout):
        return dout * (1 - self.x**2)


@Tanh.misconception(
    "backward", "Right for small x. Which number that `forward` already has would spare you the powers of e?"
)
class OverflowsOnTheWayBack:
    def __init__(self):
        self.params, self.grads = [], []

    def forward(self, x):
        self.x = x
        return np.tanh(x)

    def backward(self, dout):
        power = np.exp(2 * self.x)
        return dout * 4 * power / (power + 1) ** 2


@Tanh.misconception("backward", "Run forward on two batches, then backward. Of which batch does backward speak?")
class RemembersTheFirstBatch:
    def __init__(self):
        self.params, self.grads = [], []
        self.out = None

    def forward(self, x):
        if self.out is None:
            self.out = np.tanh(x)
        return np.tanh(x)

    def backward(self, dout):
        return dout * (1 - self.out**2)


@Tanh.misconception("backward", "A network has two layers of this class. How many memories do they need?")
class SharesItsMemory:
    def __init__(self):
        self.params, self.grads = [], []

    def forward(self, x):
        type(self).out = np.tanh(x)
        return self.out

    def backward(self, dout):
        return dout * (1 - self.out**2)


@Tanh.misconception("backward", "The slope at 1 and the slope at -1 are the same. Are yours?")
def forgets_the_square(self, dout):
    return dout * (1 - self.out)


@Tanh.misconception("backward", "Whose derivative is this? Try it at x = 0, where tanh rises with slope 1.")
def is_the_sigmoids(self, dout):
    return dout * self.out * (1 - self.out)


@Tanh.misconception("backward", "How often have you applied tanh before you square?")
def applies_tanh_again(self, dout):
    return dout * (1 - np.tanh(self.out) ** 2)


@Tanh.misconception("backward", "The slope of tanh, or its value: which one does the chain rule multiply by?")
def multiplies_by_the_output(self, dout):
    return dout * self.out


@Tanh.misconception("backward", "At x = 1000 a small nudge changes nothing. What does your gradient say there?")
def passes_dout_on(self, dout):
    return dout


@Tanh.misconception("backward", "What must come out for dout = 0?")
def adds_instead_of_multiplying(self, dout):
    return dout + (1 - self.out**2)


@Tanh.misconception("backward", "If dout doubles, what should double?")
def ignores_dout(self, dout):
    return 1 - self.out**2


@Tanh.misconception("backward", "tanh rises everywhere. Which sign does a slope have then?")
def falls_instead_of_rising(self, dout):
    return dout * (self.out**2 - 1)


@Tanh.misconception("backward", "Can tanh be steeper than at 0? Is yours?")
def adds_the_square(self, dout):
    return dout * (1 + self.out**2)


@Tanh.misconception("backward", "You have differentiated once more than was asked. What is the slope at 0?")
def is_the_second_derivative(self, dout):
    return dout * -2 * self.out * (1 - self.out**2)


@Tanh.misconception("backward", "The layer below is waiting for an array. What does backward hand back?")
def backward_returns_nothing(self, dout):
    dout = dout * (1 - self.out**2)


@Tanh.alternative("forward")
def by_a_steeper_sigmoid(self, x):
    self.out = 2 / (1 + np.exp(-2 * x)) - 1
    return self.out


@Tanh.alternative("forward")
def by_powers_that_stay_small(self, x):
    small = np.exp(-2 * np.abs(x))
    self.out = np.sign(x) * (1 - small) / (1 + small)
    return self.out.copy()


@Tanh.alternative("forward")
def by_a_mask(self, x):
    self.out = np.empty_like(x)
    positive = x > 0
    up, down = np.exp(-2 * x[positive]), np.exp(2 * x[~positive])
    self.out[positive] = (1 - up) / (1 + up)
    self.out[~positive] = (down - 1) / (down + 1)
    return self.out


@Tanh.alternative("backward")
def by_two_factors(self, dout):
    return np.einsum("nh,nh,nh->nh", dout, 1 - self.out, 1 + self.out)


@Tanh.alternative("backward")
def one_at_a_time(self, dout):
    dx = np.zeros_like(dout)
    for index in np.ndindex(dout.shape):
        dx[index] = dout[index] * (1 - self.out[index] ** 2)
    return dx


@Tanh.alternative
class KeepsTheInput:
    def __init__(self):
        self.params, self.grads = [], []

    def forward(self, values):
        self._seen = values.copy()
        return np.tanh(values)

    def backward(self, upstream):
        return upstream / np.cosh(self._seen) ** 2


@Tanh.alternative
class KeepsTheSlope:
    def __init__(self):
        self.params, self.grads = [], []
        self.slope = None

    def forward(self, x):
        def slope_of(y):
            return 1 - np.square(y)

        y = np.tanh(x)
        self.slope = slope_of(y)
        return y

    def backward(self, dout):
        dout *= self.slope
        return dout
