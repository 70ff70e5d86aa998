"""How grading grows with the class and the cores, beside stock nbgrader: `python benchmarks/classes.py 10 100 1000`."""

from __future__ import annotations

import argparse
import contextlib
import os
import shutil
import subprocess
import tempfile
import threading
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from grading import STOCK_CONFIG
from measuring import adopt_orphans, cost, environment, machine, make_course, python
from phases import class_of
from rich.console import Console
from rich.table import Table
from ways import bare, forget_grades, with_nbgrader

from autograder.course import Course

SAMPLES = 0.5  # seconds between two looks at the memory
STOCK_STUDENTS = 10  # nbgrader takes seconds for each
MOST_ALONE = 1_000  # submissions that one worker is tried on, too
KINDS = ("main", "worker", "zygote", "child")


class Memory:
    """The most memory that each kind of process below a command has had, in MB; what several share is divided."""

    def __init__(self) -> None:
        self.most: dict[str, float] = defaultdict(float)

    @contextlib.contextmanager
    def watching(self, pid: int) -> Iterator[None]:
        over = threading.Event()

        def watch() -> None:
            while not over.wait(SAMPLES):
                self._look(pid, "main")

        thread = threading.Thread(target=watch)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()

    def _look(self, pid: int, kind: str) -> None:
        try:
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
            tasks = Path(f"/proc/{pid}/task").iterdir()
            below = [int(child) for task in tasks for child in (task / "children").read_text().split()]
            commands = {child: Path(f"/proc/{child}/cmdline").read_text() for child in below}
        except (OSError, ProcessLookupError):  # it has ended
            return
        size = next((int(line.split()[1]) / 1024 for line in lines if line.startswith("Pss:")), 0.0)
        self.most[kind] = max(self.most[kind], size)
        for child, command in commands.items():
            sandbox = "sandbox.zygote" in command
            self._look(child, ("child" if kind == "zygote" else "zygote") if sandbox else "worker")


def busy() -> float:
    """Processor seconds of the whole machine: a sandbox's processes end as nobody's children. Nothing else may run."""
    user, nice, system, _, _, *interrupts = Path("/proc/stat").read_text().splitlines()[0].split()[1:8]
    return sum(map(int, (user, nice, system, *interrupts))) / os.sysconf("SC_CLK_TCK")


def grade(course: Course, name: str, workers: int) -> tuple[float, float, Memory]:
    """One run of the command, from nothing graded to all in the gradebook: seconds, processor seconds, memory."""
    forget_grades(course.root)
    memory = Memory()
    words = python("autograder.cli", "grade", name, f"--workers={workers}")
    before = busy()
    with cost() as spent:
        process = subprocess.Popen(words, cwd=course.root, env=environment(), stdout=subprocess.DEVNULL)
        with memory.watching(process.pid):
            status = process.wait()
    if status:
        raise RuntimeError(f"{' '.join(words)}: exit status {status}")
    return spent.wall, busy() - before, memory


def stock(root: Path, name: str) -> float:
    """Seconds of one more submission with stock nbgrader."""
    make_course(root, name, STOCK_STUDENTS)
    shutil.copyfile(root / "gradebook.db", root / "gradebook.clean")
    (root / "nbgrader_config.py").write_text(STOCK_CONFIG)
    return with_nbgrader(root, name, "student-000", STOCK_STUDENTS)["wall"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("counts", type=int, nargs="+")
    parser.add_argument("--assignment", default="04_layers")
    arguments = parser.parse_args()
    name, cores = arguments.assignment, len(os.sched_getaffinity(0))
    adopt_orphans()
    heads = ("class", "workers", "s", "a second", "CPU ms\neach", "times\none worker", "times\nstock")
    table = Table(*heads, *(f"MB\n{kind}" for kind in KINDS), title=f"{name}: into the gradebook")
    with tempfile.TemporaryDirectory() as folder:
        slow = stock(Path(folder, "stock"), name)
        for count in arguments.counts:
            course, paths = class_of(Path(folder, str(count)), name, count)
            shutil.copyfile(course.root / "gradebook.db", course.root / "gradebook.clean")
            alone: float | None = None
            for workers in dict.fromkeys((1, cores) if count <= MOST_ALONE else (cores,)):
                wall, cpu, memory = grade(course, name, workers)
                alone = alone or (wall if workers == 1 else None)
                faster = f"{alone / wall:.2f}" if alone else ""
                numbers = (f"{wall:.1f}", f"{count / wall:.1f}", f"{cpu / count * 1e3:.0f}", faster)
                sizes = (f"{memory.most[kind]:.0f}" for kind in KINDS)
                table.add_row(f"{count:,}", str(workers), *numbers, f"{slow * count / wall:.0f}", *sizes)
            floor = bare(course, name, paths[:50])["cpu"] * 1e3
            shutil.rmtree(course.root)
    table.caption = f"stock nbgrader: {slow:.2f} s for one more; the student's code alone: {floor:.1f} ms\n{machine()}"
    Console(width=120).print(table)


if __name__ == "__main__":
    main()
