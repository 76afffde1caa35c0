"""How well a network tells persons apart that it has never seen, by pairs of faces."""

from __future__ import annotations

import torch
from torch import Tensor


def accuracy(points: Tensor, persons: Tensor) -> tuple[float, float]:
    """Return the part of pairs that are told right, and the similarity that tells best.

    Pairs of the same person and pairs of two count the same, however many there are of each.
    """
    similarities = points @ points.T
    rows, columns = torch.triu_indices(len(points), len(points), offset=1)
    same = persons[rows] == persons[columns]
    values = similarities[rows, columns]
    thresholds = torch.unique(values)[:: max(1, len(values) // 1000)]
    above = values[None] >= thresholds[:, None]
    right = above[:, same].float().mean(1) / 2 + (~above[:, ~same]).float().mean(1) / 2
    best = int(right.argmax())
    return right[best].item(), thresholds[best].item()
