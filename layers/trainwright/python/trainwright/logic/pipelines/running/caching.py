"""The step cache: a step is known by what goes into it, never by names or times.

Its key covers the operation and its arguments, the digest of the image, and the ETag of every input
object, the archives of code and models among them. Outputs are found again only if they are still
where they were, unchanged.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple, Protocol

from trainwright.logic.pipelines.running.filled import Asked
from trainwright.logic.pipelines.running.ports import ImageDigests, Models, StepCache
from trainwright.models.message import JsonObject
from trainwright.models.pipelines.stored import CacheEntry, Listed

_WHOSE = frozenset({"Tags", "OutputDataConfig", "RoleArn", "ExecutionRoleArn"})
"""Where a step writes, who may, and whose it is: none of it changes what comes out."""

_PLACES = frozenset(
    {"S3Uri", "S3OutputPath", "ModelDataUrl", "ModelName", "KmsKeyId", "VolumeKmsKeyId"}
)
"""Where things come from and go to, and names: what is there, and what they stand for, counts."""

_USERS = frozenset({"HyperParameters", "StaticHyperParameters", "Environment", "parameters"})
"""Mappings whose keys are a user's, and mean nothing here,"""

_CODE = "sagemaker_submit_directory"
"""but for the place of a training's code, in JSON."""

_ARNS = ("arn", "package")
"""The outputs that name what is no object: a model, a version in the registry."""

_IMAGE_FIELDS = ("TrainingImage", "ImageUri", "Image")


class Listing(Protocol):
    """Objects in S3."""

    def listing(self, uri: str) -> list[Listed]:
        """List the objects at or below *uri*."""


class Remembering(Protocol):
    """The ports that the cache needs."""

    @property
    def store(self) -> Listing:
        """What there is."""

    @property
    def cache(self) -> StepCache:
        """What there was."""

    @property
    def images(self) -> ImageDigests:
        """What is in images."""

    @property
    def models(self) -> Models:
        """What there is besides objects."""


class Memory(NamedTuple):
    """Those ports, for whoever has no others."""

    store: Listing
    cache: StepCache
    images: ImageDigests
    models: Models


def cache_key_of(asked: Asked, ports: Remembering) -> tuple[str, JsonObject]:
    """Give the key of a step, and all that it was made of."""
    arguments = _without_places(asked.request, ports)
    named = {name: _without_places(it, ports) for name, it in asked.stands_for.items()}
    components: JsonObject = {
        "operation": asked.operation,
        "arguments": arguments | named,
        "inputs": {name: _contents(uri, ports) for name, uri in sorted(_inputs(asked))},
    }
    text = json.dumps(components, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest(), components


def find_cached(key: str, ports: Remembering) -> CacheEntry | None:
    """Give the entry of *key*, if its outputs are still there as they were."""
    entry = ports.cache.find(key)
    if entry is None:
        return None
    for uri, contents in entry.contents.items():
        if _digest(_contents(uri, ports)) != contents:
            return None
    made = (entry.outputs.get(name) for name in _ARNS)
    return entry if all(ports.models.is_there(arn) for arn in made if arn) else None


def why_not_cached(
    pipeline: str, step: str, components: JsonObject, ports: Remembering
) -> tuple[str, ...]:
    """Say what differs from the step's last run, a line for each field."""
    before = ports.cache.latest(pipeline, step)
    if before is None:
        return ("it was not done before, or too long ago",)
    changed = tuple(differences(before.components, components))
    if changed:
        return (f"compared with run {before.run}:", *changed)
    return (f"run {before.run} did the same, but what it made is gone or was changed",)


def entry_of(
    key: str,
    run: str,
    created: datetime,
    outputs: JsonObject,
    components: JsonObject,
    ports: Remembering,
) -> CacheEntry:
    """Make the entry of a step that has ended well."""
    contents = {uri: _digest(_contents(uri, ports)) for uri in sorted(set(_uris(outputs)))}
    return CacheEntry(
        key=key,
        run=run,
        created=created,
        outputs=outputs,
        components=components,
        contents=contents,
    )


def differences(old: Mapping[str, Any], new: Mapping[str, Any], path: str = "") -> Iterator[str]:
    """Name every field in which two keys' components differ, and how."""
    for name in sorted(old.keys() | new.keys()):
        where = f"{path}.{name}" if path else name
        before, after = old.get(name), new.get(name)
        if isinstance(before, Mapping) and isinstance(after, Mapping):
            yield from differences(before, after, where)
        elif before != after:
            yield f"{where}: {_short(before)} -> {_short(after)}"


def _without_places(value: Any, ports: Remembering) -> Any:  # noqa: ANN401 - JSON
    """Replace images by their digests, and leave out whose things are and where."""
    if isinstance(value, Mapping):
        found: JsonObject = {}
        for key, it in value.items():
            if key in _USERS:
                found[key] = {name: that for name, that in it.items() if name != _CODE}
            elif key in _IMAGE_FIELDS:
                found[key] = ports.images.digest(it)
            elif key not in _PLACES | _WHOSE:
                found[key] = _without_places(it, ports)
        return found
    if isinstance(value, list):
        return [_without_places(item, ports) for item in value]
    return value


def _inputs(asked: Asked) -> Iterator[tuple[str, str]]:
    """Give every S3 location that the step reads, by a name."""
    request, manifests = asked.request, {it["manifest"] for it in asked.gathered}
    job = request.get("TrainingJobDefinition", request)
    for channel in job.get("InputDataConfig", ()):
        uri = channel["DataSource"]["S3DataSource"]["S3Uri"]
        if uri not in manifests:  # which are written for the step, from what is gathered
            yield channel["ChannelName"], uri
    parameters = job.get("HyperParameters", job.get("StaticHyperParameters", {}))
    if _CODE in parameters:
        yield "code", json.loads(parameters[_CODE])
    for channel in request.get("ProcessingInputs", ()):
        yield channel["InputName"], channel["S3Input"]["S3Uri"]
    for gathered in asked.gathered:
        for at, uri in enumerate(gathered["locations"]):
            yield f"{gathered['manifest'].rpartition('/')[2]}/{at}", uri
    if "TransformInput" in request:
        yield "data", request["TransformInput"]["DataSource"]["S3DataSource"]["S3Uri"]
    yield from _models(asked)


def _models(asked: Asked) -> Iterator[tuple[str, str]]:
    """Give the archives of models; one that is packed for the step is what it is packed from."""
    if asked.repack is not None:
        yield "model", asked.repack["model_data"]
        yield "serving code", asked.repack["code"]
        return
    for at, uri in enumerate(_values_of("ModelDataUrl", [asked.request, asked.stands_for])):
        yield f"model {at}" if at else "model", uri


def _values_of(name: str, value: Any) -> Iterator[str]:  # noqa: ANN401 - JSON
    if isinstance(value, Mapping):
        for key, item in value.items():
            if key == name:
                yield item
            elif key not in _USERS:
                yield from _values_of(name, item)
    elif isinstance(value, list):
        for item in value:
            yield from _values_of(name, item)


def _contents(uri: str, ports: Remembering) -> dict[str, str]:
    return {found.relative: found.etag for found in ports.store.listing(uri)}


def _digest(contents: Mapping[str, str]) -> str:
    return hashlib.sha256(json.dumps(contents, sort_keys=True).encode()).hexdigest()


def _uris(value: Any) -> Iterator[str]:  # noqa: ANN401 - JSON
    if isinstance(value, str) and value.startswith("s3://"):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _uris(item)


def _short(value: object) -> str:
    text = "nothing" if value is None else json.dumps(value)
    return text if len(text) <= 80 else f"{text[:77]}..."  # noqa: PLR2004 - a line of a terminal
