r"""### `GradientTape`: write down, then walk back

A tape is **open** while it is in the list `OPEN_TAPES`; then `record` appends to its list `records`. It opens at the
beginning of a `with` block, and closes at the end:

- `__enter__` opens the tape, and returns it: this is what `as tape` gets.
- `__exit__` closes this tape and no other one. If an error ends the block, it closes the tape too, and the error goes
  on to the caller: that is what Python makes of it when `__exit__` returns `None` or `False`.

Each record is `(result, inputs, backward)`: the Variable that came out, the list of Variables that went in, and a
function that takes the gradient by the result and returns a list of the gradients for the inputs, in their shapes.

`gradient(target, sources)` walks back. It begins at the target, whose gradient by itself is 1 (an array of ones, if it
is not a number), and goes through the records **from the last to the first**. When it comes to a record, everything
that belongs to its result has arrived there.

- A Variable that is used more than once gets a part from each use, and the parts **add up**.
- What `target` does not depend on gets `None`.
- `sources` is a list of Variables, or a single one. For a list the answer is a list of arrays (or `None`), in the same
  order, for a single Variable one array.
- A tape is used up by `gradient`: a second call raises `RuntimeError`.

Variables are told apart by identity (`is`, `id`): two of them may hold equal numbers. One gradient array may be handed
to several inputs, so do not add into it in place.
"""

from functools import partial

import numpy as np

from autograder import exercise, task


def numbers(rng):
    return {"factor": float(rng.uniform(1.5, 3)), "x": float(rng.normal()), "matrix": rng.normal(size=(2, 3))}


def layer(rng):
    return {"x": rng.normal(size=(5, 3)), "W": rng.normal(size=(3, 2)), "b": rng.normal(size=2)}


def several(rng):
    return {"others": int(rng.integers(2, 60))}


@exercise
class GradientTape:
    """Records operations, and works out gradients from the records.

    Attributes
    ----------
    records : list of (result, inputs, backward), in the order in which they happened
    used : bool, whether `gradient` has been called
    """

    def __init__(self):
        self.records = []
        self.used = False

    @task
    def __enter__(self):
        """Open the tape, and return it."""
        OPEN_TAPES.append(self)
        return self

    @task
    def __exit__(self, *error):
        """Close this tape. `error` holds the error that has ended the block, if there is one."""
        OPEN_TAPES.remove(self)

    @task
    def gradient(self, target, sources):
        """The gradient of `target` by each source.

        Parameters
        ----------
        target : Variable
        sources : list of Variables, or one Variable

        Returns
        -------
        list of arrays or None, one for each source; or one array or None
        """
        if self.used:
            raise RuntimeError("the tape is used up")
        self.used = True
        arrived = {id(target): np.ones_like(target.value)}
        for result, inputs, backward in reversed(self.records):
            if id(result) in arrived:
                for variable, part in zip(inputs, backward(arrived[id(result)])):
                    arrived[id(variable)] = arrived.get(id(variable), 0) + part
        if isinstance(sources, list):
            return [arrived.get(id(source)) for source in sources]
        return arrived.get(id(sources))


@GradientTape.check(
    "__enter__",
    "the tape is open, and it is what `as` gets",
    given=several,
    points={
        "open tapes, and times this one is among them": 0.5,
        "tapes before, this one if it is open, and whether `as` gets it": 0.5,
    },
)
def opening(GradientTape, OPEN_TAPES, others):
    OPEN_TAPES[:] = [GradientTape() for _ in range(others)]
    tape = GradientTape()
    got = tape.__enter__()
    answer = {
        "open tapes, and times this one is among them": [len(OPEN_TAPES), sum(one is tape for one in OPEN_TAPES)],
        "tapes before, this one if it is open, and whether `as` gets it": [
            others + any(one is tape for one in OPEN_TAPES),
            got is tape,
        ],
    }
    OPEN_TAPES.clear()
    return answer


@GradientTape.check("__exit__", "closes this tape, and no other one", given=several)
def closing(GradientTape, OPEN_TAPES, others):
    tape, inner = GradientTape(), [GradientTape(), GradientTape()]
    OPEN_TAPES[:] = [*(GradientTape() for _ in range(others)), tape, *inner]
    tape.__exit__(None, None, None)
    answer = {
        "open tapes": len(OPEN_TAPES),
        "this one is open": any(one is tape for one in OPEN_TAPES),
        "inner ones that are open": sum(any(one is each for each in OPEN_TAPES) for one in inner),
    }
    OPEN_TAPES.clear()
    return answer


@GradientTape.check("__exit__", "after an error it closes, too, and lets the error go on", given=several)
def after_an_error(GradientTape, OPEN_TAPES, others):
    tape = GradientTape()
    OPEN_TAPES[:] = [*(GradientTape() for _ in range(others)), tape]
    swallowed = bool(tape.__exit__(ZeroDivisionError, ZeroDivisionError("an error in the block"), None))
    answer = {"open tapes": len(OPEN_TAPES), "swallows the error": swallowed}
    OPEN_TAPES.clear()
    return answer


@GradientTape.check("gradient", "y = a x + 3 by x, for a number and for a matrix", given=numbers)
def line(GradientTape, Variable, record, OPEN_TAPES, factor, x, matrix):
    answer = {}
    for case, value in {"number": x, "matrix": matrix}.items():
        tape, source = GradientTape(), Variable(value)
        OPEN_TAPES[:] = [tape]
        scaled = record(factor * source.value, [source], lambda g: [factor * g])
        y = record(scaled.value + 3, [scaled], lambda g: [g])
        OPEN_TAPES.clear()
        answer[case] = tape.gradient(y, source)
    return answer


@GradientTape.check("gradient", "y = (x W + b) ** 2 by [W, b]", given=layer)
def matrix_and_bias(GradientTape, Variable, record, OPEN_TAPES, x, W, b):
    tape, weights, bias = GradientTape(), Variable(W), Variable(b)
    OPEN_TAPES[:] = [tape]
    product = record(np.einsum("nd,dc->nc", x, W), [weights], lambda g: [np.einsum("nc,nd->dc", g, x)])
    total = record(product.value + b, [product, bias], lambda g: [g, np.einsum("nc->c", g)])
    y = record(total.value**2, [total], lambda g: [g * (total.value + total.value)])
    OPEN_TAPES.clear()
    return tape.gradient(y, [weights, bias])


@GradientTape.check("gradient", "what is used more than once adds up", given=numbers)
def several_ways(GradientTape, Variable, record, OPEN_TAPES, factor, x, matrix):
    def times(u, v):
        return record(u.value * v.value, [u, v], lambda g: [g * v.value, g * u.value])

    def plus(u, v):
        return record(u.value + v.value, [u, v], lambda g: [g, g])

    tape, source, twin = GradientTape(), Variable(matrix), Variable(matrix)
    OPEN_TAPES[:] = [tape]
    bent = record(np.sin(source.value), [source], lambda g: [g * np.cos(source.value)])
    mixed = plus(bent, times(bent, twin))
    y = plus(times(mixed, mixed), plus(source, bent))
    OPEN_TAPES.clear()
    return dict(zip(["x", "its twin", "sin(x)", "y itself"], tape.gradient(y, [source, twin, bent, y])))


@GradientTape.check("gradient", "each tape starts at zero: three tapes over one Variable", given=numbers)
def three_tapes(GradientTape, Variable, record, OPEN_TAPES, factor, x):
    source, answers = Variable(x), []
    for times in (1, 2, 3):
        tape = GradientTape()
        OPEN_TAPES[:] = [tape]
        y = record(times * factor * source.value, [source], lambda g, times=times: [times * factor * g])
        OPEN_TAPES.clear()
        answers.append(tape.gradient(y, [source])[0])
    return dict(zip(["first tape", "second tape", "third tape"], answers))


@GradientTape.check("gradient", "None for what the target does not depend on", given=numbers)
def not_on_the_path(GradientTape, Variable, record, OPEN_TAPES, factor, x):
    tape, source, unused, aside = GradientTape(), Variable(x), Variable(x), Variable(x)
    OPEN_TAPES[:] = [tape]
    y = record(factor * source.value, [source], lambda g: [factor * g])
    record(source.value * aside.value, [source, aside], lambda g: [g * aside.value, g * source.value])
    OPEN_TAPES.clear()
    return tape.gradient(y, [unused, source, aside])


@GradientTape.check("gradient", "a second call raises RuntimeError", given=numbers)
def used_up(GradientTape, Variable, record, OPEN_TAPES, factor, x):
    answer = {"of what no tape has seen": GradientTape().gradient(Variable(x), [Variable(x)])}
    for second in ("the same", "another source", "another target"):
        tape, source = GradientTape(), Variable(x)
        OPEN_TAPES[:] = [tape]
        z = record(source.value + factor, [source], lambda g: [g])
        y = record(factor * source.value, [source], lambda g: [factor * g])
        OPEN_TAPES.clear()
        answer[f"first call, before {second}"] = tape.gradient(y, [source])
        try:
            tape.gradient(z if second == "another target" else y, [y if second == "another source" else source])
            answer[f"second call, {second}"] = "no error"
        except RuntimeError:
            answer[f"second call, {second}"] = "RuntimeError"
    return answer


# fmt: off
slip = partial(GradientTape.slip, "__enter__")
slip("returns nothing", {"return self": ""}, "What does the name after `as` stand for, in your tape?")
slip("never opens", {"OPEN_TAPES.append(self)\n": ""}, "Where does `record` look for tapes that are open?")
slip("closes the others", {"OPEN_TAPES.append(self)": "OPEN_TAPES[:] = [self]"},
     "A tape inside of another one: do both record?")
slip("opens a new tape",
     {"OPEN_TAPES.append(self)\nreturn self": "tape = GradientTape()\nOPEN_TAPES.append(tape)\nreturn tape"},
     "`with` already has a tape. How many are there in your version?")
slip("opens twice", {"return self": "OPEN_TAPES.append(self)\nreturn self"},
     "How often is each operation written down?")

slip = partial(GradientTape.slip, "__exit__")
slip("never closes", {"OPEN_TAPES.remove(self)": "self.records = self.records"},
     "Compute something after the block. Does the tape grow?")
slip("closes all", {"OPEN_TAPES.remove(self)": "OPEN_TAPES.clear()"},
     "A tape around this one is still recording. Is it, after your line?")
slip("closes the last one", {"OPEN_TAPES.remove(self)": "OPEN_TAPES.pop()"},
     "Is the tape that ends always the one that was opened last?")
slip("closes the first one", {"OPEN_TAPES.remove(self)": "OPEN_TAPES.pop(0)"},
     "Which tape stands first in the list: this one, or the one around it?")
slip("swallows errors", {"OPEN_TAPES.remove(self)": "OPEN_TAPES.remove(self)\nreturn True"},
     "1 / 0 inside the block: does anybody hear of it? Look up what the answer of `__exit__` means.")
slip("stays open after an error", {"OPEN_TAPES.remove(self)": "if error[0] is None:\n    OPEN_TAPES.remove(self)"},
     "An error has ended the block. Is the tape still recording?")

slip = partial(GradientTape.slip, "gradient")
add, back = "arrived.get(id(variable), 0) + part", "reversed(self.records)"
# the walk
slip("overwrites", {add: "part"}, "A Variable used twice is reached on two ways. What becomes of the first part?")
slip("keeps the first part", {add: "arrived.get(id(variable), part)"},
     "A Variable used twice is reached on two ways. What becomes of the second part?")
slip("walks forwards", {back: "self.records"}, "Which record is the first one whose result's gradient is known?")
slip("only one step back", {back: "self.records[-1:]"},
     "Between the target and the sources there may be more than one operation. How far do you walk?")
slip("begins with zero", {"np.ones_like": "np.zeros_like"}, "What is the derivative of the loss by the loss?")
slip("begins with the target", {"np.ones_like(target.value)": "target.value"},
     "What is the derivative of the loss by the loss? Is it the loss?")
slip("begins with a mean", {"np.ones_like(target.value)": "np.full(target.value.shape, 1 / target.value.size)"},
     "Each number of the target counts in full. What have you divided by?")
slip("begins with a number", {"np.ones_like(target.value)": "1.0"},
     "Which shape has a gradient by a target that is a matrix?")
put = "arrived[id(variable)]"
slip("adds in place", {f"{put} = {add}": f"if id(variable) in arrived:\n                {put} += part\n"
                                         f"            else:\n                {put} = part"},
     "One array was handed to two inputs. You add into it for one of them: what does the other one see?")
slip("passes ones to all", {"backward(arrived[id(result)])": "backward(np.ones_like(result.value))"},
     "Rates multiply along the path. What is handed on from record to record?")
slip("goes through every record", {"if id(result) in arrived:": "if True:",
                                   "arrived[id(result)]": "arrived.get(id(result), np.ones_like(result.value))"},
     "Some operations have nothing to do with the target. What do they hand back?")
slip("equal numbers are one", {"id(target)": "str(target.value)", "id(result)": "str(result.value)",
                               "id(variable)": "str(variable.value)",
                               "id(source)": "str(source.value)", "id(sources)": "str(sources.value)"},
     "Two Variables hold the same number. Are they one?")
# the answer
slip("zeros for None", {"get(id(source))": "get(id(source), np.zeros_like(source.value))"},
     "A gradient of zero, and no way at all: how could the caller tell them apart?")
slip("leaves out what is missing", {"for source in sources]": "for source in sources if id(source) in arrived]"},
     "Which gradient belongs to which source, if one of them is left out?")
slip("always a list", {"isinstance(sources, list)": "True",
                       "for source in sources": "for source in (sources if isinstance(sources, list) else [sources])"},
     "Somebody asks for one Variable's gradient, not for a list. What do they get?")
slip("never a single source", {"isinstance(sources, list)": "True"},
     "`sources` may be one Variable. Can you loop over it?")
slip("reports the last first", {"for source in sources": "for source in reversed(sources)"},
     "In which order did the caller name the sources?")
# the end
slip("can be used again", {"if self.used:": "if False:"},
     "What happens on your tape's second call, and what should happen?")
slip("another error", {"RuntimeError": "ValueError"}, "Which kind of error is asked for?")
slip("no return", {"return [": "[", "return arrived": "arrived"}, "What does `gradient` hand back?")

GradientTape.equivalent("self.used = True", "self.used += True", "it is False before: a used tape raises")
# fmt: on


@GradientTape.misconception(
    "gradient", "Two tapes, one after the other, over the same Variable: what does the second one find on it?"
)
def keeps_them_on_the_variables(self, target, sources):
    if self.used:
        raise RuntimeError
    self.used = True
    target.grad = np.ones_like(target.value)
    for result, inputs, backward in reversed(self.records):
        if getattr(result, "grad", None) is not None:
            for variable, part in zip(inputs, backward(result.grad)):
                before = getattr(variable, "grad", None)
                variable.grad = part if before is None else before + part
    found = [getattr(s, "grad", None) for s in (sources if isinstance(sources, list) else [sources])]
    return found if isinstance(sources, list) else found[0]


@GradientTape.misconception(
    "gradient", "When you pass a result on, has everything arrived there? Look at one that is used twice."
)
def first_come_first_served(self, target, sources):
    if self.used:
        raise RuntimeError
    self.used = True
    arrived, queue, done = {id(target): np.ones_like(target.value)}, [target], set()
    while queue:
        made = queue.pop(0)
        for result, inputs, backward in self.records:
            if result is made and id(made) not in done:
                done.add(id(made))
                for variable, part in zip(inputs, backward(arrived[id(made)])):
                    arrived[id(variable)] = arrived.get(id(variable), 0) + part
                    queue.append(variable)
    found = [arrived.get(id(s)) for s in (sources if isinstance(sources, list) else [sources])]
    return found if isinstance(sources, list) else found[0]


@GradientTape.alternative("gradient")
def by_recursion(self, target, sources):
    if self.used:
        raise RuntimeError("one tape, one answer")
    self.used = True

    def slope(source):
        if source is target:
            return np.ones(np.shape(target.value))
        parts = []
        for result, inputs, backward in self.records:
            for place, variable in enumerate(inputs):
                if variable is source and (above := slope(result)) is not None:
                    parts.append(backward(above)[place])
        return sum(parts) if parts else None

    return slope(sources) if isinstance(sources, Variable) else [slope(source) for source in sources]


@GradientTape.alternative("gradient")
def sorted_by_depth(self, target, sources):
    if self.records is None:
        raise RuntimeError("used up")
    made_by = {result: (inputs, backward) for result, inputs, backward in self.records}
    self.records, order, seen = None, [], set()

    def visit(variable):
        if variable not in seen:
            seen.add(variable)
            for one in made_by.get(variable, ([], None))[0]:
                visit(one)
            order.append(variable)

    visit(target)
    parts = {variable: [] for variable in order}
    parts[target].append(np.ones_like(target.value))
    for variable in order[::-1]:
        if variable in made_by:
            inputs, backward = made_by[variable]
            for one, part in zip(inputs, backward(np.sum(parts[variable], axis=0))):
                parts[one].append(part)
    several = sources if isinstance(sources, list) else [sources]
    found = [np.sum(parts[source], axis=0) if source in parts else None for source in several]
    return found if several is sources else found[0]


@GradientTape.alternative
class TwoLists:
    def __init__(self):
        self.records, self.answered = [], False

    def __enter__(self):
        OPEN_TAPES.insert(0, self)
        return self

    def __exit__(self, kind, error, trace):
        OPEN_TAPES[:] = [tape for tape in OPEN_TAPES if tape is not self]
        return False

    def gradient(self, target, sources):
        if self.answered:
            raise RuntimeError("used")
        self.answered = True
        variables, totals = [target], [1.0 + 0 * target.value]
        while self.records:
            made, used, backward = self.records.pop()
            here = [i for i, variable in enumerate(variables) if variable is made]
            for variable, part in zip(used, backward(totals[here[0]]) if here else []):
                known = [i for i, other in enumerate(variables) if other is variable]
                if known:
                    totals[known[0]] = totals[known[0]] + part
                else:
                    variables.append(variable)
                    totals.append(part)
        answers = dict(zip(variables, totals))
        return [answers.get(s) for s in sources] if isinstance(sources, list) else answers.get(sources)
