# %% [markdown]
# # MNIST: a classifier of digits
#
# The parts are there: layers, a loss, optimizers, a training loop. Now they get a real job. Pictures of handwritten digits
# go in, and out comes the answer which digit it is.
#
# You will build the whole way yourself, with the names that you find in books: `preprocess`, `NaiveDense`,
# `NaiveSequential`, `BatchGenerator`, `one_training_step`, `fit`, `evaluate`. In a framework these are a few calls. Here
# you see what the calls do, and what happens if one of them does it wrongly.
#
# $$\text{picture} \;\to\; \boxed{\text{preprocess}} \;\to\; \boxed{\text{Dense, relu}} \;\to\;
# \boxed{\text{Dense, softmax}} \;\to\; \text{ten probabilities}$$

# %% [markdown]
# ## 1. The data
#
# MNIST holds 60,000 pictures to learn from and 10,000 to test with. Three words describe such an array:
#
# | | MNIST | here |
# |---|---|---|
# | rank: the number of axes | 3 | 3 |
# | shape | (60000, 28, 28) | (1797, 8, 8) |
# | dtype | uint8, 0 to 255 | uint8, 0 to 255 |
#
# We work with the small digits of scikit-learn. They need no download, and a training takes a second. Everything that you
# write works for both; the figures for the full MNIST stand at the end.

# %% demo=true
import matplotlib.pyplot as plt

from autograder.datasets import digits

images, labels = digits()
images = (images * (255 / 16)).astype(np.uint8)  # they come as 0 to 16: now 0 to 255, as in MNIST
order = np.random.default_rng(0).permutation(len(images))
images, labels = images[order], labels[order].astype(np.uint8)
train_images, train_labels, test_images, test_labels = images[:1437], labels[:1437], images[1437:], labels[1437:]
print(f"rank {train_images.ndim}, shape {train_images.shape}, dtype {train_images.dtype}")

figure, axes = plt.subplots(2, 10, figsize=(13, 3.2), layout="constrained")
for digit, column in enumerate(axes.T):
    for axis, picture in zip(column, train_images[train_labels == digit], strict=False):
        axis.imshow(picture, cmap="gray_r")
        axis.set(xticks=[], yticks=[])
    column[0].set_title(f"label {digit}")
figure.suptitle("Two of each: 64 pixels are enough for a digit")
plt.show()

# %% [markdown]
# A dense layer wants rows of numbers, and small ones. A picture of 2 x 2 pixels becomes
#
# $$\begin{pmatrix} 0 & 51 \\ 102 & 255 \end{pmatrix} \;\longrightarrow\; (0,\ 0.2,\ 0.4,\ 1)$$
#
# Nothing here is taken from the data: no mean, no maximum. So the test pictures cannot leak into the training, and a
# picture means the same numbers wherever it comes from.

# %% exercise="preprocess"

# %% [markdown]
# What the network sees is no picture, it is the strip below. It does not know which pixels are neighbours. If you shuffled
# the 64 places, in the same way for all pictures, it would learn just as well.

# %% demo=true
x_train, t_train = preprocess(train_images, train_labels)
x_test, t_test = preprocess(test_images, test_labels)
print(f"inputs {x_train.shape} {x_train.dtype}, labels {t_train.shape} {t_train.dtype}")

figure, (left, right) = plt.subplots(1, 2, figsize=(13, 2.8), width_ratios=[1, 5], layout="constrained")
left.imshow(train_images[0], cmap="gray_r")
left.set(title=f"8 x 8 pixels, label {t_train[0]}", xticks=[], yticks=[])
right.imshow(x_train[:1], cmap="gray_r", vmin=0, vmax=1, aspect="auto")
for column in range(8, 64, 8):
    right.axvline(column - 0.5, color="firebrick", linewidth=1)
right.set(title="one row of 64 numbers; the red lines show where a row of pixels ends", yticks=[], xlabel="column of x")
plt.show()

# %% [markdown]
# ## 2. Batches
#
# A step of training takes some samples, not all. With 10 samples and batches of 4 the generator hands out 4, 4 and 2, and
# then says that the epoch is over.
#
# The version in the books has two quiet faults. It never shuffles. And after the last batch it hands out **empty** ones,
# without end: the mean of no losses is `nan`, and one step with it makes every weight `nan`. Yours will do better.

# %% exercise="BatchGenerator"

# %% [markdown]
# Does the order matter? Below are the first 12 batches of 32, one in each row, from pictures that lie **sorted by label**. Each
# colour is a digit. On the left, a batch knows one or two digits: the step that it makes says "answer 0, whatever you see".
# The next ones say "answer 1". In notebook 07 this cost 25 points of accuracy.

# %% demo=true
by_label = np.argsort(t_train, kind="stable")
figure, axes = plt.subplots(1, 2, figsize=(13, 4), layout="constrained")
for axis, title, rng in (axes[0], "without rng", None), (axes[1], "with rng", np.random.default_rng(1)):
    batches = BatchGenerator(x_train[by_label], t_train[by_label], 32, rng)
    table = np.array([batches.next()[1] for _ in range(12)])
    picture = axis.imshow(table, cmap="tab10", vmin=-0.5, vmax=9.5, aspect="auto")
    axis.set(title=f"{title}: labels of the first 12 of {batches.num_batches} batches", xlabel="place in the batch")
    axis.set(ylabel="batch")
figure.colorbar(picture, ax=axes, ticks=range(10), label="label")
plt.show()

# %% [markdown]
# ## 3. One layer, as functions
#
# Two activations are given as small objects: `relu(z)` and `softmax(z)` work out the output, and their `backward` takes a
# gradient back. Beside them stand `sigmoid` and the forward half of an affine layer. Read them, you will use them.


# %%
class Relu:
    """max(z, 0): what is negative is switched off."""

    def __call__(self, z):
        return np.maximum(z, 0)

    def backward(self, dy, y):
        """The gradient by z, from dy and the output y."""
        return dy * (y > 0)


class Softmax:
    """Each row of scores becomes probabilities."""

    def __call__(self, z):
        powers = np.exp(z - z.max(axis=1, keepdims=True))
        return powers / powers.sum(axis=1, keepdims=True)

    def backward(self, dy, y):
        """Nothing to do: our way back begins at the scores, which went into the softmax."""
        return dy


relu = Relu()
softmax = Softmax()


def sigmoid(z):
    """1 / (1 + exp(-z)), in a form that never overflows."""
    return (1 + np.tanh(z / 2)) / 2


def affine_layer_forward(X, W, b):
    """Y = X W + b, and a cache of what it was made of."""
    return X @ W + b, (X, W, b)


# %% [markdown]
# Five pictures, a hidden layer of 50 sigmoid units, ten scores. Follow the shapes:
#
# | | $X$ | $W_1,\ b_1$ | $A_1,\ H$ | $W_2,\ b_2$ | $A_2,\ P$ |
# |---|---|---|---|---|---|
# | MNIST | (5, 784) | (784, 50), (50,) | (5, 50) | (50, 10), (10,) | (5, 10) |
# | here | (5, 64) | (64, 50), (50,) | (5, 50) | (50, 10), (10,) | (5, 10) |
#
# The loss compares $P$ with the truth $T$, a table with a single 1 in each row. Its gradient by the scores $A_2$ is
# $(P - T) / N$: *what you said, minus what is true*. In the right picture each row has one blue cell, at its label, and
# sums to 0.

# %% demo=true
rng = np.random.default_rng(3)
W1, b1, W2, b2 = 0.1 * rng.normal(size=(64, 50)), np.zeros(50), 0.1 * rng.normal(size=(50, 10)), np.zeros(10)
five = [int(np.flatnonzero(t_train == label)[0]) for label in (5, 0, 4, 1, 9)]
A1, cache1 = affine_layer_forward(x_train[five], W1, b1)
A2, cache2 = affine_layer_forward(sigmoid(A1), W2, b2)
said, true = softmax(A2), np.eye(10)[t_train[five]]
start = (said - true) / 5
print("shapes:", x_train[five].shape, A1.shape, A2.shape, "- first row of P sums to", said[0].sum().round(6))

figure, axes = plt.subplots(1, 3, figsize=(15, 3.3), layout="constrained")
for axis, table, title in zip(
    axes, (said, true, start), ("what it says: P", "what is true: T", "(P - T) / 5"), strict=True
):
    axis.imshow(table, cmap="RdBu_r", vmin=-1 if table is true else -0.2, vmax=1 if table is true else 0.2)
    for (n, c), value in np.ndenumerate(table):
        axis.text(
            c, n, f"{value:.2f}", ha="center", va="center", fontsize=8, color="white" if abs(value) > 0.16 else "black"
        )
    axis.set(title=title, xlabel="class", ylabel="label", xticks=range(10))
    axis.set_yticks(range(5), (5, 0, 4, 1, 9))
figure.suptitle("An untrained network gives each class about 0.1")
plt.show()

# %% [markdown]
# Now the way back through an affine layer, as in notebook 04, but without an object that remembers: all that it needs
# comes in the cache. One sample with two inputs and one output shows it. With $x = (2, 4)$, $w = (3, -1)$ and $dy = 10$:
#
# $$dx = 10 \cdot (3, -1) = (30, -10) \qquad dw = (2, 4) \cdot 10 = (20, 40) \qquad db = 10$$

# %% exercise="affine_layer_backward"

# %% [markdown]
# ## 4. The slope of a sigmoid
#
# A sigmoid has $\sigma(0) = 0.5$, and there it is steepest: $0.5 \cdot (1 - 0.5) = 0.25$. At $z = 3$ only $0.95 \cdot 0.05
# \approx 0.05$ is left.

# %% exercise="sigmoid_gradient"

# %% [markdown]
# Two places where people slip: what goes into this function is $z$, not $\sigma(z)$. And the slope belongs between the
# two layers, once. Below is how steep the 50 hidden units are for the first 200 pictures: all of them work near the top.
# Remember this quarter, it comes back in a question.

# %% demo=true
A1, _ = affine_layer_forward(x_train[:200], W1, b1)
line = np.linspace(-6, 6, 200)
figure, (left, right) = plt.subplots(1, 2, figsize=(12, 3.6), layout="constrained")
left.plot(line, sigmoid(line), linewidth=3, color="steelblue", label="sigmoid")
left.plot(line, sigmoid_gradient(line), "--", linewidth=3, color="firebrick", label="its slope")
left.axvspan(*np.quantile(A1, [0.01, 0.99]), color="grey", alpha=0.2, label="where 98 % of $A_1$ lie")
left.set(title="The sigmoid and its slope", xlabel="z", ylabel="value")
left.legend()
right.hist(sigmoid_gradient(A1).ravel(), bins=40, color="firebrick")
right.set(title=f"Slopes of the hidden units, mean {sigmoid_gradient(A1).mean():.3f}")
right.set(xlabel="slope", ylabel="units and pictures")
plt.show()

# %% [markdown]
# ## 5. Layers and a network
#
# Books on Keras write a dense layer as `relu(dot(W, input) + b)`, for one column `input`, and then their code says
# `matmul(inputs, W)`. Only the second fits a batch, whose samples are rows. Write the shapes under the product, and you
# will not confuse them: $(N, D)\,(D, H)$.
#
# Frameworks find gradients with a *tape*, which you will build in notebook 09. Here each layer knows its own way back. In
# `NaiveDense` it is given: `backward` takes `dy` through the activation, and then calls **your** `affine_layer_backward`.
#
# What should the first weights be? Not all alike, or the units stay alike for ever. Not too large and not too small: a
# unit adds up $D$ products, so their sum spreads $\sqrt D$ times as far as one of them. The rule of He makes up for that,
# and for the half of the units that relu switches off: $\sqrt{2 / D}$. For $D = 64$ this is 0.18, for $D = 784$ it is
# 0.05.

# %% exercise="NaiveDense"

# %% [markdown]
# The books draw the first weights evenly from 0 to 0.1 instead. Pixels are not negative, the weights are not negative:
# then no unit is ever below 0. The picture shows what 512 units get to see before they bend. With these weights relu never
# has anything to do, and **the network is affine**: two layers are as good as one, until training has moved the weights.


# %% demo=true
def uniform(layer, rng):
    """Replace the weights of a layer by those of the books."""
    layer.W[...] = rng.uniform(0, 0.1, size=layer.W.shape)
    return layer


rng = np.random.default_rng(4)
first = {
    "uniform from 0 to 0.1": uniform(NaiveDense(64, 512, relu, rng), rng),
    "He": NaiveDense(64, 512, relu, rng),
}
figure, axes = plt.subplots(1, 2, figsize=(12, 3.4), sharey=True, layout="constrained")
for axis, (name, layer) in zip(axes, first.items(), strict=True):
    z = x_train[:300] @ layer.W
    share = (z > 0).mean()
    axis.hist(z[z > 0], bins=40, range=(-2.5, 2.5), color="seagreen", label=f"passes: {share:.0%}")
    axis.hist(z[z <= 0], bins=40, range=(-2.5, 2.5), color="lightgrey", label=f"switched off: {1 - share:.0%}")
    axis.axvline(0, color="black", linewidth=1)
    axis.set(title=name, xlabel="z, before the relu")
    axis.legend()
axes[0].set(ylabel="units and pictures")
plt.show()

# %% exercise="NaiveSequential"

# %% [markdown]
# How many numbers will be learned? Count them before you train: a wrong shape shows here first. The two networks of this
# notebook, at the size of MNIST, have 407,050 and 39,760.

# %% demo=true
rng = np.random.default_rng(5)
for sizes, bend in ((784, 512, 10), relu), ((784, 50, 10), relu):
    layers = [NaiveDense(sizes[0], sizes[1], bend, rng), NaiveDense(sizes[1], sizes[2], softmax, rng)]
    model = NaiveSequential(layers)
    shapes = [w.shape for w in model.weights]
    print(f"{'-'.join(map(str, sizes))}: {len(shapes)} arrays {shapes}, {sum(w.size for w in model.weights):,} numbers")

# %% [markdown]
# ## 6. Learning
#
# Four small functions, each on the shoulders of the one before. The learning rate is an **argument** of all of them. In the
# lecture it was a global name, 0.1 in one section and 0.001 in the next, and the result depended on the cell that had
# run last.

# %% exercise="update_weights"

# %% exercise="one_training_step"

# %% exercise="fit"

# %% [markdown]
# A classic to look for in other people's code: `fit(..., batch_size=128)` makes its generator without handing `batch_size`
# on. Nobody notices, because 128 is the default there, too. Until somebody asks for 32, and still gets 128.

# %% exercise="evaluate"

# %% [markdown]
# ## 7. Steps learn, not epochs
#
# Train with the settings of the books: weights from 0 to 0.1, learning rate 0.001, batches of 128, 10 epochs. On MNIST
# these reach 82 %. On our digits, look at the red curve.
#
# What has changed? 60,000 pictures in batches of 128 are 469 steps an epoch, 4,690 in all. 1,437 pictures make 12 steps an
# epoch: 120 in all. A weight moves in *steps*, each of the length $\eta \cdot g$. With 39 times fewer of them it gets
# nowhere. So count steps, and choose the learning rate and the batch size by them.


# %% demo=true
def small_network(width, seed, weights="He"):
    """A network for the small digits, and the generator that it was made with."""
    rng = np.random.default_rng(seed)
    layers = [NaiveDense(64, width, relu, rng), NaiveDense(width, 10, softmax, rng)]
    if weights != "He":
        layers = [uniform(layer, rng) for layer in layers]
    return NaiveSequential(layers), rng


runs = {  # first weights, epochs, batch size, learning rate
    "as in the books: uniform, batches of 128, rate 0.001, 10 epochs": ("uniform", 10, 128, 0.001),
    "the same, 75 epochs: as many steps as the grey one": ("uniform", 75, 128, 0.001),
    "He, batches of 32, rate 0.01, 20 epochs": ("He", 20, 32, 0.01),
    "He, batches of 32, rate 0.1, 20 epochs": ("He", 20, 32, 0.1),
}
figure, axis = plt.subplots(figsize=(11, 4.6), layout="constrained")
for (name, (weights, epochs, size, rate)), colour in zip(
    runs.items(), ("firebrick", "darkorange", "grey", "seagreen"), strict=True
):
    model, rng = small_network(128, 6, weights)
    losses = fit(model, x_train, t_train, epochs, size, rate, rng)
    smooth = np.convolve(losses, np.ones(10) / 10, "valid")
    share = evaluate(model, x_test, t_test)
    axis.plot(
        smooth,
        color=colour,
        linewidth=7 if epochs == 10 else 2,
        alpha=0.8,
        label=f"{name}: {len(losses)} steps, {share:.1%}",
    )
axis.axhline(np.log(10), color="black", linestyle=":", label="ln 10: knows nothing")
axis.set(title="The loss against the number of steps", xlabel="step", ylabel="loss, mean of 10 steps", ylim=(0, None))
axis.legend(fontsize=9, loc="upper right", bbox_to_anchor=(1, 0.86))
plt.show()

# %% [markdown] question="few_data" points=2
# ### Question: the same settings, other data
#
# Somebody has 6,000 pictures of size 28 x 28. They copy the settings of the books (batches of 128, learning rate 0.001, 10
# epochs), get 38 % of the test pictures right, and conclude: "6,000 pictures are too few, we need more data."
#
# 1. Work out how many steps their training made, and how many the same settings make on 60,000 pictures. After how many
#    epochs on 60,000 pictures would *that* training have made as many steps as theirs? What do you expect its accuracy to
#    be there?
# 2. They may change the learning rate, the batch size and the number of epochs, but get no new pictures. Name two changes
#    that help, and say for each what it does to the number of steps or to their length, and what it costs or risks.

# %% [markdown] marking=true
# **1 point for each part.**
#
# 1. 6,000 / 128 = 46.9, so 47 steps an epoch and 470 in all; 60,000 pictures make 469 an epoch and 4,690 in all. 470 steps
#    are one epoch there. Measured over three runs: 33 to 47 % with 6,000 pictures, 45 to 50 % after the first epoch with
#    60,000, and 82 % after the tenth. So the poor result is (nearly) what 470 such steps give, however many pictures they
#    come from. Any expectation between 30 and 60 % is fine, if the reason is the number of steps. (Half a point for the numbers of steps alone. "469
#    against 47 an epoch" without saying that one epoch there equals ten here: half a point.)
# 2. Half a point each for two of these, with the price: a larger learning rate (longer steps; too large, and the loss
#    jumps or explodes). Smaller batches (more steps from the same pictures; noisier gradients, and less work done by each
#    matrix product). More epochs (more steps; time, and in the end the network learns the pictures by heart). Better first
#    weights or scaled inputs may be named, too, but were not asked for.
#
# Common wrong answers: "more epochs mean more data"; "smaller batches use more memory"; "10 epochs are 10 epochs, so
# both trainings are equally long".

# %% [markdown]
# ## 8. What has it learned?
#
# Take the green network. `model(x_test)` is one array of shape (360, 10), ten probabilities in each row. First a single
# sample: what does it say, what does it guess, and is that right?

# %% demo=true
model, rng = small_network(128, 6)
fit(model, x_train, t_train, 20, 32, 0.1, rng)
probabilities = model(x_test)
guesses = probabilities.argmax(axis=1)
wrong = np.flatnonzero(guesses != t_test)
print(f"predictions {probabilities.shape}, accuracy {evaluate(model, x_test, t_test):.2f}, {len(wrong)} mistakes")

figure, axes = plt.subplots(1, 4, figsize=(13, 2.9), width_ratios=[1, 2, 1, 2], layout="constrained")
for pair, n in zip((axes[:2], axes[2:]), (0, wrong[0]), strict=True):
    pair[0].imshow(test_images[n], cmap="gray_r")
    pair[0].set(title=f"sample {n}, label {t_test[n]}", xticks=[], yticks=[])
    colours = ["seagreen" if c == t_test[n] else "firebrick" if c == guesses[n] else "grey" for c in range(10)]
    pair[1].bar(range(10), probabilities[n], color=colours)
    pair[1].set(title=f"guess {guesses[n]}", xlabel="class", ylabel="probability", xticks=range(10), ylim=(0, 1.05))
plt.show()

# %% [markdown]
# The **confusion matrix** counts for each label what was guessed. A perfect network has numbers on the diagonal only. Beside
# it are the mistakes in which the network was most sure. Would you have known better?

# %% demo=true
counts = np.zeros((10, 10), dtype=int)
np.add.at(counts, (t_test, guesses), 1)
sure = wrong[np.argsort(-probabilities[wrong, guesses[wrong]])][:8]

figure = plt.figure(figsize=(13, 5), layout="constrained")
left, right = figure.subfigures(1, 2, width_ratios=[1, 1.2])
axis = left.subplots()
axis.imshow(np.log1p(counts), cmap="Blues")
for (t, guess), count in np.ndenumerate(counts):
    if count:
        axis.text(guess, t, count, ha="center", va="center", color="white" if count > 10 else "firebrick")
axis.set(title="Confusion matrix of the test pictures", xlabel="guess", ylabel="label")
axis.set(xticks=range(10), yticks=range(10))
for axis, n in zip(right.subplots(2, 4).ravel(), sure, strict=False):
    axis.imshow(test_images[n], cmap="gray_r")
    axis.set_title(f"label {t_test[n]}\nsays {guesses[n]}: {probabilities[n, guesses[n]]:.0%}", fontsize=11)
for axis in right.axes:
    axis.axis("off")
right.suptitle("The most confident mistakes")
plt.show()

# %% [markdown]
# Each column of $W_1$ has 64 numbers: a weight for every pixel. Laid out as a picture they show what a hidden unit looks
# for. Red pixels raise it, blue ones hold it down. Before training there is only noise, and most of it is still there
# afterwards. The last row is the difference: what training has written into the noise.

# %% demo=true
untrained, _ = small_network(128, 6)
change = np.linalg.norm(model.weights[0] - untrained.weights[0], axis=0)
busiest = np.argsort(-change)[:12]
before, after = untrained.weights[0], model.weights[0]
figure, axes = plt.subplots(3, 12, figsize=(14, 4.2), layout="constrained")
for row, W, name in zip(axes, (before, after, after - before), ("before", "after", "difference"), strict=True):
    limit = np.abs(W[:, busiest]).max()
    for axis, unit in zip(row, busiest, strict=True):
        axis.imshow(W[:, unit].reshape(8, 8), cmap="RdBu_r", vmin=-limit, vmax=limit)
        axis.set(xticks=[], yticks=[])
    row[0].set_ylabel(name, fontsize=13)
figure.suptitle("The weights of the 12 hidden units that training has changed most")
plt.show()

# %% [markdown]
# ## 9. Scaling and first weights belong together
#
# What if nobody had divided by 255? It depends on the first weights. The picture shows four trainings with the learning
# rate of the books, 0.001: the pixels from 0 to 1 or raw from 0 to 255, the weights by He or from 0 to 0.1. On the right,
# how many units of the first layer still **pass** something at the end, on average over the test pictures.
#
# Raw pixels make gradients 255 times as large, so these steps *are* long enough. With weights from 0 to 0.1 the first steps
# throw nearly all units below zero, for nearly all pictures at once. There the slope of relu is 0, and most never come
# back. With the rate 0.01 all of them die, and the loss stays at ln 10 for ever: ten equal probabilities, whatever comes in.

# %% demo=true
cases = {
    "He,\n0 to 1": ("He", 1),
    "uniform,\n0 to 1": ("uniform", 1),
    "He,\nraw": ("He", 255),
    "uniform,\nraw": ("uniform", 255),
}
shares, passing = [], []
for weights, factor in cases.values():
    network, rng = small_network(128, 6, weights)
    fit(network, x_train * factor, t_train, 10, 32, 0.001, rng)
    shares.append(evaluate(network, x_test * factor, t_test))
    passing.append((network.layers[0](x_test * factor) > 0).mean())
figure, axes = plt.subplots(1, 2, figsize=(12, 3.6), layout="constrained")
for axis, values, title in (
    (axes[0], shares, "accuracy on test pictures"),
    (axes[1], passing, "first-layer units above zero"),
):
    bars = axis.bar(list(cases), values, color=["seagreen", "firebrick", "seagreen", "firebrick"])
    axis.bar_label(bars, [f"{value:.0%}" for value in values], padding=2)
    axis.set(title=title, ylabel="share", ylim=(0, 1.15))
figure.suptitle("10 epochs, batches of 32, learning rate 0.001")
plt.show()

# %% [markdown]
# ## 10. The same with sigmoids and Adam
#
# Another course builds the same classifier from functions: 50 sigmoid units and Adam. In Keras it is four lines, and
# reaches 96.9 % on MNIST (its text promises "99 %"). Adam and the first weights are given.


# %%
class Adam:
    """The optimizer of notebook 06, with memory for a list of parameters."""

    def __init__(self, lr=0.001, beta1=0.9, beta2=0.999):
        self.lr, self.beta1, self.beta2 = lr, beta1, beta2
        self.t, self.m, self.v = 0, None, None

    def update(self, params, grads):
        """Move every array of params in place."""
        if self.m is None:
            self.m = [np.zeros_like(p) for p in params]
            self.v = [np.zeros_like(p) for p in params]
        self.t += 1
        for p, g, m, v in zip(params, grads, self.m, self.v):
            m += (1 - self.beta1) * (g - m)
            v += (1 - self.beta2) * (g * g - v)
            rate = self.lr * np.sqrt(1 - self.beta2**self.t) / (1 - self.beta1**self.t)
            p -= rate * m / (np.sqrt(v) + 1e-8)


def sigmoid_network(input_size, hidden_size, output_size, rng):
    """The parameters of a network with one hidden layer: a list of W1, b1, W2, b2."""
    first = 0.1 * rng.normal(size=(input_size, hidden_size))
    second = 0.1 * rng.normal(size=(hidden_size, output_size))
    return [first, np.zeros(hidden_size), second, np.zeros(output_size)]


def sigmoid_network_scores(params, X):
    """What the network says of X, before the softmax."""
    (W1, b1), (W2, b2) = params[:2], params[2:]
    return sigmoid(X @ W1 + b1) @ W2 + b2


# %% exercise="train_step"

# %% [markdown]
# Ten epochs with Adam, learning rate 0.01, batches of 32. Test pictures are never trained on, they are only asked after
# each epoch. Where such curves part, a network has begun to learn its pictures by heart; here they stay together.

# %% demo=true
rng = np.random.default_rng(7)
params, optimizer = sigmoid_network(64, 50, 10, rng), Adam(0.01)
curves = {"train": [], "test": []}
for _ in range(10):
    batches = BatchGenerator(x_train, t_train, 32, rng)
    for _ in range(batches.num_batches):
        train_step(*batches.next(), params, optimizer)
    for name, x, t in ("train", x_train, t_train), ("test", x_test, t_test):
        curves[name].append(evaluate(lambda inputs: sigmoid_network_scores(params, inputs), x, t))
figure, axis = plt.subplots(figsize=(8, 3.6), layout="constrained")
for (name, curve), colour in zip(curves.items(), ("steelblue", "firebrick"), strict=True):
    axis.plot(range(1, 11), curve, "o-", color=colour, label=f"{name}: {curve[-1]:.1%}")
axis.set(title="64-50-10, sigmoid, Adam", xlabel="epoch", ylabel="accuracy", xticks=range(1, 11))
axis.grid(alpha=0.3)
axis.legend()
plt.show()

# %% [markdown]
# The published solution of that course has an error, and copies of it are around. In its names, `z1` is the *output* of
# the sigmoid and `a1` is what went in; `dz1` and `da1` are their gradients (our $dH$ and $dA_1$). Both are right there, and
# so is the gradient by $W_1$. But the bias gets the sum of the wrong one over the batch:
#
# $$db_1 = \sum_n (dz_1)_n$$
#
# In the book that the lines were taken from, the two names mean the opposite. The picture shows what that does to
# $db_1$, one dot for each of the 50 hidden units.

# %% demo=true
rng = np.random.default_rng(8)
W1, b1, W2, b2 = sigmoid_network(64, 50, 10, rng)
A1, cache1 = affine_layer_forward(x_train[:100], W1, b1)
A2, cache2 = affine_layer_forward(sigmoid(A1), W2, b2)
dH, _, _ = affine_layer_backward((softmax(A2) - np.eye(10)[t_train[:100]]) / 100, cache2)
_, _, right = affine_layer_backward(dH * sigmoid_gradient(A1), cache1)
published = dH.sum(axis=0)
slope = np.sum(published * right) / np.sum(right * right)

figure, axis = plt.subplots(figsize=(7.5, 4.2), layout="constrained")
axis.scatter(right, published, color="firebrick", label=f"published, about {slope:.1f} times the right one")
line = np.array([right.min(), right.max()])
axis.plot(line, line, color="seagreen", label="right")
axis.plot(line, 4 * line, color="grey", linestyle=":", label="4 times the right one")
axis.set(title="db1 of the 50 hidden units", xlabel="right db1", ylabel="db1")
axis.legend()
plt.show()

# %% [markdown] question="db1" points=2
# ### Question: four times too much
#
# 1. Why is the published `db1` about 4 times the right one, with the same sign for (nearly) every unit, and not 3 or 10
#    times? Where does the number come from, and will it stay the same while the network trains?
# 2. With this error the network still reaches 97 % of the MNIST test pictures. Why does training work nevertheless? And which check of
#    this notebook would have found the error, although the accuracy does not?

# %% [markdown] marking=true
# **1 point for each part.**
#
# 1. The published line leaves out the factor $\sigma'(A_1)$ between $dH$ and $dA_1$ (half a point). At the start the
#    weights are small, so $A_1$ is near 0 and the slope of every unit is near its largest value, 0.25; leaving out a factor
#    of nearly 1/4 multiplies by about 4 (a bit more, for the slope is at most 0.25). When units move away from 0 their
#    slopes fall, they differ between pictures, and the ratio is no longer one number: it grows (half a point).
# 2. The direction: db1 has the right sign for nearly all units, so each bias still goes downhill, only with a longer step;
#    Adam even divides the length of gradients out again. And $b_1$ is 50 of 39,760 numbers; $W_1$ gets its right gradient (half
#    a point). What finds it: any check that compares the gradient itself, that is, the four gradients with a batch and
#    weights of order 1, or central differences by b1 (half a point). "A lower threshold of accuracy" is wrong: a threshold
#    cannot see it.

# %% [markdown]
# ## 11. All of it, your own
#
# The last exercise has no new idea. It asks whether your parts fit together.

# %% exercise="train_classifier"

# %% [markdown]
# Each dot is a choice of learning rate and batch size, 15 epochs each with 600 pictures, as in the check. Read it from
# left to right: too small, good over a wide range, too large. If your choice sits at the edge, luck decides.

# %% demo=true
rates = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0]
figure, axis = plt.subplots(figsize=(11, 4), layout="constrained")
with np.errstate(all="ignore"):
    for size, colour in (8, "seagreen"), (32, "steelblue"), (128, "firebrick"):
        shares = []
        for rate in rates:
            network, rng = small_network(64, 9)
            fit(network, x_train[:600], t_train[:600], 15, size, rate, rng)
            shares.append(evaluate(network, x_test, t_test))
        axis.semilogx(rates, shares, "o-", color=colour, label=f"batches of {size}: {15 * -(-600 // size):,} steps")
axis.axhline(0.1, color="black", linestyle=":", label="guessing")
axis.set(title="Which learning rate?", xlabel="learning rate", ylabel="accuracy on test pictures", ylim=(0, 1.02))
axis.legend(loc="center left", bbox_to_anchor=(1.01, 0.5))
plt.show()

# %% [markdown]
# ## 12. The full MNIST
#
# The same code, 60,000 pictures of 28 x 28, 10 epochs (batches of 128; 32 for the last line). Accuracy is that of the 10,000
# test pictures.
#
# | network | first weights | steps | after epoch 1 | after epoch 10 |
# |---|---|---|---|---|
# | 784-512-10, relu, as in the books | uniform(0, 0.1) | rate 0.001, never shuffled | 46.2 % | 82.1 % |
# | the same | He | rate 0.001 | 55.8 % | 87.0 % |
# | the same | uniform(0, 0.1) | rate 0.1 | 84.3 % | 94.3 % |
# | the same | He | rate 0.1 | 92.7 % | **97.3 %** |
# | 784-50-10, sigmoid | 0.1 times standard normal | Adam, rate 0.001 | 92.5 % | 96.9 % |
#
# Read it row by row. Better first weights are worth five points, a learning rate that fits is worth twelve, and both
# together make the difference between 82 and 97. The last network has a tenth of the numbers, and agrees with Keras: 96.9 %.
#
# If you have the time, see for yourself. The first run downloads 12 MB. Set `FULL_RUN = True` in a cell of your own and
# run the code there.

# %% demo=true
FULL_RUN = False
if FULL_RUN:
    from autograder.datasets import mnist

    big = mnist()
    x, t = preprocess(*big[:2])
    x_unseen, t_unseen = preprocess(*big[2:])
    rng = np.random.default_rng(10)
    network = NaiveSequential([NaiveDense(784, 512, relu, rng), NaiveDense(512, 10, softmax, rng)])
    for epoch in range(1, 11):
        losses = fit(network, x, t, 1, 128, 0.1, rng)
        print(f"epoch {epoch:2}: loss {np.mean(losses):.3f}, accuracy {evaluate(network, x_unseen, t_unseen):.4f}")
else:
    print("FULL_RUN is False: nothing to do")

# %% [markdown]
# ## Where this leads
#
# You have written every way back by hand, for each layer and for each network anew. In notebook 09 you will build a tape
# that finds it by itself. In notebook 10 a network meets colour pictures of street numbers, and a model that never
# learned waits to be understood. What you know now is enough to do it: look at the first loss, at the scale of the
# inputs, at the units that are alive, and count the steps.
