"""The sample of an algorithm: the upload of a user, lying in a folder or made by a script."""

import os
import subprocess
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import yaml

from tests.algorithms.catalogue import CHECKOUT, Algorithm
from tests.algorithms.containers import environment_of
from trainwright.models.algorithm import RegisteredAlgorithm
from trainwright_local.cloud.environment import default_cache_dir
from trainwright_local.sagemaker.config import SageMakerConfig
from trainwright_local.sagemaker.environments import Environment, environment_for
from trainwright_local.sagemaker.images import Image

SCRIPT_SECONDS = 300
SETTINGS = "run.yaml"
ONLY_CHANNEL = "train"


def make_sample(algorithm: Algorithm, registered: RegisteredAlgorithm, scratch: Path) -> Path:
    """Give the folder of the sample, made in *scratch* if a script makes it."""
    if algorithm.checks.sample:
        return CHECKOUT / algorithm.checks.sample
    script = algorithm.folder / "sample.py"
    if not script.exists():
        return algorithm.folder / "sample"
    output = scratch / algorithm.name / "sample"
    output.mkdir(parents=True)
    run_script(script, str(output), environment=made_environment(algorithm, registered, scratch))
    return output


def run_script(script: Path, *arguments: str, environment: Environment) -> None:
    """Run a *script* of an algorithm's folder by the interpreter of its own *environment*."""
    done = subprocess.run(
        [str(environment.python), script.name, *arguments],
        cwd=script.parent,
        env={
            "PATH": os.environ["PATH"],
            "HOME": str(Path.home()),
            "PYTHONDONTWRITEBYTECODE": "1",
            "OMP_NUM_THREADS": "2",
        },
        capture_output=True,
        text=True,
        timeout=SCRIPT_SECONDS,
        check=False,
    )
    assert done.returncode == 0, f"{script} failed:\n{done.stdout[-1000:]}{done.stderr[-3000:]}"


def made_environment(
    algorithm: Algorithm, registered: RegisteredAlgorithm, scratch: Path | None = None
) -> Environment:
    """Give the environment that the local cloud makes for the algorithm.

    With *scratch*, to write in, it has what the scripts beside the package need too.
    """
    image: str | Image = registered.training_image or registered.inference_image
    own = algorithm.folder / "requirements.txt"
    if algorithm.container:
        image, own = environment_of(algorithm.container, scratch or Path(mkdtemp()))
    paths = [own, algorithm.folder / "sample_requirements.txt"] if scratch else [own]
    found = [path for path in paths if path.exists()]
    requirements = found[0] if found else None
    if scratch and len(found) > 1:
        requirements = scratch / f"{algorithm.name}-requirements.txt"
        requirements.write_text("\n".join(path.read_text() for path in found))
    cache = default_cache_dir(os.environ)
    config = SageMakerConfig(state_dir=cache, cache_dir=cache, endpoint_url="")
    return environment_for(image, requirements, config)


def files_of(sample: Path) -> dict[str, bytes]:
    """Give the files of each channel; a sample without folders is the channel `train`."""
    found = {
        path.relative_to(sample).as_posix(): path.read_bytes()
        for path in sorted(sample.rglob("*"))
        if path.is_file() and path != sample / SETTINGS
    }
    if found and not any("/" in name for name in found):
        return {f"{ONLY_CHANNEL}/{name}": content for name, content in found.items()}
    return found


def settings_of(sample: Path) -> dict[str, Any]:
    """Give the content of the sample's run.yaml."""
    path = sample / SETTINGS
    return dict(yaml.safe_load(path.read_text()) or {}) if path.exists() else {}
