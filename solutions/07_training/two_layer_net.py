r"""### `TwoLayerNet`: layers become a network

$$x \;\to\; \boxed{\text{Affine}} \;\to\; \boxed{\text{Sigmoid}} \;\to\; \boxed{\text{Affine}} \;\to\; \text{scores}
\;\to\; \boxed{\text{SoftmaxWithLoss}} \;\to\; L$$

| | shape |
|---|---|
| $x$, scores | $(N, D)$, $(N, C)$ |
| $W_1,\ b_1$ | $(D, H),\ (H,)$ |
| $W_2,\ b_2$ | $(H, C),\ (C,)$ |

`__init__` makes four attributes, and spelling counts (a misspelt attribute is a new one, and nobody complains):

- `layers`: the list of the three layers, made with `kit.Affine(W, b)` and `kit.Sigmoid()`. Weights are 0.01 times
  standard normal numbers, drawn from `rng`; biases are 0;
- `loss_layer`: a `kit.SoftmaxWithLoss()`;
- `params` and `grads`: **flat** lists of arrays, $[W_1, b_1, W_2, b_2]$ and their gradients in the same order. They
  hold the layers' own arrays, not copies: what an optimizer does to them, it does to the layers.

The other three methods look for nothing but `layers` and `loss_layer`. Each is checked by itself, on layers that the
check puts there, so a slip in one method costs nothing in the next.
"""

from functools import partial

import numpy as np

from autograder import agree, between, exercise, task


def sizes(rng):
    return {"sizes": rng.permutation(np.arange(2, 9))[:3], "seed": int(rng.integers(2**31))}


def large_sizes(rng):
    return {"sizes": [40, 50, 30], "seed": int(rng.integers(2**31)), "unit": unit(rng)}


def unit(rng):
    """What an answer is multiplied by, so that the one to other inputs is out of range."""
    return 10 ** rng.uniform(0, 99)


def network(rng, D=2, H=5, C=3):
    arrays = [rng.normal(size=(D, H)), rng.normal(size=H), rng.normal(size=(H, C)), rng.normal(size=C)]
    return {"arrays": arrays, "x": rng.normal(size=(7, D)), "t": np.eye(C)[rng.integers(C, size=7)]}


def two_batches(rng):
    return {**network(rng), "x2": rng.normal(size=(4, 2)), "t2": np.eye(3)[rng.integers(3, size=4)]}


def square(rng):
    """Layers that fit together in any order: going through them in a wrong one raises no error."""
    return {**network(rng, 3, 3, 3), "x2": rng.normal(size=(4, 3))}


def with_dout(rng):
    return {**network(rng), "dout": rng.uniform(2, 3)}


@exercise
class TwoLayerNet:
    """Affine, sigmoid, affine; with the loss behind them.

    Attributes
    ----------
    layers : [kit.Affine, kit.Sigmoid, kit.Affine]
    loss_layer : kit.SoftmaxWithLoss
    params, grads : flat lists of the layers' own arrays, [W1, b1, W2, b2] and their gradients
    """

    @task
    def __init__(self, input_size, hidden_size, output_size, rng):
        """Make the layers of these sizes (int), with random numbers from rng, a numpy.random.Generator."""
        W1, b1 = 0.01 * rng.normal(size=(input_size, hidden_size)), np.zeros(hidden_size)
        W2, b2 = 0.01 * rng.normal(size=(hidden_size, output_size)), np.zeros(output_size)
        self.layers = [kit.Affine(W1, b1), kit.Sigmoid(), kit.Affine(W2, b2)]
        self.loss_layer = kit.SoftmaxWithLoss()
        self.params = [array for layer in self.layers for array in layer.params]
        self.grads = [array for layer in self.layers for array in layer.grads]

    @task
    def predict(self, x):
        """Map a batch x of shape (N, D) to scores, (N, C)."""
        for layer in self.layers:
            x = layer.forward(x)
        return x

    @task
    def forward(self, x, t):
        """Take x (N, D) and one-hot t (N, C); return the mean loss, one number. The layers remember the batch."""
        return self.loss_layer.forward(self.predict(x), t)

    @task
    def backward(self, dout=1):
        """Take the gradient by the loss, one number; fill the layers' grads, return the gradient by x, (N, D)."""
        dout = self.loss_layer.backward(dout)
        for layer in reversed(self.layers):
            dout = layer.backward(dout)
        return dout


@TwoLayerNet.check("__init__", "params and grads are flat lists of the layers' own arrays", given=sizes)
def lists(TwoLayerNet, sizes, seed):
    model = TwoLayerNet(*map(int, sizes), np.random.default_rng(seed))
    own = {name: [array for layer in model.layers for array in vars(layer)[name]] for name in ("params", "grads")}
    return {
        "layers": [type(layer).__name__ for layer in [*model.layers, model.loss_layer]],
        "shapes in params": [list(getattr(array, "shape", ())) for array in model.params],
        "shapes in grads": [list(getattr(array, "shape", ())) for array in model.grads],
        "arrays in params that are a layer's own": sum(a is b for a, b in zip(model.params, own["params"])),
        "arrays in grads that are a layer's own": sum(a is b for a, b in zip(model.grads, own["grads"])),
    }


# The standard deviation of 3500 numbers of size 0.01 is 0.01, give or take 0.00012. Numbers that do not follow from
# the seed, and biases that are not 0, add to it.
@TwoLayerNet.check(
    "__init__",
    "weights of size 0.01, from rng; biases of 0",
    given=large_sizes,
    compare=between(0.009, 0.011, unit="unit"),
)
def weights(TwoLayerNet, sizes, seed, unit):
    one, same = (TwoLayerNet(*sizes, np.random.default_rng(seed)) for _ in range(2))
    W1, b1, W2, b2 = (array for layer in one.layers for array in layer.params)
    again = same.layers[0].params[0]
    size = np.concatenate([W1, W2.T]).std()
    return unit * (size + np.abs(W1 - again).max() + np.abs(b1).max() + np.abs(b2).max())


# The layers of these probes have weights of order 1, so that no layer's part is too small to be seen.


@TwoLayerNet.check("predict", "the scores, for one batch and then another", given=square)
def scores(TwoLayerNet, kit, arrays, x, x2):
    class Checked(TwoLayerNet):
        def __init__(self):
            layers = [kit.Affine(*arrays[:2]), kit.Sigmoid(), kit.Affine(*arrays[2:])]
            vars(self).update(layers=layers, loss_layer=kit.SoftmaxWithLoss())

        def __getattr__(self, name):
            raise AttributeError(f"`self.{name}`: this check has put `layers` and `loss_layer` there, nothing else")

    model = Checked()
    return {"first": model.predict(x), "second": model.predict(x2)}


@TwoLayerNet.check(
    "forward",
    "the mean loss, and the layers remember the batch",
    given=two_batches,
    points={"first": 0.3, "second": 0.3, "what the layers then answer going back": 0.4},
)
def loss(TwoLayerNet, kit, arrays, x, t, x2, t2):
    def through(x):
        for layer in model.layers:
            x = layer.forward(x)
        return x

    class Checked(TwoLayerNet):
        def __init__(self):
            layers = [kit.Affine(*arrays[:2]), kit.Sigmoid(), kit.Affine(*arrays[2:])]
            vars(self).update(layers=layers, loss_layer=kit.SoftmaxWithLoss())

        def __getattr__(self, name):
            raise AttributeError(f"`self.{name}`: this check has put `layers` and `loss_layer` there, nothing else")

    model = Checked()
    vars(model)["predict"] = through
    model.loss_layer.forward(through(x[::-1]), t)
    answer = {"first": model.forward(x2, t2), "second": model.forward(x, t)}
    dout = model.loss_layer.backward(1)
    for layer in reversed(model.layers):
        dout = layer.backward(dout)
    return {**answer, "what the layers then answer going back": dout}


@TwoLayerNet.check(
    "backward",
    "the gradients by x and by all parameters, for one batch and then another",
    given=two_batches,
    points={"dx": 0.6, "dW1": 0.4, "db1": 0.3, "dW2": 0.4, "db2": 0.3},
)
def gradients(TwoLayerNet, kit, arrays, x, t, x2, t2):
    class Checked(TwoLayerNet):
        def __init__(self):
            layers = [kit.Affine(*arrays[:2]), kit.Sigmoid(), kit.Affine(*arrays[2:])]
            vars(self).update(layers=layers, loss_layer=kit.SoftmaxWithLoss())

        def __getattr__(self, name):
            raise AttributeError(f"`self.{name}`: this check has put `layers` and `loss_layer` there, nothing else")

    model, answer = Checked(), {"dx": [], "dW1": [], "db1": [], "dW2": [], "db2": []}
    for scores, targets in ((x2, t2), (x, t)):
        for layer in model.layers:
            scores = layer.forward(scores)
        model.loss_layer.forward(scores, targets)
        answer["dx"].append(model.backward())
        first, _, second = model.layers
        for name, array in zip(("dW1", "db1", "dW2", "db2"), [*first.grads, *second.grads]):
            answer[name].append(array.copy())
    return answer


@TwoLayerNet.check(
    "backward",
    "dout is respected",
    given=with_dout,
    compare=agree("gradients from dout", "dout times the gradients from 1"),
)
def upstream(TwoLayerNet, kit, arrays, x, t, dout):
    class Checked(TwoLayerNet):
        def __init__(self):
            layers = [kit.Affine(*arrays[:2]), kit.Sigmoid(), kit.Affine(*arrays[2:])]
            vars(self).update(layers=layers, loss_layer=kit.SoftmaxWithLoss())

        def __getattr__(self, name):
            raise AttributeError(f"`self.{name}`: this check has put `layers` and `loss_layer` there, nothing else")

    answer = {}
    for name, factor, start in (("gradients from dout", 1, (dout,)), ("dout times the gradients from 1", dout, ())):
        model, scores = Checked(), x
        for layer in model.layers:
            scores = layer.forward(scores)
        model.loss_layer.forward(scores, t)
        model.backward(*start)
        answer[name] = [factor * grad for layer in model.layers for grad in layer.grads]
    return answer


# fmt: off
slip = partial(TwoLayerNet.slip, "__init__")
# the lists
slip("makes lists of lists",
     {"array for layer in self.layers for array in layer.params": "layer.params for layer in self.layers",
      "array for layer in self.layers for array in layer.grads": "layer.grads for layer in self.layers"},
     "How many entries should params have? What is the first one: an array, or a list?")
slip("a list for each layer",
     {"[array for layer in self.layers for array in layer.params]": "[layer.params for layer in self.layers]"},
     "How many arrays should an optimizer find in your list? What is the first thing in it?")
slip("the loss among the layers", {"kit.Affine(W2, b2)]": "kit.Affine(W2, b2), kit.SoftmaxWithLoss()]"},
     "Has the loss parameters? How many layers belong into `layers`, and where does the loss go?")
slip("without its kit", {"kit.Affine(W1, b1), kit.Sigmoid(), kit.Affine": "Affine(W1, b1), Sigmoid(), Affine"},
     "Where do the layers live that you were given? What must stand before their names?")
slip("biases with two axes", {"np.zeros(hidden_size)": "np.zeros((1, hidden_size))"},
     "Print the shape of your first bias. How many axes has (H,)?")
slip("misspells params", {"self.params": "self.parmas"},
     "Search for the name, letter by letter. How many spellings of it are there?")
slip("hands out copies", {"params = [array": "params = [array.copy()"},
     "If the optimizer changes an array of this list, does the layer notice?")
slip("makes gradients of its own",
     {"[array for layer in self.layers for array in layer.grads]": "[np.zeros_like(array) for array in self.params]"},
     "Into which arrays does a layer write its gradients? Are they the ones in your list?")
slip("collects weights only", {"in layer.params]": "in layer.params[:1]]", "in layer.grads]": "in layer.grads[:1]]"},
     "Which arrays can be learned? A layer has two.")
slip("weights first", {"[array for layer in self.layers for array in layer.params]": "[W1, W2, b1, b2]"},
     "In which order do the arrays stand in params, and in which in grads?")
slip("keeps the last layer only", {"self.params = [array for layer in self.layers for array in layer.params]":
                                   "for layer in self.layers:\n    self.params = layer.params"},
     "The loop runs over all layers. What is left of the first one after it?")
slip("has no bend", {"kit.Sigmoid(), ": ""}, "What is affine after affine? Count your layers.")
slip("swaps the sizes", {"size=(hidden_size, output_size)": "size=(output_size, hidden_size)"},
     "Write the shapes of the two products side by side. Which numbers must agree?")
# the numbers
slip("begins with zeros", {"0.01 *": "0 *"},
     "If all weights are equal, what can one hidden unit learn that another one does not?")
slip("begins large", {"0.01 * ": ""}, "How large are the weights to be? Print their standard deviation.")
slip("draws from a box", {"0.01 * rng.normal(": "rng.uniform(0, 0.1, "},
     "Which distribution is asked for, and around which number does yours lie?")
slip("sizes without brackets", {"size=(input_size, hidden_size)": "input_size, hidden_size",
                                "size=(hidden_size, output_size)": "hidden_size, output_size"},
     "What do the first two arguments of `rng.normal` mean? Print the shape of what you have drawn.")
slip("an old name", {"rng.normal(size=(input_size, hidden_size))": "rng.randn(input_size, hidden_size)",
                     "rng.normal(size=(hidden_size, output_size))": "rng.randn(hidden_size, output_size)"},
     "`rng` is a Generator of NumPy. What is its method for normally distributed numbers called?")
slip("ignores rng", {"rng.normal": "np.random.normal"},
     "Make two networks with generators of the same seed. Are they equal?")
slip("draws the biases as well", {"np.zeros(hidden_size)": "0.01 * rng.normal(size=hidden_size)"},
     "With which number do the biases begin?")

slip = partial(TwoLayerNet.slip, "predict")
slip("loses the answer", {"x = layer.forward(x)": "layer.forward(x)"},
     "Each layer hands something on. Who takes it?")
slip("asks every layer the same", {"for layer in self.layers:\n    x = layer.forward(x)\nreturn x":
                                   "for layer in self.layers:\n    y = layer.forward(x)\nreturn y"},
     "What goes into the second layer: what came in at the very beginning?")
slip("stops before the last layer", {"in self.layers": "in self.layers[:-1]"}, "How many columns have the scores?")
slip("bends the scores", {"return x": "return self.layers[1].forward(x)"},
     "A score may be negative, or larger than 1. Can yours?")
slip("returns probabilities", {"return x": "return np.exp(x) / np.exp(x).sum(axis=1, keepdims=True)"},
     "The loss layer begins with a softmax. How often is softmax applied on the way?")
slip("returns the winner", {"return x": "return x.argmax(axis=1)"},
     "A score for each class is asked. Who picks the winner?")
slip("goes the wrong way", {"in self.layers": "in reversed(self.layers)"}, "Through which layer does x go first?")
slip("returns after one layer", {"return x": "    return x"}, "How often does the loop run before the method returns?")
slip("predict returns nothing", {"return x": ""}, "What does predict hand back?")

slip = partial(TwoLayerNet.slip, "forward")
slip("returns the scores", {"self.loss_layer.forward(self.predict(x), t)": "self.predict(x)"},
     "One number is asked. Which layer makes it?")
slip("returns scores and loss", {"return self.loss_layer.forward(self.predict(x), t)":
                                 "scores = self.predict(x)\nreturn scores, self.loss_layer.forward(scores, t)"},
     "How many things does the caller of forward expect?")
slip("leaves the layers out", {"self.predict(x)": "x @ self.layers[0].params[0] @ self.layers[2].params[0]"},
     "Do the scores come from all layers, the bend included?")
slip("divides again", {"t)": "t) / len(x)"}, "Has somebody already divided by the number of samples?")
slip("adds up the batch", {"t)": "t) * len(x)"}, "Should the loss change if every sample came twice?")
slip("swaps scores and targets", {"self.predict(x), t": "t, self.predict(x)"},
     "In which order does the loss layer take its two arguments?")
slip("makes labels of t", {"self.predict(x), t)": "self.predict(x), t.argmax(axis=1))"},
     "Which kind of t does the loss layer take: one-hot rows, or labels?")
slip("decides too early", {"self.predict(x), t)": "self.predict(x).argmax(axis=1), t)"},
     "What does the loss layer want of each sample: all its scores, or the winner only?")
slip("forward returns nothing", {"return ": ""}, "What does forward hand back?")
slip("works out the loss alone",
     {"self.loss_layer.forward(self.predict(x), t)": "type(self.loss_layer)().forward(self.predict(x), t)"},
     "The number is right. But which loss layer has seen this batch, and which one will be asked to go back?")

slip = partial(TwoLayerNet.slip, "backward")
slip("goes forward again", {"reversed(self.layers)": "self.layers"},
     "From which layer does the loss come? Who is asked first?")
slip("ignores dout", {"backward(dout)\nfor": "backward()\nfor"}, "If dout doubles, what should double?")
slip("forgets the loss", {"dout = self.loss_layer.backward(dout)\n": "dout = dout * np.ones_like(self.loss_layer.y)\n"},
     "Which layer stands last on the way forward? It is the first one on the way back.")
slip("leaves the loss out", {"dout = self.loss_layer.backward(dout)\n": ""},
     "dout is one number. Who makes of it a gradient by the scores?")
slip("turns the list itself round", {"reversed(self.layers)": "self.layers.reverse()"},
     "What does `reverse()` return? And in which order are the layers afterwards?")
slip("tells everybody the same", {"    dout = layer": "    layer"},
     "What a layer returns is the dout of the layer below. Who takes it?")
slip("stops early", {"reversed(self.layers)": "reversed(self.layers[1:])"},
     "Do all layers know their gradients afterwards?")
slip("skips the bend", {"    dout = layer.backward(dout)": "    if layer.params:\n        dout = layer.backward(dout)"},
     "A layer without parameters still changes what passes through it. Does it on the way back?")
slip("undoes the mean", {"return dout": "for layer in self.layers:\n    for grad in layer.grads:\n"
                                        "        grad *= len(dout)\nreturn dout"},
     "Has somebody already taken the mean over the batch? Does it have to be undone?")
slip("backward returns nothing", {"return dout": ""},
     "Whoever asks for the gradient by x gets None. What does backward hand back?")
slip("returns the gradients", {"return dout": "return [grad for layer in self.layers for grad in layer.grads]"},
     "The gradients by the parameters wait in grads. Which one is returned?")
# fmt: on

for line in (
    "W1, b1 = ({}0.01 * rng.normal(size=(input_size, hidden_size)), np.zeros(hidden_size))",
    "W2, b2 = ({}0.01 * rng.normal(size=(hidden_size, output_size)), np.zeros(output_size))",
):
    TwoLayerNet.equivalent(line.format(""), line.format("-"), "a weight is as likely to be above zero as below")


@TwoLayerNet.alternative("__init__")
def adds_lists(self, input_size, hidden_size, output_size, rng):
    def affine(rows, columns):
        return kit.Affine(rng.normal(scale=0.01, size=(rows, columns)), np.zeros(columns))

    self.layers = [affine(input_size, hidden_size), kit.Sigmoid(), affine(hidden_size, output_size)]
    self.loss_layer = kit.SoftmaxWithLoss()
    self.params, self.grads = [], []
    for layer in self.layers:
        self.params += layer.params
        self.grads += layer.grads


@TwoLayerNet.alternative("backward")
def one_after_the_other(self, dout=1):
    first, bend, second = self.layers
    return first.backward(bend.backward(second.backward(self.loss_layer.backward(dout))))


@TwoLayerNet.alternative
class FoldsTheLayers:
    def __init__(self, input_size, hidden_size, output_size, rng):
        W = [rng.standard_normal(s) / 100 for s in ((input_size, hidden_size), (hidden_size, output_size))]
        self.first, self.second = (kit.Affine(w, np.zeros_like(w[0])) for w in W)
        self.loss_layer = kit.SoftmaxWithLoss()
        self.layers = [self.first, kit.Sigmoid(), self.second]
        self.params = self.first.params + self.second.params
        self.grads = [*self.first.grads, *self.second.grads]

    def predict(self, x):
        from functools import reduce

        return reduce(lambda value, layer: layer.forward(value), self.layers, x)

    def forward(self, x, t):
        scores = self.predict(x=x)
        self.loss = self.loss_layer.forward(scores, t)
        return self.loss

    def backward(self, dout=1):
        stack = [*self.layers, self.loss_layer]
        while stack:
            dout = stack.pop().backward(dout)
        return dout


@TwoLayerNet.alternative
class RepeatsItself:
    def __init__(self, input_size, hidden_size, output_size, rng):
        self.layers, self.params, self.grads = [], [], []
        self.loss_layer = kit.SoftmaxWithLoss()
        for rows, columns in ((input_size, hidden_size), (hidden_size, output_size)):
            if self.layers:
                self.layers.append(kit.Sigmoid())
            self.layers.append(kit.Affine(rng.normal(0, 0.01, (rows, columns)), np.zeros((columns,))))
            self.params.extend(self.layers[-1].params)
            self.grads.extend(self.layers[-1].grads)

    def predict(self, x):
        hidden = self.layers[1].forward(self.layers[0].forward(x))
        return self.layers[2].forward(hidden)

    def forward(self, x, t):
        for layer in self.layers:
            x = layer.forward(x)
        return self.loss_layer.forward(x, t)

    def backward(self, dout=1):
        gradient = self.loss_layer.backward() * dout
        for i in range(len(self.layers) - 1, -1, -1):
            gradient = self.layers[i].backward(gradient)
        return gradient
