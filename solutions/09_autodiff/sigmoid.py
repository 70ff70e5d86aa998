r"""### `sigmoid`: the slope from the output

$$y = \frac{1}{1 + e^{-x}} \qquad\qquad \bar x = \bar y \cdot y\,(1 - y)$$

A function of a Variable, element by element. $\bar y$ is `dout`. The slope needs the output only, which is there
already. One call of `record`, with a list of one input and a `backward` that returns a list of one gradient; do not
build it of other operations. `x` stays as it is.
"""

import numpy as np

from autograder import exercise


def some(rng):
    return {"x": 2 * rng.normal(size=(3, 4)), "dout": rng.normal(size=(3, 4))}


@exercise
def sigmoid(x):
    """1 / (1 + exp(-x)), element by element.

    Parameters
    ----------
    x : Variable of any shape; it stays as it is

    Returns
    -------
    Variable of the same shape, written down by `record`
    """
    y = 1 / (1 + np.exp(-x.value))
    return record(y, [x], lambda dout: [dout * y * (1 - y)])


@sigmoid.check("the value", given=some, points=0.4)
def value(sigmoid, Variable, x):
    return sigmoid(Variable(x)).value


@sigmoid.check("the gradient by x; x stays as it is", given=some, points=0.6)
def gradient(sigmoid, Variable, try_operation, x, dout):
    variable = Variable(x)
    _, [gradient] = try_operation(sigmoid, [variable], dout)
    return {"gradient": gradient, "x afterwards": variable.value}


# fmt: off
slip = sigmoid.slip
slope = "[dout * y * (1 - y)]"
slip("hands the box to NumPy", {"np.exp(-x.value)": "np.exp(-x)"},
     "NumPy knows arrays. What is x, and where is the array in it?")
slip("not recorded", {f"return record(y, [x], lambda dout: {slope})": "return type(x)(y)"},
     "Which line writes down what has happened?")
slip("minus lost", {"exp(-": "exp("}, "Try a large positive number. Should the answer be near 0 or near 1?")
slip("a constant", {"-x.value": "-1"}, "Does your output depend on the input at all?")
slip("divides too little", {"1 / (1 + np.exp(-x.value))": "1 / 1 + np.exp(-x.value)"}, "Where does the division end?")
slip("dout forgotten", {"dout * y": "y"}, "If dout doubles, what should double?")
slip("dout added", {"dout *": "dout +"}, "What must come out for dout = 0?")
slip("multiplies by the output", {" * (1 - y)": ""},
     "The slope of sigmoid, or its value: which one does the chain rule multiply by?")
slip("slope of tanh", {"y * (1 - y)": "(1 - y**2)"}, "Whose derivative is this? At x = 0 sigmoid rises with slope 1/4.")
slip("applied to the input", {"y * (1 - y)": "x.value * (1 - x.value)"},
     "Which letter stands in the formula for the slope: x or y?")
slip("applied twice", {slope: "[dout / (1 + np.exp(-y)) * (1 - 1 / (1 + np.exp(-y)))]"},
     "How often do you apply sigmoid before you take the slope?")
slip("passes dout on", {slope: "[dout]"}, "Far from 0 sigmoid is flat. What does your gradient say there?")
slip("made of several operations", {f"record(y, [x], lambda dout: {slope})": "(x * 0 + y) * 1"},
     "How many records does one call leave on the tape? Here it should be one.")
slip("no list", {slope: "dout * y * (1 - y)"},
     "What does `backward` return: an array, or a list with one array for each input?")
slip("no return", {"return ": ""}, "What does sigmoid(x) hand back?")
# fmt: on


@sigmoid.alternative
def by_tanh(x):
    half = np.tanh(x.value / 2)
    return record((1 + half) / 2, [x], lambda dout: [dout * (1 - half**2) / 4])


@sigmoid.alternative
def slope_from_the_input(x):
    power = np.exp(x.value)

    def backward(dout):
        return (dout * power / (1 + power) ** 2,)

    return record(power / (1 + power), (x,), backward)


@sigmoid.alternative
def one_at_a_time(x):
    y = np.zeros_like(x.value)
    for place, number in np.ndenumerate(x.value):
        y[place] = 1 / (1 + np.e**-number)

    def backward(dout):
        dx = np.array(dout)
        dx *= y
        dx *= 1 - y
        return [dx]

    return record(y, [x], backward)
