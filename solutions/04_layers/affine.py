r"""### `Affine`: a fully connected layer

$$Y = X W + b \qquad X: (N, D),\quad W: (D, H),\quad b: (H,),\quad Y: (N, H)$$

Going back, the layer is handed $\partial L / \partial Y$ as `dout`, an array of shape $(N, H)$, and answers for each of
the three things that $Y$ depends on:

$$\frac{\partial L}{\partial X} = \texttt{dout}\; W^{T} \qquad
\frac{\partial L}{\partial W} = X^{T}\, \texttt{dout} \qquad
\frac{\partial L}{\partial b} = \sum_{n=1}^{N} \texttt{dout}_n$$

An optimizer holds on to the arrays in `grads`. Write new numbers **into** them: a new array in the list would be one
that the optimizer has never heard of. Each call of `backward` starts afresh, and speaks of the last batch that its own
layer's `forward` has seen. The parameters are read here, and changed elsewhere.
"""

from functools import partial

import numpy as np

from autograder import agree, exercise, task


def batch(rng):
    return {
        "W": rng.normal(size=(3, 4)),
        "b": rng.normal(size=4),
        "x": rng.normal(size=(5, 3)),
        "dout": rng.normal(size=(5, 4)),
    }


def two_batches(rng):
    return {**batch(rng), "x2": rng.normal(size=(2, 3)), "dout2": rng.normal(size=(2, 4))}


def three_batches(rng):
    return {**two_batches(rng), "x3": rng.normal(size=(6, 3))}


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


@Affine.check(
    "forward",
    "the values of x W + b, for one batch and then another",
    given=two_batches,
    points={"the first answer": 1, "the second answer": 1},
)
def scores(Affine, W, b, x, x2):
    layer = Affine(W, b)
    return {"the first answer": layer.forward(x), "the second answer": layer.forward(x2)}


@Affine.check("backward", "the gradients by x, W and b", given=batch, points={"dx": 1, "dW": 1, "db": 1})
def gradients(Affine, W, b, x, dout):
    layer = Affine(W, b)
    layer.forward(x)
    return {"dx": layer.backward(dout), "dW": layer.grads[0], "db": layer.grads[1]}


@Affine.check(
    "backward",
    "the gradients predict how the loss changes",
    given=directions,
    points={"along x": 0.25, "along W": 0.5, "along b": 0.25},
)
def slope(Affine, W, b, x, dout, vx, vW, vb):
    layer = Affine(W, b)
    layer.forward(x)
    dx = layer.backward(dout)
    dW, db = layer.grads
    return {"along x": np.sum(dx * vx), "along W": np.sum(dW * vW), "along b": np.sum(db * vb)}


@slope.expected
def central_difference(Affine, W, b, x, dout, vx, vW, vb):
    def loss(x, W, b):
        return np.sum(dout * Affine(W, b).forward(x))

    step = 1e-4
    return {
        "along x": (loss(x + step * vx, W, b) - loss(x - step * vx, W, b)) / (2 * step),
        "along W": (loss(x, W + step * vW, b) - loss(x, W - step * vW, b)) / (2 * step),
        "along b": (loss(x, W, b + step * vb) - loss(x, W, b - step * vb)) / (2 * step),
    }


NEW_LAYER = agree("dx", "dx of a new layer", "dW", "dW of a new layer", "db", "db of a new layer")


@Affine.check(
    "backward",
    "grads are updated in place, and fresh on every call; W and b stay",
    given=two_batches,
    compare=NEW_LAYER,
)
def in_place(Affine, W, b, x, dout, x2, dout2):
    new = Affine(W.copy(), b.copy())
    new.forward(x2)
    fresh = {"dx of a new layer": new.backward(dout2).copy()}
    fresh |= {"dW of a new layer": new.grads[0].copy(), "db of a new layer": new.grads[1].copy()}
    layer = Affine(W, b)
    dW, db = layer.grads
    layer.forward(x)
    layer.backward(dout)
    layer.forward(x2)
    gradients = {"dx": layer.backward(dout2), "dW": dW, "db": db}
    return {**gradients, **fresh, "W afterwards": layer.params[0], "b afterwards": layer.params[1]}


@Affine.check("backward", "only the last batch counts, and only this layer's", given=three_batches, compare=NEW_LAYER)
def memory(Affine, W, b, x, dout, x2, x3):
    new = Affine(W, b)
    new.forward(x)
    fresh = {"dx of a new layer": new.backward(dout).copy()}
    fresh |= {"dW of a new layer": new.grads[0].copy(), "db of a new layer": new.grads[1].copy()}
    layer, other = Affine(W, b), Affine(W, b)
    layer.forward(x2)
    layer.forward(x)
    other.forward(x3)
    return {"dx": layer.backward(dout), "dW": layer.grads[0], "db": layer.grads[1], **fresh}


# fmt: off
slip = partial(Affine.slip, "forward")
# the product and the sum
slip("forgets the bias", {" + b": ""}, "Write the shapes under the product. Is anything added after it?")
slip("forward returns nothing", {"return ": ""}, "What does forward hand back?")
slip("returns a cache as well", {"+ b": "+ b, x"}, "How many things does the next layer expect from this one?")
slip("returns its input, too", {"x @ W + b": "x, x @ W + b"},
     "How many things does the next layer expect from this one? Which of them comes first?")
slip("multiplies the other way", {"x @ W": "np.dot(W, x)"},
     "A sample is a row of x. On which side of the weights must it stand?")
slip("multiplies by the transpose", {"x @ W": "np.dot(x, W.T)"},
     "Write the two shapes of the product side by side. Which two numbers must agree?")
slip("turns W, and puts it first", {"x @ W": "np.dot(W.T, x)"},
     "Texts write one sample, standing upright. Is a sample a row or a column of your x?")
slip("turns both", {"x @ W": "np.dot(W.T, x.T)"},
     "Your product has a column for each sample. To what must b be added: to its rows, or to its columns?")
slip("multiplies number by number", {"x @ W": "x * W"},
     "`*` pairs numbers in the same place. What does a matrix product pair?")
slip("has no weights of its own", {"W, b = self.params\n": ""},
     "Where does a layer keep what belongs to it? Would the name be known after a restart of the kernel?")
slip("looks under another name", {"W, b = self.params": "W, b = self.W, self.b"},
     "Under which name has `__init__` put the weights away? Compare letter by letter.")
slip("one bias a sample", {"+ b": "+ b[:, None]"},
     "Does the bias belong to a sample or to an output? Which axis of Y is that?")
slip("one bias for all", {"+ b": "+ b.sum()"},
     "How many outputs has the layer, and does each one have a bias of its own?")
slip("subtracts the bias", {"+ b": "- b"}, "Try an x of zeros: what should come out?")
slip("adds the bias too early", {"x @ W + b": "(x + b) @ W"},
     "Which comes first in the formula, the product or the sum?")
slip("remembers the wrong way round", {"self.x = x": "x = self.x"},
     "An equals sign writes from right to left. Which of the two, `x` or `self.x`, has the batch, and which gets it?")
# another layer, another batch
slip("bends the line", {"x @ W + b": "np.maximum(x @ W + b, 0)"},
     "Can a score be negative? Which layer bends the line, this one or the next?")
slip("averages over the inputs", {"+ b": "/ x.shape[1] + b"}, "A matrix product adds up. Does it also divide?")
slip("answers the first batch again", {"self.x = x": "x = self.x = x if self.x is None else self.x"},
     "Call forward with a second batch. Whose scores are these?")

slip = partial(Affine.slip, "backward", replaces="forward")
# what forward remembers
slip("RemembersNothing", {"self.x = x\n": ""}, "What must forward remember, so that backward finds it?")
slip("RemembersTheOutput", {"self.x = x": "self.x = x @ W + b"},
     "Which array stands beside `dout` in the formula for dW: what came in, or what went out?")
slip("RemembersItTurned", {"self.x = x": "self.x = x.T"},
     "Print the shape of what you remember. How often is it turned until it stands beside dout?")
slip("RemembersTheFirstBatch", {"self.x = x": "self.x = x if self.x is None else self.x"},
     "Run forward on two batches, then backward. Of which batch does backward speak?")
# on the class; the attribute that __init__ made would hide it
slip("SharesItsMemory", {"self.x = x": "vars(self).pop('x', None)\ntype(self).x = x"},
     "A network has two layers of this class. How many memories do they need?")

slip = partial(Affine.slip, "backward")
# the sum over the batch
slip("db is a mean", {"sum": "mean"}, "Each sample pushes on the same bias. What happens to the pushes?")
slip("db sums the outputs", {"axis=0": "axis=1"}, "Which axis of `dout` is the batch?")
slip("db sums everything", {"axis=0": ""}, "How many numbers are in db, and are they all the same?")
slip("db is of the first sample", {"dout.sum(axis=0)": "dout[0]"},
     "Each sample pushes on the same bias. How many of them does your db hear?")
slip("db keeps an axis", {"self.grads[1][...] = dout.sum(axis=0)": "self.grads[1] = dout.sum(axis=0, keepdims=True)"},
     "Print the shapes of b and of db. And who still holds the array that was there before?")
slip("db is dout", {"dout.sum(axis=0)": "dout"},
     "dout has a row for each sample, b is one row for all of them. What happens to the rows?")
slip("leaves db at zero", {"self.grads[1][...]": "db"},
     "The layer has two parameters. Who fills the second place in grads?")
slip("divides by the batch", {"T @ dout": "T @ dout / len(dout)", "sum": "mean"},
     "Has somebody already divided by the number of samples?")
slip("divides dW by the batch", {"T @ dout": "T @ dout / len(dout)"},
     "Two gradients of one layer: why is one of them divided? Has somebody taken the mean already?")
slip("divides all three", {"W, _ =": "dout = dout / len(dout)\nW, _ ="},
     "Has somebody already divided by the number of samples? Who gets dout first: the loss, or this layer?")
# the arrays that others hold
slip("rebinds grads", {"[...]": ""}, "Is it the same array object that the optimizer holds?")
slip("rebinds dW", {"grads[0][...]": "grads[0]"}, "Is it the same array object that the optimizer holds?")
slip("rebinds db", {"grads[1][...]": "grads[1]"},
     "Both gradients are right. Which of the two has the optimizer never heard of?")
slip("accumulates dW", {"[0][...] =": "[0] +="},
     "Call backward twice. What should the second dW still know of the first?")
slip("accumulates db", {"[1][...] =": "[1] +="},
     "Call backward twice. What should the second db still know of the first?")
slip("accumulates", {"[...] =": " +="}, "Call backward twice. What should the second call still know of the first?")
slip("writes into params", {"W, _ = self.params": "W = self.params[0].copy()", "grads": "params"},
     "`grads` is still all zeros. Into which list, and into which arrays, have your numbers gone?")
slip("puts db where b is", {"self.grads[1][...]": "self.params[1]"},
     "Two lists hold two arrays each. Which of them is for gradients? Print b before and after backward.")
slip("writes over b as well", {"self.grads[1][...] =": "self.params[1][...] = self.grads[1][...] ="},
     "Print b before and after backward. Who is to change it, and when?")
slip("learns as well", {"return": "W = W.copy()\nfor p, g in zip(self.params, self.grads):\n    p -= 0.1 * g\nreturn"},
     "Who changes the weights: the layer that knows the slope, or the optimizer?")
# names
slip("takes x from nowhere", {"self.x.T": "x.T"},
     "Backward is handed dout only. Where has forward put x, and what is it called there?")
slip("writes x large", {"self.x.T": "X.T"}, "Which names does backward know? A formula's letter is not yet a name.")
slip("looks for W in itself", {"dout @ W.T": "dout @ self.W.T"},
     "Under which name has `__init__` put the weights away? Compare letter by letter.")
# what goes back
slip("returns the weights gradient", {"dout @ W.T": "self.grads[0]"}, "Which gradient does the layer below wait for?")
slip("backward returns nothing", {"return ": ""},
     "The layer below is waiting for an array. What does backward hand back?")
slip("returns all gradients", {"dout @ W.T": "dout @ W.T, *self.grads"},
     "How many things does the layer below expect? Where do the other two gradients go?")
slip("returns grads", {"dout @ W.T": "self.grads"},
     "Which gradient does the layer below wait for? Who reads `grads`, and where?")
slip("returns the gradient of b", {"dout @ W.T": "self.grads[1]"},
     "Which gradient does the layer below wait for? What is its shape?")
slip("passes dout on", {"dout @ W.T": "dout"}, "How many columns has x? And what you hand back?")
slip("puts the weights first", {"dout @ W.T": "np.dot(W.T, dout)"},
     "A sample is a row of dout. On which side of the weights must it stand?")
slip("points downhill", {"[...] = self": "[...] = -self", "[...] = dout": "[...] = -dout"},
     "A gradient points uphill. Who turns round: the layer, or the step of the optimizer?")
slip("forgets to turn x", {"self.x.T @ dout": "np.dot(self.x, dout)"},
     "dW has the shape of W. Which axis must disappear in the product, and which way round must x stand for that?")
slip("ignores dout", {"W, _ =": "dout = np.ones_like(dout)\nW, _ ="}, "If dout doubles, what should double?")
slip("forgets to turn the weights", {"dout @ W.T": "np.dot(dout, W)"},
     "dx has the shape of x. Which way round must W stand for that?")
slip("turns dW round", {"self.x.T @ dout": "dout.T @ self.x"}, "dW has the shape of W. Which shape has your product?")
# fmt: on


@Affine.misconception("forward", "Is the name of your method the one in the stub, letter by letter?")
class MisspellsForward:
    def __init__(self, W, b):
        self.params, self.grads = [W, b], [np.zeros_like(W), np.zeros_like(b)]

    def foward(self, x):
        self.x = x
        return x @ self.params[0] + self.params[1]

    def backward(self, dout):
        self.grads[0][...] = self.x.T @ dout
        self.grads[1][...] = dout.sum(axis=0)
        return dout @ self.params[0].T


@Affine.misconception("backward", "Is the name of your method the one in the stub, letter by letter?")
class MisspellsBackward:
    def __init__(self, W, b):
        self.params, self.grads = [W, b], [np.zeros_like(W), np.zeros_like(b)]

    def forward(self, x):
        self.x = x
        return x @ self.params[0] + self.params[1]

    def bacward(self, dout):
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


@Affine.alternative("forward")
def neuron_by_neuron(self, x):
    W, b = self.params
    self.x = x.copy()
    return np.stack([(x * W[:, h]).sum(axis=1) + b[h] for h in range(len(b))], axis=1)


@Affine.alternative
class BiasAsAWeight:
    """The bias is the weight of an input that is always 1."""

    def __init__(self, W, b):
        self.params, self.grads = [W, b], [np.zeros_like(W), np.zeros_like(b)]

    def forward(self, inputs):
        self.extended = np.hstack([inputs, np.ones((len(inputs), 1))])
        return self.extended @ np.vstack(self.params)

    def backward(self, dout):
        both = self.extended.T @ dout
        np.copyto(self.grads[0], both[:-1])
        np.copyto(self.grads[1], both[-1])
        return np.tensordot(dout, self.params[0], axes=(1, 1))
