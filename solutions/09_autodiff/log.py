r"""### `log`: the natural logarithm

$$y = \ln x \qquad\qquad \bar x = \frac{\bar y}{x}$$

A function of a Variable of positive numbers, element by element. $\bar y$ is `dout`. One call of `record`, as before.
`x` stays as it is.
"""

import numpy as np

from autograder import exercise


def positive(rng):
    return {"x": rng.uniform(0.2, 4, size=(3, 4)), "dout": rng.normal(size=(3, 4))}


@exercise
def log(x):
    """The natural logarithm, element by element.

    Parameters
    ----------
    x : Variable of positive numbers, of any shape; it stays as it is

    Returns
    -------
    Variable of the same shape, written down by `record`
    """
    return record(np.log(x.value), [x], lambda dout: [dout / x.value])


@log.check("the value", given=positive, points=0.4)
def value(log, Variable, x):
    return log(Variable(x)).value


@log.check("the gradient by x; x stays as it is", given=positive, points=0.6)
def gradient(log, Variable, try_operation, x, dout):
    variable = Variable(x)
    _, [gradient] = try_operation(log, [variable], dout)
    return {"gradient": gradient, "x afterwards": variable.value}


# fmt: off
slip = log.slip
slope = "[dout / x.value]"
slip("hands the box to NumPy", {"np.log(x.value)": "np.log(x)"},
     "NumPy knows arrays. What is x, and where is the array in it?")
slip("not recorded", {f"return record(np.log(x.value), [x], lambda dout: {slope})": "return type(x)(np.log(x.value))"},
     "Which line writes down what has happened?")
slip("logarithm to base 10", {"np.log(": "np.log10("}, "Which base makes the slope exactly 1 / x?")
slip("logarithm to base 2", {"np.log(": "np.log2("}, "Which base makes the slope exactly 1 / x? It is between 2 and 3.")
slip("shifted", {"np.log(x.value)": "np.log(x.value + 1)"}, "Which number has the logarithm 0?")
slip("a large epsilon", {"np.log(x.value)": "np.log(x.value + 1e-2)"},
     "Has the statement asked for something below the logarithm?")
slip("dout forgotten", {"dout / x": "1 / x"}, "If dout doubles, what should double?")
slip("multiplies by x", {"dout / x": "dout * x"}, "Where is the logarithm steeper: at 0.1 or at 10?")
slip("divides by the output", {slope: "[dout / np.log(x.value)]"},
     "Which letter stands below the fraction bar: x or y?")
slip("upside down", {slope: "[x.value / dout]"}, "What must come out for dout = 0?")
slip("minus", {slope: "[-dout / x.value]"}, "Does the logarithm rise or fall?")
slip("square below", {"dout / x.value": "dout / x.value**2"},
     "Is that the slope of the logarithm, or the slope of its slope?")
slip("no list", {slope: "dout / x.value"},
     "What does `backward` return: an array, or a list with one array for each input?")
slip("array as input", {", [x],": ", [x.value],"}, "The tape looks for Variables. What have you handed to `record`?")
slip("no return", {"return ": ""}, "What does log(x) hand back?")
# fmt: on


@log.alternative
def with_a_named_function(x):
    values = x.value.copy()

    def backward(dout):
        return (np.divide(dout, values),)

    return record(np.log(values), (x,), backward)


@log.alternative
def slope_from_the_output(x):
    y = np.log1p(x.value - 1)
    return record(y, [x], lambda dout: [dout * np.exp(-y)])


@log.alternative
def number_by_number(x):
    import math

    values = x.value.ravel()
    logs = np.array([math.log(number) for number in values]).reshape(x.value.shape)
    return record(logs, [x], lambda dout: [np.array([d / v for d, v in zip(dout.ravel(), values)]).reshape(logs.shape)])
