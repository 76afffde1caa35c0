"""What is wrong with a file is said all at once, each at its line, with what would be right."""

import pytest

from tests.unit.pipelines.confs import SECTIONS, STEPS, a_conf, problems, read


def only(*texts: str, **options: object) -> str:
    """Give the one finding."""
    (found,) = problems(*texts, **options)
    return found


def test_a_sound_file_has_no_findings() -> None:
    assert problems(a_conf()) == []


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "image_uri: images/prepare:1\n  entry",
            "image_url: x\n  entry",
            "did you mean 'image_uri'?",
        ),
        ("channels: train\n  image", "channel: train\n  image", "did you mean 'channels'?"),
        ("dataFiles: [{fileName", "dataFiles: [{filename", "did you mean 'fileName'?"),
        ('ModelRepack: "False"', "ModelRepack: maybe", "must be true or false; found 'maybe'"),
        ("supported_content_types: [text/csv]", "supported_content_types: []", "must not be empty"),
        ("entry_point: train/fit.py", "hyperparameters: {a: 1}", "did you mean 'hyperparams'?"),
    ],
)
def test_a_wrong_key_is_found_with_the_one_that_was_meant(
    old: str, new: str, expected: str
) -> None:
    sections = SECTIONS.replace("evaluate:\n  image", "evaluate:\n  channels: train\n  image")
    found = problems(
        a_conf(
            sections=SECTIONS.replace(old, new, 1)
            if old in SECTIONS
            else sections.replace(old, new)
        )
    )

    assert any(expected in line for line in found), found


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        (
            STEPS.replace("Training", "training", 1),
            "'training' is no step class; did you mean 'Training'?",
        ),
        (
            STEPS.replace("step_class: CreateModel", "step_clas: CreateModel"),
            "is 'step_clas' meant?",
        ),
        (
            STEPS.replace(
                "chain_input_source_step: [predict]", "chain_input_source_step: [predickt]"
            ),
            "'predickt' is no step; did you mean 'predict'?",
        ),
        (
            STEPS.replace("chain_input_source_step: [predict]", "chain_input_source_step: [model]"),
            "'model' is a CreateModel step, which has no output to chain; possible: Processing, ",
        ),
        (
            STEPS.replace("step_type: preprocess", "step_type: preproces"),
            "has no section 'preproces'; did you mean 'preprocess'?",
        ),
        (
            STEPS.replace(", step_type: preprocess", ""),
            "lacks 'step_type', the section of 'churn' that it runs",
        ),
        (STEPS.replace("step_name: judge", "step_name: predict"), "'predict' is a step of line"),
        (
            STEPS.replace("chain_input_source_steps", "x").replace(
                "chain_input_source_step:", "chain_input_source_steps:", 1
            ),
            "did you mean 'chain_input_source_step'?",
        ),
    ],
)
def test_a_wrong_step_is_found(steps: str, expected: str) -> None:
    found = problems(a_conf(steps=steps))

    assert any(expected in line for line in found), found


def test_metrics_come_after_a_transform() -> None:
    steps = "- {step_name: judge, step_class: Metrics}\n- {step_name: fit, step_class: Training}"

    assert "a Metrics step needs a Transform step earlier in 'churn'" in only(a_conf(steps=steps))


def test_a_transform_has_exactly_one_input() -> None:
    steps = STEPS.replace("Transform}", "Transform, chain_input_source_step: [prepare]}")

    assert "needs exactly one input, a data file or a chained step; found 2" in only(
        a_conf(steps=steps)
    )


def test_a_training_has_an_input() -> None:
    sections = SECTIONS.replace("    train: {dataFiles", "    x: {content_type").replace(
        "[{fileName: s3://SMP_S3BUCKETNAME/churn/train}]", "text/csv"
    )
    sections = sections.replace(
        "    test: {dataFiles: [{fileName: s3://SMP_S3BUCKETNAME/churn/test}]}", ""
    )

    found = only(a_conf(sections=sections, steps="- {step_name: fit, step_class: Training}"))

    assert "has no input: neither 'dataFiles' in a channel nor a chained step" in found


def test_a_cycle_is_shown_whole() -> None:
    found = only(a_conf(more="dependencies: [register >> prepare]"))

    assert "is a cycle: " in found
    assert {"prepare", "fit", "register"} <= set(found.split("cycle: ")[1].split(" >> "))


def test_an_arrow_needs_two_heads() -> None:
    assert "has no '>>'; write 'first >> second'" in only(a_conf(more="dependencies: [a > b]"))


def test_a_variable_that_is_required_and_not_set_is_named() -> None:
    found = problems(a_conf(), values={"SMP_S3BUCKETNAME": "shop", "SMP_REGION": "eu-west-1"})

    (line,) = found
    assert ": conf.models.churn.train.image_uri: needs SMP_ACCOUNTID, " in line


def test_a_variable_that_is_not_required_is_left_out() -> None:
    more = "concurrency: 3"
    settings = "conf:\n  sagemakerNetworkSecurity: {subnets: SMP_SUBNETS, role: SMP_ROLE}\n"

    reading = read(a_conf(more=more), settings)

    assert reading.definition is not None
    assert reading.definition.network.subnets == ()


def test_subnets_may_be_one_text_with_commas() -> None:
    settings = "conf:\n  sagemakerNetworkSecurity: {subnets: SMP_SUBNETS}\n"
    values = {"SMP_SUBNETS": "subnet-1,subnet-2", "SMP_S3BUCKETNAME": "shop"}
    values |= {"SMP_ACCOUNTID": "1", "SMP_REGION": "r"}

    reading = read(a_conf(), settings, values=values)

    assert reading.definition is not None
    assert reading.definition.network.subnets == ("subnet-1", "subnet-2")


def test_other_variables_of_the_environment_do_not_leak() -> None:
    sections = SECTIONS.replace("SMP_S3BUCKETNAME/churn/train", "SMP_S3BUCKETNAME/HOME/train")

    reading = read(
        a_conf(sections=sections),
        values={
            "HOME": "/home/me",
            "SMP_S3BUCKETNAME": "b",
            "SMP_ACCOUNTID": "1",
            "SMP_REGION": "r",
        },
    )

    assert reading.definition is not None
    assert "s3://b/HOME/train" in str(reading.definition.models)


def test_two_pipelines_are_one_too_many() -> None:
    assert "this pipeline is described in another file already" in "\n".join(
        problems(a_conf(), a_conf().replace("churn", "other"))
    )


def test_a_section_in_two_files_is_one_too_many() -> None:
    other = "conf: {models: {churn: {train: {image_uri: x}}}}"

    assert only(a_conf(), other).startswith(
        "2.yaml:1:25: conf.models.churn.train: is written in another file already"
    )


def test_a_key_that_is_there_twice_is_found() -> None:
    text = a_conf().replace("      source_directory: code", "      name: a\n      name: b")

    assert only(text).startswith("1.yaml:5:7: conf.models.churn.name: is there twice")


def test_text_that_is_no_yaml_is_said_to_be_none() -> None:
    assert only("conf: [").startswith("1.yaml:2:1: (whole): is no YAML")


def test_all_is_found_at_once() -> None:
    found = problems(
        a_conf(
            sections=SECTIONS.replace("channels: train", "chanels: train", 1),
            steps=STEPS.replace("Training", "training", 1),
            more="concurency: 3\ndependencies: [prepare >> nowhere, a > b]",
        )
    )

    assert len(found) == 5
    assert found == sorted(found, key=lambda line: int(line.split(":")[1]))


def test_every_key_that_a_mapping_lacks_is_named() -> None:
    sections = SECTIONS.replace("  image_uri: images/prepare:1\n  entry_point: evaluate.py\n", "")

    assert problems(a_conf(sections=sections)) == [
        "1.yaml:24:7: conf.models.churn.evaluate: lacks 'entry_point'",
        "1.yaml:24:7: conf.models.churn.evaluate: lacks 'image_uri'",
    ]
