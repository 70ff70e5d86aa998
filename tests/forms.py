"""Notebook forms: what students do to a notebook, as rows of a table in `parity/forms`."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SMALL = "00_parity"
TABLES = Path(__file__).parent / "parity" / "forms"
_ROW = re.compile(r"^## (.+)$", re.MULTILINE)
_FACT = re.compile(r"^- ([\w ]+?)(?: `([\w.]+)`)?: (.+)$", re.MULTILINE)
_BLOCK = re.compile(r"^```(\S.*)\n((?:.*\n)*?)```$", re.MULTILINE)


@dataclass(frozen=True)
class Form:
    """One row.

    Attributes
    ----------
    assignment : str
        Whose notebook it is: the table's name where that is an assignment, otherwise the small course's.
    cells : tuple of (place, text)
        The place is an exercise (the text is its answer), `above relu`, `behind relu` (between answer and check),
        `below relu` (behind its checks), `first`, `top` (behind the notebook's first code cell) or `bottom`.
    files : dict of str to str
        What is beside the notebook.
    fails : frozenset of str
        Tasks that fail in the kernel.
    lost : frozenset of str
        Tasks that pass in the kernel and not in grading.
    says : dict of str to list of str
        Words that the reasons of a task must have.
    through : frozenset of str
        What else runs this form: "ipykernel", "nbgrader", "pytest".
    not_yet : str
        Why the form does not hold today.
    """

    name: str
    assignment: str
    cells: tuple[tuple[str, str], ...]
    files: dict[str, str]
    fails: frozenset[str]
    lost: frozenset[str]
    says: dict[str, list[str]]
    through: frozenset[str]
    not_yet: str

    def notebook(self, pristine: dict[str, Any], answers: dict[str, str]) -> dict[str, Any]:
        """The student's notebook; exercises that the form leaves alone have the answer of the course."""
        notebook: dict[str, Any] = json.loads(json.dumps(pristine))
        cells = notebook["cells"]
        for cell in cells:
            if _grade_id(cell) in answers:
                cell["source"] = answers[_grade_id(cell)]
        for number, (place, text) in enumerate(self.cells):
            found = [i for i, cell in enumerate(cells) if _grade_id(cell) == place]
            if found:
                cells[found[0]]["source"] = text
            else:
                cells.insert(_where(cells, place), _own(text, f"own-{number}"))
        return notebook

    def write(self, folder: Path) -> None:
        """Write the files beside the notebook."""
        for name, text in self.files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")


def read(table: str) -> list[Form]:
    """The rows of a table, a markdown file in `parity/forms`."""
    parts = _ROW.split((TABLES / table).read_text(encoding="utf-8"))[1:]
    assignment = table.removesuffix(".md") if table[0].isdecimal() else SMALL
    return [_form(name, assignment, text) for name, text in zip(parts[::2], parts[1::2], strict=True)]


def _form(name: str, assignment: str, text: str) -> Form:
    blocks = [(place, source.removesuffix("\n")) for place, source in _BLOCK.findall(text)]
    facts = _FACT.findall(_BLOCK.sub("", text))
    assert {key for key, _, _ in facts} <= {"fails in the kernel", "lost", "says", "also through", "not yet"}, name
    told = {key: value for key, _, value in facts}
    return Form(
        name,
        assignment,
        tuple(_cell(place, source) for place, source in blocks if not place.startswith("file ")),
        {place.removeprefix("file "): source + "\n" for place, source in blocks if place.startswith("file ")},
        frozenset(re.findall(r"[\w.]+", told.get("fails in the kernel", ""))),
        frozenset(task for key, task, _ in facts if key == "lost"),
        {task: value.split("; ") for key, task, value in facts if key in ("lost", "says")},
        frozenset(re.findall(r"\w+", told.get("also through", ""))),
        told.get("not yet", ""),
    )


def _cell(place: str, source: str) -> tuple[str, str]:
    """Behind a place, `crlf` says how the cell's lines end."""
    text = source.replace("\n", "\r\n") if place.endswith(" crlf") else source
    return place.removesuffix(" crlf"), text


def _grade_id(cell: dict[str, Any]) -> str:
    return str(cell["metadata"].get("nbgrader", {}).get("grade_id", ""))


def _own(text: str, identity: str) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "id": identity,
        "metadata": {},
        "source": text,
        "execution_count": None,
        "outputs": [],
    }


def _where(cells: list[dict[str, Any]], place: str) -> int:
    """Where a cell of the student's own goes; several for one place go one below the other."""
    kind, _, exercise = place.partition(" ")
    if kind in ("first", "bottom"):
        return 0 if kind == "first" else len(cells)
    identities = [_grade_id(cell) for cell in cells]
    if kind == "top":
        at = next(i for i, identity in enumerate(identities) if identity.endswith("-setup"))
    elif kind == "below":
        at = max(
            i for i, identity in enumerate(identities) if re.match(rf"check-{exercise}\b", identity, re.IGNORECASE)
        )
    else:
        at = identities.index(exercise) - (kind == "above")
    while kind != "above" and at + 1 < len(cells) and cells[at + 1]["id"].startswith("own-"):
        at += 1
    return at + 1
