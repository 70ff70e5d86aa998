"""Runs a job in children of a sandbox: one child as long as all goes well, a new one after each that had to die."""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import takewhile
from typing import Any

from autograder.sandbox import runner, wire
from autograder.sandbox.causes import Failures
from autograder.sandbox.job import Child, ChildDied, Definition, Job, Outcome, Probe, SandboxFailed, Spawner

DEFINITION_SECONDS = 5.0
OPTIONAL_SECONDS = 6.0  # for all statements together that only change values: experiments may be among them
QUICK = 0.5  # seconds; a statement that takes longer counts among those that use these up
SEND_SECONDS = 10.0
BASE_SECONDS = 20.0  # for the definitions of a submission, and for children to start and end
TIMEOUTS_PER_GROUP = 2  # after this many, the other checks of a task get little time
HURRIED_SECONDS = 1.0  # that little: cheap checks need milliseconds
SLOWER = 3.0  # times as long as with inputs before: the limit of a check that has answered, if that is more
ANSWERS_CAP = 2 * wire.BODY_CAP  # bytes of memory that all answers of a submission may take together
LOOP = "does the loop end?"
TOGETHER = f"stopped: statements that only change values may take {OPTIONAL_SECONDS:g} s together"
USED_UP = "stopped: the notebook has used up the time that it may take in all"
BROKEN = "it broke the protocol"
STATUSES = ("returned", "raised", "undefined", "memory")


def most_seconds(probes: Sequence[Probe]) -> float:
    """The wall time that one submission may take, whatever it does.

    20 s, and for each task its two longest limits and 1 s for each further check: a check hangs once only, in whatever
    form it is asked, and after two that hung the others of the task get 1 s.
    """
    limits: dict[str, dict[str, float]] = {}
    for probe in probes:
        limits.setdefault(probe.group, {})[probe.check or probe.key] = probe.seconds
    return BASE_SECONDS + sum(_most_seconds_of_task(list(checks.values())) for checks in limits.values())


def _most_seconds_of_task(limits: list[float]) -> float:
    longest = sorted(limits, reverse=True)
    return sum(longest[:TIMEOUTS_PER_GROUP]) + sum(min(s, HURRIED_SECONDS) for s in longest[TIMEOUTS_PER_GROUP:])


def run(
    job: Job, spawner: Spawner, on_answer: Callable[[str], None] = lambda key: None, end: float = math.inf
) -> dict[str, Outcome]:
    """Ask every probe of a job, in its order; the inputs of a probe are sent when the one before is answered.

    A probe that hangs or kills its child costs that probe: the rest is asked of a new child. So is what follows a probe
    that does without other given code than the one before. Nothing is asked after
    `most_seconds`, nor after `end`, in seconds of `time.monotonic()`.

    Returns
    -------
    dict of str to Outcome
        One outcome for each probe, by its key.

    Raises
    ------
    SandboxFailed
        If the sandbox itself does not start or ends.
    """
    session = Session(job, spawner, on_answer, end)
    while pending := session.pending():
        session.serve(pending)
    return session.outcomes


class Session:
    """What has come of a job so far."""

    def __init__(self, job: Job, spawner: Spawner, on_answer: Callable[[str], None], end: float) -> None:
        self.job, self.spawner, self.on_answer = job, spawner, on_answer
        self.written = (*job.given, *job.definitions)
        self.definitions = list(self.written)
        self.outcomes: dict[str, Outcome] = {}
        self.hung: dict[str, dict[str, Outcome]] = {}  # by group and check
        self.took: dict[tuple[str, str], float] = {}  # seconds of an answer, by group and check
        self.failures: dict[tuple[str, ...], dict[int, Outcome]] = {}  # by `without`, as told before any question
        self.killed: dict[int, Outcome] = {}  # what came of definitions that ended their child
        self.asked = False
        self.bytes = 0
        self.end = min(time.monotonic() + most_seconds(job.probes), end)

    def pending(self) -> list[Probe]:
        """The probes that are still to be asked; the others get their outcome here."""
        for probe in [p for p in self.job.probes if p.key not in self.outcomes]:
            if hung := self._hung(probe):
                self.outcomes[probe.key] = hung
            elif time.monotonic() >= self.end:
                self.outcomes[probe.key] = Outcome("timeout", message=USED_UP)
        return [p for p in self.job.probes if p.key not in self.outcomes]

    def serve(self, probes: Sequence[Probe]) -> None:
        """Let one child answer as much as it can, and give its outcome to what killed it."""
        asked: Definition | Probe | None = None
        took: list[float] = []  # the seconds of each definition
        without = probes[0].without
        child = self.spawner.spawn()
        try:
            child.send(runner.opening(self._job(without)), self._deadline(SEND_SECONDS))
            failures = Failures()
            for definition in self.written:
                asked = definition
                failures.add(definition, self._define(child, took, without))
            for asked in takewhile(lambda probe: probe.without == without, probes):
                if self._hung(asked):
                    continue
                self._keep(asked, self._ask(child, asked, failures))
        except (TimeoutError, ChildDied, wire.WireError) as error:
            outcome = self._failure(error, asked)
            if isinstance(asked, Probe):
                if outcome.status == "timeout":
                    self.hung.setdefault(asked.group, {})[asked.check or asked.key] = outcome
                self._keep(asked, outcome)
            elif asked is not None:
                self._replace(len(took), outcome)
                self._leave_out(took, outcome)
            elif time.monotonic() < self.end:
                raise SandboxFailed("a child takes no job") from error
        finally:
            child.kill()

    def _hung(self, probe: Probe) -> Outcome | None:
        """The time-out of the same check, asked of other inputs before; it is not asked again."""
        return self.hung.get(probe.group, {}).get(probe.check or probe.key)

    def seconds(self, probe: Probe) -> float:
        """The limit of a probe; little after two time-outs, but enough for what has answered other inputs."""
        if len(self.hung.get(probe.group, {})) < TIMEOUTS_PER_GROUP:
            return probe.seconds
        before = self.took.get((probe.group, probe.check), 0.0)
        return min(probe.seconds, max(HURRIED_SECONDS, SLOWER * before))

    def _job(self, without: tuple[str, ...]) -> Job:
        """What the next child runs; given code that it does without leaves an empty text, so that all numbers stay."""
        count = len(self.job.given)
        given = (replace(d, source="") if set(d.binds) & set(without) else d for d in self.definitions[:count])
        return replace(self.job, given=tuple(given), definitions=tuple(self.definitions[count:]))

    def _define(self, child: Child, took: list[float], without: tuple[str, ...]) -> Outcome | None:
        """Wait for the next definition; returns how it failed."""
        index, started = len(took), time.monotonic()
        spent = sum(s for s, d in zip(took, self.written, strict=False) if d.optional)
        seconds = (
            min(DEFINITION_SECONDS, OPTIONAL_SECONDS - spent) if self.written[index].optional else DEFINITION_SECONDS
        )
        failure = self._failed_definition(child.receive(self._deadline(seconds)), index, without)
        took.append(time.monotonic() - started)
        return failure

    def _ask(self, child: Child, probe: Probe, failures: Failures) -> Outcome:
        self.asked = True
        child.send(probe.question, self._deadline(SEND_SECONDS))
        started = time.monotonic()
        outcome = _outcome(child.receive(self._deadline(self.seconds(probe))), probe, failures)
        outcome = replace(outcome, cause=outcome.cause or failures.cause(outcome, probe.parameters, self.written))
        self.bytes += _size(outcome.value)
        if self.bytes > ANSWERS_CAP:
            outcome = Outcome("memory", message=f"the answers take more than {ANSWERS_CAP >> 20} MB")
        self.took[probe.group, probe.check] = time.monotonic() - started
        return replace(outcome, seconds=time.monotonic() - started)

    def _keep(self, probe: Probe, outcome: Outcome) -> None:
        self.outcomes[probe.key] = outcome
        self.on_answer(probe.key)

    def _deadline(self, seconds: float) -> float:
        return min(time.monotonic() + seconds, self.end)

    def _failure(self, failure: Exception, asked: Definition | Probe | None) -> Outcome:
        if isinstance(failure, TimeoutError):
            seconds = self.seconds(asked) if isinstance(asked, Probe) else DEFINITION_SECONDS
            over = time.monotonic() >= self.end
            return Outcome("timeout", message=USED_UP if over else f"stopped after {seconds:g} s: {LOOP}")
        if isinstance(failure, ChildDied) and failure.reason == "cpu":
            return Outcome("timeout", message="stopped: it used up the processor time of a submission")
        if isinstance(failure, ChildDied) and failure.reason == "memory":
            return Outcome("memory", message=failure.detail)
        return Outcome("crashed", message=getattr(failure, "detail", "") or str(failure))

    def _replace(self, index: int, outcome: Outcome) -> None:
        """Put a statement that fails at once in place of the definition that killed its child."""
        error = {"timeout": "TimeoutError", "memory": "MemoryError"}.get(outcome.status, "SystemError")
        self.definitions[index] = replace(self.definitions[index], source=f"raise {error}")
        self.killed[index] = Outcome("undefined", error=error, message=outcome.message)

    def _leave_out(self, took: Sequence[float], outcome: Outcome) -> None:
        """After one that only changes values ran over its limit, do without the others that take long or follow."""
        if outcome.status != "timeout" or not self.written[len(took)].optional:
            return
        for index, definition in enumerate(self.written):
            slow = index > len(took) or (index < len(took) and took[index] > QUICK)
            if definition.optional and slow and index not in self.killed:
                self._replace(index, Outcome("timeout", message=TOGETHER))

    def _failed_definition(self, frame: Any, index: int, without: tuple[str, ...]) -> Outcome | None:
        """How a definition failed; None if it did not.

        Its words count from the children that were not asked anything yet: later ones may know what inputs an earlier
        one has seen, in spite of all walls.
        """
        kind = "failed" if isinstance(frame, dict) and "failed" in frame else "defined"
        number = frame.get(kind) if isinstance(frame, dict) else None
        if type(number) is not int or number != index:
            raise ChildDied("crashed", BROKEN)
        if problem := self.written[index].problem:
            return Outcome("undefined", error="NotRun", message=problem, cause=problem)
        if kind == "defined":
            return None
        failures = self.failures.setdefault(without, {}) | self.killed
        if index not in failures:
            texts = self._suspected(index, without) if self.asked else _texts(frame)
            failures[index] = self.failures[without][index] = Outcome("undefined", None, **texts)
        return failures[index]

    def _suspected(self, index: int, without: tuple[str, ...]) -> dict[str, str]:
        """Why a definition fails that is told too late to be believed: from its text, not from its child."""
        missing = next((name for name in without if name in self.definitions[index].uses), "")
        return (
            {"error": "NameError", "message": f"name '{missing}' is not defined"} if missing else {"error": "Exception"}
        )


def _outcome(frame: Any, probe: Probe, failures: Failures) -> Outcome:
    """Believe of a frame only what it says about its own probe.

    How a definition failed was said before the child had seen an input, and is not believed anew.
    """
    key, status, name = (_text(frame, word) for word in ("key", "status", "name"))
    if key != probe.key or status not in STATUSES:
        raise ChildDied("crashed", BROKEN)
    if status == "undefined":
        missing = failures.missing.get(name) if name in probe.parameters else None
        return missing[1] if missing else Outcome("undefined")
    if status == "memory":
        return Outcome("memory", message="out of memory")
    if status == "returned":
        return Outcome("returned", frame.get("value"))
    return failures.killed(probe.parameters) or Outcome("raised", None, **_texts(frame))


def _texts(frame: Any) -> dict[str, Any]:
    return {word: _text(frame, word)[: runner.MESSAGE_CAP] for word in ("error", "message", "place")}


def _text(frame: Any, word: str) -> str:
    text = frame.get(word) if isinstance(frame, dict) else None
    return text if isinstance(text, str) else ""


def _size(value: Any) -> int:
    """Bytes of memory that a decoded value takes."""
    inner = [*value, *value.values()] if isinstance(value, dict) else value if isinstance(value, list | tuple) else ()
    return sys.getsizeof(value) + sum(map(_size, inner))
