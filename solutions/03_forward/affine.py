r"""### `Affine`: the layer that owns its weights

$$Y = X W + b \qquad X: (N, D),\quad W: (D, H),\quad b: (H,),\quad Y: (N, H)$$

The same formula as in `affine_layer_forward`, but now the layer has its weights in `params`, and `forward` is told
the batch only. Take them from `params` at each call: training changes them between two calls. `forward` reads them
and leaves them alone, as it does with `x`.

You may call your `affine_layer_forward` or write the formula once more. Both are right, and what may be wrong up
there is not counted a second time: the check puts a stand-in in its place. The rows of `x` are one-hot in the
checks, a single 1 among zeros, so that the stand-in has to pick out rows of $W$ only. Your layer must work for
every `x`.
"""

from functools import partial

import numpy as np

from autograder import agree, exercise, task


def batch(rng, N=5):
    """Each row of x picks a row of W, and no row of W is left out."""
    return {
        "W": rng.normal(size=(3, 4)),
        "b": rng.normal(size=4),
        "x": np.eye(3)[rng.permutation(np.resize(np.arange(3), N))],
    }


def two_batches(rng):
    return {**batch(rng), "x2": batch(rng, 4)["x"]}


def new_weights(rng):
    return {**batch(rng), "W_new": rng.normal(size=(3, 4)), "b_new": rng.normal(size=4)}


@exercise
class Affine:
    """The layer Y = X W + b.

    Attributes
    ----------
    params : [W, b], arrays of shapes (D, H) and (H,)
    """

    def __init__(self, W, b):
        self.params = [W, b]

    @task
    def forward(self, x):
        """Map a batch x of shape (N, D) to (N, H)."""
        W, b = self.params
        return x @ W + b


@Affine.check(
    "forward",
    "the values of x W + b, for one batch and then another",
    given=two_batches,
    points={"the first answer": 0.75, "the second answer": 0.5},
)
def values(Affine, W, b, x, x2):
    names = getattr(Affine.forward, "__globals__", {})
    own = {name: names[name] for name in ["affine_layer_forward"] if name in names}
    # a stand-in: it is right where the rows of X are one-hot
    names["affine_layer_forward"] = lambda X, W, b: (W[X.argmax(axis=1)] + b, (X, W, b))
    try:
        layer = Affine(W, b)
        return {"the first answer": layer.forward(x), "the second answer": layer.forward(x2)}
    finally:
        names.pop("affine_layer_forward")
        names.update(own)


@Affine.check(
    "forward",
    "the weights of the moment count; weights and `x` are left alone",
    given=new_weights,
    compare=agree("y", "y of a new layer"),
    points=0.75,
)
def weights_of_the_moment(Affine, W, b, x, W_new, b_new):
    names = getattr(Affine.forward, "__globals__", {})
    own = {name: names[name] for name in ["affine_layer_forward"] if name in names}
    names["affine_layer_forward"] = lambda X, W, b: (W[X.argmax(axis=1)] + b, (X, W, b))
    try:
        fresh, layer = Affine(W_new.copy(), b_new.copy()).forward(x.copy()), Affine(W, b)
        layer.forward(x)
        layer.params[0][...], layer.params[1][...] = W_new, b_new
        y = layer.forward(x)
        return {"y": y, "y of a new layer": fresh, "params afterwards": list(layer.params), "x afterwards": x}
    finally:
        names.pop("affine_layer_forward")
        names.update(own)


# fmt: off
slip = partial(Affine.slip, "forward")
# the product and the sum
slip("forgets the bias", {" + b": ""}, "Write the shapes under the product. Is anything added after it?")
slip("subtracts the bias", {"+ b": "- b"}, "Try an x of zeros: what should come out?")
slip("multiplies the other way", {"x @ W": "np.dot(W, x)"},
     "A sample is a row of x. On which side of the weights must it stand?")
slip("multiplies by the transpose", {"x @ W": "np.dot(x, W.T)"},
     "Write the two shapes of the product side by side. Which two numbers must agree?")
slip("one bias a sample", {"+ b": "+ b[:, None]"},
     "Does the bias belong to a sample or to an output? Which axis of Y is that?")
slip("one bias for all", {"+ b": "+ b.sum()"}, "How many outputs has the layer, and does each one have its own bias?")
slip("adds the bias too early", {"x @ W + b": "(x + b) @ W"},
     "To what is the bias added: to what comes into the layer, or to what goes out?")
slip("bends the line", {"x @ W + b": "1 / (1 + np.exp(-(x @ W + b)))"},
     "Can a score be negative? Which layer bends the line, this one or the next?")
# what is handed on
slip("returns nothing", {"return ": ""}, "The next layer waits for an array. What does forward hand back?")
slip("hands over the batch only", {"x @ W + b": "affine_layer_forward(x)"},
     "What else does `affine_layer_forward` have to be told? Where does the layer keep it?")
slip("returns a cache as well", {"x @ W + b": "x @ W + b, (x, W, b)"},
     "How many things does the next layer expect from this one?")
# which weights, whose weights
slip("has no weights of its own", {"W, b = self.params\n": ""},
     "Where does a layer keep what belongs to it? Would the name be known after a restart of the kernel?")
slip("looks under another name", {"W, b = self.params": "W, b = self.W, self.b"},
     "Under which name has `__init__` put the weights away? Compare letter by letter.")
slip("both from the first", {"W, b = self.params": "W, b = self.params[0]"},
     "`params` holds two arrays. How many of them have you taken out before you unpack?")
slip("the list, twice", {"W, b = self.params": "W = b = self.params"},
     "`params` is a list of two arrays. Which of them is W, and how do you take it out?")
slip("weights in another order", {"W, b = self.params": "b, W = self.params"},
     "In which order has `__init__` put the two into the list?")
slip("keeps its first weights",
     {"W, b = self.params": "if not hasattr(self, 'first'):\n    self.first = [p.copy() for p in self.params]\n"
                            "W, b = self.first"},
     "Training changes the arrays in params. Which numbers does your second call use?")
slip("answers the first batch again", {"return x @ W + b": "if not hasattr(self, 'y'):\n    self.y = x @ W + b\n"
                                                           "return self.y"},
     "Call forward with a second batch. Whose scores are these?")
slip("works in its own bias", {"return x @ W + b": "y = x @ W + b\nb += y.mean(axis=0)\nreturn y"},
     "Print the params before and after the call. Who may change them?")
slip("forgets its weights", {"self.params": "self.params\nself.params = []"},
     "Call forward twice. What is left in params for the second call?")
# fmt: on


@Affine.alternative("forward")
def calls_the_function(self, x):
    y, cache = affine_layer_forward(x, *self.params)
    self.cache = cache
    return y


@Affine.alternative("forward")
def neuron_by_neuron(self, x):
    return np.stack([(x * w).sum(axis=1) + b for w, b in zip(self.params[0].T, self.params[1], strict=True)], axis=1)


@Affine.alternative
class NamesAsWell:
    def __init__(self, weights, bias):
        self.params = [weights, bias]
        self.W, self.b = self.params

    def forward(self, inputs):
        answer = np.tensordot(inputs, self.W, axes=1)
        answer += self.b
        return answer
