"""The code of a notebook cell -> definitions: top-level statements that bind names, and what each needs."""

from __future__ import annotations

import ast
import builtins
import difflib
import re
import textwrap
import warnings
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from autograder.sandbox.job import Definition

Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
BUILTINS = frozenset(dir(builtins)) | {"__file__", "__class__"}
PYTHON_MAGICS = {"time", "timeit", "capture", "prun", "debug"}  # the cell below them is Python as well
MUTATORS = {"add", "append", "extend", "insert", "register", "setdefault", "update"}
PADDING_CAP = 100_000  # newlines in front of one cell's statements; only hostile cells come near
UNPARSABLE = (SyntaxError, ValueError, RecursionError, MemoryError)  # NUL bytes, deep nesting: hostile cells


@dataclass(frozen=True)
class Code:
    """What one cell defines.

    Attributes
    ----------
    definitions : tuple of Definition
        In the cell's order.
    made : frozenset of str
        The names that it binds outright; a patch such as `Affine.backward = f` binds, but does not make.
    error : str
        Why it is not Python, as "line 3: invalid syntax"; then each definition is the whole broken text.
    """

    definitions: tuple[Definition, ...]
    made: frozenset[str]
    error: str = ""


def code(source: str, place: str = "") -> Code:
    """The definitions of one code cell.

    Parameters
    ----------
    source : str
        The cell's text, with whatever IPython allows in it.
    place : str
        Where the cell stands: "cell 7". The line numbers of the definitions are those of the cell.
    """
    source = python(source)
    try:
        return _definitions(_parsed(source), source, place)
    except UNPARSABLE as error:
        names = re.findall(r"^(?:async[ \t]+def|def|class)[ \t]+(\w+)", source, re.MULTILINE)
        broken = (Definition(source, tuple(dict.fromkeys(names)), (), place),) if names else ()
        return Code(broken, frozenset(names), _reason(error))


def _definitions(module: ast.Module, source: str, place: str) -> Code:
    lines = source.split("\n")
    pad = len(module.body) * len(lines) <= PADDING_CAP
    found: list[Definition] = []
    made: set[str] = set()
    for statement in module.body:
        names = _Scope("module")
        names.visit(statement)
        binds = tuple(dict.fromkeys([*names.bound, *names.patched]))
        if binds:
            made.update(names.bound)
            found.append(Definition(_text(statement, lines, pad), binds, names.uses(), place))
    return Code(tuple(found), frozenset(made))


def continues(first: str, second: str) -> bool:
    """Whether a function was cut in two: the second cell is indented, and runs only below the first."""
    if not re.match(r"(?:[ \t]*\n)*[ \t]+\S", second) or _compiles(textwrap.dedent(second)):
        return False
    return _compiles(python(first + "\n" + second))


def _compiles(source: str) -> bool:
    try:
        compile(_parsed(source), "<cell>", "exec")
    except UNPARSABLE:
        return False
    return True


def _text(statement: ast.stmt, lines: list[str], pad: bool) -> str:
    """The statement's text, below as many empty lines as stand above it in the cell."""
    decorators: list[ast.expr] = getattr(statement, "decorator_list", [])
    first = min([statement.lineno, *(d.lineno for d in decorators)])
    last = statement.end_lineno or first
    text = lines[first - 1 : last]
    text[-1] = text[-1].encode()[: statement.end_col_offset].decode()
    if not decorators:  # several statements on one line: columns count bytes
        text[0] = text[0].encode()[statement.col_offset :].decode()
    return "\n" * (first - 1) * pad + "\n".join(text)


def _parsed(source: str) -> ast.Module:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # invalid escapes such as "\d" are none of our business
        return ast.parse(source)


def _parses(source: str) -> bool:
    try:
        _parsed(source)
    except UNPARSABLE:
        return False
    return True


def _reason(error: BaseException) -> str:
    if isinstance(error, SyntaxError):
        return f"line {error.lineno or 1}: {error.msg}"[:200]
    if isinstance(error, ValueError):
        return f"line 1: {error}"[:200]
    return "line 1: nested too deeply to be read"


# ------------------------------------------------------------------ IPython's additions to Python

_PROMPT = re.compile(r"^(?:>>>|\.\.\.|In \[\d+\]:)(?: |$)", re.MULTILINE)
_ESCAPED = re.compile(r"[ \t]*(?:[%!?,;/].*|%?[\w.*]+\?{1,2}[ \t]*$)")
_ASSIGNED = re.compile(r"([ \t]*[\w.\[\], \t]*\w[\w.\[\], \t]*=[ \t]*)[!%](.*)")
_TIMED = re.compile(r"time[ \t]+(?!-)(.+)")
_TOKEN = re.compile(
    r"""#.*|(?P<triple>\"{3}|'{3})|"(?:\\.|[^"\\])*+"?|'(?:\\.|[^'\\])*+'?|(?P<open>[\[({])|(?P<close>[\])}])"""
)
_CLOSERS = {quote: re.compile(rf"\\.|{quote}") for quote in ('"""', "'''")}


def python(source: str) -> str:
    """The cell as plain Python with the same line numbers: magics, shell and help lines become `pass`.

    A cell in another language (`%%bash`, `%%writefile`) becomes "".
    """
    lines = source.split("\n")
    for number, line in enumerate(lines):
        if line.startswith("%%"):
            if re.match(r"%%(\w*)", line)[1] not in PYTHON_MAGICS:  # type: ignore[index]
                return ""
            lines[number] = ""
        elif line.strip():
            break
    source = "\n".join(lines)
    if _parses(source):
        return source
    return _dedented("\n".join(_plain(_unprompted(source).split("\n"))))


def _unprompted(source: str) -> str:
    return _PROMPT.sub("", source) if _PROMPT.match(source.lstrip("\n")) else source


def _dedented(source: str) -> str:
    """Like IPython, which runs a cell that is indented as a whole."""
    return textwrap.dedent(source) if re.match(r"\s*\n?[ \t]+\S", source) else source


def _plain(lines: list[str]) -> Iterator[str]:
    """The lines with each escape replaced; lines within strings, brackets and continuations are none."""
    quote, depth, continued, escape = "", 0, False, False
    for line in lines:
        if continued and escape:
            text = ""
        elif quote or depth or continued:
            text, escape = line, False
        else:
            text = _unescaped(line)
            escape = text != line
        yield text
        quote, depth = _state("" if escape else line, quote, depth)
        continued = line.endswith("\\") and not quote


def _unescaped(line: str) -> str:
    indent = line[: len(line) - len(line.lstrip())]
    if _ESCAPED.match(line):
        return indent + (_timed(line.strip()[1:]) or "pass")
    assigned = _ASSIGNED.match(line)
    return assigned[1] + (_timed(assigned[2]) or "None") if assigned else line


def _timed(escape: str) -> str:
    """The statement behind `%time`, which runs it in the notebook."""
    timed = _TIMED.match(escape)
    return timed[1] if timed and _parses(timed[1]) else ""


def _state(line: str, quote: str, depth: int) -> tuple[str, int]:
    """Which triple quote and how many brackets are open behind this line."""
    position = 0
    while token := (_CLOSERS[quote] if quote else _TOKEN).search(line, position):
        position = token.end()
        if quote:
            quote = "" if token[0] == quote else quote
        else:
            quote = token["triple"] or ""
            depth = max(0, depth + bool(token["open"]) - bool(token["close"]))
    return quote, depth


# ------------------------------------------------------------------ names that a statement binds and uses


class _Scope(ast.NodeVisitor):
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

    def _function(self, node: Function, body: Sequence[ast.AST]) -> None:
        self._all(node.args.defaults, node.args.kw_defaults)
        inner = _Scope("function")
        for argument in ast.walk(node.args):
            if isinstance(argument, ast.arg):
                inner.bound[argument.arg] = None
        for parameter in getattr(node, "type_params", []):
            inner.bound[parameter.name] = None
        inner._all(body)
        self.later.update(dict.fromkeys(inner.free()))

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self._all(node.decorator_list, node.bases, node.keywords)
        inner = _Scope("class")
        inner._all(node.body)
        for name in inner.reads:
            self._read(name)
        self.later.update(inner.later)
        self._bind(node.name)

    def visit_ListComp(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp) -> None:
        self.visit(node.generators[0].iter)
        inner = _Scope("comprehension")
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


# ------------------------------------------------------------------ questions about definitions


def without_builtins(definitions: Iterable[Definition]) -> tuple[Definition, ...]:
    """Drop builtins from `uses`, except those that the notebook itself binds (`def sum(x)`)."""
    definitions = tuple(definitions)
    known = BUILTINS - {name for d in definitions for name in d.binds}
    return tuple(
        Definition(d.source, d.binds, tuple(name for name in d.uses if name not in known), d.place) for d in definitions
    )


def closure(definitions: Sequence[Definition], names: Iterable[str]) -> tuple[Definition, ...]:
    """The definitions that `names` need, transitively, in their order.

    All that bind a needed name are in it: it may be defined conditionally, augmented, or patched. Names such
    as `Affine.backward` ask for their class. `from m import *` may bind anything, so it is always in.
    """
    binders: dict[str, list[int]] = {}
    for index, definition in enumerate(definitions):
        for name in definition.binds:
            binders.setdefault(name, []).append(index)
    todo = ["*", *(name.partition(".")[0] for name in names)]
    kept: set[int] = set()
    while todo:
        new = set(binders.pop(todo.pop(), ())) - kept
        kept |= new
        todo += [name for index in new for name in definitions[index].uses]
    return tuple(definitions[index] for index in sorted(kept))


def functions(definitions: Sequence[Definition], name: str) -> list[Function]:
    """The node of `relu` or `Affine.backward`, then those of the functions that it calls, transitively.

    Where a name is defined more than once the last counts. Empty if there is none.
    """
    table = _table(definitions)
    found: dict[str, Function] = {}
    todo = [name]
    while todo:
        key = _resolved(table, todo.pop(0))
        node = table.get(key)
        if isinstance(node, Function) and key not in found:
            found[key] = node
            todo += _calls(node, key.rpartition(".")[0])
    return list({id(node): node for node in found.values()}.values())


def _table(definitions: Sequence[Definition]) -> dict[str, ast.AST]:
    """What stands behind each name: a function, a class, or the expression assigned to it."""
    table: dict[str, ast.AST] = {}
    for definition in definitions:
        try:
            _fill(table, _parsed(definition.source).body, "")
        except UNPARSABLE:
            continue
    return table


def _fill(table: dict[str, ast.AST], body: Sequence[ast.AST], prefix: str) -> None:
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            table[prefix + node.name] = node
        elif isinstance(node, ast.ClassDef):
            for method in [key for key in table if key.startswith(f"{prefix}{node.name}.")]:
                del table[method]  # of a class of that name before
            table[prefix + node.name] = node
            _fill(table, node.body, f"{prefix}{node.name}.")
        elif isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Name | ast.Attribute):
                    table[prefix + ast.unparse(target)] = node.value
        elif isinstance(node, ast.AnnAssign | ast.NamedExpr) and node.value:
            table[prefix + ast.unparse(node.target)] = node.value
        else:  # if, for, with, try: what they define at this level
            _fill(table, list(ast.iter_child_nodes(node)), prefix)


def _resolved(table: dict[str, ast.AST], name: str) -> str:
    """Follow `relu = my_relu`, and `Affine.backward` into the bases of `Affine`."""
    for _ in range(20):
        node = table.get(name)
        owner, _, method = name.rpartition(".")
        parent = table.get(owner)
        if isinstance(node, ast.Name | ast.Attribute):
            name = ast.unparse(node)
        elif node is None and isinstance(parent, ast.Name):
            name = f"{parent.id}.{method}"
        elif node is None and isinstance(parent, ast.ClassDef) and parent.bases:
            names = [f"{ast.unparse(base)}.{method}" for base in parent.bases]
            name = next((each for each in names if each in table), names[0])
        else:
            break
    return name


def _calls(node: Function, owner: str) -> list[str]:
    """Names that a function calls: `helper`, and `Affine.helper` for `self.helper()` in a method."""
    me = node.args.args[0].arg if owner and node.args.args else None
    names = [ast.unparse(call.func) for call in ast.walk(node) if isinstance(call, ast.Call)]
    return [f"{owner}.{name[len(me) + 1 :]}" if me and name.startswith(f"{me}.") else name for name in names]


def suggest(name: str, definitions: Sequence[Definition]) -> str:
    """One line on a missing name, with the close name that the student did define, if any."""
    known: dict[str, str] = {}
    for each in [*_table(definitions), *(n for d in definitions for n in d.binds)][:2000]:
        known.setdefault(each.replace("_", "").lower()[:80], each)
    known.pop(name, None)
    close = difflib.get_close_matches(name.replace("_", "").lower(), known, n=1, cutoff=0.7)
    if not close or known[close[0]] == name:
        return f"there is no `{name}`"
    return f"there is no `{name}`; did you rename it? There is `{known[close[0]]}`"
