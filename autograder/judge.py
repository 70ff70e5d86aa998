"""The judge: runs and their outcomes in, verdicts out; it never executes student code."""

from __future__ import annotations

import ast
import builtins
import re
import textwrap
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np

from autograder import diagnose, source_rules, spelling
from autograder.compare import Comparison, Difference, changed, close, leaves
from autograder.definitions import code, functions, line_at, owner_at, suggest
from autograder.discretion import discreet, is_place
from autograder.magics import UNPARSABLE
from autograder.ready_made import ready_made
from autograder.runs import Mistake, Run
from autograder.sandbox.causes import NO_DATA, reads_sklearns_data
from autograder.sandbox.job import NO_MODULES, Definition, Outcome
from autograder.verdict import CheckVerdict, Status, TaskVerdict

PROVOKED = "this work makes the grading itself fail, and earns nothing by that; ask your instructor to look at it"
_MATMUL = re.compile(r"^matmul: .* mismatch in its core dimension 0,.*\(size (\d+) is different from (\d+)\)$")
_NUMBER = re.compile(r"^matmul: Input operand ([01]) does not have enough dimensions \(has 0,")
_CAST = re.compile(r"^Cannot cast ufunc '(\w+)' output from dtype\('(\w+)'\) to dtype\('(\w+)'\)")
_DOT = re.compile(r"^shapes .* not aligned: (\d+) \(dim \d+\) != (\d+) \(dim \d+\)$")
_SCALAR = re.compile(r"^only (length-1|0-dimensional) arrays can be converted to Python scalars$")  # since NumPy 2.4
_NO_NAME = re.compile(r"^name '(\w+)' is not defined")
_FAILED_FOR = re.compile(r"NameError: name '(\w+)' is not defined$")
_ALIAS = re.compile(r"\s*((import|from|class|@)\b|[\w, ]+=\s*[\w.({\[])")  # `d = np.dot` as well
_BROADCAST = "operands could not be broadcast together with shapes"
NOT_WRITTEN = "not written yet: put your code in place of `raise NotImplementedError()`"
ABSENT = "`{}` does not run in this check: use your own code in its place"
LONGEST_LINE = 80  # characters of the line that raised


@dataclass(frozen=True)
class _Finding:
    """What one run shows, before the runs of a task are looked at together."""

    run: Run
    outcome: Outcome | None
    status: Status
    reason: str = ""
    difference: Difference | None = None
    right: tuple[str, ...] = ()  # parts of a wrong answer that earn their points
    matches: dict[str, int] = field(default_factory=dict)  # by mistake: what `_matches` has found out

    @cached_property
    def mistaken(self) -> dict[str, Outcome]:
        """What each known mistake answers."""
        return {mistake.name: mistake.outcome for mistake in self.run.mistakes()}


_Wrong = Mapping[str, Sequence[_Finding]]  # what is wrong of each task's values


def judge(
    runs: Sequence[Run],
    outcomes: Mapping[str, Outcome],
    definitions: Sequence[Definition],
    provoked: Collection[str] = (),
    modules: Mapping[str, str] = NO_MODULES,
) -> tuple[TaskVerdict, ...]:
    """Form the verdicts on one submission.

    Parameters
    ----------
    runs : sequence of Run
    outcomes : mapping of str to Outcome
        By the runs' keys; rules have none.
    definitions : sequence of Definition
        The student's, for rules about the source and for near misses of a name.
    provoked : collection of str
        Keys of runs of which the judge is known to fail on this submission only: they earn nothing by that.
    modules : mapping of str to str
        The student's modules, for rules about the source.
    """
    places = {o.place for run in runs if run.visible and (o := outcomes.get(run.key))}
    told = {(run.task, run.title, o.cause) for run in runs if run.visible and (o := outcomes.get(run.key))}
    lines = {place for place in places if is_place(place, definitions, modules)}
    shown = [_told(run, outcomes.get(run.key), told) for run in runs]
    findings = [
        _find(run, outcome, outcomes, definitions, lines, modules) for run, outcome in zip(runs, shown, strict=True)
    ]
    findings = [_blamed(f) if f.status == "judge_error" and f.run.key in provoked else f for f in findings]
    names = list(dict.fromkeys(run.task for run in runs))
    bought = _ready_made(runs, names, definitions, modules)
    findings = [_left_to(f, bought[f.run.task]) if f.run.task in bought else f for f in findings]
    by_task = {name: [f for f in findings if f.run.task == name] for name in names}
    wrong = {name: [f for f in found if _is_wrong(f)] for name, found in by_task.items()}
    return tuple(TaskVerdict(name, _task_checks(by_task[name], wrong)) for name in names)


def _ready_made(
    runs: Sequence[Run], names: Sequence[str], definitions: Sequence[Definition], modules: Mapping[str, str]
) -> dict[str, str]:
    """Of each task whose work a ready-made library does: where."""
    listed = {run.task: run.ready_made for run in runs if run.ready_made}
    found = {}
    for name, libraries in listed.items():
        others = {other.partition(".")[0] for other in names} - {name.partition(".")[0]}
        own = [d for d in definitions if not others & set(d.binds)]  # another task's library costs that one
        if reason := ready_made(own, name, libraries, modules):
            found[name] = reason
    return found


def _left_to(finding: _Finding, reason: str) -> _Finding:
    """The finding on work that was left to a library."""
    if finding.status in ("not_written", "judge_error"):
        return finding
    return replace(finding, outcome=None, status="wrong", reason=reason, difference=None, right=())


def _is_wrong(finding: _Finding) -> bool:
    return finding.run.rule is None and finding.status not in ("passed", "judge_error")


def _told(run: Run, outcome: Outcome | None, told: Collection[tuple[str, str, str]]) -> Outcome | None:
    """The outcome; which statement did not run is said of hidden inputs only as far as visible ones show it."""
    if outcome is None or run.visible or (run.task, run.title, outcome.cause) in told:
        return outcome
    return replace(outcome, cause="")


def _find(
    run: Run,
    outcome: Outcome | None,
    outcomes: Mapping[str, Outcome],
    definitions: Sequence[Definition],
    lines: Collection[str],
    modules: Mapping[str, str],
) -> _Finding:
    try:
        if run.broken:
            return _Finding(run, None, "judge_error", f"this check is broken: {run.broken}")
        if run.rule is not None:
            return _keep_rule(run, definitions, modules)
        if outcome is None:
            return _Finding(run, None, "judge_error", "the sandbox gave no answer")
        if outcome.status == "returned":
            idle = _idle(run, outcome.value, outcomes)
            difference = _difference(run, outcome.value) or idle
            if difference is None:
                return _Finding(run, outcome, "passed")
            before = f"; before that, {_cause(run, outcome)}" if outcome.cause else ""
            right = () if idle else _right_parts(run, outcome.value)
            return _Finding(run, outcome, "wrong", difference.reason + before, difference, right)
        status, reason = _failure(run, outcome, definitions, lines)
        return _Finding(run, outcome, status, reason)
    except Exception as error:  # whatever it is: the grader finds out whose failure it is
        return _Finding(run, outcome, "judge_error", _words(run, error))


def failed(run: Run, error: Exception, provoked: bool) -> CheckVerdict:
    """The verdict on a run for when nothing could be judged, because grading itself failed."""
    finding = _Finding(run, None, "judge_error", _words(run, error))
    return _verdict(_blamed(finding) if provoked else finding, None, {})


def _words(run: Run, error: Exception) -> str:
    """An exception of ours; where inputs are hidden its text may hold them."""
    return f"{type(error).__name__}: {error}" if run.visible else type(error).__name__


def _blamed(finding: _Finding) -> _Finding:
    return replace(finding, status="error", reason=f"{PROVOKED} ({finding.reason})")


def _difference(run: Run, value: Any) -> Difference | None:
    """What is wrong with an answer; of hidden inputs' answers, only what may be said."""
    assert run.compare is not None
    difference = run.compare(value, run.expected, run.inputs)
    if difference is None or run.visible:
        return difference
    shown = discreet(value, run.expected, run.inputs)
    return run.compare(shown, run.expected, run.inputs) or Difference("the answer is not the right one")


def _right_parts(run: Run, value: Any) -> tuple[str, ...]:
    """The parts of an answer that earn their points."""
    assert run.compare is not None
    if not run.parts or not isinstance(value, dict) or set(value) != set(run.expected):
        return ()
    evidence = run.compare.fresh

    def is_right(name: str) -> bool:
        got, expected = ({key: each[key] for key in (name, *evidence)} for each in (value, run.expected))
        return run.compare is not None and run.compare(got, expected, run.inputs) is None

    return tuple(filter(is_right, run.parts))


def _idle(run: Run, value: Any, outcomes: Mapping[str, Outcome]) -> Difference | None:
    """What is missing where an answer that is compared with itself does not depend on what the reference's does."""
    for variation in run.variations:
        other = outcomes[run.varied_key(variation)]
        for part in variation.changes:
            if not _has_changed(other, value, part):
                reason = f"`{part}` is the same for another `{variation.name}`"
                return Difference(reason if run.visible else "the answer does not depend on all of its inputs")
    return None


def _has_changed(other: Outcome, value: Any, part: str) -> bool:
    pair = other.value, value
    known = other.status == "returned" and all(isinstance(each, dict) and part in each for each in pair)
    return known and changed(other.value[part], value[part])


def _keep_rule(run: Run, definitions: Sequence[Definition], modules: Mapping[str, str]) -> _Finding:
    assert run.rule is not None
    written = functions(definitions, run.task, modules)
    if not written:
        return _Finding(run, None, "not_written", f"there is no function `{run.task}` to read")
    settings = dict(run.rule.settings)
    reason = source_rules.RULES[run.rule.name](written, **settings, aliases=aliases(definitions, modules))
    return _Finding(run, None, "wrong" if reason else "passed", reason or "")


def aliases(definitions: Sequence[Definition], modules: Mapping[str, str]) -> dict[str, str]:
    """What the imports of the notebook and of its modules call NumPy and its parts, and other names for these."""
    imported = {name: _own_aliases(code(text).definitions) for name, text in modules.items()}
    found = _own_aliases(definitions)
    for name, path in found.items():
        module, _, rest = path.partition(".")
        first, dot, more = rest.partition(".")
        if first in imported.get(module, {}):
            found[name] = imported[module][first] + dot + more
    return {name: path for each in imported.values() for name, path in each.items()} | found


def _own_aliases(definitions: Sequence[Definition]) -> dict[str, str]:
    tree = ast.parse("")
    for source in (d.source for d in definitions if _ALIAS.match(d.source)):
        with suppress(*UNPARSABLE):
            tree.body += ast.parse(textwrap.dedent(source)).body
    return source_rules.import_aliases(tree)


def _failure(
    run: Run, outcome: Outcome, definitions: Sequence[Definition], lines: Collection[str]
) -> tuple[Status, str]:
    if outcome.status in ("timeout", "memory", "crashed"):
        words = {"memory": "it needed too much memory", "crashed": "the process died"}
        detail = outcome.message if outcome.status == "timeout" else ""
        told = outcome.message and (run.visible or outcome.status == "memory")  # a child chooses its exit status
        more = f" ({outcome.message})" if told and not detail else ""
        return outcome.status, (detail or words[outcome.status] + more)
    if outcome.cause and (outcome.status == "undefined" or outcome.error == "NameError"):
        return "error", _cause(run, outcome)
    if outcome.status == "undefined" and not outcome.error:
        name = run.task.split(".")[0]
        return "not_written", suggest(name, definitions)
    if outcome.error == "NotImplementedError":
        return "not_written", _unwritten(run.task, outcome.place, definitions, lines)
    prefix = "its cell failed: " if outcome.status == "undefined" else ""
    if outcome.status == "undefined" and outcome.error == "TimeoutError":
        return "timeout", prefix + outcome.message
    before = f"; before that, {_cause(run, outcome)}" if outcome.cause else ""
    return "error", prefix + _exception(run, outcome, definitions, lines) + before


def _cause(run: Run, outcome: Outcome) -> str:
    """The statement that did not run; where it needs given code that this check does without, what to do."""
    found = _FAILED_FOR.search(outcome.cause)
    if not found or found[1] not in run.without:
        return outcome.cause
    return outcome.cause[: found.start()] + ABSENT.format(found[1])


def _unwritten(task: str, place: str, definitions: Sequence[Definition], lines: Collection[str]) -> str:
    """Which stub was reached: the task's own, or that of another one that it needs."""
    reached = owner_at(place, definitions) if place in lines else ""
    return NOT_WRITTEN if reached in ("", task) else f"`{reached}` is {NOT_WRITTEN}"


def _exception(run: Run, outcome: Outcome, definitions: Sequence[Definition], lines: Collection[str]) -> str:
    """The exception in words. Text that student code chose could carry hidden inputs out: it is left out there.

    So is a line that no visible check has named: code may say that it stands on any line.
    """
    public = run.visible or outcome.status == "undefined"
    builtin = isinstance(getattr(builtins, outcome.error, None), type)
    name = outcome.error if public or builtin else "an exception"
    place = f" ({_line(outcome.place, definitions if run.visible else ())})" if outcome.place in lines else ""
    slip = spelling.slip(run.task, outcome.error, outcome.message, definitions) if run.visible else ""
    words = f"{name}{': ' + _plain(outcome.message, run.without) if public and outcome.message else ''}{place}"
    return f"{words}. {slip}" if slip else words


def _line(place: str, definitions: Sequence[Definition]) -> str:
    """A place as "line 3: `y = x @ W`"; of a module that was handed in, its file and the number."""
    file, _, number = place.rpartition(", line ")
    if text := line_at(place, definitions):
        return f"line {number}: `{text[:LONGEST_LINE]}`"
    return place if definitions and file.endswith(".py") else f"line {number}"


def _plain(message: str, without: Collection[str]) -> str:
    """An exception's text; what NumPy says of things that do not fit, in words that a beginner can read."""
    if (found := _NO_NAME.match(message)) and found[1] in without:
        return ABSENT.format(found[1])
    if reads_sklearns_data(message):
        return NO_DATA
    if found := _MATMUL.search(message):
        return (
            f"in a product A @ B a row of A has {found[2]} numbers and a column of B has {found[1]}: they must be equal"
        )
    if found := _NUMBER.search(message):
        return f"in a product A @ B, {'AB'[int(found[1])]} is a single number, not an array"
    if found := _CAST.search(message):
        return f"`{found[1]}` gives numbers of {found[2]}, and the array for them holds {found[3]}"
    return message


def _task_checks(findings: Sequence[_Finding], wrong: _Wrong) -> tuple[CheckVerdict, ...]:
    try:
        mistake, trouble = _recognise(findings), ""
    except Exception as error:  # a mistake that is not recognised must not cost or earn a point
        mistake, trouble = None, f"; no hint: looking for one failed ({type(error).__name__})"
    some_right = _some_right(findings)
    return tuple(_verdict(finding, mistake, wrong, trouble, some_right) for finding in findings)


def _some_right(findings: Sequence[_Finding]) -> bool:
    """Whether an answer or a part of one is right: an answer to hidden inputs, where there are any.

    Answers that are compared with answers of the same student do not count.
    """
    compared = [f for f in findings if f.run.compare is not None and not f.run.compare.fresh]
    hidden = [f for f in compared if not f.run.visible]
    return any(f.status == "passed" or f.right for f in hidden or compared)


def _verdict(
    finding: _Finding, mistake: Mistake | None, wrong: _Wrong, trouble: str = "", some_right: bool = True
) -> CheckVerdict:
    run, status, reason, hint = finding.run, finding.status, finding.reason, ""
    if run.rule is not None and not some_right and status in ("wrong", "passed"):
        status, reason = "skipped", "counts when some of the values are right"
    elif status in ("wrong", "error", "timeout") and not reason.startswith(PROVOKED):
        waits = [task for task in run.needs if wrong.get(task)]
        follows = any(_same_complaint(finding, other) for task in waits for other in wrong[task])
        if mistake is not None and _matches(finding, mistake) and not follows:
            hint, reason = mistake.hint, reason + _relation(finding)
        elif waits and status != "timeout":
            status, reason = "skipped", f"waits for {' and '.join(f'`{t}`' for t in waits)}: mend that first"
        else:
            reason += trouble or _relation(finding)
    earned = run.points if status in ("passed", "judge_error") else _partial(finding)  # also of what waits
    if finding.right:
        reason += f" (right: {', '.join(finding.right)})"
    picture = None
    if run.visible and finding.difference is not None and finding.difference.got is not None:
        picture = (finding.difference.got, finding.difference.expected)
    return CheckVerdict(run.title, run.visible, status, earned, run.points, reason, hint, picture)


def _partial(finding: _Finding) -> float:
    """What the right parts of a wrong answer earn."""
    parts = finding.run.parts
    return finding.run.points * sum(parts[name] for name in finding.right) / sum(parts.values()) if parts else 0.0


def _relation(finding: _Finding) -> str:
    """How the wrong answer relates to the right one, where that can be told."""
    difference = finding.difference
    own = finding.run.compare is not None and finding.run.compare.fresh  # then it was not compared with the right one
    if difference is None or difference.got is None or own:
        return ""
    try:
        run = finding.run
        relation = diagnose.relation(difference.got, difference.expected, run.inputs, difference.part, run.expected)
    except Exception as error:  # words must not cost or earn a point
        return f"; more is not known: the diagnosis failed ({type(error).__name__})"
    subject = "it" if difference.reason.startswith(f"{difference.part} ") else difference.part
    return f"; {subject} is {relation}" if relation else ""


def _recognise(findings: Sequence[_Finding]) -> Mistake | None:
    """The misconception that explains most of what went wrong, and of two, the one that fits the rest better.

    `_is_sure` says how much it must explain.
    A misspelt name explains itself.
    """
    asked = [f for f in findings if f.run.rule is None and f.outcome is not None]
    wrong = [f for f in asked if f.status in ("wrong", "error", "timeout")]
    if any(spelling.names_it(f.reason) for f in wrong):
        return None
    found = {m.name: m for f in wrong for m in f.run.mistakes() if _matches(f, m)}
    best, most = None, (0, 0)
    for mistake in found.values():
        explains = sum(_matches(f, mistake) for f in wrong), sum(_matches(f, mistake) for f in asked)
        if explains > most and _is_sure(mistake, wrong):
            best, most = mistake, explains
    return best


def _is_sure(mistake: Mistake, wrong: Sequence[_Finding]) -> bool:
    """Whether what a misconception shares with the work is evidence enough.

    A run that both get wrong, each in its own way, speaks against it; where the misconception is right, there may be a
    second mistake. Visible runs count first: what work keeps from them changes its hidden answers.
    """
    first = [f for f in wrong if f.run.visible] or wrong
    if all(_matches(f, mistake) for f in first):
        return True
    shared = [f for f in wrong if _matches(f, mistake)]
    against = [f for f in wrong if not _matches(f, mistake) and _goes_wrong(f, mistake)]
    begins = any(_matches(f, mistake) == 1 for f in shared)
    most = len(shared) > len(against) and 2 * len(shared) >= len(wrong)
    return any(map(_is_telling, shared)) and (most or begins)


def _goes_wrong(finding: _Finding, mistake: Mistake) -> bool:
    """Whether a misconception fails this run, however it does."""
    outcome, run = finding.mistaken.get(mistake.name), finding.run
    assert run.compare is not None
    if outcome is None or outcome.status != "returned":
        return True
    return run.compare(outcome.value, run.expected, run.inputs) is not None


def _is_telling(finding: _Finding) -> bool:
    """Whether it is more than luck that somebody else's answer to this run is wrong in the same way."""
    if finding.difference is not None:
        return diagnose.telling(finding.difference.got)
    message = finding.outcome.message if finding.outcome else ""
    return finding.status == "error" and not message.startswith((_BROADCAST, "name '"))


def _matches(finding: _Finding, mistake: Mistake) -> int:
    """Whether a misconception answers this run as the student did.

    1 where only the first thing that is wrong is the same, or what an exception is about; 2 where all of it is.
    """
    if mistake.name not in finding.matches:
        finding.matches[mistake.name] = _alike(finding, finding.mistaken.get(mistake.name))
    return finding.matches[mistake.name]


def _alike(finding: _Finding, wrong: Outcome | None) -> int:
    outcome = finding.outcome
    if wrong is None or outcome is None or wrong.status != outcome.status:
        return 0
    if wrong.status == "returned":
        assert finding.run.compare is not None
        same = finding.run.compare if finding.run.compare.name == "close" else close()
        if same(outcome.value, wrong.value, finding.run.inputs) is None:
            return 2
        return int(_begins_alike(finding, wrong.value, same))
    if wrong.status == "timeout" or (wrong.error, wrong.message) == (outcome.error, outcome.message):
        return 2
    return int(_complaint(wrong) == _complaint(outcome))


def _begins_alike(finding: _Finding, mistaken: Any, compare: Comparison) -> bool:
    """Whether the first part that is wrong is the same array in a mistake's answer, and so is all that it gets wrong.

    The other parts are right in the mistake's answer: of what is wrong there, the reason is another one.
    """
    seen = finding.difference
    if seen is None or not isinstance(seen.got, np.ndarray) or seen.got.size < 2 or not diagnose.telling(seen.got):
        return False
    run = finding.run
    assert run.compare is not None
    assert finding.outcome is not None
    own = run.compare if run.compare.fresh else compare  # then what differs is seen in the mistake's own answer
    first = own(mistaken, run.expected, run.inputs)
    if first is None or first.part != seen.part or compare(seen.got, first.got, run.inputs) is not None:
        return False
    return bool(run.compare.fresh) or _shares_all(finding.outcome.value, mistaken, run, compare)


def _shares_all(answer: Any, mistaken: Any, run: Run, compare: Comparison) -> bool:
    """Whether an answer has every wrong part of a mistake's answer."""
    same = {part: compare(got, other, run.inputs) is None for part, got, other in leaves(answer, mistaken)}
    wrong = (part for part, one, right in leaves(mistaken, run.expected) if compare(one, right, run.inputs) is not None)
    return all(same.get(part, False) for part in wrong)


def _same_complaint(one: _Finding, other: _Finding) -> bool:
    """Whether both end in an exception about the same: what raises it is called by both."""
    if one.status != "error" or other.status != "error" or one.outcome is None or other.outcome is None:
        return False
    return _complaint(one.outcome) == _complaint(other.outcome)


def _complaint(outcome: Outcome) -> str:
    """What an exception is about, however the same mistake is written.

    It is the same for `A @ B` and `np.dot(A, B)`, for `a - b` and `b - a`, for whatever is done with None, and
    under every NumPy: known mistakes were asked under another one than the student's.
    """
    message = outcome.message
    if "'NoneType'" in message and outcome.error in ("TypeError", "AttributeError"):
        return "there is nothing"
    if found := _MATMUL.search(message):
        message = f"a product of {found[2]} and {found[1]}"
    elif found := _DOT.search(message):
        message = f"a product of {found[1]} and {found[2]}"
    elif _SCALAR.search(message):
        message = "an array for a number"
    elif message.startswith(_BROADCAST):
        message = " ".join(sorted(message.split()))
    return f"{outcome.error}: {message}"
