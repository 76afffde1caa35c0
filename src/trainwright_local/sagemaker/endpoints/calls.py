"""A request on its way to a container."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from trainwright_local.sagemaker.endpoints.connections import Body

REAL_TIME_SECONDS = 60.0
"""What a container may take for an answer, and for each part of a streamed one."""


@dataclass(frozen=True)
class Call:
    """What a container is to answer, and which container or model is meant."""

    body: Body
    headers: Mapping[str, str] = field(default_factory=dict)
    seconds: float = REAL_TIME_SECONDS
    model: str | None = None
    container: str | None = None

    def followed_by(self, body: bytes, content_type: str | None) -> "Call":
        """Return the call to the next container of a pipeline, whose input is *body*."""
        headers = dict(self.headers)
        if content_type is not None:
            headers["Content-Type"] = content_type
        return replace(self, body=body, headers=headers)
