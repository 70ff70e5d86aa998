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

from autograder import judge
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


HELPER = """
class Helper:
    def clip(self, v):
        return v if v > 0 else 0

    def rows(self, x):
        return np.array([self.clip(v) for v in x])

    def whole(self, x):
        return np.maximum(x, 0)

    def __call__(self, x):
        return x * (x > 0)

h = Helper()
"""

# Whole notebooks: the rule, the task, the text of the cells. None of these may be refused.
HONEST = {
    "loops, columns by zip(*y)": """
        def f(x, y):
            return np.array([[sum(a * b for a, b in zip(row, column)) for column in zip(*y)] for row in x])
        """,
    "loops, zip(*x) both ways": """
        def f(x):
            turned = [[v if v > 0 else 0 for v in column] for column in zip(*x)]
            return np.array([*zip(*turned)], dtype=x.dtype)
        """,
    "loops, map(list, zip(*y))": """
        def f(x, y):
            columns = list(map(list, zip(*y)))
            return np.array([[sum(r[k] * c[k] for k in range(len(c))) for c in columns] for r in x])
        """,
    "loops, zip(*y.tolist())": """
        def f(x, y):
            return np.array([[sum(a * b for a, b in zip(r, c)) for c in zip(*y.tolist())] for r in x.tolist()])
        """,
    "loops, zip(*y) and a condition on its length": """
        def f(x, y):
            out = []
            for column in zip(*y):
                if len(column) == 1:
                    raise ValueError
                out.append([a * b for a, b in zip(x[0], column)])
            return np.array(out)
        """,
    "loops, max of a starred row": """
        def f(x):
            return np.array([max(*row) for row in x])
        """,
    "loops, operator on numbers": """
        import operator
        def f(x, y):
            return np.array([list(map(operator.add, r, s)) for r, s in zip(x, y)])
        """,
    "loops, reduce over numbers": """
        from functools import reduce
        def f(x, y):
            return reduce(lambda total, pair: total + pair[0] * pair[1], zip(x[0], y[0]), 0.0)
        """,
    "loops, accumulate over numbers": """
        from itertools import accumulate
        def f(x, y):
            *_, total = accumulate((x[0, i] * y[0, i] for i in range(len(x))), initial=0.0)
            return total
        """,
    "loops, starmap over numbers": """
        from itertools import starmap
        import operator
        def f(x, y):
            return np.array([list(starmap(operator.add, zip(r, s))) for r, s in zip(x, y)])
        """,
    "loops, partial of a helper": """
        from functools import partial
        def larger(a, b):
            return a if a > b else b
        def f(x):
            positive = partial(larger, 0)
            return np.array([[positive(v) for v in row] for row in x])
        """,
    "loops, a method of a helper": HELPER
    + """
        def f(x):
            return np.array([[h.clip(v) for v in row] for row in x])
        """,
    "loops, getattr of a shape": """
        def f(x):
            rows, columns = getattr(x, "shape")
            return np.array([[abs(x[i, j]) for j in range(columns)] for i in range(rows)])
        """,
    "loops, int.__add__": """
        def f(x):
            return np.array([list(map(int.__mul__, row.tolist(), row.tolist())) for row in x])
        """,
    "loops, a list named like an empty loop": """
        def f(x):
            out = list(())
            for row in x:
                out.append([v if v > 0 else 0 for v in row])
            return np.array(out)
        """,
    "loops, an element by flat and next": """
        def f(x):
            numbers = iter(x.flat)
            return np.array([[max(next(numbers), 0) for _ in range(x.shape[1])] for _ in range(x.shape[0])])
        """,
    "no_loops, a parameter named map": """
        def f(x, map):
            return x + map
        """,
    "no_loops, a variable named filter": """
        def f(x):
            filter = x > 0
            return x * filter
        """,
    "no_loops, a method named like a builtin that it calls": """
        class A:
            def sum(self, x):
                return sum(x.shape) * np.sum(x)
        """,
    "no_loops, reduce of a ufunc": """
        def f(x):
            return np.add.reduce(x) + np.maximum.accumulate(x)
        """,
    "no_loops, partial of a NumPy function": """
        from functools import partial
        positive = partial(np.maximum, 0)
        def f(x):
            return positive(x)
        """,
    "no_loops, a method of a helper without a loop": HELPER
    + """
        def f(x):
            return h.whole(x)
        """,
    "no_loops, an import nobody uses": """
        from functools import reduce
        from itertools import accumulate
        def f(x):
            return np.maximum(x, 0)
        """,
    "no_loops, getattr of a dtype": """
        def f(x):
            return np.zeros(x.shape, getattr(x, "dtype"))
        """,
    "no_loops, a loop over nothing": """
        def f(x):
            for _ in ():
                pass
            return np.maximum(x, 0)
        """,
    "no_loops, helpers that call each other once": """
        def scale(x):
            return shift(x) * 2
        def shift(x):
            return x + 1
        def f(x):
            return scale(shift(x))
        """,
    "forbids, a parameter named dot": """
        def f(dot, b):
            return dot * b
        """,
    "forbids, an own function named dot": """
        def dot(a, b):
            return sum(p * q for p, q in zip(a, b))
        def f(a, b):
            return dot(a, b)
        """,
    "forbids, an own method named dot": """
        class A:
            def f(self, x, y):
                return self.dot(x, y)
            def dot(self, x, y):
                return sum(p * q for p, q in zip(x, y))
        """,
    "forbids, a helper object's method named dot": """
        class Helper:
            def dot(self, x, y):
                return sum(p * q for p, q in zip(x, y))
        def f(x, y):
            return Helper().dot(x, y)
        """,
    "forbids, dot imported and not used": """
        from numpy import dot
        def f(x, y):
            return sum(p * q for p, q in zip(x, y))
        """,
    "forbids, an import of that name below which there is an own function": """
        from numpy import dot
        def dot(a, b):
            return sum(p * q for p, q in zip(a, b))
        def f(a, b):
            return dot(a, b)
        """,
    "forbids, a text": """
        def f(x, y):
            "Not with np.dot and not with @."
            print("dot")
            return sum(p * q for p, q in zip(x, y))
        """,
    "forbids, other operators": """
        import operator
        def f(x, y):
            return sum(map(operator.mul, x, y)) ** 1
        """,
}

EVASIVE = {
    "loops, rows by starred arguments": "def f(x, y):\n for v in x: pass\n return np.add(*[x, y])",
    "loops, reduce over arrays": """
        from functools import reduce
        def f(x, y):
            for v in x: pass
            return reduce(np.add, [x, y])
        """,
    "loops, accumulate over rows": """
        import itertools
        def f(x, y):
            return np.array([r for r in itertools.accumulate(x)])
        """,
    "loops, starmap over rows": """
        from itertools import starmap
        def f(x, y):
            return np.array([r for r in starmap(np.add, zip(x, y))])
        """,
    "loops, partial": """
        from functools import partial
        def f(x):
            positive = partial(np.maximum, 0)
            for v in x: pass
            return positive(x)
        """,
    "loops, getattr": "def f(x):\n for v in x: pass\n return getattr(np, 'maximum')(x, 0)",
    "loops, vars": "def f(x):\n for v in x: pass\n return vars(np)['maximum'](x, 0)",
    "loops, __dict__": "def f(x):\n for v in x: pass\n return np.__dict__['maximum'](x, 0)",
    "loops, globals": "def f(x):\n for v in x: pass\n return globals()['np'].maximum(x, 0)",
    "loops, eval": "def f(x):\n for v in x: pass\n return eval('x * (x > 0)')",
    "loops, a bound method": "def f(x, y):\n m = x.__add__\n for v in x: pass\n return m(y)",
    "loops, getattr of a bound method": "def f(x, y):\n for v in x: pass\n return getattr(x, '__add__')(y)",
    "loops, the method of the class": "def f(x, y):\n for v in x: pass\n return np.ndarray.__add__(x, y)",
    "loops, never runs": "def f(x):\n for v in (): pass\n return x.copy()",
    "loops, a range of nothing": "def f(x):\n for v in range(0): pass\n return x.copy()",
    "loops, never true": "def f(x):\n while False: pass\n return x.copy()",
    "loops, a comprehension over nothing": "def f(x):\n [v for v in []]\n return x.copy()",
    "loops, a helper class": HELPER + "def f(x):\n for v in x: pass\n return Helper().whole(x)",
    "loops, a helper object": HELPER + "def f(x):\n for v in x: pass\n return h.whole(x)",
    "loops, a callable object": HELPER + "def f(x):\n for v in x: pass\n return h(x)",
    "loops, imported at the top": "from numpy import maximum as m\ndef f(x):\n for v in x: pass\n return m(x, 0)",
    "loops, renamed at the top": "m = np.maximum\ndef f(x):\n for v in x: pass\n return m(x, 0)",
    "no_loops, mutual recursion": """
        def a(x, i, out):
            return out if i == len(x) else b(x, i, out)
        def b(x, i, out):
            out[i] = max(x[i], 0)
            return a(x, i + 1, out)
        def f(x):
            return a(x.ravel(), 0, x.ravel().copy())
        """,
    "no_loops, a method that calls itself": """
        class A:
            def f(self, x, i=0):
                return x if i == len(x) else self.f(x, i + 1)
        """,
    "no_loops, methods that call each other": """
        class A:
            def f(self, x):
                return x if len(x) < 2 else self.g(x[1:])
            def g(self, x):
                return self.f(x)
        """,
    "no_loops, an object that calls itself": """
        class A:
            def f(self, x):
                return self(x)
            def __call__(self, x):
                return x if len(x) < 2 else self(x[1:])
        """,
    "no_loops, a lambda that calls itself": "def f(x):\n g = lambda v: v if len(v) < 2 else g(v[1:])\n return g(x)",
    "no_loops, reduce": "import functools\ndef f(x):\n return functools.reduce(lambda a, b: a + b, x)",
    "no_loops, reduce by name": "from functools import reduce as r\ndef f(x):\n return r(lambda a, b: a + b, x)",
    "no_loops, accumulate": "import itertools\ndef f(x):\n return list(itertools.accumulate(x))",
    "no_loops, starmap": "import itertools as it\ndef f(x):\n return list(it.starmap(max, x))",
    "no_loops, m = map": "def f(x):\n m = map\n return np.array(list(m(abs, x)))",
    "no_loops, m = map at the top": "m = map\ndef f(x):\n return np.array(list(m(abs, x)))",
    "no_loops, getattr": "def f(x):\n return getattr(np, 'vectorize')(abs)(x)",
    "no_loops, builtins": "import builtins\ndef f(x):\n return list(builtins.map(abs, x))",
    "no_loops, eval": "def f(x):\n return eval('[abs(v) for v in x]')",
    "no_loops, async for": "async def f(x):\n async for v in x: pass",
    "no_loops, a helper class": HELPER + "def f(x):\n return Helper().rows(x)",
    "no_loops, a helper object": HELPER + "def f(x):\n return h.rows(x)",
    "no_loops, vectorize by name": "from numpy import vectorize as v\ndef f(x):\n return v(abs)(x)",
    "forbids, imported by another name": "from numpy import dot as d\ndef f(a, b):\n return d(a, b)",
    "forbids, renamed at the top": "d = np.dot\ndef f(a, b):\n return d(a, b)",
    "forbids, renamed inside": "def f(a, b):\n d = np.dot\n return d(a, b)",
    "forbids, another name for NumPy": "import numpy as xp\ndef f(a, b):\n d = xp.dot\n return d(a, b)",
    "forbids, getattr": "def f(a, b):\n return getattr(np, 'dot')(a, b)",
    "forbids, getattr of an array": "def f(a, b):\n return getattr(a, 'dot')(b)",
    "forbids, vars": "def f(a, b):\n return vars(np)['dot'](a, b)",
    "forbids, operator": "import operator\ndef f(a, b):\n return operator.matmul(a, b)",
    "forbids, operator by name": "from operator import matmul as m\ndef f(a, b):\n return m(a, b)",
    "forbids, double underscores": "def f(a, b):\n return a.__matmul__(b)",
    "forbids, from the right": "def f(a, b):\n return b.__rmatmul__(a)",
    "forbids, the method of the class": "def f(a, b):\n return np.ndarray.__matmul__(a, b)",
    "forbids, in place": "def f(a, b):\n return operator.imatmul(a, b)",
    "forbids, partial": "from functools import partial\ng = partial(np.dot)\ndef f(a, b):\n return g(a, b)",
    "forbids, exec": "def f(a, b):\n return eval('a @ b')",
}


def forms(name: str) -> dict[str, list[str]]:
    """Of a file in `rules`: what stands below each `##`, split at the module beside the notebook."""
    blocks = (Path(__file__).parent / "rules" / f"{name}.txt").read_text("utf-8").split("## ")[1:]
    parts = (block.partition("\n") for block in blocks)
    return {label: text.split("--- helpers.py\n") for label, _, text in parts}


PLAIN, HIDDEN = forms("honest"), forms("hidden")


def asked(name: str, text: str, helpers: str = "") -> str | None:
    """What a rule says of a whole notebook, as the judge asks it."""
    lines = text.split("        def f", 1)  # the class of helpers stands at the margin, what follows it may not
    text = (
        lines[0] + dedent("        def f" + lines[1]) if text.startswith(HELPER) and len(lines) == 2 else dedent(text)
    )
    definitions, modules = code(text).definitions, {"helpers": helpers} if helpers else {}
    task = "A.sum" if "def sum" in text else "A.f" if "class A" in text else "f"
    rule = name.partition(",")[0]
    settings = {"loops": {"ranks": RANKS}, "no_loops": {}, "forbids": {"names": ["dot", "@"]}}[rule]
    written = called(definitions, task, modules)
    return RULES[rule](written, **settings, aliases=judge.aliases(definitions, modules))


@pytest.mark.parametrize("name", HONEST)
def test_honest_work_is_kept(name: str) -> None:
    assert asked(name, HONEST[name]) is None


@pytest.mark.parametrize("name", EVASIVE)
def test_evasions_are_seen(name: str) -> None:
    assert asked(name, EVASIVE[name]) is not None


@pytest.mark.parametrize("name", PLAIN)
def test_honest_work_with_helpers_is_kept(name: str) -> None:
    assert asked(name, *PLAIN[name]) is None


@pytest.mark.parametrize("name", HIDDEN)
def test_hidden_work_is_seen(name: str) -> None:
    assert asked(name, *HIDDEN[name]) is not None


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
    if not spots:  # statements such as `pass` have no expression to replace
        return
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
