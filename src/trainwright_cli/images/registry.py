"""A registry over its HTTP interface, version 2: what is in it, and images made without an engine.

https://distribution.github.io/distribution/spec/api/
"""

from dataclasses import dataclass, field
from typing import NamedTuple
from urllib.parse import quote, urljoin

import urllib3

from trainwright_cli.errors import CliError
from trainwright_cli.images.scripts import MANIFEST_TYPE, ScriptsImage, digest_of

_ANY_MANIFEST = ", ".join(
    (
        MANIFEST_TYPE,
        "application/vnd.docker.distribution.manifest.list.v2+json",
        "application/vnd.oci.image.manifest.v1+json",
        "application/vnd.oci.image.index.v1+json",
    )
)
_OK, _CREATED, _ACCEPTED, _NOT_FOUND = 200, 201, 202, 404
_SECONDS = 60


class Pushed(NamedTuple):
    """An image in a registry."""

    digest: str
    media_type: str


@dataclass(frozen=True)
class Registry:
    """The registry at *url*; *scope* says whose part of it, where it has parts."""

    url: str
    scope: dict[str, str] = field(default_factory=dict)

    def find(self, repository: str, tag: str) -> Pushed | None:
        """Return the image of that *tag*, if there is one."""
        path = f"{quote(repository)}/manifests/{tag}"
        answer = self._ask("HEAD", path, headers={"Accept": _ANY_MANIFEST})
        if answer.status == _NOT_FOUND:
            return None
        self._expect(answer, _OK)
        headers = answer.headers
        return Pushed(headers["Docker-Content-Digest"], headers["Content-Type"].partition(";")[0])

    def push(self, repository: str, tag: str, image: ScriptsImage) -> Pushed:
        """Upload an image, its parts first."""
        for blob in (image.layer, image.config):
            self._upload(repository, blob)
        path = f"{quote(repository)}/manifests/{tag}"
        headers = {"Content-Type": MANIFEST_TYPE}
        self._expect(self._ask("PUT", path, body=image.manifest, headers=headers), _CREATED)
        return Pushed(digest_of(image.manifest), MANIFEST_TYPE)

    def _upload(self, repository: str, blob: bytes) -> None:
        digest = digest_of(blob)
        if self._ask("HEAD", f"{quote(repository)}/blobs/{digest}").status == _OK:
            return
        begun = self._ask("POST", f"{quote(repository)}/blobs/uploads/", body=b"")
        self._expect(begun, _ACCEPTED)
        place = urljoin(f"{self.url}/v2/", begun.headers["Location"])
        headers = {"Content-Type": "application/octet-stream"}
        done = self._request("PUT", place, {"digest": digest}, body=blob, headers=headers)
        self._expect(done, _CREATED)

    def _ask(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: dict[str, str] | None = None,
    ) -> urllib3.BaseHTTPResponse:
        return self._request(method, f"{self.url}/v2/{path}", {}, body=body, headers=headers)

    def _request(
        self,
        method: str,
        url: str,
        query: dict[str, str],
        *,
        body: bytes | None,
        headers: dict[str, str] | None,
    ) -> urllib3.BaseHTTPResponse:
        words = "&".join(f"{name}={quote(value)}" for name, value in (self.scope | query).items())
        whole = f"{url}{'&' if '?' in url else '?'}{words}" if words else url
        try:
            return urllib3.request(
                method, whole, body=body, headers=headers, timeout=_SECONDS, retries=False
            )
        except urllib3.exceptions.HTTPError as error:
            raise CliError(f"the registry at {self.url} does not answer: {error}") from error

    def _expect(self, answer: urllib3.BaseHTTPResponse, status: int) -> None:
        if answer.status != status:
            said = answer.data.decode(errors="replace")[:500]
            raise CliError(f"the registry at {self.url} answered {answer.status}: {said}")
