"""The code of a notebook cell -> definitions: top-level statements that set or may change names, and their needs."""

from __future__ import annotations

import ast
import builtins
import difflib
import re
import textwrap
import unicodedata
from collections import deque
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from autograder.magics import UNPARSABLE, is_indented, newer_python, parsed, python, written_file
from autograder.names import Scope
from autograder.sandbox.handed_in import module_named
from autograder.sandbox.job import NO_MODULES, Definition

Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
_PLAIN = ast.Constant | ast.BinOp | ast.BoolOp | ast.UnaryOp | ast.Compare | ast.Subscript | ast.List | ast.Tuple
_NO_ARGUMENTS = ast.arguments(posonlyargs=[], args=[], kwonlyargs=[], kw_defaults=[], defaults=[])
BUILTINS = frozenset(dir(builtins)) | {"__file__", "__class__"}
FUNCTION_CAP = 20_000  # characters of a function that may have been cut in two
PADDING_CAP = 400_000  # lines times statements of a cell; only hostile cells come near, and `code` remembers 256 cells
_MAKES_FUNCTION = re.compile(r"\s*(?:@|(?:async\s+)?def\b|class\b|from\b|import\b|\w+\s*=\s*lambda\b)")
_DEFINES = re.compile(r"^(?:async[ \t]+def|def|class)[ \t]+(\w+)", re.MULTILINE)
_ODD = re.compile(r"invalid (?:non-printable )?character (?:'.' \()?U\+([0-9A-F]+)")
_SPACES = re.compile(r"[\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]")
_NO_WIDTH = re.compile(r"[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_PYTHONS = {"‘": "'", "’": "'", "‚": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "′": "'", "″": '"'}  # noqa: RUF001
_PYTHONS |= {"´": "'", "−": "-", "–": "-", "—": "-", "×": "*", "·": "*", "÷": "/", "≤": "<=", "≥": ">=", "≠": "!="}  # noqa: RUF001
_DELETES = re.compile(r"\s*del\b")


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


@lru_cache(maxsize=256)  # most cells of a class are the course's own, and are alike
def code(source: str, place: str = "") -> Code:
    """The definitions of one code cell.

    Parameters
    ----------
    source : str
        The cell's text, with whatever IPython allows in it.
    place : str
        Where the cell stands: "cell 7". The line numbers of the definitions are those of the cell.
    """
    source = _writing(source) or python(source)
    try:
        return _definitions(parsed(source), source, place)
    except UNPARSABLE as error:
        plain = _SPACES.sub(" ", source).lstrip(" ")
        names = _DEFINES.findall(_NO_WIDTH.sub("", plain)) or _DEFINES.findall(_NO_WIDTH.sub(" ", plain))
        reason, why = _reason(error), _odd_character(error, source) or newer_python(source)
        if why:
            reason = f"{reason.partition(':')[0]}: {why}"
        broken = Definition(source, tuple(dict.fromkeys(names)), (), place, problem=why and f"{place}, {reason}")
        return Code((broken,) if names else (), frozenset(names), reason)


def _writing(source: str) -> str:
    """What does the same as a cell with `%%writefile` above it; "" for other cells, and where it writes a module."""
    if not (write := written_file(source)) or module_named(write.path):
        return ""
    return f"open({write.path!r}, {'a' if write.appends else 'w'!r}, encoding='utf-8').write({write.text!r})"


def _definitions(module: ast.Module, source: str, place: str) -> Code:
    lines = source.split("\n")
    pad = len(module.body) * len(lines) <= PADDING_CAP
    found: list[Definition] = []
    made: set[str] = set()
    for statement in module.body:
        names = Scope("module")
        names.visit(statement)
        binds = tuple(dict.fromkeys([*names.bound, *names.patched]))
        strings, effects = names.named_by_string(), names.effects
        effects.changed |= names.patched | dict.fromkeys(strings)
        if binds or effects.calls or effects.changed:
            made.update(names.bound)
            uses = tuple(dict.fromkeys([*names.uses(), *strings]))
            found.append(Definition(_text(statement, lines, pad), binds, uses, place, effects=effects))
    return Code(tuple(found), frozenset(made))


def continues(first: str, second: str) -> bool:
    """Whether a function was cut in two: the second cell is indented, and runs only below the first."""
    if len(first) + len(second) > FUNCTION_CAP or not is_indented(second) or _compiles(textwrap.dedent(second)):
        return False
    return _compiles(python(first + "\n" + second))


def _compiles(source: str) -> bool:
    try:
        compile(parsed(source), "<cell>", "exec")
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


def _reason(error: BaseException) -> str:
    if isinstance(error, SyntaxError):
        conflict = (error.text or "").startswith(("<<<<<<<", "=======", ">>>>>>>"))
        return f"line {error.lineno or 1}: {'a merge conflict; keep one of its sides' if conflict else error.msg}"[:200]
    if isinstance(error, ValueError):
        return f"line 1: {error}"[:200]
    return "line 1: nested too deeply to be read"


def _odd_character(error: BaseException, source: str) -> str:
    """What to do about a character that cannot be seen or only looks like Python's; "" if that is not why."""
    found = _ODD.match(error.msg or "") if isinstance(error, SyntaxError) else None
    if not found:
        return ""
    character = chr(int(found[1], 16))
    meant = _PYTHONS.get(character) or unicodedata.normalize("NFKC", character).strip()
    if meant and meant.isascii() and meant != character:
        return f"`{character}` (U+{found[1]}) is not Python's `{meant}`; type it again"
    if character.isprintable() or unicodedata.category(character) == "Cc":
        return ""
    lines = sum(character in line for line in source.split("\n"))
    more = f" there, and in {lines - 1} more line{'s' * (lines > 2)}" if lines > 1 else ""
    return f"an invisible character (U+{found[1]}){more}; delete the line and type it again, or paste as plain text"


def makes_function(definition: Definition) -> bool:
    """Whether a statement plainly binds functions, classes or imports."""
    return bool(_MAKES_FUNCTION.match(definition.source))


def uses_up(definition: Definition, names: Collection[str]) -> bool:
    """Whether a statement puts a plain value in place of a function of these names: `relu = relu(x)`, `for add in …`.

    Whoever tries a function out like that, below its check, has not taken it back.
    """
    if not any(name in names for name in definition.binds):
        return False
    [node] = parsed(definition.source).body
    if not any(
        isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store) and each.id in names for each in ast.walk(node)
    ):
        return False  # `relu.calls = 0` takes no function away
    if isinstance(node, ast.Assign | ast.AnnAssign):
        called = _dotted(node.value.func) if isinstance(node.value, ast.Call) else ""
        return called in definition.binds or isinstance(node.value, _PLAIN)
    return isinstance(node, ast.AugAssign | ast.For | ast.With) and not any(
        isinstance(inner, Function | ast.ClassDef | ast.Import | ast.ImportFrom) for inner in ast.walk(node)
    )


def without_builtins(definitions: Iterable[Definition]) -> tuple[Definition, ...]:
    """Drop builtins from `uses`, except those that the notebook binds: above, or anywhere as a function (`def sum(x)`).

    So `max = 3` in a cell below, or above with `del max`, is not what `max(x, 0)` means.
    """
    definitions = tuple(definitions)
    functions = {name for d in definitions if makes_function(d) for name in d.binds}
    bound = set(functions)
    found = []
    for d in definitions:
        found.append(replace(d, uses=tuple(name for name in d.uses if name not in BUILTINS or name in bound)))
        if _DELETES.match(d.source):
            bound.difference_update(set(d.binds) - functions)
        else:
            bound.update(d.binds)
    return tuple(found)


def closure(definitions: Sequence[Definition], names: Iterable[str]) -> tuple[Definition, ...]:
    """The definitions that `names` need, transitively, in their order.

    All that bind a needed name are in it: it may be defined conditionally, augmented, or patched. What may change one
    is in it, too, as `optional`. Names such as `Affine.backward` ask for their class. `from m import *` may bind
    anything, so it is always in.
    """
    binders: dict[str, list[int]] = {}
    for index, definition in enumerate(definitions):
        for name in (*definition.binds, *definition.changes):
            binders.setdefault(name, []).append(index)
    todo = ["*", *(name.partition(".")[0] for name in names)]
    kept, needed = set[int](), set[str]()
    while todo:
        needed.add(name := todo.pop())
        new = set(binders.pop(name, ())) - kept
        kept |= new
        todo += [each for index in new for each in definitions[index].uses]
    found = (definitions[index] for index in sorted(kept))
    return tuple(replace(d, optional=True) if needed.isdisjoint(d.binds) else d for d in found)


def functions(definitions: Sequence[Definition], name: str, modules: Mapping[str, str] = NO_MODULES) -> list[Function]:
    """The nodes of a function and of those that it calls, as `located` finds them."""
    return [node for _, node in located(definitions, name, modules)]


def located(
    definitions: Sequence[Definition], name: str, modules: Mapping[str, str] = NO_MODULES
) -> list[tuple[str, Function]]:
    """Find the function or method `name` and those that it calls, transitively, each with the module it stands in.

    The notebook is "". Where a name is defined more than once the last counts. Of `relu = partial(f, 0)` it is `f`, and
    the call is among the rest. Of a class that is called, the methods are among them whose names are called somewhere.
    Empty if there is none. What is imported from one of the `modules` is read there.
    """
    table = _table(tuple(definitions), tuple(modules.items()))
    found: dict[str, Function] = {}
    wrappers: dict[str, Function] = {}
    classes: dict[str, None] = {}
    todo = deque([name])
    while todo:
        key = _resolved(table, todo.popleft(), modules)
        node = table.get(key)
        home = _home(key, modules)
        if isinstance(node, Function) and key not in found:
            found[key] = node
            todo += [_seen_from(home, name, table) for name in _calls(node, key.rpartition(".")[0])]
        elif isinstance(node, ast.Call) and key not in wrappers:
            wrappers[key] = ast.copy_location(ast.Lambda(_NO_ARGUMENTS, node), node)
            names = [*filter(None, map(_dotted, node.args)), *_calls(wrappers[key], "")]
            todo += [_seen_from(home, name, table) for name in names]
        elif isinstance(node, ast.ClassDef) and key != name:
            classes[key] = None
        if not todo and classes:
            todo += [key for key in _methods(table, classes, found) if key not in found]
    items = [*found.items(), *wrappers.items()]
    return list({id(node): (_home(key, modules), node) for key, node in items}.values())


def _home(key: str, modules: Collection[str]) -> str:
    """The module in which a name stands; "" for the notebook."""
    parts = key.split(".")[:-1]
    prefixes = (".".join(parts[:count]) for count in range(len(parts), 0, -1))
    return next((prefix for prefix in prefixes if prefix in modules), "")


def _seen_from(home: str, name: str, table: Mapping[str, ast.AST]) -> str:
    """What the table calls a name that is written in a module."""
    return f"{home}.{name}" if home and f"{home}.{name.partition('.')[0]}" in table else name


def _methods(table: Mapping[str, ast.AST], classes: Iterable[str], callers: Mapping[str, Function]) -> list[str]:
    """The methods of some classes that Python calls, or that are called by name."""
    called = {node.attr for caller in callers.values() for node in ast.walk(caller) if isinstance(node, ast.Attribute)}
    found = []
    for key in table:
        owner, _, method = key.rpartition(".")
        if owner in classes and isinstance(table[key], Function) and (method in called or method.startswith("__")):
            found.append(key)
    return found


@lru_cache(maxsize=2)  # the judge asks once for each check
def _table(definitions: tuple[Definition, ...], modules: tuple[tuple[str, str], ...] = ()) -> dict[str, ast.AST]:
    """What stands behind each name: a function, a class, or the expression assigned to it."""
    table: dict[str, ast.AST] = {}
    known = {name for name, _ in modules}
    for home, text in [*modules, *(("", definition.source) for definition in definitions)]:
        try:
            body = parsed(text).body
        except UNPARSABLE:
            continue
        _import(table, body, home, known)
        _fill(table, body, f"{home}." if home else "")
    return table


def _import(table: dict[str, ast.AST], body: Sequence[ast.AST], home: str, modules: Collection[str]) -> None:
    """Put the names into the table that stand for something in one of the modules."""
    prefix = f"{home}." if home else ""
    for node in (node for statement in body for node in ast.walk(statement)):
        if isinstance(node, ast.Import):
            names = {alias.asname: alias.name for alias in node.names if alias.asname and alias.name in modules}
        elif isinstance(node, ast.ImportFrom):
            names = _imported(node, home, modules, table)
        else:
            continue
        table.update({prefix + name: ast.Name(meaning) for name, meaning in names.items()})


def _imported(node: ast.ImportFrom, home: str, modules: Collection[str], table: Collection[str]) -> dict[str, str]:
    """What `from … import …` binds, and what that is called in the table."""
    source = ".".join(filter(None, [home.rpartition(".")[0] if node.level else "", node.module]))
    if node.names[0].name == "*" and source in modules:
        made = [key.removeprefix(f"{source}.") for key in table if key.startswith(f"{source}.")]
        return {name: f"{source}.{name}" for name in made if "." not in name and not name.startswith("_")}
    names = {alias.asname or alias.name: f"{source}.{alias.name}".lstrip(".") for alias in node.names}
    return {name: full for name, full in names.items() if source in modules or full in modules}


def _fill(table: dict[str, ast.AST], body: Sequence[ast.AST], prefix: str) -> None:
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            table[prefix + node.name] = node
        elif isinstance(node, ast.ClassDef):
            if prefix + node.name in table:
                for method in [key for key in table if key.startswith(f"{prefix}{node.name}.")]:
                    del table[method]  # of a class of that name before
            table[prefix + node.name] = node
            _fill(table, node.body, f"{prefix}{node.name}.")
        elif isinstance(node, ast.Assign):
            table.update({prefix + name: node.value for target in node.targets if (name := _dotted(target))})
        elif isinstance(node, ast.AnnAssign | ast.NamedExpr) and node.value and (name := _dotted(node.target)):
            table[prefix + name] = node.value
        else:  # if, for, with, try: what they define at this level
            _fill(table, list(ast.iter_child_nodes(node)), prefix)


def _resolved(table: dict[str, ast.AST], name: str, modules: Collection[str] = ()) -> str:
    """Follow `relu = my_relu`, and `Affine.backward` into the bases of `Affine`."""
    for _ in range(20):
        node, home = table.get(name), _home(name, modules)
        owner, _, method = name.rpartition(".")
        parent = table.get(owner)
        if isinstance(node, ast.Name | ast.Attribute):
            name = _seen_from(home, _dotted(node), table)
        elif node is None and isinstance(parent, ast.Name):
            name = _seen_from(home, f"{parent.id}.{method}", table)
        elif node is None and isinstance(parent, ast.Call) and _dotted(parent.func):  # of an object: its class's
            name = _seen_from(home, f"{_dotted(parent.func)}.{method}", table)
        elif node is None and isinstance(parent, ast.ClassDef) and parent.bases:
            names = [_seen_from(home, f"{_dotted(base)}.{method}", table) for base in parent.bases]
            name = next((each for each in names if each in table), names[0])
        else:
            break
    return name


def _dotted(node: ast.AST) -> str:
    """`a.b.c` for names and attributes, "" for anything else."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join([node.id, *reversed(parts)]) if isinstance(node, ast.Name) else ""


def _calls(node: Function, owner: str) -> list[str]:
    """Names that a function calls; `Affine.helper` for `self.helper()` in a method, `Affine.__call__` for `self()`."""
    me = node.args.args[0].arg if owner and node.args.args else None
    called = dict.fromkeys(_dotted(call.func) for call in ast.walk(node) if isinstance(call, ast.Call))
    names = [f"{me}.__call__" if name == me else name for name in called]
    return [f"{owner}.{name[len(me) + 1 :]}" if me and name.startswith(f"{me}.") else name for name in names]


def suggest(name: str, definitions: Sequence[Definition]) -> str:
    """One line on a missing name, with the close name that the student did define, if any."""
    known: dict[str, str] = {}
    for each in [*_table(tuple(definitions)), *(n for d in definitions for n in d.binds)][:2000]:
        known.setdefault(each.replace("_", "").lower()[:80], each)
    close = difflib.get_close_matches(name.replace("_", "").lower(), known, n=1, cutoff=0.7)
    if not close or known[close[0]] == name:
        return f"there is no `{name}`"
    return f"there is no `{name}`; did you rename it? There is `{known[close[0]]}`"


def line_at(place: str, definitions: Sequence[Definition]) -> str:
    """The student's line at a place such as "cell 7, line 3", without its indentation; "" if it cannot be found."""
    cell, number = _at(place)
    lines = (d.source.split("\n")[number - 1 : number] for d in definitions if d.place == cell and number)
    return next((text for found in lines for line in found if (text := line.strip())), "")


def owner_at(place: str, definitions: Sequence[Definition]) -> str:
    """The function or method around a place: "relu", "Affine.backward"; "" if there is none."""
    cell, number = _at(place)
    table = _table(tuple(d for d in definitions if d.place == cell))
    around = (name for name, node in table.items() if isinstance(node, Function) and _is_around(node, number))
    return max(around, key=len, default="")


def _at(place: str) -> tuple[str, int]:
    cell, _, number = place.rpartition(", line ")
    return cell, int(number) if number.isdecimal() else 0


def _is_around(node: Function, line: int) -> bool:
    return node.lineno <= line <= (node.end_lineno or node.lineno)
