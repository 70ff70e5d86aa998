"""The author's words: what an exercise, a task, a check, a misconception and an alternative are."""

from __future__ import annotations

import ast
import builtins
import importlib.util
import inspect
import re
import sys
import textwrap
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any

from autograder.compare import Comparison, close
from autograder.errors import UserError

Given = Callable[..., dict[str, Any]]
Probe = Any  # a function; mypy takes a FunctionType in a dataclass for a method
BUILTINS = frozenset(dir(builtins))


class CourseError(UserError):
    """An author's mistake: says the file, the line, what is wrong and how to mend it."""

    def __init__(self, path: Path | str, line: int, message: str) -> None:
        super().__init__(path, line, message)  # as they came, so that it survives the way from another process

    def __str__(self) -> str:
        return "{}:{}: {}".format(*self.args)


@dataclass(frozen=True)
class File:
    """An input that is a file: the probe gets the path of a file with this content.

    Attributes
    ----------
    content : bytes
    suffix : str
        The end of the file's name, as ".mat".
    """

    content: bytes
    suffix: str = ""


@dataclass(frozen=True)
class SourceRule:
    """A rule about how the code is written: a function of `autograder.source_rules`, by name."""

    name: str
    settings: Mapping[str, Any] = field(default_factory=dict)


def loops(**ranks: int) -> SourceRule:
    """The elements are visited one at a time; `ranks` gives the rank of each array parameter, as `loops(x=2)`."""
    return SourceRule("loops", {"ranks": ranks})


def no_loops() -> SourceRule:
    """The work is done by array operations: no loop, no recursion."""
    return SourceRule("no_loops")


def forbids(*names: str) -> SourceRule:
    """None of these functions or operators is called, as `forbids("dot", "@")`."""
    return SourceRule("forbids", {"names": list(names)})


@dataclass
class Check:
    """One thing that is checked: a probe and its inputs, or a rule about the source.

    Attributes
    ----------
    task : str
        The task that earns the points: "relu", or "Affine.backward".
    title : str
        What the student reads.
    points : float
    probe : function or None
        All that travels to the student's process; None for a rule.
    given : function or None
        Takes a `numpy.random.Generator`, returns the inputs by name. The inputs that the probe does not take stay
        with the judge, for the comparison.
    compare : Comparison
    seconds : float
        Wall time that one run may take.
    rule : SourceRule or None
    without : tuple of str
        Names of given code that does not run where the check is answered.
    parts : mapping
        What each part of the answer earns, by its key; empty where all of it must be right.
    """

    task: str
    title: str
    points: float
    probe: Probe = None
    given: Given | None = None
    compare: Comparison = field(default_factory=close)
    seconds: float = 5.0
    rule: SourceRule | None = None
    without: tuple[str, ...] = ()
    expectation: Probe = None
    parts: Mapping[str, float] = field(default_factory=dict)

    def expected(self, function: Probe) -> Probe:
        """Take the right answer from this function instead of the probe; it has the probe's parameters."""
        self.expectation = function
        return function

    @property
    def parameters(self) -> tuple[str, ...]:
        return tuple(inspect.signature(self.probe).parameters) if self.probe else ()


@dataclass(frozen=True)
class Variant:
    """Another implementation of an exercise: a misconception (with its hint), or an alternative that is right.

    Attributes
    ----------
    name : str
    task : str
        The task that a misconception gets wrong, or that an alternative replaces; "" for the whole exercise.
    line : int
        Where the author wrote it.
    hint : str
        "" for an alternative.
    code : function or class or None
        What the author wrote: all of the exercise, or the one method.
    edits : mapping
        In place of code: what to replace by what in the reference's text.
    method : str
        The method that is replaced, where it is not the task's own.
    """

    name: str
    task: str
    line: int
    hint: str = ""
    code: Any = None
    edits: Mapping[str, str] = field(default_factory=dict)
    method: str = ""


def task(method: FunctionType) -> FunctionType:
    """Mark a method that the student writes; the stub keeps the rest of the class."""
    method.__task__ = True  # type: ignore[attr-defined]
    return method


def exercise(reference: Any) -> Exercise:
    """Make an exercise of its reference: a function, or a class with methods marked by `task`."""
    return Exercise(reference)


class Exercise:
    """One exercise: its reference, its checks, the usual mistakes, other right solutions.

    Attributes
    ----------
    name : str
    reference : function or class
    checks : list of Check
    misconceptions, alternatives : list of Variant
    equivalents : dict
        Reasons why a small change of the reference changes nothing, by the statement before and after.
    """

    def __init__(self, reference: Any) -> None:
        self.reference = reference
        self.name: str = reference.__name__
        self.checks: list[Check] = []
        self.misconceptions: list[Variant] = []
        self.alternatives: list[Variant] = []
        self.equivalents: dict[tuple[str, str], str] = {}
        self.allowed: set[str] = set()
        self.path = Path(inspect.getfile(reference))
        if inspect.isclass(reference):
            methods = [n for n, m in vars(reference).items() if getattr(m, "__task__", False)]
            self.tasks = tuple(f"{self.name}.{method}" for method in methods)
        else:
            self.tasks = (self.name,)

    # -- the author's words -------------------------------------------------------------------------------------

    def check(
        self,
        *words: str,
        given: Given | None = None,
        points: float | Mapping[str, float] = 1,
        compare: Comparison | None = None,
        seconds: float = 5.0,
        without: tuple[str, ...] = (),
    ) -> Callable[[Probe], Check]:
        """Check what a probe returns: `@relu.check("title", given=...)`, `@Affine.check("method", "title", given=...)`.

        Parameters
        ----------
        *words : str
            The title; before it, for a class, the method that earns the points.
        given : function
            `given(rng)` returns the inputs by name.
        points : float or mapping
            With `{"dW": 1, "db": 1}` each part of the answer earns its own points.
        compare : Comparison
            `close()` unless said otherwise.
        seconds : float
            Wall time that one run may take.
        without : tuple of str
            Names of given code that does not run in the process that answers this check: what must be the student's
            own cannot be made of it. A copy of its text cannot be told from the student's own work.
        """

        line = sys._getframe(1).f_lineno

        if any(map(callable, words)):
            form = self._form('check("title", given=…)')
            raise self._mistake(line, f"say `{form}`, with a title and its inputs")

        def add(probe: Probe) -> Check:
            task_name, title = self._task_and_text(words, 'check("title", given=…)', probe)
            self._check_settings(probe, given, points, compare)
            if any((c.task, c.title) == (task_name, title) for c in self.checks):
                raise self._mistake(probe, f"two checks of `{task_name}` are called {title!r}")
            parts = dict(points) if isinstance(points, Mapping) else {}
            total = sum(parts.values()) if isinstance(points, Mapping) else points
            asked = (probe, given, compare or close(), seconds)
            check = Check(task_name, title, total, *asked, without=without, parts=parts)
            self.checks.append(check)
            return check

        return add

    def rule(self, *words: str | SourceRule, points: float = 1) -> None:
        """Check how the code is written: `relu.rule("title", no_loops())`."""
        line = sys._getframe(1).f_lineno
        *texts, source_rule = words
        if not isinstance(source_rule, SourceRule):
            raise self._mistake(line, "a rule ends with what it asks: relu.rule('title', loops(x=2))")
        task_name, title = self._task_and_text(tuple(map(str, texts)), 'rule("title", loops(x=2))', line)
        self._check_settings(line, None, points, None)
        unknown = set(source_rule.settings.get("ranks", ())) - set(self._parameters(task_name))
        if unknown or not source_rule.settings.get("ranks", {"": 0}):
            raise self._mistake(line, f"`loops` takes the ranks of parameters of `{task_name}`, as loops(x=2)")
        self.checks.append(Check(task_name, title, points, rule=source_rule))

    def misconception(self, *words: str, replaces: str = "") -> Callable[[Any], Any]:
        """A usual mistake, as code, with the hint that answers it.

        Parameters
        ----------
        *words : str
            The hint; before it, for a class, the method that loses points.
        replaces : str
            The method where the mistake is made, if it is another one: what `forward` forgets costs `backward`.
        """

        if any(map(callable, words)):
            line = sys._getframe(1).f_lineno
            form = self._form('misconception("hint")')
            raise self._mistake(line, f"say `{form}`: the hint is what the student reads")

        def add(wrong: Any) -> Any:
            task_name, hint = self._task_and_text(words, 'misconception("hint")', wrong)
            self._same_parameters(wrong, replaces or task_name)
            if replaces and not callable(getattr(self.reference, replaces, None)):
                raise self._mistake(wrong, f"`{self.name}` has no method `{replaces}`")
            variant = Variant(wrong.__name__, task_name, _line(wrong), hint, wrong, method=replaces)
            self.misconceptions.append(variant)
            return wrong

        return add

    def slip(self, *parts: str | Mapping[str, str], replaces: str = "") -> None:
        """A usual mistake that is a small change of the reference: `relu.slip("name", {"old": "new"}, "hint")`.

        Parameters
        ----------
        *parts
            A name; what to replace by what in the body of the reference, wherever it stands there (line ends count,
            indentation counts from the body's); the hint. Before them, for a class, the method that loses points.
        replaces : str
            The method where the mistake is made, if it is another one.
        """
        line = sys._getframe(1).f_lineno
        *method, name, edits, hint = parts if len(parts) > 2 else ("", "", "")
        if not isinstance(edits, Mapping) or not isinstance(name, str) or not name:
            raise CourseError(self.path, line, f"say `{self.name}.slip('name', {{'old': 'new'}}, 'hint')`")
        form = 'slip("name", {"old": "new"}, "hint")'
        task_name, text = self._task_and_text((*map(str, method), str(hint)), form, line)
        variant = Variant(name, task_name, line, text, edits=edits, method=replaces)
        self.written(variant)
        self.misconceptions.append(variant)

    def equivalent(self, before: str, after: str, reason: str) -> None:
        """A small change of the reference (`autograder prove --mutants`) that no check can notice, and why.

        Parameters
        ----------
        before, after : str
            The changed statement as the proof shows it.
        reason : str
        """
        self.equivalents[before, after] = reason

    def allow(self, *libraries: str) -> None:
        """Let students use these libraries here, though `solutions/course.toml` lists them as ready-made."""
        self.allowed |= set(libraries)

    def alternative(self, right: Any = None) -> Any:
        """Another right solution: a function, a whole class, or `@Affine.alternative("backward")` on a method."""
        if isinstance(right, str):

            def add(method: Any) -> Any:
                self.alternatives.append(
                    Variant(method.__name__, self._task(right, method), _line(method), code=method)
                )
                return method

            return add
        if right is None or isinstance(right, type) != isinstance(self.reference, type):
            line = sys._getframe(1).f_lineno
            form = f'@{self.name}.alternative("method")' if isinstance(self.reference, type) else ""
            raise self._mistake(line, f"say `@{self.name}.alternative` on a whole solution{form and f', or `{form}`'}")
        self._same_parameters(right, self.name)
        self.alternatives.append(Variant(right.__name__, "", _line(right), code=right))
        return right

    # -- what is made of them -----------------------------------------------------------------------------------

    @cached_property
    def text(self) -> str:
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def statement(self) -> str:
        """The docstring of the file: markdown that stands above the stub."""
        return inspect.cleandoc(ast.get_docstring(ast.parse(self.text)) or "")

    @cached_property
    def node(self) -> ast.FunctionDef | ast.ClassDef:
        """The reference in the file's syntax tree."""
        for node in ast.parse(self.text).body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name == self.name:
                return node
        raise self._mistake(None, f"`{self.name}` is not written at the top level of its file")

    @cached_property
    def line(self) -> int:
        return self.node.lineno

    def source(self, begin: str = "", end: str = "") -> str:
        """The reference's text without the author's decorators; the lines `begin` and `end` go round each body
        that the student writes, so that a tool can cut it out."""
        node = self.node
        lines = lines_of(self.text)
        skipped: set[int] = set()
        marks: dict[int, list[str]] = {}
        for function in self._written_by_student(node):
            skipped |= {n for d in function.decorator_list for n in range(d.lineno, (d.end_lineno or d.lineno) + 1)}
            first, last = self._body(function)
            indent = " " * function.body[0].col_offset
            if begin:
                marks.setdefault(first, []).append(indent + begin)
                marks.setdefault(last + 1, []).append(indent + end)
        out: list[str] = []
        last_line = node.end_lineno or node.lineno
        for number in range(node.lineno, last_line + 2):
            out += marks.get(number, [])
            if number <= last_line and number not in skipped:
                out.append(lines[number - 1])
        return "\n".join(out)

    def stub(self) -> str:
        """What a student gets: the reference with its bodies taken out."""
        out, inside = [], False
        for line in lines_of(self.source("<<<", ">>>")):
            mark = line.strip()
            if mark == "<<<":
                out.append(line.replace("<<<", "raise NotImplementedError()"))
            if mark in ("<<<", ">>>"):
                inside = mark == "<<<"
            elif not inside:
                out.append(line)
        return "\n".join(out)

    def written(self, variant: Variant) -> str:
        """A variant as a student would have handed it in: the whole cell, under the exercise's name.

        Raises
        ------
        CourseError
            If an edit has nothing to replace, or does not leave Python.
        """
        method = variant.method or variant.task.rsplit(".", 1)[-1]
        if variant.edits:
            return self._edited(method, variant)
        old, text = variant.code.__name__, _definition_text(variant.code)
        if not isinstance(self.reference, type) or isinstance(variant.code, type):
            return _renamed(text, old, self.name)
        node, lines = self._function(method)
        renamed = _renamed(text, old, method)
        lines[node.lineno - 1 : node.end_lineno] = lines_of(_indented(renamed, " " * node.col_offset))
        return "\n".join(lines)

    def _edited(self, method: str, variant: Variant) -> str:
        node, lines = self._function(method)
        body = _after_docstring(node)
        first, last = body[0].lineno - 1, node.end_lineno
        text = textwrap.dedent("\n".join(lines[first:last]))
        for old, new in variant.edits.items():
            if old not in text:
                raise CourseError(self.path, variant.line, f"there is no `{old}` in the body of `{method}` to replace")
            text = text.replace(old, new)
        indent = " " * body[0].col_offset
        lines[first:last] = lines_of(_indented(text if text.strip() else "pass", indent))
        source = "\n".join(lines)
        try:
            ast.parse(source)
        except SyntaxError as error:
            raise CourseError(self.path, variant.line, f"`{variant.name}` is not Python: {error.msg}") from error
        return source

    def _function(self, method: str) -> tuple[ast.FunctionDef, list[str]]:
        """A function of the reference (the method of that name, if it is a class), and the lines of the whole."""
        source = self.source()
        [node] = ast.parse(source).body
        members = node.body if isinstance(node, ast.ClassDef) else [node]
        found = [f for f in members if isinstance(f, ast.FunctionDef) and f.name in (method, self.name)]
        if not found:
            raise CourseError(self.path, self.line, f"`{self.name}` has no method `{method}`")
        return found[0], lines_of(source)

    def _written_by_student(self, node: ast.FunctionDef | ast.ClassDef) -> Iterator[ast.FunctionDef]:
        if isinstance(node, ast.FunctionDef):
            yield node
            return
        for item in node.body:
            if isinstance(item, ast.FunctionDef) and f"{self.name}.{item.name}" in self.tasks:
                yield item

    def _body(self, function: ast.FunctionDef) -> tuple[int, int]:
        """First and last line of what the student writes: the body after the docstring, with its comments."""
        body = _after_docstring(function)
        if not body or body[0].lineno == function.lineno:
            raise CourseError(self.path, function.lineno, f"`{function.name}` needs a body on lines of its own")
        lines, first = lines_of(self.text), body[0].lineno
        while not (above := lines[first - 2].strip()) or above.startswith("#"):
            first -= 1
        return first, function.end_lineno or body[-1].lineno

    def _task_and_text(self, words: tuple[str, ...], form: str, code: Any) -> tuple[str, str]:
        expected = 2 if isinstance(self.reference, type) else 1
        if len(words) != expected or not all(isinstance(w, str) and w.strip() for w in words):
            what = "title" if '"title"' in form else "hint"
            raise self._mistake(code, f"say `{self._form(form)}`: the {what} is what the student reads")
        return (self._task(words[0], code) if expected == 2 else self.name), words[-1]

    def _form(self, form: str) -> str:
        """How a word is used on this exercise."""
        method = '"method", ' if isinstance(self.reference, type) else ""
        return f"{self.name}.{form.replace('(', '(' + method, 1)}"

    def _check_settings(self, code: Any, given: Any, points: Any, compare: Any) -> None:
        each = list(points.values()) if isinstance(points, Mapping) else [points]
        if not each or not all(isinstance(p, int | float) and p > 0 for p in each):
            raise self._mistake(code, f"points are a number above 0 (or one for each part), not {points!r}")
        if isinstance(code, FunctionType) and not callable(given):
            raise self._mistake(code, "say given=…: the function that makes the inputs")
        if isinstance(code, FunctionType) and code.__name__ == "<lambda>":
            raise self._mistake(code, "a probe is a function with `def`: it travels as text")
        if compare is not None and not isinstance(compare, Comparison):
            raise self._mistake(code, "compare= takes a comparison, with its parentheses: close(), accuracy(…)")

    def _parameters(self, name: str) -> list[str]:
        """The parameters of the reference, or of one of its methods."""
        function = getattr(self.reference, name.rsplit(".", 1)[-1], self.reference)
        return list(inspect.signature(function).parameters)

    def _same_parameters(self, code: Any, name: str) -> None:
        """What cannot be called as the reference is called would only ever show that."""
        if isinstance(code, type):
            return
        mine, theirs = len(inspect.signature(code).parameters), len(self._parameters(name))
        if mine != theirs:
            raise self._mistake(code, f"`{code.__name__}` takes {mine} parameters, and `{name}` {theirs}")

    def _task(self, method: str, code: Any) -> str:
        name = f"{self.name}.{method}"
        if name not in self.tasks:
            marked = ", ".join(task.rsplit(".", 1)[1] for task in self.tasks)
            raise self._mistake(code, f"`{method}` is not a method marked with @task; marked are: {marked}")
        return name

    def _mistake(self, code: Any, message: str) -> CourseError:
        return CourseError(self.path, _line(code) if code is not None else 1, message)

    # -- the author's mistakes ----------------------------------------------------------------------------------

    def mistakes(self, exercises: Iterable[str], given_code: Mapping[str, Any]) -> Iterator[CourseError]:
        """What is wrong with the file, as far as it can be seen without running the reference.

        Parameters
        ----------
        exercises : iterable of str
            Names of the assignment's exercises, which probes and references may use.
        given_code : mapping
            What the notebook's given cells define, which `given` may use as well.
        """
        names = {*exercises, *given_code, self.name, "np"}
        if not self.statement:
            yield CourseError(self.path, 1, "the file needs a docstring: the statement that the student reads")
        if not self.tasks:
            yield CourseError(self.path, self.line, "no method is marked with @task: what should the student write?")
        for function in self._written_by_student(self.node):
            if not ast.get_docstring(function):
                yield CourseError(self.path, function.lineno, f"`{function.name}` needs a docstring with shapes")
        if isinstance(self.node, ast.ClassDef) and not ast.get_docstring(self.node):
            yield CourseError(self.path, self.line, f"`{self.name}` needs a docstring with shapes")
        yield from self._reference_mistakes(names)
        for task_name in self.tasks:
            if not any(check.task == task_name and check.probe for check in self.checks):
                yield CourseError(self.path, self.line, f"nothing checks `{task_name}`")
        for check in self.checks:
            yield from self._probe_mistakes(check, names, given_code)

    def _reference_mistakes(self, names: set[str]) -> Iterator[CourseError]:
        functions = [m for m in vars(self.reference).values() if isinstance(m, FunctionType)]
        for function in functions if isinstance(self.reference, type) else [self.reference]:
            foreign = global_names(function.__code__) - BUILTINS - names
            if foreign:
                yield CourseError(
                    self.path,
                    _line(function),
                    f"the reference uses {', '.join(sorted(foreign))}, which the student's notebook does not have: "
                    "move it inside, or into given code of notebook.py",
                )

    def _probe_mistakes(self, check: Check, names: set[str], given_code: Mapping[str, Any]) -> Iterator[CourseError]:
        if check.probe is None or check.given is None:
            return
        for function in filter(None, (check.probe, check.expectation)):
            foreign = (global_names(function.__code__) | set(function.__code__.co_freevars)) - BUILTINS - {"np"}
            if foreign:
                yield CourseError(
                    self.path,
                    _line(function),
                    f"the probe uses {', '.join(sorted(foreign))} from outside: a probe travels alone, "
                    "pass it in through `given` or write it inside",
                )
        wrong = [name for name in check.without if name not in given_code or name in check.parameters]
        if not isinstance(check.without, tuple) or wrong:
            yield CourseError(
                self.path,
                _line(check.probe),
                f"without= takes names of given code that the probe does not take, as without=('kit',), not {wrong}",
            )
        problem = draw_problem(check, given_code)
        if problem:
            yield CourseError(self.path, _line(check.given), problem)
            return
        inputs = draw(check, 0, given_code)
        unknown = [p for p in check.parameters if p not in inputs and p not in names]
        if unknown:
            yield CourseError(
                self.path,
                _line(check.probe),
                f"the probe takes {', '.join(unknown)}: no key of `given` ({', '.join(inputs)}), "
                "and no definition of this assignment",
            )
        if self.name not in check.parameters:
            yield CourseError(self.path, _line(check.probe), f"the probe does not take `{self.name}`")


def _after_docstring(function: ast.FunctionDef) -> list[ast.stmt]:
    return function.body[1:] if ast.get_docstring(function) is not None else function.body


def call_probe(probe: Probe, definitions: Mapping[str, Any], inputs: Mapping[str, Any]) -> Any:
    """Call a probe with what its parameters name."""
    known = {**definitions, **inputs}
    return probe(**{name: known[name] for name in inspect.signature(probe).parameters})


def draw(check: Check, seed: int, given_code: Mapping[str, Any]) -> dict[str, Any]:
    """The inputs that a check draws from a seed; after `rng`, `given` may take names of given code."""
    import numpy as np

    assert check.given is not None
    _, *others = inspect.signature(check.given).parameters.values()
    asked = {p.name: given_code[p.name] for p in others if p.default is p.empty}
    return check.given(np.random.default_rng(seed), **asked)


def draw_problem(check: Check, given_code: Mapping[str, Any]) -> str:
    """What is wrong with the inputs of a check; "" if nothing is."""
    assert check.given is not None
    name = check.given.__name__
    if not inspect.signature(check.given).parameters:
        return f"`{name}` takes the generator that it draws from: def {name}(rng)"
    try:
        one, again, other = (draw(check, seed, given_code) for seed in (0, 0, 1))
    except Exception as error:
        return f"`{name}` fails: {type(error).__name__}: {error}"
    if not isinstance(one, dict):
        return f"`{name}` returns inputs by name, as {{'x': …}}, not a {type(one).__name__}"
    if repr(one) != repr(again):
        return f"`{name}` draws from something else than `rng`: two draws of one seed differ"
    if repr(one) == repr(other):
        return f"`{name}` draws nothing from `rng`: public and hidden inputs would be the same"
    return ""


def global_names(code: CodeType) -> set[str]:
    """The global names that a function looks up, also in the functions inside it."""
    import dis

    names = {i.argval for i in dis.get_instructions(code) if i.opname in ("LOAD_GLOBAL", "LOAD_NAME")}
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            names |= global_names(constant) - {"__name__", "__qualname__", "__module__"}
    return names


def probe_source(probe: Probe) -> str:
    """The text of a probe, without its decorators."""
    return _definition_text(probe)


def lines_of(text: str) -> list[str]:
    """The lines as Python counts them; `str.splitlines` also cuts at a form feed, U+2028 and their like."""
    return text.removesuffix("\n").split("\n")


def _indented(text: str, indent: str) -> str:
    return re.sub(r"^(?=[^\n]*\S)", indent, text, flags=re.MULTILINE)


def _definition_text(code: Any) -> str:
    """The text of one function or class, without its decorators."""
    text = textwrap.dedent(inspect.getsource(code))
    [node] = ast.parse(text).body
    assert isinstance(node, ast.FunctionDef | ast.ClassDef)
    return "\n".join(lines_of(text)[node.lineno - 1 :]).rstrip() + "\n"


def _renamed(text: str, old: str, new: str) -> str:
    """A definition under another name; where it calls itself, too, but not attributes or words of the same name."""
    tree = ast.parse(text)
    lines = [line.encode() for line in lines_of(text)]  # columns count bytes
    places = [(n.lineno, n.col_offset) for n in ast.walk(tree) if isinstance(n, ast.Name) and n.id == old]
    [node] = tree.body
    head = lines[node.lineno - 1]
    places.append((node.lineno, head.index(old.encode(), head.index(b"def " if b"def " in head else b"class "))))
    for line, column in sorted(places, reverse=True):
        before, after = lines[line - 1][:column], lines[line - 1][column + len(old.encode()) :]
        lines[line - 1] = before + new.encode() + after
    return b"\n".join(lines).decode() + "\n"


def load(path: Path) -> Exercise:
    """Load the one exercise of a file.

    Raises
    ------
    CourseError
        If the file does not run, or holds no exercise, or several.
    """
    path = path.resolve()
    spec = importlib.util.spec_from_file_location(f"solution at {path}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[module.__name__] = module  # where inspect looks for the text of a class
    try:
        spec.loader.exec_module(module)
    except CourseError:
        raise
    except Exception as error:
        line = getattr(error, "lineno", None) or _line_in(error, path)
        raise CourseError(path, line, f"{type(error).__name__}: {error}") from error
    found = [value for value in vars(module).values() if isinstance(value, Exercise)]
    written = re.findall(r"^@exercise\b", path.read_text(encoding="utf-8"), re.MULTILINE)
    if len(found) != 1 or len(written) != 1:
        raise CourseError(path, 1, f"{len(written)} exercises in one file, one is needed (@exercise)")
    return found[0]


def _line(code: Any) -> int:
    """The line where code stands; a line stays what it is."""
    if isinstance(code, int):
        return code
    if isinstance(code, type):
        return inspect.getsourcelines(code)[1]
    return int(code.__code__.co_firstlineno)


def _line_in(error: Exception, path: Path) -> int:
    trace, line = error.__traceback__, 1
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == str(path):
            line = trace.tb_lineno
        trace = trace.tb_next
    return line
