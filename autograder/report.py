"""Renders verdicts: as text for a terminal, as HTML for a notebook, as a record for JSON."""

from __future__ import annotations

import html as markup
import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from autograder.verdict import CheckVerdict, Report, TaskVerdict, total

MARKS = {"passed": "✓", "skipped": "…", "not_written": "○", "judge_error": "!"}
COLOURS = {"passed": "#1a7f37", "skipped": "#57606a", "not_written": "#57606a", "judge_error": "#bc4c00"}
WRONG_COLOUR = "#cf222e"
ROW = '<tr style="background:transparent">'  # JupyterLab stripes the rows of every table
LINE = "border:0;border-top:1px solid rgba(128,128,128,0.35)"
CODE = "color:inherit;background:rgba(128,128,128,0.18);padding:1px 4px;border-radius:3px"
LONGEST = 2_000  # characters of one message: student code chooses some of them
PICTURE_SIDE = 8  # rows and columns of an array that a picture shows


def clean(text: str, newlines: bool = False) -> str:
    """Take out what could disturb a terminal or a page: control, format and bidirectional characters, endless lines."""
    if len(text) > LONGEST and not newlines:
        text = text[:LONGEST] + "…"
    if text.isprintable():  # most are, and this is twenty times faster; no other white space than blanks is printable
        return text
    kept = (c if c == "\n" and newlines else " " if c.isspace() else c for c in text)
    return "".join(c for c in kept if c == "\n" or unicodedata.category(c)[0] != "C")


def number(value: float) -> str:
    return f"{value:g}"


def score(of: TaskVerdict | Report) -> str:
    """`37.5/38`."""
    return f"{number(of.earned)}/{number(of.points)}"


def text(tasks: Sequence[TaskVerdict], notes: Sequence[str] = ()) -> str:
    """Plain text: a line for each check, reason and hint below it."""
    lines = [f"note: {clean(note)}" for note in notes]
    for task in tasks:
        lines.append(_head(task))
        for check in task.checks:
            lines.append(f"  {MARKS.get(check.status, '✗')} {check.title}{_which(task, check)}{_status(check)}")
            hint = f"→ {check.hint}" if _says_it_first(task, check) else ""
            lines += [f"      {clean(part)}" for part in (check.reason, hint) if part]
    return "\n".join(lines)


def brief(tasks: Sequence[TaskVerdict], notes: Sequence[str] = ()) -> str:
    """As `text`, with one line for a task that passes, and one for all that are not written yet."""
    lines = [text([], notes)] if notes else []
    return "\n".join(
        [*lines, *(_one_line(task) or text([task]) for task in tasks if not not_begun(task)), *_open(tasks)]
    )


def begun(tasks: Sequence[TaskVerdict], notes: Sequence[str] = ()) -> str:
    """As `text`, with one line for all tasks that are not written yet."""
    words = text([task for task in tasks if not not_begun(task)], notes)
    return "\n".join(filter(None, (words, *_open(tasks))))


def not_begun(task: TaskVerdict) -> str:
    """Why a task counts as not written yet, in a few words; "" where there is work."""
    if not "not_written" in {check.status for check in task.checks} <= {"not_written", "skipped"}:
        return ""
    reason = next(check.reason for check in task.checks if check.status == "not_written")
    return "" if "did you rename it?" in reason else clean(reason.partition(": ")[0])


def _open(tasks: Sequence[TaskVerdict]) -> list[str]:
    """The tasks that are not written yet and their points, in one line; none if all are."""
    found = [task for task in tasks if not_begun(task)]
    if not found:
        return []
    many = f"{len(found)} tasks are" if len(found) > 1 else "1 task is"
    waits = any(not_begun(task).startswith("`") for task in found)  # for the stub of another task
    points = worth(total(task.points for task in found))
    names = ", ".join(f"`{task.name}`" for task in found)
    return [f"{MARKS['not_written']} {many} not written yet{', or need one that is not' * waits} ({points}): {names}"]


def worth(points: float) -> str:
    """`1 point`, `2.5 points`."""
    return f"{number(points)} point{'s' * (points != 1)}"


def _one_line(task: TaskVerdict) -> str:
    """The task in one line; "" where there is more to be said of it."""
    return f"{MARKS['passed']} {_head(task)}" if task.passed else ""


def _head(task: TaskVerdict) -> str:
    return f"{task.name}  {score(task)}"


def standing(report: Report) -> str:
    """The points so far and the next exercise to do, in one line."""
    points = f"{number(report.earned)} of {number(report.points)} points of the visible checks"
    following = next((f"next: `{task.name}`" for task in report.tasks if not task.passed), "all pass")
    return f"{points}; {following}"


def html(tasks: Sequence[TaskVerdict], notes: Sequence[str] = ()) -> str:
    """HTML with inline styles only, so that it looks the same in JupyterLab, VS Code and nbgrader's feedback."""
    noted = "".join(f"<p><em>{_escape(note)}</em></p>" for note in notes)
    return noted + "".join(_task_html(task) for task in tasks)


def paragraph(words: str) -> str:
    """HTML of a sentence below a table."""
    return f"<p>{_escape(words)}</p>" if words else ""


def record(report: Report) -> dict[str, Any]:
    """The report as plain data, one JSON object."""
    return {
        "assignment": report.assignment,
        "student": report.student,
        "notebook": report.notebook,
        "earned": report.earned,
        "points": report.points,
        "sandbox": report.sandbox,
        "notes": [clean(note) for note in report.notes],
        "exercises": [
            {
                "name": task.name,
                "earned": task.earned,
                "points": task.points,
                "checks": [
                    {
                        "title": check.title,
                        "visible": check.visible,
                        "status": check.status,
                        "earned": check.earned,
                        "points": check.points,
                        "reason": clean(check.reason),
                        "hint": clean(check.hint),
                    }
                    for check in task.checks
                ],
            }
            for task in report.tasks
        ],
    }


def from_record(data: Mapping[str, Any]) -> Report:
    """Read what `record` made."""
    tasks = tuple(
        TaskVerdict(task["name"], tuple(CheckVerdict(**check) for check in task["checks"]))
        for task in data["exercises"]
    )
    assignment, student, notebook = data["assignment"], data["student"], data["notebook"]
    return Report(assignment, student, notebook, tasks, data["sandbox"], tuple(data["notes"]))


def _says_it_first(task: TaskVerdict, check: CheckVerdict) -> bool:
    """Whether the hint of a check is new to who reads from the top."""
    return bool(check.hint) and next(c for c in task.checks if c.hint == check.hint) is check


def _which(task: TaskVerdict, check: CheckVerdict) -> str:
    """Tell the hidden run of a check from the visible one, where both are shown."""
    titles = [other.title for other in task.checks]
    if titles.count(check.title) == 1:
        return ""
    return " (visible inputs)" if check.visible else " (hidden inputs)"


def _status(check: CheckVerdict) -> str:
    return "" if check.status in ("passed", "wrong") else f" [{check.status.replace('_', ' ')}]"


def _escape(words: str) -> str:
    """HTML of student-side words; what stands in backticks is code."""
    return re.sub(r"`([^`]+)`", rf'<code style="{CODE}">\1</code>', markup.escape(clean(words)))


def _task_html(task: TaskVerdict) -> str:
    rows = "".join(_row(task, check) for check in task.checks)
    colour = COLOURS["passed"] if task.passed else WRONG_COLOUR
    return (
        '<table style="border-collapse:collapse;border:0;margin:0.5em 0;min-width:36em;font-size:95%;text-align:left">'
        f'{ROW}<th colspan="3" style="text-align:left;padding:6px 10px;border:0;border-bottom:2px solid {colour}">'
        f'<code style="{CODE}">{_escape(task.name)}</code>'
        f'<span style="float:right">{number(task.earned)} of {number(task.points)} points</span></th></tr>'
        f"{rows}</table>"
    )


def _row(task: TaskVerdict, check: CheckVerdict) -> str:
    colour = COLOURS.get(check.status, WRONG_COLOUR)
    cell = f'<td style="{LINE};padding:6px 10px;vertical-align:top;text-align:left'
    words = f"<strong>{_escape(check.title)}</strong>{_which(task, check)}{_status(check)}"
    if check.reason:
        words += f"<br>{_escape(check.reason)}"
    if _says_it_first(task, check):
        words += (
            '<div style="margin:4px 0;padding:2px 8px;border-left:3px solid #0969da;background:rgba(9,105,218,0.12)">'
            f"<strong>Hint</strong> {_escape(check.hint)}</div>"
        )
    if check.picture is not None and check.status == "wrong":
        words += picture(*check.picture)
    points = f"{number(check.earned)}/{number(check.points)}" if check.points else ""
    mark = (
        f'<span role="img" aria-label="{check.status.replace("_", " ")}" style="display:inline-block;width:1.4em;'
        f'border-radius:3px;text-align:center;font-weight:bold;color:#fff;background:{colour}">'
        f"{MARKS.get(check.status, '✗')}</span>"
    )
    last = f'{cell};white-space:nowrap;text-align:right">{points}</td>'
    return f'{ROW}{cell};width:1.4em">{mark}</td>{cell}">{words}</td>{last}</tr>'


def picture(got: Any, expected: Any) -> str:
    """Both arrays side by side as tables of numbers, with the wrong numbers coloured by how wrong they are.

    "" where that shows nothing.
    """
    if isinstance(got, list | tuple):
        return ""
    one, other = np.asarray(got), np.asarray(expected)
    if max(one.ndim, other.ndim) > 2 or not {one.dtype.kind, other.dtype.kind} <= set("biuf"):
        return ""
    wrong = None
    if one.shape == other.shape and one.size:
        with np.errstate(all="ignore"):
            gap = np.abs(one.astype(float) - other.astype(float))
            wrong = np.atleast_2d(np.where(np.isfinite(gap), gap, np.inf))
            wrong[np.atleast_2d(np.isclose(one, other, rtol=1e-6, atol=1e-9, equal_nan=True))] = 0
        if not wrong.any() and (one.dtype == bool) == (other.dtype == bool):
            return ""  # the same numbers twice show nothing: it is the dtype that differs
    digits = _digits(one, other, wrong)
    return (
        '<div style="display:flex;flex-wrap:wrap;gap:1.5em;margin-top:0.4em">'
        f"{_grid('yours', one, wrong, digits)}{_grid('expected', other, None, digits)}</div>"
    )


def _digits(one: Any, other: Any, wrong: Any) -> int:
    """How many digits tell the wrong numbers that are shown from the right ones: 4 if they can, and 8 at most."""
    if wrong is None:
        return 4
    corner = slice(PICTURE_SIDE), slice(PICTURE_SIDE)
    shown = np.nonzero(wrong[corner])
    mine, right = (np.atleast_2d(array)[corner][shown] for array in (one, other))
    pairs = [(float(a), float(b)) for a, b in zip(mine, right, strict=True)]
    return next((n for n in range(4, 9) if all(f"{a:.{n}g}" != f"{b:.{n}g}" for a, b in pairs)), 4)


def _grid(title: str, array: Any, wrong: Any, digits: int) -> str:
    grid = np.atleast_2d(array)
    largest = float(np.nanmax(wrong[np.isfinite(wrong)], initial=0)) if wrong is not None else 0.0
    rows = []
    for i, row in enumerate(grid[:PICTURE_SIDE]):
        gaps = wrong[i] if wrong is not None else np.zeros(PICTURE_SIDE)
        cells = "".join(_cell(v, gap, largest, digits) for v, gap in zip(row[:PICTURE_SIDE], gaps, strict=False))
        rows.append(f"{ROW}{cells}{'<td>…</td>' if grid.shape[1] > PICTURE_SIDE else ''}</tr>")
    shape = f" {array.shape}" if array.ndim else ""
    more = f"{ROW}<td>⋮</td></tr>" if len(grid) > PICTURE_SIDE else ""
    caption = (
        f'<caption style="caption-side:top;text-align:left;padding:0 0 2px;color:inherit">{title}{shape}</caption>'
    )
    style = "border-collapse:collapse;border:0;margin:0;font-family:monospace;font-size:90%"
    return f'<table style="{style}">{caption}{"".join(rows)}{more}</table>'


def _cell(value: Any, gap: float, largest: float, digits: int) -> str:
    strength = 0.0 if not gap else 0.15 + 0.4 * min(1.0, gap / largest if largest else 1.0)
    box = "border:1px solid rgba(128,128,128,0.25);min-width:4em;padding:2px 6px;text-align:right"
    style = f"{box};background:rgba(207,34,46,{strength:.2f})"
    return f'<td style="{style}">{f"{value:.{digits}g}" if value.dtype.kind == "f" else value}</td>'
