"""UIE: a model that is told in words what to find, and marks where that begins and ends.

Method: Y. Lu et al., Unified Structure Generation for Universal Information Extraction,
https://aclanthology.org/2022.acl-long.395, as PaddleNLP has built it on ERNIE.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import paddle
from mentions import DataError, Question
from paddlenlp.transformers import UIE, ErnieConfig, ErnieTokenizer
from spans import Span, find_spans

SCRATCH = "scratch"
_SPECIAL = ("[PAD]", "[CLS]", "[SEP]", "[MASK]", "[UNK]")


class Reading(NamedTuple):
    """A question as tokens; *first* is the content's first, *offsets* are its characters."""

    tokens: list[int]
    types: list[int]
    first: int
    offsets: list[tuple[int, int]]


class Reader(NamedTuple):
    """The model and its tokenizer."""

    model: Any
    tokenizer: Any
    longest: int

    def read(self, prompt: str, content: str) -> Reading:
        """Turn a question into tokens; what is too long is cut off."""
        found = self.tokenizer(
            text=prompt,
            text_pair=content,
            max_seq_len=self.longest,
            truncation="only_second",
            return_offsets_mapping=True,
        )
        types = list(found["token_type_ids"])
        first = types.index(1) if 1 in types else len(types)
        offsets = [tuple(pair) for pair in found["offset_mapping"][first:-1]]
        return Reading(list(found["input_ids"]), types, first, offsets)

    def probabilities(self, readings: Sequence[Reading]) -> tuple[Any, Any]:
        """Return how likely each token begins, and ends, what was asked for."""
        width = max(len(reading.tokens) for reading in readings)
        tokens = np.full((len(readings), width), self.tokenizer.pad_token_id, "int64")
        types = np.zeros((len(readings), width), "int64")
        for row, reading in enumerate(readings):
            tokens[row, : len(reading.tokens)] = reading.tokens
            types[row, : len(reading.types)] = reading.types
        return self.model(paddle.to_tensor(tokens), token_type_ids=paddle.to_tensor(types))

    def find(self, questions: Sequence[tuple[str, str]], threshold: float) -> list[list[Span]]:
        """Find the spans that answer each pair of a prompt and a content."""
        readings = [self.read(prompt, content) for prompt, content in questions]
        with paddle.no_grad():
            starts, ends = (found.numpy() for found in self.probabilities(readings))
        found = []
        for row, reading in enumerate(readings):
            part = slice(reading.first, reading.first + len(reading.offsets))
            found.append(find_spans(starts[row, part], ends[row, part], reading.offsets, threshold))
        return found

    def save(self, folder: Path) -> None:
        """Write both."""
        self.model.save_pretrained(str(folder))
        self.tokenizer.save_pretrained(str(folder))


def labels(reading: Reading, question: Question, width: int) -> tuple[Any, Any]:
    """Mark the tokens with which the answers begin and end; those that were cut off are none."""
    starts, ends = np.zeros(width, "float32"), np.zeros(width, "float32")
    for start, end in question.spans:
        begins = [at for at, (left, right) in enumerate(reading.offsets) if left <= start < right]
        stops = [at for at, (left, right) in enumerate(reading.offsets) if left < end <= right]
        if begins and stops:
            starts[reading.first + begins[0]] = ends[reading.first + stops[0]] = 1
    return starts, ends


def load(name: str, longest: int) -> Reader:
    """Load a model: downloaded by its name, or from a folder."""
    try:
        return Reader(UIE.from_pretrained(name), ErnieTokenizer.from_pretrained(name), longest)
    except (OSError, ValueError, RuntimeError) as error:
        reason = str(error).strip().partition("\n")[0]
        raise DataError(f"The model '{name}' cannot be loaded: {reason}") from error


def make(texts: Iterable[str], longest: int, folder: Path) -> Reader:
    """Make a small ERNIE of random weights, for the characters in *texts*; *folder* keeps those."""
    characters = sorted({character for text in texts for character in text.lower()} - {" "})
    pieces = [*_SPECIAL, *characters, *(f"##{character}" for character in characters)]
    vocabulary = folder / "vocab.txt"
    vocabulary.write_text("\n".join(pieces), encoding="utf-8")
    config = ErnieConfig(
        vocab_size=len(pieces),
        hidden_size=64,
        num_hidden_layers=2,
        num_attention_heads=4,
        intermediate_size=128,
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
        max_position_embeddings=longest,
        initializer_range=0.1,  # for so narrow a model; with 0.02 it takes long to begin to learn
    )
    return Reader(UIE(config), ErnieTokenizer(str(vocabulary)), longest)
