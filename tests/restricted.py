"""Runs a command as on a machine that has less.

python tests/restricted.py [--no-landlock | --old-landlock] [--no-namespaces] -- COMMAND...
"""

from __future__ import annotations

import argparse
import errno
import os
import signal
import sys
from collections.abc import Iterator, Sequence

from autograder.sandbox import landlock, limits, seccomp

LANDLOCK_CALLS = (landlock.CREATE_RULESET, landlock.ADD_RULE, landlock.RESTRICT_SELF)
NAMESPACE_CALLS = {  # what Docker's default profile refuses without CAP_SYS_ADMIN: numbers on x86_64, on aarch64
    "unshare": (272, 97), "setns": (308, 268), "mount": (165, 40), "umount2": (166, 39), "pivot_root": (155, 41),
}  # fmt: skip
CLONE = (56, 220)
NEW_NAMESPACES = 0x7E020000  # all CLONE_NEW flags that clone takes
PR_SET_CHILD_SUBREAPER = 36
PASSED_ON = {signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGTERM, signal.SIGUSR1, signal.SIGUSR2}
NOT_FOUND = 127


def deny_landlock() -> Iterator[seccomp.Instruction]:
    for number in LANDLOCK_CALLS:
        yield from _refused(number, errno.ENOSYS)


def age_landlock() -> Iterator[seccomp.Instruction]:
    """Let the kernel answer 0 when it is asked for its version; then only the first version's rights are asked for."""
    yield seccomp.JUMP_EQUAL, 0, 4, landlock.CREATE_RULESET
    yield seccomp.LOAD, 0, 0, seccomp.ARGUMENTS + 8 * 2
    yield seccomp.JUMP_EQUAL, 0, 1, landlock.VERSION_FLAG
    yield seccomp.RETURN, 0, 0, seccomp.ERROR | 0
    yield seccomp.RETURN, 0, 0, seccomp.ALLOW


def empty_landlock() -> Iterator[seccomp.Instruction]:
    """Let the kernel say that it has restricted a process, and do nothing."""
    yield from _refused(landlock.RESTRICT_SELF, 0)


def deny_namespaces() -> Iterator[seccomp.Instruction]:
    column = list(seccomp.MACHINES).index(seccomp.machine())
    for numbers in NAMESPACE_CALLS.values():
        yield from _refused(numbers[column], errno.EPERM)
    yield from _refused(seccomp.CLONE3, errno.ENOSYS)
    yield from seccomp.conditional(seccomp.Condition(CLONE, 0, (0,), NEW_NAMESPACES), CLONE[column])


def _refused(number: int, code: int) -> Iterator[seccomp.Instruction]:
    yield seccomp.JUMP_EQUAL, 0, 1, number
    yield seccomp.RETURN, 0, 0, seccomp.ERROR | code


def filter_calls(*rules: Iterator[seccomp.Instruction]) -> None:
    """Apply these rules to this process and its children for good."""
    instructions = [(seccomp.LOAD, 0, 0, seccomp.NUMBER)]
    for rule in rules:
        instructions += rule
    instructions.append((seccomp.RETURN, 0, 0, seccomp.ALLOW))
    limits.prctl(limits.PR_SET_NO_NEW_PRIVS, 1)
    seccomp.load(seccomp.assemble(instructions))


def run(command: Sequence[str]) -> int:
    """Run a command as a child, with its orphans as descendants of this process; returns its exit status."""
    limits.prctl(PR_SET_CHILD_SUBREAPER, 1)
    usual = signal.pthread_sigmask(signal.SIG_BLOCK, PASSED_ON | {signal.SIGCHLD})
    wrapper = os.getpid()
    child = os.fork()
    if not child:
        limits.die_with(wrapper)
        signal.pthread_sigmask(signal.SIG_SETMASK, usual)
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # Python ignores it
        _become(command)
    while True:
        number = signal.sigwait(PASSED_ON | {signal.SIGCHLD})
        if number != signal.SIGCHLD:
            os.kill(child, number)
        elif (status := _reap(child)) is not None:
            return status


def _become(command: Sequence[str]) -> None:
    try:
        os.execvp(command[0], command)
    except OSError as error:
        print(f"{command[0]}: {error.strerror}", file=sys.stderr, flush=True)
    os._exit(NOT_FOUND)


def _reap(child: int) -> int | None:
    """Reap all that ended; the exit status of `child`, as a shell gives it, if it is among them."""
    while True:
        ended, status = os.waitpid(-1, os.WNOHANG)
        if ended == child:
            code = os.waitstatus_to_exitcode(status)
            return code if code >= 0 else 128 - code
        if not ended:
            return None


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--no-landlock", action="store_true")
    parser.add_argument("--old-landlock", action="store_true")
    parser.add_argument("--no-namespaces", action="store_true")
    parser.add_argument("command", nargs="+", metavar="COMMAND")
    arguments = parser.parse_args()
    rules = {
        deny_landlock: arguments.no_landlock,
        age_landlock: arguments.old_landlock,
        deny_namespaces: arguments.no_namespaces,
    }
    filter_calls(*(rule() for rule, wanted in rules.items() if wanted))
    return run(arguments.command)


if __name__ == "__main__":
    sys.exit(main())
