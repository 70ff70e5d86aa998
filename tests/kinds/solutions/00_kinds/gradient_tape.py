r"""### `GradientTape`: walk back

Backwards through the records: what arrives at a result goes on to its inputs, times the derivatives.
"""

from autograder import exercise, task


def number(rng):
    return {"a": float(rng.normal()), "b": float(rng.normal())}


@exercise
class GradientTape:
    """Records what happens between `with` and its end."""

    active = None

    def __init__(self):
        self.records = []

    def __enter__(self):
        GradientTape.active = self
        return self

    def __exit__(self, *failure):
        GradientTape.active = None

    @task
    def gradient(self, target, sources):
        """A list: the derivative of target by each source, None for one that target does not depend on."""
        arrived = {id(target): 1.0}
        for result, inputs, derivatives in reversed(self.records):
            if id(result) in arrived:
                for variable, derivative in zip(inputs, derivatives):
                    arrived[id(variable)] = arrived.get(id(variable), 0.0) + arrived[id(result)] * derivative
        return [arrived.get(id(source)) for source in sources]


@GradientTape.check("gradient", "a product of three, one of them twice", given=number, points=2)
def cube(GradientTape, Variable, a, b):
    x, y, unused = Variable(a), Variable(b), Variable(1.0)
    with GradientTape() as tape:
        z = x * y * x
    return tape.gradient(z, [x, y, unused])


GradientTape.slip(
    "gradient",
    "overwrites",
    {"arrived.get(id(variable), 0.0) + ": ""},
    "A variable used twice is reached on two ways. What happens to the second?",
)
GradientTape.slip(
    "gradient",
    "forwards",
    {"reversed(self.records)": "self.records"},
    "Where does the walk begin: at the first record or at the last?",
)


@GradientTape.alternative("gradient")
def by_recursion(self, target, sources):
    def slope(result, source):
        if result is source:
            return 1.0
        for made, inputs, derivatives in self.records:
            if made is result:
                parts = [(slope(i, source), d) for i, d in zip(inputs, derivatives)]
                found = [s * d for s, d in parts if s is not None]
                return sum(found) if found else None
        return None

    return [slope(target, source) for source in sources]
