"""Work that a ready-made library does earns nothing; what a student has written does, whatever else is imported."""

from __future__ import annotations

from textwrap import dedent

import pytest
from conftest import REPOSITORY

from autograder.course import Course
from autograder.definitions import code
from autograder.judge import judge
from autograder.ready_made import ready_made
from autograder.sandbox.job import Outcome

LIBRARIES = ("scipy", "sklearn", "torch")
READY_MADE = {
    "a name": ("from scipy.special import softmax as s\ndef f(x):\n return s(x)", "scipy.special.softmax"),
    "a module": ("import scipy.special as sp\ndef f(x):\n return sp.softmax(x)", "scipy.special"),
    "a dotted module": ("import scipy.special\ndef f(x):\n return scipy.special.softmax(x)", "scipy.special"),
    "inside": ("def f(x):\n from sklearn.metrics import log_loss\n return log_loss(x)", "sklearn.metrics.log_loss"),
    "a helper": ("import torch\ndef h(x):\n return torch.relu(x)\ndef f(x):\n return h(x)", "torch"),
    "another name": ("import scipy\ns = scipy.special.softmax\ndef f(x):\n return s(x)", "scipy"),
    "getattr": ("import scipy.special as sp\ng = getattr(sp, 'softmax')\ndef f(x):\n return g(x)", "scipy.special"),
    "__import__": ("def f(x):\n return __import__('scipy.special').special.softmax(x)", "scipy.special"),
    "importlib": ("import importlib\ns = importlib.import_module('scipy')\ndef f(x):\n return s.x", "scipy"),
    "a model made above": ("import sklearn\nm = sklearn.svm.SVC()\ndef f(x):\n return m.predict(x)", "sklearn"),
    "try": ("try:\n import torch as t\nexcept ImportError:\n t = None\ndef f(x):\n return t.relu(x)", "torch"),
}
OWN = {
    "an import that nobody uses": "import scipy\ndef f(x):\n return x",
    "an own function of that name": "from scipy.special import softmax as f\ndef f(x):\n return np.exp(x)",
    "an own parameter of that name": "import torch\ndef f(torch):\n return torch + 1",
    "plots, progress, the standard library": """
        import math, itertools
        import matplotlib.pyplot as plt
        from tqdm.auto import tqdm
        def f(x):
            plt.plot(x)
            return [math.exp(v) for v in tqdm(x)]
        """,
    "used elsewhere only": "import sklearn\ndef g(x):\n return sklearn.x\ndef f(x):\n return x",
    "NumPy's own scipy-like names": "import numpy.linalg as scipy_like\ndef f(x):\n return scipy_like.norm(x)",
}


SCIPYS = "from scipy.special import softmax, expit as e\n"
MINE = SCIPYS + "def mine(x):\n return softmax(x)\ndef other(x):\n return x"
BESIDE = {  # the notebook, `helpers.py`, what does the work
    "a helper beside": ("from helpers import mine\ndef f(x):\n return mine(x)", MINE, "scipy.special.softmax"),
    "a name from there": ("from helpers import e as s\ndef f(x):\n return s(x)", SCIPYS, "scipy.special.expit"),
    "all names from there": ("from helpers import *\ndef f(x):\n return e(x)", SCIPYS, "scipy.special.expit"),
    "all its functions": ("from helpers import *\ndef f(x):\n return mine(x)", MINE, "scipy.special.softmax"),
    "an attribute": ("import helpers as h\ndef f(x):\n return h.e(x)", SCIPYS, "scipy.special.expit"),
    "a function of the module": ("import helpers\ndef f(x):\n return helpers.mine(x)", MINE, "scipy.special.softmax"),
    "inside": ("def f(x):\n from helpers import e\n return e(x)", SCIPYS, "scipy.special.expit"),
    "an own one of that name": (
        "from helpers import mine\ndef softmax(x):\n return x\ndef f(x):\n return mine(x)",
        MINE,
        "scipy.special.softmax",
    ),
    "a library's all": ("from scipy.special import *\ndef f(x):\n return softmax(x)", "", "scipy.special.*"),
    "all, by way of the module": (
        "from helpers import *\ndef f(x):\n return softmax(x)",
        "from scipy.special import *",
        "scipy.special.*",
    ),
}
OWN_BESIDE = {
    "another function of the module": ("from helpers import other\ndef f(x):\n return other(x)", MINE),
    "all, and an own one below": (
        "from helpers import *\ndef softmax(x):\n return x\ndef f(x):\n return softmax(x)",
        SCIPYS,
    ),
    "all of a library, and own ones": (
        "from scipy.special import *\ndef g(x):\n return exp(x)\ndef f(x):\n h = abs\n return h(g(x)) + sqrt(x)",
        "",
    ),
}


@pytest.mark.parametrize(("text", "helpers", "library"), BESIDE.values(), ids=BESIDE)
def test_names_a_library_that_a_module_brings(text: str, helpers: str, library: str) -> None:
    found = ready_made(code(text).definitions, "f", LIBRARIES, {"helpers": helpers})
    assert f"`{library}` does the work here" in (found or "")


@pytest.mark.parametrize(("text", "helpers"), OWN_BESIDE.values(), ids=OWN_BESIDE)
def test_keeps_own_work_beside_a_library(text: str, helpers: str) -> None:
    assert ready_made(code(text).definitions, "f", LIBRARIES, {"helpers": helpers}) is None


@pytest.mark.parametrize(("text", "library"), READY_MADE.values(), ids=READY_MADE)
def test_names_the_library_that_does_the_work(text: str, library: str) -> None:
    assert f"`{library}` does the work here" in (ready_made(code(text).definitions, "f", LIBRARIES) or "")


@pytest.mark.parametrize("text", OWN.values(), ids=OWN)
def test_keeps_own_work(text: str) -> None:
    assert ready_made(code(dedent(text)).definitions, "f", LIBRARIES) is None


def test_a_class_that_keeps_the_library_in_an_attribute() -> None:
    text = "import torch\nclass A:\n def __init__(self):\n  self.s = torch.relu\n def f(self, x):\n  return self.s(x)"
    assert ready_made(code(text).definitions, "A.f", LIBRARIES)
    assert ready_made(code(text).definitions, "A.f", ("scipy",)) is None


def test_a_task_left_to_a_library_earns_nothing_and_its_callers_lose_nothing() -> None:
    runs = Course(REPOSITORY).assignment("03_forward").runs()
    runs = [run for run in runs if run.rule is None and not run.variations]
    right = {run.key: Outcome("returned", run.expected) for run in runs}
    text = (
        "from scipy.special import softmax as s\ndef softmax(x):\n return s(x)\ndef cross_entropy(p, t):\n softmax(p)"
    )
    verdicts = {task.name: task for task in judge(runs, right, code(text).definitions)}
    assert verdicts["softmax"].earned == 0
    assert all("scipy.special.softmax" in check.reason for check in verdicts["softmax"].checks)
    assert verdicts["cross_entropy"].passed


def test_an_exercise_may_allow_a_library() -> None:
    svhn = Course(REPOSITORY).assignment("10_svhn")
    assert "scipy" not in svhn.barred(svhn.exercises["load_svhn"])
    assert "scipy" in svhn.barred(svhn.exercises["standardise"])
