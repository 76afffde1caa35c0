"""The events about algorithms; unlike the others they belong to no run."""

from typing import Literal

from trainwright.models.events import EventData
from trainwright.models.message import JsonObject, Message, Problem


class AlgorithmMetadata(Message):
    """What both events say first; the names are as uploaded, even if they are none."""

    version: Literal["1"] = "1"
    algorithm: str
    algorithm_version: str
    stack: str


class AlgorithmRegistered(EventData):
    """A version of an algorithm is in force."""

    detail_type = "Algorithm Registered"
    manifest: str
    """S3 URI of the registered algorithm, `algorithm.json`."""
    capabilities: tuple[str, ...]


class AlgorithmRefused(EventData):
    """An uploaded algorithm has problems; the version that was in force still is."""

    detail_type = "Algorithm Refused"
    problems: tuple[Problem, ...]


PUBLISHED: tuple[type[EventData], ...] = (AlgorithmRegistered, AlgorithmRefused)


def detail_of(metadata: AlgorithmMetadata, data: EventData) -> JsonObject:
    """Build an event's `detail`."""
    return {"metadata": metadata.model_dump(), "data": data.model_dump(mode="json")}
