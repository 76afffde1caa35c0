"""A model with its tokenizer and the lengths it was trained with: what train.py saves."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import torch
from fine_tuning import spare_threads
from text_pairs import Pair
from transformers import AutoModelForSeq2SeqLM, AutoTokenizer

_SETTINGS = "summarizer.json"
_AT_ONCE = 16


class Settings(NamedTuple):
    """How texts go in and summaries come out."""

    source_prefix: str
    max_source_length: int
    max_target_length: int
    num_beams: int


class Summarizer(NamedTuple):
    """Writes summaries; the same texts get the same summaries."""

    model: Any
    tokenizer: Any
    settings: Settings

    def example(self, pair: Pair) -> dict[str, list[int]]:
        """Turn a pair into tokens to learn from; what is too long is cut off."""
        settings = self.settings
        found = self.tokenizer(
            settings.source_prefix + pair.text,
            text_target=pair.summary,
            truncation=True,
            max_length=settings.max_source_length,
        )
        return {
            "input_ids": found["input_ids"],
            "attention_mask": found["attention_mask"],
            "labels": found["labels"][: settings.max_target_length],
        }

    def write(self, texts: Sequence[str]) -> list[str]:
        """Write a summary of each text; of a text that is too long the beginning is read."""
        written: list[str] = []
        for start in range(0, len(texts), _AT_ONCE):
            written += self._write_batch(texts[start : start + _AT_ONCE])
        return written

    def _write_batch(self, texts: Sequence[str]) -> list[str]:
        settings = self.settings
        batch = self.tokenizer(
            [settings.source_prefix + text for text in texts],
            truncation=True,
            max_length=settings.max_source_length,
            padding=True,
            return_tensors="pt",
        ).to(self.model.device)
        with torch.inference_mode():
            tokens = self.model.generate(
                input_ids=batch["input_ids"],
                attention_mask=batch["attention_mask"],
                max_new_tokens=settings.max_target_length,
                num_beams=settings.num_beams,
                do_sample=False,
            )
        found = self.tokenizer.batch_decode(tokens, skip_special_tokens=True)
        return [text.strip() for text in found]

    def save(self, folder: Path) -> None:
        """Write all of it."""
        self.model.save_pretrained(folder)
        self.tokenizer.save_pretrained(folder)
        text = json.dumps(self.settings._asdict(), indent=1)
        (folder / _SETTINGS).write_text(text, encoding="utf-8")


def load_summarizer(folder: Path) -> Summarizer:
    """Load what `save` wrote."""
    settings = Settings(**json.loads((folder / _SETTINGS).read_text(encoding="utf-8")))
    model = AutoModelForSeq2SeqLM.from_pretrained(folder)
    spare_threads(model)
    model.to("cuda" if torch.cuda.is_available() else "cpu").eval()
    return Summarizer(model, AutoTokenizer.from_pretrained(folder), settings)
