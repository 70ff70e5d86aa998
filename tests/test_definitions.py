"""What a cell's statements bind and use, what names need, and IPython's lines."""

from __future__ import annotations

import ast
import sys

import pytest

from autograder.changes import settled
from autograder.definitions import closure, code, functions, suggest, uses_up
from autograder.magics import python
from autograder.sandbox.job import Definition


def definitions(source: str) -> tuple[Definition, ...]:
    return settled(code(source, "cell 1").definitions)


BINDS_AND_USES = {
    "def f(x): return x": [("f", "")],
    "def f(x, y=A, *a, k=B, **kw): return g(x, y, a, k, kw)": [("f", "A B g")],
    "async def f(): await g()": [("f", "g")],
    "@wrap(1)\ndef f(): pass": [("f", "wrap")],
    "def f(x: T) -> U:\n    y: V = x\n    return y": [("f", "")],
    "def f(n): return n * f(n - 1)": [("f", "")],
    "def f():\n    y = x\n    x = 1": [("f", "")],
    "def f():\n    global x\n    x = x + 1": [("f", "x")],
    "def f():\n    k = 1\n    def g(): return k + w\n    return g": [("f", "w")],
    "def f():\n    k = 1\n    def g():\n        nonlocal k\n        k += w\n    return g": [("f", "w")],
    "def f(x):\n    import numpy as np\n    from m import q\n    return np, q, x, z": [("f", "z")],
    "def f(x):\n    for i, (a, *b) in x: print(i, a, b, c)": [("f", "c")],
    "def f(x):\n    with open(x) as h, p as (q, r): return h, q, r, s": [("f", "p s")],
    "def f(x):\n    try: pass\n    except E as e: return e": [("f", "E")],
    "def f(x):\n    match x:\n        case {'a': a, **r}: return a, r\n        case [b, *c] | K(d=b, e=c): return b": [
        ("f", "K")
    ],
    "def f(x): return [a * k for a in x if (y := a) if y] + [y]": [("f", "k")],
    "def f(x): return {a: b for a, b in zip(x, z)}": [("f", "z")],
    "def f(x): return (lambda a, b=c: a + b + d)(x)": [("f", "c d")],
    "f = lambda x: g(x)": [("f", "g")],
    "f = wrap(f)": [("f", "wrap f")],
    "a = b = c": [("a b", "c")],
    "a, (b, *c) = d": [("a b c", "d")],
    "a: int = b": [("a", "b")],
    "a: int": [],
    "a += b": [("a", "a b")],
    "A.backward = f": [("A", "f A")],
    "net.layers[0].W -= g": [("net", "g net")],
    "T[i], y = 1, 2": [("y T", "T i")],
    "T.append(f)": [("T", "T f")],
    "setattr(A, 'backward', f)": [("A", "A f")],
    "T.sort_all(f)": [("", "T f")],
    "print(x)": [],
    "print(y := x)": [("y", "x")],
    "print([y := a for a in x])": [("y", "x")],
    "[a for a in x]": [],
    "import a.b, c.d as e": [("a e", "")],
    "from a import b as c, d": [("c d", "")],
    "from a import *": [("*", "")],
    "class A(B, metaclass=M):\n    k = K\n    def f(self): return k, self.x, super().f(), __class__": [
        ("A", "B M K k")
    ],
    "class A:\n    k = 1\n    j = k": [("A", "")],
    "class A:\n    relu = staticmethod(relu)": [("A", "relu")],
    "class A:\n    class B(C):\n        def f(self): return D": [("A", "C D")],
    "for i in range(3):\n    w = step(w, i)": [("i w", "step w")],
    "for i in r:\n    print(i)": [("i", "r")],
    "while not done:\n    done = step()": [("done", "done step")],
    "if a:\n    b = 1\nelse:\n    b = c": [("b", "a c")],
    "if a:\n    b = 1\nelse:\n    c = b": [("b c", "a b")],
    "if a: print(b)": [],
    "try:\n    import fast as m\nexcept ImportError as e:\n    m = slow(e)": [("m", "slow")],
    "with open(p) as f:\n    data = f.read()": [("f data", "p")],
    "match x:\n    case [a, b]: c = a": [("a b c", "x")],
    "def sum(x): return len(x)\nt = sum(y)": [("sum", ""), ("t", "sum y")],
    "del a\nraise NotImplementedError\nassert a\npass\nglobal z": [],
    "del max, b": [("max", "")],
    "def f(): return max(1)\nmax = 3": [("f", ""), ("max", "")],
    "def f(): return max(1)\ndef max(x): return x": [("f", "max"), ("max", "")],
    "max = 3\ndef f(): return max": [("max", ""), ("f", "max")],
    "max = 3\ndel max\ndef f(): return max(1)": [("max", ""), ("max", ""), ("f", "")],
    "x = f'{a!r:>{w}}'": [("x", "a w")],
    "def f(x): return x\ncheck('f')\nf(3)\nk = 1; j = k": [("f", ""), ("k", ""), ("j", "k")],
    "값 = 1\ndef 함수(): return 값": [("값", ""), ("함수", "값")],
}


@pytest.mark.parametrize("source", BINDS_AND_USES)
def test_binds_and_uses(source: str) -> None:
    found = [(" ".join(d.binds), " ".join(d.uses)) for d in definitions(source)]
    assert found == BINDS_AND_USES[source]
    assert code(source).error == ""


MAGICS = {
    "%matplotlib inline\nx = 1": "pass\nx = 1",
    "!pip install numpy\nx = 1": "pass\nx = 1",
    "!pip install \\\n  numpy\nx = 1": "pass\n\nx = 1",
    "!echo \"it's\nx = 1": "pass\nx = 1",
    "x = !ls\ny = %pwd": "x = None\ny = None",
    "relu?\n?relu\nnp.max??\n%time?\n*int*?": "pass\npass\npass\npass\npass",
    "%time y = f(1)\n%timeit f(1)\nx = %time g(2)": "y = f(1)\npass\nx = g(2)",
    "def f():\n    !ls\n    %cd x\n    return 1": "def f():\n    pass\n    pass\n    return 1",
    "%run helpers.py\n%run -i ./utils/linear.py 3\n%run plain\n%run a.ipynb\n%run ../a.py\n%runs a": (
        "from helpers import *\nfrom utils.linear import *\nfrom plain import *\npass\npass\npass"
    ),
    "def f():\n    %run helpers.py": "def f():\n    pass",
    "%%time\nx = 1": "\nx = 1",
    "\n%%capture out\n%%time\nx = 1": "\n\n\nx = 1",
    "%%memit -r 1\nx = 1": "\nx = 1",
    "%%bash\nls": "",
    "%%sql --mine\nx": "",
    "%%python3\nx = 1": "",
    "%%writefile a.py\nx = 1": "",
    "%%html\n<b>": "",
    "%%\nx": "",
    "x = '''\n%no\n!no\n'''\n%yes": "x = '''\n%no\n!no\n'''\npass",
    "x = (a\n%b)\n!ls": "x = (a\n%b)\npass",
    "x = a \\\n%b\n!ls": "x = a \\\n%b\npass",
    "x = a\n%b": "x = a\npass",
    "x = '#' # '''\n!ls": "x = '#' # '''\npass",
    "x = 'it\\'s ('\n!ls": "x = 'it\\'s ('\npass",
    "x = r'''\\''' # '\n!ls": "x = r'''\\''' # '\n!ls",
    "    x = 1\n    y = 2": "x = 1\ny = 2",
    "    %cd x\n    y = 2": "pass\ny = 2",
    ">>> x = 1\n... y = 2": "x = 1\ny = 2",
    "x != y\n!ls": "x != y\npass",
    "k = 5 % 3": "k = 5 % 3",
    "# what is it?\nx = 1": "# what is it?\nx = 1",
    "/f 1\n,f a b\n;f a b": "pass\npass\npass",
}


@pytest.mark.parametrize("source", MAGICS)
def test_ipython_lines(source: str) -> None:
    assert python(source) == MAGICS[source]


BROKEN = {
    "x = 1\n<<<<<<< HEAD\ndef f(): pass\n=======\ndef f(x): pass\n>>>>>>> b": (
        "f",
        "line 2: a merge conflict; keep one",
    ),
    "def f(x):\n    return (": ("f", "line 2: "),
    "x = 1\ndef f(:\n    pass\nclass A: pass": ("f A", "line 2: "),
    "<<<<<<< HEAD\nasync def f(): pass\n=======": ("f", "line 1: "),
    "x = \0": ("", "line 1: "),
    "x = " + "(" * 5000: ("", "line 1: "),
    "x = " + "-" * 50_000 + "1\ndef f(): pass": ("f", "line 1: "),
    "def f(): pass\nx = a" + ".b" * 50_000: ("f", "line 1: "),
}


@pytest.mark.parametrize("source", BROKEN, ids=range(len(BROKEN)))
def test_broken_cells_bind_the_names_that_stand_there(source: str) -> None:
    names, error = BROKEN[source]
    found = code(source, "cell 1")
    assert [" ".join(d.binds) for d in found.definitions] == ([names] if names else [])
    assert found.error.startswith(error)
    for definition in found.definitions:
        assert definition.source == source


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ("\n\ndef f():\n    1", [3]),
        ("a = 1; b = 'é'; c = 2  # x", [1, 1, 1]),
        ("%%time\n# c\n@d\n@e(1,\n   2)\ndef f():\n    '''a\n    b'''\n\nx = (1,\n  2)", [6, 10]),
        ("if 1:\n    x = 1\n\n\nelse:\n    y = 2\nz = 1", [1, 7]),
    ],
)
def test_lines_are_those_of_the_cell(source: str, lines: list[int]) -> None:
    found = definitions(source)
    assert [ast.parse(d.source).body[0].lineno for d in found] == lines
    dumps = [ast.dump(ast.parse(d.source).body[0]) for d in found]
    assert dumps == [ast.dump(statement) for statement in ast.parse(python(source)).body]


NOTEBOOK = """
import numpy as np
from math import *
LOW = 0
LOW += 1
def clip(x): return np.maximum(x, LOW)
def relu(x): return clip(x)
for epoch in range(10): loss = relu(epoch)
class Base:
    def helper(self): return LOW
    def backward(self): return self.helper()
class Affine(Base):
    def forward(self, x): return self.inner(x) + other(x)
    def inner(self, x): return relu(x)
def patch(self): return clip(self)
other = lambda x: patch(x)
Affine.late = patch
again = relu
if True:
    def deep(x): return again(x)
def deep2(x): return deep(x)
net = Affine()
low = functools.partial(relu, k=LOW)
made = wrap(lambda x: relu(x), clip)
def all_of(x): return made(low(x))
net.table = {}
"""


@pytest.mark.parametrize(
    ("names", "needed"),
    [
        ([], "*"),
        (["LOW"], "* LOW LOW"),
        (["relu"], "np * LOW LOW clip relu"),
        (["Base.helper"], "* LOW LOW Base"),
        (["Affine.forward"], "np * LOW LOW clip relu Base Affine patch other Affine"),
        (["net"], "np * LOW LOW clip relu Base Affine patch other Affine net net"),
        (["loss"], "np * LOW LOW clip relu epoch+loss"),
        (["nothing"], "*"),
    ],
)
def test_closure(names: list[str], needed: str) -> None:
    assert " ".join("+".join(d.binds) for d in closure(definitions(NOTEBOOK), names)) == needed


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("relu", [7, 6]),
        ("again", [7, 6]),
        ("deep2", [21, 20, 7, 6]),
        ("Affine.forward", [13, 14, 16, 7, 15, 6]),
        ("Affine.backward", [11, 10]),
        ("Affine.late", [15, 6]),
        ("other", [16, 15, 6]),
        ("low", [7, 6, 23]),
        ("made", [6, 7, 24]),
        ("all_of", [25, 6, 7, 24, 23]),
        ("net", [22]),
        ("Affine", []),
        ("LOW", []),
        ("nothing.at", []),
    ],
)
def test_functions(name: str, lines: list[int]) -> None:
    assert [node.lineno for node in functions(definitions(NOTEBOOK), name)] == lines


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("def f(x): return 0\ndef f(x): return 1", 2),
        ("def f(x): return 0\nif True:\n    f = lambda x: 1", 3),
        ("f = g = lambda x: 1\ndef g(): pass", 1),
        ("f = f", None),
        ("g().x = lambda: 0\ndef f(): return h()()", 2),
        ("def f(): return 1" + "+1" * 200, 1),
        ("f = g\ng = f", None),
        ("def f(:", None),
        ("class A(A): pass\nf = A.x", None),
    ],
)
def test_the_last_function_of_a_name_counts(source: str, line: int | None) -> None:
    assert [node.lineno for node in functions(definitions(source), "f")] == ([line] if line else [])


@pytest.mark.parametrize(
    ("source", "is_plain"),
    [
        ("relu = relu(x)", True),
        ("relu = relu(x) + 1", True),
        ("relu: list = [relu(x)]", True),
        ("relu = 3", True),
        ("relu += 1", True),
        ("for relu in [1, 2]: print(relu)", True),
        ("with open(p) as relu: pass", True),
        ("other = relu(x)", False),
        ("relu = my_relu", False),
        ("relu = jit(relu)", False),
        ("relu = lambda x: x", False),
        ("def relu(x): return x", False),
        ("for _ in [1]:\n    def relu(x): return x", False),
        ("if a:\n    relu = 3", False),
    ],
)
def test_a_function_that_was_only_tried_out_is_not_replaced(source: str, is_plain: bool) -> None:
    [definition] = definitions(source)
    assert uses_up(definition, {"relu"}) is is_plain


@pytest.mark.parametrize(
    ("name", "source", "text"),
    [
        ("relu", "def Relu(x): pass", "there is no `relu`; did you rename it? There is `Relu`"),
        ("naive_relu", "def naiveRelu(x): pass", "there is no `naive_relu`; did you rename it? There is `naiveRelu`"),
        ("softmax", "def sofmax(x): pass", "there is no `softmax`; did you rename it? There is `sofmax`"),
        ("relu", "def convolve(x): pass", "there is no `relu`"),
        ("relu", "", "there is no `relu`"),
        ("Affine.backward", "class Affine:\n    def bakward(self): pass",
         "there is no `Affine.backward`; did you rename it? There is `Affine.bakward`"),
    ],
)  # fmt: skip
def test_suggest(name: str, source: str, text: str) -> None:
    assert suggest(name, definitions(source)) == text


CHANGES = {  # above `def relu(x): return x @ W`: which statement may change `W`, if any does
    "W.fill(0)": True,
    "W.sort()": True,
    "W.T.sort()": True,
    "W[0].fill(1)": True,
    "np.fill_diagonal(W, 0)": True,
    "np.copyto(dst=W, src=1)": True,
    "np.exp(1, out=W)": True,
    "np.add.at(W, 0, 1)": True,
    "y = np.sum(W)": False,
    "fill([W, 1])": True,
    "fill(*W)": True,
    "fill({'w': W})": True,
    "rng.shuffle(W)": True,
    "out = rng.shuffle(W)": True,
    "if True:\n    W.sort()": True,
    "for i in range(3):\n    W.itemset(i, 0)": True,
    "for row in W:\n    row.sort()": True,
    "for row in W:\n    print(row)": False,
    "with W:\n    pass": True,
    "try:\n    W.sort()\nexcept ValueError:\n    pass": True,
    "[W.put(i, 0) for i in range(3)]": True,
    "(lambda: W.sort())()": True,
    "def setup():\n    global W\n    W = 1\nsetup()": True,
    "def setup():\n    W[0] = 1\nsetup()": True,
    "def inner():\n    W.sort()\ndef setup():\n    inner()\nsetup()": True,
    "def setup():\n    def inner():\n        W.sort()\n    inner()\nsetup()": True,
    "def setup():\n    W.sort()\napply(setup)": True,
    "setup = lambda: W.sort()\nsetup()": True,
    "class A:\n    def __init__(self):\n        W.sort()\nA()": True,
    "class A:\n    def go(self):\n        W.sort()\nA().go()": True,
    "def register(f):\n    W[f] = 1\n@register\ndef a(): pass": True,
    "globals()['W'] = 1": True,
    "exec('W = 1')": True,
    "def setup(W):\n    W.sort()\nsetup(1)": False,
    "def setup():\n    W = []\n    W.append(1)\nsetup()": False,
    "print(W)": False,
    "print(len(W))": False,
    "display(W)": False,
    "plt.plot(W)": False,
    "fig, ax = plt.subplots()\nax.plot(W)": False,
    "relu(3)": False,
    "a = W\na.fill(0)": True,
    "a = W.T[1:].reshape(2)\na += 1": True,
    "a, b = 1, W\nb.fill(0)": True,
    "a, b = W, 1\nprint(b)": False,
    "a = W.copy()\na.fill(0)": False,
    "net.W = W\nnet.W[0] = 1": True,
    "table = {'W': W}\ntable['W'].fill(0)": True,
    "layers = []\nlayers.append(W)\nlayers[0].fill(0)": True,
    "net = Net(W)\nnet.step()": True,
    "a = f(W)\nprint(a)": False,
    "a = V = W\nV -= 1": True,
    "for row in W:\n    row[:] = 0": True,
    "for a, b in zip(W, grads):\n    a -= b": True,
    "for i, row in enumerate(W):\n    row *= 2": True,
    "[row.fill(0) for row in reversed(W)]": True,
    "def zero():\n    a = W\n    a.fill(0)\nzero()": True,
    "def zero():\n    for row in W:\n        row *= 0\nzero()": True,
    "def zero(a):\n    b = a\n    b.fill(0)\nzero(1)": False,
    "match W:\n    case [a, *b]:\n        a.fill(0)": True,
    "with np.nditer(W) as it:\n    for v in it:\n        v[...] = 0": True,
    "(a := W).sort()": True,
    "np.asarray(W).sort()": True,
    "getattr(W, 'T').sort()": True,
    "del W[0]": True,
    "del W.name": True,
    "W += 1": True,
    "setattr(W, 'k', 1)": True,
    "[setattr(each, 'k', 1) for each in [W]]": True,
    "delattr(W, 'k')": True,
    "vars(W)['k'] = 1": True,
    "globals().update(W=1)": True,
    "for name in 'VW':\n    globals()[name] = 1": True,
    "exec(text)": True,
    "relu.calls = 0": True,
    "act = relu\ntrain(act)": False,
    "np.random.seed(0)": True,
    "np.set_printoptions(precision=3)": True,
    "np.linalg.svd(V)": False,
    "np.seterr(all='raise')": True,
    "import sys\nsys.path.insert(0, '.')": True,
    "import math\nmath.sqrt(2)": False,
    "import random\nrandom.seed(0)": False,
    "import os\nos.makedirs('out')": False,
    "def train():\n    np.random.seed(0)\ntrain()": False,
    "history = train(other)": False,
}


@pytest.mark.parametrize("source", CHANGES)
def test_what_may_change_a_needed_name_runs(source: str) -> None:
    notebook = f"import numpy as np\nW = np.ones(3)\n{source}\ndef relu(x): return x @ W"
    kept = closure(definitions(notebook), ["relu"])
    last = source.rstrip().split("\n")[-1].strip()
    assert any(last in d.source for d in kept if "def relu" not in d.source) is CHANGES[source]


MODULES = {  # above a `relu` that uses both: which statement sets up what `relu` needs
    "decimal.getcontext().prec = 50": ("import decimal", "decimal.Decimal(x)"),
    "getcontext().prec = 9": ("from decimal import Decimal, getcontext", "Decimal(x)"),
    "random.seed(0)": ("import random\nfrom random import gauss", "gauss(x)"),
    "os.environ['K'] = '1'": ("import os\nfrom os import getenv", "getenv(x)"),
    "settings.k = 1": ("import settings", "settings.k * x"),
    "settings.load('k')": ("import settings", "settings.k * x"),
    "fast.k = 1": ("try:\n    import settings as fast\nexcept ImportError:\n    fast = 1", "fast.k * x"),
    "open('k', 'w').write('1')": ("", "open('k').read() + x"),
    "%%writefile k\n1": ("", "open('k').read() + x"),
    "np.save('k', 1)": ("", "np.load('k.npy') + x"),
    "write('k')": (
        "def write(name):\n    with open(name, mode='a') as file:\n        file.write('1')",
        "open(x).read()",
    ),
    "add_to(A)": ("class A: pass\ndef add_to(cls):\n    setattr(cls, 'k', 1)", "A.k * x"),
    "t.add(A)": ("class A: pass\nclass T:\n    def add(self, cls):\n        cls.k = 1\nt = T()", "A.k * x"),
}


@pytest.mark.parametrize("source", MODULES)
def test_what_sets_up_a_needed_module_runs(source: str) -> None:
    above, used = MODULES[source]
    cells = [code(text).definitions for text in (above, source, f"def relu(x): return {used}")]
    kept = closure(settled(d for cell in cells for d in cell), ["relu"])
    assert cells[1][-1].source in [d.source for d in kept]


@pytest.mark.parametrize("source", ["open('k').read()", "np.load('k.npy')", "s.replace('a', 'w')", "names.remove('k')"])
def test_what_only_reads_files_is_left_out(source: str) -> None:
    kept = closure(definitions(f"{source}\ndef relu(x): return open('k').read() + x"), ["relu"])
    assert [d.binds for d in kept] == [("relu",)]


@pytest.mark.parametrize(
    "source",
    ["globals()['helper'](x)", "eval('helper(x)')", "vars()['helper']", "getattr(sys.modules[__name__], 'helper')"],
)
def test_names_in_strings_are_needed(source: str) -> None:
    kept = closure(definitions(f"def helper(x): return x\ndef relu(x): return {source}"), ["relu"])
    assert [d.binds for d in kept] == [("helper",), ("relu",)]


@pytest.mark.parametrize(
    ("source", "version"),
    [
        ("def f[A](x: list[A]) -> A:\n    return x", "3.12"),
        ("class A[T: (int, list[int])]:\n    pass", "3.12"),
        ("type X = int\ndef f(): pass", "3.12"),
        ('def f():\n    return f"{"a" + "b"} {d["k"]:>3}"', "3.12"),
        ("def f():\n    return f'{\"\\n\".join(x)}'", "3.12"),
        ("def f[T = int](x): pass", "3.13"),
        ("def f():\n    try: pass\n    except A, B: pass", "3.14"),
        ("def f():\n    return t'{x}'", "3.14"),
        ("def f(x:\n    return f'{x'", ""),
        ('def f(x) return f"{x}"', ""),
    ],
)
def test_syntax_of_a_later_python_is_named(source: str, version: str) -> None:
    if version and sys.version_info >= tuple(map(int, version.split("."))):
        pytest.skip("this Python reads it")
    found = code(source, "cell 1")
    assert (f"this needs Python {version}; grading runs 3." in found.error) is bool(version)
    assert ("needs Python" in found.definitions[0].problem) is bool(version)
