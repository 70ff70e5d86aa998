# %% [markdown]
# # Optimizers: ways downhill
#
# `backward` has told every weight its slope: *if I grow a little, the loss grows $g$ times as much*. Now somebody must
# decide how far each weight moves. That is the **optimizer**. It knows nothing of layers and data. It sees two lists:
#
# | | | |
# |---|---|---|
# | `params` | the weights, a list of arrays | it changes them, in place |
# | `grads` | their slopes, a list of arrays of the same shapes | it reads them |
#
# All optimizers of this notebook have one method, `update(params, grads)`, and each call is one step. They differ in
# what they **remember** from one step to the next. In the end you put six of them into one valley.
#
# ## 1. Plain gradient descent
#
# One weight, $w = 3$, with the slope $g = 2$ and the learning rate $\eta = 0.1$. The slope points uphill, so we go the
# other way: $w = 3 - 0.1 \cdot 2 = 2.8$.
#
# Some notes write the update as $w = -\eta\, g$. Try it: $w = -0.1 \cdot 2 = -0.2$. This weight has forgotten where it
# was. What $-\eta\, g$ says is how far to go, and not where to be.

# %% exercise="SGD"

# %% [markdown]
# Here is your optimizer in a narrow valley, the loss $\tfrac{1}{20} x^2 + y^2$. The lines join points of equal loss. Across
# the valley the slope changes 20 times as fast as along it, and one learning rate must do for both.

# %% demo=true
import matplotlib.pyplot as plt

START = np.array([-7.0, 2.0])


def valley(x, y):
    return x**2 / 20 + y**2


def slope_of_valley(point):
    return point * np.array([0.1, 2.0])


def descend(optimizer, slope, start, steps):
    """The places that an optimizer comes through, (steps + 1, size of start)."""
    place, path = start.copy(), [start.copy()]
    for _ in range(steps):
        optimizer.update([place], [slope(place)])
        path.append(place.copy())
    return np.array(path)


def draw_valley(axis, path, title, color="firebrick"):
    x, y = np.meshgrid(np.linspace(-8, 8, 161), np.linspace(-3.2, 3.2, 81))
    axis.contour(x, y, valley(x, y), levels=[0.05, 0.3, 1, 2, 3.5, 5.5, 8], colors="lightgrey", linewidths=1)
    axis.plot(*path.T, "o-", color=color, markersize=4, linewidth=1.5)
    axis.plot(0, 0, "+", color="black", markersize=14, markeredgewidth=2)
    axis.set(title=title, xlabel="x", ylabel="y", xlim=(-8, 8), ylim=(-3.2, 3.2))


figure, axes = plt.subplots(1, 3, figsize=(15, 3.6), layout="constrained", sharey=True)
for axis, rate in zip(axes, (0.1, 0.95, 1.03), strict=True):
    path = descend(SGD(rate), slope_of_valley, START, 30)
    draw_valley(axis, path, f"lr = {rate}: the loss after 30 steps is {valley(*path[-1]):.2f}")
    axis.label_outer()
plt.show()

# %% [markdown]
# Left, the steps are safe and far too short along the valley. In the middle they are as long as they may be: the path
# jumps from wall to wall. Right, each jump lands a little higher than the last one. The steep direction sets the limit,
# and the flat one pays for it.
#
# ## 2. Momentum
#
# A ball does not stop at every step to look for the slope. It has a **velocity**, and the slope only bends it. In the
# zigzag the pushes across the valley cancel each other, and those along the valley add up.
#
# Each step keeps the share $\mu$ of the last velocity. Let the slope be 1 all the time, with $\eta = 1$ and $\mu = 0.9$.
# The weight has moved by this much, against the slope, after one step, two, three and four:
#
# | | 1 | 2 | 3 | 4 |
# |---|---|---|---|---|
# | without memory | 1 | 2 | 3 | 4 |
# | with momentum | 1 | 2.9 | 5.61 | 9.05 |
#
# The velocity grows from 1 over 1.9 and 2.71 towards $\eta / (1 - \mu) = 10$.

# %% exercise="Momentum"

# %% [markdown]
# A loss with two valleys, and a start on the right. The lower one is on the left. Where the ground is level, plain
# gradient descent stops, whatever kind of place it is. A ball may have enough speed left for the ridge.


# %% demo=true
def hills(x):
    return (x**2 - 4) ** 2 / 16 + 0.35 * x


def slope_of_hills(x):
    return x * (x**2 - 4) / 4 + 0.35


runs = {
    "without memory": (SGD(0.05), "grey"),
    "momentum 0.5": (Momentum(0.05, 0.5), "steelblue"),
    "momentum 0.9": (Momentum(0.05, 0.9), "firebrick"),
}
line = np.linspace(-3.3, 3.7, 300)
figure, axes = plt.subplots(1, 2, figsize=(14, 4.6), layout="constrained", width_ratios=[1.3, 1])
axes[0].plot(line, hills(line), color="black", linewidth=1.5)
for number, (name, (optimizer, color)) in enumerate(runs.items()):
    path = descend(optimizer, slope_of_hills, np.array([3.5]), 80)[:, 0]
    above = 0.5 * (number + 1)
    axes[0].plot(
        path, hills(path) + above, "o-", color=color, markersize=4, linewidth=1, label=f"{name} (raised by {above})"
    )
    axes[1].plot(
        hills(path), color=color, linewidth=2.5, label=f"{name}: ends at {path[-1]:.2f}, loss {hills(path[-1]):.2f}"
    )
axes[0].set(title="Where they come through", xlabel="weight", ylabel="loss")
axes[1].set(title="The loss along the way", xlabel="step", ylabel="loss")
for axis in axes:
    axis.grid(alpha=0.3)
    axis.legend(fontsize=11)
plt.show()

# %% [markdown]
# The red ball has crossed the ridge. It is a good chance, and no promise: a ball can also roll out of the better valley.
# Look at the right picture, at the price: on the way over the ridge the loss **rises** for a while.
#
# ## 3. Nesterov
#
# If we know that the velocity will carry us on anyway, why not look at the slope *there*? This brakes a little earlier
# before every wall.

# %% exercise="Nesterov"

# %% [markdown]
# A well-known example of this method sets the momentum to 0.1 and stops when the loss is below 0.01. The text beside
# it recommends 0.9. Let us count the steps that each needs in the valley, with one learning rate for all. The optimizer
# is made **once**, before the loop: whoever makes a new one for each step has a velocity that is always 0.


# %% demo=true
def steps_needed(optimizer, limit=0.01, most=2000):
    place = START.copy()
    for step in range(most):
        if valley(*place) < limit:
            return step
        optimizer.update([place], [slope_of_valley(place)])
    return most


momenta = [0.0, 0.1, 0.5, 0.8, 0.9, 0.95, 0.98]
kinds = {"Momentum": (Momentum, "steelblue"), "Nesterov": (Nesterov, "firebrick")}
figure, axes = plt.subplots(1, 2, figsize=(14, 4.2), layout="constrained")
for shift, (name, (kind, color)) in zip((-0.2, 0.2), kinds.items(), strict=True):
    counts = [steps_needed(kind(0.1, momentum)) for momentum in momenta]
    bars = axes[0].bar(np.arange(len(momenta)) + shift, counts, 0.4, color=color, label=name)
    axes[0].bar_label(bars, fontsize=10)
    path = descend(kind(0.1, 0.9), slope_of_valley, START, 60)
    axes[1].plot(path[:, 1], "o-", color=color, markersize=4, label=f"{name}, momentum 0.9")
axes[0].set(title="Steps until the loss is below 0.01", xlabel="momentum", ylabel="steps", ylim=(0, 310))
axes[0].set_xticks(range(len(momenta)), momenta)
axes[1].set(title="Across the valley: looking ahead calms the swing", xlabel="step", ylabel="y")
for axis in axes:
    axis.grid(alpha=0.3)
    axis.legend(fontsize=11)
plt.show()

# %% [markdown]
# A momentum of 0.1 saves one step in ten, one of 0.9 saves nine in ten. With 0.98 the ball of `Momentum` shoots past the
# lowest point and comes back, again and again. In the right picture you see what looking ahead is good for: not for
# speed, but for less swing. (That `Nesterov` needs 16 steps with 0.98 is luck: it passes the lowest point at the right
# moment, and does not stay there.)
#
# ## 4. Another kind of memory: the size
#
# Momentum remembers a **direction**, the updates so far. The next two remember a **size**: how large the slopes of each
# weight have been. They divide by it, so that a weight on a steep wall takes short steps, and one on a flat floor long
# ones. There is no ball in them and no velocity, although some lists call them "methods with momentum".
#
# An example for `AdaGrad` with $\eta = 1$, and the slope 3 in each step. The sum of squares $h$ is 9, 18, 27, and the steps are
# $3/\sqrt{9} = 1$, $\;3/\sqrt{18} \approx 0.71$, $\;3/\sqrt{27} \approx 0.58$. With the slope 0.003 they are the same.

# %% exercise="AdaGrad"

# %% exercise="RMSProp"

# %% [markdown]
# What the two kinds of memory do to the length of the steps. The slope is 1 for 100 steps, and 0.1 from then on.

# %% demo=true
slopes = np.where(np.arange(200) < 100, 1.0, 0.1)
figure, axes = plt.subplots(1, 2, figsize=(14, 4), layout="constrained", width_ratios=[1, 1.5])
axes[0].plot(slopes, color="black", linewidth=2)
axes[0].set(title="The slopes that one weight meets", xlabel="step", ylabel="slope", ylim=(0, 1.1))
memories = {
    "SGD(1)": (SGD(1.0), "grey"),
    "AdaGrad(1)": (AdaGrad(1.0), "steelblue"),
    "RMSProp(0.2, 0.9)": (RMSProp(0.2, 0.9), "firebrick"),
}
for name, (optimizer, color) in memories.items():
    weight, lengths = np.zeros(1), []
    for slope in slopes:
        before = weight.copy()
        optimizer.update([weight], [np.array([slope])])
        lengths.append(np.abs(weight - before)[0])
    axes[1].plot(lengths, color=color, linewidth=2.5, label=name)
axes[1].set(title="How long its steps are", xlabel="step", ylabel="length of the step", ylim=(0, 1.1))
for axis in axes:
    axis.grid(alpha=0.3)
axes[1].legend(fontsize=12)
plt.show()

# %% [markdown]
# `AdaGrad` never forgets the steep hundred, so its steps on the flat floor are tiny. `RMSProp` has forgotten them after a
# while: on the flat floor its steps are soon as long as before. Its first step is the longest of all: $h$ begins at 0,
# after one slope it is only a share of $g^2$, and the division by its root makes the step too long. Keep this flaw in
# mind: the next optimizer mends it.
#
# ## 5. Adam
#
# Put both memories together, the direction $m$ and the size $v$, and mend the beginning: the mended ones are written
# $\hat m$ and $\hat v$. That is all. With the slope 1 in every step $\hat m$ is 1 and $\hat v$ is 1, from the first step on,
# so each step has the length $\eta$.

# %% exercise="Adam"

# %% [markdown]
# ## 6. Six ways into one valley
#
# Thirty steps of each of your optimizers, with a learning rate that suits it.

# %% demo=true
travellers = {
    "SGD(0.95)": SGD(0.95),
    "Momentum(0.1, 0.9)": Momentum(0.1, 0.9),
    "Nesterov(0.1, 0.9)": Nesterov(0.1, 0.9),
    "AdaGrad(1.5)": AdaGrad(1.5),
    "RMSProp(0.3, 0.9)": RMSProp(0.3, 0.9),
    "Adam(0.3, 0.9, 0.999)": Adam(0.3, 0.9, 0.999),
}
colors = ["grey", "steelblue", "navy", "seagreen", "darkorange", "firebrick"]
paths = {name: descend(optimizer, slope_of_valley, START, 30) for name, optimizer in travellers.items()}
figure, axes = plt.subplots(2, 3, figsize=(15, 6.4), layout="constrained", sharex=True, sharey=True)
for axis, color, (name, path) in zip(axes.flat, colors, paths.items(), strict=True):
    draw_valley(axis, path, f"{name}: loss {valley(*path[-1]):.4f}", color)
    axis.label_outer()
plt.show()

# %% demo=true
figure, axis = plt.subplots(figsize=(10, 4.2), layout="constrained")
for color, (name, path) in zip(colors, paths.items(), strict=True):
    axis.semilogy(valley(*path.T), color=color, linewidth=2.5, label=name)
axis.set(title="The loss on the way", xlabel="step", ylabel="loss")
axis.grid(alpha=0.3)
axis.legend(fontsize=11, loc="upper left", bbox_to_anchor=(1.01, 1))
plt.show()

# %% [markdown]
# The first three follow the slope, so they run down the wall first, whatever lies beyond. The lower three measure both
# directions by their own size: at the start they go **diagonally**, as if the valley were round.
#
# No order of merit follows from one valley. The learning rates were picked for the picture, and each of the six can be
# made to look bad. (In Keras the same classes stand in `keras.optimizers`, and the learning rate is called
# `learning_rate`. The short form `lr`, still seen in many notes, raises an error there.)
#
# ## 7. How many samples for one step?
#
# So far somebody has handed us the slope. In training it is a mean over samples, and we choose over how many:
#
# | | samples a step | one step is |
# |---|---|---|
# | batch gradient descent | all $N$ | exact, and expensive |
# | mini-batch | some, 32 say | nearly right, and cheap |
# | single sample | 1 | a rough guess, and cheapest |
#
# The name SGD, *stochastic gradient descent*, first meant the last line. Today most people mean the middle one.
# *Stochastic* says that the samples are drawn at random. That they are is your work now.

# %% exercise="minibatches"

# %% [markdown]
# A straight line through 200 points: two weights, slope and intercept, and a loss that we can draw. Each of the three
# looks at 800 samples, four epochs. Plain `SGD` with one learning rate; only `batch_size` differs.

# %% demo=true
rng = np.random.default_rng(1)
inputs = rng.normal(size=200)
outputs = 2 * inputs + 1 + rng.normal(scale=0.8, size=200)


def line_loss(slope, intercept):
    return np.mean((slope * inputs + intercept - outputs) ** 2)


def walk(batch_size, epochs=4, rate=0.06):
    """The places (slope, intercept) after every step, and the loss of all samples there."""
    weights, rng, optimizer = np.array([-1.0, -1.5]), np.random.default_rng(2), SGD(rate)
    places = [weights.copy()]
    for _ in range(epochs):
        for x, y in minibatches(inputs, outputs, batch_size, rng):
            difference = weights[0] * x + weights[1] - y
            optimizer.update([weights], [np.array([np.mean(2 * difference * x), np.mean(2 * difference)])])
            places.append(weights.copy())
    return np.array(places), [line_loss(*place) for place in places]


slopes, intercepts = np.meshgrid(np.linspace(-1.6, 3.4, 60), np.linspace(-2, 2.4, 60))
heights = np.vectorize(line_loss)(slopes, intercepts)
figure, axes = plt.subplots(1, 4, figsize=(17, 4.3), layout="constrained", width_ratios=[1, 1, 1, 1.25])
for axis, size, color in zip(axes[:3], (200, 20, 1), ("steelblue", "seagreen", "firebrick"), strict=True):
    places, losses = walk(size)
    axis.contour(slopes, intercepts, heights, levels=12, colors="lightgrey", linewidths=1)
    axis.plot(*places.T, "o-", color=color, markersize=3, linewidth=1)
    axis.set(title=f"batch_size {size}: {len(places) - 1} steps", xlabel="slope of the line", ylabel="intercept")
    axes[3].semilogy(np.arange(len(losses)) * size, losses, color=color, linewidth=2, label=f"batch_size {size}")
    axis.label_outer()
axes[3].axhline(line_loss(*np.polyfit(inputs, outputs, 1)), color="black", linestyle=":", label="best line")
axes[3].set(title="The loss of all samples", xlabel="samples looked at", ylabel="loss")
axes[3].legend(fontsize=11)
plt.show()

# %% [markdown]
# Step by step, the full batch is the best: straight down, no detour. But look at the price of a step. With the 200
# samples that the full batch needs for **one** of them, the mini-batches have made ten, and most of the way. The single
# samples are quicker still, and never come to rest: each one pulls towards a line of its own. A smaller learning rate
# would calm them down.
#
# ## 8. What is at the end of a descent?
#
# Two claims that stand in lecture notes, in our words:
#
# (a) Gradient descent looks for every place where the slope is 0, and keeps the lowest of them.
#
# (b) A network has 1000 parameters, and its training has ended in a local minimum. The chance that no other point is
# lower is $2^{-1000}$.

# %% [markdown] question="critical_points" points=2
# ### Question: two claims
#
# 1. What does gradient descent really do, and what does it know of other points where the slope is 0? Correct (a).
# 2. The number $2^{-1000}$ comes from this argument: at a point where the gradient is 0, toss a coin for each of 1000
#    directions: does the loss curve up, or down? Of what event is $2^{-1000}$ the probability, then? Correct (b), and say
#    what the argument tells us about the places where the gradient of a large network is 0.

# %% [markdown] marking=true
# **1 point for each part.**
#
# 1. It walks downhill from where it starts, step by step, and knows the slope at its own place only (half a point). It
#    searches for nothing and compares nothing: it ends near one point with a small slope, which one depends on the start,
#    the learning rate and the batches, and that need not be the lowest (half a point). "It finds a local minimum" without
#    "it knows no others" is half a point. Nobody needs to mention saddle points here.
# 2. It is the probability that a point where the gradient is 0 curves up in *all* directions, so that it is a minimum at
#    all (half a point). It says nothing about whether a minimum is the lowest one. So nearly all of these points are
#    saddles, with a way down left in some direction, and bad local minima are rare (half a point). The coin is a rough
#    picture, since the directions are not independent; whoever says so has understood it, but it is not asked for.
#    Common wrong answer: "so we never find the global minimum"; no point for that alone.

# %% [markdown] question="memories" points=2
# ### Question: what do they remember?
#
# 1. Sort your six optimizers: which remember nothing, which remember a direction, which a size, which both? A list of
#    "methods that use momentum" says: SGD, AdaGrad, RMSProp. Which of the three belong there?
# 2. A friend believes that momentum remembers earlier *weights*. Say in one sentence what it remembers instead, and
#    describe an experiment with one weight that shows the difference.

# %% [markdown] marking=true
# **1 point for each part.**
#
# 1. Nothing: SGD. Direction: Momentum, Nesterov. Size: AdaGrad, RMSProp. Both: Adam (three quarters; a quarter less for
#    each one in the wrong place, not below 0). None of the three belongs there as it stands (a quarter); "SGD, if momentum
#    is switched on, as in Keras" is right, too. Wrong: "RMSProp has a fading mean, so it has momentum": the mean is one of
#    squares, it has no sign and so no direction.
# 2. It remembers the previous *updates*: the velocity is a fading sum of steps (half a point). An experiment, for example:
#    let the slope be 0 after some steps; the weight goes on in the old direction, wherever it is. Or: two runs whose
#    weights are shifted by 100, with the same slopes, take the same steps (half a point). An experiment that would come out
#    the same for both claims earns nothing.

# %% [markdown]
# ## Where this leads
#
# You have the layers from 04 and the optimizers from here. In the next notebook a loop brings them together: an epoch of
# mini-batches, forward, backward, update, and again, until a spiral comes apart.
