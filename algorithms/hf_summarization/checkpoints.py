"""Where a model comes from: a checkpoint by its name or folder, or nothing at all."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from text_pairs import DataError
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors, trainers
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
_BEGIN, _PAD, _END, _UNKNOWN = "<s>", "<pad>", "</s>", "<unk>"  # their order is BART's


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
    tokenizer = _learn_tokenizer(texts, sizes.vocab_size, sizes.max_position)
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
        forced_eos_token_id=None,
    )
    return BartForConditionalGeneration(config), tokenizer


def _learn_tokenizer(texts: Iterable[str], size: int, longest: int) -> PreTrainedTokenizerFast:
    """Learn pieces of words, down to bytes: no text is beyond it."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=True)
    tokenizer.decoder = decoders.ByteLevel()
    special = [_BEGIN, _PAD, _END, _UNKNOWN]
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(
        vocab_size=size, special_tokens=special, initial_alphabet=alphabet, show_progress=False
    )
    tokenizer.train_from_iterator(texts, trainer)
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{_BEGIN} $A {_END}",
        special_tokens=[(name, tokenizer.token_to_id(name)) for name in (_BEGIN, _END)],
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        model_max_length=longest,
        bos_token=_BEGIN,
        pad_token=_PAD,
        eos_token=_END,
        unk_token=_UNKNOWN,
    )
