r"""### `DNN`: two ways to the gradient

A network is a list of layers, `sequence`, in the order of the way forward. Building them is somebody else's work
(`make_sequence` above), and `network(x)` is given. You write two methods with one promise: *afterwards every layer
holds the gradients of the loss $L(h, y)$, with $h$ = `network(x)`, in `layer.dW` and `layer.db`; what is returned is
$L$.* `loss` is an object: `loss(h, y)` is a number, and after that `loss.grad()` is $\partial L / \partial h$.

**`calc_gradient(x, y, loss)`** nudges. For each number $w$ of each `layer.W` (rank 2) and `layer.b` (rank 1):

$$\frac{\partial L}{\partial w} \approx \frac{L(w + \varepsilon) - L(w - \varepsilon)}{2 \varepsilon} \qquad
\varepsilon = 10^{-4}$$

Each nudge happens where the layer reads it, and is taken back. You may call your `numerical_gradient`, if the function
that you hand it really moves the layer.

**`backpropagate(x, y, loss)`** goes through the network **once** forward (each layer is called once), asks
`loss.grad()`, and goes back by the chain rule:

$$\texttt{dh} \;\longrightarrow\; \texttt{layer.grad\_W(dh)},\quad \texttt{layer.grad\_b(dh)},\quad
\texttt{layer.grad\_x(dh)} \text{, the } \texttt{dh} \text{ of the layer before}$$

The parameters are the same after both. `sequence` holds the layers and nothing else, at all times: also if a layer
fails on the way and an exception leaves `backpropagate`.

The checks use the layer `Ripple` and the loss `Distance` from above, so your `Dense` cannot cost a point here. In one
check of `calc_gradient` the layers have another formula, and no way back. Tiny errors of the differences are allowed.
"""

from functools import partial

import numpy as np

from autograder import agree, close, exercise, task

# 200 seeds, in tolerances: a step of 1e-5 is off by at most 0.03, one-sided differences by 16 and more
NEARLY = close(rtol=5e-6, atol=5e-7)


def sizes(rng, *shape):
    """Numbers of both signs, none of them near 0 and none large: their products stay so through three layers."""
    return rng.uniform(0.3, 0.9, size=shape) * rng.choice([-1, 1], size=shape)


def network(rng):
    """Three layers of `Ripple`, from 6 inputs to 3 outputs."""
    return {
        "Ws": [sizes(rng, n, 2) for n in (5, 4, 3)],
        "bs": [sizes(rng, n) for n in (5, 4, 3)],
        "x": sizes(rng, 6),
        "y": sizes(rng, 3),
    }


def two_samples(rng):
    return {**network(rng), "x2": sizes(rng, 6), "y2": sizes(rng, 3)}


@exercise
class DNN:
    """Layers, one after the other.

    Parameters
    ----------
    sequence : list of layers; each has W, b, dW, db, a call, grad_W, grad_b and grad_x
    """

    def __init__(self, sequence):
        self.sequence = sequence

    def __call__(self, x):
        """Map x of shape (D,) to the output of the last layer."""
        for layer in self.sequence:
            x = layer(x)
        return x

    @task
    def calc_gradient(self, x, y, loss):
        """Fill dW and db of every layer by nudging its parameters; return the loss."""

        def slopes(parameter):
            gradient = np.zeros(parameter.shape)
            for index in np.ndindex(parameter.shape):
                old = parameter[index]
                parameter[index] = old + 1e-4
                above = loss(self(x), y)
                parameter[index] = old - 1e-4
                below = loss(self(x), y)
                parameter[index] = old
                gradient[index] = (above - below) / 2e-4
            return gradient

        for layer in self.sequence:
            layer.dW = slopes(layer.W)
            layer.db = slopes(layer.b)
        return loss(self(x), y)

    @task
    def backpropagate(self, x, y, loss):
        """Fill dW and db of every layer by the chain rule; return the loss."""
        price = loss(self(x), y)
        dh = loss.grad()
        for layer in reversed(self.sequence):
            layer.dW = layer.grad_W(dh)
            layer.db = layer.grad_b(dh)
            dh = layer.grad_x(dh)
        return price


@DNN.check("calc_gradient", "dW and db of every layer", given=network, compare=NEARLY, points={"dW": 1, "db": 1})
def nudged(DNN, Distance, Ws, bs, x, y):
    class OneWay:
        """A layer of a kind of its own, whose way back is wrong: nudging does not need it."""

        def __init__(self, W, b):
            self.W, self.b, self.dW, self.db = W, b, W, b

        def __call__(self, x):
            return self.W[:, 0] * np.cos(x[:-1]) + self.W[:, 1] * x[1:] ** 2 + np.sin(self.b)

        def grad_x(self, dh):
            return np.append(dh, dh[-1:])

        def grad_W(self, dh):
            return 2 * self.W

        def grad_b(self, dh):
            return 2 * self.b

    layers = [OneWay(W, b) for W, b in zip(Ws, bs)]
    for layer in layers:  # what an earlier sample has left
        layer.dW, layer.db = layer.dW + 1, layer.db + 1
    DNN(layers).calc_gradient(x, y, Distance())
    return {"dW": [layer.dW for layer in layers], "db": [layer.db for layer in layers]}


@DNN.check("calc_gradient", "it returns the loss, and no parameter has moved", given=network, compare=NEARLY)
def nudged_and_back(DNN, Ripple, Distance, Ws, bs, x, y):
    layers = [Ripple(W, b) for W, b in zip(Ws, bs)]
    loss = DNN(layers).calc_gradient(x, y, Distance())
    return {"loss": loss, "W": [layer.W for layer in layers], "b": [layer.b for layer in layers]}


@DNN.check("backpropagate", "dW and db of every layer", given=network, points={"dW": 1, "db": 1})
def chained(DNN, Ripple, Distance, Ws, bs, x, y):
    layers = [Ripple(W, b) for W, b in zip(Ws, bs)]
    DNN(layers).backpropagate(x, y, Distance())
    return {"dW": [layer.dW for layer in layers], "db": [layer.db for layer in layers]}


@DNN.check("backpropagate", "it returns the loss, and calls each layer once", given=network)
def one_way_forward(DNN, Ripple, Distance, Ws, bs, x, y):
    calls = []

    class Counted(Ripple):
        def __call__(self, x):
            calls.append(len(x))
            return super().__call__(x)

    loss = DNN([Counted(W, b) for W, b in zip(Ws, bs)]).backpropagate(x, y, Distance())
    return {"loss": loss, "calls of the layers": np.array([calls.count(len(W) + 1) for W in Ws])}


@DNN.check(
    "backpropagate",
    "a second sample starts anew, and no parameter moves",
    given=two_samples,
    compare=agree("dW of the last layer", "dW of a new network", "db of the last layer", "db of a new network"),
)
def second_sample(DNN, Ripple, Distance, Ws, bs, x, y, x2, y2):
    new = [Ripple(W.copy(), b.copy()) for W, b in zip(Ws, bs)]
    DNN(new).backpropagate(x.copy(), y.copy(), Distance())
    fresh = {"dW of a new network": np.copy(new[-1].dW), "db of a new network": np.copy(new[-1].db)}
    layers, loss = [Ripple(W, b) for W, b in zip(Ws, bs)], Distance()
    network = DNN(layers)
    network.backpropagate(x2, y2, loss)
    network.backpropagate(x, y, loss)
    last = layers[-1]
    return {"dW of the last layer": last.dW, "db of the last layer": last.db, "W of the last layer": last.W, **fresh}


@DNN.check(
    "backpropagate",
    "a layer that fails leaves the sequence as it was",
    given=network,
    compare=agree("db at the second try", "db of a new network"),
)
def failure(DNN, Ripple, Distance, Ws, bs, x, y):
    from contextlib import suppress

    new, broken = [Ripple(W.copy(), b.copy()) for W, b in zip(Ws, bs)], [1]
    DNN(new).backpropagate(x.copy(), y.copy(), Distance())
    fresh = np.copy(new[-1].db)

    class Fragile(Ripple):
        def grad_b(self, dh):
            if broken:
                raise ArithmeticError(broken.pop())
            return super().grad_b(dh)

    layers, loss = [Fragile(W, b) for W, b in zip(Ws, bs)], Distance()
    network = DNN(list(layers))
    with suppress(ArithmeticError):
        network.backpropagate(x, y, loss)
    same = [a is b for a, b in zip(network.sequence, layers)]
    before = {"entries of sequence": len(network.sequence), "the layers, in order": sum(same)}
    network.backpropagate(x, y, loss)
    return {**before, "db at the second try": layers[-1].db, "db of a new network": fresh}


# fmt: off
slip = partial(DNN.slip, "calc_gradient")
# the quotient
slip("one-sided", {"old - 1e-4": "old", "2e-4": "1e-4"},
     "Nearly right. Is the weight in the middle between your two nudges?")
slip("moves up only", {"old - 1e-4": "old"}, "One of your two points does not move. How far apart are they then?")
slip("divides by epsilon", {"2e-4": "1e-4"}, "How far apart are the two points at which you ask for the loss?")
slip("turns the difference round", {"above - below": "below - above"},
     "The loss grows when w grows. Which sign has your slope?")
slip("adds the two losses", {"above - below": "above + below"},
     "If the loss does not change at all, what is the slope?")
# where the nudge happens
slip("nudges a copy", {"gradient = np.zeros(parameter.shape)": "parameter = parameter.copy()\n"
                       "    gradient = np.zeros(parameter.shape)"},
     "Print the array that the layer reads in both calls. Does it change between them, and by how much?")
slip("stays where it went", {"        parameter[index] = old\n": ""},
     "When it is the turn of the second weight, where does the first one stand?")
slip("nudges whole rows", {"np.ndindex(parameter.shape)": "range(len(parameter))",
                           "old = parameter[index]": "old = np.copy(parameter[index])"},
     "How many weights are in one row of W? How many may move for one slope?")
slip("turns the loss round", {"loss(self(x), y)": "loss(y, self(x))"},
     "What does the loss expect first: what the network says, or what is true?")
slip("looks at the output", {"below = loss(self(x), y)": "below = self(x).sum()",
                             "above = loss(self(x), y)": "above = self(x).sum()"},
     "The slope of which number is asked: of an output, or of the loss?")
# which arrays are filled
slip("forgets the biases", {"layer.db = slopes(layer.b)": ""},
     "Which parameters of a layer are left without a gradient?")
slip("forgets the weights", {"layer.dW = slopes(layer.W)": ""},
     "Which parameters of a layer are left without a gradient? There are more of them than biases.")
slip("mixes the two up", {"slopes(layer.b)": "layer.dW.sum(axis=1)"}, "Is a bias nudged, or is its slope taken from W?")
slip("overwrites the weights", {"layer.dW = ": "layer.W = "},
     "Print W before and after. Which of a layer's two names belongs to the gradient?")
slip("the first layer only", {"return loss": "    return loss"}, "How many layers have been visited when you return?")
slip("the last layer only", {"in self.sequence": "in self.sequence[-1:]"},
     "Which layers can change the loss: the last one alone, or all of them?")
slip("keeps the gradients", {"layer.dW = ": "self.dW = ", "layer.db = ": "self.db = "},
     "Where will `gradient_descent` look for the gradients: in the network, or in its layers?")
slip("returns inside the loop", {"    return gradient": "        return gradient"},
     "How many numbers of W have been nudged when the first slope is handed back?")
slip("moves the weights", {"layer.db = slopes(layer.b)": "layer.db = slopes(layer.b)\n"
                           "    layer.W -= 0.01 * layer.dW"},
     "Who changes the weights: the method that finds the slope, or the step that comes after it?")
slip("returns nothing", {"return loss(self(x), y)": ""}, "What do you promise to return, besides filling dW and db?")

slip = partial(DNN.slip, "backpropagate")
# the way back
slip("walks forward", {"reversed(self.sequence)": "self.sequence"}, "Which layer did the loss come from?")
slip("hands dh on too early",
     {"layer.dW = layer.grad_W(dh)": "gone, dh = dh, layer.grad_x(dh)\n    layer.dW = layer.grad_W(dh)",
      "    dh = layer.grad_x(dh)\nreturn": "return"},
     "`grad_W` asks for the gradient by its own output. Which one do you hand it?")
slip("every layer gets the same", {"    dh = layer.grad_x(dh)\n": ""},
     "The loss tells the last layer how its output matters. Who tells the layer before?")
slip("hands back the gradient by b", {"layer.grad_x(dh)": "np.append(layer.db, layer.db[:1])"},
     "Which of the three gradients goes on to the layer before?")
# where it starts
slip("starts at the loss", {"loss.grad()": "price * np.ones(len(y))"},
     "What starts the way back: how large the loss is, or how it changes with h?")
slip("starts at one", {"loss.grad()": "np.ones(len(y))"},
     "Do all outputs matter alike to the loss? Who knows how much each one does?")
slip("turns the loss round", {"loss(self(x), y)": "loss(y, self(x))"},
     "What does the loss expect first: what the network says, or what is true?")
slip("starts at the error", {"loss.grad()": "self(x) - y"},
     "For which loss is h - y the gradient? You were given a loss object: ask it.")
slip("asks a loss that has seen nothing", {"price = loss(self(x), y)\ndh = loss.grad()":
                                           "dh = loss.grad()\nprice = loss(self(x), y)"},
     "`loss.grad()` speaks about the last call of the loss. Has there been one?")
slip("asks before it looks", {"price = loss(self(x), y)\ndh = loss.grad()":
                              "loss(x[: len(y)], y)\ndh = loss.grad()\nprice = loss(self(x), y)"},
     "`loss.grad()` speaks about the last call of the loss. Which call was that?")
# what is filled
slip("hands dh to the biases", {"layer.grad_b(dh)": "dh"},
     "Between b and the output something may lie. Which of the layer's methods knows what?")
slip("forgets the biases", {"layer.db = layer.grad_b(dh)": ""},
     "Which parameters of a layer are left without a gradient?")
slip("forgets the weights", {"layer.dW = layer.grad_W(dh)": ""},
     "Which parameters of a layer are left without a gradient? There are more of them than biases.")
slip("skips the first layer", {"reversed(self.sequence)": "reversed(self.sequence[1:])"},
     "Count the layers that you visit on the way back. Has the first one weights?")
slip("skips the last layer", {"dh = loss.grad()": "dh = self.sequence[-1].grad_x(loss.grad())",
                              "reversed(self.sequence)": "reversed(self.sequence[:-1])"},
     "Which layer is the first on the way back?")
slip("accumulates", {"layer.dW =": "layer.dW +=", "layer.db =": "layer.db +="},
     "Call it twice, with two samples. What should the second call still know of the first?")
slip("keeps the gradients", {"layer.dW = ": "self.dW = ", "layer.db = ": "self.db = "},
     "Where will `gradient_descent` look for the gradients: in the network, or in its layers?")
slip("overwrites the weights", {"layer.dW = ": "layer.W = "},
     "Print W before and after. Which of a layer's two names belongs to the gradient?")
slip("hands back the gradient by W", {"dh = layer.grad_x(dh)": "dh = layer.grad_W(dh)"},
     "What does the layer before wait for? Which of the three gradients has the shape of its output?")
slip("writes the method small", {"grad_W": "grad_w"}, "Is the name the one in the table of the text, letter by letter?")
slip("learns on the way", {"dh = layer.grad_x(dh)": "layer.W -= 0.1 * layer.dW\n    dh = layer.grad_x(dh)"},
     "A layer changes before it has said what goes back. Which weights made the output?")
# the forward pass
slip("goes forward twice", {"price = loss(self(x), y)": "self(x)\nprice = loss(self(x), y)"},
     "One pass forward, one back. How many times do you call the layers?")
slip("goes forward for each layer", {"layer.dW =": "self(x)\n    layer.dW ="},
     "The layers still remember the sample. Why do you send it through again?")
slip("appends the loss", {"for layer in reversed(self.sequence)": "self.sequence.append(loss)\n"
                          "for layer in reversed(self.sequence[:-1])",
                          "return price": "self.sequence.remove(loss)\nreturn price"},
     "The loss sits in the sequence for a while. Who takes it out if a layer fails in between?")
slip("reverses the sequence", {"for layer in reversed(self.sequence)": "self.sequence.reverse()\n"
                               "for layer in self.sequence", "return price": "self.sequence.reverse()\nreturn price"},
     "If a layer fails halfway, in which order does the network stand afterwards?")
# what comes out
slip("returns the gradient", {"return price": "return dh"}, "What do you promise to return, besides filling dW and db?")
slip("returns nothing", {"return price": ""}, "What does the caller want to print after each step?")
# fmt: on

DNN.equivalent(
    "gradient = np.zeros(parameter.shape)", "gradient = np.ones(parameter.shape)", "every entry is overwritten"
)
DNN.equivalent(
    "gradient[index] = (above - below) / 0.0002",
    "gradient[index] += (above - below) / 0.0002",
    "every entry is 0 before",
)


@DNN.misconception(
    "calc_gradient", "This method is to find the mistakes of `backpropagate`. Can it, if it goes the same way?"
)
def goes_the_other_way(self, x, y, loss):
    return self.backpropagate(x, y, loss)


@DNN.alternative("calc_gradient")
def with_new_arrays(self, x, y, loss):
    for layer in self.sequence:
        for name in ("W", "b"):
            old, slopes = getattr(layer, name), []
            for direction in np.eye(old.size).reshape(-1, *old.shape):
                setattr(layer, name, old + 1e-5 * direction)
                above = loss(self(x), y)
                setattr(layer, name, old - 1e-5 * direction)
                slopes.append((above - loss(self(x), y)) / 2e-5)
            setattr(layer, name, old)
            setattr(layer, "d" + name, np.reshape(slopes, old.shape))
    return loss(self(x), y)


@DNN.alternative("calc_gradient")
def nested_loops(self, x, y, loss):
    price = loss(self(x), y)
    for layer in self.sequence:
        for i in range(layer.W.shape[0]):
            for j in range(layer.W.shape[1]):
                layer.W[i, j] += 1e-4
                above = loss(self(x), y)
                layer.W[i, j] -= 2e-4
                below = loss(self(x), y)
                layer.W[i, j] += 1e-4
                layer.dW[i, j] = (above - below) / 2e-4
        for i in range(len(layer.b)):
            layer.b[i] += 1e-4
            above = loss(self(x), y)
            layer.b[i] -= 2e-4
            below = loss(self(x), y)
            layer.b[i] += 1e-4
            layer.db[i] = (above - below) / 2e-4
    return price


@DNN.alternative("calc_gradient")
def with_the_function_of_the_student(self, x, y, loss):
    def after(parameter, values):
        kept = parameter.copy()
        parameter[...] = values
        price = loss(self(x), y)
        parameter[...] = kept
        return price

    for layer in self.sequence:
        layer.dW[...] = numerical_gradient(lambda values, W=layer.W: after(W, values), layer.W.copy())
        layer.db[...] = numerical_gradient(lambda values, b=layer.b: after(b, values), layer.b.copy())
    return loss(self(x), y)


@DNN.alternative("backpropagate")
def by_index(self, x, y, loss):
    h = x
    for layer in self.sequence:
        h = layer(h)
    price, i = loss(h, y), len(self.sequence)
    dhs = {i: loss.grad()}
    while i > 0:
        i -= 1
        dhs[i] = self.sequence[i].grad_x(dhs[i + 1])
    for i, layer in enumerate(self.sequence):
        layer.dW[...], layer.db[...] = layer.grad_W(dhs[i + 1]), layer.grad_b(dhs[i + 1])
    return price


@DNN.alternative("backpropagate")
def by_recursion(self, x, y, loss):
    def through(layers, value):
        if not layers:
            return loss(value, y), loss.grad()
        first, *others = layers
        price, dh = through(others, first(value))
        first.dW, first.db = first.grad_W(dh), first.grad_b(dh)
        return price, first.grad_x(dh) if first is not self.sequence[0] else None

    return through(self.sequence, x)[0]
