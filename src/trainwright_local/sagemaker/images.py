"""What a framework image carries, read from the table beside this module."""

import re
import sys
import tomllib
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

_REPOSITORY = re.compile(r"(?:[^/]+/)*(?P<name>[^/:@]+)(?:[:@].*)?")


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
    stand_ins: tuple[str, ...] = ()
    """Modules of `stand_ins/` that every interpreter of the environment runs when it starts."""


def image_of(uri: str) -> Image:
    """Return what the image at *uri* carries; its registry and its tag say nothing here."""
    found = _REPOSITORY.fullmatch(uri)
    name = found["name"] if found else ""
    if reason := _table()["refused"].get(name):
        raise UnknownImageError(f"The local cloud has no environment for image {uri}: {reason}.")
    known = _images()
    if name not in known:
        raise UnknownImageError(
            f"The local cloud has no environment for image {uri}. It knows the repositories: "
            f"{', '.join(sorted(known))}."
        )
    return known[name]


def emulated_images() -> tuple[Image, ...]:
    """Return what the images carry that the local cloud stands in for, each once."""
    return tuple(dict.fromkeys(_images().values()))


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
def _images() -> dict[str, Image]:
    rows = _table()["image"]
    return {
        name: replace(_image(row.get("like", name), rows), contract=row.get("contract", ""))
        for name, row in rows.items()
    }


def _image(name: str, rows: dict[str, Any]) -> Image:
    row = rows[name]
    return Image(
        repository=name,
        # The very interpreter of the cloud, which is known to be there.
        python=row.get("python", sys.executable),
        packages=(*row["packages"], *server_packages()),
        fixed=tuple(row.get("fixed", ())),
        otherwise=tuple(row.get("otherwise", ())),
        stand_ins=tuple(row.get("stand_ins", ())),
    )


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_suffix(".toml").read_text())
