"""Teach a T5 to write down the opinions in reviews, under SageMaker's script-mode contract."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from analyst import Analyst, Settings, begin
from fine_tuning import Options, fine_tune, report, seed_everything
from opinions import SENTIMENTS, TASKS, DataError, Opinion, Review, read_reviews
from paradigms import PARADIGMS, written

_MIN_REVIEWS = 10


def train(arguments: argparse.Namespace) -> None:
    """Read the reviews, learn, count what is found in others, and save the artifact."""
    folder = _folder(arguments.dataset)
    reviews = read_reviews(folder / "train.txt", arguments.task)
    held_out = read_reviews(folder / "dev.txt", arguments.task)
    if len(reviews) < _MIN_REVIEWS:
        raise DataError(f"There are {len(reviews)} sentences; at least {_MIN_REVIEWS} are needed.")
    print(f"{len(reviews)} sentences to learn from, {len(held_out)} to validate with", flush=True)
    seed_everything(arguments.seed)
    analyst = _begin(arguments, reviews)
    fine_tune(
        analyst.model,
        analyst.tokenizer,
        [analyst.example(review) for review in reviews],
        [analyst.example(review) for review in held_out],
        Options(
            epochs=arguments.num_train_epochs,
            batch_size=arguments.train_batch_size,
            learning_rate=arguments.learning_rate,
            warmup_ratio=0.05,
            seed=arguments.seed,
        ),
    )
    for name in ("dev", "test"):
        if (folder / f"{name}.txt").exists():
            measured = read_reviews(folder / f"{name}.txt", arguments.task)
            scores = measure(analyst, measured, arguments.eval_batch_size)
            part = "validation" if name == "dev" else name
            report(arguments.num_train_epochs, {f"{part}:{k}": v for k, v in scores.items()})
    _save(Path(os.environ["SM_MODEL_DIR"]), analyst)


def _folder(name: str) -> Path:
    """Find the files at the top of the channel, or in a folder of it."""
    channel = Path(os.environ["SM_CHANNEL_DATASET"])
    return channel / name if (channel / name).is_dir() else channel


def _begin(arguments: argparse.Namespace, reviews: Sequence[Review]) -> Analyst:
    task, paradigm = arguments.task, arguments.paradigm
    known = {"sentiment": list(SENTIMENTS)}
    if "category" in TASKS[task]:
        place = TASKS[task].index("category")
        known["category"] = sorted({one[place] for review in reviews for one in review.opinions})
        if not known["category"]:
            raise DataError("No sentence of train.txt has an opinion.")
    texts = [review.sentence for review in reviews]
    texts += [written(review.sentence, review.opinions, paradigm) for review in reviews]
    settings = Settings(task, paradigm, arguments.max_seq_length, known)
    return begin(arguments.model_name_or_path, settings, texts)


def measure(analyst: Analyst, reviews: Sequence[Review], batch_size: int) -> dict[str, float]:
    """Count opinions of which every element is right: precision, recall and their F1."""
    found = analyst.find([review.sentence for review in reviews], batch_size)
    right = said = wanted = 0
    for review, opinions in zip(reviews, found, strict=True):
        truth: set[Opinion] = set(review.opinions)
        right += len(truth & set(opinions))
        said += len(opinions)
        wanted += len(truth)
    precision, recall = right / max(1, said), right / max(1, wanted)
    f1 = 2 * right / max(1, said + wanted)
    return {"precision": precision, "recall": recall, "f1": f1}


def _save(folder: Path, analyst: Analyst) -> None:
    """Write the model, and the code that serves it."""
    folder.mkdir(parents=True, exist_ok=True)
    analyst.save(folder)
    unneeded = shutil.ignore_patterns("__pycache__", "*.pyc")
    here = Path(__file__).resolve().parent
    shutil.copytree(here, folder / "code", ignore=unneeded, dirs_exist_ok=True)


def parse(argv: list[str]) -> argparse.Namespace:
    """Read the hyperparameters, which come as arguments; algorithm.yaml describes them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--task", default="tasd", choices=TASKS)
    parser.add_argument("--dataset", default="dataset")
    parser.add_argument("--model_name_or_path", default="t5-base")
    parser.add_argument("--paradigm", default="extraction", choices=PARADIGMS)
    parser.add_argument("--max_seq_length", type=int, default=128)
    parser.add_argument("--train_batch_size", type=int, default=2)
    parser.add_argument("--eval_batch_size", type=int, default=16)
    parser.add_argument("--learning_rate", type=float, default=3e-4)
    parser.add_argument("--num_train_epochs", type=int, default=4)
    parser.add_argument("--seed", type=int, default=42)
    return parser.parse_args(argv)


def main() -> None:
    """Train; faults of the data end with one sentence, which becomes the job's FailureReason."""
    try:
        train(parse(sys.argv[1:]))
    except DataError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
