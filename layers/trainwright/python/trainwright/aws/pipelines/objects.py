"""Objects in S3 by their URIs."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from trainwright.aws.clients import our_errors, s3
from trainwright.aws.pipelines.repacking import repack
from trainwright.models.pipelines.stored import Listed
from trainwright.models.storage import S3Place

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_MAX_OBJECTS = 100_000


class S3Objects:
    """Objects of any bucket that the function may read."""

    def __init__(self, client: Callable[[], S3Client] = s3) -> None:
        self._client = client

    def listing(self, uri: str) -> list[Listed]:
        """List the objects at or below *uri*: an object itself, or a folder's."""
        place = S3Place.from_uri(uri)
        pages = (
            self._client()
            .get_paginator("list_objects_v2")
            .paginate(
                Bucket=place.bucket, Prefix=place.key, PaginationConfig={"MaxItems": _MAX_OBJECTS}
            )
        )
        with our_errors():
            items = [item for page in pages for item in page.get("Contents", [])]
        return [
            Listed(
                uri=f"s3://{place.bucket}/{item['Key']}",
                relative=item["Key"].removeprefix(place.key).lstrip("/"),
                etag=item["ETag"].strip('"'),
            )
            for item in items
        ]

    def read(self, uri: str) -> bytes | None:
        """Read an object of a few megabytes; None if there is none."""
        place, client = S3Place.from_uri(uri), self._client()
        try:
            with our_errors():
                return client.get_object(Bucket=place.bucket, Key=place.key)["Body"].read()
        except client.exceptions.NoSuchKey:
            return None

    def write(self, uri: str, body: bytes, content_type: str) -> None:
        """Put an object."""
        place = S3Place.from_uri(uri)
        with our_errors():
            self._client().put_object(
                Bucket=place.bucket, Key=place.key, Body=body, ContentType=content_type
            )

    def repack(self, archive: str, code: str, target: str) -> None:
        """Write *archive* to *target* with the files of *code* in its folder `code/`."""
        if not self.listing(target):
            repack(archive, code, target)
