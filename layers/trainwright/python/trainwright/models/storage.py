"""Places and objects in S3."""

from typing import NamedTuple

from trainwright.models.message import Message


class S3Place(Message):
    """An object or a prefix, its key as S3 has it (not URL-encoded)."""

    bucket: str
    key: str

    @property
    def uri(self) -> str:
        """The place as `s3://bucket/key`."""
        return f"s3://{self.bucket}/{self.key}"

    @classmethod
    def from_uri(cls, uri: str) -> "S3Place":
        """Read `s3://bucket/key`."""
        bucket, _, key = uri.removeprefix("s3://").partition("/")
        return cls(bucket=bucket, key=key)


class StoredObject(NamedTuple):
    """An object of a data set; *size* in bytes."""

    key: str
    size: int
