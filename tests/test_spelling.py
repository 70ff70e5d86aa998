"""Misspelt names are named: each row runs, and raises what Python and NumPy raise here."""

# ruff: noqa: E501 - a row of the table is a line

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from autograder.definitions import code
from autograder.spelling import closest, names_it, slip

LAYER = """class Affine:
    def __init__(self, W, b):
        self.params = [W, b]
        self.grads = [np.zeros_like(W), np.zeros_like(b)]

    def forward(self, x):
        self.x = x
        return x @ self.params[0] + self.params[1]
"""
CALL = "Affine(np.ones((2, 3)), np.ones(3)).forward(np.ones((4, 2)))"
COUNT = "def f(x):\n    bath_size = len(x)\n    return x / batch_size"


def layer(old: str, new: str, call: str = CALL) -> tuple[str, str, str]:
    return "Affine.forward", LAYER.replace(old, new), call


def function(body: str) -> tuple[str, str, str]:
    return "f", f"def f(x, learning_rate=0.1):\n    {body}", "f(np.ones((3, 2)))"


SLIPS = {
    "a function of NumPy": (layer("zeros_like", "zeor_like"), "Did you mean `zeros_like`?"),
    "another one": (function("return np.maxium(x, 0)"), "Did you mean `maximum`?"),
    "of a part of NumPy": (function("return np.random.nomral(size=3)"), "Did you mean `normal`?"),
    "a keyword of a reduction": (function("return np.sum(x, axix=0)"), "Did you mean `axis`?"),
    "a plural": (function("return np.sum(x, axes=1)"), "Did you mean `axis`?"),
    "a keyword of a method": (function("return x.sum(axis=1, keepdim=True)"), "Did you mean `keepdims`?"),
    "a keyword of a function": (function("return np.zeros(3, dtpye=int)"), "Did you mean `dtype`?"),
    "a keyword of one's own": (("f", "def g(x, rate):\n    return x\ndef f(x):\n    return g(x, rte=1)", "f(1)"), "Did you mean `rate`?"),
    "a keyword of one's own class": (("Affine", LAYER + "\ndef f(x):\n    return Affine(W=x, bb=x)\n", "f(np.ones(2))"), ""),
    "self": (layer("self.x = x", "seld.x = x"), "Did you mean `self`?"),
    "None": (layer("self.x = x", "self.x = none"), "Did you mean `None`?"),
    "True": (function("return true"), "Did you mean `True`?"),
    "a missing dot": (function("return nparray([1])"), "Did you mean `np.array`?"),
    "a parameter": (function("return x * learnig_rate"), "Did you mean `learning_rate`?"),
    "a variable": (("f", COUNT, "f(np.ones(3))"), "Did you mean `bath_size`?"),
    "the case of a parameter": (function("return X"), "Did you mean `x`?"),
    "an array's attribute": (function("return x.dim"), "Did you mean `ndim`?"),
    "an array's shape": (function("return x.chape"), "Did you mean `shape`?"),
    "a dictionary's method": (function("return {}.key()"), "Did you mean `keys`?"),
    "one's own attribute": (layer("self.params[1]", "self.parms[1]"), "Did you mean `params`?"),
    "a method of the stub": (layer("def forward", "def foward"), "Your class has `foward`; the name is `forward`"),
    "an attribute of the stub": (layer("self.grads", "self.grad", "Affine(np.ones(2), np.ones(2)).grads"), "Your class has `grad`; the name is `grads`"),
    "a module": (("f", "import nunpy", ""), "Did you mean `numpy`?"),
    "a name of a module": (("f", "from numpy import zeros_lik", ""), "Did you mean `zeros_like`?"),
    "__ini__": (layer("__init__", "__ini__"), "Your class has `__ini__`; Python calls `__init__`"),
    "__int__": (layer("__init__", "__int__"), "Your class has `__int__`; Python calls `__init__`"),
    "_init_": (layer("__init__", "_init_"), "Your class has `_init_`; Python calls `__init__`"),
    "__init": (layer("__init__", "__init"), "Your class has `__init`; Python calls `__init__`"),
    "__call_": (layer("def forward", "def __call_", CALL.replace(".forward", "")), "Your class has `__call_`; Python calls `__call__`"),
    "__init__ without arguments": (("C", "class C:\n    def __ini__(self):\n        self.params = []", "C().params"), "Your class has `__ini__`; Python calls `__init__`"),
    # nothing is said by luck
    "a name from nowhere": (function("return scale * x"), ""),
    "what self has": (layer("x @ self.params", "x @ params"), ""),
    "the plural of the loop's variable": (function("return [layer for layer in layers]"), ""),
    "a letter of the formula": (function("return Y"), ""),
    "a function that NumPy has not": (function("return np.softmax(x)"), ""),
    "an old method": (function("return np.random.default_rng(0).randn(3)"), ""),
    "an attribute from nowhere": (layer("self.params[1]", "self.bias"), ""),
    "nothing there": (function("return None.shape"), ""),
    "another exception": (function("return x @ x"), ""),
    "the class of the same name": (("Sigmoid", "class Sigmoid:\n    def forward(self, x):\n        return sigmoid(x)", "Sigmoid().forward(1)"), ""),
}  # fmt: skip


def raised(text: str, call: str) -> Exception:
    try:
        namespace: dict[str, Any] = {"np": np}
        exec(text, namespace)
        eval(call, namespace)
    except Exception as error:
        return error
    raise AssertionError("nothing was raised")


@pytest.mark.parametrize(("work", "words"), SLIPS.values(), ids=SLIPS)
def test_a_misspelt_name_is_named(work: tuple[str, str, str], words: str) -> None:
    task, text, call = work
    error = raised(text, call)
    said = slip(task, type(error).__name__, str(error), code(text, "cell 1").definitions)
    assert said == words
    assert names_it(f"{error} (line 1). {said}") == bool(words)


def test_a_text_that_cannot_be_read_has_no_names() -> None:
    assert slip("f", "NameError", "name 'sefl' is not defined", code("def f(self:", "cell 1").definitions) == ""


@pytest.mark.parametrize(
    ("name", "known", "found"), [("zeor", ["zero"], "zero"), ("ab", ["abc"], ""), ("N", ["n"], "n")]
)
def test_closest(name: str, known: list[str], found: str) -> None:
    assert closest(name, known) == found
