"""Whether a request is surely signed by whom it says: nobody is refused here.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html

What is the same in all requests of a client is remembered; the signature itself, its time and the
state of the key are looked at each time.
"""

import hmac
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import sha256

from ministack.core.iam_evaluator import (
    CredentialResolutionError,
    ResolvedCredential,
    resolve_credential,
)
from ministack.core.sigv4 import derive_signing_key, parse_header_signature

from trainwright_local.sagemaker.express.requests import PlainRequest

SCHEME = "AWS4-HMAC-SHA256"
SERVICE = "sagemaker"
LONGEST_SECONDS = 5 * 60
"""How far the time of a request may be from now."""

_signing_key = lru_cache(maxsize=256)(derive_signing_key)


@dataclass(frozen=True, slots=True)
class Claim:
    """What a client says of its signatures, the same all day."""

    access_key_id: str
    date: str
    region: str
    signed: str
    """The names of the headers that are signed."""

    @property
    def scope(self) -> str:
        """What the key is derived for."""
        return f"{self.date}/{self.region}/{SERVICE}/aws4_request"


def claim_of(request: PlainRequest) -> Claim | None:
    """Return what *request* says of its signature; None unless that is the usual."""
    return _claim(request.headers.get("authorization", "").rpartition("Signature=")[0])


def signer(request: PlainRequest, claim: Claim, account: str) -> ResolvedCredential | None:
    """Return who has signed *request*; None unless the signature and its key are good."""
    moment = request.headers.get("x-amz-date", "")
    if moment[:8] != claim.date or abs(time.time() - _seconds(moment)) > LONGEST_SECONDS:
        return None
    token = request.headers.get("x-amz-security-token", "")
    found = resolve_credential(claim.access_key_id, account, token)
    if isinstance(found, CredentialResolutionError):
        return None
    canonical = _canonical(request, claim)
    if canonical is None:
        return None
    key = _signing_key(found.secret_access_key, claim.date, claim.region, SERVICE)
    to_sign = f"{SCHEME}\n{moment}\n{claim.scope}\n{sha256(canonical.encode()).hexdigest()}"
    computed = hmac.digest(key, to_sign.encode(), "sha256").hex()
    given = request.headers["authorization"].rpartition("Signature=")[2]
    return found if hmac.compare_digest(computed, given) else None


@lru_cache(maxsize=1024)
def _claim(authorization: str) -> Claim | None:
    """Read the header up to its last part, the signature."""
    parsed = parse_header_signature(
        {"authorization": f"{authorization}Signature=0", "x-amz-date": "0"}
    )
    if isinstance(parsed, tuple) or parsed.region_set is not None:
        return None
    if not authorization.startswith(f"{SCHEME} "):
        return None
    claim = Claim(parsed.access_key_id, parsed.date_stamp, parsed.region, parsed.signed_headers)
    return claim if f"={claim.access_key_id}/{claim.scope}," in authorization else None


@lru_cache(maxsize=64)
def _seconds(moment: str) -> float:
    """Return when *moment* is; as long ago as can be, when it is no time."""
    try:
        return datetime.strptime(moment, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC).timestamp()
    except ValueError:
        return float("-inf")


def _canonical(request: PlainRequest, claim: Claim) -> str | None:
    headers = request.headers
    content = sha256(request.body).hexdigest()
    if headers.get("x-amz-content-sha256", content) != content:
        return None
    try:
        signed = "".join(
            [f"{name}:{' '.join(headers[name].split())}\n" for name in claim.signed.split(";")]
        )
    except KeyError:
        return None
    return f"POST\n{request.path}\n\n{signed}\n{claim.signed}\n{content}"
