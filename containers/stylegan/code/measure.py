"""How far generated pictures are from real ones: the sliced Wasserstein distance of their patches.

Karras et al., "Progressive Growing of GANs", 2018, section 5, https://arxiv.org/abs/1710.10196.
Zero is no difference; a data set's own two halves say what can be reached.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

PATCH = 7
DIRECTIONS = 128
PATCHES = 4096


def distance(real: Tensor, fake: Tensor, seed: int = 0) -> float:
    """Return the distance between two sets of pictures with values from -1 to 1."""
    random = torch.Generator().manual_seed(seed)
    directions = functional.normalize(
        torch.randn(PATCH**2 * 3, DIRECTIONS, generator=random), dim=0
    )
    projected = [_patches(pictures.cpu(), random) @ directions for pictures in (real, fake)]
    one, other = (torch.sort(values, dim=0).values for values in projected)
    return (one - other).abs().mean().item()


def _patches(pictures: Tensor, random: torch.Generator) -> Tensor:
    unfolded = functional.unfold(pictures, PATCH, stride=2).permute(0, 2, 1)
    patches = unfolded.reshape(-1, unfolded.shape[2])
    return patches[torch.randint(len(patches), (PATCHES,), generator=random)]
