"""Pictures as the square tensors the network takes, varied at random for training."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import torch
from data_set import Picture
from PIL import Image
from torch import Tensor

_GREY = (114, 114, 114)


class Fit(NamedTuple):
    """How a picture was put on a square: made larger by *scale*, then moved by *left*, *top*."""

    scale: float
    left: float
    top: float


def fit(picture: Image.Image, side: int, fitted: Fit | None = None) -> tuple[Image.Image, Fit]:
    """Put *picture* on a grey square of *side* pixels, in its middle or as *fitted*."""
    scale = side / max(picture.size)
    if fitted is None:
        width, height = (edge * scale for edge in picture.size)
        fitted = Fit(scale, (side - width) / 2, (side - height) / 2)
    back = 1 / fitted.scale
    matrix: tuple[float, ...] = (back, 0, -fitted.left * back, 0, back, -fitted.top * back)
    if back > 2:  # noqa: PLR2004 - beyond that, bilinear sampling leaves pixels out
        picture = picture.reduce(int(back))
        matrix = tuple(value / int(back) for value in matrix)
    square = picture.transform(
        (side, side), Image.Transform.AFFINE, matrix, Image.Resampling.BILINEAR, fillcolor=_GREY
    )
    return square, fitted


def as_tensor(square: Image.Image) -> Tensor:
    """Turn a picture into a 3 x H x W tensor from 0 to 1."""
    return torch.from_numpy(np.asarray(square, dtype=np.float32) / 255).permute(2, 0, 1)


def boxes_on(picture: Picture, size: tuple[int, int], fitted: Fit) -> Tensor:
    """Give class, centre, width and height of each box in pixels of the square."""
    rows = [
        (
            box.label,
            box.xcenter * size[0] * fitted.scale + fitted.left,
            box.ycenter * size[1] * fitted.scale + fitted.top,
            box.width * size[0] * fitted.scale,
            box.height * size[1] * fitted.scale,
        )
        for box in picture.boxes
    ]
    return torch.tensor(rows, dtype=torch.float32).reshape(-1, 5)


class Batch(NamedTuple):
    """Pictures as one tensor, and the boxes of each."""

    pictures: Tensor
    boxes: list[Tensor]


def batches(
    pictures: list[Picture], side: int, size: int, random: np.random.Generator | None = None
) -> Iterator[Batch]:
    """Give *pictures* by *size*; shuffled and varied if there is a *random* generator."""
    order = random.permutation(len(pictures)) if random else np.arange(len(pictures))
    for start in range(0, len(order), size):
        samples = [_sample(pictures[place], side, random) for place in order[start : start + size]]
        tensors, boxes = zip(*samples, strict=True)
        yield Batch(torch.stack(tensors), list(boxes))


def _sample(
    picture: Picture, side: int, random: np.random.Generator | None
) -> tuple[Tensor, Tensor]:
    opened = picture.open()
    if random is None:
        square, fitted = fit(opened, side)
        return as_tensor(square), boxes_on(picture, opened.size, fitted)
    scale = side / max(opened.size) * random.uniform(0.7, 1.3)
    spare = [side - edge * scale for edge in opened.size]
    fitted = Fit(scale, *(edge * random.uniform(0.2, 0.8) for edge in spare))
    square, _ = fit(opened, side, fitted)
    tensor, boxes = as_tensor(square), boxes_on(picture, opened.size, fitted)
    inside = ((boxes[:, 1:3] >= 0) & (boxes[:, 1:3] < side)).all(1)
    tensor = (tensor * random.uniform(0.7, 1.3) + random.uniform(-0.1, 0.1)).clamp(0, 1)
    if random.random() < 0.5:  # noqa: PLR2004 - as often as not
        tensor = tensor.flip(2)
        boxes[:, 1] = side - boxes[:, 1]
    return tensor, boxes[inside]
