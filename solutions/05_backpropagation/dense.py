r"""### `Dense`: a layer for one sample

$$z = W^T x + b \qquad\qquad h = a(z)$$

| | $x$ | $W$ | $b,\ z,\ h$ |
|---|---|---|---|
| shape | $(D,)$ | $(D, H)$ | $(H,)$ |

The activation $a$ works element by element. The layer gets its *class*, makes an object of its own from it, and keeps
it in `self.a`: `self.a(z)` is $a(z)$, and after that `self.a.grad()` is $a'(z)$, of shape $(H,)$.

Then three questions about the way back. `dh` of shape $(H,)$ is the gradient of the loss by the output $h$, and by the
chain rule

$$\delta_j = \texttt{dh}_j \cdot a'(z_j) \qquad \frac{\partial L}{\partial W_{ij}} = x_i\, \delta_j \qquad
\frac{\partial L}{\partial b_j} = \delta_j \qquad \frac{\partial L}{\partial x_i} = \sum_j W_{ij}\, \delta_j$$

- `grad_W(dh)` returns an array of shape $(D, H)$. Write it **without a loop**: there is a function for the table of
  all products.
- `grad_b(dh)` returns $(H,)$.
- `grad_x(dh)` returns $(D,)$: the shape of what came *in*. It is the `dh` of the layer before.

Nothing is stored by these three, and `W`, `b`, `x`, `dh` stay as they are. They speak about the last call of the
layer; the checks call the layer before they ask, with the activation `Softsign` from above.
"""

from functools import partial

import numpy as np

from autograder import agree, exercise, no_loops, task


def layer(rng):
    return {"W": rng.normal(size=(4, 3)), "b": rng.normal(size=3), "x": rng.normal(size=4)}


def two_samples(rng):
    return {**layer(rng), "x2": rng.normal(size=4)}


def back(rng):
    return {**layer(rng), "dh": rng.normal(size=3)}


def back_twice(rng):
    return {**back(rng), "x2": rng.normal(size=4), "dh2": rng.normal(size=3)}


def two_layers(rng):
    return {**back_twice(rng), "x3": rng.normal(size=4)}


@exercise
class Dense:
    """The layer h = a(W^T x + b), for one sample.

    Parameters
    ----------
    W : (D, H) array
    b : (H,) array
    activation : class, such as Tanh or Sigmoid

    Attributes
    ----------
    W, b : the parameters
    dW, db : arrays of the shapes of W and b; the network writes the gradients here
    a : the layer's own activation object
    last_x : what a call remembers
    """

    def __init__(self, W, b, activation):
        self.W, self.b = W, b
        self.dW, self.db = np.zeros_like(W), np.zeros_like(b)
        self.a = activation()
        self.last_x = None

    @task
    def __call__(self, x):
        """Map x of shape (D,) to h of shape (H,)."""
        self.last_x = x
        return self.a(self.W.T @ x + self.b)

    @task
    def grad_W(self, dh):
        """The gradient of the loss by W, of shape (D, H)."""
        return np.outer(self.last_x, dh * self.a.grad())

    @task
    def grad_b(self, dh):
        """The gradient of the loss by b, of shape (H,)."""
        return dh * self.a.grad()

    @task
    def grad_x(self, dh):
        """The gradient of the loss by x, of shape (D,)."""
        return self.W @ (dh * self.a.grad())


@Dense.check(
    "__call__",
    "the output for one sample, and then for another",
    given=two_samples,
    points={"the first answer": 1, "the second answer": 1},
)
def outputs(Dense, Softsign, W, b, x, x2):
    layer = Dense(W, b, Softsign)
    return {"the first answer": layer(x), "the second answer": layer(x2)}


@Dense.check("grad_W", "the gradient by W", given=back)
def by_the_weights(Dense, Softsign, W, b, x, dh):
    layer = Dense(W, b, Softsign)
    layer.__call__(x)
    return layer.grad_W(dh)


@Dense.check(
    "grad_W",
    "only the last sample counts, and only this layer's",
    given=two_layers,
    compare=agree("dW", "dW of a new layer"),
)
def memory(Dense, Softsign, W, b, x, dh, x2, dh2, x3):
    new = Dense(W, b, Softsign)
    new.__call__(x.copy())
    fresh = np.copy(new.grad_W(dh.copy()))
    layer, other = Dense(W, b, Softsign), Dense(W, b, Softsign)
    layer.__call__(x2)
    layer.grad_W(dh2)
    layer.__call__(x)
    other.__call__(x3)
    return {"dW": layer.grad_W(dh), "dW of a new layer": fresh}


Dense.rule("grad_W", "without a loop", no_loops())


@Dense.check(
    "grad_b",
    "the gradient by b, for one sample and then another",
    given=back_twice,
    points={"the first answer": 0.4, "the second answer": 0.3},
)
def by_the_bias(Dense, Softsign, W, b, x, dh, x2, dh2):
    layer = Dense(W, b, Softsign)
    layer.__call__(x2)
    first = layer.grad_b(dh2)
    layer.__call__(x)
    return {"the first answer": first, "the second answer": layer.grad_b(dh)}


@Dense.check("grad_b", "dh stays as it is", given=back, compare=agree("db", "db for a copy of dh"), points=0.3)
def dh_stays(Dense, Softsign, W, b, x, dh):
    layer = Dense(W, b, Softsign)
    layer.__call__(x)
    fresh = np.copy(layer.grad_b(dh.copy()))
    return {"db": layer.grad_b(dh), "db for a copy of dh": fresh, "dh afterwards": dh}


@Dense.check(
    "grad_x",
    "the gradient by x, for one sample and then another",
    given=back_twice,
    points={"the first answer": 0.75, "the second answer": 0.75},
)
def by_the_input(Dense, Softsign, W, b, x, dh, x2, dh2):
    layer = Dense(W, b, Softsign)
    layer.__call__(x2)
    first = layer.grad_x(dh2)
    layer.__call__(x)
    return {"the first answer": first, "the second answer": layer.grad_x(dh)}


@Dense.check("grad_x", "W and dh stay as they are", given=back, compare=agree("dx", "dx for copies"), points=0.5)
def weights_stay(Dense, Softsign, W, b, x, dh):
    new, layer = Dense(W.copy(), b.copy(), Softsign), Dense(W, b, Softsign)
    new.__call__(x.copy())
    layer.__call__(x)
    fresh = np.copy(new.grad_x(dh.copy()))
    return {"dx": layer.grad_x(dh), "dx for copies": fresh, "W afterwards": W, "dh afterwards": dh}


# fmt: off
slip = partial(Dense.slip, "__call__")
slip("forgets to turn the weights", {"W.T @ x": "W @ x"},
     "Write the two shapes of the product side by side. Which two numbers must agree?")
slip("multiplies element by element", {"self.W.T @ x": "self.W.T * x"},
     "How many numbers does one neuron make of all its inputs?")
slip("multiplies W as it stands", {"self.W.T @ x": "self.W * x"},
     "`*` pairs numbers in the same place. Which product adds up over the inputs, and which way round must W stand?")
slip("has no weights of its own", {"self.W.T": "W.T"},
     "Where does a layer keep what belongs to it? What must stand before its name?")
slip("adds up the wrong way", {"self.W.T @ x": "(self.W.T * x).sum(axis=0)"},
     "Which index is summed over: the input's or the neuron's?")
slip("forgets the bias", {" + self.b": ""}, "What should come out for x = 0?")
slip("subtracts the bias", {"+ self.b": "- self.b"}, "Which sign has b in the formula? Try x = 0.")
slip("adds the bias after the bend", {"self.a(self.W.T @ x + self.b)": "self.a(self.W.T @ x) + self.b"},
     "Is the bias inside of the activation or outside of it?")
slip("forgets the activation", {"self.a(self.W.T @ x + self.b)": "self.W.T @ x + self.b"},
     "Two layers without a bend between them are one. Where does yours bend?")
slip("bends the input", {"self.a(self.W.T @ x + self.b)": "self.W.T @ self.a(x) + self.b"},
     "What is the activation applied to: what comes in, or what has been added up?")
slip("bends twice", {"return self.a(self.W.T @ x + self.b)": "return self.a(self.a(self.W.T @ x + self.b))"},
     "How often is the activation applied on the way through one layer?")
slip("always bends like tanh", {"self.a(": "np.tanh("}, "Which activation was the layer given? Which one do you use?")
slip("answers the first sample again",
     {"self.last_x = x": "x = self.last_x = x if self.last_x is None else self.last_x"},
     "Call the layer with a second sample. Whose output is this?")
slip("returns z as well", {"self.b)": "self.b), self.b"}, "How many things does the next layer expect from this one?")
slip("returns nothing", {"return ": ""}, "What does the layer hand on?")

slip = partial(Dense.slip, "grad_W", replaces="__call__")
slip("RemembersNothing", {"self.last_x = x": ""}, "What must a call remember, so that `grad_W` finds it?")
slip("RemembersTheOutput", {"self.last_x = x\nreturn ": "self.last_x = ", "+ self.b)": "+ self.b)\nreturn self.last_x"},
     "Which numbers meet the weights: what came in, or what went out?")
slip("RemembersTheFirstSample", {"self.last_x = x": "self.last_x = x if self.last_x is None else self.last_x"},
     "Call the layer with two samples, then ask for `grad_W`. Of which sample does it speak?")
# on the class; the attribute that __init__ made would hide it
slip("SharesItsMemory", {"self.last_x = x": "vars(self).pop('last_x', None)\ntype(self).last_x = x"},
     "A network has many layers of this class. How many memories do they need?")

slip = partial(Dense.slip, "grad_W")
slip("walks over the columns", {"return np.outer(self.last_x, dh * self.a.grad())":
                                "grad, slope = np.ones_like(self.W), self.a.grad()\n"
                                "for j in range(grad.shape[1]):\n    grad[:, j] = dh[j] * slope[j] * self.last_x\n"
                                "return grad"},
     "Which function makes the table of all products of two vectors?")
slip("multiplies number by number", {"np.outer(self.last_x, dh * self.a.grad())": "self.last_x * dh * self.a.grad()"},
     "Which pairs of numbers meet in the formula: those in the same place, or each with each?")
slip("takes the dot product", {"np.outer(self.last_x, dh * self.a.grad())": "self.last_x.T @ (dh * self.a.grad())"},
     "What is `.T` of a vector? Compare the shapes, and how many numbers should come out.")
slip("turns the table round", {"self.last_x, dh * self.a.grad()": "dh * self.a.grad(), self.last_x"},
     "The gradient has the shape of W. Which shape has your table?")
slip("forgets the slope", {" * self.a.grad()": ""},
     "If the neuron sits where its activation is flat, can its weights change anything?")
slip("forgets dh", {"dh * ": ""}, "If dh doubles, what should double?")
slip("adds the slope", {"dh * ": "dh + "}, "What must come out for dh = 0?")
slip("multiplies by the output", {"self.a.grad()": "self.a.last_o"},
     "The slope of the activation, or its value: which one does the chain rule multiply by?")
slip("bends twice", {"self.a.grad())": "self.a.grad() * self.a.grad())"},
     "How often does the signal pass the bend on its way back?")
slip("bends dh", {"dh * self.a.grad()": "self.a(dh)"},
     "On the way back, is the activation applied to dh, or is dh multiplied by a slope?")
slip("adds up", {"np.outer(self.last_x, dh * self.a.grad())":
                 "self.last_x * np.sum(dh * self.a.grad())"},
     "How many weights are there, and how many numbers does your answer have?")
slip("uses the weights", {"np.outer(self.last_x, dh * self.a.grad())": "self.W * (dh * self.a.grad())"},
     "By how much does z move if a weight grows by one: by the weight, or by the input that it meets?")
slip("goes downhill already", {"np.outer(": "-np.outer("},
     "The gradient points uphill. Who turns round: it, or the step?")
slip("stores only", {"return ": "self.dW = "},
     "Who writes into dW, the layer or the network? What does `grad_W` hand back?")

slip = partial(Dense.slip, "grad_b")
slip("forgets the slope", {" * self.a.grad()": ""},
     "b is added inside of the activation. What lies between b and the output?")
slip("forgets dh", {"dh * ": ""}, "If dh doubles, what should double?")
slip("adds the slope", {"dh * ": "dh + "}, "What must come out for dh = 0?")
slip("multiplies by the output", {"self.a.grad()": "self.a.last_o"},
     "The slope of the activation, or its value: which one does the chain rule multiply by?")
slip("multiplies by the bias", {"dh * ": "self.b * dh * "},
     "By how much does z move if b grows by one? Does that depend on b?")
slip("adds up", {"dh * self.a.grad()": "np.sum(dh * self.a.grad())"},
     "How many biases has the layer? How many numbers do you return?")
slip("multiplies by the input", {"return dh * self.a.grad()": "return dh * self.a.grad() * self.last_x.sum()"},
     "Which input does the bias meet? Imagine one that is always 1.")
slip("overwrites dh", {"return dh * self.a.grad()": "dh *= self.a.grad()\nreturn dh"},
     "Print dh before and after the call. Who needs it as well?")
slip("returns nothing", {"return ": ""}, "What does `grad_b` hand back?")

slip = partial(Dense.slip, "grad_x")
slip("puts the weights last", {"self.W @ (dh * self.a.grad())": "(dh * self.a.grad()) @ self.W"},
     "Over which index do you add up: that of the inputs, or that of the neurons? On which side of W does it lie?")
slip("turns the weights", {"self.W @": "self.W.T @"},
     "What comes back has the shape of x. Which way round must W stand for that?")
slip("forgets the slope", {" * self.a.grad()": ""},
     "Between x and h stand the weights and a bend. Which of them is missing on your way back?")
slip("forgets dh", {"dh * ": ""}, "If dh doubles, what should double?")
slip("adds the slope", {"dh * ": "dh + "}, "What must come out for dh = 0?")
slip("multiplies by the output", {"self.a.grad()": "self.a.last_o"},
     "The slope of the activation, or its value: which one does the chain rule multiply by?")
slip("returns the table", {"self.W @": "self.W *"},
     "You have a number for each weight. How many ways lead from one input to the loss, and what happens to them?")
slip("adds up the wrong way", {"self.W @ (dh * self.a.grad())": "(self.W * (dh * self.a.grad())).sum(axis=0)"},
     "Which shape has x? Over which index do you have to add up?")
slip("passes the weights gradient", {"self.W @ (dh * self.a.grad())": "np.outer(self.last_x, dh * self.a.grad())"},
     "Which gradient does the layer before wait for: the one by your weights, or the one by your input?")
slip("multiplies by the input", {"return ": "return self.last_x * "},
     "By how much does z move if an input grows by one: by the input, or by the weight that it meets?")
slip("returns nothing", {"return ": ""}, "The layer before is waiting for an array. What does `grad_x` hand back?")
# fmt: on


@Dense.alternative("__call__")
def row_times_matrix(self, x):
    self.last_x = x.copy()
    return self.a(np.dot(x, self.W) + self.b)


@Dense.alternative("__call__")
def neuron_by_neuron(self, x):
    self.last_x = x
    z = [b + sum(w * value for w, value in zip(column, x, strict=True)) for column, b in zip(self.W.T, self.b)]
    return self.a(np.array(z))


@Dense.alternative("grad_W")
def column_times_row(self, dh):
    return self.last_x[:, None] @ (dh * self.a.grad())[None, :]


@Dense.alternative("grad_x")
def weight_by_weight(self, dh):
    slope, dx = self.a.grad(), np.zeros(len(self.W))
    for i, j in np.ndindex(self.W.shape):
        dx[i] += self.W[i, j] * dh[j] * slope[j]
    return dx


@Dense.alternative
class WithADelta:
    def __init__(self, W, b, activation):
        self.W, self.b, self.a = W, b, activation()
        self.dW, self.db = np.zeros_like(W), np.zeros_like(b)
        self.inputs = None

    def delta(self, dh):
        return np.multiply(dh, self.a.grad())

    def __call__(self, x):
        self.inputs = x
        return self.a(np.einsum("dh,d->h", self.W, x) + self.b)

    def grad_W(self, dh):
        self.dW = np.einsum("d,h->dh", self.inputs, self.delta(dh))
        return self.dW

    def grad_b(self, dh):
        self.db = self.delta(dh)
        return self.db

    def grad_x(self, dh):
        jacobian = self.W * self.a.grad()
        return jacobian @ dh
