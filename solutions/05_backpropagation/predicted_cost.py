r"""### `predicted_cost`: count before you measure

A network with `depth` hidden layers of `width` neurons each, `inputs` inputs and `outputs` outputs: that makes
`depth + 1` layers, for the output layer counts, too. A layer from $D$ to $H$ has $D \cdot H$ weights and $H$ biases,
and one call of it needs $D \cdot H$ multiplications. (Count only those of the products with $W$. Additions, activations
and the loss are left out.)

Let $P$ be the number of parameters, weights and biases, and $M$ the number of multiplications of **one** forward pass.
For one gradient,

- `calc_gradient` goes forward twice for each parameter, and once more for the loss that it returns;
- `backpropagate` goes forward once, and on the way back each layer spends as much again on the gradient by $W$, and as
  much once more on the gradient by $x$. (The first layer has no use for the latter. We count it all the same.)

An example: `predicted_cost(1, 3, 2, 1)`. The layers go from 2 to 3 and from 3 to 1. $M = 6 + 3 = 9$ and
$P = 9 + 3 + 1 = 13$. The answer is `(13, 243, 27)`.
"""

import numpy as np

from autograder import exercise


def network(rng):
    depth, width, inputs, outputs = (int(rng.integers(*span)) for span in [(4, 12), (20, 60), (10, 19), (2, 9)])
    return {"depth": depth, "width": width, "inputs": inputs, "outputs": outputs}


SHARES = {
    f"the number of {what} {name}": points
    for name in ("in a deep network", "with one hidden layer")
    for what, points in (("parameters", 0.1), ("products in calc_gradient", 0.25), ("products in backpropagate", 0.35))
}


@exercise
def predicted_cost(depth, width, inputs, outputs):
    """Count the parameters of a network, and what one gradient costs on both ways.

    Parameters
    ----------
    depth : int, number of hidden layers, 1 or more
    width : int, neurons in each hidden layer
    inputs, outputs : int

    Returns
    -------
    tuple of three ints
        The number of parameters; the multiplications of `calc_gradient`; those of `backpropagate`.
    """
    hidden = (depth - 1) * width
    products = inputs * width + hidden * width + width * outputs
    parameters = products + depth * width + outputs
    return parameters, (2 * parameters + 1) * products, 3 * products


@predicted_cost.check("the number of parameters", given=network, points=0.6)
def parameters(predicted_cost, depth, width, inputs, outputs):
    return int(predicted_cost(depth, width, inputs, outputs)[0])


@predicted_cost.check("all three counts, also of a network with one hidden layer", given=network, points=SHARES)
def counts(predicted_cost, depth, width, inputs, outputs):
    answers = {
        "in a deep network": predicted_cost(depth, width, inputs, outputs),
        "with one hidden layer": predicted_cost(1, width, inputs, outputs),
    }
    return {
        f"the number of {what} {name}": count
        for name, answer in answers.items()
        for what, count in zip(("parameters", "products in calc_gradient", "products in backpropagate"), answer)
    }


# fmt: off
slip = predicted_cost.slip
# the layers
slip("one layer too many", {"(depth - 1)": "depth", "depth * width + outputs": "(depth + 1) * width + outputs"},
     "Draw the network with depth 1. How many arrows lead from a hidden layer to a hidden layer?")
slip("one layer too few", {"(depth - 1)": "(depth - 2)", "depth * width + outputs": "(depth - 1) * width + outputs"},
     "Draw the network with depth 2. How many layers has it, with the output layer?")
slip("forgets the output layer", {" + width * outputs": "", " + outputs": ""}, "Which layer makes the outputs?")
slip("forgets the input layer", {"inputs * width + ": ""}, "Through which weights do the inputs go?")
slip("all layers alike", {"inputs * width + hidden * width + width * outputs": "(depth + 1) * width**2",
                          "depth * width + outputs": "(depth + 1) * width"},
     "How many inputs does the first layer have, and how many outputs the last?")
slip("multiplies the layers", {"+ hidden * width": "* max(hidden, 1) * width"},
     "Do the weights of two layers add up, or multiply?")
# the parameters
slip("forgets the biases", {"products + depth * width + outputs": "products"},
     "Is a bias learned? Then it is nudged as well.")
slip("one bias a layer", {"depth * width + outputs": "depth + 1"}, "How many biases has a layer with H neurons?")
slip("counts the inputs as neurons", {"depth * width": "inputs + depth * width"}, "Do the inputs have a bias?")
slip("multiplies by the biases", {"(2 * parameters + 1) * products, 3 * products":
                                  "(2 * parameters + 1) * parameters, 3 * parameters"},
     "A bias is added. Which multiplication does it need?")
# the price of nudging
slip("counts passes", {"(2 * parameters + 1) * products": "2 * parameters + 1"},
     "That many passes, yes. And how many multiplications does each of them need?")
slip("one nudge a weight", {"(2 * parameters + 1)": "(parameters + 1)"},
     "Central differences: how often is the loss worked out for one parameter?")
slip("one nudge, and back at the price of one",
     {"(2 * parameters + 1)": "(parameters + 1)", "3 * products": "2 * products"},
     "Central differences: how often is the loss worked out for one parameter? And which two gradients go back?")
slip("forgets the loss itself", {"(2 * parameters + 1)": "2 * parameters"},
     "`calc_gradient` returns the loss, too. Where does it come from?")
slip("nudges weights only", {"(2 * parameters + 1)": "(2 * products + 1)"}, "Which parameters are not weights?")
slip("adds instead of multiplying", {"(2 * parameters + 1) * products": "2 * parameters + 1 + products"},
     "Each of the nudges goes through the whole network. Is that a sum or a product?")
# the price of going back
slip("goes back for nothing", {"3 * products": "products"},
     "The loss is worked out once. Is that all that backpropagation does?")
slip("returns at the price of one", {"3 * products": "2 * products"},
     "On the way back a layer makes two products. For which two gradients?")
slip("goes back for each parameter", {"3 * products": "3 * parameters * products"},
     "How many times does backpropagation walk through the network for one gradient?")
# the answer
slip("swaps the two ways", {"(2 * parameters + 1) * products, 3 * products":
                            "3 * products, (2 * parameters + 1) * products"},
     "Which of the two numbers should be larger by far? In which order are they asked?")
slip("returns one number", {"return parameters, (2 * parameters + 1) * products, 3 * products":
                            "return (2 * parameters + 1) * products"}, "How many counts are asked?")
slip("returns nothing", {"return ": ""}, "What does your function hand back to its caller?")
# fmt: on


@predicted_cost.alternative
def layer_by_layer(depth, width, inputs, outputs):
    P, M, before = 0, 0, inputs
    for after in [width] * depth + [outputs]:
        M += before * after
        P += before * after + after
        before = after
    return P, M * (1 + 2 * P), 3 * M


@predicted_cost.alternative
def with_arrays(depth, width, inputs, outputs):
    neurons = np.array([inputs, *[width] * depth, outputs])
    weights, biases = (neurons[:-1] * neurons[1:]).sum(), neurons[1:].sum()
    total = weights + biases
    return total, weights + 2 * total * weights, weights + 2 * weights


@predicted_cost.alternative
def by_recursion(depth, width, inputs, outputs):
    def count(layers):
        if len(layers) == 1:
            return np.zeros(2, dtype=int)
        first, second = layers[:2]
        return np.array([first * second, second]) + count(layers[1:])

    weights, biases = count([inputs] + depth * [width] + [outputs])
    passes = 1 + sum(2 for _ in range(weights + biases))
    return int(weights + biases), int(passes * weights), int(3 * weights)
