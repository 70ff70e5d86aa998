"""Turns an assignment's solutions into nbgrader's source notebook, and finds what was made of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder import runs
from autograder.course import Assignment
from autograder.exercises import Check, CourseError, Exercise, lines_of
from autograder.owned import replacing
from autograder.report import number

BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
SETUP = "import numpy as np\n\nfrom autograder import check"  # what every notebook begins with
SCHEMA_VERSION = 3  # of nbgrader's cell metadata
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
TEST_FILE = '''"""The visible checks of {assignment}, on {notebook}.ipynb as saved: run `pytest` in this folder."""


def test_visible(visible_check):
    visible_check()
'''


def grade_id(task: str) -> str:
    """The grade_id of the cell that checks a task: `check-Affine-backward`."""
    return "check-" + task.replace(".", "-")


def write_source(assignment: Assignment, say: Callable[[str], None] = print) -> Path:
    """Write nbgrader's source folder of one assignment; everything in it but the notebook is what students get."""
    folder = assignment.root / "build" / "source" / assignment.name
    with replacing(folder, say) as new:
        _write_source(assignment, new)
    return folder


def _write_source(assignment: Assignment, folder: Path) -> None:
    notebook = {"cells": source_cells(assignment), "metadata": METADATA, "nbformat": 4, "nbformat_minor": 5}
    _write_json(folder / assignment.notebook_file, notebook)
    checks = {
        "assignment": assignment.name,
        "notebook": assignment.notebook_file,
        "sections": sections(assignment),
        "runs": [runs.to_json(run) for run in assignment.runs()],
    }
    (folder / "checks.json").write_text(_lines(checks), encoding="utf-8")
    test = TEST_FILE.format(assignment=assignment.name, notebook=assignment.notebook_name)
    (folder / f"test_{assignment.notebook_name}.py").write_text(test, encoding="utf-8")


def _lines(checks: Mapping[str, Any]) -> str:
    """One run a line, so that a diff shows which check has changed."""
    *head, _ = checks
    start = ",\n".join(f"{json.dumps(key)}: {json.dumps(checks[key])}" for key in head)
    rows = ",\n".join(json.dumps(run) for run in checks["runs"])
    return f'{{{start},\n"runs": [\n{rows}\n]}}\n'


def source_cells(assignment: Assignment) -> list[dict[str, Any]]:
    """The cells of nbgrader's source notebook, with the reference solutions in them."""
    cells: list[dict[str, Any]] = []
    placed: set[str] = set()
    parts = iter(enumerate(assignment.cells))
    for index, cell in parts:
        name = cell.metadata.get("exercise")
        if name is not None:
            cells += _slot(assignment, str(name), placed)
        elif "question" in cell.metadata:
            _, marking = next(parts, (0, None))
            cells += _question(assignment, cell, marking)
        elif cell.cell_type == "markdown":
            cells.append(_cell("markdown", cell.source))
        else:
            demo = "demo" in cell.metadata
            identity = f"{assignment.notebook_name}-{'demo' if demo else 'given'}-{index}"
            cells.append(_cell("code", cell.source, _marks(identity, locked=True), demo))
    for name in assignment.unplaced:
        cells += _slot(assignment, name, placed)
    text = next((i for i, cell in enumerate(cells) if cell["cell_type"] != "markdown" or cell["metadata"]), len(cells))
    setup = _cell("code", SETUP, _marks(f"{assignment.notebook_name}-setup", locked=True))
    return [*cells[:text], setup, *cells[text:]]


def sections(assignment: Assignment) -> dict[str, str]:
    """Where to read about each task: the last heading since the exercise before, or else that of the statement."""
    found: dict[str, str] = {}
    heading = ""
    for cell in assignment.cells:
        exercise = assignment.exercises.get(str(cell.metadata.get("exercise")))
        if exercise is not None:
            found |= dict.fromkeys(exercise.tasks, heading or _heading(exercise.statement))
            heading = ""
        elif cell.cell_type == "markdown":
            heading = _heading(cell.source) or heading
    return found


def _heading(text: str) -> str:
    """The last heading below the title, as it reads; "" if there is none."""
    headings = [line.lstrip("#").strip() for line in text.splitlines() if line.startswith(("## ", "### "))]
    return headings[-1] if headings else ""


def _slot(assignment: Assignment, name: str, placed: set[str]) -> list[dict[str, Any]]:
    if name not in assignment.exercises or name in placed:
        reason = "is here a second time" if name in placed else "has no file with an @exercise of that name"
        path = assignment.folder / "notebook.py"
        line = next(n for n, t in enumerate(lines_of(path.read_text("utf-8")), 1) if f'exercise="{name}"' in t)
        raise CourseError(path, line, f"the exercise `{name}` {reason}")
    placed.add(name)
    exercise = assignment.exercises[name]
    stub = _cell("code", exercise.source(BEGIN, END), _marks(name, solution=True))
    return [
        _cell("markdown", statement(exercise, assignment.barred(exercise))),
        stub,
        *(_check_cell(exercise, task) for task in exercise.tasks),
    ]


def statement(exercise: Exercise, barred: Sequence[str] = ()) -> str:
    """The exercise's statement, and exactly what is graded; the `barred` libraries may not do the work."""
    graded = []
    for check in exercise.checks:
        method = f"`{check.task.split('.')[1]}`: " if "." in check.task else ""
        graded.append(f"- {method}{check.title} ({_points(check)})")
    if barred:
        graded.append(f"\nPoints count for your own work with NumPy, not for ready-made work: {', '.join(barred)}.")
    return f"{exercise.statement}\n\n**What is graded**\n\n" + "\n".join(graded)


def _points(check: Check) -> str:
    """The points of a check, and how its parts share them: `3 points: dx 1, dW 1, db 1`."""
    points = f"{number(check.points)} {'point' if check.points == 1 else 'points'}"
    return ": ".join(filter(None, (points, ", ".join(f"{name} {number(part)}" for name, part in check.parts.items()))))


def _check_cell(exercise: Exercise, task: str) -> dict[str, Any]:
    points = sum(check.points for check in exercise.checks if check.task == task)
    return _cell("code", f'check("{task}")', _marks(grade_id(task), grade=True, locked=True, points=points))


def _question(assignment: Assignment, cell: Any, marking: Any) -> list[dict[str, Any]]:
    """A question, and the cell for its answer; the marking scheme stands where nbgrader cuts solutions out."""
    name, points = str(cell.metadata["question"]), float(cell.metadata.get("points", 0))
    if points <= 0 or marking is None or "marking" not in marking.metadata:
        path = assignment.folder / "notebook.py"
        line = next(n for n, t in enumerate(lines_of(path.read_text("utf-8")), 1) if f'question="{name}"' in t)
        raise CourseError(
            path, line, f'question "{name}" needs points=… and, next, a cell `# %% [markdown] marking=true`'
        )
    unit = "point" if points == 1 else "points"
    text = _cell("markdown", f"{cell.source}\n\n*Graded by hand, {number(points)} {unit}.*")
    answer = _cell("markdown", marking.source, _marks(f"answer-{name}", grade=True, solution=True, points=points))
    return [text, answer]


def _marks(
    identity: str, *, grade: bool = False, solution: bool = False, locked: bool = False, points: float | None = None
) -> dict[str, Any]:
    marks = {
        "grade": grade,
        "grade_id": identity,
        "locked": locked,
        "schema_version": SCHEMA_VERSION,
        "solution": solution,
        "task": False,
    }
    return marks if points is None else {**marks, "points": int(points) if points == int(points) else points}


def _cell(kind: str, source: str, marks: Mapping[str, Any] | None = None, demo: bool = False) -> dict[str, Any]:
    """A cell whose id depends on what it is only, so that a rebuild gives the same bytes."""
    digest = hashlib.sha256(f"{kind}\n{source}".encode()).hexdigest()[:16]
    metadata: dict[str, Any] = {"nbgrader": dict(marks)} if marks else {}
    if demo:
        metadata["tags"] = ["demo"]
    cell: dict[str, Any] = {
        "cell_type": kind,
        "id": str(marks["grade_id"]) if marks else digest,
        "metadata": metadata,
        "source": source,
    }
    return cell if kind == "markdown" else {**cell, "execution_count": None, "outputs": []}


def _write_json(path: Path, content: Any) -> None:
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False, sort_keys=True) + "\n", encoding="utf-8")


@dataclass(frozen=True)
class Released:
    """What students get for one assignment, as `build` made it."""

    folder: Path

    @property
    def path(self) -> Path:
        """The student's notebook.

        Raises
        ------
        FileNotFoundError
            If the assignment has not been built.
        """
        paths = list(self.folder.glob("*.ipynb"))
        if not paths:
            raise FileNotFoundError(f"{self.folder} holds no notebook: run `autograder build` first")
        return paths[0]

    def notebook(self) -> dict[str, Any]:
        """The student's notebook, untouched."""
        content: dict[str, Any] = json.loads(self.path.read_text(encoding="utf-8"))
        return content
