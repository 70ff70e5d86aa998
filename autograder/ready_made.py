"""Whether a task's work is left to a ready-made library, read from the student's source."""

from __future__ import annotations

import ast
import builtins
import math
from collections.abc import Collection, Mapping, Sequence

import numpy as np

from autograder.definitions import code, located
from autograder.magics import UNPARSABLE, parsed
from autograder.sandbox.job import NO_MODULES, Definition
from autograder.source_rules import nodes_of, plain

Bound = Mapping[str, str]  # names that stand for something of a library, and what that is called there
EVERYWHERE = {*dir(builtins), *dir(math), *np.__all__}


def ready_made(
    definitions: Sequence[Definition], task: str, libraries: Collection[str], modules: Mapping[str, str] = NO_MODULES
) -> str | None:
    """Say where a task, or what it calls, leaves the work to one of these libraries.

    Only names that are used count: an import alone does no work, and a function of the student's own hides an import.
    The `modules` are those beside the notebook, with their texts.
    """
    try:
        bound = _bound_everywhere(definitions, libraries, modules)
        owner = task.rpartition(".")[0]
        written = located(definitions, task, modules)
        written += located(definitions, f"{owner}.__init__", modules) if owner else []
        own = {name for definition in definitions for name in definition.binds}
        written = [(home, each) for home, function in written for each in (function, *plain([function]))]
        for home, function in written:
            if found := _used_by(function, bound[home], own if not home else (), libraries, bound):
                return found
    except RecursionError:
        return None
    return None


def _used_by(
    function: ast.AST, bound: Bound, known: Collection[str], libraries: Collection[str], modules: Mapping[str, Bound]
) -> str | None:
    local = {**bound, **_imported_by(function, libraries, modules)}
    own = {argument.arg for argument in ast.walk(function) if isinstance(argument, ast.arg)}
    local = {name: path for name, path in local.items() if name.partition(".")[0] not in own}
    stored = {node.id for node in ast.walk(function) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    for node in nodes_of([function]):  # type: ignore[list-item]
        found = _library(node, local, libraries) or _by_star(node, local, {*own, *stored, *known})
        if found:
            return f"line {node.lineno}: {found} does the work here; write it yourself, then your points count"
    return None


def _bound_everywhere(
    definitions: Sequence[Definition], libraries: Collection[str], modules: Mapping[str, str]
) -> dict[str, Bound]:
    """What names stand for, by the module in which they do; "" is the notebook."""
    found: dict[str, Bound] = {}
    for _ in range(2):  # modules import each other
        found |= {name: _bound_to(code(text).definitions, libraries, found) for name, text in modules.items()}
    return {**found, "": _bound_to(definitions, libraries, found)}


def _bound_to(definitions: Sequence[Definition], libraries: Collection[str], modules: Mapping[str, Bound]) -> Bound:
    """What names at the top stand for that come from one of the libraries; the last binding of a name counts."""
    bound: dict[str, str] = {}
    for definition in definitions:
        try:
            tree = parsed(definition.source)
        except UNPARSABLE:
            continue
        new = _imported_by(tree, libraries, modules) if "import" in definition.source else {}
        plainly = len(tree.body) == 1 and isinstance(tree.body[0], ast.Assign | ast.AnnAssign)
        if plainly and (path := next((p for n in ast.walk(tree) if (p := _library(n, bound, libraries))), "")):
            new = dict.fromkeys(definition.binds, path.strip("`"))
        if definition.binds != ("*",):
            for name in definition.binds:
                bound.pop(name, None)
        bound |= new
    return bound


def _imported_by(tree: ast.AST, libraries: Collection[str], modules: Mapping[str, Bound]) -> dict[str, str]:
    """What imports inside a tree bind to one of the libraries, directly or by way of a module beside the notebook."""
    found: dict[str, str] = {}
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                found |= {a.asname or a.name.partition(".")[0]: a.name for a in names if _is_of(a.name, libraries)}
                for alias in names:
                    inside = modules.get(alias.name, {})
                    found |= {f"{alias.asname or alias.name}.{name}": path for name, path in inside.items()}
            case ast.ImportFrom(module=str(module), names=[ast.alias(name="*")], level=0):
                found |= {"*": f"{module}.*"} if _is_of(module, libraries) else modules.get(module, {})
            case ast.ImportFrom(module=str(module), names=names, level=0):
                inside = modules.get(module, {})
                paths = {a.asname or a.name: inside.get(a.name, f"{module}.{a.name}") for a in names}
                found |= {name: path for name, path in paths.items() if _is_of(path, libraries)}
    return found


def _is_of(path: str, libraries: Collection[str]) -> bool:
    return any(path == library or path.startswith(f"{library}.") for library in libraries)


def _by_star(node: ast.AST, bound: Bound, known: Collection[str]) -> str:
    """The library that a called name comes from, if only `from library import *` can have brought it."""
    match node:
        case ast.Call(func=ast.Name(name)) if "*" in bound and name not in known and name not in EVERYWHERE:
            return f"`{bound['*']}`"
    return ""


def _library(node: ast.AST, bound: Bound, libraries: Collection[str]) -> str:
    """The library's name that a node uses, "" if it uses none."""
    match node:
        case ast.Name(name, ctx=ast.Load()) if name in bound:
            return f"`{bound[name]}`"
        case ast.Attribute() if path := bound.get(ast.unparse(node), ""):
            return f"`{path}`"
        case ast.Call(func=ast.Name("__import__") | ast.Attribute(attr="import_module" | "__import__"),
                      args=[ast.Constant(value=str(path)), *_]) if _is_of(path, libraries):  # fmt: skip
            return f"`{path}`"
        case ast.Subscript(value=ast.Attribute(attr="modules"), slice=ast.Constant(value=str(path))) if _is_of(
            path, libraries
        ):
            return f"`{path}`"
    return ""
