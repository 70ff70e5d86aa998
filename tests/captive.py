"""Lets a child of every combination of layers that holds here try what it must not, and prints what it could do.

python captive.py COURSE [LINK...]

Then it keeps a child of each until its standard input ends.
"""

from __future__ import annotations

import inspect
import json
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

from autograder.course import SECRET_FILE, Course
from autograder.sandbox import layers, session
from autograder.sandbox.job import Job, Probe, SandboxFailed
from autograder.sandbox.warm import WarmSandbox

SOLUTION = "solutions/00_target/relu.py"


def attack(paths: list[str]) -> list[str]:
    """A probe: its text is sent to the child."""
    import ctypes
    import functools
    import posix as os  # the kernel's own: the functions of `os` are stand-ins in a child

    def call(name: str, *arguments: object) -> None:
        if getattr(ctypes.CDLL(None), name)(*arguments) != 0:
            raise OSError

    header, everything = (ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)(*[0xFFFFFFFF] * 6)
    attempts = {
        "become root": lambda: os.setuid(0),
        "become root again": lambda: os.setresuid(0, 0, 0),
        "join root's group": lambda: os.setgid(0),
        "join groups": lambda: os.setgroups([0]),
        "take capabilities": lambda: call("capset", header, everything),
        "become dumpable": lambda: call("prctl", 4, 1, 0, 0, 0),
        "set its umask": lambda: os.umask(0),
    }
    attempts |= {f"read {path}": functools.partial(os.open, path, os.O_RDONLY) for path in paths}
    attempts |= {f"list {path}": functools.partial(os.listdir, path) for path in paths}
    done = []
    for what, attempt in attempts.items():
        try:
            attempt()
        except OSError:
            continue
        done.append(what)
    return done


def tried(sandbox: WarmSandbox, paths: list[str]) -> Any:
    probe = Probe("attack", inspect.getsource(attack), "attack", ("paths",), {"paths": paths})
    outcome = session.run(Job((), (), (probe,)), sandbox)["attack"]
    return outcome.value if outcome.status == "returned" else str(outcome)


def main() -> None:
    course = Course(Path(sys.argv[1]))
    roots = [course.root, *map(Path, sys.argv[2:])]
    paths = [str(root / path) for root in roots for path in ("solutions", SOLUTION, SECRET_FILE, "submitted")]
    try:
        found = layers.find(course.private).label
    except layers.NoSandbox as error:
        found = str(error)
    could, zygotes, kept = {}, {}, []
    for choice in layers.CANDIDATES:
        sandbox = WarmSandbox(layers=choice)
        with suppress(SandboxFailed):  # it does not hold here
            could[choice.label] = tried(sandbox, paths)
            sandbox.spawn()
            assert sandbox._zygote is not None
            zygotes[choice.label] = sandbox._zygote._process.pid
            kept.append(sandbox)
    print(json.dumps({"found": found, "could": could, "zygotes": zygotes}), flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
