r"""### `relu`: an operation of one input

$$y = \max(x, 0) \qquad\qquad \bar x = \begin{cases} \bar y & \text{where } x > 0 \\ 0 & \text{elsewhere} \end{cases}$$

A function of a Variable, element by element. $\bar y$ is `dout`. As with the operators: work out the value with NumPy,
and end with one call of `record`, with a list of one input and a `backward` that returns a list of one gradient. `x`
stays as it is.
"""

import numpy as np

from autograder import exercise


def signed(rng):
    """Both signs, and nothing close to 0, where relu has a corner."""
    signs = rng.permutation(np.resize([-1, 1], 12)).reshape(3, 4)
    return {"x": rng.uniform(0.2, 2, size=(3, 4)) * signs, "dout": rng.normal(size=(3, 4))}


@exercise
def relu(x):
    """max(x, 0), element by element.

    Parameters
    ----------
    x : Variable of any shape; it stays as it is

    Returns
    -------
    Variable of the same shape, written down by `record`
    """
    positive = x.value > 0
    return record(x.value * positive, [x], lambda dout: [dout * positive])


@relu.check("the value", given=signed, points=0.4)
def value(relu, Variable, x):
    return relu(Variable(x)).value


@relu.check("the gradient by x; x stays as it is", given=signed, points=0.6)
def gradient(relu, Variable, try_operation, x, dout):
    variable = Variable(x)
    _, [gradient] = try_operation(relu, [variable], dout)
    return {"gradient": gradient, "x afterwards": variable.value}


# fmt: off
slip = relu.slip
end, slope = "return record(x.value * positive, [x], lambda dout: [dout * positive])", "[dout * positive]"
slip("hands the box to NumPy", {"x.value * positive": "np.maximum(x, 0)"},
     "NumPy knows arrays. What is x, and where is the array in it?")
slip("not recorded", {end: "return type(x)(x.value * positive)"}, "Which line writes down what has happened?")
slip("mask of dout", {slope: "[dout * (dout > 0)]"}, "Which sign decides: that of the input, or that of the gradient?")
slip("passes all", {slope: "[dout]"}, "x = -3, and x moves by a little. By how much does relu(x) move?")
slip("dout ignored", {slope: "[positive]"}, "If dout doubles, what should double?")
slip("multiplies by the output", {slope: "[dout * x.value * positive]"}, "How steep is relu at x = 5: 5, or 1?")
slip("mask upside down", {slope: "[dout * (1 - positive)]"}, "On which side does relu move when x moves?")
slip("keeps the negative", {"x.value > 0": "x.value < 0"}, "Which numbers pass, and which are switched off? Try -3.")
slip("absolute value", {"x.value * positive": "np.abs(x.value)"}, "Is -3 made positive, or switched off?")
slip("no list", {slope: "dout * positive"},
     "What does `backward` return: an array, or a list with one array for each input?")
slip("array as input", {", [x],": ", [x.value],"}, "The tape looks for Variables. What have you handed to `record`?")
slip("clears the input", {"return": "x.value[~positive] = 0\nreturn"}, "Print x after the call. Is it still x?")
slip("no return", {"return ": ""}, "What does relu(x) hand back?")

relu.equivalent("positive = x.value > 0", "positive = x.value >= 0", "at the corner any slope from 0 to 1 will do")
# fmt: on


@relu.alternative
def chooses(x):
    values = x.value.copy()

    def backward(dout):
        return [np.where(values > 0, dout, 0)]

    return record(np.maximum(values, 0), [x], backward)


@relu.alternative
def slope_from_the_output(x):
    y = np.clip(x.value, 0, None)
    return record(y, (x,), lambda dout: (np.sign(y) * dout,))


@relu.alternative
def clears_a_copy(x):
    off = x.value <= 0

    def switched_off(array):
        copy = np.array(array)
        copy[off] = 0
        return copy

    return record(switched_off(x.value), [x], lambda dout: [switched_off(dout)])
