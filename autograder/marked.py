"""A student's notebook as it is graded: repaired, and with scores and verdicts where nbgrader and people look for them.

nbgrader is not needed here: whoever grades, on whatever machine, can make these notebooks.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder import report
from autograder.collect import SECRET_FILE, Collected, collect
from autograder.course import Assignment
from autograder.notebook import grade_id
from autograder.sandbox.handed_in import file_of
from autograder.submission import Submission, parse
from autograder.verdict import Report

STAGED = "build/submitted"
NAMESPACE = "scratchwork"  # our key in a notebook's metadata
REPORT_FILE = "report.json"
DIGEST_FILE = "submission.sha256"
TIMESTAMP_FILE = "timestamp.txt"  # nbgrader's name for it


@dataclass(frozen=True)
class Staged:
    """A notebook that nbgrader can take.

    Attributes
    ----------
    notebook : dict
    text : str
        The same as JSON.
    digest : str
        Changes when the work changes.
    submission : Submission or None
        What `parse` made of it; None if it failed.
    """

    notebook: dict[str, Any]
    text: str
    digest: str
    submission: Submission | None


def staged(root: Path, collected: Collected, pristine: dict[str, Any], folder: Path) -> Staged:
    """Repair what a student has handed in; whatever it is, this returns.

    Parameters
    ----------
    root : Path
        The course.
    collected : Collected
        What `collect` found in `folder`.
    pristine : dict
        The student version of the assignment as it was released.
    folder : Path
        `submitted/STUDENT/ASSIGNMENT`.
    """
    submission = None
    try:
        submission = parse(collected.notebook or pristine, pristine, collected.modules)
        notebook = submission.notebook
    except Exception:  # the grader will meet it again, and find out whose failure it is
        notebook = parse(pristine, pristine).notebook
    speakable = os.fsencode(folder).decode(errors="replace") == str(folder)
    # A name that is not UTF-8 cannot be written into a notebook.
    submitted = folder if speakable else root / STAGED / collected.student / folder.name
    notebook = {**notebook, "metadata": {**notebook["metadata"]}}
    notebook["metadata"][NAMESPACE] = {"submitted": str(submitted.relative_to(root))}
    text = json.dumps(notebook)
    beside = json.dumps(dict(collected.modules), sort_keys=True) if collected.modules else ""
    digest = hashlib.sha256((text + collected.problem + beside).encode()).hexdigest()
    return Staged(notebook, text, digest, submission if collected.notebook else None)


def files_beside(collected: Collected) -> dict[str, str]:
    """What goes with a notebook: the Python files that it needs, and what the exchange names its feedback by.

    Texts by their paths beside the notebook.
    """
    modules = {file_of(name, collected.modules): text for name, text in collected.modules.items()}
    return modules | ({SECRET_FILE: collected.secret} if collected.secret else {})


def handed_in(assignment: Assignment, pristine: dict[str, Any], folder: Path) -> tuple[Collected, Staged]:
    """What lies in a student's folder of an assignment, and the same repaired; whatever it is, this returns."""
    collected = collect(folder, assignment.notebook_file, pristine)
    return collected, staged(assignment.root, collected, pristine, folder)


def mark(cells: Iterable[dict[str, Any]], graded: Report) -> None:
    """Give each check cell the outputs that nbgrader reads scores from: a plain float, with the verdicts as HTML."""
    coded = [cell for cell in cells if cell["cell_type"] == "code"]
    found = [cell for cell in coded if cell["metadata"].get("nbgrader", {}).get("grade")]
    checks = {cell["metadata"]["nbgrader"]["grade_id"]: cell for cell in found}
    for check in checks.values():
        check["outputs"] = [_error("NotGraded", "grading did not finish")]  # no output would be full marks
    for number, task in enumerate(graded.tasks):
        if (cell := checks.get(grade_id(task.name))) is not None:
            score = min(float(task.earned), float(cell["metadata"]["nbgrader"]["points"]))
            notes = graded.notes if number == 0 else ()
            cell["outputs"] = [_score(score, report.html([task], notes))]
            cell["execution_count"] = number + 1


def report_text(graded: Report) -> str:
    """What stands in the report's file."""
    return json.dumps(report.record(graded)) + "\n"


def read_report(path: Path) -> Report:
    """Read what `report_text` wrote."""
    return report.from_record(json.loads(path.read_text(encoding="utf-8")))


def _score(score: float, html: str) -> dict[str, Any]:
    data = {"text/plain": repr(score), "text/html": html}
    return {"output_type": "execute_result", "data": data, "metadata": {}, "execution_count": 1}


def _error(name: str, message: str) -> dict[str, Any]:
    return {"output_type": "error", "ename": name, "evalue": message, "traceback": [f"{name}: {message}"]}
