"""What grading found out: frozen records, from which text, HTML and JSON are made elsewhere."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

DIGITS = 9  # of points, behind the decimal point: 0.1 + 0.1 + 0.1 is 0.3
Status = Literal["passed", "wrong", "error", "timeout", "memory", "crashed", "not_written", "skipped", "judge_error"]


def total(points: Iterable[float]) -> float:
    """Add points up, exact to the digits that are shown."""
    return round(math.fsum(points), DIGITS)


@dataclass(frozen=True)
class CheckVerdict:
    """One check, asked once: with public inputs (`visible`) or with the course's hidden ones.

    Attributes
    ----------
    reason : str
        What was seen, in the student's words; "" where the check passed.
    hint : str
        A question that leads to the mistake; "" where the mistake was not recognised.
    picture : tuple of arrays or None
        `(got, expected)` of a visible check, where a picture of the difference helps.
    """

    title: str
    visible: bool
    status: Status
    earned: float
    points: float
    reason: str = ""
    hint: str = ""
    picture: tuple[Any, Any] | None = None


@dataclass(frozen=True)
class TaskVerdict:
    """All checks of one task: a function (`relu`), or one method of a class (`Affine.backward`)."""

    name: str
    checks: tuple[CheckVerdict, ...]

    @property
    def earned(self) -> float:
        return total(check.earned for check in self.checks)

    @property
    def points(self) -> float:
        return total(check.points for check in self.checks)

    @property
    def passed(self) -> bool:
        return all(check.status == "passed" for check in self.checks)


@dataclass(frozen=True)
class Report:
    """The verdicts on one submission.

    Attributes
    ----------
    sandbox : str
        The layers that held the student's code, "none" where there were none.
    notes : tuple of str
        What was repaired or could not be read.
    """

    assignment: str
    student: str
    notebook: str
    tasks: tuple[TaskVerdict, ...]
    sandbox: str = ""
    notes: tuple[str, ...] = ()

    @property
    def earned(self) -> float:
        return total(task.earned for task in self.tasks)

    @property
    def points(self) -> float:
        return total(task.points for task in self.tasks)

    @property
    def judge_errors(self) -> tuple[CheckVerdict, ...]:
        return tuple(c for task in self.tasks for c in task.checks if c.status == "judge_error")
