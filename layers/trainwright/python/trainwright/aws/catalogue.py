"""The registered algorithms: parameters in SSM, and the document that one of them points to."""

from collections.abc import Mapping
from functools import lru_cache

from trainwright.aws.clients import our_errors, ssm
from trainwright.aws.files import S3Files
from trainwright.models.algorithm import RegisteredAlgorithm
from trainwright.models.images import Variant
from trainwright.models.storage import S3Place

_COMMIT = "manifest"
"""The parameter that puts a version in force; it is written last."""

_OPTIONAL = ("training_image", "inference_image")


class SsmCatalogue:
    """Algorithms below `/<stack>/algorithms/` in SSM."""

    def __init__(self, stack: str) -> None:
        self._root = f"/{stack}/algorithms"
        self._images = f"/{stack}/images"

    def find(self, name: str) -> RegisteredAlgorithm | None:
        """Give the version of *name* that is in force, or None."""
        place = _parameter(f"{self._root}/{name}/{_COMMIT}")
        return _read(place) if place else None

    def image(self, container: str, variant: Variant) -> str | None:
        """Give the image of *container* that was pushed last, or None if there is none."""
        return _parameter(f"{self._images}/{container}/{variant}")

    def put(self, name: str, parameters: Mapping[str, str]) -> None:
        """Put a version of *name* in force, in the order given; an image it has no more goes."""
        root = f"{self._root}/{name}"
        with our_errors():
            for key, value in parameters.items():
                ssm().put_parameter(
                    Name=f"{root}/{key}", Value=value, Type="String", Overwrite=True
                )
        for key in _OPTIONAL:
            if key not in parameters:
                _remove(f"{root}/{key}")


def _remove(name: str) -> None:
    client = ssm()
    try:
        with our_errors():
            client.delete_parameter(Name=name)
    except client.exceptions.ParameterNotFound:
        return


def _parameter(name: str) -> str | None:
    client = ssm()
    try:
        with our_errors():
            return client.get_parameter(Name=name)["Parameter"]["Value"]
    except client.exceptions.ParameterNotFound:
        return None


@lru_cache(maxsize=64)
def _read(uri: str) -> RegisteredAlgorithm:
    """Read a registered algorithm, once: its place names its content, which never changes."""
    return RegisteredAlgorithm.model_validate_json(S3Files().read(S3Place.from_uri(uri)))
