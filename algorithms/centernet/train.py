"""Train a CenterNet to find objects, under SageMaker's script-mode contract."""

from __future__ import annotations

import argparse
import copy
import json
import os
import shutil
import sys
from pathlib import Path

import numpy as np
import torch
from arguments import folder_of, parse
from batches import batches
from data_set import DataError, Picture, read_data_set
from network import MULTIPLE, STRIDE, WIDTHS, CenterNet, Detector
from objective import loss, targets
from precision import mean_precision
from torch import nn

WEIGHTS = "best.pt"
_STEP = 0.002
_WARM_UP = 0.2  # part of the training in which the steps grow


def train(options: argparse.Namespace) -> None:
    """Read the channels, learn with a line of metrics for each epoch, and write the best model."""
    folder = folder_of(options.project, options.name)
    side, width = _side(options.img), _width(options.cfg)
    data = read_data_set(options.data)
    print(f"{len(data.train)} pictures to learn from, {len(data.validation)} to validate with")
    torch.manual_seed(options.seed)
    # A virtual CPU is half a core, and threads that share one wait for each other.
    torch.set_num_threads(max(1, len(os.sched_getaffinity(0)) // 2))
    network = CenterNet(len(data.names), width)
    if options.weight:
        _take_over(options.weight, network)
    device = _device(options.device)
    network, precision = _learn(network.to(device), data.train, data.validation, options, device)
    metadata = {"names": data.names, "size": side, "cfg": options.cfg, "map50": precision}
    _save(folder, network.cpu(), metadata)


def _width(cfg: str) -> int:
    """Give the width of the network that *cfg* names: a size, or one of YOLOv5's files."""
    letter = cfg.removesuffix(".yaml").removeprefix("yolov5")
    if letter not in WIDTHS:
        sizes = ", ".join(WIDTHS)
        raise DataError(f"The hyperparameter cfg must be one of {sizes} or yolov5s.yaml: '{cfg}'.")
    return WIDTHS[letter]


def _side(side: int) -> int:
    """Refuse a side that the network cannot halve five times."""
    if side % MULTIPLE:
        raise DataError(f"The hyperparameter img must be a multiple of {MULTIPLE}, is {side}.")
    return side


def _device(name: str) -> torch.device:
    """Choose the GPU if there is one; `0` means it, as YOLOv5 has it."""
    if name not in ("auto", "cpu") and not torch.cuda.is_available():
        raise DataError(f"The hyperparameter device is '{name}', but the instance has no GPU.")
    if name == "cpu" or not torch.cuda.is_available():
        return torch.device("cpu")
    return torch.device(f"cuda:{name}" if name.isdecimal() else "cuda")


def _take_over(name: str, network: CenterNet) -> None:
    """Begin with trained weights, but for what depends on the classes."""
    path = Path(os.environ.get("SM_CHANNEL_WEIGHTS", ""), Path(name).name)
    if not path.is_file():
        raise DataError(f"weights/{path.name} is missing: the channel 'weights' must hold it.")
    try:
        known = torch.jit.load(path, map_location="cpu").network.state_dict()
    except (RuntimeError, AttributeError) as error:
        reason = str(error).splitlines()[0]
        raise DataError(
            f"weights/{path.name} was not written by this algorithm: {reason}"
        ) from error
    own = network.state_dict()
    fitting = {k: v for k, v in known.items() if k in own and own[k].shape == v.shape}
    print(f"{len(fitting)} of {len(own)} tensors come from weights/{path.name}")
    network.load_state_dict(fitting, strict=False)


def _learn(
    network: CenterNet,
    pictures: list[Picture],
    validation: list[Picture],
    options: argparse.Namespace,
    device: torch.device,
) -> tuple[CenterNet, float]:
    """Go over *pictures* and keep the epoch that does best on *validation*."""
    random = np.random.default_rng(options.seed)
    steps = options.epochs * -(-len(pictures) // options.batch)
    optimizer = torch.optim.AdamW(network.parameters(), options.lr0, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, options.lr0, total_steps=steps + 1, pct_start=_WARM_UP
    )
    best, highest = network, -1.0
    for epoch in range(1, options.epochs + 1):
        network.train()
        losses = []
        for batch in batches(pictures, options.img, options.batch, random):
            right = targets(batch.boxes, network.classes, options.img // STRIDE)
            cost = loss(network(batch.pictures.to(device)), right.to(device))
            optimizer.zero_grad()
            cost.backward()
            nn.utils.clip_grad_norm_(network.parameters(), 10)
            optimizer.step()
            schedule.step()
            losses.append(float(cost.detach()))
        precision = validate(network, validation, options, device)
        mean = sum(losses) / len(losses)
        print(f"epoch={epoch} train:loss={mean:.5f} validation:map50={precision:.5f}", flush=True)
        if precision >= highest:
            best, highest = copy.deepcopy(network), precision
    print(f"best validation:map50={highest:.5f}")
    return best, highest


def validate(
    network: CenterNet, pictures: list[Picture], options: argparse.Namespace, device: torch.device
) -> float:
    """Measure the network on *pictures*."""
    detector = Detector(network).eval()
    found, right = [], []
    for batch in batches(pictures, options.img, options.batch):
        with torch.no_grad():
            answers = [part.cpu() for part in detector(batch.pictures.to(device))]
        found += [tuple(part[place] for part in answers) for place in range(len(batch.boxes))]
        right += batch.boxes
    return mean_precision(found, right)


def _save(folder: Path, network: CenterNet, metadata: dict[str, object]) -> None:
    """Write the model as a program that needs none of this code, and the code that serves it."""
    folder.mkdir(parents=True, exist_ok=True)
    picture = torch.zeros(1, 3, *[int(str(metadata["size"]))] * 2)
    program = torch.jit.trace(Detector(network).eval(), picture, check_trace=False)
    described = {"metadata.json": json.dumps(metadata)}
    torch.jit.save(program, folder / WEIGHTS, _extra_files=described)
    unneeded = shutil.ignore_patterns("__pycache__", "*.pyc")
    here = Path(__file__).resolve().parent
    code = Path(os.environ["SM_MODEL_DIR"], "code")
    shutil.copytree(here, code, ignore=unneeded, dirs_exist_ok=True)


def main() -> None:
    """Train; faults of the data end with one sentence, which becomes the job's FailureReason."""
    try:
        train(parse(sys.argv[1:], lr0=_STEP))
    except DataError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
