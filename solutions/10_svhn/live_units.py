r"""### `live_units`: who still says something?

A ReLU unit is **alive** on a set of images if its output is above 0 for **at least one** of them. A unit that is dead
for all images hands on zeros only, and gets no gradient from them: they cannot bring it back.

Send the images through `model.layers`, one layer after the other: each `layer.forward` takes what the layer before it
has returned. For each `Relu` on the way, with an output of shape $(N, H)$, work out

$$\frac{\text{number of units } h \text{ with } y_{nh} > 0 \text{ for some } n}{H}$$

Return these shares as a list, first layer first: with four `Relu` layers, four numbers from 0 to 1.
"""

import numpy as np

from autograder import exercise


def network(rng):
    """Biases that make about half of the units dead, and some of the others alive on one image or two."""
    return {
        "images": rng.normal(size=(6, 2, 2, 3)),
        "biases": [
            np.where(rng.permutation(size) < size // 2, -99.0, rng.uniform(-1.5, 0.5, size)) for size in (9, 13, 8)
        ],
        "seed": int(rng.integers(2**31)),
    }


@exercise
def live_units(model, images):
    """The share of units, for each ReLU layer, that some image switches on.

    Parameters
    ----------
    model : Network; `layers` holds Flatten, Affine and Relu, each with forward(x)
    images : (N, 32, 32, 3) array

    Returns
    -------
    list of floats from 0 to 1, one for each Relu in `model.layers`
    """
    shares, x = [], images
    for layer in model.layers:
        x = layer.forward(x)
        if isinstance(layer, Relu):
            shares.append(np.mean((x > 0).any(axis=0)))
    return shares


@live_units.check("the share of live units in each of three layers", given=network, points=3)
def shares(live_units, Network, Affine, images, biases, seed):
    model = Network([12, 9, 13, 8, 4], np.random.default_rng(seed), dtype=np.float64)
    for layer, bias in zip([layer for layer in model.layers if isinstance(layer, Affine)], biases):
        layer.params[1][...] = bias
    return np.array(list(live_units(model, images)), dtype=float)


# fmt: off
# what is alive
live_units.slip("share of numbers above zero", {"(x > 0).any(axis=0)": "x > 0"},
                "A unit that speaks on one picture of a hundred: is it alive? How much does it count in your number?")
live_units.slip("alive on every picture", {"any": "all"}, "On how many pictures must a unit speak to be alive?")
live_units.slip("share of pictures", {"axis=0": "axis=1"},
                "Which axis is the batch, and which are the units? Of what is your number the share?")
live_units.slip("zero counts as alive", {"x > 0": "x >= 0"}, "What does a dead unit hand on? Is that above 0?")
live_units.slip("counts", {"np.mean": "np.sum"}, "How many of how many? The text asks for a number from 0 to 1.")
live_units.slip("share of the dead", {"np.mean(": "1 - np.mean("}, "All units speak: which number should come out?")
live_units.slip("looks at one picture", {"(x > 0).any(axis=0)": "x[0] > 0"},
                "How many pictures have you been given, and how many have you looked at?")
live_units.slip("looks at the last picture", {"(x > 0).any(axis=0)": "x[-1] > 0"},
                "A unit that is silent on the last picture: has it been silent on all?")
live_units.slip("the average of a unit is above one", {"(x > 0).any(axis=0)": "x.mean(axis=0) > 1"},
                "How loud must a unit be to be alive?")
# which layers
live_units.slip("looks before the bend", {"isinstance(layer, Relu)": "isinstance(layer, Affine)"},
                "How many Relu layers are there, and how many numbers do you return? After which layers do you look?")
live_units.slip("looks after every layer", {"isinstance(layer, Relu)": "True"},
                "How many numbers are asked for? After which layers do you look?")
live_units.slip("every layer gets the pictures", {"layer.forward(x)": "layer.forward(images)"},
                "What does the second layer take in: the pictures, or what the first one has made of them?")
live_units.slip("counts those alive on every picture", {"np.mean((x > 0).any(axis=0))":
                                                     "np.sum((x > 0).all(axis=0))"},
                "On how many pictures must a unit speak to be alive? And is a number or a share asked for?")
live_units.slip("first layer only", {"return shares": "return shares[:1]"},
                "How many Relu layers has the network, and for how many have you an answer?")
live_units.slip("last layer first", {"return shares": "return shares[::-1]"}, "Whose is the first number?")
live_units.slip("one number for all", {"return shares": "return float(np.mean(shares))"},
                "One number for each layer, or one for all of them?")
live_units.slip("returns too early", {"return shares": "    return shares"},
                "How many layers have you visited when the function returns? For how many was your `if` true?")
live_units.slip("returns nothing", {"return shares": ""}, "What does your function hand back?")
# fmt: on


@live_units.alternative
def by_sums(model, images):
    answers = []
    hidden = images
    for layer in model.layers:
        hidden = layer.forward(hidden)
        if type(layer).__name__ == "Relu":
            answers.append(np.count_nonzero(hidden.sum(axis=0)) / hidden.shape[1])
    return np.array(answers)


@live_units.alternative
def with_maxima_and_recursion(model, images):
    def walk(layers, x):
        if not layers:
            return []
        y = layers[0].forward(x)
        own = [(y.max(axis=0) != 0).mean()] if isinstance(layers[0], Relu) else []
        return own + walk(layers[1:], y)

    return walk(list(model.layers), images)


@live_units.alternative
def picture_by_picture(model, images):
    ever = {}
    for n in range(len(images)):
        x = images[n : n + 1]
        for i, layer in enumerate(model.layers):
            x = layer.forward(x)
            if isinstance(layer, Relu):
                ever[i] = ever.get(i, False) | (x[0] > 0)
    return [float(sum(ever[i]) / len(ever[i])) for i in sorted(ever)]
