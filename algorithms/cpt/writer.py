"""A CPT with its tokenizer and the lengths it was taught: what train.py saves."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import torch
from cpt_model import CptForGeneration
from fine_tuning import spare_threads
from text_pairs import Pair
from transformers import BertTokenizer

_SETTINGS = "writer.json"
_AT_ONCE = 16
_SEED = 0
# BERT's tokenizer takes Chinese characters apart; only Latin words have spaces between them.
_NEEDLESS = re.compile(r"(?<=[^\x00-\x7f]) | (?=[^\x00-\x7f])")


class Settings(NamedTuple):
    """How long texts are, and how they are written; *top_p* below 1 makes it sample."""

    input_max_length: int
    output_max_length: int
    num_beams: int = 4
    top_p: float = 1.0


class Writer(NamedTuple):
    """Writes summaries; the same text gets the same summary."""

    model: Any
    tokenizer: Any
    settings: Settings

    def example(self, pair: Pair) -> dict[str, list[int]]:
        """Turn a pair into tokens to learn from; what is too long is cut off."""
        found = self._tokens([pair.text], self.settings.input_max_length)
        wanted = self._tokens([pair.summary], self.settings.output_max_length)
        return {"input_ids": found["input_ids"][0], "labels": wanted["input_ids"][0]}

    def _tokens(self, texts: Sequence[str], longest: int, **options: Any) -> Any:  # noqa: ANN401
        return self.tokenizer(
            list(texts), truncation=True, max_length=longest, return_token_type_ids=False, **options
        )

    def write(self, texts: Sequence[str]) -> list[str]:
        """Write a summary of each text; of a text that is too long the beginning is read."""
        written: list[str] = []
        for start in range(0, len(texts), _AT_ONCE):
            written += self._write_batch(texts[start : start + _AT_ONCE])
        return written

    def _write_batch(self, texts: Sequence[str]) -> list[str]:
        settings = self.settings
        batch = self._tokens(texts, settings.input_max_length, padding=True, return_tensors="pt")
        samples = settings.top_p < 1
        choice = {"top_p": settings.top_p} if samples else {"num_beams": settings.num_beams}
        torch.manual_seed(_SEED)
        with torch.inference_mode():
            tokens = self.model.generate(
                **batch.to(self.model.device),
                max_new_tokens=settings.output_max_length,
                do_sample=samples,
                **choice,
            )
        found = self.tokenizer.batch_decode(tokens, skip_special_tokens=True)
        return [_NEEDLESS.sub("", text).strip() for text in found]

    def save(self, folder: Path) -> None:
        """Write all of it."""
        self.model.save_pretrained(folder)
        self.tokenizer.save_pretrained(folder)
        text = json.dumps(self.settings._asdict(), indent=1)
        (folder / _SETTINGS).write_text(text, encoding="utf-8")


def load_writer(folder: Path) -> Writer:
    """Load what `save` wrote."""
    settings = Settings(**json.loads((folder / _SETTINGS).read_text(encoding="utf-8")))
    model = CptForGeneration.from_pretrained(folder)
    spare_threads(model)
    model.to("cuda" if torch.cuda.is_available() else "cpu").eval()
    return Writer(model, BertTokenizer.from_pretrained(folder), settings)
