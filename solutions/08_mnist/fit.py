r"""### `fit`: epoch after epoch

In each epoch:

1. make a new `BatchGenerator` of all images and labels, with this `batch_size` and this `rng`;
2. ask it for its `num_batches` batches, and hand each one, in turn, to
   `one_training_step(model, images of the batch, labels of the batch, learning_rate)`.

Return one flat list: the loss that each step returned, in the order of the steps. With 10 samples, batches of 4 and 2
epochs there are 6 of them. You may print what you like on the way.

This function is graded with a `BatchGenerator` and a `one_training_step` of our own: a slip in yours costs nothing
here.
"""

import numpy as np

from autograder import exercise


def samples(rng):
    batch_size, batches = int(rng.integers(3, 7)), int(rng.integers(3, 6))
    size = batch_size * (batches - 1) + int(rng.integers(1, batch_size))
    epochs = int(rng.integers(2, 5))
    return {
        "images": rng.normal(size=(size, 2)),
        "labels": rng.integers(0, 10, size=size),
        "epochs": epochs,
        "batch_size": batch_size,
        "learning_rate": float(rng.uniform(0.1, 0.9)),
        "step_losses": rng.uniform(0.5, 2, size=epochs * batches),
        "seed": int(rng.integers(2**31)),
    }


@exercise
def fit(model, images, labels, epochs, batch_size, learning_rate, rng):
    """Train a model.

    Parameters
    ----------
    model : what one_training_step takes
    images : (N, D) array
    labels : (N,) array of int
    epochs, batch_size : int
    learning_rate : float
    rng : numpy.random.Generator

    Returns
    -------
    list of floats: the loss of every step
    """
    losses = []
    for _ in range(epochs):
        generator = BatchGenerator(images, labels, batch_size, rng)
        for _ in range(generator.num_batches):
            images_batch, labels_batch = generator.next()
            losses.append(one_training_step(model, images_batch, labels_batch, learning_rate))
    return losses


# The probes put a BatchGenerator and a one_training_step of their own in the place of the student's, and the
# student's back afterwards.


@fit.check("each epoch makes one BatchGenerator, and tells it everything", given=samples)
def generators(fit, images, labels, epochs, batch_size, learning_rate, step_losses, seed):
    x, t = images, labels

    class BatchGenerator:
        def __init__(self, images, labels, batch_size=128, rng=None):
            same = np.array_equal(images, x) and np.array_equal(labels, t)
            source = "none" if rng is None else "the caller's" if rng is own_rng else "another"
            told.append({"samples": len(images), "all there": same, "batch_size": batch_size, "rng": source})
            self.num_batches = self.left = 3

        def next(self):
            if not self.left:
                raise StopIteration("no batch is left")
            self.left -= 1
            return x[:2], t[:2]

    stand_ins = {"BatchGenerator": BatchGenerator, "one_training_step": lambda *rest, **named: step_losses[0]}
    told, names, own_rng = [], fit.__globals__, np.random.default_rng(seed)
    own = {name: names.get(name) for name in stand_ins}
    names.update(stand_ins)
    try:
        fit("the model", images, labels, epochs, batch_size, learning_rate, own_rng)
    finally:
        names.update(own)
    return {"generators": told}


@fit.check("every batch goes into one training step, in turn", given=samples)
def steps(fit, images, labels, epochs, batch_size, learning_rate, step_losses, seed):
    class BatchGenerator:
        def __init__(self, images, labels, batch_size=128, rng=None):
            made.append(self)
            self.epoch, self.num_batches, self.done = len(made), 2 + len(made), 0

        def next(self):
            if self.done == self.num_batches:
                raise StopIteration(f"no batch is left after {len(seen)} steps")
            self.done += 1
            return np.array([[self.epoch, self.done]]), np.array([self.epoch * 100 + self.done])

    def one_training_step(model, images, labels, learning_rate):
        seen.append([model, images, labels, learning_rate])
        return step_losses[0]

    stand_ins = {"BatchGenerator": BatchGenerator, "one_training_step": one_training_step}
    made, seen, names = [], [], fit.__globals__
    own = {name: names.get(name) for name in stand_ins}
    names.update(stand_ins)
    try:
        fit("the model", images, labels, epochs, batch_size, learning_rate, np.random.default_rng(seed))
    finally:
        names.update(own)
    return {"model, images, labels and learning rate of each step": seen}


@fit.check("the loss of every step comes back", given=samples)
def losses(fit, images, labels, epochs, batch_size, learning_rate, step_losses, seed):
    class BatchGenerator:
        def __init__(self, images, labels, batch_size=128, rng=None):
            self.num_batches = self.left = len(step_losses) // epochs

        def next(self):
            if not self.left:
                raise StopIteration("no batch is left")
            self.left -= 1
            return images[:1], labels[:1]

    stand_ins = {"BatchGenerator": BatchGenerator, "one_training_step": lambda *rest, **named: script.pop(0)}
    script, names = [*step_losses, *step_losses], fit.__globals__
    own = {name: names.get(name) for name in stand_ins}
    names.update(stand_ins)
    try:
        return list(fit("the model", images, labels, epochs, batch_size, learning_rate, np.random.default_rng(seed)))
    finally:
        names.update(own)


# fmt: off
slip = fit.slip
# what the generator is told
slip("ignores batch_size", {"labels, batch_size, rng": "labels, rng=rng"},
     "Trace the argument batch_size: where is it used? How large are your batches?")
slip("ignores rng", {"batch_size, rng)": "batch_size)"}, "In which order do the samples come in the second epoch?")
slip("its own rng", {"batch_size, rng)": "batch_size, np.random.default_rng(0))"},
     "Is the order of the second epoch another one than that of the first?")
slip("one generator for all epochs",
     {"for _ in range(epochs):\n    generator = BatchGenerator(images, labels, batch_size, rng)":
      "generator = BatchGenerator(images, labels, batch_size, rng)\nfor _ in range(epochs):"},
     "Your generator has handed out all its batches after one epoch. What is left for the second?")
slip("a generator for each batch",
     {"images_batch, labels_batch = generator.next()":
      "images_batch, labels_batch = BatchGenerator(images, labels, batch_size, rng).next()"},
     "Which batch does a new generator hand out first, and which ones never?")
slip("part of the samples", {"BatchGenerator(images, labels,": "BatchGenerator(images[:-1], labels[:-1],"},
     "Does the network see every sample?")
# the loops
# Two mistakes with the same answers share a hint that fits both.
ONE_EPOCH = "What happens in the second epoch: does it start, and does it get a generator that still has batches?"
slip("returns after one epoch", {"return": "    return"}, ONE_EPOCH)
slip("one generator until it is empty",
     {"    generator = BatchGenerator(images, labels, batch_size, rng)\n": "",
      "losses = []\n": "losses = []\ngenerator = BatchGenerator(images, labels, batch_size, rng)\n",
      "for _ in range(generator.num_batches):\n        images_batch, labels_batch = generator.next()\n":
      "while True:\n        try:\n            images_batch, labels_batch = generator.next()\n"
      "        except StopIteration:\n            break\n"}, ONE_EPOCH)
slip("one epoch too many", {"range(epochs)": "range(epochs + 1)"}, "How many epochs were asked for?")
slip("misses the last batch", {"generator.num_batches": "generator.num_batches - 1"}, "Is the last batch used?")
slip("one step an epoch", {"for _ in range(generator.num_batches):\n        images": "if True:\n        images"},
     "How many steps should one epoch make?")
slip("skips every other batch", {"images_batch, labels_batch = generator.next()":
                                 "images_batch, labels_batch = generator.next()\n        generator.next()"},
     "How often is `next` called for one step?")
slip("never steps", {"losses.append(one_training_step(model, images_batch, labels_batch, learning_rate))": ""},
     "Which line changes the weights?")
slip("all samples in each step", {"(model, images_batch, labels_batch,": "(model, images, labels,"},
     "You have cut batches. What does the step get?")
slip("labels first", {"model, images_batch, labels_batch": "model, labels_batch, images_batch"},
     "In which order does `one_training_step` take its arguments?")
slip("a rate of its own", {"labels_batch, learning_rate": "labels_batch, 1e-3"},
     "Which learning rate did the caller ask for?")
slip("a falling rate", {"labels_batch, learning_rate": "labels_batch, learning_rate / (1 + len(losses))"},
     "Should the learning rate change on the way?")
# the losses
slip("last loss of the epoch", {"losses.append(one_": "loss = (one_",
                                "return losses": "    losses.append(loss)\nreturn losses"},
     "How many steps were there, and how long is your list?")
slip("mean of the epoch", {"generator =": "parts = []\n    generator =", "losses.append(one": "parts.append(one",
                           "return losses": "    losses.append(float(np.mean(parts)))\nreturn losses"},
     "How many steps were there, and how long is your list?")
slip("every hundredth", {"losses.append(one_training_step(model, images_batch, labels_batch, learning_rate))":
                         "loss = one_training_step(model, images_batch, labels_batch, learning_rate)\n"
                         "        if len(losses) % 100 == 0:\n            losses.append(loss)"},
     "How many steps were there, and how long is your list?")
slip("list of lists", {"losses = []": "all_losses = []",
                       "    generator =": "    losses = []\n    all_losses.append(losses)\n    generator =",
                       "return losses": "return all_losses"}, "One flat list is asked for. What is in yours?")
slip("forgets the epochs before", {"losses = []\n": "", "    generator =": "    losses = []\n    generator ="},
     "What happens to the losses of the first epoch when the second one begins?")
slip("loops over the generator",
     {"for _ in range(generator.num_batches):\n        images_batch, labels_batch = generator.next()":
      "for images_batch, labels_batch in generator:"},
     "Only lists and their like can stand behind `in`. Which method hands out a batch, and how often may you call it?")
slip("no return", {"return losses": ""}, "What does your function hand back to its caller?")
# fmt: on


@fit.alternative
def until_it_stops(model, images, labels, epochs, batch_size, learning_rate, rng):
    losses = []
    for epoch in range(epochs):
        batches = BatchGenerator(images=images, labels=labels, batch_size=batch_size, rng=rng)
        while True:
            try:
                x, t = batches.next()
            except StopIteration:
                break
            losses += [one_training_step(model, x, t, learning_rate=learning_rate)]
        print(f"epoch {epoch}: loss {losses[-1]:.2f}")
    return losses


@fit.alternative
def with_while(model, images, labels, epochs, batch_size, learning_rate, rng):
    losses, epoch = np.zeros(0), 0
    while epoch < epochs:
        generator = BatchGenerator(images, labels, batch_size=batch_size, rng=rng)
        batch = 0
        while batch < generator.num_batches:
            loss = one_training_step(model, *generator.next(), learning_rate)
            losses = np.append(losses, loss)
            batch += 1
        epoch += 1
    return losses.tolist()


@fit.alternative
def with_a_helper(model, images, labels, epochs, batch_size, learning_rate, rng):
    def one_epoch():
        generator = BatchGenerator(images, labels, batch_size, rng)
        return [one_training_step(model, *generator.next(), learning_rate) for _ in range(generator.num_batches)]

    return [loss for _ in range(epochs) for loss in one_epoch()]
