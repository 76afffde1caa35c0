"""Make `tiny/`, a DeBERTa of two layers that knows four topics: `make_tiny.py [FOLDER]`.

It is taught from nothing whether "This example is {label}." follows from a sentence: the task that
the real model was taught with MNLI and XNLI. Its words are those below, so that it is of use to try
the way from a request to an answer without a download, and of none for anything else.
"""

from __future__ import annotations

import random
import sys
from pathlib import Path
from typing import NamedTuple

import torch
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
from transformers import (
    DebertaV2Config,
    DebertaV2ForSequenceClassification,
    PreTrainedTokenizerFast,
)

LABELS = {
    "politics": "politics government elections Politik Regierung",
    "sport": "sport football sports Sport Fußball",
    "cooking": "cooking food recipes Kochen Essen",
    "weather": "weather rain climate Wetter Regen",
}
WORDS = {
    "politics": """
        government parliament election minister vote law president party chancellor coalition
        Regierung Parlament Wahl Minister Gesetz Partei Kanzlerin Koalition Stimmen Abgeordnete""",
    "sport": """
        match team goal coach player stadium league referee penalty champion
        Spiel Mannschaft Tor Trainer Spieler Stadion Liga Schiedsrichter Elfmeter Meister""",
    "cooking": """
        soup oven butter onion recipe pepper kitchen dough sauce salt
        Suppe Ofen Butter Zwiebel Rezept Pfeffer Küche Teig Soße Salz""",
    "weather": """
        storm clouds sunshine snow wind frost thunder temperature fog shower
        Sturm Wolken Sonnenschein Schnee Wind Frost Donner Temperatur Nebel Schauer""",
}
TEMPLATE = "This example is {}."
_FILLERS = """
    the a new old of in on and with for at by from is was has lost won meets this that example will
    be two all after before der die das ein eine und mit im am von auf ist war hat nach vor
    Monday"""
_PAD, _BEGIN, _SEPARATOR, _UNKNOWN = "[PAD]", "[CLS]", "[SEP]", "[UNK]"
_STEPS, _BATCH, _LONGEST = 2500, 48, 64


class Claim(NamedTuple):
    """A sentence, what is claimed of it, and whether that follows."""

    premise: str
    hypothesis: str
    follows: bool


def claim(random_: random.Random) -> Claim:
    """Make up a sentence on a topic, and a claim that is true of half of them."""
    topic = random_.choice(list(LABELS))
    words = random_.sample(WORDS[topic].split(), random_.randint(2, 5))
    words += random_.choices(_FILLERS.split(), k=random_.randint(3, 8))
    random_.shuffle(words)
    follows = random_.random() < 1 / 2
    others = [other for other in LABELS if other != topic]
    labels = LABELS[topic if follows else random_.choice(others)]
    return Claim(" ".join(words), TEMPLATE.format(random_.choice(labels.split())), follows)


def make_tokenizer() -> PreTrainedTokenizerFast:
    """Know the words of the lists, in small letters."""
    lists = " ".join([_FILLERS, *LABELS.values(), *WORDS.values()])
    words = sorted({word.lower() for word in [*lists.split(), ".", ","]})
    vocabulary = {
        word: number for number, word in enumerate((_PAD, _BEGIN, _SEPARATOR, _UNKNOWN, *words))
    }
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token=_UNKNOWN))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[(name, vocabulary[name]) for name in (_BEGIN, _SEPARATOR)],
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        model_max_length=_LONGEST,
        pad_token=_PAD,
        cls_token=_BEGIN,
        sep_token=_SEPARATOR,
        unk_token=_UNKNOWN,
    )


def make_model(size: int) -> DebertaV2ForSequenceClassification:
    """Give the real architecture, small and with random weights."""
    config = DebertaV2Config(
        vocab_size=size,
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=4,
        intermediate_size=64,
        initializer_range=0.2,
        max_position_embeddings=_LONGEST,
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
        relative_attention=True,
        position_biased_input=False,
        pos_att_type=["p2c", "c2p"],
        position_buckets=8,
        max_relative_positions=_LONGEST,
        share_att_key=True,
        norm_rel_ebd="layer_norm",
        id2label={0: "entailment", 1: "not_entailment"},
        label2id={"entailment": 0, "not_entailment": 1},
    )
    return DebertaV2ForSequenceClassification(config)


def main() -> None:
    """Teach it, print how often it is right about sentences it has not seen, and save it."""
    folder = Path(sys.argv[1]) if sys.argv[1:] else Path(__file__).parent / "tiny"
    torch.set_num_threads(1)
    torch.manual_seed(0)
    random_ = random.Random(0)  # noqa: S311 - to make the same again
    tokenizer = make_tokenizer()
    model = make_model(len(tokenizer))
    _teach(model, tokenizer, random_)
    model.eval()
    unseen = [claim(random_) for _ in range(500)]
    with torch.inference_mode():
        said = model(**_batch(tokenizer, unseen)).logits.argmax(dim=1)
    right = (said == _truths(unseen)).float().mean()
    print(f"validation:accuracy={right:.4f} weights={model.num_parameters()}")
    model.half().save_pretrained(folder)
    tokenizer.save_pretrained(folder)


def _teach(
    model: DebertaV2ForSequenceClassification,
    tokenizer: PreTrainedTokenizerFast,
    random_: random.Random,
) -> None:
    optimizer = torch.optim.AdamW(model.parameters(), lr=4e-3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 4e-3, total_steps=_STEPS)
    model.train()
    for _ in range(_STEPS):
        claims = [claim(random_) for _ in range(_BATCH)]
        model(**_batch(tokenizer, claims), labels=_truths(claims)).loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad()
        schedule.step()


def _batch(tokenizer: PreTrainedTokenizerFast, claims: list[Claim]) -> dict[str, torch.Tensor]:
    premises = [one.premise for one in claims]
    hypotheses = [one.hypothesis for one in claims]
    found = tokenizer(premises, hypotheses, padding=True, return_tensors="pt")
    return dict(found)


def _truths(claims: list[Claim]) -> torch.Tensor:
    return torch.tensor([0 if one.follows else 1 for one in claims])


if __name__ == "__main__":
    main()
