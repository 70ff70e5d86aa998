"""The student's side: the visible checks, on the live objects of a notebook or on a saved one."""

from __future__ import annotations

import contextlib
import io
import json
import linecache
import os
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache, partial
from pathlib import Path
from types import CodeType
from typing import TYPE_CHECKING, Any

from autograder import freshness, hints, recorder, report, runs
from autograder.changes import settled
from autograder.definitions import code
from autograder.errors import UserError
from autograder.freshness import Saved
from autograder.judge import NOT_WRITTEN, judge
from autograder.runs import Run
from autograder.sandbox import alone, kernel, runner, wire
from autograder.sandbox.causes import quoted
from autograder.sandbox.job import NO_MODULES, Definition, Outcome, Probe, Spawner
from autograder.sandbox.stand_ins import StandIns
from autograder.verdict import CheckVerdict, Report, TaskVerdict

if TYPE_CHECKING:
    from autograder.submission import Submission

CHECKS_FILE = "checks.json"
SAVED_CAP = 20_000_000  # bytes of a saved notebook that is read beside a kernel
DEMO = "{} belongs to a demonstration, which grading does not run"
# Of each task that fails in this kernel: by which mistake, and how often by this one.
_failures: dict[str, tuple[frozenset[str], int]] = {}


@dataclass(frozen=True)
class VisibleChecks:
    """The content of a checks.json: the visible runs of one assignment."""

    assignment: str
    notebook: str
    runs: tuple[Run, ...]
    sections: Mapping[str, str] = field(default_factory=dict)  # the notebook's heading above each task

    @property
    def tasks(self) -> list[str]:
        return list(dict.fromkeys(run.task for run in self.runs))


@dataclass(frozen=True)
class CheckResult:
    """What `check` shows: a table in a notebook, text elsewhere.

    Attributes
    ----------
    verdict : TaskVerdict
    more : str
        What stands below it.
    """

    verdict: TaskVerdict
    more: str = ""

    def _repr_html_(self) -> str:
        return report.html([self.verdict]) + report.paragraph(self.more)

    def __repr__(self) -> str:
        return "\n\n".join(filter(None, (report.text([self.verdict]), self.more)))


def check(task: Any, hint: int | None = None) -> Any:
    """Run the visible checks of one task on what the notebook defines right now.

    Parameters
    ----------
    task : str, function or class method
        `"relu"`, `"Affine.backward"`, or the object itself.
    hint : int
        How much to be told of a mistake: 1 what was seen, 2 a question that leads on as well, 3 where to read, too.
        Without it, one stage more each time that the check fails again, and the first one for another mistake.

    Returns
    -------
    CheckResult
        A table of the checks with hints. When nbgrader executes the notebook, a plain float instead: the points of
        the visible checks.
    """
    namespace = sys._getframe(1).f_globals
    checks = load(_checks_file(namespace))
    name = task if isinstance(task, str) else getattr(task, "__qualname__", type(task).__name__)
    if name not in checks.tasks:
        raise ValueError(f"there is no check for `{name}`: there are {', '.join(checks.tasks)}")
    recorder.begin()
    why = _old(checks, name, namespace)
    verdict = _not_asked(checks, name, why) if why else check_live(checks, name, namespace)
    if "NBGRADER_EXECUTION" in os.environ:
        print("Only the visible checks ran.")
        return float(verdict.earned)
    if verdict.passed:
        _failures.pop(name, None)
        return CheckResult(verdict, "Visible checks only: grading asks the same with other numbers.")
    if why:
        return CheckResult(verdict)
    mistake = frozenset(check.hint for check in verdict.checks if check.hint)
    before, times = _failures.get(name, (mistake, 0))
    _failures[name] = mistake, times + 1 if mistake == before else 1
    stage = hint or _failures[name][1]
    again = f'Running this cell again (or `check("{name}", hint={stage + 1})`)'
    return CheckResult(
        hints.staged(verdict, stage), hints.further(verdict, stage, again, checks.sections.get(name, ""))
    )


def _old(checks: VisibleChecks, name: str, namespace: Mapping[str, Any]) -> str:
    """Why this kernel holds an old definition of a task, or of what it uses; "" if it does not."""
    needed = {task for run in checks.runs if run.task == name for task in run.needs}
    return freshness.old(name, sorted(needed), recorder.cells, namespace, _saved(checks, namespace))


def _saved(checks: VisibleChecks, namespace: Mapping[str, Any]) -> Saved | None:
    """The notebook of this kernel as it was saved, as far as the front end or the course tells where it is."""
    told = namespace.get("__vsc_ipynb_file__") or os.environ.get("JPY_SESSION_NAME", "")
    path = _checks_file(namespace).parent / (Path(told).name if told.endswith(".ipynb") else checks.notebook)
    try:
        facts = path.stat()
    except OSError:
        return None
    return Saved(facts.st_mtime, lambda: _code_cells(path)) if facts.st_size <= SAVED_CAP else None


def _code_cells(path: Path) -> list[str]:
    from autograder.cells import UnreadableNotebook, read

    try:
        return [cell["source"] for cell in read(path.read_bytes())["cells"] if cell["cell_type"] == "code"]
    except (UnreadableNotebook, OSError):
        return []


def _not_asked(checks: VisibleChecks, name: str, why: str) -> TaskVerdict:
    """The verdict on a task that was not asked; its first check says why."""
    first, *more = (
        CheckVerdict(run.title, True, "skipped", 0.0, run.points) for run in checks.runs if run.task == name
    )
    return TaskVerdict(name, (replace(first, status="error", reason=why), *more))


def check_live(checks: VisibleChecks, name: str, namespace: MutableMapping[str, Any]) -> TaskVerdict:
    """The verdict on one task of a running notebook."""
    own = [run for run in checks.runs if run.task == name]
    needed = {task for run in own for task in run.needs}
    asked = [run for run in checks.runs if run.task == name or run.task in needed]
    apart = any(run.without for run in asked)
    definitions = [*(_cells(namespace) if apart else ()), *_live_definitions(name, namespace)]
    read = apart or any(run.rule is not None for run in asked)
    modules = _modules(namespace, definitions) if read else NO_MODULES
    with tempfile.TemporaryDirectory() as folder:
        outcomes = _ask(asked, namespace, Path(folder), modules)
    verdicts = judge(asked, outcomes, definitions, modules=modules)
    verdict = next(verdict for verdict in verdicts if verdict.name == name)
    return replace(verdict, checks=tuple(_with_next_step(check, name) for check in verdict.checks))


def _with_next_step(check: CheckVerdict, name: str) -> CheckVerdict:
    """What a kernel lacks may stand in the notebook: it has to run."""
    top = name.partition(".")[0]
    if check.reason == f"there is no `{top}`":
        return replace(check, reason=f"Run the cell above first: there is no `{top}` in this kernel.")
    return replace(check, reason=f"{NOT_WRITTEN}, and run the cell") if check.reason == NOT_WRITTEN else check


def _modules(namespace: Mapping[str, Any], definitions: Sequence[Definition]) -> dict[str, str]:
    """The Python modules beside the notebook that its definitions name."""
    from autograder.modules import needed, python_files

    code = "\n".join(definition.source for definition in definitions)
    return needed(python_files(_checks_file(namespace).resolve().parent), code)[0]


def _ask(
    asked: Sequence[Run], namespace: MutableMapping[str, Any], folder: Path, modules: Mapping[str, str]
) -> dict[str, Outcome]:
    outcomes = _ask_apart([run for run in asked if run.without], namespace, folder, modules)
    stand_ins = alone.in_a_kernel()
    for run in asked:
        if run.rule is not None or run.key in outcomes:
            continue
        with _taken_out(run.without, namespace):
            answers = {probe.key: _ask_one(probe, namespace, stand_ins) for probe in run.probes(folder)}
        outcomes |= answers
        if any(answer.error == "KeyboardInterrupt" for answer in answers.values()):
            stopped = Outcome("timeout", message="you stopped it: does the loop end?")
            return outcomes | {other.key: stopped for other in asked if other.key not in outcomes or other is run}
    return outcomes


def _ask_apart(
    asked: Sequence[Run], namespace: Mapping[str, Any], folder: Path, modules: Mapping[str, str]
) -> dict[str, Outcome]:
    """What comes of checks that do without given code, asked of another process with the cells that this kernel ran.

    Here that code has run, and classes may have been made of it. Empty where no process starts, as in a browser, or
    where nothing keeps the cells.
    """
    from autograder.sandbox.local import LocalSandbox
    from autograder.sandbox.session import run

    cells = _cells(namespace) if asked else []
    if not cells:
        return {}
    missing = {name for each in asked for name in each.without}
    found = (definition for definition in cells if missing.isdisjoint(definition.binds))
    probes = [probe for each in asked for probe in each.probes(folder)]
    try:
        return run(runs.job((), settled(found), probes, modules), LocalSandbox())
    except OSError:
        return {}
    except KeyboardInterrupt:
        return {probe.key: Outcome("timeout", message="you stopped it: does the loop end?") for probe in probes}


def _cells(namespace: Mapping[str, Any]) -> list[Definition]:
    """What the cells define that this kernel has run."""
    kept = namespace.get("In", [])  # without magics
    texts = [cell.text for cell in recorder.cells] or (kept if isinstance(kept, list) else [])
    found = (code(text, f"In [{number}]").definitions for number, text in enumerate(texts))
    return [definition for definitions in found for definition in definitions]


@contextlib.contextmanager
def _taken_out(names: Sequence[str], namespace: MutableMapping[str, Any]) -> Iterator[None]:
    """Take names out of a kernel for a while: less than a process without them, and all that can be done here."""
    kept = {name: namespace.pop(name) for name in names if name in namespace}
    try:
        yield
    finally:
        namespace.update(kept)


def _ask_one(probe: Probe, namespace: Mapping[str, Any], stand_ins: StandIns) -> Outcome:
    inputs = wire.decode(wire.encode(probe.inputs))
    if any(name not in inputs and name not in namespace for name in probe.parameters):
        return Outcome("undefined")
    arguments = {name: inputs[name] if name in inputs else namespace[name] for name in probe.parameters}
    started = time.perf_counter()
    quiet = contextlib.redirect_stderr(io.StringIO())
    with kernel.own_random_state(), kernel.neutral(), quiet, stand_ins.in_place():
        answer = runner.answer_probe(probe.source, probe.name, arguments, _file(probe.group, namespace))
    try:
        answer = wire.decode(wire.encode(answer))
    except wire.WireError as error:
        answer = {"status": "raised", "error": "ValueError", "message": str(error)}
    texts = {word: answer.get(word, "") for word in ("error", "message", "place")}
    return Outcome(answer["status"], answer.get("value"), **texts, seconds=time.perf_counter() - started)


def _file(task: str, namespace: Mapping[str, Any]) -> str:
    """The file of the cell that defines a task, as the kernel calls it; "" if that cannot be found."""
    value = namespace.get(task.split(".")[0])
    codes = (getattr(v, "__code__", None) for v in (value, *getattr(value, "__dict__", {}).values()))
    return next((code.co_filename for code in codes if isinstance(code, CodeType)), "")


def _live_definitions(name: str, namespace: Mapping[str, Any]) -> list[Definition]:
    """What a running notebook defines, for rules about the source and for the lines that raise."""
    import inspect

    found = []
    for key, value in list(namespace.items()):
        if imported := _import_of(key, value):
            found.append(Definition(imported, (key,)))
        elif inspect.isfunction(value) or (inspect.isclass(value) and value.__module__ == "__main__"):
            with contextlib.suppress(OSError, TypeError, SyntaxError):  # typed into an interpreter: no text is kept
                text, file = _text_of(value)
                if text:
                    found.append(Definition(text, (value.__name__,), place=file))
                if value.__name__ != key and value.__name__.isidentifier():  # `relu = my_relu`
                    found.append(Definition(f"{key} = {value.__name__}", (key,), (value.__name__,)))
    return found


def _import_of(key: str, value: Any) -> str:
    """The import that gives a name of a running notebook its meaning; "" for the notebook's own."""
    import inspect

    if inspect.ismodule(value):
        return f"import {value.__name__} as {key}"
    home, name = getattr(value, "__module__", None), getattr(value, "__name__", None)
    module = sys.modules.get(home) if isinstance(home, str) and home != "__main__" else None
    known = isinstance(name, str) and name.isidentifier() and getattr(module, name, None) is value
    return f"from {home} import {name} as {key}" if known and key.isidentifier() else ""


def _text_of(value: Any) -> tuple[str, str]:
    """The text of a function or class, below as many empty lines as stand above it, and its cell's file.

    A class knows its module only, and a kernel's has no file: its methods know.
    """
    import ast
    import inspect
    import textwrap

    if inspect.isfunction(value):
        lines, first = inspect.getsourcelines(value)
        return "\n" * (first - 1) + textwrap.dedent("".join(lines)), value.__code__.co_filename
    for method in filter(inspect.isfunction, vars(value).values()):
        cell = "".join(linecache.getlines(method.__code__.co_filename))
        for node in ast.parse(cell).body:
            if isinstance(node, ast.ClassDef) and node.name == value.__name__:
                text = ast.get_source_segment(cell, node) or ""
                return "\n" * (node.lineno - 1) + text, method.__code__.co_filename
    return "", ""


def load(path: Path) -> VisibleChecks:
    """Read a checks.json.

    Raises
    ------
    FileNotFoundError
        If it is not there; the message says what to do.
    UnreadableChecks
        If it is damaged.
    """
    if not path.is_file():
        raise FileNotFoundError(
            f"{path} is missing: keep the notebook in its folder, beside {CHECKS_FILE} (in Colab, upload that file too)"
        )
    try:
        return _read(path, path.stat().st_mtime_ns)
    except (ValueError, LookupError, TypeError) as error:
        raise UnreadableChecks(f"{path} is damaged: put a fresh copy beside the notebook ({error})") from None


@lru_cache(maxsize=32)
def _read(path: Path, modified: int) -> VisibleChecks:
    data = json.loads(path.read_text(encoding="utf-8"))
    return VisibleChecks(
        data["assignment"], data["notebook"], tuple(map(runs.from_json, data["runs"])), data["sections"]
    )


def _checks_file(namespace: Mapping[str, Any]) -> Path:
    """Beside the notebook: Jupyter starts kernels there, VS Code tells where it is."""
    told = namespace.get("__vsc_ipynb_file__")
    beside = Path(told).parent / CHECKS_FILE if told else Path(CHECKS_FILE)
    return beside if beside.is_file() else Path(CHECKS_FILE).resolve()


class UnreadableChecks(UserError):
    """The checks.json is damaged; the message says what to do."""


@dataclass(frozen=True)
class SavedNotebook:
    """A saved notebook and the checks beside it, as they were at one moment."""

    name: str
    checks: VisibleChecks
    given: tuple[Definition, ...]
    submission: Submission
    notes: tuple[str, ...]

    @property
    def definitions(self) -> tuple[Definition, ...]:
        return self.submission.definitions

    @property
    def modules(self) -> Mapping[str, str]:
        return self.submission.modules

    def ask(self, asked: Sequence[Run], sandbox: Spawner) -> dict[str, Outcome]:
        """What comes of some of the runs, in another process with time limits."""
        from autograder.sandbox.session import run

        with tempfile.TemporaryDirectory() as folder:
            probes = tuple(probe for r in asked for probe in r.probes(Path(folder)))
            return run(runs.job(self.given, self.definitions, probes, self.modules), sandbox)

    def judge(self, asked: Sequence[Run], outcomes: Mapping[str, Outcome], sandbox: Spawner) -> tuple[TaskVerdict, ...]:
        """The verdicts on the tasks of some runs; what stands above a check is tried as well."""
        from autograder.attempts import at_its_check
        from autograder.sandbox.session import run

        verdicts = judge(asked, outcomes, self.definitions, modules=self.modules)
        with tempfile.TemporaryDirectory() as folder:
            probes = tuple(probe for r in asked for probe in r.probes(Path(folder)))
            again = partial(run, spawner=sandbox)
            return tuple(at_its_check(v, self.submission, self.given, (asked, probes), again) for v in verdicts)

    def report(self, verdicts: Sequence[TaskVerdict]) -> Report:
        return Report(self.checks.assignment, "", self.name, tuple(verdicts), "none", self.notes)


def read_saved(path: Path) -> SavedNotebook:
    """Read a notebook and the checks.json beside it.

    Raises
    ------
    FileNotFoundError
        If one of them is missing.
    UnreadableChecks
        If the checks.json is damaged.
    autograder.submission.UnreadableNotebook
        If the file is not a notebook.
    """
    from autograder.cells import code_of
    from autograder.modules import needed, python_files
    from autograder.submission import parse, read

    if not path.is_file():
        raise FileNotFoundError(f"{path} is missing: is this the folder of the notebook?")
    checks = load(path.resolve().parent / CHECKS_FILE)
    notebook = read(path.read_bytes())
    beside, left = needed(python_files(path.resolve().parent), code_of(notebook))
    submission = parse(notebook, notebook, beside)
    empty = not any(cell["source"].strip() for cell in notebook["cells"])
    notes = ("the notebook is empty",) * empty + (*left, *submission.notes)
    return SavedNotebook(path.name, checks, given_code(notebook), submission, notes)


def check_notebook(path: Path) -> Report:
    """Run all visible checks on a saved notebook. Raises what `read_saved` raises."""
    from autograder.sandbox.local import LocalSandbox

    saved = read_saved(path)
    sandbox = LocalSandbox()
    outcomes = saved.ask(saved.checks.runs, sandbox)
    return saved.report(saved.judge(saved.checks.runs, outcomes, sandbox))


def given_code(notebook: Mapping[str, Any]) -> tuple[Definition, ...]:
    """What the locked cells of a notebook define that are no checks; what belongs to demonstrations does not run."""
    found: list[Definition] = []
    for cell in notebook["cells"]:
        metadata = cell.get("metadata", {})
        marks = metadata.get("nbgrader", {})
        demo = "demo" in metadata.get("tags", [])
        if cell["cell_type"] == "code" and marks.get("locked") and not marks.get("grade"):
            given = code("".join(cell["source"]), "given code").definitions
            found += [replace(d, uses=(), problem=DEMO.format(quoted(d.source))) for d in given] if demo else given
    return tuple(found)
