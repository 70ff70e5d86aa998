"""Tells from the cells that a kernel has run whether it holds an old definition of a name."""

from __future__ import annotations

import ast
import keyword
import re
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from autograder.definitions import Code, closure, code
from autograder.magics import UNPARSABLE, parsed, python
from autograder.sandbox.job import Definition

LONGEST_LINE = 80  # characters of the line that failed
# Code that can set any name, wherever it is called.
_REACHES = re.compile(r"(?<![.\w])(?:exec|eval|globals)\s*\(|\bimport\s+__main__|\bmodules\s*\[")
_HARMLESS = (
    "autoreload|bash|capture|cd|conda|config|debug|env|file|html|HTML|javascript|latex|load_ext|lprun|ls|markdown|"
    "matplotlib|memit|mprun|pip|precision|prun|pwd|sh|svg|tb|time|timeit|who|whos|writefile|xmode"
)
_MAGIC = re.compile(rf"^[ \t]*%+(?!(?:{_HARMLESS})\b)\w|\bget_ipython\b", re.MULTILINE)
_TOP = re.compile(r"^(?:async[ \t]+def|def|class)\b", re.MULTILINE)
_KEYWORDS = "|".join([*keyword.kwlist, *keyword.softkwlist, "print"])


@dataclass(frozen=True)
class Ran:
    """A cell that a kernel has run.

    Attributes
    ----------
    text : str
    error : str or None
        How it failed, "" if it ran to its end; None if that is not known.
    line, inner : int
        The statement that failed, and the line in it; 0 if that is not known.
    identity : str
        The cell's id, "" where the front end does not tell it.
    when : float
        When it had run, in seconds since the epoch.
    """

    text: str
    error: str | None = None
    line: int = 0
    inner: int = 0
    identity: str = ""
    when: float = float("inf")

    @cached_property
    def code(self) -> Code:
        return code(self.text)

    @property
    def failure(self) -> str:
        """How it failed, and the line."""
        error, line = self.error, self.inner
        if self.code.error:
            where, _, reason = self.code.error.partition(": ")
            error, line = f"SyntaxError: {reason}", int(where.removeprefix("line "))
        text = "".join(self.text.split("\n")[line - 1 : line]).strip()[:LONGEST_LINE]
        return f"{error} (line {line}: `{text}`)" if text else f"{error}"


@dataclass(frozen=True)
class Saved:
    """The notebook as it was saved: when, and what reads its code cells."""

    when: float
    read: Callable[[], Sequence[str]]


def old(task: str, others: Iterable[str], ran: Sequence[Ran], held: Collection[str], saved: Saved | None = None) -> str:
    """Why a kernel holds an old definition of a task, or of something that it uses, and what to do; "" if it does not.

    Where that cannot be told from the texts of the cells, it is taken to be new.

    Parameters
    ----------
    task : str
        "relu", "Affine.backward".
    others : iterable of str
        Other tasks that its checks use.
    ran : sequence of Ran
        What the kernel has run, in this order.
    held : collection of str
        The names that it holds.
    saved : Saved, optional
    """
    if any(_REACHES.search(cell.text) for cell in ran):
        return ""
    tasks = (task, *others)
    for name in dict.fromkeys((*tasks, *_used(tasks, ran))):
        if why := _old(name, ran, held, saved):
            first = "Run the cell above first" if name == task else f"Run the cell that defines `{name}` first"
            return f"{first}: {why}"
    return ""


def _used(tasks: Iterable[str], ran: Sequence[Ran]) -> list[str]:
    """The notebook's own functions and classes that some tasks use."""
    tops = {task.partition(".")[0] for task in tasks}
    found = closure([d for cell in ran if not cell.code.error for d in cell.code.definitions], tops)
    return [d.binds[0] for d in found if _TOP.search(d.source) and not tops & set(d.binds)]


def _old(name: str, ran: Sequence[Ran], held: Collection[str], saved: Saved | None) -> str:
    top = name.partition(".")[0]
    if any(re.search(rf"^[ \t]*global\b.*\b{top}\b", cell.text, re.MULTILINE) for cell in ran):
        return ""
    made = next((cell for cell in reversed(ran) if _does(cell, name) not in ("", "fails")), None)
    assigned = made is not None and not tries(made.text, name) and tries(made.text, name, assigned=True)
    decisive = [(cell, does) for cell in ran if (does := _does(cell, name, assigned))]
    if not decisive:
        return ""
    last, does = decisive[-1]
    state = "is still the old definition" if top in held else "is not defined"
    if does == "fails" and not _another_cell(last, made, saved):
        return f"its last run failed with {last.failure}, so `{name}` {state}."
    if does == "defines" and top in held and saved and saved.when > last.when:
        edited = _is_edited(last, name, assigned, saved.read())
        return f"it was changed after its last run, so `{name}` {state}." if edited else ""
    return ""


def _does(cell: Ran, name: str, assigned: bool = False) -> str:
    """What a cell did with a name: "defines", "fails" to, "may define" it, or "" if nothing.

    In a cell that failed, only the lines above the failing one have run.
    """
    top = name.partition(".")[0]
    if cell.code.error:
        fails = cell.error != "" and tries(cell.text, name, assigned)
        return "fails" if fails else "" if cell.error != "" else "may define"
    binders = [d for d in cell.code.definitions if top in d.binds or "*" in d.binds]
    if _MAGIC.search(cell.text):
        return "may define"
    if not binders or not cell.error:
        return "defines" if binders else ""
    if not cell.line:
        return "may define"
    left = [d for d in binders if _last_line(d) >= cell.line]
    if any(tries(d.source, name, assigned) for d in left):
        return "fails"
    return "defines" if len(left) < len(binders) else ""


def _last_line(definition: Definition) -> int:
    """The last line of a definition in its cell; its text is padded with empty lines, so line numbers agree."""
    return definition.source.count("\n") + 1


def tries(text: str, name: str, assigned: bool = False) -> bool:
    """Whether a text that did not run would have defined a name as a function, class or method.

    With `assigned` also whether it would have assigned to it: where that is not how the name was made before, it may
    just be a number of the same name.
    """
    top = name.partition(".")[0]
    made = re.search(rf"^[ \t]*(?:async[ \t]+)?(?:def|class)[ \t]+{top}\b", text, re.MULTILINE)
    if made and (made[0][0].strip() or not _TOP.search(text[: made.start()])):  # not a method of another class
        return True
    misspelt = rf"^(?!(?:{_KEYWORDS})\b)\w+[ \t]+{top}\b.*:[ \t]*(?:#.*)?$"  # `dfe relu(x):`
    method = rf"^{re.escape(name)}[ \t]*=(?!=)" if "." in name else misspelt
    value = rf"^{top}[ \t]*(?::[^=\n]*)?=(?!=)(?!.*\b{top}\b)" if assigned else misspelt
    return re.search(f"{misspelt}|{method}|{value}", text, re.MULTILINE) is not None


def _another_cell(failed: Ran, made: Ran | None, saved: Saved | None) -> bool:
    """Whether the cell that failed is not the one that has defined the name, but stands beside it."""
    if made is None:
        return False
    if failed.identity and made.identity:
        return failed.identity != made.identity
    texts = {_plain(text) for text in saved.read()} if saved else set()
    return {_plain(failed.text), _plain(made.text)} <= texts and _plain(failed.text) != _plain(made.text)


def _is_edited(ran: Ran, name: str, assigned: bool, saved: Sequence[str]) -> bool:
    """Whether a notebook that was saved later has other code for a name, and no longer that which ran."""
    if _plain(ran.text) in {_plain(text) for text in saved}:
        return False
    return any(tries(text, name, assigned) and "NotImplementedError" not in text for text in saved)


def _plain(text: str) -> str:
    """A cell without its comments and its layout."""
    try:
        return ast.dump(parsed(python(text)))
    except UNPARSABLE:
        return "\n".join(line.rstrip() for line in text.strip().split("\n"))
