"""What nbgrader puts over every student's notebook before it grades: found out once, by nbgrader's own steps."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from nbgrader import utils
from nbgrader.preprocessors import OverwriteCells, OverwriteKernelspec

STEPS = (OverwriteKernelspec, OverwriteCells)


@dataclass(frozen=True)
class Master:
    """What the gradebook says of an assignment's notebook.

    Attributes
    ----------
    metadata : dict
        Of the notebook, with the kernelspec of the source.
    cells : mapping of str to dict
        The cells that nbgrader knows, by grade_id.
    locked : list of str
        The grade_ids of those whose source is the course's.
    """

    metadata: dict[str, Any]
    cells: Mapping[str, dict[str, Any]]
    locked: Sequence[str]

    def over(self, notebook: dict[str, Any]) -> dict[str, Any]:
        """A repaired notebook with the master's metadata, and with its source where that is locked."""
        cells = [self._over(cell) for cell in notebook["cells"]]
        return {**notebook, "cells": cells, "metadata": {**notebook["metadata"], **self.metadata}}

    def _over(self, cell: dict[str, Any]) -> dict[str, Any]:
        name = cell["metadata"].get("nbgrader", {}).get("grade_id")
        if name not in self.cells:
            return {**cell}
        master = self.cells[name]
        kept = ("id", "attachments") if name in self.locked else ("id", "attachments", "source")
        return {**master, **{key: cell[key] for key in kept if key in cell}}


def master_of(db_url: str, assignment: str, path: Path) -> Master:
    """What nbgrader makes of the notebook that students got.

    Parameters
    ----------
    db_url : str
        Of the gradebook.
    assignment : str
    path : Path
        Of the notebook.

    Raises
    ------
    nbgrader.api.MissingEntry
        If the gradebook does not know the notebook.
    """
    place = {"assignment": assignment, "notebook": path.stem, "student": "", "db_url": db_url}
    notebook: Any = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
    for step in STEPS:
        notebook, _ = step()(notebook, {"nbgrader": place})
    known = {cell.metadata.nbgrader.grade_id: cell for cell in notebook.cells if "nbgrader" in cell.metadata}
    locked = [name for name, cell in known.items() if utils.is_locked(cell)]
    return Master(_plain(notebook.metadata), {name: _plain(cell) for name, cell in known.items()}, locked)


def _plain(node: Any) -> dict[str, Any]:
    """The same without nbformat's classes."""
    return dict(json.loads(json.dumps(node)))
