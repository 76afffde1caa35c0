"""Pictures in a folder for each class, as GluonCV's users lay them out, read strictly."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import Image, UnidentifiedImageError

_SUFFIXES = frozenset({".bmp", ".jpeg", ".jpg", ".png", ".webp"})
MEAN = np.array([0.485, 0.456, 0.406], np.float32)
SPREAD = np.array([0.229, 0.224, 0.225], np.float32)


class DataError(Exception):
    """The data cannot be used; the message is one sentence that says where and why."""


class Labelled(NamedTuple):
    """A picture's file and the number of its class."""

    path: Path
    label: int


def class_names(channel: str) -> list[str]:
    """Name the folders of *channel*, which are the classes, in the order of their numbers."""
    folder = Path(os.environ[f"SM_CHANNEL_{channel.upper()}"])
    names = sorted(path.name for path in folder.iterdir() if path.is_dir())
    if len(names) < 2:  # noqa: PLR2004 - nothing to tell apart
        raise DataError(
            f"The channel '{channel}' must have a folder of pictures for each class, two at least; "
            f"it has {', '.join(names) or 'none'}."
        )
    return names


def read_channel(channel: str, names: list[str]) -> list[Labelled] | None:
    """List the pictures of *channel*, each looked at; None if the run has no such channel."""
    given = os.environ.get(f"SM_CHANNEL_{channel.upper()}")
    if not given:
        return None
    found = []
    for folder in sorted(path for path in Path(given).iterdir() if path.is_dir()):
        if folder.name not in names:
            raise DataError(f"{channel}/{folder.name} is a class that does not occur in training.")
        paths = sorted(p for p in folder.rglob("*") if p.suffix.lower() in _SUFFIXES)
        if not paths:
            kinds = ", ".join(sorted(_SUFFIXES))
            raise DataError(f"{channel}/{folder.name} has no picture, no file named {kinds}.")
        for path in paths:
            _look_at(path, f"{channel}/{path.relative_to(given).as_posix()}")
            found.append(Labelled(path, names.index(folder.name)))
    if not found:
        raise DataError(f"The channel '{channel}' must have a folder of pictures for each class.")
    return found


def _look_at(path: Path, name: str) -> None:
    try:
        with Image.open(path) as picture:
            picture.load()
    except UnidentifiedImageError as error:
        raise DataError(f"{name} is no picture.") from error
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise DataError(f"{name} cannot be read: {error}.") from error


def as_array(picture: Image.Image, side: int) -> np.ndarray:
    """Scale the middle square of *picture* to 3 x *side* x *side* numbers, as for ImageNet."""
    edge = min(picture.size)
    left, top = (picture.width - edge) // 2, (picture.height - edge) // 2
    box = (left, top, left + edge, top + edge)
    square = picture.convert("RGB").resize((side, side), Image.BILINEAR, box)
    scaled = (np.asarray(square, np.float32) / 255 - MEAN) / SPREAD
    return scaled.transpose(2, 0, 1)
