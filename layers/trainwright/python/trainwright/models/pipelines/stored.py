"""What lies in S3, and what the step cache remembers of it."""

from datetime import datetime
from typing import NamedTuple

from trainwright.models.message import JsonObject, Message


class Listed(NamedTuple):
    """An object at or below a location; *relative* is its path from there."""

    uri: str
    relative: str
    etag: str


class CacheEntry(Message):
    """The outputs of a step that was done before."""

    key: str
    run: str
    created: datetime
    outputs: JsonObject
    components: JsonObject
    """All that the key was made of."""
    contents: dict[str, str]
    """A digest of what lies at each output, to see that it is still the same."""
