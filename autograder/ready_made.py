"""Whether a task's work is left to a ready-made library, read from the student's source."""

from __future__ import annotations

import ast
from collections.abc import Collection, Mapping, Sequence

from autograder.definitions import functions
from autograder.magics import UNPARSABLE, parsed
from autograder.sandbox.job import Definition
from autograder.source_rules import nodes_of, plain


def ready_made(definitions: Sequence[Definition], task: str, libraries: Collection[str]) -> str | None:
    """Say where a task, or what it calls, leaves the work to one of these libraries.

    Only names that are used count: an import alone does no work, and a function of the student's own hides an import.
    """
    try:
        bound = _bound_to(definitions, libraries)
        owner = task.rpartition(".")[0]
        written = functions(definitions, task) + (functions(definitions, f"{owner}.__init__") if owner else [])
        for function in plain(written):
            local = {**bound, **_imported_by(function, libraries)}
            own = {argument.arg for argument in ast.walk(function) if isinstance(argument, ast.arg)}
            for node in nodes_of([function]):
                if found := _library(node, {name: path for name, path in local.items() if name not in own}, libraries):
                    return f"line {node.lineno}: {found} does the work here; write it yourself, then your points count"
    except RecursionError:
        return None
    return None


def _bound_to(definitions: Sequence[Definition], libraries: Collection[str]) -> dict[str, str]:
    """What names at the top stand for that come from one of the libraries; the last binding of a name counts."""
    bound: dict[str, str] = {}
    for definition in definitions:
        try:
            tree = parsed(definition.source)
        except UNPARSABLE:
            continue
        new = _imported_by(tree, libraries)
        plainly = len(tree.body) == 1 and isinstance(tree.body[0], ast.Assign | ast.AnnAssign)
        if plainly and (path := next((p for n in ast.walk(tree) if (p := _library(n, bound, libraries))), "")):
            new = dict.fromkeys(definition.binds, path.strip("`"))
        for name in definition.binds:
            bound.pop(name, None)
        bound |= new
    return bound


def _imported_by(tree: ast.AST, libraries: Collection[str]) -> dict[str, str]:
    """What imports inside a tree bind to one of the libraries."""
    found: dict[str, str] = {}
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                found |= {a.asname or a.name.partition(".")[0]: a.name for a in names if _is_of(a.name, libraries)}
            case ast.ImportFrom(module=str(module), names=names, level=0):
                paths = {alias.asname or alias.name: f"{module}.{alias.name}" for alias in names}
                found |= {name: path for name, path in paths.items() if _is_of(path, libraries)}
    return found


def _is_of(path: str, libraries: Collection[str]) -> bool:
    return any(path == library or path.startswith(f"{library}.") for library in libraries)


def _library(node: ast.AST, bound: Mapping[str, str], libraries: Collection[str]) -> str:
    """The library's name that a node uses, "" if it uses none."""
    match node:
        case ast.Name(name, ctx=ast.Load()) if name in bound:
            return f"`{bound[name]}`"
        case ast.Call(func=ast.Name("__import__") | ast.Attribute(attr="import_module" | "__import__"),
                      args=[ast.Constant(value=str(path)), *_]) if _is_of(path, libraries):  # fmt: skip
            return f"`{path}`"
        case ast.Subscript(value=ast.Attribute(attr="modules"), slice=ast.Constant(value=str(path))) if _is_of(
            path, libraries
        ):
            return f"`{path}`"
    return ""
