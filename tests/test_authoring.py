"""An author's mistakes are found by build or prove, with the file, the line and the mend."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from conftest import REPOSITORY

from autograder.cli import main
from autograder.course import Assignment, Course
from autograder.exercises import CourseError
from autograder.notebook import source_cells
from autograder.prove import prove

RELU = re.search(r'^```python\n(r""".*?)^```', (REPOSITORY / "README.md").read_text("utf-8"), re.M | re.S)[1]
NOTEBOOK = "# %% [markdown]\n# # A try\n\n# %%\nONE = 1\n"


def course(folder: Path, notebook: str = NOTEBOOK, **files: str) -> Assignment:
    home = folder / "solutions" / "01_try"
    home.mkdir(parents=True)
    (home / "notebook.py").write_text(notebook, encoding="utf-8")
    for name, text in files.items():
        (home / f"{name}.py").write_text(text, encoding="utf-8")
    return Course(folder).assignment("01_try")


def changed(old: str, new: str) -> str:
    assert old in RELU
    return RELU.replace(old, new)


STATIC = {
    "no statement": (re.sub(r'^r""".*?"""\n', "", RELU, flags=re.S), "needs a docstring"),
    "no docstring": (re.sub(r'    """Replace.*?"""\n', "", RELU, flags=re.S), "needs a docstring with shapes"),
    "a check without a title": (changed('"negative numbers become 0, the others stay", ', ""), "the title is what"),
    "an empty hint": (changed('"Which numbers pass, and which are switched off? Try -3."', '""'), "the hint is what"),
    "a probe with a global": (changed("    return relu(x)", "    return relu(x * SCALE)"), "uses SCALE from outside"),
    "a probe with an unknown input": (
        changed("def values(relu, x):\n    return relu(x)", "def values(relu, z):\n    return relu(z)"),
        "takes z",
    ),
    "a probe without its exercise": (
        changed("def values(relu, x):\n    return relu(x)", "def values(x):\n    return x"),
        "does not take `relu`",
    ),
    "a reference with a helper": (
        changed("    return np.maximum(x, 0)", "    return mixed(x)"),
        "the reference uses mixed",
    ),
    "given that fails": (changed("rng.normal(size=(3, 4))", "rng.nomal()"), "`mixed` fails: AttributeError"),
    "a syntax error": (changed("def relu(x):", "def relu(x:"), "SyntaxError"),
    "no exercise": (RELU.split("@exercise")[0], "0 exercises in one file"),
    "nothing is checked": (RELU.split("@relu.check")[0], "nothing checks `relu`"),
    "a rule without a rule": (changed('"without a loop", no_loops()', '"without a loop"'), "a rule ends with"),
    "inputs without rng": (changed("rng.normal(size=(3, 4))", "np.arange(12.0)"), "draws nothing from `rng`"),
    "inputs from elsewhere": (changed("rng.normal(size=(3, 4))", "np.random.rand(3, 4)"), "something else than `rng`"),
    "inputs without a parameter": (changed("def mixed(rng)", "def mixed()"), "def mixed(rng)"),
    "inputs without names": (changed('{"x": rng.normal(size=(3, 4))}', "rng.normal(size=3)"), "returns inputs by name"),
    "no given": (changed(", given=mixed", ""), "say given=…"),
    "without what is not given": (changed("given=mixed)", 'given=mixed, without=("kit",))'), "names of given code"),
    "points of 0": (changed("given=mixed", "given=mixed, points=0"), "a number above 0"),
    "points in words": (changed("given=mixed", 'given=mixed, points="2"'), "a number above 0"),
    "points for a part that is not there": (
        changed("given=mixed", 'given=mixed, points={"y": 1}'),
        "points are shared among 'y', and the answer has []",
    ),
    "no points for a part": (
        changed("given=mixed", 'given=mixed, points={"y": 1}').replace(
            "return relu(x)", 'return {"y": x, "z": relu(x)}'
        ),
        "and the answer has ['y', 'z']",
    ),
    "a part of 0 points": (changed("given=mixed", 'given=mixed, points={"y": 0}'), "a number above 0"),
    "an agreement of parts that are not there": (
        changed("given=mixed", 'given=mixed, compare=agree("y", "z")').replace("import ex", "import agree, ex"),
        "agree names 'y', 'z'",
    ),
    "half an agreement": (
        changed("given=mixed", 'given=mixed, compare=agree("y")').replace("import ex", "import agree, ex"),
        "agree takes names in pairs",
    ),
    "a comparison without parentheses": (
        changed("given=mixed", "given=mixed, compare=exercise"),
        "with its parentheses",
    ),
    "a bare check": (
        changed('.check("negative numbers become 0, the others stay", given=mixed)', ".check"),
        "with a title",
    ),
    "a bare misconception": (
        changed('misconception("Which numbers pass, and which are switched off? Try -3.")', "misconception"),
        "the hint is what",
    ),
    "an empty alternative": (changed("@relu.alternative", "@relu.alternative()"), "@relu.alternative` on a whole"),
    "other parameters": (
        changed("keeps_the_negative(x)", "keeps_the_negative(x, y)"),
        "takes 2 parameters, and `relu` 1",
    ),
    "a slip of nothing": (RELU + '\n\nrelu.slip("a", {"minimum": "max"}, "b?")\n', "no `minimum` in the body"),
    "a slip that is not Python": (RELU + '\n\nrelu.slip("a", {"return": "retrn"}, "b?")\n', "`a` is not Python"),
    "a rule about nothing": (
        changed("no_loops()", "loops(z=1)").replace("import exercise, no_loops", "import exercise, loops"),
        "takes the ranks",
    ),
    "one title twice": (
        RELU + '\n\n@relu.check("negative numbers become 0, the others stay", given=mixed)\n'
        "def twice(relu, x):\n    return relu(x)\n",
        "two checks of `relu`",
    ),
    "a probe that returns a function": (
        changed("    return relu(x)", "    return relu"),
        "the probe returns a function",
    ),
    "two exercises": (RELU + RELU.split("\n\n\n", 2)[2], "2 exercises in one file"),
    "a reference that raises": (
        changed("    return np.maximum(x, 0)", "    return np.maximun(x, 0)"),
        "fails its own check",
    ),
}


@pytest.mark.parametrize("case", STATIC)
def test_found_when_it_is_built(case, tmp_path):
    text, words = STATIC[case]
    with pytest.raises(CourseError, match=r"relu\.py:\d+: ") as found:
        course(tmp_path, relu=text).runs()
    assert words in str(found.value)


PROVEN = {
    "a misconception that is right": (changed("np.minimum(x, 0)", "np.maximum(x, 0.0)"), "loses no point"),
    "an alternative that is wrong": (changed("x * (x > 0)", "x * (x < 0)"), "alternative with_a_mask"),
    "a constant would pass": (changed("    return relu(x)", "    return relu(x) >= 0"), "the visible inputs passes"),
    "zeros would pass": (changed("rng.normal(size=(3, 4))", "-rng.uniform(1, 2, size=(3, 4))"), "passes"),
    "two with one answer": (
        RELU
        + changed("keeps_the_negative", "again")
        .split("no_loops())")[1]
        .split("@relu.alt")[0]
        .replace("Which numbers", "Really, which numbers"),
        "another one's hint",
    ),
}


@pytest.mark.parametrize("case", PROVEN)
def test_found_by_prove(case, tmp_path):
    text, words = PROVEN[case]
    failed = [f"{p.place}: {p.kind} {p.name}: {p.detail}" for p in prove(course(tmp_path, relu=text)) if not p.holds]
    assert failed
    assert all(re.match(r"solutions/01_try/relu\.py:\d+: ", line) for line in failed)
    assert any(words in line for line in failed), failed


def test_a_misconception_that_never_ends_is_stopped(tmp_path):
    text = RELU.replace("given=mixed)", "given=mixed, seconds=0.5)").replace(
        "    return np.minimum(x, 0)", "    while True:\n        pass"
    )
    proofs = {p.kind: p for p in prove(course(tmp_path, relu=text))}
    assert proofs["misconception"].holds
    assert "hint visible and hidden" in proofs["misconception"].detail


SLOTS = {
    "a key without quotes": ("# %% exercise=relu\n", "notebook.py:7: `# %% exercise=relu` cannot be read"),
    "an unknown key": ('# %% excercise="relu"\n', "notebook.py:7: `excercise` is no key of a cell"),
    "points in words": ('# %% [markdown] question="why" points=two\n# Why?\n', "notebook.py:7:"),
    "marking without a question": (
        "# %% [markdown] marking=true\n# 1 point\n",
        "notebook.py:7: a marking scheme stands",
    ),
    "given code with a syntax error": ("# %%\ndef f(:\n", "notebook.py:7: given code is not Python"),
    "an unknown slot": ('# %% exercise="reluu"\n', "notebook.py:7: the exercise `reluu` has no file"),
    "a slot twice": (
        '# %% exercise="relu"\n\n# %% exercise="relu"\n',
        "notebook.py:7: the exercise `relu` is here a second",
    ),
    "a question without marking": (
        '# %% [markdown] question="why" points=2\n# Why?\n',
        'notebook.py:7: question "why"',
    ),
    "a question without points": (
        '# %% [markdown] question="why"\n# Why?\n',
        'notebook.py:7: question "why" needs points',
    ),
}


@pytest.mark.parametrize("case", SLOTS)
def test_mistakes_in_the_notebook(case, tmp_path):
    cell, words = SLOTS[case]
    with pytest.raises(CourseError, match=re.escape(words)):
        source_cells(course(tmp_path, f"{NOTEBOOK}\n{cell}", relu=RELU))


@pytest.mark.parametrize("command", ["build", "prove"])
@pytest.mark.parametrize("case", SLOTS)
def test_a_command_finds_them_before_it_does_anything(case, command, tmp_path, monkeypatch, capsys):
    cell, words = SLOTS[case]
    course(tmp_path, f"{NOTEBOOK}\n{cell}", relu=RELU)
    monkeypatch.chdir(tmp_path)
    assert main([command]) == 2
    assert words in capsys.readouterr().err
    assert not (tmp_path / "assignments" / "01_try").exists()


def no_assignment(folder):
    (folder / "solutions").mkdir()


def no_lesson(folder):
    course(folder, relu=RELU)
    (folder / "solutions" / "01_try" / "notebook.py").unlink()


def no_exercise(folder):
    course(folder)


NOTHING = [
    ("build", no_assignment, "no assignment in"),
    ("prove", no_assignment, "no assignment in"),
    ("build", no_lesson, "solutions/01_try has no notebook.py"),
    ("prove", no_lesson, "solutions/01_try has no notebook.py"),
    ("prove", no_exercise, "nothing to prove"),
    ("build 01_tri", no_exercise, "did you mean `01_try`?"),
    ("build 01", no_exercise, "did you mean `01_try`?"),
    ("prove x", no_exercise, "there are 01_try"),
]


@pytest.mark.parametrize(("command", "before", "words"), NOTHING)
def test_nothing_is_not_green(command, before, words, tmp_path, monkeypatch, capsys):
    before(tmp_path)
    monkeypatch.chdir(tmp_path)
    assert main(command.split()) == 2
    [line] = capsys.readouterr().err.strip().splitlines()
    assert words in line


@pytest.mark.parametrize("character", "\f\v\x1c\x85\u2028\u2029", ids=ascii)
def test_what_is_no_end_of_a_line_for_python_cuts_nothing_off(character, tmp_path):
    last = "    return np.maximum(x, 0)"
    text = changed(last, f'    y = "{character}"  # {character} a page\n{last}')
    relu = course(tmp_path, relu=text).exercises["relu"]
    assert relu.source().endswith(last)
    assert f'y = "{character}"' in relu.source()
    assert relu.stub().endswith("raise NotImplementedError()")
    assert all(relu.written(variant) for variant in (*relu.misconceptions, *relu.alternatives))
    expected = [run.expected for run in course(tmp_path / "again", relu=text).runs() if run.rule is None]
    assert expected
    assert all(isinstance(array, np.ndarray) for array in expected)


def test_given_code_that_fails(tmp_path):
    with pytest.raises(CourseError, match=r"notebook\.py:6: given code fails: ZeroDivisionError"):
        course(tmp_path, f"{NOTEBOOK}HALF = 1 / 0\n", relu=RELU).runs()


def test_two_exercises_of_one_name(tmp_path):
    with pytest.raises(CourseError, match="a second exercise is called `relu`"):
        course(tmp_path, relu=RELU, again=RELU).runs()


def test_the_command_ends_with_one_line(tmp_path, monkeypatch, capsys):
    course(tmp_path, relu=STATIC["a probe with a global"][0])
    monkeypatch.chdir(tmp_path)
    assert main(["build"]) == 2
    written, line = capsys.readouterr().err.strip().splitlines()
    assert "nbgrader_config.py is new" in written
    assert re.match(r"autograder build: .*relu\.py:\d+: the probe uses SCALE from outside", line)


def test_what_is_found_in_another_process_ends_with_one_line(tmp_path, monkeypatch, capsys):
    course(tmp_path, relu=STATIC["a reference that raises"][0])
    monkeypatch.chdir(tmp_path)
    assert main(["prove"]) == 2
    *_, line = capsys.readouterr().err.strip().splitlines()
    assert re.match(r"autograder prove: .*relu\.py:\d+: the reference fails its own check", line)
