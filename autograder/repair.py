"""Finds the student's answers in a damaged notebook, and puts back what is the course's."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from autograder.cells import Cell, Notebook, cell_of, marks_of, normal, sides
from autograder.changes import informed
from autograder.definitions import Code, code, continues, makes_function, uses_up
from autograder.magics import foreign, written_file
from autograder.prose import Prose
from autograder.sandbox.handed_in import module_named
from autograder.sandbox.job import Definition

CODE_CAP = 100_000  # characters of code in a notebook
LINE_CAP = 5_000  # lines of code in a notebook, and what takes as long as a line: `;` and, in f-strings, `{`
JOIN_CAP = 20  # functions that "split cell" cut in two
CELL_CAP = 2_000
_CHECK = re.compile(r"""\bcheck\(\s*["']?([\w.]+)""")
_PYTHON = re.compile(r"^(?:def|class)[ \t]+\w+", re.MULTILINE)
_NOTHING = Code((), frozenset())
MANY = 3  # notes of one kind; of more, their number is said
_HOW = {"id": "its id", "text": "its text", "name": "the name that it defines", "place": "its place"}
_ALL_HOW = {"id": "their ids", "text": "their texts", "name": "the names that they define", "place": "their places"}


@dataclass
class Repair:
    """Finds for each cell of the course the student's cell that stands for it.

    Attributes
    ----------
    claims : dict of int to int
        Student's cell -> cell of the course that it is, or is a copy of; `how` it was recognised.
    holder : dict of int to int
        Cell of the course -> the one student's cell that stands for it.
    kept : set of int
        Cells of the course that the student has changed though they are locked, and that hold work.
    ran : tuple of Definition
        What a kernel runs from the top to the bottom: the `definitions`, and what puts a value in place of a function.
    places : list of int
        The student's cell in which each of these stands.
    beside : dict of int to dict
        Cell of the course for an answer in words that was left empty -> the student's cells beside it that may hold the
        answer, and what they say.
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
    ran: tuple[Definition, ...] = ()
    used_up: set[str] = field(default_factory=set)
    places: list[int] = field(default_factory=list)
    beside: dict[int, dict[int, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.raw, self.course_raw = normal(self.notebook)["cells"], normal(self.pristine)["cells"]
        self.course = [cell_of(raw, 0) for raw in self.course_raw]
        self.fixed = {cell.text for cell in self.course if cell.role == "fixed"}
        self.student = [cell_of(raw, number) for number, raw in enumerate(self.raw[:CELL_CAP], 1)]
        self._said: list[tuple[str, str]] = [(note, "") for note in self.notebook.get("repairs", ())]
        if len(self.raw) > CELL_CAP:
            self._say(f"the notebook has {len(self.raw)} cells; those after the {CELL_CAP}th were not read")
        self._settle_conflicts()
        fit = list(_short_enough(self.student))
        self._join_halves(fit)
        self.codes = [_code(cell, fits) for cell, fits in zip(self.student, fit, strict=True)]
        given = [code(cell.source).made for cell in self.course if cell.role == "fixed" and cell.kind == "code"]
        self.given = frozenset().union(*given)
        fixed = [code(cell.source).definitions for cell in self.course if cell.role == "fixed" and cell.kind == "code"]
        self.given_definitions = [definition for definitions in fixed for definition in definitions]
        self.stubs = self._stubs()
        self.names = frozenset().union(*self.stubs.values())
        self._claim("marks", lambda cell: cell.grade_id)
        self._claim("id", lambda cell: cell.cell_id)
        self._claim("text", lambda cell: cell.text)
        for step, wanted in (self._fix, "fixed"), (self._own, "own"), (self._answer, "answer"):
            for j, cell in enumerate(self.course):
                if cell.role == wanted:
                    step(j)
        self._place()
        self.stranger = self._strange()
        self.beside = {} if self.stranger else self._prose()
        self._report()
        self.notes = self._told()

    def _say(self, note: str, all_of_its_kind: str = "") -> None:
        """Note something; where it is noted of many cells, `all_of_its_kind` says it of `{}` cells at once."""
        self._said.append((note, all_of_its_kind))

    def _told(self) -> list[str]:
        """What was noted; many notes of one kind become one, with their number."""
        count = Counter(kind for _, kind in self._said)
        told = (kind.format(count[kind]) if kind and count[kind] > MANY else note for note, kind in self._said)
        return list(dict.fromkeys(told))

    def _stubs(self) -> dict[int, frozenset[str]]:
        """The names by which an answer is recognised: those that its stub, and no other one, defines."""
        made = {
            j: code(cell.source).made - self.given
            for j, cell in enumerate(self.course)
            if cell.role == "answer" and cell.kind == "code"
        }
        count = Counter(name for names in made.values() for name in names)
        return {j: frozenset(name for name in names if count[name] == 1) for j, names in made.items()}

    def _settle_conflicts(self) -> None:
        """Where one side of a merge conflict is as the course gave it, the other one is the student's work."""
        texts = {cell.text for cell in self.course}
        for i, cell in enumerate(self.student):
            if "<<<<<<<" not in cell.source:
                continue
            versions = [replace(cell, source=side) for side in sides(cell.source)]
            work = [version for version in versions if version.text not in texts] or versions[:1]
            if cell.text != versions[0].text and len({version.text for version in work}) == 1:
                self.student[i] = work[0]
                kind = "{} cells had a merge conflict; the side that was worked on counts"
                self._say(f"cell {cell.number} had a merge conflict; the side that was worked on counts", kind)

    def _join_halves(self, fit: list[bool]) -> None:
        """A function that was cut by "split cell" becomes one again, in the first of its cells."""
        first: int | None = None
        for i, cell in enumerate(self.student):
            before = self.student[first] if first is not None else None
            if cell.kind != "code" or not fit[i]:
                first = None
            elif before is None or len(self.dropped) == JOIN_CAP or not continues(before.source, cell.source):
                first = i
            else:
                source = before.source.rstrip("\n") + "\n" + cell.source
                grade_id, cell_id = before.grade_id or cell.grade_id, before.cell_id or cell.cell_id
                self.student[before.number - 1] = replace(before, source=source, grade_id=grade_id, cell_id=cell_id)
                self.student[i] = Cell("code", "", number=cell.number)
                self.dropped.add(i)
                kind = "{} cells went on in the next one: put together again"
                self._say(f"cell {before.number} went on in cell {cell.number}: put together again", kind)

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
        course, name = self.course[j], self.name_of(j)
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
                kind = "{} cells of the course were there more than once; one is enough"
                self._say(f"{name} was there {len(same)} times; one is enough", kind)
        else:
            why = ", which had been changed" if changed else ""
            self._say(f"put back {name}{why}", "put back {} checks and given cells" + why)

    def _own(self, j: int) -> None:
        """Text without marks: the student's, to change or delete."""
        if claimants := self._claimants(j):
            self.holder[j] = min(claimants)

    def _answer(self, j: int) -> None:
        """The last cell that is marked as the answer and was worked on; else the last that defines it."""
        course, name = self.course[j], self.name_of(j)
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
            kind = "{} answers had more than one cell; the last one counts"
            self._say(f"{count} cells were marked as {name}; the last one counts", kind)
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
        name = self.name_of(j)
        if how != "marks":
            many = f"the cells of {{}} answers had lost their metadata; recognised by {_ALL_HOW[how]}"
            self._say(f"the cell of {name} had lost its metadata; recognised by {_HOW[how]}", many)
        if kind != course.kind:
            many = f"the cells of {{}} answers had been turned into {kind}; they are {course.kind} again"
            self._say(f"the cell of {name} had been turned into {kind}; it is {course.kind} again", many)

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

    def _strange(self) -> str:
        """What is said of a notebook that is empty or belongs to something else; "" of others."""
        answers = [j for j, cell in enumerate(self.course) if cell.role == "answer"]
        answers = [j for j in answers if self.course[j].kind == "code"] or answers  # "YOUR ANSWER HERE" stands anywhere
        if not answers or any(self._elsewhere(j) or self._recognised(j) for j in answers):
            return ""
        if not any(cell.text for cell in self.student):
            return "the notebook is empty"
        wanted = ", ".join(sorted(self.name_of(j) for j in answers)[:5])
        made = sorted({name for c in self.codes for name in c.made} - self.given)[:5]
        if not made:
            return f"the notebook has no answer to this assignment: it defines none of {wanted}"
        has = "it defines " + ", ".join(f"`{name[:40]}`" for name in made)
        return f"this looks like the notebook of another assignment: {has}, none of {wanted}"

    def _prose(self) -> dict[int, dict[int, str]]:
        """Answers in words beside the empty cells for them."""
        closed = self.dropped | {i for i, c in enumerate(self.codes) if c.error and c.made}
        prose = Prose(self.course, self.student, self.holder, self.claims, frozenset(closed))
        return prose.beside()

    def _report(self) -> None:
        """Notes on what is missing, and on metadata."""
        for j in (j for j, cell in enumerate(self.course) if cell.role == "answer"):
            self._report_answer(j)
        lost = [i for j, i in self.holder.items() if not self.course[j].solution and self.course[j].grade_id]
        lost = [i for i in lost if self.how[i] != "marks"]
        changed = [i for j, i in self.holder.items() if self.how[i] == "marks" and self._marks_differ(j, i)]
        if count := len(lost) + len(changed):
            self._say(f"put back the metadata of {count} cell{'s' * (count > 1)}")

    def _report_answer(self, j: int) -> None:
        """Notes on an answer that is not in its cell."""
        name = self.name_of(j)
        if j in self.beside:
            numbers = [str(self.student[i].number) for i in self.beside[j]]
            cells = f"cell{'s' * (len(numbers) > 1)} {', '.join(numbers[:5])}{' …' * (len(numbers) > 5)}"
            self._say(f"{name} was left empty in its cell; the text in {cells} was taken for it, and a person reads it")
        elif j in self.holder and self._unrun(self.holder[j]) and not self._elsewhere(j):
            many = "the cells of {} answers begin with a line like `%%writefile`, so none of their code runs; delete it"
            self._say(f"{name}: {self._why_unrun(self.holder[j])}", many)
        elif j not in self.holder and self._elsewhere(j):
            self._say(f"{name} stands in a cell with something else", "{} answers stand in cells with something else")
        elif j not in self.holder:
            many = "the cells of {} answers were missing; put back empty ones"
            self._say(f"the cell of {name} was missing; put back an empty one", many)

    def _recognised(self, j: int) -> bool:
        return j in self.holder and self.how[self.holder[j]] != "place"

    def _marks_differ(self, j: int, i: int) -> bool:
        marks, course = marks_of(self.raw[i]), marks_of(self.course_raw[j])
        return {**marks, "checksum": None} != {**course, "checksum": None}

    def name_of(self, j: int) -> str:
        """What notes call a cell of the course."""
        cell, check = self.course[j], _CHECK.search(self.course[j].source)
        if cell.solution:
            names = sorted(self.stubs.get(j, ()))
            return ", ".join(f"`{name}`" for name in names) or f"the answer `{cell.grade_id}`"
        if cell.grade:
            return f"the check of `{check[1]}`" if check else f"the check `{cell.grade_id}`"
        return f"the given cell `{cell.grade_id}`"

    def cells(self) -> Iterator[tuple[Cell, dict[str, Any]]]:
        """The repaired notebook's cells, as records and as nbformat's dicts; they share `pristine`'s metadata."""
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
        if j in self.beside:
            pictures = {
                name: files for k in self.beside[j] for name, files in self.raw[k].get("attachments", {}).items()
            }
            cell = replace(course, source="\n\n".join(self.beside[j].values()))
            raw = {"attachments": pictures} if pictures else {}
        elif i is None:
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
        mine = {i: self.codes[i] for i in range(len(self.student)) if self.is_code(i)}
        texts = {self.course[j].text for j in self.stubs}
        texts = {text for text in texts if "NotImplementedError" in text}
        stubs = {i for i in mine if self.student[i].text in texts}
        sound = {name for i, c in mine.items() if i not in stubs and not c.error for name in _made_anew(c)}
        broken = {name for i, c in mine.items() if i not in stubs and c.error for name in c.made}
        written, self.places = set[str](), []
        found: list[Definition] = []
        used_up = set[int]()
        for i, c in mine.items():
            hidden = sound | broken if i in stubs else sound if c.error else set()
            hidden = hidden | self.given if i in self.kept else hidden
            for d in c.definitions:
                tried = not c.error and uses_up(d, written)
                written.update(self.names.intersection(d.binds) if makes_function(d) else ())
                binds = tuple(name for name in d.binds if name not in hidden)
                if binds if c.error else len(binds) == len(d.binds):
                    used_up |= {len(found)} if tried else set()
                    found.append(replace(d, binds=binds))
                    self.places.append(i)
            if names := self._unrun(i) - sound - broken:
                found.append(Definition("", tuple(sorted(names)), (), f"cell {i + 1}", problem=self._why_unrun(i)))
                self.places.append(i)
        return self._settle(found, used_up)

    def _settle(self, found: Sequence[Definition], used_up: Collection[int]) -> tuple[Definition, ...]:
        """The definitions that count, and for `above` those that a kernel runs, each with what it may change."""
        every = informed(found, self.given_definitions)
        lasting = [d for n, d in enumerate(found) if n not in used_up]
        counting = informed(lasting, self.given_definitions) if used_up else every
        kept = [(d, i) for d, i in zip(every, self.places, strict=True) if d.binds or d.changes]
        self.ran, self.places = tuple(d for d, _ in kept), [i for _, i in kept]
        self.used_up = {d.place for n, d in enumerate(found) if n in used_up}
        return tuple(d for d in counting if d.binds or d.changes)

    def _unrun(self, i: int) -> frozenset[str]:
        """What an answer defines but for a line above it like `%%writefile`; nothing if it may be imported."""
        source = self.student[i].source
        j = self.claims.get(i, -1)
        if (
            j not in self.stubs
            or self.holder.get(j) != i
            or not foreign(source)
            or any("*" in c.made for c in self.codes)
        ):
            return frozenset()
        return self.stubs[j] or code(source.lstrip().partition("\n")[2]).made

    def _why_unrun(self, i: int) -> str:
        line = foreign(self.student[i].source)
        return f"cell {i + 1} begins with `{line}`, so none of its code runs; delete that line"

    def above(self) -> dict[str, tuple[Definition, ...]]:
        """What a kernel has run at each check, where the cells below change it or what is tried out does."""
        found = {}
        for j, cell in enumerate(self.course):
            if cell.grade and (check := _CHECK.search(cell.source)):
                held = max((k for k in self.holder if k <= j), default=0)
                count = bisect_left(self.places, self.holder.get(held, 0) + (held < j))
                known = {name for d in self.ran[:count] for name in (*d.binds, *d.changes)}
                below = (n for d in self.ran[count:] for n in (*d.binds, *(set(d.changes) - self.given)))
                tried = any(d.place in self.used_up for d in self.ran[:count])
                if check[1].split(".")[0] in known and (tried or not (known | self.given).isdisjoint(below)):
                    found[check[1]] = self.ran[:count]
        return found

    def is_code(self, i: int) -> bool:
        """Whether a cell is the student's code: not the course's, not text."""
        j = self.claims.get(i)
        if (
            i in self.dropped
            or self.student[i].text in self.fixed
            or (j is not None and self.course[j].role == "fixed")
        ):
            return False
        if j is not None and self.holder.get(j) == i and self.course[j].solution:
            return self.course[j].kind == "code"
        return self.student[i].kind == "code"

    def modules(self, beside: Mapping[str, str]) -> dict[str, str]:
        """What lies beside the notebook, and above it what the notebook's cells write there."""
        found = dict(beside)
        for i, cell in enumerate(self.student):
            write = written_file(cell.source) if self.is_code(i) and len(cell.source) <= CODE_CAP else None
            if write and (name := module_named(write.path)):
                found[name] = (found.get(name, "") if write.appends else "") + write.text
        if any("sys.path" in cell.source for i, cell in enumerate(self.student) if self.is_code(i)):
            found = {**_on_path(found), **found}
        return found

    def unread(self) -> Iterator[str]:
        """A note for each code cell that is not Python; of many, their number and the first one."""
        read = {i for cells in self.beside.values() for i in cells}
        broken = [i for i, c in enumerate(self.codes) if c.error and i not in read and self.is_code(i)]
        notes = [f"cell {self.student[i].number}, {self.codes[i].error}" for i in broken]
        yield from notes if len(notes) <= MANY else [f"{len(notes)} cells cannot be read; the first is {notes[0]}"]


def _on_path(modules: Mapping[str, str]) -> dict[str, str]:
    """Modules of folders, as they are called once their folder is in `sys.path`: `lib.helpers` as `helpers`."""
    short = {name.partition(".")[2]: text for name, text in modules.items()}
    return {name: text for name, text in short.items() if name and module_named(f"{name}.py")}


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
    content: dict[str, Any] = {"cell_type": cell.kind, "id": identity, "source": cell.source, "metadata": metadata}
    if cell.kind == "code":
        content |= {"execution_count": None, "outputs": []}
    elif "attachments" in raw:
        content["attachments"] = raw["attachments"]
    return replace(cell, cell_id=identity), content


def _short_enough(cells: Sequence[Cell]) -> Iterator[bool]:
    """Whether each cell's code still fits into what we read of one notebook."""
    characters, lines = CODE_CAP, LINE_CAP
    for cell in cells:
        length, height = len(cell.source), sum(map(cell.source.count, "\n;{"))
        fits = length <= characters and height <= lines
        if fits and cell.kind == "code":
            characters, lines = characters - length, lines - height
        yield fits


def _code(cell: Cell, fits: bool) -> Code:
    """What a cell defines; text counts if it reads as Python, for it may have been code."""
    if cell.kind != "code" and not (fits and _PYTHON.search(cell.source)):
        return _NOTHING
    if not fits:
        return Code((), frozenset(), "line 1: too much code to read")
    found = code(cell.source, f"cell {cell.number}")
    return found if cell.kind == "code" or not found.error else _NOTHING
