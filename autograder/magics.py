"""What IPython allows in a cell -> plain Python with the same line numbers."""

from __future__ import annotations

import ast
import re
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
        return indent + (_timed(line.strip()[1:]) or "pass")
    assigned = _ASSIGNED.match(line)
    return assigned[1] + (_timed(assigned[2]) or "None") if assigned else line


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
