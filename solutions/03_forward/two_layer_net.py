r"""### `TwoLayerNet`: layers in a list

$$x \;\longrightarrow\; \boxed{\text{Affine}} \;\longrightarrow\; \boxed{\text{Sigmoid}} \;\longrightarrow\;
\boxed{\text{Affine}} \;\longrightarrow\; s \qquad\qquad x: (N, D) \quad s: (N, C)$$

`__init__` makes three things:

- **Four arrays of random numbers**: $W_1$ $(D, H)$, $b_1$ $(H,)$, $W_2$ $(H, C)$, $b_2$ $(C,)$, all four from the
  standard normal distribution (mean 0, standard deviation 1), the biases too. `__init__` draws them, with NumPy's
  global generator or with one of your own. It sets no seed: two networks have different weights.
- **`layers`**, the list of three layers.
- **`params`**, the *flat* list of the four arrays: $W_1, b_1, W_2, b_2$. They are the very arrays that the layers
  hold, not copies: training changes them here, and the layers must feel it.

`predict(x)` hands `x` to the first layer in `layers`, its answer to the second, and so on. What the last one
returns are the scores, as they are. It needs nothing but the list: the checks put three layers of their own into
`model.layers`, so mistakes in `Affine`, `Sigmoid` or `__init__` are not counted again. `x` stays as it is.

Watch the names. A misspelt `self.parmas` is no error in Python: it makes a new attribute, and nobody notices until
somebody asks for `params`.
"""

from functools import partial

import numpy as np

from autograder import exercise, task


def sizes(rng):
    spans = {"input_size": (5, 21), "hidden_size": (21, 41), "output_size": (3, 5)}
    return {name: int(rng.integers(*span)) for name, span in spans.items()}


def new_numbers(rng):
    shapes = {"W1": (3, 4), "b1": 4, "W2": (4, 2), "b2": 2}
    return {name: rng.normal(size=shape) for name, shape in shapes.items()}


def two_batches(rng):
    return {
        "x": rng.normal(size=(5, 3)),
        "x2": rng.normal(size=(2, 3)),
        "u": float(rng.uniform(0.5, 1)),
        "v": float(rng.uniform(1, 2)),
    }


@exercise
class TwoLayerNet:
    """A network of two Affine layers with a Sigmoid between them.

    Attributes
    ----------
    layers : [Affine, Sigmoid, Affine]
    params : [W1, b1, W2, b2], the same arrays that the layers hold
    """

    @task
    def __init__(self, input_size, hidden_size, output_size):
        """Draw the weights, make `layers` and `params`; the sizes are D, H and C."""
        W1 = np.random.randn(input_size, hidden_size)
        b1 = np.random.randn(hidden_size)
        W2 = np.random.randn(hidden_size, output_size)
        b2 = np.random.randn(output_size)
        self.layers = [Affine(W1, b1), Sigmoid(), Affine(W2, b2)]
        self.params = [param for layer in self.layers for param in layer.params]

    @task
    def predict(self, x):
        """Map a batch x of shape (N, D) to its scores, (N, C)."""
        for layer in self.layers:
            x = layer.forward(x)
        return x


@TwoLayerNet.check("__init__", "three layers, and four arrays of the right shapes in `params`", given=sizes, points=1.5)
def shapes(TwoLayerNet, input_size, hidden_size, output_size):
    model = TwoLayerNet(input_size, hidden_size, output_size)
    return {
        "which layers are Affine": np.array([type(layer).__name__ == "Affine" for layer in model.layers]) * 1,
        "which layers are Sigmoid": np.array([type(layer).__name__ == "Sigmoid" for layer in model.layers]) * 1,
        "shapes in params": [np.array(param.shape) for param in model.params],
    }


@TwoLayerNet.check("__init__", "what changes in `params` changes in the layers", given=new_numbers)
def same_arrays(TwoLayerNet, W1, b1, W2, b2):
    model = TwoLayerNet(3, 4, 2)
    for param, new in zip(model.params, [W1, b1, W2, b2]):
        param[...] = new
    return [param for layer in model.layers for param in layer.params]


# 300 networks: at least 900 numbers in the smallest group (b2), so the mean has a standard error of 0.033 and the
# spread one of 0.024. In 2,000 runs means were off by up to 0.133, spreads by up to 0.097; they may be off by 0.25.
@TwoLayerNet.check("__init__", "standard normal numbers, others in each network", given=sizes, points=1.5)
def drawn(TwoLayerNet, input_size, hidden_size, output_size):
    models = [TwoLayerNet(input_size, hidden_size, output_size) for _ in range(300)]
    groups = [np.concatenate([np.ravel(p) for p in params]) for params in zip(*(m.params for m in models))]
    beginnings = {tuple(np.ravel(param)[:2]) for model in models for param in model.params}
    return {
        "means, to the nearest half": np.array([np.rint(2 * group.mean()) / 2 for group in groups]),
        "standard deviations, to the nearest half": np.array([np.rint(2 * group.std()) / 2 for group in groups]),
        "different arrays": len(beginnings),
        "numbers in a network": sum(map(len, groups)) / 300,
    }


@TwoLayerNet.check(
    "predict", "`x` goes through the layers in their order, one batch and then another", given=two_batches
)
def through_the_layers(TwoLayerNet, x, x2, u, v):
    class Layer:
        def __init__(self, function):
            self.params, self.forward = [], function

    try:
        model = TwoLayerNet(3, 6, 2)
    except Exception:
        model = TwoLayerNet.__new__(TwoLayerNet)  # what is wrong in __init__ costs nothing here
    model.layers = [
        Layer(lambda x: np.repeat(x, 2, axis=1) + u),
        Layer(lambda x: x * x),
        Layer(lambda x: x[:, 1:3] - v),
    ]
    return {"the first answer": model.predict(x), "the second answer": model.predict(x2)}


@TwoLayerNet.check("predict", "the scores are handed back as they are; `x` is left alone", given=two_batches)
def as_they_are(TwoLayerNet, x, u, v):
    class Layer:
        def __init__(self, function):
            self.params, self.forward = [], function

    try:
        model = TwoLayerNet(3, 6, 3)
    except Exception:
        model = TwoLayerNet.__new__(TwoLayerNet)
    model.layers = [Layer(lambda x: x - v), Layer(lambda x: np.abs(x)), Layer(lambda x: 1 - u * x)]
    return {"scores": model.predict(x), "x afterwards": x}


# fmt: off
slip = partial(TwoLayerNet.slip, "__init__")
FLAT = "[param for layer in self.layers for param in layer.params]"
# names, and the flat list
slip("misspells params", {"self.params": "self.parmas"}, "Search for the name: how many spellings are there?")
slip("keeps layers to itself", {"self.layers": "layers"},
     "After `__init__` its own names are gone. What makes a name stay with the object?")
slip("keeps both to itself", {"self.layers": "layers", "self.params": "params"},
     "`layers` and `params` are gone when `__init__` ends. What makes a name stay with the object?")
slip("list of lists", {FLAT: "[layer.params for layer in self.layers]"},
     "How many entries should params have, and what is each of them: an array or a list?")
slip("forgets the last bias", {FLAT: "[W1, b1, W2]"}, "How many arrays can this network learn? Count params.")
slip("params in another order", {FLAT: "[W1, W2, b1, b2]"},
     "Which array comes first in params? Compare the order with the one in the text.")
slip("keeps the last list", {"self.params = [param for layer in self.layers for param in layer.params]":
                             "for layer in self.layers:\n    self.params = layer.params"},
     "The loop visits three layers. What is left in params of the first one?")
slip("adds lists to a number", {FLAT: "sum(layer.params for layer in self.layers)"},
     "`sum` begins with the number 0. Can a list be added to it?")
slip("forgets the last layer", {FLAT: "self.layers[0].params + self.layers[1].params"},
     "How many layers have something to learn, and where do they stand in the list?")
slip("one array of arrays", {FLAT: "np.array([W1, b1, W2, b2])"},
     "Four arrays of different shapes: do they fit into one? Is an array asked for, or a list?")
slip("params with names", {FLAT: "{'W1': W1, 'b1': b1, 'W2': W2, 'b2': b2}"},
     "Walk through your params with `for param in ...`. What do you meet, arrays or names?")
slip("copies", {FLAT: "[param.copy() for layer in self.layers for param in layer.params]"},
     "Change a number in params[0]. Does the first layer feel it?")
# the layers
slip("forgets the bend", {"Sigmoid(), ": ""}, "Affine after affine is affine. Which layer is missing?")
slip("bends at the end", {"Affine(W2, b2)]": "Affine(W2, b2), Sigmoid()]"},
     "Where does the network end? May its scores be negative?")
slip("a class is no layer", {"Sigmoid()": "Sigmoid"}, "Is there a pair of parentheses missing? Print `layers`.")
slip("another order of layers", {"[Affine(W1, b1), Sigmoid(), Affine(W2, b2)]":
                                 "[Affine(W1, b1), Affine(W2, b2), Sigmoid()]"},
     "Read the boxes in the text from left to right. What stands between the two Affine layers?")
slip("one pair of weights twice", {"Affine(W2, b2)": "Affine(W1, b1)"},
     "Which shape must the weights of the second Affine layer have?")
# shapes
slip("shapes turned round", {"input_size, hidden_size": "hidden_size, input_size",
                             "hidden_size, output_size": "output_size, hidden_size"},
     "x W: which of the two sizes must stand first in the shape of W?")
slip("bias of the wrong side", {"randn(hidden_size)": "randn(input_size)", "randn(output_size)": "randn(hidden_size)"},
     "Is there a bias for each input of a layer, or for each of its outputs?")
slip("a row of biases", {"randn(hidden_size)": "randn(1, hidden_size)", "randn(output_size)": "randn(1, output_size)"},
     "How many axes has b in the text? Print b1.shape.")
slip("a tuple for randn", {"randn(input_size, hidden_size)": "randn((input_size, hidden_size))"},
     "`randn` wants the lengths one by one. What do you give it?")
# which numbers
slip("uniform numbers", {"randn": "rand"}, "Are negative weights possible? One letter makes the difference.")
slip("small numbers", {"np.random.randn(input": "0.01 * np.random.randn(input",
                       "np.random.randn(hidden_size, ": "0.01 * np.random.randn(hidden_size, "},
     "Which standard deviation does the text ask for, and which one have your weights?")
slip("biases of zero", {"np.random.randn(hidden_size)": "np.zeros(hidden_size)",
                        "np.random.randn(output_size)": "np.zeros(output_size)"},
     "Zeros are a fine start for a bias, but read the text again: which of the four arrays are drawn?")
slip("all zeros", {"np.random.randn(input_size": "np.zeros((input_size", "W2 = np.random.randn(": "W2 = np.zeros((",
                   ", hidden_size)": ", hidden_size))", ", output_size)": ", output_size))"},
     "If all weights are equal, what could one hidden unit do that another does not?")
slip("always the same", {"W1 = ": "np.random.seed(0)\nW1 = "},
     "Make two networks and compare their weights. Who has set the generator back?")

slip = partial(TwoLayerNet.slip, "predict")
LOOP = "for layer in self.layers:\n    x = layer.forward(x)\nreturn x"
# the way through the layers
slip("goes backwards", {"in self.layers": "in self.layers[::-1]"}, "Which layer sees x first?")
slip("stops after the first", {"\nreturn": "\n    return"}, "How many layers has x seen when the function returns?")
slip("leaves out the last", {"in self.layers": "in self.layers[:-1]"}, "Who makes the scores? Has it been asked?")
slip("skips the bend", {"in self.layers": "in self.layers[::2]"},
     "How many layers are there, and how many have you asked?")
slip("does not hand on", {"x = layer": "layer"}, "forward returns something new. Who keeps it?")
slip("asks each layer about x", {"x = layer": "y = layer", "return x": "return y"},
     "What does the second layer get: x, or what the first one has made of it?")
slip("collects", {LOOP: "outputs = []\nfor layer in self.layers:\n    x = layer.forward(x)\n    outputs.append(x)\n"
                        "return outputs"}, "How many things are asked for: all answers, or the last one?")
slip("adds up", {"x = layer": "x = x + layer"}, "Does a layer replace x, or is its answer added to x?")
slip("layers of nobody", {"self.layers": "layers"}, "Whose list is it? What must stand before its name?")
slip("counts the layers", {"in self.layers": "in range(len(self.layers))"},
     "Print `layer` in your loop. Is it a layer, or its place in the list?")
slip("calls the layer", {"layer.forward(x)": "layer(x)"}, "Which of its methods does a layer have for this?")
slip("asks the list", {LOOP: "return self.layers.forward(x)"},
     "`self.layers` is a list. Who has a method `forward`: the list, or what stands in it?")
slip("returns nothing", {"return x": ""}, "What does predict hand back?")
# what comes after, and what is kept
slip("squeezes the scores", {"return x": "return 1 / (1 + np.exp(-x))"}, "May a score be larger than 1? Who says so?")
slip("makes probabilities", {"return x": "e = np.exp(x - x.max(axis=1, keepdims=True))\n"
                                         "return e / e.sum(axis=1, keepdims=True)"},
     "Are scores or probabilities asked for? In which section of this notebook does the softmax come?")
slip("names the winner", {"return x": "return x.argmax(axis=1)"},
     "Which shape should the scores have, and which has yours?")
slip("answers the first batch again", {"return x": "self.s = getattr(self, 's', x)\nreturn self.s"},
     "Call predict with a second batch. Whose scores are these?")
slip("works in the callers x", {LOOP: "y = x\nfor layer in self.layers:\n    y = layer.forward(y)\n"
                                     "x[...] = 0\nreturn y"},
     "Print x before and after the call. Is it yours to change?")
# fmt: on


@TwoLayerNet.alternative("__init__")
def with_a_generator(self, input_size, hidden_size, output_size):
    rng = np.random.default_rng()
    shapes = [(input_size, hidden_size), hidden_size, (hidden_size, output_size), output_size]
    self.params = [rng.standard_normal(shape) for shape in shapes]
    self.layers = [Affine(*self.params[:2]), Sigmoid(), Affine(*self.params[2:])]


@TwoLayerNet.alternative("predict")
def one_in_the_other(self, x):
    first, bend, last = self.layers
    return last.forward(bend.forward(first.forward(x)))


@TwoLayerNet.alternative
class GrowsItsLists:
    def __init__(self, input_size, hidden_size, output_size):
        def layer(inputs, outputs):
            return Affine(np.random.normal(0, 1, (inputs, outputs)), np.random.normal(size=outputs))

        self.layers = [layer(input_size, hidden_size)]
        self.layers.append(Sigmoid())
        self.layers.append(layer(hidden_size, output_size))
        self.depth = len(self.layers)
        self.params = []
        for one in self.layers:
            self.params += one.params

    def predict(self, x):
        def after(depth):
            return x if depth == 0 else self.layers[depth - 1].forward(after(depth - 1))

        return after(self.depth)


@TwoLayerNet.alternative
class InSinglePrecision:
    def __init__(self, *sizes):
        self.params, self.layers = [], []
        for i, outputs in enumerate(sizes[1:]):
            new = [np.random.randn(*shape).astype(np.float32) for shape in ((sizes[i], outputs), (outputs,))]
            self.layers += [Affine(*new), Sigmoid()]
            self.params.extend(new)
        self.layers.pop()

    def predict(self, x):
        from functools import reduce

        return reduce(lambda value, layer: layer.forward(value), self.layers, x)
