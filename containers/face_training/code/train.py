"""Train a face recognizer: MobileFaceNet with an ArcFace head, on channels like YOLO's."""

from __future__ import annotations

import argparse
import os
import pickle
import sys
from pathlib import Path
from typing import Any

import torch
from faces import DataError, Faces, read_faces
from network import ArcFace, MobileFaceNet, Shape
from settings import read_arguments, read_names
from torch import Tensor, nn
from verification import accuracy

HELD_OUT = 0.25
"""The part of the persons that are kept aside: the network is measured on who it never saw."""
SHIFT = 2
SMALL = 200_000


def train(given: dict[str, Any]) -> None:
    """Read the channels, learn with a line of metrics an epoch, and write the model."""
    cfg, images, labels = (Path(os.environ[f"SM_CHANNEL_{n}"]) for n in ("CFG", "IMAGES", "LABELS"))
    arguments, sides = read_arguments(cfg, given)
    names, shape = read_names(cfg), Shape(**sides)
    torch.manual_seed(arguments["seed"])
    faces = read_faces(images, labels, names, shape.size)
    network = MobileFaceNet(shape)
    if arguments["weights"]:
        _load(network, arguments["weights"])
    known, unseen = _split(faces, len(names))
    parameters = sum(p.numel() for p in network.parameters())
    if parameters < SMALL:
        torch.set_num_threads(1)  # more would wait for each other longer than they compute
    print(
        f"{len(faces.persons)} faces of {len(names)} persons, {parameters} parameters", flush=True
    )
    threshold = _learn(network, known, unseen, arguments)
    _save(Path(os.environ["SM_MODEL_DIR"]), network, faces, names, threshold)


def _split(faces: Faces, persons: int) -> tuple[Faces, Faces]:
    order = torch.randperm(persons).tolist()
    count = max(2, round(HELD_OUT * persons))
    return faces.of(set(order[count:])), faces.of(set(order[:count]))


def _learn(network: MobileFaceNet, known: Faces, unseen: Faces, arguments: dict[str, Any]) -> float:
    """Teach *network* the faces *known*; return the similarity from which two are one person."""
    device = "cuda" if torch.cuda.is_available() else "cpu"
    network.to(device)
    persons, labels = torch.unique(known.persons, return_inverse=True)
    head = ArcFace(network.shape.embedding, len(persons), arguments["margin"], arguments["scale"])
    learnt = nn.ModuleList([network, head.to(device)])
    optimizer = torch.optim.AdamW(learnt.parameters(), arguments["lr"], weight_decay=5e-4)
    size = max(2, min(arguments["batch-size"], len(labels)))
    steps = max(1, len(labels) // size)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, arguments["lr"], max(2, arguments["epochs"] * steps)
    )
    threshold = 0.0
    for epoch in range(1, arguments["epochs"] + 1):
        network.train()
        loss = torch.zeros(())
        for batch in torch.randperm(len(labels))[: steps * size].split(size):
            pictures = _varied(known.pictures[batch]).to(device)
            loss = head(network(pictures), labels[batch].to(device))
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            optimizer.step()
            schedule.step()
        told, threshold = accuracy(points_of(network, unseen.pictures), unseen.persons)
        print(
            f"epoch={epoch} train:loss={loss.item():.4f} validation:accuracy={told:.4f}", flush=True
        )
    return threshold


def _varied(pictures: Tensor) -> Tensor:
    """Return *pictures* mirrored, moved a little, and in other light, each by chance."""
    mirrored = torch.rand(len(pictures)) < 0.5  # noqa: PLR2004 - every other one
    pictures = torch.where(mirrored[:, None, None, None], pictures.flip(3), pictures)
    shift = torch.randint(-SHIFT, SHIFT + 1, (2,)).tolist()
    light = 1 + 0.2 * torch.randn(len(pictures), 1, 1, 1)
    return (torch.roll(pictures, shift, dims=(2, 3)) * light).clamp(-1, 1)


@torch.no_grad()
def points_of(network: MobileFaceNet, pictures: Tensor) -> Tensor:
    """Return the points of many *pictures*, some at a time."""
    network.eval()
    device = next(network.parameters()).device
    return torch.cat([network(some.to(device)).cpu() for some in pictures.split(256)])


def _load(network: MobileFaceNet, name: str) -> None:
    """Begin with the weights *name* of the channel 'weights', which an earlier training left."""
    folder = Path(os.environ.get("SM_CHANNEL_WEIGHTS", ""))
    path = folder / name
    if not os.environ.get("SM_CHANNEL_WEIGHTS") or not path.is_file():
        raise DataError(f"The channel 'weights' has no file '{name}'.")
    try:
        network.load_state_dict(torch.load(path, map_location="cpu", weights_only=True)["network"])
    except (RuntimeError, KeyError, EOFError, pickle.UnpicklingError) as error:
        said = str(error).splitlines()[0]
        raise DataError(f"weights/{name} does not fit the network: {said}") from error


def _save(
    folder: Path, network: MobileFaceNet, faces: Faces, names: list[str], threshold: float
) -> None:
    """Write the network, and where each person is."""
    folder.mkdir(parents=True, exist_ok=True)
    points = points_of(network, faces.pictures)
    persons = [points[faces.persons == number].mean(0) for number in range(len(names))]
    content = {
        "shape": network.shape._asdict(),
        "network": network.cpu().state_dict(),
        "names": names,
        "persons": nn.functional.normalize(torch.stack(persons)),
        "threshold": threshold,
    }
    torch.save(content, folder / "mobilefacenet.pt")


def parse(argv: list[str]) -> dict[str, Any]:
    """Read the hyperparameters that were given; the others come from the channel 'cfg'."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("epochs", "batch-size", "seed"):
        parser.add_argument(f"--{name}", type=int)
    for name in ("lr", "margin", "scale"):
        parser.add_argument(f"--{name}", type=float)
    for name in ("weights", "cfg", "hyp"):
        parser.add_argument(f"--{name}")
    found = vars(parser.parse_args(argv))
    return {name.replace("_", "-"): value for name, value in found.items() if value is not None}


def main() -> None:
    """Train; faults of the data end with one sentence, which becomes the job's FailureReason."""
    try:
        train(parse(sys.argv[1:]))
    except DataError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
