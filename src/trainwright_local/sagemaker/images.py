"""What a framework image carries, read from the table beside this module."""

import re
import sys
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_REPOSITORY = re.compile(r"(?:[^/]+/)*(?P<name>[^/:@]+)(?:[:@].*)?")


class UnknownImageError(LookupError):
    """The image is not one that the local cloud can stand in for."""


@dataclass(frozen=True)
class Image:
    """The Python and the packages that an image's repository stands for."""

    repository: str
    python: str
    packages: tuple[str, ...]


def image_of(uri: str) -> Image:
    """Return what the image at *uri* carries; its registry and its tag say nothing here."""
    found = _REPOSITORY.fullmatch(uri)
    known = _images()
    if found is None or found["name"] not in known:
        raise UnknownImageError(
            f"The local cloud has no environment for image {uri}. It knows the repositories: "
            f"{', '.join(sorted(known))}."
        )
    return known[found["name"]]


def is_emulated(uri: str) -> bool:
    """Whether the image at *uri* is one that the local cloud stands in for."""
    try:
        image_of(uri)
    except UnknownImageError:
        return False
    return True


@cache
def _images() -> dict[str, Image]:
    table = tomllib.loads(Path(__file__).with_suffix(".toml").read_text())
    server = table["server"]["packages"]
    return {
        name: Image(
            repository=name,
            # The very interpreter of the cloud, which is known to be there.
            python=row.get("python", sys.executable),
            packages=(*row["packages"], *server),
        )
        for name, row in table["image"].items()
    }
