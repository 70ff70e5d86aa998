"""The names that a statement binds, patches and looks up."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Sequence

MUTATORS = {"add", "append", "extend", "insert", "register", "setdefault", "update"}


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

    def visit_Expr(self, node: ast.Expr) -> None:
        call = node.value
        if isinstance(call, ast.Call):  # TABLE.append(x) and setattr(Affine, "backward", f) are patches, too
            if isinstance(call.func, ast.Attribute) and call.func.attr in MUTATORS:
                self._patch(call.func)
            elif isinstance(call.func, ast.Name) and call.func.id == "setattr" and call.args:
                self._patch(call.args[0])
        self.visit(call)

    def visit_Assign(self, node: ast.Assign) -> None:
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
        self._block([node.target, *node.body])
        self._block(node.orelse)

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
        self._all(node.decorator_list)
        self._function(node, node.body)
        self._bind(node.name)

    visit_AsyncFunctionDef = visit_FunctionDef

    def visit_Lambda(self, node: ast.Lambda) -> None:
        self._function(node, [node.body])

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda, body: Sequence[ast.AST]) -> None:
        self._all(node.args.defaults, node.args.kw_defaults)
        inner = Scope("function")
        for argument in ast.walk(node.args):
            if isinstance(argument, ast.arg):
                inner.bound[argument.arg] = None
        for parameter in getattr(node, "type_params", []):
            inner.bound[parameter.name] = None
        inner._all(body)
        self.later.update(dict.fromkeys(inner.free()))

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self._all(node.decorator_list, node.bases, node.keywords)
        inner = Scope("class")
        inner._all(node.body)
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
        for name in inner.walrus:
            self._walrus(name)
        for name in inner.free():
            self._read(name)

    visit_SetComp = visit_GeneratorExp = visit_DictComp = visit_ListComp

    def visit_TypeAlias(self, node: ast.AST) -> None:  # Python 3.12; its value is evaluated lazily
        self.visit(node.name)  # type: ignore[attr-defined]
