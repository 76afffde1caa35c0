"""Messages of AWS's event streams in bytes: a length, headers, a payload, and check sums.

https://docs.aws.amazon.com/AmazonS3/latest/API/RESTSelectObjectAppendix.html describes the form.
"""

import json
import struct
from binascii import crc32
from collections.abc import Mapping

STRING = 7
PRELUDE, CHECK_SUM = 8, 4


def event(kind: str, payload: bytes) -> bytes:
    """Return the message of an event called *kind*, whose member is *payload*."""
    headers = {":event-type": kind, ":content-type": "application/octet-stream"}
    return _message({":message-type": "event", **headers}, payload)


def exception(kind: str, members: Mapping[str, str]) -> bytes:
    """Return the message of an error, with which a stream ends."""
    headers = {":exception-type": kind, ":content-type": "application/json"}
    return _message({":message-type": "exception", **headers}, json.dumps(members).encode())


def _message(headers: Mapping[str, str], payload: bytes) -> bytes:
    encoded = b"".join(_header(name, value) for name, value in headers.items())
    length = PRELUDE + CHECK_SUM + len(encoded) + len(payload) + CHECK_SUM
    prelude = struct.pack("!II", length, len(encoded))
    message = prelude + struct.pack("!I", crc32(prelude)) + encoded + payload
    return message + struct.pack("!I", crc32(message))


def _header(name: str, value: str) -> bytes:
    text = value.encode()
    return (
        struct.pack("!B", len(name)) + name.encode() + struct.pack("!BH", STRING, len(text)) + text
    )
