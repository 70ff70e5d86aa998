"""What IPython allows in a cell -> plain Python with the same line numbers."""

from __future__ import annotations

import ast
import re
import sys
import textwrap
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

UNPARSABLE = (SyntaxError, ValueError, RecursionError, MemoryError)  # NUL bytes, deep nesting: hostile cells
_FOREIGN = re.compile(  # below these stands no Python, or none that the notebook runs; below `%%time` it does
    r"%%(?:!|\s*$|(?:HTML|R|SVG|bash|cmd|file|html|javascript|js|latex|markdown|perl|pypy|python[23]?|ruby|script|sh|"
    r"shell|sql|svg|sx|system|writefile)\b)"
)
_WRITEFILE = re.compile(r"\s*%%(?:writefile|file)\b(.*)\n?")
_PROMPT = re.compile(r"^(?:>>>|\.\.\.|In \[\d+\]:)(?: |$)", re.MULTILINE)
_ESCAPED = re.compile(r"[ \t]*(?:[%!?,;/].*|%?[\w.*]+\?{1,2}[ \t]*$)")
_ASSIGNED = re.compile(r"([\w.\[\], \t]++=[ \t]*)[!%](.*)")
_RUN = re.compile(r"run[ \t]+(?:-[ien][ \t]+)*[\"']?(?:\./)?((?:[^\W\d]\w*/)?[^\W\d]\w*)(?:\.py)?[\"']?(?:[ \t].*)?$")
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
            if _FOREIGN.match(line):
                return ""
            lines[number] = ""
        elif line.strip():
            break
    source = "\n".join(lines)
    if parses(source):
        return source
    return _dedented("\n".join(_plain(_unprompted(source).split("\n"))))


@dataclass(frozen=True)
class Write:
    """A cell that is written into a file and does nothing else."""

    path: str
    text: str
    appends: bool


def written_file(source: str) -> Write | None:
    """What a cell that begins with `%%writefile` writes, and where; None for other cells."""
    if not (found := _WRITEFILE.match(source)):
        return None
    words = found[1].split()
    paths = [word.strip("\"'") for word in words if not word.startswith("-")]
    appends = "-a" in words or "--append" in words
    text = source[found.end() :].rstrip("\n") + "\n"  # IPython ends each cell with one
    return Write(paths[0], text, appends) if paths else None


def foreign(source: str) -> str:
    """The line above a cell for which a kernel runs none of it as Python: `%%writefile relu.py`; "" for other cells."""
    line = source.lstrip().partition("\n")[0]
    return line.strip()[:80] if _FOREIGN.match(line) else ""


def _unprompted(source: str) -> str:
    return _PROMPT.sub("", source) if _PROMPT.match(source.lstrip("\n")) else source


def _dedented(source: str) -> str:
    """Like IPython, which runs a cell that is indented as a whole."""
    return textwrap.dedent(source) if is_indented(source) else source


def is_indented(source: str) -> bool:
    first = next((line for line in source.split("\n") if line.strip()), "")
    return first[:1] in (" ", "\t")


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
        return indent + (_timed(line.strip()[1:]) or _run(line) or "pass")
    assigned = _ASSIGNED.match(line)
    return assigned[1] + (_timed(assigned[2]) or "None") if assigned else line


def _run(line: str) -> str:
    """The import for `%run helpers.py`, which gives a notebook all names of a module beside it."""
    ran = _RUN.match(line.removeprefix("%")) if line.startswith("%") else None
    return f"from {ran[1].replace('/', '.')} import *" if ran else ""


def _timed(escape: str) -> str:
    """The statement behind `%time`, which runs it in the notebook."""
    timed = _TIMED.match(escape)
    return timed[1] if timed and parses(timed[1]) else ""


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


@lru_cache(maxsize=1)  # `python` asks whether a cell parses, and then its definitions are read
def parsed(source: str) -> ast.Module:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # invalid escapes such as "\d" are none of our business
        return ast.parse(source)


def parses(source: str) -> bool:
    try:
        parsed(source)
    except UNPARSABLE:
        return False
    return True


_GENERIC = re.compile(
    r"^([ \t]*(?:async[ \t]+)?(?:def|class)[ \t]+\w+)[ \t]*(\[(?:[^\[\]\n]|\[[^\[\]\n]*\])*\])", re.MULTILINE
)
_ALIAS = re.compile(r"^([ \t]*)type[ \t]+(\w+)[ \t]*(?:\[[^\]\n]*\])?[ \t]*=", re.MULTILINE)
_F_STRING = re.compile(r"(?<!\w)(?:[fF][rR]?|[rR][fF])([\"'])(?!\1\1)")
_T_STRING = re.compile(r"(?<!\w)(?:[tT]([rR]?)|([rR])[tT])(?=[\"'])")
_EXCEPT = re.compile(r"^([ \t]*except[ \t]+)([\w.]+(?:[ \t]*,[ \t]*[\w.]+)+)[ \t]*:", re.MULTILINE)


def newer_python(source: str) -> str:
    """Which later Python can read a cell that this one cannot, as a sentence; "" if none can."""
    later = {(3, 12): _as_before_312(source), (3, 14): _as_before_312(_as_before_314(source))}
    for version, text in later.items():
        if sys.version_info < version and parses(text):
            if version == (3, 12) and any("=" in found[2] for found in _GENERIC.finditer(source)):
                version = (3, 13)
            return "this needs Python {}.{}; grading runs {}.{}".format(*version, *sys.version_info[:2])
    return ""


def _as_before_312(source: str) -> str:
    """The cell without type parameters, `type` statements and what stands in f-strings."""
    source = _ALIAS.sub(r"\1\2 =", _GENERIC.sub(r"\1", source))
    return "\n".join(map(_without_f_strings, source.split("\n")))


def _as_before_314(source: str) -> str:
    """The cell with f-strings for t-strings, and brackets around the exceptions of `except A, B`."""
    return _EXCEPT.sub(r"\1(\2):", _T_STRING.sub(r"f\1\2", source))


def _without_f_strings(line: str) -> str:
    """A line with an empty text for each f-string, as Python 3.12 finds its end."""
    found, position = [], 0
    while start := _F_STRING.search(line, position):
        end = _end_of_f_string(line, start.end(), start[1])
        if not end:
            break
        found.append(line[position : start.start()] + '""')
        position = end
    return "".join(found) + line[position:]


def _end_of_f_string(line: str, position: int, quote: str) -> int:
    """Behind the quote that ends it, which stands outside of all `{}`; 0 if there is none."""
    depth, inner = 0, ""
    while position < len(line):
        character = line[position]
        if inner:
            inner = "" if character == inner else inner
        elif not depth and character == quote:
            return position + 1
        elif depth and character in "\"'":
            inner = character
        else:
            depth += (character == "{") - (character == "}")
        position += 1 + (character == "\\")
    return 0
