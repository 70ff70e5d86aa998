"""The course proves itself, and what is committed under assignments/ is what the solutions make."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path

import numpy as np
import pytest
from conftest import REPOSITORY

from autograder import runs
from autograder.course import Course
from autograder.notebook import Released
from autograder.owned import MARKER, changed
from autograder.release import find_leaks, solution_lines

COURSE = Course(REPOSITORY)
KINDS = Course(REPOSITORY / "tests" / "kinds")
NAMES = COURSE.assignment_names


@pytest.mark.parametrize("name", NAMES)
def test_enough_misconceptions_and_alternatives(name):
    for exercise in COURSE.assignment(name).exercises.values():
        for task in exercise.tasks:
            found = [m for m in exercise.misconceptions if m.task == task]
            assert len(found) >= 3, task
            assert len({m.hint for m in found}) >= 3, task
        assert len(exercise.alternatives) >= 2, exercise.name


@pytest.mark.parametrize("name", NAMES)
def test_assignments_are_fresh(built_course, name):
    fresh, committed = (root / "assignments" / name for root in (built_course.root, REPOSITORY))
    files = {p.name for p in committed.iterdir() if p.is_file()}
    assert files == {p.name for p in fresh.iterdir()}, "run `autograder build`"
    for file in files - {"checks.json", MARKER}:
        assert (committed / file).read_bytes() == (fresh / file).read_bytes(), f"{file}: run `autograder build`"
    same, text = (json.loads((f / "checks.json").read_text("utf-8")) for f in (fresh, committed))
    assert _close(_comparable(same), _comparable(text)), "checks.json: run `autograder build`"
    assert changed(committed) == [], "run `autograder build`"


def _comparable(checks: dict) -> dict:
    """Without what 300 epochs of training make of the last digits, and what no comparison looks at exactly."""
    for run in checks["runs"]:
        if run.get("compare", {}).get("name", "close") != "close":
            run["expected"] = run["mistakes"] = None
    return checks


def _close(one, other) -> bool:
    """Equal but for the last digits of numbers, which another processor may round otherwise."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_close(one[k], other[k]) for k in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_close, one, other))
    if isinstance(one, float) and isinstance(other, float):
        return bool(np.isclose(one, other, rtol=1e-6, atol=1e-9, equal_nan=True))
    return one == other


def test_rebuild_gives_the_same_bytes(course):
    from autograder.build import build

    names = ["01_tensors", "02_linear_classifier"]  # the one trains nothing, the other one does
    before = {p: p.read_bytes() for p in _files(course.root / "assignments")}
    assert list(build(course, names)) == names
    assert {p: p.read_bytes() for p in _files(course.root / "assignments")} == before


def _files(folder: Path) -> list[Path]:
    return [p for p in folder.rglob("*") if p.is_file()]


@pytest.mark.parametrize("name", NAMES)
def test_no_solution_leaks(built_course, name):
    assignment = built_course.assignment(name)
    assert len(list(solution_lines(assignment))) > 3
    assert list(find_leaks(assignment, Released(built_course.root / "assignments" / name))) == []


@pytest.mark.parametrize("name", NAMES)
def test_marking_schemes_stay(built_course, name):
    schemes = [c.source for c in built_course.assignment(name).cells if "marking" in c.metadata]
    released = built_course.root / "assignments" / name
    text = "".join(p.read_text("utf-8") for p in _files(released))
    lines = [line.strip() for scheme in schemes for line in scheme.splitlines() if len(line.strip()) > 20]
    assert lines
    assert [line for line in lines if line in text] == []


@pytest.mark.parametrize("name", NAMES)
def test_runs_survive_being_written_down(built_course, name):
    records = json.loads((built_course.root / "assignments" / name / "checks.json").read_text("utf-8"))["runs"]
    assert {record["task"] for record in records} == set(COURSE.assignment(name).tasks)
    for record in records:  # as text, where NaN equals NaN
        assert json.dumps(runs.to_json(runs.from_json(record))) == json.dumps(record)


COVERAGE = [
    (int(number), place)
    for number, places in re.findall(
        r"^\| (\d+) \| .+ \| (.+) \|$", (COURSE.root / "solutions" / "README.md").read_text("utf-8"), re.MULTILINE
    )
    for place in places.split("; ")
]


def test_every_item_of_the_sources_is_somewhere():
    assert sorted({number for number, _ in COVERAGE}) == list(range(1, 93))


@pytest.mark.parametrize(("number", "place"), COVERAGE)
def test_where_an_item_is(number, place):
    name, kind, words = re.fullmatch(r"`(\w+)` (exercise|given|demo|question) (.+)", place).groups()
    assignment = COURSE.assignment(name)
    if kind == "demo":
        assert words.strip("“”") in headings_of_demos(assignment)
        return
    there = {
        "exercise": assignment.exercises,
        "given": assignment.given,
        "question": {cell.metadata.get("question") for cell in assignment.cells},
    }[kind]
    assert set(re.findall(r"`(\w+)`", words)) <= set(there)
    assert words.count("`") == 2 * len(words.split(", "))


@pytest.mark.parametrize("name", NAMES)
def test_a_hint_asks_and_gives_no_line_away(name):
    for exercise in COURSE.assignment(name).exercises.values():
        nodes = ast.walk(ast.parse(exercise.source()))
        parts = {_dense(ast.unparse(n)) for n in nodes if isinstance(n, ast.expr | ast.stmt) and not _is_plain(n)}
        known = _dense(exercise.stub() + exercise.statement)
        for mistake in exercise.misconceptions:
            assert "?" in mistake.hint, mistake
            hint, written = _dense(mistake.hint), _dense(exercise.written(mistake))
            given_away = [p for p in parts if p in hint and p not in known and p not in written]
            assert given_away == [], mistake


def _is_plain(node: ast.AST) -> bool:
    return isinstance(node, ast.Name | ast.Constant | ast.Attribute) or len(ast.unparse(node)) < 6


def _dense(text: str) -> str:
    return re.sub(r"\s", "", text)


MISTAKES = re.findall(
    r"^\| (.+) \| (.+) \|$", (COURSE.root / "solutions" / "MISTAKES.md").read_text("utf-8"), re.MULTILINE
)[1:]


def test_where_a_mistake_is_recognised():
    there = {
        f"`{name}` question `{cell.metadata.get('question')}`"
        for name in NAMES
        for cell in COURSE.assignment(name).cells
    }
    for name, exercise in COURSE.exercises([]):
        known = COURSE.assignment(name).exercises[exercise].misconceptions
        there |= {f"`{name}` `{exercise}` “{mistake.name}”" for mistake in known}
    recognised = [places.split("; ") for _, places in MISTAKES if not places.startswith("left out: ")]
    assert len(recognised) > 150
    assert [place for places in recognised for place in places if place not in there] == []


def headings_of_demos(assignment):
    """The headings under which a demo stands: the last one above it, and the section's."""
    found, section, heading = set(), "", ""
    for cell in assignment.cells:
        for line in cell.source.splitlines() if cell.cell_type == "markdown" else ():
            if re.match("##+ ", line):
                heading = line.lstrip("# ")
                section = heading if line.startswith("## ") else section
        if "demo" in cell.metadata:
            found |= {section, heading}
    return found


def test_hidden_inputs_follow_the_secret():
    assignment = KINDS.assignment("00_kinds")
    one, same, other = (
        {r.key: json.dumps({n: runs.pack(v) for n, v in r.inputs.items()}) for r in assignment.runs(s) if not r.visible}
        for s in (b"one", b"one", b"other")
    )
    assert one == same
    assert all(one[key] != other[key] for key in one)


def test_a_mistake_that_keeps_things_in_its_class_answers_the_same_each_time():
    assignment = COURSE.assignment("08_mnist")
    exercise = assignment.exercises["NaiveSequential"]
    assert "shared by all models" in {mistake.name for mistake in exercise.misconceptions}
    one, other = (
        [[runs.mistake_to_json(m) for m in run.mistakes()] for run in order(assignment.runs_of(exercise))]
        for order in (list, lambda found: list(reversed(found)))
    )
    assert json.dumps(one) == json.dumps(other[::-1])


def test_the_secret_is_made_once(tmp_path):
    (tmp_path / "solutions").mkdir()
    course = Course(tmp_path)
    assert len(course.secret) == 32
    assert course.secret == Course(tmp_path).secret
    assert oct((tmp_path / ".autograder" / "secret").stat().st_mode & 0o777) == "0o600"
