"""Styles that a rule must keep, and code that it must refuse."""

from __future__ import annotations

import ast
import copy
import sysconfig
import time
from pathlib import Path
from textwrap import dedent

import pytest
from hostile_code import HOSTILE_CODE
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.definitions import code
from autograder.definitions import functions as called
from autograder.source_rules import RULES, forbids, import_aliases, loops, no_loops

RANKS = {"x": 2, "y": 2}


def functions(source: str) -> list[ast.FunctionDef]:
    """The student's function first, then the helpers, as a grader collects them."""
    found = [node for node in ast.parse(dedent(source)).body if isinstance(node, ast.FunctionDef)]
    return sorted(found, key=lambda function: not function.name.startswith("naive_"))


VISITS_ELEMENTS = {
    "nested ranges on a copy": """
        def naive_relu(x):
            assert len(x.shape) == 2
            x = x.copy()
            for i in range(x.shape[0]):
                for j in range(x.shape[1]):
                    x[i, j] = max(x[i, j], 0)
            return x
        """,
    "zeros_like and if": """
        def naive_relu(x):
            out = np.zeros_like(x)
            rows, columns = x.shape
            for i in range(rows):
                for j in range(columns):
                    if x[i][j] > 0:
                        out[i][j] = x[i][j]
            return out
        """,
    "enumerate rows": """
        def naive_relu(x):
            out = np.empty_like(x)
            for i, row in enumerate(x):
                for j, value in enumerate(row):
                    out[i, j] = value if value > 0 else 0.0
            return out
        """,
    "nested comprehension": """
        def naive_relu(x):
            return np.array([[v if v > 0 else 0 for v in row] for row in x])
        """,
    "while loops": """
        def naive_relu(x):
            out = np.zeros(x.shape)
            i = 0
            while i < len(x):
                j = 0
                while j < len(x[i]):
                    out[i, j] = x[i, j] * (x[i, j] > 0)
                    j += 1
                i += 1
            return out
        """,
    "ndindex": """
        def naive_relu(x):
            out = np.zeros(x.shape, dtype=x.dtype)
            for index in np.ndindex(*x.shape):
                out[index] = np.maximum(x[index], 0)
            return out
        """,
    "ndindex of the shape": """
        def naive_relu(x):
            out = x.astype(float)
            for i, j in np.ndindex(x.shape):
                if out[i, j] < 0:
                    out[i, j] = 0
            return out
        """,
    "nditer": """
        def naive_relu(x):
            out = np.array(x)
            with np.nditer(out, op_flags=["readwrite"]) as it:
                for value in it:
                    value[...] = value if value > 0 else 0
            return out
        """,
    "nditer with multi_index": """
        def naive_relu(x):
            out = x.copy()
            it = np.nditer(x, flags=["multi_index"])
            while not it.finished:
                i = it.multi_index
                out[i] = max(0, x[i] + 0)
                it.iternext()
            return out
        """,
    "ndenumerate": """
        def naive_relu(x):
            out = np.zeros_like(x)
            for (i, j), value in np.ndenumerate(x):
                out[i, j] = abs(value) / 2 + value / 2
            return out
        """,
    "ndenumerate with one index": """
        def naive_relu(x):
            out = x.copy()
            for index, value in np.ndenumerate(x):
                if value < 0:
                    out[index] = 0 * out[index]
            return out
        """,
    "flat": """
        def naive_relu(x):
            out = x.copy()
            for k, value in enumerate(x.flat):
                out.flat[k] = value * (value > 0)
            return out
        """,
    "ravel and reshape": """
        def naive_relu(x):
            flat = x.ravel().copy()
            for k in range(flat.size):
                if flat[k] < 0:
                    flat[k] = 0
            return flat.reshape(x.shape)
        """,
    "flatten in a comprehension": """
        def naive_relu(x):
            return np.array([v * (v > 0) for v in x.flatten()]).reshape(x.shape[0], x.shape[1])
        """,
    "recursion on the number of axes": """
        def naive_relu(x):
            if x.ndim == 0:
                return x if x > 0 else 0.0
            return np.array([naive_relu(row) for row in x])
        """,
    "recursion on isinstance": """
        def naive_relu(x):
            if isinstance(x, np.ndarray):
                return np.array([naive_relu(part) for part in x])
            else:
                return x * (x > 0)
        """,
    "recursion on isscalar": """
        def naive_relu(x):
            if np.isscalar(x) or isinstance(x, (int, float)):
                return x if x > 0 else 0
            return np.array([naive_relu(part) for part in x])
        """,
    "recursion with an index": """
        def naive_relu(x, i=0, out=None):
            if out is None:
                out = x.copy()
            if i == x.size:
                return out
            row, column = divmod(i, x.shape[1])
            if out[row, column] < 0:
                out[row, column] = 0
            return naive_relu(x, i + 1, out)
        """,
    "helper for one number": """
        def clip_below(value):
            return value if value > 0 else 0

        def naive_relu(x):
            out = np.zeros_like(x)
            for i in range(len(x)):
                for j in range(len(x[0])):
                    out[i, j] = clip_below(x[i, j])
            return out
        """,
    "helper for one row": """
        def relu_row(row, out):
            for j in range(len(row)):
                out[j] = row[j] * (row[j] > 0)

        def naive_relu(x):
            out = np.zeros_like(x)
            for i in range(len(x)):
                relu_row(x[i], out[i])
            return out
        """,
    "inner helper and lambda": """
        def naive_relu(x):
            def at(i, j):
                return x[i, j] * positive(x[i, j])
            positive = lambda v: v > 0
            return np.array([[at(i, j) for j in range(x.shape[1])] for i in range(x.shape[0])])
        """,
    "element in place": """
        def naive_add(x, y):
            assert x.shape == y.shape
            assert x.ndim == 2 and len(y.shape) == 2
            x = x.copy()
            for i in range(x.shape[0]):
                for j in range(x.shape[1]):
                    x[i, j] += y[i, j]
            return x
        """,
    "lists of rows": """
        def naive_add(x, y):
            rows = []
            for i in range(len(x)):
                row = []
                for j in range(len(x[i])):
                    row.append(x[i][j] + y[i][j])
                rows.append(row)
            return np.array(rows)
        """,
    "lists joined with +": """
        def naive_add(x, y):
            rows = []
            for i in range(len(x)):
                row = []
                for j in range(len(x[i])):
                    row += [x[i, j] + y[i, j]]
                rows = rows + [row]
            return np.array(rows)
        """,
    "a list of zeros": """
        def naive_add(x, y):
            out = [[0.0] * x.shape[1] for _ in range(x.shape[0])]
            for i in range(x.shape[0]):
                for j in range(x.shape[1]):
                    out[i][j] = x[i, j] + y[i, j]
            return np.asarray(out)
        """,
    "zip of rows": """
        def naive_add(x, y):
            return np.array([[a + b for a, b in zip(r, s)] for r, s in zip(x, y)])
        """,
    "zip inside enumerate": """
        def naive_add(x, y):
            out = np.zeros_like(x)
            for i, (r, s) in enumerate(zip(x, y)):
                for j, (a, b) in enumerate(zip(r, s)):
                    out[i, j] = a + b
            return out
        """,
    "annotations": """
        def naive_add(x: np.ndarray, y: np.ndarray) -> np.ndarray:
            out: np.ndarray = np.empty(x.shape)
            total: float
            for i in range(x.shape[0]):
                for j in range(x.shape[1]):
                    total = float(x[i, j]) + float(y[i, j])
                    out[i, j] = total
            return out
        """,
    "walrus": """
        def naive_relu(x):
            rows, columns = x.shape
            return np.array([[v if (v := x[i, j]) > 0 else 0 for j in range(columns)] for i in range(rows)])
        """,
    "map over elements": """
        def naive_add(x, y):
            return np.array(list(map(lambda r, s: list(map(lambda a, b: a + b, r, s)), x, y)))
        """,
    "tolist": """
        def naive_relu(x):
            out = x.tolist()
            for row in out:
                for j in range(len(row)):
                    row[j] = row[j] if row[j] > 0 else 0
            return np.array(out)
        """,
    "nditer over two": """
        def naive_add(x, y):
            out = np.empty_like(x)
            for a, b, c in np.nditer([x, y, out], op_flags=["readwrite"]):
                c[...] = a + b
            return out
        """,
    "maximum of a short list": """
        def naive_relu(x):
            out = np.zeros_like(x)
            for i in range(x.shape[0]):
                for j in range(x.shape[1]):
                    out[i, j] = np.max([x[i, j], 0])
            return out
        """,
    "product of ranges": """
        def naive_add(x, y):
            from itertools import product
            if x.shape != y.shape:
                raise ValueError("shapes differ")
            out = np.zeros(shape=x.shape)
            for i, j in product(range(x.shape[0]), range(x.shape[1])):
                out[i, j] = x[i, j] + y[i, j]
            return out
        """,
    "negative indices, slices that copy": """
        def naive_add(x, y):
            out = np.zeros((x.shape[0], x.shape[1]))
            out[:, :] = x
            for i in range(1, len(x) + 1):
                for j in reversed(range(x.shape[1])):
                    out[-i, j] += y[-i, j]
            return out
        """,
    "a generator": """
        def naive_add(x, y):
            def sums():
                for i in range(x.shape[0]):
                    for j in range(x.shape[1]):
                        yield x[i, j] + y[i, j]
            return np.fromiter(sums(), dtype=float).reshape(x.shape)
        """,
    "try": """
        def naive_relu(x):
            try:
                return np.array([naive_relu(part) for part in iter(x)])
            except TypeError:
                return x if x > 0 else 0
        """,
}


@pytest.mark.parametrize("source", VISITS_ELEMENTS.values(), ids=VISITS_ELEMENTS)
def test_loops_keeps_what_visits_elements(source: str) -> None:
    assert loops(functions(source), RANKS) is None


USES_WHOLE_ARRAYS = {
    "maximum": ("def naive_relu(x):\n return np.maximum(x, 0)", "there is no loop"),
    "product with a mask": ("def naive_relu(x):\n return x * (x > 0)", "there is no loop"),
    "a copy alone": ("def naive_relu(x):\n return x.copy()", "there is no loop"),
    "an idle loop": (
        "def naive_relu(x):\n for i in x: pass\n return np.maximum(x, 0)",
        "line 3: `np.maximum(x, 0)`",
    ),
    "an idle loop, mask": ("def naive_relu(x):\n for i in x: pass\n return x * (x > 0)", "`x > 0` compares"),
    "mask index": (
        "def naive_relu(x):\n x = x.copy()\n for _ in range(1):\n  x[x < 0] = 0\n return x",
        "line 4: `x < 0` compares whole arrays",
    ),
    "where": ("def naive_relu(x):\n for _ in [1]:\n  out = np.where(x > 0, x, 0)\n return out", "`x > 0`"),
    "row by row": (
        "def naive_relu(x):\n out = []\n for row in x:\n  out.append(np.maximum(row, 0))\n return out",
        "line 4: `np.maximum(row, 0)` works on whole arrays",
    ),
    "rows in a comprehension": (
        "def naive_relu(x):\n return np.array([np.clip(r, 0, None) for r in x])",
        "line 2: `np.clip(r, 0, None)`",
    ),
    "adding rows": (
        "def naive_add(x, y):\n z = x.copy()\n for i in range(len(x)):\n  z[i] = x[i] + y[i]\n return z",
        "line 4: `x[i] + y[i]` adds whole arrays",
    ),
    "adding columns": (
        "def naive_add(x, y):\n z = x.copy()\n for j in range(x.shape[1]):\n  z[:, j] += y[:, j]\n return z",
        "line 4: `z[:, j] += y[:, j]` adds whole arrays",
    ),
    "in place on the whole": (
        "def naive_add(x, y):\n x = x.copy()\n for i in [0]:\n  x += y\n return x",
        "`x += y` adds",
    ),
    "vectorize": (
        "def naive_relu(x):\n f = np.vectorize(lambda v: max([v for v in [v, 0]]))\n return f(x)",
        "line 2: `np.vectorize(",
    ),
    "vectorize as a decorator": (
        "def naive_relu(x):\n @np.vectorize\n def f(v):\n  return v if v > 0 else 0\n return f(x)",
        "line 2: `np.vectorize`",
    ),
    "clip": ("def naive_relu(x):\n for i in range(3):\n  z = x.clip(0)\n return z", "line 3: `x.clip(0)`"),
    "out": (
        "def naive_add(x, y):\n z = x.copy()\n for i in range(len(x)):\n  np.add(x[i], y[i], out=z[i])",
        "line 4: `np.add(",
    ),
    "only out is whole": (
        "def naive_relu(x):\n z = x.copy()\n while True:\n  np.maximum(0, 0, out=z)\n  return z",
        "line 4: `np.maximum(0, 0, out=z)`",
    ),
    "map over rows": (
        "def naive_add(x, y):\n return np.array(list(map(lambda r, s: r + s, x, y)))",
        "line 2: `r + s` adds whole arrays",
    ),
    "map of a NumPy function": (
        "def naive_add(x, y):\n return np.array(list(map(np.add, x, y)))",
        "line 2: `map(np.add, x, y)`",
    ),
    "helper": (
        "def naive_relu(x):\n for i in range(1):\n  z = f(x)\n return z\ndef f(v):\n return np.maximum(v, 0)",
        "line 6 of `f`: `np.maximum(v, 0)`",
    ),
    "helper by keyword": (
        "def naive_relu(x):\n for i in range(1):\n  z = f(w=x)\n return z\ndef f(w):\n return w * 2",
        "line 6 of `f`: `w * 2` multiplies",
    ),
    "alias in the function": (
        "def naive_relu(x):\n import numpy as xp\n for i in x: pass\n return xp.maximum(x, 0)",
        "line 4: `xp.maximum(x, 0)`",
    ),
    "name imported": (
        "def naive_relu(x):\n from numpy import maximum as m\n for i in x: pass\n return m(x, 0)",
        "line 4: `m(x, 0)`",
    ),
    "another name": (
        "def naive_relu(x):\n m = np.maximum\n for i in x: pass\n return m(x, 0)",
        "line 4: `m(x, 0)`",
    ),
    "absolute value": ("def naive_relu(x):\n for i in x: pass\n return (x + abs(x)) / 2", "line 3: `abs(x)`"),
    "sum of arrays": (
        "def naive_add(x, y):\n for i in x: pass\n return sum([x, y])",
        "line 3: `sum([x, y])`",
    ),
    "sum with start": ("def naive_add(x, y):\n for i in x: pass\n return sum([x], start=y)", "line 3: `sum("),
    "NumPy's sum of a list": (
        "def naive_add(x, y):\n for i in x: pass\n return np.sum([x, y], axis=0)",
        "np.sum(",
    ),
    "matmul": ("def naive_add(x, y):\n for i in x: pass\n return np.array([[1, 1]]) @ y", "line 3: "),
    "dot method": ("def naive_add(x, y):\n for i in x: pass\n return x.dot(y)", "line 3: `x.dot(y)`"),
    "flat as a whole": (
        "def naive_relu(x):\n for i in x: pass\n f = x.ravel()\n return f * (f > 0)",
        "line 4: ",
    ),
    "rebuilt array": (
        "def naive_relu(x):\n z = np.array([[v for v in r] for r in x])\n return -z",
        "line 3: `-z` works on whole arrays",
    ),
    "lists to NumPy": (
        "def naive_add(x, y):\n for i in x: pass\n return np.add(x.tolist(), y.tolist())",
        "np.add(",
    ),
    "double underscore": ("def naive_add(x, y):\n for i in x: pass\n return x.__add__(y)", "`x.__add__(y)`"),
    "operator": (
        "def naive_add(x, y):\n for i in x: pass\n return operator.add(x, y)",
        "`operator.add(x, y)`",
    ),
    "external loop": (
        "def naive_relu(x):\n z = x.copy()\n for c in np.nditer(z, flags=['external_loop']):\n  c += 1",
        "line 3: `np.nditer(",
    ),
    "recursion to rows": (
        "def naive_relu(x):\n if x.ndim == 1:\n  return x * (x > 0)\n return [naive_relu(r) for r in x]",
        "line 3: `x > 0` compares",
    ),
    "in one branch": (
        "def naive_relu(x):\n if x.size > 9:\n  z = x\n else:\n  z = x.copy()\n return [z - 1 for i in x]",
        "line 6: `z - 1` subtracts",
    ),
}


@pytest.mark.parametrize(("source", "reason"), USES_WHOLE_ARRAYS.values(), ids=USES_WHOLE_ARRAYS)
def test_loops_refuses_whole_arrays(source: str, reason: str) -> None:
    found = loops(functions(source), RANKS)
    assert found is not None
    assert reason in found
    assert found.endswith("visit the elements one at a time")


def test_loops_knows_the_notebooks_imports() -> None:
    notebook = ast.parse("import numpy as xp\nfrom numpy import maximum as m, ndindex")
    source = "def naive_relu(x):\n for i in x: pass\n return {}"
    assert loops(functions(source.format("m(x, 0)")), RANKS) is None
    for call in ("m(x, 0)", "xp.maximum(x, 0)"):
        found = loops(functions(source.format(call)), RANKS, aliases=import_aliases(notebook))
        assert found == f"line 3: `{call}` works on whole arrays; visit the elements one at a time"


def test_loops_of_a_lambda() -> None:
    expression = ast.parse("lambda x: [[v * 2 for v in row] for row in x]", mode="eval").body
    assert isinstance(expression, ast.Lambda)
    assert loops([expression], {"x": 2}) is None
    assert loops([expression], {"x": 3}) is not None


def test_loops_ends_on_code_made_to_keep_it_busy() -> None:
    deep = "".join(f"{' ' * (i + 1)}for v{i} in x:\n" for i in range(60))
    assert loops(functions(f"def naive_relu(x):\n{deep}{' ' * 62}pass"), RANKS) is not None
    long = "def naive_relu(x):\n for v in x: pass\n return " + "+".join(["v"] * 900)
    assert loops(functions(long), RANKS) is not None


NO_LOOPS = [
    ("def f(x):\n return np.maximum(x, 0)", None),
    ("def f(x):\n return x @ g(x)\ndef g(x):\n return x.T", None),
    ("def f(x):\n return np.maximum.reduce(x) + np.add.reduce(x)", None),
    ("def f(x):\n return x.flat[0] if x.size else 0", None),
    ("def f(x):\n for v in x: pass", "line 2: a `for` loop"),
    ("def f(x):\n while x.any(): x -= 1", "line 2: a `while` loop"),
    ("def f(x):\n return [v for v in x]", "line 2: a comprehension is a loop"),
    ("def f(x):\n return sum(v for v in x)", "line 2: a comprehension is a loop"),
    ("def f(x):\n return list(map(abs, x))", "line 2: `map` is a loop"),
    ("def f(x):\n return np.vectorize(abs)(x)", "line 2: `vectorize` is a loop"),
    ("def f(x):\n @np.vectorize\n def g(v): return v\n return g(x)", "line 2: `vectorize` is a loop"),
    ("def f(x):\n it = np.nditer(x)", "line 2: `nditer` is a loop"),
    ("def f(x):\n return list(np.ndindex(3))", "line 2: `ndindex` is a loop"),
    ("def f(x):\n return np.apply_along_axis(abs, 0, x)", "line 2: `apply_along_axis` is a loop"),
    ("def f(x):\n return f(x[1:])", "line 2: the function calls itself"),
    ("def f(x):\n return g(x)\ndef g(x):\n return f(x)", "line 4 of `g`: the function calls itself"),
    ("def f(x):\n return g(x)\ndef g(x):\n for v in x: pass", "line 4 of `g`: a `for` loop"),
]


@pytest.mark.parametrize(("source", "reason"), NO_LOOPS)
def test_no_loops(source: str, reason: str | None) -> None:
    found = no_loops(functions(source))
    assert (found is None) if reason is None else (found is not None and found.startswith(reason))


FORBIDS = [
    ("def f(x, y):\n return sum(a * b for a, b in zip(x, y))", None),
    ("def f(x):\n dot = 0\n dot += x[0]\n return dot", None),
    ("def f(x, matmul):\n return matmul", None),
    ("def f(self):\n return self.dot", None),
    ("def f(x, y):\n return np.dot(x, y)", "line 2: `dot` is not allowed here"),
    ("def f(x, y):\n return x.dot(y)", "line 2: `dot` is not allowed here"),
    ("def f(x, y):\n return x @ y", "line 2: `@` is not allowed here"),
    ("def f(x, y):\n x @= y", "line 2: `@` is not allowed here"),
    ("def f(x, y):\n product = np.matmul\n return product(x, y)", "line 2: `matmul` is not allowed here"),
    ("def f(x, y):\n from numpy import dot as d\n return d(x, y)", "line 2: `dot` is not allowed here"),
    ("def f(x, y):\n return dot(x, y)", "line 2: `dot` is not allowed here"),
    ("def f(x, y):\n return g(x, y)\ndef g(x, y):\n return x @ y", "line 4 of `g`: `@` is not allowed here"),
]


@pytest.mark.parametrize(("source", "reason"), FORBIDS)
def test_forbids(source: str, reason: str | None) -> None:
    assert forbids(functions(source), ["dot", "matmul", "@"]) == reason


PARAMETERS = {"loops": ({"x": 2, "y": 1},), "no_loops": (), "forbids": (["dot", "@"],)}


def ask_all(found: list[ast.AST]) -> None:
    """No source makes a rule raise, or take long."""
    for name, rule in RULES.items():
        start = time.process_time()
        reason = rule(found, *PARAMETERS[name])
        assert reason is None or isinstance(reason, str)
        assert time.process_time() - start < 2


@pytest.mark.parametrize("name", HOSTILE_CODE)
def test_hostile_code_holds_no_rule_up(name: str) -> None:
    definitions = code(HOSTILE_CODE[name]).definitions
    for wanted in ("f", "f0"):
        if found := called(definitions, wanted):
            ask_all(found)


def is_function(node: ast.AST) -> bool:
    return isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)


def test_no_function_of_the_standard_library_makes_a_rule_fail() -> None:
    folder = Path(sysconfig.get_paths()["stdlib"])
    files = [path for path in sorted(folder.rglob("*.py")) if not {"site-packages", "test", "lib2to3"} & {*path.parts}]
    count = 0
    for path in files[::20]:
        found = [node for node in ast.walk(ast.parse(path.read_bytes())) if is_function(node)]
        for first in found:
            count += 1
            PARAMETERS["loops"] = ({argument.arg: 2 for argument in first.args.args},)
            ask_all([first, *found[:2]])
    assert count > 500


PARTS = [
    node
    for source in [*VISITS_ELEMENTS.values(), *(source for source, _ in USES_WHOLE_ARRAYS.values())]
    for node in ast.walk(ast.parse(dedent(source)))
    if isinstance(node, ast.expr | ast.stmt)
]
STRANGE = (
    "x[()]; x[...]; (*x,); {**x}; x[:, None]; np.ndim(); np.ndim(x, x); np.reshape(*x); m(); -(10**400); ''; np.zip(x)"
)
PARTS += [statement.value for statement in ast.parse(STRANGE).body]


def replaced(function: ast.AST, place: int, part: ast.AST) -> None:
    """Put another expression or statement in one place of a function."""
    sort = ast.expr if isinstance(part, ast.expr) else ast.stmt
    spots = [
        (node, field, index)
        for node in ast.walk(function)
        for field, value in ast.iter_fields(node)
        for index, old in enumerate(value if isinstance(value, list) else [value])
        if isinstance(old, sort)
    ]
    node, field, index = spots[place % len(spots)]
    if isinstance(getattr(node, field), list):
        getattr(node, field)[index] = copy.deepcopy(part)
    else:
        setattr(node, field, copy.deepcopy(part))


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from([part for part in PARTS if isinstance(part, ast.FunctionDef)]),
    st.lists(st.tuples(st.integers(0, 500), st.sampled_from(PARTS)), min_size=1, max_size=6),
)
def test_mixed_up_code_makes_no_rule_fail(function: ast.FunctionDef, changes: list[tuple[int, ast.AST]]) -> None:
    function = copy.deepcopy(function)
    for place, part in changes:
        replaced(function, place, part)
    PARAMETERS["loops"] = (RANKS,)
    ask_all([function])


def test_rules_are_found_by_name() -> None:
    assert set(RULES) == {"loops", "no_loops", "forbids"}
