"""Checks that do without given code: it does not run where they are answered."""

import pytest

from autograder.definitions import code
from autograder.sandbox.job import Definition, Job, Probe
from autograder.sandbox.local import LocalSandbox
from autograder.sandbox.session import run

GIVEN = (Definition("class kit:\n    def work():\n        return 3\n", ("kit",)),)
STUDENT = (
    Definition("def late():\n    return kit.work()\n", ("late",), ("kit",)),
    Definition("taken = [kit.work]", ("taken",), ("kit",)),
    Definition("def own():\n    return 3\n", ("own",)),
)


class Counted(LocalSandbox):
    children = 0

    def spawn(self):
        self.children += 1
        return super().spawn()


def ask(*wanted):
    """Outcomes of `late`, `taken` or `own`, each with a 1 in its key if `kit` runs, and how many children it took."""
    texts = {name: f"def probe({name}):\n    return {name}()\n" for name in ("late", "own")}
    texts["taken"] = "def probe(taken):\n    return taken[0]()\n"
    probes = tuple(
        Probe(key, texts[key[:-1]], "probe", (key[:-1],), {}, without=("kit",) * (key[-1] == "0")) for key in wanted
    )
    sandbox = Counted()
    return run(Job(GIVEN, STUDENT, probes), sandbox), sandbox.children


def test_the_code_is_not_there():
    outcomes, children = ask("late1", "taken1", "late0", "taken0", "own0")
    assert [outcomes[key].value for key in ("late1", "taken1", "own0")] == [3, 3, 3]
    assert [(outcomes[key].status, outcomes[key].error) for key in ("late0", "taken0")] == [
        ("raised", "NameError"),
        ("undefined", "NameError"),
    ]
    assert all("'kit' is not defined" in outcomes[key].message for key in ("late0", "taken0"))
    assert children == 2


def test_one_child_for_neighbours():
    assert ask("own1", "late1")[1] == 1
    assert ask("own1", "own0", "late0", "late1")[1] == 3


METHODS = """class A:
    __init__, forward, backward = kit.Affine.__init__, kit.Affine.forward, kit.Affine.backward
"""


@pytest.mark.parametrize(
    "cells", [[METHODS], ["import copy\nA = copy.deepcopy(kit.Affine)"], ["A = type('A', (kit.Affine,), {})"]]
)
def test_code_taken_while_a_cell_runs(cells):
    """`forward` works on in a kernel; in a process without `kit`, whatever was made of it is missing."""
    definitions = tuple(d for cell in cells for d in code(cell, "cell 1").definitions)
    given = tuple(
        code(
            "class kit:\n    class Affine:\n        def __init__(self):\n            pass\n"
            "        def forward(self):\n            return 3\n"
            "        def backward(self):\n            return 3\n"
        ).definitions
    )
    text = "def probe(A):\n    return A().forward()\n"
    probes = (Probe("with", text, "probe", ("A",), {}), Probe("without", text, "probe", ("A",), {}, without=("kit",)))
    outcomes = run(Job(given, definitions, probes), LocalSandbox())
    assert outcomes["with"].value == 3
    assert outcomes["without"].status == "undefined"
