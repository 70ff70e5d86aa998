"""Data come whole or not at all: a real server that breaks off, lies or is silent, a full disk, a filled folder."""

from __future__ import annotations

import gzip
import hashlib
import http.server
import io
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from autograder.datasets import SVHN_COUNTS, DataError, RemoteFile, digits, read_idx, svhn_like

PIXELS = np.arange(24, dtype=np.uint8).reshape(2, 3, 4)
PLAIN = b"\0\0\x08\x03" + np.array(PIXELS.shape, ">u4").tobytes() + PIXELS.tobytes()
PACKED = gzip.compress(PLAIN, mtime=0)
SHA256, PLAIN_SHA256 = (hashlib.sha256(content).hexdigest() for content in (PACKED, PLAIN))
NAME = "pictures.gz"


class Server(http.server.BaseHTTPRequestHandler):
    """Answers each folder in its own way."""

    asked: list[str]

    def do_GET(self) -> None:
        self.asked.append(self.path)
        way = self.path.split("/")[1]
        if way == "gone":
            self.send_error(404)
            return
        content = PACKED[:-9] + b"otherwise" if way == "lies" else PACKED
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content[:20] if way == "breaks-off" else content)

    def log_message(self, *words: object) -> None:
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[str]:
    Server.asked = []
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Server) as listening:
        thread = threading.Thread(target=listening.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{listening.server_port}/"
        listening.shutdown()
        thread.join()


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("AUTOGRADER_DATA", raising=False)
    return tmp_path / "cache" / "scratchwork"


def file_at(home: str) -> RemoteFile:
    return RemoteFile(NAME, home, SHA256, PLAIN_SHA256)


def test_is_downloaded_once_with_a_progress_bar(server: str, cache: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(2):
        path = file_at(server + "whole/").fetch()
        np.testing.assert_array_equal(read_idx(path), PIXELS)
    assert Server.asked == [f"/whole/{NAME}"]
    assert path == cache / NAME
    assert "100%" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("way", "words"),
    [
        ("lies", "broken (its SHA-256 is not"),
        ("breaks-off", "cannot be downloaded"),
        ("gone", "cannot be downloaded from"),
    ],
)
def test_nothing_half_is_kept(server: str, cache: Path, way: str, words: str) -> None:
    with pytest.raises(DataError) as raised:
        file_at(f"{server}{way}/").fetch()
    assert words in str(raised.value)
    assert "AUTOGRADER_DATA=FOLDER" in str(raised.value)
    assert list(cache.iterdir()) == []
    file_at(server + "whole/").fetch()  # and the next try succeeds


def test_a_damaged_cache_is_filled_again(server: str, cache: Path) -> None:
    cache.mkdir(parents=True)
    (cache / NAME).write_bytes(PACKED[:30])
    np.testing.assert_array_equal(read_idx(file_at(server + "whole/").fetch()), PIXELS)


def test_without_a_network(server: str) -> None:
    nobody = server.replace("127.0.0.1", "127.0.0.2")  # nobody listens there
    with pytest.raises(DataError, match="Is there a connection"):
        file_at(nobody).fetch()


NO_SPACE = """
import sys
from pathlib import Path
from autograder.datasets import DataError, RemoteFile
try:
    RemoteFile(sys.argv[1], sys.argv[2], sys.argv[3]).fetch()
except DataError as error:
    print(error)
print([path.name for path in Path(sys.argv[4]).rglob("*") if path.is_file() and path.name != "filler"])
"""


@pytest.mark.skipif(not shutil.which("bwrap"), reason="a small disk is made by bubblewrap")
def test_without_space(server: str, tmp_path: Path) -> None:
    disk = tmp_path / "cache"
    disk.mkdir()
    small = ["bwrap", "--dev-bind", "/", "/", "--size", "100000", "--tmpfs", str(disk)]
    fill = 'mkdir "$0/scratchwork"; cat /dev/zero > "$0/filler" 2> /dev/null; exec "$@"'
    call = [sys.executable, "-c", NO_SPACE, NAME, server + "whole/", SHA256, str(disk)]
    done = subprocess.run([*small, "bash", "-c", fill, str(disk), *call], capture_output=True, text=True)
    said, left = done.stdout.splitlines()
    assert "cannot be stored" in said
    assert "No space left on device" in said
    assert left == "[]"


@pytest.mark.parametrize(("name", "content"), [(NAME, PACKED), (NAME.removesuffix(".gz"), PLAIN)])
def test_a_folder_that_is_filled(
    server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, content: bytes
) -> None:
    monkeypatch.setenv("AUTOGRADER_DATA", str(tmp_path))
    with pytest.raises(DataError, match="is not there"):
        file_at(server + "whole/").fetch()
    (tmp_path / name).write_bytes(content[:-1])
    with pytest.raises(DataError, match="is not the file that is needed"):
        file_at(server + "whole/").fetch()
    (tmp_path / name).write_bytes(content)
    np.testing.assert_array_equal(read_idx(file_at(server + "whole/").fetch()), PIXELS)
    assert Server.asked == []


@pytest.mark.parametrize(
    "content", [b"", PLAIN[:3], PLAIN[:9], PLAIN[:-1], b"\0\0\x09" + PLAIN[3:], b"<html>not found</html>"]
)
def test_what_is_no_picture(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "pictures").write_bytes(content)
    with pytest.raises(DataError, match="is no file of MNIST"):
        read_idx(tmp_path / "pictures")


def test_the_small_digits() -> None:
    images, labels = digits()
    assert (images.shape, images.dtype, int(images.max())) == ((1797, 8, 8), np.uint8, 16)
    assert (labels.shape, sorted(set(labels.tolist()))) == ((1797,), list(range(10)))


def test_a_file_like_those_of_svhn() -> None:
    from scipy.io import loadmat

    content = svhn_like(2000, np.random.default_rng(1))
    assert content == svhn_like(2000, np.random.default_rng(1))
    assert content != svhn_like(2000, np.random.default_rng(2))
    data = loadmat(io.BytesIO(content))
    images, labels = data["X"], data["y"]
    assert (images.shape, images.dtype) == ((32, 32, 3, 2000), np.uint8)
    assert (labels.shape, labels.dtype) == ((2000, 1), np.uint8)
    counts = np.bincount(labels[:, 0])[1:]
    np.testing.assert_allclose(counts, 2000 * np.array(SVHN_COUNTS) / sum(SVHN_COUNTS), atol=1)
    assert (labels[:9, 0] != np.sort(labels[:9, 0])).any()  # in no order
    assert abs(images.mean() - 115) < 3
    assert abs(images.std() - 50) < 3
    edges = images[:3].astype(float).mean(axis=(0, 1))
    middle = np.abs(images[14:18, 14:18].mean(axis=(0, 1)) - edges).mean(axis=0)
    assert middle[labels[:, 0] == 1].mean() > 3 * middle[labels[:, 0] == 10].mean()  # a 1 has ink there, a 0 a hole
