"""Why a name is missing: the statement that did not run, in a sentence that names it."""

from __future__ import annotations

import re
import sys
from collections.abc import Collection, Sequence

from autograder.sandbox.job import Definition, Outcome

LINE_CAP = 80  # characters of a statement that are shown
LIMITS = ("TimeoutError", "MemoryError", "SystemError")
STEPS = 100  # failures that follow from one another
_MISSING_NAME = re.compile(r"name '(\w+)' is not defined")
_SKLEARNS_DATA = re.compile(r"sklearn[/\\\\]+datasets[/\\\\]+(data|images)[/\\\\]")
NO_DATA = "the data that come with scikit-learn cannot be read where this is graded: use what the function is given"
_MISSING_MODULE = re.compile(r"No module named '([\w.]+)'")
PACKAGES = frozenset(  # a module of another name is one of the student's own
    [
        *("PIL", "autograd", "bs4", "catboost", "chainer", "cudf", "cupy", "cv2", "dask", "datasets", "einops"),
        *("fastai", "flax", "gensim", "google", "graphviz", "gym", "gymnasium", "h5py", "haiku", "imageio"),
        *("imblearn", "jax", "jaxlib", "joblib", "keras", "lightgbm", "lightning", "matplotlib", "mlx", "mxnet"),
        *("networkx", "nltk", "numba", "numexpr", "onnx", "openpyxl", "optax", "optuna", "pandas", "paddle", "patsy"),
        *("plotly", "polars", "psutil", "pyarrow", "pydantic", "pytest", "pytorch_lightning", "requests", "rich"),
        *("scipy", "seaborn", "shap", "skimage", "sklearn", "skorch", "spacy", "statsmodels", "sympy", "tabulate"),
        *("tensorflow", "tensorflow_datasets", "tensorboard", "tf_keras", "theano", "timm", "tinygrad", "torch"),
        *("torchaudio", "torchmetrics", "torchsummary", "torchvision", "tqdm", "transformers", "wandb", "xarray"),
        *("xgboost", "yaml"),
    ]
)
OWN_TESTS = ("AssertionError", "NotImplementedError")  # of the student, which change nothing


class Failures:
    """What came of the statements of a job, as far as they failed; names that were bound before are not missing.

    Attributes
    ----------
    missing : dict of str to tuple
        Names that nothing has bound, and the last statement that should have: itself and how it failed.
    failed : list of tuple
        All statements that failed, and how.
    """

    def __init__(self) -> None:
        self.missing: dict[str, tuple[Definition, Outcome]] = {}
        self.failed: list[tuple[Definition, Outcome]] = []
        self._bound: set[str] = set()

    def add(self, definition: Definition, failure: Outcome | None) -> None:
        """Note what came of the next statement."""
        if failure is None:
            self._bound.update(definition.binds)
            for name in definition.binds:
                self.missing.pop(name, None)
            return
        self.failed.append((definition, failure))
        self.missing |= {name: (definition, failure) for name in definition.binds if name not in self._bound}

    def cause(self, outcome: Outcome, names: Collection[str], definitions: Sequence[Definition]) -> str:
        """The statement that did not run, and why, if what came of a probe follows from that; else "".

        Parameters
        ----------
        outcome : Outcome
        names : collection of str
            The definitions that the probe asks for.
        definitions : sequence of Definition
            All of the job's.
        """
        if not self.failed or outcome.status not in ("returned", "raised", "undefined"):
            return ""
        if name := missing_name(outcome):
            return self._root(name)
        return "" if outcome.status == "undefined" else self._changed(names, definitions)

    def killed(self, names: Collection[str]) -> Outcome | None:
        """How the statement failed that met a limit while it bound one of the names; None if there is none."""
        found = [f for d, f in self.failed if f.error in LIMITS and not d.optional and not {*names}.isdisjoint(d.binds)]
        return found[-1] if found else None

    def _root(self, name: str) -> str:
        """Of failures that follow from one another, the first; "" if none should have bound the name."""
        found = ""
        for _ in range(STEPS):
            if name not in self.missing:
                break
            definition, failure = self.missing[name]
            found, name = sentence(definition, failure), missing_name(failure)
        return found

    def _changed(self, names: Collection[str], definitions: Sequence[Definition]) -> str:
        """The first statement that failed of those that the names rest on."""
        reached = set(map(id, _reached(definitions, names)))
        for definition, failure in self.failed:
            quiet = failure.error in OWN_TESTS or definition.problem or is_import(definition)
            if id(definition) in reached and not quiet:
                return self._root(missing_name(failure)) or sentence(definition, failure)
        return ""


def is_import(definition: Definition) -> bool:
    """Whether a statement does nothing but import."""
    return definition.source.lstrip().startswith(("import ", "from "))


def quoted(source: str) -> str:
    """The first line of a statement, as it is shown."""
    lines = source.strip().split("\n")
    line = next((each.strip() for each in lines if not each.strip().startswith("#")), "")
    return f"`{line[:LINE_CAP]}`"


def sentence(definition: Definition, failure: Outcome) -> str:
    """Which statement failed, and why."""
    line = quoted(definition.source)
    if definition.problem:
        return definition.problem
    if failure.error == "TimeoutError":
        return f"{line} was {failure.message}" if failure.message.startswith("stopped") else f"{line} took too long"
    if failure.error == "MemoryError":
        return f"{line} needed too much memory"
    if failure.error == "SystemError":
        return f"{line} ended the process"
    if module := _MISSING_MODULE.search(failure.message):
        return f"{line} failed: {_absent(module[1])}"
    if reads_sklearns_data(failure.message):
        return f"{line} failed: {NO_DATA}"
    detail = f": {failure.error}" + (f": {failure.message}" if failure.message else "")
    return f"{line} failed{detail if failure.error != 'Exception' else ''}"


def reads_sklearns_data(message: str) -> bool:
    """Whether an exception's text names a file among those that the sandbox hides."""
    return bool(_SKLEARNS_DATA.search(message))


def _absent(module: str) -> str:
    """What is said of a module that cannot be imported."""
    top = module.partition(".")[0]
    if top in PACKAGES or top in sys.stdlib_module_names or top.startswith("_"):
        return f"`{module}` is not installed where this is graded"
    return f"`{top}.py` was not submitted"


def missing_name(outcome: Outcome) -> str:
    """The name that a NameError is about."""
    match = _MISSING_NAME.search(outcome.message) if outcome.error == "NameError" else None
    return match[1] if match else ""


def _reached(definitions: Sequence[Definition], names: Collection[str]) -> list[Definition]:
    """The statements that set or change one of the names, or what these statements need."""
    known, kept, todo = set(names), dict[int, None](), list(names)
    binders: dict[str, list[int]] = {}
    for index, definition in enumerate(definitions):
        for name in (*definition.binds, *definition.changes):
            binders.setdefault(name, []).append(index)
    while todo:
        new = [index for index in binders.pop(todo.pop(), ()) if index not in kept]
        kept |= dict.fromkeys(new)
        more = {name for index in new for name in definitions[index].uses} - known
        known |= more
        todo += more
    return [definitions[index] for index in kept]
