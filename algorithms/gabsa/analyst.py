"""A model with its tokenizer and what it was taught: what train.py saves."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import torch
from byte_pairs import learn_tokenizer
from fine_tuning import spare_threads
from normalization import normalized
from opinions import TASKS, DataError, Opinion, Review
from paradigms import read, written
from transformers import (
    AutoModelForSeq2SeqLM,
    AutoTokenizer,
    BartConfig,
    BartForConditionalGeneration,
)

SCRATCH = "scratch"
_SETTINGS = "analyst.json"
_LENGTH_FACTOR = 2  # an annotated sentence is longer than the sentence


class Settings(NamedTuple):
    """What the model was taught."""

    task: str
    paradigm: str
    max_seq_length: int
    known: dict[str, list[str]]


class Analyst(NamedTuple):
    """Finds the opinions in sentences; the same sentences get the same answers."""

    model: Any
    tokenizer: Any
    settings: Settings

    def tokens(self, sentence: str) -> int:
        """Return how many tokens a sentence is."""
        return len(self.tokenizer(sentence)["input_ids"])

    def example(self, review: Review) -> dict[str, list[int]]:
        """Turn a review into tokens to learn from; what is too long is cut off."""
        longest = self.settings.max_seq_length
        target = written(review.sentence, review.opinions, self.settings.paradigm)
        found = self.tokenizer(review.sentence, truncation=True, max_length=longest)
        wanted = self.tokenizer(target, truncation=True, max_length=_LENGTH_FACTOR * longest)
        return {**found, "labels": wanted["input_ids"]}

    def find(self, sentences: Sequence[str], batch_size: int) -> list[list[Opinion]]:
        """Find the opinions in each sentence."""
        elements, known = TASKS[self.settings.task], self.settings.known
        found = []
        for start in range(0, len(sentences), batch_size):
            batch = sentences[start : start + batch_size]
            for sentence, text in zip(batch, self._write(batch), strict=True):
                opinions = read(text, len(elements), self.settings.paradigm)
                found.append(normalized(opinions, sentence, elements, known))
        return found

    def _write(self, sentences: Sequence[str]) -> list[str]:
        batch = self.tokenizer(
            list(sentences),
            truncation=True,
            max_length=self.settings.max_seq_length,
            padding=True,
            return_tensors="pt",
        ).to(self.model.device)
        with torch.inference_mode():
            tokens = self.model.generate(
                input_ids=batch["input_ids"],
                attention_mask=batch["attention_mask"],
                max_new_tokens=_LENGTH_FACTOR * self.settings.max_seq_length,
                num_beams=1,
                do_sample=False,
            )
        return list(self.tokenizer.batch_decode(tokens, skip_special_tokens=True))

    def save(self, folder: Path) -> None:
        """Write all of it."""
        self.model.save_pretrained(folder)
        self.tokenizer.save_pretrained(folder)
        text = json.dumps(self.settings._asdict(), indent=1, ensure_ascii=False)
        (folder / _SETTINGS).write_text(text, encoding="utf-8")


def load_analyst(folder: Path) -> Analyst:
    """Load what `save` wrote."""
    settings = Settings(**json.loads((folder / _SETTINGS).read_text(encoding="utf-8")))
    model = AutoModelForSeq2SeqLM.from_pretrained(folder)
    spare_threads(model)
    model.to("cuda" if torch.cuda.is_available() else "cpu").eval()
    return Analyst(model, AutoTokenizer.from_pretrained(folder), settings)


def begin(name: str, settings: Settings, texts: Iterable[str]) -> Analyst:
    """Begin with a checkpoint, or with a small BART of random weights and the words of *texts*."""
    if name == SCRATCH:
        tokenizer = learn_tokenizer(texts, 4000, settings.max_seq_length)
        return Analyst(_small(len(tokenizer), settings.max_seq_length), tokenizer, settings)
    try:
        tokenizer = AutoTokenizer.from_pretrained(name)
        return Analyst(AutoModelForSeq2SeqLM.from_pretrained(name), tokenizer, settings)
    except (OSError, ValueError) as error:
        reason = str(error).strip().partition("\n")[0]
        raise DataError(f"The model '{name}' cannot be loaded: {reason}") from error


def _small(size: int, longest: int) -> BartForConditionalGeneration:
    config = BartConfig(
        vocab_size=size,
        d_model=128,
        encoder_layers=2,
        decoder_layers=2,
        encoder_attention_heads=4,
        decoder_attention_heads=4,
        encoder_ffn_dim=256,
        decoder_ffn_dim=256,
        max_position_embeddings=_LENGTH_FACTOR * longest + 2,
        dropout=0.0,
        init_std=0.06,  # for so narrow a model; with BART's 0.02 it takes long to begin to learn
        forced_eos_token_id=None,
    )
    return BartForConditionalGeneration(config)
