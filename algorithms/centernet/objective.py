"""What CenterNet is to say of pictures whose boxes are known, and how far it is from that.

Sizes are learnt around a centre and not at it alone, which takes a fraction of the epochs:
Training-Time-Friendly Network, Liu and others, 2019, https://arxiv.org/abs/1909.00700.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from network import STRIDE, Maps, corners
from torch import Tensor

_EDGES_WEIGHT = 5
_SPREAD = 6  # a heat's standard deviation is this part of the object's size
_NEAR = 0.3  # from which heat on a point learns of the object's edges


class Targets(NamedTuple):
    """The right heat, and for each point near a centre the object's corners and a weight."""

    heat: Tensor
    corners: Tensor
    weight: Tensor

    def to(self, device: torch.device) -> Targets:
        """Move all of it to *device*."""
        return Targets(*(part.to(device) for part in self))


def targets(boxes: list[Tensor], classes: int, points: int) -> Targets:
    """Draw the *boxes* (class, x, y, width, height in pixels) of a batch on maps of *points*²."""
    heat = torch.zeros(len(boxes), classes, points, points)
    edges = torch.zeros(len(boxes), 4, points, points)
    weight = torch.zeros(len(boxes), points, points)
    for place, found in enumerate(boxes):
        # The large ones first: where objects overlap, points belong to the smaller.
        for box in found[(found[:, 3] * found[:, 4]).argsort(descending=True)]:
            x, y, width, height = (box[1:] / STRIDE).tolist()
            drawn = _heat(x, y, width, height, points)
            label = int(box[0])
            heat[place, label] = torch.maximum(heat[place, label], drawn)
            near = drawn > _NEAR
            ends = (x - width / 2, y - height / 2, x + width / 2, y + height / 2)
            edges[place][:, near] = torch.tensor(ends)[:, None]
            weight[place][near] = drawn[near] / drawn[near].sum()
    return Targets(heat, edges, weight)


def _heat(x: float, y: float, width: float, height: float, points: int) -> Tensor:
    """Draw a bell of the object's proportions, which is exactly 1 in the point of the centre."""
    column, row = min(int(x), points - 1), min(int(y), points - 1)
    grid = torch.arange(points)
    across = torch.exp(-(((grid - column) / max(width / _SPREAD, 0.5)) ** 2) / 2)
    along = torch.exp(-(((grid - row) / max(height / _SPREAD, 0.5)) ** 2) / 2)
    return along[:, None] * across[None]


def loss(maps: Maps, right: Targets) -> Tensor:
    """Add the focal loss of the heat to the generalised overlap of the boxes, for each object."""
    count = right.heat.eq(1).sum().clamp(min=1)
    probability = maps.heat.sigmoid().clamp(1e-4, 1 - 1e-4)
    centre = right.heat.eq(1).float()
    hit = centre * (1 - probability) ** 2 * probability.log()
    miss = (1 - centre) * (1 - right.heat) ** 4 * probability**2 * (1 - probability).log()
    apart = (1 - _overlap(corners(maps.edges), right.corners)) * right.weight
    return (-(hit + miss).sum() + _EDGES_WEIGHT * apart.sum()) / count


def _overlap(boxes: Tensor, others: Tensor) -> Tensor:
    """Give the generalised intersection over union (https://arxiv.org/abs/1902.09630)."""
    common = _area(
        torch.maximum(boxes[:, :2], others[:, :2]), torch.minimum(boxes[:, 2:], others[:, 2:])
    )
    hull = _area(
        torch.minimum(boxes[:, :2], others[:, :2]), torch.maximum(boxes[:, 2:], others[:, 2:])
    )
    union = _area(boxes[:, :2], boxes[:, 2:]) + _area(others[:, :2], others[:, 2:]) - common
    generalised: Tensor = common / union.clamp(min=1e-6) - (hull - union) / hull.clamp(min=1e-6)
    return generalised


def _area(low: Tensor, high: Tensor) -> Tensor:
    return (high - low).clamp(min=0).prod(1)
