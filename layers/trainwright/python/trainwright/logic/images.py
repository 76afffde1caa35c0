"""The URIs of the images that AWS offers for frameworks, from tables generated from its SDK.

There is one small table for each framework, and only that of the framework asked for is read.
"""

import json
import re
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from trainwright.errors import InvalidRequestError
from trainwright.logic.processors import processor_of
from trainwright.models.images import Scope

_TABLES = Path(__file__).parent.parent / "images"


class Image(NamedTuple):
    """One image: for which use it is, its name and tag, and the registry's account by region."""

    scope: str
    version: str
    processor: str
    image: str
    registries: dict[str, str]


def image_uri(
    framework: str, version: str, scope: Scope, instance_type: str, region: str, url_suffix: str
) -> str:
    """Return the URI of the image; an InvalidRequestError names what AWS has instead."""
    found = _choose(
        images_of(framework), "scope", scope, f"AWS has no {scope} image of {framework} at all"
    )
    processor = processor_of(instance_type)
    kind = f"AWS's {scope} images of {framework} do not run on {instance_type} ({processor})"
    found = _choose(found, "processor", processor, kind)
    there = [image for image in found if region in image.registries]
    if not there:
        regions = {region for image in found for region in image.registries}
        raise _refusal(f"AWS has no image of {framework} in region '{region}'", regions)
    kind = (
        f"AWS has no {scope} image of {framework} '{version}' for {processor} in region '{region}'"
    )
    image = _choose(there, "version", version, kind)[0]
    return f"{image.registries[region]}.dkr.ecr.{region}.{url_suffix}/{image.image}"


def known_frameworks() -> tuple[str, ...]:
    """Return the names of the frameworks that AWS has images of."""
    return tuple(sorted(path.stem for path in _TABLES.glob("*.json")))


def known_versions(framework: str) -> tuple[str, ...]:
    """Return the versions of *framework* that AWS has images of, oldest first."""
    return _in_order(image.version for image in images_of(framework))


def _choose(images: Sequence[Image], field: str, value: str, complaint: str) -> list[Image]:
    found = [image for image in images if getattr(image, field) == value]
    if not found:
        raise _refusal(complaint, (getattr(image, field) for image in images))
    return found


def _refusal(complaint: str, known: Iterable[str]) -> InvalidRequestError:
    return InvalidRequestError(f"{complaint}; known: {', '.join(_in_order(known))}")


def _in_order(names: Iterable[str]) -> tuple[str, ...]:
    """Sort versions by their numbers, and what has none by the alphabet."""
    return tuple(sorted(set(names), key=lambda name: (_numbers(name), name)))


def _numbers(name: str) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", name)] if name[:1].isdigit() else []


@cache
def images_of(framework: str) -> tuple[Image, ...]:
    """Return the images that AWS has of *framework*."""
    known = known_frameworks()
    if framework not in known:
        raise _refusal(f"AWS has no image of framework '{framework}'", known)
    table = json.loads((_TABLES / f"{framework}.json").read_text())
    registries = {
        name: {region: account for account, regions in accounts.items() for region in regions}
        for name, accounts in table["registries"].items()
    }
    return tuple(
        Image(scope, version, processor, image, registries[name])
        for scope, version, processor, image, name in table["images"]
    )
