"""Grades a task once more with only the code above its check, which is what the kernel had run by then."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from autograder.judge import judge
from autograder.runs import Run, job
from autograder.sandbox.job import Definition, Job, Outcome, Probe
from autograder.submission import Submission
from autograder.verdict import TaskVerdict


def at_its_check(
    verdict: TaskVerdict,
    submission: Submission,
    given: Sequence[Definition],
    asked: tuple[Sequence[Run], Iterable[Probe]],
    ask: Callable[[Job], Mapping[str, Outcome]],
    provoked: Collection[str] = (),
) -> TaskVerdict:
    """The better of two verdicts: on the whole notebook, or on the code above the check. A later cell may reuse a name.

    Parameters
    ----------
    verdict : TaskVerdict
        What it earned with the whole notebook.
    submission : Submission
    given : sequence of Definition
        The course's code.
    asked : tuple
        The runs of the assignment, and their probes.
    ask : callable
        Returns what comes of a job.
    provoked : collection of str
        As for `judge`.
    """
    if verdict.passed or not (above := submission.above.get(verdict.name, ())):
        return verdict
    probes = [probe for probe in asked[1] if probe.group == verdict.name]
    attempt = job(given, above, probes, submission.modules)
    if not attempt.definitions or attempt.definitions == job(given, submission.definitions, probes).definitions:
        return verdict
    own = [run for run in asked[0] if run.task == verdict.name]
    [other] = judge(own, ask(attempt), above, provoked, submission.modules)
    return max(verdict, other, key=lambda task: task.earned)
