"""Machines that lack something, and our commands on them: forked from a process that has loaded all but our code."""

from __future__ import annotations

import atexit
import functools
import importlib
import multiprocessing
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from pathlib import Path

import restricted

from autograder.sandbox import layers, limits

SECONDS = 120
CLONE_NEWUSER = 0x10000000
BOTH, BUBBLEWRAP, LANDLOCK, NOTHING = *(candidate.label for candidate in layers.CANDIDATES), ""
COMMANDS = {"autograder": "autograder.cli", "nbgrader": "nbgrader.apps.nbgraderapp"}
PRELOADED = ("numpy", "jupytext", "nbgrader.apps.nbgraderapp", "rich.progress", "rich._windows", "threadpoolctl")

FORBIDDEN = 'echo "bwrap: setting up uid map: Permission denied" >&2; exit 1'  # AppArmor's doing on Ubuntu 24.04
HANGS = "exec sleep 1000"
ISOLATES_NOTHING = """while :; do case "$1" in
--ro-bind*) shift 3;; --uid|--gid|--cap-drop|--chdir|--remount-ro|--tmpfs) shift 2;; --*) shift;; *) exec "$@";;
esac; done"""


@dataclass(frozen=True)
class Machine:
    """A machine that lacks something.

    Attributes
    ----------
    left : str
        The layers that still hold.
    says : str
        Words about what is wrong with the others.
    loses : tuple of functions
        Each takes something from the process that calls it, for good; it is given an empty folder.
    """

    name: str
    left: str
    says: str = ""
    loses: tuple[Callable[[Path], None], ...] = ()

    def run(self, course: Path, *commands: str) -> list[subprocess.CompletedProcess[str]]:
        """Run commands of `autograder` and `nbgrader` in a course on this machine, all at once."""
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(list(PRELOADED))
        running = []
        for number, command in enumerate(commands):
            folder = course.with_name(f"command-{number}")
            folder.mkdir()
            process = context.Process(target=_become, args=(self.name, course, command.split(), folder))
            process.start()
            running.append((process, command, folder))
        return [_result(*one) for one in running]


def _result(process: BaseProcess, command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    process.join(SECONDS)
    if process.exitcode is None:
        process.kill()
        raise TimeoutError(command)
    texts = [(folder / name).read_text("utf-8") for name in ("stdout", "stderr")]
    shutil.rmtree(folder)
    return subprocess.CompletedProcess(command, process.exitcode, *texts)


def _become(machine: str, course: Path, words: list[str], folder: Path) -> None:
    """Lose what the machine lacks, and be the command."""
    for number, name in ((1, "stdout"), (2, "stderr")):
        with open(folder / name, "w") as file:
            os.dup2(file.fileno(), number)
    os.chdir(course)
    for lose in next(m.loses for m in MACHINES if m.name == machine):
        lose(folder)
    while "=" in words[0]:  # as in a shell
        os.environ.update([words.pop(0).split("=", 1)])
    sys.argv[:] = words
    try:
        sys.exit(importlib.import_module(COMMANDS[words[0]]).main())
    finally:
        atexit._run_exitfuncs()  # multiprocessing leaves them out


def landlock(folder: Path) -> None:
    restricted.filter_calls(restricted.deny_landlock())


def new_landlock(folder: Path) -> None:
    restricted.filter_calls(restricted.age_landlock())


def landlocks_effect(folder: Path) -> None:
    restricted.filter_calls(restricted.empty_landlock())


def namespaces(folder: Path) -> None:
    restricted.filter_calls(restricted.deny_namespaces())


def user_namespaces(folder: Path) -> None:
    """Move into a user namespace that may have none below it."""
    user, group = os.geteuid(), os.getegid()
    if limits.libc.unshare(CLONE_NEWUSER) != 0:
        return  # it has none
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"0 {user} 1")
    Path("/proc/self/gid_map").write_text(f"0 {group} 1")
    Path("/proc/sys/user/max_user_namespaces").write_text("0")


def bubblewrap(folder: Path) -> None:
    os.environ["PATH"] = str(folder)


def working_bubblewrap(script: str, folder: Path) -> None:
    (folder / "bwrap").write_text(f"#!/bin/sh\n{script}\n")
    (folder / "bwrap").chmod(0o755)
    os.environ["PATH"] = f"{folder}:{os.environ['PATH']}"


def linux(platform: str, modules: tuple[str, ...], folder: Path) -> None:
    """Be another platform, without some modules of Python's; ours are loaded anew there."""
    ours = [name for name in sys.modules if name.partition(".")[0] == "autograder"]
    for name in ours:
        del sys.modules[name]
    sys.modules.update(dict.fromkeys(modules))
    sys.platform = platform


def broken(script: str) -> Callable[[Path], None]:
    return functools.partial(working_bubblewrap, script)


MACHINES = [
    Machine("everything", BOTH),
    Machine("no Landlock", BUBBLEWRAP, "this kernel has no Landlock", (landlock,)),
    Machine("Landlock does nothing", BUBBLEWRAP, "a child could list the root folder", (landlocks_effect,)),
    Machine("Docker", LANDLOCK, "", (namespaces,)),
    Machine("Docker, old Landlock", LANDLOCK, "", (namespaces, new_landlock)),
    Machine("no user namespaces", LANDLOCK, "", (user_namespaces,)),
    Machine("no bubblewrap", LANDLOCK, "bubblewrap is not installed", (bubblewrap,)),
    Machine("AppArmor", LANDLOCK, "bwrap: setting up uid map: Permission denied", (broken(FORBIDDEN),)),
    Machine("bubblewrap hangs", LANDLOCK, "bubblewrap did not start `true` in 5 s", (broken(HANGS),)),
    Machine("bubblewrap does nothing", LANDLOCK, "a child could see that a file exists", (broken(ISOLATES_NOTHING),)),
    Machine("neither", NOTHING, "this kernel has no Landlock", (landlock, namespaces)),
    Machine(
        "no Landlock, bubblewrap does nothing",
        NOTHING,
        "a child could read a secret, list a folder, see that a file exists",
        (landlock, broken(ISOLATES_NOTHING)),
    ),
    Machine("macOS", NOTHING, "needs Linux", (functools.partial(linux, "darwin", ()),)),
    Machine(
        "Windows",
        NOTHING,
        "needs Linux",
        (functools.partial(linux, "win32", ("fcntl", "grp", "pwd", "resource", "termios")),),
    ),
]
