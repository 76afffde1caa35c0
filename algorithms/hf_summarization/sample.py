"""Make the sample, short news and their headlines: `sample.py OUTPUT_FOLDER`.

A headline says what one sentence of the news is about, wherever that stands, with its names and
numbers; none of the news to validate with is among those to learn from.
"""

from __future__ import annotations

import json
import random
import sys
from pathlib import Path

_PLACES = """
Aarhus Bergen Cork Dresden Evora Freiburg Ghent Haarlem Innsbruck Jena Krakow Lyon Malmo Nantes
Oviedo Porto Rennes Sibiu Tartu Utrecht Verona Winterthur York Zadar
"""
_DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday"
_GOODS = "bicycles batteries cheese furniture glasses paper shoes toys trams windows"
_STORIES = (
    (
        "The team of {a} beat {b} by {n} goals to one on {day}.",
        "{a} beats {b}",
        ("The coach praised the defence.", "Half of the seats in the stadium stayed empty."),
    ),
    (
        "On {day} the river at {a} rose by {n} centimetres after days of rain.",
        "River in {a} rises by {n} centimetres",
        ("Some cellars are full of water.", "The fire brigade handed out bags of sand."),
    ),
    (
        "A maker of {goods} from {a} will open a factory with {n} jobs in {b} next year.",
        "Maker of {goods} plans {n} jobs in {b}",
        ("The mayor called it good news.", "The company has grown for years."),
    ),
    (
        "Trains between {a} and {b} stand still until {day} because a bridge is being repaired.",
        "No trains from {a} to {b} until {day}",
        ("Buses take the passengers.", "The railway asks for patience."),
    ),
    (
        "The museum of {a} counted {n} thousand visitors, more than ever before.",
        "Record of {n} thousand visitors in {a}",
        ("Its old halls were closed for long.", "Most of them came for the paintings."),
    ),
)
_SETTINGS = """\
hyperparameters: # a small model from nothing, as nothing can be downloaded
  model_name_or_path: scratch
  num_train_epochs: 4
  per_device_train_batch_size: 16
  learning_rate: 0.002
  max_source_length: 64
  max_target_length: 16
  num_beams: 1
gate:
  metric: validation:rougeL
  minimum: 0.9
"""


def _story(random_: random.Random) -> dict[str, str]:
    news, headline, others = random_.choice(_STORIES)
    a, b = random_.sample(_PLACES.split(), 2)
    slots = {
        "a": a,
        "b": b,
        "n": str(random_.randint(2, 60)),
        "day": random_.choice(_DAYS.split()),
        "goods": random_.choice(_GOODS.split()),
    }
    sentences = [news.format(**slots), *others]
    random_.shuffle(sentences)
    return {"text": " ".join(sentences), "summary": headline.format(**slots)}


def main() -> None:
    """Write the channels and run.yaml."""
    output = Path(sys.argv[1])
    random_ = random.Random(2026)  # noqa: S311 - to make the same again
    stories = {story["text"]: story for story in (_story(random_) for _ in range(1800))}
    rows = [json.dumps(story) for story in stories.values()]
    for channel, part in (("train", rows[:1500]), ("validation", rows[1500:1650])):
        path = output / channel / "news.jsonl"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(part) + "\n", encoding="utf-8")
    (output / "run.yaml").write_text(_SETTINGS, encoding="utf-8")


if __name__ == "__main__":
    main()
