"""The faces to learn from: pictures, and beside each a file that says who is where in it.

The folders are those of YOLO's data sets: `images/train/a.jpg` has its boxes in
`labels/train/a.txt`, a line each: the number of the person, and the centre, the width and the
height as parts of the picture's.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor

SUFFIXES = {".png", ".jpg", ".jpeg", ".bmp"}
FEWEST_PERSONS, FEWEST_FACES = 4, 2
VALUES = 5
MARGIN = 0.1
"""What is taken of the picture around a box, as part of it."""


class DataError(Exception):
    """The data set is at fault; the message is one sentence that says where and why."""


class Box(NamedTuple):
    """A line of a label file."""

    person: int
    x: float
    y: float
    width: float
    height: float


class Faces(NamedTuple):
    """Faces with values from -1 to 1, and the number of each one's person."""

    pictures: Tensor
    persons: Tensor

    def of(self, chosen: set[int]) -> Faces:
        """Return the faces of the persons *chosen*."""
        rows = torch.tensor([int(person) in chosen for person in self.persons])
        return Faces(self.pictures[rows], self.persons[rows])


def read_faces(images: Path, labels: Path, names: list[str], size: int) -> Faces:
    """Read every face of the pictures in `train`, cut out in *size*."""
    folder = images / "train"
    paths = sorted(p for p in folder.rglob("*") if p.suffix.lower() in SUFFIXES)
    if not paths:
        raise DataError(
            "The channel 'images' has no pictures (*.jpg, *.png) in the folder 'train'."
        )
    found = []
    for path in paths:
        inside = path.relative_to(folder)
        file = (labels / "train" / inside).with_suffix(".txt")
        boxes = _boxes(file, f"labels/train/{inside.with_suffix('.txt')}", names)
        found += [(_face(path, f"images/train/{inside}", box, size), box.person) for box in boxes]
    faces = Faces(
        torch.from_numpy(np.stack([face for face, _ in found])).permute(0, 3, 1, 2) / 127.5 - 1,
        torch.tensor([person for _, person in found]),
    )
    counts = torch.bincount(faces.persons, minlength=len(names))
    if rare := [name for name, count in zip(names, counts, strict=True) if count < FEWEST_FACES]:
        raise DataError(
            f"There are fewer than {FEWEST_FACES} faces of '{rare[0]}' in the channel 'images'."
        )
    return faces


def _boxes(file: Path, name: str, names: list[str]) -> list[Box]:
    if not file.is_file():
        raise DataError(f"{name} is missing: it says who is where in the picture of that name.")
    lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
    boxes = [_box(line, f"{name}, line {n}", names) for n, line in enumerate(lines, 1) if line]
    if not boxes:
        raise DataError(f"{name} is empty: a picture without a face teaches nothing.")
    return boxes


def _box(line: str, where: str, names: list[str]) -> Box:
    words = line.split()
    try:
        person, *sides = int(words[0]), *(float(word) for word in words[1:])
    except (ValueError, IndexError) as error:
        raise DataError(f"{where}: '{line[:60]}' has to be five numbers.") from error
    if len(words) != VALUES or not all(0 <= side <= 1 for side in sides) or min(sides[2:]) <= 0:
        raise DataError(
            f"{where}: '{line[:60]}' has to be a person and four parts of the picture, from 0 to 1."
        )
    if not 0 <= person < len(names):
        raise DataError(f"{where}: there is no person {person}; there are {len(names)}, from 0.")
    return Box(person, *sides)


def _face(path: Path, name: str, box: Box, size: int) -> NDArray[np.float32]:
    try:
        with Image.open(path) as image:
            picture = image.convert("RGB")
    except (OSError, SyntaxError, ValueError) as error:
        raise DataError(f"{name} cannot be read as a picture: {error}.") from error
    half_width = box.width * (0.5 + MARGIN) * picture.width
    half_height = box.height * (0.5 + MARGIN) * picture.height
    x, y = box.x * picture.width, box.y * picture.height
    corners = (x - half_width, y - half_height, x + half_width, y + half_height)
    return as_values(picture.crop(tuple(round(side) for side in corners)), size)  # type: ignore[arg-type]


def as_values(picture: Image.Image, size: int) -> NDArray[np.float32]:
    """Return *picture* in *size*, as numbers from 0 to 255."""
    resized = picture.convert("RGB").resize((size, size), Image.Resampling.BILINEAR)
    return np.asarray(resized, dtype=np.float32)
