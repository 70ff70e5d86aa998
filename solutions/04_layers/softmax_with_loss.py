r"""### `SoftmaxWithLoss`: from scores to one number

The last layer turns each row of scores $x$ into probabilities $y$, looks up the probability of the right class $t_n$,
and takes the mean over the batch:

$$y_{nc} = \frac{e^{x_{nc}}}{\sum_k e^{x_{nk}}} \qquad\qquad L = -\frac{1}{N} \sum_{n=1}^{N} \log y_{n,t_n}$$

Going back, softmax and logarithm melt into something very short. With the right classes as one-hot rows $T$, and $Y$,
$T$ and the gradient all of shape $(N, C)$:

$$\frac{\partial L}{\partial X} = \frac{Y - T}{N}, \qquad \text{times } \texttt{dout}, \text{ a single number}$$

What is asked:

- The classes come as **labels**, whole numbers of shape $(N,)$, or as **one-hot rows** of 0.0 and 1.0, shape $(N, C)$.
  Take both.
- Scores may be as large as $\pm 1000$. Probabilities do not change if a whole row moves up or down; $e^{1000}$ is too
  much for a float. Where the network is certain and wrong, $y_{n,t_n}$ is rounded to 0; the loss must still be large
  and **finite**. How large is up to you: `log(y + 1e-7)` is as welcome as a loss worked out without rounding.
- `backward` can be called twice in a row and answers the same. `x` and `t` belong to the caller: leave them alone.
"""

import numpy as np

from autograder import between, close, exercise, task

# The scores of a row lie at most 4 apart, so 1e-7 inside the logarithm moves no loss by more than 2e-5.
NEAR = close(rtol=1e-4, atol=2e-5)
CLOSE = close(rtol=1e-4, atol=1e-7)


def with_labels(rng):
    return {"x": rng.uniform(-2, 2, size=(5, 4)), "t": rng.integers(4, size=5)}


def with_one_hot(rng, N=5):
    return {"x": rng.uniform(-2, 2, size=(N, 4)), "t": np.eye(4)[rng.integers(4, size=N)]}


def with_dout(rng):
    return {**with_one_hot(rng), "dout": rng.uniform(2, 3)}


def with_direction(rng):
    return {**with_one_hot(rng), "v": rng.normal(size=(5, 4))}


def three_batches(rng):
    numbered = {"": with_one_hot(rng), "2": with_one_hot(rng, 3), "3": with_one_hot(rng, 6)}
    return {name + number: value for number, batch in numbered.items() for name, value in batch.items()}


def rows_far_apart(rng):
    inputs = with_one_hot(rng)
    inputs["x"] += rng.permutation([-1000, -500, 0, 500, 1000])[:, None]
    return inputs


def certain_and_wrong(rng):
    inputs = with_one_hot(rng)
    wrong = np.roll(inputs["t"], rng.integers(1, 4), axis=1)
    inputs["x"] += 1000 * wrong
    return inputs


@exercise
class SoftmaxWithLoss:
    """Softmax and mean cross-entropy in one layer.

    Attributes
    ----------
    params, grads : empty lists
    y : the probabilities, (N, C), which `forward` remembers
    t : the right classes, in a form that suits `backward`
    """

    def __init__(self):
        self.params, self.grads = [], []
        self.y = None
        self.t = None

    @task
    def forward(self, x, t):
        """Take scores x (N, C) and classes t, labels (N,) or one-hot rows (N, C); return the loss, one number."""
        shifted = x - x.max(axis=1, keepdims=True)
        log_y = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
        self.y = np.exp(log_y)
        self.t = t if t.ndim == 2 else np.eye(x.shape[1])[t]
        return -np.sum(self.t * log_y) / len(x)

    @task
    def backward(self, dout=1):
        """Take the gradient by the loss, one number; return the gradient by the scores x, of shape (N, C)."""
        return dout * (self.y - self.t) / len(self.y)


@SoftmaxWithLoss.check("forward", "the loss, with one-hot rows", given=with_one_hot, compare=NEAR, points=2)
def loss_of_one_hot(SoftmaxWithLoss, x, t):
    return SoftmaxWithLoss().forward(x, t)


@SoftmaxWithLoss.check("forward", "the loss, with labels", given=with_labels, compare=NEAR)
def loss_of_labels(SoftmaxWithLoss, x, t):
    return SoftmaxWithLoss().forward(x, t)


@SoftmaxWithLoss.check("forward", "rows of scores near 1000 and near -1000", given=rows_far_apart, compare=NEAR)
def loss_far_apart(SoftmaxWithLoss, x, t):
    return SoftmaxWithLoss().forward(x, t)


@SoftmaxWithLoss.check(
    "forward", "certain and wrong: the loss is large, but finite", given=certain_and_wrong, compare=between(8, 1e5)
)
def loss_of_the_certain(SoftmaxWithLoss, x, t):
    return SoftmaxWithLoss().forward(x, t)


@SoftmaxWithLoss.check("forward", "x and t are left alone", given=with_one_hot, compare=NEAR)
def arguments(SoftmaxWithLoss, x, t):
    return {"loss": SoftmaxWithLoss().forward(x, t), "x afterwards": x, "t afterwards": t}


@SoftmaxWithLoss.check("backward", "the gradient by x, with one-hot rows", given=with_one_hot, compare=CLOSE, points=2)
def gradient_with_one_hot(SoftmaxWithLoss, x, t):
    layer = SoftmaxWithLoss()
    layer.forward(x, t)
    return layer.backward()


@SoftmaxWithLoss.check("backward", "the gradient by x, with labels", given=with_labels, compare=CLOSE)
def gradient_with_labels(SoftmaxWithLoss, x, t):
    layer = SoftmaxWithLoss()
    layer.forward(x, t)
    return layer.backward()


@SoftmaxWithLoss.check("backward", "the gradient predicts how the loss changes", given=with_direction, compare=CLOSE)
def slope(SoftmaxWithLoss, x, t, v):
    layer = SoftmaxWithLoss()
    layer.forward(x, t)
    return np.sum(layer.backward() * v)


@slope.expected
def central_difference(SoftmaxWithLoss, x, t, v):
    def loss(step):
        return SoftmaxWithLoss().forward(x + step * v, t)

    return (loss(1e-4) - loss(-1e-4)) / 2e-4


@SoftmaxWithLoss.check("backward", "dout is respected", given=with_dout, compare=CLOSE)
def scaled(SoftmaxWithLoss, x, t, dout):
    layer = SoftmaxWithLoss()
    layer.forward(x, t)
    return layer.backward(dout)


@SoftmaxWithLoss.check(
    "backward",
    "called twice it answers the same, for the last batch; t is left alone",
    given=three_batches,
    compare=CLOSE,
)
def memory(SoftmaxWithLoss, x, t, x2, t2, x3, t3):
    layer, other = SoftmaxWithLoss(), SoftmaxWithLoss()
    layer.forward(x2, t2)
    layer.forward(x, t)
    other.forward(x3, t3)
    layer.backward()
    return {"dx": layer.backward(), "t afterwards": t}


@SoftmaxWithLoss.check(
    "backward", "right where the network is certain and wrong", given=certain_and_wrong, compare=CLOSE
)
def gradient_of_the_certain(SoftmaxWithLoss, x, t):
    layer = SoftmaxWithLoss()
    layer.forward(x, t)
    return layer.backward()


@SoftmaxWithLoss.misconception("forward", "Should the loss change if every sample came twice?")
def sums_over_the_batch(self, x, t):
    e = np.exp(x - x.max(axis=1, keepdims=True))
    self.y = e / e.sum(axis=1, keepdims=True)
    self.t = t if t.ndim == 2 else np.eye(x.shape[1])[t]
    return -np.sum(self.t * np.log(self.y + 1e-7))


@SoftmaxWithLoss.misconception("forward", "How many samples are there, and by what do you divide?")
def averages_over_the_classes_too(self, x, t):
    e = np.exp(x - x.max(axis=1, keepdims=True))
    self.y = e / e.sum(axis=1, keepdims=True)
    self.t = t if t.ndim == 2 else np.eye(x.shape[1])[t]
    return -np.mean(self.t * np.log(self.y + 1e-7))


@SoftmaxWithLoss.misconception("forward", "Can a loss fall below zero?")
def forgets_the_minus(self, x, t):
    e = np.exp(x - x.max(axis=1, keepdims=True))
    self.y = e / e.sum(axis=1, keepdims=True)
    self.t = t if t.ndim == 2 else np.eye(x.shape[1])[t]
    return np.sum(self.t * np.log(self.y + 1e-7)) / len(x)


@SoftmaxWithLoss.misconception("forward", "The logarithm of which of the two?")
def swaps_the_two(self, x, t):
    e = np.exp(x - x.max(axis=1, keepdims=True))
    self.y = e / e.sum(axis=1, keepdims=True)
    self.t = t if t.ndim == 2 else np.eye(x.shape[1])[t]
    return -np.sum(self.y * np.log(self.t + 1e-7)) / len(x)


@SoftmaxWithLoss.misconception("forward", "For which base is the slope of the logarithm 1/y?")
def counts_in_tens(self, x, t):
    e = np.exp(x - x.max(axis=1, keepdims=True))
    self.y = e / e.sum(axis=1, keepdims=True)
    self.t = t if t.ndim == 2 else np.eye(x.shape[1])[t]
    return -np.sum(self.t * np.log10(self.y + 1e-7)) / len(x)


@SoftmaxWithLoss.misconception("forward", "Which terms of the sum should a zero in a one-hot row switch off?")
def adds_the_classes(self, x, t):
    e = np.exp(x - x.max(axis=1, keepdims=True))
    self.y = e / e.sum(axis=1, keepdims=True)
    self.t = t if t.ndim == 2 else np.eye(x.shape[1])[t]
    return -np.sum(self.t + np.log(self.y + 1e-7)) / len(x)


@SoftmaxWithLoss.misconception("forward", "A sample has one right class. How many logarithms does it pay for?")
def asks_every_class_yes_or_no(self, x, t):
    e = np.exp(x - x.max(axis=1, keepdims=True))
    self.y = e / e.sum(axis=1, keepdims=True)
    self.t = t if t.ndim == 2 else np.eye(x.shape[1])[t]
    no = (1 - self.t) * np.log(1 - self.y + 1e-7)
    return -np.sum(self.t * np.log(self.y + 1e-7) + no) / len(x)


@SoftmaxWithLoss.misconception("forward", "What comes first, the mean or the logarithm?")
def takes_the_logarithm_last(self, x, t):
    e = np.exp(x - x.max(axis=1, keepdims=True))
    self.y = e / e.sum(axis=1, keepdims=True)
    self.t = t if t.ndim == 2 else np.eye(x.shape[1])[t]
    return -np.log(np.sum(self.t * self.y) / len(x))


@SoftmaxWithLoss.misconception("forward", "What does a sample cost whose right class has the probability 1/2?")
def takes_no_logarithm(self, x, t):
    e = np.exp(x - x.max(axis=1, keepdims=True))
    self.y = e / e.sum(axis=1, keepdims=True)
    self.t = t if t.ndim == 2 else np.eye(x.shape[1])[t]
    return 1 - np.sum(self.t * self.y) / len(x)


@SoftmaxWithLoss.misconception("forward", "Which loss goes with a softmax? Look at the formula for L again.")
def squares_the_error(self, x, t):
    e = np.exp(x - x.max(axis=1, keepdims=True))
    self.y = e / e.sum(axis=1, keepdims=True)
    self.t = t if t.ndim == 2 else np.eye(x.shape[1])[t]
    return np.sum((self.y - self.t) ** 2) / len(x)


@SoftmaxWithLoss.misconception("forward", "What does a network pay that is right and completely sure?")
def is_ready_for_anything(self, x, t):
    e = np.exp(x - x.max(axis=1, keepdims=True))
    self.y = e / e.sum(axis=1, keepdims=True)
    self.t = t if t.ndim == 2 else np.eye(x.shape[1])[t]
    return -np.sum(self.t * np.log(self.y + 0.1)) / len(x)


@SoftmaxWithLoss.misconception("forward", "What if the network is completely sure, and wrong?")
def loses_infinitely_much(self, x, t):
    e = np.exp(x - x.max(axis=1, keepdims=True))
    self.y = e / e.sum(axis=1, keepdims=True)
    self.t = t if t.ndim == 2 else np.eye(x.shape[1])[t]
    return -np.mean(np.log(self.y[np.arange(len(x)), self.t.argmax(axis=1)]))


@SoftmaxWithLoss.misconception(
    "forward", "What if the network is completely sure, and wrong? What is 0 times infinity?"
)
def multiplies_zero_by_infinity(self, x, t):
    e = np.exp(x - x.max(axis=1, keepdims=True))
    self.y = e / e.sum(axis=1, keepdims=True)
    self.t = t if t.ndim == 2 else np.eye(x.shape[1])[t]
    return -np.sum(self.t * np.log(self.y)) / len(x)


@SoftmaxWithLoss.misconception(
    "forward", "Which sum should be 1: over the classes of a sample, or over the samples of a class?"
)
def normalises_the_columns(self, x, t):
    e = np.exp(x - x.max(axis=0))
    self.y = e / e.sum(axis=0)
    self.t = t if t.ndim == 2 else np.eye(x.shape[1])[t]
    return -np.sum(self.t * np.log(self.y + 1e-7)) / len(x)


@SoftmaxWithLoss.misconception("forward", "How many rows have to sum to 1?")
def normalises_everything(self, x, t):
    e = np.exp(x - x.max())
    self.y = e / e.sum()
    self.t = t if t.ndim == 2 else np.eye(x.shape[1])[t]
    return -np.sum(self.t * np.log(self.y + 1e-7)) / len(x)


@SoftmaxWithLoss.misconception("forward", "Compare the shapes above and below the fraction bar.")
def loses_an_axis(self, x, t):
    e = np.exp(x - x.max(axis=1, keepdims=True))
    self.y = e / e.sum(axis=1)
    self.t = t if t.ndim == 2 else np.eye(x.shape[1])[t]
    return -np.sum(self.t * np.log(self.y + 1e-7)) / len(x)


@SoftmaxWithLoss.misconception(
    "forward", "What is exp(1000)? What may you do to a row without changing its probabilities?"
)
def overflows(self, x, t):
    e = np.exp(x)
    self.y = e / e.sum(axis=1, keepdims=True)
    self.t = t if t.ndim == 2 else np.eye(x.shape[1])[t]
    return -np.sum(self.t * np.log(self.y + 1e-7)) / len(x)


@SoftmaxWithLoss.misconception("forward", "Your largest score may sit in another row. What is left of this one?")
def shifts_all_rows_alike(self, x, t):
    e = np.exp(x - x.max())
    self.y = e / e.sum(axis=1, keepdims=True)
    self.t = t if t.ndim == 2 else np.eye(x.shape[1])[t]
    return -np.sum(self.t * np.log(self.y + 1e-7)) / len(x)


@SoftmaxWithLoss.misconception(
    "forward", "Which class should be the most probable: the one with the highest score, or the lowest?"
)
def prefers_the_lowest(self, x, t):
    e = np.exp(x.min(axis=1, keepdims=True) - x)
    self.y = e / e.sum(axis=1, keepdims=True)
    self.t = t if t.ndim == 2 else np.eye(x.shape[1])[t]
    return -np.sum(self.t * np.log(self.y + 1e-7)) / len(x)


@SoftmaxWithLoss.misconception("forward", "Print x before and after the call. Is it still yours to change?")
def shifts_the_callers_scores(self, x, t):
    x -= x.max(axis=1, keepdims=True)
    self.y = np.exp(x) / np.exp(x).sum(axis=1, keepdims=True)
    self.t = t if t.ndim == 2 else np.eye(x.shape[1])[t]
    return -np.sum(self.t * np.log(self.y + 1e-7)) / len(x)


@SoftmaxWithLoss.misconception("forward", "A score can be negative. Can a probability?")
def takes_scores_for_probabilities(self, x, t):
    self.y = x
    self.t = t if t.ndim == 2 else np.eye(x.shape[1])[t]
    return -np.sum(self.t * np.log(self.y + 1e-7)) / len(x)


@SoftmaxWithLoss.misconception("forward", "How often is softmax applied on the way?")
def applies_softmax_twice(self, x, t):
    e = np.exp(x - x.max(axis=1, keepdims=True))
    self.y = e / e.sum(axis=1, keepdims=True)
    self.y = np.exp(self.y) / np.exp(self.y).sum(axis=1, keepdims=True)
    self.t = t if t.ndim == 2 else np.eye(x.shape[1])[t]
    return -np.sum(self.t * np.log(self.y + 1e-7)) / len(x)


@SoftmaxWithLoss.misconception("forward", "Which of the two forms of t have you thought of? Print t.shape.")
def knows_one_hot_only(self, x, t):
    e = np.exp(x - x.max(axis=1, keepdims=True))
    self.y = e / e.sum(axis=1, keepdims=True)
    self.t = t
    return -np.sum(self.t * np.log(self.y + 1e-7)) / len(x)


@SoftmaxWithLoss.misconception("forward", "Which of the two forms of t have you thought of? Print t.shape.")
def knows_labels_only(self, x, t):
    e = np.exp(x - x.max(axis=1, keepdims=True))
    self.y = e / e.sum(axis=1, keepdims=True)
    self.t = t
    return -np.mean(np.log(self.y[np.arange(len(x)), t] + 1e-7))


@SoftmaxWithLoss.misconception(
    "forward", "How many probabilities do you pick out? Print the shape of what you average."
)
def stands_the_labels_up(self, x, t):
    e = np.exp(x - x.max(axis=1, keepdims=True))
    self.y = e / e.sum(axis=1, keepdims=True)
    self.t = t if t.ndim == 2 else np.eye(x.shape[1])[t]
    column = self.t.argmax(axis=1).reshape(-1, 1)
    return -np.mean(np.log(self.y[np.arange(len(x)), column] + 1e-7))


@SoftmaxWithLoss.misconception("forward", "Print t before and after the call. Is it still yours to change?")
def works_in_the_callers_t(self, x, t):
    e = np.exp(x - x.max(axis=1, keepdims=True))
    self.y = e / e.sum(axis=1, keepdims=True)
    self.t = t.astype(float) if t.ndim == 2 else np.eye(x.shape[1])[t]
    terms = t if t.ndim == 2 else self.t.copy()
    terms *= np.log(self.y + 1e-7)
    return -terms.sum() / len(x)


@SoftmaxWithLoss.misconception("forward", "What does forward hand back?")
def forward_returns_nothing(self, x, t):
    e = np.exp(x - x.max(axis=1, keepdims=True))
    self.y = e / e.sum(axis=1, keepdims=True)
    self.t = t if t.ndim == 2 else np.eye(x.shape[1])[t]
    self.loss = -np.sum(self.t * np.log(self.y + 1e-7)) / len(x)


@SoftmaxWithLoss.misconception("forward", "How many things does the caller of forward expect?")
def returns_the_probabilities_as_well(self, x, t):
    e = np.exp(x - x.max(axis=1, keepdims=True))
    self.y = e / e.sum(axis=1, keepdims=True)
    self.t = t if t.ndim == 2 else np.eye(x.shape[1])[t]
    return -np.sum(self.t * np.log(self.y + 1e-7)) / len(x), self.y


@SoftmaxWithLoss.misconception("backward", "The loss is a mean. Is its gradient?")
def forgets_the_mean(self, dout=1):
    return dout * (self.y - self.t)


@SoftmaxWithLoss.misconception("backward", "The loss is a mean over what? How many of them are there?")
def divides_by_every_number(self, dout=1):
    return dout * (self.y - self.t) / self.y.size


@SoftmaxWithLoss.misconception("backward", "Which axis is the batch?")
def divides_by_the_classes(self, dout=1):
    return dout * (self.y - self.t) / self.y.shape[1]


@SoftmaxWithLoss.misconception("backward", "How often does the mean divide?")
def divides_twice(self, dout=1):
    return dout * (self.y - self.t) / len(self.y) ** 2


@SoftmaxWithLoss.misconception("backward", "Nudge the scores along your gradient. Does the loss rise or fall?")
def points_downhill(self, dout=1):
    return dout * (self.t - self.y) / len(self.y)


@SoftmaxWithLoss.misconception("backward", "If dout doubles, what should double?")
def ignores_dout(self, dout=1):
    return (self.y - self.t) / len(self.y)


@SoftmaxWithLoss.misconception("backward", "What must come out for dout = 0?")
def adds_dout(self, dout=1):
    return dout + (self.y - self.t) / len(self.y)


@SoftmaxWithLoss.misconception("backward", "Where does the right answer enter your gradient?")
def returns_the_probabilities(self, dout=1):
    return dout * self.y / len(self.y)


@SoftmaxWithLoss.misconception(
    "backward", "Each row of the gradient sums to 0, for a nudge to all scores changes nothing. Do yours?"
)
def subtracts_one_everywhere(self, dout=1):
    return dout * (self.y - 1) / len(self.y)


@SoftmaxWithLoss.misconception(
    "backward", "Which class is pulled up: the one that the network prefers, or the right one?"
)
def corrects_the_favourite(self, dout=1):
    favourite = np.eye(self.y.shape[1])[self.y.argmax(axis=1)]
    return dout * (self.y - favourite) / len(self.y)


@SoftmaxWithLoss.misconception("backward", "Your gradient is by y, the output of the softmax. By what is it asked?")
def stops_at_the_probabilities(self, dout=1):
    return -dout * self.t / (self.y + 1e-7) / len(self.y)


@SoftmaxWithLoss.misconception(
    "backward", "If one score rises, what happens to the probabilities of the other classes?"
)
def forgets_the_other_scores(self, dout=1):
    return -dout * self.t * (1 - self.y) / len(self.y)


@SoftmaxWithLoss.misconception(
    "backward", "What does 1/y do where y is rounded to 0? What is left when you multiply it out on paper?"
)
def divides_by_a_vanished_probability(self, dout=1):
    dy = -dout * self.t / self.y / len(self.y)
    return self.y * (dy - np.sum(dy * self.y, axis=1, keepdims=True))


@SoftmaxWithLoss.misconception("backward", "How many rows has x? How many has your gradient?")
def adds_the_samples_up(self, dout=1):
    return dout * np.sum(self.y - self.t, axis=0) / len(self.y)


@SoftmaxWithLoss.misconception(
    "backward", "Call backward twice. Do the rows of the remembered probabilities still sum to 1?"
)
def works_in_its_own_memory(self, dout=1):
    dx = self.y
    dx -= self.t
    return dout * dx / len(dx)


@SoftmaxWithLoss.misconception("backward", "Print t before and after backward. Whose array is it?")
def turns_t_into_the_gradient(self, dout=1):
    dx = self.t
    dx *= -1
    dx += self.y
    return dout * dx / len(dx)


@SoftmaxWithLoss.misconception("backward", "The layer below is waiting for an array. What does backward hand back?")
def backward_returns_nothing(self, dout=1):
    self.dx = dout * (self.y - self.t) / len(self.y)


@SoftmaxWithLoss.misconception("backward", "What must forward remember, so that backward finds it?")
class RemembersNothing:
    def __init__(self):
        self.params, self.grads = [], []
        self.y, self.t = None, None

    def forward(self, x, t):
        e = np.exp(x - x.max(axis=1, keepdims=True))
        y = e / e.sum(axis=1, keepdims=True)
        labels = t.argmax(axis=1) if t.ndim == 2 else t
        return -np.mean(np.log(y[np.arange(len(x)), labels] + 1e-7))

    def backward(self, dout=1):
        return dout * (self.y - self.t) / len(self.y)


@SoftmaxWithLoss.misconception(
    "backward", "Run forward on two batches, then backward. Of which batch does backward speak?"
)
class RemembersTheFirstBatch:
    def __init__(self):
        self.params, self.grads = [], []
        self.y, self.t = None, None

    def forward(self, x, t):
        e = np.exp(x - x.max(axis=1, keepdims=True))
        y = e / e.sum(axis=1, keepdims=True)
        labels = t.argmax(axis=1) if t.ndim == 2 else t
        if self.y is None:
            self.y, self.t = y, np.eye(x.shape[1])[labels]
        return -np.mean(np.log(y[np.arange(len(x)), labels] + 1e-7))

    def backward(self, dout=1):
        return dout * (self.y - self.t) / len(self.y)


@SoftmaxWithLoss.misconception("backward", "Make two of these layers. How many memories do they have?")
class SharesItsMemory:
    def __init__(self):
        self.params, self.grads = [], []

    def forward(self, x, t):
        e = np.exp(x - x.max(axis=1, keepdims=True))
        y = e / e.sum(axis=1, keepdims=True)
        labels = t.argmax(axis=1) if t.ndim == 2 else t
        type(self).y, type(self).t = y, np.eye(x.shape[1])[labels]
        return -np.mean(np.log(y[np.arange(len(x)), labels] + 1e-7))

    def backward(self, dout=1):
        return dout * (self.y - self.t) / len(self.y)


@SoftmaxWithLoss.misconception(
    "backward", "Which shape has t in backward, and which one does the formula for the gradient ask for?"
)
class SubtractsTheLabels:
    def __init__(self):
        self.params, self.grads = [], []
        self.y, self.t = None, None

    def forward(self, x, t):
        e = np.exp(x - x.max(axis=1, keepdims=True))
        y = e / e.sum(axis=1, keepdims=True)
        labels = t.argmax(axis=1) if t.ndim == 2 else t
        self.y, self.t = y, t
        return -np.mean(np.log(y[np.arange(len(x)), labels] + 1e-7))

    def backward(self, dout=1):
        return dout * (self.y - self.t) / len(self.y)


@SoftmaxWithLoss.misconception("backward", "Backward works for labels. Which form may t have as well?")
class CountsOnLabels:
    def __init__(self):
        self.params, self.grads = [], []
        self.y, self.t = None, None

    def forward(self, x, t):
        e = np.exp(x - x.max(axis=1, keepdims=True))
        y = e / e.sum(axis=1, keepdims=True)
        labels = t.argmax(axis=1) if t.ndim == 2 else t
        self.y, self.t = y, t
        return -np.mean(np.log(y[np.arange(len(x)), labels] + 1e-7))

    def backward(self, dout=1):
        dx = self.y.copy()
        dx[np.arange(len(dx)), self.t] -= 1
        return dout * dx / len(dx)


@SoftmaxWithLoss.alternative("forward")
def by_log_sum_exp(self, x, t):
    self.y = np.exp(x - np.logaddexp.reduce(x, axis=1)[:, None])
    labels = t if t.ndim == 1 else np.argmax(t, axis=1)
    self.t = np.zeros(x.shape)
    self.t[np.arange(len(x)), labels] = 1
    return np.mean(np.logaddexp.reduce(x, axis=1) - np.take_along_axis(x, labels[:, None], axis=1)[:, 0])


@SoftmaxWithLoss.alternative("forward")
def by_clipping(self, x, t):
    self.y = np.exp(x.T - x.max(axis=1))
    self.y = (self.y / self.y.sum(axis=0)).T
    self.t = t if t.shape == x.shape else (t[:, None] == np.arange(x.shape[1])).astype(float)
    return float(-np.log(np.clip(self.y[self.t == 1], 1e-7, 1)).mean())


@SoftmaxWithLoss.alternative("backward")
def by_the_jacobian(self, dout=1):
    jacobian = np.eye(self.y.shape[1]) - self.y[:, None, :]  # of log y by x
    return np.einsum("nc,nck->nk", -dout * self.t, jacobian) / self.y.shape[0]


@SoftmaxWithLoss.alternative("backward")
def by_a_mask(self, dout=1):
    return np.where(self.t == 1, self.y - 1, self.y) * (dout / len(self.y))


@SoftmaxWithLoss.alternative
class KeepsLabels:
    """The form that most books print."""

    def __init__(self):
        self.params, self.grads = [], []
        self.probabilities = self.labels = None

    def forward(self, x, t):
        def softmax(a):
            a = a - np.max(a, axis=1, keepdims=True)
            return np.exp(a) / np.sum(np.exp(a), axis=1, keepdims=True)

        def cross_entropy(y, t):
            return -np.sum(np.log(y[np.arange(y.shape[0]), t] + 1e-7)) / y.shape[0]

        self.probabilities = softmax(x)
        self.labels = t.argmax(axis=1) if t.size == x.size else t
        return cross_entropy(self.probabilities, self.labels)

    def backward(self, dout=1):
        dx = self.probabilities.copy()
        dx[np.arange(len(dx)), self.labels] -= 1
        dx *= dout
        dx /= len(dx)
        return dx


@SoftmaxWithLoss.alternative
class OneSampleAtATime:
    """Loops, and a gradient that is ready before anybody asks for it."""

    def __init__(self):
        self.params, self.grads = [], []

    def forward(self, scores, target):
        losses, self._ready = [], np.empty(scores.shape)
        for n, row in enumerate(scores):
            k = int(target[n]) if np.ndim(target[n]) == 0 else list(target[n]).index(1)
            powers = [np.exp(score - max(row)) for score in row]
            p = [power / sum(powers) for power in powers]
            losses.append(-np.log(p[k] + 1e-8))
            self._ready[n] = [(p[c] - (c == k)) / len(scores) for c in range(len(p))]
        return sum(losses) / len(losses)

    def backward(self, upstream=1):
        return self._ready * upstream
