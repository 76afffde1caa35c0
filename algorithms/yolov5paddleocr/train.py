"""Put a detector and a recogniser together, and measure what they read, as a training job."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
from collections import Counter
from pathlib import Path

import cv2
import numpy as np
from parts import DataError, take_detector, take_recogniser
from reading import SETTINGS, Reader, Settings, Text, reader

_TEXTS = "texts.txt"

Expected = dict[Path, list[str]]


def assemble(settings: Settings, class_names: list[str]) -> None:
    """Take both models, read the pictures of the channel `images`, and write the model."""
    folder = Path(os.environ["SM_MODEL_DIR"])
    folder.mkdir(parents=True, exist_ok=True)
    take_detector(folder)
    take_recogniser(folder)
    both = reader(folder, settings)
    both = both._replace(settings=settings._replace(classes=_numbers(class_names, both)))
    expected = _expected(Path(os.environ["SM_CHANNEL_IMAGES"]))
    right, read, wanted = 0, 0, 0
    for path, texts in expected.items():
        found = [text.text for text in _read(both, path)]
        right += sum((Counter(found) & Counter(texts)).values())
        read, wanted = read + len(found), wanted + len(texts)
        print(f"images/{path.name}: read {found}, there are {texts}")
    recall, precision = right / max(wanted, 1), right / max(read, 1)
    print(f"validation:recall={recall:.5f} validation:precision={precision:.5f}", flush=True)
    (folder / SETTINGS).write_text(json.dumps(both.settings._asdict()), encoding="utf-8")
    here = Path(__file__).resolve().parent
    unneeded = shutil.ignore_patterns("__pycache__", "*.pyc")
    shutil.copytree(here, folder / "code", ignore=unneeded, dirs_exist_ok=True)


def _numbers(class_names: list[str], both: Reader) -> tuple[int, ...]:
    names = both.detector.names
    for name in class_names:
        if name not in names:
            raise DataError(f"The detector has no class '{name}', but {', '.join(names)}.")
    return tuple(names.index(name) for name in class_names)


def _expected(folder: Path) -> Expected:
    """Read what the pictures say: a line `picture<tab>text` for each text."""
    path = folder / _TEXTS
    if not path.is_file():
        raise DataError(f"images/{_TEXTS} is missing: a line 'picture<tab>text' for each text.")
    found: Expected = {}
    for number, row in enumerate(path.read_text(encoding="utf-8-sig").splitlines(), 1):
        if not row.strip():
            continue
        name, tab, text = row.partition("\t")
        picture = (folder / name).resolve()
        if not tab:
            raise DataError(f"images/{_TEXTS}, line {number}: must be 'picture<tab>text': {row!r}.")
        if not picture.is_file() or not picture.is_relative_to(folder.resolve()):
            raise DataError(f"images/{_TEXTS}, line {number}: there is no picture '{name}'.")
        # A picture of which nothing is to be read has a line without a text.
        found.setdefault(picture, []).extend([text] if text.strip() else [])
    if not found:
        raise DataError(f"images/{_TEXTS} names no pictures.")
    return found


def _read(both: Reader, path: Path) -> list[Text]:
    picture = cv2.imdecode(np.frombuffer(path.read_bytes(), np.uint8), cv2.IMREAD_COLOR)
    if picture is None:
        raise DataError(f"images/{path.name} is no picture that can be read.")
    return both.read(picture)[1]


def main() -> None:
    """Assemble; faults of the data end with one sentence, the job's FailureReason."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("threshold", "overlap", "margin", "text_threshold"):
        parser.add_argument(f"--{name}", type=float, default=Settings._field_defaults[name])
    parser.add_argument("--classes", default="")
    given = vars(parser.parse_args())
    names = [name.strip() for name in given.pop("classes").split(",") if name.strip()]
    try:
        assemble(Settings(**given), names)
    except DataError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
