"""A student's notebook -> cells and definitions, whatever happened to the file; it parses, and never runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from autograder.cells import Cell, Notebook, UnreadableNotebook, read
from autograder.definitions import closure, functions, suggest
from autograder.repair import Repair
from autograder.sandbox.job import NO_MODULES, Definition

__all__ = ["Cell", "Submission", "UnreadableNotebook", "parse", "read"]
__all__ += ["closure", "functions", "suggest"]  # from `definitions`


@dataclass(frozen=True)
class Submission:
    """What a student handed in.

    Attributes
    ----------
    cells : tuple of Cell
        As repaired: the course's cells in their order, the student's own between them.
    notebook : dict
        The same for nbgrader: the course's cells are as in `pristine` (text, ids, nbgrader's metadata) but for the
        student's answers; outputs are dropped. It shares the metadata of the cells with `pristine`.
    definitions : tuple of Definition
        The student's top-level statements that bind names, in the order of the student's file.
    notes : tuple of str
        What was repaired or could not be read, for the instructor and the student.
    above : mapping of str to tuple
        For the check of a task, the statements that a kernel has run when it comes to it from the top; only where that
        differs: below it are others of the same names, such as the `helper` of the next exercise, or `relu = relu(x)`
        above it tries out a function.
    modules : mapping of str to str
        The texts of the Python modules that came with the notebook, by their names; those that its cells write
        (`%%writefile helpers.py`) are among them.
    """

    cells: tuple[Cell, ...]
    notebook: Notebook
    definitions: tuple[Definition, ...]
    notes: tuple[str, ...]
    above: Mapping[str, tuple[Definition, ...]] = field(default_factory=dict)
    modules: Mapping[str, str] = field(default_factory=dict)


def parse(notebook: Notebook, pristine: Notebook, modules: Mapping[str, str] = NO_MODULES) -> Submission:
    """Repair a notebook, and find the student's definitions.

    Parameters
    ----------
    notebook : dict
        As `read` returns it.
    pristine : dict
        The student version of the assignment as it was released.
    modules : mapping of str to str
        What was handed in beside the notebook, as `Collected.modules`.
    """
    found = Repair(notebook, pristine)
    cells = list(found.cells())
    metadata = pristine.get("metadata")
    content = {
        "cells": [raw for _, raw in cells],
        "metadata": {**metadata} if isinstance(metadata, dict) else {},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    notes = [found.stranger] if found.stranger else found.notes
    definitions = found.definitions()
    notes = [*notes, *found.unread()]
    return Submission(
        tuple(c for c, _ in cells),
        content,
        definitions,
        tuple(notes),
        found.above(),
        found.modules(modules),
    )
