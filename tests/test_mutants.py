"""Small changes of references: which are made, and that the checks notice them."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import REPOSITORY

from autograder.course import Course
from autograder.exercises import Exercise, load
from autograder.mutants import mutants
from autograder.prove import Proof, prove_mutants

COURSE = Course(REPOSITORY)
SAMPLE = 2
HEAD = "from autograder import exercise, task\n\n"

CHANGES: dict[str, set[str]] = {
    "return a - b": {"return a + b", "return a", "return b", "return b - a"},
    "return a @ b": {"return a * b", "return a", "return b", "return b @ a"},
    "return a < b": {"return a <= b", "return a > b"},
    "return a and b": {"return a or b"},
    "return -a": {"return a"},
    "return a[1:]": {"return a[2:]", "return a[0:]", "return a[:]"},
    "return a[True]": {"return a[False]"},
    "return a.copy()": {"return a"},
    "return a.T": {"return a"},
    "return f(a, b)": {"return a", "return f(b, a)"},
    "return max(a, b)": {"return a"},
    "return a.sum(axis=2)": {"return a.mean(axis=2)", "return a.sum()", "return a.sum(axis=3)", "return a.sum(axis=1)",
                             "return a.sum(axis=-2)", "return a"},
    "return a if b else 5": {"return a", "return 5", "return a if b else 6", "return a if b else 4",
                             "return a if b else -5"},
    "a[b] = 1": {"a[b] += 1", "a[b] = 2", "a[b] = 0", ""},
    "a += b": {"a -= b", "a = b", ""},
    "for i in a:\n        b(i)": {"", "b(i)→i"},
    "'words'\n    return a": set(),
}  # fmt: skip


def written(folder: Path, source: str) -> Exercise:
    path = folder / "changed.py"
    path.write_text(HEAD + source, "utf-8")
    return load(path)


@pytest.mark.parametrize("body", CHANGES)
def test_changes(tmp_path: Path, body: str) -> None:
    found = list(mutants(written(tmp_path, f"@exercise\ndef f(a, b):\n    {body}\n")))
    wanted = {change.partition("→")[2] or change for change in CHANGES[body]}
    assert {m.after for m in found} == wanted
    assert len({m.source for m in found}) == len(found)
    for mutant in found:
        compile(mutant.source, "changed", "exec")


def test_only_what_students_write_is_changed(tmp_path: Path) -> None:
    given = "    def __init__(self):\n        self.a = 1\n"
    source = f"@exercise\nclass A:\n{given}\n    @task\n    def f(self, x=2):\n        return -x\n"
    [only] = mutants(written(tmp_path, source))
    assert (only.task, only.before, only.after) == ("A.f", "return -x", "return x")
    assert "self.a = 1" in only.source
    assert "x=2" in only.source


WEAK = (
    HEAD
    + """
@exercise
def double(x):
    return 2 * x + 0 * x


@double.check("some numbers", given=lambda rng: {"x": rng.normal(size=3)})
def values(double, x):
    return double(x)


double.equivalent("return 2 * x + 0 * x", "return 2 * x - 0 * x", "nothing is added or taken away")
double.equivalent("return 2 * x + 0 * x", "return 3 * x + 0 * x", "not true")
double.equivalent("return x", "return x", "there is no such line")
"""
)


def test_survivors_and_what_is_listed(tmp_path: Path) -> None:
    home = tmp_path / "solutions" / "01_weak"
    home.mkdir(parents=True)
    (home / "notebook.py").write_text("# %% [markdown]\n# # Weak\n", "utf-8")
    text = WEAK.replace("def double(x):", 'def double(x):\n    """Twice x."""')
    (home / "double.py").write_text('"""Twice."""\n' + text, "utf-8")
    proofs = {
        p.name.removeprefix("double: return 2 * x + 0 * x → "): p
        for p in prove_mutants(Course(tmp_path).assignment("01_weak"))
    }
    assert proofs["return 2 / x + 0 * x"].holds
    assert proofs["return 2 * x - 0 * x"].holds
    assert proofs["return 2 * x - 0 * x"].detail == "nothing is added or taken away"
    assert not proofs["return 2 * x"].holds
    assert proofs["return 2 * x"].detail == "no check notices"
    assert not proofs["return 3 * x + 0 * x"].holds
    assert "some numbers notices" in proofs["return 3 * x + 0 * x"].detail
    assert not proofs["return x → return x"].holds


@pytest.mark.parametrize(("name", "exercise"), COURSE.exercises())
def test_a_sample_of_the_course(name: str, exercise: str) -> None:
    proofs: list[Proof] = list(prove_mutants(COURSE.assignment(name), [exercise], SAMPLE))
    few = len(list(mutants(COURSE.assignment(name).exercises[exercise])))
    assert len(proofs) >= min(few, SAMPLE)
    assert [f"{p.place}: {p.name}: {p.detail}" for p in proofs if not p.holds] == []
