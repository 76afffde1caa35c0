"""Input objects split into records: by lines, or by the framing of RecordIO and TFRecord.

A record has two forms: what it holds, and that with the framing around it. A payload of one record
is sent without framing, one of several with it, so that the model can tell the records apart.
"""

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

CHUNK = 1024 * 1024
RECORDIO_MAGIC = 0xCED7230A
RECORDIO_HEAD = struct.Struct("<II")
RECORDIO_LENGTH = 0x1FFFFFFF
"""The lower bits of the second word are the length; the upper three say which part of a record."""
WHOLE, FIRST, MIDDLE, LAST = range(4)
TFRECORD_HEAD = struct.Struct("<QI")
CHECKSUM = struct.Struct("<I")
MASK_DELTA = 0xA282EAD8


class SplitError(Exception):
    """The object is not of the format it is said to be of."""


@dataclass(frozen=True, slots=True)
class Split:
    """One record: what it *holds*, and its bytes in the object."""

    holds: bytes
    framed: bytes


def lines(source: BinaryIO) -> Iterator[Split]:
    """Yield the lines of *source*; empty ones hold nothing that a model could be asked about."""
    for line in source:
        holds = line.rstrip(b"\r\n")
        if holds:
            yield Split(holds, line)


def recordio(source: BinaryIO) -> Iterator[Split]:
    """Yield the records of MXNet's RecordIO, those in several parts put together."""
    holds, framed = b"", b""
    expected = {WHOLE, FIRST}
    while head := source.read(RECORDIO_HEAD.size):
        magic, word = RECORDIO_HEAD.unpack(_all(head, RECORDIO_HEAD.size))
        if magic != RECORDIO_MAGIC:
            raise SplitError("a record does not begin with the magic number of RecordIO")
        kind, length = word >> 29, word & RECORDIO_LENGTH
        if kind not in expected:
            raise SplitError("the parts of a RecordIO record are out of order")
        body = _read(source, length + -length % 4)
        # The magic number is what a writer splits at, and drops.
        seam = RECORDIO_MAGIC.to_bytes(4, "little") if kind in {MIDDLE, LAST} else b""
        holds, framed = holds + seam + body[:length], framed + head + body
        expected = {MIDDLE, LAST} if kind in {FIRST, MIDDLE} else {WHOLE, FIRST}
        if kind in {WHOLE, LAST}:
            yield Split(holds, framed)
            holds, framed = b"", b""
    if framed:
        raise SplitError("the last RecordIO record is not complete")


def tfrecords(source: BinaryIO) -> Iterator[Split]:
    """Yield the records of TensorFlow's TFRecord, their checksums verified."""
    while head := source.read(TFRECORD_HEAD.size):
        length, checksum = TFRECORD_HEAD.unpack(_all(head, TFRECORD_HEAD.size))
        if checksum != masked_crc32c(head[:8]):
            raise SplitError("the length of a TFRecord is corrupted")
        holds, tail = _read(source, length), _read(source, CHECKSUM.size)
        if CHECKSUM.unpack(tail)[0] != masked_crc32c(holds):
            raise SplitError("the data of a TFRecord is corrupted")
        yield Split(holds, head + holds + tail)


SPLITTERS: dict[str, Callable[[BinaryIO], Iterator[Split]]] = {
    "Line": lines,
    "RecordIO": recordio,
    "TFRecord": tfrecords,
}


def _read(source: BinaryIO, size: int) -> bytes:
    """Read exactly *size* bytes, of which a corrupted length may promise too many."""
    chunks = []
    while size > 0 and (chunk := source.read(min(size, CHUNK))):
        chunks.append(chunk)
        size -= len(chunk)
    if size > 0:
        raise SplitError("the object ends inside of a record")
    return b"".join(chunks)


def _all(head: bytes, size: int) -> bytes:
    if len(head) < size:
        raise SplitError("the object ends inside of a record")
    return head


def _table() -> list[int]:
    table = []
    for number in range(256):
        crc = number
        for _ in range(8):
            crc = crc >> 1 ^ (0x82F63B78 if crc & 1 else 0)
        table.append(crc)
    return table


CRC32C = _table()


def masked_crc32c(data: bytes) -> int:
    """Return the checksum of TFRecord: CRC-32C (Castagnoli), rotated and shifted."""
    crc = 0xFFFFFFFF
    for byte in data:
        crc = CRC32C[(crc ^ byte) & 0xFF] ^ crc >> 8
    crc ^= 0xFFFFFFFF
    return ((crc >> 15 | crc << 17) + MASK_DELTA) & 0xFFFFFFFF
