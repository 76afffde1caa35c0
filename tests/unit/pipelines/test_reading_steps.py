"""What is wrong with steps and their order, and with the sections that they use."""

import pytest

from tests.unit.pipelines.confs import STEPS, a_conf, problems

STEP = "conf.sagemakerPipeline.models.churn.steps"
ASK = "- {step_name: ask, step_class: Condition, "
SERVE = "- {step_name: serve, step_class: Deploy, endpoint: churn, "
TEST = "smoke_tests: [{name: a, body: b, content_type: text/csv}]}"
NAME = "must be letters and digits, with hyphens between them; found "

ENDPOINT = (
    "must be small letters, digits and hyphens, 40 at most, a letter first and no hyphen last; "
)
ENDPOINT += "found "


def said(*texts: str) -> list[str]:
    """Give the findings without their places."""
    return [found.partition(": ")[2] for found in problems(*texts)]


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ("- 3", ": must be a mapping; found 3"),
        ("- {}", ": lacks 'step_class'"),
        ("- {step_name: a, step_class: }", ": lacks 'step_class'"),
        ("- {step_class: Training}", ": lacks 'step_name'"),
        ("- {step_name: a, step_class: x y}", ".step_class: 'x y' is no step class; known: {all}"),
        ("- {step_name: a b, step_class: Training}", f".step_name: {NAME}'a b'"),
        ("- {step_name: a-, step_class: Training}", f".step_name: {NAME}'a-'"),
        (
            f"- {{step_name: {'a' * 257}, step_class: Training}}",
            f".step_name: must have at most 256 characters; found '{'a' * 79}",
        ),
        (f"{ASK}then: fit}}", ": needs either 'condition' or 'gate'"),
        (f"{ASK}condition: maybe, then: fit}}", ".condition: must be true or false; found 'maybe'"),
        (f"{ASK}condition: true}}", ": needs steps in 'then' or in 'else'"),
        (
            f"{ASK}gate: {{metric: a, minimum: 1}}, then: fit}}",
            ": 'gate' and 'step' need each other: the step has the metrics",
        ),
        (
            f"{ASK}step: fit, gate: {{metric: a}}, then: fit}}",
            ".gate: needs a minimum or a maximum",
        ),
        (
            f"{ASK}step: fit, gate: {{metric: a, minimum: 2, maximum: 1}}, then: fit}}",
            ".gate: minimum 2 is above maximum 1",
        ),
        (f"{ASK}condition: true, then: fti}}", ".then: 'fti' is no step; did you mean 'fit'?"),
        (f"{ASK}condition: true, else: [none]}}", ".else: 'none' is no step"),
        (
            f"{SERVE}model_step: fit, {TEST}",
            ".model_step: 'fit' is a Training step; name a CreateModel step",
        ),
        (
            f"{SERVE}model_step: mode, {TEST}",
            ".model_step: 'mode' is no step; did you mean 'model'?",
        ),
        (f"{SERVE}model_step: model, smoke_tests: []}}", ".smoke_tests: must not be empty"),
        (
            f"{SERVE}model_step: model, smoke_tests: [{{name: a, content_type: b}}]}}",
            ".smoke_tests[0]: needs exactly one of 'file', 'body' and 'rows'",
        ),
        (
            f"{SERVE}model_step: model, smoke_tests: [{{name: a, content_type: b, file: /c}}]}}",
            ".smoke_tests[0].file: must be a path inside the folder, is '/c'",
        ),
        (
            f"{SERVE.replace('churn', 'Churn')}model_step: model, {TEST}",
            f".endpoint: {ENDPOINT}'Churn'",
        ),
        (
            "- {step_name: a, step_class: Run, pipeline: a_b}",
            (
                ".pipeline: must be letters and digits, 80 at most, with hyphens between them; "
                "found 'a_b'"
            ),
        ),
        (
            "- {step_name: a, step_class: Approve, message: ''}",
            ".message: must not be empty; found ''",
        ),
        (
            "- {step_name: a, step_class: Approve, message: a, timeout_hours: 0}",
            ".timeout_hours: must be above 0; found 0",
        ),
        (
            "- {step_name: a, step_class: Training, enable_cache: perhaps}",
            ".enable_cache: must be true or false; found 'perhaps'",
        ),
        (
            "- {step_name: a, step_class: Training, on_failure: halt}",
            ".on_failure: must be 'stop' or 'continue'; found 'halt'",
        ),
        (
            "- {step_name: a, step_class: Training, retry: {error: 11}}",
            ".retry.error: must be at most 10; found 11",
        ),
        (
            "- {step_name: a, step_class: Training, retry: {errors: 1}}",
            ".retry.errors: 'errors' is no key here; did you mean 'error'?",
        ),
        (
            "- {step_name: a, step_class: ForEach, items: [1], steps: [{step_class: Approve}]}",
            (
                ".steps[0].step_class: 'Approve' is no step class; known: CreateModel, Metrics, "
                "Processing, RegisterModel, Run, Training, Transform, Tuning"
            ),
        ),
        (
            "- {step_name: a, step_class: ForEach, items: [1], steps: []}",
            ".steps: must not be empty",
        ),
    ],
)
def test_a_step_that_is_wrong_is_found(step: str, expected: str) -> None:
    classes = "Approve, Condition, CreateModel, Deploy, ForEach, Metrics, Processing, "
    classes += "RegisterModel, Run, Training, Transform, Tuning"

    (found,) = said(a_conf(steps=f"{STEPS}{step}"))

    assert found == f"{STEP}[6]{expected.format(all=classes)}"


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        (
            "- {step_name: model, step_class: CreateModel}",
            "[0]: a CreateModel step needs a Training or Tuning step earlier in 'churn'",
        ),
        (
            "- {step_name: register, step_class: RegisterModel}",
            "[0]: a RegisterModel step needs a Training or Tuning step earlier in 'churn'",
        ),
        (
            "- {step_name: predict, step_class: Transform}",
            "[0]: a Transform step needs a CreateModel step earlier in 'churn'",
        ),
        (
            "- {step_name: judge, step_class: Metrics}",
            "[0]: a Metrics step needs a Transform step earlier in 'churn'",
        ),
        (
            "- {step_name: a, step_class: Processing, step_type: registre}",
            "[0]: model 'churn' has no section 'registre'; did you mean 'registry'?",
        ),
        (
            "- {step_name: a, step_class: Training, step_type: xyz}",
            (
                "[0]: model 'churn' has no section 'xyz'; it has evaluate, preprocess, registry, "
                "train, transform"
            ),
        ),
    ],
)
def test_a_step_without_what_it_builds_on_is_found(steps: str, expected: str) -> None:
    assert said(a_conf(steps=steps)) == [f"{STEP}{expected}"]
