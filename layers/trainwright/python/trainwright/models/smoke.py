"""Smoke tests: a request to a new endpoint, and what its answer must be like."""

from typing import Annotated, NamedTuple, Self

from pydantic import Field, model_validator

from trainwright.models.message import JsonObject, Message
from trainwright.models.names import ChannelName, RelativePath


class ChannelSample(Message):
    """The first lines of a channel's first object: rows of the user's own data."""

    channel: ChannelName
    lines: Annotated[int, Field(ge=1, le=1000)]
    """How many, a header included."""


class Expectation(Message):
    """What must be true of the answer: JSON that fits *json_schema*, within *max_seconds*."""

    json_schema: JsonObject = Field(default_factory=dict)
    max_seconds: Annotated[float, Field(gt=0, le=60)] = 10


class SmokeTest(Message):
    """One request (a *file* of the algorithm, a *body*, or *rows* of a channel) and its answer."""

    name: str
    file: RelativePath | None = None
    """Send this file of the algorithm's folder,"""
    body: str | None = None
    """or this text,"""
    rows: ChannelSample | None = None
    """or the beginning of a channel's data."""
    content_type: str
    accept: str = "application/json"
    expect: Expectation = Expectation()

    @model_validator(mode="after")
    def _has_one_request(self) -> Self:
        if [self.file, self.body, self.rows].count(None) != 2:  # noqa: PLR2004 - all but one
            raise ValueError("needs exactly one of 'file', 'body' and 'rows'")
        return self


class Answer(NamedTuple):
    """What an endpoint answered: the model's own status and body, after *seconds*."""

    status: int
    body: bytes
    seconds: float
