r"""### `Variable`: an array that is written down

A `Variable` holds an array in `value`. Its operators are methods: Python turns `x + y` into `x.__add__(y)`. Each
operation works out its value with NumPy, and ends with **one call** of `record`, which makes the result and writes down
how to go back:

`return record(value, [inputs], backward)`

`backward` is a function. It takes `dout`, the gradient of the loss by the result, and returns a **list** with one
gradient for each of the inputs. With $\bar z$ for `dout`:

| | | value | gradients |
|---|---|---|---|
| `__add__` | $z = x + y$ | element by element | $\bar x = \bar z$, $\;\bar y = \bar z$ |
| `__mul__` | $z = x \cdot y$ | element by element | $\bar x = \bar z \cdot y$, $\;\bar y = \bar z \cdot x$ |
| `__matmul__` | $Z = X\,Y$ | $(N, D)$ by $(D, C)$ | $\bar X = \bar Z\, Y^T$, $\;\bar Y = X^T \bar Z$ |
| `sum` | over `axis`, or everything | without this axis; a number | each $x_i$ gets the $\bar z$ of its own sum |
| `mean` | over all $n$ numbers | a number | each $x_i$ gets $\bar z / n$ |

The gradient for an input has the input's shape. (Where `+` and `*` have stretched an input, leave the gradient
stretched: `record` calls your `unbroadcast`.) `other` may also be an array or a number, and `Variable.of` makes a
Variable of it. Inputs stay as they are. Do not build an operation of others: one operation, one record.

`assign_sub(change)` is the one thing that changes a Variable: it takes `change`, an array of the same shape, off
`value`. It is not recorded and returns nothing. Division is done already, as an example.
"""

from functools import partial

import numpy as np

from autograder import agree, exercise, task


def two(rng):
    return {name: rng.normal(size=(3, 4)) for name in ("x", "y", "dout")} | {"number": float(rng.normal())}


def matrices(rng):
    return {"x": rng.normal(size=(5, 3)), "y": rng.normal(size=(3, 4)), "dout": rng.normal(size=(5, 4))}


def table(rng):
    return {
        "x": rng.normal(size=(5, 3)),
        "dout": rng.normal(),
        "dout0": rng.normal(size=3),
        "dout1": rng.normal(size=5),
    }


def changes(rng):
    return {"x": rng.normal(size=(2, 3)), "first": rng.normal(size=(2, 3)), "second": rng.normal(size=(2, 3))}


@exercise
class Variable:
    """An array with operators that are written down on the open tapes.

    Attributes
    ----------
    value : array of float, of any shape
    """

    __array_ufunc__ = None  # so that `array * variable` and `array @ variable` come here

    def __init__(self, value):
        self.value = np.array(value, dtype=float)

    def __repr__(self):
        return f"Variable({self.value.tolist()})"

    @staticmethod
    def of(x):
        """A Variable stays one; a number or an array becomes one."""
        return x if isinstance(x, Variable) else Variable(x)

    def fit(self, gradient):
        """A gradient in the shape of `value`: where `value` was stretched, your `unbroadcast` sums it up."""
        gradient, shape = np.asarray(gradient, dtype=float), self.value.shape
        if gradient.shape == shape:
            return gradient
        aligned = zip(shape[::-1], gradient.shape[::-1])
        if len(shape) > gradient.ndim or any(small not in (1, large) for small, large in aligned):
            raise ValueError(f"backward gives a gradient of shape {gradient.shape} for an input of shape {shape}")
        return unbroadcast(gradient, shape)

    @task
    def assign_sub(self, change):
        """Take `change`, an array of the shape of `value`, off `value`."""
        self.value -= change

    @task
    def __add__(self, other):
        """x + y, element by element; `other` is a Variable, an array or a number. Returns a Variable."""
        other = Variable.of(other)
        return record(self.value + other.value, [self, other], lambda dout: [dout, dout])

    @task
    def __mul__(self, other):
        """x * y, element by element; `other` is a Variable, an array or a number. Returns a Variable."""
        other = Variable.of(other)
        return record(self.value * other.value, [self, other], lambda dout: [dout * other.value, dout * self.value])

    @task
    def __matmul__(self, other):
        """The matrix product of (N, D) and (D, C); `other` is a Variable or an array. Returns a Variable."""
        other = Variable.of(other)
        return record(self.value @ other.value, [self, other], lambda dout: [dout @ other.value.T, self.value.T @ dout])

    @task
    def sum(self, axis=None):
        """The sum over one axis, which is gone afterwards, or over everything (None). Returns a Variable."""
        shape = self.value.shape

        def backward(dout):
            if axis is not None:
                dout = np.expand_dims(dout, axis)
            return [dout * np.ones(shape)]

        return record(self.value.sum(axis=axis), [self], backward)

    @task
    def mean(self):
        """The mean of all numbers. Returns a Variable."""
        x = self.value
        return record(x.mean(), [self], lambda dout: [np.full(x.shape, dout / x.size)])

    def __truediv__(self, other):
        """x / y, element by element: the example."""
        other = Variable.of(other)
        x, y = self.value, other.value
        return record(x / y, [self, other], lambda dout: [dout / y, -dout * x / y**2])

    # What follows is made of the operators above: 2 * x asks x.__rmul__(2).

    def __radd__(self, other):
        return self + other

    def __rmul__(self, other):
        return self * other

    def __rmatmul__(self, other):
        return Variable.of(other) @ self

    def __rtruediv__(self, other):
        return Variable.of(other) / self

    def __neg__(self):
        return self * -1.0

    def __sub__(self, other):
        return self + Variable.of(other) * -1.0

    def __rsub__(self, other):
        return Variable.of(other) - self


@Variable.check("assign_sub", "takes the change off, twice", given=changes, points={"once": 0.5, "twice": 0.5})
def assignments(Variable, x, first, second):
    """The change has to stay as it is; that is charged with the second call."""
    variable = Variable(x)
    variable.assign_sub(first)
    once = variable.value.copy()
    variable.assign_sub(second)
    return {"once": once, "twice": [variable.value, first]}


# What is wrong with the value or the gradients is charged there: the checks with arrays and numbers compare answers of
# the same student.


@Variable.check("__add__", "the value of x + y; both stay as they are", given=two, points=0.6)
def sum_of_two(Variable, x, y):
    a, b = Variable(x), Variable(y)
    return {"value": (a + b).value, "x and y afterwards": [a.value, b.value]}


@Variable.check("__add__", "the gradients of x + y", given=two, points={"by x": 0.4, "by y": 0.4})
def gradients_of_sum_of_two(Variable, try_operation, x, y, dout):
    _, gradients = try_operation(lambda a, b: a + b, [Variable(x), Variable(y)], dout)
    return dict(zip(("by x", "by y"), gradients))


@Variable.check(
    "__add__",
    "with an array, and with a number",
    given=two,
    points={"x + array": 0.3, "x + number": 0.3},
    compare=agree("x + array", "x + Variable", "x + number", "x + Variable of the number"),
)
def sum_with_others(Variable, x, y, number):
    return {
        "x + array": (Variable(x) + y).value,
        "x + Variable": (Variable(x) + Variable(y)).value,
        "x + number": (Variable(x) + number).value,
        "x + Variable of the number": (Variable(x) + Variable(number)).value,
    }


@Variable.check("__mul__", "the value of x * y; both stay as they are", given=two, points=0.6)
def product(Variable, x, y):
    a, b = Variable(x), Variable(y)
    return {"value": (a * b).value, "x and y afterwards": [a.value, b.value]}


@Variable.check("__mul__", "the gradients of x * y", given=two, points={"by x": 0.4, "by y": 0.4})
def gradients_of_product(Variable, try_operation, x, y, dout):
    _, gradients = try_operation(lambda a, b: a * b, [Variable(x), Variable(y)], dout)
    return dict(zip(("by x", "by y"), gradients))


@Variable.check(
    "__mul__",
    "with an array, and with a number",
    given=two,
    points={"x * array": 0.3, "x * number": 0.3},
    compare=agree("x * array", "x * Variable", "x * number", "x * Variable of the number"),
)
def product_with_others(Variable, x, y, number):
    return {
        "x * array": (Variable(x) * y).value,
        "x * Variable": (Variable(x) * Variable(y)).value,
        "x * number": (Variable(x) * number).value,
        "x * Variable of the number": (Variable(x) * Variable(number)).value,
    }


@Variable.check("__matmul__", "the value of x @ y; both stay as they are", given=matrices, points=0.6)
def matrix_product(Variable, x, y):
    a, b = Variable(x), Variable(y)
    return {"value": (a @ b).value, "x and y afterwards": [a.value, b.value]}


@Variable.check("__matmul__", "the gradients of x @ y", given=matrices, points={"by x": 0.4, "by y": 0.4})
def gradients_of_matrix_product(Variable, try_operation, x, y, dout):
    _, gradients = try_operation(lambda a, b: a @ b, [Variable(x), Variable(y)], dout)
    return dict(zip(("by x", "by y"), gradients))


@Variable.check("__matmul__", "with an array", given=matrices, points=0.6, compare=agree("x @ array", "x @ Variable"))
def matrix_product_with_an_array(Variable, x, y):
    return {"x @ array": (Variable(x) @ y).value, "x @ Variable": (Variable(x) @ Variable(y)).value}


@Variable.check(
    "sum", "the sum over everything, and over one axis", given=table, points={"all": 0.4, "axis 0": 0.2, "axis 1": 0.2}
)
def sums(Variable, x):
    return {
        "all": Variable(x).sum().value,
        "axis 0": Variable(x).sum(axis=0).value,
        "axis 1": Variable(x).sum(axis=1).value,
    }


@Variable.check(
    "sum", "the gradients of the three", given=table, points={"of all": 0.6, "over axis 0": 0.3, "over axis 1": 0.3}
)
def gradients_of_sums(Variable, try_operation, x, dout, dout0, dout1):
    def gradient(dout, **axis):
        return try_operation(lambda a: a.sum(**axis), [Variable(x)], dout)[1][0]

    return {
        "of all": gradient(np.asarray(dout)),
        "over axis 0": gradient(dout0, axis=0),
        "over axis 1": gradient(dout1, axis=1),
    }


@Variable.check("mean", "the value", given=table, points=0.4)
def mean_of_all(Variable, x):
    return Variable(x).mean().value


@Variable.check("mean", "the gradient", given=table, points=0.6)
def gradient_of_the_mean(Variable, try_operation, x, dout):
    return try_operation(lambda a: a.mean(), [Variable(x)], np.asarray(dout))[1][0]


# fmt: off
slip = partial(Variable.slip, "assign_sub")
slip("adds", {"-=": "+="}, "What does `sub` stand for?")
slip("assigns", {"-= ": "= -"}, "Where was the weight before? Does the new value still know?")
slip("a new Variable", {"self.value -= change": "return Variable(self.value - change)"},
     "Print `value` before and after. Where does the difference go, and who can still find it?")
slip("changes the change", {"self.value -= change": "change -= self.value\nself.value = -change"},
     "Print the change after the call. Was it yours?")

add = "return record(self.value + other.value, [self, other], lambda dout: [dout, dout])"
slip = partial(Variable.slip, "__add__")
slip("not recorded", {add: "return Variable(self.value + other.value)"}, "Which line writes down what has happened?")
slip("adds the boxes", {"self.value + other.value": "self + other"},
     "Which method does Python call for `self + other`? What can be added without asking it again?")
slip("gradients in place of a function", {"lambda dout: [dout, dout]": "[1, 1]"},
     "The gradients are not known yet. What must `record` be given, so that they can be worked out later?")
slip("no list", {"[dout, dout]": "dout"},
     "How many inputs has the operation, and how many gradients does `backward` return?")
slip("one gradient", {"[dout, dout]": "[dout]"},
     "How many inputs has the operation, and how many gradients does `backward` return?")
slip("slope of one", {"[dout, dout]": "[np.ones_like(dout), np.ones_like(dout)]"},
     "If dout doubles, what should double?")
slip("minus for the second", {"[dout, dout]": "[dout, -dout]"}, "If y grows, does x + y fall?")
slip("half each", {"[dout, dout]": "[dout / 2, dout / 2]"}, "If x grows by 1 and y stays, by how much does x + y grow?")
slip("slopes of a product", {"[dout, dout]": "[dout * other.value, dout * self.value]"},
     "Whose derivative is this? Does the slope of x + y by x depend on y?")
slip("arrays as inputs", {"[self, other]": "[self.value, other.value]"},
     "The tape looks for Variables. What have you handed to `record`?")
slip("adds in place", {"self.value + other.value,": "np.add(self.value, other.value, out=self.value),"},
     "Print x after x + y. Is it still x?")
slip("Variables only", {"other = Variable.of(other)\n": ""}, "What is `other` in x + 3, and has it a `value`?")
slip("no return", {"return ": ""}, "What does x + y hand back?")

mul = "return record(self.value * other.value, [self, other], lambda dout: [dout * other.value, dout * self.value])"
slip = partial(Variable.slip, "__mul__")
slip("not recorded", {mul: "return Variable(self.value * other.value)"}, "Which line writes down what has happened?")
slip("factors swapped", {"[dout * other.value, dout * self.value]": "[dout * self.value, dout * other.value]"},
     "Let y be 0. By how much does x * y move if x moves, and what does your gradient say?")
slip("dout forgotten", {"[dout * other.value, dout * self.value]": "[other.value, self.value]"},
     "If dout doubles, what should double?")
slip("dout passed on", {"[dout * other.value, dout * self.value]": "[dout, dout]"},
     "x grows by 1, and y is 5. By how much does x * y grow?")
slip("dout added", {"[dout *": "[dout +", ", dout *": ", dout +"}, "What must come out for dout = 0?")
slip("adds gradients", {"[dout * other.value, dout * self.value]": "[dout * (self.value + other.value)] * 2"},
     "Each factor has a gradient of its own. Which term belongs to which?")
slip("no list", {"[dout * other.value, dout * self.value]": "dout * other.value"},
     "How many inputs has the operation, and how many gradients does `backward` return?")
slip("matrix product", {"self.value * other.value,": "self.value @ other.value,"},
     "Is * element by element, or rows by columns?")
slip("arrays as inputs", {"[self, other]": "[self.value, other.value]"},
     "The tape looks for Variables. What have you handed to `record`?")
slip("multiplies in place", {"self.value * other.value,": "np.multiply(self.value, other.value, out=self.value),"},
     "Print x after x * y. Is it still x?")
slip("Variables only", {"other = Variable.of(other)\n": ""}, "What is `other` in x * 3, and has it a `value`?")
slip("no return", {"return ": ""}, "What does x * y hand back?")

mat, back = "return record(self.value @ other.value, [self, other]", "[dout @ other.value.T, self.value.T @ dout]"
slip = partial(Variable.slip, "__matmul__")
slip("not recorded", {f"{mat}, lambda dout: {back})": "return Variable(self.value @ other.value)"},
     "Which line writes down what has happened?")
slip("forgets to turn", {back: "[dout @ other.value, self.value @ dout]"},
     "Write the three shapes under the product. Which matrix must be turned for them to fit?")
slip("products the other way round", {back: "[other.value.T @ dout, dout @ self.value.T]"},
     "Write the shapes under your product. Which of the two stands left?")
slip("gradients swapped", {back: "[self.value.T @ dout, dout @ other.value.T]"},
     "The first gradient belongs to the first input. Do their shapes agree?")
slip("turned gradients", {back: "[other.value @ dout.T, dout.T @ self.value]"},
     "The gradient of X has the shape of X. Which way round is yours?")
slip("dout ignored", {back: "[np.ones_like(dout) @ other.value.T, self.value.T @ np.ones_like(dout)]"},
     "If dout doubles, what should double?")
slip("a mean over the rows", {"self.value.T @ dout]": "self.value.T @ dout / len(dout)]"},
     "Has somebody asked for a mean? Each row has its say in Y.")
slip("no gradient for the first", {back: "[0 * self.value, self.value.T @ dout]"},
     "The first input may be the result of another layer. What does that layer wait for?")
slip("element by element", {"self.value @ other.value,": "self.value * other.value,"},
     "Rows by columns: which operator of NumPy is that?")
slip("Variables only", {"other = Variable.of(other)\n": ""}, "What is `other` in x @ array, and has it a `value`?")
slip("no return", {"return ": ""}, "What does x @ y hand back?")

slip = partial(Variable.slip, "sum")
end = "return record(self.value.sum(axis=axis), [self], backward)"
slip("not recorded", {end: "return Variable(self.value.sum(axis=axis))"}, "Which line writes down what has happened?")
slip("not spread", {"dout * np.ones(shape)": "dout"}, "The gradient of x has the shape of x. Which shape has yours?")
slip("dout ignored", {"dout * np.ones(shape)": "np.ones(shape)"}, "If dout doubles, what should double?")
slip("gradient of a mean", {"dout * np.ones(shape)": "dout * np.ones(shape) / self.value.size"},
     "If one number grows by 1, by how much does the sum grow?")
slip("gradient times the values", {"np.ones(shape)": "self.value"},
     "Does it matter for the slope of a sum how large a number in it is?")
slip("axis not put back", {"if axis is not None:": "if False:"},
     "dout has lost an axis. Which one, and where must it stand so that NumPy stretches it?")
slip("axis put back in front", {"np.expand_dims(dout, axis)": "np.expand_dims(dout, 0)"},
     "Which axis was summed away: always the first one?")
slip("axis ignored", {"sum(axis=axis)": "sum()"}, "Print the shape of x.sum(axis=0). Which axis has gone?")
slip("keeps the axis", {"axis=axis)": "axis=axis, keepdims=True)"},
     "Print the shape of x.sum(axis=0). Should the axis still be there?")
slip("no list", {"[dout * np.ones(shape)]": "dout * np.ones(shape)"},
     "What does `backward` return: an array, or a list with one array for each input?")
slip("no return", {"return record": "record"}, "What does x.sum() hand back?")

slip = partial(Variable.slip, "mean")
full = "[np.full(x.shape, dout / x.size)]"
slip("not recorded", {f"return record(x.mean(), [self], lambda dout: {full})": "return Variable(x.mean())"},
     "Which line writes down what has happened?")
slip("gradient of a sum", {"dout / x.size": "dout"}, "If one of n numbers grows by 1, by how much does the mean grow?")
slip("divides by the rows", {"dout / x.size": "dout / len(x)"}, "How many numbers go into the mean, rows or numbers?")
slip("dout ignored", {"dout / x.size": "1 / x.size"}, "If dout doubles, what should double?")
slip("not spread", {full: "[dout / x.size]"}, "The gradient of x has the shape of x. Which shape has yours?")
slip("gradient times the values", {full: "[dout * x / x.size]"},
     "Does it matter for the slope of a mean how large a number in it is?")
slip("is the sum", {"x.mean()": "x.sum()"}, "Double the data by a copy of itself. Should a mean change?")
slip("mean of each column", {"x.mean()": "x.mean(axis=0)"}, "Is the answer one number?")
slip("made of two operations", {f"record(x.mean(), [self], lambda dout: {full})": "self.sum() * (1 / x.size)"},
     "Right, but how many records does one call leave on the tape? Here it should be one.")
slip("no list", {full: "np.full(x.shape, dout / x.size)"},
     "What does `backward` return: an array, or a list with one array for each input?")
slip("no return", {"return ": ""}, "What does x.mean() hand back?")

Variable.equivalent("return [dout * np.ones(shape)]", "return [dout / np.ones(shape)]", "divided by 1")
# fmt: on


@Variable.alternative("__mul__")
def with_a_named_function(self, other):
    left, right = self.value.copy(), Variable.of(other).value.copy()

    def go_back(upstream):
        return np.multiply(upstream, right), np.multiply(upstream, left)

    return record(np.multiply(left, right), (self, Variable.of(other)), go_back)


@Variable.alternative("__add__")
def other_first(self, other):
    if not isinstance(other, Variable):
        other = Variable(other)
    return record(other.value + self.value, (other, self), lambda dout: (1 * dout, 1 * dout))


@Variable.alternative("__matmul__")
def with_einsum(self, other):
    other = Variable.of(other)
    x, y = self.value, other.value

    def backward(dout):
        return [np.einsum("nc,dc->nd", dout, y), np.einsum("nd,nc->dc", x, dout)]

    return record(np.einsum("nd,dc->nc", x, y), [self, other], backward)


@Variable.alternative("sum")
def by_broadcasting(self, axis=None):
    value = np.sum(self.value, axis=axis)
    kept = np.sum(self.value, axis=axis, keepdims=True).shape
    return record(value, [self], lambda dout: [np.broadcast_to(np.reshape(dout, kept), self.value.shape)])


@Variable.alternative("mean")
def share_of_each(self):
    share = np.ones(self.value.shape) / self.value.size
    return record((share * self.value).sum(), [self], lambda dout: [share * dout])


@Variable.alternative("assign_sub")
def replaces_the_array(self, change):
    self.value = np.subtract(self.value, change)
