"""Register an uploaded algorithm: look at everything in its package, then put it in force.

What is in force is what the catalogue says, and the catalogue is written after all that it points
to. A refused package changes nothing but `registration.json` beside it, so the version that was in
force stays; and since a version names its content, registering one twice is harmless.
"""

import re
from datetime import datetime, timedelta
from typing import NamedTuple, Protocol

from pydantic import TypeAdapter, ValidationError

from trainwright.logic.package_check import check_package, default_image
from trainwright.logic.packaging import (
    MAX_PACKED_BYTES,
    Files,
    archive,
    version_of,
)
from trainwright.logic.packed_source import packed_source
from trainwright.logic.unpacking import unpack
from trainwright.models.account import Account
from trainwright.models.algorithm import RegisteredAlgorithm, Registration
from trainwright.models.algorithm_events import (
    AlgorithmMetadata,
    AlgorithmRefused,
    AlgorithmRegistered,
    detail_of,
)
from trainwright.models.images import PushedFor
from trainwright.models.inbound import ObjectCreated
from trainwright.models.manifest import AlgorithmManifest
from trainwright.models.message import JsonObject, Message, Problem
from trainwright.models.names import AlgorithmName

ROOT = "algorithms"
PACKAGE = "package.tar.gz"
REGISTRATION = "registration.json"

_CLOCKS = timedelta(minutes=1)
"""How far S3's and SSM's may differ; an event's own is cut to the second."""

_NAME = TypeAdapter(AlgorithmName)
_KEY = re.compile(rf"{ROOT}/(?P<name>[^/]+)/(?P<version>[0-9a-f]{{12}})/{re.escape(PACKAGE)}")


class Packages(Protocol):
    """The objects of the data bucket."""

    def get(self, key: str, limit: int) -> bytes | None:
        """Give the object, or None if it has more than *limit* bytes."""

    def put(self, key: str, body: bytes) -> None:
        """Write an object."""


class Catalogue(Protocol):
    """The parameters that say which version of each algorithm is in force."""

    def put(self, name: str, parameters: dict[str, str]) -> None:
        """Set the parameters of *name* in their order; those that are not given go."""

    def replaced(self, name: str, manifest: str) -> datetime | None:
        """Tell when another version of *name* than that of *manifest* was put in force."""


class Announcements(Protocol):
    """The app's event bus."""

    def publish(self, detail_type: str, detail: JsonObject) -> None:
        """Publish one event."""


class _Parcel(NamedTuple):
    """A package that has arrived: what its key says, and where its parts go."""

    key: str
    name: str
    version: str
    account: Account

    def place(self, path: str) -> str:
        return f"{self.key.rpartition('/')[0]}/{path}"

    def uri(self, path: str) -> str:
        return f"s3://{self.account.bucket}/{self.place(path)}"


def register_algorithm(
    upload: ObjectCreated,
    *,
    packages: Packages,
    catalogue: Catalogue,
    announcements: Announcements,
    account: Account,
) -> Registration:
    """Put the uploaded version in force, or refuse it with every problem there is.

    An event that came so late that another version was put in force since changes nothing.
    """
    problems: list[Problem] = []
    parcel = _parcel(upload.detail.object.key, account, problems)
    if not problems and (late := _lateness(parcel, upload, catalogue)):
        return Registration(name=parcel.name, version=parcel.version, problems=(late,))
    files = _fetch(parcel, packages, problems)
    manifest = None
    if files or not problems:
        manifest = check_package(parcel.name, files, account.region, problems)
    event: AlgorithmRegistered | AlgorithmRefused
    if manifest is None or problems:
        event = AlgorithmRefused(problems=tuple(problems))
    else:
        _store(parcel, manifest, files, packages)
        catalogue.put(parcel.name, _parameters(parcel, manifest))
        event = AlgorithmRegistered(
            manifest=parcel.uri("algorithm.json"), capabilities=manifest.capabilities
        )
    registration = Registration(name=parcel.name, version=parcel.version, problems=tuple(problems))
    packages.put(parcel.place(REGISTRATION), _as_json(registration))
    metadata = AlgorithmMetadata(
        algorithm=parcel.name, algorithm_version=parcel.version, stack=account.stack
    )
    announcements.publish(event.detail_type, detail_of(metadata, event))
    return registration


def _parcel(key: str, account: Account, problems: list[Problem]) -> _Parcel:
    found = _KEY.fullmatch(key)
    if found is None:
        message = f"must be {ROOT}/<name>/<version>/{PACKAGE}, is {key!r}"
        problems.append(Problem(field="key", message=message))
        _, name, version, *_ = [*key.split("/"), "", "", ""]
        return _Parcel(key, name, version, account)
    try:
        _NAME.validate_python(found["name"])
    except ValidationError:
        message = f"must be of a-z, 0-9 and _, beginning with a letter; is {found['name']!r}"
        problems.append(Problem(field="name", message=message))
    return _Parcel(key, found["name"], found["version"], account)


def _lateness(parcel: _Parcel, upload: ObjectCreated, catalogue: Catalogue) -> Problem | None:
    """Find out whether somebody has put another version in force since the upload."""
    since = catalogue.replaced(parcel.name, parcel.uri("algorithm.json"))
    if not (since and upload.time and since > upload.time + _CLOCKS):
        return None
    message = f"came late: another version was put in force at {since.isoformat()}"
    return Problem(field="event", message=message)


def _fetch(parcel: _Parcel, packages: Packages, problems: list[Problem]) -> dict[str, bytes]:
    body = packages.get(parcel.key, MAX_PACKED_BYTES)
    if body is None:
        message = f"is bigger than {MAX_PACKED_BYTES / 1e6:.0f} MB"
        problems.append(Problem(field="package", message=message))
        return {}
    before = len(problems)
    files = unpack(body, problems)
    if len(problems) == before and version_of(files) != parcel.version:
        message = f"must be {version_of(files)} for this content, is {parcel.version!r}"
        problems.append(Problem(field="version", message=message))
    return files


def _store(parcel: _Parcel, manifest: AlgorithmManifest, files: Files, packages: Packages) -> None:
    packages.put(parcel.place("source/sourcedir.tar.gz"), archive(files))
    served = {f"code/{path}": content for path, content in files.items()}
    packages.put(parcel.place("artifact/model.tar.gz"), archive(served))
    for test in manifest.infer.smoke_tests if manifest.infer else ():
        if test.file:
            packages.put(parcel.place(f"files/{test.file}"), files[test.file])
    algorithm = RegisteredAlgorithm(
        manifest=manifest,
        version=parcel.version,
        source=parcel.uri("source/sourcedir.tar.gz"),
        artifact=parcel.uri("artifact/model.tar.gz"),
        files=parcel.uri("files/"),
        **_image_uris(parcel, manifest),
        source_commit=packed.commit if (packed := packed_source(files)) else "",
    )
    packages.put(parcel.place("algorithm.json"), _as_json(algorithm))


def _parameters(parcel: _Parcel, manifest: AlgorithmManifest) -> dict[str, str]:
    """Name all that is in force; the manifest last, for it is what planning reads."""
    parameters = {
        "source": parcel.uri("source/sourcedir.tar.gz"),
        "artifact": parcel.uri("artifact/model.tar.gz"),
        "industrialmodels": f"s3://{parcel.account.bucket}/models/{parcel.name}/",
        **{key: uri for key, uri in _image_uris(parcel, manifest).items() if uri},
    }
    return parameters | {"manifest": parcel.uri("algorithm.json")}


def _image_uris(parcel: _Parcel, manifest: AlgorithmManifest) -> dict[str, str]:
    account = parcel.account
    region, suffix = account.region, account.url_suffix

    def pushed(container: str, processor: PushedFor) -> str:
        # Which image is in force there is looked up by each run.
        return f"ssm:/{account.stack}/images/{container}/{processor}"

    return {
        "training_image": default_image(manifest, "training", region, suffix, pushed),
        "inference_image": default_image(manifest, "inference", region, suffix, pushed),
    }


def _as_json(message: Message) -> bytes:
    return message.model_dump_json(indent=1).encode()
