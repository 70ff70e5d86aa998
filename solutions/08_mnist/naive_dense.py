r"""### `NaiveDense`: a dense layer with its activation

$$Y = \text{activation}(X W + b) \qquad X: (N, D),\quad W: (D, H),\quad b: (H,)$$

Two methods are yours.

- `__init__` makes $W$ and $b$, and keeps both in the list `weights` as well: `[W, b]`, the **same two arrays**. The
  biases start at 0. The weights start as random numbers with mean 0 and the spread of **He**, all drawn from `rng`:

$$w \sim \text{Normal}\Bigl(0,\ \text{standard deviation } \sqrt{2 / D}\Bigr)$$

- `__call__` works out $Y$. It remembers in `inputs` and `outputs` what came in and what went out last: the given method
  `backward` reads both.

An activation is called like a function: `activation(z)`.
"""

from functools import partial

import numpy as np

from autograder import agree, exercise, task


def sizes(rng):
    return {
        "input_size": int(rng.integers(250, 400)),
        "output_size": int(rng.integers(100, 200)),
        "seed": int(rng.integers(2**31)),
    }


def two_batches(rng):
    return {
        "W": rng.normal(size=(3, 4)),
        "b": rng.normal(size=4),
        "x": rng.normal(size=(5, 3)),
        "x2": rng.normal(size=(2, 3)),
        "x3": rng.normal(size=(6, 3)),
    }


@exercise
class NaiveDense:
    """The layer Y = activation(X W + b).

    Attributes
    ----------
    activation : called as activation(z); has backward(dy, y)
    W, b : arrays of shapes (D, H) and (H,)
    weights : [W, b]
    inputs, outputs : what the last call was given, and what it returned
    """

    @task
    def __init__(self, input_size, output_size, activation, rng):
        """Make W with the spread of He, b = 0, and the list `weights`; keep the activation.

        Parameters
        ----------
        input_size, output_size : int, D and H
        activation : function of an array
        rng : numpy.random.Generator
        """
        self.activation = activation
        self.W = rng.normal(0, np.sqrt(2 / input_size), size=(input_size, output_size))
        self.b = np.zeros(output_size)
        self.weights = [self.W, self.b]

    @task
    def __call__(self, inputs):
        """Map a batch of shape (N, D) to (N, H); remember `inputs` and `outputs`."""
        self.inputs = inputs
        self.outputs = self.activation(inputs @ self.W + self.b)
        return self.outputs

    def backward(self, dy):
        """Map the gradient by the outputs, (N, H), to the one by the inputs, (N, D), and to [dW, db]."""
        dz = self.activation.backward(dy, self.outputs)
        dx, dW, db = affine_layer_backward(dz, (self.inputs, self.W, self.b))
        return dx, [dW, db]


@NaiveDense.check("__init__", "shapes, biases of 0, and `weights` holds the same arrays", given=sizes, points=0.5)
def arrays(NaiveDense, input_size, output_size, seed):
    layer = NaiveDense(input_size, output_size, np.tanh, np.random.default_rng(seed))
    return {
        "shape of W": list(layer.W.shape),
        "b": layer.b,
        "how many weights": len(layer.weights),
        "same arrays": layer.weights[0] is layer.W and layer.weights[1] is layer.b,
        "activation": layer.activation(0.5),
    }


@NaiveDense.check("__init__", "the spread of He, around 0", given=sizes, points=0.5)
def spread(NaiveDense, input_size, output_size, seed):
    # 25,000 numbers or more: their spread is known to 0.5 %, one decimal is sure
    W = NaiveDense(input_size, output_size, np.tanh, np.random.default_rng(seed)).W
    return {
        "how many": W.size,
        "mean, in spreads": abs(round(float(W.mean() / W.std()), 1)),
        "spread, in those of He": round(float(W.std() / (2 / input_size) ** 0.5), 1),
        "share of negative ones": round(float(np.mean(W < 0)), 1),
    }


@NaiveDense.check("__init__", "the random numbers come from rng, new ones for each layer", given=sizes, points=0.5)
def source(NaiveDense, input_size, output_size, seed):
    rng, again = np.random.default_rng(seed), np.random.default_rng(seed)
    first, second, same = (NaiveDense(input_size, output_size, np.tanh, r).W for r in (rng, rng, again))
    return {
        "how many": first.size,
        "different ones of three": len({float(W.ravel()[0]) for W in (first, second, same)}),
    }


# The probes put their own W and b into a layer, whatever __init__ has made of them.


@NaiveDense.check(
    "__call__",
    "activation(X W + b), for one batch and then another",
    given=two_batches,
    points={"first": 0.5, "second": 0.5},
)
def values(NaiveDense, W, b, x, x2):
    layer = NaiveDense(*W.shape, np.tanh, np.random.default_rng(0))
    layer.W, layer.b, layer.activation = W, b, np.tanh
    getattr(layer, "weights", [])[:] = W, b
    return {"first": layer(x), "second": layer(x2)}


@NaiveDense.check(
    "__call__",
    "inputs and outputs of the last batch are remembered",
    given=two_batches,
    points=0.5,
    compare=agree("outputs", "what the call returned"),
)
def memory(NaiveDense, W, b, x, x2, x3):
    layer, other = (NaiveDense(*W.shape, np.tanh, np.random.default_rng(0)) for _ in range(2))
    for one in (layer, other):
        one.W, one.b, one.activation = W, b, np.tanh
        getattr(one, "weights", [])[:] = W, b
    layer(x2)
    returned = layer(x).copy()
    other(x3)
    return {"inputs": layer.inputs, "outputs": layer.outputs, "what the call returned": returned}


# fmt: off
slip = partial(NaiveDense.slip, "__init__")
# the spread
slip("uniform from 0", {"rng.normal(0, np.sqrt(2 / input_size),": "rng.uniform(0, 0.1,"},
     "All weights above 0: which units of a relu layer are off for a picture, whose pixels are not negative either?")
slip("standard normal", {"np.sqrt(2 / input_size)": "1"},
     "A unit adds up D products. How large does the sum become when D grows?")
slip("no root", {"np.sqrt(2 / input_size)": "2 / input_size"},
     "Is 2/D the standard deviation of He, or its square?")
slip("as for tanh", {"2 / input_size": "1 / input_size"},
     "relu switches off half of the units. What makes up for that in the formula?")
slip("by the outputs", {"2 / input_size": "2 / output_size"},
     "A unit adds up products. One for each input, or one for each output?")
slip("all alike", {"rng.normal(0, np.sqrt(2 / input_size), size=": "np.full(fill_value=0.0, shape="},
     "All units of the layer start alike. What could ever make them differ?")
slip("around one", {"normal(0,": "normal(1,"}, "What should be the mean of the weights?")
# where the numbers come from
slip("an old name", {"rng.normal(0, np.sqrt(2 / input_size), size=(input_size, output_size))":
                     "rng.randn(input_size, output_size) * np.sqrt(2 / input_size)"},
     "`rng` is a Generator of NumPy. What is its method for normally distributed numbers called?")
slip("sizes without brackets", {"size=(input_size, output_size)": "input_size, output_size"},
     "A shape is one thing, not two. How do you write two numbers as one argument?")
slip("a dtype for a size", {"np.zeros(output_size)": "np.zeros(1, output_size)"},
     "What is the second argument of `np.zeros`? And how many axes has b?")
slip("ignores rng", {"rng.normal": "np.random.normal"},
     "Make two layers from generators of the same seed. Are they equal?")
slip("a generator of its own", {"rng.normal": "np.random.default_rng(0).normal"},
     "Two layers of the same size from one `rng`: are they different?")
# the arrays
slip("turned round", {"(input_size, output_size)": "(output_size, input_size)"},
     "Write the shapes of X and W under the product. Which two numbers must agree?")
slip("biases of one", {"np.zeros": "np.ones"}, "What should the biases be at the start?")
slip("random biases", {"np.zeros(output_size)": "rng.normal(size=output_size)"},
     "What should the biases be at the start?")
slip("one bias", {"np.zeros(output_size)": "np.zeros(1)"}, "How many biases has a layer of H units?")
slip("a row of biases", {"np.zeros(output_size)": "np.zeros((1, output_size))"},
     "Print the shape of b. How many axes has (H,)?")
slip("copies in the list", {"[self.W, self.b]": "[self.W.copy(), self.b.copy()]"},
     "An update changes the arrays in `weights`. Does the layer work with those?")
slip("only W", {"[self.W, self.b]": "[self.W]"}, "Does nobody update b?")
slip("no list", {"self.weights": "weights"}, "Who can read a variable after `__init__` has ended?")
slip("no bias kept", {"self.b = np": "b = self_b = np", "self.b]": "b]"},
     "How many spellings of `self.b` are in your code?")
slip("no activation kept", {"self.activation = activation": "self.activation = lambda z: z"},
     "What does the layer do with the argument `activation`?")

slip = partial(NaiveDense.slip, "__call__")
slip("no activation", {"self.activation(inputs @ self.W + self.b)": "inputs @ self.W + self.b"},
     "What bends the line? Two layers without it are as good as one.")
slip("bends too early", {"self.activation(inputs @ self.W + self.b)": "self.activation(inputs @ self.W) + self.b"},
     "What goes into the activation: the product, or the product and the bias?")
slip("forgets the bias", {" + self.b": ""}, "Write the shapes under the product. Is anything added after it?")
slip("multiplies the other way", {"inputs @ self.W": "self.W @ inputs"},
     "Books write W x for one column x. Here a sample is a row. On which side must it stand?")
slip("turns the weights", {"inputs @ self.W": "inputs @ self.W.T"},
     "Write the two shapes of the product side by side. Which two numbers must agree?")
slip("activation twice", {"return self.outputs": "return self.activation(self.outputs)"},
     "How often is the activation applied on the way?")
slip("always relu", {"self.activation(": "np.maximum(0, "}, "Which activation was the layer given?")
slip("answers the first batch again", {"self.inputs =": "inputs = getattr(self, 'inputs', inputs)\nself.inputs ="},
     "Call the layer with a second batch. Whose outputs are these?")
slip("remembers no inputs", {"self.inputs = inputs\n": ""},
     "Which two things does `backward` read? Who puts them there?")
slip("remembers no outputs", {"self.outputs": "outputs"}, "Which two things does `backward` read? Who puts them there?")
slip("remembers what comes before the bend", {"self.activation(inputs @ self.W + self.b)": "inputs @ self.W + self.b",
                                              "return self.outputs": "return self.activation(self.outputs)"},
     "Is what you remember the same as what you return?")
slip("remembers the first batch", {"self.inputs = inputs": "self.inputs = getattr(self, 'inputs', inputs)"},
     "Call the layer with two batches. Of which one does `backward` speak?")
slip("shares its memory", {"self.inputs = inputs": "type(self).inputs = inputs"},
     "A network has two layers of this class. How many memories do they need?")
slip("no return", {"return self.outputs": ""}, "What does the next layer get?")
# fmt: on


@NaiveDense.alternative
class ThroughTheList:
    def __init__(self, input_size, output_size, activation, rng):
        shape = (input_size, output_size)
        self.weights = [rng.standard_normal(shape) * (2 / input_size) ** 0.5, np.zeros((output_size,))]
        self.W, self.b = self.weights
        self.activation = activation

    def __call__(self, inputs):
        W, b = self.weights
        z = np.dot(inputs, W)
        z += b
        self.inputs, self.outputs = inputs, self.activation(z)
        return self.outputs

    def backward(self, dy):
        dx, *gradients = affine_layer_backward(self.activation.backward(dy, self.outputs), (self.inputs, *self.weights))
        return dx, gradients


@NaiveDense.alternative
class WithAProperty:
    def __init__(self, input_size, output_size, activation, rng):
        self.W = np.sqrt(2.0 / input_size) * rng.normal(size=[input_size, output_size])
        self.b = np.repeat(0.0, output_size)
        self.activation = activation

    @property
    def weights(self):
        return [self.W, self.b]

    def __call__(self, inputs):
        self.inputs = inputs.copy()
        self.outputs = self.activation(np.einsum("nd,dh->nh", inputs, self.W) + self.b[None, :])
        return self.outputs

    def backward(self, dy):
        dz = self.activation.backward(dy, self.outputs)
        dx, dW, db = affine_layer_backward(dz, (self.inputs, self.W, self.b))
        return dx, [dW, db]


@NaiveDense.alternative("__init__")
def in_single_precision(self, input_size, output_size, activation, rng):
    self.activation = activation
    spread = np.sqrt(2 / input_size)
    rows = [rng.normal(scale=spread, size=output_size) for _ in range(input_size)]
    self.W, self.b = np.array(rows, dtype=np.float32), np.zeros(output_size, dtype=np.float32)
    self.weights = [self.W, self.b]


@NaiveDense.alternative("__call__")
def sample_by_sample(self, inputs):
    self.inputs = inputs
    z = np.array([[sum(x * self.W[:, h]) + self.b[h] for h in range(len(self.b))] for x in inputs])
    self.outputs = self.activation(z)
    return self.outputs
