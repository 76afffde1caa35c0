"""What is wrong with the text of a file, before it is held against what a pipeline is."""

from collections.abc import Iterator

import pytest

from tests.unit.pipelines.confs import SECTIONS, VALUES, a_conf, problems, read
from trainwright.logic.pipelines.reading.definition import read_pipeline

SOUND = a_conf()


def with_hyperparameters(text: str) -> str:
    return a_conf(
        sections=SECTIONS.replace("train/fit.py", f"train/fit.py\n  hyperparams: {text}"),
        steps="- {step_name: fit, step_class: Training}",
    )


def hyperparameters(text: str) -> object:
    """Give what is read of the mapping *text*."""
    reading = read(with_hyperparameters(text))
    assert reading.definition is not None, reading.findings
    return reading.definition.models["churn"]["train"]["hyperparams"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("conf: [", "2:1: (whole): is no YAML: while parsing a flow node did not find expected "),
        ("a: b: c", "1:5: (whole): is no YAML: mapping values are not allowed in this context"),
        ("conf: {}\n---\nconf: {}", "2:1: (whole): is no YAML: expected a single document in the "),
        ("conf:\n  é: \x01", "2:6: (whole): is no YAML: control characters are not allowed"),
        ("conf: \ud800", "1:1: (whole): is no text in UTF-8"),
        ("", "1:1: (whole): has no mapping 'conf' at its top"),
        ("- conf", "1:1: (whole): has no mapping 'conf' at its top"),
        ("conf:", "1:1: (whole): has no mapping 'conf' at its top"),
        (
            "sagemakerPipeline: {}",
            (
                "1:1: (whole): has no mapping 'conf' at its top: 'models' and 'sagemakerPipeline' "
                "belong below it"
            ),
        ),
        ("conf: {}", "1:1: conf: lacks 'sagemakerPipeline'"),
        ("conf: {models: [churn]}", "1:8: conf.models: must be a mapping of models"),
        ("conf:\n  models: [", "3:1: (whole): is no YAML: while parsing a flow node did not find"),
        ("conf: {models: {churn: 3}}", "1:17: conf.models.churn: must be a mapping of sections"),
        ("conf: {sagemakerPipeline: 3}", "1:8: conf.sagemakerPipeline: must be a mapping; found 3"),
    ],
)
def test_a_text_that_is_no_pipeline_is_said_to_be_none(text: str, expected: str) -> None:
    assert any(found.startswith(f"1.yaml:{expected}") for found in problems(text)), problems(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{a: !!binary aGk=}", "12:23: {}.a: is binary; write text"),
        (
            "{a: !c x}",
            "12:23: {}.a: 'x' cannot be read: could not determine a constructor for the tag '!c'",
        ),
        (
            "{a: 0b_}",
            "12:23: {}.a: '0b_' cannot be read: invalid literal for int() with base 2: ''",
        ),
        ("{a: 1, b: 2, a: 3}", "12:35: {}.a: is there twice; the second would hide the first"),
        ("{<<: 3}", "12:27: {}.<<: takes a mapping to merge, or a list of them"),
    ],
)
def test_a_value_that_cannot_be_read_is_found(text: str, expected: str) -> None:
    place = "conf.models.churn.train.hyperparams"

    assert problems(with_hyperparameters(text)) == [f"1.yaml:{expected.format(place)}"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "{a: 2026-01-31, b: 2026-01-31T12:00:00Z}",
            {"a": "2026-01-31", "b": "2026-01-31T12:00:00Z"},
        ),
        ("{a: yes, b: 0x10, c: 1e3, d: 1.0e+3}", {"a": True, "b": 16, "c": "1e3", "d": 1000.0}),
        ("{a: SMP_REGION, b: x-SMP_REGION/y}", {"a": "eu-west-1", "b": "x-eu-west-1/y"}),
        ("{a: [SMP_NOBODY, x], b: SMP_NOBODY}", {"a": ["x"]}),
        ("{a: SMP_REGIONAL, b: aSMP_REGION}", {"b": "aSMP_REGION"}),
    ],
)
def test_values_are_what_json_can_carry(text: str, expected: object) -> None:
    assert hyperparameters(text) == expected


@pytest.mark.parametrize(
    "text", ["&a {x: *a}", "&a [*a, *a]", "[" * 150 + "]" * 150, "[" * 30_000 + "]" * 30_000]
)
def test_what_is_nested_without_end_is_refused(text: str) -> None:
    (found,) = (line for line in problems(with_hyperparameters(text)) if "deeper" in line)

    assert found.endswith(": is nested deeper than 100 levels, or contains itself")
    assert found.startswith("1.yaml:12:")


def test_a_file_may_be_as_long_as_it_is_not_deep() -> None:
    found = hyperparameters(f"{{a: [{'{}, ' * 25_000}]}}")

    assert found == {"a": [{}] * 25_000}


def test_a_file_that_aliases_blow_up_is_refused() -> None:
    lists = "\n".join(f"  - &l{n} [{', '.join([f'*l{n - 1}'] * 9)}]" for n in range(1, 8))

    found = problems(f"conf:\n  a:\n  - &l0 [x]\n{lists}")

    assert "1.yaml:1:1: (whole): has more than 300000 values, aliases counted" in found


def test_a_key_of_ones_own_goes_before_one_that_was_merged_in() -> None:
    sections = SECTIONS.replace("preprocess:\n", "preprocess: &job\n  instance_type: ml.m5.large\n")
    sections = sections.replace("evaluate:\n", "evaluate:\n  <<: *job\n  instance_type: wrong\n")

    (found,) = problems(a_conf(sections=sections))

    assert found == (
        "1.yaml:27:9: conf.models.churn.evaluate.instance_type[0]: "
        "must be an instance type, such as ml.m5.large; found 'wrong'"
    )


def test_a_mapping_that_merges_may_be_used_twice() -> None:
    sections = SECTIONS.replace(
        "preprocess:\n", "preprocess: &job\n  <<: &base {instance_count: 2}\n"
    )
    sections = sections.replace(
        "evaluate:\n  image_uri: images/prepare:1\n", "evaluate:\n  <<: *job\n"
    )

    assert problems(a_conf(sections=sections + "again: *job")) == []


def two_files() -> Iterator[tuple[str, str, str]]:
    """Give what the second file has beside a sound first one, and what is said of it."""
    yield (
        "conf: {sagemakerPipeline: {pipelineName: other}}",
        "1:8",
        "conf.sagemakerPipeline: this pipeline is described in another file already",
    )
    yield (
        "conf: {models: {churn: {train: {}}}}",
        "1:25",
        "conf.models.churn.train: is written in another file already; one of them would be lost",
    )
    yield "conf: {s3Bucket: a}\nmodels: {}", "2:1", "models: is no key here; known: conf"
    yield "conf: {models: 3}", "1:8", "conf.models: must be a mapping of models"
    yield (
        "conf: {s3bucket: a}",
        "1:8",
        "conf.s3bucket: 's3bucket' is no key here; did you mean 's3Bucket'?",
    )
    yield (
        "conf: {a b: {c: 3}}",
        "1:8",
        (
            "conf.a b: 'a b' is no key here; known: modelConfigFilePath, models, s3Bucket, "
            "sagemakerNetworkSecurity, sagemakerPipeline"
        ),
    )


@pytest.mark.parametrize(("other", "place", "expected"), list(two_files()))
def test_what_is_wrong_with_the_second_file_is_found_there(
    other: str, place: str, expected: str
) -> None:
    assert problems(SOUND, other) == [f"2.yaml:{place}: {expected}"]


@pytest.mark.parametrize(
    "other",
    [
        "conf: {models: }",
        "conf: {models: {churn: , other: }, sagemakerPipeline: , s3Bucket: }",
        "conf: {models: {churn: {train: , unused: , name: }}}",
    ],
)
def test_a_key_without_a_value_is_as_if_it_were_not_there(other: str) -> None:
    assert problems(SOUND, other) == problems(other, SOUND) == []


def test_a_section_without_a_value_is_one_that_is_missing() -> None:
    sections = SECTIONS.replace("evaluate:\n", "evaluate:\nother:\n")

    (found,) = problems(a_conf(sections=sections))

    assert found.startswith("1.yaml:39:13: conf.sagemakerPipeline.models.churn.steps[4]: ")
    said = "model 'churn' has no section 'evaluate'; it has other, preprocess, registry, train, "
    assert found.endswith(f": {said}transform")


def test_the_same_key_in_two_files_is_one_too_many() -> None:
    found = problems(SOUND, "conf: {s3Bucket: a}", "conf: {s3Bucket: b}")

    assert found == ["3.yaml:1:8: conf.s3Bucket: 's3Bucket' is described in another file already"]


def test_of_no_file_there_is_nothing_to_read() -> None:
    (found,) = read_pipeline([], VALUES).findings

    assert str(found) == "(none):1:1: conf: lacks 'sagemakerPipeline'"


def test_a_variable_with_typographic_quotes_is_found() -> None:
    (found,) = problems(SOUND, values=VALUES | {"SMP_ACCOUNTID": "\u201c1\u201d"})

    said = "is '\u201c1\u201d', with typographic quotes; write plain ones or none"
    assert found == f"(environment):1:1: SMP_ACCOUNTID: {said}"


def test_a_required_text_of_unset_variables_names_the_first() -> None:
    sections = SECTIONS.replace("image_uri: images/serve:1", "image_uri: SMP_A/SMP_B")

    assert problems(a_conf(sections=sections)) == [
        (
            "1.yaml:18:11: conf.models.churn.registry.InferenceSpecification.image_uri: "
            "needs SMP_A, an environment variable that is not set"
        )
    ]
