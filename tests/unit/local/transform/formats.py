"""Writers of the record formats, for the tests of their readers."""

import struct

from trainwright_local.sagemaker.transform.splitting import RECORDIO_MAGIC, masked_crc32c

MAGIC = struct.pack("<I", RECORDIO_MAGIC)


def a_recordio_part(kind: int, data: bytes) -> bytes:
    return MAGIC + struct.pack("<I", kind << 29 | len(data)) + data + bytes(-len(data) % 4)


def a_tfrecord(data: bytes) -> bytes:
    length = struct.pack("<Q", len(data))
    checks = [struct.pack("<I", masked_crc32c(part)) for part in (length, data)]
    return length + checks[0] + data + checks[1]
