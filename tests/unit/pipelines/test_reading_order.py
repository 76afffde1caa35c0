"""What is wrong with a pipeline's settings, its order, its expressions and its models."""

import pytest

from tests.unit.pipelines.confs import SECTIONS, STEPS, a_conf, needs, problems, read

STEP = "conf.sagemakerPipeline.models.churn.steps"


def said(*texts: str) -> list[str]:
    """Give the findings without their places."""
    return [found.partition(": ")[2] for found in problems(*texts)]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("prepare > fit", "'prepare > fit' has no '>>'; write 'first >> second'"),
        ("prepare >>", "'prepare >>' lacks a name beside '>>'"),
        ("'[prepare, ] >> fit'", "'[prepare, ] >> fit' lacks a name beside '>>'"),
        (
            "prepare, model >> fit",
            "'prepare, model' in 'prepare, model >> fit' is no name of a step",
        ),
        ("prepare >> ftt", "'ftt' is no step; did you mean 'fit'?"),
        ("prepare >> none-at-all", "'none-at-all' is no step"),
        ("[prepare]", "must be a text"),
        ("3", "must be a text; found 3"),
    ],
)
def test_a_dependency_that_is_wrong_is_found(line: str, expected: str) -> None:
    conf = a_conf(more=f"dependencies:\n- fit >> model\n- {line}\n- model >> judge")

    assert said(conf) == [f"conf.sagemakerPipeline.dependencies[1]: {expected}"]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("prepare >> fit >> prepare", "is a cycle: "),
        ("fit >> fit", "is a cycle: fit >> fit"),
    ],
)
def test_a_cycle_is_found_though_each_of_its_edges_is_sound(written: str, expected: str) -> None:
    (found,) = said(a_conf(more=f"dependencies: ['{written}']"))

    assert found.startswith(f"conf.sagemakerPipeline.dependencies: {expected}")


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ("concurrency: 0", ".concurrency: must be at least 1; found 0"),
        ("concurrency: 1.5", ".concurrency: must be a whole number; found 1.5"),
        ("max_cost: 0", ".max_cost: must be above 0; found 0"),
        ("max_cost: x", ".max_cost: must be a number; found 'x'"),
        ("timeout_hours: 9000", ".timeout_hours: must be at most 8640; found 9000"),
        ("dependencies: a >> b", ".dependencies: must be a list; found 'a >> b'"),
        ("on_failure: go", ".on_failure: must be 'stop' or 'continue'; found 'go'"),
        ("steps: {}", ".steps: must be a list"),
        (
            "triggers: {data: [shop/new]}",
            (
                ".triggers.data[0]: must be a place in S3, such as s3://bucket/prefix/; "
                "found 'shop/new'"
            ),
        ),
        (
            "triggers: {schedule: {expression: daily}}",
            ".triggers.schedule.expression: must be cron(...), rate(...) or at(...); found 'daily'",
        ),
        ("triggers: {event_pattern: [a]}", ".triggers.event_pattern: must be a mapping"),
        ("pipeline: churn", ".pipeline: 'pipeline' is no key here; did you mean 'pipelineName'?"),
    ],
)
def test_a_setting_of_the_pipeline_that_is_wrong_is_found(more: str, expected: str) -> None:
    assert said(a_conf(more=more)) == [f"conf.sagemakerPipeline{expected}"]


def test_a_step_of_no_model_is_none_that_needs_one() -> None:
    more = "steps: [{step_name: a, step_class: Processing, step_type: preprocess}]"

    assert said(a_conf(more=more)) == [
        (
            "conf.sagemakerPipeline.steps[0]: a Processing step belongs to a model: "
            "write it below 'models'"
        )
    ]


def test_a_model_that_is_described_nowhere_is_found() -> None:
    conf = a_conf().replace("models:\n    churn:", "models:\n    chrun:", 1)

    found = said(conf)

    place = "conf.sagemakerPipeline.models.churn"
    assert found == [f"{place}: 'churn' has no section in conf.models; did you mean 'chrun'?"]


def test_a_pipeline_without_steps_has_nothing_to_run() -> None:
    assert said("conf: {sagemakerPipeline: {pipelineName: a}}") == [
        "conf.sagemakerPipeline: has no steps"
    ]


def test_a_pipeline_without_a_name_is_read_to_its_end() -> None:
    conf = a_conf(more="dependencies: [none >> fit]").replace("    pipelineName: churn\n", "")

    assert said(conf) == [
        "conf.sagemakerPipeline: lacks 'pipelineName'",
        "conf.sagemakerPipeline.dependencies[0]: 'none' is no step",
    ]


def test_the_name_of_a_broken_step_is_known_to_the_others() -> None:
    steps = STEPS.replace("step_class: Training", "step_class: Trainin")

    assert said(a_conf(steps=steps, more="dependencies: [fit >> judge, none >> fit]")) == [
        "conf.sagemakerPipeline.dependencies[1]: 'none' is no step",
        f"{STEP}[1].step_class: 'Trainin' is no step class; did you mean 'Training'?",
    ]


@pytest.mark.parametrize(
    ("setting", "expected"),
    [
        ("x: '{% $steps.nobody.x %}'", ".hyperparams.x: 'nobody' is no step"),
        (
            "x: [{y: '{% $steps.`pre-pare`.x %}'}]",
            ".hyperparams.x[0].y: 'pre-pare' is no step; did you mean 'prepare'?",
        ),
        ("x: '{% 1 + %}'", ".hyperparams.x: {% 1 + %} is no JSONata: Unexpected end of expression"),
    ],
)
def test_an_expression_is_looked_at_where_it_stands(setting: str, expected: str) -> None:
    sections = SECTIONS.replace("train/fit.py", f"train/fit.py\n  hyperparams: {{{setting}}}")

    (found,) = problems(a_conf(sections=sections))

    assert found.startswith("1.yaml:12:")
    assert found.endswith(f": conf.models.churn.train{expected}")


def test_an_expression_in_a_step_is_looked_at_too() -> None:
    step = "- {step_name: a, step_class: Run, pipeline: b, parameters: {n: '{% $steps.fit. %}'}}"

    (found,) = said(a_conf(steps=STEPS + step))

    assert found.startswith(f"{STEP}[6].parameters.n: {{% $steps.fit. %}} is no JSONata: ")


@pytest.mark.parametrize("written", ["[]", "x", "3"])
def test_what_is_no_model_is_found(written: str) -> None:
    conf = a_conf().replace("  sagemakerPipeline:", f"    other: {written}\n  sagemakerPipeline:")

    assert said(conf) == ["conf.models.other: must be a mapping of sections"]


def test_a_head_that_is_wrong_is_found_with_its_model() -> None:
    conf = a_conf().replace("source_directory: code", "source_directory: [code]")

    assert said(conf) == ["conf.models.churn.source_directory: must be a text"]


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("train2", "3", "'train2' is no key here; did you mean 'train'?"),
        ("source_dir", "a", "'source_dir' is no key here; did you mean 'source_directory'?"),
        ("tune", "3", "must be a mapping: the settings of a kind of job"),
    ],
)
def test_what_is_no_section_is_found(name: str, value: str, expected: str) -> None:
    conf = a_conf(sections=f"{SECTIONS}{name}: {value}")

    assert said(conf) == [f"conf.models.churn.{name}: {expected}"]


def test_an_edge_may_be_written_that_is_there_anyway() -> None:
    conf = a_conf(more="dependencies: [prepare >> fit >> model >> predict >> judge >> register]")

    assert needs(read(conf))["register"] == {"fit", "judge"}


@pytest.mark.parametrize("channels", ["{a b: }", "a b", "{a b: {dataFiles: []}}"])
def test_a_channel_has_a_name_that_sagemaker_takes(channels: str) -> None:
    here = "evaluate.py\n  channels: "
    sections = SECTIONS.replace(f"{here}train", f"{here}{channels}")

    (found,) = said(a_conf(sections=sections))

    words = "must be letters, digits and . _ -, 64 at most; found 'a b'"
    assert found == f"conf.models.churn.evaluate.channels.a b: {words}"
