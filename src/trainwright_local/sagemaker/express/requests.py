"""A request for an invocation as it came from the wire, if it is as plain as most are."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

START = b"POST /endpoints/"
SMALL = 100_000
"""Bytes of a body that is worth waiting for; a larger one is read as any request is."""

_END = b"\r\n\r\n"
_LONGEST_HEAD = 16_384
_LINE = re.compile(r"POST (/endpoints/([a-zA-Z0-9-]+)/invocations) HTTP/1\.1")
_HEADER = re.compile(
    r"\r\n([!#$%&'*+.^_`|~0-9A-Za-z-]+):"
    r"[ \t]*((?:[\x21-\x7e]+(?:[ \t]+[\x21-\x7e]+)*)?)[ \t]*(?=\r\n|\Z)"
)
_OTHERWISE = frozenset({"transfer-encoding", "content-encoding", "expect", "upgrade", "trailer"})
"""Headers of requests whose body is not what follows the head, or not yet."""


@dataclass(slots=True)
class PlainRequest:
    """What is asked, word for word; the names of *headers* are in lower case."""

    path: str
    endpoint: str
    headers: Mapping[str, str]
    body: bytes


class IncompleteError(Exception):
    """The rest of a plain request is still to come."""


def read(received: bytes) -> PlainRequest | None:
    """Return the request that was *received*; None when it is not plain. Raises IncompleteError."""
    head, end, body = received.partition(_END)
    if len(head) > _LONGEST_HEAD:
        return None
    if not end:
        raise IncompleteError
    try:
        text = head.decode("ascii")
    except UnicodeDecodeError:
        return None
    line = _LINE.match(text)
    if line is None:
        return None
    pairs = _HEADER.findall(text, line.end())
    headers = {name.lower(): value for name, value in pairs}
    if len(headers) != text.count("\r\n") or not _OTHERWISE.isdisjoint(headers):
        return None  # a line that is no header, or the same header twice
    if headers.get("connection", "keep-alive").lower() != "keep-alive":
        return None
    return _with_body(line, headers, body)


def _with_body(line: re.Match[str], headers: Mapping[str, str], body: bytes) -> PlainRequest | None:
    length = headers.get("content-length", "")
    if not length.isdecimal() or int(length) > SMALL or len(body) > int(length):
        return None
    if len(body) < int(length):
        raise IncompleteError
    path, endpoint = line.groups()
    return PlainRequest(path, endpoint, headers, body)
