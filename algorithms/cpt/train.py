"""Teach a CPT to summarise Chinese texts, under SageMaker's script-mode contract."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from pathlib import Path

import cpt_model
from fine_tuning import Options, fine_tune, report, seed_everything
from rouge import rouge
from text_pairs import DataError, Pair, read_file
from writer import Settings, Writer

_CHANNEL = "/opt/ml/input/data/dataset"
_MIN_PAIRS = 10
_MOST_MEASURED = 500


def train(arguments: argparse.Namespace) -> None:
    """Read the files, learn, measure what it writes, and save the artifact."""
    columns = arguments.text_column, arguments.summary_column
    pairs = read_file(_place(arguments.train_file), *columns)
    if len(pairs) < _MIN_PAIRS:
        raise DataError(f"There are {len(pairs)} texts; at least {_MIN_PAIRS} are needed.")
    parts = {"validation": read_file(_place(arguments.validation_file), *columns)}
    if _place(arguments.test_file).exists():
        parts["test"] = read_file(_place(arguments.test_file), *columns)
    held_out = parts["validation"]
    print(f"{len(pairs)} texts to learn from, {len(held_out)} to validate with", flush=True)
    seed_everything(arguments.seed)
    writer = _start(arguments, pairs)
    fine_tune(
        writer.model,
        writer.tokenizer,
        [writer.example(pair) for pair in pairs],
        [writer.example(pair) for pair in held_out],
        Options(
            epochs=arguments.num_train_epochs,
            batch_size=arguments.per_device_train_batch_size,
            learning_rate=arguments.learning_rate,
            warmup_ratio=arguments.warmup_ratio,
            seed=arguments.seed,
        ),
    )
    for part, measured in parts.items():
        _measure(part, writer, measured[:_MOST_MEASURED], arguments.num_train_epochs)
    _save(Path(os.environ["SM_MODEL_DIR"]), writer)


def _place(name: str) -> Path:
    """Find a file: below the channel, wherever that is here, or where its path says."""
    channel = Path(os.environ["SM_CHANNEL_DATASET"])
    given = Path(name)
    return channel / given.relative_to(_CHANNEL) if given.is_relative_to(_CHANNEL) else given


def _start(arguments: argparse.Namespace, pairs: list[Pair]) -> Writer:
    """Begin with a checkpoint, or with a small model of random weights."""
    settings = Settings(
        input_max_length=arguments.max_source_length,
        output_max_length=arguments.val_max_target_length,
        num_beams=arguments.num_beams,
    )
    name = arguments.model_name_or_path
    if name == cpt_model.SCRATCH:
        longest = max(settings.input_max_length, settings.output_max_length) + 2
        model, tokenizer = cpt_model.make((text for pair in pairs for text in pair), longest)
        return Writer(model, tokenizer, settings)
    model, tokenizer = cpt_model.load(name)
    readable = min(settings.input_max_length, model.config.encoder_positions)
    return Writer(model, tokenizer, settings._replace(input_max_length=readable))


def _measure(part: str, writer: Writer, pairs: list[Pair], epochs: int) -> None:
    scores = rouge(writer.write([pair.text for pair in pairs]), [pair.summary for pair in pairs])
    report(epochs, {f"{part}:{name}": value for name, value in scores.items()})


def _save(folder: Path, writer: Writer) -> None:
    """Write the model, and the code that serves it."""
    folder.mkdir(parents=True, exist_ok=True)
    writer.save(folder)
    unneeded = shutil.ignore_patterns("__pycache__", "*.pyc")
    here = Path(__file__).resolve().parent
    shutil.copytree(here, folder / "code", ignore=unneeded, dirs_exist_ok=True)


def parse(argv: list[str]) -> argparse.Namespace:
    """Read the hyperparameters, which come as arguments; algorithm.yaml describes them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model_name_or_path", default="fnlp/cpt-large")
    parser.add_argument("--train_file", default=f"{_CHANNEL}/train.json")
    parser.add_argument("--validation_file", default=f"{_CHANNEL}/val.json")
    parser.add_argument("--test_file", default=f"{_CHANNEL}/test.json")
    parser.add_argument("--path", default="json", choices=["json"])
    parser.add_argument("--text_column", default="text")
    parser.add_argument("--summary_column", default="summary")
    parser.add_argument("--num_train_epochs", type=int, default=10)
    parser.add_argument("--per_device_train_batch_size", type=int, default=4)
    parser.add_argument("--learning_rate", type=float, default=5e-5)
    parser.add_argument("--warmup_ratio", type=float, default=0.1)
    parser.add_argument("--max_source_length", type=int, default=512)
    parser.add_argument("--val_max_target_length", type=int, default=80)
    parser.add_argument("--num_beams", type=int, default=4)
    parser.add_argument("--seed", type=int, default=0)
    return parser.parse_args(argv)


def main() -> None:
    """Train; faults of the data end with one sentence, which becomes the job's FailureReason."""
    try:
        train(parse(sys.argv[1:]))
    except DataError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
