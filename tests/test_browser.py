"""What people see, in a real browser: JupyterLab for students, formgrader for instructors, the feedback page."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from conftest import filled, references, submit

from autograder.course import Course
from autograder.demo import nbgrader
from autograder.marked import REPORT_FILE
from autograder.report import number

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
if CHROMIUM is None:
    pytest.skip("no Chromium here: `apt-get install chromium` to run these tests", allow_module_level=True)
pytest.importorskip("jupyterlab", reason="JupyterLab is not installed")
playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
expect = playwright.expect

NAME, NOTEBOOK = "01_tensors", "tensors.ipynb"
PATIENCE = 90  # seconds for one step, when others want the processor as well
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
OFFLINE = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"  # a page that waits for the network is a failure
MISTAKE = "keeps the negative"
SETTINGS = {
    "notification": {"fetchNews": "false", "checkForUpdates": False},  # the question would cover our table
    "themes": {"adaptive-theme": True},  # dark where the browser is
}

# The least contrast of any text in an element with what lies behind it, as WCAG 2 counts it, and that text.
LEAST_CONTRAST = """table => {
    const canvas = document.createElement("canvas").getContext("2d", {willReadFrequently: true});
    const flat = colours => {
        canvas.fillStyle = "white"; canvas.fillRect(0, 0, 1, 1);
        for (const colour of colours) { canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1); }
        return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3);
    };
    const light = rgb => {
        const [r, g, b] = rgb.map(v => v / 255).map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const behind = element => {
        const layers = [];
        for (let e = element; e; e = e.parentElement) layers.unshift(getComputedStyle(e).backgroundColor);
        return layers;
    };
    const texts = document.createTreeWalker(table, NodeFilter.SHOW_TEXT);
    let least = [Infinity, ""];
    while (texts.nextNode()) {
        const words = texts.currentNode.data.trim(), parent = texts.currentNode.parentElement;
        if (!words) continue;
        const layers = behind(parent), colour = getComputedStyle(parent).color;
        const pair = [light(flat(layers)), light(flat([...layers, colour]))];
        const contrast = (Math.max(...pair) + 0.05) / (Math.min(...pair) + 0.05);
        if (contrast < least[0]) least = [contrast, words];
    }
    return least;
}"""


@pytest.fixture(scope="module")
def browser() -> Iterator:
    expect.set_options(timeout=PATIENCE * 1000)
    with playwright.sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=CHROMIUM, args=[*FLAGS, OFFLINE], timeout=PATIENCE * 1000)
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def context(browser) -> Iterator:
    with browser.new_context(viewport={"width": 1200, "height": 900}) as found:
        found.set_default_timeout(PATIENCE * 1000)
        yield found


@pytest.fixture
def page(context) -> Iterator:
    with context.new_page() as found:
        yield found


@pytest.fixture
def picture(tmp_path, request) -> Callable:
    """Save what an element or a page shows, for a person to look at."""
    folder = Path(os.environ.get("SCRATCHWORK_SCREENSHOTS") or tmp_path)

    def save(what, name: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        what.screenshot(path=folder / f"{request.node.name}-{name}.png")

    return save


@contextmanager
def jupyter_lab(folder: Path, home: Path) -> Iterator[Callable[[str], str]]:
    """`jupyter lab` in a folder, with nobody's settings; yields what makes an address out of a path."""
    settings = home / "settings" / "@jupyterlab" / "apputils-extension"
    settings.mkdir(parents=True)
    for plugin, values in SETTINGS.items():
        (settings / f"{plugin}.jupyterlab-settings").write_text(json.dumps(values))
    places = (
        "JUPYTER_CONFIG_DIR",
        "JUPYTER_DATA_DIR",
        "JUPYTER_RUNTIME_DIR",
        "JUPYTERLAB_WORKSPACES_DIR",
        "IPYTHONDIR",
    )
    own = {place: str(home / place.lower()) for place in places} | {"JUPYTERLAB_SETTINGS_DIR": str(home / "settings")}
    call = [sys.executable, "-m", "jupyterlab", "--no-browser", "--ServerApp.port=0", "--IdentityProvider.token=secret"]
    if hasattr(os, "getuid") and os.getuid() == 0:
        call.append("--allow-root")
    log = home / "server.log"
    with log.open("w") as file:
        server = subprocess.Popen(call, cwd=folder, env={**os.environ, **own}, stdout=file, stderr=file)
    try:
        address = _address(server, log)
        yield lambda path: f"{address}{path}?token=secret"
    finally:
        server.terminate()  # it shuts its kernels down
        try:
            server.wait(PATIENCE)
        finally:
            server.kill()


def _address(server: subprocess.Popen, log: Path) -> str:
    """Wait until the server listens, which is a little later than it says so."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and server.poll() is None:
        told = re.search(r"http://127\.0\.0\.1:(\d+)/", log.read_text("utf-8"))
        with suppress(ConnectionRefusedError):
            if told:
                socket.create_connection(("127.0.0.1", int(told[1]))).close()
                return told[0]
        with suppress(subprocess.TimeoutExpired):
            server.wait(0.1)
    raise AssertionError(f"JupyterLab did not start:\n{log.read_text('utf-8')}")


@pytest.fixture(scope="module")
def lab(built_course, context, tmp_path_factory) -> Iterator:
    """JupyterLab in the folder that a student gets, with the notebook open and its first cell run."""
    home = tmp_path_factory.mktemp("student")
    shutil.copytree(built_course.root / "assignments" / NAME, home / NAME)
    with jupyter_lab(home / NAME, home) as address:
        page = context.new_page()
        page.goto(address(f"lab/tree/{NOTEBOOK}"))
        page.get_by_text("| Idle").wait_for()  # the status bar: the kernel is there
        run(page, page.locator(".jp-Notebook .jp-CodeCell").first)
        yield page
        page.close()


@pytest.fixture
def cell(lab, built_course) -> Callable:
    """Find a cell of the open notebook by its grade_id."""
    notebook = filled(built_course, NAME, {})
    order = [c["metadata"].get("nbgrader", {}).get("grade_id") for c in notebook["cells"]]

    def find(identity: str):
        found = lab.locator(f'.jp-Notebook .jp-Cell[data-windowed-list-index="{order.index(identity)}"]')
        found.scroll_into_view_if_needed()
        return found

    return find


def write(page, cell, source: str) -> None:
    cell.locator(".cm-content").click()
    page.keyboard.press("Control+A")
    page.keyboard.insert_text(source)


def run(page, cell) -> None:
    """Run a cell and wait for its number."""
    cell.locator(".cm-content").click()
    before = cell.locator(".jp-InputPrompt").inner_text()
    page.keyboard.press("Control+Enter")
    expect(cell.locator(".jp-InputPrompt")).not_to_have_text(before)
    expect(cell.locator(".jp-InputPrompt")).to_have_text(re.compile(r"\[\d+\]:"))


def written(course: Course, name: str, mistake: str) -> tuple[str, str]:
    """An exercise with a known mistake: the source, and the hint."""
    exercise = course.assignment(NAME).exercises[name]
    wrong = next(m for m in exercise.misconceptions if m.name == mistake)
    return exercise.written(wrong), wrong.hint


def test_a_student_is_wrong_reads_the_hint_and_mends_it(lab, cell, built_course, picture):
    wrong, hint = written(built_course, "relu", MISTAKE)
    write(lab, cell("relu"), wrong)
    run(lab, cell("relu"))
    run(lab, cell("check-relu"))
    table = cell("check-relu").locator(".jp-OutputArea-output table").first
    expect(cell("check-relu")).to_contain_text("Stuck?")
    expect(table).not_to_contain_text(hint)
    picture(cell("check-relu"), "seen")
    run(lab, cell("check-relu"))
    expect(table).to_contain_text(hint)
    expect(table).to_contain_text("negative numbers become 0, at any rank")
    expect(table).not_to_contain_text("4 of 4 points")
    picture(cell("check-relu"), "wrong")
    picture(lab, "wrong-page")

    write(lab, cell("relu"), references(built_course, NAME)["relu"])
    run(lab, cell("relu"))
    run(lab, cell("check-relu"))
    expect(table).not_to_contain_text(hint)
    expect(table).to_contain_text("✓")
    expect(table).not_to_contain_text("✗")
    picture(cell("check-relu"), "right")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_word_of_the_table_can_be_read(scheme, lab, cell, built_course, picture):
    lab.emulate_media(color_scheme=scheme)
    expect(lab.locator("body")).to_have_attribute("data-jp-theme-light", str(scheme == "light").lower())
    write(lab, cell("relu"), written(built_course, "relu", MISTAKE)[0])
    run(lab, cell("relu"))
    for _ in range(2):  # the second time with its hint
        run(lab, cell("check-relu"))
    output = cell("check-relu").locator(".jp-OutputArea-output")
    expect(output.locator("table").first).to_be_visible()
    picture(cell("check-relu"), "table")
    contrast, words = output.evaluate(LEAST_CONTRAST)
    assert contrast >= 4.5, f"{words!r} has a contrast of {contrast:.1f}"


@pytest.mark.parametrize(
    ("identity", "words"), [("tensors-setup", "import numpy as np"), ("check-relu", 'check("relu")')]
)
def test_locked_cells_take_no_typing(lab, cell, identity, words):
    text = cell(identity).locator(".cm-content")
    write(lab, cell(identity), "forged = True")
    expect(text).to_have_attribute("aria-readonly", "true")
    expect(text).to_contain_text(words)
    expect(text).not_to_contain_text("forged")


@pytest.mark.parametrize("identity", ["relu", "check-relu"])
def test_only_own_cells_can_be_deleted(lab, cell, identity):
    cells = lab.locator(".jp-Notebook .jp-Cell")
    prompt = cell(identity).locator(".jp-InputPrompt")
    prompt.click()
    before = cells.count()
    lab.keyboard.press("b")
    expect(cells).to_have_count(before + 1)
    lab.keyboard.type("dd")
    expect(cells).to_have_count(before)
    prompt.click()
    lab.keyboard.type("dd")
    expect(cells).to_have_count(before)
    expect(cell(identity).locator(".cm-content")).to_contain_text("relu")


@pytest.fixture(scope="module")
def graded(built_course, tmp_path_factory) -> Course:
    """A course graded by nbgrader: ada is right, alan has one known mistake, grace came after the grading."""
    root = tmp_path_factory.mktemp("instructor") / "course"
    shutil.copytree(built_course.root, root)
    course = Course(root)
    right = references(course, NAME)
    submit(course, "ada", NAME, filled(course, NAME, right))
    submit(course, "alan", NAME, filled(course, NAME, right | {"relu": written(course, "relu", MISTAKE)[0]}))
    nbgrader(["autograde", NAME], root)
    nbgrader(["generate_feedback", NAME], root)
    submit(course, "grace", NAME, filled(course, NAME, right))
    return course


@pytest.fixture(scope="module")
def formgrader(graded, tmp_path_factory) -> Iterator[str]:
    """The address of formgrader, for who types `jupyter lab` in the course's folder."""
    with jupyter_lab(graded.root, tmp_path_factory.mktemp("formgrader")) as address:
        yield address("formgrader")


def scores(course: Course, student: str) -> dict[str, float]:
    """The points of each check cell of a graded submission, by exercise."""
    report = json.loads((course.root / "autograded" / student / NAME / REPORT_FILE).read_text("utf-8"))
    return {task["name"]: task["earned"] for task in report["exercises"]}


def submissions(page, formgrader: str) -> Callable:
    """Open the table of an assignment's submissions; finds a student's row."""
    page.goto(formgrader)
    page.get_by_role("row").filter(has_text=NAME).get_by_role("link", name="3", exact=True).click()
    return lambda student: page.get_by_role("row").filter(has=page.get_by_text(student, exact=True))


def test_formgrader_shows_scores_and_verdicts(graded, formgrader, page, picture):
    row = submissions(page, formgrader)
    for student in ("ada", "alan"):
        expect(row(student)).to_contain_text(f"{number(sum(scores(graded, student).values()))} / ")
    picture(page, "submissions")
    row("alan").get_by_role("link").first.click()
    page.get_by_role("link", name="tensors", exact=True).click()
    for task, score in scores(graded, "alan").items():
        expect(page.locator(f"input[id='check-{task}']")).to_have_attribute("placeholder", number(score))
    table = page.locator("table").filter(has_text=written(graded, "relu", MISTAKE)[1]).first
    expect(table).to_be_visible()
    table.scroll_into_view_if_needed()
    picture(page, "submission")


def test_the_button_of_formgrader_grades_like_the_command(graded, formgrader, page):
    row = submissions(page, formgrader)
    expect(row("grace")).to_contain_text("needs autograding")
    row("grace").locator(".glyphicon-flash").click()
    expect(page.locator(".modal-body").first).to_contain_text("Successfully autograded")
    expect(row("grace")).to_contain_text(f"{number(sum(scores(graded, 'ada').values()))} / ")
    assert scores(graded, "grace") == scores(graded, "ada")


def test_the_feedback_page_is_a_file(graded, page, picture):
    path = graded.root / "feedback" / "alan" / NAME / "tensors.html"
    page.goto(path.as_uri(), wait_until="domcontentloaded")
    picture(page, "top")
    for name in scores(graded, "alan"):
        expect(page.locator("table").filter(has=page.get_by_text(name, exact=True)).first).to_be_visible()
    wrong = page.locator("table").filter(has_text=written(graded, "relu", MISTAKE)[1]).first
    expect(wrong).to_be_visible()
    picture(wrong, "table")
