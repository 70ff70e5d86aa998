"""Machines that lack something: the layers that are left hold and are named, or grading refuses and touches nothing."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import signal
import sqlite3
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import REPOSITORY, filled, references, submit
from machines import LANDLOCK, MACHINES, Machine
from test_sandbox import assert_all_end, descendants

from autograder.course import Course
from autograder.grade import UNPROTECTED
from autograder.marked import REPORT_FILE
from autograder.sandbox import layers

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the sandbox needs Linux")

NAME, NOTEBOOK = "00_target", "submitted/alice/00_target/target.ipynb"
NEITHER = next(machine for machine in MACHINES if machine.name == "neither")


@pytest.fixture(scope="module")
def built(target: Course, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small course with one submission, which is right."""
    course = Course(Path(shutil.copytree(target.root, tmp_path_factory.mktemp("layers") / "course")))
    submit(course, "alice", NAME, filled(course, NAME, references(course, NAME)))
    return course.root


@pytest.fixture
def course(built: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(built, tmp_path / "course"))


@pytest.mark.parametrize("machine", MACHINES, ids=lambda machine: machine.name)
def test_machine(machine: Machine, course: Path) -> None:
    needed = next((candidate for candidate in layers.CANDIDATES if candidate.label == machine.left), None)
    if needed and (reason := layers.why_not(needed)):
        pytest.skip(reason)
    before = files_of(course)
    doctor, *graded = machine.run(
        course,
        "autograder doctor",
        f"autograder grade {NAME} {NOTEBOOK} --json",
        f"nbgrader autograde {NAME}",
        *([] if machine.left else [f"autograder grade {NAME}"]),
    )
    assert machine.says in re.sub("[│ \n]+", " ", doctor.stdout)
    if machine.left:
        assert f"held by: {machine.left}\n" in doctor.stdout
        assert [run.returncode for run in (doctor, *graded)] == [0, 0, 0], [run.stderr for run in graded]
        for report in (json.loads(graded[0].stdout), report_of(course)):
            assert (report["sandbox"], report["earned"], report["notes"]) == (machine.left, report["points"], [])
        assert UNPROTECTED not in graded[1].stderr
    else:
        assert doctor.returncode == 1
        for run in graded:
            assert_refused(run)
            assert machine.says in run.stderr
        assert files_of(course) == before
        assert rows(course) == 0


def assert_refused(run: subprocess.CompletedProcess[str]) -> None:
    assert (run.returncode, run.stdout) == (2, "")
    assert run.stderr.count("No sandbox works here.") == 1
    for words in ("Docker", "--trust-students", "c.JudgeExecute.trust_students = True"):
        assert words in run.stderr
    assert "Traceback" not in run.stderr


def files_of(course: Path) -> set[str]:
    """All files but Python's caches and the lock files of a database."""
    return {str(path) for path in course.rglob("*") if "__pycache__" not in path.parts}


def report_of(course: Path) -> dict[str, object]:
    return dict(json.loads((course / "autograded" / "alice" / NAME / REPORT_FILE).read_text("utf-8")))


def rows(course: Path) -> int:
    """How many students, submissions and scores the gradebook holds."""
    with closing(sqlite3.connect(course / "gradebook.db")) as gradebook:
        tables = ("student", "submitted_assignment", "submitted_notebook", "grade")
        return sum(gradebook.execute(f"select count(*) from {table}").fetchone()[0] for table in tables)


TRUSTING = [  # (the command, what is added to nbgrader_config.py)
    (f"autograder grade {NAME} --trust-students", ""),
    (f"nbgrader autograde {NAME}", "c.JudgeExecute.trust_students = True"),
    (f"nbgrader autograde {NAME} --JudgeExecute.trust_students=True", ""),
]


@pytest.mark.parametrize(("command", "setting"), TRUSTING, ids=[command for command, _ in TRUSTING])
def test_trusted_students_are_stamped_everywhere(command: str, setting: str, course: Path) -> None:
    with (course / "nbgrader_config.py").open("a") as config:
        config.write(f"\nc = get_config()\n{setting}\n")
    (run,) = NEITHER.run(course, command)
    assert run.returncode == 0, run.stderr
    assert f"alice: {UNPROTECTED}" in run.stdout + run.stderr
    assert (report_of(course)["sandbox"], report_of(course)["notes"]) == ("none", [UNPROTECTED])
    notebook = json.loads((course / "autograded" / "alice" / NAME / "target.ipynb").read_text("utf-8"))
    outputs = [output for cell in notebook["cells"] for output in cell.get("outputs", ())]
    assert UNPROTECTED in "".join(outputs[0]["data"]["text/html"])  # what formgrader shows
    (feedback,) = NEITHER.run(course, f"nbgrader generate_feedback {NAME}")
    assert feedback.returncode == 0, feedback.stderr
    assert UNPROTECTED in (course / "feedback" / "alice" / NAME / "target.html").read_text("utf-8")


def test_trusted_students_in_the_terminal(course: Path) -> None:
    lines, table = NEITHER.run(
        course,
        f"autograder grade {NAME} {NOTEBOOK} --trust-students --json",
        f"FORCE_COLOR=1 autograder grade {NAME} {NOTEBOOK} --trust-students",
    )
    report = json.loads(lines.stdout)
    assert (report["sandbox"], report["notes"], report["earned"]) == ("none", [UNPROTECTED], report["points"])
    assert re.search(r"\x1b\[1;31m *00_target  \(sandbox: none\)", table.stdout)
    assert UNPROTECTED in table.stdout


USER, NOBODY = 12345, 65534
WHO = {  # who grades: as whom the kernel sees children, with bubblewrap and without, and what the doctor says of that
    "root": (0, NOBODY, "holds: as nobody"),
    "root, code in a closed home": (0, 0, "holds: as root without capabilities"),
    "a plain user": (USER, USER, "holds"),
}


@pytest.mark.parametrize("who", WHO)
def test_children_have_no_rights(who: str, built: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("needs root, to be others")
    with tempfile.TemporaryDirectory(dir="/tmp") as name:
        home = Path(name) / "home"
        shutil.copytree(REPOSITORY / "autograder", home / "autograder", ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copyfile(REPOSITORY / "tests" / "captive.py", home / "captive.py")
        subprocess.run(["chmod", "-R", "a+rX", name], check=True)
        home.chmod(0o700 if "closed" in who else 0o755)
        be = f"--reuid {USER} --regid {USER} --clear-groups" if "plain" in who else "--groups 4,27"
        start = [*opened(Path(sys.base_prefix), Path(sys.prefix)), "setpriv", *be.split()]
        place: Any = {"env": {**os.environ, "PYTHONPATH": str(home), "TMPDIR": "/tmp"}, "cwd": "/"}
        doctor = [*start, sys.executable, "-m", "autograder.cli", "doctor"]
        lines = subprocess.run(doctor, **place, capture_output=True, text=True, check=True).stdout.splitlines()
        said = {
            label.strip(): words.strip() for _, label, words, _ in (row.split("│") for row in lines if row[0] == "│")
        }
        captive = [*start, sys.executable, home / "captive.py", built]
        with subprocess.Popen(captive, **place, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as judge:
            assert judge.stdout is not None
            seen = json.loads(judge.stdout.readline())
            families = {label: descendants(pid) for label, pid in seen["zygotes"].items()}
            assert families, seen["found"]
            assert said[LANDLOCK] == WHO[who][2] or LANDLOCK not in families
            for label, family in families.items():
                assert seen["could"][label] == []
                assert_without_rights(family[-1], WHO[who]["bubblewrap" not in label], "bubblewrap" in label)
            everyone = [pid for family in families.values() for pid in family]
            watched = [os.pidfd_open(pid) for pid in everyone]
            for pid in everyone:
                os.kill(pid, signal.SIGSTOP)  # now they cannot see that the judge hangs up: the kernel must end them
            judge.kill()
            assert_all_end(watched)


def assert_without_rights(pid: int, user: int, bubblewrap: bool) -> None:
    until = time.monotonic() + 10
    while (status := status_of(pid))["Seccomp"] != "2":  # the last that a child does before student code runs
        assert time.monotonic() < until
    assert status["Uid"].split() == status["Gid"].split() == [str(user)] * 4
    for sort in ("CapInh", "CapPrm", "CapEff", "CapAmb"):
        assert int(status[sort], 16) == 0
    assert (status["NoNewPrivs"], status["Umask"]) == ("1", "0777")
    if user != USER:  # a plain user has no right to give up the right to have been given capabilities
        assert int(status["CapBnd"], 16) == 0
    if not bubblewrap:  # it forbids to leave groups, and shows them as nobody's
        assert status["Groups"] == ""
    assert Path(f"/proc/{pid}/status").stat().st_uid == 0  # its user's, were it dumpable


def status_of(pid: int) -> dict[str, str]:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return {key: value.strip() for key, _, value in (line.partition(":") for line in lines)}


def opened(*paths: Path) -> list[str]:
    """A command in front of others: to them, these folders lie below no folder that is closed to others."""
    lines, closed = [], {path: closed_above(path) for path in paths}
    for number, path in enumerate(path for path in paths if closed[path]):
        lines.append(f"mkdir $hold/{number} && mount --bind {shlex.quote(str(path))} $hold/{number}")
    lines += [f"mount -t tmpfs -o mode=755 none {shlex.quote(str(top))}" for top in {*closed.values()} - {None}]
    for number, path in enumerate(path for path in paths if closed[path]):
        lines.append(f"mkdir -p {shlex.quote(str(path))} && mount --bind $hold/{number} {shlex.quote(str(path))}")
    script = "\n".join(["set -e", "mount -t tmpfs none /mnt", "hold=/mnt", *lines, 'exec "$@"'])
    return ["unshare", "--mount", "--propagation", "private", "sh", "-c", script, "sh"]


def closed_above(path: Path) -> Path | None:
    """The topmost folder above a path that others may not enter."""
    return next((above for above in reversed(path.parents) if not above.stat().st_mode & stat.S_IXOTH), None)


def test_the_canary_notices_that_nothing_holds() -> None:
    assert "read a secret" in layers.why_not(layers.Layers(landlock=False, bubblewrap=False))


def test_the_judges_side_imports_anywhere() -> None:
    code = "import sys\nfor name in ('resource', 'fcntl', 'termios', 'pwd'): sys.modules[name] = None\n"
    code += "import autograder.sandbox.layers, autograder.sandbox.warm"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=REPOSITORY)


def test_only_the_package_is_readable() -> None:
    folders = [Path(folder) for folder in layers.code_folders()]
    assert layers.PACKAGE in folders
    assert not [folder for folder in folders if layers.PACKAGE.parent.is_relative_to(folder)]


@dataclass
class Place:
    """Where things lie: the folder of the course, the Python that grades, and its environment."""

    course: Path
    python: str = sys.executable
    environment: dict[str, str] = field(default_factory=dict)
    links: list[Path] = field(default_factory=list)

    def beside_code(self) -> None:
        """Put a copy of the package beside the solutions, as in a checkout, and the course on Python's path."""
        shutil.copytree(REPOSITORY / "autograder", self.course / "autograder")
        self.environment["PYTHONPATH"] = str(self.course)

    def venv_inside(self) -> None:
        """Make a virtual environment in the course, with a `.pth` file that names course, packages and this package."""
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", self.course / ".venv"], check=True)
        (packages,) = self.course.glob(".venv/lib/*/site-packages")
        numpy = Path(np.__file__).parents[1]
        (packages / "all.pth").write_text("\n".join(map(str, (self.course, numpy, REPOSITORY))))
        self.python = str(self.course / ".venv/bin/python")

    def users_packages(self) -> Path:
        """The folder of a user's own packages; virtual environments have none."""
        self.python = os.path.realpath(sys.executable)
        base = self.course.with_name("base")
        self.environment["PYTHONUSERBASE"] = str(base)
        self.environment["PYTHONPATH"] = os.pathsep.join([str(REPOSITORY), str(Path(np.__file__).parents[1])])
        packages = base / "lib" / f"python{sys.version_info.major}.{sys.version_info.minor}" / "site-packages"
        packages.mkdir(parents=True)
        return packages

    def link_among_packages(self) -> None:
        self.links.append(self.users_packages() / "course")
        self.links[0].symlink_to(self.course)

    def packages_are_a_link(self) -> None:
        packages = self.users_packages()
        packages.rmdir()
        packages.symlink_to(self.course)
        self.links.append(packages)

    def among_packages(self) -> None:
        packages = self.users_packages()
        self.course = self.course.rename(packages / "course")

    def among_packages_by_a_link(self) -> None:
        self.among_packages()
        self.links.append(self.course)
        self.course = self.course.parents[4] / "link"
        self.course.symlink_to(self.links[0])

    def above_are_libraries(self) -> None:
        self.environment["LD_LIBRARY_PATH"] = str(self.course.parent)

    def above_is_a_library(self) -> None:
        self.above_are_libraries()
        (self.course.parent / "libx.so.1").touch()

    def no_temporary_folder(self) -> None:
        self.environment["TMPDIR"] = "/proc"

    def temporary_folder_among_packages(self) -> None:
        self.environment["TMPDIR"] = str(self.users_packages())


PLACES = [  # (what is special, words of the refusal: "" where children are kept out)
    (Place.beside_code, ""),
    (Place.venv_inside, ""),
    (Place.link_among_packages, ""),
    (Place.packages_are_a_link, "Student code could read"),
    (Place.among_packages, "Student code could read"),
    (Place.among_packages_by_a_link, "Student code could read"),
    (Place.above_are_libraries, ""),
    (Place.above_is_a_library, "Student code could read"),
    (Place.no_temporary_folder, ""),
    (Place.temporary_folder_among_packages, "a child could read a secret"),
]


@pytest.mark.parametrize(("prepare", "refusal"), PLACES, ids=[prepare.__name__ for prepare, _ in PLACES])
def test_places(prepare: Callable[[Place], None], refusal: str, course: Path) -> None:
    place = Place(course)
    prepare(place)
    run = subprocess.run(
        [place.python, REPOSITORY / "tests" / "captive.py", place.course, *place.links],
        env={**os.environ, **place.environment},
        cwd="/",
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert run.returncode == 0, run.stderr
    seen = json.loads(run.stdout)
    if not seen["could"] and not refusal:
        pytest.skip(seen["found"])
    assert refusal in seen["found"]
    assert (" " in seen["found"]) == bool(refusal)  # otherwise it is a label
    could = any(seen["could"].values())
    assert could == refusal.startswith("Student code could"), seen["could"]
