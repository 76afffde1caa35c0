"""Teach UIE to find what is asked for in texts, under SageMaker's script-mode contract."""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import paddle
from mentions import DataError, Question, read_questions
from uie_model import SCRATCH, Reader, labels, load, make

_CHANNEL = "/opt/ml/input/data/dataset"
_MIN_QUESTIONS = 10
_THRESHOLD = 0.5


def train(arguments: argparse.Namespace) -> None:
    """Read the files, learn, keep the best of what is measured, and save the artifact."""
    questions = read_questions(_place(arguments.train_path))
    if len(questions) < _MIN_QUESTIONS:
        raise DataError(f"There are {len(questions)} lines; at least {_MIN_QUESTIONS} are needed.")
    held_out = read_questions(_place(arguments.dev_path))
    print(f"{len(questions)} lines to learn from, {len(held_out)} to validate with", flush=True)
    paddle.set_device(arguments.device)
    paddle.seed(arguments.seed)
    np.random.seed(arguments.seed)  # where paddle's initialisers look
    folder = Path(os.environ["SM_MODEL_DIR"])
    folder.mkdir(parents=True, exist_ok=True)
    reader = _start(arguments, questions, folder)
    best = -1.0
    for step, loss, is_last in _learn(reader, questions, arguments):
        if step % arguments.logging_steps == 0 or is_last:
            print(f"step={step} train:loss={loss:.6f}", flush=True)
        if step % arguments.valid_steps == 0 or is_last:
            scores = measure(reader, held_out, arguments.batch_size)
            line = " ".join(f"validation:{name}={value:.6f}" for name, value in scores.items())
            if scores["f1"] > best:
                best = scores["f1"]
                _save(folder, reader)
            print(f"step={step} {line} best:f1={best:.6f}", flush=True)


def _place(name: str) -> Path:
    """Find a file: below the channel, wherever that is here, or where its path says."""
    channel = Path(os.environ["SM_CHANNEL_DATASET"])
    given = Path(name)
    return channel / given.relative_to(_CHANNEL) if given.is_relative_to(_CHANNEL) else given


def _start(arguments: argparse.Namespace, questions: Sequence[Question], folder: Path) -> Reader:
    if arguments.model != SCRATCH:
        return load(arguments.model, arguments.max_seq_len)
    texts = (text for question in questions for text in (question.content, question.prompt))
    return make(texts, arguments.max_seq_len, folder)


def _learn(
    reader: Reader, questions: Sequence[Question], arguments: argparse.Namespace
) -> Iterator[tuple[int, float, bool]]:
    """Yield after each step its number, its loss and whether it was the last."""
    readings = [reader.read(question.prompt, question.content) for question in questions]
    optimizer = paddle.optimizer.AdamW(
        learning_rate=arguments.learning_rate, parameters=reader.model.parameters()
    )
    loss_of = paddle.nn.BCELoss()
    random_ = random.Random(arguments.seed)  # noqa: S311 - to learn in the same order again
    size = arguments.batch_size
    last = -(-len(questions) // size) * arguments.num_epochs
    step = 0
    for _ in range(arguments.num_epochs):
        order = random_.sample(range(len(questions)), len(questions))
        for begin in range(0, len(order), size):
            rows = order[begin : begin + size]
            reader.model.train()
            starts, ends = reader.probabilities([readings[row] for row in rows])
            wanted = [labels(readings[row], questions[row], starts.shape[1]) for row in rows]
            first, second = (paddle.to_tensor(np.stack(part)) for part in zip(*wanted, strict=True))
            loss = (loss_of(starts, first) + loss_of(ends, second)) / 2
            loss.backward()
            optimizer.step()
            optimizer.clear_grad()
            reader.model.eval()
            step += 1
            yield step, float(loss), step == last


def measure(reader: Reader, questions: Sequence[Question], batch_size: int) -> dict[str, float]:
    """Count spans of which both ends are right: precision, recall and their F1."""
    right = said = wanted = 0
    for begin in range(0, len(questions), batch_size):
        batch = questions[begin : begin + batch_size]
        asked = [(question.prompt, question.content) for question in batch]
        for question, spans in zip(batch, reader.find(asked, _THRESHOLD), strict=True):
            found = {(span.start, span.end) for span in spans}
            right += len(found & set(question.spans))
            said += len(found)
            wanted += len(question.spans)
    precision, recall = right / max(1, said), right / max(1, wanted)
    return {
        "precision": precision,
        "recall": recall,
        "f1": 2 * right / max(1, said + wanted),
    }


def _save(folder: Path, reader: Reader) -> None:
    """Write the model, and the code that serves it."""
    reader.save(folder)
    settings = json.dumps({"max_seq_len": reader.longest})
    (folder / "extractor.json").write_text(settings, encoding="utf-8")
    unneeded = shutil.ignore_patterns("__pycache__", "*.pyc")
    here = Path(__file__).resolve().parent
    shutil.copytree(here, folder / "code", ignore=unneeded, dirs_exist_ok=True)


def parse(argv: list[str]) -> argparse.Namespace:
    """Read the hyperparameters, which come as arguments; algorithm.yaml describes them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--train_path", default=f"{_CHANNEL}/train.txt")
    parser.add_argument("--dev_path", default=f"{_CHANNEL}/dev.txt")
    parser.add_argument("--model", default="uie-base")
    parser.add_argument("--device", default="cpu", choices=["cpu", "gpu"])
    parser.add_argument("--batch_size", type=int, default=16)
    parser.add_argument("--learning_rate", type=float, default=1e-5)
    parser.add_argument("--max_seq_len", type=int, default=512)
    parser.add_argument("--num_epochs", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1000)
    parser.add_argument("--logging_steps", type=int, default=10)
    parser.add_argument("--valid_steps", type=int, default=100)
    return parser.parse_args(argv)


def main() -> None:
    """Train; faults of the data end with one sentence, which becomes the job's FailureReason."""
    try:
        train(parse(sys.argv[1:]))
    except DataError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
