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

from functools import partial

import numpy as np

from autograder import agree, between, close, exercise, task

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
    return {**with_one_hot(rng), "directions": rng.normal(size=(3, 5, 4))}


def three_batches(rng):
    numbered = {"": with_one_hot(rng), "2": with_one_hot(rng, 3), "3": with_one_hot(rng, 6)}
    return {name + number: value for number, batch in numbered.items() for name, value in batch.items()}


def rows_far_apart(rng):
    inputs = with_one_hot(rng)
    return {**inputs, "shift": rng.permutation([-1000, -500, 0, 500, 1000])[:, None]}


def certain_and_wrong(rng):
    inputs = with_one_hot(rng)
    wrong = np.roll(inputs["t"], rng.integers(1, 4), axis=1)
    inputs["x"] += 1000 * wrong
    return {**inputs, "unit": 10 ** rng.uniform(0, 30)}


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


@SoftmaxWithLoss.check("forward", "the loss, with one-hot rows", given=with_one_hot, compare=NEAR, points=3)
def loss_of_one_hot(SoftmaxWithLoss, x, t):
    return SoftmaxWithLoss().forward(x, t)


@SoftmaxWithLoss.check(
    "forward",
    "the loss with labels is the one with one-hot rows",
    given=with_labels,
    compare=agree("loss with labels", "loss with one-hot rows", rtol=1e-4, atol=2e-5),
)
def loss_of_labels(SoftmaxWithLoss, x, t):
    fresh = SoftmaxWithLoss().forward(x.copy(), np.eye(x.shape[1])[t])
    return {"loss with labels": SoftmaxWithLoss().forward(x, t), "loss with one-hot rows": fresh}


@SoftmaxWithLoss.check(
    "forward",
    "rows of scores near 1000 and near -1000 cost what they cost near 0",
    given=rows_far_apart,
    compare=agree("loss far from 0", "loss near 0", rtol=1e-4, atol=2e-5),
    points=0.75,
)
def loss_far_apart(SoftmaxWithLoss, x, t, shift):
    try:  # a form of the classes that does not work is charged above
        SoftmaxWithLoss().forward(x.copy(), t.copy())
    except Exception:
        t = t.argmax(axis=1)
    fresh = SoftmaxWithLoss().forward(x.copy(), t.copy())
    return {"loss far from 0": SoftmaxWithLoss().forward(x + shift, t), "loss near 0": fresh}


@SoftmaxWithLoss.check(
    "forward",
    "certain and wrong: the loss is large, but finite",
    given=certain_and_wrong,
    compare=between(8, 1e5, unit="unit"),
    points=0.75,
)
def loss_of_the_certain(SoftmaxWithLoss, x, t, unit):
    """How much it exceeds the loss of the same scores with the classes that they are certain of: no constant does."""
    layer, certain = SoftmaxWithLoss(), np.eye(x.shape[1])[x.argmax(axis=1)]
    try:  # a form of the classes that does not work is charged above
        return unit * (layer.forward(x.copy(), t) - layer.forward(x.copy(), certain))
    except Exception:
        return unit * (layer.forward(x, t.argmax(axis=1)) - layer.forward(x, certain.argmax(axis=1)))


@SoftmaxWithLoss.check(
    "forward", "x and t are left alone", given=with_one_hot, compare=agree("loss", "loss for copies"), points=0.5
)
def arguments(SoftmaxWithLoss, x, t):
    try:  # a form of the classes that does not work is charged above
        SoftmaxWithLoss().forward(x.copy(), t.copy())
    except Exception:
        t = t.argmax(axis=1)
    fresh, before = SoftmaxWithLoss().forward(x.copy(), t.copy()), t.copy()
    loss = SoftmaxWithLoss().forward(x, t)
    return {"loss": loss, "loss for copies": fresh, "x afterwards": x, "changes in t": np.sum(t != before)}


@SoftmaxWithLoss.check("backward", "the gradient by x, with one-hot rows", given=with_one_hot, compare=CLOSE, points=2)
def gradient_with_one_hot(SoftmaxWithLoss, x, t):
    layer = SoftmaxWithLoss()
    layer.forward(x, t)
    return layer.backward()


@SoftmaxWithLoss.check(
    "backward",
    "the gradient by x, with labels, is the one with one-hot rows",
    given=with_labels,
    compare=agree("dx with labels", "dx with one-hot rows", rtol=1e-5, atol=1e-6),
)
def gradient_with_labels(SoftmaxWithLoss, x, t):
    rows, labels = SoftmaxWithLoss(), SoftmaxWithLoss()
    rows.forward(x.copy(), np.eye(x.shape[1])[t])
    dx = rows.backward().copy()
    labels.forward(x, t)
    return {"dx with labels": labels.backward(), "dx with one-hot rows": dx}


@SoftmaxWithLoss.check(
    "backward",
    "the gradient predicts along which directions the loss changes most, whatever the factor",
    given=with_direction,
    compare=CLOSE,
)
def slope(SoftmaxWithLoss, x, t, directions):
    try:  # a form of the classes that does not work is charged above
        layer = SoftmaxWithLoss()
        layer.forward(x.copy(), t.copy())
        layer.backward()
    except Exception:
        t = t.argmax(axis=1)
    layer = SoftmaxWithLoss()
    layer.forward(x, t)
    dx = layer.backward()
    slopes = np.array([np.sum(dx * v) for v in directions])
    return slopes / np.linalg.norm(slopes)  # a wrong factor is charged above


@slope.expected
def central_difference(SoftmaxWithLoss, x, t, directions):
    def loss(step):
        return SoftmaxWithLoss().forward(x + step, t)

    slopes = np.array([loss(1e-4 * v) - loss(-1e-4 * v) for v in directions])
    return slopes / np.linalg.norm(slopes)


@SoftmaxWithLoss.check(
    "backward",
    "dout is respected",
    given=with_dout,
    compare=agree("dx", "dx for dout = 1, times dout", rtol=1e-5, atol=1e-6),
)
def scaled(SoftmaxWithLoss, x, t, dout):
    try:  # a form of the classes that does not work is charged above
        layer = SoftmaxWithLoss()
        layer.forward(x.copy(), t.copy())
        layer.backward()
    except Exception:
        t = t.argmax(axis=1)
    layer, plain = SoftmaxWithLoss(), SoftmaxWithLoss()
    plain.forward(x.copy(), t.copy())
    dx = dout * plain.backward()
    layer.forward(x, t)
    return {"dx": layer.backward(dout), "dx for dout = 1, times dout": dx}


@SoftmaxWithLoss.check(
    "backward",
    "called twice it answers the same, for the last batch; t is left alone",
    given=three_batches,
    compare=agree("dx", "dx of a new layer", rtol=1e-5, atol=1e-6),
)
def memory(SoftmaxWithLoss, x, t, x2, t2, x3, t3):
    try:  # a form of the classes that does not work is charged above
        layer = SoftmaxWithLoss()
        layer.forward(x.copy(), t.copy())
        layer.backward()
    except Exception:
        t, t2, t3 = (rows.argmax(axis=1) for rows in (t, t2, t3))
    new, before = SoftmaxWithLoss(), t.copy()
    new.forward(x.copy(), t.copy())
    dx = new.backward().copy()
    layer, other = SoftmaxWithLoss(), SoftmaxWithLoss()
    layer.forward(x2, t2)
    layer.forward(x, t)
    other.forward(x3, t3)
    layer.backward()
    return {"dx": layer.backward(), "dx of a new layer": dx, "changes in t": np.sum(t != before)}


@SoftmaxWithLoss.check(
    "backward",
    "where the network is certain and wrong it points the right way",
    given=certain_and_wrong,
    compare=CLOSE,
)
def gradient_of_the_certain(SoftmaxWithLoss, x, t):
    try:  # a form of the classes that does not work is charged above
        layer = SoftmaxWithLoss()
        layer.forward(x.copy(), t.copy())
        layer.backward()
    except Exception:
        t = t.argmax(axis=1)
    layer = SoftmaxWithLoss()
    layer.forward(x, t)
    dx = layer.backward()
    return dx / np.linalg.norm(dx)  # a wrong factor is charged above


# fmt: off
slip = partial(SoftmaxWithLoss.slip, "forward")
# the mean, the minus, the logarithm
slip("sums over the batch", {" / len(x)": ""}, "Should the loss change if every sample came twice?")
slip("averages over the classes too", {"np.sum(self.t * log_y) / len(x)": "np.mean(self.t * np.log(self.y + 1e-7))"},
     "How many samples are there, and by what do you divide?")
slip("forgets the minus", {"-np.sum": "np.sum"}, "Can a loss fall below zero?")
slip("swaps the two", {"self.t * log_y": "self.y * np.log(self.t + 1e-7)"}, "The logarithm of which of the two?")
slip("divides by the classes", {"len(x)": "x.shape[1]"}, "Which axis is the batch? By what do you divide?")
slip("counts in bits", {"* log_y": "* np.log2(self.y + 1e-7)"},
     "What does the probability 1/2 cost with you? For which base is the slope of the logarithm 1/y?")
slip("counts in tens", {"* log_y": "* np.log10(self.y + 1e-7)"}, "For which base is the slope of the logarithm 1/y?")
slip("adds the classes", {"* log_y": "+ log_y"}, "Which terms of the sum should a zero in a one-hot row switch off?")
slip("asks every class yes or no", {"* log_y": "* log_y + (1 - self.t) * np.log(1 - self.y + 1e-7)"},
     "A sample has one right class. How many logarithms does it pay for?")
slip("takes the logarithm last", {"np.sum(self.t * log_y) / len(x)": "np.log(np.sum(self.t * self.y) / len(x))"},
     "What comes first, the mean or the logarithm?")
slip("takes no logarithm", {"-np.sum(self.t * log_y)": "1 - np.sum(self.t * self.y)"},
     "What does a sample cost whose right class has the probability 1/2?")
slip("squares the error", {"-np.sum(self.t * log_y)": "np.sum((self.y - self.t) ** 2)"},
     "Which loss goes with a softmax? Look at the formula for L again.")
# where y is rounded to 0
slip("is ready for anything", {"* log_y": "* np.log(self.y + 0.1)"},
     "What does a network pay that is right and completely sure?")
slip("loses infinitely much", {"np.sum(self.t * log_y) / len(x)": "np.mean(np.log(self.y[self.t == 1]))"},
     "What if the network is completely sure, and wrong?")
slip("multiplies zero by infinity", {"* log_y": "* np.log(self.y)"},
     "What if the network is completely sure, and wrong? What is 0 times infinity?")
# the softmax; its logarithm as most students take it
slip("normalises the columns", {"axis=1": "axis=0", "* log_y": "* np.log(self.y + 1e-7)"},
     "Which sum should be 1: over the classes of a sample, or over the samples of a class?")
slip("adds up the columns", {"sum(axis=1": "sum(axis=0", "* log_y": "* np.log(self.y + 1e-7)"},
     "The sum below the fraction bar: does it run over the classes of one sample, or over the samples?")
slip("normalises everything", {"axis=1, keepdims=True": "", "* log_y": "* np.log(self.y + 1e-7)"},
     "How many rows have to sum to 1?")
slip("loses an axis", {"sum(axis=1, keepdims=True)": "sum(axis=1)"},
     "Which shapes stand above and below the fraction bar?")
slip("overflows", {" - x.max(axis=1, keepdims=True)": ""},
     "What is exp(1000)? What may you do to a row without changing its probabilities?")
slip("shifts all rows alike", {"max(axis=1, keepdims=True)": "max()", "* log_y": "* np.log(self.y + 1e-7)"},
     "Your largest score may sit in another row. What is left of this one?")
slip("prefers the lowest", {"x - x.max(axis=1, keepdims=True)": "x.min(axis=1, keepdims=True) - x"},
     "Which class should be the most probable: the one with the highest score, or the lowest?")
slip("shifts the callers scores", {"shifted = x -": "shifted = x\nshifted -="},
     "Print x before and after the call. Is it still yours to change?")
# names
slip("uses another name", {"shifted = x": "shifted = a"},
     "Which names does forward know? Restart the kernel and run it again.")
slip("counts on another notebook", {"np.exp(log_y)": "softmax(x)"},
     "In which notebook have you written that function? Restart the kernel: is it known here?")
slip("looks for itself", {"np.exp(log_y)": "self.softmax(x)"},
     "Is softmax a method of this layer, or a function? Who has written it?")
slip("takes scores for probabilities", {"np.exp(log_y)": "x", "* log_y": "* np.log(self.y + 1e-7)"},
     "A score can be negative. Can a probability?")
slip("applies softmax twice",
     {"self.y =": "e = np.exp(np.exp(log_y))\nlog_y = np.log(e / e.sum(axis=1, keepdims=True))\nself.y ="},
     "How often is softmax applied on the way?")
# two forms of t
slip("knows one hot only", {" if t.ndim == 2 else np.eye(x.shape[1])[t]": ""},
     "Which of the two forms of t have you thought of? Print t.shape.")
slip("looks for the largest label",
     {"t if t.ndim == 2 else np.eye(x.shape[1])[t]": "np.eye(x.shape[1])[t.argmax(axis=1)]"},
     "Labels have one axis only. In which of the two forms is there something to look for along axis 1?")
slip("as square as it comes", {"np.eye(x.shape[1])": "np.eye(len(x))"},
     "How long is a one-hot row: as many numbers as there are samples, or classes?")
slip("knows labels only", {"t if t.ndim == 2 else ": ""},
     "Which of the two forms of t have you thought of? Print t.shape.")
slip("stands the labels up",
     {"np.sum(self.t * log_y) / len(x)": "np.mean(log_y[np.arange(len(x)), self.t.argmax(axis=1)[:, None]])"},
     "How many probabilities do you pick out? Print the shape of what you average.")
slip("works in the callers t", {"return -np.sum(self.t * log_y)": "self.t *= log_y\nreturn -np.sum(self.t)"},
     "Print t before and after the call. Is it still yours to change?")
# what is handed on
slip("forward returns nothing", {"return ": ""}, "What does forward hand back?")
slip("returns the probabilities as well", {"/ len(x)": "/ len(x), self.y"},
     "How many things does the caller of forward expect?")

slip = partial(SoftmaxWithLoss.slip, "backward")
# the mean, the sign, dout
slip("forgets the mean", {" / len(self.y)": ""}, "The loss is a mean. Is its gradient?")
slip("divides by every number", {"len(self.y)": "self.y.size"},
     "The loss is a mean over what? How many of them are there?")
slip("divides by the classes", {"len(self.y)": "self.y.shape[1]"}, "Which axis is the batch?")
slip("divides twice", {"len(self.y)": "len(self.y) ** 2"}, "How often does the mean divide?")
slip("points downhill", {"self.y - self.t": "self.t - self.y"},
     "Nudge the scores along your gradient. Does the loss rise or fall?")
slip("ignores dout", {"dout * ": ""}, "If dout doubles, what should double?")
slip("adds dout", {"dout *": "dout +"}, "What must come out for dout = 0?")
# Y - T
slip("returns the probabilities", {"(self.y - self.t)": "self.y"}, "Where does the right answer enter your gradient?")
slip("subtracts one everywhere", {"self.t": "1"},
     "Each row of the gradient sums to 0, for a nudge to all scores changes nothing. Do yours?")
slip("corrects the favourite", {"self.t": "np.eye(self.y.shape[1])[self.y.argmax(axis=1)]"},
     "Which class is pulled up: the one that the network prefers, or the right one?")
slip("stops at the probabilities", {"(self.y - self.t)": "-self.t / (self.y + 1e-7)"},
     "Your gradient is by y, the output of the softmax. By what is it asked?")
slip("forgets the other scores", {"(self.y - self.t)": "self.t * (self.y - 1)"},
     "If one score rises, what happens to the probabilities of the other classes?")
slip("divides by a vanished probability",
     {"return": "dy = -self.t / self.y\nreturn",
      "(self.y - self.t)": "self.y * (dy - np.sum(dy * self.y, axis=1, keepdims=True))"},
     "What does 1/y do where y is rounded to 0? What is left when you multiply it out on paper?")
slip("adds the samples up", {"(self.y - self.t)": "np.sum(self.y - self.t, axis=0)"},
     "How many rows has x? How many has your gradient?")
# whose arrays, whose memory
slip("works in its own memory", {"return dout * (self.y - self.t)": "self.y -= self.t\nreturn dout * self.y"},
     "Call backward twice. Do the rows of the remembered probabilities still sum to 1?")
slip("finishes in its own memory", {"return dout * (self.y - self.t) / len(self.y)":
                                    "dx = self.y\ndx -= self.t\ndx *= dout\ndx /= len(dx)\nreturn dx"},
     "`dx = self.y` makes a second name. What does self.y hold when backward is called again?")
slip("makes labels of its memory", {"return dout * (self.y - self.t)": "self.t = self.t.argmax(axis=1)\n"
                                    "return dout * (self.y - np.eye(self.y.shape[1])[self.t])"},
     "Call backward twice. Is self.t still one-hot the second time?")
slip("turns t into the gradient", {"(self.y - self.t)": "np.subtract(self.y, self.t, out=self.t)"},
     "Print t before and after backward. Whose array is it?")
slip("asks the layer for its shape", {"len(self.y)": "self.shape[0]"},
     "What is `self`: the array, or the layer? Who has a shape?")
slip("counts in forward only", {"len(self.y)": "batch_size"},
     "A name that forward has made is gone afterwards. Which array in backward still knows how many samples there are?")
slip("backward returns nothing", {"return ": ""},
     "The layer below is waiting for an array. What does backward hand back?")

slip = partial(SoftmaxWithLoss.slip, "backward", replaces="forward")
# what forward remembers
slip("RemembersNothing", {"self.": ""}, "What must forward remember, so that backward finds it?")
slip("RemembersTheFirstBatch", {"self.": "", "return": "if self.y is None:\n    self.y, self.t = y, t\nreturn"},
     "Run forward on two batches, then backward. Of which batch does backward speak?")
# on the class; the attributes that __init__ made would hide it
slip("SharesItsMemory", {"self.": "type(self).", "shifted =": "vars(self).clear()\nshifted ="},
     "Make two of these layers. How many memories do they have?")
slip("SubtractsTheLabels", {"self.t =": "self.t = t\nt =", "self.t *": "t *"},
     "Which shape has t in backward, and which one does the formula for the gradient ask for?")
# fmt: on


@SoftmaxWithLoss.misconception("backward", "Backward works for labels. Which form may t have as well?")
class CountsOnLabels:
    def __init__(self):
        self.params, self.grads = [], []

    def forward(self, x, t):
        e = np.exp(x - x.max(axis=1, keepdims=True))
        self.y, self.t = e / e.sum(axis=1, keepdims=True), t
        labels = t.argmax(axis=1) if t.ndim == 2 else t
        return -np.mean(np.log(self.y[np.arange(len(x)), labels] + 1e-7))

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


@SoftmaxWithLoss.alternative("backward")
def by_the_jacobian(self, dout=1):
    jacobian = np.eye(self.y.shape[1]) - self.y[:, None, :]  # of log y by x
    return np.einsum("nc,nck->nk", -dout * self.t, jacobian) / self.y.shape[0]


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
