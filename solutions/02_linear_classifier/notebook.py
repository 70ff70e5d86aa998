# %% [markdown]
# # A line between two clouds
#
# Here are points of two kinds. Find the line that keeps them apart, and find it by **learning**: begin with a line that
# is wrong, and mend it a little, forty times.
#
# The machine that does this has three numbers in it. It is the smallest one that has all parts of a neural network:
#
# | part | here | your function |
# |---|---|---|
# | data | points $x$ and their classes $t$ | `make_clouds` |
# | model | a score for each point | `predict` |
# | loss | how bad the scores are | `square_loss` |
# | gradient | which way is down | `square_loss_gradients` |
# | step, loop | a walk downhill | `training_step`, `train` |
# | test | how many are right, and where the border runs | `accuracy`, `decision_line` |
#
# In the notebooks that follow the parts grow. The list stays.

# %% [markdown]
# ## 1. The data
#
# Data for learning come as two arrays. A row of `inputs` is a sample, and the same row of `targets` says what it is. Two
# points of each class could look like this:
#
# | row | `inputs` | `targets` |
# |---|---|---|
# | 0 | $(-0.4,\ 2.1)$ | $(0)$ |
# | 1 | $(0.9,\ 3.6)$ | $(0)$ |
# | 2 | $(3.3,\ 0.2)$ | $(1)$ |
# | 3 | $(1.8,\ -1.5)$ | $(1)$ |
#
# Why is `targets` a column of shape $(4, 1)$, and not simply $(4,)$? The scores will be a column as well. What happens
# when a column meets a flat array is the nastiest surprise of this notebook. You will see it in part 3.

# %% exercise="make_clouds"

# %% [markdown]
# Look at data before you do anything with them. A covariance of 0.5 makes the clouds lean to the right.

# %% demo=true
import matplotlib.pyplot as plt

COLOURS, MARKERS = ["#0b5fa5", "#d1495b"], "o^"


def draw_points(axis, points, classes, size=14):
    """Points of the plane, class 0 as blue circles, class 1 as red triangles."""
    for label in (0, 1):
        own = points[np.ravel(classes) == label]
        axis.scatter(*own.T, s=size, marker=MARKERS[label], color=COLOURS[label], alpha=0.6, linewidth=0)
        axis.scatter([], [], marker=MARKERS[label], color=COLOURS[label], label=f"class {label}")
    axis.set(xlabel="$x_0$", ylabel="$x_1$", xlim=(-4, 7), ylim=(-4, 7), aspect="equal")


inputs, targets = make_clouds(1000, np.random.default_rng(1))
unseen_inputs, unseen_targets = make_clouds(1000, np.random.default_rng(2))

figure, axis = plt.subplots(figsize=(5.5, 5.5), layout="constrained")
draw_points(axis, inputs, targets)
axis.set_title(f"inputs {inputs.shape}, targets {targets.shape}, {inputs.dtype}")
axis.legend(loc="upper right")
plt.show()

# %% [markdown]
# ## 2. The model
#
# Two weights and a bias turn a point into one number, its **score**. With $W = (0.4,\ 0.7)$ and $b = 0$, the centre
# $(0, 3)$ of class 0 gets
#
# $$0 \cdot 0.4 + 3 \cdot 0.7 + 0 = 2.1$$
#
# and the centre $(3, 0)$ of class 1 gets $1.2$. We want scores near 0 for class 0 and near 1 for class 1, so these
# weights are bad. They are simply where we begin.
#
# Books often write $Wx + b$, with a sample as a column. In code, samples are rows, and the weights stand on the right.

# %% exercise="predict"

# %% [markdown]
# The scores of the untrained weights, for every place in the plane. Along a thin line the score does not change. The
# arrow is $W$: it points to where the score grows.

# %% demo=true
start_W, start_b = np.array([[0.4], [0.7]]), np.zeros(1)


def draw_scores(axis, W, b):
    """Colour the plane by the score, with lines of equal score."""
    line = np.linspace(-4, 7, 111)
    grid = np.stack(np.meshgrid(line, line), axis=-1).reshape(-1, 2)
    scores = np.reshape(predict(grid, W, b), (111, 111))
    image = axis.pcolormesh(line, line, scores, cmap="PuOr_r", vmin=-5, vmax=6, alpha=0.55, rasterized=True)
    lines = axis.contour(line, line, scores, levels=range(-8, 10), colors="grey", linewidths=1, linestyles="-")
    axis.clabel(lines, fontsize=9, colors="black")
    return image


figure, axis = plt.subplots(figsize=(6.4, 5.5), layout="constrained")
figure.colorbar(draw_scores(axis, start_W, start_b), ax=axis, label="score", shrink=0.85)
draw_points(axis, inputs[::5], targets[::5])
axis.annotate("", 3 * start_W[:, 0], (0, 0), arrowprops={"arrowstyle": "-|>", "linewidth": 2.5, "color": "black"})
axis.text(1.35, 1.75, "W", fontsize=14, fontweight="bold")
axis.set_title("An untrained score goes the wrong way")
axis.legend(loc="upper right")
plt.show()

# %% [markdown]
# ## 3. The loss
#
# To get better, we must say how bad the scores are, in one number. Targets and scores are subtracted, and the squares
# averaged. For the two centres above, with targets 0 and 1 and scores 2.1 and 1.2, that is
#
# $$L = \frac{(0 - 2.1)^2 + (1 - 1.2)^2}{2} = \frac{4.41 + 0.04}{2} = 2.225$$

# %% exercise="square_loss"

# %% [markdown]
# Now the surprise. Five scores, nearly all right. On the left, targets of shape $(5, 1)$. On the right, the same targets
# with shape $(5,)$: NumPy stretches the column to the right and the flat array downwards, and compares **each** target
# with **each** score. There is no error message. The mean exists, too, only it is a mean over the wrong numbers.

# %% demo=true
scores = np.array([[0.1], [-0.2], [1.1], [0.8], [0.9]])
column = np.array([[0.0], [0.0], [1.0], [1.0], [1.0]])
pictures = {"targets (5, 1)": (scores - column) ** 2, "targets (5,)": (scores - column[:, 0]) ** 2}

figure, axes = plt.subplots(1, 2, figsize=(8, 4.4), width_ratios=[1, 2.2], layout="constrained")
for axis, (name, squares) in zip(axes, pictures.items(), strict=True):
    axis.imshow(squares, cmap="Reds", vmin=0, vmax=2)
    for (i, j), value in np.ndenumerate(squares):
        axis.text(j, i, f"{value:.2f}", ha="center", va="center", fontsize=12)
    axis.set_yticks(range(5), [f"{score:g}" for score in scores[:, 0]])
    axis.set(title=f"{name}:\nmean of {squares.size} numbers = {squares.mean():.3f}", ylabel="score")
axes[0].set_xticks([0], ["its own"])
axes[1].set_xticks(range(5), [f"{target:g}" for target in column[:, 0]])
for axis in axes:
    axis.set_xlabel("target")
figure.suptitle("Squared distances between scores and targets", fontsize=14)
plt.show()
print(f"square_loss of the two columns: {square_loss(column, scores):.3f}")

# %% [markdown]
# When a loss is strange, look at shapes first: `print((targets - predictions).shape)`.
#
# ## 4. The gradient
#
# The loss depends on three numbers, $w_0$, $w_1$ and $b$. For each of them we ask: if it grows a little, does the loss
# rise or fall, and how fast?
#
# Take one sample with one input, $x = 2$, target $t = 0$, and $w = 0.5$, $b = 0$. The score is 1, the loss is
# $(1 - 0)^2 = 1$. Now nudge:
#
# | nudge | score | loss | change of the loss, by 0.01 |
# |---|---|---|---|
# | $w = 0.51$ | 1.02 | 1.0404 | 4.04 |
# | $b = 0.01$ | 1.01 | 1.0201 | 2.01 |
#
# With a smaller nudge the last column comes closer to 4 and 2: these are the derivatives. Why is the one by $w$ twice
# as large? What would both be for $t = 1$? The answers lead to the formula.

# %% exercise="square_loss_gradients"

# %% [markdown]
# What have you just built? A compass. For every pair $(w_0, w_1)$ there is a loss; with the bias at rest we can draw
# it as a map, dark where it is low. The arrows are **minus** your `dW`, at nine places.

# %% demo=true
few, few_targets = make_clouds(100, np.random.default_rng(3))
resting = np.array([0.5])
line = np.linspace(-1.2, 1.2, 61)
heights = [[square_loss(few_targets, predict(few, np.array([[w0], [w1]]), resting)) for w0 in line] for w1 in line]

figure, axis = plt.subplots(figsize=(6.6, 5.6), layout="constrained")
filled = axis.contourf(line, line, heights, levels=np.arange(0, 9) ** 2 / 4 + 0.02, cmap="viridis", extend="both")
figure.colorbar(filled, ax=axis, label="loss", format="%.2f")
for w0 in (-0.9, 0.1, 0.9):
    for w1 in (-0.9, 0.1, 0.9):
        dW, _ = square_loss_gradients(few, few_targets, np.array([[w0], [w1]]), resting)
        arrow = {"arrowstyle": "-|>", "linewidth": 2, "color": "white"}
        axis.annotate("", np.array([w0, w1]) - 0.04 * np.ravel(dW), (w0, w1), arrowprops=arrow)
        axis.plot(w0, w1, "o", color="white", markersize=5)
axis.set(title="Every arrow points downhill", xlabel="$w_0$", ylabel="$w_1$", xlim=(-1.2, 1.2), ylim=(-1.2, 1.2))
plt.show()

# %% [markdown]
# Far from the bottom the arrows are long, near to it they are short. Nobody has to say when to slow down.
#
# Remember how much thought these two formulas took. For a network with ten layers nobody wants to do that by hand. In
# `05_backpropagation` the layers do it for you, and in `09_autodiff` you build a tape that does it for any formula.
#
# ## 5. The step
#
# One step changes the weights by a small part of the gradient. The part is the **learning rate** $\eta$. In TensorFlow
# the line would be `W.assign_sub(...)`, "subtract from the variable": new numbers in the same box. NumPy arrays can do
# this as well. It matters because the loop, the picture and the test all hold the same box.
#
# The learning rate is an argument. Had it been a variable of the notebook, every cell that says `learning_rate = 0.001`
# for some other purpose would change your training, and running the cells in another order would give other results.

# %% exercise="training_step"

# %% [markdown]
# Five steps by hand, from the weights of part 2. Each row shows the loss that your function returned, and the weights
# after the step.

# %% demo=true
W, b = start_W.copy(), start_b.copy()
print("step   loss     w0       w1       b")
print(f"                {W[0, 0]:7.3f}  {W[1, 0]:7.3f}  {b[0]:7.3f}")
for step in range(1, 6):
    loss = training_step(inputs, targets, W, b, 0.1)
    print(f"{step:4}  {loss:6.3f}   {W[0, 0]:7.3f}  {W[1, 0]:7.3f}  {b[0]:7.3f}")

# %% [markdown]
# The loss falls fast at first, then slowly. And $w_1$ changes its sign with every step: it jumps over the valley and
# back again, each time less far. Part 9 comes back to this.
#
# ## 6. The loop
#
# All that is left is to begin somewhere and to repeat the step. Where we begin does not matter much here, because the
# loss is a bowl with one lowest point. In deeper networks it matters a lot.

# %% exercise="train"

# %% [markdown]
# The curve of the losses. The dashed line is the lowest loss that any weights can reach on these points. For a bowl it
# can be worked out in one go (`np.linalg.lstsq`); for real networks it cannot, and only walking is left.

# %% demo=true
W, b, losses = train(inputs, targets, 40, 0.1, np.random.default_rng(4))
extended = np.hstack([inputs, np.ones((len(inputs), 1))])
best = np.linalg.lstsq(extended, targets, rcond=None)[0]
lowest = square_loss(targets, predict(inputs, best[:2], best[2]))

figure, axes = plt.subplots(1, 2, figsize=(11, 4), layout="constrained")
for axis in axes:
    axis.plot(range(1, 41), losses, "o-", markersize=4, color=COLOURS[0], label="loss before the step")
    axis.axhline(lowest, color="black", linestyle="--", label=f"the lowest possible: {lowest:.4f}")
    axis.set(xlabel="step", ylabel="loss")
    axis.grid(alpha=0.3)
axes[0].set(title=f"From {losses[0]:.2f} to {losses[-1]:.4f}", ylim=(0, None))
axes[1].set(title="The same, seen from close by", ylim=(0, 0.16))
axes[1].legend()
plt.show()
longer_W, longer_b, _ = train(inputs, targets, 100, 0.1, np.random.default_rng(4))
print(f"after 100 steps: {square_loss(targets, predict(inputs, longer_W, longer_b)):.4f}")

# %% [markdown]
# Forty steps do not reach the bottom, a hundred do. On the left the curve seems to have ended after five. A curve that
# looks flat is not always at its end: look from close by.
#
# ## 7. How many are right?
#
# The loss was made for walking downhill. What we want to know in the end is simpler: how many points get the right
# class? A score above 0.5, halfway between the targets, means class 1.

# %% exercise="accuracy"

# %% [markdown]
# Prediction and target side by side. Can you find the difference? The rings mark the points that are called wrong.

# %% demo=true
scores = predict(inputs, W, b)
called = (scores > 0.5).astype(int)
wrong = inputs[np.ravel(called) != np.ravel(targets)]

figure, axes = plt.subplots(1, 2, figsize=(12, 5.4), layout="constrained")
for axis, name, classes in ((axes[0], "prediction", called), (axes[1], "target", targets)):
    draw_points(axis, inputs, classes)
    axis.scatter(*wrong.T, s=110, facecolor="none", edgecolor="black", linewidth=1.3, label=f"{len(wrong)} are wrong")
    axis.set_title(name)
    axis.legend(loc="lower left")
figure.suptitle(f"{accuracy(scores, targets):.2%} of these points are right", fontsize=14)
plt.show()
unseen_scores = predict(unseen_inputs, W, b)
print(f"points that it has never seen: {accuracy(unseen_scores, unseen_targets):.2%}")

# %% [markdown]
# The last number is the one that counts. It is nearly the same here, because three numbers cannot learn 2000 points by
# heart.
#
# ## 8. Where is the border?
#
# Part 2 showed lines of equal score. The one of 0.5 is the border between the two answers.

# %% exercise="decision_line"

# %% [markdown]
# The border after 0, 1, 3 and 40 steps. At first it lies across both clouds. The second picture shows the scores after
# training. Compare it with the one of part 2.

# %% demo=true
figure, axes = plt.subplots(1, 2, figsize=(12, 5.4), layout="constrained")
x = np.linspace(-1, 4, 100)
draw_points(axes[0], inputs, targets, size=9)
for steps, style in ((0, ":"), (1, "-."), (3, "--"), (40, "-")):
    now_W, now_b, _ = train(inputs, targets, steps, 0.1, np.random.default_rng(4))
    label = f"{steps} step{'s' * (steps != 1)}"
    axes[0].plot(x, decision_line(x, now_W, now_b), style, color="black", linewidth=3, label=label)
axes[0].set_title("The border moves between the clouds")
axes[0].legend(loc="lower left", handlelength=3.2, fontsize=9)
figure.colorbar(draw_scores(axes[1], W, b), ax=axes[1], label="score", shrink=0.85)
draw_points(axes[1], inputs[::5], targets[::5])
axes[1].plot(x, decision_line(x, W, b), color="black", linewidth=3, label="score 0.5")
axes[1].set_title("The scores after 40 steps")
axes[1].legend(loc="lower right")
plt.show()

# %% [markdown]
# ## 9. The learning rate
#
# All went well with $\eta = 0.1$. Was that wisdom, or luck? Here are a tenth of it and twice of it. On the left the loss,
# on a scale where each line is 100 000 times the one below. On the right, one of the weights, as it walks.

# %% demo=true
rates = {0.01: "#2f7d32", 0.1: "#0b5fa5", 0.2: "#d1495b"}
figure, axes = plt.subplots(1, 2, figsize=(12, 4.3), layout="constrained")
for rate, colour in rates.items():
    _, _, curve = train(inputs, targets, 40, rate, np.random.default_rng(4))
    axes[0].semilogy(range(1, 41), curve, linewidth=2.5, color=colour, label=f"{rate}: last loss {curve[-1]:.2g}")
    walk = [train(inputs, targets, steps, rate, np.random.default_rng(4))[0][0, 0] for steps in range(9)]
    axes[1].plot(range(9), walk, "o-", linewidth=2, color=colour, label=f"{rate}")
axes[0].set(title="Three learning rates", xlabel="step", ylabel="loss", yticks=10.0 ** np.arange(0, 25, 5))
axes[1].set(title="The first weight in the first eight steps", xlabel="steps taken", ylabel="$w_0$", ylim=(-9, 9))
for axis in axes:
    axis.grid(alpha=0.3)
    axis.legend(title="learning rate")
plt.show()

# %% [markdown]
# The red walk jumps over the valley and lands **higher** on the other side, where the slope is steeper, so that the next
# jump is longer. From the rate that works to the one that explodes it is a factor of two. The green walk never jumps,
# but it has not arrived: its last loss is four times as high as the blue one, and nothing in that number alone says so.
# So plot the loss, for more than one rate.

# %% [markdown] question="learning_rate" points=2
# ### Question: how large may it be?
#
# Cut the bowl along one direction through its lowest point, and count $w$ from there. The cut is a parabola,
# $L(w) = a w^2 + c$.
#
# 1. Write down what one step with learning rate $\eta$ makes of $w$. For which $\eta$ does $w$ come closer to the lowest
#    point, and for which of these does it jump from side to side on its way?
# 2. In the steepest direction of our bowl $a$ is about 6.8, in the flattest about 0.22. What follows for 0.01, 0.1 and
#    0.2? By which factor does the loss grow in each step at 0.2, when only the steepest direction is left to be seen?

# %% [markdown] marking=true
# **1 point for each part.**
#
# 1. The derivative is $2aw$, so $w \leftarrow w - \eta \cdot 2aw = (1 - 2a\eta)\,w$ (half a point). It comes closer if
#    $|1 - 2a\eta| < 1$, that is $0 < \eta < 1/a$, and jumps from side to side for $1/(2a) < \eta < 1/a$ (half a point; a
#    quarter if only one of the two limits is right). Who forgets the 2 of the derivative and is consistent afterwards
#    loses a quarter once.
# 2. The steepest direction allows at most $1/6.8 \approx 0.147$: 0.01 and 0.1 work, 0.2 explodes (half a point). At 0.1
#    the steepest direction jumps ($1 - 1.36 = -0.36$), and the flattest one is slow ($1 - 0.044 = 0.956$ a step, 0.17
#    after 40 steps): this is why the curve is not at the bottom yet. At 0.01 the flattest keeps $0.9956^{40} = 0.84$.
#    One of these remarks is not needed for the point, but makes up for a slip elsewhere. At 0.2,
#    $|1 - 2 \cdot 6.8 \cdot 0.2| = 1.72$ for $w$, and $1.72^2 \approx 2.96$ for the loss in each step (half a point; a
#    quarter for 1.72, the factor of $w$). 39 steps make
#    $2.96^{39} \approx 2 \cdot 10^{18}$ of a first loss of about 4.5, so $10^{19}$, the order of the picture.
#
# Common wrong answers: "0.2 overshoots because the gradient is too large" without a condition on $\eta$ (no point for
# part 1); "a smaller rate is always better" (0.01 has not arrived: no point for the first half of part 2).

# %% [markdown]
# ## 10. The surprise, once more
#
# A friend has the same $W$ and $b$ as you, and the same points. Only the targets were stored with the shape `(2000,)`.
# This is what they find:

# %% demo=true
flat = targets[:, 0]
squares, agree = (flat - scores) ** 2, flat == called
yours = f"{square_loss(targets, scores):.3f}", f"{accuracy(scores, targets):.3f}"
theirs = f"{squares.mean():.3f}", f"{agree.mean():.3f}"
print(f"{'':8}{'loss':>8}{'accuracy':>10}")
for name, (loss, share) in (("yours", yours), ("theirs", theirs)):
    print(f"{name:8}{loss:>8}{share:>10}")

# %% [markdown] question="flat_targets" points=2
# ### Question: two numbers from nowhere
#
# 1. What is the shape of `flat - scores`, and which pairs of a target and a score does it hold? Why is there no error?
#    About how large would their loss be if the classifier were perfect, all scores 0 or 1 and all right?
# 2. Their accuracy is 0.500. Show that it is 0.5 for **every** classifier on these targets, the best and the worst, as
#    long as half of the targets are 1.

# %% [markdown] marking=true
# **1 point for each part.**
#
# 1. $(2000, 2000)$: every target with every score, 4 million pairs, of which only the 2000 on the diagonal are meant
#    (half a point). No error, because `(2000,)` counts as `(1, 2000)`, and axes of length 1 are stretched: both shapes fit
#    (a quarter). For a perfect classifier half of the pairs are equal and cost 0, the other half differ by 1: the loss
#    is 0.5 (a quarter). As good: mean over all pairs = variance of the targets + variance of the scores + (difference of
#    the means)$^2$ = 0.25 + 0.25; for the trained scores 0.25 + 0.229 = 0.479.
# 2. Let the classifier call a part $q$ of the points class 1. Each of these answers agrees with the half of the targets
#    that are 1, each other answer with the half that are 0: $q \cdot 0.5 + (1 - q) \cdot 0.5 = 0.5$, whatever $q$ is, and
#    whether or not the answers are right (one point). "It compares all with all, so it is chance" without the sum, or
#    only for $q = 0.5$: half a point.
#
# Common wrong answers: "the shapes do not fit, NumPy takes the first column" (nothing for the shape); "the accuracy is
# 0.5 because the classifier guesses" (nothing for part 2: it is the same classifier).

# %% [markdown]
# ## 11. Too right
#
# One more look at the loss. It compares a score with 0 or 1, and a score of 3 for a point of class 1 costs
# $(1 - 3)^2 = 4$, although nobody could call the answer wrong. What comes of that? Here 150 points of class 1 are added,
# far away from the border, on the right side of it. The line is the one with the lowest loss, before and after.

# %% demo=true
far = np.random.default_rng(5).normal([14, -8], 1, size=(150, 2)).astype(np.float32)
more_inputs, more_targets = np.vstack([inputs, far]), np.vstack([targets, np.ones((150, 1), dtype=np.float32)])
x = np.linspace(-4, 18, 100)

figure, axes = plt.subplots(1, 2, figsize=(13, 4.8), layout="constrained")
for axis, points, classes in ((axes[0], inputs, targets), (axes[1], more_inputs, more_targets)):
    extended = np.hstack([points, np.ones((len(points), 1))])
    best = np.linalg.lstsq(extended, classes, rcond=None)[0]
    draw_points(axis, points, classes)
    axis.plot(x, decision_line(x, best[:2], best[2]), color="black", linewidth=3, label="score 0.5")
    share = accuracy(predict(inputs, best[:2], best[2]), targets)
    print(f"mean score of the far points: {predict(far, best[:2], best[2]).mean():.2f}")
    axis.set(title=f"{share:.1%} of the 2000 points are right", xlim=(-4, 18), ylim=(-11, 7))
    axis.legend(loc="lower left")
figure.suptitle("Points that nobody doubted pull the line into a cloud", fontsize=14)
plt.show()

# %% [markdown]
# The line on the left gives the far points a score of 3.8 on average, which costs $(1 - 3.8)^2 \approx 8$ each. The line
# on the right brings it down to 1.6, and pays with a worse border. The squared distance is a loss for numbers
# (regression). We have used it for classes, and with two clouds of one size it got away with it.
#
# ## What comes next
#
# A score for classes should know where to stop: near 0, near 1, and never "too right". The next notebook,
# `03_forward`, bends the score with a sigmoid, turns several scores into probabilities with a softmax, and takes a loss
# that fits them, the cross-entropy. The loop of this notebook stays as it is.
