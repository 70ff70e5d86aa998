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

Only this loop is graded. Layers, network and optimizer are given, so a slip in your own layers costs nothing here.
"""

import numpy as np

from autograder import accuracy, between, exercise

# benchmarks/calibrate_training.py, the reference on 1000 seeds: loss 0.083 to 0.201 (mean 0.111), accuracy 0.917 to
# 0.983 (mean 0.961), and no false fail. Log-normal tails, fitted to the losses and to the shares of errors, put 1e-15
# and 2e-5 of the runs beyond the limits.
LOSS_AT_MOST = 0.3
ACCURACY_AT_LEAST = 0.88
TRAINING_SECONDS = 10  # one training of 300 epochs takes 0.13 s alone, 0.6 s on a crowded machine


def samples(rng, short_batch):
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


def full_batches(rng):
    return samples(rng, short_batch=False)


def short_last_batch(rng):
    return samples(rng, short_batch=True)


def two_spirals(rng, make_spiral):
    (x, t), (x_unseen, t_unseen) = make_spiral(100, 3, rng), make_spiral(100, 3, rng)
    seeds = {"model_seed": int(rng.integers(2**31)), "order_seed": int(rng.integers(2**31))}
    return {"x": x, "t": t, "x_unseen": x_unseen, "t_unseen": t_unseen, **seeds}


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
            total += model.forward(x[batch], t[batch]) * len(batch)
            model.backward()
            optimizer.update(model.params, model.grads)
        losses.append(total / len(x))
    return losses


@train.check("every sample once an epoch, also those of a short last batch", given=short_last_batch, points=3)
def visits(train, TwoLayerNet, SGD, x, t, batch_size, seed):
    def batches_of_one_epoch(x, t):
        seen = []

        class Recorder(TwoLayerNet):
            def forward(self, x, t):
                seen.append([int(row[0]) for row in x])
                return super().forward(x, t)

        model = Recorder(2, 4, 3, np.random.default_rng(seed))
        train(model, SGD(0.1), x.copy(), t.copy(), 1, batch_size, np.random.default_rng(seed))
        return seen

    full = len(x) // batch_size * batch_size
    answer = {}
    for case, size in {"with a short last batch": len(x), "with full batches only": full}.items():
        seen = batches_of_one_epoch(x[:size], t[:size])
        flat = [sample for batch in seen for sample in batch]
        answer[f"batch sizes {case}"] = np.array(sorted(map(len, seen)))
        answer[f"fewest visits to a sample {case}"] = min(flat.count(int(row[0])) for row in x[:size])
    return answer


@train.check("x and t stay together", given=full_batches, points=2)
def pairs(train, TwoLayerNet, SGD, x, t, batch_size, max_epoch, seed):
    def rows_of(x, t):
        return [(int(row[0]), int(np.argmax(label))) for row, label in zip(x, t, strict=False)]

    seen = []

    class Recorder(TwoLayerNet):
        def forward(self, x, t):
            seen.extend(rows_of(x, t))
            return super().forward(x, t)

    model = Recorder(2, 4, 3, np.random.default_rng(seed))
    train(model, SGD(0.1), x.copy(), t.copy(), max_epoch, batch_size, np.random.default_rng(seed))
    own = rows_of(x, t)
    epochs = [seen[start : start + len(x)] for start in range(0, len(seen), len(x))]
    torn = [epoch for epoch in epochs if not set(epoch) <= set(own)]
    return {
        "samples in epochs that keep every pair": sum(map(len, epochs)) - sum(map(len, torn)),
        "epochs with torn pairs where t has its old order": sum(
            [label for _, label in epoch] == [label for _, label in own] for epoch in torn
        ),
    }


@train.check("a new order in every epoch, and it comes from rng", given=full_batches, points=2)
def orders(train, TwoLayerNet, SGD, x, t, batch_size, max_epoch, seed):
    def epochs_of_a_run(seed):
        seen = []

        class Recorder(TwoLayerNet):
            def forward(self, x, t):
                seen.extend(int(row[0]) for row in x)
                return super().forward(x, t)

        model = Recorder(2, 4, 3, np.random.default_rng(0))
        train(model, SGD(0.1), x.copy(), t.copy(), max_epoch, batch_size, np.random.default_rng(seed))
        return tuple(tuple(seen[start : start + len(x)]) for start in range(0, len(seen), len(x)))

    def groups(order):
        return frozenset(frozenset(order[i : i + batch_size]) for i in range(0, len(order), batch_size))

    run, same_seed, other_seed = epochs_of_a_run(seed), epochs_of_a_run(seed), epochs_of_a_run(seed + 1)
    return {
        "samples seen": sum(map(len, run)),
        "different orders": len(set(run)),
        "different divisions into batches": len(set(map(groups, run))),
        "epochs in the old order": run.count(tuple(int(row[0]) for row in x)),
        "different ones of three runs, two with the same seed": len({run, same_seed, other_seed}),
    }


@train.check("forward, backward, update: once for each batch, in this order", given=full_batches, points=3)
def steps(train, TwoLayerNet, SGD, x, t, batch_size, max_epoch, batch_losses, seed):
    calls = {"forward": 0, "backward": 0}
    handed, before_updates, own_arrays = [], [], []

    class Recorder(TwoLayerNet):
        def forward(self, x, t):
            calls["forward"] += 1
            super().forward(x, t)
            return batch_losses[0]

        def backward(self, dout=1):
            calls["backward"] += 1
            handed.append(float(np.mean(dout)))
            return super().backward(dout)

    class RecordingSGD(SGD):
        def update(self, params, grads):
            before_updates.append([calls["forward"], calls["backward"]])
            own_arrays.append(params[0] is model.params[0] and grads[0] is model.grads[0])
            super().update(params, grads)

    model = Recorder(2, 4, 3, np.random.default_rng(seed))
    train(model, RecordingSGD(0.1), x.copy(), t.copy(), max_epoch, batch_size, np.random.default_rng(seed))
    return {
        "calls of forward and backward before each update": np.array(before_updates).reshape(-1, 2),
        "what backward starts from": np.array(handed),
        "updates of the model's params by the model's grads": sum(own_arrays),
    }


def mean_losses(train, TwoLayerNet, SGD, x, t, batch_size, max_epoch, batch_losses, seed):
    calls = []

    class Scripted(TwoLayerNet):  # the k-th batch costs batch_losses[k], whatever is in it
        def forward(self, x, t):
            super().forward(x, t)
            calls.append(len(x))
            return batch_losses[(len(calls) - 1) % len(batch_losses)]

    model = Scripted(2, 4, 3, np.random.default_rng(seed))
    return np.array(list(train(model, SGD(0.1), x, t, max_epoch, batch_size, np.random.default_rng(seed))))


train.check("one mean loss for each epoch", given=full_batches, points=2)(mean_losses)
train.check("a short last batch weighs less in the mean", given=short_last_batch)(mean_losses)


@train.check("the caller's arrays stay as they are", given=full_batches)
def caller(train, TwoLayerNet, SGD, x, t, batch_size, max_epoch, seed):
    seen = []

    class Recorder(TwoLayerNet):
        def forward(self, x, t):
            seen.append(len(x))
            return super().forward(x, t)

    x_before, t_before = x.copy(), t.copy()
    model = Recorder(2, 4, 3, np.random.default_rng(seed))
    train(model, SGD(0.1), x, t, max_epoch, batch_size, np.random.default_rng(seed))
    return {
        "samples seen": sum(seen),
        "changes of x": int(not np.array_equal(x, x_before)),
        "changes of t": int(not np.array_equal(t, t_before)),
    }


@train.check("spiral: with a learning rate of 0 every epoch costs about ln 3", given=two_spirals)
def untrained(train, TwoLayerNet, SGD, x, t, model_seed, order_seed):
    model = TwoLayerNet(2, 10, 3, np.random.default_rng(model_seed))
    return np.array(list(train(model, SGD(0.0), x, t, 2, 30, np.random.default_rng(order_seed))))


@train.check(
    f"spiral: 300 epochs bring the loss below {LOSS_AT_MOST}",
    given=two_spirals,
    compare=between(1e-3, LOSS_AT_MOST),
    seconds=TRAINING_SECONDS,
)
def loss_after_training(train, TwoLayerNet, SGD, x, t, model_seed, order_seed):
    model = TwoLayerNet(2, 10, 3, np.random.default_rng(model_seed))
    train(model, SGD(1.0), x, t, 300, 30, np.random.default_rng(order_seed))
    return model.forward(x, t)


@train.check(
    f"spiral: {ACCURACY_AT_LEAST:.0%} of unseen points are classified right",
    given=two_spirals,
    compare=accuracy("t_unseen", at_least=ACCURACY_AT_LEAST),
    points=2,
    seconds=TRAINING_SECONDS,
)
def unseen_points(train, TwoLayerNet, SGD, x, t, x_unseen, model_seed, order_seed):
    model = TwoLayerNet(2, 10, 3, np.random.default_rng(model_seed))
    train(model, SGD(1.0), x, t, 300, 30, np.random.default_rng(order_seed))
    return model.predict(x_unseen).argmax(axis=1)


@train.misconception("The samples come sorted by class. What does one batch contain?")
def never_shuffles(model, optimizer, x, t, max_epoch, batch_size, rng):
    losses = []
    for _ in range(max_epoch):
        order = np.arange(len(x))
        total = 0.0
        for start in range(0, len(x), batch_size):
            batch = order[start : start + batch_size]
            total += model.forward(x[batch], t[batch]) * len(batch)
            model.backward()
            optimizer.update(model.params, model.grads)
        losses.append(total / len(x))
    return losses


@train.misconception("Print the first batch of two epochs. Is the second one new?")
def shuffles_once(model, optimizer, x, t, max_epoch, batch_size, rng):
    losses = []
    order = rng.permutation(len(x))
    for _ in range(max_epoch):
        total = 0.0
        for start in range(0, len(x), batch_size):
            batch = order[start : start + batch_size]
            total += model.forward(x[batch], t[batch]) * len(batch)
            model.backward()
            optimizer.update(model.params, model.grads)
        losses.append(total / len(x))
    return losses


@train.misconception("Which samples share a batch in the first epoch, and which in the tenth?")
def shuffles_the_batches_only(model, optimizer, x, t, max_epoch, batch_size, rng):
    losses = []
    for _ in range(max_epoch):
        starts = rng.permutation(np.arange(0, len(x), batch_size))
        total = 0.0
        for start in starts:
            batch = np.arange(start, min(start + batch_size, len(x)))
            total += model.forward(x[batch], t[batch]) * len(batch)
            model.backward()
            optimizer.update(model.params, model.grads)
        losses.append(total / len(x))
    return losses


@train.misconception("Take one row of a batch of x. Is the row of t beside it its own?")
def shuffles_only_x(model, optimizer, x, t, max_epoch, batch_size, rng):
    losses = []
    for _ in range(max_epoch):
        order = rng.permutation(len(x))
        total = 0.0
        for start in range(0, len(x), batch_size):
            batch = order[start : start + batch_size]
            total += model.forward(x[batch], t[start : start + batch_size]) * len(batch)
            model.backward()
            optimizer.update(model.params, model.grads)
        losses.append(total / len(x))
    return losses


@train.misconception("How many orders are drawn in one epoch? How many should x and t have between them?")
def shuffles_x_and_t_apart(model, optimizer, x, t, max_epoch, batch_size, rng):
    losses = []
    for _ in range(max_epoch):
        x_order, t_order = rng.permutation(len(x)), rng.permutation(len(x))
        total = 0.0
        for start in range(0, len(x), batch_size):
            batch = slice(start, start + batch_size)
            total += model.forward(x[x_order[batch]], t[t_order[batch]]) * len(x_order[batch])
            model.backward()
            optimizer.update(model.params, model.grads)
        losses.append(total / len(x))
    return losses


@train.misconception("Run it twice with generators of the same seed. Do the two runs agree?")
def ignores_rng(model, optimizer, x, t, max_epoch, batch_size, rng):
    losses = []
    for _ in range(max_epoch):
        order = np.random.permutation(len(x))
        total = 0.0
        for start in range(0, len(x), batch_size):
            batch = order[start : start + batch_size]
            total += model.forward(x[batch], t[batch]) * len(batch)
            model.backward()
            optimizer.update(model.params, model.grads)
        losses.append(total / len(x))
    return losses


@train.misconception("Collect the samples of one epoch. Is each one there, and no one twice?")
def draws_with_replacement(model, optimizer, x, t, max_epoch, batch_size, rng):
    losses = []
    for _ in range(max_epoch):
        order = rng.integers(len(x), size=len(x))
        total = 0.0
        for start in range(0, len(x), batch_size):
            batch = order[start : start + batch_size]
            total += model.forward(x[batch], t[batch]) * len(batch)
            model.backward()
            optimizer.update(model.params, model.grads)
        losses.append(total / len(x))
    return losses


@train.misconception(
    "Count the different rows after the shuffle. When two rows swap places, who keeps a copy of the first?"
)
def swaps_rows_of_an_array(model, optimizer, x, t, max_epoch, batch_size, rng):
    import random

    rows, losses = np.hstack([x, t]), []
    for _ in range(max_epoch):
        random.shuffle(rows)
        total = 0.0
        for start in range(0, len(x), batch_size):
            batch = rows[start : start + batch_size]
            total += model.forward(batch[:, : x.shape[1]], batch[:, x.shape[1] :]) * len(batch)
            model.backward()
            optimizer.update(model.params, model.grads)
        losses.append(total / len(x))
    return losses


@train.misconception("Print the caller's x before and after training. Did you promise to change it?")
def shuffles_in_place(model, optimizer, x, t, max_epoch, batch_size, rng):
    losses = []
    for _ in range(max_epoch):
        order = rng.permutation(len(x))
        x[...], t[...] = x[order], t[order]
        total = 0.0
        for start in range(0, len(x), batch_size):
            batch = slice(start, start + batch_size)
            total += model.forward(x[batch], t[batch]) * len(x[batch])
            model.backward()
            optimizer.update(model.params, model.grads)
        losses.append(total / len(x))
    return losses


@train.misconception("300 samples in batches of 70: which of them does the network never see in this epoch?")
def drops_the_short_batch(model, optimizer, x, t, max_epoch, batch_size, rng):
    losses = []
    for _ in range(max_epoch):
        order = rng.permutation(len(x))
        total = 0.0
        for start in range(0, len(x) - batch_size + 1, batch_size):
            batch = order[start : start + batch_size]
            total += model.forward(x[batch], t[batch]) * len(batch)
            model.backward()
            optimizer.update(model.params, model.grads)
        losses.append(total / len(x))
    return losses


@train.misconception("How many batches do 300 samples make, with 30 in each? And what is in your last one?")
def one_batch_too_many(model, optimizer, x, t, max_epoch, batch_size, rng):
    losses = []
    for _ in range(max_epoch):
        order = rng.permutation(len(x))
        total = 0.0
        for i in range(len(x) // batch_size + 1):
            batch = order[i * batch_size : (i + 1) * batch_size]
            total += model.forward(x[batch], t[batch]) * len(batch)
            model.backward()
            optimizer.update(model.params, model.grads)
        losses.append(total / len(x))
    return losses


@train.misconception("How many samples are in each of your batches? Which of them may be short?")
def nearly_equal_batches(model, optimizer, x, t, max_epoch, batch_size, rng):
    losses = []
    for _ in range(max_epoch):
        order = rng.permutation(len(x))
        total = 0.0
        for batch in np.array_split(order, -(-len(x) // batch_size)):
            total += model.forward(x[batch], t[batch]) * len(batch)
            model.backward()
            optimizer.update(model.params, model.grads)
        losses.append(total / len(x))
    return losses


@train.misconception("A batch of 2 and a batch of 30: should they count alike in a mean over samples?")
def mean_of_means(model, optimizer, x, t, max_epoch, batch_size, rng):
    losses = []
    for _ in range(max_epoch):
        order = rng.permutation(len(x))
        batch_losses = []
        for start in range(0, len(x), batch_size):
            batch = order[start : start + batch_size]
            batch_losses.append(model.forward(x[batch], t[batch]))
            model.backward()
            optimizer.update(model.params, model.grads)
        losses.append(np.mean(batch_losses))
    return losses


@train.misconception("Which epochs does the number for the third epoch speak about?")
def never_resets(model, optimizer, x, t, max_epoch, batch_size, rng):
    losses = []
    total, count = 0.0, 0
    for _ in range(max_epoch):
        order = rng.permutation(len(x))
        for start in range(0, len(x), batch_size):
            batch = order[start : start + batch_size]
            total += model.forward(x[batch], t[batch]) * len(batch)
            model.backward()
            optimizer.update(model.params, model.grads)
            count += len(batch)
        losses.append(total / count)
    return losses


@train.misconception("How many batches of the epoch does the number in your list know of?")
def last_batch_only(model, optimizer, x, t, max_epoch, batch_size, rng):
    losses = []
    for _ in range(max_epoch):
        order = rng.permutation(len(x))
        for start in range(0, len(x), batch_size):
            batch = order[start : start + batch_size]
            loss = model.forward(x[batch], t[batch])
            model.backward()
            optimizer.update(model.params, model.grads)
        losses.append(loss)
    return losses


@train.misconception("How long should the list be after three epochs? How long is yours?")
def one_number_a_batch(model, optimizer, x, t, max_epoch, batch_size, rng):
    losses = []
    for _ in range(max_epoch):
        order = rng.permutation(len(x))
        for start in range(0, len(x), batch_size):
            batch = order[start : start + batch_size]
            losses.append(model.forward(x[batch], t[batch]))
            model.backward()
            optimizer.update(model.params, model.grads)
    return losses


@train.misconception("When the first update happens, what is in `grads`?")
def updates_before_backward(model, optimizer, x, t, max_epoch, batch_size, rng):
    losses = []
    for _ in range(max_epoch):
        order = rng.permutation(len(x))
        total = 0.0
        for start in range(0, len(x), batch_size):
            batch = order[start : start + batch_size]
            total += model.forward(x[batch], t[batch]) * len(batch)
            optimizer.update(model.params, model.grads)
            model.backward()
        losses.append(total / len(x))
    return losses


@train.misconception("Who fills `grads`, and is it called?")
def never_goes_back(model, optimizer, x, t, max_epoch, batch_size, rng):
    losses = []
    for _ in range(max_epoch):
        order = rng.permutation(len(x))
        total = 0.0
        for start in range(0, len(x), batch_size):
            batch = order[start : start + batch_size]
            total += model.forward(x[batch], t[batch]) * len(batch)
            optimizer.update(model.params, model.grads)
        losses.append(total / len(x))
    return losses


@train.misconception("Which line changes the weights?")
def never_updates(model, optimizer, x, t, max_epoch, batch_size, rng):
    losses = []
    for _ in range(max_epoch):
        order = rng.permutation(len(x))
        total = 0.0
        for start in range(0, len(x), batch_size):
            batch = order[start : start + batch_size]
            total += model.forward(x[batch], t[batch]) * len(batch)
            model.backward()
        losses.append(total / len(x))
    return losses


@train.misconception("Which of its two arguments does the optimizer change?")
def hands_over_grads_first(model, optimizer, x, t, max_epoch, batch_size, rng):
    losses = []
    for _ in range(max_epoch):
        order = rng.permutation(len(x))
        total = 0.0
        for start in range(0, len(x), batch_size):
            batch = order[start : start + batch_size]
            total += model.forward(x[batch], t[batch]) * len(batch)
            model.backward()
            optimizer.update(model.grads, model.params)
        losses.append(total / len(x))
    return losses


@train.misconception("How many steps downhill does one epoch of ten batches make?")
def updates_once_an_epoch(model, optimizer, x, t, max_epoch, batch_size, rng):
    losses = []
    for _ in range(max_epoch):
        order = rng.permutation(len(x))
        total = 0.0
        for start in range(0, len(x), batch_size):
            batch = order[start : start + batch_size]
            total += model.forward(x[batch], t[batch]) * len(batch)
            model.backward()
        optimizer.update(model.params, model.grads)
        losses.append(total / len(x))
    return losses


@train.misconception("`backward` starts from the derivative of the loss by the loss. How large is that?")
def goes_back_from_the_loss(model, optimizer, x, t, max_epoch, batch_size, rng):
    losses = []
    for _ in range(max_epoch):
        order = rng.permutation(len(x))
        total = 0.0
        for start in range(0, len(x), batch_size):
            batch = order[start : start + batch_size]
            loss = model.forward(x[batch], t[batch])
            total += loss * len(batch)
            model.backward(loss)
            optimizer.update(model.params, model.grads)
        losses.append(total / len(x))
    return losses


@train.misconception("How often does the outer loop run before the function returns?")
def returns_after_one_epoch(model, optimizer, x, t, max_epoch, batch_size, rng):
    losses = []
    for _ in range(max_epoch):
        order = rng.permutation(len(x))
        total = 0.0
        for start in range(0, len(x), batch_size):
            batch = order[start : start + batch_size]
            total += model.forward(x[batch], t[batch]) * len(batch)
            model.backward()
            optimizer.update(model.params, model.grads)
        losses.append(total / len(x))
        return losses


@train.misconception("What does your function hand back to its caller?")
def returns_nothing(model, optimizer, x, t, max_epoch, batch_size, rng):
    losses = []
    for _ in range(max_epoch):
        order = rng.permutation(len(x))
        total = 0.0
        for start in range(0, len(x), batch_size):
            batch = order[start : start + batch_size]
            total += model.forward(x[batch], t[batch]) * len(batch)
            model.backward()
            optimizer.update(model.params, model.grads)
        losses.append(total / len(x))


@train.alternative
def shuffled_copies(model, optimizer, x, t, max_epoch, batch_size, rng):
    losses = []
    for _ in range(max_epoch):
        order = rng.permutation(len(x))
        shuffled_x, shuffled_t = x[order], t[order]
        total = 0.0
        for start in range(0, len(x), batch_size):
            batch_x, batch_t = shuffled_x[start : start + batch_size], shuffled_t[start : start + batch_size]
            total += model.forward(batch_x, batch_t) * len(batch_x)
            model.backward()
            optimizer.update(model.params, model.grads)
        losses.append(total / len(x))
    return losses


@train.alternative
def split_at_multiples(model, optimizer, x, t, max_epoch, batch_size, rng):
    losses = []
    for _ in range(max_epoch):
        batches = np.split(rng.permutation(len(x)), range(batch_size, len(x), batch_size))
        batch_losses = []
        for batch in batches:
            batch_losses.append(model.forward(x[batch], t[batch]))
            model.backward()
            optimizer.update(model.params, model.grads)
        losses.append(float(np.average(batch_losses, weights=list(map(len, batches)))))
    return losses


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
        return sum(step(order[i : i + batch_size]) for i in range(0, len(x), batch_size)) / len(x)

    return [epoch() for _ in range(max_epoch)]


@train.alternative
def joined_rows(model, optimizer, x, t, max_epoch, batch_size, rng):
    losses, rows, width = [], np.hstack([x, t]), x.shape[1]
    for _ in range(max_epoch):
        rng.shuffle(rows)
        total, seen = 0.0, 0
        for first in range(0, len(rows), batch_size):
            batch = rows[first : first + batch_size]
            accuracy_now = (model.predict(batch[:, :width]).argmax(1) == batch[:, width:].argmax(1)).mean()
            assert 0 <= accuracy_now <= 1
            total += len(batch) * model.forward(batch[:, :width], batch[:, width:])
            seen += len(batch)
            model.backward()
            optimizer.update(model.params, model.grads)
        losses.append(total / seen)
    return losses
