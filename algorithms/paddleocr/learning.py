"""Learn to read lines, and measure how well they are read."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import torch
from configuration import Settings
from recogniser import BLANK, Recogniser
from text_lines import STRIDE, TextLine
from torch import Tensor, nn
from torch.nn import functional

_WARM_UP = 0.1  # part of the training in which the steps grow


class Scores(NamedTuple):
    """The part of the lines read without a fault, and one minus the faults of each character."""

    accuracy: float
    similarity: float


def learn(
    network: Recogniser, train: list[TextLine], validation: list[TextLine], settings: Settings
) -> tuple[Recogniser, Scores]:
    """Go over *train* with a line of metrics for each epoch, and keep the best one's network."""
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    network.to(device)
    random = np.random.default_rng(settings.seed)
    steps = settings.epochs * -(-len(train) // settings.batch_size)
    optimizer = torch.optim.AdamW(network.parameters(), settings.learning_rate)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, settings.learning_rate, total_steps=steps + 1, pct_start=_WARM_UP
    )
    best, highest = network, Scores(-1, -1)
    for epoch in range(1, settings.epochs + 1):
        network.train()
        losses = []
        for batch in _batches(train, settings.batch_size, random):
            loss = _loss(network, batch, device)
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(network.parameters(), 5)
            optimizer.step()
            schedule.step()
            losses.append(float(loss.detach()))
        scores = compare(read(network, validation), validation)
        mean = sum(losses) / len(losses)
        print(f"epoch={epoch} train:loss={mean:.5f} {told(scores)}", flush=True)
        if scores >= highest:
            best, highest = copy.deepcopy(network), scores
    return best, highest


def told(scores: Scores) -> str:
    """Write *scores* as the metrics they are."""
    return (
        f"validation:accuracy={scores.accuracy:.5f} "
        f"validation:norm_edit_dis={scores.similarity:.5f}"
    )


def _batches(
    lines: list[TextLine], size: int, random: np.random.Generator
) -> Iterator[list[TextLine]]:
    order = random.permutation(len(lines))
    for start in range(0, len(order), size):
        yield [_varied(lines[place], random) for place in order[start : start + size]]


def _varied(line: TextLine, random: np.random.Generator) -> TextLine:
    """Change brightness and contrast a little."""
    pixels = line.pixels * random.uniform(0.7, 1.2) + random.uniform(-0.2, 0.2)
    return TextLine(np.clip(pixels, -1, 1).astype(np.float32), line.text)


def _loss(network: Recogniser, batch: list[TextLine], device: torch.device) -> Tensor:
    scores = network(_together(batch).to(device)).log_softmax(2).transpose(0, 1)
    columns = torch.tensor([line.pixels.shape[2] // STRIDE for line in batch])
    codes = [network.codes(line.text) for line in batch]
    flat = torch.tensor([code for text in codes for code in text])
    lengths = torch.tensor([len(text) for text in codes])
    return functional.ctc_loss(
        scores, flat.to(device), columns, lengths, blank=BLANK, zero_infinity=True
    )


def _together(lines: list[TextLine]) -> Tensor:
    widest = max(line.pixels.shape[2] for line in lines)
    pictures = torch.zeros(len(lines), *lines[0].pixels.shape[:2], widest)
    for place, line in enumerate(lines):
        pictures[place, :, :, : line.pixels.shape[2]] = torch.from_numpy(line.pixels)
    return pictures


def read(network: Recogniser, lines: list[TextLine]) -> list[str]:
    """Read *lines* one by one, as the endpoint does."""
    network.eval()
    device = next(network.parameters()).device
    with torch.no_grad():
        found = [network(_together([line]).to(device))[0].argmax(1).tolist() for line in lines]
    return [network.text(codes) for codes in found]


def compare(texts: list[str], lines: list[TextLine]) -> Scores:
    """Hold the *texts* that were read against what the *lines* say."""
    right = [line.text for line in lines]
    pairs = list(zip(texts, right, strict=True))
    same = sum(text == truth for text, truth in pairs)
    alike = sum(1 - _distance(a, b) / max(len(a), len(b), 1) for a, b in pairs)
    return Scores(same / len(pairs), alike / len(pairs))


def _distance(one: str, other: str) -> int:
    """Count the changes that turn *one* into *other* (Levenshtein)."""
    row = list(range(len(other) + 1))
    for number, character in enumerate(one, 1):
        diagonal, row[0] = row[0], number
        for place, letter in enumerate(other, 1):
            changed = min(row[place] + 1, row[place - 1] + 1, diagonal + (character != letter))
            diagonal, row[place] = row[place], changed
    return row[-1]
