"""What a request for pictures asks for, checked member by member."""

from __future__ import annotations

import json
import re
from typing import Any, NamedTuple

from refusals import RequestError

MOST_PICTURES = 64
LARGEST_SEED = 2**32 - 1
NOISE_MODES = ("const", "random", "none")
KNOWN = {
    "seeds", "trunc", "noise-mode", "class", "style", "rows", "cols", "styles", "output_s3uri",
}  # fmt: skip
_NUMBERS = re.compile(r"\d{1,10}(-\d{1,10})?(,\d{1,10}(-\d{1,10})?)*")


class Request(NamedTuple):
    """Pictures of *seeds*; or of every row's seed in the *styles* of every column's."""

    seeds: list[int]
    rows: list[int]
    columns: list[int]
    styles: list[int]
    truncation: float
    noise_mode: str
    label: int | None
    output: str


def read_request(body: str | bytes, layers: int, classes: list[str]) -> Request:
    """Read a request for pictures of a network with so many *layers*, and *classes*."""
    inputs = _inputs(body)
    mixes = "rows" in inputs or "cols" in inputs or bool(inputs.get("style"))
    request = Request(
        seeds=[] if mixes else numbers(inputs.get("seeds", "0"), "seeds"),
        rows=numbers(inputs.get("rows", ""), "rows") if mixes else [],
        columns=numbers(inputs.get("cols", ""), "cols") if mixes else [],
        styles=numbers(inputs.get("styles", f"0-{layers // 2 - 1}"), "styles") if mixes else [],
        truncation=_truncation(inputs.get("trunc", 1)),
        noise_mode=_one_of(inputs.get("noise-mode", "const"), "noise-mode", NOISE_MODES),
        label=_label(inputs.get("class"), classes),
        output=_output(inputs.get("output_s3uri", "")),
    )
    count = len(request.seeds) + len(request.rows) * len(request.columns)
    if count > MOST_PICTURES:
        raise RequestError(f"That would be {count} pictures; {MOST_PICTURES} are the most.")
    if any(style >= layers for style in request.styles):
        raise RequestError(f"'styles' are numbers from 0 to {layers - 1}, one for each layer.")
    return request


def numbers(text: object, name: str) -> list[int]:
    """Read numbers and ranges, such as `9,206` or `1-4`."""
    said = str(text) if isinstance(text, int) and not isinstance(text, bool) else text
    said = said.replace(" ", "") if isinstance(said, str) else ""
    if not _NUMBERS.fullmatch(said):
        raise RequestError(f"'{name}' must be numbers and ranges such as '9,206' or '1-4'.")
    found: list[int] = []
    for part in said.split(","):
        first, _, last = part.partition("-")
        begin, end = int(first), int(last or first)
        if end < begin or end > LARGEST_SEED or end - begin >= MOST_PICTURES:
            raise RequestError(
                f"'{name}': {part} is no range of up to {MOST_PICTURES} numbers below 2^32."
            )
        found.extend(range(begin, end + 1))
    return found


def _inputs(body: str | bytes) -> dict[str, Any]:
    try:
        whole = json.loads(body)
    except ValueError as error:
        raise RequestError(f"The request is no JSON: {error}.") from error
    inputs = whole.get("inputs") if isinstance(whole, dict) else None
    if not isinstance(inputs, dict):
        raise RequestError('The request must be an object like {"inputs": {"seeds": "1-4"}}.')
    if odd := sorted(set(inputs) - KNOWN):
        raise RequestError(f"'{odd[0]}' is none of {', '.join(sorted(KNOWN))}.")
    return inputs


def _truncation(value: object) -> float:
    try:
        number = float(str(value))
    except ValueError:
        number = float("nan")
    if not 0 <= number <= 2:  # noqa: PLR2004 - further out there is only noise
        raise RequestError(f"'trunc' must be a number from 0 to 2, is {value!r}.")
    return number


def _one_of(value: object, name: str, known: tuple[str, ...]) -> str:
    if value not in known:
        raise RequestError(f"'{name}' must be one of {', '.join(known)}, is {value!r}.")
    return str(value)


def _label(value: object, classes: list[str]) -> int | None:
    if value in (None, ""):
        return 0 if classes else None
    if not classes:
        raise RequestError("The network was trained without classes, so 'class' means nothing.")
    if str(value) in classes:
        return classes.index(str(value))
    raise RequestError(f"'class' must be one of {', '.join(classes)}, is {value!r}.")


def _output(value: object) -> str:
    if value in (None, ""):
        return ""
    if not isinstance(value, str) or not re.fullmatch(r"s3://[a-z0-9.-]{3,63}(/.*)?", value):
        raise RequestError(f"'output_s3uri' must be like s3://bucket/folder/, is {value!r}.")
    return value.rstrip("/")
