"""Pictures and their boxes as YOLO's users lay them out, read strictly.

The channel `cfg` holds `data.yaml` (`nc`, `names`, and the folders `train` and `val`), `images` the
pictures, and `labels` for each picture a text file of the same path and name: a line
`class xcenter ycenter width height` for each object, all but the class from 0 to 1.
"""

from __future__ import annotations

import os
from pathlib import Path, PurePosixPath
from typing import NamedTuple

import yaml
from PIL import Image, ImageOps, UnidentifiedImageError

_INPUT = PurePosixPath("/opt/ml/input/data")
_SUFFIXES = frozenset({".bmp", ".jpeg", ".jpg", ".png", ".webp"})
_NUMBERS = ("xcenter", "ycenter", "width", "height")
_HELD_OUT = 5  # one picture of so many, where nothing is said to validate with


class DataError(Exception):
    """The data cannot be used; the message is one sentence that says where and why."""


class Box(NamedTuple):
    """One object: its class, and its box as parts of the picture's width and height."""

    label: int
    xcenter: float
    ycenter: float
    width: float
    height: float


class Picture(NamedTuple):
    """A picture's file and what is to be found in it."""

    path: Path
    boxes: list[Box]

    def open(self) -> Image.Image:
        """Read the pixels, upright and in RGB."""
        return ImageOps.exif_transpose(Image.open(self.path)).convert("RGB")


class DataSet(NamedTuple):
    """The classes' names, and the pictures to learn from and to validate with."""

    names: list[str]
    train: list[Picture]
    validation: list[Picture]


def channel(name: str) -> Path:
    """Give the folder of a channel; a DataError if it has no data."""
    folder = os.environ.get(f"SM_CHANNEL_{name.upper()}")
    if not folder:
        raise DataError(f"The channel '{name}' is missing.")
    return Path(folder)


def read_data_set(data: str) -> DataSet:
    """Read all that *data*, the path of data.yaml, names; every picture and label is looked at."""
    path = _description(data)
    try:
        found = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise DataError(f"cfg/{path.name} is no YAML: {' '.join(str(error).split())}.") from error
    if not isinstance(found, dict):
        raise DataError(f"cfg/{path.name} must have the keys nc, names, train and val.")
    names = _names(found, f"cfg/{path.name}")
    train = _folder(found.get("train"), "train", f"cfg/{path.name}")
    pictures = _read_folder(train, len(names))
    if not any(picture.boxes for picture in pictures):
        raise DataError(f"No picture in {_shown(train)} has a box to learn from.")
    if not found.get("val") and not (channel("images") / "val").is_dir():
        kept = [p for place, p in enumerate(pictures) if place % _HELD_OUT]
        return DataSet(names, kept or pictures, pictures[::_HELD_OUT])
    folder = _folder(found.get("val"), "val", f"cfg/{path.name}")
    validation = pictures if folder == train else _read_folder(folder, len(names))
    return DataSet(names, pictures, validation)


def _description(data: str) -> Path:
    """Find data.yaml, or the one other file that says the classes, as `amniscient.yaml` does."""
    path = placed(data)
    if path.is_file():
        return path
    others = [p for p in sorted(channel("cfg").glob("*.y*ml")) if "names:" in p.read_text("utf-8")]
    if len(others) != 1:
        raise DataError(
            f"cfg/{path.name} is missing: a YAML file that says the classes (nc, names) and the "
            "folders of the pictures (train, val)."
        )
    return others[0]


def placed(path: str) -> Path:
    """Say where a *path* below /opt/ml/input/data really is; a relative one counts from there."""
    parts = PurePosixPath(path)
    if parts.is_absolute() and not parts.is_relative_to(_INPUT):
        return Path(path)
    inner = parts.relative_to(_INPUT) if parts.is_absolute() else parts
    steps = [step for step in inner.parts if step not in (".", "..")]
    return channel(steps[0]).joinpath(*steps[1:]) if steps else Path(path)


def _names(found: dict[str, object], file: str) -> list[str]:
    names = found.get("names")
    if isinstance(names, dict) and sorted(names) == list(range(len(names))):
        names = [names[place] for place in range(len(names))]
    if not isinstance(names, list) or not names:
        raise DataError(f"{file}: 'names' must list the names of the classes, is {names!r:.80}.")
    count = found.get("nc", len(names))
    if count != len(names):
        raise DataError(f"{file}: nc is {count!r}, but there are {len(names)} names.")
    return [str(name) for name in names]


def _folder(given: object, key: str, file: str) -> Path:
    if given is None:
        images = channel("images")
        return images / key if (images / key).is_dir() else images
    if not isinstance(given, str):
        raise DataError(f"{file}: '{key}' must be a folder of pictures, is {given!r:.80}.")
    folder = placed(given)
    if not folder.is_dir() or not folder.is_relative_to(channel("images")):
        raise DataError(f"{file}: '{key}' is no folder of the channel images: '{given}'.")
    return folder


def _read_folder(folder: Path, classes: int) -> list[Picture]:
    images, labels = channel("images"), channel("labels")
    paths = sorted(p for p in folder.rglob("*") if p.suffix.lower() in _SUFFIXES)
    if not paths:
        kinds = ", ".join(sorted(_SUFFIXES))
        raise DataError(f"There is no picture in {_shown(folder)}, no file named {kinds}.")
    pictures = []
    for path in paths:
        place = path.relative_to(images).with_suffix(".txt")
        _look_at(path)
        if not (labels / place).is_file():
            raise DataError(
                f"{_shown(path)} has no labels/{place.as_posix()}; "
                "a picture without objects needs an empty file there."
            )
        pictures.append(Picture(path, _read_boxes(labels / place, classes)))
    return pictures


def _look_at(path: Path) -> None:
    try:
        with Image.open(path) as picture:
            picture.load()
    except UnidentifiedImageError as error:
        raise DataError(f"{_shown(path)} is no picture.") from error
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise DataError(f"{_shown(path)} cannot be read: {error}.") from error


def _read_boxes(path: Path, classes: int) -> list[Box]:
    name = f"labels/{path.relative_to(channel('labels')).as_posix()}"
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise DataError(f"{name} is no text: byte {error.start}.") from error
    rows = [(f"{name}, line {n}", line.split()) for n, line in enumerate(lines, 1) if line.strip()]
    return [_box(where, cells, classes) for where, cells in rows]


def _box(where: str, cells: list[str], classes: int) -> Box:
    if len(cells) != len(Box._fields):
        wanted = " ".join(("class", *_NUMBERS))
        raise DataError(f"{where}: has {len(cells)} values, must be '{wanted}'.")
    if not cells[0].isdecimal() or int(cells[0]) >= classes:
        raise DataError(f"{where}: the class must be 0 to {classes - 1}, is '{cells[0]}'.")
    values = []
    for name, cell in zip(_NUMBERS, cells[1:], strict=True):
        try:
            value = float(cell)
        except ValueError:
            value = -1.0
        if not 0 <= value <= 1 or (value == 0 and name in _NUMBERS[2:]):
            raise DataError(f"{where}: {name} must be from 0 to 1, is '{cell}'.")
        values.append(value)
    return Box(int(cells[0]), *values)


def _shown(path: Path) -> str:
    """Name a *path* of the channel images as its owner knows it."""
    return f"images/{path.relative_to(channel('images')).as_posix()}".removesuffix("/.")
