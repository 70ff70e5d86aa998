"""The command `autograder`: parses the call, prints what was found, decides nothing."""

from __future__ import annotations

import argparse
import errno
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

DONE, WORK_IS_WRONG, CALL_IS_WRONG = 0, 1, 2


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
    strange = [word for word in rest if word.startswith("-")]
    if strange or (rest and not hasattr(arguments, "notebooks")):
        parser.error(f"unrecognized arguments: {' '.join(strange or rest)}")
    if rest:
        arguments.notebooks += map(Path, rest)
    return arguments


def _is_users_mistake(error: Exception) -> bool:
    """Whether the message alone tells the user what to mend; anything else is our bug, and shows its traceback."""
    names = {
        "CourseError",
        "BuildError",
        "UnreadableNotebook",
        "NoSandbox",
        "FileNotFoundError",
        "ReleaseError",
        "WorkerDied",
    }
    no_place = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES)
    return type(error).__name__ in names or (isinstance(error, OSError) and error.errno in no_place)


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
    grade.add_argument("--trust-students", action="store_true", help="run student code without a sandbox")

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


def _count(word: str) -> int:
    if not word.isdecimal() or int(word) < 1:
        raise argparse.ArgumentTypeError(f"{word}: say how many, 1 or more")
    return int(word)


def _build(arguments: Any) -> int:
    from autograder.build import build
    from autograder.course import Course
    from autograder.terminal import progress

    course = Course.find()
    names = arguments.assignments or course.assignment_names
    for name in names:
        course.assignment(name)
    for name in progress(build(course, names), "building", len(names)):
        unplaced = course.assignment(name).unplaced
        print(f"assignments/{name}" + (f" (at the end, without a slot: {', '.join(unplaced)})" if unplaced else ""))
    return DONE


def _check(arguments: Any) -> int:
    from autograder import hints, report
    from autograder.selfcheck import check_notebook, saves

    result, stage = None, arguments.hint
    for _ in saves(arguments.notebook) if arguments.watch else [None]:
        result = check_notebook(arguments.notebook)
        print(report.text([hints.staged(task, stage) for task in result.tasks], result.notes))
        print(f"\n{report.number(result.earned)} of {report.number(result.points)} points of the visible checks")
        again = f"`autograder check {arguments.notebook} --hint {stage + 1}`"
        if more := next(filter(None, (hints.further(task, stage, again, "") for task in result.tasks)), ""):
            print(more)
    return DONE if result is not None and all(task.passed for task in result.tasks) else WORK_IS_WRONG


def _grade(arguments: Any) -> int:
    import json

    from autograder import report
    from autograder.collect import submitted_folders
    from autograder.course import Course
    from autograder.grade import Grader, grade_files
    from autograder.terminal import grade_again, gradebook, progress
    from autograder.workers import cores

    course = Course.find()
    assignment = course.assignment(arguments.assignment)
    missing = next((path for path in arguments.notebooks if not os.path.lexists(path)), None)
    if missing is not None:
        raise FileNotFoundError(f"{missing} is not there")
    with Grader(course, assignment, arguments.trust_students) as grader:  # says first whether students can be held
        workers = arguments.workers or cores()
        if arguments.notebooks:
            total = len(arguments.notebooks)
            reports = grade_files(grader, arguments.notebooks, workers)
        else:
            from autograder.batch import grade_class  # it needs nbgrader, which takes a second

            total = len(list(submitted_folders(course.root, assignment.name)))
            reports = grade_class(course, grader, workers)
        done = []
        for result in progress(reports, "grading", total):
            done.append(result)
            if arguments.json:
                print(json.dumps(report.record(result)), flush=True)
    if not arguments.json:
        gradebook(sorted(done, key=lambda found: found.student))
    return WORK_IS_WRONG if grade_again(done) else DONE


def _prove(arguments: Any) -> int:
    from autograder.course import Course
    from autograder.prove import prove_all
    from autograder.terminal import progress, proof

    course = Course.find()
    exercises = course.exercises(arguments.assignments)
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
