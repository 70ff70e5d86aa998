"""A hostile child made by a coverage-guided fuzzer, against the judge's real side.

The fuzzer is no dependency of the project; there are wheels for Linux::

    pip install atheris
    mkdir /tmp/frames
    python benchmarks/fuzz_frames.py /tmp/frames -max_len=4096 -max_total_time=1800 -timeout=5 -rss_limit_mb=2048

The arguments are libFuzzer's: a folder for the inputs that reach new code, and when to stop. What it finds lies in a
file `crash-...`; `python benchmarks/fuzz_frames.py FILE` plays that one input again and shows it. Each becomes a row
of `tests/test_wire.py`, whose checks and right answers are used here.
"""

from __future__ import annotations

import contextlib
import json
import random
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import atheris
import numpy as np

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))
with atheris.instrument_imports(include=["autograder"]):
    import test_wire as hostile

LENGTH = 4  # bytes at the front of an input: which check is asked, and how long the header is
PAIRS = len(hostile.RUNS) // 2  # each check with visible and with hidden inputs
SMALL = [*(None, True, 0, 1, -1, 2, 5, 3, 10**400, 2**63, 0.5, -0.0, 1e308, np.nan, np.inf, "", "k", "W", "\ud800")]
SMALL += [*hostile.wire.DTYPES, [], [0], [1], [5, 3], [3], [5, 0], [4, 4], [1, 1, 1], {}, {"opaque": "x"}, {"bytes": 2}]
SMALL += [{"array": ["<f8", [5, 3]]}, {"array": ["|i1", [5]]}, {"scalar": ["<c16", []]}, {"complex": [1, 2]}]
SMALL += [{"tuple": []}, {"dict": []}, {"dict": [["dW", 1], ["db", 2], ["dx", 3]]}, {"dict": [[0, 1], [1, 2]]}]


def split(data: bytes) -> tuple[int, bytes, bytes]:
    """An input's check, header and body."""
    size = int.from_bytes(data[1:LENGTH], "little")
    return (data[0] if data else 0), data[LENGTH : LENGTH + size], data[LENGTH + size :]


def join(check: int, header: bytes, body: bytes) -> bytes:
    return bytes([check]) + len(header).to_bytes(LENGTH - 1, "little") + header + body


def play(data: bytes) -> None:
    """Let a child send this answer to one check."""
    check, header, body = split(data)
    check %= PAIRS
    hostile.play(hostile.DEFINED + hostile.frame(header, body), hostile.RUNS[2 * check : 2 * check + 2])


def mutate(data: bytes, most: int, seed: int) -> bytes:
    """Change the tree of the header and keep the body as long as it says; now and then, change any bytes."""
    chance = random.Random(seed)
    check, header, body = split(data)
    try:
        tree = [json.loads(header)]
    except (ValueError, RecursionError):
        tree = [hostile.answered(0)]
    if chance.random() < 0.2:
        return atheris.Mutate(data, most)
    for _ in range(chance.choice([1, 1, 2, 4])):
        change(tree, chance)
    body = bytearray(atheris.Mutate(body, len(body) + 8) if body and chance.random() < 0.3 else body)
    if chance.random() < 0.9:
        size = hostile.wanted(tree[0])
        body = (body + b"".join(chance.choices(hostile.PATTERNS, k=size // 8 + 1)))[:size]
    found = join(chance.choice([check, chance.randrange(PAIRS)]), json.dumps(tree[0]).encode(), bytes(body))
    return found if len(found) <= most else data[:most]


def change(tree: list[Any], chance: random.Random) -> None:
    """Replace, repeat, wrap or take out one part."""
    places = list(parts(tree))
    holder, key = chance.choice(places)
    how = chance.randrange(6)
    if how < 3:
        holder[key] = json.loads(json.dumps(chance.choice(SMALL)))
    elif how == 3:
        other, place = chance.choice(places)
        holder[key] = json.loads(json.dumps(other[place]))
    elif how == 4:
        holder[key] = chance.choice([[holder[key]], {"tuple": [holder[key]]}, {"dict": [["W", holder[key]]]}])
    elif isinstance(holder, list) and len(holder) > 1:
        del holder[key]


def parts(holder: Any) -> Iterator[tuple[Any, Any]]:
    """Where each part of a tree is held."""
    for key, value in list(holder.items() if isinstance(holder, dict) else enumerate(holder)):
        yield holder, key
        if isinstance(value, dict | list):
            yield from parts(value)


def plant(folder: Path) -> None:
    """Begin with right answers, answers that are near them, and the forged frames that the tests know."""
    frames = [(check, data) for check in (0, PAIRS - 1) for data in hostile.FORGED]
    for check, right in enumerate(hostile.EXPECTED.values()):
        frames += [(check, hostile.answer(changed)) for changed in near(right)]
    for number, (check, data) in enumerate(frames):
        start, size = hostile.PREFIX.size, int.from_bytes(data[4:8], "little")
        content = join(check, data[start : start + size], data[start + size :])
        (folder / f"known-{number}").write_bytes(content[:4096])


def near(right: Any) -> Iterator[Any]:
    yield right
    for change in hostile.CHANGES:
        with contextlib.suppress(Exception), np.errstate(all="ignore"):
            yield change(np.asarray(right))


def main() -> None:
    folders = [Path(argument) for argument in sys.argv[1:] if Path(argument).is_dir()]
    if folders and not any(folders[0].iterdir()):
        plant(folders[0])
    for file in [Path(argument) for argument in sys.argv[1:] if Path(argument).is_file()]:
        check, header, body = split(file.read_bytes())
        print(hostile.RUNS[2 * (check % PAIRS)].task, header, body, sep="\n")
    atheris.Setup(sys.argv, play, custom_mutator=mutate)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
