"""Batches of pictures, varied at random for training."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from image_folders import Labelled, as_array
from PIL import Image


def batches(
    pictures: list[Labelled],
    side: int,
    size: int,
    random: np.random.Generator | None = None,
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Give *pictures* by *size*; shuffled and varied if there is a *random* generator."""
    order = random.permutation(len(pictures)) if random else np.arange(len(pictures))
    for start in range(0, len(order), size):
        chosen = [pictures[place] for place in order[start : start + size]]
        arrays = [_array(one, side, random) for one in chosen]
        yield np.stack(arrays), np.array([one.label for one in chosen], np.float32)


def _array(
    one: Labelled,
    side: int,
    random: np.random.Generator | None,
) -> np.ndarray:
    with Image.open(one.path) as picture:
        if random is None:
            return as_array(picture, side)
        kept = random.uniform(0.85, 1, 2) * picture.size
        left, top = random.uniform(0, 1, 2) * (np.array(picture.size) - kept)
        cut = picture.convert("RGB").crop(
            tuple(map(int, (left, top, left + kept[0], top + kept[1])))
        )
        return as_array(cut, side) * np.float32(random.uniform(0.8, 1.2))
