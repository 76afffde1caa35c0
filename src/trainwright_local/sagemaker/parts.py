"""What runs in the background of a service: parts, each one of its kind, and what they may ask."""

from typing import Protocol

from trainwright_local.sagemaker.config import SageMakerConfig
from trainwright_local.sagemaker.events import Publisher
from trainwright_local.sagemaker.measurements import Recorder
from trainwright_local.sagemaker.store import Stores


class Service(Protocol):
    """The service as its parts and operations see it; `service.SageMakerService` is the one."""

    @property
    def config(self) -> SageMakerConfig:
        """What the service was told at its start."""

    @property
    def publisher(self) -> Publisher:
        """Puts events on the bus."""

    @property
    def recorder(self) -> Recorder:
        """Puts measurements into CloudWatch."""

    @property
    def stores(self) -> Stores:
        """The records of all accounts and regions."""

    def part[T: "Part"](self, kind: type[T]) -> T:
        """Return the part of that *kind*."""


class Part(Protocol):
    """Something of the service that runs in the background: one of its kind in a service."""

    def __init__(self, service: Service) -> None:
        """Get ready; nothing runs yet."""

    def start(self) -> None:
        """Take up what an earlier life of the cloud left behind."""

    def close(self) -> None:
        """End everything it started."""


PARTS: list[type[Part]] = []


def part[T: Part](kind: type[T]) -> type[T]:
    """Register *kind* as a part of every service."""
    PARTS.append(kind)
    return kind
