"""The course's `nbgrader_config.py`: without its lines nbgrader runs student code with all rights."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from autograder.errors import UserError
from autograder.files import write_whole

FILE = "nbgrader_config.py"
_OURS = "from autograder.nbgrader_bridge import configure", "configure(get_config())"
TEXT = f'''"""The course as nbgrader sees it: `nbgrader` commands work in this folder."""

try:
    {_OURS[0]}

    {_OURS[1]}  # noqa: F821 - nbgrader puts get_config here
except Exception as error:  # nbgrader would go on without this file, and run student code unprotected
    raise SystemExit(f"nbgrader_config.py: {{type(error).__name__}}: {{error}}") from error
'''


class ForeignSettings(UserError):
    """The course has a `nbgrader_config.py` that leaves our lines out."""


def ensure(root: Path) -> bool:
    """Write the course's file if there is none; returns whether it was written.

    Raises
    ------
    ForeignSettings
        If there is one that would let student code run unprotected.
    """
    path = root / FILE
    if not path.exists():
        write_whole(path, TEXT.encode())
        path.chmod(0o644)
        return True
    if not ours(path):
        raise ForeignSettings(
            f"{path} lacks the lines that keep `nbgrader autograde` from running student code with your rights. "
            f"Put them at its top, your own settings below: {_OURS[0]}; {_OURS[1]}"
        )
    return False


def ours(path: Path) -> bool:
    """Whether this file hands nbgrader's settings to `configure`."""
    try:
        tree = ast.parse(path.read_bytes())
    except (SyntaxError, ValueError):
        return False
    calls = {n.func.id for n in ast.walk(tree) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)}
    imports = (n for n in ast.walk(tree) if isinstance(n, ast.ImportFrom) and n.module == "autograder.nbgrader_bridge")
    return any((a.asname or a.name) in calls for n in imports for a in n.names if a.name == "configure")


def found(folder: Path) -> Iterator[str]:
    """What nbgrader reads when it is started in `folder`: the files, and what they mean, the strongest first."""
    from jupyter_core.paths import jupyter_config_path

    own = folder / FILE
    if not own.is_file():
        yield f"none in {folder}: `nbgrader autograde` started here would run student code with your rights"
    elif ours(own):
        yield f"{own}: student code is graded in the sandbox"
    else:
        yield f"{own} is not ours: `nbgrader autograde` runs student code with your rights"
    for path in dict.fromkeys(Path(place) / FILE for place in jupyter_config_path()):
        if path.is_file():
            yield f"{path}, below the course's own"
