"""Small changes of a reference, as slips of the pen make them: the checks must notice each."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from autograder.exercises import Exercise

OTHER_OPERATOR: dict[type[ast.AST], type[ast.AST]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
    ast.Pow: ast.Mult,
    ast.MatMult: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
    ast.And: ast.Or,
    ast.Or: ast.And,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
}
OTHER_COMPARISONS: dict[type[ast.AST], tuple[type[ast.AST], ...]] = {
    ast.Lt: (ast.LtE, ast.Gt),
    ast.LtE: (ast.Lt, ast.GtE),
    ast.Gt: (ast.GtE, ast.Lt),
    ast.GtE: (ast.Gt, ast.LtE),
}
PAIRS = (
    "sum mean, max min, maximum minimum, argmax argmin, zeros ones, zeros_like ones_like, exp log, sin cos, tanh sin, "
)
PAIRS += "sqrt square, floor ceil, append insert, permutation arange, repeat tile"
OTHER_FUNCTION = {a: b for pair in PAIRS.split(", ") for one in [pair.split()] for a, b in (one, one[::-1])}
COMMUTATIVE = {"add", "array_equal", "logaddexp", "max", "maximum", "min", "minimum", "multiply", "result_type"}


@dataclass(frozen=True)
class Mutant:
    """One small change.

    Attributes
    ----------
    task : str
        The task in which something changed.
    before, after : str
        The changed statement, on one line each; `after` is "" for a statement that was dropped.
    source : str
        The whole exercise with the change.
    """

    task: str
    before: str
    after: str
    source: str


def mutants(exercise: Exercise) -> Iterator[Mutant]:
    """Every small change to what a student writes of an exercise, one at a time, none twice."""
    [node] = ast.parse(exercise.source()).body
    seen = {ast.unparse(node)}
    for task in exercise.tasks:
        for function in _functions(node, task):
            for owner, field, index, statement in _places(function):
                values = getattr(owner, field)
                original = values[index] if index is not None else values
                before = _line(statement)
                for changed in _changes(original):
                    _put(owner, field, index, changed)
                    source = ast.unparse(node)
                    after = _line(changed if statement is original else statement)
                    if source not in seen:
                        seen.add(source)
                        yield Mutant(task, before, after, source)
                _put(owner, field, index, original)


def _functions(node: ast.AST, task: str) -> Iterator[ast.FunctionDef]:
    """The function of a task; what a student's class gives besides is not changed."""
    *_, name = task.split(".")
    members = node.body if isinstance(node, ast.ClassDef) else [node]
    for member in members:
        if isinstance(member, ast.FunctionDef) and member.name == name:
            yield member


def _places(function: ast.FunctionDef) -> Iterator[tuple[ast.AST, str, int | None, ast.AST]]:
    """Where something stands below a function: its owner, the field, the index in it if the field is a list, and the
    innermost statement around it."""
    docstring = function.body[0] if ast.get_docstring(function) is not None else None
    todo: list[tuple[ast.AST, ast.AST]] = [(function, function)]
    while todo:
        owner, around = todo.pop()
        for field, value in ast.iter_fields(owner):
            if owner is function and field != "body":
                continue
            for index, child in enumerate(value) if isinstance(value, list) else [(None, value)]:
                if isinstance(child, ast.AST) and child is not docstring:
                    statement = child if isinstance(child, ast.stmt) else around
                    yield owner, field, index, statement
                    todo.append((child, statement))


def _put(owner: ast.AST, field: str, index: int | None, value: ast.AST) -> None:
    if index is None:
        setattr(owner, field, value)
    else:
        getattr(owner, field)[index] = value


def _line(statement: ast.AST) -> str:
    return "" if isinstance(statement, ast.Pass) else ast.unparse(statement).splitlines()[0]


def _changes(node: ast.AST) -> Iterator[ast.AST]:
    """What might stand in the place of a node."""
    kind = type(node)
    if kind in OTHER_OPERATOR:
        yield OTHER_OPERATOR[kind]()
    yield from (other() for other in OTHER_COMPARISONS.get(kind, ()))
    finders: dict[type[ast.AST], Callable[[Any], Iterator[ast.AST]]] = {
        ast.Constant: _constants,
        ast.UnaryOp: lambda n: iter([n.operand]),
        ast.BinOp: _operands,
        ast.Call: _calls,
        ast.Attribute: _names_of_functions,
        ast.Name: _names_of_functions,
        ast.Slice: _slices,
        ast.IfExp: lambda n: iter([n.body, n.orelse]),
        ast.AugAssign: lambda n: iter([ast.Assign([n.target], n.value, lineno=n.lineno)]),
        ast.Assign: _assignments,
    }
    if kind in finders:
        yield from finders[kind](node)
    if isinstance(node, ast.stmt) and not isinstance(node, ast.Pass | ast.Return | ast.FunctionDef):
        yield ast.Pass()


def _constants(node: Any) -> Iterator[ast.AST]:
    value = node.value
    if isinstance(value, bool):
        yield ast.Constant(not value)
    elif isinstance(value, int | float):
        yield from (ast.Constant(other) for other in dict.fromkeys((value + 1, value - 1)))
        if value not in (0, 1):
            yield ast.UnaryOp(ast.USub(), ast.Constant(value))


def _operands(node: Any) -> Iterator[ast.AST]:
    """One side alone, and both exchanged where the order counts."""
    yield node.left
    yield node.right
    if isinstance(node.op, ast.Sub | ast.Div | ast.Pow | ast.MatMult | ast.FloorDiv | ast.Mod):
        yield ast.BinOp(node.right, node.op, node.left)


def _calls(node: Any) -> Iterator[ast.AST]:
    """The argument alone, two arguments exchanged, one keyword left out."""
    arguments = node.args
    if len(arguments) > 0 and not isinstance(arguments[0], ast.Starred):
        yield arguments[0]
    elif not arguments and isinstance(node.func, ast.Attribute):
        yield node.func.value  # x.copy() → x
    name = ast.unparse(node.func).rpartition(".")[2]
    for i in range(len(arguments) - 1 if name not in COMMUTATIVE else 0):
        exchanged = [*arguments[:i], arguments[i + 1], arguments[i], *arguments[i + 2 :]]
        yield ast.Call(node.func, exchanged, node.keywords)
    for i in range(len(node.keywords)):
        yield ast.Call(node.func, arguments, [*node.keywords[:i], *node.keywords[i + 1 :]])


def _names_of_functions(node: Any) -> Iterator[ast.AST]:
    if isinstance(node, ast.Attribute) and node.attr in OTHER_FUNCTION:
        yield ast.Attribute(node.value, OTHER_FUNCTION[node.attr], node.ctx)
    elif isinstance(node, ast.Attribute) and node.attr == "T":
        yield node.value


def _slices(node: Any) -> Iterator[ast.AST]:
    for field in ("lower", "upper", "step"):
        if getattr(node, field) is not None:
            kept = {f: getattr(node, f) for f in ("lower", "upper", "step") if f != field}
            yield ast.Slice(**kept)


def _assignments(node: Any) -> Iterator[ast.AST]:
    """`+=` for `=`, where something may stand already."""
    [target, *others] = node.targets
    if not others and isinstance(target, ast.Subscript | ast.Attribute):
        yield ast.AugAssign(target, ast.Add(), node.value)
