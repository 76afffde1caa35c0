"""MobileFaceNet, small: from a face to a point on a sphere, near to others of the same person.

Chen et al., "MobileFaceNets: Efficient CNNs for Accurate Real-Time Face Verification on Mobile
Devices", 2018, https://arxiv.org/abs/1804.07573. The head is ArcFace: Deng et al., 2019,
https://arxiv.org/abs/1801.07698.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

EXPANSION = 2
SMALLEST_SINE = 1e-6


class Shape(NamedTuple):
    """What the network is built by; kept with its weights."""

    size: int = 48
    """Width and height of a face; a multiple of 16. The paper's is 112."""
    width: int = 16
    """Channels of the first layers; the paper's is 64."""
    embedding: int = 64
    """Numbers that stand for a face; the paper's is 128."""
    blocks: int = 2
    """Bottlenecks at each resolution; the paper's are 5, 7 and 3."""


class Unit(nn.Sequential):
    """A convolution, normalized; *linear* leaves out what bends it."""

    def __init__(
        self, inputs: int, outputs: int, kernel: int, stride: int = 1, groups: int = 1,
        *, linear: bool = False,
    ) -> None:  # fmt: skip
        padding = kernel // 2
        convolution = nn.Conv2d(inputs, outputs, kernel, stride, padding, groups=groups, bias=False)
        bend = [] if linear else [nn.PReLU(outputs)]
        super().__init__(convolution, nn.BatchNorm2d(outputs), *bend)


class Bottleneck(nn.Module):
    """Widen, look around in each channel, narrow; past it where the size stays."""

    def __init__(self, inputs: int, outputs: int, stride: int) -> None:
        super().__init__()
        wide = EXPANSION * inputs
        self.layers = nn.Sequential(
            Unit(inputs, wide, 1),
            Unit(wide, wide, 3, stride, groups=wide),
            Unit(wide, outputs, 1, linear=True),
        )
        self.passes = stride == 1 and inputs == outputs

    def forward(self, x: Tensor) -> Tensor:
        """Return the features."""
        y: Tensor = self.layers(x)
        return x + y if self.passes else y


class MobileFaceNet(nn.Module):
    """The network; what it returns has length one."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        width = shape.width
        stages: list[nn.Module] = [Unit(3, width, 3, 2), Unit(width, width, 3, groups=width)]
        for inputs, outputs in ((width, width), (width, 2 * width), (2 * width, 2 * width)):
            stages.append(Bottleneck(inputs, outputs, 2))
            stages += [Bottleneck(outputs, outputs, 1) for _ in range(shape.blocks - 1)]
        self.features = nn.Sequential(*stages)
        last = 2 * width
        self.everywhere = nn.Sequential(
            nn.Conv2d(last, last, shape.size // 16, groups=last, bias=False), nn.BatchNorm2d(last)
        )
        self.embedding = nn.Sequential(
            nn.Conv2d(last, shape.embedding, 1, bias=False), nn.BatchNorm2d(shape.embedding)
        )

    def forward(self, faces: Tensor) -> Tensor:
        """Return a point for each face, whose values are from -1 to 1."""
        x = self.embedding(self.everywhere(self.features(faces)))
        return functional.normalize(x.flatten(1))


class ArcFace(nn.Module):
    """The head that is learnt with: faces of one person must be nearer by a *margin* of angle."""

    def __init__(self, embedding: int, persons: int, margin: float, scale: float) -> None:
        super().__init__()
        self.centres = nn.Parameter(torch.randn(persons, embedding))
        self.margin, self.scale = margin, scale

    def forward(self, points: Tensor, labels: Tensor) -> Tensor:
        """Return the loss of *points* that belong to the persons *labels*."""
        cosines = points @ functional.normalize(self.centres).T
        chosen = functional.one_hot(labels, len(self.centres)).bool()
        right = cosines[chosen]
        sines = (1 - right.square()).clamp_min(SMALLEST_SINE).sqrt()
        harder = right * math.cos(self.margin) - sines * math.sin(self.margin)
        # Past the angle where more margin would make it easier again, the cosine goes on straight.
        limit, slip = math.cos(math.pi - self.margin), math.sin(self.margin) * self.margin
        harder = torch.where(right > limit, harder, right - slip)
        logits = cosines.masked_scatter(chosen, harder)
        return functional.cross_entropy(self.scale * logits, labels)
