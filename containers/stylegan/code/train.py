"""Train a small StyleGAN2 on a folder of pictures."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

import torch
from learning import Learner, Losses, Options
from measure import distance
from networks import Generator, Shape
from pictures import DataError, DataSet, as_image, grid, read_data_set

MEASURED = 256
SAMPLES = 16
SMALL = 1024


def train(arguments: argparse.Namespace) -> None:
    """Read the pictures, learn with a line of metrics now and then, and write the generator."""
    torch.manual_seed(arguments.seed)
    device = _device(arguments.gpus)
    data = read_data_set(Path(os.environ["SM_CHANNEL_DATASET"]), arguments.resolution)
    shape = Shape(arguments.resolution, arguments.channels, arguments.latent, len(data.classes))
    options = Options(min(arguments.batch, len(data.pictures)), arguments.lr, arguments.gamma)
    print(f"{len(data.pictures)} pictures, {len(data.classes)} classes, on {device}", flush=True)
    if arguments.resolution * arguments.channels < SMALL:
        torch.set_num_threads(1)  # more would wait for each other longer than they compute
    learner = Learner(shape, data, options, device)
    total = max(1, round(arguments.kimg * 1000))
    every, reported = max(1, total // arguments.reports), 0
    for losses in learner.learn(total):
        if losses.images >= min(reported + every, total) and losses.images > reported:
            reported = losses.images
            _report(losses, learner.average, data)
    _save(Path(arguments.outdir), learner.average, data)


def _device(gpus: int) -> str:
    if gpus and not torch.cuda.is_available():
        print("There is no GPU here: the processor does the work.", flush=True)
    return "cuda" if gpus and torch.cuda.is_available() else "cpu"


def _report(losses: Losses, generator: Generator, data: DataSet) -> None:
    chosen = _spread(MEASURED, len(data.pictures))
    far = distance(data.pictures[chosen], _generated(generator, chosen, data))
    print(
        f"kimg={losses.images / 1000:.3f} train:generator_loss={losses.generator:.4f} "
        f"train:discriminator_loss={losses.discriminator:.4f} validation:distance={far:.4f}",
        flush=True,
    )


def _spread(most: int, total: int) -> torch.Tensor:
    """Choose some of all, evenly: pictures are in the order of their classes."""
    return torch.linspace(0, total - 1, min(most, total)).long()


@torch.no_grad()
def _generated(generator: Generator, chosen: torch.Tensor, data: DataSet) -> torch.Tensor:
    """Make as many pictures as were *chosen*, and of their classes."""
    random = torch.Generator().manual_seed(0)
    z = torch.randn(len(chosen), generator.shape.latent, generator=random)
    labels = None if data.labels is None else data.labels[chosen]
    device = generator.start.device
    return generator(z.to(device), None if labels is None else labels.to(device))


def _save(folder: Path, generator: Generator, data: DataSet) -> None:
    """Write the averaged generator, and a page of what it makes."""
    folder.mkdir(parents=True, exist_ok=True)
    content = {
        "shape": generator.shape._asdict(),
        "classes": data.classes,
        "generator": generator.cpu().state_dict(),
    }
    torch.save(content, folder / "network.pt")
    chosen = _spread(SAMPLES, len(data.pictures))
    images = [as_image(picture) for picture in _generated(generator, chosen, data)]
    grid(images, columns=4).save(folder / "fakes.png")


def parse(argv: list[str]) -> argparse.Namespace:
    """Read the hyperparameters, which come as arguments; algorithm.yaml describes them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--outdir", default=os.environ.get("SM_MODEL_DIR", "/opt/ml/model"))
    parser.add_argument("--gpus", type=int, default=1)
    parser.add_argument("--kimg", type=float, default=1000)
    parser.add_argument("--resolution", type=int, default=32, choices=(16, 32, 64, 128, 256))
    parser.add_argument("--channels", type=int, default=32)
    parser.add_argument("--latent", type=int, default=128)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--lr", type=float, default=0.0025)
    parser.add_argument("--gamma", type=float, default=1.0)
    parser.add_argument("--reports", type=int, default=10)
    parser.add_argument("--seed", type=int, default=0)
    return parser.parse_args(argv)


def main() -> None:
    """Train; faults of the data end with one sentence, which becomes the job's FailureReason."""
    arguments = parse(sys.argv[1:])
    # The folder that SageMaker keeps has another name where there is no container.
    if arguments.outdir == "/opt/ml/model":
        arguments.outdir = os.environ.get("SM_MODEL_DIR", arguments.outdir)
    try:
        train(arguments)
    except DataError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
