"""CenterNet: an object is the point at its centre, with the way from there to its edges.

Objects as Points, Zhou, Wang and Krähenbühl, 2019, https://arxiv.org/abs/1904.07850. A small
residual network goes down to a 32nd of the resolution and up again to a quarter, where each point
says of which class it is the centre of an object (`heat`), and how far away the four edges of that
are (`edges`).
"""

from __future__ import annotations

import math
from itertools import pairwise
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

STRIDE = 4
"""Pixels of a side of a point."""

MULTIPLE = 32
"""What the sides of a picture must be multiples of."""

WIDTHS = {"n": 16, "s": 32, "m": 48, "l": 64, "x": 80}
"""Channels after the first layer, by the letter of the size."""

_CANDIDATES = 100
_REACH = 4.0  # points, a usual way to an edge
_PRIOR = 0.01  # of a point being a centre, before anything is learnt


class Maps(NamedTuple):
    """What the network says of each point."""

    heat: Tensor
    edges: Tensor


def corners(edges: Tensor) -> Tensor:
    """Turn the ways to the edges into left, top, right and bottom, all counted in points."""
    ways = functional.softplus(edges) * _REACH
    left, top, right, bottom = ways.unbind(1)
    # Counted up instead of by arange, which would name the device in a saved program.
    one = torch.ones_like(left)
    columns, rows = one.cumsum(2) - 1, one.cumsum(1) - 1
    return torch.stack((columns - left, rows - top, columns + right, rows + bottom), 1)


def _block(inside: int, outside: int, stride: int = 1) -> nn.Sequential:
    convolution = nn.Conv2d(inside, outside, 3, stride, 1, bias=False)
    return nn.Sequential(convolution, nn.BatchNorm2d(outside), nn.SiLU(inplace=True))


class Residual(nn.Module):
    """Two convolutions, added to what they are given."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.first, self.second = _block(width, width), _block(width, width)

    def forward(self, features: Tensor) -> Tensor:
        """Add the block's own to *features*."""
        added: Tensor = features + self.second(self.first(features))
        return added


class CenterNet(nn.Module):
    """Pictures in, three maps out."""

    def __init__(self, classes: int, width: int) -> None:
        super().__init__()
        self.classes = classes
        widths = [width, 2 * width, 4 * width, 6 * width, 8 * width]
        self.stem = _block(3, width, 2)
        self.down = nn.ModuleList(
            nn.Sequential(_block(a, b, 2), Residual(b)) for a, b in pairwise(widths)
        )
        across = 2 * width
        self.side = nn.ModuleList(nn.Conv2d(w, across, 1) for w in widths[1:])
        self.up = nn.ModuleList(_block(across, across) for _ in widths[2:])
        self.heads = nn.ModuleList(
            nn.Sequential(_block(across, across), nn.Conv2d(across, n, 1)) for n in (classes, 4)
        )
        bias = self.heads[0][1].bias
        nn.init.constant_(bias, -math.log((1 - _PRIOR) / _PRIOR))

    def forward(self, pictures: Tensor) -> Maps:
        """Give the maps of N x 3 x H x W *pictures* from 0 to 1."""
        features, sides = self.stem(pictures - 0.5), []
        for down, side in zip(self.down, self.side, strict=True):
            features = down(features)
            sides.append(side(features))
        merged = sides.pop()
        for block in self.up:
            merged = block(functional.interpolate(merged, scale_factor=2.0) + sides.pop())
        return Maps(*(head(merged) for head in self.heads))


class Detector(nn.Module):
    """The network and what reads its maps: the module that is saved and served."""

    def __init__(self, network: CenterNet) -> None:
        super().__init__()
        self.network = network

    def forward(self, pictures: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Give boxes (left, top, right, bottom in pixels), scores and classes of each picture.

        A centre is a point whose heat is the highest around, of any class: nothing is found twice.
        """
        heat, edges = self.network(pictures)
        heat = heat.sigmoid()
        highest = functional.max_pool2d(heat.amax(1, keepdim=True), 3, 1, 1)
        heat = heat * (heat == highest)
        scores, places = heat.flatten(1).topk(_CANDIDATES)
        area = heat.shape[2] * heat.shape[3]
        points = (places % area)[:, None].expand(-1, 4, -1)
        boxes = corners(edges).flatten(2).gather(2, points).transpose(1, 2)
        return boxes * STRIDE, scores, torch.div(places, area, rounding_mode="floor")
