"""How the objects of a batch are labelled, so that an algorithm can learn from them."""

from typing import Annotated

from pydantic import Field

from trainwright.models.message import JsonObject, Message


class LabelFormat(Message):
    """One way to label an object."""

    description: str
    json_schema: JsonObject
    """What one label must fit."""


class Annotation(Message):
    """What can be labelled, and how; nothing is trained or served for it."""

    content_types: tuple[str, ...] = Field(min_length=1)
    """MIME types of the objects."""
    formats: dict[Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,62}$")], LabelFormat] = Field(
        min_length=1
    )
    """By name."""
