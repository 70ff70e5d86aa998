"""Rules about how code is written, judged on its syntax tree: the code is read and never run."""

from __future__ import annotations

import ast
import builtins
import itertools
import operator
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

Code = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
Rule = Callable[..., str | None]

NUMPY = {"np": "numpy", "numpy": "numpy", "operator": "operator"}
WRAPPERS = {"vectorize", "frompyfunc", "apply_along_axis", "apply_over_axes"}  # hide a loop behind one call
ITERATORS = {"fromiter", "nditer", "ndindex", "ndenumerate"}
OPERATORS = {ast.MatMult: "@", ast.Pow: "**", ast.FloorDiv: "//", ast.Mod: "%",
             ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}  # fmt: skip
SPELLED_OUT = {"matmul": "@", "pow": "**", "floordiv": "//", "mod": "%", "add": "+", "sub": "-", "mul": "*",
               "truediv": "/"}  # fmt: skip
HIDDEN_LOOPS = {"builtins.map", "builtins.filter", "functools.reduce", *(
    f"itertools.{name}" for name in ("accumulate", "starmap", "filterfalse", "takewhile", "dropwhile"))}  # fmt: skip
BUILTIN_NAMES = frozenset(dir(builtins))
LOOPING_BUILTINS = {"map", "filter"}
UNREADABLE = "the code is too long or nested too deeply to be read"
STARS = {  # what `from … import *` brings, as far as a rule has to know it
    "numpy": {*np.__all__} - BUILTIN_NAMES,
    "functools": {"partial", "reduce"},
    "itertools": {name for name in dir(itertools) if not name.startswith("_")},
    "operator": {*operator.__all__} - BUILTIN_NAMES,
}
LOOKUPS = {  # functions and attributes that find things by their names as texts
    *("getattr", "vars", "globals", "locals", "eval", "exec", "compile", "__dict__", "__getattribute__"),
    *("__import__", "import_module", "modules", "attrgetter", "methodcaller"),
}
VERBS = {ast.Add: "adds", ast.Sub: "subtracts", ast.Mult: "multiplies", ast.Div: "divides"}
BUDGET = 1_000_000  # steps of `loops`, each a part of a microsecond; homework takes some thousands
ITEMS_CAP = 1_000  # parts of a value that are known one by one
COMPARISONS = {ast.Eq: operator.eq, ast.NotEq: operator.ne, ast.Lt: operator.lt, ast.LtE: operator.le,
               ast.Gt: operator.gt, ast.GtE: operator.ge}  # fmt: skip


def loops(functions: Sequence[Code], ranks: Mapping[str, int], aliases: Mapping[str, str] = NUMPY) -> str | None:
    """Say where the code works on whole arrays in place of visiting the elements one at a time.

    Parameters
    ----------
    functions : the student's function, then the helpers that it calls
    ranks : rank of each array parameter of the first function; what has no known rank is allowed
    aliases : names that stand for NumPy or a part of it, as `import_aliases` finds them
    """
    try:
        functions = plain(functions)
        if found := _unreadable(functions):
            return found
        if not any(map(_Loops(functions, aliases).name, nodes_of(functions))) and not _recursion(functions):
            return "there is no loop; visit the elements one at a time"
        scope: dict[str, Value] = {name: Library(path) for name, path in aliases.items() if name.isidentifier()}
        known = [Function(function, scope) for function in functions]
        methods = {_name(function.node): function for function in known if _owner(function.node)}
        scope |= {_name(function.node): function for function in known if not _owner(function.node)}
        given = {name: Array(rank) for name, rank in ranks.items()}
        reader = _Reader(methods, {_name(f.node): f for f in known}, aliases)
        reader.recursive = _recursion(functions) is not None
        reader.call(known[0], (), given)
    except WholeArray as whole:
        return f"{_place(whole.node, functions)}: {whole}; visit the elements one at a time"
    except RecursionError:  # also what `_Reader.spend` raises
        return UNREADABLE
    return None


def no_loops(functions: Sequence[Code], aliases: Mapping[str, str] = NUMPY) -> str | None:
    """Say where the code loops, though operations on whole arrays are to do the work."""
    try:
        functions = plain(functions)
        if hidden := _unreadable(functions):
            return hidden
    except RecursionError:
        return UNREADABLE
    loops = _Loops(functions, aliases)
    for node in nodes_of(functions):
        if found := loops.name(node):
            return f"{_place(node, functions)}: {found}; let operations on whole arrays do the work"
    if call := _recursion(functions):
        return f"{_place(call, functions)}: the function calls itself; let whole arrays do the work"
    return None


def forbids(functions: Sequence[Code], names: Sequence[str], aliases: Mapping[str, str] = NUMPY) -> str | None:
    """Say where the code uses a function, a method or an operator (such as ``"@"``) that is not allowed."""
    try:
        functions = plain(functions)
        if hidden := _unreadable(functions):
            return hidden
    except RecursionError:
        return UNREADABLE
    own = {name for function in functions for name in _own_names(function)}
    methods = {_name(function) for function in functions if _owner(function)}
    imported = {name: path for name, path in aliases.items() if name not in own}
    for node in nodes_of(functions):
        for name in filter(None, _uses(node, own, methods, imported)):
            if name in names or SPELLED_OUT.get(name.strip("_").removeprefix("r").removeprefix("i")) in names:
                return f"{_place(node, functions)}: `{name}` is not allowed here"
    return None


def _uses(node: ast.AST, own: Collection[str], methods: Collection[str], imported: Mapping[str, str]) -> Sequence[str]:
    """The functions, methods and operators that a node uses, by their own names."""
    match node:
        case ast.BinOp(op=op) | ast.AugAssign(op=op):
            return [OPERATORS.get(type(op), "")]
        case ast.Subscript():
            return [path.rpartition(".")[2] for path in _held(node, imported)]
        case ast.Attribute(attr=name) if (path := _dotted(node, imported)).partition(".")[0] in MODULES:
            return [name, path.rpartition(".")[2]]
        case ast.Attribute(value=owner, attr=name) if _dotted(owner, imported).partition(".")[0] in MODULES:
            return [name]
        case ast.Call(func=ast.Attribute(value=owner, attr=name)) if name not in methods:
            is_own = getattr(owner, "id", "") == "self" or (_is_module(owner, imported) and name in own)
            return [] if is_own else [name]
        case ast.Name(name, ctx=ast.Load()) if name in imported:
            return [name, imported[name].rpartition(".")[2]]
        case ast.Name(name) if name not in own:
            return [name]
        case ast.ImportFrom(names=found):
            return [alias.name for alias in found]
    return []


RULES: dict[str, Rule] = {"loops": loops, "no_loops": no_loops, "forbids": forbids}
MODULES = {"numpy", "operator", "math", "functools", "itertools", "builtins"}


def plain(functions: Sequence[Code]) -> list[Code]:
    """The same functions with what is looked up by a text written as what it is.

    `getattr(np, "dot")`, `vars(np)["dot"]` and `np.__dict__["dot"]` become `np.dot`, `globals()["np"]` becomes `np`,
    and a text that is evaluated becomes its code.
    """
    return [_plain(function) if any(map(_is_lookup, ast.walk(function))) else function for function in functions]


def _is_lookup(node: ast.AST) -> bool:
    match node:
        case ast.Name(name) | ast.Attribute(attr=name):
            return name in LOOKUPS
    return False


def _plain(node: Any) -> Any:
    if isinstance(node, list):
        return [_plain(part) for part in node]
    if not isinstance(node, ast.AST):
        return node
    parts = {name: _plain(value) for name, value in ast.iter_fields(node)}
    return _looked_up(ast.copy_location(type(node)(**parts), node))


def _looked_up(node: Any) -> Any:
    found: ast.expr | None = None
    match node:
        case ast.Call(func=ast.Name("getattr"), args=[owner, ast.Constant(value=str(name)), *_]):
            found = ast.Attribute(owner, name, ast.Load())
        case ast.Call(func=ast.Name("__import__"), args=[ast.Constant(value=str(name)), *_]):
            found = ast.Name(name.partition(".")[0], ast.Load())
        case ast.Call(func=ast.Name("import_module") | ast.Attribute(attr="import_module"),
                      args=[ast.Constant(value=str(name)), *_]):  # fmt: skip
            found = _path(name)
        case ast.Subscript(value=ast.Attribute(attr="modules"), slice=ast.Constant(value=str(name))):
            found = _path(name)
        case ast.Call(func=ast.Call(func=ast.Name("attrgetter") | ast.Attribute(attr="attrgetter"),
                                    args=[ast.Constant(value=str(name))]), args=[owner]):  # fmt: skip
            found = ast.Attribute(owner, name, ast.Load())
        case ast.Call(func=ast.Call(func=ast.Name("methodcaller") | ast.Attribute(attr="methodcaller"),
                                    args=[ast.Constant(value=str(name)), *rest]), args=[owner]):  # fmt: skip
            found = ast.Call(ast.Attribute(owner, name, ast.Load()), rest, [])
        case ast.Call(func=ast.Attribute(value=owner, attr="__getattribute__"), args=[ast.Constant(value=str(name))]):
            found = ast.Attribute(owner, name, ast.Load())
        case ast.Subscript(
            value=ast.Call(func=ast.Name("vars"), args=[owner]) | ast.Attribute(value=owner, attr="__dict__"),
            slice=ast.Constant(value=str(name)),
        ):
            found = ast.Attribute(owner, name, ast.Load())
        case ast.Subscript(
            value=ast.Call(func=ast.Name("globals" | "locals" | "vars"), args=[]), slice=ast.Constant(value=str(name))
        ):
            found = ast.Name(name, ast.Load())
        case ast.Call(func=ast.Name("eval" | "exec"), args=[ast.Constant(value=str(text)), *_]):
            found = _evaluated(text)
    if found is None:
        return node
    for part in ast.walk(found):
        if not hasattr(part, "lineno") or part is found:
            ast.copy_location(part, node)
    return ast.fix_missing_locations(found)


def _path(name: str) -> ast.expr:
    first, *rest = name.split(".")
    node: ast.expr = ast.Name(first, ast.Load())
    for part in rest:
        node = ast.Attribute(node, part, ast.Load())
    return node


def _unreadable(functions: Sequence[Code]) -> str | None:
    """Say where a name is looked up by a text that is made when the code runs: no rule can tell what it is."""
    own = {name for function in functions for name in _own_names(function)}
    for node in nodes_of(functions):
        if _is_hidden(node, own):
            return f"{_place(node, functions)}: `{_shown(node)}` hides what is used; write the name itself"
    return None


def _is_hidden(node: ast.AST, own: Collection[str]) -> bool:
    match node:
        case ast.Call(func=ast.Name("getattr"), args=[ast.Name("self"), *_]):
            return False
        case ast.Call(func=ast.Name("getattr" | "eval" | "exec" | "compile" | "__import__" as name)):
            return name not in own
        case ast.Call(func=ast.Attribute(attr="import_module")):
            return True
        case ast.Call(func=ast.Name("vars"), args=[owner]):
            return "vars" not in own and getattr(owner, "id", "") != "self"
        case ast.Attribute(value=owner, attr="__dict__"):
            return getattr(owner, "id", "") != "self"
        case ast.Subscript(value=ast.Call(func=ast.Name("globals" | "locals" | "vars" as name), args=[])):
            return name not in own
        case ast.Call(
            func=ast.Attribute(value=ast.Call(func=ast.Name("globals" | "locals" | "vars" as name)), attr=attr)
        ):
            return name not in own and attr in ("get", "pop", "__getitem__")
        case (
            ast.Assign(value=ast.Name("getattr" | "eval" | "exec" | "__import__" as name))
            | ast.keyword(value=ast.Name("getattr" | "eval" | "exec" | "__import__" as name))
        ):
            return name not in own
    return False


def _evaluated(text: str) -> ast.expr | None:
    """The code that a text stands for, on one line; several statements become the parts of a tuple."""
    try:
        body = ast.parse(text.strip()).body
    except (SyntaxError, ValueError, MemoryError):
        return None
    values = [value for statement in body for value in [getattr(statement, "value", None)] if value is not None]
    for part in (inner for value in values for inner in ast.walk(value)):
        part.__dict__.pop("lineno", None)
    return values[0] if len(values) == 1 else ast.Tuple(values, ast.Load()) if values else None


def _dotted(node: ast.AST, aliases: Mapping[str, str]) -> str:
    """`numpy.add` for `np.add`, "" for what is no name."""
    if isinstance(node, ast.Attribute):
        owner = _dotted(node.value, aliases)
        if node.attr in aliases and _is_module(node.value, aliases):
            return aliases[node.attr]
        if f".{node.attr}" in aliases and owner.partition(".")[0] not in MODULES:
            return aliases[f".{node.attr}"]
        return f"{owner}.{node.attr}" if owner else ""
    return aliases.get(node.id, node.id) if isinstance(node, ast.Name) else ""


def _is_module(node: ast.AST, aliases: Mapping[str, str]) -> bool:
    """Whether a name stands for a module that is none of those that are known."""
    path = aliases.get(node.id, "") if isinstance(node, ast.Name) else ""
    return bool(path) and path.partition(".")[0] not in MODULES


def _held(node: ast.Subscript, aliases: Mapping[str, str]) -> list[str]:
    """What may stand behind `TABLE["a"]`, where `TABLE` was written out at the top."""
    name = node.value.id if isinstance(node.value, ast.Name) else ""
    return aliases.get(f"{name}[]", "").split()


def _name(function: Code) -> str:
    return getattr(function, "name", "")


def _owner(function: ast.AST) -> str:
    """What a method calls its object, "" for a function."""
    arguments = getattr(getattr(function, "args", None), "args", None) or getattr(
        getattr(function, "args", None), "posonlyargs", ()
    )
    return arguments[0].arg if arguments and arguments[0].arg in ("self", "cls") else ""


def import_aliases(tree: ast.AST) -> dict[str, str]:
    """Collect what imported names stand for, such as ``{"np": "numpy", "m": "numpy.maximum"}``.

    `m = np.maximum` and `m = map` at the top are imports, too. What classes keep in an attribute `m` is called `.m`,
    and what a written-out `TABLE` holds, `TABLE[]`.
    """
    found = dict(NUMPY)
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                found |= {a.asname or a.name.partition(".")[0]: a.name if a.asname else a.name.partition(".")[0]
                          for a in names}  # fmt: skip
            case ast.ImportFrom(module=module, names=[ast.alias(name="*")]):
                found |= {name: f"{module}.{name}" for name in STARS.get(module or "", ())}
            case ast.ImportFrom(module=module, names=names):
                found |= {alias.asname or alias.name: f"{module}.{alias.name}" for alias in names}
            case ast.ClassDef():
                for name, value in _attributes(node):
                    found |= _stands_for(f".{name}", value, found)
            case ast.Assign(targets=[ast.Name(name)], value=value):
                found |= _stands_for(name, value, found)
            case ast.Assign(targets=[ast.Tuple(elts=names)], value=ast.Tuple(elts=values)) if len(names) == len(values):
                for target, value in zip(names, values, strict=True):
                    found |= _stands_for(getattr(target, "id", ""), value, found)
    return found


def _attributes(node: ast.ClassDef) -> Iterator[tuple[str, ast.expr]]:
    """The attributes that a class, or a method of it, assigns."""
    for inner in ast.walk(node):
        match inner:
            case ast.Assign(targets=[ast.Name(name) | ast.Attribute(value=ast.Name("self"), attr=name)], value=value):
                yield name, value


def _stands_for(name: str, value: ast.expr, known: Mapping[str, str]) -> dict[str, str]:
    """What a name stands for after it was assigned, as far as that is something of a known module."""
    match value:
        case ast.Call(func=ast.Name("staticmethod" | "partial") | ast.Attribute(attr="partial"), args=[inner, *_]):
            return _stands_for(name, inner, known)
        case ast.List(elts=parts) | ast.Tuple(elts=parts) | ast.Dict(values=parts):
            held = [path for part in parts for path in _stands_for("", part, known).values()]
            return {f"{name}[]": " ".join(held)} if held and name else {}
        case ast.Name() | ast.Attribute():
            path = _dotted(value, known)
            if path in LOOPING_BUILTINS:
                return {name: f"builtins.{path}"}
            return {name: path} if path and path.partition(".")[0] in {*known.values(), *MODULES} else {}
    return {}


def nodes_of(functions: Sequence[Code]) -> Iterator[Any]:
    """Walk over all nodes, function by function, in the order of the lines."""
    for function in functions:
        yield from sorted(ast.walk(function), key=lambda node: getattr(node, "lineno", 0))


def _place(node: Any, functions: Sequence[Code]) -> str:
    for helper in functions[1:]:
        if any(inner is node for inner in ast.walk(helper)):
            return f"line {node.lineno} of `{getattr(helper, 'name', 'lambda')}`"
    return f"line {node.lineno}"


@dataclass(frozen=True)
class _Loops:
    """Knows the loops of some functions."""

    functions: Sequence[Code]
    aliases: Mapping[str, str]

    def name(self, node: ast.AST) -> str | None:
        """Name the loop that this node is, if it is one that runs."""
        match node:
            case ast.For(iter=over) | ast.AsyncFor(iter=over):
                words = "a `for` loop" if isinstance(node, ast.For) else "an `async for` loop"
                return None if _is_empty(over) else words
            case ast.While(test=test):
                return None if isinstance(test, ast.Constant) and not test.value else "a `while` loop"
            case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
                return None if _is_empty(node.generators[0].iter) else "a comprehension is a loop"
            case ast.Name(name, ctx=ast.Load()) if name not in self.own:
                last = self.aliases.get(name, name).rpartition(".")[2]
                looping = last in WRAPPERS | ITERATORS or self.path(node) in HIDDEN_LOOPS
                return f"`{name}` is a loop" if looping else None
            case ast.Subscript() if any(path in HIDDEN_LOOPS for path in _held(node, self.aliases)):
                return f"`{_shown(node)}` is a loop"
            case ast.Attribute(attr=name) if name in WRAPPERS | ITERATORS or self.path(node) in HIDDEN_LOOPS:
                return f"`{name}` is a loop"
        return None

    def path(self, node: ast.AST) -> str:
        found = _dotted(node, self.aliases)
        found = {"reduce": "functools.reduce", "accumulate": "itertools.accumulate"}.get(found, found)
        return found if "." in found else f"builtins.{found}"

    @cached_property
    def own(self) -> frozenset[str]:
        return frozenset(name for function in self.functions for name in _own_names(function))


def _is_empty(over: ast.expr) -> bool:
    """Whether a loop over this never runs."""
    match over:
        case ast.Tuple(elts=[]) | ast.List(elts=[]) | ast.Dict(keys=[]) | ast.Constant(value="" | b""):
            return True
        case ast.Call(func=ast.Name("range"), args=[ast.Constant(value=0)]):
            return True
        case ast.Call(func=ast.Name("list" | "tuple" | "set" | "dict" | "iter"), args=[]):
            return True
        case ast.Call(func=ast.Name("iter" | "list" | "tuple" | "reversed" | "enumerate"), args=[inner]):
            return _is_empty(inner)
    return False


def _recursion(functions: Sequence[Code]) -> ast.AST | None:
    """Find a call that leads back to a function around it, directly or by way of others."""
    calls = _calls(functions)
    done: set[str] = set()
    for start in list(calls):
        path, todo = {start: None}, [iter(calls[start])]
        while todo:
            for name, call in todo[-1]:
                if name in path:
                    return call
                if name in calls and name not in done:
                    path[name] = None
                    todo.append(iter(calls[name]))
                    break
            else:
                todo.pop()
                done.add(path.popitem()[0])
    return None


def _calls(functions: Sequence[Code]) -> dict[str, list[tuple[str, ast.AST]]]:
    """What each function calls or defines inside, in the order of the text; methods are called `self.name`."""
    found: dict[str, list[tuple[str, ast.AST]]] = {}
    todo: list[tuple[ast.AST, str]] = [(function, "") for function in reversed(functions)]
    while todo:
        node, inside = todo.pop()
        name = ""
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                name = f"self.{name}" if _owner(node) else name
            case ast.Assign(targets=[ast.Name(name)], value=ast.Lambda()):
                pass
            case ast.Call(func=ast.Name("self")):
                found.setdefault(inside, []).append(("self.__call__", node))
            case ast.Call(func=ast.Name(called)):
                found.setdefault(inside, []).append((called, node))
            case ast.Call(func=ast.Attribute(value=ast.Name("self" | "cls"), attr=called)):
                found.setdefault(inside, []).append((f"self.{called}", node))
        if name:
            found.setdefault(name, [])
            found.setdefault(inside, []).append((name, node))
        todo += [(child, name or inside) for child in reversed(list(ast.iter_child_nodes(node)))]
    return found


def _own_names(function: ast.AST) -> Iterator[str]:
    """Name the function's own variables: parameters, and what it assigns or defines."""
    for node in ast.walk(function):
        match node:
            case ast.arg(arg=name) | ast.FunctionDef(name=name) | ast.Name(id=name, ctx=ast.Store()):
                yield name
            case ast.AsyncFunctionDef(name=name):
                yield name


# What `loops` knows of a value. The code is followed with these in place of the arrays.


@dataclass(frozen=True)
class Array:
    """An array of known rank; rank 0 is a number, and `number` its value where the source says it."""

    rank: int
    number: float | None = None


@dataclass(frozen=True)
class Many:
    """A list or an iterator whose elements are all of one sort."""

    element: Value


@dataclass(frozen=True)
class Table:
    """A dictionary, by its constant keys; the key of others is None."""

    items: tuple[tuple[object, Value], ...]

    @property
    def element(self) -> Value:
        return _joined([value for _, value in self.items])


@dataclass(frozen=True)
class Items:
    """A tuple, a shape or a written-out list: each element is known for itself."""

    items: tuple[Value, ...]


@dataclass(frozen=True)
class Library:
    """A module or one of its functions: ``numpy.maximum``, ``builtins.max``."""

    path: str


@dataclass(frozen=True, eq=False)
class Function:
    """A function of the student's, with the names that it sees."""

    node: Code
    scope: dict[str, Value]


@dataclass(frozen=True)
class Method:
    """A method of an array: ``x.dot``."""

    owner: Array
    name: str


@dataclass(frozen=True, eq=False)
class Partial:
    """A function some of whose arguments are there already."""

    function: Value
    values: tuple[Value, ...]
    keywords: Mapping[str, Value]


Value = (
    Array | Many | Items | Table | Library | Function | Method | Partial | None
)  # None: nothing is known, everything is allowed
NUMBER = Array(0)
NOTHING = Library("")  # the element of an empty list


class WholeArray(Exception):
    """An operation that takes whole arrays, and its place."""

    def __init__(self, node: ast.AST, verb: str = "works on") -> None:
        super().__init__(f"`{_shown(node)}` {verb} whole arrays")
        self.node = node


def _shown(node: ast.AST) -> str:
    """A piece of code on one short line."""
    try:
        code = ast.unparse(node)
    except (ValueError, RecursionError):  # ValueError: a number of thousands of digits
        return "this"
    return code if len(code) <= 60 else code[:57] + "..."


def _whole(value: Value) -> bool:
    return isinstance(value, Array) and value.rank > 0


def _numbers(*values: Value) -> bool:
    return all(isinstance(value, Array) and value.rank == 0 for value in values)


def _truth(value: Value) -> bool | None:
    """Whether a condition holds, where the source says it."""
    return bool(value.number) if isinstance(value, Array) and value.number is not None else None


def _joined(values: Sequence[Value]) -> Value:
    """What is known of a value that is one of these."""
    full = [value for value in values if value != Many(NOTHING)]
    values = full if full and all(isinstance(value, Many) for value in full) else values
    if len(set(values)) == 1:
        return values[0]
    ranks = [value.rank for value in values if isinstance(value, Array)]
    return Array(ranks[0]) if len(ranks) == len(values) and len(set(ranks)) == 1 else None


def _element(value: Value = None, *_: Value) -> Value:
    """What iterating over the value gives."""
    match value:
        case Array(rank) if rank > 0:
            return Array(rank - 1)
        case Many(element):
            return None if element is NOTHING else element
        case Items(items):
            return _joined(items)
    return None


def _items(*values: Value) -> Value:
    """The values one by one, unless they would be too many: `x = (x, x)`, again and again."""
    return Items(values) if sum(map(_size, values)) <= ITEMS_CAP else None


def _size(value: Value) -> int:
    match value:
        case Items(items):
            return sum(map(_size, items))
        case Many(element):
            return _size(element)
    return 1


def _external_loop(call: ast.AST) -> bool:
    """Whether `np.nditer` is asked for whole rows."""
    return any(isinstance(node, ast.Constant) and node.value == "external_loop" for node in ast.walk(call))


def _unknown(*_: Value) -> Value:
    return None


def _list(value: Value = None, *_: Value) -> Value:
    return value if isinstance(value, Items) else Many(_element(value))


def _array(value: Value = None, *_: Value) -> Value:
    """The array that `np.array` makes of the value."""
    if isinstance(value, Many | Items):
        inner = _array(_element(value))
        return Array(inner.rank + 1) if isinstance(inner, Array) else None
    return value if isinstance(value, Array) else None


def _of_shape(shape: Value = None, *_: Value) -> Value:
    """The array that `np.zeros(shape)` makes."""
    return Array(len(shape.items)) if isinstance(shape, Items) else Array(1) if _numbers(shape) else None


def _tolist(value: Value, *_: Value) -> Value:
    return Many(_tolist(_element(value))) if _whole(value) else value


def _ndindex(*sizes: Value) -> Value:
    shape = sizes[0] if len(sizes) == 1 and not _numbers(*sizes) else Items(sizes)
    return Many(Items((NUMBER,) * len(shape.items)) if isinstance(shape, Items) else None)


def _nditer(operands: Value = None, *_: Value) -> Value:
    several = isinstance(operands, Items) and len(operands.items) > 1
    return Many(Items((NUMBER,) * len(operands.items)) if isinstance(operands, Items) and several else NUMBER)


def _stacked(value: Value = None, *_: Value) -> Value:
    """The array that `np.concatenate` makes of arrays that are known."""
    part = _element(value)
    return part if _whole(part) else None


def _vstacked(value: Value = None, *_: Value) -> Value:
    part = _stacked(value)
    return Array(max(2, part.rank)) if isinstance(part, Array) else None


def _attribute(owner: Value, name: str) -> Value:
    if isinstance(owner, Library):
        return Library(f"{owner.path}.{name}")
    if not isinstance(owner, Array):
        return None
    shape, ndim = Items((NUMBER,) * owner.rank), Array(0, owner.rank)
    known: dict[str, Value] = {
        "T": owner,
        "__class__": ARRAYS,
        "flat": Array(1),
        "ndim": ndim,
        "shape": shape,
        "size": NUMBER,
    }
    return known.get(name, Method(owner, name))


def _indexed(base: Value, parts: Sequence[ast.expr], values: Sequence[Value]) -> Value:
    """The value of `base[parts]`, where `values` is known of the parts."""
    if isinstance(base, Table):
        key = parts[0].value if len(parts) == 1 and isinstance(parts[0], ast.Constant) else None
        return _joined([value for name, value in base.items if name == key]) if key is not None else base.element
    if not isinstance(base, Array):
        return Many(_element(base)) if parts and isinstance(parts[0], ast.Slice) else _element(base)
    rank = base.rank
    for part, value in zip(parts, values, strict=True):
        match part, value:
            case (ast.Constant(value=None), _) | (_, Library("numpy.newaxis")):
                rank += 1
            case _, Items(items) if _numbers(*items):
                rank -= len(items)
            case _, Array(0):
                rank -= 1
            case (ast.Slice(), _):
                pass
            case (ast.Constant(value=constant), _) if constant is ...:
                pass
            case _:
                return None
    return Array(max(rank, 0))


ARRAYS = Library("numpy.ndarray")

# What calls give for known arguments. What is in none of these tables gives a number for numbers.
BUILTINS: dict[str, Callable[..., Value]] = {
    "enumerate": lambda *values: Many(_items(NUMBER, _element(*values))),
    "len": lambda value=None, *_: Array(0, len(value.items)) if isinstance(value, Items) else NUMBER,
    "next": _element,
    "range": lambda *_: Many(NUMBER),
    "type": lambda value=None, *_: ARRAYS if _whole(value) else None,
    "zip": lambda *values: Many(_items(*map(_element, values))),
    **dict.fromkeys(("bool", "float", "int"), lambda *_: NUMBER),
    **dict.fromkeys(("iter", "list", "reversed", "set", "sorted", "tuple"), _list),
}
TOOLS = {"functools.partial": "partial", "builtins.partial": "partial", "functools.reduce": "reduce",
         "builtins.reduce": "reduce", "itertools.accumulate": "accumulate", "builtins.accumulate": "accumulate",
         "itertools.starmap": "starmap", "builtins.starmap": "starmap"}  # fmt: skip
HARMLESS: dict[str, Callable[..., Value]] = {  # of NumPy: builds, copies, joins or looks at arrays
    **dict.fromkeys(("empty_like", "full_like", "ones_like", "zeros_like"), _array),
    **dict.fromkeys(("array", "asarray", "ascontiguousarray", "copy", "float64", "transpose"), _array),
    **dict.fromkeys(("empty", "full", "ones", "zeros"), _of_shape),
    **dict.fromkeys(("arange", "linspace", "ravel"), lambda *_: Array(1)),
    **dict.fromkeys(("eye", "identity"), lambda *_: Array(2)),
    **dict.fromkeys(("append", "array_equal", "block", "broadcast_to", "column_stack"), _unknown),
    **dict.fromkeys(("copyto", "expand_dims", "fromiter"), _unknown),
    **dict.fromkeys(("may_share_memory", "result_type", "shares_memory", "squeeze"), _unknown),
    **dict.fromkeys(("array_split", "hsplit", "split", "vsplit"), lambda value=None, *_: Many(_array(value))),
    **dict.fromkeys(("concatenate", "hstack"), _stacked),
    "stack": lambda value=None, *_: _array(value) if _stacked(value) else None,
    "vstack": _vstacked,
    "broadcast": lambda *values: Many(Items((NUMBER,) * len(values))),
    "isscalar": lambda value=None, *_: Array(0, False) if _whole(value) else NUMBER,
    "ndenumerate": lambda value=None, *_: Many(Items((_attribute(value, "shape"), NUMBER))),
    "ndindex": _ndindex,
    "ndim": lambda value=None, *_: _attribute(_array(value), "ndim"),
    "nditer": _nditer,
    "reshape": lambda _=None, *shape: _of_shape(*shape),
    "shape": lambda value=None, *_: _attribute(_array(value), "shape"),
    "size": lambda *_: NUMBER,
}
METHODS: dict[str, Callable[..., Value]] = {
    **dict.fromkeys(("astype", "copy", "transpose", "view"), _array),
    **dict.fromkeys(("flatten", "ravel"), lambda *_: Array(1)),
    **dict.fromkeys(("fill", "item", "itemset", "setflags", "squeeze"), _unknown),
    **dict.fromkeys(("__getitem__", "__iter__", "__len__", "__setitem__"), _unknown),
    "reshape": lambda _, *shape: _of_shape(*shape) if len(shape) == 1 else _of_shape(Items(shape)),
    "tolist": _tolist,
}


def _is_instance(value: Value, types: ast.expr) -> Value:
    """What `isinstance` says, on which recursion often ends: an array is no number and no list."""
    words = {getattr(node, "id", getattr(node, "attr", "")) for node in ast.walk(types)}
    if not _whole(value) or not words & {"ndarray", "float", "int", "floating", "number", "Number", "list"}:
        return NUMBER
    return Array(0, "ndarray" in words)


def _many_numbers(value: Value) -> bool:
    """Whether NumPy computes with whole arrays: a list of numbers is let pass, a list of rows is not."""
    array = _array(value)
    inside = value.items if isinstance(value, Items) else ()
    return _whole(value) or (isinstance(array, Array) and array.rank > 1) or any(map(_many_numbers, inside))


def _names_class(node: ast.expr) -> bool:
    """Whether this is called as classes are: `Helper(x)`, `helpers.Helper(x)`."""
    name = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
    return name[:1].isupper()


class _Reader:
    """Follows code with ranks in place of arrays, and stops at the first operation on whole arrays."""

    def __init__(
        self,
        methods: Mapping[str, Function],
        functions: Mapping[str, Function] | None = None,
        aliases: Mapping[str, str] = NUMPY,
    ) -> None:
        self.methods, self.functions, self.aliases, self.recursive = dict(methods), functions or {}, aliases, False
        self.attributes: dict[str, Value] = {n[1:]: Library(path) for n, path in aliases.items() if n[0] == "."}
        self.answers: dict[tuple[Function, tuple[Value, ...]], Value] = {}
        self.own: dict[Function, dict[str, Value]] = {}
        self.results: list[list[Value]] = []
        self.steps = 0

    def spend(self, steps: int) -> None:
        """No source may take long: what it would do again and again is counted."""
        self.steps += steps
        if self.steps > BUDGET:
            raise RecursionError

    def call(self, function: Function, values: Sequence[Value], keywords: Mapping[str, Value]) -> Value:
        code = function.node
        names = [a.arg for a in (*code.args.posonlyargs, *code.args.args, *code.args.kwonlyargs)]
        given = self.defaults(function) | dict(zip(names, values, strict=False)) | dict(keywords)
        key = (function, (*(given.get(name) for name in names), *values[len(names) :]))
        if key in self.answers or len(self.results) > 20:
            return self.answers.get(key)
        self.answers[key] = None  # what a call that leads back here gets
        if function not in self.own:
            self.own[function] = {name: None for part in ast.iter_child_nodes(code) for name in _own_names(part)}
        self.spend(len(function.scope) + len(self.own[function]))
        scope = function.scope | self.own[function] | dict(zip(names, key[1], strict=False))
        if code.args.vararg:
            scope[code.args.vararg.arg] = _items(*values[len(code.args.posonlyargs) + len(code.args.args) :])
        self.results.append([])
        if isinstance(code, ast.Lambda):
            self.results[-1].append(self.value(code.body, scope))
        else:
            for decorator in code.decorator_list:
                self.apply(decorator, self.value(decorator, function.scope), [function], {})
            self.block(code.body, scope)
        self.answers[key] = _joined(self.results.pop())
        return self.answers[key]

    def defaults(self, function: Function) -> dict[str, Value]:
        """The functions that parameters stand for where nothing is passed."""
        arguments = function.node.args
        positional = [*arguments.posonlyargs, *arguments.args][-len(arguments.defaults) :] if arguments.defaults else []
        pairs = [*zip(positional, arguments.defaults, strict=True)]
        pairs += [(a, d) for a, d in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True) if d is not None]
        values = {a.arg: self.value(d, function.scope) for a, d in pairs if isinstance(d, ast.Name | ast.Attribute)}
        return {name: value for name, value in values.items() if isinstance(value, Library | Function)}

    def block(self, body: Sequence[ast.stmt], scope: dict[str, Value]) -> bool:
        """Follow statements; True if the function ends in them."""
        return any(self.statement(statement, scope) for statement in body)

    def branches(self, bodies: Sequence[Sequence[ast.stmt]], scope: dict[str, Value]) -> bool:
        """Follow each body on its own, then keep what is known whichever of them ran."""
        self.spend(4 * len(scope))
        scopes = [dict(scope) for _ in bodies]
        ends = [inner for body, inner in zip(bodies, scopes, strict=True) if not self.block(body, inner)]
        for name in {name for inner in ends for name in inner}:
            values = [inner.get(name) for inner in ends]
            scope[name] = values[0] if all(value is values[0] for value in values) else _joined(values)
        return not ends

    def statement(self, node: ast.stmt, scope: dict[str, Value]) -> bool:
        self.spend(10)
        match node:
            case ast.Return(value=result):
                self.results[-1].append(self.value(result, scope) if result else None)
                return True
            case ast.Raise():
                return True
            case ast.If(test=test, body=body, orelse=orelse):
                truth = _truth(self.value(test, scope))
                chosen = [body, orelse] if truth is None else [body] if truth else [orelse]
                return self.branches(chosen, scope)
            case ast.For() | ast.AsyncFor() | ast.While():
                for _ in range(2):  # the second time with what the first has changed
                    if not isinstance(node, ast.While):
                        self.bind(node.target, _element(self.value(node.iter, scope)), scope)
                    elif _truth(self.value(node.test, scope)) is False:
                        break
                    self.branches([[], node.body], scope)
                return self.block(node.orelse, scope)
            case ast.Try(body=body, orelse=orelse, finalbody=finalbody, handlers=handlers):
                # What a handler does is left open where a recursion may end in it: ranks do not tell when.
                caught = [] if self.recursive else [handler.body for handler in handlers]
                return self.branches([[*body, *orelse], [], *caught], scope) or self.block(finalbody, scope)
            case ast.ClassDef(body=body):
                for part in body:
                    match part:
                        case ast.FunctionDef(name=name):
                            self.methods[name] = Function(part, scope)
                        case ast.Assign(targets=[ast.Name(name)], value=expression):
                            self.attributes[name] = self.value(expression, scope)
            case ast.With(items=items, body=body) | ast.AsyncWith(items=items, body=body):
                for item in items:
                    self.bind(item.optional_vars, self.value(item.context_expr, scope), scope)
                return self.block(body, scope)
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                scope[name] = Function(node, scope)
            case ast.Import() | ast.ImportFrom():
                scope |= {name: Library(path) for name, path in import_aliases(node).items()}
            case ast.Assign(targets=targets, value=expression):
                value = self.value(expression, scope)
                for target in targets:
                    self.bind(target, value, scope)
            case ast.AnnAssign(target=target, value=ast.expr() as expression):
                self.bind(target, self.value(expression, scope), scope)
            case ast.AugAssign(target=target, op=op, value=expression):
                old, new = self.value(target, scope), self.value(expression, scope)
                self.bind(target, self.arithmetic(node, op, old, new), scope)
            case _:
                self.parts(node, scope)
        return False

    def bind(self, target: ast.expr | None, value: Value, scope: dict[str, Value]) -> None:
        match target:
            case ast.Name(name):
                scope[name] = value
            case ast.Tuple(elts=targets) | ast.List(elts=targets):
                items = value.items if isinstance(value, Items) else ()
                items = items if len(items) == len(targets) else (_element(value),) * len(targets)
                for inner, item in zip(targets, items, strict=True):
                    self.bind(inner, None if isinstance(inner, ast.Starred) else item, scope)
            case ast.Starred(value=inner):
                self.bind(inner, value, scope)
            case ast.Attribute(attr=name):
                self.parts(target, scope)
                self.attributes[name] = _joined([value, self.attributes.get(name, value)])
            case ast.Subscript(value=ast.Name(name), slice=index) if isinstance(table := scope.get(name), Table):
                self.value(index, scope)
                key = index.value if isinstance(index, ast.Constant) else None
                scope[name] = Table((*table.items, (key, value))[-ITEMS_CAP:])
            case ast.expr():
                self.parts(target, scope)

    def parts(self, node: ast.AST, scope: dict[str, Value]) -> Value:
        """Follow all parts of a node of which nothing more is known."""
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.stmt):
                self.statement(child, scope)
            elif isinstance(child, ast.expr):
                self.value(child, scope)
            else:
                self.parts(child, scope)
        return None

    def value(self, node: ast.expr, scope: dict[str, Value]) -> Value:
        self.spend(10)
        match node:
            case ast.Constant(value=int() | float() as number):
                return Array(0, number)
            case ast.Name(name):
                known = name in BUILTIN_NAMES or f"builtins.{name}" in TOOLS
                return scope.get(name, Library(f"builtins.{name}") if known else None)
            case ast.NamedExpr(target=target, value=expression):
                self.bind(target, self.value(expression, scope), scope)
                return self.value(target, scope)
            case ast.List(elts=[]):
                return Many(NOTHING)
            case ast.Tuple(elts=elements) | ast.List(elts=elements):
                values = tuple(self.value(element, scope) for element in elements)
                if not any(isinstance(element, ast.Starred) for element in elements):
                    return _items(*values)
                inner = values[0] if len(values) == 1 else None
                return _list(inner) if _whole(_element(inner)) else None
            case ast.Starred(value=inner):
                return self.value(inner, scope)
            case ast.Dict(keys=keys, values=parts):
                names = [key.value if isinstance(key, ast.Constant) else self.parts(node, scope) for key in keys]
                return Table(tuple((name, self.value(part, scope)) for name, part in zip(names, parts, strict=True)))
            case ast.ListComp() | ast.SetComp() | ast.GeneratorExp():
                self.spend(len(scope))
                scope = dict(scope)
                for generator in node.generators:
                    self.bind(generator.target, _element(self.value(generator.iter, scope)), scope)
                    for condition in generator.ifs:
                        self.value(condition, scope)
                return Many(self.value(node.elt, scope))
            case ast.Lambda():
                return Function(node, scope)
            case ast.IfExp(test=test, body=body, orelse=orelse):
                truth = _truth(self.value(test, scope))
                chosen = [body, orelse] if truth is None else [body] if truth else [orelse]
                return _joined([self.value(branch, scope) for branch in chosen])
            case ast.BoolOp(op=op, values=conditions):
                return self.logic(node, isinstance(op, ast.Or), conditions, scope)
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                truth = _truth(self.value(operand, scope))
                return NUMBER if truth is None else Array(0, not truth)
            case ast.UnaryOp(op=op, operand=operand):
                return self.arithmetic(node, op, self.value(operand, scope), NUMBER)
            case ast.BinOp(left=left, op=op, right=right):
                return self.arithmetic(node, op, self.value(left, scope), self.value(right, scope))
            case ast.Compare(left=left, ops=ops, comparators=others):
                return self.comparison(node, ops, [self.value(part, scope) for part in (left, *others)])
            case ast.Attribute(value=owner, attr=name):
                return self.attribute(self.value(owner, scope), name)
            case ast.Subscript(value=owner, slice=index):
                parts = index.elts if isinstance(index, ast.Tuple) else [index]
                return _indexed(self.value(owner, scope), parts, [self.value(part, scope) for part in parts])
            case ast.Call():
                return self.called(node, scope)
        return self.parts(node, scope)

    def attribute(self, owner: Value, name: str) -> Value:
        """What stands behind `owner.name`; of objects, only what any of them keeps under that name is known."""
        if owner is None:
            return self.attributes.get(name)
        if not isinstance(owner, Library) or owner.path.partition(".")[0] in MODULES:
            return _attribute(owner, name)
        path = self.aliases.get(name, f"{owner.path}.{name}")  # of a module beside the notebook
        return self.functions.get(name, Library(path))

    def logic(self, node: ast.expr, is_or: bool, conditions: Sequence[ast.expr], scope: dict[str, Value]) -> Value:
        truths = []
        for condition in conditions:
            value = self.value(condition, scope)
            if _whole(value):
                raise WholeArray(node)
            truths.append(_truth(value))
            if truths[-1] is is_or:  # the rest is not reached
                return Array(0, is_or)
        return None if None in truths else Array(0, not is_or)

    def arithmetic(self, node: ast.AST, op: ast.AST, left: Value, right: Value) -> Value:
        if _whole(left) or (_whole(right) and not isinstance(left, Many)):
            verb = next((verb for kind, verb in VERBS.items() if isinstance(op, kind)), "works on")
            raise WholeArray(node, verb)
        if isinstance(left, Many | Items):  # lists are repeated by numbers, and joined
            return Many(_element(left) if _numbers(right) else _joined([_element(left), _element(right)]))
        return NUMBER if _numbers(left, right) else None

    def comparison(self, node: ast.expr, ops: Sequence[ast.cmpop], values: Sequence[Value]) -> Value:
        compare = COMPARISONS.get(type(ops[0]))
        if compare and any(map(_whole, values)):
            raise WholeArray(node, "compares")
        match values:
            case [Array(0, float() | int() as left), Array(0, float() | int() as right)] if compare:
                return Array(0, compare(left, right))
        return NUMBER

    def called(self, node: ast.Call, scope: dict[str, Value]) -> Value:
        values: list[Value] = []
        for part in node.args:
            value = self.value(part.value if isinstance(part, ast.Starred) else part, scope)
            if isinstance(part, ast.Starred):
                values += value.items if isinstance(value, Items) else [_element(value)]
            else:
                values.append(value)
        keywords = {keyword.arg or "": self.value(keyword.value, scope) for keyword in node.keywords}
        if isinstance(node.func, ast.Attribute):
            owner = self.value(node.func.value, scope)
            function = self.attribute(owner, node.func.attr)
            if node.func.attr == "append" and isinstance(owner, Many) and isinstance(node.func.value, ast.Name):
                element = _joined([*values, *([] if owner.element is NOTHING else [owner.element])])
                scope[node.func.value.id] = Many(element if _whole(element) else None)
            known = isinstance(function, Library | Function) and not (owner is None and node.func.attr in self.methods)
            if not known:
                return self.method(node, owner, node.func.attr, values, keywords)
        else:
            function = self.value(node.func, scope)
        if function == Library("builtins.zip") and any(isinstance(part, ast.Starred) for part in node.args):
            return Many(Many(_joined([_element(value) for value in values])))
        if function is None and not isinstance(node.func, ast.Name | ast.Attribute) and any(map(_whole, values)):
            raise WholeArray(node)
        if function == Library("builtins.dict"):
            return Table(tuple(keywords.items()))
        if function == Library("builtins.isinstance") and len(values) == 2:
            return _is_instance(values[0], node.args[1])
        return self.apply(node, function, values, keywords)

    def method(
        self, node: ast.expr, owner: Value, name: str, values: Sequence[Value], keywords: Mapping[str, Value]
    ) -> Value:
        if not isinstance(owner, Array):
            if owner is None and name in self.methods:
                return self.call(self.methods[name], (None, *values), keywords)
            if isinstance(owner, Table) and name in ("get", "values", "pop"):
                return Many(owner.element) if name == "values" else owner.element
            return owner if name == "copy" else None
        if name in METHODS:
            return METHODS[name](owner, *values)
        if _whole(owner):
            raise WholeArray(node)
        return NUMBER

    def apply(self, node: ast.expr, function: Value, values: Sequence[Value], keywords: Mapping[str, Value]) -> Value:
        match function:
            case Function():
                return self.call(function, values, keywords)
            case Method(owner, name):
                return self.method(node, owner, name, values, keywords)
            case Partial():
                return self.apply(
                    node, function.function, [*function.values, *values], {**function.keywords, **keywords}
                )
            case None | Library() if isinstance(node, ast.Call) and _names_class(node.func):
                if "__init__" in self.methods and not (function and function.path.partition(".")[0] in MODULES):
                    self.call(self.methods["__init__"], (None, *values), keywords)
                    return None
            case None if "__call__" in self.methods:
                return self.call(self.methods["__call__"], (None, *values), keywords)
        if not isinstance(function, Library):
            return None
        if function.path in TOOLS:
            return self.tool(node, TOOLS[function.path], values, keywords)
        package, name = function.path.partition(".")[0], function.path.rpartition(".")[2]
        if package == "builtins":
            return self.builtin(node, name, values)
        if function.path in ("copy.copy", "copy.deepcopy"):
            return values[0] if values else None
        everything = [*values, *keywords.values()]
        if package == "numpy" and name in HARMLESS and not (name == "nditer" and _external_loop(node)):
            return HARMLESS[name](*(everything or [None]))
        if package in {"numpy", "operator"} and (name in WRAPPERS or any(map(_many_numbers, everything))):
            raise WholeArray(node)
        return NUMBER if everything and _numbers(*everything) else None

    def tool(self, node: ast.expr, name: str, values: Sequence[Value], keywords: Mapping[str, Value]) -> Value:
        """What functions that call others give."""
        first, *others = values or [None]
        if name == "partial":
            return Partial(first, tuple(others), keywords)
        if name == "reduce":
            parts = [_element(others[0]) if others else None, *others[1:2]]
            return self.apply(node, first, [_joined(parts), parts[0]], {})
        if name == "accumulate":
            function = others[0] if others else keywords.get("func", Library("operator.add"))
            return Many(self.apply(node, function, [_element(first), _element(first)], {}))
        element = _element(others[0]) if others else None
        return Many(self.apply(node, first, element.items if isinstance(element, Items) else [_element(element)], {}))

    def builtin(self, node: ast.expr, name: str, values: Sequence[Value]) -> Value:
        first, *others = values or [None]
        if name in {"map", "filter"}:
            answer = self.apply(node, first, [_element(value) for value in others], {})
            return Many(answer if name == "map" else _element(*others))
        if name in {"abs", "pow", "round", "sum"} and any(map(_whole, [first, *others][name == "sum" :])):
            raise WholeArray(node)
        if name in {"max", "min", "sum"} and (len(values) == 1 or name == "sum"):
            values = [_element(first)]
            if name == "sum" and _whole(values[0]):
                raise WholeArray(node)
        if name in BUILTINS:
            return BUILTINS[name](*(values or [None]))
        if name in {"max", "min"} and _whole(_joined(values)):
            return _joined(values)
        return NUMBER if values and _numbers(*values) else None
