"""A trained YOLO as a program that needs neither this code nor Ultralytics: `detector.pt`.

It is what CenterNet of this catalogue writes too: a TorchScript module which takes N x 3 x H x W
pictures from 0 to 1, sides multiples of 32, and gives boxes (left, top, right, bottom in pixels),
scores and classes. Boxes overlap here: who uses them keeps the best (non-maximum suppression).
"""

from __future__ import annotations

import json
from pathlib import Path

import torch
from torch import Tensor, nn

_CANDIDATES = 300


class Program(nn.Module):
    """The network, and what turns its output into boxes."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(self, pictures: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Give the best boxes, their scores and their classes."""
        found = self.network(pictures)
        found = (found if isinstance(found, Tensor) else found[0]).transpose(1, 2)
        scores, classes = found[..., 4:].max(2)
        scores, places = scores.topk(_CANDIDATES)
        boxes = found[..., :4].gather(1, places[..., None].expand(-1, -1, 4))
        centres, halves = boxes[..., :2], boxes[..., 2:] / 2
        corners = torch.cat((centres - halves, centres + halves), 2)
        return corners, scores, classes.gather(1, places)


def write_program(network: nn.Module, names: list[str], side: int, path: Path) -> None:
    """Write *network* as a program, with the classes' *names* and the *side* it was trained at."""
    network = network.float().cpu().eval()
    network.model[-1].dynamic = True  # type: ignore[index,union-attr] # any size of pictures
    picture = torch.zeros(1, 3, side, side)
    with torch.no_grad():
        program = torch.jit.trace(Program(network), picture, check_trace=False, strict=False)
    described = json.dumps({"names": names, "size": side})
    torch.jit.save(program, path, _extra_files={"metadata.json": described})
