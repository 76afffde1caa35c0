"""Teach a sequence-to-sequence model with the trainer of transformers, a line of metrics an epoch.

The folders of several algorithms hold this very file, for each is a package of its own.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import torch
from transformers import (
    DataCollatorForSeq2Seq,
    PreTrainedModel,
    PreTrainedTokenizerBase,
    Trainer,
    TrainerCallback,
    TrainingArguments,
    set_seed,
)

_SMALL = 10_000_000  # weights


class Options(NamedTuple):
    """How to learn."""

    epochs: int
    batch_size: int
    learning_rate: float
    warmup_ratio: float
    seed: int


Example = dict[str, list[int]]
"""The tokens of a text as `input_ids`, and of what is to be written as `labels`."""


class _Report(TrainerCallback):
    """Prints what the trainer logs, in the form that the manifest's expressions know."""

    _NAMES = {"loss": "train:loss", "eval_loss": "validation:loss"}

    def on_log(self, _arguments: Any, state: Any, _control: Any, **given: Any) -> None:  # noqa: ANN401
        """Print one line."""
        logs: dict[str, float] = given["logs"]
        found = {self._NAMES[key]: value for key, value in logs.items() if key in self._NAMES}
        if found:
            report(state.epoch or 0, found)


def report(epoch: float, metrics: dict[str, float]) -> None:
    """Print *metrics* on a line."""
    line = " ".join(f"{name}={value:.6f}" for name, value in metrics.items())
    print(f"epoch={epoch:g} {line}", flush=True)


def seed_everything(seed: int) -> None:
    """Make what comes the same again; needed before a model is made from nothing."""
    set_seed(seed)


def spare_threads(model: PreTrainedModel) -> None:
    """Let a small model have one thread: two wait for each other longer than they work."""
    if model.num_parameters() < _SMALL:
        torch.set_num_threads(1)


def fine_tune(
    model: PreTrainedModel,
    tokenizer: PreTrainedTokenizerBase,
    examples: Sequence[Example],
    held_out: Sequence[Example],
    options: Options,
) -> None:
    """Change the weights of *model*; the loss on both parts is printed after every epoch."""
    spare_threads(model)
    steps = math.ceil(len(examples) / options.batch_size) * options.epochs
    with TemporaryDirectory() as scratch:
        arguments = TrainingArguments(
            output_dir=scratch,
            num_train_epochs=options.epochs,
            per_device_train_batch_size=options.batch_size,
            per_device_eval_batch_size=options.batch_size,
            learning_rate=options.learning_rate,
            warmup_steps=round(steps * options.warmup_ratio),
            seed=options.seed,
            eval_strategy="epoch",
            logging_strategy="epoch",
            save_strategy="no",
            report_to=[],
            disable_tqdm=True,
        )
        trainer = Trainer(
            model=model,
            args=arguments,
            train_dataset=list(examples),  # type: ignore[arg-type] # a list is one of items
            eval_dataset=list(held_out),  # type: ignore[arg-type]
            data_collator=DataCollatorForSeq2Seq(tokenizer, model=model),
            callbacks=[_Report()],
        )
        trainer.pop_callback(_printer())
        trainer.train()
    model.eval()


def _printer() -> type[TrainerCallback]:
    """Name what would print everything a second time."""
    from transformers.trainer_callback import PrinterCallback  # noqa: PLC0415

    return PrinterCallback
