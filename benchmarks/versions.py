"""The course under other Pythons, NumPys, BLAS kernels and thread counts: `python benchmarks/versions.py`."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import tempfile
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

from elsewhere import PARTS, compared
from rich.console import Console
from rich.table import Table

REPOSITORY = Path(__file__).resolve().parent.parent
COPIED = ("autograder", "solutions", "pyproject.toml", "README.md", "nbgrader_config.py")
PYTHONS, NUMPYS = ("3.11", "3.12", "3.13"), ("1.26.*", "2.*")
AVX512 = "X86_V4 AVX512_ICL AVX512_SPR"  # in NumPy's words
SETTINGS = {  # other orders of a sum, and other roundings of exp
    "1 thread": {"OPENBLAS_NUM_THREADS": "1"},
    "4 threads": {"OPENBLAS_NUM_THREADS": "4"},
    "Nehalem": {"OPENBLAS_CORETYPE": "Nehalem", "NPY_DISABLE_CPU_FEATURES": f"X86_V3 {AVX512}"},
    "Haswell": {"OPENBLAS_CORETYPE": "Haswell", "NPY_DISABLE_CPU_FEATURES": AVX512},
    "SkylakeX": {"OPENBLAS_CORETYPE": "SkylakeX"},
}
ROWS: list[tuple[str, str, str, dict[str, str]]]
ROWS = [(f"Python {python}, NumPy {numpy}", python, numpy, {}) for python, numpy in product(PYTHONS, NUMPYS)]
ROWS += [(f"{ROWS[1][0]}, {name}", *ROWS[1][1:3], settings) for name, settings in SETTINGS.items()]


def interpreter(version: str) -> str:
    """A Python of that version: on PATH, or one that pyenv has made; "" if there is none."""
    made = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")).glob(f"versions/{version}.*/bin/python")
    for command in filter(None, (shutil.which(f"python{version}"), *map(str, made))):
        if subprocess.run([command, "-c", ""], capture_output=True).returncode == 0:  # a shim may lead nowhere
            return command
    return ""


@cache
def install(folder: Path, version: str, numpy: str) -> str:
    """Make a virtual environment with that NumPy and a copy of this project; why that cannot be done, or ""."""
    if not (python := interpreter(version)):
        return f"there is no python{version}, neither on PATH nor of pyenv"
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "course").mkdir(parents=True)
    for name in COPIED:
        copy = shutil.copytree if (REPOSITORY / name).is_dir() else shutil.copyfile
        copy(REPOSITORY / name, folder / "course" / name)
    shutil.copytree(REPOSITORY / "assignments", folder / "committed")
    subprocess.run([python, "-m", "venv", folder / "venv"], check=True)
    wanted = ["-e", f"{folder}/course[course]", f"numpy=={numpy}", "--only-binary=numpy,scipy,scikit-learn"]
    done = subprocess.run([folder / "venv/bin/pip", "install", "-q", *wanted], capture_output=True, text=True)
    errors = [line for line in done.stderr.splitlines() if line.startswith("ERROR")]
    return (errors or ["pip failed"])[-1] if done.returncode else ""


def run(folder: Path, python: str, numpy: str, settings: dict[str, str]) -> dict[str, Any] | str:
    """What came of one row; a text says why nothing did."""
    if trouble := install(folder, python, numpy):
        return trouble
    path = os.pathsep.join([str(folder / "venv/bin"), os.environ["PATH"]])
    environment = {**os.environ, "PATH": path, "PYTHONPATH": "", **settings}
    call = [folder / "venv/bin/python", Path(__file__).with_name("elsewhere.py"), folder]
    done = subprocess.run(call, cwd=folder, env=environment, capture_output=True, text=True)
    if done.returncode:
        return (done.stderr.strip() or f"exit status {done.returncode}").splitlines()[-1]
    record: dict[str, Any] = json.loads((folder / "record.json").read_text("utf-8"))
    return record


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "only", nargs="*", metavar="WORDS", help="rows with such words in their names; without any, all"
    )
    parser.add_argument("--folder", type=Path, help="where to make the environments, and leave them")
    arguments = parser.parse_args()
    table = Table("", "with", *PARTS, title="what was asked, and how much of it failed", show_lines=True)
    first = ""
    with tempfile.TemporaryDirectory() as temporary:
        for name, python, numpy, settings in ROWS:
            if arguments.only and not any(words in name for words in arguments.only):
                continue
            folder = (arguments.folder or Path(temporary)).resolve() / f"{python}-{numpy[0]}"
            record = run(folder, python, numpy, settings)
            if isinstance(record, str):
                table.add_row(name, record)
                continue
            hidden = (folder / "hidden.json").read_text("utf-8")
            first = first or hidden
            lines = list(compared(json.loads(hidden), json.loads(first)))
            record["hidden"] = len(lines), list(filter(None, lines))
            table.add_row(name, record["who"], *(cell(*record[part]) for part in PARTS))
            for part in PARTS:
                print("".join(f"{name}, {part}: {line}\n" for line in record[part][1]), end="", flush=True)
    table.caption, table.caption_justify = "\n".join(f"{part}: {what}" for part, what in PARTS.items()), "left"
    Console(width=140).print(table)


def cell(asked: int, failed: list[str]) -> str:
    return f"{asked}, [red]{len(failed)} failed[/red]" if failed else f"{asked}"


if __name__ == "__main__":
    main()
