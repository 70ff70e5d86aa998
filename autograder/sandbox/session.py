"""Runs a job in children of a sandbox: one child as long as all goes well, a new one after each that had to die."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from autograder.sandbox import runner, wire
from autograder.sandbox.job import ChildDied, Definition, Job, Outcome, Probe, Spawner

DEFINITION_SECONDS = 5.0
SEND_SECONDS = 10.0
TIMEOUTS_PER_GROUP = 2  # a task that hung this often is not asked again
STATUSES = ("returned", "raised", "undefined", "memory")


def run(job: Job, spawner: Spawner, on_answer: Callable[[str], None] = lambda key: None) -> dict[str, Outcome]:
    """Ask every probe of a job.

    A probe that hangs or kills its child costs that probe: the rest is asked of a new child.

    Returns
    -------
    dict of str to Outcome
        One outcome for each probe, by its key.
    """
    outcomes: dict[str, Outcome] = {}
    hung: dict[str, int] = {}
    while pending := [p for p in job.probes if p.key not in outcomes]:
        for probe in pending:
            if hung.get(probe.group, 0) >= TIMEOUTS_PER_GROUP:
                outcomes[probe.key] = Outcome("timeout", message="not asked again after two time-outs")
        pending = [p for p in pending if p.key not in outcomes]
        if not pending:
            break
        job = _serve(replace(job, probes=tuple(pending)), spawner, outcomes, hung, on_answer)
    return outcomes


def _serve(
    job: Job,
    spawner: Spawner,
    outcomes: dict[str, Outcome],
    hung: dict[str, int],
    on_answer: Callable[[str], None],
) -> Job:
    """Let one child answer as much as it can; return the job without what killed it."""
    definitions = (*job.given, *job.definitions)
    child = spawner.spawn()
    asked: Definition | Probe | None = None
    try:
        child.send(runner.request(job), time.monotonic() + SEND_SECONDS)
        for index, definition in enumerate(definitions):
            asked = definition
            _check_definition(child.receive(time.monotonic() + DEFINITION_SECONDS), index)
        for asked in job.probes:
            started = time.monotonic()
            outcome = _outcome(child.receive(started + asked.seconds), asked)
            outcomes[asked.key] = replace(outcome, seconds=time.monotonic() - started)
            on_answer(asked.key)
    except (TimeoutError, ChildDied, wire.WireError) as failure:
        outcome = _failure(failure, asked)
        if isinstance(asked, Probe):
            outcomes[asked.key] = outcome
            on_answer(asked.key)
            hung[asked.group] = hung.get(asked.group, 0) + (outcome.status == "timeout")
        elif asked is not None:
            return _without(job, definitions.index(asked), outcome)
        else:
            raise
    finally:
        child.kill()
    return job


def _check_definition(frame: Any, index: int) -> None:
    if not isinstance(frame, dict) or index not in (frame.get("defined"), frame.get("failed")):
        raise ChildDied("crashed", "it broke the protocol")


def _outcome(frame: Any, probe: Probe) -> Outcome:
    """Believe of a frame only what it says about its own probe."""
    if not isinstance(frame, dict) or frame.get("key") != probe.key or frame.get("status") not in STATUSES:
        raise ChildDied("crashed", "it broke the protocol")
    error, message, place = (str(frame.get(name, ""))[: runner.MESSAGE_CAP] for name in ("error", "message", "place"))
    return Outcome(frame["status"], frame.get("value"), error, message, place)


def _failure(failure: Exception, asked: Definition | Probe | None) -> Outcome:
    if isinstance(failure, TimeoutError):
        seconds = asked.seconds if isinstance(asked, Probe) else DEFINITION_SECONDS
        return Outcome("timeout", message=f"stopped after {seconds:g} s: does the loop end?")
    if isinstance(failure, ChildDied) and failure.reason == "cpu":
        return Outcome("timeout", message="stopped: it used up the processor time of a submission")
    if isinstance(failure, ChildDied) and failure.reason == "memory":
        return Outcome("memory", message=failure.detail)
    return Outcome("crashed", message=getattr(failure, "detail", "") or str(failure))


def _without(job: Job, index: int, outcome: Outcome) -> Job:
    """Put a statement that fails at once in place of the definition that killed its child."""
    error = {"timeout": "TimeoutError", "memory": "MemoryError"}.get(outcome.status, "SystemError")
    definitions = [*job.given, *job.definitions]
    definitions[index] = replace(definitions[index], source=f"raise {error}({outcome.message!r})")
    count = len(job.given)
    return replace(job, given=tuple(definitions[:count]), definitions=tuple(definitions[count:]))
