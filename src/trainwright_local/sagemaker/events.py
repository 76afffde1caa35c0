"""Status changes, published to EventBridge as AWS sends them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from trainwright_local.sagemaker.store import Json

SOURCE = "aws.sagemaker"


@dataclass(frozen=True)
class Event:
    """One event for the default bus of an account in a region."""

    account: str
    region: str
    detail_type: str
    detail: Mapping[str, Json]
    resources: tuple[str, ...]


type Publisher = Callable[[Event], None]
"""Puts an event on the default bus."""


class Origin(Protocol):
    """Where an event comes from."""

    @property
    def account(self) -> str:
        """The account's number."""

    @property
    def region(self) -> str:
        """The region's name."""

    @property
    def publisher(self) -> Publisher:
        """What takes the event."""


def publish(origin: Origin, detail_type: str, detail: Mapping[str, Json], arn: str) -> None:
    """Publish *detail* about the resource *arn*; *detail* must hold times in milliseconds."""
    origin.publisher(Event(origin.account, origin.region, detail_type, detail, (arn,)))


def in_milliseconds(value: Json) -> Json:
    """Turn each time in *value* (a member named `...Time`, in seconds) into milliseconds.

    The answers of the API carry seconds, the same structures in events milliseconds.
    """
    if isinstance(value, list):
        return [in_milliseconds(item) for item in value]
    if isinstance(value, Mapping):
        return {
            key: round(item * 1000) if _is_time(key, item) else in_milliseconds(item)
            for key, item in value.items()
        }
    return value


def _is_time(key: str, value: Json) -> bool:
    return key.endswith(("Time", "Timestamp")) and isinstance(value, float)
