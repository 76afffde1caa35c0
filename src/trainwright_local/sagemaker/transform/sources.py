"""An input object on its way from S3 into payloads, on disk in between."""

import gzip
from collections.abc import Iterator
from pathlib import Path
from shutil import copyfileobj, rmtree
from typing import TYPE_CHECKING

from trainwright_local.sagemaker.endpoints.connections import Body
from trainwright_local.sagemaker.storage import S3Uri, download
from trainwright_local.sagemaker.store import Record
from trainwright_local.sagemaker.transform.limits import Limits
from trainwright_local.sagemaker.transform.payloads import Payload, check_size, payloads
from trainwright_local.sagemaker.transform.splitting import SPLITTERS

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

CHUNK = 1024 * 1024


class Source:
    """An object in a *folder* of its own, where its result is put too."""

    def __init__(self, asked: Record, limits: Limits, folder: Path) -> None:
        self._asked = asked
        self._limits = limits
        self._folder = folder
        self._file = folder / "in"
        self.result = folder / "out"

    def fetch(self, s3: "S3Client", uri: S3Uri) -> None:
        """Copy the object here, decompressed."""
        self._folder.mkdir(parents=True)
        if self._asked["CompressionType"] != "Gzip":
            download(s3, uri, self._file)
            return
        packed = self._folder / "packed"
        download(s3, uri, packed)
        with gzip.open(packed) as source, self._file.open("wb") as target:
            copyfileobj(source, target, CHUNK)
        packed.unlink()

    def remove(self) -> None:
        """Remove all there is."""
        rmtree(self._folder, ignore_errors=True)

    def payloads(self) -> Iterator[Payload]:
        """Yield what the model is to be sent, one after the other; raises PayloadError."""
        split = SPLITTERS.get(self._asked["SplitType"])
        if split is None:
            self._check_size()
            body = self._file.read_bytes()
            yield Payload((body,), body)
            return
        with self._file.open("rb") as stream:
            yield from payloads(
                split(stream), single=self._limits.single, megabytes=self._limits.megabytes
            )

    def whole(self) -> Body:
        """Return the object as it is: in chunks, if its size has no limit; raises PayloadError."""
        self._check_size()
        return self._file.read_bytes() if self._limits.megabytes else self._chunks

    def _check_size(self) -> None:
        check_size(self._file.stat().st_size, self._limits.megabytes)

    def _chunks(self) -> Iterator[bytes]:
        with self._file.open("rb") as source:
            while chunk := source.read(CHUNK):
                yield chunk
