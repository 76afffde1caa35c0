"""What a framework image carries, read from the table beside this module."""

import math
import re
import sys
import tomllib
from dataclasses import dataclass, field, replace
from functools import cache
from operator import itemgetter
from pathlib import Path
from typing import Any

_URI = re.compile(
    r"(?:[^/]+/)*(?P<name>[^/:@]+)(?::(?P<version>\d+(?:\.\d+)*)?[^@]*)?(?:@.*)?", re.DOTALL
)

type Version = tuple[float, ...]
_NEWEST: Version = (math.inf,)


class UnknownImageError(LookupError):
    """The image is not one that the local cloud can stand in for."""


@dataclass(frozen=True)
class Image:
    """The Python and the packages that an image's repository stands for."""

    repository: str
    """The row that says so, which may hold for several."""
    python: str
    packages: tuple[str, ...]
    fixed: tuple[str, ...] = ()
    """Those that no algorithm's requirements may change."""
    otherwise: tuple[str, ...] = ()
    """Options that help uv to find the fixed ones where they are not offered by themselves."""
    contract: str = field(default="", repr=False)  # the environment is the same
    """How its server asks the algorithm's code, where that is not by `model_fn` and its like."""
    build: tuple[str, ...] = field(default=(), repr=False)  # most environments are without
    """Versions of what packages without a wheel are built with."""
    stand_ins: tuple[str, ...] = ()
    """Modules of `stand_ins/` that every interpreter of the environment runs when it starts."""


def image_of(uri: str) -> Image:
    """Return what the image at *uri* carries; of its tag only the version counts, if at all."""
    found = _URI.fullmatch(uri)
    name = found["name"] if found else ""
    if reason := _table()["refused"].get(name):
        raise UnknownImageError(f"The local cloud has no environment for image {uri}: {reason}.")
    known = _images()
    if name not in known:
        raise UnknownImageError(
            f"The local cloud has no environment for image {uri}. It knows the repositories: "
            f"{', '.join(sorted(known))}."
        )
    version = _version(found["version"]) if found and found["version"] else _NEWEST
    return next(image for below, image in known[name] if version < below or below == _NEWEST)


def emulated_images() -> tuple[Image, ...]:
    """Return what the images carry that the local cloud stands in for, each once."""
    return tuple(dict.fromkeys(image for row in _images().values() for _, image in row))


def is_emulated(uri: str) -> bool:
    """Whether the image at *uri* is one that the local cloud stands in for."""
    try:
        image_of(uri)
    except UnknownImageError:
        return False
    return True


def server_packages() -> tuple[str, ...]:
    """Return what the model server runs under, which every environment has."""
    return tuple(_table()["server"]["packages"])


@cache
def _images() -> dict[str, list[tuple[Version, Image]]]:
    """Return the images of each repository, the oldest first, with the version that ends each."""
    rows = _table()["image"]
    return {name: _row(row.get("like", name), row, rows) for name, row in rows.items()}


def _row(named: str, asked: dict[str, Any], rows: dict[str, Any]) -> list[tuple[Version, Image]]:
    row, contract = rows[named], asked.get("contract", "")
    earlier = {_version(below): row | said for below, said in row.get("before", {}).items()}
    return [
        (below, replace(_image(named, said), contract=contract))
        for below, said in sorted((earlier | {_NEWEST: row}).items(), key=itemgetter(0))
    ]


def _image(name: str, row: dict[str, Any]) -> Image:
    return Image(
        repository=name,
        # The very interpreter of the cloud, which is known to be there.
        python=row.get("python", sys.executable),
        packages=(*row["packages"], *server_packages()),
        fixed=tuple(row.get("fixed", ())),
        otherwise=tuple(row.get("otherwise", ())),
        build=tuple(row.get("build", ())),
        stand_ins=tuple(row.get("stand_ins", ())),
    )


def _version(text: str) -> Version:
    return tuple(int(part) for part in text.split("."))


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_suffix(".toml").read_text())
