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
    runs = [run for run in Course(REPOSITORY).assignment("03_forward").runs() if run.rule is None]
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
