"""Imports what was handed in beside a notebook: texts that came with the job, never files."""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import re
import sys
import types
from collections.abc import Collection, Mapping, Sequence

# A module that is handed in never takes the place of these: Python's own, and what this package or given code imports.
RESERVED = (
    set(sys.stdlib_module_names)
    | {"autograder", "numpy", "scipy", "sklearn", "joblib", "threadpoolctl", "matplotlib", "mpl_toolkits", "seaborn"}
    | {"IPython", "ipykernel", "jupyter", "nbformat", "nbgrader", "traitlets", "pytest", "pooch"}
    | {"sitecustomize", "usercustomize", "conftest", "setup"}  # what Python and its tools run by themselves
)
_FILE = re.compile(r"(?:\./)?((?:[^\W\d]\w*/)?)([^\W\d]\w*)\.py")


def module_named(path: str) -> str:
    """`utils.linear` for "utils/linear.py", `utils` for "utils/__init__.py"; "" for what is no module, or reserved."""
    if not (found := _FILE.fullmatch(path)):
        return ""
    package, name = found[1].rstrip("/"), found[2]
    if name == "__init__":
        name, package = package, ""
    full = f"{package}.{name}" if package else name
    top = full.partition(".")[0]
    return "" if not full or top in RESERVED or top.endswith("_config") else full


def file_of(name: str, names: Collection[str]) -> str:
    """The file of a module, where `names` are those of all modules: the way back from `module_named`."""
    is_package = any(other.startswith(f"{name}.") for other in names)
    return name.replace(".", "/") + ("/__init__.py" if is_package else ".py")


class Finder(importlib.abc.MetaPathFinder, importlib.abc.InspectLoader):
    """Answers imports of modules from their texts.

    Parameters
    ----------
    sources : mapping of str to str
        By the modules' names; a package that has no text of its own is an empty one.
    """

    def __init__(self, sources: Mapping[str, str]) -> None:
        packages = {name.rpartition(".")[0] for name in sources} - {""}
        self._sources = {**dict.fromkeys(packages, ""), **sources}

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: types.ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if name not in self._sources:
            return None
        return importlib.machinery.ModuleSpec(name, self, origin=self._place(name), is_package=self.is_package(name))

    def exec_module(self, module: types.ModuleType) -> None:
        module.__file__ = file_of(module.__name__, self._sources)
        exec(self.get_code(module.__name__), module.__dict__)

    def is_package(self, name: str) -> bool:
        return any(other.startswith(f"{name}.") for other in self._sources)

    def get_source(self, name: str) -> str:
        return self._sources[name]

    def get_code(self, name: str) -> types.CodeType:
        return compile(self._sources[name], self._place(name), "exec", dont_inherit=True)

    def _place(self, name: str) -> str:
        """As other places of student code are called: `<helpers.py>`."""
        return f"<{file_of(name, self._sources)}>"


def install(sources: Mapping[str, str]) -> None:
    """Answer such imports from now on, in this process.

    Like the notebook's folder in a kernel, they come before what happens to be installed.
    """
    if sources:
        sys.meta_path.insert(0, Finder(sources))
