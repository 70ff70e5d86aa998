"""Hostile work, a golden folder each in `hostile/attacks`: it earns nothing, harms nothing, leaves nothing behind.

A folder holds `student.py` (the attacker's cells in jupytext's percent format: the last one is the answer, and stands
in the stub's cell) or the whole notebook, `target.ipynb`; files that are handed in beside it; and `expected.json`:

- `why`: what is tried, in one line;
- `verdicts`: exercise -> the status of each check; exercises that are not named are solved and pass;
- `reason`: words that the visible check's reason holds, which show that the attack got to where it is stopped;
- `never`: patterns that nothing said of hidden inputs may match;
- `notes`: words of the report's notes; `links`, `pipes`: what else lies in the folder (see `lay_out`).

`@COURSE@` in a file stands for the folder of the course.
"""

from __future__ import annotations

import functools
import hashlib
import itertools
import json
import os
import re
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import jupytext
import pytest
from conftest import REPOSITORY, filled, references
from test_sandbox import descendants

from autograder.course import Course
from autograder.marked import REPORT_FILE
from autograder.sandbox import layers

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the sandbox needs Linux")

HOSTILE = REPOSITORY / "tests" / "hostile"
NAME, NOTEBOOK = "00_target", "target.ipynb"
FOLDERS = sorted(path.parent for path in (HOSTILE / "attacks").glob("*/expected.json"))
EXPECTED = {folder.name: json.loads((folder / "expected.json").read_text("utf-8")) for folder in FOLDERS}
BY_LAYERS = ("reading", "writing", "escaping")  # whether these are held depends on the layers
GROUPS = (*BY_LAYERS, "forging", "hanging", "exhausting", "telling")
RESTRICTED = [sys.executable, str(REPOSITORY / "tests" / "restricted.py")]
STRONGEST, NBGRADER = "autograder grade", "nbgrader autograde"
WEAKER = {  # combinations of layers that grading would not choose by itself, and how they come to be all there is
    "bubblewrap+seccomp": ["--no-landlock"],
    "landlock+seccomp": ["--no-namespaces"],
}
WAYS = (STRONGEST, *WEAKER, NBGRADER)
LAYERS = {candidate.label: candidate for candidate in layers.CANDIDATES}
MOST_SECONDS = 30.0  # that one submission of this course may take, on a crowded machine
MOST_MEMORY = 200 << 20  # bytes that the judge may have grown by: what it frees, it need not give back to the system
MOST_PEAK = 600 << 20  # bytes that the judge may have had at any time: a few frames of 64 MB


@dataclass
class Graded:
    """What grading the whole class in one way came to."""

    reports: dict[str, dict[str, Any]] = field(default_factory=dict)
    neighbours: dict[str, dict[str, Any]] = field(default_factory=dict)
    leftovers: dict[str, list[str]] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    harm: list[str] = field(default_factory=list)
    status: int = -1


@pytest.fixture(scope="module")
def hostile_course(target: Course, tmp_path_factory: pytest.TempPathFactory) -> Course:
    """What it remembers of known mistakes is there before any attack, and has to stay."""
    course = Course(Path(shutil.copytree(target.root, tmp_path_factory.mktemp("hostile") / "course")))
    assert list(course.memory.iterdir())
    return course


def content(path: Path, course: Course) -> bytes:
    return path.read_bytes().replace(b"@COURSE@", str(course.root).encode())


def notebook_of(folder: Path, course: Course) -> bytes:
    if (folder / NOTEBOOK).exists():
        return content(folder / NOTEBOOK, course)
    text = content(folder / "student.py", course).decode()
    *own, answer = jupytext.reads(text, fmt="py:percent").cells
    solved = EXPECTED[folder.name]["verdicts"]
    answers = {name: source for name, source in references(course, NAME).items() if name not in solved}
    notebook = filled(course, NAME, answers | {next(iter(solved)): answer.source})
    for number, cell in enumerate(own):
        code = {"outputs": [], "execution_count": None} if cell.cell_type == "code" else {}
        cell = {"cell_type": cell.cell_type, "source": cell.source, "metadata": {}, "id": f"own-{number}", **code}
        notebook["cells"].insert(number, cell)
    return json.dumps(notebook).encode()


def lay_out(folder: Path, home: Path, course: Course) -> Path:
    """Put an attack where it is handed in; returns the notebook's path."""
    home.mkdir(parents=True)
    expected = EXPECTED[folder.name]
    for path in folder.iterdir():
        if path.name not in ("expected.json", "student.py"):
            (home / path.name).write_bytes(content(path, course))
    for name, target in expected.get("links", {}).items():
        (home / name).symlink_to(target.replace("@COURSE@", str(course.root)))
    for name in expected.get("pipes", []):
        os.mkfifo(home / name)
    path = home / NOTEBOOK
    if not path.is_symlink() and not path.exists():
        path.write_bytes(notebook_of(folder, course))
    return path


def snapshot(*folders: Path) -> dict[str, Any]:
    """What must not change: every file's content, kind and rights."""
    paths = [p for folder in folders for p in (folder, *folder.rglob("*"))]
    ours = [p for p in paths if "__pycache__" not in p.parts and not p.name.startswith("sem.mp-")]  # of other tests
    return {str(p): (p.lstat().st_mode, _digest(p)) for p in ours}


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() and not path.is_symlink() else ""


def grade_class(course: Course, home: Path, way: str, folders: list[Path]) -> Graded:
    """Have the class graded by one command; between any two attacks, an honest student and a look around."""
    for folder in ("home", "tmp"):
        (home / folder).mkdir(parents=True)
    (home / "home" / ".profile").write_text("alias ls='ls -l'\n")
    honest = json.dumps(filled(course, NAME, references(course, NAME))).encode()
    paths, students = [], course.root / "submitted"
    students.mkdir()  # there may be no attack for these layers among those that are asked for
    for number, folder in enumerate(folders):
        paths.append(lay_out(folder, students / f"{number:03}-{folder.name}" / NAME, course))
        paths.append(students / f"{number:03}-{folder.name}-neighbour" / NAME / NOTEBOOK)
        paths[-1].parent.mkdir(parents=True)
        paths[-1].write_bytes(honest)
    parts = ["solutions", "submitted", "assignments", "nbgrader_config.py"]
    # nbgrader writes into the gradebook, and then our history is added to
    parts += [".autograder/secret", ".autograder/mistakes"] if way == NBGRADER else [".autograder", "gradebook.db"]
    watched = [home / "home", Path("/dev/shm"), *(course.root / part for part in parts)]
    before = snapshot(*watched)
    graded = _nbgrader(course, home, folders) if way == NBGRADER else _command(course, home, way, folders, paths)
    after = snapshot(*watched)
    graded.harm = [p for p in before | after if before.get(p) != after.get(p)]
    graded.harm += [str(p) for p in (home / "tmp").iterdir()]
    return graded


def environment(home: Path) -> dict[str, str]:
    scripts = str(Path(sys.executable).parent)
    path = f"{scripts}{os.pathsep}{os.environ['PATH']}"
    return os.environ | {"HOME": str(home / "home"), "TMPDIR": str(home / "tmp"), "PATH": path, "COLUMNS": "200"}


def _command(course: Course, home: Path, way: str, folders: list[Path], paths: list[Path]) -> Graded:
    call = [
        *RESTRICTED,
        *WEAKER.get(way, []),
        "--",
        sys.executable,
        "-m",
        "autograder.cli",
        "grade",
        NAME,
        *map(str, paths),
    ]
    with (home / "errors").open("w") as errors:
        process = subprocess.Popen(
            [*call, "--json", "--workers=1"],
            cwd=course.root,
            env=environment(home),
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
    graded, watch = Graded(), Watch(process.pid)
    deadline = threading.Timer(len(folders) * MOST_SECONDS, process.kill)
    deadline.start()
    assert process.stdout is not None
    started = time.monotonic()
    for number, line in enumerate(process.stdout):
        folder = folders[number // 2]
        if number % 2 == 0:
            graded.reports[folder.name] = json.loads(line)
            graded.seconds[folder.name] = time.monotonic() - started
            # now, while an honest student is graded: no attack is at work
            graded.leftovers[folder.name] = watch.memory()
        else:
            graded.neighbours[folder.name] = json.loads(line)
            graded.leftovers[folder.name] += watch.others()
        started = time.monotonic()
    graded.status = process.wait()
    deadline.cancel()
    assert (home / "errors").read_text() == ""
    return graded


class Watch:
    """Looks at the judge from outside: its processes and its memory."""

    def __init__(self, wrapper: int) -> None:
        self.wrapper, self.base, self.processes = wrapper, 0, 0
        self.judge = 0

    def others(self) -> list[str]:
        """Processes that were not there after the first submission."""
        family = descendants(self.wrapper)
        self.processes = self.processes or len(family) + 1  # and the child that is at work
        found = [f"{len(family)} processes"] * (len(family) > self.processes)
        orphans = [p for p in family if p != self.judge and self._parent(p) == self.wrapper]
        return found + [f"process {p} outlived its parent" for p in orphans]

    def memory(self) -> list[str]:
        """Memory that the judge did not have after the first submission, or had too much of at any time."""
        self.judge = self.judge or next(p for p in descendants(self.wrapper) if self._parent(p) == self.wrapper)
        now, peak = (self._memory(self.judge, name) for name in ("VmRSS", "VmHWM"))
        self.base = self.base or now
        found = [f"the judge has grown by {now - self.base >> 20} MB"] * (now - self.base > MOST_MEMORY)
        return found + [f"the judge has had {peak >> 20} MB"] * (peak > MOST_PEAK)

    def _memory(self, pid: int, name: str) -> int:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
        return next((int(line.split()[1]) * 1024 for line in lines if line.startswith(name + ":")), 0)

    def _parent(self, pid: int) -> int:
        try:
            return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
        except (OSError, ValueError):  # it ended meanwhile
            return 0


def _nbgrader(course: Course, home: Path, folders: list[Path]) -> Graded:
    call = [*RESTRICTED, "--", sys.executable, "-m", "nbgrader", "autograde", NAME]
    with (home / "log").open("w") as log:
        process = subprocess.Popen(call, cwd=course.root, env=environment(home), stdout=log, stderr=log)
        graded = Graded(status=process.wait(len(folders) * MOST_SECONDS))
    for number, folder in enumerate(folders):
        for found, end in ((graded.reports, ""), (graded.neighbours, "-neighbour")):
            path = course.root / "autograded" / f"{number:03}-{folder.name}{end}" / NAME / REPORT_FILE
            found[folder.name] = json.loads(path.read_text("utf-8"))
    return graded


def concerns(way: str, name: str) -> bool:
    """Whether an attack is tried in this way: with weaker layers, only what layers decide."""
    if way == NBGRADER:
        return True
    return not {"links", "pipes"} & set(EXPECTED[name]) and (way == STRONGEST or name.split("-")[0] in BY_LAYERS)


@functools.cache
def strongest() -> str:
    """The layers that grading chooses by itself here; "" where none hold."""
    return next((label for label, candidate in LAYERS.items() if not layers.why_not(candidate)), "")


@functools.cache
def missing(way: str) -> str:
    """Why the class is not graded in this way on this machine; "" if it is."""
    if way == strongest():
        return f"{way} are the strongest layers here: tried by `{STRONGEST}`"
    if way in WEAKER:
        return layers.why_not(LAYERS[way])
    return "" if strongest() else "no sandbox holds here"


class Classes(dict[str, Graded]):
    """The class as graded in each way; a test of a way that this machine lacks is skipped."""

    def __missing__(self, way: str) -> Graded:
        pytest.skip(missing(way))


@pytest.fixture(scope="module")
def classes(
    request: pytest.FixtureRequest, hostile_course: Course, tmp_path_factory: pytest.TempPathFactory
) -> Classes:
    """The attacks of the tests that run, graded in every way; two at a time, because hanging needs no processor."""
    ways = [way for way in WAYS if not missing(way)]
    attacks = asked(request.session.items)
    homes = {way: tmp_path_factory.mktemp(way.replace(" ", "-")) for way in ways}

    def grade(way: str) -> Graded:
        root = homes[way] / "course"
        shutil.copytree(hostile_course.root, root)
        return grade_class(Course(root), homes[way], way, [f for f in FOLDERS if (way, f.name) in attacks])

    with ThreadPoolExecutor(2) as pool:
        return Classes(zip(homes, pool.map(grade, homes), strict=True))


def each() -> Iterator[Any]:
    """Every attack in every way; a machine without bubblewrap repeats the first two of each group only."""
    groups: dict[str, list[str]] = {}
    for name in EXPECTED:
        groups.setdefault(name.split("-")[0], []).append(name)
    again = {name for names in groups.values() for name in names[:2]}
    for way, name in itertools.product(WAYS, EXPECTED):
        if concerns(way, name):
            yield pytest.param(way, name, id=f"{name}-{way}", marks=[pytest.mark.once] * (name not in again))


EACH = list(each())


def asked(items: Sequence[pytest.Item]) -> set[tuple[str, str]]:
    """The ways and names of the attacks that the selected tests are about; all, if they name none."""
    own = [item for item in items if isinstance(item, pytest.Function) and item.path == Path(__file__)]
    params = [item.callspec.params for item in own if hasattr(item, "callspec")]
    found = {(each["way"], each["name"]) for each in params if "name" in each}
    return found or {case.values for case in EACH}


@pytest.mark.parametrize(("way", "name"), EACH)
def test_it_earns_nothing(classes: Classes, way: str, name: str) -> None:
    report, expected = classes[way].reports[name], EXPECTED[name]
    reasons = []
    for task in report["exercises"]:
        statuses = [check["status"] for check in task["checks"]]
        if task["name"] in expected["verdicts"]:
            assert statuses == expected["verdicts"][task["name"]], task
            reasons += [check["reason"] for check in task["checks"] if check["visible"]]
        else:
            assert set(statuses) == {"passed"}, task
        assert task["earned"] == sum(c["points"] for c in task["checks"] if c["status"] == "passed")
    assert expected.get("reason", "") in " ".join(reasons)
    for note in expected.get("notes", []):
        assert note in " ".join(report["notes"])
    hidden = [check for task in report["exercises"] for check in task["checks"] if not check["visible"]]
    said = "\n".join([*report["notes"], *(check[key] for check in hidden for key in ("reason", "hint"))])
    assert [pattern for pattern in expected.get("never", []) if re.search(pattern, said)] == []


@pytest.mark.parametrize(("way", "name"), EACH)
def test_the_next_student_is_graded_as_ever(classes: Classes, way: str, name: str) -> None:
    found = classes[way].neighbours
    first = dict(next(iter(found.values())))
    assert first["earned"] == first["points"]
    assert {**found[name], "student": ""} == {**first, "student": ""}


@pytest.mark.parametrize(("way", "name"), [case for case in EACH if case.values[0] != NBGRADER])
def test_nothing_is_left_behind(classes: Classes, way: str, name: str) -> None:
    assert classes[way].leftovers[name] == []
    assert classes[way].seconds[name] < MOST_SECONDS


@pytest.mark.parametrize("way", WAYS)
def test_nothing_is_harmed(classes: Classes, way: str) -> None:
    graded = classes[way]
    assert graded.harm == []
    assert graded.status == 0
    assert {report["sandbox"] for report in graded.reports.values()} == {way if way in WEAKER else strongest()}


def test_there_are_many_of_every_kind() -> None:
    assert len(FOLDERS) >= 100
    assert f"holds {len(FOLDERS)} attacks" in (REPOSITORY / "README.md").read_text("utf-8")
    assert {name.split("-")[0] for name in EXPECTED} == set(GROUPS)
    assert all(expected["why"] for expected in EXPECTED.values())
