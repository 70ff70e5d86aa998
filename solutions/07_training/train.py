r"""### `train`: the loop that learns

One **epoch** uses every sample once. `train` runs `max_epoch` of them. In each epoch:

1. draw a **new order** of the samples from `rng`; `x` and `t` follow it together;
2. cut it into batches of `batch_size`; only the last one may be shorter, and it is used as well;
3. for each batch, once and in this order: `model.forward(batch of x, batch of t)`, which returns the batch's loss,
   `model.backward()`, `optimizer.update(model.params, model.grads)`.

Return a list with one number an epoch, the mean loss **over its samples**. With the loss $L_B$ that `forward` returned
for batch $B$ (that is, before this batch's update), and the number $|B|$ of its samples,

$$\bar L = \frac{1}{N} \sum_B |B|\, L_B .$$

An example: batches of 4, 4 and 2 samples with losses 1.2, 0.9 and 0.3 make
$(4 \cdot 1.2 + 4 \cdot 0.9 + 2 \cdot 0.3) / 10 = 0.9$.

All that is random comes from `rng`, a `numpy.random.Generator`: the same seed gives the same run. The arrays of the
caller stay as they are.

Only this loop is graded. The checks train a `PlainNet` with a `kit.SGD`, so a slip in your `TwoLayerNet` costs nothing
here.
"""

import numpy as np

from autograder import accuracy, agree, cross_entropy, exercise

# benchmarks/calibrate_training.py, the reference on 1000 seeds: loss 0.087 to 0.332 (mean 0.137), accuracy 0.917 to
# 0.983 (mean 0.961), and no false fail. Log-normal tails, fitted to the losses and to the shares of errors, put 1e-10
# and 2e-5 of the runs beyond the limits.
LOSS_AT_MOST = 0.5
ACCURACY_AT_LEAST = 0.88


def samples(rng, short_batch=False):
    """Rows that can be told apart by x[:, 0], in no order; sizes differ from draw to draw."""
    batch_size, batches, max_epoch = (int(rng.integers(*span)) for span in [(5, 10), (8, 16), (3, 7)])
    tail = int(rng.integers(1, batch_size - 2)) if short_batch else 0
    size = batches * batch_size + tail
    return {
        "x": np.stack([rng.permutation(size), rng.normal(size=size)], axis=1),
        "t": np.eye(3)[rng.integers(3, size=size)],
        "batch_size": batch_size,
        "max_epoch": max_epoch,
        "batch_losses": rng.uniform(0.5, 2, size=max_epoch * -(-size // batch_size)),
        "seed": int(rng.integers(2**31)),
    }


def short_last_batch(rng):
    return samples(rng, short_batch=True)


def of_one_size(rng):
    """Nothing but the order is drawn for the sizes: each of x and t can be drawn again alone."""
    t = np.eye(3)[rng.integers(3, size=43)]
    return {"x": rng.normal(size=(43, 2)), "t": t, "batch_size": 8, "seed": int(rng.integers(2**31))}


def spiral(rng):
    """What `make_spiral(100, 3, rng)` returns: a student's own one would charge its slips here."""
    label, radius = np.repeat(np.arange(3), 100), np.tile(np.arange(100) / 100, 3)
    angle = 4 * (label + radius) + 0.2 * rng.normal(size=300)
    return radius[:, None] * np.stack([np.sin(angle), np.cos(angle)], axis=1), np.eye(3)[label]


def two_spirals(rng):
    (x, t), (x_unseen, t_unseen) = spiral(rng), spiral(rng)
    seeds = {"model_seed": int(rng.integers(2**31)), "order_seed": int(rng.integers(2**31))}
    order = rng.permutation(len(x_unseen))
    return {"x": x, "t": t, "x_unseen": x_unseen[order], "t_unseen": t_unseen[order], **seeds}


training = {"given": two_spirals, "seconds": 10}  # 300 epochs take 0.13 s alone, 0.6 s on a crowded machine


@exercise
def train(model, optimizer, x, t, max_epoch, batch_size, rng):
    """Train a model on mini-batches, in a new order every epoch.

    Parameters
    ----------
    model : has params, grads, forward(x, t) -> loss, backward()
    optimizer : has update(params, grads)
    x : (N, D) array; it stays as it is
    t : (N, C) array, one-hot; it stays as it is
    max_epoch, batch_size : int
    rng : numpy.random.Generator

    Returns
    -------
    list of max_epoch floats: the mean loss over the samples of each epoch
    """
    losses = []
    for _ in range(max_epoch):
        order = rng.permutation(len(x))
        total = 0.0
        for start in range(0, len(x), batch_size):
            batch = order[start : start + batch_size]
            loss = model.forward(x[batch], t[batch])
            total += loss * len(batch)
            model.backward()
            optimizer.update(model.params, model.grads)
        losses.append(total / len(x))
    return losses


# The probes put a recorder in place of `model.forward`; `seen.append(...)` is None, so `or` goes on to the real one.


@train.check("every sample once an epoch, also those of a short last batch", given=short_last_batch, points=3)
def visits(train, PlainNet, kit, x, t, batch_size, seed):
    seen, answer, model = [], {}, PlainNet(2, 4, 3, np.random.default_rng(seed))
    forward, full = model.forward, len(x) // batch_size * batch_size
    model.forward = lambda x, t: seen.append([row[0] for row in x]) or forward(x, t)
    for case, size in {"with a short last batch": len(x), "with full batches only": full}.items():
        seen.clear()
        train(model, kit.SGD(0.1), x[:size].copy(), t[:size].copy(), 1, batch_size, np.random.default_rng(seed))
        flat = [sample for batch in seen for sample in batch]
        answer[f"batch sizes {case}"] = np.array(sorted(map(len, seen)))
        answer[f"fewest visits to a sample {case}"] = min(flat.count(row[0]) for row in x[:size])
    return answer


@train.check(
    "x and t stay together",
    given=of_one_size,
    points=2,
    compare=agree("samples beside their own targets", "samples seen"),
)
def pairs(train, PlainNet, kit, x, t, batch_size, seed):
    own = {row[0]: np.argmax(label) for row, label in zip(x, t)}
    seen, kept, model = [], [], PlainNet(2, 4, 3, np.random.default_rng(seed))
    forward = model.forward

    def recording_forward(x, t):
        rows = [(row[0], np.argmax(label)) for row, label in zip(x, t)]
        seen.extend(name for name, _ in rows)
        kept.extend(name for name, label in rows if own.get(name) == label)
        return forward(x, t)

    model.forward = recording_forward
    train(model, kit.SGD(0.1), x.copy(), t.copy(), 3, batch_size, np.random.default_rng(seed))
    return {"samples seen": np.array(seen), "samples beside their own targets": np.array(kept)}


@train.check("a new order in every epoch, and it comes from rng", given=samples, points=2)
def orders(train, PlainNet, kit, x, t, batch_size, max_epoch, seed):
    seen, runs, model = [], [], PlainNet(2, 4, 3, np.random.default_rng(0))
    forward = model.forward
    model.forward = lambda x, t: seen.extend(row[0] for row in x) or forward(x, t)
    for run_seed in (seed, seed, seed + 1):
        seen.clear()
        train(model, kit.SGD(0.1), x.copy(), t.copy(), max_epoch, batch_size, np.random.default_rng(run_seed))
        runs.append(tuple(seen))
    epochs = [runs[0][start : start + len(x)] for start in range(0, len(runs[0]), len(x))]
    cuts = [[frozenset(epoch[i : i + batch_size]) for i in range(0, len(epoch), batch_size)] for epoch in epochs]
    return {
        "samples seen": len(runs[0]),
        "different orders": len(set(epochs)),
        "different divisions into batches": len(set(map(frozenset, cuts))),
        "epochs in the old order": epochs.count(tuple(row[0] for row in x)),
        "different ones of three runs, two with the same seed": len(set(runs)),
    }


@train.check("forward, backward, update: once for each batch, in this order", given=samples, points=3)
def steps(train, PlainNet, kit, x, t, batch_size, max_epoch, batch_losses, seed):
    model, optimizer = PlainNet(2, 4, 3, np.random.default_rng(seed)), kit.SGD(0.1)
    forward, backward, update = model.forward, model.backward, optimizer.update
    sizes, handed, before_updates, own_arrays = [], [], [], []

    def recording_update(params, grads):
        before_updates.append([len(sizes), len(handed)])
        own_arrays.append(params[0] is model.params[0] and grads[0] is model.grads[0])
        update(params, grads)

    model.forward = lambda x, t: (sizes.append(len(x)), forward(x, t), batch_losses[0])[-1]
    model.backward = lambda dout=1: handed.append(float(np.mean(dout))) or backward(dout)
    optimizer.update = recording_update
    train(model, optimizer, x.copy(), t.copy(), max_epoch, batch_size, np.random.default_rng(seed))
    return {
        "calls of forward and backward before each update": np.array(before_updates).reshape(-1, 2),
        "what backward starts from": np.array(handed),
        "updates of the model's params by the model's grads": sum(own_arrays),
    }


def mean_losses(train, PlainNet, kit, x, t, batch_size, max_epoch, batch_losses, seed):
    calls, model = [], PlainNet(2, 4, 3, np.random.default_rng(seed))
    forward, script = model.forward, [*batch_losses]  # the k-th batch costs script[k], whatever is in it
    model.forward = lambda x, t: (forward(x, t), calls.append(x), script[(len(calls) - 1) % len(script)])[-1]
    return np.array(list(train(model, kit.SGD(0.1), x, t, max_epoch, batch_size, np.random.default_rng(seed))))


train.check("one mean loss for each epoch", given=samples, points=2)(mean_losses)
train.check("a short last batch weighs less in the mean", given=short_last_batch)(mean_losses)


@train.check(
    "the caller's arrays stay as they are",
    given=of_one_size,
    compare=agree("what is learned", "what is learned from copies"),
)
def caller(train, PlainNet, kit, x, t, batch_size, seed):
    answer = {}
    for case, data in {"what is learned from copies": (x.copy(), t.copy()), "what is learned": (x, t)}.items():
        model = PlainNet(2, 4, 3, np.random.default_rng(seed))
        train(model, kit.SGD(0.1), *data, 3, batch_size, np.random.default_rng(seed))
        answer[case] = [p.copy() for p in model.params]
    return {**answer, "x afterwards": x, "t afterwards": t}


@train.check("spiral: with a learning rate of 0 every epoch costs about ln 3", given=two_spirals)
def untrained(train, PlainNet, kit, x, t, model_seed, order_seed):
    model = PlainNet(2, 10, 3, np.random.default_rng(model_seed))
    return np.array(list(train(model, kit.SGD(0.0), x, t, 2, 30, np.random.default_rng(order_seed))))


@train.check(
    f"spiral: 300 epochs bring the loss on unseen points below {LOSS_AT_MOST}",
    compare=cross_entropy("t_unseen", at_most=LOSS_AT_MOST),
    **training,
)
def scores_of_unseen_points(train, PlainNet, kit, x, t, x_unseen, model_seed, order_seed):
    model = PlainNet(2, 10, 3, np.random.default_rng(model_seed))
    train(model, kit.SGD(1.0), x, t, 300, 30, np.random.default_rng(order_seed))
    return model.predict(x_unseen)


@train.check(
    f"spiral: {ACCURACY_AT_LEAST:.0%} of unseen points are classified right",
    compare=accuracy("t_unseen", at_least=ACCURACY_AT_LEAST),
    points=2,
    **training,
)
def unseen_points(train, PlainNet, kit, x, t, x_unseen, model_seed, order_seed):
    model = PlainNet(2, 10, 3, np.random.default_rng(model_seed))
    train(model, kit.SGD(1.0), x, t, 300, 30, np.random.default_rng(order_seed))
    return model.predict(x_unseen).argmax(axis=1)


# fmt: off
# the order
train.slip("never shuffles", {"rng.permutation(": "np.arange("},
           "The samples come sorted by class. What does one batch contain?")
train.slip("shuffles once", {"order =": "order = order if losses else"},
           "Print the first batch of two epochs. Is the second one new?")
train.slip("shuffles the batches only", {"rng.permutation(": "np.arange(",
                                         "in range(0, len(x), batch_size)":
                                         "in rng.permutation(range(0, len(x), batch_size))"},
           "Which samples share a batch in the first epoch, and which in the tenth?")
train.slip("all samples in each step", {"x[batch], t[batch]": "x, t"},
           "You have cut batches. How many samples does `forward` get?")
train.slip("shuffles only x", {"t[batch]": "t[start : start + batch_size]"},
           "Take one row of a batch of x. Is the row of t beside it its own?")
train.slip("shuffles x and t apart", {"order =": "t = rng.permutation(t)\n    order ="},
           "How many orders are drawn in one epoch? How many should x and t have between them?")
train.slip("ignores rng", {"rng.": "np.random."},
           "Run it twice with generators of the same seed. Do the two runs agree?")
train.slip("draws with replacement", {"rng.permutation(len(x))": "rng.integers(len(x), size=len(x))"},
           "Collect the samples of one epoch. Is each one there, and no one twice?")
train.slip("swaps rows of an array", {"losses = []": "import random\nrows, losses = np.hstack([x, t]), []",
                                      "order = rng.permutation(len(x))": "random.shuffle(rows)",
                                      "order[": "rows[",
                                      "x[batch], t[batch]": "batch[:, : x.shape[1]], batch[:, x.shape[1] :]"},
           "Count the different rows after the shuffle. When two rows swap places, who keeps a copy of the first?")
train.slip("shuffles in place", {"total =": "x[:], t[:] = x[order], t[order]\n    total =",
                                 "order[start": "np.arange(len(x))[start"},
           "Print the caller's x before and after training. Did you promise to change it?")

# the batches
train.slip("drops the short batch", {"0, len(x)": "0, len(x) - batch_size + 1"},
           "300 samples in batches of 70: which of them does the network never see in this epoch?")
train.slip("one batch too many", {"0, len(x)": "0, len(x) + 1"},
           "How many batches do 300 samples make, with 30 in each? And what is in your last one?")
train.slip("nearly equal batches", {"start in range(0, len(x), batch_size)":
                                    "batch in np.array_split(order, -(-len(x) // batch_size))",
                                    "        batch = order[start : start + batch_size]\n": ""},
           "How many samples are in each of your batches? Which of them may be short?")

train.slip("batches of 30", {"len(x), batch_size": "len(x), 30", "start + batch_size": "start + 30"},
           "Follow the argument `batch_size`. Where does it end?")

# the mean
train.slip("mean of means", {" * len(batch)": "", "/ len(x)": "/ np.ceil(len(x) / batch_size)"},
           "A batch of 2 and a batch of 30: should they count alike in a mean over samples?")
train.slip("never resets", {"= 0.0": "= total if losses else 0.0", "/ len(x)": "/ len(x) / (len(losses) + 1)"},
           "Which epochs does the number for the third epoch speak about?")
train.slip("a sum for a mean", {"total / len(x)": "total"},
           "Should the number of an epoch grow when there are twice as many samples?")
train.slip("the sum goes on", {"losses = []": "losses, total = [], 0.0", "    total = 0.0\n": ""},
           "What is in your sum when the second epoch begins?")
train.slip("divides by one batch", {"total / len(x)": "total / batch_size"},
           "How many samples are in your sum, and by how many do you divide?")
train.slip("forgets the short batch in the mean", {" * len(batch)": "", "/ len(x)": "/ (len(x) // batch_size)"},
           "How many batches have you added up, the short one as well? And should it weigh as much as a full one?")
train.slip("writes after every tenth batch",
           {"total += loss * len(batch)\n": "total += loss\n        if (start // batch_size + 1) % 10 == 0:\n"
            "            losses.append(total / 10)\n            total = 0.0\n",
            "    losses.append(total / len(x))\n": ""},
           "How many batches has one epoch? If there are only eight, when does your condition come true?")
train.slip("last batch only", {"total / len(x)": "loss"},
           "How many batches of the epoch does the number in your list know of?")
train.slip("one number a batch", {"    losses.append(total / len(x))\n": "",
                                  "total += loss * len(batch)": "losses.append(loss)"},
           "How long should the list be after three epochs? How long is yours?")

# the step
train.slip("updates before backward", {"        model.backward()\n": "", "grads)": "grads)\n        model.backward()"},
           "When the first update happens, what is in `grads`?")
train.slip("never goes back", {"model.backward()": ""}, "Who fills `grads`, and is it called?")
train.slip("never updates", {"optimizer.update(model.params, model.grads)": ""}, "Which line changes the weights?")
train.slip("hands over grads first", {"model.params, model.grads": "model.grads, model.params"},
           "Which of its two arguments does the optimizer change?")
train.slip("updates once an epoch", {"    optimizer": "optimizer"},
           "How many steps downhill does one epoch of ten batches make?")
train.slip("goes back from the loss", {"backward()": "backward(loss)"},
           "`backward` starts from the derivative of the loss by the loss. How large is that?")

# the end
train.slip("returns after one epoch", {"return": "    return"},
           "How often does the outer loop run before the function returns?")
train.slip("returns nothing", {"return losses": ""}, "What does your function hand back to its caller?")
# fmt: on


@train.alternative
def while_loop_on_one_index(model, optimizer, x, t, max_epoch, batch_size, rng):
    index, losses = np.arange(len(x)), np.zeros(max_epoch)
    for epoch in range(max_epoch):
        rng.shuffle(index)
        done = 0
        while done < len(index):
            chosen = index[done : done + batch_size]
            losses[epoch] += model.forward(x=x[chosen], t=t[chosen]) * chosen.size / len(index)
            model.backward(dout=1)
            optimizer.update(params=model.params, grads=model.grads)
            done += chosen.size
    return losses.tolist()


@train.alternative
def list_of_pairs(model, optimizer, x, t, max_epoch, batch_size, rng):
    samples, losses = list(zip(x, t, strict=True)), []
    for _ in range(max_epoch):
        rng.shuffle(samples)
        parts = []
        for start in range(0, len(samples), batch_size):
            batch_x, batch_t = map(np.array, zip(*samples[start : start + batch_size], strict=True))
            assert model.predict(batch_x).shape == batch_t.shape  # a look at the scores on the way
            parts += [model.forward(batch_x, batch_t)] * len(batch_x)
            model.backward()
            optimizer.update(model.params, model.grads)
        losses.append(sum(parts) / len(parts))
    return losses


@train.alternative
def sorted_random_numbers(model, optimizer, x, t, max_epoch, batch_size, rng):
    def step(batch):
        loss = model.forward(x[batch], t[batch])
        model.backward()
        optimizer.update(model.params, model.grads)
        return loss * len(batch)

    def epoch():
        order = np.argsort(rng.random(len(x)))
        return sum(map(step, np.split(order, range(batch_size, len(x), batch_size)))) / len(x)

    return [epoch() for _ in range(max_epoch)]
