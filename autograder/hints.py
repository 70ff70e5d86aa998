"""How much is told of a mistake: first what was seen, then the question that leads on, then where to read."""

from __future__ import annotations

from dataclasses import replace

from autograder.verdict import TaskVerdict

SEEN, QUESTION, _ = STAGES = (1, 2, 3)
MEANING = "1 what was seen, 2 a question that leads on as well, 3 where to read, too"


def staged(task: TaskVerdict, stage: int) -> TaskVerdict:
    """The verdict without its hints, while only what was seen is to be told."""
    if stage >= QUESTION:
        return task
    return replace(task, checks=tuple(replace(check, hint="") for check in task.checks))


def further(task: TaskVerdict, stage: int, again: str, section: str) -> str:
    """What stands below the verdict: how to be told more, or where to read; "" if there is nothing to mend.

    Parameters
    ----------
    task : TaskVerdict
        With its hints.
    stage : int
        What has been told.
    again : str
        How to ask for the next stage, as the beginning of a sentence.
    section : str
        The heading in the notebook above the exercise.
    """
    if not any(check.status in ("wrong", "error", "timeout") for check in task.checks):
        return ""
    known = any(check.hint for check in task.checks)
    if stage <= SEEN:
        return f"Stuck? {again} {'asks a question that leads on' if known else 'says where to read'}."
    if stage == QUESTION and known:
        return f"Still stuck? {again} says where to read."
    unknown = "" if known else "This is none of the mistakes that are known here. "
    where = f"from “{section}” down to the stub" if section else "the text above the stub"
    return f"{unknown}Read again: {where}, with your numbers beside the formula."
