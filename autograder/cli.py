"""The command `autograder`: parses the call, prints what was found, decides nothing."""

from __future__ import annotations

import argparse
import errno
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autograder.errors import UserError

if TYPE_CHECKING:
    from autograder.course import Course
    from autograder.grade import Grader
    from autograder.verdict import Report

DONE, WORK_IS_WRONG, CALL_IS_WRONG = 0, 1, 2
RESULTS_HELP = "where these files are; default: .autograder/results/ASSIGNMENT"


def main(words: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit status: 0, 1 (the work is wrong) or 2 (the call is wrong)."""
    arguments = _parse(words)
    try:
        return int(arguments.run(arguments))
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
        return 130
    except BrokenPipeError:  # `autograder ... | head` has seen enough
        sys.stderr.close()
        return DONE
    except Exception as error:
        if not _is_users_mistake(error):
            raise
        from autograder.report import clean

        print(clean(f"autograder {arguments.command}: {error}", newlines=True), file=sys.stderr)
        return CALL_IS_WRONG


def _parse(words: Sequence[str] | None) -> Any:
    """Parse the call; argparse alone takes no files after an option: `grade 04_layers --json FILE`."""
    parser = _parser()
    arguments, rest = parser.parse_known_args(words)
    for_a_class = [name for name in ("dry_run", "shard", "scheduler") if getattr(arguments, name, None)]
    if for_a_class and arguments.notebooks + rest:
        parser.error(f"--{for_a_class[0].replace('_', '-')} is for all that was handed in: name no notebooks")
    strange = [word for word in rest if word.startswith("-")]
    if strange or (rest and not hasattr(arguments, "notebooks")):
        parser.error(f"unrecognized arguments: {' '.join(strange or rest)}")
    if rest:
        arguments.notebooks += map(Path, rest)
    return arguments


def _is_users_mistake(error: Exception) -> bool:
    """Whether the message alone tells the user what to mend; anything else is our bug, and shows its traceback."""
    no_place = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES)
    no_locks = (errno.ENOSYS, errno.EOPNOTSUPP, errno.ENOLCK)  # such as Lustre, unless it is mounted with `flock`
    known = isinstance(error, UserError | FileNotFoundError)
    return known or (isinstance(error, OSError) and error.errno in (*no_place, *no_locks))


def _parser() -> argparse.ArgumentParser:
    from autograder.hints import MEANING, STAGES

    parser = argparse.ArgumentParser(prog="autograder", description="Homework that grades itself.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def command(run: Callable[[Any], int], name: str, help_text: str, example: str) -> argparse.ArgumentParser:
        sub = commands.add_parser(
            name,
            help=help_text,
            description=help_text[0].upper() + help_text[1:] + ".",
            epilog=f"example:\n  {example}",
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        sub.set_defaults(run=run)
        return sub

    build = command(_build, "build", "make assignments/ from solutions/", "autograder build 04_layers")
    build.add_argument("assignments", nargs="*", metavar="ASSIGNMENT", help="without any, all")

    check = command(_check, "check", "run the visible checks on a saved notebook", "autograder check layers.ipynb")
    check.add_argument("notebook", type=Path)
    check.add_argument("--hint", type=int, choices=STAGES, default=STAGES[0], help=f"of a mistake: {MEANING}")
    check.add_argument("--watch", action="store_true", help="check again whenever the notebook is saved")

    grade = command(
        _grade,
        "grade",
        "grade submissions, hidden checks included",
        "autograder grade 04_layers submitted/*/04_layers/layers.ipynb --json",
    )
    grade.add_argument("assignment")
    grade.add_argument("notebooks", nargs="*", type=Path, help="without any, submitted/*/ASSIGNMENT into the gradebook")
    grade.add_argument("--json", action="store_true", help="one JSON object a line")
    grade.add_argument("--workers", type=_count, metavar="N", help="processes that grade; without it, one a core")
    _trusting(grade)
    grade.add_argument("--dry-run", action="store_true", help="say whose score would change, and write nothing")
    grade.add_argument("--shard", type=_shard, metavar="I/N", help="the I-th of N parts, into files for `merge`")
    grade.add_argument("--results", type=Path, metavar="FOLDER", help=RESULTS_HELP)
    grade.add_argument("--scheduler", metavar="ADDRESS", help="grade on a dask cluster, as tcp://10.0.0.1:8786")

    merge = command(_merge, "merge", "bring the files of all shards into the gradebook", "autograder merge 04_layers")
    merge.add_argument("assignment")
    merge.add_argument("--results", type=Path, metavar="FOLDER", help=RESULTS_HELP)
    merge.add_argument("--json", action="store_true", help="one JSON object a line")

    verify = command(
        _verify,
        "verify",
        "show a student's scores so far, derive the score anew, and compare",
        "autograder verify ada 04_layers",
    )
    verify.add_argument("student")
    verify.add_argument("assignment")
    _trusting(verify)

    prove = command(_prove, "prove", "let the course prove itself", "autograder prove 04_layers")
    prove.add_argument("assignments", nargs="*", metavar="ASSIGNMENT", help="without any, all")
    prove.add_argument("--mutants", action="store_true", help="try every small change of the references instead")

    demo = command(_demo, "demo", "grade a made-up class with nbgrader, and show the result", "autograder demo")
    demo.add_argument("folder", nargs="?", type=Path, default=Path("demo-course"))

    command(_doctor, "doctor", "say which sandbox layers work here, and what is missing", "autograder doctor")

    release = command(
        _release, "release", "make the folder and the zip that students get", "autograder release 04_layers"
    )
    release.add_argument("assignment")
    release.add_argument("--to", type=Path, default=Path("dist"), metavar="FOLDER", help="default: dist")
    return parser


def _trusting(command: argparse.ArgumentParser) -> None:
    command.add_argument("--trust-students", action="store_true", help="run student code without a sandbox")


def _count(word: str) -> int:
    if not word.isdecimal() or int(word) < 1:
        raise argparse.ArgumentTypeError(f"{word}: say how many, 1 or more")
    return int(word)


def _shard(word: str) -> tuple[int, int]:
    index, _, count = word.partition("/")
    if not (index.isdecimal() and count.isdecimal() and 1 <= int(index) <= int(count)):
        raise argparse.ArgumentTypeError(f"{word}: say which part of how many, as 1/8 … 8/8")
    return int(index), int(count)


def _build(arguments: Any) -> int:
    from autograder.build import build
    from autograder.course import Course
    from autograder.terminal import progress

    course = Course.find()
    names = course.named(arguments.assignments)
    for name in progress(build(course, names, _warn), "building", len(names)):
        unplaced = course.assignment(name).unplaced
        print(f"assignments/{name}" + (f" (at the end, without a slot: {', '.join(unplaced)})" if unplaced else ""))
    return DONE


def _warn(note: str) -> None:
    print(note, file=sys.stderr)


def _check(arguments: Any) -> int:
    from autograder import report

    if arguments.watch:
        return _watch(arguments)
    from autograder.selfcheck import check_notebook

    result = check_notebook(arguments.notebook)
    print(_told(report.begun, result.tasks, result.notes, arguments), report.standing(result), sep="\n\n")
    return DONE if all(task.passed for task in result.tasks) else WORK_IS_WRONG


def _watch(arguments: Any) -> int:
    from autograder import report
    from autograder.watch import watch

    notes: Sequence[str] = ()
    for answer in watch(arguments.notebook):
        if isinstance(answer, str):
            print(report.clean(f"waiting: {answer}"), flush=True)
            continue
        result = answer.report
        news = [task for task in result.tasks if task.name in answer.asked]
        words = _told(report.brief, news, [note for note in result.notes if note not in notes], arguments)
        print(words + "\n" * bool(words) + report.standing(result), end="\n\n", flush=True)
        notes = result.notes
    return DONE


def _told(render: Callable[..., str], tasks: Sequence[Any], notes: Sequence[str], arguments: Any) -> str:
    """The verdicts on some tasks, as far as is to be told, and below them how to be told more."""
    from autograder import hints

    stage = arguments.hint
    again = f"`autograder check {arguments.notebook} --hint {stage + 1}`"
    more = next(filter(None, (hints.further(task, stage, again, "") for task in tasks)), "")
    return "\n".join(filter(None, (render([hints.staged(task, stage) for task in tasks], notes), more)))


def _grade(arguments: Any) -> int:
    from autograder.collect import submitted_folders
    from autograder.course import Course
    from autograder.grade import Grader, grade_files
    from autograder.workers import cores

    course = Course.find()
    assignment = course.assignment(arguments.assignment)
    missing = next((path for path in arguments.notebooks if not os.path.lexists(path)), None)
    if missing is not None:
        raise FileNotFoundError(f"{missing} is not there")
    with Grader(course, assignment, arguments.trust_students) as grader:  # says first whether students can be held
        workers = arguments.workers or cores()
        if arguments.notebooks:
            return _show(grade_files(grader, arguments.notebooks, workers), len(arguments.notebooks), arguments.json)
        total = len(list(submitted_folders(course.root, assignment.name)))
        if arguments.dry_run:
            return _dry_run(course, grader, workers, total)
        return _grade_class(course, grader, workers, total, arguments)


def _grade_class(course: Course, grader: Grader, workers: int, total: int, arguments: Any) -> int:
    """Grade what was handed in; the modules for that need nbgrader, which takes a second to load."""
    from autograder.batch import grade_class, on_this_machine

    graders = on_this_machine(workers)
    if arguments.scheduler:
        from autograder.cluster import on_cluster

        graders = on_cluster(course, arguments.scheduler, arguments.trust_students)
    if not arguments.shard:
        return _show(grade_class(course, grader, graders), total, arguments.json)
    from autograder.shards import grade_shard

    index, count = arguments.shard
    results = arguments.results or course.results(grader.assignment.name)
    reports = grade_shard(course, grader, graders, arguments.shard, results)
    return _show(reports, len(range(index - 1, total, count)), arguments.json)


def _show(reports: Iterator[Report], total: int, as_json: bool) -> int:
    """Print what comes of grading; whom to grade again, on stderr."""
    import json

    from autograder import report
    from autograder.terminal import Row, grade_again, gradebook, progress

    done = []
    for result in progress(reports, "grading", total, lambda found: bool(found.judge_errors)):
        done.append(Row.of(result))
        if as_json:
            print(json.dumps(report.record(result)), flush=True)
    if not as_json:
        gradebook(sorted(done, key=lambda found: found.student))
    return WORK_IS_WRONG if grade_again(done) else DONE


def _dry_run(course: Course, grader: Grader, workers: int, total: int) -> int:
    from autograder.regrade import dry_run
    from autograder.terminal import Row, changes, grade_again, progress

    moved, rows, anew = [], [], 0
    for change in progress(dry_run(course, grader, workers), "grading", total):
        rows.append(Row.of(change.after))
        if change.same:
            anew += bool(change.reasons)
        else:
            moved.append(change)
    changes(moved, len(rows) - len(moved), anew)
    return WORK_IS_WRONG if grade_again(rows) else DONE


def _merge(arguments: Any) -> int:
    from autograder.course import Course
    from autograder.shards import merge

    course = Course.find()
    assignment = course.assignment(arguments.assignment)
    results = arguments.results or course.results(assignment.name)
    if not results.is_dir():
        raise FileNotFoundError(f"{results} is not there: `autograder grade {assignment.name} --shard 1/2` makes it")
    complaints: list[str] = []
    status = _show(merge(course, assignment, results, complaints.append), len(list(results.iterdir())), arguments.json)
    for complaint in complaints:
        print(complaint, file=sys.stderr)
    return WORK_IS_WRONG if complaints else status


def _verify(arguments: Any) -> int:
    from autograder.course import Course
    from autograder.grade import Grader
    from autograder.history import History
    from autograder.regrade import derive
    from autograder.terminal import verified

    course = Course.find()
    assignment = course.assignment(arguments.assignment)
    with Grader(course, assignment, arguments.trust_students) as grader, History(course.root) as history:
        change = derive(course, grader, arguments.student)
        same = verified(history.of(assignment.name, arguments.student), change)
    return DONE if same else WORK_IS_WRONG


def _prove(arguments: Any) -> int:
    from autograder.course import Course
    from autograder.notebook import source_cells
    from autograder.prove import prove_all
    from autograder.terminal import progress, proof

    course = Course.find()
    names = course.named(arguments.assignments)
    for name in names:
        source_cells(course.assignment(name))  # `build` finds the same mistakes in a lesson
    exercises = course.exercises(names)
    if not exercises:
        raise FileNotFoundError(f"no exercise in {', '.join(names)}: nothing to prove")
    proofs = prove_all(course, exercises, os.cpu_count() or 1, arguments.mutants)
    return DONE if proof([p for own in progress(proofs, "proving", len(exercises)) for p in own]) else WORK_IS_WRONG


def _demo(arguments: Any) -> int:
    from autograder.course import Course
    from autograder.demo import run

    return run(Course.find(), arguments.folder)


def _doctor(arguments: Any) -> int:
    from autograder.terminal import doctor

    return DONE if doctor() else WORK_IS_WRONG


def _release(arguments: Any) -> int:
    from autograder.course import Course
    from autograder.release import release

    folder, archive = release(Course.find(), arguments.assignment, arguments.to)
    print(f"{folder}\n{archive}")
    return DONE


if __name__ == "__main__":
    sys.exit(main())
