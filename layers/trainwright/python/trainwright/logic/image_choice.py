"""Which image trains or serves an algorithm's model on an instance of a given type."""

from collections.abc import Callable

from trainwright.errors import InvalidRequestError
from trainwright.logic.images import image_uri
from trainwright.logic.processors import Processor, processor_of
from trainwright.models.images import (
    ContainerImage,
    ImageSource,
    ImageVariants,
    PushedFor,
    Scope,
    Variant,
)
from trainwright.models.manifest import AlgorithmManifest

type Pushed = Callable[[str, PushedFor], str | None]
"""Gives the image of a container that is in force for a processor, or None if there is none."""

_VARIANTS: dict[Processor, Variant] = {"cpu": "cpu", "arm64": "cpu", "gpu": "gpu"}
"""An image by its URI may be for ARM too: a registry keeps several architectures under a name."""


def choose_image(
    manifest: AlgorithmManifest,
    scope: Scope,
    instance_type: str,
    region: str,
    url_suffix: str,
    pushed: Pushed,
) -> str:
    """Give the URI of the image; an InvalidRequestError says why there is none."""
    if framework := manifest.framework_for(scope):
        name, version = framework.name, framework.version
        return image_uri(name, version, scope, instance_type, region, url_suffix)
    own = manifest.image_for(scope)
    assert own is not None
    return _own_image(own, scope, instance_type, pushed)


def _own_image(own: ImageSource, scope: Scope, instance_type: str, pushed: Pushed) -> str:
    processor = processor_of(instance_type)
    if isinstance(own, str):
        return own
    if (variant := _VARIANTS.get(processor)) is None:
        raise InvalidRequestError(
            f"there are images for cpu and gpu only, and {instance_type} computes on {processor}"
        )
    if isinstance(own, ImageVariants):
        if uri := getattr(own, variant):
            return str(uri)
        raise InvalidRequestError(
            f"images.{scope} has none for {variant}, which {instance_type} computes on"
        )
    return _of_container(own, "arm64" if processor == "arm64" else variant, pushed)


def _of_container(own: ContainerImage, processor: PushedFor, pushed: Pushed) -> str:
    if (uri := pushed(own.container, processor)) is None:
        platform = " --platform linux/arm64" if processor == "arm64" else ""
        raise InvalidRequestError(
            f"no image of the container '{own.container}' has been pushed for {processor}; "
            f"`trainwright images push {own.container}{platform}` does that"
        )
    return uri
