r"""### `gradient_descent`: one step downhill

1. Ask the network for the loss and the gradients, by the fast way: `network.backpropagate(x, y, loss)`.
2. Move every parameter of every layer in `network.sequence` a little **against** its gradient:

$$W \leftarrow W - \alpha\, \frac{\partial L}{\partial W} \qquad
b \leftarrow b - \alpha\, \frac{\partial L}{\partial b}$$

3. Return the loss that `backpropagate` has reported, that is, the loss **before** the step.

An example: $w = 2$ with gradient $5$ and $\alpha = 0.1$ becomes $2 - 0.1 \cdot 5 = 1.5$.

Afterwards `layer.W` and `layer.b` must hold the new values. Whether they are the same arrays with new numbers, or new
arrays, is up to you. One call is one step: the loop over many steps belongs to the caller.

The checks use the network `Chorus` from above, so your `DNN` cannot cost a point here.
"""

import numpy as np

from autograder import exercise


def chorus(rng):
    return {
        "Ws": [rng.normal(size=4) for _ in range(3)],
        "bs": [rng.normal(size=4) for _ in range(3)],
        "x": rng.normal(size=4),
        "y": rng.normal(size=4),
        "x_before": rng.normal(size=4),
        "alpha": float(rng.uniform(0.05, 0.3)),
    }


@exercise
def gradient_descent(network, x, y, loss, alpha):
    """Take one step of gradient descent on one sample.

    Parameters
    ----------
    network : has `sequence`, a list of layers with W, b, dW, db, and `backpropagate(x, y, loss)`, as DNN has
    x, y : arrays of shape (D,) and (n,)
    loss : loss object, as MeanSquaredError is
    alpha : float, the learning rate

    Returns
    -------
    float, the loss before the step
    """
    before = network.backpropagate(x, y, loss)
    for layer in network.sequence:
        layer.W -= alpha * layer.dW
        layer.b -= alpha * layer.db
    return before


@gradient_descent.check("W and b of every layer after one step", given=chorus, points={"W": 1, "b": 1})
def one_step(gradient_descent, Chorus, Distance, Ws, bs, x, y, x_before, alpha):
    network, loss = Chorus(Ws, bs), Distance()
    network.backpropagate(x_before, y, loss)  # what an earlier sample has left
    gradient_descent(network, x, y, loss, alpha)
    return {"W": [layer.W for layer in network.sequence], "b": [layer.b for layer in network.sequence]}


@gradient_descent.check("the loss before the step, for two samples", given=chorus)
def losses(gradient_descent, Chorus, Distance, Ws, bs, x, y, x_before, alpha):
    def of_a_new_network(x):
        network = Chorus([W.copy() for W in Ws], [b.copy() for b in bs])
        network.backpropagate(x + y, y, Distance())  # what an earlier sample has left
        return gradient_descent(network, x, y, Distance(), alpha)

    return np.array([of_a_new_network(x), of_a_new_network(x_before)])


# fmt: off
slip = gradient_descent.slip
# the gradient
slip("never goes back", {"network.backpropagate(x, y, loss)": "loss(network(x), y)"},
     "Who fills dW and db? Print them before you use them.")
slip("goes back too late", {"before = network.backpropagate(x, y, loss)\n": "",
                            "return before": "return network.backpropagate(x, y, loss)"},
     "When the step is made, what stands in dW?")
slip("nudges", {"backpropagate": "calc_gradient"}, "You know two ways to the gradient. Which one is fast?")
# the step
slip("returns the recipe", {"before = network.backpropagate(x, y, loss)": "before = loss",
                            "    layer.W -= alpha * layer.dW\n    layer.b -= alpha * layer.db": "    pass",
                            "return before": "return before"},
     "Is `loss` a number, or a recipe for one? Which line trains?")
slip("climbs", {"-=": "+="}, "The gradient points uphill. In which direction do you go?")
slip("forgets alpha", {"alpha * ": ""}, "How long is your step? Does it depend on alpha?")
slip("forgets the biases", {"    layer.b -= alpha * layer.db\n": ""}, "Which parameters of a layer have not moved?")
slip("forgets the weights", {"    layer.W -= alpha * layer.dW\n": ""},
     "Which parameters of a layer have not moved? There are usually more of them than biases.")
slip("moves local names", {"layer.W -= alpha * layer.dW": "W = layer.W - alpha * layer.dW",
                           "layer.b -= alpha * layer.db": "b = layer.b - alpha * layer.db"},
     "Nothing has moved. Which line changes the numbers that the layer itself holds?")
slip("replaces the weights", {"-= alpha": "= -alpha"}, "The step is a change. A change of what?")
slip("divides by alpha", {"alpha * layer.dW": "layer.dW / alpha", "alpha * layer.db": "layer.db / alpha"},
     "A smaller learning rate: does it make your step shorter or longer?")
slip("follows the sign only", {"layer.dW": "np.sign(layer.dW)", "layer.db": "np.sign(layer.db)"},
     "A steep slope and a flat one: are both steps equally long?")
slip("one layer only", {"return before": "    return before"},
     "How often does the loop run before the function returns?")
slip("the last layer only", {"in network.sequence": "in network.sequence[-1:]"},
     "Which layers have parameters, and which ones do you move?")
slip("averages", {"alpha *": "alpha / len(network.sequence) *"},
     "Each layer has a gradient of its own. Do they have to share the step?")
slip("goes back for each layer", {"layer.W -=": "network.backpropagate(x, y, loss)\n    layer.W -="},
     "First collect all gradients, then step. At which weights was the second layer's gradient taken?")
slip("steps twice", {"for layer in network.sequence": "for layer in 2 * network.sequence"},
     "By how much did a weight move, measured in alpha times its gradient?")
# what is returned
slip("returns the loss after", {"return before": "return loss(network(x), y)"},
     "Of which weights does the loss speak that you return: those before the step, or those after it?")
slip("returns nothing", {"return before": ""}, "What does the caller want to print after each step?")
# fmt: on


@gradient_descent.alternative
def new_arrays(network, x, y, loss, alpha):
    price = network.backpropagate(x, y, loss)
    for layer in network.sequence:
        layer.W = layer.W - alpha * layer.dW
        layer.b = layer.b - alpha * layer.db
    return price


@gradient_descent.alternative
def by_name(network, x, y, loss, alpha):
    price = network.backpropagate(x, y, loss)
    for layer in network.sequence:
        for name in "Wb":
            setattr(layer, name, getattr(layer, name) + getattr(layer, "d" + name) * -alpha)
    return price


@gradient_descent.alternative
def in_place(network, x, y, loss, alpha):
    def move(parameter, gradient):
        np.subtract(parameter, np.multiply(alpha, gradient), out=parameter)

    price, layers = network.backpropagate(x, y, loss), list(network.sequence)
    while layers:
        layer = layers.pop()
        move(layer.W, layer.dW)
        move(layer.b, layer.db)
    return float(price)
