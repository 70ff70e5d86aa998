"""A student's notebook -> cells and definitions, whatever happened to the file; it parses, and never runs."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass, field

from autograder.cells import Cell, Notebook, UnreadableNotebook, read
from autograder.definitions import closure, functions, suggest
from autograder.repair import Repair
from autograder.sandbox.job import Definition

__all__ = ["Cell", "Submission", "UnreadableNotebook", "parse", "read", "repaired"]
__all__ += ["closure", "functions", "suggest"]  # from `definitions`


@dataclass(frozen=True)
class Submission:
    """What a student handed in.

    Attributes
    ----------
    cells : tuple of Cell
        As repaired: the course's cells in their order, the student's own between them.
    definitions : tuple of Definition
        The student's top-level statements that bind names, in the order of the student's file.
    notes : tuple of str
        What was repaired or could not be read, for the instructor and the student.
    above : mapping of str to int
        For the check of a task, how many of the definitions a kernel knows that comes to it from the top; only where
        it would know others of the same names further below, such as the `helper` of the next exercise.
    """

    cells: tuple[Cell, ...]
    definitions: tuple[Definition, ...]
    notes: tuple[str, ...]
    above: Mapping[str, int] = field(default_factory=dict)


def parse(notebook: Notebook, pristine: Notebook) -> Submission:
    """The student's definitions.

    Parameters
    ----------
    notebook : dict
        As `read` returns it.
    pristine : dict
        The student version of the assignment as it was released.
    """
    found = Repair(notebook, pristine)
    cells = tuple(cell for cell, _ in found.cells())
    notes = [found.stranger] if found.stranger else found.notes
    definitions = found.definitions()
    return Submission(cells, definitions, (*notes, *found.unread()), found.above(definitions))


def repaired(notebook: Notebook, pristine: Notebook) -> tuple[Notebook, tuple[str, ...]]:
    """A notebook that nbgrader can take, and notes on what was repaired.

    The course's cells are as in `pristine` (text, ids, nbgrader's metadata) but for the student's answers;
    the student's own cells stay at their places; outputs are dropped.
    """
    found = Repair(notebook, pristine)
    metadata = pristine.get("metadata")
    content = {
        "cells": [raw for _, raw in found.cells()],
        "metadata": copy.deepcopy(metadata) if isinstance(metadata, dict) else {},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return content, (found.stranger,) if found.stranger else tuple(found.notes)
