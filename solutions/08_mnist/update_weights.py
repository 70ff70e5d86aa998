r"""### `update_weights`: one step downhill

$$w \leftarrow w - \eta\, g \qquad \text{for each array } w \text{ of the weights and its gradient } g$$

$\eta$ is the learning rate. The arrays change **in place**: the layers hold the same arrays, and they know nothing of
new ones. The gradients stay as they are.
"""

import numpy as np

from autograder import agree, exercise


def two_steps(rng):
    def arrays():
        return [rng.normal(size=(2, 3)), rng.normal(size=3), rng.normal(size=(3, 4))]

    return {"weights": arrays(), "gradients": arrays(), "later": arrays(), "rates": rng.uniform(0.1, 0.9, size=2)}


@exercise
def update_weights(gradients, weights, learning_rate):
    """Move every array of the weights against its gradient.

    Parameters
    ----------
    gradients : list of arrays; they stay as they are
    weights : list of arrays of the same shapes; they change in place
    learning_rate : float
    """
    for g, w in zip(gradients, weights):
        w -= learning_rate * g


@update_weights.check("two steps", given=two_steps)
def path(update_weights, weights, gradients, later, rates):
    seen = []
    for g, rate in zip((gradients, later), rates):
        update_weights(g, weights, rate)
        seen.append([w.copy() for w in weights])
    return {"after one step": seen[0], "after two steps": seen[1]}


# Wrong steps are charged above: these two compare steps with steps of the same student.


@update_weights.check(
    "whoever holds the arrays sees the step",
    given=two_steps,
    points=0.25,
    compare=agree("moves of the arrays", "moves in the list"),
)
def in_place(update_weights, weights, gradients):
    held, before = list(weights), [w.copy() for w in weights]
    update_weights(gradients, weights, 0.5)
    lists = {"moves of the arrays": held, "moves in the list": weights}
    return {name: [now - old for now, old in zip(arrays, before)] for name, arrays in lists.items()}


@update_weights.check(
    "the gradients stay as they are", given=two_steps, points=0.25, compare=agree("moves", "moves by copies")
)
def gradients_afterwards(update_weights, weights, gradients):
    before, twins = ([w.copy() for w in weights] for _ in range(2))
    update_weights([g.copy() for g in gradients], twins, 0.5)
    update_weights(gradients, weights, 0.5)
    lists = {"moves": weights, "moves by copies": twins}
    moves = {name: [now - old for now, old in zip(arrays, before)] for name, arrays in lists.items()}
    return {**moves, "gradients afterwards": gradients}


# fmt: off
slip = update_weights.slip
slip("climbs", {"-=": "+="}, "Nudge against the gradient, or along it: which way does the loss fall?")
slip("rebinds the name", {"w -=": "w = w -"},
     "Print a weight before and after the call. What does `w` name after the line?")
slip("new arrays in the list", {"for g, w in zip(gradients, weights):\n    w -= learning_rate * g":
                                "for i, g in enumerate(gradients):\n    weights[i] = weights[i] - learning_rate * g"},
     "The list has new arrays now. Who else holds the old ones?")
slip("asks for assign_sub", {"w -= learning_rate * g": "w.assign_sub(learning_rate * g)"},
     "Whose method is that? A weight is an array of NumPy here. How do you write into one?")
slip("lists as one array", {"for g, w in zip(gradients, weights):\n    w -= learning_rate * g":
                            "weights -= learning_rate * gradients"},
     "Can a list be multiplied? How do you come to the arrays in it, one after the other?")
slip("no learning rate", {"learning_rate * ": ""}, "If the learning rate halves, what should halve?")
slip("a rate of its own", {"learning_rate *": "1e-3 *"}, "Which learning rate did the caller ask for?")
slip("divides by the rate", {"learning_rate * g": "g / learning_rate"},
     "A smaller learning rate: is your step shorter?")
slip("replaces the weights", {"w -= learning_rate * g": "w[...] = -learning_rate * g"},
     "What is left of a weight whose gradient is 0?")
slip("swaps the lists", {"zip(gradients, weights)": "zip(weights, gradients)"},
     "Which of the two lists changes? Print both after the call.")
slip("only the first", {"zip(gradients, weights)": "zip(gradients[:1], weights)"}, "How many arrays should change?")
slip("scales the gradients", {"w -= learning_rate * g": "g *= learning_rate\n    w -= g"},
     "Print the gradients before and after the call. Are they yours to change?")
slip("averages the gradient", {"learning_rate * g": "learning_rate * g / len(g)"},
     "Has the mean over the batch not been taken already?")
slip("only the sign", {"* g": "* np.sign(g)"}, "A gradient twice as large: how much longer should the step be?")
# fmt: on


@update_weights.alternative
def with_out(gradients, weights, learning_rate):
    for i in range(len(weights)):
        np.subtract(weights[i], learning_rate * gradients[i], out=weights[i])


@update_weights.alternative
def through_a_slice(gradients, weights, learning_rate):
    for weight, gradient in zip(weights, gradients):
        weight[...] = weight - gradient * learning_rate


@update_weights.alternative
def assign_sub(gradients, weights, learning_rate):
    def step(weight, change):
        weight += -change

    list(map(step, weights, [np.multiply(learning_rate, g) for g in gradients]))
