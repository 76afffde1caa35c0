"""Where a model comes from: a checkpoint by its name or folder, or nothing at all."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from byte_pairs import learn_tokenizer
from text_pairs import DataError
from transformers import (
    AutoModelForSeq2SeqLM,
    AutoTokenizer,
    BartConfig,
    BartForConditionalGeneration,
    PreTrainedModel,
    PreTrainedTokenizerBase,
    PreTrainedTokenizerFast,
)

SCRATCH = "scratch"


class Sizes(NamedTuple):
    """How big a model to make from nothing."""

    d_model: int
    layers: int
    vocab_size: int
    max_position: int


def load(name: str) -> tuple[PreTrainedModel, PreTrainedTokenizerBase]:
    """Load any sequence-to-sequence checkpoint: downloaded by its name, or from a folder."""
    try:
        tokenizer = AutoTokenizer.from_pretrained(name)
        return AutoModelForSeq2SeqLM.from_pretrained(name), tokenizer
    except (OSError, ValueError) as error:
        reason = str(error).strip().partition("\n")[0]
        raise DataError(f"The model '{name}' cannot be loaded: {reason}") from error


def make(
    texts: Iterable[str], sizes: Sizes
) -> tuple[BartForConditionalGeneration, PreTrainedTokenizerFast]:
    """Make a small BART with random weights, and a tokenizer that has learnt from *texts*."""
    tokenizer = learn_tokenizer(texts, sizes.vocab_size, sizes.max_position)
    config = BartConfig(
        vocab_size=len(tokenizer),
        d_model=sizes.d_model,
        encoder_layers=sizes.layers,
        decoder_layers=sizes.layers,
        encoder_attention_heads=4,
        decoder_attention_heads=4,
        encoder_ffn_dim=2 * sizes.d_model,
        decoder_ffn_dim=2 * sizes.d_model,
        max_position_embeddings=sizes.max_position,
        dropout=0.0,
        init_std=0.06,  # for so narrow a model; with BART's 0.02 it takes long to begin to learn
        forced_eos_token_id=None,
    )
    return BartForConditionalGeneration(config), tokenizer
