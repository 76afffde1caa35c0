"""CPT: a deep encoder that understands, and a shallow decoder that writes.

Method: Y. Shao et al., CPT: A Pre-Trained Unbalanced Transformer for Both Chinese Language
Understanding and Generation, https://arxiv.org/abs/2109.05729. A checkpoint's encoder is BERT's;
its last layers, as many as the decoder has, are a second decoder for understanding alone. Writing
takes what comes before them, so they are neither made nor loaded here.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import torch
from text_pairs import DataError
from tokenizers.implementations import BertWordPieceTokenizer
from transformers import (
    BartConfig,
    BartForConditionalGeneration,
    BartModel,
    BertConfig,
    BertModel,
    BertTokenizer,
    PreTrainedTokenizerBase,
)
from transformers.models.bart.modeling_bart import BartDecoder

SCRATCH = "scratch"


class CptConfig(BartConfig):
    """BART's configuration; of its encoder's layers, the decoder's number are left out."""

    model_type = "cpt"
    encoder_positions: int = 512


class SharedEncoder(BertModel):
    """The layers of BERT that understanding and writing share."""

    def forward(self, input_ids: torch.Tensor | None = None, **given: Any) -> Any:  # noqa: ANN401
        """Encode; texts to write from are BERT's second type."""
        if input_ids is not None:
            given["token_type_ids"] = torch.ones_like(input_ids)
        return super().forward(input_ids=input_ids, **given)


class CptModel(BartModel):
    """BART with another encoder, under the names that checkpoints have."""

    _tied_weights_keys = {
        "decoder.embed_tokens.weight": "shared.weight",
        "encoder.embeddings.word_embeddings.weight": "shared.weight",
    }

    def __init__(self, config: CptConfig) -> None:
        super(BartModel, self).__init__(config)  # past BartModel's own, which makes BART's encoder
        self.shared = torch.nn.Embedding(config.vocab_size, config.d_model, config.pad_token_id)
        self.encoder = SharedEncoder(_bert(config), add_pooling_layer=False)
        self.decoder = BartDecoder(config)
        self.post_init()


class CptForGeneration(BartForConditionalGeneration):
    """CPT as it writes."""

    config_class = CptConfig
    _keys_to_ignore_on_load_unexpected = (r"^model\.encoder\.encoder\.layer\.",)

    def __init__(self, config: CptConfig) -> None:
        super().__init__(config)
        self.model = CptModel(config)
        self.post_init()


def _bert(config: CptConfig) -> BertConfig:
    return BertConfig(
        vocab_size=config.vocab_size,
        hidden_size=config.d_model,
        num_hidden_layers=config.encoder_layers - config.decoder_layers,
        num_attention_heads=config.encoder_attention_heads,
        intermediate_size=config.encoder_ffn_dim,
        hidden_dropout_prob=config.activation_dropout,
        attention_probs_dropout_prob=config.attention_dropout,
        max_position_embeddings=config.encoder_positions,
        initializer_range=config.init_std,
        pad_token_id=config.pad_token_id,
    )


def load(name: str) -> tuple[CptForGeneration, PreTrainedTokenizerBase]:
    """Load a checkpoint of CPT: downloaded by its name, or from a folder."""
    try:
        return CptForGeneration.from_pretrained(name), BertTokenizer.from_pretrained(name)
    except (OSError, ValueError) as error:
        reason = str(error).strip().partition("\n")[0]
        raise DataError(f"The model '{name}' cannot be loaded: {reason}") from error


def make(texts: Iterable[str], longest: int) -> tuple[CptForGeneration, BertTokenizer]:
    """Make a small CPT with random weights, and a tokenizer of the characters in *texts*."""
    pieces = BertWordPieceTokenizer(lowercase=True)
    pieces.train_from_iterator(texts, vocab_size=8000, min_frequency=1, show_progress=False)
    tokenizer = BertTokenizer(vocab=pieces.get_vocab(), model_max_length=longest)
    start, end, pad = tokenizer.cls_token_id, tokenizer.sep_token_id, tokenizer.pad_token_id
    config = CptConfig(
        vocab_size=len(tokenizer),
        d_model=128,
        encoder_layers=3,
        decoder_layers=1,
        encoder_attention_heads=4,
        decoder_attention_heads=4,
        encoder_ffn_dim=256,
        decoder_ffn_dim=256,
        dropout=0.0,
        init_std=0.06,  # for so narrow a model; with BERT's 0.02 it takes long to begin to learn
        max_position_embeddings=longest,
        encoder_positions=longest,
        bos_token_id=start,
        eos_token_id=end,
        pad_token_id=pad,
        decoder_start_token_id=end,
        forced_eos_token_id=None,
    )
    return CptForGeneration(config), tokenizer
