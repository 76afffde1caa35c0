"""Mean average precision at an overlap of one half (mAP50), as PASCAL VOC defines it since 2010.

http://host.robots.ox.ac.uk/pascal/VOC/voc2012/htmldoc/devkit_doc.html, section 3.4.
"""

from __future__ import annotations

import torch
from torch import Tensor

_OVERLAP = 0.5
_NOTHING = 0.01
"""Below this score a box hardly changes the precision, and there are many of them."""


def mean_precision(found: list[tuple[Tensor, Tensor, Tensor]], right: list[Tensor]) -> float:
    """Compare boxes, scores and classes *found* in each picture with the *right* ones.

    The right ones are rows of class, centre, width and height. The mean is over their classes.
    """
    classes = sorted({int(label) for boxes in right for label in boxes[:, 0]})
    values = [_average_precision(found, right, label) for label in classes]
    return sum(values) / len(values) if values else 0.0


def _average_precision(
    found: list[tuple[Tensor, Tensor, Tensor]], right: list[Tensor], label: int
) -> float:
    hits: list[tuple[float, bool]] = []
    total = 0
    for (boxes, scores, classes), truth in zip(found, right, strict=True):
        wanted = _corners(truth[truth[:, 0] == label, 1:])
        total += len(wanted)
        chosen = (classes == label) & (scores > _NOTHING)
        hits += _hits(boxes[chosen], scores[chosen], wanted)
    hits.sort(key=lambda hit: -hit[0])
    correct = torch.tensor([hit for _, hit in hits], dtype=torch.float64).cumsum(0)
    precision = correct / torch.arange(1, len(hits) + 1)
    # From any recall on, the best precision counts.
    best = precision.flip(0).cummax(0).values.flip(0) if len(hits) else precision
    gained = correct.diff(prepend=torch.zeros(1, dtype=torch.float64)) / total
    return float((best * gained).sum())


def _hits(boxes: Tensor, scores: Tensor, wanted: Tensor) -> list[tuple[float, bool]]:
    """Say of each box, the surest first, whether it hits an object that none has hit before."""
    free = torch.ones(len(wanted), dtype=torch.bool)
    hits = []
    for place in scores.argsort(descending=True):
        overlaps = overlap(boxes[place], wanted)
        best = int(overlaps.argmax()) if len(wanted) else -1
        hit = best >= 0 and bool(overlaps[best] >= _OVERLAP) and bool(free[best])
        if hit:
            free[best] = False
        hits.append((float(scores[place]), hit))
    return hits


def overlap(box: Tensor, others: Tensor) -> Tensor:
    """Give the intersection over union of *box* with each of *others*."""
    low, high = torch.maximum(box[:2], others[:, :2]), torch.minimum(box[2:], others[:, 2:])
    common = (high - low).clamp(min=0).prod(1)
    areas = (others[:, 2:] - others[:, :2]).prod(1)
    return common / ((box[2:] - box[:2]).prod() + areas - common).clamp(min=1e-9)


def _corners(boxes: Tensor) -> Tensor:
    centres, halves = boxes[:, :2], boxes[:, 2:] / 2
    return torch.cat((centres - halves, centres + halves), 1)
