"""Train a recogniser of text lines, or measure PP-OCR's own, under SageMaker's script contract."""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path

import numpy as np
import torch
from configuration import DataError, Settings, parse
from engine import DETECTOR, RECOGNISER, engine
from learning import Scores, compare, learn, told
from recogniser import Recogniser, export
from text_lines import TextLine, alphabet_of, read_alphabet, read_lines

_HELD_OUT = 5  # one line of so many, where there is no file of them
_STATE = "recogniser.pt"


def train(settings: Settings) -> None:
    """Read the channels, learn, and write a model that finds and reads text."""
    torch.manual_seed(settings.seed)
    # A virtual CPU is half a core, and threads that share one wait for each other.
    torch.set_num_threads(max(1, len(os.sched_getaffinity(0)) // 2))
    folder = Path(os.environ["SM_MODEL_DIR"])
    folder.mkdir(parents=True, exist_ok=True)
    lines, validation, alphabet = _lines(settings)
    print(f"{len(lines)} lines to learn from, {len(validation)} to validate with")
    if settings.epochs:
        network, scores = learn(_network(alphabet), lines, validation, settings)
        export(network, folder / RECOGNISER)
        state = {"alphabet": alphabet, "weights": network.state_dict()}
        torch.save(state, folder / _STATE)
    else:
        print("epochs is 0: the recogniser of the package is measured, and served")
        scores = _measured(validation)
    print(f"best {told(scores)}")
    _take_detector(folder)
    metadata = {"trained": bool(settings.epochs), "alphabet": alphabet, **scores._asdict()}
    (folder / "metadata.json").write_text(json.dumps(metadata, indent=1), encoding="utf-8")
    _copy_code(folder / "code")


def _lines(settings: Settings) -> tuple[list[TextLine], list[TextLine], str]:
    alphabet = read_alphabet(settings.alphabet) if settings.alphabet else None
    lines = read_lines(settings.train, alphabet)
    alphabet = alphabet or alphabet_of(lines)
    try:
        return (
            lines,
            read_lines(settings.validation, alphabet if settings.epochs else None),
            alphabet,
        )
    except DataError as error:
        if not str(error).startswith(f"dataset/{settings.validation} is missing"):
            raise
    kept = [line for place, line in enumerate(lines) if place % _HELD_OUT]
    return kept or lines, lines[::_HELD_OUT], alphabet


def _network(alphabet: str) -> Recogniser:
    """Build the network, and give it the weights of an earlier run that fit, if there are any."""
    network = Recogniser(alphabet)
    path = Path(os.environ.get("SM_CHANNEL_PRETRAINED_MODELS", ""), _STATE)
    if not path.is_file():
        return network
    try:
        known = torch.load(path, map_location="cpu", weights_only=True)["weights"]
    except (RuntimeError, KeyError, OSError, EOFError, ValueError) as error:
        raise DataError(f"pretrained_models/{_STATE} was not written here: {error}") from error
    own = network.state_dict()
    fitting = {name: value for name, value in known.items() if own[name].shape == value.shape}
    print(f"{len(fitting)} of {len(own)} tensors come from pretrained_models/{_STATE}")
    network.load_state_dict(fitting, strict=False)
    return network


def _measured(lines: list[TextLine]) -> Scores:
    """Read *lines* with the recogniser that the package carries."""
    reader = engine()
    pictures = [((line.pixels.transpose(1, 2, 0) + 1) * 127.5).astype(np.uint8) for line in lines]
    answers = [reader(picture, use_det=False, use_cls=False) for picture in pictures]
    return compare([(answer.txts or ("",))[0] for answer in answers], lines)


def _take_detector(folder: Path) -> None:
    path = Path(os.environ.get("SM_CHANNEL_PRETRAINED_MODELS", ""), DETECTOR)
    if path.is_file():
        print(f"text will be found by pretrained_models/{DETECTOR}")
        shutil.copy(path, folder / DETECTOR)


def _copy_code(folder: Path) -> None:
    """Put the code that serves it beside the model."""
    unneeded = shutil.ignore_patterns("__pycache__", "*.pyc")
    here = Path(__file__).resolve().parent
    shutil.copytree(here, folder, ignore=unneeded, dirs_exist_ok=True)


def main() -> None:
    """Train; faults of the data end with one sentence, which becomes the job's FailureReason."""
    try:
        train(parse(sys.argv[1:]))
    except DataError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
