"""Make the sample: drawn faces of people who do not exist, each with features of its own."""

import json
import random
import sys
from pathlib import Path

from PIL import Image, ImageDraw, ImageFilter

PERSONS, EACH = 24, 14
SIDE = 64
ARGUMENTS = {"epochs": 25, "batch-size": 32, "cfg": "mobilefacenet.yaml", "hyp": "hyp.yaml"}
SHAPE = "size: 48\nwidth: 16\nembedding: 64\nblocks: 2\n"
HYP = "lr: 0.01\nmargin: 0.3\nscale: 16.0\n"
SETTINGS = """# What the channel cfg says is enough; a small machine does.
training: {instance_type: ml.m5.xlarge}
endpoint: {instance_type: ml.m5.large}
"""


def person(number: int) -> dict[str, float]:
    """Choose the features of a person."""
    chance = random.Random(number)  # noqa: S311 - faces, not secrets
    features = ("skin", "long", "wide", "eyes", "iris", "brow", "nose", "mouth", "hair", "fringe")
    return {name: chance.random() for name in features} | {"hue": chance.random()}


def draw(who: dict[str, float], chance: random.Random) -> tuple[Image.Image, list[float]]:
    """Draw one picture of a person, a little different each time; return where the face is too."""
    light = 0.75 + 0.5 * chance.random()
    background = tuple(int(255 * chance.random()) for _ in range(3))
    picture = Image.new("RGB", (4 * SIDE, 4 * SIDE), background)
    pen = ImageDraw.Draw(picture)
    x, y = (2 * SIDE + chance.uniform(-14, 14) for _ in range(2))
    width, height = 62 + 22 * who["wide"], 78 + 26 * who["long"]
    tone = 0.35 + 0.6 * who["skin"]

    def shade(*parts: float) -> tuple[int, int, int]:
        red, green, blue = (max(0, min(255, int(255 * part * light))) for part in parts)
        return red, green, blue

    def spot(cx: float, cy: float, rx: float, ry: float, colour: tuple[int, int, int]) -> None:
        pen.ellipse((x + cx - rx, y + cy - ry, x + cx + rx, y + cy + ry), fill=colour)

    hair = shade(0.1 + 0.8 * who["hair"], 0.1 + 0.5 * who["hair"], 0.15 + 0.5 * who["hue"])
    spot(0, -14, width + 10, height, hair)
    spot(0, 6, width, height, shade(tone, tone * 0.8, tone * 0.65))
    spot(0, -height + 8, width, 14 + 30 * who["fringe"], hair)
    apart, turn = 20 + 14 * who["eyes"], chance.uniform(-5, 5)
    for side in (-1, 1):
        spot(side * apart + turn, -12, 12, 7, shade(0.95, 0.95, 0.95))
        spot(side * apart + turn, -12, 5 + 2 * who["iris"], 6, shade(who["iris"], who["hue"], 0.4))
        brow = -28 - 8 * who["brow"]
        slope = 8 * (who["brow"] - 0.5) * side
        ends = [side * apart - 13, brow - slope, side * apart + 13, brow + slope]
        pen.line([x + ends[0], y + ends[1], x + ends[2], y + ends[3]], fill=hair, width=6)
    spot(
        turn,
        12 + 8 * who["nose"],
        4 + 7 * who["nose"],
        9,
        shade(tone * 0.8, tone * 0.6, tone * 0.5),
    )
    spot(
        turn,
        42,
        14 + 18 * who["mouth"],
        4 + 5 * who["hue"],
        shade(0.75, 0.2 + 0.3 * who["skin"], 0.3),
    )
    picture = picture.rotate(chance.uniform(-9, 9), Image.Resampling.BILINEAR, center=(x, y))
    picture = picture.filter(ImageFilter.GaussianBlur(chance.uniform(0, 3)))
    box = [x / 4 / SIDE, y / 4 / SIDE, 2 * width / 4 / SIDE, 2 * height / 4 / SIDE]
    return picture.resize((SIDE, SIDE), Image.Resampling.BILINEAR), [min(1.0, side) for side in box]


def main(folder: Path) -> None:
    """Write the channels and the settings of the run."""
    for channel in ("cfg", "images/train", "labels/train"):
        (folder / channel).mkdir(parents=True)
    names = [f"person-{number:02d}" for number in range(PERSONS)]
    chance = random.Random(0)  # noqa: S311 - faces, not secrets
    for number, name in enumerate(names):
        for take in range(EACH):
            picture, box = draw(person(number), chance)
            picture.save(folder / f"images/train/{name}-{take:02d}.jpg", quality=90)
            line = " ".join([str(number), *(f"{side:.5f}" for side in box)])
            (folder / f"labels/train/{name}-{take:02d}.txt").write_text(line + "\n")
    lines = [f"nc: {PERSONS}", f"names: [{', '.join(names)}]", "train: images/train", ""]
    (folder / "cfg/amniscient.yaml").write_text("\n".join(lines))
    (folder / "cfg/mobilefacenet.yaml").write_text(SHAPE)
    (folder / "cfg/hyp.yaml").write_text(HYP)
    (folder / "cfg/train-args.json").write_text(json.dumps(ARGUMENTS, indent=1))
    (folder / "run.yaml").write_text(SETTINGS)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
