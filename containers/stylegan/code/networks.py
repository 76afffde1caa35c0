"""The networks of a small StyleGAN2: mapping, synthesis with skips, residual discriminator."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import NamedTuple

import torch
from convolutions import Convolution, Linear, Modulated, Noise, activate, doubled
from torch import Tensor, nn
from torch.nn import functional

SMALLEST = 4
MAPPING_SPEED = 0.01
AVERAGE_DECAY = 0.995


class Shape(NamedTuple):
    """What the networks are built by; kept with their weights."""

    resolution: int
    channels: int
    """Of the layers of full resolution; each half of it has twice as many, up to four times."""
    latent: int
    classes: int
    """Zero if the pictures have none."""

    @property
    def sizes(self) -> list[int]:
        """The resolutions of the layers, from the smallest to the picture's."""
        return [SMALLEST << n for n in range(int(math.log2(self.resolution // SMALLEST)) + 1)]

    def width(self, size: int) -> int:
        """Return the number of channels at the resolution *size*."""
        return self.channels * min(4, self.resolution // size)

    @property
    def layers(self) -> int:
        """How many styles a picture has."""
        return 2 * len(self.sizes)


class Mapping(nn.Module):
    """From a normal vector, and a class, to a style; it keeps the average of all styles."""

    def __init__(self, shape: Shape, depth: int = 4) -> None:
        super().__init__()
        self.classes = shape.classes
        if shape.classes:
            self.embedding = nn.Embedding(shape.classes, shape.latent)
        inputs = shape.latent * (2 if shape.classes else 1)
        widths = [inputs, *[shape.latent] * depth]
        pairs = pairwise(widths)
        self.layers = nn.ModuleList(Linear(a, b, speed=MAPPING_SPEED) for a, b in pairs)
        self.register_buffer("average", torch.zeros(shape.latent))

    def forward(self, z: Tensor, labels: Tensor | None) -> Tensor:
        """Return a style for each row of *z*."""
        x = functional.normalize(z) * math.sqrt(z.shape[1])
        if self.classes:
            assert labels is not None
            embedded = functional.normalize(self.embedding(labels)) * math.sqrt(z.shape[1])
            x = torch.cat([x, embedded], dim=1)
        for layer in self.layers:
            x = activate(layer(x))
        if self.training:
            with torch.no_grad():
                self.get_buffer("average").lerp_(x.mean(0), 1 - AVERAGE_DECAY)
        return x

    def truncated(self, w: Tensor, strength: float) -> Tensor:
        """Return styles nearer to the average: less varied, and better looking."""
        average = self.get_buffer("average")
        return average + strength * (w - average)


class Block(nn.Module):
    """Two convolutions at one resolution, and their part of the picture."""

    def __init__(self, shape: Shape, size: int) -> None:
        super().__init__()
        width, below = shape.width(size), shape.width(max(SMALLEST, size // 2))
        self.grows = size > SMALLEST
        self.first = Modulated(below, width, 3, shape.latent)
        self.second = Modulated(width, width, 3, shape.latent)
        self.noises = nn.ModuleList([Noise(size), Noise(size)])
        self.picture = Modulated(width, 3, 1, shape.latent, demodulated=False)

    def forward(
        self, x: Tensor, picture: Tensor | None, w: Tensor, mode: str
    ) -> tuple[Tensor, Tensor]:
        """Return the features and the picture so far; *w* has two styles for each picture."""
        if self.grows:
            x = doubled(x)
        x = activate(self.noises[0](self.first(x, w[:, 0]), mode))
        x = activate(self.noises[1](self.second(x, w[:, 1]), mode))
        own = self.picture(x, w[:, 1])
        return x, own if picture is None else doubled(picture) + own


class Generator(nn.Module):
    """From a normal vector to a picture, whose values are mostly between -1 and 1."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.mapping = Mapping(shape)
        self.start = nn.Parameter(torch.randn(1, shape.width(SMALLEST), SMALLEST, SMALLEST))
        self.blocks = nn.ModuleList(Block(shape, size) for size in shape.sizes)

    def forward(self, z: Tensor, labels: Tensor | None = None) -> Tensor:
        """Return a picture for each row of *z*."""
        w = self.mapping(z, labels)
        return self.synthesize(w[:, None].repeat(1, self.shape.layers, 1))

    def synthesize(self, w: Tensor, mode: str = "random") -> Tensor:
        """Return pictures of styles: for each picture one for every layer."""
        x, picture = self.start.repeat(len(w), 1, 1, 1), None
        for number, block in enumerate(self.blocks):
            x, picture = block(x, picture, w[:, 2 * number : 2 * number + 2], mode)
        assert picture is not None
        return picture


class Residual(nn.Module):
    """Two convolutions and a short way past them, to half the resolution."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.first = Convolution(inputs, inputs, 3)
        self.second = Convolution(inputs, outputs, 3)
        self.past = Convolution(inputs, outputs, 1)

    def forward(self, x: Tensor) -> Tensor:
        """Return the features."""
        y = activate(self.second(activate(self.first(x))))
        return functional.avg_pool2d(y + self.past(x), 2) / math.sqrt(2)


class Discriminator(nn.Module):
    """Says how real a picture looks, and as a picture of its class if there are classes."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.start = Convolution(3, shape.width(shape.resolution), 1)
        sizes = list(reversed(shape.sizes))
        pairs = pairwise(sizes)
        self.blocks = nn.Sequential(*(Residual(shape.width(a), shape.width(b)) for a, b in pairs))
        width = shape.width(SMALLEST)
        self.last = Convolution(width + 1, width, 3)
        self.hidden = Linear(width * SMALLEST**2, width)
        self.verdict = Linear(width, max(1, shape.classes))

    def forward(self, pictures: Tensor, labels: Tensor | None = None) -> Tensor:
        """Return a number for each picture."""
        x = self.blocks(activate(self.start(pictures)))
        # How much pictures of a batch differ: who makes the same one always is seen through.
        spread = (x - x.mean(0)).square().mean(0).add(1e-8).sqrt().mean()
        x = torch.cat([x, spread.expand(len(x), 1, *x.shape[2:])], dim=1)
        x = activate(self.hidden(activate(self.last(x)).flatten(1)))
        verdicts = self.verdict(x)
        return verdicts[:, 0] if labels is None else verdicts.gather(1, labels[:, None])[:, 0]
