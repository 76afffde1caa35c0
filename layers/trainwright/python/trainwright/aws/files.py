"""Objects in S3: data sets, samples, reports, packages."""

from collections.abc import Iterator
from itertools import islice

from trainwright.aws.clients import our_errors, s3
from trainwright.models.storage import S3Place, StoredObject

_MAX_OBJECTS = 10_000
"""How much of a data set planning looks at: ten calls."""


class S3Files:
    """All that we read and write in S3."""

    def text(self, place: S3Place) -> str | None:
        """Give the text of the object at *place*, or None if there is none."""
        client = s3()
        try:
            with our_errors():
                found = client.get_object(Bucket=place.bucket, Key=place.key)
        except client.exceptions.NoSuchKey:
            return None
        return found["Body"].read().decode("utf-8", errors="replace")

    def objects(self, place: S3Place) -> Iterator[StoredObject]:
        """Give the objects below *place* in the order of their keys, the first 10,000."""
        pages = (
            s3()
            .get_paginator("list_objects_v2")
            .paginate(
                Bucket=place.bucket, Prefix=place.key, PaginationConfig={"MaxItems": _MAX_OBJECTS}
            )
        )
        for page in pages:
            for item in page.get("Contents", []):
                yield StoredObject(item["Key"], item["Size"])

    def head(self, place: S3Place, *, lines: int | None) -> bytes:
        """Give the object, or its first *lines*."""
        with our_errors():
            found = s3().get_object(Bucket=place.bucket, Key=place.key)
        if lines is None:
            return found["Body"].read()
        first = islice(found["Body"].iter_lines(), lines)
        return b"".join(line + b"\n" for line in first)

    def read(self, place: S3Place) -> bytes:
        """Give the whole object."""
        return self.head(place, lines=None)

    def write(self, place: S3Place, body: bytes, content_type: str) -> None:
        """Put an object."""
        with our_errors():
            s3().put_object(Bucket=place.bucket, Key=place.key, Body=body, ContentType=content_type)


class S3Packages:
    """The packages of algorithms in one *bucket*, by key."""

    def __init__(self, bucket: str, files: S3Files) -> None:
        self._bucket = bucket
        self._files = files

    def get(self, key: str, limit: int) -> bytes | None:
        """Give the object, or None if it has more than *limit* bytes."""
        with our_errors():
            found = s3().get_object(Bucket=self._bucket, Key=key)
        return found["Body"].read() if found["ContentLength"] <= limit else None

    def put(self, key: str, body: bytes) -> None:
        """Write an object."""
        content_type = "application/json" if key.endswith(".json") else "application/gzip"
        self._files.write(S3Place(bucket=self._bucket, key=key), body, content_type)
