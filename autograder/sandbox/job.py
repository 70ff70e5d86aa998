"""What goes into a sandbox and what comes out: a job of definitions and probes, and an outcome for each probe."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Any, Literal, Protocol

from autograder.sandbox import wire

Status = Literal["returned", "raised", "undefined", "timeout", "memory", "crashed"]

NO_MODULES: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True)
class Definition:
    """One top-level statement of a notebook that binds names, or may change what they are bound to.

    Attributes
    ----------
    source : str
        The statement's text.
    binds, uses : tuple of str
        The names that it binds, and the global names that it looks up (also later, inside functions).
    place : str
        Where it stands, in the student's words: "cell 7, line 3".
    changes : tuple of str
        The names whose values it may change without binding them: `W` for `W.fill(0)`.
    optional : bool
        Whether a job needs it only because of what it may change.
    effects : autograder.names.Effects or None
        What its text says of that, before the rest of the notebook is known.
    problem : str
        Why it does not run, as a sentence; "" if it does.
    """

    source: str
    binds: tuple[str, ...]
    uses: tuple[str, ...] = ()
    place: str = ""
    changes: tuple[str, ...] = ()
    optional: bool = False
    problem: str = ""
    effects: Any = field(default=None, compare=False, repr=False)


@dataclass(frozen=True)
class Probe:
    """A function whose parameters are definitions (by name) and inputs, and which returns raw values.

    Attributes
    ----------
    key : str
        Names the probe within its job.
    source : str
        Text of one function definition, without decorators; it uses its parameters, builtins and `np` only.
    name : str
        The function's name.
    parameters : tuple of str
        Each is a key of `inputs` or the name of a definition.
    seconds : float
        Wall time that the probe may take.
    group : str
        The task: after two time-outs, the rest of a group gets little time.
    without : tuple of str
        Names of given code that does not run in the child that answers this probe.
    check : str
        Probes of one check ask the same of other inputs: when one of them has hung, the others are not asked.
    """

    key: str
    source: str
    name: str
    parameters: tuple[str, ...]
    inputs: dict[str, Any]
    seconds: float = 5.0
    group: str = ""
    without: tuple[str, ...] = ()
    check: str = ""

    @cached_property
    def question(self) -> bytes:
        """Its frame; it is the same for every student, so it is made once."""
        return wire.encode([self.key, self.source, self.name, list(self.parameters), self.inputs])


@dataclass(frozen=True)
class Job:
    """All that one submission is asked.

    Attributes
    ----------
    given : tuple of Definition
        The notebook's given code, from the course, run first and never replaced by the student's.
    definitions : tuple of Definition
        The student's, in the notebook's order.
    probes : tuple of Probe
    modules : mapping of str to str
        The texts of the Python modules that were handed in with the notebook, by their names.
    """

    given: tuple[Definition, ...]
    definitions: tuple[Definition, ...]
    probes: tuple[Probe, ...]
    modules: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Outcome:
    """What one probe did: the value that it returned, or how it failed.

    `undefined`: a definition that the probe asks for is missing (`error` is "") or failed (`error`, `message`,
    `place` say how). `raised`: `error` is the exception's type name. `memory`, `timeout`, `crashed`: the child
    met a limit or died; `message` names the limit. `cause` names the statement that did not run, if that is why.
    """

    status: Status
    value: Any = None
    error: str = ""
    message: str = ""
    place: str = ""
    seconds: float = field(default=0.0, compare=False)
    cause: str = ""


class ChildDied(Exception):
    """The child's end of the channel closed, or broke the protocol. `reason` is "memory", "cpu" or "crashed"."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason} {detail}".strip())
        self.reason, self.detail = reason, detail


class SandboxFailed(OSError):
    """The sandbox itself does not start or has ended: not the doing of one submission's code."""


class Child(Protocol):
    """A fresh process that serves one job: `runner.serve` runs in it, on the other end of this channel."""

    def send(self, frame: bytes, deadline: float) -> None:
        """Send one whole frame; `deadline` is in seconds of `time.monotonic()`.

        Raises TimeoutError, ChildDied or SandboxFailed.
        """

    def receive(self, deadline: float) -> Any:
        """Read one frame with `wire.read_frame`. Raises TimeoutError, ChildDied, SandboxFailed, wire.WireError."""

    def kill(self) -> None:
        """End the process and reap it; may be called twice."""


class Spawner(Protocol):
    """Makes children, one at a time."""

    label: str  #: names the layers that hold the child, as "landlock+seccomp", or "none"

    def spawn(self) -> Child: ...

    def close(self) -> None: ...
