r"""### `count_parameters`: how many numbers can it learn?

The sizes of a fully connected network are the number of its inputs, the number of units in each hidden layer, and the
number of its outputs. Between two neighbours in this list, of $D$ and $H$ units, lies an affine layer:

$$W: (D, H) \text{ and } b: (H,) \qquad\Rightarrow\qquad D H + H \text{ numbers}$$

For `[784, 50, 10]`, a network that reads digits of 28 by 28 pixels:
$784 \cdot 50 + 50 + 50 \cdot 10 + 10 = 39{,}760$.

There may be any number of hidden layers, also none.
"""

import numpy as np

from autograder import exercise


def two_layers(rng):
    return {"sizes": [int(rng.integers(*span)) for span in ((20, 40), (8, 16), (2, 7))]}


def other_depths(rng):
    sizes = [int(size) for size in rng.permutation(np.arange(5, 14))]
    return {"no_hidden_layer": sizes[:2], "three_hidden_layers": sizes[2:7]}


@exercise
def count_parameters(sizes):
    """Count the weights and biases of a fully connected network.

    Parameters
    ----------
    sizes : list of int, two or more: inputs, units of each hidden layer, outputs

    Returns
    -------
    int
    """
    behind = sizes[1:]
    return sum(inputs * outputs + outputs for inputs, outputs in zip(sizes, behind))


@count_parameters.check("two layers", given=two_layers, points=0.75)
def two(count_parameters, sizes):
    return count_parameters(sizes)


@count_parameters.check(
    "one layer, and four", given=other_depths, points={"no hidden layer": 0.75, "three hidden layers": 0.5}
)
def other(count_parameters, no_hidden_layer, three_hidden_layers):
    return {
        "no hidden layer": count_parameters(no_hidden_layer),
        "three hidden layers": count_parameters(three_hidden_layers),
    }


# fmt: off
slip = count_parameters.slip
SUM = "return sum(inputs * outputs + outputs for inputs, outputs in zip(sizes, behind))"
slip("forgets the biases", {" + outputs": ""}, "An affine layer has W, and what else?")
slip("gives the inputs biases", {"+ outputs": "+ inputs"},
     "Is there a bias for each input of a layer, or for each of its outputs?")
slip("one bias a layer", {"+ outputs": "+ 1"}, "How many numbers are in b? Look at its shape.")
slip("biases everywhere", {"outputs + outputs": "outputs + outputs + inputs"},
     "Which units have a bias? Do the pixels have one?")
slip("adds the sizes", {"inputs * outputs + outputs": "inputs + outputs + outputs"},
     "How many numbers are in an array of shape (D, H): D + H, or another number?")
slip("multiplies everything", {SUM: "return int(np.prod(sizes))"},
     "Which units are joined by a weight: all with all, or neighbours only?")
slip("counts units", {"inputs * outputs + outputs for": "inputs for", "zip(sizes, behind)": "zip(sizes, sizes)"},
     "Have you counted the units, or the weights between them?")
slip("knows two layers only", {SUM: "D, H, C = sizes\nreturn (D + 1) * H + (H + 1) * C"},
     "How many hidden layers may there be? What if there is none?")
slip("jumps over the hidden layers", {SUM: "return (sizes[0] + 1) * sizes[-1]"},
     "Does every input have a weight to every output of the network? What stands between them?")
slip("runs past the end", {SUM: "total = 0\nfor i in range(len(sizes)):\n"
                                "    total += (sizes[i] + 1) * sizes[i + 1]\nreturn total"},
     "Three sizes: how many pairs of neighbours are there? Which neighbour has the last size?")
slip("keeps the last layer only", {SUM: "for inputs, outputs in zip(sizes, behind):\n"
                                        "    total = inputs * outputs + outputs\nreturn total"},
     "Print your total after each layer. What has become of the layers before?")
slip("stops at the first layer", {"zip(sizes": "zip(sizes[:1]"},
     "How many affine layers are there? How many have you added up?")
slip("leaves out the last layer", {"sizes[1:]": "sizes[1:-1]"},
     "The outputs have weights as well. Are they in your sum?")
slip("returns nothing", {"return ": ""}, "What does your function hand back to its caller?")
# fmt: on


@count_parameters.alternative
def with_a_loop(sizes):
    total = 0
    for i in range(len(sizes) - 1):
        total += (sizes[i] + 1) * sizes[i + 1]
    return total


@count_parameters.alternative
def with_arrays(sizes):
    units = np.array(sizes)
    return np.dot(units[:-1] + 1, units[1:])


@count_parameters.alternative
def layer_by_layer(sizes):
    first, second, *deeper = sizes
    layer = np.empty((first, second)).size + np.empty(second).size
    return layer + (count_parameters([second, *deeper]) if deeper else 0)
