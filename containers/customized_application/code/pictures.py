"""Pictures out of requests: decoded, upright, in RGB, and none that would fill the memory."""

from __future__ import annotations

import base64
import binascii
import io
import json
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError
from refusals import RequestError

JSON = "application/json"
MOST_PIXELS = 50_000_000
UNSUPPORTED_MEDIA_TYPE = 415

Picture = NDArray[np.uint8]
"""Height, width and the three channels red, green and blue."""


def read_members(body: str | bytes, content_type: str | None, *names: str) -> dict[str, Any]:
    """Read the JSON object of a request, which has to have the members *names*."""
    if (content_type or "").partition(";")[0].strip().lower() != JSON:
        error = RequestError(f"The content type is '{content_type}', it has to be {JSON}.")
        error.status_code = UNSUPPORTED_MEDIA_TYPE
        raise error
    try:
        members = json.loads(body)
    except ValueError as error:
        raise RequestError(f"The request is no JSON: {error}.") from error
    if not isinstance(members, dict):
        raise RequestError(f"The request must be an object with {_listed(names)}.")
    if missing := [name for name in names if name not in members]:
        raise RequestError(f"The request lacks {_listed(missing)}.")
    return members


def read_picture(text: object, name: str) -> Picture:
    """Decode the base64 *text* of the member *name*."""
    if not isinstance(text, str):
        raise RequestError(f"'{name}' must be a picture in base64, is {type(text).__name__}.")
    try:
        content = base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise RequestError(f"'{name}' is not base64: {error}.") from error
    return opened(io.BytesIO(content), f"'{name}'")


def opened(content: io.BytesIO, name: str) -> Picture:
    """Decode the picture that is *content*; errors call it *name*."""
    try:
        with Image.open(content) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise RequestError(
                    f"{name} has {picture.width} x {picture.height} pixels, "
                    f"{MOST_PIXELS // 1_000_000} million are the most."
                )
            upright = ImageOps.exif_transpose(picture)
            return np.asarray(upright.convert("RGB"))
    except UnidentifiedImageError as error:
        raise RequestError(
            f"{name} is no picture that can be read, such as JPEG or PNG."
        ) from error
    except (OSError, SyntaxError, Image.DecompressionBombError) as error:
        raise RequestError(f"{name} is a damaged picture: {error}.") from error


def _listed(names: tuple[str, ...] | list[str]) -> str:
    return " and ".join(f"'{name}'" for name in names)
