r"""### `split_batches`: a data set in portions

Cut `samples` along its **first axis**, from front to back, into parts of `batch_size` samples. Return them in a
list. Where the division leaves a rest, the last batch is shorter; every sample is in exactly one batch, and no batch
is empty.

$$7 \text{ samples},\ \texttt{batch\_size} = 3: \qquad 3 + 3 + 1$$

Samples may be numbers, rows or images: whatever stands behind the first axis stays together. A slice
`samples[start:stop]` takes the samples from `start` up to, but not including, `stop`, and it does not mind a `stop`
beyond the end.
"""

import numpy as np

from autograder import exercise


def with_a_rest(rng):
    batch_size = int(rng.integers(3, 5))
    return {
        "rows": rng.normal(size=(4 * batch_size + 1, 2)),
        "images": rng.integers(256, size=(6 * batch_size + 2, 3, 2), dtype=np.uint8),
        "batch_size": batch_size,
    }


def without_a_rest(rng):
    batch_size = int(rng.integers(2, 5))
    return {
        "samples": rng.normal(size=(5 * batch_size, 2)),
        "batch_size": batch_size,
        "few": rng.normal(size=(batch_size - 1, 3)),
    }


@exercise
def split_batches(samples, batch_size):
    """Cut samples into batches.

    Parameters
    ----------
    samples : (N, ...) array, N > 0
    batch_size : int, at least 1

    Returns
    -------
    list of arrays (batch_size, ...), in order; the last one may hold fewer samples
    """
    return [samples[start : start + batch_size] for start in range(0, len(samples), batch_size)]


@split_batches.check("batches in order, the last one shorter", given=with_a_rest, points={"rows": 0.5, "images": 0.5})
def rest(split_batches, rows, images, batch_size):
    return {"rows": split_batches(rows, batch_size), "images": split_batches(images, batch_size)}


@split_batches.check(
    "no empty batch at the end, and one batch for few samples",
    given=without_a_rest,
    points={"samples": 0.7, "few": 0.3},
)
def no_rest(split_batches, samples, few, batch_size):
    return {"samples": split_batches(samples, batch_size), "few": split_batches(few, batch_size)}


# fmt: off
slip = split_batches.slip
# where it ends
slip("drops the rest", {"0, len(samples)": "0, len(samples) - batch_size + 1"},
     "Add up the lengths of your batches. Which samples are in none of them?")
slip("an empty batch at the end", {"0, len(samples)": "0, len(samples) + 1"},
     "How many samples are in your last batch when the division leaves no rest?")
slip("fills up the rest", {"return [": "samples = np.resize(samples, (-(-len(samples) // batch_size) * batch_size,"
                                       " *samples.shape[1:]))\nreturn ["},
     "Count how often each sample comes. Does one come twice?")
slip("keeps the rest apart", {"batch_size)]": "batch_size) if start + batch_size <= len(samples)]"
                              " + [row[None] for row in samples[len(samples) // batch_size * batch_size :]]"},
     "The samples that are left over: are they one batch, or many?")
# where a batch begins and ends
slip("moves on by one", {"len(samples), batch_size": "len(samples)"},
     "Print the first sample of two batches. How far apart are they in the data?")
slip("ends where the first one ends", {"start : start + batch_size": "start:batch_size"},
     "A slice is [start:stop]. Where should the second batch stop?")
slip("one sample too many", {"start + batch_size": "start + batch_size + 1"},
     "Is the sample at `stop` still part of a slice?")
slip("one sample too few", {"start + batch_size": "start + batch_size - 1"},
     "Is the sample at `stop` still part of a slice? Count the samples of your first batch.")
slip("skips the first sample", {"range(0,": "range(1,"}, "Which number does the first sample have?")
# what is cut
slip("cuts columns", {"samples[start": "samples[:, start"}, "Which axis counts the samples?")
slip("nearly equal parts", {"[samples[start : start + batch_size] for start in range(0, len(samples), batch_size)]":
                            "np.array_split(samples, -(-len(samples) // batch_size))"},
     "How many samples are in each of your batches? Which one only may be shorter?")
slip("full batches share the rest",
     {"[samples[start : start + batch_size] for start in range(0, len(samples), batch_size)]":
      "np.array_split(samples, len(samples) // batch_size)"},
     "Is a batch of yours larger than `batch_size`? And how many batches do you ask for, if there are fewer samples?")
slip("size taken for number", {"[samples[start : start + batch_size] for start in range(0, len(samples), batch_size)]":
                               "np.array_split(samples, batch_size)"},
     "Is `batch_size` the number of batches, or of samples in a batch?")
slip("counts batches with a fraction", {"range(0, len(samples), batch_size)": "range(len(samples) / batch_size)"},
     "How many batches make 7 / 3? Should the number of batches be rounded up or down?")
slip("equal parts only", {"[samples[start : start + batch_size] for start in range(0, len(samples), batch_size)]":
                          "np.split(samples, batch_size)"},
     "What does the second argument of `np.split` count, if it is one number? And must the parts be equal?")
slip("as many batches as samples in one", {"[samples[start : start + batch_size] for start in range(0, len(samples), "
                                           "batch_size)]": "[samples[i * batch_size : (i + 1) * batch_size] "
                                           "for i in range(batch_size)]"},
     "`batch_size` says how large a batch is. Does it also say how many there are?")
slip("one batch and the rest", {"[samples[start : start + batch_size] for start in range(0, len(samples), batch_size)]":
                                "samples[:batch_size], samples[batch_size:]"},
     "How many samples are in your second part? How many may be in a batch?")
slip("always six", {"range(0, len(samples), batch_size)": "range(0, 6 * batch_size, batch_size)"},
     "Who says that there are six batches? What if there are more samples, or fewer?")
# what comes back
slip("first batch only", {"[samples[start : start + batch_size] for start in range(0, len(samples), batch_size)]":
                          "[samples[:batch_size]]"}, "How many batches come back? Where are the other samples?")
slip("all in one array", {"[samples[": "np.concatenate([samples[", "batch_size)]": "batch_size)])"},
     "Can the caller still tell where one batch ends and the next begins?")
slip("no return", {"return ": ""}, "What does your function hand back to its caller?")
# fmt: on


@split_batches.alternative
def cuts_at_places(samples, batch_size):
    places = np.arange(batch_size, len(samples), batch_size)
    return np.split(samples, places)


@split_batches.alternative
def while_something_is_left(samples, batch_size):
    batches = []
    while len(samples):
        batches.append(samples[:batch_size].copy())
        samples = samples[batch_size:]
    return batches


@split_batches.alternative
def sample_by_sample(samples, batch_size):
    batches = []
    for n, sample in enumerate(samples):
        if n % batch_size == 0:
            batches.append([])
        batches[-1].append(sample)
    return [np.array(batch) for batch in batches]


@split_batches.alternative
def counts_them_first(samples, batch_size):
    number = int(np.ceil(len(samples) / batch_size))
    return [
        np.take(samples, range(i * batch_size, min((i + 1) * batch_size, len(samples))), axis=0) for i in range(number)
    ]
