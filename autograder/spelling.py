"""Misspelt names: what an exception says is missing -> the close name that the student or NumPy has."""

from __future__ import annotations

import ast
import builtins
import difflib
import inspect
import keyword
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from autograder.magics import UNPARSABLE, parsed
from autograder.sandbox.job import Definition

CUTOFF = 0.75  # of difflib's ratio: `axix` is that near to `axis`; `randn` is no nearer to `random` than 0.73
MOST_NAMES = 2000
LONGEST_NAME = 60
DUNDERS = sorted(set(dir(int) + dir(list)) | {"__call__", "__enter__", "__exit__", "__next__", "__matmul__"})
MODULES = ["numpy", "numpy.linalg", "numpy.random", "math", "random", "matplotlib", "copy", "collections", "itertools"]
KEYWORDS = ("axis", "keepdims", "dtype", "out", "where", "initial", "ddof", "copy", "order", "size", "shape")
TYPES = {name: getattr(builtins, name) for name in ("bool", "dict", "float", "int", "list", "set", "str", "tuple")}
TYPES |= {"numpy.ndarray": np.ndarray, "numpy.random._generator.Generator": np.random.Generator}
Function = ast.FunctionDef | ast.AsyncFunctionDef

_NAME = re.compile(r"^name '(\w+)' is not defined")
_MODULE_ATTRIBUTE = re.compile(r"^module '([\w.]+)' has no attribute '(\w+)'")
_ATTRIBUTE = re.compile(r"^(?:type object )?'([\w.]+)'(?: object)? has no attribute '(\w+)'")
_KEYWORD = re.compile(r"^([\w.]+)\(\) got an unexpected keyword argument '(\w+)'")
_KEYWORD_OF_C = re.compile(r"^'(\w+)' is an invalid keyword argument for (\w+)\(\)")
_NO_MODULE = re.compile(r"^No module named '([\w.]+)'")
_NOT_IN_MODULE = re.compile(r"^cannot import name '(\w+)' from '([\w.]+)'")
_SAID = re.compile(r"(?:Did you mean `[\w.]+`\?|Your class has `\w+`; (?:the name is|Python calls) `\w+`)$")
_UNMADE = re.compile(r"^(?:\w+\(\) takes no arguments|object\.__(?:new|init)__\(\)|'\w+' object (?:has no|is not))")


def slip(task: str, error: str, message: str, definitions: Sequence[Definition]) -> str:
    """Say which name is misspelt, in one sentence; "" where no name is close.

    Parameters
    ----------
    task : str
        The task that was checked: "relu", "Affine.backward".
    error, message : str
        The exception's type and text, which the student may see.
    definitions : sequence of Definition
        The student's; only their text is read.
    """
    nodes = _statements(tuple(definitions))
    if dunder := _dunder(task, message, nodes):
        return dunder
    missing, known = _missing(error, message, nodes)
    own = task.split(".")[0]
    found = closest(missing, (name for name in known if name != own or error != "NameError")) if missing else ""
    if not found:
        return ""
    if error == "AttributeError" and _is_misspelt_method(found, missing, nodes):
        return f"Your class has `{found}`; the name is `{missing}`"
    return f"Did you mean `{found}`?"


def closest(name: str, known: Iterable[str]) -> str:
    """The known name that is spelled most like a missing one; "" where none is close."""
    folded: dict[str, str] = {}
    for each in known:
        if each != name and len(folded) < MOST_NAMES:
            folded.setdefault(_folded(each), each)
    wanted = _folded(name)
    if wanted in folded:
        return folded[wanted]
    if len(wanted) < 3:
        return ""
    near = difflib.get_close_matches(wanted, folded, n=1, cutoff=CUTOFF)
    return folded[near[0]] if near else ""


def _folded(name: str) -> str:
    return re.sub(r"[_.]", "", name).lower()[:LONGEST_NAME]


def names_it(reason: str) -> bool:
    """Whether a reason ends with what `slip` says."""
    return bool(_SAID.search(reason))


@lru_cache(maxsize=2)  # the judge asks once for each check
def _statements(definitions: tuple[Definition, ...]) -> list[ast.stmt]:
    return [node for definition in definitions for node in _body(definition)]


def _body(definition: Definition) -> list[ast.stmt]:
    try:
        return parsed(definition.source).body
    except UNPARSABLE:
        return []


def _missing(error: str, message: str, nodes: Sequence[ast.stmt]) -> tuple[str, list[str]]:
    """The name that is missing, and those that may have been meant, the likeliest first."""
    if error in ("NameError", "UnboundLocalError") and (found := _NAME.match(message)):
        return found[1], list(_in_scope(found[1], nodes))
    if error == "AttributeError" and (found := _MODULE_ATTRIBUTE.match(message)):
        return found[2], _public(sys.modules.get(found[1])) if found[1].split(".")[0] == "numpy" else []
    if error == "AttributeError" and (found := _ATTRIBUTE.match(message)):
        return found[2], _attributes(found[1], nodes)
    if error == "TypeError" and (found := _KEYWORD.match(message)):
        return found[2], _parameters(found[1], nodes)
    if error == "TypeError" and (found := _KEYWORD_OF_C.match(message)):
        return found[1], _parameters(found[2], nodes)
    if error == "ModuleNotFoundError" and (found := _NO_MODULE.match(message)):
        return found[1], MODULES
    if error == "ImportError" and (found := _NOT_IN_MODULE.match(message)):
        return found[1], _public(sys.modules.get(found[2])) if found[2].split(".")[0] == "numpy" else []
    return "", []


def _public(module: Any) -> list[str]:
    return [name for name in dir(module) if not name.startswith("_")] if module is not None else []


def _in_scope(missing: str, nodes: Sequence[ast.stmt]) -> Iterator[str]:
    """The names that a function which reads the missing one knows, then the cells', builtins and NumPy's."""
    if _lacks_self(missing, nodes):
        return  # `layers` for `self.layers` is no slip of the pen: a hint asks whose list it is
    for function in _functions(nodes):
        if _reads(function, missing):
            yield from _local(function, missing)
    if len(missing) < 3:
        return  # the `x` of another cell is not what `X` was to be
    for node in nodes:
        yield from _bound(node)
    yield from (name for name in (*dir(builtins), *keyword.kwlist) if not name.startswith("_"))
    yield from (f"np.{name}" for name in _public(np))


def _reads(node: ast.AST, name: str) -> bool:
    return any(isinstance(n, ast.Name) and n.id == name for n in ast.walk(node))


def _lacks_self(missing: str, nodes: Sequence[ast.stmt]) -> bool:
    """Whether a method reads a name that its object has as an attribute."""
    classes = (n for n in nodes if isinstance(n, ast.ClassDef))
    return any(_reads(c, missing) and missing in _own_attributes(c) for c in classes)


def _local(function: Function, missing: str) -> Iterator[str]:
    """Parameters and variables, but not the `layer` of `for layer in layers`."""
    inner = list(ast.walk(function))
    loops = (n for n in inner if isinstance(n, ast.For | ast.comprehension) and _reads(n.iter, missing))
    items = {n.id for loop in loops for n in ast.walk(loop.target) if isinstance(n, ast.Name)}
    yield from (n.arg for n in inner if isinstance(n, ast.arg))
    stored = (n.id for n in inner if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store))
    yield from (name for name in stored if name not in items)


def _functions(nodes: Iterable[ast.AST]) -> Iterator[Function]:
    return (n for node in nodes for n in ast.walk(node) if isinstance(n, Function))


def _bound(node: ast.stmt) -> Iterator[str]:
    if isinstance(node, Function | ast.ClassDef):
        yield node.name
    elif isinstance(node, ast.Import | ast.ImportFrom):
        yield from (alias.asname or alias.name for alias in node.names)
    else:
        yield from (n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store))


def _attributes(type_name: str, nodes: Sequence[ast.stmt]) -> list[str]:
    """The attributes of the student's class of that name, of a builtin type, or of an array."""
    if type_name in TYPES:
        return _public(TYPES[type_name])
    classes = {n.name: n for n in nodes if isinstance(n, ast.ClassDef)}
    found: list[str] = []
    todo = [type_name]
    while todo and len(found) < MOST_NAMES:
        if node := classes.pop(todo.pop(), None):
            found += _own_attributes(node)
            todo += [base.id for base in node.bases if isinstance(base, ast.Name)]
    return found


def _own_attributes(node: ast.ClassDef) -> Iterator[str]:
    for statement in node.body:
        yield from _bound(statement)
    for function in _functions(node.body):
        me = function.args.args[0].arg if function.args.args else ""
        stored = (n for n in ast.walk(function) if isinstance(n, ast.Attribute) and isinstance(n.ctx, ast.Store))
        yield from (n.attr for n in stored if isinstance(n.value, ast.Name) and n.value.id == me)


def _parameters(call: str, nodes: Sequence[ast.stmt]) -> list[str]:
    """The parameters of a function, method or class of the student's, or of NumPy's."""
    name = call.removesuffix(".__init__").rpartition(".")[2]
    wanted = {name, "__init__"} if any(isinstance(n, ast.ClassDef) and n.name == name for n in nodes) else {name}
    own = [f for f in _functions(nodes) if f.name in wanted]
    if call.endswith(".__init__"):
        classes = [n for n in nodes if isinstance(n, ast.ClassDef) and n.name == name]
        own = [f for f in _functions(classes) if f.name == "__init__"]
    if own:
        return [a.arg for f in own for a in (*f.args.posonlyargs, *f.args.args, *f.args.kwonlyargs) if a.arg != "self"]
    function: Any = getattr(np, name.strip("_").removesuffix("_dispatcher").removesuffix("_"), None)
    try:
        return [*inspect.signature(function).parameters, *KEYWORDS]
    except (TypeError, ValueError):
        return list(KEYWORDS)


def _is_misspelt_method(found: str, missing: str, nodes: Sequence[ast.stmt]) -> bool:
    """Whether it is the class that spells the name wrongly, and not who reads it."""
    read = any(isinstance(n, ast.Attribute) and n.attr == missing for node in nodes for n in ast.walk(node))
    return not read and any(found in _own_attributes(n) for n in nodes if isinstance(n, ast.ClassDef))


def _dunder(task: str, message: str, nodes: Sequence[ast.stmt]) -> str:
    """A method of the task's class such as `__ini__`, which Python never calls."""
    classes = [n for n in nodes if isinstance(n, ast.ClassDef) and n.name == task.split(".")[0]]
    if not classes or not _UNMADE.match(message):
        return ""
    methods = [n.name for n in classes[-1].body if isinstance(n, Function)]
    for name in methods:
        meant = _meant(name)
        if meant and meant not in methods:
            return f"Your class has `{name}`; Python calls `{meant}`"
    return ""


def _meant(name: str) -> str:
    """The special method that a name such as `__ini__`, `_init_`, `init` or `__int__` was to be."""
    bare = name.strip("_").lower()
    if bare in ("init", "int", "call", "len", "iter", "next") and (name == "__int__" or name not in DUNDERS):
        return "__init__" if bare == "int" else f"__{bare}__"
    if name in DUNDERS or not (name.startswith("_") and name.endswith("_")):
        return ""
    near = difflib.get_close_matches(bare, [d.strip("_") for d in DUNDERS], n=3, cutoff=CUTOFF)
    return f"__{'init' if 'init' in near else near[0]}__" if near else ""
