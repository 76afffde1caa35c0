"""The URIs of the images that AWS offers for frameworks, from a table generated from its SDK."""

import json
import re
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Literal, NamedTuple

from trainwright.errors import InvalidRequestError

type Scope = Literal["training", "inference"]

_TABLE = Path(__file__).parent.parent / "images.json"
_GRAVITON = re.compile(r"[a-z]+\d+g")


class Image(NamedTuple):
    """One image: for which use it is, its name and tag, and the registry's account by region."""

    framework: str
    version: str
    scope: str
    processor: str
    image: str
    registries: dict[str, str]


def image_uri(
    framework: str, version: str, scope: Scope, instance_type: str, region: str, url_suffix: str
) -> str:
    """Return the URI of the image; an InvalidRequestError names what AWS has instead."""
    found = _choose(_images(), "framework", framework, "AWS has no image of framework '{}'")
    found = _choose(found, "scope", scope, f"AWS's images of {framework} are not for {{}}")
    processor = processor_of(instance_type)
    kind = f"AWS's {scope} images of {framework} do not run on {instance_type} ({{}})"
    found = _choose(found, "processor", processor, kind)
    kind = f"AWS has no {scope} image of {framework} '{{}}' for {processor}"
    image = _choose(found, "version", version, kind)[0]
    if region not in image.registries:
        raise _refusal(f"AWS has no image of {framework} in region '{region}'", image.registries)
    account = image.registries[region]
    return f"{account}.dkr.ecr.{region}.{url_suffix}/{image.image}"


def known_versions(framework: str) -> tuple[str, ...]:
    """Return the versions of *framework* that AWS has images of, oldest first."""
    versions = {image.version for image in _images() if image.framework == framework}
    return tuple(
        sorted(versions, key=lambda version: [int(n) for n in re.findall(r"\d+", version)])
    )


def processor_of(instance_type: str) -> str:
    """Name the kind of processor in an instance of type *instance_type*."""
    family = instance_type.removeprefix("ml.").partition(".")[0]
    if _GRAVITON.match(family):
        return "arm64"
    if family.startswith(("inf", "trn")):
        return "neuron"
    return "gpu" if family[:1] in ("g", "p") else "cpu"


def _choose(images: Sequence[Image], field: str, value: str, complaint: str) -> list[Image]:
    found = [image for image in images if getattr(image, field) == value]
    if not found:
        known = (str(getattr(image, field)) for image in images)
        raise _refusal(complaint.format(value), known)
    return found


def _refusal(complaint: str, known: Iterable[str]) -> InvalidRequestError:
    return InvalidRequestError(f"{complaint}; known: {', '.join(sorted(set(known)))}")


@cache
def _images() -> tuple[Image, ...]:
    table = json.loads(_TABLE.read_text())
    registries = table["registries"]
    return tuple(
        Image(**{**row, "registries": registries[row["registries"]]}) for row in table["images"]
    )
