r"""### `Variable`: a number that is written down

Every operation under a tape is written down as (result, inputs, derivatives by the inputs).
"""

from autograder import exercise, task


def two_numbers(rng):
    return {"a": float(rng.normal()), "b": float(rng.normal())}


@exercise
class Variable:
    """A number. `GradientTape.active` is the open tape or None; its `records` is a list."""

    def __init__(self, value):
        self.value = value

    @task
    def __mul__(self, other):
        """The product, a new Variable; append (product, (self, other), (d/dself, d/dother)) to the open tape."""
        product = Variable(self.value * other.value)
        if GradientTape.active is not None:
            GradientTape.active.records.append((product, (self, other), (other.value, self.value)))
        return product


@Variable.check("__mul__", "value and derivatives of a product", given=two_numbers)
def product(Variable, GradientTape, a, b):
    with GradientTape() as tape:
        z = Variable(a) * Variable(b)
    [(result, inputs, derivatives)] = tape.records
    return {"value": z.value, "same": result is z, "derivatives": list(derivatives), "a": inputs[0].value}


@Variable.check("__mul__", "nothing is written down without a tape", given=two_numbers)
def outside(Variable, GradientTape, a, b):
    with GradientTape() as tape:
        pass
    return {"value": (Variable(a) * Variable(b)).value, "records": len(tape.records)}


@Variable.misconception("__mul__", "If a moves by one, by how much does a * b move?")
def derivatives_swapped(self, other):
    product = Variable(self.value * other.value)
    if GradientTape.active is not None:
        GradientTape.active.records.append((product, (self, other), (self.value, other.value)))
    return product


@Variable.alternative
class Slotted:
    __slots__ = ("value",)

    def __init__(self, value):
        self.value = value

    def __mul__(self, other):
        result = type(self)(other.value * self.value)
        tape = GradientTape.active
        if tape:
            tape.records += [(result, (self, other), (other.value, self.value))]
        return result
