"""The algorithms of the checkout with their checks, and which of them a session tests."""

from functools import cache, cached_property
from pathlib import Path

import yaml

from tests.algorithms.checks import GROUPS, Checks, ChecksError, read_checks
from trainwright.models.manifest import AlgorithmManifest
from trainwright_cli.images.folders import ContainerFolder, folder_of

CHECKOUT = Path(__file__).parents[2]
ALL = "all"


class Algorithm:
    """One folder of `algorithms/` or `containers/`; what is in it is read when asked for."""

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

    @cached_property
    def container(self) -> ContainerFolder | None:
        """The container that it runs in, if it brings its own."""
        own = self.folder.parent.name == "containers"
        return folder_of(CHECKOUT, self.name) if own else None

    @property
    def model(self) -> str:
        """The name of the model that is trained with it here."""
        return self.name.replace("_", "-")


@cache
def algorithms() -> tuple[Algorithm, ...]:
    """Give every algorithm of the checkout, by name; the same ones whoever asks."""
    places = ("algorithms", "containers")
    found = [path for place in places for path in CHECKOUT.glob(f"{place}/*/algorithm.yaml")]
    return tuple(
        Algorithm(path.parent) for path in sorted(found, key=lambda path: path.parent.name)
    )


def selected(groups: set[str]) -> list[Algorithm]:
    """Give those to be tested; one whose checks cannot be read is always, so that it fails."""
    wanted = set(GROUPS) if ALL in groups else groups
    return [algorithm for algorithm in algorithms() if _is_in(algorithm, wanted)]


def _is_in(algorithm: Algorithm, groups: set[str]) -> bool:
    try:
        return algorithm.checks.environment in groups
    except ChecksError:
        return True
