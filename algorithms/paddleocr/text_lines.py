"""Pictures of lines of text and what they say, as PaddleOCR's users lay them out, read strictly.

A label file has a line for each picture: its path, a tab, and its text.
"""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
from configuration import DataError, dataset
from numpy.typing import NDArray

HEIGHT = 48
"""Pixels of a line, as PP-OCR has it."""

STRIDE = 4
"""Pixels for which the network says one character, or none."""

Pixels = NDArray[np.float32]


class TextLine(NamedTuple):
    """A picture as the network takes it, 3 x 48 x W in BGR from -1 to 1, and its text."""

    pixels: Pixels
    text: str


def read_lines(name: str, alphabet: str | None) -> list[TextLine]:
    """Read the label file *name* and its pictures; characters must be of *alphabet*, if given."""
    path = dataset() / name
    if not path.is_file():
        raise DataError(f"dataset/{name} is missing: a line 'path<tab>text' for each picture.")
    try:
        rows = path.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise DataError(f"dataset/{name} is not UTF-8: byte {error.start}.") from error
    numbered = [(f"dataset/{name}, line {n}", row) for n, row in enumerate(rows, 1) if row.strip()]
    if not numbered:
        raise DataError(f"dataset/{name} names no pictures.")
    return [_line(where, row, path.parent, alphabet) for where, row in numbered]


def _line(where: str, row: str, folder: Path, alphabet: str | None) -> TextLine:
    place, tab, text = row.partition("\t")
    if not tab or not text.strip():
        raise DataError(f"{where}: must be 'path<tab>text', is {row!r:.80}.")
    if alphabet is not None and (odd := sorted(set(text) - set(alphabet) - {" "})):
        raise DataError(f"{where}: '{odd[0]}' is not among the characters of the training.")
    file = next((p for p in (folder / place, dataset() / place) if p.is_file()), None)
    if file is None or not file.resolve().is_relative_to(dataset().resolve()):
        raise DataError(f"{where}: there is no picture '{place}' in the channel 'dataset'.")
    picture = cv2.imdecode(np.frombuffer(file.read_bytes(), np.uint8), cv2.IMREAD_COLOR)
    if picture is None:
        raise DataError(f"{where}: '{place}' is no picture that can be read.")
    line = TextLine(scaled(picture), text)
    repeated = sum(a == b for a, b in pairwise(text))
    if (needed := len(text) + repeated) > line.pixels.shape[2] // STRIDE:
        width = line.pixels.shape[2]
        raise DataError(
            f"{where}: {needed * STRIDE} pixels are the least for this text, and '{place}' has "
            f"{width} at a height of {HEIGHT}."
        )
    return line


def scaled(picture: NDArray[np.uint8]) -> Pixels:
    """Bring a picture to the height that the network takes, as rapidocr does."""
    height, width = picture.shape[:2]
    width = max(STRIDE, -(-HEIGHT * width // height))
    resized = cv2.resize(picture, (width, HEIGHT)).astype(np.float32)
    return np.ascontiguousarray(resized.transpose(2, 0, 1) / 127.5 - 1)


def alphabet_of(lines: list[TextLine]) -> str:
    """Collect the characters of *lines*, but for the space, which every alphabet has."""
    return "".join(sorted({character for line in lines for character in line.text} - {" "}))


def read_alphabet(name: str) -> str:
    """Read a file with a character a line."""
    path = dataset() / name
    if not path.is_file():
        raise DataError(f"dataset/{name}, Global.character_dict_path, is missing.")
    found = [row.rstrip("\r\n") for row in path.read_text(encoding="utf-8-sig").split("\n")]
    if odd := [character for character in found if len(character) > 1]:
        raise DataError(f"dataset/{name}: must have one character a line, has '{odd[0]}'.")
    return "".join(dict.fromkeys(character for character in found if character.strip()))
