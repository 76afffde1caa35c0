"""An algorithm's scripts as SageMaker runs them: a process with `SM_*` variables, or a module."""

import importlib
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

ALGORITHMS = Path(__file__).resolve().parents[3] / "algorithms"


class Trained(NamedTuple):
    """How a training ended, and the folder with what it saved."""

    code: int
    out: str
    err: str
    model: Path


def write_channels(root: Path, channels: Mapping[str, Mapping[str, str | bytes]]) -> dict[str, str]:
    """Write the files of each channel, and return the variables that name their folders."""
    variables = {}
    for channel, files in channels.items():
        folder = root / "input/data" / channel
        folder.mkdir(parents=True)
        for name, content in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        variables[f"SM_CHANNEL_{channel.upper()}"] = str(folder)
    return variables | {"SM_MODEL_DIR": str(root / "model")}


def as_arguments(hyperparameters: Mapping[str, object]) -> list[str]:
    """Write hyperparameters as SageMaker passes them to a script."""
    pairs = (
        pair for name in sorted(hyperparameters) for pair in (f"--{name}", hyperparameters[name])
    )
    return [str(item) for item in pairs]


def train_in_process(root: Path, name: str, variables: Mapping[str, str], *argv: str) -> Trained:
    """Run `train.py` of the algorithm *name* as its container would; a warning is an error."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "train.py", *argv],
        cwd=ALGORITHMS / name,
        env={"PATH": os.environ["PATH"], "PYTHONDONTWRITEBYTECODE": "1", **variables},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return Trained(done.returncode, done.stdout, done.stderr, root / "model")


@contextmanager
def modules_of(folder: Path, *names: str) -> Iterator[list[ModuleType]]:
    """Import scripts of *folder* by their own names, as if it were the working folder."""
    own = {path.stem for path in folder.glob("*.py")}
    others = {name: sys.modules.pop(name) for name in own & sys.modules.keys()}
    sys.path.insert(0, str(folder))
    importlib.invalidate_caches()
    try:
        yield [importlib.import_module(name) for name in names]
    finally:
        sys.path.remove(str(folder))
        for name in own & sys.modules.keys():
            del sys.modules[name]
        sys.modules |= others
