"""What a file is that is not a notebook, by its first bytes, and what to do then."""

from __future__ import annotations

import re

HEAD = 4_096  # bytes that are looked at
ITSELF = "hand in the notebook itself"
DOWNLOAD = "in Jupyter, File > Download gives the notebook"
UNPACK = "unpack it, and hand in the notebook that is in it"
_PACKED = b"PK\x03\x04"
_STARTS = (
    (b"%PDF", "a PDF", DOWNLOAD),
    (_PACKED, "a zip archive", UNPACK),
    (b"PK\x05\x06", "an empty zip archive", ITSELF),
    (b"Rar!", "a RAR archive", UNPACK),
    (b"7z\xbc\xaf", "a 7z archive", UNPACK),
    (b"\x1f\x8b", "a gzip archive", UNPACK),
    (b"BZh", "a bzip2 archive", UNPACK),
    (b"\xfd7zXZ", "an xz archive", UNPACK),
    (b"bplist00", "a placeholder of macOS, not the file itself", "download it from iCloud, then hand it in"),
    (b"\xd0\xcf\x11\xe0", "an Office document", ITSELF),
    (b"{\\rtf", "an RTF document", ITSELF),
    (b"\x89PNG", "a picture", ITSELF),
    (b"\xff\xd8\xff", "a picture", ITSELF),
    (b"GIF8", "a picture", ITSELF),
    (b"SQLite format 3", "a database", ITSELF),
    (b"version https://git-lfs", "a pointer of Git LFS", "`git lfs pull` fetches the notebook"),
    (b"[InternetShortcut]", "a link to a web page", DOWNLOAD),
)
_OFFICE = ((b"word/", "a Word file"), (b"xl/", "an Excel file"), (b"ppt/", "a PowerPoint file"))
_WEB_PAGE = re.compile(
    rb"\s*(?:<!--(?:(?!-->).)*+-->\s*+)*+<(?:!doctype\s+html|html|head|body|script)\b", re.IGNORECASE | re.DOTALL
)
_XML = re.compile(rb"\s*<(?:\?xml|svg|!doctype)\b", re.IGNORECASE)
_PYTHON = re.compile(
    rb"^(?:# ?%%|# In ?\[|# <codecell>|# Databricks|(?:from [\w.]+ )?import \w|def \w+\(|class \w+\s*[:(]|@\w)",
    re.MULTILINE,
)


def kind_of(data: bytes) -> tuple[str, str]:
    """What a file is that plainly is no notebook, as "a PDF", and what to do; ("", "") of others."""
    head = data[:HEAD].removeprefix(b"\xef\xbb\xbf")
    for start, kind, advice in _STARTS:
        if head.startswith(start):
            return (_document(data), ITSELF) if start == _PACKED and _document(data) else (kind, advice)
    if _WEB_PAGE.match(head):
        return "a web page", DOWNLOAD
    if _XML.match(head):
        return "an XML file", ITSELF
    if head[257:262] == b"ustar":
        return "a tar archive", UNPACK
    if not head.lstrip().startswith((b"{", b"[")) and _PYTHON.search(head):
        return "Python code", "hand in the notebook (.ipynb) that it came from"
    return "", ""


def _document(data: bytes) -> str:
    """An Office document is a zip archive, too: "a Word file"; "" for others."""
    names = data[:HEAD] + data[-16 * HEAD :]
    if b"mimetypeapplication/vnd.oasis" in names:
        return "a LibreOffice document"
    return next((kind for part, kind in _OFFICE if part in names and b"[Content_Types].xml" in names), "")
