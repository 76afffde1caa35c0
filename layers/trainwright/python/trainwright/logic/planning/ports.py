"""What planning needs from outside."""

from collections.abc import Iterator
from typing import Protocol

from trainwright.models.algorithm import RegisteredAlgorithm
from trainwright.models.images import PushedFor
from trainwright.models.storage import S3Place, StoredObject


class DataSets(Protocol):
    """The objects that users upload."""

    def text(self, place: S3Place) -> str | None:
        """Give the text of the object at *place*, or None if there is none."""

    def objects(self, place: S3Place) -> Iterator[StoredObject]:
        """Give the objects below the prefix *place*, in the order of their keys."""


class Algorithms(Protocol):
    """The registered algorithms."""

    def find(self, name: str) -> RegisteredAlgorithm | None:
        """Give the version of *name* that is in force, or None."""

    def image(self, container: str, processor: PushedFor) -> str | None:
        """Give the image of *container* that was pushed last, or None if there is none."""
