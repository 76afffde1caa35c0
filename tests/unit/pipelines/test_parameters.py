"""What parameters are declared as, and what a run gives for them."""

from typing import Any

import pytest

from tests.unit.pipelines.confs import VALUES, a_conf
from trainwright.logic.pipelines.reading.definition import Reading, read_pipeline

PLACE = "conf.sagemakerPipeline.parameters"


def reading(declared: str, given: dict[str, Any] | None = None) -> Reading:
    conf = a_conf(more=f"parameters: {{n: {{{declared}}}}}")
    return read_pipeline([("conf.yaml", conf)], VALUES, given)


def said(declared: str, given: dict[str, Any] | None = None) -> list[str]:
    return [f"{it.key}: {it.message}" for it in reading(declared, given).findings]


@pytest.mark.parametrize(
    ("declared", "expected"),
    [
        ("", ".n: lacks 'type'"),
        (
            "type: text",
            ".n.type: must be 'string', 'integer', 'number', 'boolean' or 'list'; found 'text'",
        ),
        ("type: integer, default: x", ".n: default must be an integer, is 'x'"),
        ("type: list, default: x", ".n: default must be a list, is 'x'"),
        ("type: integer, minimum: 2, maximum: 1", ".n: minimum 2 is above maximum 1"),
        ("type: string, minimum: 2", ".n: a string has neither a minimum nor a maximum"),
        ("type: integer, choices: [a]", ".n: choice must be an integer, is 'a'"),
        ("type: list, choices: [a]", ".n: a list has neither a minimum, a maximum nor choices"),
        ("type: list, maximum: 3", ".n: a list has neither a minimum, a maximum nor choices"),
        ("type: number, minimum: .inf", ".n.minimum: must be a finite number; found inf"),
        (
            "type: number, choices: [[]]",
            ".n.choices[0]: must be a text or a number",
        ),
        (
            "type: number, minimun: 1",
            ".n.minimun: 'minimun' is no key here; did you mean 'minimum'?",
        ),
    ],
)
@pytest.mark.parametrize("given", [None, {"n": 1}])
def test_a_declaration_that_nothing_fits_is_found(
    declared: str, expected: str, given: dict[str, Any] | None
) -> None:
    assert said(declared, given) == [f"{PLACE}{expected}"]


@pytest.mark.parametrize(
    ("declared", "given", "expected"),
    [
        ("type: integer", {"N": 1}, ": 'N' is no parameter; did you mean 'n'?"),
        ("type: integer", {"n": 1, "rate": 1}, ": 'rate' is no parameter; known: n"),
        ("type: integer", {"n": "1"}, ".n: the value given must be an integer, is '1'"),
        ("type: integer", {"n": True}, ".n: the value given must be an integer, is True"),
        ("type: integer, maximum: 3", {"n": 4}, ".n: the value given must be at most 3, is 4"),
        (
            "type: string, choices: [a]",
            {"n": "b"},
            ".n: the value given must be one of 'a', is 'b'",
        ),
        ("type: list", {"n": {}}, ".n: the value given must be a list, is {}"),
        ("type: integer", {}, ".n: has no default, so a run must give it a value"),
    ],
)
def test_what_a_run_gives_is_held_against_what_is_declared(
    declared: str, given: dict[str, Any], expected: str
) -> None:
    assert f"{PLACE}{expected}" in said(declared, given)


def test_of_no_parameters_none_is_known() -> None:
    found = read_pipeline([("conf.yaml", a_conf())], VALUES, {"n": 1}).findings

    assert [str(it) for it in found] == [
        "conf.yaml:28:3: conf.sagemakerPipeline.parameters: 'n' is no parameter; known: none"
    ]


def test_what_is_given_goes_before_the_default() -> None:
    assert reading("type: integer, default: 3", {}).parameters == {"n": 3}
    assert reading("type: integer, default: 3", {"n": 4}).parameters == {"n": 4}
    assert reading("type: list, default: [a]", {"n": []}).parameters == {"n": []}


def test_a_file_that_is_only_checked_misses_no_value() -> None:
    assert reading("type: integer").findings == ()


@pytest.mark.parametrize("name", ["1n", "a-b", "_a", "a" * 65, "''"])
def test_a_parameter_has_a_name_that_expressions_can_say(name: str) -> None:
    conf = a_conf(more=f"parameters: {{{name}: {{type: integer}}}}")

    (found,) = read_pipeline([("conf.yaml", conf)], VALUES).findings

    words = "must be letters, digits and underscores, 64 at most, and begin with a letter; found "
    assert found.message == f"{words}{name.strip(chr(39))!r}"
    assert found.key == f"{PLACE}.{name.strip(chr(39))}"
