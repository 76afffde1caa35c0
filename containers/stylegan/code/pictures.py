"""The pictures to learn from: a folder of them, or a folder of a folder for each class."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image, ImageOps
from torch import Tensor

SUFFIXES = {".png", ".jpg", ".jpeg", ".bmp", ".webp"}
FEWEST = 8
MOST_PIXELS = 50_000_000


class DataError(Exception):
    """The data set is at fault; the message is one sentence that says where and why."""


class DataSet(NamedTuple):
    """Pictures with values from -1 to 1, and the number of each one's class."""

    pictures: Tensor
    labels: Tensor | None
    classes: list[str]


def read_data_set(folder: Path, resolution: int) -> DataSet:
    """Read every picture below *folder*, cropped to a square of *resolution*."""
    paths = sorted(p for p in folder.rglob("*") if p.suffix.lower() in SUFFIXES and p.is_file())
    if len(paths) < FEWEST:
        raise DataError(
            f"The channel 'dataset' has {len(paths)} pictures (*.png, *.jpg ...); "
            f"at least {FEWEST} are needed."
        )
    pictures = [_read(path, path.relative_to(folder), resolution) for path in paths]
    names = [p.parent.relative_to(folder).as_posix() for p in paths]
    classes = sorted(set(names))
    stacked = torch.from_numpy(np.stack(pictures)).permute(0, 3, 1, 2).float() / 127.5 - 1
    if classes == ["."]:
        return DataSet(stacked, None, [])
    if "." in classes:
        loose = paths[names.index(".")].name
        raise DataError(
            f"'{loose}' lies beside folders of classes: put it into one, or all pictures into none."
        )
    return DataSet(stacked, torch.tensor([classes.index(name) for name in names]), classes)


def as_image(picture: Tensor) -> Image.Image:
    """Return a picture of three channels with values from -1 to 1 as an image."""
    values = ((picture.clamp(-1, 1) + 1) * 127.5).round().byte()
    return Image.fromarray(values.permute(1, 2, 0).cpu().numpy())


def grid(images: list[Image.Image], columns: int) -> Image.Image:
    """Return *images*, all of one size, in rows of *columns*."""
    width, height = images[0].size
    rows = -(-len(images) // columns)
    whole = Image.new("RGB", (columns * width, rows * height))
    for number, image in enumerate(images):
        whole.paste(image, (number % columns * width, number // columns * height))
    return whole


def _read(path: Path, name: Path, resolution: int) -> NDArray[np.uint8]:
    try:
        with Image.open(path) as image:
            if image.width * image.height > MOST_PIXELS:
                raise DataError(f"'dataset/{name}' has more than {MOST_PIXELS} pixels.")
            square = ImageOps.fit(image.convert("RGB"), (resolution, resolution))
    except (OSError, SyntaxError, ValueError) as error:
        raise DataError(f"'dataset/{name}' cannot be read as a picture: {error}.") from error
    return np.asarray(square)
