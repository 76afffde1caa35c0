"""A model's archive with the code that serves it, made without holding either whole.

The archive is read as a stream and written as one, in parts of an upload: it may be larger than
the function's memory and disk. Only the code, which is small, is held.
"""

import gzip
import io
import tarfile
from collections.abc import Iterator
from typing import IO, Any, cast

from trainwright.aws.clients import our_errors, s3
from trainwright.models.storage import S3Place

_FOLDER = "code"
_PART_BYTES = 16 * 1024 * 1024
_COMPRESSION = 1  # weights hardly shrink, and time is short


def repack(archive: str, code: str, target: str) -> None:
    """Write the archive *archive* to *target*, its folder `code/` replaced by the files of *code*.

    All three are S3 URIs of tar.gz objects. Nothing is at *target* if this fails.
    """
    place = S3Place.from_uri(target)
    with our_errors():
        begun = s3().create_multipart_upload(Bucket=place.bucket, Key=place.key)
    upload = _Upload(place, begun["UploadId"])
    try:
        with (
            # Without a time in it, the same content gives the same object.
            gzip.GzipFile(
                fileobj=cast("IO[bytes]", upload), mode="wb", compresslevel=_COMPRESSION, mtime=0
            ) as compressed,
            tarfile.open(fileobj=compressed, mode="w|") as packed,
        ):
            for member, body in _members(archive):
                if member.name.removeprefix("./").partition("/")[0] != _FOLDER:
                    packed.addfile(member, body)
            for member, body in _members(code):
                member.name = f"{_FOLDER}/{member.name.removeprefix('./')}"
                packed.addfile(member, body)
        upload.complete()
    except BaseException:
        upload.abort()
        raise


def _members(uri: str) -> Iterator[tuple[tarfile.TarInfo, IO[bytes] | None]]:
    place = S3Place.from_uri(uri)
    with our_errors():
        body: Any = s3().get_object(Bucket=place.bucket, Key=place.key)["Body"]
    with tarfile.open(fileobj=body, mode="r|gz") as packed:
        for member in packed:
            yield member, packed.extractfile(member) if member.isfile() else None


class _Upload:
    """A file to write to: its parts go to S3 as they fill."""

    def __init__(self, place: S3Place, upload: str) -> None:
        self._place, self._upload = place, upload
        self._buffer = io.BytesIO()
        self._parts: list[dict[str, Any]] = []

    def write(self, data: bytes) -> int:
        self._buffer.write(data)
        if self._buffer.tell() >= _PART_BYTES:
            self._send()
        return len(data)

    def complete(self) -> None:
        self._send()
        with our_errors():
            s3().complete_multipart_upload(
                **self._target, MultipartUpload=cast("Any", {"Parts": self._parts})
            )

    def abort(self) -> None:
        s3().abort_multipart_upload(**self._target)

    @property
    def _target(self) -> Any:  # noqa: ANN401 - arguments of three calls
        return {"Bucket": self._place.bucket, "Key": self._place.key, "UploadId": self._upload}

    def _send(self) -> None:
        number = len(self._parts) + 1
        with our_errors():
            sent = s3().upload_part(**self._target, PartNumber=number, Body=self._buffer.getvalue())
        self._parts.append({"PartNumber": number, "ETag": sent["ETag"]})
        self._buffer = io.BytesIO()
