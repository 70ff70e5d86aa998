# %% [markdown]
# # Street numbers, and a model that never learned
#
# A program trains a network on photographs of house numbers. Ten digits, 73,257 pictures, five layers, ten epochs. It
# runs without an error, and this is what it prints:
#
# | epoch | loss | accuracy in % | test loss | test accuracy in % |
# |---|---|---|---|---|
# | 1 | 2.5204 | 18.792744 | 2.2265 | 19.587431 |
# | 2 | 2.2374 | 18.921059 | 2.2274 | 19.587431 |
# | 3 | 2.2373 | 18.921059 | 2.2277 | 19.587431 |
# | ... | ... | 18.921059 | ... | 19.587431 |
# | 8 | 2.2371 | 18.921059 | 2.2261 | 19.587431 |
#
# The loss has fallen, and 19 % is more than the 10 % of a blind guess. So it has learned a little, and only needs
# more time?
#
# Look again. 22,900 steps, and from the second epoch on the accuracy is the same **to the last digit**. In this notebook
# you build the program once more, watch it fail, find out from three numbers what has happened to it, and mend it with
# one line.

# %% [markdown]
# ## 1. The data: SVHN
#
# "Street View House Numbers": pictures of $32 \times 32$ pixels, each with three colours, cut out of photographs so
# that one digit is in the middle. Often its neighbours are seen at the sides. They do not count.
#
# The data come in two files that MATLAB has written. MATLAB likes to put the sample **last**. This course puts it
# first. So an axis must move. Here is the same with small numbers: three pictures of two pixels each. In the file a
# picture is a column.
#
# | | picture 0 | picture 1 | picture 2 |
# |---|---|---|---|
# | first pixel | 1 | 2 | 3 |
# | second pixel | 4 | 5 | 6 |
#
# What we want is $[[1, 4], [2, 5], [3, 6]]$, of shape $(3, 2)$: each row is a picture. There is another array of
# shape $(3, 2)$ with the same six numbers: $[[1, 2], [3, 4], [5, 6]]$. Its first row holds the first pixels of two
# different pictures. Nothing complains about it. Only its shape is right.

# %%
from itertools import pairwise

from scipy.io import loadmat

# %% exercise="load_svhn"

# %% [markdown]
# The real files have 246 MB. For this lesson smaller ones will do, in the same format, with the same axes and the
# same labels. Their pictures are painted: small handwritten digits, in a colour, on a wall of another colour, a
# little off the middle, with neighbours. The digits are as frequent as in SVHN. (At the end a cell takes the real
# ones.)

# %% demo=true
import tempfile
from pathlib import Path

import matplotlib.pyplot as plt

from autograder.datasets import svhn_like

BLUE, RED, GREEN, GREY = "#0b5fa5", "#d1495b", "#2f7d32", "grey"
folder = tempfile.TemporaryDirectory()
for name, count, seed in ("train", 2000, 1), ("test", 1000, 2):
    Path(folder.name, f"{name}.mat").write_bytes(svhn_like(count, np.random.default_rng(seed)))

images, labels = load_svhn(f"{folder.name}/train.mat")
test_images, test_labels = load_svhn(f"{folder.name}/test.mat")
print("training:", images.shape, images.dtype, "pixels from", images.min(), "to", images.max())
print("labels:  ", labels.shape, "from", labels.min(), "to", labels.max())
print("test:    ", test_images.shape)


def show_pictures(axes, pictures, titles, colours=None):
    for i, (axis, picture, title) in enumerate(zip(axes, pictures, titles, strict=True)):
        axis.imshow(picture)
        axis.set_title(title, fontsize=12, color=colours[i] if colours else "black")
        axis.axis("off")


figure, axes = plt.subplots(3, 12, figsize=(13, 4.2), layout="constrained")
show_pictures(axes.flat, images[:36], labels[:36])
figure.suptitle("What your load_svhn returns: pictures, and the digit in the middle", fontsize=14)
plt.show()

# %% [markdown]
# And this is what comes of taking the other array of the right shape. Above, six pictures as they are. Below, all
# numbers are there, the shape is $(N, 32, 32, 3)$, and the labels are right. A network that is trained on the lower
# row will not learn, and no error will say why. **Show a picture with its label before you train.** It takes one
# line.

# %% demo=true
as_in_the_file = np.stack(list(images[:500]), axis=-1)
regrouped = as_in_the_file.reshape(images[:500].shape)

figure, axes = plt.subplots(2, 8, figsize=(13, 3.9), layout="constrained")
show_pictures(axes[0], images[:8], [f"label {label}" for label in labels[:8]])
show_pictures(axes[1], regrouped[:8], [f"label {label}" for label in labels[:8]])
figure.suptitle("The axis moved (above), and the numbers regrouped to the same shape (below)", fontsize=14)
plt.show()

# %% [markdown]
# How frequent is each digit? House numbers begin with 1 more often than with 9. This will matter.

# %% demo=true
figure, axis = plt.subplots(figsize=(8, 3.2), layout="constrained")
percent = np.full(len(labels), 100 / len(labels))
heights, _, bars = axis.hist(labels, np.arange(11) - 0.5, weights=percent, rwidth=0.8, color=BLUE)
bars[int(heights.argmax())].set_color(RED)
axis.bar_label(bars, [f"{height:.1f}" for height in heights], padding=2)
axis.set(xticks=range(10), xlabel="digit", ylabel="% of the pictures", ylim=(0, 22))
axis.set_title("The digits are not equally frequent")
plt.show()

# %% [markdown]
# ## 2. The network: given
#
# Everything is known from notebooks 04 and 06. The network has the sizes of the program:
#
# | layer | W | parameters |
# |---|---|---|
# | `Flatten`: $(N, 32, 32, 3) \to (N, 3072)$ | | 0 |
# | `Affine`, `Relu` | $(3072, 32)$ | 98,336 |
# | `Affine`, `Relu` | $(32, 64)$ | 2,112 |
# | `Affine`, `Relu` | $(64, 128)$ | 8,320 |
# | `Affine`, `Relu` | $(128, 256)$ | 33,024 |
# | `Affine` | $(256, 10)$ | 2,570 |
#
# The weights begin as the program's did: uniform between $\pm\sqrt{6 / (D + H)}$ for a matrix of shape $(D, H)$, with
# biases of 0. `predict` returns scores. The softmax is in the loss.

# %%
SIZES = [3072, 32, 64, 128, 256, 10]


class Flatten:
    """Makes one long row of each picture, whatever its shape is."""

    def __init__(self):
        self.params, self.grads = [], []

    def forward(self, x):
        self.shape = x.shape
        return x.reshape(len(x), -1)

    def backward(self, dout):
        return dout.reshape(self.shape)


class Affine:
    """The layer x W + b."""

    def __init__(self, W, b):
        self.params = [W, b]
        self.grads = [np.zeros_like(W), np.zeros_like(b)]

    def forward(self, x):
        self.x = x
        return x @ self.params[0] + self.params[1]

    def backward(self, dout):
        self.grads[0][...] = self.x.T @ dout
        self.grads[1][...] = dout.sum(axis=0)
        return dout @ self.params[0].T


class Relu:
    """The layer max(x, 0)."""

    def __init__(self):
        self.params, self.grads = [], []

    def forward(self, x):
        self.y = np.maximum(x, 0)
        return self.y

    def backward(self, dout):
        return dout * (self.y > 0)


class SoftmaxWithLoss:
    """The mean cross-entropy of softmax(scores), for labels of shape (N,)."""

    def forward(self, scores, labels):
        shifted = scores - scores.max(axis=1, keepdims=True)
        self.log_y = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
        self.labels = labels
        return -np.mean(self.log_y[np.arange(len(labels)), labels])

    def backward(self, dout=1):
        gradient = np.exp(self.log_y)
        gradient[np.arange(len(gradient)), self.labels] -= 1
        return gradient * (dout / len(gradient))


class Network:
    """Flatten, then Affine layers with a Relu between them; `sizes` as [3072, 32, 64, 128, 256, 10]."""

    def __init__(self, sizes, rng, dtype=np.float32):
        self.layers = [Flatten()]
        for rows, columns in pairwise(sizes):
            limit = np.sqrt(6 / (rows + columns))
            W = rng.uniform(-limit, limit, size=(rows, columns)).astype(dtype)
            self.layers += [Affine(W, np.zeros(columns, dtype)), Relu()]
        self.layers.pop()  # no bend behind the scores
        self.params = [param for layer in self.layers for param in layer.params]
        self.grads = [grad for layer in self.layers for grad in layer.grads]

    def predict(self, images):
        """Map images (N, ...) to scores (N, 10)."""
        for layer in self.layers:
            images = layer.forward(images)
        return images

    def backward(self, dout):
        """Fill grads, for the batch that went forward last."""
        for layer in reversed(self.layers):
            dout = layer.backward(dout)
        return dout


class Adam:
    """The optimizer of notebook 06: a step of a length of its own for every weight, in place."""

    def __init__(self, lr=0.001, beta1=0.9, beta2=0.999):
        self.lr, self.beta1, self.beta2 = lr, beta1, beta2
        self.t, self.m, self.v = 0, None, None

    def update(self, params, grads):
        if self.m is None:
            self.m = [np.zeros_like(param) for param in params]
            self.v = [np.zeros_like(param) for param in params]
        self.t += 1
        lr = self.lr * np.sqrt(1 - self.beta2**self.t) / (1 - self.beta1**self.t)
        for param, grad, m, v in zip(params, grads, self.m, self.v):
            m += (1 - self.beta1) * (grad - m)
            v += (1 - self.beta2) * (grad**2 - v)
            param -= lr * m / (np.sqrt(v) + 1e-7)


# %% [markdown]
# ## 3. Metrics: numbers that are collected on the way
#
# An epoch has thousands of batches, and we want one loss and one accuracy for all of them. A **metric** is an object
# that collects: `update` takes a batch in, `result` says what has come of it, `reset` begins anew. (The program called
# `reset_states`, as Keras did then. Its newer versions have `reset_state` instead, and the old name is an error.)
#
# The last batch of an epoch is shorter than the others. 73,257 pictures in batches of 32 leave 9 for the last one. If
# all 2,290 batches counted alike, each of these 9 pictures would count three and a half times. So a metric must count
# **samples**.

# %% exercise="Mean"

# %% [markdown]
# The second metric compares. Beware of shapes here. The file has its labels in a column, $(N, 1)$. A column of $N$
# labels compared with a row of $N$ answers is a table of $N \times N$ yes and no, and NumPy does not complain. Yours
# came out of `load_svhn` as $(N,)$.

# %% exercise="SparseCategoricalAccuracy"

# %% [markdown]
# Both metrics on a stream of batches: a network that is right in 70 % of all cases, in batches of 16. A single batch
# says little. The metric becomes calm, the more it has seen. At batch 60 somebody calls `reset`.

# %% demo=true
rng = np.random.default_rng(5)
meter, single, collected = SparseCategoricalAccuracy(), [], []
for number in range(120):
    if number == 60:
        meter.reset()
    t = rng.integers(10, size=16)
    answers = np.where(rng.random(16) < 0.7, t, (t + 1) % 10)
    meter.update(t, np.eye(10)[answers])
    single.append(np.mean(answers == t))
    collected.append(meter.result())

figure, axis = plt.subplots(figsize=(9, 3.4), layout="constrained")
axis.plot(single, "o", color=GREY, markersize=4, label="accuracy of one batch")
axis.plot(collected, color=BLUE, linewidth=3, label="result() of the metric")
axis.axvline(59.5, color=RED, linestyle="--", label="reset()")
axis.set(xlabel="batch", ylabel="accuracy", ylim=(0, 1.05), title="A metric collects until it is reset")
axis.legend(loc="lower right", ncols=3)
plt.show()

# %% [markdown]
# ## 4. One batch
#
# Two functions look at one batch. They are alike up to the point where one of them learns. Why two, and not one with
# a switch? Because a test that learns is a mistake nobody sees: it only makes the numbers better.

# %% exercise="train_step"

# %% exercise="test_step"

# %% [markdown]
# A first trial. 16 pictures, again and again: any network must be able to learn 16 pictures by heart. (The pixels are
# divided by 255 here. What to do with pixels is what the rest of this notebook is about.)

# %% demo=true
model, optimizer, loss_object = Network(SIZES, np.random.default_rng(0)), Adam(), SoftmaxWithLoss()
few, few_labels = images[:16] / 255, labels[:16]
curve = {"loss": [], "accuracy": []}
for _ in range(60):
    loss, accuracy = Mean(), SparseCategoricalAccuracy()
    train_step(model, few, few_labels, loss_object, optimizer, loss, accuracy)
    curve["loss"].append(loss.result())
    curve["accuracy"].append(accuracy.result())

figure, axes = plt.subplots(1, 2, figsize=(11, 3.4), layout="constrained")
for axis, (name, values) in zip(axes, curve.items(), strict=True):
    axis.plot(values, color=BLUE, linewidth=2)
    axis.set(xlabel="step", ylabel=name, ylim=(0, None), title=f"{name} on 16 pictures")
axes[0].axhline(np.log(10), color=GREY, linestyle="--", label="ln 10")
axes[0].legend()
plt.show()

# %% [markdown]
# ## 5. Epochs
#
# The loop around it. `fit` does not know what a network is. It is handed two functions, and calls them with batches.
#
# About the order. The program shuffles with a **buffer** of 1024 samples: a thousand pictures wait, one of them is
# drawn, the next one of the file takes its place. The left picture shows which sample comes when, in one epoch of
# 73,257. The first batch can only come from the first 1,055 pictures. If the file is sorted by class, such an order
# is hardly better than none. On the right is what `fit` is to do.

# %% demo=true
rng = np.random.default_rng(0)
count, size = 73257, 1024
waiting, buffered = list(range(size)), []
for following, place in zip(range(size, count), rng.integers(size, size=count - size), strict=True):
    buffered.append(waiting[place])
    waiting[place] = following

figure, axes = plt.subplots(1, 2, figsize=(11, 4), layout="constrained", sharey=True)
orders = {"a buffer of 1024": np.array(buffered), "an order of all samples": rng.random(count).argsort()}
for axis, (name, order) in zip(axes, orders.items(), strict=True):
    axis.plot(np.arange(len(order))[::25], order[::25], ".", markersize=2, color=BLUE)
    axis.set(xlabel="place in the epoch", title=name)
axes[0].set_ylabel("place in the file")
plt.show()

# %% exercise="fit"

# %% [markdown]
# ## 6. The run
#
# All pieces are there. `run` ties them together: a new network, Adam with its usual learning rate of 0.001, four
# metrics, ten epochs, batches of 32. What is done to the pixels of a batch is up to `prepare`.
#
# First **as in the program**: nothing is done to them.


# %% demo=true
def run(prepare, train_data, test_data, seed=1, epochs=10, batch_size=32):
    rng = np.random.default_rng(seed)
    model, optimizer, loss_object = Network(SIZES, rng), Adam(), SoftmaxWithLoss()
    accuracies = {"accuracy": SparseCategoricalAccuracy(), "test accuracy": SparseCategoricalAccuracy()}
    metrics = {"loss": Mean(), "test loss": Mean(), **accuracies}

    def train_batch(images, labels):
        train_step(model, prepare(images), labels, loss_object, optimizer, metrics["loss"], metrics["accuracy"])

    def test_batch(images, labels):
        test_step(model, prepare(images), labels, loss_object, metrics["test loss"], metrics["test accuracy"])

    return model, fit(train_batch, test_batch, metrics, train_data, test_data, epochs, batch_size, rng)


def as_they_are(images):
    return images


def print_history(history):
    print("epoch" + "".join(f"{name:>15}" for name in history))
    for epoch, row in enumerate(zip(*history.values(), strict=True), 1):
        print(f"{epoch:5}" + "".join(f"{number:15.4f}" for number in row))


raw_model, raw_history = run(as_they_are, (images, labels), (test_images, test_labels))
print_history(raw_history)

# %% [markdown]
# It is the same story: one wild first epoch, then a standstill. The pictures are others than those of the program, so
# the numbers are others, too. But they stand still in the same way.
#
# Is it the seed? Of 20 seeds, 17 end exactly there after these 630 steps, and the other three within two percent of it.
# The program has made 22,900.
#
# Every function of yours has passed its checks, and still nothing is learned. From here on this is detective work.
#
# ## 7. What has it learned?
#
# Two numbers can be had without any network, from the labels alone.

# %% exercise="majority_share"

# %% exercise="label_entropy"

# %% [markdown]
# Now put both lines into the picture of the run.


# %% demo=true
def draw_history(axes, history, colour, name, part="test "):
    for axis, key, factor in (axes[0], "loss", 1), (axes[1], "accuracy", 100):
        values = factor * np.array(history[part + key], dtype=float)
        axis.plot(np.arange(1, len(values) + 1), values, "o-", color=colour, linewidth=2, label=name)


def draw_lines(axes, labels):
    share, entropy = majority_share(labels), label_entropy(labels)
    axes[0].axhline(entropy, color=RED, linestyle="--", label=f"entropy of the labels: {entropy:.4f}")
    axes[1].axhline(100 * share, color=RED, linestyle="--", label=f"most frequent digit: {100 * share:.2f} %")
    axes[0].set(xlabel="epoch", ylabel="loss")
    axes[1].set(xlabel="epoch", ylabel="accuracy in %")


figure, axes = plt.subplots(1, 2, figsize=(12, 4), layout="constrained")
draw_lines(axes, labels)
draw_history(axes, raw_history, BLUE, "raw pixels, training", part="")
axes[0].set(ylim=(2.1, 2.5), title=f"The loss (in epoch 1: {raw_history['loss'][0]:.2f}) comes down to the entropy")
axes[1].set(ylim=(0, 30), title="The accuracy is the share of the digit 1")
for axis in axes:
    axis.legend()
plt.show()

# %% [markdown]
# And the program of the beginning? These are the numbers of pictures of each digit in the real files. Your two
# functions say what an answer that never looks at a picture gets from them.

# %% demo=true
#                   0      1      2     3     4     5     6     7     8     9
TRAIN_COUNTS = [4948, 13861, 10585, 8497, 7458, 6882, 5727, 5595, 5045, 4659]
TEST_COUNTS = [1744, 5099, 4149, 2882, 2523, 2384, 1977, 2019, 1660, 1595]
known, unknown = (np.repeat(np.arange(10), counts) for counts in (TRAIN_COUNTS, TEST_COUNTS))
log_shares = np.log(np.bincount(known) / len(known))

print("                       from the labels    printed by the program")
print(f"training accuracy      {100 * majority_share(known):15.6f}    {18.921059:22.6f}")
print(f"test accuracy          {100 * majority_share(unknown):15.6f}    {19.587431:22.6f}")
print(f"training loss          {label_entropy(known):15.4f}    {2.2371:22.4f}")
print(f"test loss              {-log_shares[unknown].mean():15.4f}    {2.2261:22.4f}")
print(f"entropy of test labels {label_entropy(unknown):15.4f}")

# %% [markdown]
# The accuracies agree digit for digit. The losses agree within a few thousandths: steps of Adam never let the ten numbers
# come quite to rest. (The test loss in the table is what somebody pays on the test labels who says the shares of the
# **training** labels.)

# %% [markdown] question="the_log" points=2
# ### Question: read the log
#
# 1. The program has brought its loss from 2.5204 to 2.2371, well below $\ln 10 \approx 2.3026$. What exactly has the
#    network learned, and which of its parameters alone would be enough for that?
# 2. In every epoch the **test** loss is lower than the training loss, and the test accuracy is higher. Somebody says:
#    "So it generalises well." What do you answer? Use numbers of the table above.

# %% [markdown] marking=true
# **1 point for each part.**
#
# 1. The shares of the ten classes (half a point): the same probabilities for each picture, which are the frequencies
#    of the labels; the loss of that is the entropy 2.2364, and the largest share, that of the digit 1, is the
#    accuracy. The ten biases of the last layer are enough (half a point): they need no input at all. "It has learned
#    to say 1" explains the accuracy and not the loss: half of the half point. ("The weights of the last layer" is
#    right where the answer says that they only see constant inputs.)
# 2. No. It answers all pictures alike, so there is nothing that could generalise. The test labels are simply easier
#    for a constant answer: the digit 1 has 19.59 % of them (18.92 % in training), their entropy is 2.2226 (2.2364),
#    and the training shares pay 2.2240 on them. Full point for one of these comparisons with the reason; half a point
#    for "no, it is constant" without numbers. "The test set is smaller", "dropout", "luck": nothing.

# %% [markdown]
# ## 8. Who still says something?
#
# The network says the same to every picture. Is that so? Take six pictures, and look at their scores.

# %% demo=true
scores = raw_model.predict(test_images[:6])
print("scores of six different pictures:")
print(np.round(scores, 3))
print("largest difference between two rows:", np.abs(scores - scores[0]).max())

# %% [markdown]
# Identical rows. Somewhere between the pixels and the scores the picture gets lost. Where? A `Relu` hands on 0 for
# everything below 0. A unit that is below 0 for **all** pictures hands on nothing but zeros, whatever it is shown.
# And its gradient is zero, too: no picture can bring it back. It is **dead**.

# %% exercise="live_units"

# %% demo=true
fresh_model = Network(SIZES, np.random.default_rng(1))
figure, axis = plt.subplots(figsize=(9, 3.8), layout="constrained")
for shift, name, model, colour in (
    (-0.2, "before training", fresh_model, GREY),
    (0.2, "after ten epochs", raw_model, RED),
):
    alive = 100 * np.array(live_units(model, test_images))
    bars = axis.bar(np.arange(4) + shift, alive, 0.38, color=colour, label=name)
    axis.bar_label(bars, [f"{share:.0f} %" for share in alive], padding=2)
axis.set(xticks=range(4), ylabel="live units in %", ylim=(0, 118))
axis.set_xticklabels([f"layer {i + 1}\n{size} units" for i, size in enumerate(SIZES[1:-1])])
axis.set_title(f"Raw pixels: {live_units(raw_model, test_images)[0]:.0%} of the first layer is alive")
axis.legend(loc="upper right", ncols=2)
plt.show()

# %% [markdown]
# There it is. Of the 32 units of the first layer none reacts to any of the 1,000 test pictures. Some units above them
# are still "alive", but they only repeat their own biases: what they get is zeros, for every picture.
#
# ## 9. Who killed them?
#
# Adam moves each weight by about the learning rate, 0.001, whatever the size of the gradient. That sounds careful.
# But look at the gradient of **one unit** $h$ of the first layer, for one picture. $\delta_h$ is the gradient by what the
# unit says before its bend:
#
# $$\frac{\partial L}{\partial W_{dh}} = x_d \cdot \delta_h$$
#
# All pixels $x_d$ are 0 or more. So all 3,072 weights of the unit are pushed in the **same direction**, all down or all
# up: the sign of $\delta_h$ decides. One step changes what the unit says before its bend by about
#
# $$\sum_d 0.001 \cdot x_d \approx 0.001 \cdot 3072 \cdot 115 \approx 353.$$
#
# And how far from 0 was it? At the beginning such a number has a spread of about 160. Two unlucky steps, and it is
# below 0 for every picture.
#
# The next cell watches the first eight steps. Each column of dots is one unit: the numbers before its bend, for 200
# pictures.


# %% demo=true
def watch(prepare, steps, seed=1):
    """What the first layer says before its bend, after 0, 1, 2, ... steps: (steps + 1, 200, 32)."""
    rng = np.random.default_rng(seed)
    model, optimizer, loss_object = Network(SIZES, rng), Adam(), SoftmaxWithLoss()
    flatten, affine, *_ = model.layers
    seen = []
    for _ in range(steps + 1):
        seen.append(affine.forward(flatten.forward(prepare(test_images[:200]))))
        batch = rng.integers(len(images), size=32)
        train_step(
            model, prepare(images[batch]), labels[batch], loss_object, optimizer, Mean(), SparseCategoricalAccuracy()
        )
    return np.array(seen)


def draw_units(axis, numbers, title):
    alive = (numbers > 0).any(axis=0)
    places = np.broadcast_to(np.arange(numbers.shape[1]), numbers.shape)
    for colour, chosen in (BLUE, alive), (RED, ~alive):
        axis.plot(places[:, chosen].ravel(), numbers[:, chosen].ravel(), ".", markersize=3, color=colour)
    axis.axhline(0, color="black", linewidth=1)
    axis.set(title=f"{title}: {alive.mean():.0%} alive", xlabel="unit")


raw_seen = watch(as_they_are, 8)
figure, axes = plt.subplots(1, 4, figsize=(14, 3.8), layout="constrained", sharey=True)
for axis, step in zip(axes, [0, 1, 3, 8], strict=True):
    draw_units(axis, raw_seen[step], f"step {step}")
axes[0].set_ylabel("before the bend")
figure.suptitle("Raw pixels: units slide below zero (red: for all pictures), and stay there", fontsize=14)
plt.show()

# %% [markdown]
# Nobody divides by zero here, nothing overflows, no gradient explodes. The inputs are just all on one side of 0, and
# large. So the mend has two parts: move the middle of the pixels to 0, so that the pushes of 3,072 weights cancel,
# and make them small.
#
# ## 10. The mend
#
# Two numbers do it, the mean and the standard deviation of the training pixels, rounded. This is called
# **standardising**. (In the files of this lesson they are nearly the same as in SVHN.)

# %%
MEAN, SPREAD = 115, 50

# %% [markdown]
# Why not measure the two numbers anew in every array? Because then a picture would mean something else in each
# company: alone, in a batch, in the test set. A night picture beside other night pictures would become as bright as
# day. And if the mean of the **test** pictures is used on them, the network is told something about the test set that
# it would never know of a single new picture. Measure once, on the training data; keep the numbers as a part of the
# network.

# %% exercise="standardise"

# %% demo=true
figure, axes = plt.subplots(1, 2, figsize=(12, 3.4), layout="constrained")
for axis, numbers, title in (axes[0], images, "pixels as they are"), (axes[1], standardise(images), "standardised"):
    values, counts = np.unique(numbers, return_counts=True)
    axis.fill_between(values.astype(float), counts, step="mid", color=BLUE)
    axis.axvline(0, color="black", linewidth=1)
    axis.axvline(numbers.mean(), color=RED, linewidth=2, label=f"mean {numbers.mean():.2f}")
    axis.set(title=f"{title}: standard deviation {numbers.std():.2f}", xlabel="value", yticks=[], ylabel="how often")
    axis.legend()
plt.show()

# %% [markdown]
# The same eight steps, and nothing else has changed: the network, the seed, Adam, the batches.

# %% demo=true
seen = watch(standardise, 8)
figure, axes = plt.subplots(1, 4, figsize=(14, 3.8), layout="constrained", sharey=True)
for axis, step in zip(axes, [0, 1, 3, 8], strict=True):
    draw_units(axis, seen[step], f"step {step}")
axes[0].set_ylabel("before the bend")
figure.suptitle("Standardised: every unit keeps pictures on both sides of zero", fontsize=14)
plt.show()

# %% [markdown]
# And now the run. Beside it stands half a mend: pixels divided by 255. They are small then, but still all on one side
# of 0. Such a network may come off the ground, but late.


# %% demo=true
def from_0_to_1(images):
    return images / np.float32(255)


data = (images, labels), (test_images, test_labels)
model, history = run(standardise, *data)
half_model, half_history = run(from_0_to_1, *data)
print_history(history)

figure, axes = plt.subplots(1, 3, figsize=(15, 4.2), layout="constrained", width_ratios=[1, 1, 0.9])
draw_lines(axes, test_labels)
runs = (
    ("raw pixels", as_they_are, raw_model, raw_history, RED),
    ("divided by 255", from_0_to_1, half_model, half_history, GREY),
    ("standardised", standardise, model, history, GREEN),
)
for i, (name, prepare, trained, past, colour) in enumerate(runs):
    draw_history(axes, past, colour, name)
    alive = 100 * np.array(live_units(trained, prepare(test_images)))
    axes[2].bar(np.arange(4) + 0.27 * (i - 1), alive, 0.25, color=colour, label=name)
axes[0].set(ylim=(0, 3.8), title="Test loss")
axes[1].set(ylim=(0, 100), title="Test accuracy")
axes[2].set(title="Live units in %", ylim=(0, 108), xticks=range(4), xlabel="layer")
axes[2].set_xticklabels(["1", "2", "3", "4"])
for axis, place in zip(axes[:2], ["upper right", "center right"], strict=True):
    axis.legend(loc=place, fontsize=10)
plt.show()

# %% [markdown]
# One line, and the same network reads house numbers. Here is what it says to pictures that it has never seen; red is
# wrong.

# %% demo=true
answers = model.predict(standardise(test_images)).argmax(axis=1)
figure, axes = plt.subplots(3, 12, figsize=(13, 4.2), layout="constrained")
colours = [RED if answer != label else "black" for answer, label in zip(answers, test_labels, strict=True)]
show_pictures(axes.flat, test_images[:36], answers[:36], colours)
figure.suptitle(f"Unseen pictures: {np.mean(answers == test_labels):.1%} are read right", fontsize=14)
plt.show()

# %% [markdown] question="suspects" points=3
# ### Question: the other suspects
#
# Somebody reads the program of the beginning and finds five things that look wrong:
#
# - **a.** The pictures go into the network as they are, 0 to 255.
# - **b.** The labels are used as label minus 1.
# - **c.** The flattening layer is told that pictures have the shape $28 \times 28$. They have
#   $32 \times 32 \times 3$.
# - **d.** The order is shuffled with a buffer of 1024.
# - **e.** The parameter that says whether this is training is misspelled, `traning`, and nobody ever uses it.
#
# 1. Explain in your own words why **a** keeps the network from learning. Name the three facts that come together: one
#    of the pixels, one of Adam, one of `Relu`.
# 2. What does **b** do to the network's answers, and to its accuracy? What would happen with a file whose labels
#    begin at 0, if the labels are of dtype uint8?
# 3. For **c**, **d** and **e**: what does each of them change in this run, if anything? How could you find out?

# %% [markdown] marking=true
# **1 point for each part.**
#
# 1. All pixels are 0 or more (so all weights of a unit get gradients of one sign); Adam moves each of 3,072 weights
#    by the same small amount in that direction, which adds up to hundreds; a `Relu` below 0 for all pictures has
#    gradient 0 and never returns. All three: 1 point, two: half a point. "The numbers are too large" alone: nothing;
#    large numbers with mean 0 would not push all units the same way.
# 2. Half a point: the classes are renamed, 0 stands for the digit 1, ..., 9 for the digit 0. Accuracy and loss do not
#    change, since network and labels are renamed alike; but whoever reads the answer 9 as a nine is wrong. Half a
#    point: 0 - 1 is 255 in uint8, no class at all: an error when the loss looks for column 255 (or, where labels are
#    made signed, -1: the last class, without an error).
# 3. **c** nothing: flattening takes whatever comes; the stated shape is never compared (a check: print the shape of
#    what comes out, 3,072 and not 784). **d** little, as long as the file is in no order; for a file sorted by class
#    it would be bad (a check: the labels of a few batches; or a real permutation, and the same standstill). **e**
#    nothing, since nothing in this network (no dropout) behaves otherwise in training. All three with a reason: 1
#    point; two: half a point. Whoever changes one thing at a time and runs it again has found the best method of all.

# %% [markdown]
# ## 11. The real thing
#
# The cell below does nothing until you write `True`. Then it downloads the real SVHN (246 MB, once), and trains for
# ten epochs with raw and with standardised pixels. That takes some minutes. `prepare` works batch by batch, so the
# 225 million numbers are never all floats at the same time.

# %% demo=true
REAL_SVHN = False

if REAL_SVHN:
    from autograder.datasets import svhn

    real = [load_svhn(path) for path in svhn()]
    for name, prepare in ("raw pixels", as_they_are), ("standardised", standardise):
        real_model, real_history = run(prepare, *real)
        print(f"{name}: live units {np.round(live_units(real_model, prepare(real[1][0][:1000])), 2)}")
        print_history(real_history)

# %% [markdown]
# ## What stays
#
# Whenever a network does not learn, ask for these numbers, before you change anything:
#
# | number | what it says |
# |---|---|
# | loss before the first step | near $\ln C$? If not: scale of the inputs, or of the weights |
# | `majority_share` | is my accuracy that of an answer that never looks? |
# | `label_entropy` | is my loss that of an answer that never looks? |
# | `live_units` | does the picture come through the layers at all? |
# | loss on one batch, learned by heart | can this network learn anything? |
#
# And look at one picture with its label. "It needs more data", "it needs more layers": that may be so. These numbers
# are cheaper, so they come first.
