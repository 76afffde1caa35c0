"""The content of images, by ECR's digests."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from trainwright.aws.clients import ecr, our_errors

if TYPE_CHECKING:
    from mypy_boto3_ecr import ECRClient

_URI = re.compile(
    r"(?P<account>\d{12})\.dkr\.ecr\.(?P<region>[^.]+)\.[^/]+/(?P<name>[^:@]+):(?P<tag>.+)"
)


class EcrDigests:
    """Digests of the images of *account*; AWS's own tags do not move, so their URIs will do."""

    def __init__(self, account: str, client: Callable[[], ECRClient] = ecr) -> None:
        self._account, self._client = account, client

    def digest(self, image: str) -> str:
        """Give the digest of an image of this account, and the URI itself of any other."""
        found = _URI.fullmatch(image)
        if found is None or found["account"] != self._account:
            return image
        return self._digest(found["name"], found["tag"]) or image

    def _digest(self, name: str, tag: str) -> str:
        client = self._client()
        try:
            with our_errors():
                found = client.describe_images(repositoryName=name, imageIds=[{"imageTag": tag}])
        except (
            client.exceptions.RepositoryNotFoundException,
            client.exceptions.ImageNotFoundException,
        ):
            return ""
        return found["imageDetails"][0]["imageDigest"]
