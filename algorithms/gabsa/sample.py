"""Make the sample, sentences of restaurant reviews: `sample.py OUTPUT_FOLDER`.

Each says one or two things, or nothing, of dishes, staff, place and prices, in words of which the
aspects and the opinions are known; no sentence of one file is in another.
"""

from __future__ import annotations

import random
import sys
from pathlib import Path

_ASPECTS = {
    "food quality": "pizza|soup|duck confit|pad thai|apple pie|fried rice",
    "service general": "waiter|staff|hostess",
    "ambience general": "music|terrace|dining room",
    "drinks prices": "wine list|green tea",
}
_WORDS = {
    "positive": "excellent|wonderful|superb|lovely",
    "negative": "awful|poor|horrible|dull",
    "neutral": "average|okay",
}
_PATTERNS = ("The {a} was {o}", "I found the {a} {o}", "What {o} {a}")
_UNNAMED = {
    "Highly recommended": "positive",
    "Never again": "negative",
    "Worth every penny": "positive",
}
_NOTHING = (
    "We|My sister|Our friends|The children|Two others",
    "sat there|waited|came|paid|met|went home",
    "for an hour|on Sunday|in the rain|at noon|again|with the bus",
)
_SETTINGS = """\
hyperparameters: # a small model from nothing, as nothing can be downloaded
  model_name_or_path: scratch
  train_batch_size: 16
  learning_rate: 0.002
  num_train_epochs: 3
  max_seq_length: 48
gate:
  metric: validation:f1
  minimum: 0.85
"""


def _phrase(random_: random.Random) -> tuple[str, tuple[str, str, str]]:
    category = random_.choice(list(_ASPECTS))
    aspect = random_.choice(_ASPECTS[category].split("|"))
    sentiment = random_.choices(list(_WORDS), (4, 4, 2))[0]
    opinion = random_.choice(_WORDS[sentiment].split("|"))
    text = random_.choice(_PATTERNS).format(a=aspect, o=opinion)
    return text, (aspect, category, sentiment)


def _line(random_: random.Random) -> str:
    kind = random_.random()
    if kind < 0.1:  # noqa: PLR2004 - one in ten says nothing
        return f"{' '.join(random_.choice(part.split('|')) for part in _NOTHING)} .####[]"
    one, first = _phrase(random_)
    if kind < 0.5:  # noqa: PLR2004 - two in five say one thing
        return f"{one} .####{[first]}"
    if kind < 0.6:  # noqa: PLR2004 - one in ten does not name what is meant
        text = random_.choice(list(_UNNAMED))
        unnamed = ("NULL", "restaurant general", _UNNAMED[text])
        return f"{one} . {text} !####{[first, unnamed]}"
    two, second = _phrase(random_)
    while second[0] == first[0]:
        two, second = _phrase(random_)
    return f"{one} . {two} .####{[first, second]}"


def main() -> None:
    """Write the channel and run.yaml."""
    output = Path(sys.argv[1])
    random_ = random.Random(2021)  # noqa: S311 - to make the same again
    lines = list(dict.fromkeys(_line(random_) for _ in range(3000)))
    folder = output / "dataset"
    folder.mkdir(parents=True, exist_ok=True)
    for name, part in (
        ("train", lines[:1600]),
        ("dev", lines[1600:1800]),
        ("test", lines[1800:2000]),
    ):
        (folder / f"{name}.txt").write_text("\n".join(part) + "\n", encoding="utf-8")
    (output / "run.yaml").write_text(_SETTINGS, encoding="utf-8")


if __name__ == "__main__":
    main()
