"""Finds the Python modules beside a notebook that it imports: their texts are part of the work."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from itertools import islice
from pathlib import Path

from autograder.plain import Refused, content, shown
from autograder.sandbox.handed_in import module_named

FILE_CAP = 100_000  # bytes of one module
ALL_CAP = 400_000  # bytes of all modules of a notebook
COUNT_CAP = 50  # modules of a notebook
LISTED = 20_000  # entries of a folder that are looked at
_WORD = re.compile(r"[^\W\d]\w*")
_FILE = re.compile(r"[^\W\d]\w*\.py")
_MADE = re.compile(r"^(?:def|class)[ \t]+(\w+)|^(\w+)[ \t]*=", re.MULTILINE)

Files = Mapping[str, Callable[[], bytes]]  # by its path from the notebook's folder on, what reads a file


def python_files(folder: Path) -> dict[str, Callable[[], bytes]]:
    """The Python files in a folder, and in the folders in it; none is opened yet."""
    return {name: partial(content, folder / name, FILE_CAP) for name in _names(folder)}


def _names(folder: Path) -> Iterator[str]:
    for entry in _entries(folder):
        if entry.name.isidentifier() and entry.is_dir(follow_symlinks=False):
            yield from (f"{entry.name}/{each.name}" for each in _entries(folder / entry.name) if _is_python(each))
        elif _is_python(entry):
            yield entry.name


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return sorted(islice(entries, LISTED), key=lambda entry: entry.name)
    except OSError:  # what searches the folder for the notebook says so
        return []


def _is_python(entry: os.DirEntry[str]) -> bool:
    return _FILE.fullmatch(entry.name) is not None


def needed(files: Files, code: str) -> tuple[dict[str, str], tuple[str, ...]]:
    """The modules that code names, and those that these name; a module's name counts wherever it is written.

    Returns
    -------
    dict of str to str
        Texts by the modules' names, as "helpers" and "utils.linear".
    tuple of str
        Notes on files that are used, but left out.
    """
    texts, left = dict[str, str](), dict[str, str]()
    todo = [code]
    while todo:
        words = set(_WORD.findall(todo.pop()))
        for path in [p for p in files if _top(p) in words and p not in left and module_named(p) not in texts]:
            name = module_named(path)
            try:
                text = _text(files[path]())
                if name and len(text) + sum(map(len, texts.values())) <= ALL_CAP and len(texts) < COUNT_CAP:
                    texts[name] = text
                    todo.append(text)
                else:
                    left[path] = _why_left(name) if name or _uses(code, _top(path), text) else ""
            except Refused as error:
                left[path] = str(error) if module_named(path) else ""
    return texts, tuple(f"{shown(path)} {why}" for path, why in left.items() if why)


def _top(path: str) -> str:
    """`utils` for "utils.py" and "utils/linear.py"."""
    return path.partition("/")[0].removesuffix(".py")


def _text(data: bytes) -> str:
    """Python source as Python reads it, or nearly so: whatever is in the file, this returns."""
    return data.decode("utf-8-sig", "replace").replace("\r\n", "\n").replace("\r", "\n")


def _why_left(name: str) -> str:
    if name:
        return f"was left out: the modules beside a notebook may have {ALL_CAP // 1000} kB in all"
    return "was left out: a module of this name comes with Python or the course; give the file another name"


def _uses(code: str, name: str, text: str) -> bool:
    """Whether code takes something from a module that its file defines, not Python's own module of that name."""
    taken = re.findall(rf"\b{name}\.(\w+)", code)
    for line in re.findall(rf"^[ \t]*from[ \t]+{name}[ \t]+import\b(.*)", code, re.MULTILINE):
        taken += _WORD.findall(line)
    return not {name for pair in _MADE.findall(text) for name in pair if name}.isdisjoint(taken)
