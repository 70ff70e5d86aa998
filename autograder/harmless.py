"""Keeps what students wrote harmless where nbgrader shows it: in feedback, in formgrader, in logs."""

from __future__ import annotations

import functools
import html
import logging
import re
import sys
from typing import Any

import bleach  # type: ignore[import-untyped]
import jinja2
from bleach.css_sanitizer import CSSSanitizer  # type: ignore[import-untyped]
from markupsafe import Markup
from mistune.plugins import import_plugin
from nbconvert.filters.highlight import Highlight2HTML
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbconvert.preprocessors import Preprocessor
from pygments.token import STANDARD_TYPES  # type: ignore[import-untyped]
from traitlets.config import Config

from autograder import report

TAGS = {
    *("a", "abbr", "b", "blockquote", "br", "caption", "code", "dd", "del", "details", "div", "dl", "dt", "em", "h1"),
    *("h2", "h3", "h4", "h5", "h6", "hr", "i", "img", "kbd", "li", "ol", "p", "pre", "s", "small", "span", "strong"),
    *("sub", "summary", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "u", "ul"),
}
ATTRIBUTES = {"align", "alt", "colspan", "height", "open", "rowspan", "start", "style", "title", "width"}
VALUES = {  # no ids: formgrader finds its scores by them; no classes: Bootstrap's can cover the page
    ("a", "href"): re.compile(r"https?://.*|mailto:.*|#.*"),
    ("img", "src"): re.compile(  # inside the notebook or beside it: fetching an address of the server can do things
        r"data:image/(png|jpeg|gif|webp|svg\+xml);base64,[\w+/=\s]*"
        r"|([\w-]+/)*[\w-]([\w.-]|%20)*\.(png|jpe?g|gif|webp|svg)",
        re.ASCII | re.IGNORECASE,
    ),
    ("div", "class"): re.compile("highlight"),
    ("span", "class"): re.compile("|".join(filter(None, STANDARD_TYPES.values()))),
}
RENDERED = {"markdown": 30_000, "code": 50_000}  # characters in a notebook; the worst of that length takes 4 s
PYTHON = ("python", "python3", "py", "ipython", "ipython3")
SHOWN = 10_000  # characters of a cell that is not rendered
UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
NAMES = ("student", "first_name", "last_name", "notebook_path")  # formgrader writes these into its page as they are


def configure(c: Config) -> None:
    """Set up what nbgrader makes pages with; its templates print markdown and names as they are."""
    c.HTMLExporter.filters = {
        "markdown2html": markdown,
        "highlight_code": code,
        "clean_html": verbatim,  # raw cells
        "strip_files_prefix": _unchanged,  # it would take minutes for a row of brackets
    }
    c.HTMLExporter.preprocessors = [Legible]
    logging.setLogRecordFactory(Record)
    if "nbgrader.server_extensions.formgrader.formgrader" in sys.modules:
        guard_formgrader()


@jinja2.pass_context
def markdown(context: jinja2.runtime.Context, source: str) -> str:
    """Render markdown without what could run, load, or pretend to be another part of the page."""
    cell = context.get("cell", {})
    if not _fits(cell, context.get("nb", {})):
        return verbatim(source)
    renderer = Text(escape=False, attachments=cell.get("attachments", {}), exclude_anchor_links=True)
    names = [name for name in MarkdownWithMath.DEFAULT_PLUGINS if name != "task_lists"]  # they make <input>
    try:
        return clean_html(MarkdownWithMath(renderer, plugins=map(import_plugin, names)).render(source))
    except Exception as error:  # an attachment that is missing, brackets without end
        return f"<p><em>{html.escape(str(error))}</em></p>{verbatim(source)}"


class Text(IPythonRenderer):
    """Markdown's code blocks: Python or nothing. Some other highlighters take hours for what a student could write."""

    def block_code(self, code: str, info: str | None = None) -> str:
        return str(super().block_code(_trimmed(code), "python" if info in PYTHON else None))


@jinja2.pass_context
def code(context: jinja2.runtime.Context, source: str, metadata: Any = None) -> str:
    """Highlight code."""
    if not _fits(context.get("cell", {}), context.get("nb", {})):
        return verbatim(source)
    highlight = Highlight2HTML(pygments_lexer="python")  # type: ignore[no-untyped-call]
    return str(highlight(_trimmed(source)))


def _trimmed(code: str) -> str:
    """Blanks at the ends of lines are left out: thousands of them take the highlighter minutes."""
    return "\n".join(line.rstrip() for line in code.split("\n"))


def _fits(cell: Any, notebook: Any) -> bool:
    """Whether a cell is within what is rendered of one notebook; long cells take no room from others."""
    room = RENDERED.get(cell.get("cell_type"), 0)
    for other in (c for c in notebook.get("cells", ()) if c.cell_type == cell.get("cell_type")):
        fits = len(other.source) <= room
        if other is cell:
            return fits
        room -= len(other.source) if fits else 0
    return True


def verbatim(source: str) -> str:
    rest = f"… and {len(source) - SHOWN} characters more" if len(source) > SHOWN else ""
    return f"<pre>{html.escape(source[:SHOWN])}{rest}</pre>"


def _unchanged(text: str) -> str:
    return text


def clean_html(markup: str) -> str:
    """Markup with the tags and attributes that texts need; the rest can be read, and does nothing."""
    styles = CSSSanitizer(allowed_css_properties=["text-align"])  # columns of markdown's tables
    protocols = {"http", "https", "mailto", "data"}
    return str(bleach.clean(markup, TAGS, _may_stay, protocols, css_sanitizer=styles))


def _may_stay(tag: str, name: str, value: str) -> bool:
    pattern = VALUES.get((tag, name))
    return bool(pattern.fullmatch(value)) if pattern else name in ATTRIBUTES


class Legible(Preprocessor):
    """Marks characters that cannot be seen or turn the reading around, and escapes the names in formgrader's frame."""

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        for cell in nb.cells:
            cell.source = UNSEEN.sub("\N{REPLACEMENT CHARACTER}", cell.source)
        for name in NAMES:
            if isinstance(resources.get(name), str):
                resources[name] = html.escape(report.clean(resources[name]))
        return nb, resources


class Record(logging.LogRecord):
    """A line of a log: a file's name in it must not steer the terminal."""

    def getMessage(self) -> str:
        return report.clean(super().getMessage(), newlines=True)


def guard_formgrader() -> None:
    """Let a running formgrader escape names in its lists, run nothing in files that it shows, and open no other course.

    `/formgrader?path=FOLDER` runs the `nbgrader_config.py` of that folder, which may be a student's, and a link is
    enough to ask for it.
    """
    from nbgrader.server_extensions.formgrader import formgrader, handlers

    plain = handlers.BaseHandler.get_argument

    def get_argument(self: Any, name: str, *default: Any, **more: Any) -> Any:
        return "" if name == "path" else plain(self, name, *default, **more)

    handlers.FormgraderHandler.get_argument = get_argument
    handlers.SubmissionFilesHandler.content_security_policy = "sandbox"
    formgrader.Environment = functools.partial(jinja2.Environment, autoescape=True, finalize=_in_page_and_script)


def _in_page_and_script(value: Any) -> Any:
    """Formgrader's templates put a name into the page and between a script's `"`; O'Brien must arrive as O'Brien."""
    if not isinstance(value, str) or isinstance(value, Markup):
        return value
    return Markup(value.translate({ord('"'): "&quot;", ord("<"): "&lt;", ord(">"): "&gt;"}))
