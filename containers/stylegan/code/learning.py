"""Learning: two networks against each other, and an average of the generator that is the result."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import NamedTuple

import torch
from networks import Discriminator, Generator, Shape
from pictures import DataSet
from torch import Tensor
from torch.nn import functional

R1_EVERY = 8
AVERAGE_IMAGES = 500
"""After so many pictures half of the average is new, once there were many."""


class Options(NamedTuple):
    """How to learn."""

    batch: int
    rate: float
    gamma: float
    """The weight of the penalty on the discriminator's slope at real pictures."""


class Losses(NamedTuple):
    """The two losses after so many pictures."""

    images: int
    generator: float
    discriminator: float


class Learner:
    """The two networks and what changes them."""

    def __init__(self, shape: Shape, data: DataSet, options: Options, device: str) -> None:
        self.shape, self.options, self.device = shape, options, device
        self.data = DataSet(
            data.pictures.to(device),
            None if data.labels is None else data.labels.to(device),
            data.classes,
        )
        self.generator = Generator(shape).to(device)
        self.discriminator = Discriminator(shape).to(device)
        self.average = copy.deepcopy(self.generator).eval().requires_grad_(requires_grad=False)
        betas = (0.0, 0.99)
        self.for_generator = torch.optim.Adam(self.generator.parameters(), options.rate, betas)
        lazy = R1_EVERY / (R1_EVERY + 1)
        self.for_discriminator = torch.optim.Adam(
            self.discriminator.parameters(), options.rate * lazy, tuple(b**lazy for b in betas)
        )

    def learn(self, images: int) -> Iterator[Losses]:
        """Show *images* pictures to the discriminator; yield the losses of each step."""
        for step in range(-(-images // self.options.batch)):
            discriminator = self._teach_discriminator(penalized=step % R1_EVERY == 0)
            generator = self._teach_generator()
            seen = (step + 1) * self.options.batch
            self._average(seen)
            yield Losses(min(seen, images), generator, discriminator)

    def _teach_discriminator(self, *, penalized: bool) -> float:
        real, labels = self._real()
        real.requires_grad_(penalized)
        with torch.no_grad():
            fake = self.generator(self._latents(), labels)
        verdicts = self.discriminator(real, labels)
        loss = functional.softplus(self.discriminator(fake, labels)).mean()
        loss = loss + functional.softplus(-verdicts).mean()
        whole = loss
        if penalized:
            (slope,) = torch.autograd.grad(verdicts.sum(), real, create_graph=True)
            penalty = slope.square().sum((1, 2, 3)).mean()
            whole = loss + penalty * self.options.gamma / 2 * R1_EVERY
        self.for_discriminator.zero_grad(set_to_none=True)
        whole.backward()
        self.for_discriminator.step()
        return loss.item()

    def _teach_generator(self) -> float:
        _, labels = self._real()
        fake = self.generator(self._latents(), labels)
        loss = functional.softplus(-self.discriminator(fake, labels)).mean()
        self.for_generator.zero_grad(set_to_none=True)
        loss.backward()
        self.for_generator.step()
        return loss.item()

    @torch.no_grad()
    def _average(self, seen: int) -> None:
        # In the beginning the average forgets faster: nobody wants the noise of the first steps.
        half = min(AVERAGE_IMAGES, max(1.0, 0.1 * seen))
        keep = 0.5 ** (self.options.batch / half)
        pairs = zip(self.average.parameters(), self.generator.parameters(), strict=True)
        for mean, now in pairs:
            mean.lerp_(now, 1 - keep)
        pairs = zip(self.average.buffers(), self.generator.buffers(), strict=True)
        for mean, now in pairs:
            mean.copy_(now)

    def _real(self) -> tuple[Tensor, Tensor | None]:
        chosen = torch.randint(len(self.data.pictures), (self.options.batch,), device=self.device)
        labels = self.data.labels
        return self.data.pictures[chosen], None if labels is None else labels[chosen]

    def _latents(self) -> Tensor:
        return torch.randn(self.options.batch, self.shape.latent, device=self.device)
