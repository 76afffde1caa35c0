"""What the algorithms of language share: their requests, pairs of texts, and ROUGE."""

import json
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.unit.algorithms.script_mode import ALGORITHMS, modules_of

GOOD = {"text": "The river rose.", "summary": "Flood"}


@pytest.fixture(scope="module")
def modules() -> Iterator[dict[str, ModuleType]]:
    names = ("text_requests", "text_pairs", "rouge", "refusals")
    with modules_of(ALGORITHMS / "hf_summarization", *names) as found:
        yield dict(zip(names, found, strict=True))


def test_a_request_is_an_object_with_a_text(modules: dict[str, ModuleType]) -> None:
    body = json.dumps({"inputs": "Grüße"}).encode()

    read = modules["text_requests"].read_request(body, "application/json; charset=utf-8", most=10)

    assert read == {"inputs": "Grüße"}


@pytest.mark.parametrize(
    ("body", "content_type", "message"),
    [
        ('{"inputs": "a"}', "text/csv", "The content type 'text/csv' is not application/json."),
        ("", None, "The request is no JSON"),
        (b'{"inputs": "\xff"}', None, "The request is not UTF-8: byte 12."),
        ("[" * 100_000, None, "The request is no JSON"),
        ('"a"', None, "must be an object like"),
        ('{"text": "a"}', None, "must be an object like"),
        ('{"inputs": "a", "top": 1}', None, "'top', which is unknown here"),
        ('{"inputs": null}', None, "'inputs' must be a text, is None"),
        ('{"inputs": " \\n"}', None, "'inputs' is empty"),
        ('{"inputs": "0123456789a"}', None, "has 11 characters; at most 10 are answered"),
        ('{"inputs": "ab\\ud83d"}', None, "half of a surrogate pair at character 2"),
    ],
)
def test_a_bad_request_is_refused_with_what_is_wrong(
    modules: dict[str, ModuleType], body: Any, content_type: str | None, message: str
) -> None:
    with pytest.raises(modules["refusals"].RequestError) as caught:
        modules["text_requests"].read_request(body, content_type, most=10)

    assert message in str(caught.value)
    assert caught.value.status_code == 400


def test_an_answer_is_json_or_refused(modules: dict[str, ModuleType]) -> None:
    write = modules["text_requests"].write_answer

    assert write({"result": "水"}, "text/csv, */*") == ('{"result": "水"}', "application/json")
    with pytest.raises(modules["refusals"].RequestError, match="not 'text/csv'"):
        write({}, "text/csv")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "train/a.json is empty."),
        (b"\xff", "train/a.json is not UTF-8: byte 0"),
        (json.dumps(GOOD) + "\n{", "train/a.json, line 2: is no JSON"),
        ("[1]", "train/a.json, line 1: must be an object with 'text' and 'summary'."),
        ('{"text": "a"}', "train/a.json, line 1: lacks 'summary'."),
        ('{"text": "a", "summary": 3}', "line 1: 'summary' must be a text, is 3."),
        ('{"text": "\\ud83d", "summary": "b"}', "'text' has half of a surrogate pair"),
    ],
)
def test_bad_pairs_are_refused_with_their_place(
    modules: dict[str, ModuleType], tmp_path: Path, content: str | bytes, message: str
) -> None:
    path = tmp_path / "train" / "a.json"
    path.parent.mkdir()
    path.write_bytes(content if isinstance(content, bytes) else content.encode())

    with pytest.raises(modules["text_pairs"].DataError) as caught:
        modules["text_pairs"].read_channel(path.parent, "text", "summary")

    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("written", "expected", "scores"),
    [
        ("the cat sat", "the cat sat", (1, 1, 1)),
        ("nothing of it", "the cat sat", (0, 0, 0)),
        ("", "the cat sat", (0, 0, 0)),
        ("the cat", "the cat sat on", (2 / 3, 0.5, 2 / 3)),
        ("sat cat the", "the cat sat", (1, 0, 1 / 3)),
        ("北京大雨", "北京 下大雨", (8 / 9, 4 / 7, 8 / 9)),
    ],
)
def test_rouge_counts_words_pairs_and_order(
    modules: dict[str, ModuleType], written: str, expected: str, scores: tuple[float, float, float]
) -> None:
    found = modules["rouge"].rouge([written], [expected])

    assert tuple(found.values()) == pytest.approx(scores)
