"""A student's notebook -> cells and definitions, whatever happened to the file; it parses, and never runs."""

from __future__ import annotations

import copy
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from autograder.definitions import Code, closure, code, continues, functions, suggest, without_builtins
from autograder.sandbox.job import Definition

__all__ = ["Cell", "Submission", "UnreadableNotebook", "parse", "read", "repaired"]
__all__ += ["closure", "functions", "suggest"]  # from `definitions`

Notebook = dict[str, Any]
FILE_CAP = 500_000_000  # bytes that we look at
OUTPUTS_CAP = 8_000_000  # from here on outputs are cut out before the JSON is parsed
JSON_CAP = 64_000_000  # bytes without outputs
CODE_CAP = 1_000_000  # characters of code in a notebook
CELL_CAP = 2_000


class UnreadableNotebook(Exception):
    """The file is not a notebook; the message says why, in the student's words."""


@dataclass(frozen=True)
class Cell:
    """One cell; `number` is its position in the student's file from 1 on, 0 if it was put back."""

    kind: str
    source: str
    grade_id: str = ""
    cell_id: str = ""
    locked: bool = False
    grade: bool = False
    solution: bool = False
    number: int = 0

    @property
    def role(self) -> str:
        """An "answer"; "fixed" text of the course (a check, given code, a task); or the student's "own"."""
        if not self.grade_id or not (self.grade or self.locked or self.solution):
            return "own"
        return "answer" if self.solution else "fixed"

    @property
    def text(self) -> str:
        """The source as it is compared."""
        return "\n".join(line.rstrip() for line in self.source.strip().split("\n"))


@dataclass(frozen=True)
class Submission:
    """What a student handed in.

    Attributes
    ----------
    cells : tuple of Cell
        As repaired: the course's cells in their order, the student's own between them.
    definitions : tuple of Definition
        The student's top-level statements that bind names, in the order of the student's file.
    notes : tuple of str
        What was repaired or could not be read, for the instructor and the student.
    """

    cells: tuple[Cell, ...]
    definitions: tuple[Definition, ...]
    notes: tuple[str, ...]


def parse(notebook: Notebook, pristine: Notebook) -> Submission:
    """The student's definitions.

    Parameters
    ----------
    notebook : dict
        As `read` returns it.
    pristine : dict
        The student version of the assignment as it was released.
    """
    found = _Repair(notebook, pristine)
    cells = tuple(cell for cell, _ in found.cells())
    notes = [found.stranger] if found.stranger else found.notes
    return Submission(cells, found.definitions(), (*notes, *found.unread()))


def repaired(notebook: Notebook, pristine: Notebook) -> tuple[Notebook, tuple[str, ...]]:
    """A notebook that nbgrader can take, and notes on what was repaired.

    The course's cells are as in `pristine` (text, ids, nbgrader's metadata) but for the student's answers;
    the student's own cells stay at their places; outputs are dropped.
    """
    found = _Repair(notebook, pristine)
    metadata = pristine.get("metadata")
    content = {
        "cells": [raw for _, raw in found.cells()],
        "metadata": copy.deepcopy(metadata) if isinstance(metadata, dict) else {},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return content, (found.stranger,) if found.stranger else tuple(found.notes)


# ------------------------------------------------------------------ bytes -> notebook

_OUTPUTS = re.compile(rb'(?<!\\)"outputs"\s*+:\s*+\[')
_STRING_OR_BRACKET = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"|[\[\]]', re.DOTALL)
_CONFLICT = re.compile(r"^(?:<{7}|={7}|>{7})(?=[ \r\n]|$)", re.MULTILINE)


def read(data: bytes) -> Notebook:
    """The notebook in a file's bytes, in the layout of nbformat 4, without outputs.

    Raises
    ------
    UnreadableNotebook
        If there is none in it.
    """
    if len(data) > FILE_CAP:
        raise UnreadableNotebook(f"the file has {len(data) // 10**6} MB; clear its outputs and save it again")
    if not data.strip(b"\0 \t\r\n"):
        raise UnreadableNotebook("the file is empty")
    if len(data) > OUTPUTS_CAP:
        data = _without_outputs(data)
    if len(data) > JSON_CAP:
        raise UnreadableNotebook(f"the file has {len(data) // 10**6} MB besides its outputs")
    return _normal(_json(_decoded(data)))


def _decoded(data: bytes) -> str:
    encoding = json.detect_encoding(data)
    try:
        return data.decode(encoding).removeprefix("\ufeff")
    except UnicodeDecodeError:
        return data.decode("latin-1" if encoding.startswith("utf-8") else encoding, errors="replace")


def _json(text: str) -> Notebook:
    try:
        content = json.loads(text, strict=False)
    except json.JSONDecodeError as error:
        if marker := _CONFLICT.search(text):
            line = text.count("\n", 0, marker.start()) + 1
            raise UnreadableNotebook(f"line {line} has a merge conflict marker `{marker[0]}`") from None
        where = f"(line {error.lineno}, column {error.colno})"
        raise UnreadableNotebook(f"the file is not a notebook: {error.msg} {where}") from None
    except (RecursionError, ValueError):  # ValueError: a number of thousands of digits
        raise UnreadableNotebook("the file is not a notebook: it is nested too deeply") from None
    if not isinstance(content, dict) or not isinstance(content.get("cells", content.get("worksheets")), list):
        raise UnreadableNotebook("the file is JSON, but not a notebook: it has no cells")
    return content


def _without_outputs(data: bytes) -> bytes:
    """Empty each list of outputs without parsing it: 200 MB of pictures are not worth the memory."""
    parts, start = [], 0
    while opening := _OUTPUTS.search(data, start):
        end = _closing(data, opening.end())
        parts.append(data[start : opening.end()])
        start = end
    return b"".join([*parts, data[start:]])


def _closing(data: bytes, start: int) -> int:
    """Where the bracket closes that is open at `start`; `start` itself if that is too far to count."""
    depth = 1
    for count, token in enumerate(_STRING_OR_BRACKET.finditer(data, start)):
        depth += {b"[": 1, b"]": -1}.get(token[0][:1], 0)
        if depth == 0:
            return token.start()
        if count > 5_000_000:
            break
    return start


def _normal(notebook: Notebook) -> Notebook:
    """The layout of nbformat 4 with what we look at, and nothing that is of the wrong type."""
    sheets = [notebook, *_list(notebook.get("worksheets"))]
    cells = [cell for sheet in sheets if isinstance(sheet, dict) for cell in _list(sheet.get("cells"))]
    return {
        "cells": [_normal_cell(cell) for cell in cells if isinstance(cell, dict)],
        "metadata": _dict(notebook.get("metadata")),
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def _normal_cell(cell: dict[str, Any]) -> dict[str, Any]:
    kind, source = cell.get("cell_type"), cell.get("source", cell.get("input", ""))  # "input" in nbformat 3
    if isinstance(source, list):
        source = "".join(part for part in source if isinstance(part, str))
    source = source if isinstance(source, str) else ""
    source = source.encode("utf-8", "replace").decode().replace("\r\n", "\n").replace("\r", "\n")
    if kind == "heading":
        source = "#" * min(6, max(1, _int(cell.get("level")))) + f" {source}"
    if kind not in ("code", "markdown", "raw"):
        kind = "code" if kind is None and "outputs" in cell else "markdown"
    identity = {"id": cell["id"]} if isinstance(cell.get("id"), str) else {}
    normal = {"cell_type": kind, **identity, "metadata": _dict(cell.get("metadata")), "source": source}
    if kind == "code":
        return {**normal, "execution_count": None, "outputs": []}
    attachments = {
        name: files
        for name, files in _dict(cell.get("attachments")).items()
        if isinstance(files, dict) and all(isinstance(content, str) for content in files.values())
    }
    return {**normal, "attachments": attachments} if attachments else normal


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _int(value: Any) -> int:
    return value if isinstance(value, int) else 1


# ------------------------------------------------------------------ a student's cells -> the course's cells

_CHECK = re.compile(r"""\bcheck\(\s*["']?([\w.]+)""")
_PYTHON = re.compile(r"^(?:def|class)[ \t]+\w+", re.MULTILINE)
_NOTHING = Code((), frozenset())
_HOW = {"id": "its id", "text": "its text", "name": "the name that it defines", "place": "its place"}


@dataclass
class _Repair:
    """Finds for each cell of the course the student's cell that stands for it.

    Attributes
    ----------
    claims : dict of int to int
        Student's cell -> cell of the course that it is, or is a copy of; `how` it was recognised.
    holder : dict of int to int
        Cell of the course -> the one student's cell that stands for it.
    kept : set of int
        Cells of the course that the student has changed though they are locked, and that hold work.
    """

    notebook: Notebook
    pristine: Notebook
    notes: list[str] = field(default_factory=list)
    claims: dict[int, int] = field(default_factory=dict)
    how: dict[int, str] = field(default_factory=dict)
    holder: dict[int, int] = field(default_factory=dict)
    kept: set[int] = field(default_factory=set)
    dropped: set[int] = field(default_factory=set)
    stranger: str = ""

    def __post_init__(self) -> None:
        self.raw, self.course_raw = _normal(self.notebook)["cells"], _normal(self.pristine)["cells"]
        self.course = [_cell(raw, 0) for raw in self.course_raw]
        self.student = [_cell(raw, number) for number, raw in enumerate(self.raw[:CELL_CAP], 1)]
        if len(self.raw) > CELL_CAP:
            many = f"the notebook has {len(self.raw)} cells"
            self.notes.append(f"{many}; those after the {CELL_CAP}th were not read")
        self._join_halves()
        self.codes = list(_codes(self.student))
        given = [code(cell.source).made for cell in self.course if cell.role == "fixed" and cell.kind == "code"]
        self.given = frozenset().union(*given)
        self.stubs = self._stubs()
        self._claim("marks", lambda cell: cell.grade_id)
        self._claim("id", lambda cell: cell.cell_id)
        self._claim("text", lambda cell: cell.text)
        for step, wanted in (self._fix, "fixed"), (self._own, "own"), (self._answer, "answer"):
            for j, cell in enumerate(self.course):
                if cell.role == wanted:
                    step(j)
        self._place()
        self._report()

    def _stubs(self) -> dict[int, frozenset[str]]:
        """The names by which an answer is recognised: those that its stub, and no other one, defines."""
        made = {
            j: code(cell.source).made - self.given
            for j, cell in enumerate(self.course)
            if cell.role == "answer" and cell.kind == "code"
        }
        count = Counter(name for names in made.values() for name in names)
        return {j: frozenset(name for name in names if count[name] == 1) for j, names in made.items()}

    def _join_halves(self) -> None:
        """A function that was cut by "split cell" becomes one again, in the first of its cells."""
        first: int | None = None
        for i, cell in enumerate(self.student):
            before = self.student[first] if first is not None else None
            if cell.kind != "code" or len(cell.source) > CODE_CAP:
                first = None
            elif before is None or not continues(before.source, cell.source):
                first = i
            else:
                source = before.source.rstrip("\n") + "\n" + cell.source
                grade_id, cell_id = before.grade_id or cell.grade_id, before.cell_id or cell.cell_id
                self.student[before.number - 1] = replace(before, source=source, grade_id=grade_id, cell_id=cell_id)
                self.student[i] = Cell("code", "", number=cell.number)
                self.dropped.add(i)
                self.notes.append(f"cell {before.number} went on in cell {cell.number}: put together again")

    def _claim(self, how: str, key: Callable[[Cell], str]) -> None:
        """Recognise cells by something that only one cell of the course has."""
        taken = set(self.claims.values())
        keys = [key(cell) for cell in self.course]
        count = Counter(keys)
        wanted = {k: j for j, k in enumerate(keys) if k and count[k] == 1 and j not in taken}
        for i, cell in enumerate(self.student):
            j = wanted.get(key(cell))
            if j is not None and i not in self.claims and i not in self.dropped:
                self.claims[i], self.how[i] = j, how

    def _claimants(self, j: int) -> list[int]:
        return [i for i, claimed in self.claims.items() if claimed == j]

    def _fix(self, j: int) -> None:
        """A check or given code: as in the course; what the student wrote into it stays beside it."""
        course, name = self.course[j], self._name(j)
        same = [i for i in sorted(self._claimants(j)) if self.student[i].text == course.text]
        changed = [i for i in sorted(self._claimants(j)) if i not in same]
        for i in changed:
            new_names = self.codes[i].made - self.given
            (self.kept if new_names or self.student[i].kind != "code" else self.dropped).add(i)
            del self.claims[i]
        self.dropped.update(same[1:])
        if same:
            self.holder[j] = same[0]
            if len(same) > 1:
                self.notes.append(f"{name} was there {len(same)} times; one is enough")
        else:
            self.notes.append(f"put back {name}" + (", which had been changed" if changed else ""))

    def _own(self, j: int) -> None:
        """Text without marks: the student's, to change or delete."""
        if claimants := self._claimants(j):
            self.holder[j] = min(claimants)

    def _answer(self, j: int) -> None:
        """The last cell that is marked as the answer and was worked on; else the last that defines it."""
        course, name = self.course[j], self._name(j)
        marked = sorted(self._claimants(j))
        definers = self._definers(j)
        typed = [i for i in marked if self.student[i].kind == course.kind]
        retired = [] if typed or not definers else marked  # made into text, and written anew in another cell
        for i in retired:
            del self.claims[i]
        candidates = typed or ([] if retired else marked) or definers
        if not candidates:
            return
        winner = [i for i in candidates if self.student[i].text != course.text][-1:] or candidates[-1:]
        self.holder[j] = winner[0]
        if len(marked) > 1 and not retired:
            count = "two" if len(marked) == 2 else str(len(marked))
            self.notes.append(f"{count} cells were marked as {name}; the last one counts")
        elif winner[0] not in marked:
            self.how[winner[0]] = "name"
        self.claims[winner[0]] = j
        self._note_answer(j, winner[0])

    def _definers(self, j: int) -> list[int]:
        """The unclaimed cells that define what the stub defines; text cells if no code cell does."""
        names = self.stubs.get(j, frozenset())
        free = [i for i, c in enumerate(self.codes) if c.made & names and i not in self.claims]
        return [i for i in free if self.student[i].kind == "code"] or free

    def _note_answer(self, j: int, i: int) -> None:
        course, kind, how = self.course[j], self.student[i].kind, self.how[i]
        name = self._name(j)
        if how != "marks":
            self.notes.append(f"the cell of {name} had lost its metadata; recognised by {_HOW[how]}")
        if kind != course.kind:
            self.notes.append(f"the cell of {name} had been turned into {kind}; it is {course.kind} again")

    def _place(self) -> None:
        """Recognise the answers still missing by the cells before or behind them."""
        for j, cell in enumerate(self.course):
            if cell.role == "answer" and j not in self.holder and not self._elsewhere(j):
                before, behind = self.holder.get(j - 1), self.holder.get(j + 1)
                around = [before + 1] if before is not None else []
                around += [behind - 1] if behind is not None else []
                for i in around:
                    if self._could_be(cell, i):
                        self.holder[j], self.claims[i], self.how[i] = i, j, "place"
                        self._note_answer(j, i)
                        break

    def _could_be(self, course: Cell, i: int) -> bool:
        if not 0 <= i < len(self.student) or i in self.claims or i in self.dropped or i in self.kept:
            return False
        cell = self.student[i]
        made = bool(self.codes[i].made) or course.kind != "code"
        return bool(cell.text) and (cell.kind == "code") == (course.kind == "code") and made

    def _elsewhere(self, j: int) -> bool:
        names = self.stubs.get(j, frozenset())
        return any(c.made & names and i not in self.dropped for i, c in enumerate(self.codes))

    def _report(self) -> None:
        """Notes on what is missing, on metadata, and on a notebook that belongs to something else."""
        answers = [j for j, cell in enumerate(self.course) if cell.role == "answer"]
        for j in answers:
            if j not in self.holder and self._elsewhere(j):
                self.notes.append(f"{self._name(j)} stands in a cell with something else")
            elif j not in self.holder:
                self.notes.append(f"the cell of {self._name(j)} was missing; put back an empty one")
        lost = [i for j, i in self.holder.items() if not self.course[j].solution and self.course[j].grade_id]
        lost = [i for i in lost if self.how[i] != "marks"]
        changed = [i for j, i in self.holder.items() if self.how[i] == "marks" and self._marks_differ(j, i)]
        if count := len(lost) + len(changed):
            self.notes.append(f"put back the metadata of {count} cell{'s' * (count > 1)}")
        if answers and not any(self._elsewhere(j) or self._recognised(j) for j in answers):
            wanted = ", ".join(sorted(self._name(j) for j in answers)[:5])
            made = sorted({name for c in self.codes for name in c.made} - self.given)[:5]
            has = "it defines " + (", ".join(f"`{name[:40]}`" for name in made) or "nothing")
            self.stranger = f"this looks like the notebook of another assignment: {has}, none of {wanted}"

    def _recognised(self, j: int) -> bool:
        return j in self.holder and self.how[self.holder[j]] != "place"

    def _marks_differ(self, j: int, i: int) -> bool:
        marks, course = _marks(self.raw[i]), _marks(self.course_raw[j])
        return {**marks, "checksum": None} != {**course, "checksum": None}

    def _name(self, j: int) -> str:
        """What notes call a cell of the course."""
        cell, check = self.course[j], _CHECK.search(self.course[j].source)
        if cell.solution:
            names = sorted(self.stubs.get(j, ()))
            return ", ".join(f"`{name}`" for name in names) or f"the answer `{cell.grade_id}`"
        if cell.grade:
            return f"the check of `{check[1]}`" if check else f"the check `{cell.grade_id}`"
        return f"the given cell `{cell.grade_id}`"

    def cells(self) -> Iterator[tuple[Cell, dict[str, Any]]]:
        """The repaired notebook's cells, as records and as nbformat's dicts."""
        held = {i: j for j, i in self.holder.items()}
        behind: dict[int, list[int]] = {}
        anchor = -1
        for i in range(len(self.student)):
            anchor = held.get(i, anchor)
            if i not in held and i not in self.dropped:
                behind.setdefault(anchor, []).append(i)
        identities = _Identities({cell.cell_id for cell in self.course})
        for j in range(-1, len(self.course)):
            if j >= 0 and (j in self.holder or self.course[j].grade_id):
                yield self._course_cell(j, identities.of(self.course[j].cell_id))
            for i in behind.get(j, ()):
                cell = replace(self.student[i], grade_id="", locked=False, grade=False, solution=False)
                yield _written(cell, identities.of(""), {}, self.raw[i])

    def _course_cell(self, j: int, identity: str) -> tuple[Cell, dict[str, Any]]:
        course, i = self.course[j], self.holder.get(j)
        if i is None:
            cell, raw = course, self.course_raw[j]
        elif course.role == "fixed":
            cell, raw = replace(course, number=self.student[i].number), self.course_raw[j]
        else:
            mine = self.student[i]
            kind = course.kind if course.solution else mine.kind
            cell, raw = replace(course, kind=kind, source=mine.source, number=mine.number), self.raw[i]
        return _written(cell, identity, self.course_raw[j]["metadata"], raw)

    def definitions(self) -> tuple[Definition, ...]:
        """The student's definitions; a stub or a broken cell does not hide the work of another cell."""
        mine = {i: self.codes[i] for i in range(len(self.student)) if self._is_code(i)}
        texts = {self.course[j].text for j in self.stubs}
        texts = {text for text in texts if "NotImplementedError" in text}
        stubs = {i for i in mine if self.student[i].text in texts}
        sound = {name for i, c in mine.items() if i not in stubs and not c.error for name in _made_anew(c)}
        broken = {name for i, c in mine.items() if i not in stubs and c.error for name in c.made}
        found: list[Definition] = []
        for i, c in mine.items():
            hidden = sound | broken if i in stubs else sound if c.error else set()
            hidden = hidden | self.given if i in self.kept else hidden
            for d in c.definitions:
                binds = tuple(name for name in d.binds if name not in hidden)
                if binds if c.error else len(binds) == len(d.binds):
                    found.append(replace(d, binds=binds))
        return without_builtins(found)

    def _is_code(self, i: int) -> bool:
        """Whether a cell is the student's code: not the course's, not text."""
        fixed = {cell.text for cell in self.course if cell.role == "fixed"}
        j = self.claims.get(i)
        if i in self.dropped or self.student[i].text in fixed or (j is not None and self.course[j].role == "fixed"):
            return False
        if j is not None and self.holder.get(j) == i and self.course[j].solution:
            return self.course[j].kind == "code"
        return self.student[i].kind == "code"

    def unread(self) -> Iterator[str]:
        """A note for each code cell that is not Python."""
        for i, c in enumerate(self.codes):
            if c.error and self._is_code(i):
                yield f"cell {self.student[i].number}, {c.error}"


def _made_anew(cell: Code) -> Iterator[str]:
    """The names that a cell makes without the help of what they were before."""
    for definition in cell.definitions:
        yield from (name for name in definition.binds if name in cell.made and name not in definition.uses)


class _Identities:
    """Gives each cell an id of its own."""

    def __init__(self, reserved: set[str]) -> None:
        self.reserved, self.used = reserved, set[str]()

    def of(self, wanted: str) -> str:
        count = 0
        while not re.fullmatch(r"[\w-]{1,64}", wanted, re.ASCII) or wanted in self.used:
            count = max(count + 1, len(self.used))
            wanted = f"own-{count}" if f"own-{count}" not in self.reserved else ""
        self.used.add(wanted)
        return wanted


def _written(cell: Cell, identity: str, metadata: dict[str, Any], raw: dict[str, Any]) -> tuple[Cell, dict[str, Any]]:
    content: dict[str, Any] = {"cell_type": cell.kind, "id": identity, "source": cell.source}
    content["metadata"] = copy.deepcopy(metadata)
    if cell.kind == "code":
        content |= {"execution_count": None, "outputs": []}
    elif "attachments" in raw:
        content["attachments"] = raw["attachments"]
    return replace(cell, cell_id=identity), content


def _marks(raw: dict[str, Any]) -> dict[str, Any]:
    return _dict(raw["metadata"].get("nbgrader"))


def _cell(raw: dict[str, Any], number: int) -> Cell:
    marks = _marks(raw)
    grade_id = marks.get("grade_id")
    return Cell(
        raw["cell_type"],
        raw["source"],
        grade_id if isinstance(grade_id, str) else "",
        raw.get("id", ""),
        marks.get("locked") is True or marks.get("task") is True,
        marks.get("grade") is True,
        marks.get("solution") is True,
        number,
    )


def _codes(cells: Sequence[Cell]) -> Iterator[Code]:
    """What each cell defines; text counts if it reads as Python, for it may have been code."""
    left = CODE_CAP
    for cell in cells:
        place, is_code = f"cell {cell.number}", cell.kind == "code"
        if not is_code and not _PYTHON.search(cell.source):
            yield _NOTHING
            continue
        left -= len(cell.source)
        too_much = Code((), frozenset(), "line 1: too much code to read")
        found = code(cell.source, place) if left >= 0 else too_much
        yield found if is_code or not found.error else _NOTHING
