"""YAML and JSON Schemas that users write are read strictly, and cannot reach outside."""

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.logic.test_planning import problems
from trainwright.errors import InvalidRequestError
from trainwright.logic.json_schema import compile_schema
from trainwright.logic.yaml_text import read_yaml

SMOKE = """
endpoint:
  smoke_tests:
    - name: odd
      body: "1"
      content_type: text/csv
      expect: {json_schema: SCHEMA}
"""


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("tags: [", "is no YAML: line 1, column 8: "),
        ("tags: {a: b}\ntags: {c: d}", "is no YAML: line 2, column 1: the key 'tags' is there tw"),
        ("gate: &g {metric: a}\ntags: *g", "is no YAML: line 2, column 7: aliases (*name) are no"),
    ],
)
def test_a_run_yaml_that_cannot_be_read_is_refused_with_its_line(text: str, sentence: str) -> None:
    assert problems(run_yaml=text)["run.yaml"].startswith(sentence)


@pytest.mark.parametrize(
    ("schema", "sentence"),
    [
        ("{properties: 3}", "is no JSON Schema: "),
        ("{$ref: 'file:///etc/passwd'}", "$ref must begin with '#', is 'file:///etc/passwd'"),
        ("{items: {$ref: 'http://169.254.169.254/'}}", "$ref must begin with '#', is 'http://169"),
    ],
)
def test_a_schema_that_could_not_judge_an_answer_is_refused(schema: str, sentence: str) -> None:
    found = problems(run_yaml=SMOKE.replace("SCHEMA", schema))

    assert found["smoke_tests.odd.expect.json_schema"].startswith(sentence)


def test_a_schema_may_refer_to_itself() -> None:
    check = compile_schema({"$defs": {"n": {"type": "number"}}, "items": {"$ref": "#/$defs/n"}})

    check([1, 2.5])
    with pytest.raises(ValueError, match="must be number"):
        check(["one"])


JSON_LIKE = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=8)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)
KEYWORDS = (
    *("type", "properties", "items", "required", "enum", "pattern", "minItems", "anyOf", "not"),
    *("additionalProperties", "dependencies", "format", "if", "then", "const", "contains"),
    *("propertyNames", "uniqueItems", "multipleOf", "$ref", "definitions", "maximum"),
)


@given(st.dictionaries(st.sampled_from(KEYWORDS), JSON_LIKE, max_size=4))
def test_any_schema_compiles_or_is_refused_and_never_crashes(schema: dict[str, Any]) -> None:
    with suppress(InvalidRequestError):
        compile_schema(schema)


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused_and_never_crashes(text: str) -> None:
    with suppress(InvalidRequestError):
        read_yaml(text)


@pytest.mark.parametrize(
    "schema",
    [
        {"prefixItems": [{"const": 1}]},
        {"properties": {"a": {"type": "array", "prefixItems": []}}},
        {"items": [{"allOf": [{"minContains": 2}]}]},
        {"$defs": {"a": {"unevaluatedProperties": False}}},
    ],
)
def test_a_keyword_that_would_be_passed_over_is_refused(schema: dict[str, Any]) -> None:
    with pytest.raises(InvalidRequestError, match="is not of draft 7"):
        compile_schema(schema)


@pytest.mark.parametrize(
    "schema",
    [
        {"properties": {"prefixItems": {"type": "array"}}, "required": ["prefixItems"]},
        {"const": {"prefixItems": 1}},
        {"enum": [{"minContains": 1}]},
        {"items": [{"const": 1}]},
    ],
)
def test_a_name_or_a_value_like_one_is_not(schema: dict[str, Any]) -> None:
    compile_schema(schema)
