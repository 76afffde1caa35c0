"""The picture of a request, sent along or named in S3; and the answer as JSON."""

from __future__ import annotations

import io
import json

from PIL import Image, ImageOps, UnidentifiedImageError
from refusals import RequestError

JSON = "application/json"
PICTURES = ("image/png", "image/jpeg", "image/jpg")
_MAX_BYTES = 25_000_000
_MAX_PIXELS = 50_000_000


def picture_of(body: str | bytes, content_type: str | None) -> Image.Image:
    """Read the picture of a request, upright and in RGB."""
    kind = (content_type or "").partition(";")[0].strip().lower()
    if kind == JSON:
        return _opened(*_fetch(body))
    if kind not in PICTURES:
        known = ", ".join(PICTURES)
        raise RequestError(f"The content type '{content_type}' is none of {known} and {JSON}.")
    return _opened(body if isinstance(body, bytes) else body.encode(), "The picture")


def _opened(content: bytes, name: str) -> Image.Image:
    if not content:
        raise RequestError(f"{name} is empty.")
    try:
        picture = Image.open(io.BytesIO(content), formats=("PNG", "JPEG"))
        if picture.width * picture.height <= _MAX_PIXELS:
            return ImageOps.exif_transpose(picture).convert("RGB")
    except UnidentifiedImageError as error:
        raise RequestError(f"{name} is neither a PNG nor a JPEG.") from error
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise RequestError(f"{name} cannot be read: {error}.") from error
    size = f"{picture.width} x {picture.height}"
    raise RequestError(f"{name} has {size} pixels; {_MAX_PIXELS:,} are the most.")


def _fetch(body: str | bytes) -> tuple[bytes, str]:
    """Read the object that `{"bucket": ..., "image_uri": ...}` names, and its name."""
    try:
        asked = json.loads(body)
    except ValueError as error:
        raise RequestError(f"The request is no JSON: {error}.") from error
    keys = ("bucket", "image_uri")
    if not isinstance(asked, dict) or not all(isinstance(asked.get(key), str) for key in keys):
        raise RequestError('The request must be {"bucket": "...", "image_uri": "..."}.')
    return _object(*(asked[key] for key in keys))


def _object(bucket: str, key: str) -> tuple[bytes, str]:
    import boto3  # noqa: PLC0415 - it takes long, and few requests need it
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415

    name = f"s3://{bucket}/{key}"
    try:
        found = boto3.client("s3").get_object(Bucket=bucket, Key=key)
    except (ClientError, BotoCoreError) as error:
        raise RequestError(f"{name} cannot be read: {error}") from error
    if found["ContentLength"] > _MAX_BYTES:
        raise RequestError(f"{name} has more than {_MAX_BYTES:,} bytes.")
    return found["Body"].read(), name


def as_json(answer: object, accept: str | None) -> tuple[str, str]:
    """Write *answer* as JSON, if that is accepted."""
    kinds = {kind.partition(";")[0].strip().lower() for kind in (accept or JSON).split(",")}
    if kinds.isdisjoint((JSON, "application/*", "*/*")):
        raise RequestError(f"The answer can be {JSON}, not '{accept}'.")
    return json.dumps(answer), JSON
