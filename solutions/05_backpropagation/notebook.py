# %% [markdown]
# # Backpropagation: why it is fast
#
# There are two ways to a gradient. One asks each weight in turn: *if I nudge you a little, what does the loss do?* The
# other goes back through the network, layer by layer, with the chain rule. Both give the same numbers. In this notebook
# they race.
#
# A homework of some years ago took the first way. Its network had 10 inputs, 2 outputs, and 32 neurons in each hidden
# layer. A hundred steps took
#
# | hidden layers | seconds |
# |---|---|
# | 5 | 48.27 |
# | 10 | 154.64 |
#
# Going back, the same hundred steps are over in the blink of an eye. You will build both ways, **count** what each of
# them has to do, and then measure whether the clock agrees. On the way we meet some mistakes of that homework. They are
# worth more than a right answer.
#
# One thing is simpler here than in the notebook on layers: there is no batch. One sample goes through at a time, so
# $x$ is a vector of shape $(D,)$.

# %% [markdown]
# ## 1. One number that says how bad it was

# %% exercise="mean_squared_error"

# %% [markdown]
# ## 2. Nudge, and see what happens
#
# Take $f(x) = x^3$ at $x = 2$. Its slope there is $3 x^2 = 12$. Without that formula, we can still ask $f$ itself:
#
# $$\frac{2.0001^3 - 1.9999^3}{0.0002} = 12.00000001$$
#
# Two evaluations, and the slope is right in nine digits. A function of many numbers is asked once for each of them,
# while all the others stand still.

# %% exercise="numerical_gradient"

# %% exercise="forward_difference"

# %% [markdown]
# What does the saved half cost? Left, both chords at $x = 1$, with a step so long that you can see it. The chord to one
# side leans, because the curve bends on the way. The chord through both neighbours is nearly parallel to the tangent.
#
# Right, the errors of **your** two functions for $x^3$, with the small step $h = 10^{-4}$. To one side the error is
# $\frac{h}{2} |f''(x)| = 3 x h$: it grows with the bend. On both sides it is $\frac{h^2}{6} |f'''(x)| = h^2$, ten
# thousand times smaller or better.

# %% demo=true
import matplotlib.pyplot as plt

line, x0, step = np.linspace(0.2, 1.75, 200), 1.0, 0.6
figure, axes = plt.subplots(1, 2, figsize=(13, 4.4), layout="constrained")
axes[0].plot(line, line**3, linewidth=3, color="grey", label="$f(x) = x^3$")
axes[0].plot(line, 1 + 3 * (line - 1), ":", linewidth=2.5, color="black", label="tangent, slope 3")
for left, right, colour, name in (
    (x0, x0 + step, "firebrick", "forward"),
    (x0 - step, x0 + step, "steelblue", "central"),
):
    slope = (right**3 - left**3) / (right - left)
    label = f"{name} difference, slope {slope:.2f}"
    axes[0].plot([left, right], [left**3, right**3], "o-", linewidth=2.5, color=colour, label=label)
axes[0].set(title=f"Two chords for one tangent, step {step}", xlabel="x", ylabel="f(x)", ylim=(-1, 5))
axes[0].legend(loc="upper left")

places = np.array([0.5, 1.0, 2.0, 4.0])
for shift, rule, colour in ((-0.2, forward_difference, "firebrick"), (0.2, numerical_gradient, "steelblue")):
    errors = np.abs(rule(lambda z: np.sum(z**3), places) - 3 * places**2)
    bars = axes[1].bar(np.arange(4) + shift, errors, 0.4, color=colour, label=rule.__name__)
    axes[1].bar_label(bars, [f"{error:.0e}" for error in errors], padding=2)
axes[1].set_yscale("log")
axes[1].set(title="Error of the slope of $x^3$, step 0.0001", xlabel="x", ylabel="error", ylim=(1e-10, 1))
axes[1].set_xticks(range(4), [f"{place:g}" for place in places])
axes[1].legend(loc="upper left")
for axis in axes:
    axis.grid(alpha=0.3, axis="y")
plt.show()

# %% [markdown]
# ## 3. Objects that know their slope
#
# For the way back, each part of the network must answer a second question. It is called with numbers, and **remembers**
# what it will need. Then it is asked for its slope. Here are two such objects, ready to use: an activation and a loss.
# Yours will have the same form.
#
# Look at `Softsign.grad`. For $x = 3$ the output is $o = \frac{3}{4}$, and the slope is
# $\frac{1}{(1 + 3)^2} = \frac{1}{16} = (1 - o)^2$. It can be read off the output, so the output is all that must be
# remembered.


# %%
class Softsign:
    """The activation x / (1 + |x|), element by element.

    Called with x of shape (H,) it returns the output, and remembers it in `last_o`.
    """

    def __init__(self):
        self.last_o = None

    def __call__(self, x):
        output = x / (1 + np.abs(x))
        self.last_o = output
        return output

    def grad(self):
        """The slopes at the x of the last call, of shape (H,)."""
        return (1 - np.abs(self.last_o)) ** 2


class Distance:
    """The loss sum_j |y_j| sqrt(1 + (h_j - y_j)^2): a miss costs more where the true number is large.

    Called with h and y of shape (n,) it returns a number, and remembers the gap between the two, and the weights |y|.
    """

    def __init__(self):
        self.gap = self.weight = None

    def __call__(self, h, y):
        self.gap, self.weight = h - y, np.abs(y)
        return (self.weight * np.sqrt(1 + self.gap**2)).sum()

    def grad(self):
        """The gradient by h, for the last call, of shape (n,)."""
        return self.weight * self.gap / np.sqrt(1 + self.gap**2)


# %% exercise="MeanSquaredError"

# %% [markdown]
# Never believe a gradient that you have not nudged. The last column must read 1 in every row:

# %% demo=true
rng = np.random.default_rng(1)
print("outputs   grad()[0]   nudged[0]   ratio")
for n in (1, 2, 3, 5):
    h, y = rng.normal(size=n), rng.normal(size=n)
    loss = MeanSquaredError()
    loss(h, y)
    nudged = numerical_gradient(lambda z, y=y: mean_squared_error(z, y), h)
    print(f"{n:7d} {loss.grad()[0]:11.6f} {nudged[0]:11.6f} {loss.grad()[0] / nudged[0]:7.3f}")

# %% [markdown]
# In the homework this column would have read 1, 2, 3, 5. Its loss was a mean, its gradient that of a sum. Nobody saw
# it, because training worked: a gradient that is too long in every direction is the same as a larger learning rate. The
# loss on the screen and the slope behind it spoke about different functions, and only a comparison like this one shows
# it.

# %% exercise="Sigmoid"

# %% exercise="Tanh"

# %% [markdown]
# Left, the three activations. Right, the same slopes against the **output**: this is all that `grad` looks at. Each
# curve is zero at both ends. A unit whose output is close to its limit passes nothing back. And compare the heights: of
# what comes back, a sigmoid lets through at most a quarter. We come back to this at the end.

# %% demo=true
line = np.linspace(-6, 6, 401)
figure, axes = plt.subplots(1, 2, figsize=(13, 4.2), layout="constrained")
for kind, colour in ((Tanh, "firebrick"), (Softsign, "darkorange"), (Sigmoid, "steelblue")):
    activation = kind()
    outputs = activation(line)
    slopes = activation.grad()
    axes[0].plot(line, outputs, linewidth=3, color=colour, label=kind.__name__)
    axes[1].plot(outputs, slopes, linewidth=3, color=colour, label=kind.__name__)
for place, height, shift in ((0, 1.0, (0, 5)), (0.5, 0.25, (-34, 3))):
    axes[1].annotate(f"{height:.2f}", (place, height), shift, textcoords="offset points", ha="center", fontsize=12)
axes[0].set(title="The outputs", xlabel="x", ylabel="output o")
axes[1].set(title="The slopes, read off the outputs", xlabel="output o", ylabel="slope, grad()", ylim=(-0.03, 1.15))
for axis in axes:
    axis.grid(alpha=0.3)
    axis.legend()
plt.show()

# %% [markdown]
# ## 4. A layer of neurons
#
# A small example first. Two inputs, one neuron, no bend: $x = (2, -1)$, $w = (0.5, 3)$, $b = 1$, so
# $h = 2 \cdot 0.5 - 1 \cdot 3 + 1 = -1$. Say the loss grows 10 times as fast as $h$: `dh` $= 10$. Then
#
# - $w_1$ moves $h$ by $x_1 = 2$ times as much as itself, so it moves the loss by $20$; $w_2$ by $-10$;
# - $b$ moves $h$ exactly as much as itself, so it moves the loss by $10$;
# - $x_1$ moves $h$ by $w_1 = 0.5$ times as much as itself, so it moves the loss by $5$; $x_2$ by $30$.
#
# With a bend after the sum, everything is multiplied by the slope of the bend as well. With several neurons, each of
# them has a say in $x$, and what they say is added up.
#
# Two short names are given, for those who like the formula $W^T x$ in their code: `_t` turns a matrix, `_m` multiplies.
# `W.T` and `@` do the same.


# %%
def _t(x):
    """The transpose of x."""
    return np.transpose(x)


def _m(A, B):
    """The product of A and B: matrices, or a matrix and a vector."""
    return np.matmul(A, B)


# %% exercise="Dense"

# %% [markdown]
# One layer with three inputs and two neurons. The **black** numbers went forward, the **red** ones come back: each red
# number says how fast the loss changes with the black one above it. The colour of a line is the gradient of its weight:
# red for positive, blue for negative, thick for large. Check one line by hand.

# %% demo=true
W = np.array([[0.5, -1.0], [1.0, 0.5], [-0.5, 2.0]])
x, dh = np.array([2.0, -1.0, 1.0]), np.array([1.0, -2.0])
layer = Dense(W, np.array([0.5, 0.0]), Softsign)
h = layer(x)
by_W, by_x = layer.grad_W(dh), layer.grad_x(dh)


def node(axis, place, name, up, down):
    """A circle with its name, the number that went forward, and the one that came back."""
    axis.scatter(*place, s=1500, color="whitesmoke", edgecolor="grey", zorder=3)
    axis.text(*place, name, ha="center", va="center", fontsize=13, zorder=4)
    side = -1 if place[0] < 0.5 else 1
    for shift, number, colour in ((0.09, up, "black"), (-0.09, down, "firebrick")):
        axis.text(
            place[0] + 0.1 * side,
            place[1] + shift,
            f"{number:.2f}",
            ha="center",
            va="center",
            color=colour,
            fontsize=13,
        )


figure, axis = plt.subplots(figsize=(10, 5), layout="constrained")
for (i, j), weight in np.ndenumerate(W):
    (x1, y1), (x2, y2) = (0.0, 2.0 - i), (1.0, 1.5 - j)
    shade = plt.cm.RdBu_r(0.5 + 0.5 * np.clip(by_W[i, j] / np.abs(by_W).max(), -1, 1))
    axis.plot([x1, x2], [y1, y2], color=shade, linewidth=1 + 8 * abs(by_W[i, j]) / np.abs(by_W).max(), zorder=1)
    at = 0.24 if j == 0 else 0.36
    place = x1 + at * (x2 - x1), y1 + at * (y2 - y1)
    box = {"boxstyle": "round,pad=0.2", "fc": "white", "ec": "lightgrey"}
    axis.text(*place, f"{weight:5.2f}\n     ", ha="center", va="center", fontsize=11, bbox=box, zorder=2)
    axis.text(*place, f"     \n{by_W[i, j]:5.2f}", ha="center", va="center", fontsize=11, color="firebrick", zorder=3)
for i in range(3):
    node(axis, (0.0, 2.0 - i), f"x{i}", x[i], by_x[i])
for j in range(2):
    node(axis, (1.0, 1.5 - j), f"h{j}", h[j], dh[j])
axis.set(xlim=(-0.2, 1.2), ylim=(-0.35, 2.35))
axis.set_title("One layer: forward in black, the gradients in red", fontsize=14)
axis.axis("off")
plt.show()

# %% [markdown]
# **A trap.** This layer is made for *one* sample. What if somebody hands it several at once, as the columns of a matrix?

# %% demo=true
layer = Dense(np.ones((4, 3)), np.array([10.0, 20.0, 30.0]), Softsign)
for samples in (5, 3):
    try:
        result = layer(np.zeros((4, samples)))
        print(f"{samples} samples: no error, shape {result.shape}, one output of the first neuron for each sample:")
        print("          ", result[0].round(3))
    except ValueError as error:
        print(f"{samples} samples: {type(error).__name__}, {str(error)[:70]}")

# %% [markdown]
# Five samples are refused. **Three** samples may pass, because the layer has three neurons: NumPy then adds the biases
# along the wrong axis, and the same input gives three different answers. Nothing complains. A shape that fits by chance
# is worse than an error.
#
# ## 5. The network
#
# Who builds the layers? This function does. It takes the class of the layers and a generator, so you can see where the
# random numbers come from, and the same seed gives the same network.
#
# `hidden_depth=5` makes **six** layers: five hidden ones, and the output layer. In the homework one builder counted
# like this, and the other one made a layer more. The two ways to the gradient were then timed on two different networks
# of the same name.


# %%
def make_sequence(kind, hidden_depth, num_neuron, num_input, num_output, activation, rng, scale=0.01):
    """The layers of a network: hidden_depth hidden ones, and the output layer.

    Parameters
    ----------
    kind : class of the layers, such as Dense
    hidden_depth, num_neuron, num_input, num_output : int
    activation : class, such as Tanh
    rng : numpy.random.Generator
    scale : float or None
        The standard deviation of the weights; None for 1 / sqrt(number of inputs of the layer).

    Returns
    -------
    list of hidden_depth + 1 layers, with random weights and biases of 0
    """
    sizes = [num_input] + [num_neuron] * hidden_depth + [num_output]
    layers = []
    for o, i in zip(sizes[1:], sizes, strict=False):
        deviation = i**-0.5 if scale is None else scale
        layers.append(kind(rng.normal(0.0, deviation, (i, o)), np.zeros(o), activation))
    return layers


# %% [markdown]
# A network never asks what its layers are made of. It asks each one for an output, and for its three gradients. Any
# object that answers will do. To show this, and so that a slip in your `Dense` costs nothing here, the checks of the
# network use another kind of layer. It is no layer that anybody needs, but its gradients are right.


# %%
class Ripple:
    """A layer with n inputs and n - 1 outputs: h_i = W_i0 sin(x_i) + W_i1 x_i x_(i+1) + b_i^2.

    W has the shape (n - 1, 2), b the shape (n - 1,).
    """

    def __init__(self, W, b):
        self.W, self.b = W, b
        self.dW, self.db = np.zeros(W.shape), np.zeros(b.shape)

    def __call__(self, x):
        self.left, self.right = x[:-1], x[1:]
        return self.W[:, 0] * np.sin(self.left) + self.W[:, 1] * self.left * self.right + self.b**2

    def grad_W(self, dh):
        return np.stack([dh * np.sin(self.left), dh * self.left * self.right], axis=1)

    def grad_b(self, dh):
        return dh * 2 * self.b

    def grad_x(self, dh):
        by_left = dh * (self.W[:, 0] * np.cos(self.left) + self.W[:, 1] * self.right)
        by_right = dh * self.W[:, 1] * self.left
        return np.append(by_left, 0) + np.append(0, by_right)


# %% exercise="DNN"

# %% [markdown]
# Now your own parts together. Each point of the left picture is one parameter of a network of `Dense` layers: across,
# what `backpropagate` says, upwards, what nudging says. Right, how far the two are apart. The difference is the error
# of the nudges, and it sits in the ninth digit or beyond.

# %% demo=true
import time


def all_gradients(network):
    """The gradients of all parameters, in one long vector."""
    return np.concatenate([part.ravel() for layer in network.sequence for part in (layer.dW, layer.db)])


rng = np.random.default_rng(2)
network = DNN(make_sequence(Dense, 3, 12, 5, 2, Tanh, rng, scale=None))
x, y = rng.normal(size=5), rng.normal(size=2)
found, seconds = {}, {}
for name in ("calc_gradient", "backpropagate"):
    begin = time.perf_counter()
    getattr(network, name)(x, y, MeanSquaredError())
    seconds[name] = time.perf_counter() - begin
    found[name] = all_gradients(network)

figure, axes = plt.subplots(1, 2, figsize=(13, 4.6), layout="constrained")
limit = 1.1 * np.abs(found["backpropagate"]).max()
axes[0].plot([-limit, limit], [-limit, limit], color="lightgrey", linewidth=2, zorder=1)
axes[0].scatter(found["backpropagate"], found["calc_gradient"], s=26, color="firebrick", edgecolor="white", zorder=2)
axes[0].set(title=f"{found['backpropagate'].size} parameters, two ways, one answer")
axes[0].set(xlabel="gradient by backpropagate", ylabel="gradient by calc_gradient")
gaps = np.abs(found["calc_gradient"] - found["backpropagate"]) + 1e-17
axes[1].hist(np.log10(gaps), bins=30, color="steelblue")
axes[1].set(title="How far they are apart", xlabel="difference, as a power of ten", ylabel="number of parameters")
for axis in axes:
    axis.grid(alpha=0.3)
plt.show()
for name, value in seconds.items():
    print(f"{name:14s} {1000 * value:8.2f} ms")

# %% [markdown]
# ## 6. Downhill
#
# Knowing the slope is not learning. Somebody has to take the step.
#
# For the checks there is again a network that is not yours. Its layers stand side by side instead of behind each other,
# so it needs no chain rule.


# %%
class Voice:
    """One layer of a `Chorus`: W * x + b, element by element."""

    def __init__(self, W, b):
        self.W, self.b = W, b
        self.dW, self.db = np.zeros(W.shape), np.zeros(b.shape)


class Chorus:
    """A network whose layers sing at the same time: h is the sum of all W * x + b."""

    def __init__(self, Ws, bs):
        self.sequence = [Voice(W, b) for W, b in zip(Ws, bs, strict=True)]

    def __call__(self, x):
        return sum(voice.W * x + voice.b for voice in self.sequence)

    def backpropagate(self, x, y, loss):
        """Fill dW and db of every layer; return the loss."""
        result = loss(self(x), y)
        slope = loss.grad()
        for voice in self.sequence:
            voice.dW, voice.db = slope * x, slope.copy()
        return result


# %% exercise="gradient_descent"

# %% [markdown]
# Here is what the homework handed in for its fast network: five hidden layers of 32 neurons, `Tanh`, 100 epochs. It
# printed
#
# ```
# Epoch 0: Test loss<__main__.MeanSquaredError object at 0x0000028D57919CF8>
# ...
# 0.0158 seconds elapsed.
# ```
#
# and concluded: 48 seconds before, 0.016 seconds now. **Why did the loop run in 0.016 s?** Look at the line that it
# printed, and decide before you read on. Then run the cell: it runs that loop, and one that calls your
# `gradient_descent`.

# %% demo=true
rng = np.random.default_rng(0)
x, y = rng.normal(size=10), rng.normal(size=2)


def network_of(activation, scale, seed=1):
    """The network of the homework: five hidden layers of 32 neurons."""
    return DNN(make_sequence(Dense, 5, 32, 10, 2, activation, np.random.default_rng(seed), scale))


def as_handed_in(network):
    return MeanSquaredError()


def repaired(network):
    return gradient_descent(network, x, y, MeanSquaredError(), 0.1)


for run in (as_handed_in, repaired):
    network = network_of(Tanh, scale=None)
    before = [layer.W.copy() for layer in network.sequence]
    begin = time.perf_counter()
    lines = [f"Epoch {epoch}: loss {run(network)}" for epoch in range(100)]
    elapsed = time.perf_counter() - begin
    moved = max(np.abs(layer.W - W).max() for layer, W in zip(network.sequence, before, strict=True))
    print(f"{run.__name__}: {elapsed:.5f} s, the largest change of a weight is {moved:.3g}")
    print("   ", lines[0])
    print("   ", lines[-1])

# %% [markdown]
# `MeanSquaredError()` makes a loss *object*. It is a recipe, not a number, and nothing in that loop touches the
# network. The 0.016 s were the time for printing a hundred lines.
#
# The joke is that the conclusion was right: the loop that really trains is fast, too. But a right conclusion from an
# empty measurement is luck. **Look at what you print, and at whether anything has moved.** There was one more word to
# mend: it is the loss of the sample that we train on, before the step. A *test* loss it is not.
#
# Now three networks with the same target $y \approx (-0.62,\ 0.04)$. Look at the sigmoid.

# %% demo=true
floor = mean_squared_error(np.clip(y, 0, 1), y)
runs = {
    "Tanh, weights N(0, 1/D)": (Tanh, None, "seagreen"),
    "Tanh, weights N(0, 0.01²)": (Tanh, 0.01, "darkorange"),
    "Sigmoid, weights N(0, 1/D)": (Sigmoid, None, "steelblue"),
}
figure, axis = plt.subplots(figsize=(10, 4.6), layout="constrained")
for name, (activation, scale, colour) in runs.items():
    network, loss = network_of(activation, scale), MeanSquaredError()
    losses = [gradient_descent(network, x, y, loss, 0.1) for _ in range(200)]
    axis.plot(losses, linewidth=3, color=colour, label=name)
axis.axhline(floor, color="black", linestyle=":", linewidth=2, label=f"{floor:.3f}: no sigmoid gets below")
axis.set(
    title="One sample, three networks, learning rate 0.1",
    xlabel="step",
    ylabel="loss before the step",
    ylim=(-0.02, 0.55),
)
axis.grid(alpha=0.3)
axis.legend()
plt.show()

# %% [markdown]
# A sigmoid answers with numbers between 0 and 1. The target $-0.62$ cannot be reached, however long we train: the best
# possible answer is 0, and $\frac12 \cdot \frac12 \cdot 0.62^2 \approx 0.097$ is left. The homework drew its targets
# from a normal distribution and had a sigmoid in the last layer. A loss that stops falling is not always the fault of
# the training.
#
# And the orange curve? It does arrive, but only the biases of its last layer learn. The last section shows why.
#
# ## 7. The race
#
# `gradient_descent` does not know where the gradients come from. So a network can also learn the slow way. Both networks
# below start from the same weights, and take the same steps:


# %% demo=true
class NudgedDNN(DNN):
    """The same network; where it is asked to go back, it nudges."""

    backpropagate = DNN.calc_gradient


for kind in (NudgedDNN, DNN):
    network = kind(make_sequence(Dense, 2, 12, 10, 2, Tanh, np.random.default_rng(6), scale=None))
    begin = time.perf_counter()
    losses = [gradient_descent(network, x, y, MeanSquaredError(), 0.01) for _ in range(50)]
    elapsed = time.perf_counter() - begin
    print(f"{kind.__name__:10s} loss {losses[0]:.8f} -> {losses[-1]:.8f} in {elapsed:.4f} s")

# %% [markdown]
# The same losses, digit by digit, and the same number of steps. Only the time is not the same. Can we predict it?
#
# Count first. How much work is one gradient, on each of the two ways?

# %% exercise="predicted_cost"

# %% [markdown]
# Now the clock, for networks with 1 to 32 hidden layers of 8 neurons. Both axes are logarithmic: a straight line of
# slope 1 means "twice as deep, twice the time", and slope 2 means "twice as deep, **four** times the time". Dashed are
# your predictions, drawn through the last measured point. On the right, how many times faster the way back is: it grows
# with the number of parameters, and there is no end to that.

# %% demo=true
depths, rng = [1, 2, 4, 8, 16, 32], np.random.default_rng(3)
x, y, loss = rng.normal(size=4), rng.normal(size=2), MeanSquaredError()


def shortest(run, repeats):
    """The shortest of some runs, in seconds: the others were disturbed."""
    seconds = []
    for _ in range(repeats):
        begin = time.perf_counter()
        run(x, y, loss)
        seconds.append(time.perf_counter() - begin)
    return min(seconds)


measured = {"calc_gradient": [], "backpropagate": []}
for depth in depths:
    network = DNN(make_sequence(Dense, depth, 8, 4, 2, Tanh, rng, scale=None))
    measured["calc_gradient"].append(shortest(network.calc_gradient, 3 if depth < 16 else 2))
    measured["backpropagate"].append(shortest(network.backpropagate, 30))
counts = np.array([predicted_cost(depth, 8, 4, 2) for depth in depths], dtype=float)

figure, axes = plt.subplots(1, 2, figsize=(13, 4.8), layout="constrained")
for (name, seconds), count, colour in zip(measured.items(), counts.T[1:], ("firebrick", "steelblue"), strict=True):
    slope = np.polyfit(np.log(depths[2:]), np.log(seconds[2:]), 1)[0]
    axes[0].loglog(depths, count * seconds[-1] / count[-1], "--", color=colour, label="predicted")
    axes[0].loglog(depths, seconds, "o-", linewidth=2.5, color=colour, label=f"{name}, slope {slope:.1f} from 4 on")
axes[0].set(title="One gradient", xlabel="hidden layers", ylabel="seconds")
axes[0].set_xticks(depths, [str(depth) for depth in depths])
axes[0].minorticks_off()
gain = np.divide(measured["calc_gradient"], measured["backpropagate"])
axes[1].loglog(counts[:, 0], counts[:, 1] / counts[:, 2], "--", color="grey", label="predicted: multiplications")
axes[1].loglog(counts[:, 0], gain, "o-", linewidth=2.5, color="seagreen", label="measured: seconds")
axes[1].set(title="How many times faster is the way back?", xlabel="parameters", ylabel="calc_gradient / backpropagate")
for axis in axes:
    axis.grid(alpha=0.3)
    axis.legend()
plt.show()
print(f"32 hidden layers: {counts[-1, 0]:.0f} parameters, nudging takes {gain[-1]:.0f} times as long")

# %% [markdown]
# With so few neurons a product costs less than the Python around it: the clock mostly counts the **calls** of layers.
# They grow with the depth as the multiplications do, so from some depth on the slopes nearly agree. In shallow networks
# you also see what does not depend on the depth: the loss, the first and the last layer. How close the two lines on the
# right come depends on your machine. That they rise together does not.

# %% [markdown] question="twice_as_deep" points=2
# ### Question: twice as deep
#
# The homework had a question about theory: by which factor does the time of the numerical way grow, if the network
# becomes twice as deep? The answer handed in takes $N (N + 1)$ multiplications for a step with $N$ parameters, puts $2N$
# in the place of $N$, which makes $2N (2N + 1)$, and ends with a factor of about 3.
#
# The clock had said 48.27 s for 5 hidden layers, and 154.64 s for 10.
#
# 1. Which factor does this formula really give, when N is large? Say **in words** where it comes from: what doubles?
#    And what is the factor for backpropagation?
# 2. Work out `predicted_cost` for both networks (32 neurons, 10 inputs, 2 outputs). By which factors do the parameters
#    and the multiplications of `calc_gradient` grow, and why not by exactly 2 and 4? Then name one reason why a clock
#    can show a smaller factor than the count, such as 154.64 / 48.27 = 3.2.

# %% [markdown] marking=true
# **1 point for each part.**
#
# 1. The formula gives **4**: $2N(2N+1) / N(N+1) = 2(2N+1)/(N+1) \to 4$ (a quarter for the number; for N = 1000 it is
#    3.998). In words, *two* things double (half a point): there are twice as many parameters to nudge, so twice as many
#    passes, **and** each pass goes through twice as many layers. For backpropagation only the second counts, so the
#    factor is 2 (a quarter).
#
#    Common wrong answers: "about 3, as measured", with or without the formula: the number was fitted to the clock, no
#    quarter for it, but the words can still earn theirs. "2, because there are twice as many parameters": forgets that a
#    pass becomes longer; no credit for the words. "2 for both ways" the same. "$2^2 = 4$ because it is quadratic", without
#    saying in what and why: a quarter for the number only. "Exponential": no credit. Backpropagation "1, it evaluates
#    the loss only once whatever the depth": no quarter, the one pass is twice as long.
# 2. `(4642, 41596800, 13440)` and `(9922, 190512000, 28800)`: parameters $\times\, 2.14$, multiplications of
#    `calc_gradient` $\times\, 4.58$ (4.6 is fine; a quarter for both). Why not 2 and 4 (a quarter): the first and the last
#    layer do not double. They are smaller than the hidden ones (352 and 66 parameters against 1056), so from 4 to 9 inner
#    layers the number grows by *more* than 2: $\times\, 2.14$ parameters and $\times\, 2.14$ multiplications a pass.
#
#    A reason for the clock's 3.2 (half a point), any one of: for each parameter there is work that does not depend on the
#    depth (copying a matrix, making a new layer, computing the loss), which only grows by 2.14; layers of 32 neurons are
#    so small that calls of Python functions take the time, not multiplications: passes times calls grow by
#    $2.14 \cdot 11/6 = 3.9$; each time was measured only once, on a machine that does other things as well. Repeated
#    measurements of that program gave factors from 3.1 to 4.3. "The computer is inaccurate": a quarter. "So the theory
#    is wrong, it is 3": no credit. "Biases", "activation functions" alone: a quarter, they grow by about as much as the
#    rest.

# %% [markdown] question="the_price" points=2
# ### Question: why it is fast, and what it pays
#
# 1. The same homework explains the speed of backpropagation by this: one evaluation of the loss is enough. True, but not
#    the whole story: something is missing that costs time. For a network with $P$ parameters, say how many times each way
#    goes through the network, in which direction, and how much time such a pass takes, measured in forward passes. What
#    does your answer give for $P = 10\,000$?
# 2. Speed has a price. What must be in memory during `backpropagate` that `calc_gradient` does not need? How does it
#    grow with the depth? And name one thing that nudging can do and the way back cannot.

# %% [markdown] marking=true
# **1 point for each part.**
#
# 1. Nudging: $2P + 1$ forward passes ($P + 1$ with forward differences is as good), none back (a quarter).
#    Backpropagation: one forward pass **and one backward pass** (a quarter), which costs about **two** forward passes,
#    because each layer makes two products on the way back, one for the gradient by $W$ and one for the gradient by $x$ (a
#    quarter). Together three forward passes, whatever $P$ is; for $P = 10\,000$ that is 20,001 against 3, about 6,700
#    times (a quarter; with $P + 1$ about 3,300).
#
#    Common wrong answers: "one evaluation instead of N + 1, so N times faster": the way back is forgotten, half a point at
#    most. "It uses the chain rule, so it is faster": names the tool, not the saving; a quarter at most, for "intermediate
#    results are used again, not worked out anew for each weight". "It does not need the forward pass": no credit. "Fewer
#    parameters are changed", "it needs fewer epochs": no credit, both ways give the same gradient and the same steps.
#    "The backward pass costs as much as the forward pass": lose a quarter.
# 2. Each layer must keep what it has seen until the way back has passed it: its input (`last_x`) and the output or slope
#    of its activation (`last_o`) (half a point). That is one set of activations for each layer, so it grows **linearly
#    with the depth** (a quarter); with batches also with their size. Nudging throws every intermediate result away.
#    Something that only nudging can do (a quarter): it needs no derivative and no `grad` methods, so it works for any
#    function, a black box as well; it is independent of our formulas, so it can test them.
#
#    Common wrong answers: "the weights" or "the gradients": both ways have these in memory, no half point. "All $P$ nudged
#    copies of the network": that is the other way, and even there one copy at a time is enough. "Backpropagation is less
#    exact": the opposite, no credit for the last quarter. "The memory grows with the number of parameters" instead of the
#    depth: no quarter, unless it is argued by the activations.

# %% [markdown]
# ## 8. What is left at the first layer
#
# The chain rule is a product, with a factor for each layer. A product of many small factors is tiny. Here are the
# gradients of a network with ten hidden layers of 16 neurons, layer by layer.

# %% demo=true
rng = np.random.default_rng(4)
x, y = rng.normal(size=10), rng.normal(size=2)
cases = {
    "Sigmoid, N(0, 0.01²), nudged": (Sigmoid, 0.01, "calc_gradient", "o", "firebrick"),
    "Sigmoid, N(0, 0.01²)": (Sigmoid, 0.01, "backpropagate", "-", "firebrick"),
    "Tanh, N(0, 0.01²)": (Tanh, 0.01, "backpropagate", "-", "darkorange"),
    "Sigmoid, N(0, 1/D)": (Sigmoid, None, "backpropagate", "-", "steelblue"),
    "Tanh, N(0, 1/D)": (Tanh, None, "backpropagate", "-", "seagreen"),
}
layers, zero = np.arange(1, 12), 1e-24
figure, axis = plt.subplots(figsize=(12, 5.2), layout="constrained")
for name, (activation, scale, way, style, colour) in cases.items():
    network = DNN(make_sequence(Dense, 10, 16, 10, 2, activation, np.random.default_rng(5), scale))
    price = getattr(network, way)(x, y, MeanSquaredError())
    sizes = np.array([np.abs(layer.dW).max() for layer in network.sequence])
    axis.plot(layers, np.maximum(sizes, zero), style, color=colour, linewidth=3, markersize=9, label=name)
    if way == "calc_gradient":
        lost, limit = sizes == 0, np.spacing(price) / 2e-4
        axis.text(layers[lost].mean(), 6 * zero, "exactly 0", ha="center", va="bottom", color=colour, fontsize=12)
axis.axhline(limit, color="grey", linestyle=":", linewidth=2)
axis.text(1, 2 * limit, "smallest step of the loss / 0.0002: no nudge sees less", va="bottom", color="grey")
axis.set(title="The largest gradient in each layer", xlabel="layer (11 is the output layer)", ylabel="largest |dW|")
axis.set(yscale="log", ylim=(zero / 10, 30), xticks=layers)
axis.grid(alpha=0.3)
axis.legend(loc="lower right", framealpha=1)
plt.show()

# %% [markdown]
# - **Red**, the network of the homework. Each layer multiplies what comes back by a weight of about 0.01 and a slope of
#   at most $\frac14$. Two layers below the last one, some millionths are left; at the first layer, $10^{-21}$. Only the output
#   layer trains. The other ten layers are decoration.
# - The **dots** are the same network, nudged. Where the true gradient is far below the rounding error of the loss, the two
#   losses agree in all digits, and their difference is exactly 0. Going back is not only faster. It also sees what
#   nudging cannot see.
# - **Orange**: with tanh and tiny weights the *outputs* vanish on the way forward as well. All layers get the same
#   tiny gradients, and only the last bias learns.
# - **Blue**: larger weights help, but a quarter for each layer is still lost: $0.25^{10}$ is a millionth.
# - **Green**: slopes near 1, and weights such that a signal keeps its size. All layers learn.
#
# ## What comes next
#
# You can now find the gradient of any network of layers, and you know its price. So far each step went straight
# downhill, with one learning rate for all. The next notebook asks whether there are better ways down.
