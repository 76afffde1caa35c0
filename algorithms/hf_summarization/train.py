"""Teach a sequence-to-sequence model to summarise, under SageMaker's script-mode contract."""

from __future__ import annotations

import argparse
import os
import random
import shutil
import sys
from pathlib import Path

import checkpoints
from fine_tuning import Options, fine_tune, report, seed_everything
from rouge import rouge
from summarizer import Settings, Summarizer
from text_pairs import DataError, Pair, read_channel

_MIN_PAIRS = 10


def train(arguments: argparse.Namespace) -> None:
    """Read the channels, learn, measure what it writes, and save the artifact."""
    columns = arguments.text_column, arguments.summary_column
    pairs = read_channel(Path(os.environ["SM_CHANNEL_TRAIN"]), *columns)
    if len(pairs) < _MIN_PAIRS:
        raise DataError(f"There are {len(pairs)} texts; at least {_MIN_PAIRS} are needed.")
    if folder := os.environ.get("SM_CHANNEL_VALIDATION"):
        held_out = read_channel(Path(folder), *columns)
    else:
        pairs, held_out = _split(pairs, arguments.validation_fraction, arguments.seed)
    print(f"{len(pairs)} texts to learn from, {len(held_out)} to validate with", flush=True)
    seed_everything(arguments.seed)
    summarizer = _start(arguments, pairs)
    fine_tune(
        summarizer.model,
        summarizer.tokenizer,
        [summarizer.example(pair) for pair in pairs],
        [summarizer.example(pair) for pair in held_out],
        Options(
            epochs=arguments.num_train_epochs,
            batch_size=arguments.per_device_train_batch_size,
            learning_rate=arguments.learning_rate,
            warmup_ratio=arguments.warmup_ratio,
            seed=arguments.seed,
        ),
    )
    measured = held_out[: arguments.max_eval_samples]
    written = summarizer.write([pair.text for pair in measured])
    scores = rouge(written, [pair.summary for pair in measured])
    report(arguments.num_train_epochs, {f"validation:{name}": v for name, v in scores.items()})
    _save(Path(os.environ["SM_MODEL_DIR"]), summarizer)


def _split(pairs: list[Pair], fraction: float, seed: int) -> tuple[list[Pair], list[Pair]]:
    shuffled = random.Random(seed).sample(pairs, len(pairs))  # noqa: S311 - nothing secret
    held_out = max(1, round(len(pairs) * fraction))
    return shuffled[held_out:], shuffled[:held_out]


def _start(arguments: argparse.Namespace, pairs: list[Pair]) -> Summarizer:
    """Begin with the channel's checkpoint, the one that is named, or random weights."""
    name = os.environ.get("SM_CHANNEL_CHECKPOINT") or arguments.model_name_or_path
    if name == checkpoints.SCRATCH:
        sizes = checkpoints.Sizes(
            d_model=arguments.d_model,
            layers=arguments.layers,
            vocab_size=arguments.vocab_size,
            max_position=max(arguments.max_source_length, arguments.max_target_length) + 2,
        )
        model, tokenizer = checkpoints.make((text for pair in pairs for text in pair), sizes)
    else:
        model, tokenizer = checkpoints.load(name)
    settings = Settings(**{name: getattr(arguments, name) for name in Settings._fields})
    readable = getattr(model.config, "max_position_embeddings", settings.max_source_length)
    longest = min(settings.max_source_length, readable)
    return Summarizer(model, tokenizer, settings._replace(max_source_length=longest))


def _save(folder: Path, summarizer: Summarizer) -> None:
    """Write the model, and the code that serves it."""
    folder.mkdir(parents=True, exist_ok=True)
    summarizer.save(folder)
    unneeded = shutil.ignore_patterns("__pycache__", "*.pyc")
    here = Path(__file__).resolve().parent
    shutil.copytree(here, folder / "code", ignore=unneeded, dirs_exist_ok=True)


def parse(argv: list[str]) -> argparse.Namespace:
    """Read the hyperparameters, which come as arguments; algorithm.yaml describes them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model_name_or_path", default="google-t5/t5-small")
    parser.add_argument("--source_prefix", default="")
    parser.add_argument("--text_column", default="text")
    parser.add_argument("--summary_column", default="summary")
    parser.add_argument("--num_train_epochs", type=int, default=3)
    parser.add_argument("--per_device_train_batch_size", type=int, default=8)
    parser.add_argument("--learning_rate", type=float, default=5e-5)
    parser.add_argument("--warmup_ratio", type=float, default=0.1)
    parser.add_argument("--max_source_length", type=int, default=512)
    parser.add_argument("--max_target_length", type=int, default=80)
    parser.add_argument("--num_beams", type=int, default=4)
    parser.add_argument("--max_eval_samples", type=int, default=200)
    parser.add_argument("--validation_fraction", type=float, default=0.1)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--d_model", type=int, default=128)
    parser.add_argument("--layers", type=int, default=2)
    parser.add_argument("--vocab_size", type=int, default=4000)
    return parser.parse_args(argv)


def main() -> None:
    """Train; faults of the data end with one sentence, which becomes the job's FailureReason."""
    try:
        train(parse(sys.argv[1:]))
    except DataError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
