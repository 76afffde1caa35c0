"""What `paddlenlp` reads, and how it gets from probabilities to spans of a text."""

import json
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.unit.algorithms.script_mode import ALGORITHMS, modules_of

OFFSETS = [(0, 1), (1, 2), (2, 4), (4, 5)]


@pytest.fixture(scope="module")
def modules() -> Iterator[dict[str, ModuleType]]:
    names = ("mentions", "schemas", "spans")
    with modules_of(ALGORITHMS / "paddlenlp", *names) as found:
        yield dict(zip(names, found, strict=True))


@pytest.mark.parametrize(
    ("starts", "ends", "spans"),
    [
        ([0, 0, 0, 0], [0, 0, 0, 0], []),
        ([0.9, 0, 0, 0], [0, 0, 0.8, 0], [(0, 4)]),
        ([0.9, 0.9, 0, 0], [0, 0, 0.8, 0], [(1, 4)]),
        ([0.9, 0, 0, 0.9], [0.9, 0, 0, 0.9], [(0, 1), (4, 5)]),
        ([0.9, 0, 0, 0], [0, 0.9, 0, 0.9], [(0, 2)]),
        ([0, 0, 0.9, 0], [0, 0.9, 0, 0], []),
        ([0.5, 0, 0, 0], [0.9, 0, 0, 0], []),
    ],
)
def test_each_end_gets_the_last_start_before_it(
    modules: dict[str, ModuleType],
    starts: list[float],
    ends: list[float],
    spans: list[tuple[int, int]],
) -> None:
    found = modules["spans"].find_spans(starts, ends, OFFSETS, 0.5)

    assert [(span.start, span.end) for span in found] == spans


def test_long_texts_are_cut_between_sentences(modules: dict[str, ModuleType]) -> None:
    text = "一二三。四五六七八。九十一二三四五六七八九。"

    found = list(modules["spans"].pieces(text, 10))

    assert found == [(0, "一二三。四五六七八。"), (10, "九十一二三四五六七八"), (20, "九。")]
    assert "".join(part for _, part in found) == text


def test_a_schema_is_names_to_any_depth(modules: dict[str, ModuleType]) -> None:
    read = modules["schemas"].read_schema

    assert read('["时间", {"姓名": ["费用", "地"]}]') == {
        "时间": {},
        "姓名": {"费用": {}, "地": {}},
    }
    assert read('"时间"') == {"时间": {}}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "the variable schema is needed"),
        ("[", "is no JSON"),
        ("[]", "names nothing"),
        ("[3]", "must name what to find"),
        ('{"a": {"b": {"c": {"d": "e"}}}}', "more than 4 levels deep"),
    ],
)
def test_a_bad_schema_is_refused(modules: dict[str, ModuleType], text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        modules["schemas"].read_schema(text)


def test_relations_are_asked_for_in_either_language(modules: dict[str, ModuleType]) -> None:
    prompt_of = modules["schemas"].prompt_of

    assert prompt_of("费用", "张伟", "ch") == "张伟的费用"
    assert prompt_of("cost", "Anna", "en") == "cost of Anna"
    assert prompt_of("时间", "", "ch") == "时间"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"content": ""}, "'content' must be a text, is ''"),
        ({"prompt": 3}, "'prompt' must be a text, is 3"),
        ({"result_list": None}, "lacks the list 'result_list'"),
        ({"result_list": ["深圳"]}, "'深圳' is no object with text, start and end"),
        ({"result_list": [{"text": "深圳", "start": 0, "end": 2}]}, "'深圳' is not what is from 0"),
        ({"result_list": [{"text": "", "start": 2, "end": 2}]}, "start 2 and end 2 are no span"),
    ],
)
def test_a_bad_question_is_refused_with_its_line(
    modules: dict[str, ModuleType], tmp_path: Path, change: dict[str, Any], message: str
) -> None:
    good = {"content": "从深圳", "prompt": "出发地", "result_list": []}
    path = tmp_path / "train.txt"
    path.write_text(f"{json.dumps(good)}\n{json.dumps(good | change)}\n")

    with pytest.raises(modules["mentions"].DataError) as caught:
        modules["mentions"].read_questions(path)

    assert "train.txt, line 2: " in str(caught.value)
    assert message in str(caught.value)
