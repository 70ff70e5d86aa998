# %% [markdown]
# # Autodiff: build the tape
#
# Three ways to a gradient are behind you: a formula by hand (02), layers that know their `backward` (04), and nudging
# every weight (05). Each has its price. The formula is new work for each model, layers only fit together in a row, and
# nudging costs two forward passes *for each weight*.
#
# This notebook builds the fourth way, the one that TensorFlow and PyTorch take. You write down an ordinary calculation,
# with `+` and `*` and `@`. Somebody listens, and notes every operation on a **tape**. Played backwards, the tape gives
# the gradient by everything that was in the calculation:
#
# `with GradientTape() as tape:` the calculation; then `tape.gradient(loss, [W, b])`
#
# You build all of it: the Variable, the operations, and the tape.
#
# ## 1. Rates multiply
#
# A function of a function, $y = f(g(x))$: $x$ goes into $g$, and what comes out goes into $f$. Along the path each edge
# has a rate: how much does its end move, if its beginning moves by 1? The chain rule says that rates **multiply**.
#
# A line in some lecture notes remembers it as "the derivative of the outer function *plus* the derivative of the inner
# one". Take gears: one turns the next 3 times as fast, and that one the last 2 times as fast. Does the last one turn 6
# times as fast, or 5 times?

# %% exercise="chain"

# %% [markdown]
# ## 2. A Variable, and what is written down
#
# Our numbers live in a `Variable`, an array in a box. Two boxes that are added make a new box, and somebody must note
# where it came from. For $z = x \cdot y$ with $x = 2$ and $y = 3$ the note says: *the result is z; x and y went in; when a
# gradient comes back to z, send 3 times of it to x, and 2 times of it to y.* The last part is a function. It is called
# later, when the gradient is known.
#
# This is the frame. `record` makes the box for the result and writes the note on every tape that is open. It also looks
# whether the gradients fit: one for each input, in the input's shape.


# %%
OPEN_TAPES = []


def record(value, inputs, backward):
    """Make the result of an operation, and write the operation down on every open tape.

    Parameters
    ----------
    value : array or number, the result
    inputs : list of Variables
    backward : function of dout, an array of the shape of the result; returns a list, one gradient for each input

    Returns
    -------
    Variable
    """
    inputs = list(inputs)
    if not all(hasattr(variable, "fit") for variable in inputs):
        raise TypeError("the inputs of `record` are Variables, not arrays")
    result = type(inputs[0])(value)

    def fitted_backward(dout):
        gradients = list(backward(dout))
        if len(gradients) != len(inputs):
            raise ValueError(f"backward gives {len(gradients)} gradients, and there are {len(inputs)} inputs")
        return [variable.fit(gradient) for variable, gradient in zip(inputs, gradients)]

    for tape in OPEN_TAPES:
        tape.records.append((result, inputs, fitted_backward))
    return result


# %% [markdown]
# An example of a whole operation. The slope of $e^x$ is $e^x$ itself, so `backward` needs the result only.


# %%
def exp(x):
    """e to the power of x, element by element."""
    y = np.exp(x.value)
    return record(y, [x], lambda dout: [dout * y])


# %% [markdown]
# And a tool to look at one operation alone, without a tape. `try_operation(exp, [Variable(x)], dout)` returns the value,
# and the list of the gradients. The checks below use it as well.


# %%
class Notepad:
    """Records like a tape, and cannot go back."""

    def __init__(self):
        self.records = []


def try_operation(operation, inputs, dout):
    """One operation alone: its value, and the gradients that its backward makes of `dout`, one for each input."""
    notes = Notepad()
    OPEN_TAPES.append(notes)
    try:
        result = operation(*inputs)
    finally:
        OPEN_TAPES.remove(notes)
    if len(notes.records) != 1:
        raise ValueError(f"{len(notes.records)} records: one operation leaves one")
    [(made, used, backward)] = notes.records
    if made is not result:
        raise ValueError("the operation does not return what `record` has made")
    found = list(zip(used, backward(dout), strict=True))
    return result.value, [sum(gradient for one, gradient in found if one is variable) for variable in inputs]


# %% exercise="Variable"

# %% [markdown]
# Look at some operations of yours. Everything here is a number, so that you can check it in your head.

# %% demo=true
two, three = Variable(2.0), Variable(3.0)
for text, operation in {
    "x + y": lambda x, y: x + y,
    "x * y": lambda x, y: x * y,
    "x / y": lambda x, y: x / y,
}.items():
    value, gradients = try_operation(operation, [two, three], np.array(1.0))
    print(f"{text} = {value:.3f}    by x: {gradients[0]:.3f}    by y: {gradients[1]:.3f}")

# %% [markdown]
# ## 3. What was stretched
#
# In $X + b$ with shapes $(N, D)$ and $(D,)$ NumPy adds $b$ to every row, without asking. So $b$ is used $N$ times, and $N$
# gradients come back. A small example, with the gradient of each number of $X + b$:
#
# $$\begin{pmatrix} 1 & 2 \\ 3 & 4 \\ 5 & 6 \end{pmatrix} \;\Rightarrow\; \text{for } b \text{ of shape } (2,):\; (9, 12)
# \qquad \text{for } b \text{ of shape } (3, 1):\; \begin{pmatrix} 3 \\ 7 \\ 11 \end{pmatrix}$$
#
# You write this once, and `record` calls it for all operations.

# %% exercise="unbroadcast"

# %% [markdown]
# ## 4. Four functions
#
# Functions of one Variable: two for hidden layers, and two for losses. Each is two lines long, as `exp` above.

# %% exercise="relu"

# %% exercise="sigmoid"

# %% exercise="log"

# %% exercise="square"

# %% [markdown]
# ## 5. The tape
#
# Now the piece that gives the notebook its name. Everything that happened is on the tape, in order. We know one gradient:
# $\partial L / \partial L = 1$. Walk through the notes from the last to the first, and hand on what has arrived.
#
# With $x = 2$, $a = x \cdot x$ and $y = a + x$ there are two notes, and $x$ is used three times. Backwards: $y$ sends 1
# to $a$ and 1 to $x$. Then $a$ sends $2 \cdot 1$ to $x$ for its first factor, and $2 \cdot 1$ for its second. Together
# $1 + 2 + 2 = 5$. By hand: $y = x^2 + x$ has the slope $2x + 1 = 5$.

# %% exercise="GradientTape"

# %% [markdown]
# First a line. The slope of $2x + 3$ is 2, for a number, and at each place of a matrix. Then a layer: $x W + b$, with both
# gradients in one question. The target is a matrix here, so the tape begins with ones: each number of the target counts.

# %% demo=true
x = Variable(0.0)
with GradientTape() as tape:
    y = 2 * x + 3
print("a number:", tape.gradient(y, x))

x = Variable(np.zeros((2, 2)))
with GradientTape() as tape:
    y = 2 * x + 3
print("a matrix:", tape.gradient(y, x).tolist())

inputs = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
W, b = Variable(np.ones((3, 2))), Variable(np.zeros(2))
with GradientTape() as tape:
    y = inputs @ W + b
by_W, by_b = tape.gradient(y, [W, b])
print("a layer: by W", by_W.tolist(), "by b", by_b.tolist())

# %% [markdown]
# Look at the parentheses in `np.zeros((2, 2))`: the shape is one argument, a tuple. In `zeros(2, 2)` the second 2 is the
# **dtype**. NumPy refuses it. TensorFlow's `tf.zeros(2, 2)` takes it for one of its dtypes, and makes a vector of shape
# `(2,)`, without a word. (A misspelled `tf.Varaible` at least raises an error. A misspelled `self_b = ...` does not: it is
# a new name, and `self.b` is missing much later.)
#
# ### The recorded graph
#
# $L = (w x + b)^2 + w^2$ in single operations, drawn from the notes on your tape. Black is the value. **Blue**, on an
# edge, is the rate of this edge, from the note's `backward`. **Red** is what your `gradient` answers. Multiply the blue
# numbers along a path, and add up the paths: from $L$ to $w$ there are two, with $1 \cdot 10 \cdot 1 \cdot 2 = 20$ and
# $1 \cdot 6 = 6$.

# %% demo=true
import matplotlib.pyplot as plt


def draw_graph(axis, nodes, records, gradients):
    """The graph on a tape, from left to right; `nodes` gives each Variable its name, its formula and its height."""
    depth = dict.fromkeys(nodes, 0)
    for result, inputs, _ in records:
        depth[result] = 1 + max(depth[variable] for variable in inputs)
    for result, inputs, backward in records:
        for variable, rate in zip(inputs, backward(np.ones_like(result.value)), strict=True):
            start, end = (np.array([depth[one], nodes[one][2]]) for one in (variable, result))
            arrow = {"arrowstyle": "-|>", "color": "grey", "shrinkA": 30, "shrinkB": 30}
            axis.annotate("", end, start, arrowprops=arrow)
            middle = 0.55 * start + 0.45 * end
            axis.text(
                *middle, f"{rate:g}", color="royalblue", ha="center", va="center", fontsize=14, backgroundcolor="w"
            )
    for variable, (name, formula, height) in nodes.items():
        place = depth[variable], height
        axis.plot(*place, "o", markersize=50, color="whitesmoke", markeredgecolor="grey")
        axis.text(*place, f"${name}$\n{variable.value:g}", ha="center", va="center", fontsize=13)
        style = {"textcoords": "offset points", "ha": "center"}
        axis.annotate(f"{gradients[variable]:g}", place, (0, 30), color="firebrick", fontsize=15, **style)
        axis.annotate(formula and f"${name} = {formula}$", place, (0, -45), fontsize=13, **style)


w, x, b = Variable(3.0), Variable(2.0), Variable(-1.0)
with GradientTape() as tape:
    a = w * x
    c = a + b
    d = square(c)
    e = square(w)
    L = d + e
records = list(tape.records)
nodes = {w: ("w", "", 1), x: ("x", "", 2), b: ("b", "", 3)}
nodes |= {
    a: ("a", "w\\,x", 2),
    c: ("c", "a + b", 2.5),
    d: ("d", "c^2", 2.5),
    e: ("e", "w^2", 0.8),
    L: ("L", "d + e", 1.7),
}
gradients = dict(zip(nodes, tape.gradient(L, list(nodes)), strict=True))
figure, axis = plt.subplots(figsize=(13, 5.2), layout="constrained")
draw_graph(axis, nodes, records, gradients)
axis.set(xlim=(-0.4, 4.4), ylim=(0.3, 3.6))
axis.set_title("Value in black, rate of an edge in blue, gradient of L in red", fontsize=15)
axis.axis("off")
plt.show()

# %% [markdown]
# ## 6. A witness
#
# Is it right? Here is a second machine, given. It has the same words, `+`, `@`, `square`, `with GradientTape() as tape:`,
# and other insides: it knows no derivative at all. A `SlowVariable` remembers how it was computed. The gradient comes
# from nudging: each number of a source a little up and down, and everything computed anew.
#
# `on_the_slow_machine(function, ...)` calls a function with the words of this machine in place of yours.


# %%
class SlowTape:
    """Works as a GradientTape, by nudging."""

    open = ()

    def __init__(self):
        self.asked = False

    def __enter__(self):
        SlowTape.open = (*SlowTape.open, self)
        return self

    def __exit__(self, *error):
        SlowTape.open = tuple(tape for tape in SlowTape.open if tape is not self)

    def gradient(self, target, sources):
        if self.asked:
            raise RuntimeError("this tape has been asked already")
        self.asked = True
        if isinstance(sources, (list, tuple)):
            return [self.nudge(target, source) for source in sources]
        return self.nudge(target, sources)

    def nudge(self, target, source, h=1e-4):
        """Central differences of the sum of `target`, or None where `source` is not on the way."""
        if not target.depends_on(source, self):
            return None
        slopes = np.zeros(source.value.shape)
        for index in np.ndindex(slopes.shape):
            before, sums = source.value[index], []
            for step in (h, -h):
                source.value[index] = before + step
                sums.append(target.anew(self).sum())
            source.value[index] = before
            slopes[index] = (sums[0] - sums[1]) / (2 * h)
        return slopes


class SlowVariable:
    """Works as a Variable, and remembers how it was computed."""

    __array_ufunc__ = None

    def __init__(self, value, how=None, inputs=()):
        self.value, self.how, self.inputs = np.array(value, dtype=float), how, inputs
        self.tapes = SlowTape.open if how else ()

    @staticmethod
    def of(x):
        return x if isinstance(x, SlowVariable) else SlowVariable(x)

    def anew(self, tape):
        """The value, computed anew as far as the tape has seen it."""
        return self.how(*(one.anew(tape) for one in self.inputs)) if tape in self.tapes else self.value

    def depends_on(self, source, tape):
        return self is source or (tape in self.tapes and any(one.depends_on(source, tape) for one in self.inputs))

    def assign_sub(self, change):
        self.value = np.subtract(self.value, np.broadcast_to(change, self.value.shape))

    def __add__(self, other):
        return slow(np.add, self, other)

    def __mul__(self, other):
        return slow(np.multiply, self, other)

    def __sub__(self, other):
        return slow(np.subtract, self, other)

    def __rsub__(self, other):
        return slow(np.subtract, other, self)

    def __truediv__(self, other):
        return slow(np.divide, self, other)

    def __rtruediv__(self, other):
        return slow(np.divide, other, self)

    def __matmul__(self, other):
        return slow(np.matmul, self, other)

    def __rmatmul__(self, other):
        return slow(np.matmul, other, self)

    def __neg__(self):
        return slow(np.negative, self)

    def sum(self, axis=None):
        return slow(lambda x: np.sum(x, axis=axis), self)

    def mean(self):
        return slow(np.mean, self)

    __radd__, __rmul__ = __add__, __mul__


def slow(how, *inputs):
    """An operation: `how` makes the result's array of the inputs' arrays."""
    inputs = [SlowVariable.of(one) for one in inputs]
    return SlowVariable(how(*(one.value for one in inputs)), how, inputs)


slow_machine = {
    "Variable": SlowVariable,
    "GradientTape": SlowTape,
    "square": lambda x: slow(np.square, x),
    "log": lambda x: slow(np.log, x),
    "exp": lambda x: slow(np.exp, x),
    "relu": lambda x: slow(lambda array: np.maximum(array, 0), x),
    "sigmoid": lambda x: slow(lambda array: (1 + np.tanh(array / 2)) / 2, x),
}


def on_the_slow_machine(function, *arguments, words=slow_machine):
    """Call a function; the words of the slow machine stand in place of yours while it runs."""
    names = getattr(function, "__globals__", None) or type(function).__call__.__globals__
    before = {word: names[word] for word in words if word in names}
    names.update(words)
    try:
        return function(*arguments)
    finally:
        for word in words:
            names.pop(word, None)
        names.update(before)


# %% [markdown]
# A network with a hidden layer, relu and sigmoid, and the cross-entropy written out with `log`. The same `all_gradients`
# runs on your machine and on the slow one. Left, the gradient of every weight on both ways. Right, the price.

# %% demo=true
import time

rng = np.random.default_rng(5)
samples, labels = rng.normal(size=(40, 3)), rng.integers(2, size=(40, 1)).astype(float)


def cross_entropy(weights, x, t):
    W1, b1, W2, b2 = weights
    p = sigmoid(relu(x @ W1 + b1) @ W2 + b2)
    return -(t * log(p) + (1 - t) * log(1 - p)).mean()


def all_gradients(arrays):
    weights = [Variable(array) for array in arrays]
    with GradientTape() as tape:
        loss = cross_entropy(weights, samples, labels)
    return np.concatenate([gradient.ravel() for gradient in tape.gradient(loss, weights)])


def slowly(arrays):
    return on_the_slow_machine(all_gradients, arrays)


def new_arrays(hidden):
    return [rng.normal(size=size) for size in ((3, hidden), (hidden,), (hidden, 1), (1,))]


def milliseconds(way, arrays):
    start = time.perf_counter()
    way(arrays)
    return 1000 * (time.perf_counter() - start)


arrays = new_arrays(8)
one, other = all_gradients(arrays), slowly(arrays)
networks = [new_arrays(hidden) for hidden in (2, 5, 12, 30, 70)]
counts = [sum(array.size for array in network) for network in networks]

figure, axes = plt.subplots(1, 2, figsize=(13, 4.6), layout="constrained")
axes[0].plot([one.min(), one.max()], [one.min(), one.max()], color="lightgrey", linewidth=6)
axes[0].plot(other, one, "o", color="firebrick", markersize=5)
axes[0].set(
    title=f"{len(one)} weights, largest distance {np.abs(one - other).max():.0e}",
    xlabel="gradient by nudging",
    ylabel="gradient from your tape",
)
for name, way, color in (("nudging", slowly, "grey"), ("your tape", all_gradients, "firebrick")):
    times = [min(milliseconds(way, network) for _ in range(4)) for network in networks]
    axes[1].loglog(counts, times, "o-", color=color, linewidth=2.5, label=name)
axes[1].set(title="The time for all gradients", xlabel="number of weights", ylabel="milliseconds")
axes[1].legend(fontsize=12)
for axis in axes:
    axis.grid(alpha=0.3)
plt.show()

# %% [markdown]
# One walk through the tape costs about as much as a few forward passes, however many weights there are. Nudging pays
# twice for each of them.
#
# ## 7. Training, in four lines
#
# The two clouds of notebook 02 again. There you worked out the gradients of $W$ and $b$ on paper. Now the tape does it.


# %%
def make_clouds(samples_per_class, rng):
    """Two clouds of points, one for each class.

    Returns
    -------
    inputs : (2 * samples_per_class, 2) array
    targets : (2 * samples_per_class, 1) array of 0 and 1
    """
    shape = [[1, 0.5], [0.5, 1]]
    points = [rng.multivariate_normal(mean, shape, size=samples_per_class) for mean in ([0, 3], [3, 0])]
    return np.vstack(points), np.repeat([[0.0], [1.0]], samples_per_class, axis=0)


# %% exercise="training_step"

# %% [markdown]
# Forty steps with the learning rate 0.1, as in notebook 02. The loss falls to about 0.03, as it did there, and no
# derivative was written for this model.

# %% demo=true
rng = np.random.default_rng(1)
inputs, targets = make_clouds(1000, rng)
W, b = Variable(rng.uniform(size=(2, 1))), Variable(np.zeros(1))
losses = [
    np.asarray(getattr(loss, "value", loss)) for loss in (training_step(inputs, targets, W, b, 0.1) for _ in range(40))
]

scores = (inputs @ W + b).value[:, 0]
right = np.mean((scores > 0.5) == (targets[:, 0] == 1))
figure, axes = plt.subplots(1, 2, figsize=(13, 4.6), layout="constrained")
axes[0].semilogy(np.arange(1, 41), losses, "o-", color="firebrick", markersize=4)
axes[0].set(
    title=f"The loss falls from {losses[0]:.2f} to {losses[-1]:.4f}", xlabel="step", ylabel="loss before the step"
)
axes[0].grid(alpha=0.3)
for label, color in ((0, "steelblue"), (1, "seagreen")):
    cloud = inputs[targets[:, 0] == label]
    axes[1].plot(*cloud.T, ".", color=color, markersize=4, label=f"class {label}")
across = np.linspace(-3, 6, 2)
axes[1].plot(
    across, (0.5 - b.value - W.value[0] * across) / W.value[1], color="black", linewidth=2, label="prediction 0.5"
)
axes[1].set(title=f"{right:.1%} of the points are right", xlabel="$x_0$", ylabel="$x_1$", xlim=(-4, 9), ylim=(-4, 7))
axes[1].legend(fontsize=11, loc="lower right")
plt.show()

# %% [markdown]
# ## 8. What have I just built?
#
# A machine that trains what you can write down. Here is a problem that no line solves, a disc inside a ring. The network
# has 16 hidden units, and its loss is the `cross_entropy` that you saw above. Nobody has worked out its gradients, and
# nobody has to: they are in your operations.

# %% demo=true
rng = np.random.default_rng(3)
radius = np.concatenate([rng.uniform(0, 1, size=120), rng.uniform(1.4, 2.2, size=120)])
angle = rng.uniform(0, 2 * np.pi, size=240)
points = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)
inside = (radius < 1.2).astype(float)[:, None]
weights = [Variable(rng.normal(size=size)) for size in ((2, 16), (16,), (16, 1), (1,))]
grid = np.linspace(-2.5, 2.5, 100)
plane = np.stack(np.meshgrid(grid, grid), axis=-1).reshape(-1, 2)


def probability(x):
    W1, b1, W2, b2 = weights
    return sigmoid(relu(x @ W1 + b1) @ W2 + b2).value


figure, axes = plt.subplots(1, 4, figsize=(16, 4), layout="constrained")
step, curve = 0, []
for axis, stop in zip(axes[:3], (0, 5, 400), strict=True):
    while step < stop:
        with GradientTape() as tape:
            loss = cross_entropy(weights, points, inside)
        for weight, gradient in zip(weights, tape.gradient(loss, weights), strict=True):
            weight.assign_sub(0.3 * gradient)
        curve.append(float(loss.value))
        step += 1
    axis.contourf(
        grid, grid, probability(plane).reshape(100, 100), levels=np.linspace(0, 1, 11), cmap="RdBu", alpha=0.8
    )
    for label, color in ((1, "navy"), (0, "darkred")):
        axis.plot(*points[inside[:, 0] == label].T, ".", color=color, markersize=5)
    share = np.mean((probability(points) > 0.5) == inside)
    axis.set(title=f"step {step}: {share:.0%} right", xlabel="$x_0$", ylabel="$x_1$", aspect="equal")
    axis.label_outer()
axes[3].plot(curve, color="firebrick", linewidth=2)
axes[3].axhline(np.log(2), color="grey", linestyle="--", label="ln 2: knows nothing")
axes[3].set(title="The loss", xlabel="step", ylabel="loss", ylim=(0, None))
axes[3].legend(fontsize=11)
plt.show()

# %% [markdown] question="walking_back" points=2
# ### Question: the way back
#
# 1. The walk goes from the last record to the first. Take $a = 3x$, $b = a \cdot a$, $y = a + b$, with $x = 1$. Somebody hands
#    a gradient on as soon as the first part of it arrives, and never again. Which number could they get for
#    $\partial y / \partial x$, which one is right, and why does the order of the records prevent this mistake?
# 2. What must a tape keep in memory until `gradient` is called, and why can all of it be thrown away then? Name one
#    array that the record of $X\,W$ needs, and one operation that needs no array at all.

# %% [markdown] marking=true
# **1 point for each part.**
#
# 1. $y$ sends 1 to $a$ directly, and 1 to $b$; $b$ sends $2a = 6$ to $a$. Right: $(1 + 6) \cdot 3 = 21$ (a quarter). Whoever
#    hands on too early gets $1 \cdot 3 = 3$, or $6 \cdot 3 = 18$ if the other part came first (a quarter; one of the two is
#    enough). Half a point for the reason: an operation can only use what was there before it, so every use of $a$ stands
#    *after* the record that made $a$; walking from the end, all uses have been passed when we come to it. "Because the chain
#    rule goes from outside to inside" alone is a quarter of that half.
# 2. The results and inputs of the operations, with the numbers that their `backward` will need (half a point). After the
#    walk each record has been used, and the next training step makes new numbers, so nobody asks for them again (a
#    quarter). Example: $X\,W$ needs $X$ (for the gradient of $W$) and $W$ (for that of $X$); addition needs none, nor does
#    the sum, but for its shape (a quarter). "It keeps the loss" earns nothing.

# %% [markdown] question="directions" points=2
# ### Question: forwards or backwards?
#
# One could also walk **forwards**: begin with $\partial x / \partial x = 1$ at one input, and carry along, with every
# operation, how fast its result moves. One such walk costs about as much as one forward pass.
#
# 1. The network 784-50-10 has 39,760 parameters and one loss. How many walks does each direction need for the gradient by
#    all parameters? What does the backward walk pay for its advantage?
# 2. A program has one input, the time, and computes 1000 positions. We want the speeds of all of them. Which direction
#    is better, and why?

# %% [markdown] marking=true
# **1 point for each part.**
#
# 1. Forwards one walk for each parameter, 39,760; backwards a single one (half a point, a quarter for each number). The
#    price is memory: all results on the way must be kept until the walk back, while forwards they can be forgotten at once
#    (half a point). "Backwards costs about two forward passes of time" is right, but not the price that is asked; a quarter.
# 2. Forwards: one input, so one walk gives the speeds of all 1000 positions, and backwards would need 1000 walks, one for
#    each output (1 point; half for the right answer without the count).

# %% [markdown]
# ## Where this leads
#
# TensorFlow and PyTorch do what you have done, for some hundred operations, and on graphics cards. When you read
# `with tf.GradientTape() as tape:` from now on, you know what is behind it. In the last notebook a training goes wrong on
# real pictures: its loss falls, and the network has learned nothing at all. You will find out why.
