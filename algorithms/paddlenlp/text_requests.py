"""Requests in JSON with a text in `inputs`, and answers in JSON: read strictly, refused with why.

The folders of several algorithms hold this very file, for each is a package of its own.
"""

from __future__ import annotations

import json
from typing import Any

from refusals import RequestError

JSON = "application/json"


def read_request(
    body: str | bytes, content_type: str | None, *, most: int, also: tuple[str, ...] = ()
) -> dict[str, Any]:
    """Read `{"inputs": "a text"}` of *most* characters at most; *also* are further keys."""
    kind = (content_type or JSON).partition(";")[0].strip().lower()
    if kind != JSON:
        raise RequestError(f"The content type '{content_type}' is not {JSON}.")
    request = _parsed(body)
    if not isinstance(request, dict) or "inputs" not in request:
        raise RequestError('The request must be an object like {"inputs": "a text"}.')
    if odd := sorted(set(request) - {"inputs", *also}):
        raise RequestError(f"The request has '{odd[0]}', which is unknown here.")
    check_text("inputs", request["inputs"], most)
    return request


def _parsed(body: str | bytes) -> object:
    try:
        return json.loads(body.decode("utf-8-sig") if isinstance(body, bytes) else body)
    except UnicodeDecodeError as error:
        raise RequestError(f"The request is not UTF-8: byte {error.start}.") from error
    except (ValueError, RecursionError) as error:
        raise RequestError(f"The request is no JSON: {error}.") from error


def check_text(name: str, text: object, most: int) -> None:
    """Refuse what is no text, an empty one, one too long, and one that no tokenizer could read."""
    if not isinstance(text, str):
        raise RequestError(f"'{name}' must be a text, is {text!r:.60}.")
    if not text.strip():
        raise RequestError(f"'{name}' is empty.")
    if len(text) > most:
        raise RequestError(f"'{name}' has {len(text)} characters; at most {most} are answered.")
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise RequestError(
            f"'{name}' has half of a surrogate pair at character {error.start}."
        ) from error


def write_answer(answer: object, accept: str | None) -> tuple[str, str]:
    """Write *answer* as JSON, which *accept* must allow."""
    for choice in (accept or JSON).split(","):
        if choice.partition(";")[0].strip().lower() in (JSON, "*/*", "application/*"):
            return json.dumps(answer, ensure_ascii=False), JSON
    raise RequestError(f"The answer is {JSON}, not '{accept}'.")
