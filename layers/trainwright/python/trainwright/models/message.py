"""The base of all that crosses a boundary, and the problems of what does not fit."""

from collections.abc import Iterator
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, ValidationError

type JsonObject = dict[str, Any]
"""A JSON object whose shape somebody else defines, such as a SageMaker request."""


class Message(BaseModel):
    """Base of everything that crosses a state boundary: frozen, and closed to unknown keys."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", regex_engine="python-re", defer_build=True
    )


class Inbound(BaseModel):
    """Base of what others send us: frozen, and open to keys that we do not read."""

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)


class Problem(Message):
    """One thing that is wrong with a request: where, and what would be right."""

    field: str
    message: str

    def __str__(self) -> str:
        """Show the problem on one line."""
        return f"{self.field}: {self.message}"

    @classmethod
    def from_validation(cls, error: ValidationError, *, within: str = "") -> Iterator[Self]:
        """Give one problem for each of pydantic's, its place written as a path below *within*."""
        for detail in error.errors(include_url=False):
            path = ".".join(str(part) for part in (within, *detail["loc"]) if part != "")
            yield cls(field=path or "(whole)", message=detail["msg"].removeprefix("Value error, "))
