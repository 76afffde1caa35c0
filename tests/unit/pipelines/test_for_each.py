"""A ForEach: its steps once for each item, and what others may call them."""

import pytest

from tests.unit.pipelines.confs import a_conf, needs, problems, read

PREPARE = "{step_name: prepare, step_class: Processing, step_type: preprocess}"
FIT = "{step_name: fit, step_class: Training, chain_input_source_step: prepare}"
LAST = "- {step_name: last, step_class: Processing, step_type: preprocess}"
ASK = "- {step_name: ask, step_class: Condition, then: last, "
PLACE = "conf.sagemakerPipeline.models.churn.steps"


def each(items: str, *inner: str, after: str = LAST) -> str:
    """Write a ForEach over *items*, and a step after it."""
    steps = ", ".join(inner or (PREPARE, FIT))
    head = "- {step_name: each, step_class: ForEach"
    return f"{head}, items: {items}, steps: [{steps}]}}\n{after}"


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        ("x", "must be a list; found 'x'"),
        ("{a: 1}", "must be a list"),
        ("\"{% {'a': 1} %}\"", "must be a list; found {'a': 1}"),
        ("'{% [1..10001] %}'", "has 10001 items; 10000 steps are the most"),
        ("'{% $parameters.none %}'", "{% $parameters.none %} gives nothing"),
        ("'{% [1 %}'", "{% [1 %} is no JSONata: Expected ] before end of expression"),
        (
            "'{% $steps.last.outputs %}'",
            "must be known before the run, so it can read parameters but no step",
        ),
    ],
)
def test_what_a_for_each_cannot_go_over_is_found(items: str, expected: str) -> None:
    (found,) = problems(a_conf(steps=each(items)))

    assert found.partition(": ")[2] == f"{PLACE}[0].items: {expected}"


def test_more_steps_than_can_be_run_are_found() -> None:
    (found,) = problems(a_conf(steps=each("'{% [1..5000] %}'")))

    assert found == "1.yaml:28:3: conf.sagemakerPipeline: has 10001 steps; 10000 are the most"


@pytest.mark.parametrize(
    ("after", "key", "expected"),
    [
        (
            "condition: '{% $steps.fit.a %}'}",
            "condition",
            "'fit' is done for each item; name one, such as 'fit-0'",
        ),
        (
            "step: each, gate: {metric: a, minimum: 1}}",
            "step",
            "'each' is done for each item; name one, such as 'prepare-0'",
        ),
    ],
)
def test_what_reads_one_step_names_one(after: str, key: str, expected: str) -> None:
    (found,) = problems(a_conf(steps=each("[a, b]", after=f"{LAST}\n{ASK}{after}")))

    assert found.partition(": ")[2] == f"{PLACE}[2].{key}: {expected}"


def test_one_item_may_be_named() -> None:
    ask = (
        '- {step_name: ask, step_class: Condition, condition: "{% $steps.`fit-1`.a %}", then: last}'
    )

    assert needs(read(a_conf(steps=each("[a, b]", after=f"{LAST}\n{ask}"))))["ask"] == {"fit-1"}


@pytest.mark.parametrize("name", ["each", "prepare"])
def test_over_no_items_there_are_no_steps_and_nobody_waits_for_them(name: str) -> None:
    first = "- {step_name: first, step_class: Processing, step_type: preprocess}"
    conf = a_conf(
        steps=each("[]", after=f"{first}\n{LAST}"), more=f"dependencies: [first >> {name} >> last]"
    )

    assert needs(read(conf)) == {"first": set(), "last": {"first"}}


def test_what_is_done_for_no_item_cannot_be_read() -> None:
    ask = f"{ASK}condition: '{{% $steps.fit.a %}}'}}"

    (found,) = problems(a_conf(steps=each("[]", after=f"{LAST}\n{ask}")))

    assert found.endswith(": 'fit' is done for no item, so it has nothing to read")


def test_over_a_parameter_that_nobody_has_given_yet_the_steps_are_looked_at_once() -> None:
    more = "parameters: {countries: {type: list}}"
    steps = each("'{% $parameters.countries %}'")

    assert set(needs(read(a_conf(steps=steps, more=more)))) == {"prepare-0", "fit-0", "last"}
    assert problems(a_conf(steps=steps.replace("fit,", "prepare,"), more=more)) != []


def test_a_name_that_an_item_has_already_is_found() -> None:
    other = "- {step_name: fit-1, step_class: Processing, step_type: preprocess}"

    (found,) = problems(a_conf(steps=each("[a, b]", after=f"{LAST}\n{other}")))

    assert found == f"1.yaml:36:14: {PLACE}[2].step_name: 'fit-1' is a step of line 34 already"


def test_steps_of_another_model_may_be_done_for_each() -> None:
    steps = each("[a]", PREPARE).replace("items:", "model: nobody, items:")

    (found,) = problems(a_conf(steps=steps))

    assert found.endswith(": 'nobody' has no section in conf.models")
