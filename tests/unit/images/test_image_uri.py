"""The tables of framework images, held against the SDK they were made from."""

import re

import boto3
import botocore.session
import pytest

from tools import make_image_table
from tools.make_image_table import Answer
from trainwright.errors import InvalidRequestError
from trainwright.logic.images import image_uri, known_frameworks, known_versions
from trainwright.logic.processors import processor_of


@pytest.fixture(scope="module")
def answers() -> list[Answer]:
    return make_image_table.ask_sdk()


def test_the_committed_tables_are_what_the_sdk_says_today(answers: list[Answer]) -> None:
    expected = make_image_table.tables_of(answers)

    assert {path: path.read_text() for path in make_image_table.TABLES.iterdir()} == expected


def test_every_answer_equals_the_sdks(answers: list[Answer]) -> None:
    differing = [answer for answer in answers if _our(answer) != answer["uri"]]

    assert len(answers) > 20_000
    assert differing == []


def _our(answer: Answer) -> str:
    url_suffix = answer["uri"].partition("/")[0].partition(f".dkr.ecr.{answer['region']}.")[2]
    return image_uri(
        answer["framework"],
        answer["version"],
        "training" if answer["scope"] == "training" else "inference",
        answer["instance_type"],
        answer["region"],
        url_suffix,
    )


@pytest.mark.parametrize("partition", ["aws", "aws-cn", "aws-us-gov", "aws-iso", "aws-iso-b"])
def test_every_framework_but_the_newest_images_is_in_every_partition_the_sdk_knows(
    answers: list[Answer], partition: str
) -> None:
    regions = {
        *boto3.Session().get_available_regions("sagemaker", partition, allow_non_regional=True),
        *boto3.Session().get_available_regions("ecr", partition),
    }
    found = {answer["framework"] for answer in answers if answer["region"] in regions}

    # Reinforcement learning's second images and PyTorch's newest line are in fewer places.
    assert found >= set(known_frameworks()) - {"pytorch-amzn2023", "ray-pytorch"}


def test_a_version_that_is_not_in_the_region_is_refused_with_what_is_there() -> None:
    sentence = r"'2\.14' for gpu in region 'us-iso-east-1'; known: 2\.11, 2\.12, 2\.13$"

    with pytest.raises(InvalidRequestError, match=sentence):
        image_uri("pytorch-amzn2023", "2.14", "training", "ml.g5.xlarge", "us-iso-east-1", "")


def test_the_china_partition_has_its_own_registry_and_suffix() -> None:
    uri = image_uri("sklearn", "1.2-1", "training", "ml.m5.large", "cn-north-1", "amazonaws.com.cn")

    assert uri == (
        "450853457545.dkr.ecr.cn-north-1.amazonaws.com.cn/sagemaker-scikit-learn:1.2-1-cpu-py3"
    )


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"framework": "sklaern"}, "AWS has no image of framework 'sklaern'; known: chainer, "),
        (
            {"version": "9.9"},
            "sklearn '9.9' for cpu in region 'eu-west-1'; known: 0.20.0, ",
        ),
        ({"region": "mars-1"}, "AWS has no image of sklearn in region 'mars-1'; known: af-south-1"),
        (
            {"instance_type": "ml.g5.xlarge"},
            "AWS's training images of sklearn do not run on ml.g5.xlarge (gpu); known: cpu",
        ),
    ],
)
def test_what_aws_does_not_have_is_refused_with_what_it_has(
    changed: dict[str, str], sentence: str
) -> None:
    question = {
        "framework": "sklearn",
        "version": "1.2-1",
        "instance_type": "ml.m5.large",
        "region": "eu-west-1",
    }
    asked = {**question, **changed}

    with pytest.raises(InvalidRequestError, match=re.escape(sentence)):
        image_uri(**asked, scope="training", url_suffix="amazonaws.com")


def test_versions_are_in_the_order_of_their_numbers() -> None:
    versions = known_versions("sklearn")

    assert versions[0] == "0.20.0"
    assert versions.index("1.0-1") < versions.index("1.2-1") < versions.index("1.4-2")


@pytest.mark.parametrize(
    ("instance_type", "processor"),
    [
        ("ml.m5.large", "cpu"),
        ("ml.c7g.large", "arm64"),
        ("ml.r6gd.large", "arm64"),
        ("ml.g4dn.xlarge", "gpu"),
        ("ml.p4d.24xlarge", "gpu"),
        ("ml.inf1.xlarge", "neuron"),
        ("ml.inf2.xlarge", "neuronx"),
        ("ml.trn1.2xlarge", "neuronx"),
    ],
)
def test_an_instance_type_says_its_processor(instance_type: str, processor: str) -> None:
    assert processor_of(instance_type) == processor


def test_an_instance_of_no_known_family_is_refused() -> None:
    with pytest.raises(InvalidRequestError, match=r"'ml\.z9\.huge' is of no family"):
        processor_of("ml.z9.huge")


def test_every_family_of_aws_is_known() -> None:
    model = botocore.session.get_session().get_service_model("sagemaker")
    shapes = map(model.shape_for, model.shape_names)
    types = {name for shape in shapes for name in getattr(shape, "enum", ())}
    instances = {name for name in types if name.startswith("ml.") and not name.startswith("ml.eia")}

    assert len(instances) > 300
    assert all(map(processor_of, instances))
