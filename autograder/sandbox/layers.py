"""Which layers of protection really hold on this machine, found by letting a child try to break out."""

from __future__ import annotations

import functools
import glob
import inspect
import json
import os
import shutil
import site
import socket
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from autograder.errors import UserError
from autograder.sandbox import session
from autograder.sandbox.job import ChildDied, Job, Outcome, Probe

PACKAGE = Path(__file__).resolve().parents[1]
SYSTEM_FOLDERS = ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/etc/ld.so.cache")
DATA_FOLDERS = ("data", "images")  # of `sklearn.datasets`: the digits, with their labels, that checks draw from
NOBODY = "65534"
ALONE = ("--unshare-all", "--unshare-user", "--uid", NOBODY, "--gid", NOBODY, "--cap-drop", "ALL", "--die-with-parent")
BUBBLEWRAP_SECONDS = 5.0
ENVIRONMENT = {
    "HOME": "/",  # a child has none; so every machine and every layer answers alike
    "MKL_NUM_THREADS": "1",
    "MPLBACKEND": "Agg",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "PYTHONDONTWRITEBYTECODE": "1",
    "PYTHONHASHSEED": "0",
    "PYTHONUTF8": "1",
}
WAY_OUT = (
    "Student code is not run without a sandbox.\n"
    "On Linux, install bubblewrap, or use a kernel with Landlock (5.13 or newer).\n"
    "On macOS and Windows, run this in Docker or in WSL2.\n"
    "To run it all the same, with your own rights and able to read your files: `autograder grade --trust-students`,\n"
    "or for nbgrader `c.JudgeExecute.trust_students = True` in nbgrader_config.py"
)
MISPLACED = (
    "Student code could read {path}, which lies in {folder}: all code reads its packages and libraries there. "
    "Move the course, or take that folder out of LD_LIBRARY_PATH."
)


class NoSandbox(UserError):
    """No combination of layers holds here; the message names the way out."""


@dataclass(frozen=True)
class Layers:
    """What keeps a child from files; seccomp and resource limits come with each."""

    landlock: bool = True
    bubblewrap: bool = True

    @property
    def label(self) -> str:
        names = ("landlock" * self.landlock, "bubblewrap" * self.bubblewrap, "seccomp")
        return "+".join(filter(None, names))


CANDIDATES = (Layers(), Layers(landlock=False), Layers(bubblewrap=False))  # the strongest first


class _Broken(Exception):
    """A combination of layers does not hold, and why."""


@dataclass(frozen=True)
class Finding:
    """Whether one combination of layers holds here; if not, why; if so, as whom the children of root run."""

    layers: Layers
    holds: bool
    detail: str = ""


@functools.cache
def find(private: tuple[Path, ...] = ()) -> Layers:
    """Return the first combination that holds here.

    Raises
    ------
    NoSandbox
        If none does, or if something that is `private` lies where all of them let children read.
    """
    for path in private:
        if folder := _code_folder_above(path):
            raise NoSandbox(MISPLACED.format(path=path, folder=folder))
    reasons: dict[str, list[str]] = {}
    for layers in CANDIDATES:
        finding = examine(layers)
        if finding.holds:
            return layers
        reasons.setdefault(finding.detail, []).append(layers.label)
    lines = [f"{', '.join(labels)}: {reason}" for reason, labels in reasons.items()]
    raise NoSandbox("\n".join(["No sandbox works here.", *lines, WAY_OUT]))


def why_not(layers: Layers) -> str:
    """What is wrong with these layers here, "" if they hold."""
    finding = examine(layers)
    return "" if finding.holds else finding.detail


def examine(layers: Layers) -> Finding:
    """Let a canary try to break out."""
    try:
        return Finding(layers, True, _as_whom(layers, _users_number(layers)))
    except (_Broken, OSError, ChildDied) as error:
        return Finding(layers, False, str(error))


def _users_number(layers: Layers) -> int:
    """Who a canary that could do nothing else says it is."""
    if sys.platform != "linux":
        raise _Broken("needs Linux")
    if layers.bubblewrap and (problem := _bubblewraps_problem()):
        raise _Broken(problem)
    outcome = _run_canary(layers)
    if outcome.status != "returned":
        raise _Broken(f"the canary {outcome.status}: {outcome.error} {outcome.message}".strip())
    escapes, product, user = outcome.value
    if escapes:
        raise _Broken(f"a child could {', '.join(escapes)}")
    if not np.array_equal(product, [[5, 14], [14, 50]]):
        raise _Broken("matrices do not multiply")
    return int(user)


def _as_whom(layers: Layers, user: int) -> str:
    """Who the children of root are to the kernel; bubblewrap only shows them another number."""
    if os.geteuid() != 0:
        return ""
    return "as nobody" if user and not layers.bubblewrap else "as root without capabilities"


@functools.cache
def _bubblewraps_problem() -> str:
    """Why bubblewrap cannot start as little as `true`, "" if it can; one that hangs costs seconds, once."""
    bwrap = shutil.which("bwrap")
    if not bwrap:
        return "bubblewrap is not installed"
    call = [bwrap, *ALONE, "--ro-bind", "/", "/", "true"]
    try:
        subprocess.run(call, check=True, capture_output=True, stdin=subprocess.DEVNULL, timeout=BUBBLEWRAP_SECONDS)
    except subprocess.TimeoutExpired:
        return f"bubblewrap did not start `true` in {BUBBLEWRAP_SECONDS:g} s"
    except subprocess.CalledProcessError as error:
        return error.stderr.decode(errors="replace").strip() or f"bubblewrap ended with status {error.returncode}"
    except OSError as error:
        return str(error)
    return ""


def _run_canary(layers: Layers) -> Outcome:
    from autograder.sandbox.warm import WarmSandbox  # it imports this module

    with tempfile.TemporaryDirectory() as folder, socket.create_server(("127.0.0.1", 0)) as listener:
        secret = Path(folder, "secret")
        secret.write_text("secret")
        inputs = {
            "secret": str(secret),
            "folder": folder,
            "port": listener.getsockname()[1],
            "landlock": layers.landlock,
            "bubblewrap": layers.bubblewrap,
        }
        probe = Probe("canary", inspect.getsource(_canary), "_canary", tuple(inputs), inputs)
        sandbox = WarmSandbox(layers=layers)
        try:
            return session.run(Job((), (), (probe,)), sandbox)["canary"]
        finally:
            sandbox.close()


def _canary(secret: str, folder: str, port: int, landlock: bool, bubblewrap: bool) -> tuple[list[str], object, int]:
    """A probe: its text is sent to the child. Each layer must show an effect of its own."""
    import os
    import posix  # what stands in for `os` in a child would hide which wall holds
    import socket

    attempts: dict[str, Callable[[], object]] = {
        "read a secret": lambda: posix.open(secret, os.O_RDONLY),
        "list a folder": lambda: posix.listdir(folder),
        "write into a folder": lambda: posix.open(folder + "/written", os.O_WRONLY | os.O_CREAT),
        "write into the root folder": lambda: posix.open("/written", os.O_WRONLY | os.O_CREAT),
        "change a file": lambda: posix.chmod(secret, 0o777),
        "connect to a port": lambda: socket.create_connection(("127.0.0.1", port), 1),
        "start a process": lambda: posix.fork() or posix._exit(0),
        "signal its parent": lambda: posix.kill(posix.getppid(), 0),
    }
    if landlock:
        attempts["list the root folder"] = lambda: posix.listdir("/")
    if bubblewrap:
        attempts["see that a file exists"] = lambda: posix.stat(secret)
    escapes = []
    for what, attempt in attempts.items():
        try:
            attempt()
        except OSError:
            continue
        escapes.append(what)
    matrix = np.arange(6.0).reshape(2, 3)
    return escapes, matrix @ matrix.T, os.getuid()


def command(layers: Layers, control: int, readable: tuple[Path, ...], sources: int) -> list[str]:
    """The command line of a zygote that is told by its control descriptor first the `sources`, then what to do."""
    data = [str(folder.resolve()) for folder in readable]
    code, hidden = code_folders(), hidden_folders()
    settings = {"control": control, "landlock": layers.landlock, "code": code, "readable": data, "hidden": hidden}
    settings["sources"] = sources
    python = os.path.realpath(sys.executable)
    start = [python, "-S", "-P", "-m", "autograder.sandbox.zygote", json.dumps(settings)]
    return [*_bubblewrap([*code, python, *data], hidden), *start] if layers.bubblewrap else start


def environment() -> dict[str, str]:
    """All variables that a zygote gets."""
    importable = dict.fromkeys([str(PACKAGE.parent), str(_numpy().parent), *_site_folders()])
    libraries = os.pathsep.join(_library_folders())
    return {**ENVIRONMENT, "LD_LIBRARY_PATH": libraries, "PYTHONPATH": os.pathsep.join(importable)}


def code_folders() -> list[str]:
    """What a child may read and list: Python, its packages, shared libraries, and this package.

    Never a folder that is merely above these: solutions and secrets may lie beside the package.
    """
    paths = sysconfig.get_paths()
    standard = [os.path.join(sys.base_prefix, "lib"), paths["stdlib"], paths["platstdlib"]]
    own = [str(PACKAGE), str(_numpy()), str(_numpy().with_name("numpy.libs"))]
    folders = [*SYSTEM_FOLDERS, *_library_folders(), *standard, *_site_folders(), *own]
    return [folder for folder in dict.fromkeys(folders) if os.path.exists(folder)]


def hidden_folders() -> list[str]:
    """What a child may not read below the code folders, once for each path to it: the data that scikit-learn brings."""
    found = []
    for folder in code_folders():
        real = os.path.realpath(folder)
        for packages in ("", "site-packages/", "python3*/site-packages/", "python3*/dist-packages/"):
            for path in glob.iglob(f"{glob.escape(real)}/{packages}sklearn/datasets/"):
                below = os.path.relpath(os.path.realpath(path), real)
                found += [os.path.join(folder, below, name) for name in DATA_FOLDERS]
    return [path for path in dict.fromkeys(found) if os.path.isdir(path) and os.pardir not in path.split(os.sep)]


def _code_folder_above(path: Path) -> str:
    """The code folder that holds a path, by whatever links; "" if none does."""
    real = path.resolve()
    return next((folder for folder in code_folders() if real.is_relative_to(os.path.realpath(folder))), "")


def _library_folders() -> list[str]:
    """Where the modules of a cluster keep Python's shared libraries; a folder that holds none is not for code."""
    folders = os.environ.get("LD_LIBRARY_PATH", "").split(os.pathsep)
    return [folder for folder in folders if os.path.isabs(folder) and any(Path(folder).glob("*.so*"))]


def _site_folders() -> list[str]:
    paths = sysconfig.get_paths()
    user = [site.getusersitepackages()] if site.ENABLE_USER_SITE else []
    return list(dict.fromkeys([paths["purelib"], paths["platlib"], *site.getsitepackages(), *user]))


def _numpy() -> Path:
    return Path(np.__file__).resolve().parent


def _bubblewrap(paths: list[str], hidden: list[str]) -> list[str]:
    """No --proc and no --dev: both fail inside containers, and /proc shows other processes' memory."""
    binds = [argument for path in paths for argument in ("--ro-bind-try", path, path)]
    binds += [argument for path in hidden for argument in ("--tmpfs", path, "--remount-ro", path)]
    bwrap = shutil.which("bwrap") or "bwrap"
    return [bwrap, *ALONE, *binds, "--new-session", "--chdir", "/", "--remount-ro", "/"]
