"""The names that a statement binds, patches, may change and looks up."""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

MUTATORS = {"add", "append", "extend", "insert", "register", "setdefault", "update"}
BY_STRING = {"eval", "exec", "globals", "locals", "vars"}  # reach names that strings hold
SETTERS = {"delattr", "setattr", "object.__setattr__", "type.__setattr__"}
QUIET = {  # change nothing that they are given
    *("abs", "all", "any", "bool", "callable", "check", "complex", "dir", "display", "float", "format", "getattr"),
    *("functools.partial", "hasattr", "hash", "help", "id", "int", "isinstance", "issubclass", "len", "max", "min"),
    *("partial", "print", "range", "repr", "round", "str", "sum", "type"),
}
SHARING = {  # what these return may be what they are given, or a part of it
    *("asarray", "asanyarray", "ascontiguousarray", "atleast_1d", "atleast_2d", "atleast_3d", "broadcast_to", "dict"),
    *(
        "diagonal",
        "enumerate",
        "expand_dims",
        "filter",
        "get",
        "getattr",
        "items",
        "iter",
        "list",
        "map",
        "moveaxis",
        "nditer",
    ),
    *("next", "parameters", "pop", "ravel", "reshape", "reversed", "rollaxis", "setdefault", "sorted", "split"),
    *("squeeze", "swapaxes", "transpose", "tuple", "values", "vars", "view", "zip"),
}
FILES = "<files>"  # a pseudo-name for the contents of files, which statements read and change
WRITERS = {
    *("chdir", "copyfile", "copytree", "extractall", "makedirs", "mkdir", "mkdtemp", "remove", "rename", "rmtree"),
    *("save", "savetxt", "savez", "savez_compressed", "to_csv", "to_json", "to_pickle", "tofile", "touch", "unlink"),
    *("write_bytes", "write_text"),
}
READERS = WRITERS | {
    *("exists", "fromfile", "genfromtxt", "getsize", "glob", "iglob", "imread", "is_dir", "is_file", "isdir"),
    *("isfile", "iterdir", "listdir", "load", "loadtxt", "memmap", "open", "read_bytes", "read_csv", "read_json"),
    *("read_pickle", "read_text", "rglob", "scandir", "stat", "walk"),
}
CALLS_CAP = 300  # calls of one function that are looked at; only hostile ones have more
NAMES_CAP = 100  # names that one call is given
STRING_CAP = 10_000  # characters of strings in one statement that are searched for names
_WRITES = re.compile(r"(?=.*[wax+])[rwxabt+]{1,4}")  # modes of `open`
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
    acts : dict
        What is called for its effect alone: its value is dropped.
    links : dict of tuple
        Pairs of names that may stand for the same value, or one for a part of the other's: `a` and `W` for `a = W.T`.
    handed : list of tuple
        What is called, which of its parameters (its name or position), and the name that it is given there.
    patches : frozenset of str
        Of a function: those of its parameters whose values it changes, by name and position.
    imports : dict of str to tuple
        The names that are imported at the top: the module that each comes from, and whether it is one.
    """

    calls: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    changed: dict[str, None] = field(default_factory=dict)
    functions: dict[str, Effects] = field(default_factory=dict)
    acts: dict[str, None] = field(default_factory=dict)
    links: dict[tuple[str, str], None] = field(default_factory=dict)
    handed: list[tuple[str, str, str]] = field(default_factory=list)
    patches: frozenset[str] = frozenset()
    imports: dict[str, tuple[str, bool]] = field(default_factory=dict)

    def add(self, other: Effects, local: Sequence[str] = ()) -> None:
        """Take in what another piece of code changes, but for its own names."""
        hidden = set(local)
        reached = other.reached() if other.links else {}
        for called, names in other.calls[: max(0, CALLS_CAP - len(self.calls))]:
            owner, dot, _ = called.partition(".")
            called = called[len(owner) :] if dot and owner in hidden else "" if called in hidden else called
            names = tuple(dict.fromkeys(each for name in names for each in reached.get(name, (name,))))[:NAMES_CAP]
            self.calls.append((called, tuple(name for name in names if name not in hidden)))
        if len(self.changed) < CALLS_CAP:
            changed = (each for name in other.changed for each in reached.get(name, (name,)))
            self.changed |= {name: None for name in changed if name not in hidden}
        self.acts |= {called: None for called in other.acts if called.partition(".")[0] not in hidden}
        self._join(other, hidden)

    def _join(self, other: Effects, hidden: set[str]) -> None:
        """Take in what is shared and handed over outside of another piece of code."""
        if len(self.links) < CALLS_CAP:
            self.links |= {link: None for link in other.links if hidden.isdisjoint(link)}
        if len(self.handed) < CALLS_CAP:
            self.handed += [(f, at, name) for f, at, name in other.handed if name not in hidden and f not in hidden]

    def reached(self) -> dict[str, list[str]]:
        """For each name that is linked to others: itself and these, also through more than one link."""
        near: dict[str, list[str]] = {}
        for one, other in islice(self.links, CALLS_CAP):
            near.setdefault(one, []).append(other)
        return {name: list(islice(_through(near, name), NAMES_CAP)) for name in near}


def _through(near: Mapping[str, Sequence[str]], name: str) -> Iterator[str]:
    seen, todo = {name}, [name]
    while todo:
        yield (name := todo.pop())
        new = [each for each in near.get(name, ()) if each not in seen]
        seen.update(new)
        todo += new


def dotted(node: ast.AST) -> str:
    """`a.b.c` for names and attributes, `.c` for an attribute of anything else, "" for what has no name."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
        while isinstance(node, ast.Subscript):
            node = node.value
    return ".".join([node.id if isinstance(node, ast.Name) else "", *reversed(parts)])


def _chain(node: ast.AST) -> Iterator[ast.AST]:
    """A target, and what each part of it is taken from, down to a name; `vars(x)` is taken from `x`."""
    yield node
    while isinstance(node, ast.Attribute | ast.Subscript | ast.Call):
        if isinstance(node, ast.Call):
            node = node.args[0] if dotted(node.func) in BY_STRING and node.args else node.func
        else:
            node = node.value
        yield node


def roots(node: ast.AST) -> Iterator[str]:
    """The names whose values are reached through an argument: `x`, `x.a`, `x[i]`, `*x`, and inside `[x, zip(y)]`."""
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
        elif isinstance(node, ast.BoolOp):
            todo += node.values
        elif isinstance(node, ast.Call) and _shares(node.func):
            todo += [*node.args, *node.keywords]
            if isinstance(node.func, ast.Attribute) and dotted(node.func.value) not in ("np", "numpy"):
                todo.append(node.func.value)


def _shares(function: ast.expr) -> bool:
    """Whether what a function returns may hold what it is given: a view, a container, an object of a class."""
    name = dotted(function).rpartition(".")[2]
    return name in SHARING or name[:1].isupper()


def _writes(node: ast.Call, called: str) -> bool:
    """Whether a call writes files, or may."""
    name = called.rpartition(".")[2]
    if name != "open":
        return name in WRITERS and (name not in ("remove", "rename") or called.startswith(("os.", "shutil.")))
    modes = [
        *node.args[1 if called in ("open", "io.open") else 0 :],
        *(k.value for k in node.keywords if k.arg == "mode"),
    ]
    return any(isinstance(m, ast.Constant) and _WRITES.fullmatch(str(m.value)) for m in modes)


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
        """Note what is changed by setting a part of it; of `getcontext().prec = 9` only that it may be changed."""
        calls = [each for each in _chain(target) if isinstance(each, ast.Call)]
        root = list(_chain(target))[-1]
        if isinstance(root, ast.Name) and not calls:
            self.patched[root.id] = None
        elif isinstance(root, ast.Name) and root.id not in BY_STRING:
            self.effects.changed[root.id] = None
        elif isinstance(target, ast.Subscript) and not isinstance(target.slice, ast.Constant):
            self.effects.changed["*"] = None  # globals()[name] = 0

    def _link(self, target: ast.expr | None, value: ast.expr) -> None:
        """Note that a target may now hold a part of a value."""
        if target is not None and len(self.effects.links) < CALLS_CAP:
            values = list(islice(roots(value), NAMES_CAP))
            pairs = ((one, other) for one in roots(target) for other in values if one != other)
            self.effects.links |= dict.fromkeys(islice(pairs, NAMES_CAP))

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
        if isinstance(node.ctx, ast.Store | ast.Del):
            self._patch(node)
        self.generic_visit(node)

    visit_Subscript = visit_Attribute

    def visit_Constant(self, node: ast.Constant) -> None:
        if isinstance(node.value, str):
            self.strings.append(node.value)

    def visit_Call(self, node: ast.Call) -> None:
        called = dotted(node.func)
        if called.rpartition(".")[2] in READERS:
            self._read(FILES)
        if _writes(node, called):
            self.effects.changed[FILES] = None
        if called == "exec" and node.args and not isinstance(node.args[0], ast.Constant):
            self.effects.changed["*"] = None
        if called in SETTERS and node.args:
            self._patch(ast.Attribute(node.args[0], ""))
        if called not in QUIET:
            arguments = [*node.args, *node.keywords][:NAMES_CAP]
            given = [name for each in arguments for name in islice(roots(each), NAMES_CAP)]
            owner = called.partition(".")[0]
            if not owner and isinstance(node.func, ast.Attribute):  # (a := W).sort(), np.asarray(W).sort()
                given = [*islice(roots(node.func.value), NAMES_CAP), *given]
            self.effects.calls.append((called, tuple(dict.fromkeys([*([owner] if owner else []), *given]))[:NAMES_CAP]))
            self._hand_over(node, called)
        for keyword in node.keywords:
            if keyword.arg in ("out", "dst"):
                self.effects.changed |= dict.fromkeys(roots(keyword.value))
        self.strings += [keyword.arg for keyword in node.keywords if keyword.arg]  # globals().update(W=1)
        self.generic_visit(node)

    def _hand_over(self, node: ast.Call, called: str) -> None:
        given = [
            *((str(at), each) for at, each in enumerate(node.args)),
            *((k.arg or "", k.value) for k in node.keywords),
        ]
        if len(self.effects.handed) < CALLS_CAP:
            self.effects.handed += [
                (called, at, each.id) for at, each in given[:NAMES_CAP] if isinstance(each, ast.Name)
            ]

    def visit_With(self, node: ast.With | ast.AsyncWith) -> None:
        for item in node.items:
            self._link(item.optional_vars, item.context_expr)
            self.effects.changed |= dict.fromkeys(roots(item.context_expr))
        self.generic_visit(node)

    visit_AsyncWith = visit_With

    def visit_Expr(self, node: ast.Expr) -> None:
        call = node.value
        if isinstance(call, ast.Call):
            self.effects.acts[dotted(call.func)] = None
            if isinstance(call.func, ast.Attribute) and call.func.attr in MUTATORS:  # TABLE.append(x) is a patch, too
                self._patch(call.func)
                for each in call.args:
                    self._link(call.func.value, each)
        self.visit(call)

    def visit_Assign(self, node: ast.Assign) -> None:
        if isinstance(node.value, ast.Lambda) and all(isinstance(each, ast.Name) for each in node.targets):
            self.named = node.value
            inner = Scope("function")._function(node.value, [node.value.body])
            for each in node.targets:
                self.effects.functions.setdefault(dotted(each), Effects()).add(inner)
        for each in node.targets:
            self._link(each, node.value)
        self._all(node.value, node.targets)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:  # annotations are never evaluated
        if node.value:
            self._link(node.target, node.value)
        if node.value or self.kind == "function":
            self._all(node.value, node.target)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        if isinstance(node.target, ast.Name):
            self._read(node.target.id)
            self.effects.changed[node.target.id] = None
        self._link(node.target, node.value)
        self._all(node.value, node.target)

    def visit_NamedExpr(self, node: ast.NamedExpr) -> None:
        self._link(node.target, node.value)
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
            is_module = isinstance(node, ast.Import)
            top = (alias.name if is_module else getattr(node, "module", None) or "").partition(".")[0]
            name = alias.asname or (top if is_module else alias.name)
            self._bind(name)
            self.effects.imports[name] = top, is_module

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
        self._link(node.target, node.iter)
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

    def visit_Match(self, node: ast.Match) -> None:
        for each in (each for case in node.cases for each in ast.walk(case.pattern)):
            if isinstance(each, ast.MatchAs | ast.MatchStar) and each.name:
                self._link(ast.Name(each.name), node.subject)
        self.generic_visit(node)

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
        self.effects.functions[key].patches |= inner.patches
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
        found.patches = inner._patches(node.args)
        return found

    def _patches(self, arguments: ast.arguments) -> frozenset[str]:
        """The parameters of a function whose values it changes, by name and position."""
        reached = self.effects.reached()
        changed = {each for name in self.effects.changed for each in reached.get(name, (name,))}
        positions = enumerate([*arguments.posonlyargs, *arguments.args])
        named = {each.arg for each in ast.walk(arguments) if isinstance(each, ast.arg)}
        return frozenset(changed & named) | {str(at) for at, each in positions if each.arg in changed}

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self._decorate(node)
        self._all(node.bases, node.keywords)
        inner = Scope("class")
        inner._all(node.body)
        self.strings += inner.strings
        self.effects.add(inner.effects, list(inner.bound))
        for key, effects in inner.effects.functions.items():
            effects.patches |= {str(int(each) - 1) for each in effects.patches if each.isdecimal()}  # without `self`
            self.effects.functions.setdefault(key, Effects()).add(effects)
            self.effects.functions[key].patches |= effects.patches
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
            inner._link(generator.target, generator.iter)
            inner._all(generator.iter if position else None, generator.target, generator.ifs)
        inner._all([node.key, node.value] if isinstance(node, ast.DictComp) else node.elt)
        self.strings += inner.strings
        inner.effects.changed |= inner.patched
        self.effects.add(inner.effects, [name for name in inner.bound if name not in inner.outer])
        for name in inner.walrus:
            self._walrus(name)
        for name in inner.free():
            self._read(name)

    visit_SetComp = visit_GeneratorExp = visit_DictComp = visit_ListComp

    def visit_TypeAlias(self, node: ast.AST) -> None:  # Python 3.12; its value is evaluated lazily
        self.visit(node.name)  # type: ignore[attr-defined]
