"""Planning with no cloud: the ports of the rules, over folders of this machine."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from trainwright.logic.planning.location import MARKERS
from trainwright.logic.registration import PACKAGE, ROOT, register_algorithm
from trainwright.models.account import Account
from trainwright.models.algorithm import RegisteredAlgorithm
from trainwright.models.images import PushedFor
from trainwright.models.inbound import ObjectCreated
from trainwright.models.message import JsonObject
from trainwright.models.storage import S3Place, StoredObject
from trainwright_cli import packages
from trainwright_cli.errors import RefusedError

_PARTITIONS = {"cn-": ("aws-cn", "amazonaws.com.cn"), "us-gov-": ("aws-us-gov", "amazonaws.com")}


def placeholder_account(stack: str, region: str) -> Account:
    """Give an account that names what only a deployed stack knows by what it will look like."""
    found = (names for start, names in _PARTITIONS.items() if region.startswith(start))
    partition, url_suffix = next(found, ("aws", "amazonaws.com"))
    number = "000000000000"
    return Account(
        stack=stack,
        partition=partition,
        url_suffix=url_suffix,
        region=region,
        account=number,
        bucket=f"{stack}-data",
        role=f"arn:{partition}:iam::{number}:role/{stack}-SageMakerRole",
    )


@dataclass
class FolderCatalogue:
    """The algorithm of one folder, registered in memory by the stack's own rules."""

    folder: Path
    account: Account
    _objects: dict[str, bytes] = field(default_factory=dict)
    _manifest: str = ""

    def find(self, name: str) -> RegisteredAlgorithm | None:
        """Register the folder's algorithm; a RefusedError has all that is wrong with it."""
        package = packages.read(self.folder).pack()
        if package.name != name:
            return None
        key = f"{ROOT}/{name}/{package.version}/{PACKAGE}"
        self._objects[key] = package.body
        event = {"detail": {"bucket": {"name": self.account.bucket}, "object": {"key": key}}}
        registration = register_algorithm(
            ObjectCreated.model_validate(event),
            packages=_Objects(self._objects),
            catalogue=self,
            announcements=_Nobody(),
            account=self.account,
        )
        if not registration.accepted:
            raise RefusedError(f"the algorithm in {self.folder}", registration.problems)
        return RegisteredAlgorithm.model_validate_json(self._objects[self._manifest])

    def image(self, container: str, processor: PushedFor) -> str:
        """Name the image that only a stack knows by what it will look like."""
        where = f"{self.account.account}.dkr.ecr.{self.account.region}.{self.account.url_suffix}"
        return f"{where}/{self.account.stack}-{container}:{processor}"

    def put(self, name: str, parameters: dict[str, str]) -> None:
        """Remember where the registered algorithm is described."""
        del name
        self._manifest = parameters["manifest"].removeprefix(f"s3://{self.account.bucket}/")

    def replaced(self, name: str, manifest: str) -> None:
        """Know of no other version."""


@dataclass(frozen=True)
class _Objects:
    objects: dict[str, bytes]

    def get(self, key: str, limit: int) -> bytes | None:
        body = self.objects[key]
        return body if len(body) <= limit else None

    def put(self, key: str, body: bytes) -> None:
        self.objects[key] = body


class _Nobody:
    def publish(self, detail_type: str, detail: JsonObject) -> None:
        """Tell nobody."""


@dataclass(frozen=True)
class FolderDataSet:
    """The files of a local folder as the objects they would become."""

    sizes: dict[str, int]
    settings: str | None

    def text(self, place: S3Place) -> str | None:
        """Give the run's settings; there is no other text."""
        return self.settings if place.key.endswith(f"/{MARKERS[1]}") else None

    def objects(self, place: S3Place) -> Iterator[StoredObject]:
        """Give the files below *place*."""
        for name, size in sorted(self.sizes.items()):
            yield StoredObject(place.key + name, size)


def assumed_sizes(algorithm: RegisteredAlgorithm) -> dict[str, int]:
    """Assume one object for each required channel of a data set that nobody may look at."""
    train = algorithm.manifest.train
    channels = train.channels if train else {}
    return {f"{name}/part-0": 1 for name, channel in channels.items() if channel.required}
