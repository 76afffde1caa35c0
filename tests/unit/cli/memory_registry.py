"""A registry of images in memory."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

import urllib3

type Answer = tuple[int, dict[str, str], bytes]


class MemoryRegistry:
    """A registry as its specification has it, as far as pushing goes; stands in for urllib3."""

    def __init__(self) -> None:
        self.blobs: dict[str, bytes] = {}
        self.manifests: dict[str, tuple[str, bytes]] = {}
        self.asked: list[tuple[str, str]] = []
        self.hosts: set[str] = set()

    def request(
        self,
        method: str,
        url: str,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        **_: Any,
    ) -> urllib3.HTTPResponse:
        parts = urlsplit(url)
        self.asked.append((method, parts.path))
        self.hosts.add(parts.netloc)
        query, given = parse_qs(parts.query), dict(headers or {})
        status, told, content = self.answer(method, parts.path, query, body or b"", given)
        return urllib3.HTTPResponse(content, headers=told, status=status, preload_content=True)

    def answer(
        self,
        method: str,
        path: str,
        query: dict[str, list[str]],
        body: bytes,
        headers: dict[str, str],
    ) -> Answer:
        name = path.rpartition("/")[2]
        if method == "POST":
            return 202, {"Location": f"{path}upload-1?state=x"}, b""
        if method == "PUT" and "uploads" in path:
            return self.keep_blob(query, body)
        if method == "PUT":
            return self.keep_manifest(name, headers["Content-Type"], body)
        if "/blobs/" in path:
            return (200 if name in self.blobs else 404), {}, b""
        if name not in self.manifests:
            return 404, {}, b""
        kind, content = self.manifests[name]
        return 200, {"Docker-Content-Digest": digest_of(content), "Content-Type": kind}, b""

    def keep_blob(self, query: dict[str, list[str]], body: bytes) -> Answer:
        if query != {"digest": [digest_of(body)], "state": ["x"]}:
            return 400, {}, b"the digest is another"
        self.blobs[digest_of(body)] = body
        return 201, {}, b""

    def keep_manifest(self, tag: str, kind: str, body: bytes) -> Answer:
        parts = json.loads(body)
        if not {part["digest"] for part in (parts["config"], *parts["layers"])} <= set(self.blobs):
            return 400, {}, b"a blob is unknown"
        self.manifests[tag] = (kind, body)
        return 201, {}, b""


def digest_of(content: bytes) -> str:
    return "sha256:" + hashlib.sha256(content).hexdigest()
