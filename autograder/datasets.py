"""The pictures that the notebooks train on: small ones that need no internet, full ones with a checked SHA-256."""

from __future__ import annotations

import gzip
import io
import math
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from autograder.errors import UserError

FOLDER_VARIABLE = "AUTOGRADER_DATA"
MNIST_HOME = "https://storage.googleapis.com/cvdf-datasets/mnist/"
SVHN_HOME = "http://ufldl.stanford.edu/housenumbers/"


class DataError(UserError):
    """Data that cannot be had: says what is missing, and what to do."""


@dataclass(frozen=True)
class RemoteFile:
    """A file that is downloaded once.

    Attributes
    ----------
    name : str
    home : str
        The address in front of the name.
    sha256 : str
        Of the file as it is downloaded.
    unpacked_sha256 : str
        Of the same content uncompressed; such a file may lie in the folder, too, without the ".gz".
    """

    name: str
    home: str
    sha256: str
    unpacked_sha256: str = ""

    def fetch(self) -> Path:
        """The file on this machine, downloaded if need be; nothing that fails its SHA-256 is ever returned.

        Raises
        ------
        DataError
            If it cannot be had.
        """
        own = os.environ.get(FOLDER_VARIABLE)
        return self._find(Path(own)) if own else self._download()

    def _find(self, folder: Path) -> Path:
        known = {self.name: self.sha256, self.name.removesuffix(".gz"): self.unpacked_sha256 or self.sha256}
        for name, sha256 in known.items():
            if (folder / name).is_file():
                if _sha256(folder / name) == sha256:
                    return folder / name
                raise DataError(
                    f"{folder / name} is not the file that is needed: its SHA-256 is not {sha256}. "
                    f"Put the right one there ({self.home}{self.name})"
                )
        raise DataError(
            f"{FOLDER_VARIABLE} says that the data lie in {folder}, and {self.name} is not there. "
            f"Put it there ({self.home}{self.name}), or unset {FOLDER_VARIABLE} to download it"
        )

    def _download(self) -> Path:
        import pooch
        import requests

        pooch.get_logger().setLevel("WARNING")
        folder = Path(pooch.os_cache("scratchwork"))
        way_out = f"Or put it into a folder of yours and say where: {FOLDER_VARIABLE}=FOLDER"
        try:
            return Path(
                pooch.retrieve(self.home + self.name, f"sha256:{self.sha256}", self.name, folder, progressbar=True)
            )
        except requests.exceptions.RequestException as error:
            raise DataError(
                f"{self.name} cannot be downloaded from {self.home} ({type(error).__name__}). "
                f"Is there a connection? {way_out}"
            ) from error
        except ValueError as error:  # pooch's word for a wrong hash; it has deleted what it got
            raise DataError(
                f"what {self.home} sent for {self.name} is broken (its SHA-256 is not {self.sha256}), and was "
                f"thrown away. Try again. {way_out}"
            ) from error
        except OSError as error:
            raise DataError(f"{self.name} cannot be stored in {folder}: {error.strerror}. {way_out}") from error


MNIST = tuple(
    RemoteFile(f"{name}-ubyte.gz", MNIST_HOME, packed, unpacked)
    for name, packed, unpacked in (
        (
            "train-images-idx3",
            "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
            "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
        ),
        (
            "train-labels-idx1",
            "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
            "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
        ),
        (
            "t10k-images-idx3",
            "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
            "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
        ),
        (
            "t10k-labels-idx1",
            "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
            "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
        ),
    )
)
SVHN = (
    RemoteFile("train_32x32.mat", SVHN_HOME, "435e94d69a87fde4fd4d7f3dd208dfc32cb6ae8af2240d066de1df7508d083b8"),
    RemoteFile("test_32x32.mat", SVHN_HOME, "cdce80dfb2a2c4c6160906d0bd7c68ec5a99d7ca4831afa54f09182025b6a75b"),
)
SVHN_COUNTS = (13861, 10585, 8497, 7458, 6882, 5727, 5595, 5045, 4659, 4948)  # of 1, 2, ..., 9, 0 for training
MAT_HEADER = b"MATLAB 5.0 MAT-file".ljust(116)  # scipy would write the time into it


def digits() -> tuple[Any, Any]:
    """The 1,797 small digits that scikit-learn brings along.

    Returns
    -------
    images : (1797, 8, 8) array of uint8, 0 (paper) to 16 (ink)
    labels : (1797,) array of int64, 0 to 9
    """
    from sklearn.datasets import load_digits

    data = load_digits()
    return data.images.astype(np.uint8), data.target.astype(np.int64)


def mnist() -> tuple[Any, Any, Any, Any]:
    """The full MNIST, downloaded on first use (12 MB), or from the folder that AUTOGRADER_DATA names.

    Returns
    -------
    train_images : (60000, 28, 28) array of uint8
    train_labels : (60000,) array of uint8, 0 to 9
    test_images : (10000, 28, 28) array of uint8
    test_labels : (10000,) array of uint8

    Raises
    ------
    DataError
        If a file cannot be had.
    """
    train_images, train_labels, test_images, test_labels = (read_idx(file.fetch()) for file in MNIST)
    return train_images, train_labels, test_images, test_labels


def svhn() -> tuple[Path, Path]:
    """The full SVHN, downloaded on first use (246 MB), or from the folder that AUTOGRADER_DATA names.

    Returns
    -------
    paths of train_32x32.mat and test_32x32.mat, each with X (32, 32, 3, N) of uint8 and y (N, 1), 1 to 10

    Raises
    ------
    DataError
        If a file cannot be had.
    """
    train, test = (file.fetch() for file in SVHN)
    return train, test


def svhn_like(samples: int, rng: np.random.Generator) -> bytes:
    """A small file in SVHN's format, made of scikit-learn's digits: for what needs no internet.

    Coloured digits on coloured walls, a little off the middle, often with parts of their neighbours at the sides. The
    classes have SVHN's shares, each to within one sample.

    Parameters
    ----------
    samples : int
    rng : numpy.random.Generator

    Returns
    -------
    the content of a .mat file with X (32, 32, 3, samples) of uint8 and y (samples, 1) of uint8, where 10 is the digit 0
    """
    from scipy.io import savemat

    ends = np.rint(samples * np.cumsum((0, *SVHN_COUNTS)) / sum(SVHN_COUNTS)).astype(int)
    labels = rng.permutation(np.repeat(np.arange(1, 11, dtype=np.uint8), np.diff(ends)))
    images = _paint(_strips(labels % 10, rng), rng)
    file = io.BytesIO()
    savemat(file, {"X": np.moveaxis(images, 0, -1), "y": labels[:, None]})
    return MAT_HEADER + file.getvalue()[len(MAT_HEADER) :]


def _strips(digit: Any, rng: np.random.Generator) -> Any:
    """For each digit a picture of it between two others, which may be missing: (N, 32, 32), 0 (wall) to 1 (ink)."""
    images, labels = digits()
    order = np.argsort(labels, kind="stable")
    starts = np.searchsorted(labels[order], np.arange(11))
    middle = order[rng.integers(starts[digit], starts[digit + 1])]
    chosen = rng.integers(len(images), size=(len(digit), 3))
    chosen[:, 1] = middle
    shown = images[chosen].astype(np.float32) / 16
    shown[:, ::2] *= rng.random((len(digit), 2, 1, 1)) < 0.7
    strips = np.einsum("ri,nkij,cj->nrkc", _stretch(24), shown, _stretch(20), optimize=True)
    wide = np.pad(strips.reshape(len(digit), 24, 60), ((0, 0), (7, 7), (0, 0)))
    top, left = rng.integers(1, 6, size=(len(digit), 1)), rng.integers(12, 17, size=(len(digit), 1))
    rows, columns = top + np.arange(32), left + np.arange(32)
    return wide[np.arange(len(digit))[:, None, None], rows[:, :, None], columns[:, None, :]]


def _stretch(size: int) -> Any:
    """A (size, 8) matrix that makes a line of 8 numbers longer, with straight lines between them."""
    places = (np.arange(size, dtype=np.float32) + 0.5) * 8 / size - 0.5
    return np.maximum(1 - np.abs(places[:, None] - np.arange(8, dtype=np.float32)), 0)


def _paint(ink: Any, rng: np.random.Generator) -> Any:
    """Give each picture a colour for its wall and another one, lighter or darker, for its digits."""
    count = (len(ink), 1)
    step = rng.choice([-1, 1], size=count) * rng.uniform(60, 130, size=count) + rng.normal(0, 20, size=(len(ink), 3))
    brightness = 115 + rng.normal(0, 22, size=count) - step.mean(axis=1, keepdims=True) / 2
    wall = np.clip(brightness, 20, 235) + rng.normal(0, 20, size=(len(ink), 3))
    pixels = 6 * rng.standard_normal((*ink.shape, 3), dtype=np.float32)
    pixels += wall[:, None, None].astype(np.float32)
    pixels += ink[..., None] * step[:, None, None].astype(np.float32)
    return np.clip(np.rint(pixels, out=pixels), 0, 255, out=pixels).astype(np.uint8)


def read_idx(path: Path) -> Any:
    """An array of bytes from a file in MNIST's format, compressed or not.

    Two zero bytes, the type (8 for bytes), the rank, each length as four bytes with the highest first, then the
    numbers.
    """
    content = path.read_bytes()
    if path.suffix == ".gz":
        content = gzip.decompress(content)
    start = 4 + 4 * content[3] if content[:3] == b"\0\0\x08" and len(content) > 4 else len(content) + 1
    shape = np.frombuffer(content[4:start], ">u4") if start <= len(content) else ()
    if len(content) != start + math.prod(map(int, shape)):
        raise DataError(f"{path} is no file of MNIST")
    return np.frombuffer(content, np.uint8, offset=start).reshape(shape)


def _sha256(path: Path) -> str:
    import pooch

    return str(pooch.file_hash(str(path), alg="sha256"))
