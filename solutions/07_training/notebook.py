# %% [markdown]
# # Training: the spiral
#
# Everything is there by now: layers that go forward and back (04), optimizers that walk downhill (06). One piece
# is missing, the loop that brings them together, thousands of times.
#
# It is ten lines long. It is also where good networks are lost quietly: a loop with a mistake in it often still
# learns, only worse. So you will build it, and learn how to look at it. Here is the way:
#
# 1. data that no straight line can separate;
# 2. a network made of layers, and a measure of how good it is;
# 3. the loop;
# 4. pictures of what it does, and of what goes wrong;
# 5. at the end, the same with nothing but your own work.
#
# The layers and the optimizer of the first parts are given. If yours of 04 and 06 had a mistake in it, it has cost you
# enough by now.

# %% [markdown]
# ## 1. The data
#
# Three arms, wound around each other. Each sample is a point of the plane, each arm is a class:
#
# $$x: (300, 2) \qquad t: (300, 3), \text{ one-hot}$$
#
# No straight line separates the arms, so a linear classifier is lost here. Notice the order of the rows: first the
# 100 points of class 0, then those of class 1, then those of class 2.
#
# A point is easier to place by its radius $r$ and its angle $\theta$ than by its coordinates. At the radius 0.5, and
# without noise, the angle of arm 0 is $4 \cdot 0.5 = 2$, that of arm 1 is $4 \cdot 1.5 = 6$. The first of the two
# points lies at $(0.5 \sin 2,\ 0.5 \cos 2) = (0.45, -0.21)$.

# %% exercise="make_spiral"

# %% demo=true
import matplotlib.pyplot as plt

MARKERS, COLOURS, SHADES = "o^s", ["#0b5fa5", "#d1495b", "#2f7d32"], ["#cfe2f3", "#f8d7da", "#d5ead6"]


def draw_points(axis, x, t, size=30):
    for label, (marker, colour) in enumerate(zip(MARKERS, COLOURS, strict=True)):
        own = x[t[:, label] == 1]
        axis.scatter(
            *own.T, s=size, marker=marker, color=colour, edgecolor="white", linewidth=0.4, label=f"class {label}"
        )
    axis.set(xlabel="$x_0$", ylabel="$x_1$", aspect="equal", xlim=(-1.2, 1.2), ylim=(-1.2, 1.2))


x, t = make_spiral(100, 3, np.random.default_rng(1))
figure, axis = plt.subplots(figsize=(5.5, 5.5), layout="constrained")
draw_points(axis, x, t)
axis.set_title(f"The spiral: x {x.shape}, t {t.shape}")
axis.legend(loc="upper right")
plt.show()

# %% [markdown]
# ## 2. The network
#
# Two fully connected layers with a sigmoid between them, and the softmax with its loss at the end:
#
# $$(300, 2) \;\xrightarrow{\ W_1\,(2, 10)\ }\; (300, 10) \;\xrightarrow{\ W_2\,(10, 3)\ }\; (300, 3)$$
#
# Here are the pieces. They live in `kit`, and are called with its name: `kit.Affine(W, b)`, `kit.Sigmoid()`,
# `kit.SoftmaxWithLoss()`, `kit.SGD(lr)`.


# %%
class kit:
    """Layers and an optimizer that are known to be right."""

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

    class Sigmoid:
        """The layer 1 / (1 + exp(-x)), in a form that never overflows."""

        def __init__(self):
            self.params, self.grads = [], []

        def forward(self, x):
            self.y = (1 + np.tanh(x / 2)) / 2
            return self.y

        def backward(self, dout):
            return dout * self.y * (1 - self.y)

    class SoftmaxWithLoss:
        """The mean cross-entropy of softmax(scores), for one-hot t."""

        def forward(self, scores, t):
            shifted = scores - scores.max(axis=1, keepdims=True)
            log_y = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
            self.y, self.t = np.exp(log_y), t
            return -np.mean(np.sum(t * log_y, axis=1))

        def backward(self, dout=1):
            return dout * (self.y - self.t) / len(self.t)

    class SGD:
        """The optimizer that takes lr times the gradient off each parameter, in place."""

        def __init__(self, lr=0.01):
            self.lr = lr

        def update(self, params, grads):
            for param, grad in zip(params, grads, strict=True):
                param -= self.lr * grad


# %% [markdown]
# A network is a list of layers. Going forward, each layer gets what the one before it returned. Going back, each gets
# what the one *behind* it returned. That is nearly all there is to write. The rest is bookkeeping: an optimizer
# wants one flat list of arrays, and does not care to which layer an array belongs.

# %% exercise="TwoLayerNet"

# %% [markdown]
# The loss is what the training makes small. What we *want* is something else: right answers. So it is measured apart,
# and best on points that the network has never seen.

# %% exercise="accuracy"

# %% [markdown]
# What does a network know that has seen nothing? It gives each of three classes a third, and pays
#
# $$-\ln \tfrac13 = \ln 3 \approx 1.0986$$
#
# for each sample. Remember this number. A first loss far from it is a mistake that you can find before you train;
# a loss that **stays** there says that no weight has moved.

# %% demo=true
untrained = TwoLayerNet(2, 10, 3, np.random.default_rng(2))
print(f"loss {untrained.forward(x, t):.4f}, ln 3 = {np.log(3):.4f}, accuracy {accuracy(untrained, x, t):.3f}")

# %% [markdown]
# ## 3. The loop
#
# Learning is four steps, over and over:
#
# 1. take a batch of samples and their targets;
# 2. go **forward**: scores, and a loss;
# 3. go **back**: the *gradient*, which holds the derivative of the loss by each weight, so it points to where the loss
#    rises fastest;
# 4. **step** a little the other way.
#
# A gradient of all 300 samples would be exact, and one step would cost a walk through all of them. A gradient of 30
# samples is a bit wrong, in another direction every time, and there are ten steps for the same price. For this the
# batch must be a fair sample of the whole. That is why the order is drawn anew in each epoch.
#
# So that your loop is judged by itself, its checks train this network. It is the same as yours, but written without
# layers, all formulas in one place. Read it once: this is what layers have spared you, and for three layers you
# would have to begin again.


# %%
class PlainNet:
    """Affine, sigmoid, affine, softmax with loss; without layers."""

    def __init__(self, input_size, hidden_size, output_size, rng):
        first, second = (input_size, hidden_size), (hidden_size, output_size)
        self.params = [0.01 * rng.normal(size=first), np.zeros(hidden_size)]
        self.params += [0.01 * rng.normal(size=second), np.zeros(output_size)]
        self.grads = [np.zeros_like(param) for param in self.params]

    def predict(self, x):
        W1, b1, W2, b2 = self.params
        self.x = x
        self.h = (1 + np.tanh((x @ W1 + b1) / 2)) / 2
        return self.h @ W2 + b2

    def forward(self, x, t):
        scores = self.predict(x)
        powers = np.exp(scores - scores.max())
        self.y, self.t = powers / powers.sum(axis=1, keepdims=True), t
        return -np.sum(t * np.log(self.y + 1e-300)) / len(x)

    def backward(self, dout=1):
        dW1, db1, dW2, db2 = self.grads
        ds = dout * (self.y - self.t) / len(self.t)
        da = ds @ self.params[2].T * self.h * (1 - self.h)
        dW2[...], db2[...] = self.h.T @ ds, ds.sum(axis=0)
        dW1[...], db1[...] = self.x.T @ da, da.sum(axis=0)


# %% exercise="train"

# %% [markdown]
# ## 4. What have I just built?
#
# Your spiral, your network, your loop: 300 epochs of ten steps each, in a blink. Look at the loss **as a curve**. Its
# last number alone would hide the two waits: first at ln 3, where all hidden units still do the same, then on a shelf
# near 0.75, before the boundaries begin to bend.

# %% demo=true
x_unseen, t_unseen = make_spiral(100, 3, np.random.default_rng(100))
model = TwoLayerNet(2, 10, 3, np.random.default_rng(2))
losses = train(model, kit.SGD(lr=1.0), x, t, 300, 30, np.random.default_rng(3))

figure, axis = plt.subplots(figsize=(8, 4), layout="constrained")
axis.plot(np.arange(1, 301), losses, color=COLOURS[0], label="mean loss of the epoch")
axis.axhline(np.log(3), color="grey", linestyle="--", label="ln 3: knows nothing")
axis.set(
    xlabel="epoch", ylabel="loss", ylim=(0, None), title=f"The loss falls from {losses[0]:.2f} to {losses[-1]:.2f}"
)
axis.legend()
plt.show()

# %% [markdown]
# How the mean is taken decides what the curve says. The number of an epoch should speak of **that epoch only**: sum up,
# divide, and *reset*. Below, the loss of every batch of one training is written down, and three loggers look at it.
#
# - The first resets its sum in each epoch, as your `train` does.
# - The second never does. Its mean still carries the first epochs with it, so it lags behind: when the network has
#   learned the spiral, this curve has not heard of it.
# - The third writes a line whenever `(i + 1) % 10 == 0`, where `i` counts the batches of the epoch. With batches of 30
#   it writes one line an epoch. With batches of 35 there are nine batches, and it **never** writes anything.


# %% demo=true
def batch_losses(batch_size):
    """Train once; the losses of all batches, one row for each epoch."""
    model, seen = PlainNet(2, 10, 3, np.random.default_rng(2)), []
    forward = model.forward
    model.forward = lambda x, t: seen.append(forward(x, t)) or seen[-1]
    train(model, kit.SGD(lr=1.0), x, t, 300, batch_size, np.random.default_rng(3))
    return np.reshape(seen, (300, -1))


table = batch_losses(30)
figure, axis = plt.subplots(figsize=(8, 4), layout="constrained")
axis.plot(np.arange(1, 3001) / 10, table.ravel(), color="lightgrey", linewidth=0.7, label="every batch")
axis.plot(np.arange(1, 301), table.mean(axis=1), color=COLOURS[0], label="reset in each epoch")
axis.plot(
    np.arange(1, 301),
    table.cumsum().reshape(300, 10)[:, -1] / np.arange(10, 3001, 10),
    color=COLOURS[1],
    label="never reset",
)
axis.set(xlabel="epoch", ylabel="loss", ylim=(0, 1.3), title="One training, two ways to average")
axis.legend()
plt.show()
for batch_size in (30, 35):
    batches = batch_losses(batch_size).shape[1]
    lines = sum((i + 1) % 10 == 0 for i in range(batches))
    dropped = len(x) % batch_size
    print(
        f"batches of {batch_size}: {batches} in an epoch, {lines} lines written; a loop of full batches only skips {dropped} samples"
    )

# %% [markdown]
# The network gives an answer for every point of the plane, not only for those of the spiral. Colour each point by its
# answer, and you see the **decision regions**. On the right are points that the network has never seen.


# %% demo=true
def draw_regions(axis, model, steps=150):
    line = np.linspace(-1.2, 1.2, steps)
    grid = np.stack(np.meshgrid(line, line), axis=-1)
    answers = model.predict(grid.reshape(-1, 2)).argmax(axis=1).reshape(steps, steps)
    axis.contourf(line, line, answers, levels=[-0.5, 0.5, 1.5, 2.5], colors=SHADES)


figure, axes = plt.subplots(1, 2, figsize=(11, 5.6), layout="constrained")
for axis, name, points, labels in (axes[0], "seen", x, t), (axes[1], "unseen", x_unseen, t_unseen):
    draw_regions(axis, model)
    draw_points(axis, points, labels)
    axis.set_title(f"{name} points: {accuracy(model, points, labels):.1%} right")
axes[0].legend(loc="upper right")
plt.show()

# %% [markdown]
# ## 5. Watch it learn
#
# `train` can be called again on the same network: it goes on where it stopped. So we stop at a few epochs and take
# a picture.

# %% demo=true
model, optimizer, rng = TwoLayerNet(2, 10, 3, np.random.default_rng(2)), kit.SGD(lr=1.0), np.random.default_rng(3)
figure, axes = plt.subplots(1, 5, figsize=(15, 3.7), sharey=True, layout="constrained")
done = 0
for axis, stop in zip(axes, [1, 60, 100, 150, 300], strict=True):
    train(model, optimizer, x, t, stop - done, 30, rng)
    done = stop
    draw_regions(axis, model)
    draw_points(axis, x, t, size=16)
    axis.set_title(f"epoch {stop}: {accuracy(model, x, t):.0%}")
    axis.label_outer()
figure.suptitle("Straight cuts first, then they bend into the arms", fontsize=14)
plt.show()

# %% [markdown]
# The same as a moving picture: run the cell and look on.

# %% demo=true
from IPython.display import display

model, optimizer, rng = TwoLayerNet(2, 10, 3, np.random.default_rng(2)), kit.SGD(lr=1.0), np.random.default_rng(3)
figure, axis = plt.subplots(figsize=(5.5, 5.5), layout="constrained")
picture = display(figure, display_id=True)
for epoch in range(25, 301, 25):
    loss = train(model, optimizer, x, t, 25, 30, rng)[-1]
    axis.clear()
    draw_regions(axis, model, steps=60)
    draw_points(axis, x, t)
    axis.set_title(f"epoch {epoch}, loss {loss:.2f}")
    picture.update(figure)
plt.close(figure)

# %% [markdown]
# ## 6. What if nobody shuffles?
#
# The rows are sorted by class. Without shuffling, a batch holds one class, or two where they meet. To see what comes
# of it, hand the blocks of 30 rows to your `train` one by one, in the order of the rows: each call is a single step.

# %% demo=true
sorted_model, shuffled_model = (TwoLayerNet(2, 10, 3, np.random.default_rng(2)) for _ in range(2))
optimizer, rng = kit.SGD(lr=1.0), np.random.default_rng(3)
blocks = [slice(start, start + 30) for start in range(0, len(x), 30)]
curves = {
    "shuffled": train(shuffled_model, optimizer, x, t, 300, 30, rng),
    "sorted": [
        np.mean([train(sorted_model, optimizer, x[b], t[b], 1, 30, rng)[0] for b in blocks]) for _ in range(300)
    ],
}

figure, axes = plt.subplots(1, 3, figsize=(15, 4.8), layout="constrained", width_ratios=[1.3, 1, 1])
for colour, (name, curve) in zip(COLOURS, curves.items(), strict=False):
    axes[0].plot(np.arange(1, 301), curve, color=colour, label=f"{name}: first {curve[0]:.2f}, last {curve[-1]:.2f}")
axes[0].axhline(np.log(3), color="grey", linestyle="--", label="ln 3")
axes[0].set(xlabel="epoch", ylabel="mean loss of the epoch", ylim=(0, None), title="Sorted batches begin lower")
axes[0].legend()
for axis, name, trained in (axes[1], "shuffled", shuffled_model), (axes[2], "sorted", sorted_model):
    draw_regions(axis, trained)
    draw_points(axis, x_unseen, t_unseen)
    axis.set_title(f"{name}: {accuracy(trained, x_unseen, t_unseen):.1%} of unseen points")
plt.show()

# %% [markdown]
# That was one spiral. Over 20 of them, 72 % of the unseen points are right without shuffling, and 97 % with it.

# %% [markdown] question="sorted_batches" points=2
# ### Question: a better start, a worse end
#
# Look at the two curves of the last picture.
#
# 1. After the first epoch, the sorted run reports a **lower** loss than the shuffled one, and lower than $\ln 3$. Why
#    is it lower, although this network knows less?
# 2. Why does the same run end with the **worse** boundaries?

# %% [markdown] marking=true
# **1 point** for the low start: the loss of a batch is measured on the way, and neighbouring batches hold the same
# class. A few steps teach the network to answer "class 0" everywhere; the next batch is class 0 again, and cheap. Each
# change of class costs a lot once, then it is cheap again. The mean of these losses says how well the network follows
# the order of the rows, not how well one network tells three classes apart.
#
# **1 point** for the bad end: the gradient of a batch stands for one class, not for all of them, so steps push towards
# the class of the hour and undo what the batches before have done (forgetting; the network swings with the order, and
# ends each epoch leaning to the last class). Only what survives this cycle is learned, so boundaries bend slowly.
#
# "Sorted batches are not random samples of the data" without a consequence for the loss or the steps: half a point.

# %% [markdown]
# ## 7. A high accuracy does not say that the loop is right
#
# Here is what wrong loops reach on unseen points, on average over 20 spirals:
#
# | the loop | accuracy | loss |
# |---|---|---|
# | as it should be | 97 % | 0.10 |
# | reports the loss of the last batch only | 97 % | 0.10 |
# | draws samples with replacement | 97 % | 0.10 |
# | shuffles once, before the first epoch | 96 % | 0.11 |
# | updates before it goes back | 96 % | 0.11 |
# | starts going back from the loss instead of 1 | 93 % | 0.22 |
# | keeps the batches, shuffles their order | 88 % | 0.30 |
# | does not shuffle | 72 % | 0.52 |
# | updates once an epoch | 56 % | 0.75 |
# | shuffles x without t | 33 % | 1.52 |
#
# The last rows show in any curve. The first mistakes do not: a network forgives a lot. So do not only ask how good
# the result is. Ask what the loop **did**: which samples, in which batches, which calls in which order. This is how
# most of the checks above look at it.
#
# ## 8. Nothing but your own work
#
# The network learns, but the layers and the optimizer were ours. A kit is good for checking one piece at a time. In
# the end you want to know that *your* pieces fit together, and there is only one way to find out.
#
# When something does not learn, do not stare at the accuracy. Climb the ladder from below: is the first loss right? Can
# the network learn twelve points by heart? If it cannot, more data will not help. If it can, look at the learning rate
# and at the first weights.

# %% exercise="own_network"

# %% [markdown]
# Your network on its way, with a loop around `step`. The dashed line is where it started: $\ln 3$.

# %% demo=true
rng = np.random.default_rng(5)
network, labels, curve = own_network(2, 20, 3, rng), t.argmax(axis=1), []
figure, axes = plt.subplots(1, 4, figsize=(15, 4), layout="constrained", width_ratios=[1.4, 1, 1, 1])
for epoch in range(1, 301):
    batches = rng.random(len(x)).argsort().reshape(10, 30)
    curve.append(np.mean([network.step(x[batch], labels[batch]) for batch in batches]))
    if epoch in (5, 40, 300):
        axis = axes[[5, 40, 300].index(epoch) + 1]
        draw_regions(axis, network)
        draw_points(axis, x_unseen, t_unseen, size=16)
        axis.set_title(f"epoch {epoch}: {accuracy(network, x_unseen, t_unseen):.0%} of unseen")
axes[0].plot(np.arange(1, 301), curve, color=COLOURS[0])
axes[0].axhline(np.log(3), color="grey", linestyle="--")
axes[0].set(xlabel="epoch", ylabel="mean loss of the epoch", ylim=(0, None), title=f"All yours: loss {curve[-1]:.2f}")
plt.show()

# %% [markdown]
# ## Where this leads
#
# Nothing in `train` knows of spirals, of two layers, or of plain gradient descent. In the next notebook the points of
# the plane become pictures of handwritten digits, and the loop stays.
