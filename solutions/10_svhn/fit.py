r"""### `fit`: epochs

One epoch, in this order:

1. draw a **new order** of all training samples from `rng`, cut it into batches of `batch_size` (the last one may be
   shorter, and is used as well), and call `train_batch(images, labels)` for each; images and labels stay together;
2. cut the test samples into batches of `batch_size` as well, and call `test_batch(images, labels)` for each, every
   sample once. Their order does not matter;
3. ask each metric for its `result()`.

`metrics` is a dictionary of objects with `result()` and `reset()`; the batches fill them. Each number that you write
down speaks of **its own epoch only**. Return a dictionary with the same names, each with a list of `epochs` numbers:

$$\{\texttt{"loss"}: [2.52, 2.24, \dots],\ \texttt{"accuracy"}: [0.188, 0.189, \dots],\ \dots\}$$

All that is random comes from `rng`. The arrays of the caller stay as they are.

`fit` knows nothing of networks: `train_batch` and `test_batch` are functions, and what they do is their own affair. In
the checks they write down what they are called with.
"""

import numpy as np

from autograder import exercise


def samples(rng):
    batch_size, full, epochs = (int(rng.integers(*span)) for span in [(6, 10), (7, 11), (3, 6)])
    return {
        "count": batch_size * full + int(rng.integers(1, batch_size - 2)),
        "test_count": batch_size * (full - 4) + int(rng.integers(1, batch_size - 2)),
        "batch_size": batch_size,
        "epochs": epochs,
        "labels": rng.integers(1000, size=200),
        "seed": int(rng.integers(2**31)),
    }


def scripted(rng):
    inputs = samples(rng)
    return {**inputs, "values": rng.uniform(0.5, 3, size=200)}


def many(rng):
    return {
        "count": int(rng.integers(2800, 3600)),
        "batch_size": int(rng.integers(300, 500)),
        "seed": int(rng.integers(2**31)),
    }


@exercise
def fit(train_batch, test_batch, metrics, train_data, test_data, epochs, batch_size, rng):
    """Train and test for some epochs.

    Parameters
    ----------
    train_batch, test_batch : functions of (images, labels)
    metrics : dict of objects with result() and reset()
    train_data, test_data : (images, labels), arrays of shapes (N, ...) and (N,); they stay as they are
    epochs, batch_size : int
    rng : numpy.random.Generator

    Returns
    -------
    dict of lists: for each of the metrics its result in each epoch
    """
    images, labels = train_data
    test_images, test_labels = test_data
    history = {name: [] for name in metrics}
    for _ in range(epochs):
        for metric in metrics.values():
            metric.reset()
        order = rng.permutation(len(images))
        for start in range(0, len(images), batch_size):
            batch = order[start : start + batch_size]
            train_batch(images[batch], labels[batch])
        for start in range(0, len(test_images), batch_size):
            test_batch(test_images[start : start + batch_size], test_labels[start : start + batch_size])
        for name, metric in metrics.items():
            history[name].append(metric.result())
    return history


@fit.check("every training sample once an epoch, beside its own label, in batches", given=samples)
def training(fit, count, test_count, labels, batch_size, seed):
    calls, images, t = [], np.arange(count)[:, None], labels[:count].copy()
    test = np.arange(test_count)[:, None] + 1000, labels[:test_count]
    fit(
        lambda x, t: calls.append((x, t)),
        lambda x, t: None,
        {},
        (images, t),
        test,
        1,
        batch_size,
        np.random.default_rng(seed),
    )
    seen = [int(i) for x, _ in calls for i in x[:, 0]]
    told = [int(label) for _, t in calls for label in t]
    return {
        "sizes of the batches": np.array([len(x) for x, _ in calls]),
        "different samples": len(set(seen)),
        "labels beside the wrong picture": sum(labels[i] != label for i, label in zip(seen, told))
        + abs(len(seen) - len(told)),
        "changes of the caller's arrays": int(np.any(images[:, 0] != np.arange(count)) or np.any(t != labels[:count])),
    }


@fit.check("a new order in every epoch, and it comes from rng", given=samples)
def orders(fit, count, test_count, labels, epochs, batch_size, seed):
    seen, runs = [], []
    train = np.arange(count)[:, None], labels[:count]
    test = np.arange(test_count)[:, None] + 1000, labels[:test_count]
    for run_seed in (seed, seed, seed + 1):
        seen.clear()
        fit(
            lambda x, t: seen.extend(x[:, 0].tolist()),
            lambda x, t: None,
            {},
            train,
            test,
            epochs,
            batch_size,
            np.random.default_rng(run_seed),
        )
        runs.append(tuple(seen))
    found = [runs[0][i : i + count] for i in range(0, len(runs[0]), count)]
    cuts = {frozenset(frozenset(order[i : i + batch_size]) for i in range(0, count, batch_size)) for order in found}
    return {
        "different orders": len(set(found)),
        "different divisions into batches": len(cuts),
        "epochs in the old order": found.count(tuple(range(count))),
        "different ones of three runs, two with the same seed": len(set(runs)),
    }


@fit.check("the order is drawn from all samples, also where there are thousands", given=many)
def far(fit, count, batch_size, seed):
    calls, data = [], (np.arange(count)[:, None], np.arange(count) % 10)
    fit(
        lambda x, t: calls.append(x[:, 0]),
        lambda x, t: None,
        {},
        data,
        data,
        1,
        batch_size,
        np.random.default_rng(seed),
    )
    return {
        "samples in the first batch": len(calls[0]),
        "some of them from the last third": int(np.any(calls[0] > 2 * count // 3)),
        "samples of the first third in the second half of the epoch": int(
            np.any(np.concatenate(calls)[count // 2 :] < count // 3)
        ),
    }


@fit.check("the test samples: each once, after the training of the epoch", given=samples)
def testing(fit, count, test_count, labels, batch_size, seed):
    trained, before, seen, told = [], [], [], []
    train = np.arange(count)[:, None], labels[:count]
    test = np.arange(test_count)[:, None] + 1000, labels[:test_count]

    def look(x, t):
        before.append(len(trained))
        seen.extend(x[:, 0].tolist())
        told.extend(t.tolist())

    fit(lambda x, t: trained.append(x.max()), look, {}, train, test, 1, batch_size, np.random.default_rng(seed))
    return {
        "training batches before each test batch": np.array(before),
        "test samples seen, and different ones": [len(seen), len(set(seen))],
        "labels beside the wrong picture": sum(labels[i - 1000] != label for i, label in zip(seen, told))
        + abs(len(seen) - len(told)),
        "test samples that were trained on": int(max(trained, default=0) >= 1000),
    }


@fit.check("the history: each number speaks of its own epoch only", given=scripted, points={"loss": 1, "test_loss": 1})
def numbers(fit, count, test_count, labels, epochs, batch_size, values, seed):
    class Meter(list):
        def result(self):
            return float(np.mean(self)) if self else 0.0

        reset = list.clear

    metrics, turns = {"loss": Meter(), "test_loss": Meter()}, [0, 0]  # the epoch, and whether it is at its test
    train = np.arange(count)[:, None], labels[:count]
    test = np.arange(test_count)[:, None] + 1000, labels[:test_count]

    def learn(x, t):
        turns[:] = turns[0] + turns[1], 0
        metrics["loss"].append(values[turns[0]])

    def look(x, t):
        turns[1] = 1
        metrics["test_loss"].append(values[-1 - turns[0]])

    history = fit(learn, look, metrics, train, test, epochs, batch_size, np.random.default_rng(seed))
    return {name: np.array(list(history[name]), dtype=float) for name in metrics}


TEST = "test_batch(test_images[start : start + batch_size], test_labels[start : start + batch_size])"
# fmt: off
# the order
fit.slip("never shuffles", {"rng.permutation(len(images))": "np.arange(len(images))"},
         "Print the first batch of two epochs. Is the second one new?")
fit.slip("shuffles once", {"for _ in": "order = rng.permutation(len(images))\nfor _ in",
                           "order = rng.permutation(len(images))\n    for start": "for start"},
         "How often is an order drawn, and how many epochs are there?")
fit.slip("shuffles the batches only", {"rng.permutation(len(images))": "np.arange(len(images))",
                                       "in range(0, len(images), batch_size)":
                                       "in rng.permutation(range(0, len(images), batch_size))"},
         "Which samples share a batch in the first epoch, and which in the last?")
fit.slip("an order of one batch", {"rng.permutation(len(images))": "rng.permutation(batch_size)"},
         "How many samples has your order, and how many the training set? Print one order.")
fit.slip("ignores rng", {"rng.": "np.random."}, "Run it twice with generators of the same seed. Do the two runs agree?")
fit.slip("shuffles in a small buffer", {"rng.permutation(len(images))":
                                        "np.concatenate([start + rng.permutation(min(1024, len(images) - start))\n"
                                        "    for start in range(0, len(images), 1024)])"},
         "1024 samples fit into your buffer. Of 73,257, which can be in the first batch, and which never?")
fit.slip("draws with replacement", {"rng.permutation(len(images))": "rng.integers(len(images), size=len(images))"},
         "Collect the samples of one epoch. Is each one there, and no one twice?")
fit.slip("shuffles images without labels", {"labels[batch]": "labels[start : start + batch_size]"},
         "Take one picture of a batch. Is the label beside it its own?")
fit.slip("shuffles the caller's arrays", {"for start in range(0, len(images)":
                                          "images[:], labels[:] = images[order], labels[order]\n"
                                          "    for start in range(0, len(images)",
                                          "order[start : start + batch_size]": "slice(start, start + batch_size)"},
         "Print the caller's arrays before and after. Did you promise to change them?")
# the batches
fit.slip("drops the short batch", {"range(0, len(images)": "range(0, len(images) - batch_size + 1"},
         "75 samples in batches of 8: which of them does the network never see in this epoch?")
fit.slip("an empty batch at the end", {"range(0, len(images)": "range(0, len(images) + batch_size"},
         "What is in your last batch?")
fit.slip("batches of 32", {"batch_size": "32"}, "Follow the argument `batch_size`. Where does it end?")
fit.slip("one epoch", {"return history": "    return history"},
         "How often does the outer loop run before the function returns?")
fit.slip("samples in place of batches", {"[batch]": "[batch[:1]]"},
         "How many samples has one batch?")
# the test
fit.slip("never tests", {TEST: "pass"}, "Who calls `test_batch`?")
fit.slip("trains on the test samples", {"test_batch(": "train_batch("},
         "If the network learns from the test pictures, what does its test accuracy still tell?")
fit.slip("tests the training samples", {TEST: TEST.replace("test_images", "images").replace("test_labels", "labels")},
         "Which pictures does the test ask for? Look which numbers come into `test_batch`.")
fit.slip("tests before training", {"    " + TEST: "    pass",
                                   "order =": f"for start in range(0, len(test_images), batch_size):\n        {TEST}\n"
                                              "    order ="},
         "Of which network does the test speak: the one at the end of the epoch, or the one at its beginning?")
fit.slip("tests after every batch", {"        train_batch(images[batch], labels[batch])\n    for start":
                                     "        train_batch(images[batch], labels[batch])\n        for start",
                                     "    " + TEST: "        " + TEST},
         "How often in an epoch is the test done? Look how far your loops are indented.")
fit.slip("drops the short test batch", {"range(0, len(test_images)": "range(0, len(test_images) - batch_size + 1"},
         "Count the test pictures that `test_batch` gets in one epoch. Are some missing at the end?")
fit.slip("all test samples at once", {"in range(0, len(test_images), batch_size)": "in [0]",
                                      TEST: "test_batch(test_images, test_labels)"},
         "26,032 pictures in one go: how large are the arrays between the layers? In which portions should they come?")
# the metrics
fit.slip("never resets", {"metric.reset()": "pass"}, "Which epochs does your number for the third epoch speak about?")
fit.slip("resets one metric only", {"in metrics.values()": "in [*metrics.values()][:1]"},
         "Which metrics begin each epoch anew, and which of them go on collecting?")
fit.slip("resets before reading", {"history[name].append": "metric.reset()\n        history[name].append"},
         "What is left in a metric when you ask for its result?")
fit.slip("resets before the test", {"for start in range(0, len(test_images)":
                                    "for metric in metrics.values():\n        metric.reset()\n"
                                    "    for start in range(0, len(test_images)"},
         "The training loss of the epoch was in one of the metrics. Who has thrown it away, and when?")
READ = "    for name, metric in metrics.items():\n        history[name].append(metric.result())\n"
fit.slip("reads before the test", {READ:
                                   "", "    for start in range(0, len(test_images)":
                                   READ + "    for start in range(0, len(test_images)"},
         "When you write the results down, has the test been done yet?")
fit.slip("one list for all", {"{name: [] for name in metrics}": "dict.fromkeys(metrics, [])"},
         "Write a number into one of the lists, and print the others. How many lists have you made?")
fit.slip("keeps the last epoch", {".append(metric.result())": " = [metric.result()]"},
         "How long should each list be after three epochs? How long is yours?")
fit.slip("collects methods", {"metric.result()": "metric.result"},
         "Is that a number, or something that could give you one? Count the brackets.")
fit.slip("returns the last numbers", {"return history": "return {name: metric.result() for name, metric in "
                                                    "metrics.items()}"},
         "A list for each name, or a number? How will you see whether the loss has fallen?")
fit.slip("returns nothing", {"return history": ""}, "What does your function hand back to its caller?")
# fmt: on


@fit.alternative
def while_loops_and_resets_at_the_end(train_batch, test_batch, metrics, train_data, test_data, epochs, batch_size, rng):
    history = {}
    index = np.arange(len(train_data[1]))
    while epochs > 0:
        epochs -= 1
        rng.shuffle(index)
        done = 0
        while done < len(index):
            chosen = index[done : done + batch_size]
            train_batch(np.take(train_data[0], chosen, axis=0), np.take(train_data[1], chosen))
            done += len(chosen)
        done = 0
        while done < len(test_data[1]):
            test_batch(*(array[done : done + batch_size] for array in test_data))
            done += batch_size
        for name in metrics:
            history.setdefault(name, []).append(metrics[name].result())
            metrics[name].reset()
    return history


@fit.alternative
def with_a_generator(train_batch, test_batch, metrics, train_data, test_data, epochs, batch_size, rng):
    def batches(data, order):
        for batch in np.split(order, range(batch_size, len(order), batch_size)):
            yield tuple(array[batch] for array in data)

    def epoch():
        [metric.reset() for metric in metrics.values()]
        for images, labels in batches(train_data, rng.permutation(len(train_data[0]))):
            train_batch(images, labels)
        for images, labels in batches(test_data, np.arange(len(test_data[0]))):
            test_batch(images, labels)
        return [metric.result() for metric in metrics.values()]

    rows = [epoch() for _ in range(epochs)]
    return {name: [row[i] for row in rows] for i, name in enumerate(metrics)}


@fit.alternative
def shuffled_copies(train_batch, test_batch, metrics, train_data, test_data, epochs, batch_size, rng):
    history = {name: np.zeros(epochs) for name in metrics}
    for epoch in range(epochs):
        for name in metrics:
            metrics[name].reset()
        for step, (images, labels) in enumerate([train_data, test_data]):
            order = np.argsort(rng.random(len(labels)))
            images, labels = images[order], labels[order]
            for i in range(-(-len(labels) // batch_size)):
                part = slice(i * batch_size, (i + 1) * batch_size)
                (train_batch, test_batch)[step](images[part], labels[part])
        for name in metrics:
            history[name][epoch] = metrics[name].result()
    return history
