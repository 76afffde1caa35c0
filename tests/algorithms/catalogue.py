"""The algorithms of the checkout with their checks, and which of them a session tests."""

from functools import cache, cached_property
from pathlib import Path

import yaml

from tests.algorithms.checks import GROUPS, Checks, ChecksError, read_checks
from trainwright.models.manifest import AlgorithmManifest

CHECKOUT = Path(__file__).parents[2]
ALL = "all"


class Algorithm:
    """One folder of `algorithms/`; what is in it is read when asked for."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.name = folder.name

    @cached_property
    def checks(self) -> Checks:
        """What it is held to."""
        return read_checks(self.folder)

    @cached_property
    def manifest(self) -> AlgorithmManifest:
        """What it says of itself."""
        text = (self.folder / "algorithm.yaml").read_text(encoding="utf-8")
        return AlgorithmManifest.model_validate(yaml.safe_load(text))

    @property
    def model(self) -> str:
        """The name of the model that is trained with it here."""
        return self.name.replace("_", "-")


@cache
def algorithms() -> tuple[Algorithm, ...]:
    """Give every algorithm of the checkout, by name; the same ones whoever asks."""
    found = sorted(CHECKOUT.glob("algorithms/*/algorithm.yaml"))
    return tuple(Algorithm(path.parent) for path in found)


def selected(groups: set[str]) -> list[Algorithm]:
    """Give those to be tested; one whose checks cannot be read is always, so that it fails."""
    wanted = set(GROUPS) if ALL in groups else groups
    return [algorithm for algorithm in algorithms() if _is_in(algorithm, wanted)]


def _is_in(algorithm: Algorithm, groups: set[str]) -> bool:
    try:
        return algorithm.checks.environment in groups
    except ChecksError:
        return True
