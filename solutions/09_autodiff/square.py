r"""### `square`: for the loss

$$y = x^2 \qquad\qquad \bar x = \bar y \cdot 2x$$

A function of a Variable, element by element. $\bar y$ is `dout`. One call of `record`, as before. `x` stays as it is.
"""

import numpy as np

from autograder import exercise


def some(rng):
    return {"x": rng.normal(size=(3, 4)), "dout": rng.normal(size=(3, 4))}


@exercise
def square(x):
    """x times x, element by element.

    Parameters
    ----------
    x : Variable of any shape; it stays as it is

    Returns
    -------
    Variable of the same shape, written down by `record`
    """
    return record(x.value**2, [x], lambda dout: [dout * 2 * x.value])


@square.check("the value", given=some, points=0.4)
def value(square, Variable, x):
    return square(Variable(x)).value


@square.check("the gradient by x; x stays as it is", given=some, points=0.6)
def gradient(square, Variable, try_operation, x, dout):
    variable = Variable(x)
    _, [gradient] = try_operation(square, [variable], dout)
    return {"gradient": gradient, "x afterwards": variable.value}


# fmt: off
slip = square.slip
slope = "[dout * 2 * x.value]"
slip("the power of a box", {"x.value**2": "x**2"},
     "Which operators has a Variable? And which has the array in it?")
slip("not recorded", {f"return record(x.value**2, [x], lambda dout: {slope})": "return type(x)(x.value**2)"},
     "Which line writes down what has happened?")
slip("two forgotten", {" * 2": ""}, "x stands in the product twice. How many ways lead from y back to x?")
slip("half a square", {"x.value**2": "x.value**2 / 2"},
     "Some books put 1/2 in front, so that the 2 goes away. Does the formula above?")
slip("doubles", {"x.value**2": "2 * x.value"}, "What is the square of 3?")
slip("root", {"x.value**2": "np.sqrt(np.abs(x.value))"}, "Square, or square root?")
slip("dout forgotten", {"dout * 2": "2"}, "If dout doubles, what should double?")
slip("dout squared", {"dout * 2": "dout**2 * 2"}, "If dout doubles, by how much should the gradient grow?")
slip("slope forgotten", {slope: "[dout * 2]"}, "Is a parabola as steep at 1 as at 10?")
slip("multiplies by the output", {"* 2 * x.value": "* x.value**2"},
     "The slope of a square, or its value: which one does the chain rule multiply by?")
slip("loses the sign", {"* x.value]": "* np.abs(x.value)]"}, "Does a parabola rise or fall at x = -1?")
slip("minus", {"[dout": "[-dout"}, "Nudge a positive x upwards: does its square rise?")
slip("no list", {slope: "dout * 2 * x.value"},
     "What does `backward` return: an array, or a list with one array for each input?")
slip("squares in place", {"record(x.value**2": "record(np.square(x.value, out=x.value)"},
     "Print x after the call. Is it still x?")
slip("no return", {"return ": ""}, "What does square(x) hand back?")
# fmt: on


@square.alternative
def twice_an_input(x):
    return record(x.value * x.value, [x, x], lambda dout: [dout * x.value, dout * x.value])


@square.alternative
def with_a_named_function(x):
    steep = x.value + x.value

    def backward(dout):
        return (np.multiply(steep, dout),)

    return record(np.square(x.value), (x,), backward)


@square.alternative
def with_einsum(x):
    y = np.einsum("...,...->...", x.value, x.value)
    return record(y, [x], lambda dout: [np.einsum("...,...->...", dout, x.value) * 2])
