"""The names that a statement binds, patches, may change and looks up."""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

MUTATORS = {"add", "append", "extend", "insert", "register", "setdefault", "update"}
BY_STRING = {"eval", "exec", "globals", "locals", "vars"}  # reach names that strings hold
QUIET = {"check", "display", "print"} | {  # change nothing that they are given
    *(
        "abs",
        "all",
        "any",
        "bool",
        "callable",
        "complex",
        "dir",
        "float",
        "format",
        "getattr",
        "hasattr",
        "hash",
        "help",
    ),
    *(
        "functools.partial",
        "partial",
        "id",
        "int",
        "isinstance",
        "issubclass",
        "len",
        "max",
        "min",
        "range",
        "repr",
        "round",
        "str",
        "sum",
        "type",
    ),
}
CALLS_CAP = 300  # calls of one function that are looked at; only hostile ones have more
NAMES_CAP = 100  # names that one call is given
STRING_CAP = 10_000  # characters of strings in one statement that are searched for names
_WORD = re.compile(r"[^\W\d]\w*")


@dataclass
class Effects:
    """What code may change when it runs.

    Attributes
    ----------
    calls : list of tuple
        For each call: what is called, as `f` or `x.method`, and the names that it is given.
    changed : dict
        Names that are changed without a call that says so.
    functions : dict of str to Effects
        What the functions change that a statement defines, by `f`, and `.method` for methods.
    """

    calls: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    changed: dict[str, None] = field(default_factory=dict)
    functions: dict[str, Effects] = field(default_factory=dict)

    def add(self, other: Effects, local: Sequence[str] = ()) -> None:
        """Take in what another piece of code changes, but for its own names."""
        hidden = set(local)
        for called, names in other.calls[: max(0, CALLS_CAP - len(self.calls))]:
            owner, dot, _ = called.partition(".")
            called = called[len(owner) :] if dot and owner in hidden else "" if called in hidden else called
            self.calls.append((called, tuple(name for name in names if name not in hidden)))
        if len(self.changed) < CALLS_CAP:
            self.changed |= {name: None for name in other.changed if name not in hidden}


def dotted(node: ast.AST) -> str:
    """`a.b.c` for names and attributes, `.c` for an attribute of anything else, "" for what has no name."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
        while isinstance(node, ast.Subscript):
            node = node.value
    return ".".join([node.id if isinstance(node, ast.Name) else "", *reversed(parts)])


def roots(node: ast.AST) -> Iterator[str]:
    """The names whose values are reached through an argument: `x`, `x.a`, `x[i]`, `*x`, and inside `[x, (y,)]`."""
    todo = [node]
    while todo:
        node = todo.pop()
        if isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.Attribute | ast.Subscript | ast.Starred | ast.NamedExpr | ast.keyword):
            todo.append(node.value)
        elif isinstance(node, ast.List | ast.Tuple | ast.Set):
            todo += node.elts
        elif isinstance(node, ast.Dict):
            todo += node.values
        elif isinstance(node, ast.IfExp):
            todo += [node.body, node.orelse]


class Scope(ast.NodeVisitor):
    """Collects the names that one scope binds, patches and reads.

    Module and class bodies run once, from top to bottom: there, a read counts unless the name is surely bound
    before it. In functions a name is local or not, whatever the order.
    """

    def __init__(self, kind: str) -> None:
        self.kind = kind  # "module", "class", "function" or "comprehension"
        self.bound: dict[str, None] = {}
        self.patched: dict[str, None] = {}
        self.reads: dict[str, None] = {}
        self.later: dict[str, None] = {}  # read when a function is called
        self.outer: set[str] = set()  # declared global or nonlocal
        self.walrus: dict[str, None] = {}
        self.sure: set[str] = set()
        self.effects = Effects()
        self.strings: list[str] = []

    def named_by_string(self) -> tuple[str, ...]:
        """What the strings of a statement may name, if it reaches names by strings."""
        read = [*self.reads, *self.later]
        if not self.strings or (
            BY_STRING.isdisjoint(read) and "__main__" not in self.strings and "__name__" not in read
        ):
            return ()
        return tuple(dict.fromkeys(_WORD.findall(" ".join(self.strings)[:STRING_CAP])))

    def uses(self) -> tuple[str, ...]:
        later = [name for name in self.later if name not in self.bound]
        return tuple(name for name in dict.fromkeys([*self.reads, *later]))

    def free(self) -> list[str]:
        """The names that a function looks up outside itself."""
        local = self.bound.keys() - self.outer
        return [name for name in [*self.reads, *self.later] if name not in local]

    def _bind(self, name: str | None) -> None:
        if name and not (self.kind == "class" and name in self.outer):
            self.bound[name] = None
            self.sure.add(name)

    def _read(self, name: str) -> None:
        if self.kind in ("function", "comprehension") or name not in self.sure:
            self.reads[name] = None

    def _patch(self, target: ast.expr) -> None:
        while isinstance(target, ast.Attribute | ast.Subscript):
            target = target.value
        if isinstance(target, ast.Name):
            self.patched[target.id] = None

    def _all(self, *nodes: ast.AST | Sequence[ast.AST | None] | None) -> None:
        for node in nodes:
            for each in node if isinstance(node, Sequence) else [node]:
                if each is not None:
                    self.visit(each)

    def _block(self, body: Sequence[ast.AST]) -> None:
        """A block that may not run: what it binds is not sure behind it."""
        sure = set(self.sure)
        self._all(body)
        self.sure = sure

    def visit_Name(self, node: ast.Name) -> None:
        if isinstance(node.ctx, ast.Load):
            self._read(node.id)
        elif isinstance(node.ctx, ast.Store) or self.kind == "function":
            self._bind(node.id)

    def visit_Attribute(self, node: ast.Attribute | ast.Subscript) -> None:
        if isinstance(node.ctx, ast.Store):
            self._patch(node)
        self.generic_visit(node)

    visit_Subscript = visit_Attribute

    def visit_Constant(self, node: ast.Constant) -> None:
        if isinstance(node.value, str):
            self.strings.append(node.value)

    def visit_Call(self, node: ast.Call) -> None:
        called = dotted(node.func)
        if called not in QUIET:
            arguments = [*node.args, *node.keywords][:NAMES_CAP]
            given = [name for each in arguments for name in islice(roots(each), NAMES_CAP)]
            owner = called.partition(".")[0]
            self.effects.calls.append((called, tuple(dict.fromkeys([*([owner] if owner else []), *given]))[:NAMES_CAP]))
        for keyword in node.keywords:
            if keyword.arg in ("out", "dst"):
                self.effects.changed |= dict.fromkeys(roots(keyword.value))
        self.generic_visit(node)

    def visit_With(self, node: ast.With | ast.AsyncWith) -> None:
        for item in node.items:
            self.effects.changed |= dict.fromkeys(roots(item.context_expr))
        self.generic_visit(node)

    visit_AsyncWith = visit_With

    def visit_Expr(self, node: ast.Expr) -> None:
        call = node.value
        if isinstance(call, ast.Call):  # TABLE.append(x) and setattr(Affine, "backward", f) are patches, too
            if isinstance(call.func, ast.Attribute) and call.func.attr in MUTATORS:
                self._patch(call.func)
            elif isinstance(call.func, ast.Name) and call.func.id == "setattr" and call.args:
                self._patch(call.args[0])
        self.visit(call)

    def visit_Assign(self, node: ast.Assign) -> None:
        if isinstance(node.value, ast.Lambda) and all(isinstance(each, ast.Name) for each in node.targets):
            self.named = node.value
            inner = Scope("function")._function(node.value, [node.value.body])
            for each in node.targets:
                self.effects.functions.setdefault(dotted(each), Effects()).add(inner)
        self._all(node.value, node.targets)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:  # annotations are never evaluated
        if node.value or self.kind == "function":
            self._all(node.value, node.target)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        if isinstance(node.target, ast.Name):
            self._read(node.target.id)
        self._all(node.value, node.target)

    def visit_NamedExpr(self, node: ast.NamedExpr) -> None:
        self.visit(node.value)
        self._walrus(node.target.id)

    def _walrus(self, name: str) -> None:
        if self.kind == "comprehension":
            self.walrus[name] = None
        else:
            self._bind(name)

    def visit_Delete(self, node: ast.Delete) -> None:
        """`del sum` gives a builtin back; that other names were deleted takes no work away."""
        for target in node.targets:
            if self.kind == "module" and isinstance(target, ast.Name) and hasattr(builtins, target.id):
                self.patched[target.id] = None
        self.generic_visit(node)

    def visit_Import(self, node: ast.Import | ast.ImportFrom) -> None:
        for alias in node.names:
            name = alias.name.partition(".")[0] if isinstance(node, ast.Import) else alias.name
            self._bind(alias.asname or name)

    visit_ImportFrom = visit_Import

    def visit_Global(self, node: ast.Global | ast.Nonlocal) -> None:
        if self.kind != "module":
            self.outer.update(node.names)

    visit_Nonlocal = visit_Global

    def visit_If(self, node: ast.If | ast.While) -> None:
        self.visit(node.test)
        self._block(node.body)
        self._block(node.orelse)

    visit_While = visit_If

    def visit_For(self, node: ast.For | ast.AsyncFor) -> None:
        self.visit(node.iter)
        before = len(self.effects.calls)
        self._block([node.target, *node.body])
        self._block(node.orelse)
        given = {name for _, names in self.effects.calls[before:] for name in names}
        if not (given | self.patched.keys()).isdisjoint(roots(node.target)):  # what it goes through holds these
            self.effects.changed |= dict.fromkeys(roots(node.iter))

    visit_AsyncFor = visit_For

    def visit_Try(self, node: ast.Try | ast.TryStar) -> None:
        self._block([*node.body, *node.orelse])
        for handler in node.handlers:
            self._block([handler])
        self._all(node.finalbody)

    visit_TryStar = visit_Try

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> None:
        self._all(node.type)
        if node.name:  # is deleted behind the handler
            self.sure.add(node.name)
            if self.kind == "function":
                self._bind(node.name)
        self._all(node.body)

    def visit_match_case(self, node: ast.match_case) -> None:
        self._block([node.pattern, *([node.guard] if node.guard else []), *node.body])

    def visit_MatchAs(self, node: ast.MatchAs | ast.MatchStar) -> None:
        self._bind(node.name)
        self.generic_visit(node)

    visit_MatchStar = visit_MatchAs

    def visit_MatchMapping(self, node: ast.MatchMapping) -> None:
        self.generic_visit(node)
        self._bind(node.rest)

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        self._decorate(node)
        inner = self._function(node, node.body)
        key = f".{node.name}" if self.kind == "class" else node.name
        self.effects.functions.setdefault(key, Effects()).add(inner)
        self._bind(node.name)

    def _decorate(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> None:
        """Decorators are called with what they decorate; base classes may take note of it."""
        for each in [*node.decorator_list, *getattr(node, "bases", [])]:
            called = dotted(each.func if isinstance(each, ast.Call) else each)
            self.effects.calls.append((called, (called.partition(".")[0],) if "." in called else ()))
        self._all(node.decorator_list)

    visit_AsyncFunctionDef = visit_FunctionDef

    def visit_Lambda(self, node: ast.Lambda) -> None:
        """One that is not given a name is taken to be called where it stands."""
        inner = self._function(node, [node.body])
        if node is not self.named:
            self.effects.add(inner)

    named: ast.AST | None = None  # a lambda that is assigned to a name

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda, body: Sequence[ast.AST]) -> Effects:
        """Read a function's body; returns what it may change outside itself when it is called."""
        self._all(node.args.defaults, node.args.kw_defaults)
        inner = Scope("function")
        for argument in ast.walk(node.args):
            if isinstance(argument, ast.arg):
                inner.bound[argument.arg] = None
        for parameter in getattr(node, "type_params", []):
            inner.bound[parameter.name] = None
        inner._all(body)
        self.later.update(dict.fromkeys(inner.free()))
        self.strings += inner.strings
        local = [name for name in inner.bound if name not in inner.outer]
        for nested in list(inner.effects.functions.values()):
            inner.effects.add(nested)
        inner.effects.changed |= inner.patched | dict.fromkeys(inner.outer & inner.bound.keys())
        inner.effects.changed |= dict.fromkeys(inner.named_by_string())
        found = Effects()
        found.add(inner.effects, local)
        return found

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self._decorate(node)
        self._all(node.bases, node.keywords)
        inner = Scope("class")
        inner._all(node.body)
        self.strings += inner.strings
        self.effects.add(inner.effects, list(inner.bound))
        for key, effects in inner.effects.functions.items():
            self.effects.functions.setdefault(key, Effects()).add(effects)
            if key in (".__init__", ".__new__", ".__post_init__", ".__init_subclass__", ".__call__"):
                self.effects.functions.setdefault(node.name, Effects()).add(effects)
        for name in inner.reads:
            self._read(name)
        self.later.update(inner.later)
        self._bind(node.name)

    def visit_ListComp(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp) -> None:
        self.visit(node.generators[0].iter)
        inner = Scope("comprehension")
        for position, generator in enumerate(node.generators):
            inner._all(generator.iter if position else None, generator.target, generator.ifs)
        inner._all([node.key, node.value] if isinstance(node, ast.DictComp) else node.elt)
        self.strings += inner.strings
        self.effects.add(inner.effects, [name for name in inner.bound if name not in inner.outer])
        for name in inner.walrus:
            self._walrus(name)
        for name in inner.free():
            self._read(name)

    visit_SetComp = visit_GeneratorExp = visit_DictComp = visit_ListComp

    def visit_TypeAlias(self, node: ast.AST) -> None:  # Python 3.12; its value is evaluated lazily
        self.visit(node.name)  # type: ignore[attr-defined]
