"""JSONata in what users write: what it reads, what it gives, and what is said of what it cannot."""

from typing import Any

import pytest

from trainwright.errors import InvalidRequestError
from trainwright.logic.pipelines.expressions import (
    as_text,
    evaluate,
    expressions_in,
    needs_other_steps,
    needs_the_run,
    resolve,
    steps_in,
    syntax_error,
)

KNOWN: dict[str, Any] = {
    "parameters": {"n": 3, "names": ["a", "b"]},
    "steps": {"fit": {"metrics": {"auc": 0.9}, "job": "fit-1"}, "pre-pare": {"outputs": {}}},
    "run": {"id": "churn-1", "attempt": 1},
    "item": {"land": "ch"},
    "index": 0,
}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("{% $parameters.n + 1 %}", 4),
        ("{% $steps.fit.metrics.auc >= 0.8 %}", True),
        ("  {%$run.id & '/x'%}\n", "churn-1/x"),
        ("{% $item.land %}", "ch"),
        ("{% $index %}", 0),
        ("{% [$parameters.names, 'c'] %}", ["a", "b", "c"]),
        ("{% $parameters.names[0] %}", "a"),
        ("{% {'a': $parameters.n, 'b': [1..2]} %}", {"a": 3, "b": [1, 2]}),
        ("{% $steps.`pre-pare`.outputs %}", {}),
        ("{% '' %}", ""),
        ("{% false %}", False),
        ("{% [] %}", []),
    ],
)
def test_an_expression_gives_a_plain_value(text: str, value: object) -> None:
    assert evaluate(text, KNOWN) == value
    assert type(evaluate(text, KNOWN)) is type(value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{% $parameters.m %}", " gives nothing"),
        ("{% $steps.fit.metrics.f1 %}", " gives nothing; step 'fit' has job, metrics"),
        (
            "{% $steps.fit.x & $steps.`pre-pare`.y ? null %}",
            " gives nothing; step 'fit' has job, metrics; step 'pre-pare' has outputs",
        ),
        ("{% null %}", " gives nothing"),
        ("{% 1 + %}", " is no JSONata: Unexpected end of expression"),
        ("{%%}", " is no JSONata: Unexpected end of expression"),
        ("{% 1 + 'a' %}", ": The right side of the + operator must evaluate to a number"),
        ("{% $none() %}", ": Attempted to invoke a non-function"),
        ("{% ($f := function($x) { $f($x) + 1 }; $f(1)) %}", ": "),
        ("{% ($f := function($x) { $f($x + 1) }; $f(1)) %}", ": "),
        (f"{{% {'(' * 5000} %}}", " is no JSONata: "),
    ],
)
def test_what_an_expression_cannot_give_is_said_with_it(text: str, expected: str) -> None:
    with pytest.raises(InvalidRequestError) as raised:
        evaluate(text, KNOWN)

    assert str(raised.value).startswith(f"{text}{expected}")


def test_only_whole_texts_are_expressions() -> None:
    written = {
        "a": ["{% 1 %}", "x {% 2 %}", {"b": "{%\n3 %}"}],
        "c": ("{% 4 %}",),
        "d": "{ % 5 % }",
        "e": 6,
    }

    assert list(expressions_in(written)) == ["{% 1 %}", "{%\n3 %}", "{% 4 %}"]
    assert resolve(written, {}) == {
        "a": [1, "x {% 2 %}", {"b": 3}],
        "c": [4],
        "d": "{ % 5 % }",
        "e": 6,
    }


def test_the_steps_that_are_read_are_known_by_name() -> None:
    text = "{% $steps.fit.a + $steps . `pre-pare`.b + $parameters.steps.c + $stepsx.d %}"

    assert steps_in([text, "$steps.none.x"]) == {"fit", "pre-pare"}


@pytest.mark.parametrize(
    ("text", "run", "others"),
    [
        ("{% $parameters.n %}", False, False),
        ("{% $item & $index %}", False, False),
        ("{% $steps.fit.a %}", True, False),
        ("{% $steps.fit.a + $steps.other.b %}", True, True),
        ("{% $lookup($steps, 'fit') %}", True, True),
        ("{% $run.id %}", True, True),
    ],
)
def test_an_expression_waits_for_what_it_reads(text: str, run: bool, others: bool) -> None:
    assert needs_the_run(text) is run
    assert needs_other_steps(text, {"fit"}) is others


def test_what_waits_is_left_as_it_is() -> None:
    written = {"now": "{% $parameters.n %}", "later": ["{% $run.id %}"]}

    assert resolve(written, KNOWN, needs_the_run) == {"now": 3, "later": ["{% $run.id %}"]}


@pytest.mark.parametrize(
    ("text", "value"),
    [("{% 0.5 %}", "0.5"), ("{% 'a' %}", "a"), ("{% true %}", "true"), ("{% [1, 2] %}", "[1,2]")],
)
def test_what_must_be_a_text_becomes_one(text: str, value: str) -> None:
    assert evaluate(as_text(text), {}) == value
    assert as_text("plain") == "plain"


def test_only_what_cannot_be_parsed_has_an_error_of_syntax() -> None:
    assert syntax_error("{% $none() %}") is None
    assert syntax_error("{% ( %}") == "{% ( %} is no JSONata: Expected ) before end of expression"
