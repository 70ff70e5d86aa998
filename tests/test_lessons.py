"""Each notebook, with the references in its stubs, runs from top to bottom in a real kernel and draws its pictures."""

from __future__ import annotations

import shutil
from typing import Any

import nbformat
import pytest
from conftest import REPOSITORY, filled, references
from nbclient import NotebookClient

from autograder.course import Course

NAMES = Course(REPOSITORY).assignment_names
SECONDS = 60  # a demo takes at most 10 s on a quiet machine; this ends one that hangs


@pytest.fixture(scope="module", params=NAMES)
def lesson(request: pytest.FixtureRequest, built_course: Course, tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tmp_path_factory.mktemp("lesson")
    shutil.copytree(built_course.root / "assignments" / request.param, folder, dirs_exist_ok=True)
    content = filled(built_course, request.param, references(built_course, request.param))
    for cell in content["cells"]:
        cell["source"] = "".join(cell["source"])
    notebook = nbformat.from_dict(content)
    client = NotebookClient(notebook, timeout=SECONDS, resources={"metadata": {"path": str(folder)}})
    return client.execute()


def outputs(notebook: Any, kind: str) -> list[tuple[Any, Any]]:
    return [(cell, o) for cell in notebook.cells for o in cell.get("outputs", []) if o.output_type == kind]


def test_every_check_passes(lesson: Any) -> None:
    tables = {
        cell.source: output["data"]["text/html"]
        for kind in ("display_data", "execute_result")
        for cell, output in outputs(lesson, kind)
        if cell.source.startswith("check(")
    }
    checks = [cell.source for cell in lesson.cells if cell.source.startswith("check(")]
    assert list(tables) == checks
    left = set("\u2717\u25cb\u2026")  # wrong, not written, skipped
    assert [source for source, table in tables.items() if "\u2713" not in table or left & set(table)] == []


def test_every_picture_is_drawn(lesson: Any) -> None:
    drawing = [cell for cell in lesson.cells if "plt.show()" in cell.source]
    assert drawing
    for cell in drawing:
        pictures = [o for o in cell.outputs if "image/png" in o.get("data", {})]
        called = "def " in cell.source and not cell.outputs  # it defines what later cells draw with
        assert pictures or called, cell.source


def test_nothing_complains(lesson: Any) -> None:
    """A warning in a lesson is a question that it does not answer."""
    assert [(cell.source, o.text) for cell, o in outputs(lesson, "stream") if o.name == "stderr"] == []
