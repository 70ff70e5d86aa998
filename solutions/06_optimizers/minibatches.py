r"""### `minibatches`: a fair handful at a time

One **epoch**: every sample once, in a new order, cut into batches.

1. Draw a new order of the $N$ samples from `rng`, a `numpy.random.Generator`. Samples and targets follow it together.
2. Cut it into batches of `batch_size`. Only the last one may be shorter: it holds the rest, and it is never empty.
3. Hand out the pairs (samples of the batch, targets of the batch), as a list or with `yield`.

With $N = 7$ and batches of 3 the sizes are 3, 3, 1. With batches of 10 there is one batch, of 7. Every call draws a new
order, and the same seed gives the same batches. The arrays of the caller stay as they are. Samples and targets may have
more axes; the first one counts the samples.
"""

import numpy as np

from autograder import agree, exercise


def some(rng, tail=True):
    batch_size, full = 3 + int(rng.integers(3)), 3 + int(rng.integers(3))
    size = batch_size * full + (int(rng.integers(1, batch_size)) if tail else 0)
    return {**of_one_size(rng, size), "targets": rng.normal(size=size), "batch_size": batch_size}


def of_one_size(rng, size=14):
    names = rng.permutation(1000)[:size] + 1.0  # the first column tells the samples apart
    return {
        "samples": np.column_stack([names, rng.normal(size=(size, 2))]),
        "targets": np.eye(4)[rng.integers(4, size=size)],
        "batch_size": 4,
        "seed": int(rng.integers(2**31)),
    }


def no_rest(rng):
    return some(rng, tail=False)


def many(rng, size=40):  # two right epochs share a batch once in 10 million draws
    return {**of_one_size(rng, size), "targets": rng.normal(size=size), "batch_size": 9}


@exercise
def minibatches(samples, targets, batch_size, rng):
    """Cut one epoch into batches, in a new order.

    Parameters
    ----------
    samples : (N, ...) array; it stays as it is
    targets : (N, ...) array; it stays as it is
    batch_size : int, at least 1
    rng : numpy.random.Generator

    Returns
    -------
    list, or generator, of pairs (samples of the batch, targets of the batch)
    """
    order = rng.permutation(len(samples))
    batches = []
    for start in range(0, len(samples), batch_size):
        chosen = order[start : start + batch_size]
        batches.append((samples[chosen], targets[chosen]))
    return batches


# Samples have two axes here and targets one; a pair turned round is charged where they have to belong together.


@minibatches.check("every sample once, also the rest that fills no batch", given=some, points=1.5)
def visits(minibatches, samples, targets, batch_size, seed):
    answer = {}
    for case, size in {"a rest": batch_size, "one sample a batch": 1, "too few for a batch": len(samples) + 2}.items():
        pairs = minibatches(samples, targets, size, np.random.default_rng(seed))
        batches = [x for x in (max(pair, key=np.ndim) for pair in pairs) if len(x)]
        answer[f"sizes, {case}"] = np.array([len(x) for x in batches])
        answer[f"samples, {case}"] = np.array(sorted(row[0] for x in batches for row in x))
    return answer


@minibatches.check("no empty batch at the end", given=no_rest, points=0.5)
def full_batches(minibatches, samples, targets, batch_size, seed):
    pairs = minibatches(samples, targets, batch_size, np.random.default_rng(seed))
    batches = [max(pair, key=np.ndim) for pair in pairs]
    return {
        "sizes": np.array([len(x) for x in batches]),
        "samples": np.array(sorted(row[0] for x in batches for row in x)),
    }


# Lost and repeated samples are charged above: what follows compares the batches with batches of the same student.


@minibatches.check(
    "every sample keeps its target",
    given=of_one_size,
    points=1.5,
    compare=agree("samples beside their own targets", "samples of the batches"),
)
def pairs(minibatches, samples, targets, batch_size):
    own, seen, kept = {row[0]: list(target) for row, target in zip(samples, targets)}, [], []
    batches = [(x, t) for x, t in minibatches(samples.copy(), targets.copy(), batch_size, np.random.default_rng(0))]
    for x, t in batches:
        names = [row[0] for row in x]
        seen += names
        kept += [name for name, target in zip(names, t, strict=True) if own.get(name) == list(target)]
    return {
        "samples of the batches": np.array(seen),
        "samples beside their own targets": np.array(kept),
        "one batch of all": len(batches) == 1,
    }


@minibatches.check(
    "a new order in every call, and it comes from rng",
    given=many,
    points=1.5,
    compare=agree("the batches of an equal rng", "the batches"),
)
def orders(minibatches, samples, targets, batch_size, seed):
    def epoch(rng):
        pairs = minibatches(samples.copy(), targets.copy(), batch_size, rng)
        return [[row[0] for row in max(pair, key=np.ndim)] for pair in pairs]

    rng = np.random.default_rng(seed)
    first, second = epoch(rng), epoch(rng)
    again, other = (epoch(np.random.default_rng(s)) for s in (seed, seed + 1))
    cuts = [{frozenset(batch) for batch in batches[:-1]} for batches in (first, second, other)]
    names = [name for batch in first for name in batch]
    return {
        "the batches": names,
        "the batches of an equal rng": [name for batch in again for name in batch],
        "the first order is that of the array": names == [row[0] for row in samples[: len(names)]],
        "the second call has the order of the first": second == first,
        "batches that two epochs share": len(cuts[0] & cuts[1]) + len(cuts[0] & cuts[2]),
    }


@minibatches.check(
    "the caller's arrays stay as they are",
    given=of_one_size,
    compare=agree("the batches, summed", "the batches of copies, summed"),
)
def caller(minibatches, samples, targets, batch_size):
    """What becomes of a batch is nobody else's business, so zeros are written into each."""
    before, answer = (samples.copy(), targets.copy()), {}
    for case, arrays in {"the batches of copies, summed": before, "the batches, summed": (samples, targets)}.items():
        batches = [(x, t) for x, t in minibatches(*arrays, batch_size, np.random.default_rng(0))]
        answer[case] = sum(float(np.sum(x) + np.sum(t)) for x, t in batches)
        for x, t in batches:
            x[...], t[...] = 0, 0
    return {**answer, "samples afterwards": samples, "targets afterwards": targets}


# fmt: off
slip = minibatches.slip
draw, starts = "order = rng.permutation(len(samples))", "start in range(0, len(samples), batch_size)"
sort = "samples[:], targets[:] = samples[order], targets[order]"
chosen, cut = "order[start : start + batch_size]", "batches.append((samples[chosen], targets[chosen]))"
# the order
slip("never shuffles", {"rng.permutation(": "np.arange("},
     "The samples may come sorted by class. What does your first batch hold?")
slip("shuffles the batches only", {"rng.permutation(": "np.arange(",
                                   starts: "start in rng.permutation(range(0, len(samples), batch_size))"},
     "Which samples share a batch in this epoch, and which in the next?")
slip("shuffles the caller's arrays apart", {"order = rng.permutation(len(samples))":
                                            "rng.shuffle(samples)\nrng.shuffle(targets)\n"
                                            "order = np.arange(len(samples))",
                                            "[chosen]": "[start : start + batch_size]"},
     "Whose arrays does `shuffle` change? And do samples and targets get the same order from it?")
slip("samples as an order", {"rng.permutation(len(samples))": "rng.permutation(samples)"},
     "Print your order. Are these places in the list, or already the samples?")
slip("ignores rng", {"rng.": "np.random."}, "Call it twice with generators of one seed. Do the batches agree?")
slip("makes its own generator", {"rng.": "np.random.default_rng(0)."},
     "Call it twice with one generator. Is the second epoch a new one?")
slip("shuffles the samples only", {"targets[chosen]": "targets[start : start + batch_size]"},
     "Take one row of a batch. Is the target beside it its own?")
slip("shuffles samples and targets apart", {"order =": "targets = rng.permutation(targets)\norder ="},
     "How many orders do you draw? How many do samples and targets have between them?")
slip("draws with replacement", {"rng.permutation(len(samples))": "rng.integers(len(samples), size=len(samples))"},
     "Collect the samples of one epoch. Is each one there, and none twice?")
slip("swaps rows of an array", {draw: "import random\nrandom.seed(int(rng.integers(2**31)))\nsamples = samples.copy()\n"
                                      "random.shuffle(samples)\norder = np.arange(len(samples))"},
     "Count the different rows after the shuffle. When two rows swap places, who keeps a copy of the first?")
slip("shuffles in place", {draw: f"{draw}\n{sort}\norder = np.arange(len(samples))"},
     "Print the caller's array before and after. Did they ask for a new order?")
slip("hands out views", {draw: f"{draw}\n{sort}", chosen: "slice(start, start + batch_size)"},
     "If somebody writes into a batch, whose array changes?")
# the cuts
slip("drops the rest", {"0, len(samples),": "0, len(samples) - batch_size + 1,"},
     "300 samples in batches of 70: which of them does nobody see in this epoch?")
slip("fills up the rest", {chosen: "np.resize(order, len(order) + batch_size)[start : start + batch_size]"},
     "How many samples has the last batch, and which of them have been seen before?")
slip("one batch too many", {"0, len(samples),": "0, len(samples) + 1,"},
     "How many batches do 300 samples make, with 30 in each? What is in your last one?")
slip("nearly equal batches", {starts: "chosen in np.array_split(order, -(-len(samples) // batch_size))",
                              f"    chosen = {chosen}\n": ""},
     "How many samples are in each of your batches? Which of them may be short?")
slip("always the first batch", {chosen: "order[:batch_size]"},
     "Print the first sample of two batches. What should have moved on?")
slip("overlapping batches", {"(0, len(samples), batch_size)": "(len(samples))"},
     "By how much does the start move from batch to batch?")
slip("targets one batch behind", {"targets[chosen]": "targets[order[max(start - batch_size, 0) :][: len(chosen)]]"},
     "Are samples and targets of a batch cut at the same place?")
slip("swaps the pair", {"(samples[chosen], targets[chosen])": "(targets[chosen], samples[chosen])"},
     "Which comes first in a pair, samples or targets?")
slip("two lists", {"return batches": "return [x for x, _ in batches], [t for _, t in batches]"},
     "Write `for x, t in minibatches(...)`. What are x and t in the first round?")
slip("first batch only", {"return": "    return"}, "How often does the loop run before the function returns?")
# fmt: on


@minibatches.alternative
def as_a_generator(samples, targets, batch_size, rng):
    index = np.arange(len(samples))
    rng.shuffle(index)
    while len(index):
        now, index = index[:batch_size], index[batch_size:]
        yield samples[now], targets[now]


@minibatches.alternative
def split_copies(samples, targets, batch_size, rng):
    order = np.argsort(rng.random(len(samples)))
    cuts = np.arange(batch_size, len(samples), batch_size)
    return list(zip(np.split(samples[order], cuts), np.split(targets[order], cuts)))


@minibatches.alternative
def pair_by_pair(samples, targets, batch_size, rng):
    together, batches = list(zip(samples, targets)), []
    rng.shuffle(together)
    for count, (sample, target) in enumerate(together):
        if count % batch_size == 0:
            batches.append(([], []))
        batches[-1][0].append(sample)
        batches[-1][1].append(target)
    return [(np.array(x), np.array(t)) for x, t in batches]
