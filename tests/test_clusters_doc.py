"""What docs/clusters.md shows is run as far as it needs neither SLURM nor Kubernetes."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from conftest import REPOSITORY, filled, references, submit

from autograder.cli import main
from autograder.course import Course

TEXT = (REPOSITORY / "docs" / "clusters.md").read_text("utf-8")
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```$", TEXT, re.M | re.S)
SHOWN, NAME = "04_layers", "00_target"
STUDENTS = ["ada", "grace", "emmy"]


def block(language: str) -> str:
    [content] = [content for found, content in BLOCKS if found == language]
    return content


def job() -> dict[str, Any]:
    [found] = [part for part in yaml.safe_load_all(block("yaml")) if part["kind"] == "Job"]
    return found["spec"]


@pytest.fixture
def course(target: Course, tmp_path: Path) -> Course:
    shutil.copytree(target.root, tmp_path / "course")
    course = Course(tmp_path / "course")
    for student in STUDENTS:
        submit(course, student, NAME, filled(course, NAME, references(course, NAME)))
    return course


def run(course: Course, call: list[str], **variables: str) -> subprocess.CompletedProcess[str]:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, **variables}
    return subprocess.run(call, cwd=course.root, env=environment, capture_output=True, text=True, timeout=60)


def graded(course: Course) -> list[str]:
    return sorted(path.stem for path in course.results(NAME).glob("*.graded"))


def test_the_array_and_the_merge_fill_the_gradebook(course: Course, tmp_path: Path) -> None:
    script = tmp_path / "grade.sbatch"
    script.write_text(block("bash"))
    [merge] = set(re.findall(r'--wrap="(.*)"', TEXT))
    done = run(course, ["bash", str(script), NAME], SLURM_ARRAY_TASK_ID="1", SLURM_ARRAY_TASK_COUNT="1")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert graded(course) == sorted(STUDENTS)
    with contextlib.chdir(course.root):  # in this process, where nbgrader is loaded
        assert main(merge.replace(SHOWN, NAME).removeprefix("autograder ").split()) == 0
    with sqlite3.connect(course.root / "gradebook.db") as gradebook:
        rows = gradebook.execute("select notebook_id, sum(auto_score) from grade group by notebook_id").fetchall()
    assert [score for _, score in rows] == [11] * len(STUDENTS)


def test_the_array_begins_at_one_without_gaps() -> None:
    """A task's number is the number of its part."""
    assert re.findall(r"^#SBATCH --array=(.*)$", block("bash"), re.M) == ["1-8"]


def test_a_pod_grades_its_part(course: Course, tmp_path: Path) -> None:
    container = job()["template"]["spec"]["containers"][0]
    variables = {each["name"]: each["value"] for each in container["env"]} | {"HOME": str(tmp_path)}
    call = [word.replace(SHOWN, NAME) for word in container["command"] + container["args"]]
    done = run(course, call, JOB_COMPLETION_INDEX="0", **variables)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert graded(course) == sorted(STUDENTS)[:1]


def test_the_manifest_agrees_with_itself() -> None:
    spec, pod = job(), job()["template"]["spec"]
    [container] = pod["containers"]
    [claim] = [part for part in yaml.safe_load_all(block("yaml")) if part["kind"] == "PersistentVolumeClaim"]
    assert {"name": "PARTS", "value": str(spec["completions"])} in container["env"]
    assert container["resources"]["limits"]["cpu"] in re.findall(r"--workers (\d+)", " ".join(container["args"]))
    assert {mount["name"] for mount in container["volumeMounts"]} == {volume["name"] for volume in pod["volumes"]}
    assert claim["metadata"]["name"] in [v.get("persistentVolumeClaim", {}).get("claimName") for v in pod["volumes"]]
    assert "$(" not in " ".join(container["args"])  # Kubernetes would put a variable there


def test_every_option_named_exists(capsys: pytest.CaptureFixture[str]) -> None:
    lines = [*re.findall(r"`([^`\n]+)`", TEXT), *(line for _, content in BLOCKS for line in content.splitlines())]
    plain = re.sub('[",]', "", "\n".join(lines))
    calls = re.findall(r"\bautograder ([a-z]+)(.*)", plain)
    named = {(command, option) for command, words in calls for option in re.findall(r"--[a-z-]+", words)}
    assert {command for command, _ in calls} == {"grade", "merge", "doctor"}
    assert named == {("grade", "--shard"), ("grade", "--workers"), ("grade", "--scheduler")}
    assert [line for line in lines if re.fullmatch("--[a-z]+", line)] == ["--results"]
    for command, option in {*named, ("grade", "--results"), ("merge", "--results")}:
        with pytest.raises(SystemExit):
            main([command, "--help"])
        assert option in capsys.readouterr().out.split("options:")[1]
