"""`check` in a kernel: old definitions, helpers beside the notebook, and work without given code.

It says when it would look at an old definition, and is quiet wherever it cannot know.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from kernels import Shell, in_a_kernel

from autograder import recorder, runs, selfcheck
from autograder.compare import close
from autograder.exercises import SourceRule
from autograder.runs import Run

SETUP = "import numpy as np\nfrom autograder import check"
OLD = "def relu(x):\n    return np.maximum(x, 0)"
EDIT = "def relu(x):\n    return x * (x > 0)"
BROKEN = "def relu(x)\n    return x"
AFFINE = "Affine.backward"
STUB = "def relu(x):\n    raise NotImplementedError()"
CLASS = """class Affine:
    def forward(self, x):
        return x
    def backward(self, x):
        return np.maximum(x, 0)"""
METHOD = "def backward(self, x):\n    return np.maximum(x, 0)\nAffine.backward = backward"
USES = "def relu(x):\n    return positive(x)"
HELPER = "def positive(x):\n    return np.maximum(x, 0)"


def run(task: str, source: str) -> Run:
    x = [-1.0, 2.0]
    probe = {"source": source, "name": "probe", "parameters": (task.partition(".")[0], "x")}
    return Run(task, "values", True, 1.0, inputs={"x": x}, expected=[0.0, 2.0], compare=close(), **probe)


RUNS = (
    run("relu", "def probe(relu, x):\n    return [float(v) for v in relu(np.array(x))]\n"),
    run("Affine.backward", "def probe(Affine, x):\n    return [float(v) for v in Affine().backward(np.array(x))]\n"),
    run("loop", "def probe(loop, x):\n    return [float(v) for v in loop(np.array(x))]\n"),
    Run("loop", "without a loop", True, 1.0, rule=SourceRule("no_loops", {})),
    replace(run("net", "def probe(net, x):\n    return net().predict(x)\n"), without=("kit",)),
)

# By name: the cells, the task, and words of what is said.
OLD_ONES: dict[str, tuple[list[str], str, str]] = {
    "no colon": (
        [OLD, BROKEN],
        "relu",
        "Run the cell above first: its last run failed with SyntaxError: expected ':' (line 1: `def relu(x)`), "
        "so `relu` is still the old definition.",
    ),
    "an open bracket": ([OLD, "def relu(x):\n    return np.maximum(x, 0"], "relu", "`return np.maximum(x, 0`"),
    "nothing in the body": ([OLD, "def relu(x):\n"], "relu", "SyntaxError: expected an indented block"),
    "indented too far": ([OLD, "import numpy as np\n def relu(x):\n    return x"], "relu", "unexpected indent"),
    "a misspelt def": ([OLD, "dfe relu(x):\n    return x"], "relu", "(line 1: `dfe relu(x):`)"),
    "return in no function": ([OLD, "return 3\n" + EDIT], "relu", "'return' outside function (line 1: `return 3`)"),
    "a lambda": (["relu = lambda x: np.maximum(x, 0)", "relu = lambda x np.maximum(x, 0)"], "relu", "SyntaxError"),
    "an assignment": (["relu = np.vectorize(max)", "scale = 1 / 0\nrelu = np.abs"], "relu", "`scale = 1 / 0`"),
    "timed": ([f"%%time\n{OLD}", "%%time\ndef relu(x)\n    return x"], "relu", "(line 2: `def relu(x)`)"),
    "a decorated one": ([f"@np.vectorize\n{OLD}", f"@np.vectorise\n{OLD}"], "relu", "has no attribute 'vectorise'"),
    "fails above": ([OLD, "scale = 1 / 0\ndef relu(x):\n    return x"], "relu", "(line 1: `scale = 1 / 0`)"),
    "fails above, timed": ([OLD, "%%time\nscale = 1 / 0\ndef relu(x):\n    return x"], "relu", "(line 2: `scale = 1 /"),
    "fails inside a call": ([OLD, "import math\nmath.sqrt(-1)\ndef relu(x):\n    return x"], "relu", "`math.sqrt(-1)`"),
    "an import fails above": ([OLD, "import cupy as cp\ndef relu(x):\n    return x"], "relu", "ModuleNotFoundError"),
    "stopped above": ([OLD, "raise KeyboardInterrupt\ndef relu(x):\n    return x"], "relu", "KeyboardInterrupt ("),
    "a def in an if": ([OLD, "1 / 0\nif True:\n    def relu(x):\n        return x"], "relu", "ZeroDivisionError"),
    "its second def": ([OLD, f"{OLD}\n1 / 0\ndef relu(x):\n    return x"], "relu", "(line 3: `1 / 0`)"),
    "other cells run since": ([OLD, BROKEN, "y = 3", "print(relu(np.ones(2)))"], "relu", "line 1"),
    "a class": ([CLASS, CLASS.replace("self, x):", "self, x)")], AFFINE, "(line 2: `def forward(self, x)`)"),
    "the cell of a method": ([CLASS, METHOD, METHOD.replace(", 0)", ", 0")], AFFINE, "was never closed"),
    "above a method": ([CLASS, METHOD, f"1 / 0\n{METHOD}"], AFFINE, "ZeroDivisionError"),
    "a class body fails": ([CLASS, CLASS + "\n    scale = 1 / 0"], AFFINE, "(line 6: `scale = 1 / 0`)"),
    "a subclass of its name": ([CLASS, CLASS.replace(":", "(Afine):", 1)], AFFINE, "'Afine' is not defined"),
    "a helper": (
        [HELPER, USES, "def positive(x)\n    return x"],
        "relu",
        "Run the cell that defines `positive` first: its last run failed with SyntaxError: expected ':'",
    ),
    "deleted": ([OLD, "del relu"], "relu", "Run the cell above first: there is no `relu` in this kernel."),
    "never run": ([], "relu", "Run the cell above first: there is no `relu` in this kernel."),
    "a class that never ran": ([], AFFINE, "Run the cell above first: there is no `Affine` in this kernel."),
    "failed at first": ([BROKEN], "relu", "`def relu(x)`), so `relu` is not defined."),
    "deleted, then failed": ([OLD, "del relu", "1 / 0\n" + OLD], "relu", "so `relu` is not defined."),
}  # fmt: skip

NEW_ONES: dict[str, tuple[list[str], str]] = {
    "run again": ([OLD, BROKEN, OLD], "relu"),
    "fixed": ([OLD, BROKEN, EDIT], "relu"),
    "defined elsewhere": ([OLD, BROKEN, "1\n" + OLD], "relu"),
    "another name": ([OLD, BROKEN, "my = lambda x: np.maximum(x, 0)\nrelu = my"], "relu"),
    "decorated": (["def same(f):\n    return lambda x: f(x)", OLD, f"@same\n{OLD}"], "relu"),
    "from a module": ([OLD, BROKEN, "from own import relu"], "relu"),
    "everything of a module": ([OLD, BROKEN, "from own import *"], "relu"),
    "%run": ([OLD, BROKEN, "%run own.py"], "relu"),
    "%%time": ([OLD, f"%%time\n{OLD}"], "relu"),
    "%%capture": ([OLD, BROKEN, f"%%capture\n{OLD}"], "relu"),
    "%rerun": ([OLD, BROKEN, "%rerun 2"], "relu"),
    "exec": ([OLD, BROKEN, f"exec({OLD!r})"], "relu"),
    "exec in a function": (
        [f"def define():\n    exec({OLD!r}, globals())", OLD, BROKEN, "define()"],
        "relu",
    ),
    "global": (["def f():\n    global relu\n    relu = lambda x: x * (x > 0)", BROKEN, "f()"], "relu"),
    "in an if": ([OLD, BROKEN, "if True:\n    def relu(x):\n        return x * (x > 0)"], "relu"),
    "in a try": ([BROKEN, "try:\n    import cupy\nexcept ImportError:\n    def relu(x): return x * (x > 0)"], "relu"),
    "not in an if": ([OLD, "if False:\n    def relu(x):\n        return x"], "relu"),
    "the last one wins": (["def relu(x):\n    return x", OLD], "relu"),
    "the last one of a cell wins": ([f"def relu(x):\n    return x\n{OLD}"], "relu"),
    "fails below": ([f"{OLD}\n1 / 0"], "relu"),
    "fails below, timed": ([f"%%time\n{OLD}\n1 / 0"], "relu"),
    "a try-out below fails": ([f"{OLD}\nrelu(None)"], "relu"),
    "a try-out of its name fails": ([OLD, "relu = relu(None)"], "relu"),
    "a try-out has a slip": ([OLD, "relu(np.array([1, 2])", "print relu(3)", "relu = relu(3", "y = relu(3))"], "relu"),
    "a number of its name fails": ([OLD, "relu = 1 / 0", "relu = (1, 2", "relu: float = 1 / 0"], "relu"),
    "an import of its name fails": ([OLD, "from common.layers import relu"], "relu"),
    "a draft of another name": ([OLD, "def relu2(x)\n    return x", "def my_relu(x", "class Relu\n    pass"], "relu"),
    "a method of its name": ([OLD, "class Layer:\n    def relu(self, x)\n        return x"], "relu"),
    "in a string": ([OLD, "text = '''\ndef relu(x):\n    pass\n'''\n1 / 0"], "relu"),
    "in a comment": ([OLD, "# def relu(x):\n1 / 0"], "relu"),
    "shadowed by a local": ([OLD, "def test():\n    relu = 1 / 0\ntest()"], "relu"),
    "another language": ([OLD, "%%bash\ndef relu(x):"], "relu"),
    "patched": ([CLASS, "class Affine\n    pass", METHOD], AFFINE),
    "patched by setattr": ([CLASS, "class Affine", f"{METHOD[:51]}setattr(Affine, 'backward', backward)"], AFFINE),
    "another method fails": ([CLASS, "1 / 0\nAffine.forward = None"], AFFINE),
    "a helper that it does not use": ([HELPER, OLD, "def positive(x)\n    return x"], "relu"),
    "In was reset": ([OLD, "In.clear()"], "relu"),
    "reset and run again": ([OLD, "%reset -f", SETUP, OLD], "relu"),
    "an own module": (["from own import relu", "1 / 0"], "relu"),
    "defined above the import of check": (["def f(): pass"], "relu"),
}  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checks.json of two tasks, and a module."""
    folder = tmp_path_factory.mktemp("live") / "live"
    folder.mkdir()
    checks = {"assignment": "live", "notebook": "live.ipynb", "sections": {}, "runs": [*map(runs.to_json, RUNS)]}
    (folder / "checks.json").write_text(json.dumps(checks))
    (folder / "own.py").write_text("import numpy as np\n" + OLD)
    return folder


def test_a_real_kernel_says_the_same(folder):
    (old, relu, _), (new, affine) = OLD_ONES["no colon"], NEW_ONES["patched"]
    cells = [SETUP, *old, f'check("{relu}")', *new, f'check("{affine}")']
    told = in_a_kernel(folder, {"cells": list(map(cell, cells))})
    assert told == {relu: {"values": "error"}, affine: {"values": "passed"}}


def cell(text: str) -> dict[str, object]:
    asked = text.startswith("check(")
    return {"cell_type": "code", "source": text, "metadata": {"nbgrader": {"grade": asked}}}


@pytest.fixture(scope="module")
def shell(folder: Path) -> Iterator[Shell]:
    """An IPython shell there; a kernel cannot be made where there is one."""
    before, main = Path.cwd(), sys.modules["__main__"]
    os.chdir(folder)
    sys.path.insert(0, "")
    shell = Shell.instance()
    shell.InteractiveTB.set_mode("Minimal")  # what it prints is not read
    yield shell
    Shell.clear_instance()
    sys.modules["__main__"] = main
    sys.path.remove("")
    os.chdir(before)


@pytest.fixture(scope="module")
def fresh(shell: Shell) -> frozenset[str]:
    """What a new kernel holds."""
    return frozenset(shell.user_ns)


@pytest.fixture
def live(shell: Shell, fresh: frozenset[str]):
    """What `check` shows after some cells, in a kernel that was started again."""
    for name in shell.user_ns.keys() - fresh:
        del shell.user_ns[name]
    selfcheck._failures.clear()
    sys.modules.pop("own", None)
    Path("live.ipynb").unlink(missing_ok=True)

    def check(cells: list[str], task: str, saved: list[str] | None = None, late: bool = True):
        shell.run_cell(SETUP, store_history=True)
        recorder.cells.clear()
        for text in cells:
            shell.run_cell(text, store_history=True)
        if saved is not None:
            Path("live.ipynb").write_text(json.dumps({"cells": list(map(cell, saved))}))
            os.utime("live.ipynb", None if late else (1e9, 1e9))
        result = shell.run_cell(f'check("{task}")', store_history=True)
        result.raise_error()
        return result.result

    return check


@pytest.mark.parametrize("name", OLD_ONES)
def test_an_old_definition_is_not_checked(live, name):
    cells, task, words = OLD_ONES[name]
    shown = live(cells, task)
    assert not shown.verdict.passed
    assert words in repr(shown)


@pytest.mark.parametrize("name", NEW_ONES)
def test_what_the_student_means_is_checked(live, name):
    cells, task = NEW_ONES[name]
    if name == "defined above the import of check":
        cells = [*cells, OLD]
    assert live(cells, task).verdict.passed


EDITED = [
    ([OLD], [EDIT]),
    ([OLD], [BROKEN]),
    ([EDIT, OLD], [EDIT]),
    ([HELPER, USES], [HELPER + "  # or x * (x > 0)", EDIT]),
]
SAME = {
    "as it ran": ([OLD], [SETUP, OLD], True),
    "saved earlier": ([OLD], [EDIT], False),
    "another layout": ([f"%%time\n{OLD}  # a comment"], [OLD.replace("    ", "  ")], True),
    "a fresh copy": ([OLD], [STUB], True),
    "a number of its name": ([OLD], ["relu = 0.1"], True),
    "no cell for it": ([OLD], ["x = 1"], True),
    "another cell failed": ([OLD, BROKEN], [OLD, BROKEN], True),
    "it cannot be read": ([OLD], [], True),
}


@pytest.mark.parametrize(("cells", "saved"), EDITED)
def test_a_cell_was_edited_and_not_run(live, cells, saved):
    shown = live(cells, "relu", saved)
    assert "it was changed after its last run, so `relu` is still the old definition." in repr(shown)


@pytest.mark.parametrize("name", SAME)
def test_what_is_saved_is_what_ran(live, name):
    cells, saved, late = SAME[name]
    assert live(cells, "relu", saved, late).verdict.passed


MODULES = {
    "more.py": "def each(x):\n    return [v * (v > 0) for v in x]",
    "helpers.py": "import numpy as np\nfrom more import each\n\ndef whole(x):\n    return np.maximum(x, 0)",
}
LOOPS = {  # by name: the cells, and whether a loop is found
    "imported": (["from helpers import each", "def loop(x):\n    return each(x)"], True),
    "by the module's name": (["import helpers as h", "def loop(x):\n    return h.each(x)"], True),
    "imported where it is used": (["def loop(x):\n    import more\n    return more.each(x)"], True),
    "run": (["%run helpers.py", "def loop(x):\n    return each(x)"], True),
    "the task itself": (["from more import each as loop"], True),
    "no loop": (["from helpers import whole", "def loop(x):\n    return whole(x)"], False),
    "by another name": (["def f(x):\n    return [v * (v > 0) for v in x]\nloop = f"], True),
    "no loop, by another name": (["def f(x):\n    return np.maximum(x, 0)\nloop = f"], False),
    "no loop, run": (["%run helpers.py", "loop = whole"], False),
}


@pytest.fixture
def modules(shell: Shell) -> Iterator[None]:
    for name, text in MODULES.items():
        Path(name).write_text(text)
    yield
    for name in MODULES:
        Path(name).unlink()
        sys.modules.pop(name.removesuffix(".py"), None)


@pytest.mark.parametrize("name", LOOPS)
def test_a_rule_reads_the_modules_beside_the_notebook(modules, live, name):
    cells, found = LOOPS[name]
    values, rule = live(cells, "loop").verdict.checks
    assert (values.status, rule.status) == ("passed", "wrong" if found else "passed")


LOOP = "[v * (v > 0) for v in x]"
KIT = "class kit:\n    def predict(self, x):\n        return [0.0, 2.0]"
OWN = "class net:\n    def predict(self, x):\n        return [v * (v > 0) for v in x]"
NETS = {
    "own work": ([KIT, OWN], "passed"),
    "own work, timed": ([KIT, f"%%time\n{OWN}"], "passed"),
    "own work in a module": (
        [KIT, "from more import each", OWN.replace(LOOP, "each(x)")],
        "passed",
    ),
    "a number set by a call": ([KIT, "k = [0]\nk.append(1)", OWN.replace("v *", "v * k[1] *")], "passed"),
    "given code by its name": (
        [KIT, "class net:\n    def predict(self, x):\n        return kit().predict(x)"],
        "error",
    ),
    "given code taken as the cell ran": ([KIT, "net = type('net', (kit,), {})"], "error"),
    "given code under another name": ([KIT, "mine = kit", "class net(mine):\n    pass"], "error"),
}


@pytest.mark.parametrize("name", NETS)
def test_work_that_must_do_without_given_code(modules, live, name):
    cells, status = NETS[name]
    [check] = live(cells, "net").verdict.checks
    assert check.status == status, check.reason
