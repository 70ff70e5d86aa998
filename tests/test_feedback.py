"""Feedback keeps secrets: students try to carry hidden inputs out, and to make what they write run or mislead."""

from __future__ import annotations

import base64
import json
import re
import shutil
import sqlite3
import struct
import subprocess
import sys
import unicodedata
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, urlsplit

import nbformat
import numpy as np
import pytest
from bs4 import BeautifulSoup
from conftest import REPOSITORY, filled, references, submit
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

from autograder import harmless, report, terminal
from autograder.build import build
from autograder.collect import student_named
from autograder.course import SECRET_FILE, Course
from autograder.demo import nbgrader
from autograder.verdict import CheckVerdict, Report, TaskVerdict

NAME, NOTEBOOK, QUESTION = "00_secrets", "secrets.ipynb", "answer-why"
FILES = {
    "notebook.py": """# %% [markdown]
# # Secrets
#
# | left | right | middle |
# |:-----|------:|:------:|
# | `a`  | $x<y$ | **b**  |

# %% [markdown] question="why" points=2
# ### Question: why?

# %% [markdown] marking=true
# Because.
""",
    "cumulate.py": '''r"""### `cumulate`: running sums

$$c_i = \\sum_{j \\le i} x_j$$
"""

import numpy as np

from autograder import exercise


def some(rng):
    return {"x": rng.normal(size=4)}


def more(rng):
    return {"x": rng.normal(size=6)}


@exercise
def cumulate(x):
    """Running sums.

    Parameters
    ----------
    x : (N,) array

    Returns
    -------
    (N,) array
    """
    return np.cumsum(x)


@cumulate.check("running sums", given=some)
def sums(cumulate, x):
    return cumulate(x)


@cumulate.check("more running sums", given=more)
def more_sums(cumulate, x):
    return cumulate(x)


@cumulate.misconception("Is the first number a sum, too?")
def shifted(x):
    return np.cumsum(x) - x
''',
    "spread.py": '''r"""### `spread`: how far apart"""

import numpy as np

from autograder import between, exercise


def some(rng):
    return {"x": rng.uniform(size=9)}


@exercise
def spread(x):
    """From the smallest to the largest.

    Parameters
    ----------
    x : (N,) array

    Returns
    -------
    float
    """
    return x.max() - x.min()


@spread.check("a number in the range", given=some, compare=between(0.1, 1))
def in_range(spread, x):
    return spread(x)


@spread.misconception("Which of two numbers is the larger one?")
def negative(x):
    return x.min() - x.max()
''',
}

TOOLS = """import base64, gc, logging, os, sys, warnings
import numpy as np
CALLS = []


def digits(x, start=0, stop=12):
    return repr(abs(float(x[0]))).replace(".", "").lstrip("0")[start:stop]


def arrays(value, depth=5):
    if type(value) is np.ndarray:
        yield value
    elif depth and type(value) in (list, tuple, dict):
        for inner in list(value.values() if type(value) is dict else value):
            yield from arrays(inner, depth - 1)


def tell(found, x):
    raise ValueError({tuple(v[:2].tolist()) for v in found if v.ndim == 1} - {tuple(x[:2].tolist())})


def write_frame(frame):
    os.write(3, sys.modules["autograder.sandbox.wire"].encode(frame))


"""
KEY = '"cumulate|running sums|hidden"'
LEAKS = {
    "honest": 'raise ValueError("my own words: 3 < 4")',
    "message": """raise ValueError(x.tolist(), *(f"{v:.8g} {v:.6g} {v:.9f}" for v in x))""",
    "encoded": """pair = x[:2].tobytes()
words = [v.hex() for v in x[:2].tolist()]
raise ValueError(*words, pair.hex(), base64.b64encode(x.tobytes()).decode(), str(x.tolist())[::-1])""",
    "cause": "raise ValueError('see') from KeyError(str(x.tolist()))",
    "not written": "raise NotImplementedError(x.tolist())",
    "time-out": "raise TimeoutError(x.tolist())",
    "memory": "raise MemoryError(x.tolist())",
    "exit": "raise SystemExit(x.tolist())",
    "exception's name": 'raise type("E" + digits(x), (Exception,), {})()',
    "name like a built-in": 'raise type("ValueError", (Exception,), {"__str__": lambda self: str(x.tolist())})()',
    "group": 'raise ExceptionGroup(str(x.tolist()), [ValueError("see")])',
    "syntax error": 'raise SyntaxError("see", ("<cell 1>", int(digits(x, 0, 5)), 1, "pass"))',
    "type's name": 'return type("T" + digits(x), (), {})()',
    "field of a dtype": "return np.zeros(4, dtype=[(str(x[0]), float)])",
    "key": "return {str(x.tolist()): 1.0}",
    "text": "return str(x.tolist())",
    "shape": "return np.zeros((0, int(digits(x, 0, 7)), int(digits(x, 7, 12))))",
    "length": "return [None] * int(digits(x, 0, 5))",
    "dtype": 'return np.zeros(len(x), dtype=f"S{digits(x, 0, 5)}")',
    "factor": "return np.cumsum(x) * abs(x[0])",
    "offset": "return np.cumsum(x) + abs(x[0])",
    "gap": 'return np.cumsum(x) + float(digits(x, 0, 1) + "e" + str(int(digits(x, 1, 4)) % 300))',
    "number": "return float(digits(x))",
    "print": "print(x.tolist())\nreturn np.cumsum(x)",
    "stderr": "print(x.tolist(), file=sys.stderr)\nsys.stderr.flush()\nreturn np.cumsum(x)",
    "descriptors": "for i in (1, 2):\n    os.write(i, str(x.tolist()).encode())\nreturn np.cumsum(x)",
    "warning": "warnings.simplefilter('always')\nwarnings.warn(str(x.tolist()))\nreturn np.cumsum(x)",
    "log": "logging.basicConfig()\nlogging.error(x.tolist())\nreturn np.cumsum(x)",
    "exit status": "os._exit(int(digits(x, 0, 2)))",
    "signal": "os.kill(os.getpid(), 1 + int(digits(x, 0, 1)))\nos.abort()",
    "docstring": "cumulate.__doc__ = cumulate.__name__ = cumulate.__qualname__ = 'D' + digits(x)\nreturn cumulate",
    "place": 'exec(compile("\\n" * int(digits(x, 4, 8)) + "1 / 0", f"<cell {digits(x, 0, 4)}>", "exec"))',
    "place elsewhere": 'exec(compile("1 / 0", f"<{digits(x)}>", "exec"))',
    "line": "n = int(digits(x, 0, 2))\n" + "\n".join(f"if n == {n}: 1 / 0" for n in range(10, 100)),
    "undefined by hand": f"""CALLS.append(x)
if len(CALLS) == 3:
    write_frame({{"key": {KEY}, "status": "undefined", "error": "ValueError", "message": str(x.tolist())}})
return np.cumsum(x)""",
    "raised by hand": f"""CALLS.append(x)
if len(CALLS) == 3:
    write_frame({{"key": {KEY}, "status": "raised", "error": str(x.tolist()), "place": str(x.tolist())}})
return np.cumsum(x)""",
    "no frame": "os.write(3, str(x.tolist()).encode() * 99)",
    "wrong key": 'write_frame({"key": str(x.tolist()), "status": "returned"})',
    "stash": "CALLS.append(x.tolist())\nraise ValueError(CALLS)",
    "heap": "tell([v for o in gc.get_objects() if type(o) in (list, dict) for v in arrays(o, 3)], x)",
    "frames": """found, frame = [], sys._getframe()
while frame:
    found += arrays(dict(frame.f_locals))
    frame = frame.f_back
tell(found, x)""",
}
SPREAD_LEAKS = {
    "number in range": 'return float(digits(x, 0, 2) + "e" + str(int(digits(x, 2, 5)) % 300))',
    "numbers in range": "return x",
}


def function(name: str, body: str) -> str:
    lines = body.replace("\n", "\n    ")
    return f"{TOOLS}def {name}(x):\n    {lines}\n"


CODE = {name: {"cumulate": function("cumulate", body)} for name, body in LEAKS.items()}
CODE |= {name: {"spread": function("spread", body)} for name, body in SPREAD_LEAKS.items()}


def pwned(name: str) -> str:
    return f"document.documentElement.dataset.pwned='{name}'"


SVG = (
    f'<svg xmlns="http://www.w3.org/2000/svg" onload="{pwned("a picture")}"><script>{pwned("a picture")}</script></svg>'
)
MARKDOWN = {
    "script": f"<script>{pwned('script')}</script>",
    "onerror": f'<img src=x onerror="{pwned("onerror")}">',
    "onload": f'<svg onload="{pwned("onload")}"></svg>',
    "frame": f'<iframe srcdoc="<script>parent.{pwned("frame")}</script>"></iframe>',
    "embedded": '<object data="/pwned/object"></object><embed src="/pwned/embed">',
    "mermaid": f'```mermaid\n<img src=x onerror="{pwned("mermaid")}">\n```',
    "out of the cell": f"</div></div></div></div></div><script>{pwned('out of the cell')}</script>",
    "in a comment": f"<!--><script>{pwned('in a comment')}</script>-->",
    "in a title": f'<noscript><p title="</noscript><img src=x onerror={pwned("in a title")}>">',
    "in a table": f'| a |\n|---|\n| <img src=x onerror="{pwned("in a table")}"> |',
    "in mathematics": f'$\\text{{<img src=x onerror="{pwned("in mathematics")}">}}$',
    "links": f'[one](javascript:{pwned("link")}) <a href="&#106;avascript:{pwned("link")}">two</a> '
    "[three](..%2f..%2fsubmitted/evil.html) [four](/logout) [five](https://numpy.org)",
    "pictures": "![](/pwned/picture.png?x) ![](//127.0.0.1/pwned/host.png) ![](http://127.0.0.1/pwned/host.png)",
    "other course": f"![](/formgrader?path=submitted/markup/{NAME})",
    "style": '<style>body { background: url("/pwned/style"); display: none }</style>'
    "<p style=\"position: fixed; top: 0; background: url('/pwned/p')\">Score: 4.0 / 4.0</p>",
    "over the page": '<div class="navbar navbar-fixed-top" id="check-cumulate">Score: 4.0 / 4.0</div>',
    "heading": "# check-cumulate",
    "refresh": '<meta http-equiv="refresh" content="0; url=/pwned/refresh"><base href="/pwned/">',
    "form": '<form action="/pwned/form"><input id="check-cumulate" class="score"><button>Save</button></form>',
    "attachments": "![one](attachment:one.svg) ![two](attachment:two.html)",
    "no attachment": "![one](attachment:none.png)",
    "brackets": "[" * 20_000,
    "blanks": "```smalltalk\n" + " \n" * 3_000 + "x\n```",
    "letters": "a" * 1_000_000,
    "unseen": "left \u202e\u2066right\u2069 \x1b[31mred\x1b[0m \x00 \ud800 zero\u200bwidth",
}
ATTACHMENTS = {
    "one.svg": {"image/svg+xml": base64.b64encode(SVG.encode()).decode()},
    "two.html": {"text/html": base64.b64encode(f"<script>{pwned('html')}</script>".encode()).decode()},
}
RAISED = {
    "markup": f'<script>{pwned("raised")}</script><img src=x onerror="{pwned("raised")}">',
    "terminal": "\x1b[31mred\x1b[0m \x9b2J \x07 \u202e\u2066 \x00 \ud800 \u200b [bold red]rich[/bold red] [/]",
    "endless": " \n" * 50_000 + "a" * 100_000,
}
NAMES = [  # of folders, and so of students
    f"<svg onload={pwned('name')}>",
    "\x1b[31mred\x1b[0m\u202e",
    "O'Brien",
]
FILE_NAME = f"<img src=x onerror={pwned('file')}>\x1b[31m\u202e.ipynb"


@dataclass
class Graded:
    """A class that was graded, and all text that came of it, by where it stands."""

    course: Course
    reports: dict[str, dict]
    elsewhere: dict[str, dict]  # the reports, had the course another secret
    texts: dict[str, str] = field(default_factory=dict)

    def leaked(self, visible: bool) -> list[str]:
        """The spellings of inputs and answers that stand anywhere."""
        lines = "\n".join({n for text in self.texts.values() for n in text.splitlines() if re.search(r"\d\d", n)})
        together = re.sub(r"[^\w\n+/=]|_", "", lines)
        runs = [r for r in self.course.assignment(NAME).runs(self.course.secret) if r.visible == visible]
        values = [np.ravel(v) for r in runs for v in (*r.inputs.values(), r.expected) if v is not None]
        wanted = {word for array in values for word in spellings(array)}
        return sorted(word for word in wanted if word in lines or word in together)


def spellings(array: np.ndarray) -> Iterator[str]:
    """How the numbers of an array could be written down: with 6 digits or more, forwards or backwards."""
    yield base64.b64encode(array.tobytes()).decode()[:40]
    for signed in array.tolist():
        value = abs(signed)
        digits = repr(value).replace(".", "").lstrip("0")
        yield from (value.hex(), struct.pack("<d", signed).hex(), struct.pack(">d", signed).hex())
        yield f"cell {digits[:4]}, line {int(digits[4:8]) + 1}"
        decimal = [repr(value), *(f"{value:.{n}g}" for n in (17, 8, 6)), *(f"{value:.{n}f}" for n in (6, 7, 9, 12))]
        for text in {*decimal, digits[:10]}:
            if len(text.replace(".", "").lstrip("0")) >= 6:
                yield from (text, text[::-1])


def notebook(course: Course, code: dict[str, str], answer: str = "") -> dict:
    return filled(course, NAME, references(course, NAME) | code | ({QUESTION: answer} if answer else {}))


def hand_in(course: Course) -> None:
    for student, code in CODE.items():
        submit(course, student, NAME, notebook(course, code))
    for student, text in RAISED.items():
        name = text.replace("\0", "").encode("utf-8", "ignore").decode()  # all that a name may hold
        body = f"raise type({name!r}, (Exception,), {{}})({text!r})"
        answer = notebook(course, {"cumulate": function("cumulate", body)}, text)
        answer["cells"].append({"cell_type": "code", "metadata": {}, "source": f"'''{text}'''", "outputs": []})
        submit(course, f"raises {student}", NAME, answer)
    for student in NAMES:
        submit(course, student, NAME, notebook(course, {}), FILE_NAME)
    markup = notebook(course, {}, "\n\n".join(MARKDOWN[name] for name in ("script", "onerror", "over the page")))
    for kind in ("markdown", "raw"):
        cells = [{"cell_type": kind, "metadata": {"tags": [text]}, "source": text} for text in MARKDOWN.values()]
        markup["cells"][:0] = [{**cell, "attachments": ATTACHMENTS} for cell in cells]
    markup["metadata"] |= {"title": MARKDOWN["script"], "language_info": {"name": MARKDOWN["onerror"]}}
    submit(course, "markup", NAME, markup)
    ran = course.root / "submitted" / "markup" / NAME / "ran"
    (ran.parent / "nbgrader_config.py").write_text(f"open({str(ran)!r}, 'w')")
    (ran.parent / "evil.html").write_text(MARKDOWN["script"])
    archive = course.root / "downloaded" / NAME / "archive"
    archive.mkdir(parents=True)
    (archive / FILE_NAME).write_text("{}")


def autograder(course: Course, *words: str) -> subprocess.CompletedProcess[str]:
    call = [sys.executable, "-m", "autograder.cli", *words]
    return subprocess.run(call, cwd=course.root, check=True, capture_output=True, text=True)


@pytest.fixture(scope="module")
def graded(tmp_path_factory) -> Graded:
    root = tmp_path_factory.mktemp("feedback") / "course"
    home = root / "solutions" / NAME
    home.mkdir(parents=True)
    for name, text in FILES.items():
        (home / name).write_text(text, encoding="utf-8")
    (root / "nbgrader_config.py").write_bytes((REPOSITORY / "nbgrader_config.py").read_bytes())
    course = Course(root)
    assert list(build(course, [NAME])) == [NAME]
    hand_in(course)
    (root / SECRET_FILE).parent.mkdir()
    (root / SECRET_FILE).write_bytes(b"the secret")
    elsewhere = Course(Path(shutil.copytree(root, root.with_name("elsewhere"))))
    (elsewhere.root / SECRET_FILE).write_bytes(b"another secret")
    paths = sorted(str(p.relative_to(root)) for p in root.glob("submitted/*/*/*.ipynb"))
    with ThreadPoolExecutor() as pool:
        others = [pool.submit(autograder, c, "grade", NAME, "--json", *paths) for c in (course, elsewhere)]
        others.append(pool.submit(autograder, course, "grade", NAME, *paths[:8]))
        others.append(pool.submit(nbgrader, ["zip_collect", NAME], root))
        commands = (["autograde", NAME], ["generate_feedback", NAME], ["export"])
        outputs = {words[0]: nbgrader(words, root) for words in commands}
    here, there, outputs["grade"], outputs["zip_collect"] = (other.result() for other in others)
    outputs["grade --json"] = here
    texts = {name: output.stdout + output.stderr for name, output in outputs.items()}
    for path in (p for folder in ("autograded", "feedback", "build") for p in root.glob(f"{folder}/**/*")):
        if path.is_file():
            texts[str(path.relative_to(root))] = path.read_text("utf-8")
    texts["grades.csv"] = (root / "grades.csv").read_text("utf-8")
    with sqlite3.connect(root / "gradebook.db") as gradebook:
        texts["gradebook.db"] = "\n".join(gradebook.iterdump())
    reports = ({r["student"]: r for r in map(json.loads, o.stdout.splitlines())} for o in (here, there))
    return Graded(course, *reports, texts)


def test_nothing_that_grading_makes_holds_hidden_inputs_or_answers(graded):
    assert not graded.leaked(visible=False)


def test_the_search_finds_what_is_not_hidden(graded):
    found = graded.leaked(visible=True)
    assert len(found) > 150
    for pattern in (r"0x1\.\w+p[+-]\d+", r"[0-9a-f]{16}", r"[\w+/]{40}", r"\d\.\d{5}", r"\d\.\d{16}"):
        assert any(re.fullmatch(pattern, word) for word in found), pattern


RELATION = re.compile("; (?:the answer|it) is [^0-9']*(?:[0-9]+ places)?(?=')")  # one of the diagnosis' few sentences
NUMBER = re.compile(r"(?:(?:up to|more than|less than) )?-?\d[\d.,]*(?:e[+-]\d+)?")
MOST_SAID = 4  # characters of a number that tells how much is wrong, and where


@pytest.mark.parametrize("student", CODE)
def test_what_is_said_hardly_depends_on_the_hidden_inputs(graded, student):
    for one, other in zip(*map(checks, (graded.reports[student], graded.elsewhere[student])), strict=True):
        if one != other:
            assert NUMBER.sub("#", RELATION.sub("", str(one))) == NUMBER.sub("#", RELATION.sub("", str(other)))
            said = NUMBER.findall(one["reason"] + other["reason"])
            assert max(len(re.sub("1,000,000|[^0-9e]|[0,]+$", "", number)) for number in said) <= MOST_SAID


def checks(report: dict) -> list[dict]:
    return [check for task in report["exercises"] for check in task["checks"]]


def test_students_who_leak_get_their_row(graded):
    assert set(graded.reports) == {*CODE, *map(student_named, NAMES), *(f"raises {name}" for name in RAISED), "markup"}
    feedback = {Path(place).parts[1] for place in graded.texts if place.endswith(".html")}
    assert feedback == set(graded.reports)


def test_own_words_are_shown_where_the_inputs_are_public(graded):
    [task] = [t for t in graded.reports["honest"]["exercises"] if t["name"] == "cumulate"]
    reasons = {check["visible"]: check["reason"] for check in task["checks"]}
    assert "ValueError: my own words: 3 < 4" in reasons[True]
    assert "my own words" not in reasons[False]
    assert "my own words: 3 &lt; 4" in graded.texts[f"feedback/honest/{NAME}/secrets.html"]


COMMANDS = ["grade --json", "grade", "autograde", "generate_feedback", "export", "zip_collect"]


def unseen(text: str) -> set[str]:
    return {hex(ord(c)) for c in text if unicodedata.category(c)[0] == "C" and c not in "\n\t"}


@pytest.mark.parametrize("command", COMMANDS)
def test_no_command_sends_more_than_text_to_the_terminal(graded, command):
    assert not unseen(graded.texts[command])


def test_pages_hold_no_unseen_characters(graded):
    for place, text in graded.texts.items():
        if place.endswith(".html"):
            assert not unseen(text) - {"0x200b", "0xfeff"}, place


@pytest.mark.parametrize("text", [*RAISED.values(), FILE_NAME])
def test_every_rendering_of_a_verdict_is_harmless(text, capsys):
    verdict = CheckVerdict("a check", True, "error", 0, 1, text, text)
    full = Report("a", text, text, (TaskVerdict("task", (verdict,)),), notes=(text,))
    terminal.gradebook([terminal.Row.of(full)])
    page = report.html(full.tasks, full.notes)
    for rendered in (report.text(full.tasks, full.notes), page, json.dumps(report.record(full)), *capsys.readouterr()):
        assert not unseen(rendered)
    assert {tag.name for tag in BeautifulSoup(page, "html.parser").find_all()} <= {
        *("p", "em", "table", "tr", "th", "td", "code", "span", "strong", "br", "div")
    }
    assert max(map(len, report.text(full.tasks, full.notes).splitlines())) < 2 * report.LONGEST


@pytest.mark.parametrize("count", [4, 20])
def test_the_table_of_a_class_fits(count, capsys):
    """With too many tasks for a terminal it names those that lose points."""
    checks = [CheckVerdict("values", False, "passed" if n else "wrong", float(n > 0), 1.0) for n in range(count)]
    tasks = tuple(TaskVerdict(f"task_{n:02}", (check,)) for n, check in enumerate(checks))
    terminal.gradebook([terminal.Row.of(Report("a", "ada", "a.ipynb", tasks))])
    shown = capsys.readouterr().out
    [row] = [line for line in shown.splitlines() if "ada" in line]
    assert f"{count - 1}/{count}" in row
    assert "…" not in shown
    assert ("0/1" in row) == (count == 4)
    assert ("task_00" in row) == ("loses points in" in shown) == (count == 20)


def shown_by_nbconvert(source: str) -> str:
    return MarkdownWithMath(IPythonRenderer(escape=False, exclude_anchor_links=True)).render(source)


LESSONS = sorted((REPOSITORY / "assignments").glob("*/*.ipynb"))
KINDS_OF_TEXT = """# Heading

| left | right | middle |
|:-----|------:|:------:|
| `a`  | $x<y$ | **b** ~~c~~ |

$$\\begin{aligned} a &= b \\\\ c &< d \\end{aligned}$$ and \\\\(x_1 > 2\\\\), *a*
[link](https://numpy.org "title") <kbd>A</kbd>

![a picture](figures/a%20picture.png) ![data](data:image/png;base64,iVBORw0KGgo=) x<sup>2</sup>

> quote

3. three
   - nested

```python
def f(x):
    return x < 1 and "a&b"
```

<details><summary>more</summary>text</details>
"""


@pytest.mark.parametrize("path", [*LESSONS, None], ids=lambda path: path.stem if path else "all kinds")
def test_lessons_look_as_before(path):
    cells = nbformat.read(path, 4).cells if path else [nbformat.v4.new_markdown_cell(KINDS_OF_TEXT)]
    for cell in (c for c in cells if c.cell_type == "markdown"):
        before, after = (
            [str(e).replace(": ", ":").replace(';"', '"') for e in BeautifulSoup(html, "html.parser").descendants]
            for html in (shown_by_nbconvert(cell.source), harmless.clean_html(shown_by_nbconvert(cell.source)))
        )
        assert before == after


@pytest.fixture(scope="module")
def requests() -> list[str]:
    """The addresses that pages have asked for."""
    return []


@pytest.fixture(scope="module")
def page(requests) -> Iterator:
    import test_browser  # skips where there is no browser

    with test_browser.playwright.sync_playwright() as driver:
        flags = [*test_browser.FLAGS, test_browser.OFFLINE]
        browser = driver.chromium.launch(executable_path=test_browser.CHROMIUM, args=flags)
        found = browser.new_page(viewport={"width": 1200, "height": 900})
        found.set_default_timeout(test_browser.PATIENCE * 1000)
        found.on("request", lambda request: requests.append(request.url))
        yield found
        browser.close()


@pytest.fixture(scope="module")
def formgrader(graded, page, tmp_path_factory) -> Iterator[Callable]:
    """Makes the address of a page of formgrader, for an instructor who is logged in."""
    import test_browser

    with test_browser.jupyter_lab(graded.course.root, tmp_path_factory.mktemp("formgrader")) as address:
        page.goto(address("formgrader"))
        yield lambda path: address(f"formgrader/{path}").partition("?")[0]


def submission(graded: Graded, student: str) -> str:
    with sqlite3.connect(graded.course.root / "gradebook.db") as gradebook:
        query = "SELECT n.id FROM submitted_notebook n JOIN submitted_assignment a ON a.id = n.assignment_id"
        [[found]] = gradebook.execute(f"{query} WHERE a.student_id = ?", [student])
    return f"submissions/{found}/"


def visit(page, requests: list[str], address: str) -> None:
    """Open a page, and see that nothing in it has run, has been fetched, or lies over it."""
    requests.clear()
    page.goto(address, wait_until="networkidle")
    assert page.url.partition("?")[0] == address
    assert page.evaluate("document.documentElement.dataset.pwned") is None
    assert not [url for url in requests if "/pwned/" in url or "?path=" in url]
    assert page.locator("body").is_visible()
    links = page.locator(".text_cell_render [href]").evaluate_all("all => all.map(e => e.getAttribute('href'))")
    assert {urlsplit(link).scheme or link[0] for link in links} <= {"https", "#"}
    over = (
        "all => all.filter(e => !['static', 'relative'].includes(getComputedStyle(e).position)).map(e => e.outerHTML)"
    )
    assert page.locator("#notebook-container *").evaluate_all(over) == []


@pytest.mark.parametrize("student", ["markup", "raises markup", "raises terminal", student_named(NAMES[0])])
def test_a_feedback_page_runs_nothing(graded, page, requests, student):
    path = graded.course.root / "feedback" / student / NAME / "secrets.html"
    visit(page, requests, path.as_uri())
    assert page.locator("[name=check-cumulate], [id=check-cumulate]").count() == 1


@pytest.mark.parametrize("student", ["markup", "raises markup", "raises terminal", *map(student_named, NAMES)])
def test_formgraders_page_of_a_submission_runs_nothing(graded, page, requests, formgrader, student):
    visit(page, requests, formgrader(submission(graded, student)))
    assert page.locator("[id=check-cumulate]").count() == 1


LISTS = [f"manage_submissions/{NAME}", "manage_students", f"gradebook/{NAME}/secrets"]
LISTS += [f"manage_students/{quote(name)}{more}" for name in map(student_named, NAMES) for more in ("", f"/{NAME}")]


@pytest.mark.parametrize("path", LISTS)
def test_formgraders_lists_run_nothing(page, requests, formgrader, path):
    visit(page, requests, formgrader(path))


def test_formgrader_finds_a_name_with_an_apostrophe(page, formgrader):
    page.goto(formgrader("manage_students/O%27Brien"), wait_until="networkidle")
    assert "3 / 5" in page.locator("#main-table").inner_text()


def test_a_handed_in_file_never_runs_in_formgrader(graded, page, requests, formgrader):
    folder = f"submitted/markup/{NAME}"
    found = page.goto(formgrader(submission(graded, "markup")) + quote(f"../../../{folder}/evil.html", safe=""))
    assert (found.status, page.evaluate("document.documentElement.dataset.pwned")) == (200, None)
    page.goto(formgrader("") + f"?path={folder}")
    assert not (graded.course.root / folder / "ran").exists()
