"""The names that select a detector, and the size that each looks at pictures in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

SIZES = {
    "ssd_512_resnet50_v1_coco": 512,
    "yolo3_darknet53_coco": 416,
    "yolo3_mobilenet1.0_coco": 416,
    "faster_rcnn_fpn_resnet101_v1d_coco": 600,
}
"""Names that clients of older systems use. Their networks are retired: the name chooses the size,
and the default detector looks at the picture."""


class Choice(NamedTuple):
    """A detector to choose: its size, and what makes it."""

    short_size: int
    make: Callable[[int], Any]


def choose(name: str | None, own: Mapping[str, Choice], default: str) -> Choice:
    """Return the detector *name* of *own*, or the *default* one in the size that the name means."""
    if not name:
        return own[default]
    if name in own:
        return own[name]
    if name in SIZES:
        return Choice(SIZES[name], own[default].make)
    known = ", ".join([*own, *SIZES])
    raise ValueError(f"There is no detector '{name}'; there are: {known}.")
