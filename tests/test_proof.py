"""Every assignment proves itself: references, stubs, mistakes, other styles and lazy answers get what they should."""

from __future__ import annotations

import pytest
from conftest import REPOSITORY
from test_shares import assert_slips_cost_their_parts

from autograder.course import Course
from autograder.prove import Proof, prove, prove_all

COURSE = Course(REPOSITORY)
KINDS = Course(REPOSITORY / "tests" / "kinds")
TRIED = {"reference", "stub", "misconception", "alternative", "lazy", "constant"}


def failed(proofs: list[Proof]) -> list[str]:
    return [f"{p.place}: {p.kind} {p.name}: {p.detail}" for p in proofs if not p.holds]


@pytest.mark.parametrize(("name", "exercise"), COURSE.exercises())
def test_proves_itself(name: str, exercise: str) -> None:
    proofs = list(prove(COURSE.assignment(name), [exercise]))
    assert {p.kind for p in proofs} == TRIED
    assert failed(proofs) == []
    assert_slips_cost_their_parts(name, exercise, proofs)


def test_every_kind_of_exercise_proves_itself_in_several_processes() -> None:
    parts = list(prove_all(KINDS, KINDS.exercises(), 2))
    assert [{p.exercise for p in part} for part in parts] == [{e} for e in KINDS.assignment("00_kinds").exercises]
    proofs = [p for part in parts for p in part]
    assert {p.kind for p in proofs} == TRIED
    assert failed(proofs) == []
    assert {(p.kind, p.name, p.detail) for p in proofs} == {
        (p.kind, p.name, p.detail) for p in prove(KINDS.assignment("00_kinds"))
    }
