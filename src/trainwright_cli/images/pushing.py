"""Pushing: into ECR or another registry, once for each content, and what is recorded of it."""

import os
from base64 import b64decode
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, Self
from urllib.parse import urlsplit

from trainwright_cli.cloud_access import Cloud
from trainwright_cli.errors import CliError
from trainwright_cli.images.building import Target
from trainwright_cli.images.engines import Engine
from trainwright_cli.images.registry import Pushed, Registry
from trainwright_cli.images.repositories import Account, ensure_repository
from trainwright_cli.images.scripts import MANIFEST_TYPE, scripts_image

if TYPE_CHECKING:
    import boto3

_LOOPBACK = {"127.0.0.1", "localhost", "::1"}


class Destination(Protocol):
    """Where images go."""

    def repository(self, name: str) -> str:
        """Make the repository of container *name* ready, and return its name."""

    def find(self, repository: str, tag: str) -> Pushed | None:
        """Return the image of that tag, if it is there."""

    def uri(self, repository: str, digest: str) -> str:
        """Return how SageMaker is told of an image."""

    def foreign_repository(self, name: str) -> None:
        """See to it that a repository is there which is not of the stack; it stays as it is."""

    def push(self, engine: Engine | None, target: Target, repository: str, tag: str) -> None:
        """Push the image of *target*, or its scripts alone without an engine."""


@dataclass(frozen=True)
class PlainRegistry:
    """A registry that needs no credentials, such as one on loopback."""

    host: str
    stack: str

    def repository(self, name: str) -> str:
        """Name the repository; such registries make them when something is pushed."""
        return f"{self.stack}-{name}"

    def find(self, repository: str, tag: str) -> Pushed | None:
        """Ask the registry."""
        return self._registry().find(repository, tag)

    def uri(self, repository: str, digest: str) -> str:
        """Name the image by its content."""
        return f"{self.host}/{repository}@{digest}"

    def foreign_repository(self, name: str) -> None:
        """Do nothing: such registries make repositories when something is pushed."""

    def push(self, engine: Engine | None, target: Target, repository: str, tag: str) -> None:
        """Push without logging in."""
        if engine is None:
            image = scripts_image(target.folder, target.variant)
            self._registry().push(repository, tag, image)
        else:
            name = f"{self.host}/{repository}:{tag}"
            engine.push(target.image(self.stack), name, plain_http=self._is_plain)

    @property
    def _is_plain(self) -> bool:
        return urlsplit(f"//{self.host}").hostname in _LOOPBACK

    def _registry(self) -> Registry:
        return Registry(f"{'http' if self._is_plain else 'https'}://{self.host}")


class Ecr:
    """The registry of an account: AWS's, or that of the local cloud at *local_url*."""

    def __init__(
        self, session: "boto3.Session", stack: str, local_url: str = "", endpoint_url: str = ""
    ) -> None:
        self._stack = stack
        self._local_url = local_url
        endpoint = local_url or endpoint_url or None
        number = session.client("sts", endpoint_url=endpoint).get_caller_identity()["Account"]
        self._account = Account(number, session.region_name)
        self._ecr = session.client("ecr", endpoint_url=endpoint)
        self._logged_in: set[str] = set()

    @classmethod
    def of(cls, cloud: Cloud) -> Self:
        """Return the registry of *cloud*."""
        url = cloud.endpoint_url or os.environ.get("AWS_ENDPOINT_URL", "")
        place = {"local_url": url} if cloud.is_local else {"endpoint_url": url}
        return cls(cloud.session, cloud.stack_name, **place)

    def repository(self, name: str) -> str:
        """Create the repository, or put its policies right."""
        return ensure_repository(self._ecr, self._account, self._stack, name)

    def find(self, repository: str, tag: str) -> Pushed | None:
        """Ask ECR."""
        try:
            found = self._ecr.describe_images(
                repositoryName=repository, imageIds=[{"imageTag": tag}]
            )["imageDetails"]
        except (
            self._ecr.exceptions.ImageNotFoundException,
            self._ecr.exceptions.RepositoryNotFoundException,
        ):
            return None
        if not found:
            return None
        media_type = found[0].get("imageManifestMediaType", MANIFEST_TYPE)
        return Pushed(found[0]["imageDigest"], media_type)

    def uri(self, repository: str, digest: str) -> str:
        """Name the image as AWS does, in the local cloud too."""
        return f"{self._account.registry}/{repository}@{digest}"

    def foreign_repository(self, name: str) -> None:
        """Create it as ECR does by itself, unless it is there."""
        with suppress(self._ecr.exceptions.RepositoryAlreadyExistsException):
            self._ecr.create_repository(repositoryName=name)

    def push(self, engine: Engine | None, target: Target, repository: str, tag: str) -> None:
        """Push to the account's registry; the local cloud's is where the cloud answers."""
        if engine is None:
            self._push_scripts(target, repository, tag)
            return
        host = self._account.registry
        if self._local_url:
            host = urlsplit(self._local_url).netloc
        elif host not in self._logged_in:
            engine.log_in(host, self._password())
            self._logged_in.add(host)
        name = f"{host}/{repository}:{tag}"
        engine.push(target.image(self._stack), name, plain_http=bool(self._local_url))

    def _push_scripts(self, target: Target, repository: str, tag: str) -> None:
        if not self._local_url:
            raise CliError(
                "an image without an engine is for the local cloud: AWS needs docker, podman or "
                "buildah"
            )
        registry = Registry(self._local_url, {"ns": self._account.registry})
        image = scripts_image(target.folder, target.variant)
        registry.push(repository, tag, image)

    def _password(self) -> str:
        token = self._ecr.get_authorization_token()["authorizationData"][0]["authorizationToken"]
        return b64decode(token).decode().partition(":")[2]


def ensure(destination: Destination, engine: Engine | None, target: Target, repository: str) -> str:
    """Push the image of *target* unless it is there; return the URI that names its content."""
    tag = target.tag if engine else target.scripts_tag
    found = destination.find(repository, tag)
    if found is None:
        destination.push(engine, target, repository, tag)
        found = destination.find(repository, tag)
    if found is None:
        raise CliError(f"{repository}:{tag} was pushed and is not there")
    if found.media_type != MANIFEST_TYPE:
        raise CliError(
            f"{repository}:{tag} is in the format {found.media_type}, which SageMaker does "
            f"not take: it has to be {MANIFEST_TYPE}"
        )
    return destination.uri(repository, found.digest)


def push_as(destination: Destination, engine: Engine | None, target: Target, name: str) -> None:
    """Push the image of *target* under a *name* of others, `REPOSITORY:TAG`, whatever it was."""
    repository, _, tag = name.partition(":")
    destination.foreign_repository(repository)
    destination.push(engine, target, repository, tag)
