"""Requests checked against AWS's own model, refused in AWS's words."""

from typing import Any

import pytest

from tests.unit.local.training.builders import a_channel, a_request
from trainwright_local.sagemaker.api.errors import SerializationException, ValidationException
from trainwright_local.sagemaker.api.schema import input_shape, service_model
from trainwright_local.sagemaker.api.validation import validate


def check(operation: str, members: dict[str, Any]) -> None:
    validate(members, input_shape(service_model("sagemaker").operation_model(operation)))


def problems_of(operation: str, members: dict[str, Any]) -> str:
    with pytest.raises(ValidationException) as refused:
        check(operation, members)
    return refused.value.message


def test_a_good_request_passes() -> None:
    check("CreateTrainingJob", a_request())


def test_a_name_of_the_wrong_form_is_quoted_with_its_pattern() -> None:
    assert problems_of("CreateTrainingJob", a_request("no spaces")) == (
        "1 validation error detected: Value 'no spaces' at 'trainingJobName' failed to satisfy "
        "constraint: Member must satisfy regular expression pattern: "
        "[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}"
    )


def test_every_problem_is_named_at_once() -> None:
    message = problems_of("CreateTrainingJob", {"TrainingJobName": "x" * 64})

    assert message.startswith("4 validation errors detected: ")
    assert (
        "Value null at 'roleArn' failed to satisfy constraint: Member must not be null" in message
    )
    assert "Value null at 'outputDataConfig'" in message
    assert "Member must have length less than or equal to 63" in message


@pytest.mark.parametrize(
    ("members", "problem"),
    [
        (
            {"InputDataConfig": [a_channel(InputMode="Files")]},
            "'inputDataConfig.1.member.inputMode' failed to satisfy constraint: Member must",
        ),
        (
            {"StoppingCondition": {"MaxRuntimeInSeconds": 0}},
            "failed to satisfy constraint: Member must have value greater than or equal to 1",
        ),
        (
            {"HyperParameters": {"a": "b" * 2501}},
            "Map value must satisfy constraint: [Member must have length less than or equal",
        ),
        (
            {"Tags": [{"Key": "what?", "Value": ""}]},
            "Value 'what?' at 'tags.1.member.key' failed to satisfy constraint: Member must",
        ),
        (
            {"ResourceConfig": {"InstanceTyp": "ml.m5.large", "VolumeSizeInGB": 1}},
            "Value at 'resourceConfig.instanceTyp' failed to satisfy constraint: Unknown member",
        ),
    ],
)
def test_a_problem_deep_inside_is_found(members: dict[str, Any], problem: str) -> None:
    assert problem in problems_of("CreateTrainingJob", a_request(**members))


@pytest.mark.parametrize("key", ["team", "größe", "部署", "a b", "a_b.c:d/e=f+g-h@i"])
def test_a_tag_may_be_in_any_language(key: str) -> None:
    check("CreateTrainingJob", a_request(Tags=[{"Key": key, "Value": key}]))


@pytest.mark.parametrize(
    ("members", "where"),
    [
        ({"TrainingJobName": 5}, "'trainingJobName' is not a String"),
        ({"EnableNetworkIsolation": "true"}, "'enableNetworkIsolation' is not a Boolean"),
        ({"HyperParameters": {"epochs": 5}}, "'hyperParameters.epochs' is not a String"),
        ({"StoppingCondition": {"MaxRuntimeInSeconds": True}}, "is not a Integer"),
        ({"InputDataConfig": {}}, "'inputDataConfig' is not a List"),
    ],
)
def test_a_member_of_the_wrong_type_cannot_be_read(members: dict[str, Any], where: str) -> None:
    with pytest.raises(SerializationException, match=where):
        check("CreateTrainingJob", {**a_request(), **members})
