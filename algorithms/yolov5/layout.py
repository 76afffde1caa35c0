"""The data set as Ultralytics reads it: folders of links, where it may write what it remembers."""

from __future__ import annotations

from pathlib import Path

import yaml
from data_set import DataSet, Picture


def lay_out(data: DataSet, folder: Path) -> Path:
    """Write *data* below *folder*, and give the path of the file that describes it."""
    _part(data.train, folder, "train")
    _part(data.validation, folder, "val")
    described = {"path": str(folder), "train": "images/train", "val": "images/val"}
    path = folder / "data.yaml"
    path.write_text(yaml.safe_dump(described | {"names": dict(enumerate(data.names))}))
    return path


def _part(pictures: list[Picture], folder: Path, part: str) -> None:
    images, labels = folder / "images" / part, folder / "labels" / part
    images.mkdir(parents=True)
    labels.mkdir(parents=True)
    for number, picture in enumerate(pictures):
        name = f"{number:06}"
        (images / f"{name}{picture.path.suffix.lower()}").symlink_to(picture.path.resolve())
        lines = [" ".join(map(str, box)) for box in picture.boxes]
        (labels / f"{name}.txt").write_text("\n".join(lines))
