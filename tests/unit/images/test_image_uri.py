"""The table of framework images, held against the SDK it was made from."""

import re

import pytest

from tools import make_image_table
from tools.make_image_table import Answer
from trainwright.errors import InvalidRequestError
from trainwright.logic.images import image_uri, known_versions, processor_of


@pytest.fixture(scope="module")
def answers() -> list[Answer]:
    return make_image_table.ask_sdk()


def test_the_committed_table_is_what_the_sdk_says_today(answers: list[Answer]) -> None:
    expected = make_image_table.text_of(make_image_table.table_of(answers))

    assert make_image_table.TABLE.read_text() == expected


def test_every_answer_equals_the_sdks(answers: list[Answer]) -> None:
    differing = [answer for answer in answers if _our(answer) != answer["uri"]]

    assert len(answers) > 100
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


def test_the_china_partition_has_its_own_registry_and_suffix() -> None:
    uri = image_uri("sklearn", "1.2-1", "training", "ml.m5.large", "cn-north-1", "amazonaws.com.cn")

    assert uri == (
        "450853457545.dkr.ecr.cn-north-1.amazonaws.com.cn/sagemaker-scikit-learn:1.2-1-cpu-py3"
    )


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"framework": "sklaern"}, "AWS has no image of framework 'sklaern'; known: sklearn"),
        ({"version": "9.9"}, "AWS has no training image of sklearn '9.9' for cpu; known: 0.20.0, "),
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
        ("ml.inf2.xlarge", "neuron"),
        ("ml.trn1.2xlarge", "neuron"),
    ],
)
def test_an_instance_type_says_its_processor(instance_type: str, processor: str) -> None:
    assert processor_of(instance_type) == processor
