"""Conversions between bytes on the wire and what handlers work with, for those who write none.

Unlike the toolkit's they refuse pickled objects inside an array: whoever may invoke an endpoint
should not thereby run code in it.
"""

from __future__ import annotations

import io
import json
from importlib import import_module
from typing import Any

JSON = "application/json"
CSV = "text/csv"
NPY = "application/x-npy"
NPZ = "application/x-npz"
ANY = "*/*"
TEXT = (JSON, CSV)
"""What a handler gets as text; everything else it gets as bytes."""


class RefusedRequestError(Exception):
    """The request cannot be answered, whatever the model is; *status_code* tells the client."""

    def __init__(self, message: str, status_code: int) -> None:
        super().__init__(message)
        self.status_code = status_code


class UnsupportedFormatError(RefusedRequestError):
    """There is no default conversion for a content type."""

    def __init__(self, content_type: str | None, status_code: int) -> None:
        super().__init__(
            f"Content type {content_type} is not supported by this framework. Please implement "
            "input_fn to deserialize the request data or an output_fn to serialize the response.",
            status_code,
        )


def text_of(body: bytes, content_type: str) -> str:
    """Read a body that is text by its type, or raise RefusedRequestError for status 400."""
    try:
        return body.decode()
    except UnicodeDecodeError as error:
        message = f"The body is {content_type}, but no UTF-8: {error.reason} at byte {error.start}."
        raise RefusedRequestError(message, 400) from error


def decode(body: Any, content_type: str | None) -> Any:  # noqa: ANN401 -- text or bytes to an array
    """Return the array in *body*, or raise UnsupportedFormatError for status 415."""
    if content_type not in (JSON, CSV, NPY, NPZ):
        raise UnsupportedFormatError(content_type, 415)
    if content_type == NPZ:
        return import_module("scipy.sparse").load_npz(io.BytesIO(body))
    numpy = import_module("numpy")  # the algorithm's own, and only when asked for
    if content_type == JSON:
        return numpy.array(json.loads(body))
    if content_type == CSV:
        return numpy.genfromtxt(io.StringIO(body), delimiter=",", dtype=None)
    return numpy.load(io.BytesIO(body))


def encode(prediction: Any, accept: str) -> tuple[str | bytes, str]:  # noqa: ANN401
    """Return *prediction* in the first known type of *accept*, or raise for status 406."""
    for content_type in accept.replace(" ", "").split(","):
        if content_type == JSON:
            return json.dumps(prediction, default=_as_list), content_type
        if content_type in (CSV, NPY):
            return _array_bytes(prediction, content_type), content_type
    raise UnsupportedFormatError(accept, 406)


def _as_list(value: Any) -> Any:  # noqa: ANN401 -- whatever json cannot write
    if hasattr(value, "tolist"):
        return value.tolist()
    raise TypeError(f"Object of type {type(value).__name__} is not JSON serializable")


def _array_bytes(array: Any, content_type: str) -> bytes:  # noqa: ANN401
    numpy = import_module("numpy")
    buffer = io.BytesIO()
    if content_type == NPY:
        numpy.save(buffer, array)
    else:
        numpy.savetxt(buffer, array, delimiter=",", fmt="%s")
    return buffer.getvalue()
