"""Runs the visible checks of an assignment folder with pytest: one test for each check."""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from autograder.verdict import CheckVerdict, Report

NOT_BEGUN = "not written yet"  # a property of the tests of such tasks


def pytest_addoption(parser: Any) -> None:
    """How much to be told of a mistake."""
    from autograder.hints import MEANING, STAGES

    help_text = f"of a mistake in an assignment: {MEANING}"
    parser.addoption("--hint", type=int, choices=STAGES, default=STAGES[0], help=help_text)


def pytest_generate_tests(metafunc: Any) -> None:
    """Give a test that asks for `visible_check` one call for each check in the checks.json beside it."""
    if "visible_check" not in metafunc.fixturenames:
        return
    folder = Path(metafunc.definition.path).parent
    _look_elsewhere_first(folder)
    from autograder.selfcheck import CHECKS_FILE, load

    runs = load(folder / CHECKS_FILE).runs
    metafunc.parametrize(
        "visible_check",
        [(folder, run.task, run.title) for run in runs],
        ids=[f"{run.task}: {run.title}" for run in runs],
        indirect=True,
    )


def _look_elsewhere_first(folder: Path) -> None:
    """Let a `random.py` among the student's files stand in front of no other module; pytest has put it there."""
    mine = [place for place in sys.path if place and Path(place).resolve() == folder.resolve()]
    sys.path[:] = [place for place in sys.path if place not in mine] + mine


@pytest.fixture
def visible_check(request: Any) -> Any:
    """A function that fails the test with reason and hint if this check of the saved notebook does not pass."""
    folder, task, title = request.param

    def judge() -> None:
        from autograder import hints
        from autograder.report import not_begun, worth
        from autograder.selfcheck import CHECKS_FILE, load

        __tracebackhide__ = True
        report = _checked(folder)
        verdict = _find(report, task, title)
        told = next(t for t in report.tasks if t.name == task)
        if why := not_begun(told):
            line = f"{task}: {why} ({worth(told.points)})"
            request.node.user_properties.append((NOT_BEGUN, (line, told.points, report.notes)))
            pytest.skip(line)
        if verdict.status != "passed":
            stage = request.config.getoption("hint")
            section = load(folder / CHECKS_FILE).sections.get(task, "")
            lines = [f"{task}: {title}", verdict.reason]
            lines += [f"→ {verdict.hint}"] if verdict.hint and stage >= hints.QUESTION else []
            lines += [f"note: {note}" for note in report.notes]
            lines.append(hints.further(told, stage, f"`pytest --hint={stage + 1}`", section))
            pytest.fail("\n".join(filter(None, lines)), pytrace=False)

    return judge


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say in one line each which tasks are not written yet."""
    skipped = [t for t in terminalreporter.stats.get("skipped", []) if isinstance(t, pytest.TestReport)]  # no files
    found: list[Any] = [value for test in skipped for key, value in test.user_properties if key == NOT_BEGUN]
    if not found:
        return
    from autograder.report import clean, worth
    from autograder.verdict import total

    tasks = {line: points for line, points, _ in found}
    terminalreporter.section(f"not written yet: {len(tasks)} of the tasks, {worth(total(tasks.values()))}")
    for line in [*(f"note: {clean(note)}" for note in dict.fromkeys(n for *_, notes in found for n in notes)), *tasks]:
        terminalreporter.write_line(line)


@cache
def _checked(folder: Path) -> Report:
    from autograder.selfcheck import CHECKS_FILE, check_notebook, load
    from autograder.submission import UnreadableNotebook

    path = folder / load(folder / CHECKS_FILE).notebook
    try:
        return check_notebook(path)
    except (UnreadableNotebook, FileNotFoundError) as error:
        pytest.fail(f"{path.name}: {error}", pytrace=False)


def _find(report: Report, task: str, title: str) -> CheckVerdict:
    return next(c for t in report.tasks if t.name == task for c in t.checks if c.title == title)
