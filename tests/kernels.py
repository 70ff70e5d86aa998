"""Runs a notebook as a student does, "restart the kernel and run all cells": in IPython's shell, or in a real kernel.

Both are forks of this process, where NumPy and IPython are loaded already.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from IPython.core.interactiveshell import InteractiveShell
from jupyter_client import BlockingKernelClient
from jupyter_client.connect import write_connection_file

SECONDS = 60
ASKED = "[[c.title, c.status] for c in globals()['Out'][get_ipython().execution_count - 1].verdict.checks]"
Statuses = dict[str, dict[str, str]]  # of each task: of each visible check


class Shell(InteractiveShell):
    """A shell without a front end."""

    def enable_gui(self, gui: str | None = None) -> None:
        """There are no windows; `%matplotlib inline` asks."""


def in_a_shell(folder: Path, notebook: dict[str, Any]) -> Statuses:
    """What each check cell says, by IPython's `run_cell` in a process of its own."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _alone(lambda: _answer(writing, _run_all(notebook)), folder)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        told = pipe.read()
    os.waitpid(child, 0)
    return json.loads(told)  # type: ignore[no-any-return]


def _answer(writing: int, told: Statuses) -> None:
    with os.fdopen(writing, "wb") as pipe:
        pipe.write(json.dumps(told).encode())


def _run_all(notebook: dict[str, Any]) -> Statuses:
    shell = Shell.instance()
    told: Statuses = {}
    for cell in notebook["cells"]:
        if cell["cell_type"] != "code":
            continue
        result = shell.run_cell(cell["source"], store_history=True).result
        if _is_check(cell):
            verdict = getattr(result, "verdict", None)
            task = cell["source"].split('"')[1]
            told[task] = {check.title: check.status for check in verdict.checks} if verdict else {}
    return told


def _is_check(cell: dict[str, Any]) -> bool:
    return bool(cell["metadata"].get("nbgrader", {}).get("grade"))


def _alone(what: Callable[[], None], folder: Path) -> None:
    """In a fork: be a kernel's process in a folder, and end."""
    status = 1
    try:
        signal.alarm(SECONDS)
        null = os.open(os.devnull, os.O_RDWR)
        for descriptor in (0, 1, 2):
            os.dup2(null, descriptor)
        sys.stdout, sys.stderr = os.fdopen(1, "w", closefd=False), os.fdopen(2, "w", closefd=False)
        os.chdir(folder)
        sys.path.insert(0, "")
        os.environ["HOME"] = os.environ["IPYTHONDIR"] = str(folder.parent)
        what()
        status = 0
    finally:
        os._exit(status)


def in_a_kernel(folder: Path, notebook: dict[str, Any]) -> Statuses:
    """What each check cell says, in a real ipykernel."""
    connection = folder.parent / f"{folder.name}.json"
    write_connection_file(str(connection))
    child = os.fork()
    if child == 0:
        _alone(lambda: _kernel(connection), folder)
    client = BlockingKernelClient(connection_file=str(connection))
    client.load_connection_file()
    try:
        client.start_channels()
        client.wait_for_ready(timeout=SECONDS)
        return _ask(client, notebook)
    finally:
        client.stop_channels()
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def _kernel(connection: Path) -> None:
    from ipykernel.kernelapp import IPKernelApp

    IPKernelApp.launch_instance(argv=["-f", str(connection)])


def _ask(client: BlockingKernelClient, notebook: dict[str, Any]) -> Statuses:
    told: Statuses = {}
    for cell in notebook["cells"]:
        if cell["cell_type"] != "code":
            continue
        asked = {"told": ASKED} if _is_check(cell) else {}
        reply = client.execute_interactive(
            cell["source"],
            user_expressions=asked,
            stop_on_error=False,
            timeout=SECONDS,
            output_hook=lambda message: None,
        )["content"]
        if asked:
            found = reply.get("user_expressions", {}).get("told", {}).get("data", {}).get("text/plain", "[]")
            told[cell["source"].split('"')[1]] = dict(json.loads(found.replace("'", '"')))
    return told
