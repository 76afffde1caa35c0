"""What is mentioned in texts: files of questions, as doccano's converter for UIE writes them.

On each line is `{"content": "a text", "prompt": "what to find", "result_list": [...]}`, the results
as `{"text": "found", "start": 0, "end": 5}`. Start and end count the characters of the content, and
an empty list teaches to find nothing.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple


class DataError(Exception):
    """The data cannot be used; the message is one sentence that says where and why."""


class Question(NamedTuple):
    """A text, what to find in it, and where that is: pairs of start and end."""

    content: str
    prompt: str
    spans: list[tuple[int, int]]


def read_questions(path: Path) -> list[Question]:
    """Read a file; a DataError names the line that is wrong."""
    name = f"{path.parent.name}/{path.name}"
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except FileNotFoundError as error:
        raise DataError(f"There is no file {name}.") from error
    except UnicodeDecodeError as error:
        raise DataError(f"{name} is not UTF-8: byte {error.start} is {error.reason}.") from error
    questions = [
        _question(line, f"{name}, line {number}")
        for number, line in enumerate(lines, 1)
        if line.strip()
    ]
    if not questions:
        raise DataError(f"{name} is empty.")
    return questions


def _question(line: str, place: str) -> Question:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise DataError(f"{place}: is no JSON: {error}.") from error
    if not isinstance(found, dict):
        raise DataError(f"{place}: must be an object with content, prompt and result_list.")
    content, prompt = (_text(found, key, place) for key in ("content", "prompt"))
    results = found.get("result_list")
    if not isinstance(results, list):
        raise DataError(f"{place}: lacks the list 'result_list'.")
    return Question(content, prompt, [_span(result, content, place) for result in results])


def _text(found: dict[str, Any], key: str, place: str) -> str:
    value = found.get(key)
    if not isinstance(value, str) or not value.strip():
        raise DataError(f"{place}: '{key}' must be a text, is {value!r:.60}.")
    return value


def _span(result: object, content: str, place: str) -> tuple[int, int]:
    if not isinstance(result, dict):
        raise DataError(f"{place}: {result!r:.60} is no object with text, start and end.")
    start, end, text = (result.get(key) for key in ("start", "end", "text"))
    if not isinstance(start, int) or not isinstance(end, int) or content[start:end] != text:
        raise DataError(f"{place}: '{text}' is not what is from {start} to {end}.")
    if not 0 <= start < end:
        raise DataError(f"{place}: start {start} and end {end} are no span.")
    return start, end
