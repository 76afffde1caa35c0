"""The step cache: a step is known by what goes into it, never by names or times.

Its key covers the operation and its arguments, the digest of the image, the code (whose URI holds
its hash) and the ETag of every input object. Outputs are found again only if they are still
where they were, unchanged.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from trainwright.logic.pipelines.running.filled import Filled
from trainwright.logic.pipelines.running.ports import Running
from trainwright.models.message import JsonObject
from trainwright.models.pipelines.stored import CacheEntry

_NOT_CONTENT = frozenset({"Tags", "OutputDataConfig", "RoleArn", "ExecutionRoleArn"})
"""Where a step writes, who may, and whose it is: none of it changes what comes out."""

_IMAGE_FIELDS = ("TrainingImage", "ImageUri", "Image")


def cache_key_of(step: Filled, ports: Running) -> tuple[str, JsonObject]:
    """Give the key of a step, and all that it was made of."""
    plan = step.record.plan
    request = {key: it for key, it in step.request.items() if key not in _NOT_CONTENT}
    components: JsonObject = {
        "operation": plan.operation,
        "arguments": _without_places(request, ports),
        "inputs": {name: _contents(uri, ports) for name, uri in sorted(_inputs(step))},
    }
    text = json.dumps(components, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest(), components


def find_cached(key: str, ports: Running) -> CacheEntry | None:
    """Give the entry of *key*, if its outputs are still there as they were."""
    entry = ports.cache.find(key)
    if entry is None:
        return None
    for uri, contents in entry.contents.items():
        if _digest(_contents(uri, ports)) != contents:
            return None
    return entry


def why_not_cached(
    pipeline: str, step: str, components: JsonObject, ports: Running
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
    ports: Running,
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


def _without_places(value: Any, ports: Running) -> Any:  # noqa: ANN401 - JSON
    """Replace images by their digests, and leave out where things come from and go to."""
    if isinstance(value, Mapping):
        return {
            key: ports.images.digest(it) if key in _IMAGE_FIELDS else _without_places(it, ports)
            for key, it in value.items()
            if key not in {"S3Uri", "S3OutputPath", "ModelName", "KmsKeyId", "VolumeKmsKeyId"}
        }
    if isinstance(value, list):
        return [_without_places(item, ports) for item in value]
    return value


def _inputs(step: Filled) -> Iterator[tuple[str, str]]:
    """Give every S3 location that the step reads, by a name."""
    request = step.request
    for channel in request.get("InputDataConfig", ()):
        yield channel["ChannelName"], channel["DataSource"]["S3DataSource"]["S3Uri"]
    for channel in request.get("ProcessingInputs", ()):
        yield channel["InputName"], channel["S3Input"]["S3Uri"]
    for gathered in step.gathered:
        for at, uri in enumerate(gathered["locations"]):
            yield f"{gathered['manifest'].rpartition('/')[2]}/{at}", uri
    if "TransformInput" in request:
        yield "data", request["TransformInput"]["DataSource"]["S3DataSource"]["S3Uri"]


def _contents(uri: str, ports: Running) -> dict[str, str]:
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
