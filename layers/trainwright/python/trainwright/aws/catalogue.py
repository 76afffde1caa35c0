"""The registered algorithms: parameters in SSM, and the document that one of them points to."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import lru_cache

from trainwright.aws.clients import our_errors, ssm
from trainwright.aws.files import S3Files
from trainwright.errors import NotReadyError
from trainwright.models.algorithm import RegisteredAlgorithm
from trainwright.models.images import PushedFor
from trainwright.models.storage import S3Place

_COMMIT = "manifest"
"""The parameter that puts a version in force; it is written last."""

_OPTIONAL = ("training_image", "inference_image")
_ATTEMPTS = 10


class SsmCatalogue:
    """Algorithms below `/<stack>/algorithms/` in SSM."""

    def __init__(self, stack: str) -> None:
        self._root = f"/{stack}/algorithms"
        self._images = f"/{stack}/images"

    def find(self, name: str) -> RegisteredAlgorithm | None:
        """Give the version of *name* that is in force, or None."""
        place = _parameter(f"{self._root}/{name}/{_COMMIT}")
        return _read(place) if place else None

    def image(self, container: str, processor: PushedFor) -> str | None:
        """Give the image of *container* that was pushed last, or None if there is none."""
        return _parameter(f"{self._images}/{container}/{processor}")

    def put(self, name: str, parameters: Mapping[str, str]) -> None:
        """Put a version of *name* in force, in the order given; an image it has no more goes.

        Where two do so at once, both look again after their last write, so the one whose `manifest`
        came last also has all the others: what is in force is always one version.
        """
        root = f"{self._root}/{name}"
        known = dict.fromkeys((*parameters, *_OPTIONAL))
        for _ in range(_ATTEMPTS):
            found = _parameters(root, known)
            if found == parameters:
                return
            _write(root, found, parameters)
            if _parameter(f"{root}/{_COMMIT}") != parameters[_COMMIT]:
                return
        raise NotReadyError(f"'{name}' is being registered again and again by others")

    def replaced(self, name: str, manifest: str) -> datetime | None:
        """Tell when another version of *name* than that of *manifest* was put in force."""
        client = ssm()
        try:
            with our_errors():
                found = client.get_parameter(Name=f"{self._root}/{name}/{_COMMIT}")["Parameter"]
        except client.exceptions.ParameterNotFound:
            return None
        return None if found["Value"] == manifest else found["LastModifiedDate"]


def _write(root: str, found: Mapping[str, str], parameters: Mapping[str, str]) -> None:
    """Change what differs, then the manifest even if it does not: its writing is the commit."""
    for key in found.keys() - parameters.keys():
        _remove(f"{root}/{key}")
    for key, value in parameters.items():
        if key == _COMMIT or found.get(key) != value:
            with our_errors():
                ssm().put_parameter(
                    Name=f"{root}/{key}", Value=value, Type="String", Overwrite=True
                )


def _remove(name: str) -> None:
    client = ssm()
    try:
        with our_errors():
            client.delete_parameter(Name=name)
    except client.exceptions.ParameterNotFound:
        return


def _parameters(root: str, keys: Iterable[str]) -> dict[str, str]:
    found = {key: _parameter(f"{root}/{key}") for key in keys}
    return {key: value for key, value in found.items() if value is not None}


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
