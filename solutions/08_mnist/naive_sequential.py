r"""### `NaiveSequential`: layers in a row

$$x \;\to\; \text{layer}_1 \;\to\; \text{layer}_2 \;\to\; \cdots \;\to\; y$$

- `__init__` keeps the layers, and makes **one flat list** `weights` of all their arrays: first those of the first
  layer, in their order, then those of the second, and so on. With two dense layers these are four arrays,
  $[W_1, b_1, W_2, b_2]$. A layer may have no weights at all.
- `__call__` sends a batch through all layers.
- `backward(dy)` takes the gradient by the network's output, and returns one flat list of gradients, **in the order of
  `weights`**. It asks each layer `layer.backward(dy)`, which answers `(dx, gradients)`: the gradient by its inputs, and
  a list of those by its own weights. The `dx` of a layer is the `dy` of the layer below it.

Each layer is called once on each way. This class is graded with layers of our own, so a slip in `NaiveDense` costs
nothing here.
"""

from functools import partial

import numpy as np

from autograder import exercise, task


def three_layers(rng):
    """The numbers of three layers: y = w x² + c, y = v x², and one without weights."""
    return {
        "w": rng.normal(size=3),
        "c": rng.normal(size=3),
        "v": rng.normal(size=3),
        "x": rng.normal(size=(4, 3)),
        "dy": rng.normal(size=(4, 3)),
        "x2": rng.normal(size=(2, 3)),
    }


@exercise
class NaiveSequential:
    """Layers in a row.

    Attributes
    ----------
    layers : list; each layer has weights (a list of arrays), is called with a batch, and has backward(dy)
    weights : flat list of all arrays of all layers
    """

    @task
    def __init__(self, layers):
        """Keep the layers, and collect their weights."""
        self.layers = layers
        self.weights = [w for layer in layers for w in layer.weights]

    @task
    def __call__(self, inputs):
        """Send a batch through all layers, the first one first; return what the last one returns."""
        for layer in self.layers:
            inputs = layer(inputs)
        return inputs

    @task
    def backward(self, dy):
        """Map the gradient by the output to a flat list of gradients, one for each array of `weights`."""
        gradients = []
        for layer in reversed(self.layers):
            dy, own = layer.backward(dy)
            gradients = [*own, *gradients]
        return gradients


@NaiveSequential.check("__init__", "`weights` is one flat list of the layers' own arrays", given=three_layers)
def flat(NaiveSequential, w, c, v):
    class Layer:
        def __init__(self, *weights):
            self.weights = list(weights)

    layers = [Layer(w, c), Layer(), Layer(v)]
    model = NaiveSequential(layers)
    again = NaiveSequential(layers[2:])  # must not know the weights of the first model
    return {
        "how many": len(model.weights),
        "weights": list(model.weights),
        "same arrays": all(one is other for one, other in zip(model.weights, (w, c, v))),
        "weights of each layer afterwards": [len(layer.weights) for layer in layers],
        "weights of another model": list(again.weights),
    }


@NaiveSequential.check(
    "__call__",
    "through all layers, the first one first",
    given=three_layers,
    points={"first": 0.5, "second, and calls of each layer": 0.5},
)
def through(NaiveSequential, w, c, v, x, x2):
    class Layer:
        def __init__(self, *weights):
            self.own, self.weights, self.calls = weights, list(weights), 0

        def __call__(self, x):
            self.calls += 1
            for weight in self.own:
                x = weight * x * x + 1
            return x

    layers = [Layer(w, c), Layer(), Layer(v)]
    model = NaiveSequential(layers)
    first, second = model(x), model(x2)
    return {"first": first, "second, and calls of each layer": [second, [layer.calls for layer in layers]]}


def flat_gradients(NaiveSequential, w, c, v, x, dy, x2):
    class Layer:
        def __init__(self, *weights):
            self.own, self.weights = weights, list(weights)

        def __call__(self, x):
            self.x = x
            return np.prod(self.own[:1], axis=0) * x * x + np.sum(self.own[1:], axis=0)

        def backward(self, dy):
            own = [np.einsum("nd,nd->d", dy, self.x**2), np.einsum("nd->d", dy)]
            return 2 * dy * self.x * np.prod(self.own[:1], axis=0), own[: len(self.own)]

    model = NaiveSequential([Layer(w, c), Layer(), Layer(v)])
    for layer in model.layers:
        x = layer(x)
    first = list(model.backward(dy))
    for layer in model.layers:
        x2 = layer(x2)
    return {"first": first, "second": list(model.backward(dy[:2]))}


NaiveSequential.check(
    "backward",
    "one gradient for each of the weights, in their order",
    given=three_layers,
    points={"first": 0.5, "second": 0.5},
)(flat_gradients)


# fmt: off
slip = partial(NaiveSequential.slip, "__init__")
slip("list of lists", {"[w for layer in layers for w in layer.weights]": "[layer.weights for layer in layers]"},
     "How many entries should `weights` have for two dense layers? Is each of them an array?")
slip("reaches for W and b", {"[w for layer in layers for w in layer.weights]":
                             "[w for layer in layers for w in (layer.W, layer.b)]"},
     "A layer may have no W at all. Which list does every layer have?")
slip("adds lists to a number", {"[w for layer in layers for w in layer.weights]":
                                "sum(layer.weights for layer in layers)"},
     "`sum` begins with the number 0. Can a list be added to it?")
slip("only the last layer", {"[w for layer in layers for w in layer.weights]": "list(layers[-1].weights)"},
     "How many entries should `weights` have for two dense layers?")
slip("backwards", {"for layer in layers for": "for layer in layers[::-1] for"},
     "Which array should come first in `weights`?")
slip("all W first", {"[w for layer in layers for w in layer.weights]":
                     "[l.weights[i] for i in range(2) for l in layers if len(l.weights) > i]"},
     "Write down the order for two dense layers: what stands beside W of the first one?")
slip("copies", {"[w for": "[w.copy() for"}, "An update changes the arrays in `weights`. Do the layers work with those?")
slip("grows the first layer's list", {"[w for layer in layers for w in layer.weights]":
                                      "layers[0].weights\nfor layer in layers[1:]:\n    self.weights += layer.weights"},
     "Whose list does `+=` change? Print the weights of the first layer afterwards.")
slip("shared by all models", {"self.weights = [w for layer in layers for w in layer.weights]":
                              "type(self).weights = getattr(type(self), 'weights', []) "
                              "+ [w for layer in layers for w in layer.weights]"},
     "Make two models, one after the other. Whose weights are in the second one?")
slip("assumes two", {"[w for layer in layers for w in layer.weights]":
                     "[w for layer in layers for w in (layer.weights[0], layer.weights[1])]"},
     "Has every layer exactly two arrays of weights?")
slip("a misspelt name", {"self.weights": "self.wieghts"}, "Search for the name: how many spellings of it are there?")
slip("one long vector", {"[w for layer in layers for w in layer.weights]":
                         "np.concatenate([w.ravel() for layer in layers for w in layer.weights])"},
     "An update changes the layers' own arrays. Are they still in your answer?")

slip = partial(NaiveSequential.slip, "__call__")
slip("only the last layer", {"for layer in self.layers": "for layer in self.layers[-1:]"},
     "Which layers does the batch meet on its way?")
slip("only the first layer", {"return": "    return"}, "When does the loop end?")
slip("the other way", {"in self.layers": "in reversed(self.layers)"}, "Which layer sees the pictures?")
slip("each from the start", {"inputs = layer(inputs)": "outputs = layer(inputs)", "return inputs": "return outputs"},
     "What does the second layer get: the pictures, or what the first layer has made of them?")
slip("adds the outputs up", {"inputs = layer(inputs)": "inputs = inputs + layer(inputs)"},
     "Does a layer add to what it is given, or replace it?")
slip("skips one", {"in self.layers": "in self.layers[::2]"}, "Which layers does the batch meet on its way?")
slip("asks twice", {"inputs = layer(inputs)": "layer(inputs)\n    inputs = layer(inputs)"},
     "How often should a layer be called for one batch?")
slip("throws the answer away", {"inputs = layer": "layer"}, "Who keeps what a layer has returned?")
slip("no return", {"return inputs": ""}, "What does your function hand back to its caller?")

slip = partial(NaiveSequential.slip, "backward")
slip("first layer first", {"reversed(self.layers)": "self.layers", "[*own, *gradients]": "[*gradients, *own]"},
     "Which layer knows the gradient by the network's output?")
slip("in the order of the walk", {"[*own, *gradients]": "[*gradients, *own]"},
     "The walk begins at the last layer. With which layer does `weights` begin?")
slip("turned round as a whole", {"[*own, *gradients]": "[*gradients, *own]",
                                 "return gradients": "return gradients[::-1]"},
     "After you turn the list round: what comes first of one layer, its W or its b?")
slip("same dy for all", {"dy, own": "_, own"},
     "What is the `dy` of the first layer: the gradient by the network's output, or what came from above?")
slip("list of lists", {"[*own, *gradients]": "[own, *gradients]"}, "`weights` is a flat list. Is yours?")
slip("only the first layer", {"[*own, *gradients]": "own"}, "How many gradients are there, and how many `weights`?")
slip("only dx", {"return gradients": "return dy"}, "Does an update need the gradient by the pictures?")
slip("adds to the last call", {"gradients = []": "gradients = self.__dict__.setdefault('kept', [])",
                               "gradients = [*own, *gradients]": "gradients[:0] = own"},
     "Call backward twice. What should the second call still know of the first?")
slip("stops too early", {"reversed(self.layers)": "reversed(self.layers[1:])"}, "Does the first layer learn?")
slip("no return", {"return gradients": ""}, "What does your function hand back to its caller?")
# fmt: on


@NaiveSequential.alternative
class Collects:
    def __init__(self, layers):
        self.layers = list(layers)
        self.weights = []
        for layer in self.layers:
            self.weights += layer.weights

    def __call__(self, inputs):
        x = inputs
        for i in range(len(self.layers)):
            x = self.layers[i](x)
        return x

    def backward(self, dy):
        parts = []
        for layer in self.layers[::-1]:
            dy, gradients = layer.backward(dy)
            parts.append(gradients)
        return [gradient for gradients in reversed(parts) for gradient in gradients]


@NaiveSequential.alternative
class Functional:
    def __init__(self, layers):
        self.layers = layers

    @property
    def weights(self):
        from itertools import chain

        return list(chain.from_iterable(layer.weights for layer in self.layers))

    def __call__(self, inputs):
        from functools import reduce

        return reduce(lambda x, layer: layer(x), self.layers, inputs)

    def backward(self, dy):
        def below(layers, dy):
            if not layers:
                return []
            dx, own = layers[-1].backward(dy)
            return below(layers[:-1], dx) + list(own)

        return below(self.layers, dy)


@NaiveSequential.alternative("backward")
def inserts_at_the_front(self, dy):
    gradients = []
    for i in range(len(self.layers) - 1, -1, -1):
        dy, own = self.layers[i].backward(dy)
        for gradient in own[::-1]:
            gradients.insert(0, gradient)
    return gradients
