r"""### `BatchGenerator`: one epoch, batch by batch

A generator hands out every sample once, in batches. `next()` returns `(images, labels)` of the next `batch_size`
samples. The last batch may be shorter; it is handed out as well, so there are

$$\texttt{num\_batches} = \lceil N / \texttt{batch\_size} \rceil$$

of them. After the last one `next()` raises `StopIteration`, however often it is called. It never returns an
empty batch.

- Without `rng` the samples come in the order in which they stand.
- With `rng`, a `numpy.random.Generator`, they come in a **new order** that is drawn from it and from nothing else. Each
  image keeps its label.
- As many images as labels must come. If not, `__init__` raises an `AssertionError` or a `ValueError`.

The caller's arrays stay as they are. You choose what `__init__` keeps for `next`; only `num_batches` is asked for by
name.
"""

from functools import partial

import numpy as np

from autograder import agree, exercise, task


def samples(rng):
    """Rows that can be told apart by images[:, 0]; the label is 100 more. The last batch is a short one."""
    batch_size, full = int(rng.integers(4, 8)), int(rng.integers(3, 6))
    size = full * batch_size + int(rng.integers(1, batch_size))
    name = rng.permutation(size)
    return {
        "images": np.stack([name, rng.integers(0, 10, size)], axis=1),
        "labels": name + 100,
        "batch_size": batch_size,
        "full": full * batch_size,
        "seed": int(rng.integers(2**31)),
    }


def large(rng):
    return {**samples(rng), "many": int(rng.integers(300, 3000))}


@exercise
class BatchGenerator:
    """Hands out images and labels in batches, each sample once.

    Attributes
    ----------
    num_batches : int
    """

    @task
    def __init__(self, images, labels, batch_size=128, rng=None):
        """Get ready to hand out N samples.

        Parameters
        ----------
        images : (N, ...) array
        labels : (N,) array
        batch_size : int
        rng : numpy.random.Generator or None
            Where a new order of the samples comes from; None keeps their order.
        """
        assert len(images) == len(labels)
        order = np.arange(len(images)) if rng is None else rng.permutation(len(images))
        self.images, self.labels = images[order], labels[order]
        self.index, self.batch_size = 0, batch_size
        self.num_batches = -(-len(images) // batch_size)

    @task
    def next(self):
        """Return (images, labels) of the next batch, or raise StopIteration after the last one."""
        if self.index >= len(self.images):
            raise StopIteration
        part = slice(self.index, self.index + self.batch_size)
        self.index += self.batch_size
        return self.images[part], self.labels[part]


@BatchGenerator.check(
    "__init__",
    "the number of batches, also with a short last one, and by default",
    given=large,
    points={"with a short last batch": 0.25, "with full batches only": 0.25, "with the default batch_size": 0.5},
)
def counts(BatchGenerator, images, labels, batch_size, full, many):
    return {
        "with a short last batch": BatchGenerator(images, labels, batch_size).num_batches,
        "with full batches only": BatchGenerator(images[:full], labels[:full], batch_size).num_batches,
        "with the default batch_size": BatchGenerator(np.zeros(many), np.zeros(many)).num_batches,
    }


@BatchGenerator.check("__init__", "images without labels are refused", given=samples, points=0.5)
def refuses(BatchGenerator, images, labels, batch_size, full):
    def refused(images, labels):
        try:
            BatchGenerator(images, labels, batch_size)
        except (AssertionError, ValueError):
            return True
        return False

    return {
        "full batches": BatchGenerator(images[:full], labels[:full], batch_size).num_batches,
        "one label is missing: refused": refused(images, labels[:-1]),
        "two images are missing: refused": refused(images[:-2], labels),
    }


@BatchGenerator.check(
    "next", "without rng: all samples in their order, the short last batch too", given=samples, points=0.75
)
def in_order(BatchGenerator, images, labels, batch_size):
    generator = BatchGenerator(images, labels, batch_size)
    return [list(generator.next()) for _ in range(-(-len(images) // batch_size))]


@BatchGenerator.check("next", "StopIteration after the last batch, and no empty batch", given=samples, points=0.75)
def end(BatchGenerator, images, labels, batch_size, full):
    answer = {}
    for case, size in {"with a short last batch": len(images), "with full batches only": full}.items():
        generator, sizes, stops = BatchGenerator(images[:size], labels[:size], batch_size), [], 0
        for _ in range(-(-size // batch_size) + 2):
            try:
                sizes.append(len(generator.next()[0]))
            except StopIteration:
                stops += 1
        answer |= {f"batch sizes {case}": sizes, f"times that two more calls stop {case}": stops}
    return answer


@BatchGenerator.check("next", "with rng: each sample once, in a new order, with its own label", given=samples)
def shuffled(BatchGenerator, images, labels, batch_size, seed):
    generator = BatchGenerator(images, labels, batch_size, np.random.default_rng(seed))
    batches = [generator.next() for _ in range(-(-len(images) // batch_size))]
    x, t = (np.concatenate(part) for part in zip(*batches))
    return {
        "batch sizes": [len(x) for x, _ in batches],
        "fewest times that a sample comes": min(list(x[:, 0]).count(name) for name in images[:, 0]),
        "pairs that belong together": int(np.sum(x[:, 0] + 100 == t)),
        "orders that are the old one": int(len(x) == len(images) and np.array_equal(x, images)),
    }


@BatchGenerator.check("next", "the order comes from rng, and is new each time", given=samples, points=0.75)
def orders(BatchGenerator, images, labels, batch_size, seed):
    same, again = np.random.default_rng(seed), np.random.default_rng(seed)

    def first(rng):
        return tuple(BatchGenerator(images, labels, batch_size, rng).next()[0][:, 0])

    draws = {"first": first(same), "second": first(same), "with the same seed": first(again)}
    return {"batch size": len(draws["first"]), "different first batches of three": len(set(draws.values()))}


@BatchGenerator.check(
    "next",
    "the caller's arrays stay as they are",
    given=samples,
    points=0.75,
    compare=agree("a batch", "a batch of copies"),
)
def caller(BatchGenerator, images, labels, batch_size, seed):
    def batch(images, labels):
        return list(BatchGenerator(images, labels, batch_size, np.random.default_rng(seed)).next())

    copies, answer = batch(images.copy(), labels.copy()), batch(images, labels)
    return {
        "a batch": answer,
        "a batch of copies": copies,
        "images afterwards": images,
        "labels afterwards": labels,
    }


# fmt: off
slip = partial(BatchGenerator.slip, "__init__")
slip("forgets the short batch", {"-(-len(images) // batch_size)": "len(images) // batch_size"},
     "10 samples in batches of 4: who sees the last two?")
slip("one batch too many", {"-(-len(images) // batch_size)": "len(images) // batch_size + 1"},
     "How many batches do 12 samples make, with 4 in each?")
slip("not a whole number", {"-(-len(images) // batch_size)": "len(images) / batch_size"},
     "Can there be 2.75 batches? Is the rest rounded up or down?")
slip("always 128", {"batch_size = 0, batch_size": "batch_size = 0, 128", "// batch_size": "// 128"},
     "Trace the argument batch_size: where is it used?")
slip("another default", {"assert": "batch_size = 32 if batch_size == 128 else batch_size\nassert"},
     "How many samples should a batch have if nobody says so?")
slip("counts the samples", {"-(-len(images) // batch_size)": "len(images)"},
     "`next` hands out how many samples at once? How many calls does an epoch take, then?")
slip("does not compare", {"assert len(images) == len(labels)\n": "labels = np.resize(labels, len(images))\n"},
     "99 labels and 100 images: what should happen, and what does your generator do?")
slip("does not look", {"assert len(images) == len(labels)\n": ""},
     "99 labels and 100 images: should your generator find out at once, or later and by accident?")
slip("compares whole shapes", {"len(images) == len(labels)": "images.shape == labels.shape"},
     "Images of shape (100, 784), labels of shape (100,): which of these numbers have to agree?")
slip("keeps it to itself", {"self.num_batches": "num_batches"},
     "Who can read a variable after `__init__` has ended? What must stand before its name?")

slip = partial(BatchGenerator.slip, "next")
# the place
slip("stays where it is", {"self.index += self.batch_size\n": ""},
     "Print the first label of two batches. What do you see?")
slip("moves by one", {"+= self.batch_size": "+= 1"},
     "Which samples are in two batches at once? How far must the place move?")
slip("moves before it cuts", {"part = slice(self.index, self.index + self.batch_size)\n": "",
                              "self.index += self.batch_size\n": "self.index += self.batch_size\n"
                              "part = slice(self.index, self.index + self.batch_size)\n"},
     "With which sample does your first batch begin?")
slip("always 128 samples", {"self.index + self.batch_size)": "self.index + 128)"},
     "Trace the argument batch_size: how many samples has your first batch?")
slip("cuts the labels elsewhere", {"self.labels[part]": "self.labels[: self.batch_size]"},
     "Take the first image of the second batch. Is the label beside it its own?")
slip("cuts one too few", {"+ self.batch_size)": "+ self.batch_size - 1)"},
     "Write down the places that a slice from 0 to 4 takes. How many are there?")
# the end
slip("hands out nothing", {"if self.index >= len(self.images):\n    raise StopIteration\n": ""},
     "What does `next()` give after the end, and what is the mean of its losses?")
slip("begins again", {"raise StopIteration": "self.index = 0"},
     "How does the caller find out that the epoch is over?")
slip("answers None", {"raise StopIteration": "return None"}, "Which exception says in Python that there is no more?")
slip("another exception", {"StopIteration": "IndexError"}, "Which exception says in Python that there is no more?")
slip("drops the short batch", {"self.index >= len(self.images)": "self.index + self.batch_size > len(self.images)"},
     "10 samples in batches of 4: who sees the last two?")
slip("fills up the short batch", {"part = slice(self.index, self.index + self.batch_size)":
                                  "part = np.arange(self.index, self.index + self.batch_size) % len(self.images)"},
     "How often does the network see the first sample in your epoch?")
slip("stops one batch early", {">= len(self.images)": ">= len(self.images) - self.batch_size"},
     "Is the last sample ever handed out?")
# the order
slip("never shuffles", {"if rng is None else rng.permutation(len(images))": ""},
     "The samples may come sorted by class. What does one batch contain then?", replaces="__init__")
slip("always shuffles", {"np.arange(len(images)) if rng is None else":
                         "rng = rng or np.random.default_rng(0)\norder ="},
     "What does `rng=None` say about the order?", replaces="__init__")
slip("ignores rng", {"else rng.permutation": "else np.random.permutation"},
     "Two generators of the same seed: do your batches agree?", replaces="__init__")
slip("draws its own seed", {"else rng.permutation": "else np.random.default_rng(0).permutation"},
     "Make two epochs from one `rng`. Is the second one in a new order?", replaces="__init__")
slip("shuffles images only", {"labels[order]": "labels"},
     "Does each image still have its own label?", replaces="__init__")
slip("shuffles twice", {"labels[order]": "labels[rng.permutation(len(images)) if rng else order]"},
     "How many orders are drawn? How many should images and labels have between them?", replaces="__init__")
slip("draws with replacement", {"rng.permutation(len(images))": "rng.integers(len(images), size=len(images))"},
     "Collect the samples of one epoch. Is each one there, and no one twice?", replaces="__init__")
slip("shuffles the caller's arrays", {"self.images, self.labels = images[order], labels[order]":
                                      "images[...], labels[...] = images[order], labels[order]\n"
                                      "self.images, self.labels = images, labels"},
     "Print the caller's images before and after. Did anybody ask for a new order there?", replaces="__init__")
slip("shuffles the caller's arrays apart", {" if rng is None else rng.permutation(len(images))":
                                            "\nif rng is not None:\n    rng.shuffle(images)\n    rng.shuffle(labels)"},
     "Whose arrays does `shuffle` change? And does it give images and labels the same order?", replaces="__init__")
slip("returns the exception", {"raise StopIteration": "return StopIteration"},
     "An exception that is returned is only a value. Which word of Python sets it off?")
# what comes back
slip("images only", {", self.labels[part]": ""}, "How many things does the caller wait for?")
slip("labels first", {"self.images[part], self.labels[part]": "self.labels[part], self.images[part]"},
     "Which of the two comes first?")
slip("no return", {"return ": ""}, "What does `next` hand back to its caller?")
# fmt: on


@BatchGenerator.alternative
class KeepsAnOrder:
    def __init__(self, images, labels, batch_size=128, rng=None):
        if len(images) != len(labels):
            raise ValueError(f"{len(images)} images and {len(labels)} labels")
        self.x, self.t, self.size = images, labels, batch_size
        self.left = list(range(len(images)))
        if rng is not None:
            rng.shuffle(self.left)
        self.num_batches = int(np.ceil(len(images) / batch_size))

    def next(self):
        chosen, self.left = self.left[: self.size], self.left[self.size :]
        if not chosen:
            raise StopIteration()
        return self.x[chosen], self.t[chosen]


@BatchGenerator.alternative
class CutsAtOnce:
    def __init__(self, images, labels, batch_size=128, rng=None):
        assert images.shape[0] == labels.shape[0], "one label for each image"
        order = np.argsort(rng.random(len(images))) if rng else np.arange(len(images))
        parts = np.split(order, range(batch_size, len(images), batch_size))
        self.num_batches = len(parts)
        self.batches = iter([(images[part], labels[part]) for part in parts])

    def next(self):
        return next(self.batches)


@BatchGenerator.alternative
class CountsBatches:
    def __init__(self, images, labels, batch_size=128, rng=None):
        def whole():
            return np.arange(len(images))

        assert len(images) == len(labels)
        self.pairs = images, labels
        self.order = whole() if rng is None else rng.choice(whole(), size=len(images), replace=False)
        self.batch_size, self.done = batch_size, 0
        self.num_batches = (len(images) + batch_size - 1) // batch_size

    def next(self):
        if self.done == self.num_batches:
            raise StopIteration("the epoch is over")
        start, self.done = self.done * self.batch_size, self.done + 1
        rows = self.order[start : start + self.batch_size]
        return tuple(array[rows] for array in self.pairs)
