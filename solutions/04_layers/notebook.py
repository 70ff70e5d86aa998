# %% [markdown]
# # Layers: forward, and back again
#
# A network makes a guess, and a loss says how bad the guess was. To learn, every weight must know one thing: *if I grow
# a little, does the loss rise or fall, and how fast?* That number is the weight's **gradient**.
#
# A network has thousands of weights, and nobody works out thousands of formulas. We build it from **layers** instead,
# and teach each kind of layer two things:
#
# - `forward`: take numbers in, hand numbers on, remember what will be needed later;
# - `backward`: take the gradient of the loss by your *output* (it is called `dout`), return the gradient by your *input*.
#
# What one layer returns is the `dout` of the layer below it. So the gradients travel down the whole network, by the
# chain rule, and no layer ever needs to know what stands above or below.
#
# In the end, three kinds are enough for a network that can bend:
#
# $$x \;\longrightarrow\; \boxed{\text{Affine}} \;\longrightarrow\; \boxed{\text{Tanh}} \;\longrightarrow\;
# \boxed{\text{Affine}} \;\longrightarrow\; \boxed{\text{SoftmaxWithLoss}} \;\longrightarrow\; L$$

# %% [markdown]
# Every layer in this course carries two lists. `params` holds the arrays that can be learned. `grads` holds one array
# for each of them, of the same shape, for the gradient. An optimizer walks along both lists side by side.
#
# ## 1. The two smallest nodes
#
# A network on paper is a graph: numbers run along its edges, and every node does one small thing to them. Two nodes
# come first that do almost nothing: one makes many rows out of one, the other makes one out of many. All bookkeeping
# with batches comes from these two.
#
# A price is printed on three tickets. If the price rises by 1, and the tickets are sold 10, 20 and 5 times, the income
# rises by $10 + 20 + 5 = 35$: what was **used several times** collects all its gradients. That is `Repeat`, going back.

# %% exercise="Repeat"

# %% [markdown]
# The other way round: three sellers bring their money together. One more coin from any of them is one more coin in
# the sum. So the gradient of the sum goes to each of them, whole. That is `Sum`, going back.

# %% exercise="Sum"

# %% [markdown]
# Both nodes at work, with your classes. Compare the two rows of the picture: what one node does going forward, the
# other one does going back. You will meet this again and again: **going back, a repetition becomes a sum, and a sum
# becomes a repetition.**

# %% demo=true
import matplotlib.pyplot as plt


def draw_table(axis, table, title, limit=8):
    """Write the numbers into their cells: red is above zero, blue is below."""
    axis.imshow(table, cmap="RdBu_r", vmin=-1.6 * limit, vmax=1.6 * limit)
    for (i, j), value in np.ndenumerate(table):
        axis.text(j, i, f"{value:g}", ha="center", va="center", fontsize=13)
    axis.set_title(title, fontsize=13)
    axis.set(xticks=range(table.shape[1]), yticks=range(table.shape[0]))


one = np.array([[2.0, -1.0, 4.0]])
four = np.array([[1.0, 0.0, 3.0], [2.0, 5.0, -2.0], [3.0, -1.0, 0.0], [0.0, 2.0, 6.0]])
figure = plt.figure(figsize=(10, 6.4), layout="constrained")
upper, lower = figure.subfigures(2, 1)
for part, node, x, dout in (upper, Repeat(4), one, four), (lower, Sum(), four, one):
    y = node.forward(x)
    dx = node.backward(dout)
    tables = {"x": x, "forward(x)": y, "dout": dout, "backward(dout)": dx}
    for axis, (title, table) in zip(part.subplots(1, 4), tables.items(), strict=True):
        draw_table(axis, table, f"{title}: {table.shape}")
        axis.set(xlabel="column", ylabel="row", ylim=(3.5, -0.5))
    part.suptitle(type(node).__name__, fontsize=16, fontweight="bold")
plt.show()

# %% [markdown]
# ## 2. The same memory, new numbers
#
# `Repeat` and `Sum` have nothing to learn. The next layers do, and they report their gradients in the arrays of `grads`.
# An optimizer takes hold of these arrays once, before the training starts. So a layer must never hand out *new*
# arrays; it must change the numbers in the old ones. In Python these are two different things, and the difference is
# worth an exercise of its own.

# %% exercise="overwrite"

# %% [markdown]
# Three things to know before you trust your eyes:
#
# 1. After `a = b` there are two names for **one** array (an *alias*). Comparing `id(a) == id(b)` shows just that. It does
#    not show what a layer needs, namely that the array is the *same one as before* and holds new numbers. For that,
#    compare `id(a)` before and after.
# 2. `id` of something that nobody keeps means nothing: its place is free again before the second one is made. Ask
#    `np.shares_memory` instead.
# 3. Writing into an array keeps *its* dtype and *its* shape. What does not fit is cut or stretched, without a warning.


# %% demo=true
def show(what, result):
    print(f"{what:<62} {result}")


a, b = np.array([1.0, 2.0, 3.0]), np.array([4.0, 5.0, 6.0])
held, before = a, id(a)  # `held`: somebody else who knows the array, as an optimizer does
a = b
show("a = b              is `a` the array that it was?", id(a) == before)
show("                   what does the other holder see?", held)
a = held
overwrite(a, b)
show("overwrite(a, b)    is `a` the array that it was?", id(a) == before)
show("                   what does the other holder see?", held)
show("                   is it a copy of b, or b itself?", "b itself" if a is b else "a copy")
print()
show("id(a[:2]) == id(a[1:])           two different slices, not kept", id(a[:2]) == id(a[1:]))
first, second = a[:2], a[1:]
show("id(first) == id(second)          the same two slices, kept", id(first) == id(second))
show("np.shares_memory(first, second)", np.shares_memory(first, second))
print()
whole, table = np.array([1, 2, 3]), np.zeros((3, 2))
whole[0] = 9.99
table[1:] = np.array([7.0, 8.0])
show("whole = np.array([1, 2, 3]); whole[0] = 9.99", whole)
show("table = np.zeros((3, 2)); table[1:] = np.array([7.0, 8.0])", table.tolist())

# %% [markdown]
# ## 3. Layers with weights
#
# ### The product
#
# One sample with two inputs, one output, and the weights $w = (3, -1)$:
#
# $$y = 3\,x_1 - x_2 \qquad x = (2, 4) \;\Rightarrow\; y = 2$$
#
# Say the layer above reports `dout` $= 10$. Then $x_1$ moves $y$ three times as much as itself, so its gradient is
# $10 \cdot 3$. And $w_1$ moves $y$ by $x_1 = 2$ times as much as itself, so its gradient is $10 \cdot 2$. Each factor
# of a product gets `dout` times *the other factor*. With matrices that is all there is to it, too, once the pieces lie
# the right way round.

# %% exercise="MatMul"

# %% [markdown]
# ### The product and the bias
#
# Now `Affine`, which is a `MatMul` with a bias. The bias is one row, and every sample needs it: a `Repeat`, then an
# addition. NumPy's broadcasting does both at once when you write `+ b`. Going back, nobody does it for you.
#
# (Some books write $Wx + b$. There a sample is a column. In this course a sample is a row, and it stands on the left.)
#
# One sample first, with numbers that fit into a head. Two inputs, one output, $w = (3, -1)$, $b = 0.5$:
#
# $$y = 3\,x_1 - x_2 + 0.5 \qquad x = (2, 4) \;\Rightarrow\; y = 2.5$$
#
# Say the layer above reports `dout` $= 10$: if $y$ grows by a little, $L$ grows 10 times as much. Then
#
# - $x_1$ moves $y$ three times as much as itself, so it moves $L$ by $10 \cdot 3 = 30$;
# - $w_1$ moves $y$ by $x_1 = 2$ times as much as itself, so it moves $L$ by $10 \cdot 2 = 20$;
# - $b$ moves $y$ exactly as much as itself, so it moves $L$ by $10$.
#
# With a batch, every sample has its say, and the opinions on $W$ and $b$ are *added up*.

# %% exercise="Affine"

# %% [markdown]
# Where does the sum in $X^T\,$`dout` come from? Each sample makes a table of its own: its inputs down the side, its
# `dout` along the top, and their products inside. `grads[0]` is the sum of these tables. Check one cell by hand.

# %% demo=true
x = np.array([[1.0, 2.0], [-1.0, 3.0], [2.0, 0.0]])
dout = np.array([[1.0, -1.0, 2.0], [2.0, 1.0, 0.0], [0.0, 3.0, -2.0]])
layer = Affine(np.ones((2, 3)), np.zeros(3))
layer.forward(x)
layer.backward(dout)

figure, axes = plt.subplots(1, 4, figsize=(13, 3.2), layout="constrained")
for n, axis in enumerate(axes[:3]):
    draw_table(axis, np.outer(x[n], dout[n]) + 0.0, f"sample {n}")
    axis.set_xticks(range(3), [f"{value:g}" for value in dout[n]])
    axis.set_yticks(range(2), [f"{value:g}" for value in x[n]])
    axis.set(xlabel="its row of dout", ylabel="its row of x")
draw_table(axes[3], layer.grads[0], "the sum: grads[0]")
axes[3].set(xlabel="output", ylabel="input")
for axis, sign in zip(axes[1:], "++=", strict=True):
    axis.text(-0.34, 0.5, sign, transform=axis.transAxes, fontsize=24, ha="center", va="center")
figure.suptitle("Every sample has its say in the gradient of W", fontsize=15)
plt.show()

# %% [markdown]
# ## 4. The bend
#
# Affine after affine is affine: stack a hundred of them, and you still draw straight lines. Something must bend. An
# **activation** does: one function, applied to every number by itself. There are three that everybody meets.
#
# ### Relu
#
# The cheapest bend there is: one corner at 0. Of $(3, -2, 0.5)$ it makes $(3, 0, 0.5)$. If `dout` is $(10, 10, -4)$,
# the answer going back is $(10, 0, -4)$: the second number was blocked, so nothing that happens to it matters.

# %% exercise="Relu"

# %% [markdown]
# ### Sigmoid
#
# A smooth step from 0 to 1:
#
# $$\sigma(-5) \approx 0.007 \qquad \sigma(0) = 0.5 \qquad \sigma(1) \approx 0.73 \qquad \sigma(5) \approx 0.993$$
#
# At $x = 1$ its slope is $0.73 \cdot 0.27 \approx 0.20$: of what the layer above reports, 20 % goes further down.

# %% exercise="Sigmoid"

# %% [markdown]
# ### Tanh
#
# The same step, but around 0: it squeezes every number into the range from $-1$ to $1$.
#
# $$\tanh 0 = 0 \qquad \tanh 1 \approx 0.76 \qquad \tanh 3 \approx 0.995 \qquad \tanh 1000 = 1, \text{ to the last digit}$$
#
# Its slope can be read off its own output. At $x = 1$ it is $1 - 0.76^2 \approx 0.42$: of what the layer above
# reports, 42 % goes further down.

# %% exercise="Tanh"

# %% [markdown]
# Here are your three layers, with the slopes that their `backward` gives for `dout` = 1. Look at the tops of the dashed
# curves. A sigmoid passes on **at most a quarter** of the gradient, tanh up to all of it, relu all or nothing. After ten
# sigmoid layers at best $0.25^{10}$, one millionth, is left. Sigmoid and tanh are flat far from zero: a unit that has
# drifted there learns almost nothing. A relu unit that is negative for *every* sample learns nothing at all: people call
# it dead.

# %% demo=true
line = np.linspace(-6, 6, 242)[:, None]  # an even number of points: none of them is the corner at 0
figure, axes = plt.subplots(1, 3, figsize=(15, 4), layout="constrained")
layers = {Relu(): "seagreen", Sigmoid(): "steelblue", Tanh(): "firebrick"}
for axis, (layer, color) in zip(axes, layers.items(), strict=True):
    output = layer.forward(line)
    slope = layer.backward(np.ones_like(line))
    axis.plot(line, output, linewidth=3, color=color, label="output")
    axis.plot(line, slope, linewidth=3, color="black", linestyle="--", alpha=0.7, label="slope")
    axis.set_title(f"{type(layer).__name__}: steepest slope {slope.max():.2f}", fontsize=14)
    axis.set(xlabel="x", ylabel="y, and dy / dx", ylim=(-1.15, 2.2))
    axis.grid(alpha=0.3)
    axis.legend(fontsize=12, loc="upper left")
plt.show()

# %% [markdown]
# ## 5. Softmax with loss
#
# At the end of the network stand scores, one for each class. Three scores $(2, 1, 0)$ become the probabilities
# $(0.665, 0.245, 0.090)$. If the first class is the right one, the loss is $-\log 0.665 \approx 0.41$. If it is the last,
# the loss is $-\log 0.090 \approx 2.41$. A network that knows nothing gives each of $C$ classes $1/C$, and pays
# $\log C$. Remember that number: it is what every training starts from.
#
# The gradient by the scores is simply *what you said, minus what is true*. For $(2, 1, 0)$ and a right answer in the
# last place: $(0.665, 0.245, 0.090) - (0, 0, 1) = (0.665, 0.245, -0.910)$. Scores that are too high go down, the right one
# goes up.

# %% exercise="SoftmaxWithLoss"

# %% [markdown]
# The same example, worked out by your layer. In the right picture, a bar above zero means: raise this score, and the
# loss rises. The bars of a sample always sum to zero. Can you see why?

# %% demo=true
scores, right = np.array([[2.0, 1.0, 0.0]]), np.array([2])
layer = SoftmaxWithLoss()
loss = layer.forward(scores, right)
gradient = layer.backward()
truth = np.eye(3)[right]
probabilities = gradient + truth

figure, axes = plt.subplots(1, 3, figsize=(13, 3.8), layout="constrained")
axes[0].bar(range(3), scores[0], color="grey")
axes[0].set(title="the scores x", ylabel="score")
axes[1].bar(np.arange(3) - 0.2, probabilities[0], 0.4, color="steelblue", label="what the network says")
axes[1].bar(np.arange(3) + 0.2, truth[0], 0.4, color="lightgrey", label="what is true")
axes[1].set(title=f"the probabilities, loss {loss:.2f}", ylabel="probability", ylim=(0, 1.35))
axes[1].legend(loc="upper left", fontsize=11)
axes[2].bar(range(3), gradient[0], color=["firebrick" if g > 0 else "seagreen" for g in gradient[0]])
axes[2].axhline(0, color="black", linewidth=1)
axes[2].set(title="backward: the gradient by x", ylabel="gradient", ylim=(-1.1, 1.1))
for axis in axes:
    axis.set(xticks=range(3), xlabel="class")
for axis, values in ((axes[0], scores[0]), (axes[2], gradient[0])):
    axis.bar_label(axis.containers[0], [f"{value:.2f}" for value in values], fontsize=12, padding=2)
axes[0].set_ylim(0, 2.4)
plt.show()

# %% [markdown]
# What if it is asked for something else than was agreed? Here is **your** layer with five samples of four classes, and
# targets in forms that the statement does not name. The first two rows are as they should be. Look at the rest.

# %% demo=true
labels = np.array([2, 0, 3, 1, 1])
scores = np.random.default_rng(3).normal(size=(5, 4)) + 3 * np.eye(4)[labels]
soft = 0.8 * np.eye(4)[labels] + 0.05  # "almost surely this class"
cases = {
    "labels, (5,)": (scores, labels),
    "one-hot rows, (5, 4)": (scores, np.eye(4)[labels]),
    "labels as a column, (5, 1)": (scores, labels[:, None]),
    "one sample, scores (4,), one-hot (4,)": (scores[0], np.eye(4)[2]),
    "soft labels, (5, 4)": (scores, soft),
}
print(f"{'':<40}{'loss':>10}   largest sum of a row of backward()")
for name, (x, t) in cases.items():
    layer = SoftmaxWithLoss()
    try:
        loss, gradient = float(layer.forward(x, t)), layer.backward()
        print(f"{name:<40}{loss:10.3f}   {np.abs(gradient.sum(axis=-1)).max():.3f}")
    except Exception as error:
        print(f"{name:<40}{type(error).__name__:>10}")

# %% [markdown]
# An exception is the *best* of the answers. The column of labels is the dangerous one: most layers take it without a
# word, and report a loss several times too large. The sums tell: they must be 0 in every row. Files do come with
# labels of this shape. Look at `t.shape` before you train.
#
# Soft labels are a matter of agreement. A layer that keeps rows as they are takes them at their word. A layer that
# turns rows into labels at once rounds "almost surely" to "surely", and answers as in the second row.

# %% [markdown]
# One more trap is a very small number. Many books write the logarithm as $\log(y + 10^{-7})$, to be safe from
# $\log 0$. Then the loss is no longer exactly the one that `backward` is the gradient of. Two classes, the wrong one
# ahead by a growing gap; the slope from your `backward`, divided by the slope that nudging the score finds:


# %% demo=true
def loss_at(gap):
    return float(SoftmaxWithLoss().forward(np.array([[gap, 0.0]]), np.array([1])))


layer = SoftmaxWithLoss()
for gap in (2.0, 14.0, 16.0, 20.0):
    layer.forward(np.array([[gap, 0.0]]), np.array([1]))
    by_nudging = (loss_at(gap + 1e-3) - loss_at(gap - 1e-3)) / 2e-3
    print(f"gap {gap:2.0f}: backward / nudging = {layer.backward()[0, 0] / by_nudging:.2f}")
print(f"a perfect answer costs {layer.forward(np.array([[50.0, 0.0]]), np.array([0])) + 0.0:.1e}")

# %% [markdown]
# If you see 1.00 four times, your loss is worked out from the scores. If you see 1.00, 1.12, 1.89 and 49.5, and a loss
# **below zero** at the end, there is a $10^{-7}$ in your logarithm. Both are welcome here. But when a gradient check fails
# only where the network is sure, it is not always `backward` that is to blame.

# %% [markdown]
# ## 6. All together
#
# Now the layers are stacked. One sample goes through, from left to right. The **black** numbers are what `forward`
# hands on, the **red** ones what `backward` returns: how much the loss changes for a small change of the black number
# above. Follow one red number back. The red 1.00 at the far right is where it starts: $\partial L / \partial L = 1$.

# %% demo=true
x, t = np.array([[1.0, -2.0]]), np.array([1])
W1, b1 = np.array([[0.5, -1.0, 1.0], [-0.5, 0.5, 1.0]]), np.array([0.0, 1.0, 0.5])
W2, b2 = np.array([[1.0, -1.0], [0.5, 1.5], [-1.0, 0.5]]), np.array([0.0, 0.5])
layers = [Affine(W1, b1), Tanh(), Affine(W2, b2)]
last = SoftmaxWithLoss()

forward = [x]
for layer in layers:
    forward.append(layer.forward(forward[-1]))
loss = last.forward(forward[-1], t)
backward = [last.backward(1)]
for layer in reversed(layers):
    backward.insert(0, layer.backward(backward[0]))


def rows(array):
    """An array as text, one row a line."""
    return "\n".join(" ".join(f"{value:5.2f}" for value in row) for row in np.atleast_2d(array))


def numbers(axis, place, up, down, **style):
    """Black numbers above a place, red ones below it."""
    style = {"textcoords": "offset points", "ha": "center", "family": "monospace", **style}
    axis.annotate(up, place, (0, 5), va="bottom", **style)
    axis.annotate(down, place, (0, -6), va="top", color="firebrick", **style)


figure, axis = plt.subplots(figsize=(15, 5), layout="constrained")
arrow = {"arrowstyle": "-|>", "color": "grey", "shrinkA": 0, "shrinkB": 0}
boxes = {1.0: "Affine", 2.0: "Tanh", 3.0: "Affine", 4.0: "Softmax\nWithLoss"}
for place, name in boxes.items():
    axis.text(
        place, 0, name, ha="center", va="center", fontsize=13, bbox={"boxstyle": "round,pad=0.6", "fc": "whitesmoke"}
    )
for place, up, down in zip(np.arange(5) + 0.5, map(rows, [*forward, loss]), map(rows, [*backward, 1]), strict=True):
    axis.annotate("", (place + 0.28, 0), (place - 0.28, 0), arrowprops=arrow)
    numbers(axis, (place, 0), up, down, fontsize=12)
for place, layer, names in ((1.0, layers[0], "W₁ b₁"), (3.0, layers[2], "W₂ b₂")):
    for shift, name, value, gradient in zip((-0.35, 0.35), names.split(), layer.params, layer.grads, strict=True):
        axis.annotate("", (place + shift / 6, 0.24), (place + shift, 0.72), arrowprops=arrow)
        axis.text(place + shift, 1.62, name, ha="center", fontsize=14, fontweight="bold")
        numbers(axis, (place + shift, 1.15), rows(value), rows(gradient), fontsize=12)
axis.annotate("", (4.0, 0.3), (4.0, 0.72), arrowprops=arrow)
axis.text(4.0, 0.82, f"t = {t[0]}", ha="center", fontsize=14, fontweight="bold")
axis.text(0.12, 0, "x", ha="center", va="center", fontsize=14, fontweight="bold")
axis.text(4.92, 0, "L", ha="center", va="center", fontsize=14, fontweight="bold")
axis.set(xlim=(0, 5), ylim=(-0.45, 1.8))
axis.set_title("One sample through the network: forward in black, backward in red", fontsize=15)
axis.axis("off")
plt.show()

# %% [markdown]
# ## 7. Is it right?
#
# There is a second way to a gradient, which needs no formula at all. Nudge one weight by $h$ up and down, and see what
# the loss does:
#
# $$\frac{\partial L}{\partial w} \approx \frac{L(w + h) - L(w - h)}{2h} \qquad \text{(central difference)}$$
#
# It costs two forward passes *for each weight*, so it is useless for training. But it is the best test there is: two
# ways, and they must agree. Left, the gradient by $W_1$ from your layers. In the middle, how far the other way is off,
# for each weight. Right, the largest of these errors against the step $h$, with the simpler
# $\frac{L(w + h) - L(w)}{h}$ beside it.

# %% demo=true
rng = np.random.default_rng(4)
x, t = rng.normal(size=(8, 5)), rng.integers(3, size=8)
first, second = Affine(rng.normal(size=(5, 7)), np.zeros(7)), Affine(rng.normal(size=(7, 3)), np.zeros(3))
middle, last = Tanh(), SoftmaxWithLoss()


def loss_now():
    return last.forward(second.forward(middle.forward(first.forward(x))), t)


def loss_after(index, step):
    """The loss if one weight of the first layer were larger by `step`."""
    W = first.params[0]
    before = W[index]
    W[index] = before + step
    loss = loss_now()
    W[index] = before
    return loss


def every_weight(slope):
    return np.array([slope(index) for index in np.ndindex(first.params[0].shape)]).reshape(first.params[0].shape)


start = loss_now()
first.backward(middle.backward(second.backward(last.backward())))
by_layers = first.grads[0].copy()
steps = np.logspace(-11, 0, 34)
central = [every_weight(lambda i, h=h: (loss_after(i, h) - loss_after(i, -h)) / (2 * h)) for h in steps]
forward = [every_weight(lambda i, h=h: (loss_after(i, h) - start) / h) for h in steps]

figure, axes = plt.subplots(1, 3, figsize=(15, 4.2), width_ratios=[1, 1, 1.3], layout="constrained")
image = axes[0].imshow(by_layers, cmap="RdBu_r", vmin=-np.abs(by_layers).max(), vmax=np.abs(by_layers).max())
axes[0].set_title("the gradient by W₁, from backward", fontsize=13)
figure.colorbar(image, ax=axes[0], shrink=0.8)
chosen = int(np.argmin(np.abs(steps - 1e-5)))
difference = np.log10(np.abs(central[chosen] - by_layers) + 1e-16)
image = axes[1].imshow(difference, cmap="viridis", vmin=-14, vmax=-8)
axes[1].set_title("distance to the central difference,\nh = 0.00001", fontsize=13)
figure.colorbar(image, ax=axes[1], shrink=0.8, label="power of ten")
for axis in axes[:2]:
    axis.set(xlabel="output", ylabel="input", xticks=range(7), yticks=range(5))
for name, gradients, color in (("one-sided", forward, "grey"), ("central", central, "firebrick")):
    errors = [np.abs(gradient - by_layers).max() for gradient in gradients]
    axes[2].loglog(steps, errors, "o-", markersize=4, color=color, label=f"{name} difference")
axes[2].set_title("too large a step, too small a step", fontsize=13)
axes[2].set(xlabel="step h", ylabel="largest error")
axes[2].grid(alpha=0.3)
axes[2].legend(fontsize=12)
plt.show()

# %% [markdown]
# Both curves have the shape of a V. The bottom of the V is as close as the two ways ever get, and the checks of this
# notebook sit near it. If your formula were wrong, there would be no V: the error would stay large for every $h$.

# %% [markdown] question="valley" points=2
# ### Question: the valley, and a comment in a book
#
# 1. Look at the red curve. Why does the error grow to the right of its lowest point, and why does it grow to the left
#    of it? Name both causes, and say what a step ten times as large does to each of them.
# 2. A comment in somebody's code says: "`(y - t) / N` is the derivative of the loss by the *output* of the softmax."
#    Take one sample whose right class is $k$, so that $L = -\log y_k$. What is $\partial L / \partial y_k$, and what is
#    $\partial L / \partial y_j$ for another class $j$? By what is `(y - t) / N` the derivative, then?

# %% [markdown] marking=true
# **1 point for each part.**
#
# 1. Right: the loss is not a straight line, and the central difference leaves out the terms from $h^3$ on (truncation).
#    The error goes with $h^2$: ten times the step, a hundred times the error. Left: the two losses agree in nearly all
#    digits, so that their difference consists of rounding errors of about $10^{-16}$, and dividing by $2h$ magnifies
#    them (cancellation). The error goes with $1/h$: ten times the step, a tenth of the error. Half a point for each
#    cause; a quarter less if the effect of the factor ten is missing or wrong. For the right side, "the secant is not
#    the tangent" is enough as a cause. "The computer is not exact", without saying that a difference of nearly equal
#    numbers is divided by a small one, is a quarter for the left side.
# 2. $\partial L / \partial y_k = -1 / y_k$, and $0$ for every other class, since $y_j$ does not occur in $L$ (half a
#    point). `(y - t) / N` is the derivative by the *input* of the softmax, the scores (half a point). Whoever derives it
#    through $\partial y_k / \partial x_j = y_k (\delta_{jk} - y_j)$ has both. Do not ask for the factor $1/N$ in the
#    first half: the question speaks of one sample.

# %% [markdown]
# ## 8. Why the numbers must be written *into* `grads`
#
# An optimizer collects the arrays of all layers once, before the training starts. From then on it reads these arrays
# after every `backward`. The simplest one takes a small step against each gradient,
# $w \leftarrow w - \eta \, \partial L / \partial w$, with a small number $\eta$, the learning rate. It is called stochastic
# gradient descent (SGD). In `06_optimizers` you will build it, and better ones after it.
#
# Here are two networks. They start from the same weights, see the same data and work out the same gradients. The only
# difference is one line: before each `backward`, the second one puts **new arrays** into its list `grads`.

# %% demo=true
rng = np.random.default_rng(6)
labels = np.repeat(np.arange(3), 80)
radius = rng.uniform(0.15, 1.1, size=240)
angle = 2.1 * labels + 2.5 * radius + rng.normal(scale=0.2, size=240)
points = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)


class Rebinding(Affine):
    def backward(self, dout):
        self.grads = [np.zeros_like(gradient) for gradient in self.grads]
        return super().backward(dout)


def train(kind, steps=600, learning_rate=1.0):
    """Train a network of 2, 12 and 3 units; return its layers and the loss of every step."""
    rng = np.random.default_rng(7)
    sizes = [(2, 12), (12, 3)]
    first, second = (kind(rng.normal(scale=0.01, size=size), np.zeros(size[1])) for size in sizes)
    layers, last, losses = [first, Tanh(), second], SoftmaxWithLoss(), []
    params = [array for layer in layers for array in layer.params]
    grads = [array for layer in layers for array in layer.grads]  # once, before the training
    for _ in range(steps):
        x = points
        for layer in layers:
            x = layer.forward(x)
        losses.append(last.forward(x, labels))
        dout = last.backward()
        for layer in reversed(layers):
            dout = layer.backward(dout)
        for parameter, gradient in zip(params, grads, strict=True):
            parameter += -learning_rate * gradient
    return layers, losses


def regions(axis, layers, title):
    """Colour the plane by the class that the network names, and draw the points on it."""
    across, down = np.meshgrid(np.linspace(-1.2, 1.2, 160), np.linspace(-1.2, 1.2, 160))
    x = np.stack([across.ravel(), down.ravel()], axis=1)
    for layer in layers:
        x = layer.forward(x)
    colors = plt.cm.colors.ListedColormap(["#d95f5f", "#5f8fd9", "#5fb37a"])
    named = x.argmax(axis=1).reshape(across.shape)
    axis.pcolormesh(across, down, named, cmap=colors, vmin=0, vmax=2, alpha=0.35, edgecolor="none")
    axis.scatter(*points.T, c=labels, cmap=colors, edgecolor="white", linewidth=0.5, s=28)
    axis.set_title(title, fontsize=13)
    axis.set(xlabel="first input", ylabel="second input")


writes, falling = train(Affine)
rebinds, flat = train(Rebinding)
figure, axes = plt.subplots(1, 3, figsize=(15, 4.3), width_ratios=[1.4, 1, 1], layout="constrained")
axes[0].plot(flat, linewidth=3, color="firebrick", label="new arrays in the list")
axes[0].plot(falling, linewidth=3, color="seagreen", label="new numbers in the arrays")
axes[0].axhline(np.log(3), color="black", linestyle=":", linewidth=2, label="log 3 = 1.0986")
axes[0].set(title="Two networks, one line of difference", xlabel="step", ylabel="loss", ylim=(0, 1.3))
axes[0].grid(alpha=0.3)
axes[0].legend(fontsize=12, loc="center right")
regions(axes[1], rebinds, f"new arrays: loss {flat[-1]:.4f}")
regions(axes[2], writes, f"new numbers: loss {falling[-1]:.4f}")
plt.show()

# %% [markdown]
# The red curve does not move at all. The gradients of the second network are right, every single one, but they stand
# in arrays that nobody reads. The optimizer still looks at the old ones, full of zeros. There is no error message. The
# loss stays where it began, near $\log 3$, the price of knowing nothing about three classes. If you meet a loss that
# stays at $\log C$, you know where to look first.
#
# ## What comes next
#
# You have seen two ways to a gradient: `backward`, and nudging. The next notebook lets them race. How much faster is
# `backward` in a deep network, why, and what does it pay for that?
