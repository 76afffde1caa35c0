"""What an algorithm reached here, kept for docs/algorithms.md."""

import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

from tests.algorithms.bench import Trained
from tests.algorithms.catalogue import CHECKOUT
from tests.algorithms.checks import Picture, Reference
from tests.algorithms.samples import made_environment, run_script
from trainwright_local.sagemaker.environments import Environment

FOLDER = CHECKOUT / "docs" / "algorithms"
LONGEST = 400  # characters of a request or an answer


def record(trained: Trained, scratch: Path) -> None:
    """Write the result of *trained*, and its picture if it makes one."""
    if trained.outcome.status != "Succeeded":
        return
    algorithm = trained.algorithm
    path = FOLDER / "results" / f"{algorithm.name}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    answers = {each.name: trained.ask(each) for each in algorithm.checks.reference}
    path.write_text(json.dumps(_result(trained, answers), indent=2, ensure_ascii=False) + "\n")
    if algorithm.checks.picture:
        _draw(trained, algorithm.checks.picture, answers, scratch)


def _result(trained: Trained, answers: dict[str, bytes]) -> dict[str, Any]:
    manifest, metrics = trained.algorithm.manifest, trained.outcome.metrics
    environment = made_environment(trained.algorithm, trained.registered)
    return {
        "algorithm": trained.algorithm.name,
        "version": trained.registered.version,
        "group": trained.algorithm.checks.environment,
        "metrics": {name: round(value, 4) for name, value in metrics.items()},
        "training_seconds": _seconds(trained) if manifest.train else None,
        "environment_megabytes": _megabytes(environment),
        "examples": [
            _example(trained, each, answers[each.name])
            for each in trained.algorithm.checks.reference
        ],
    }


def _seconds(trained: Trained) -> float:
    job = trained.job
    took: timedelta = job["TrainingEndTime"] - job["TrainingStartTime"]
    return round(took.total_seconds(), 1)


def _megabytes(environment: Environment) -> int:
    files = (path for path in environment.root.rglob("*") if path.is_file())
    return round(sum(path.lstat().st_size for path in files) / 1e6)


def _example(trained: Trained, reference: Reference, answer: bytes) -> dict[str, str]:
    request = reference.body(trained.algorithm.folder, trained.sample)
    return {
        "name": reference.name,
        "request": _told(request, reference.content_type),
        "answer": _told(answer, reference.accept),
    }


def _told(body: bytes, kind: str) -> str:
    """Show the beginning of a text, and of all else only how much it is."""
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return f"{len(body)} bytes of {kind}"
    return text if len(text) <= LONGEST else f"{text[:LONGEST]} ..."


def _draw(trained: Trained, picture: Picture, answers: dict[str, bytes], scratch: Path) -> None:
    """Run the algorithm's script on what was sent and answered, in folders named by request."""
    algorithm = trained.algorithm
    for reference in algorithm.checks.reference:
        folder = scratch / re.sub(r"\W+", "_", reference.name)
        folder.mkdir()
        (folder / "request").write_bytes(reference.body(algorithm.folder, trained.sample))
        (folder / "answer").write_bytes(answers[reference.name])
    environment = made_environment(algorithm, trained.registered, scratch)
    output = FOLDER / f"{algorithm.name}.{picture.format}"
    run_script(
        algorithm.folder / picture.script, str(scratch), str(output), environment=environment
    )
