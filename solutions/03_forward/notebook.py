# %% [markdown]
# # Forward: from scores to a loss
#
# A network takes numbers in and hands numbers out. Before it can learn, we need two things: the way **forward**, from
# an input to an answer, and **one number that says how bad the answer is**. This notebook builds both. Nothing learns
# here yet. But every piece comes back in later notebooks.
#
# $$x \;\xrightarrow{\;x W_1 + b_1\;}\; h \;\xrightarrow{\;\sigma\;}\; a \;\xrightarrow{\;a W_2 + b_2\;}\; s
# \;\xrightarrow{\;\text{softmax}\;}\; \hat y \;\xrightarrow{\;\text{cross-entropy}\;}\; L$$
#
# | | what it is | shape |
# |---|---|---|
# | $x$ | a batch of samples, one a row | $(N, D)$ |
# | $h$, $a$ | the hidden layer, before and after its bend | $(N, H)$ |
# | $s$ | scores, one for each class | $(N, C)$ |
# | $\hat y$ | probabilities | $(N, C)$ |
# | $L$ | the loss | one number |

# %% [markdown]
# ## 1. Affine: every output looks at every input
#
# We follow one sample through the whole notebook. It has two inputs, $x = (2, 1)$, and the hidden layer has two units:
#
# $$h = \begin{pmatrix} 2 & 1 \end{pmatrix} \begin{pmatrix} 1 & -1 \\ -3 & 1 \end{pmatrix} +
# \begin{pmatrix} 1 & 1 \end{pmatrix} = \begin{pmatrix} 2 - 3 & -2 + 1 \end{pmatrix} +
# \begin{pmatrix} 1 & 1 \end{pmatrix} = \begin{pmatrix} 0 & 0 \end{pmatrix}$$
#
# Each **column** of $W$ belongs to one unit and holds its opinion of every input. The unit adds up, and its bias says
# where it starts from.

# %% exercise="affine_layer_forward"

# %% [markdown]
# A batch of ten samples goes through a layer with four units: your function, drawn as arrays. The inner sizes must
# agree, the outer ones remain. The one row of $b$ is added to each of the ten rows.

# %% demo=true
import matplotlib.pyplot as plt


def draw_array(axis, array, title, limit=6):
    """Colour and write the numbers of an array: red is above zero, blue is below."""
    array = np.atleast_2d(array)
    axis.imshow(array, cmap="RdBu_r", vmin=-limit, vmax=limit)
    for (i, j), value in np.ndenumerate(array):
        axis.text(j, i, f"{value:.1f}", ha="center", va="center", fontsize=10)
    axis.set_title(title, fontsize=12)
    axis.set(xticks=[], yticks=[])


rng = np.random.default_rng(1)
x, W1, b1 = rng.normal(size=(10, 2)), rng.normal(size=(2, 4)), rng.normal(size=4)
h, cache = affine_layer_forward(x, W1, b1)

figure, axes = plt.subplots(1, 4, figsize=(11, 5), width_ratios=[2, 4, 4, 4], layout="constrained")
arrays = {"x": x, "W1": W1, "b1": b1, "h": h}
for axis, sign, (name, array) in zip(axes, ["", "@", "+", "="], arrays.items(), strict=True):
    draw_array(axis, array, f"{name} {array.shape}")
    axis.set_ylim(9.5, -0.5)
    axis.set_frame_on(False)
    axis.text(-0.16, 0.95, sign, transform=axis.transAxes, fontsize=20, ha="center", va="center")
axes[0].set(xlabel="inputs", ylabel="samples")
axes[3].set(xlabel="units")
figure.suptitle("x @ W1 + b1 = h: ten samples, two inputs, four units", fontsize=14)
plt.show()

# %% [markdown]
# ## 2. Sigmoid: the bend
#
# Affine after affine is affine: however many layers you stack, one would do. Something has to bend between them. In
# this notebook it is the sigmoid. Our sample has $h = (0, 0)$, so $a = \sigma(h) = (0.5, 0.5)$.

# %% exercise="sigmoid"

# %% [markdown]
# The sigmoid has a middle, where it answers to its input, and two **plateaus**, where it hardly does. A unit on a
# plateau is *saturated*: its slope is nearly 0, and so is what it can learn from a sample. Which part do we start in?
# That is up to the weights. On the right, 50 units look at 200 made-up pictures of 784 pixels each, with weights of three
# sizes: $X$ (200, 784), $W_1$ (784, 50), $a$ (200, 50).

# %% demo=true
line = np.linspace(-10, 10, 401)
y = sigmoid(line)
slope = np.gradient(y, line)

rng = np.random.default_rng(2)
pictures = rng.random((200, 784)) * (rng.random((200, 784)) < 0.2)  # one pixel in five has ink
directions = rng.normal(size=(784, 50))

figure, axes = plt.subplots(1, 4, figsize=(15, 3.8), width_ratios=[2.2, 1, 1, 1], layout="constrained")
axes[0].axvspan(-10, -4.6, color="lightgrey", alpha=0.6)
axes[0].axvspan(4.6, 10, color="lightgrey", alpha=0.6, label="plateaus: slope below 0.01")
axes[0].plot(line, y, linewidth=3, color="firebrick", label="sigmoid(x)")
axes[0].plot(line, slope, linewidth=3, color="steelblue", linestyle="--", label=f"its slope, at most {slope.max():.2f}")
axes[0].set(title="The curve and its slope", xlabel="x", ylabel="value, slope", xlim=(-10, 10), ylim=(-0.03, 1.4))
axes[0].set_yticks(np.arange(0, 1.1, 0.25))
axes[0].legend(loc="upper left", fontsize=10)
axes[0].grid(alpha=0.3)
for axis, size in zip(axes[1:], [0.01, 0.1, 1.0], strict=True):
    a = sigmoid(affine_layer_forward(pictures, size * directions, np.zeros(50))[0])
    saturated = np.mean(a * (1 - a) < 0.01)
    axis.hist(a.ravel(), bins=np.linspace(0, 1, 31), density=True, color="firebrick")
    axis.set(title=f"weights of size {size:g}\n{saturated:.0%} saturated", xlabel="a", xlim=(0, 1), yticks=[])
axes[1].set_ylabel("how many")
plt.show()

# %% [markdown]
# Weights of size 0.01: all units say about the same. Of size 1: half of them sit on a plateau before anything has been
# learned. 0.1 is a good start for 784 inputs, and we use it below. How large is right depends on the number of inputs.
#
# **A warning about letters.** Here $h$ is what comes before the sigmoid and $a$ what comes after. In other texts, $a_1$
# comes before and $z_1$ after; in others again it is $z$ before and $a$ after. When somebody renamed the letters of a
# finished course, one line was forgotten: the gradient of $b_1$ was summed over what comes *after* the sigmoid, not
# over what comes before. Between the two lies the slope, 0.25 at most: the gradient came out four times too large, and the
# network learned anyway, so nobody noticed. Write down, for each letter, on which side it stands.

# %% [markdown]
# ## 3. Layers: functions with a memory
#
# A function must be handed its weights at each call. A **layer** keeps them: an object with a list `params` and a method
# `forward`. It costs a few lines and pays at once: layers can be put into a list, and the list is a network.

# %% exercise="Sigmoid"

# %% exercise="Affine"

# %% exercise="TwoLayerNet"

# %% [markdown]
# Ten samples through a network of sizes 2, 4 and 3. First layer by layer, then by `predict`. `vars(model)` names all that
# the object has: look there if an attribute seems to be missing.

# %% demo=true
np.random.seed(3)
model = TwoLayerNet(2, 4, 3)
print("the model has:", ", ".join(vars(model)))
print("params:       ", *(param.shape for param in model.params))

x = np.random.default_rng(4).normal(size=(10, 2))
value = x
print(f"\n{'x':8s}", value.shape)
for name, layer in zip("has", model.layers, strict=True):
    value = layer.forward(value)
    print(f"{name:8s}", value.shape, " from", type(layer).__name__)
print("predict ", model.predict(x).shape, " largest distance from s:", np.abs(model.predict(x) - value).max())

# %% [markdown]
# **What have I just built?** A function from points to scores. Here are three of these networks, with 20 hidden units, and
# nothing but luck in their weights. Each point of the plane has the colour of its highest score. There are curved borders
# already. They are in the wrong places. To learn means to move them.

# %% demo=true
SHADES = ["#cfe2f3", "#f8d7da", "#d5ead6"]
grid = np.stack(np.meshgrid(np.linspace(-4, 4, 161), np.linspace(-4, 4, 161)), axis=-1)
figure, axes = plt.subplots(1, 3, figsize=(12.5, 4.6), sharey=True, layout="constrained")
for axis, seed in zip(axes, [26, 43, 44], strict=True):
    np.random.seed(seed)
    winner = TwoLayerNet(2, 20, 3).predict(grid.reshape(-1, 2)).argmax(axis=1).reshape(161, 161)
    axis.contourf(grid[..., 0], grid[..., 1], winner, levels=[-0.5, 0.5, 1.5, 2.5], colors=SHADES)
    axis.set(title=f"random weights, seed {seed}", xlabel="$x_0$", aspect="equal")
axes[0].set_ylabel("$x_1$")
patches = [plt.Rectangle((0, 0), 1, 1, color=shade) for shade in SHADES]
figure.legend(patches, ["class 0", "class 1", "class 2"], loc="outside right center", fontsize=12)
figure.suptitle("The class with the highest score, before any training\n", fontsize=14)
plt.show()

# %% [markdown]
# How many numbers can training move? This network has $2 \cdot 20 + 20 + 20 \cdot 3 + 3 = 123$.

# %% exercise="count_parameters"

# %% demo=true
for sizes in ([2, 4, 3], [2, 20, 3], [784, 50, 10], [784, 512, 10]):
    shares = [count_parameters(pair) / count_parameters(sizes) for pair in (sizes[:2], sizes[1:])]
    print(f"{sizes!s:15s} {count_parameters(sizes):>8,} numbers, {shares[0]:.0%} of them in the first layer")

# %% [markdown]
# ## 4. Softmax: from scores to probabilities
#
# Back to our sample. With $a = (0.5, 0.5)$, the second layer says
#
# $$s = \begin{pmatrix} 0.5 & 0.5 \end{pmatrix} \begin{pmatrix} 3 & 1 & -1 \\ 1 & 1 & 1 \end{pmatrix} =
# \begin{pmatrix} 2 & 1 & 0 \end{pmatrix} \qquad \text{(with } b_2 = 0 \text{)}$$
#
# Is a score of 2 much? Alone it says nothing: only differences count. A step of 1 in the score makes a class $e \approx
# 2.7$ times as probable: $e^2 : e^1 : e^0 = 7.39 : 2.72 : 1$, and after dividing by the sum, 11.1, we have
# $(0.67, 0.24, 0.09)$.

# %% exercise="softmax"

# %% [markdown]
# Only the ranks 1 and 2 are asked for. The softmax that most textbooks print has one branch for rank 2 and one for all the
# rest, and works out each power twice. Give it a stack of rank 3, and it makes *one* distribution of the whole stack,
# without a word.
#
# Dividing all scores by a number $T$, the **temperature**, before the softmax changes how sure the answer is, but not which
# class wins. A hot network ($T$ large) shrugs its shoulders, a cold one knows everything.

# %% demo=true
scores = np.array([2.0, 1.0, 0.0])
temperatures = np.logspace(-1, 1.3, 100)
curves = softmax(scores / temperatures[:, None])
colours = ["#0b5fa5", "#d1495b", "#2f7d32"]

figure, axes = plt.subplots(1, 4, figsize=(15, 3.8), width_ratios=[1, 1, 1, 2.2], layout="constrained")
for axis, T in zip(axes, [0.25, 1, 10], strict=False):
    bars = axis.bar(range(3), softmax(scores / T), color=colours)
    axis.bar_label(bars, fmt="{:.2f}", fontsize=12)
    axis.set(title=f"T = {T:g}", xlabel="class", xticks=range(3), ylim=(0, 1.12))
axes[0].set_ylabel("probability")
for label, colour in enumerate(colours):
    axes[3].semilogx(temperatures, curves[:, label], linewidth=3, color=colour, label=f"class {label}")
axes[3].axhline(1 / 3, color="grey", linestyle=":", label="one third")
axes[3].set(title="from cold to hot", xlabel="temperature T", ylabel="probability", ylim=(0, 1.12))
axes[3].grid(alpha=0.3)
axes[3].legend(fontsize=11)
figure.suptitle("softmax of (2, 1, 0) / T", fontsize=14)
plt.show()

# %% [markdown] question="temperature" points=2
# ### Question: the highest score, and ten times the scores
#
# 1. "The softmax is not linear, so the class with the highest score need not be the most probable one." Is this right?
#    Say why. A network is trained already, and only has to **name** a class for each sample: what can be left out?
# 2. Somebody multiplies all scores of a trained network by 10. What happens to the named classes, to the loss of a sample
#    that is classified right, and to the loss of one that is classified wrong?

# %% [markdown] marking=true
# **1 point for each part.**
#
# 1. It is wrong: $e^s$ grows with $s$, and all scores of a row are divided by the same positive sum, so the order of the
#    classes stays (half a point; "because softmax is monotonic" is enough, an example with numbers alone is a quarter).
#    The softmax can be left out, with its shift: `argmax` of the scores names the same class (half a point). "The last
#    layer can be left out" is wrong.
# 2. The named classes stay the same (a quarter). A right sample: its highest score draws away from the others, its
#    probability goes up, the loss falls towards 0 (a quarter). A wrong one: the probability of its right class falls, the
#    loss rises to about ten times the gap between the highest score and that of the right class (half a point; "it rises"
#    without a reason is a quarter). Do not ask for the case of two scores that are nearly equal. Whoever says that the loss
#    is ten times as large for both has not seen the logarithm of the sum: a quarter in all.

# %% [markdown]
# ## 5. One-hot rows
#
# The right answer has to be written in a form that can be compared with a row of probabilities.

# %% exercise="one_hot"

# %% demo=true
labels = np.array([5, 0, 4, 1, 9])
figure, axis = plt.subplots(figsize=(6.5, 3.4), layout="constrained")
rows = one_hot(labels, 10)
axis.imshow(rows, cmap="Blues", vmax=1.6)
for (n, c), value in np.ndenumerate(rows):
    axis.text(c, n, f"{value:g}", ha="center", va="center", fontsize=11)
axis.set(xlabel="class", ylabel="label", xticks=range(10))
axis.set_yticks(range(5), labels)
axis.set_title(f"Five labels, ten classes: {rows.shape}", fontsize=13)
plt.show()

# %% [markdown]
# ## 6. Cross-entropy: what an answer costs
#
# Our sample has $\hat y = (0.665, 0.245, 0.090)$. If its right class is the first, it pays $-\log 0.665 = 0.41$. If it is
# the last, it pays $-\log 0.090 = 2.41$. A network that knows nothing gives each of three classes a third and
# pays $\log 3 = 1.10$. So a loss can be read: *better or worse than knowing nothing?* ($\log$ is the natural logarithm in
# this course, `np.log`. Other texts, and later notebooks, also write $\ln$ for it.)

# %% exercise="cross_entropy"

# %% [markdown]
# Your function at work. Left, the price as a curve: being right a little more surely saves a little, being **sure and wrong**
# costs more and more, without end. Right, four answers to a question whose right class is 0.

# %% demo=true
p = np.linspace(0.001, 0.999, 400)
price = [cross_entropy(np.array([[q, 1 - q]]), np.array([0])) for q in p]
answers = {
    "sure and right": [0.98, 0.01, 0.01],
    "leans to the right class": [0.5, 0.3, 0.2],
    "knows nothing": [1 / 3, 1 / 3, 1 / 3],
    "sure and wrong": [0.01, 0.98, 0.01],
}
colours = ["#0b5fa5", "#d1495b", "#2f7d32"]

figure, axes = plt.subplots(1, 2, figsize=(14, 4.2), width_ratios=[1, 1.3], layout="constrained")
axes[0].plot(p, price, linewidth=3, color="grey")
for (name, answer), marker in zip(answers.items(), "os^v", strict=True):
    cost = cross_entropy(np.array([answer]), np.array([0]))
    axes[0].plot(answer[0], cost, marker, markersize=11, color="firebrick", label=f"{name}: {cost:.2f}")
axes[0].set(title="What a sample pays", xlabel="probability of its right class", ylabel="cross-entropy")
axes[0].legend(fontsize=11)
axes[0].grid(alpha=0.3)
left = np.zeros(4)
for label, colour in enumerate(colours):
    width = np.array([answer[label] for answer in answers.values()])
    axes[1].barh(list(answers), width, left=left, color=colour, label=f"class {label}")
    left += width
for row, answer in enumerate(answers.values()):
    cost = cross_entropy(np.array([answer]), np.array([0]))
    axes[1].text(1.02, row, f"pays {cost:.2f}", va="center", fontsize=13)
axes[1].set(title="Four answers, the right class is 0", xlabel="probability", xlim=(0, 1.2))
axes[1].set_xticks(np.arange(0, 1.1, 0.25))
axes[1].invert_yaxis()
axes[1].legend(loc="upper center", bbox_to_anchor=(0.42, -0.16), ncols=3, fontsize=11)
plt.show()

print("a batch of perfect answers pays", cross_entropy(np.eye(3), np.arange(3)))
print("one certain mistake among them: ", cross_entropy(np.eye(3)[[0, 1, 1]], np.arange(3)))

# %% [markdown]
# Look at the last line. Without the $\varepsilon$ it would be `inf`: one published course has none in its loss, and there a
# single certain mistake spoils the mean of the whole batch.

# %% [markdown] question="two_losses" points=2
# ### Question: two strange losses
#
# 1. A network of ten classes has not been trained at all, and its loss is **5.2**. What would the loss be if it gave each
#    class the same probability? What must its scores look like for 5.2, and what would you change before you train it?
# 2. Another one answers all samples right, with probability 1, and its loss is $-0.0000001$. Where can a **negative** number
#    come from, if no probability is larger than 1? Does it do harm? Name a way to take the logarithm that never gives one.

# %% [markdown] marking=true
# **1 point for each part.**
#
# 1. $\log 10 \approx 2.30$ (half a point; $-\log 0.1$ unevaluated is enough). The scores differ by several units, so the
#    network is sure of some class, and mostly of a wrong one: its weights are too large (or its inputs: unscaled pixels). A
#    remedy: smaller initial weights, or scaled inputs (half a point for the cause with a remedy; a quarter for one of them).
#    "Train longer" is no answer to the question.
# 2. From $\log(y + \varepsilon)$: at $y = 1$ it is $\log(1 + 10^{-7}) \approx 10^{-7}$, above 0 (half a point). It does no harm:
#    it is far below anything that matters, and its slope is right to seven digits (a quarter). Never negative: cut off, as in
#    $\log \max(y, \varepsilon)$ or `clip(y, eps, 1)`, or work with $\log$ softmax directly, $s_k - \log \sum e^{s}$ (a quarter).
#    "A rounding error" without the $\varepsilon$ is no credit for the first half.

# %% [markdown]
# ## 7. The first step back
#
# To learn, we must know how the loss changes with the scores. For this one gradient the formula is so short that it fits
# into a notebook on the way forward.

# %% exercise="output_gradient"

# %% [markdown]
# The formula is the gradient of the loss **without** $\varepsilon$. With $\varepsilon$, the loss goes flat where the network is
# very sure and wrong. The picture shows three classes with the scores $(0, g, g)$, of which the first is the right one. Your
# `output_gradient` says: raise the first score, with all force. The slope of the loss, measured by small steps, gives up.


# %% demo=true
def loss_with(epsilon, scores):
    return -np.log(softmax(scores)[0, 0] + epsilon)


gaps = np.linspace(0, 24, 97)
step = np.array([[1e-4, 0, 0]])
right = np.array([[1.0, 0, 0]])
formula = np.array([output_gradient(softmax(np.array([[0, g, g]])), right)[0, 0] for g in gaps])
figure, axes = plt.subplots(1, 2, figsize=(13, 4.2), layout="constrained")
axes[0].plot(gaps, formula, linewidth=3, color="steelblue", label="output_gradient")
for epsilon, colour in ((1e-7, "firebrick"), (1e-9, "darkorange")):
    around = [(np.array([[0, g, g]]) + step, np.array([[0, g, g]]) - step) for g in gaps]
    slopes = np.array([(loss_with(epsilon, up) - loss_with(epsilon, down)) / 2e-4 for up, down in around])
    axes[0].plot(gaps, slopes, "--", linewidth=3, color=colour, label=f"slope of the loss, ε = {epsilon:g}")
    axes[1].semilogy(gaps, formula / slopes, linewidth=3, color=colour, label=f"ε = {epsilon:g}")
    if epsilon == 1e-7:
        for g in (14, 16, 20):
            ratio = np.interp(g, gaps, formula / slopes)
            axes[1].plot(g, ratio, "o", color=colour, markersize=8)
            axes[1].annotate(f"{ratio:.3g}", (g, ratio), (-8, 6), textcoords="offset points", ha="right", fontsize=12)
axes[0].set(title="Gradient by the right score", xlabel="gap g", ylabel="gradient")
axes[1].set(title="Formula divided by slope", xlabel="gap g", ylabel="ratio")
for axis in axes:
    axis.grid(alpha=0.3)
    axis.legend(fontsize=11)
plt.show()

# %% [markdown]
# Both have their place: the loss is what we *report*, and must stay finite; the formula is what we *train* with, and must not
# give up on the worst mistakes. But whoever tests one against the other needs scores that are not far apart.

# %% [markdown]
# ## 8. All together: five digits
#
# The whole way with your functions: five pictures of 28 by 28 pixels, a hidden layer of 50 units, ten classes. The weights are
# random, of size 0.1, and the biases are zero.
#
# $$X: (5, 784) \quad W_1: (784, 50) \quad h, a: (5, 50) \quad W_2: (50, 10) \quad s, \hat y: (5, 10)$$

# %% demo=true
SEGMENTS = {"top": (3, 5, 8, 20), "middle": (12, 14, 8, 20), "bottom": (22, 24, 8, 20)}
SEGMENTS |= {"upper left": (3, 14, 7, 9), "upper right": (3, 14, 19, 21)}
SEGMENTS |= {"lower left": (12, 24, 7, 9), "lower right": (12, 24, 19, 21)}
LIT = {
    5: "top, upper left, middle, lower right, bottom",
    0: "top, upper left, upper right, lower left, lower right, bottom",
    4: "upper left, upper right, middle, lower right",
    1: "upper right, lower right",
    9: "top, upper left, upper right, middle, lower right, bottom",
}


def picture_of(digit, rng):
    """A digit as a pocket calculator shows it, on grainy paper."""
    picture = 0.15 * rng.random((28, 28))
    for name in LIT[digit].split(", "):
        top, bottom, left, right = SEGMENTS[name]
        picture[top:bottom, left:right] = rng.uniform(0.7, 1, size=(bottom - top, right - left))
    return picture


rng = np.random.default_rng(5)
labels = np.array([5, 0, 4, 1, 9])
X = np.stack([picture_of(label, rng).ravel() for label in labels])
W1, b1 = 0.1 * rng.normal(size=(784, 50)), np.zeros(50)
W2, b2 = 0.1 * rng.normal(size=(50, 10)), np.zeros(10)
h, cache1 = affine_layer_forward(X, W1, b1)
a = sigmoid(h)
s, cache2 = affine_layer_forward(a, W2, b2)
y_hat = softmax(s)
t = one_hot(labels, 10)
dy = output_gradient(y_hat, t)
print(f"loss {cross_entropy(y_hat, t):.3f}, log 10 = {np.log(10):.3f}, {count_parameters([784, 50, 10]):,} parameters")

figure, axes = plt.subplots(4, 5, figsize=(14, 9), height_ratios=[2.2, 1, 1.6, 1.6], layout="constrained")
for n, (picture, hidden, _, _) in enumerate(axes.T):
    picture.imshow(X[n].reshape(28, 28), cmap="Greys")
    picture.set(title=f"a picture of {labels[n]}", xticks=[], yticks=[])
    hidden.imshow(a[n].reshape(5, 10), cmap="RdBu_r", vmin=0, vmax=1)
    hidden.set(xticks=[], yticks=[])
    for axis, values in ((axes[2, n], y_hat[n]), (axes[3, n], dy[n])):
        axis.bar(range(10), values, color=["#d1495b" if c == labels[n] else "#8fb4d9" for c in range(10)])
        axis.set_xticks(range(10))
    axes[2, n].set(ylim=(0, 0.22), title=f"pays {-np.log(y_hat[n, labels[n]]):.2f}")
    axes[3, n].set(ylim=(-0.22, 0.09), xlabel="class", title=f"right class: {dy[n, labels[n]]:.3f}")
    axes[3, n].axhline(0, color="black", linewidth=0.8)
for axis, name in zip(axes[:, 0], ["X", "a: 50 units", "probability", "gradient"], strict=True):
    axis.set_ylabel(name, fontsize=12)
for axis in axes[2:, 1:].ravel():
    axis.set_yticklabels([])
figure.suptitle("Five digits through an untrained network; red is the right class", fontsize=15)
plt.show()

# %% [markdown]
# Nothing has been learned, so the loss is near $\log 10$. Each class gets about a tenth, and for each picture about the same: the
# network does not look yet. The bottom row is what it is told: *this* score up, the others a little down. All bars of a
# picture sum to zero.
#
# A run of the same network on real digits printed $-0.18334695$ for the right class of its first picture, a 5. Can you tell from
# this number alone what probability it had given? There were five pictures: $\hat y = 1 - 5 \cdot 0.18334695 = 0.0833$.

# %% [markdown]
# ## What comes next
#
# The gradient has reached the scores. From there it must go on, through the second layer, the sigmoid and the first layer, to
# every one of the 39,760 numbers. In the next notebook each layer learns a second method, `backward`. It reads what
# `forward` has kept, as you have kept `X`, `W` and `b` in a cache.
