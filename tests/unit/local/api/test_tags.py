"""Tags belong to an ARN, of whatever kind of resource."""

from pathlib import Path

import pytest

from tests.unit.local.training.builders import Cloud
from trainwright_local.sagemaker.api.tags import attach, detach, tags_of

ARN = "arn:aws:sagemaker:eu-west-1:000000000000:model/churn"


@pytest.fixture
def cloud(tmp_path: Path) -> Cloud:
    cloud = Cloud(tmp_path)
    attach(cloud.context, ARN, [{"Key": "team", "Value": "churn"}])
    return cloud


def test_tags_are_added_replaced_and_removed(cloud: Cloud) -> None:
    new = [{"Key": "team", "Value": "growth"}, {"Key": "stage", "Value": ""}]

    added = cloud.call("AddTags", ResourceArn=ARN, Tags=new)
    cloud.call("DeleteTags", ResourceArn=ARN, TagKeys=["stage", "never there"])

    assert added == {"Tags": new}
    assert cloud.call("ListTags", ResourceArn=ARN) == {"Tags": new[:1]}
    assert tags_of(cloud.context, ARN) == {"team": "growth"}


def test_a_resource_that_is_gone_has_no_tags(cloud: Cloud) -> None:
    detach(cloud.context, ARN)

    for operation, more in (
        ("ListTags", {}),
        ("AddTags", {"Tags": [{"Key": "a", "Value": "b"}]}),
        ("DeleteTags", {"TagKeys": ["a"]}),
    ):
        answer = cloud.call(operation, ResourceArn=ARN, **more)
        assert answer["message"] == f"Resource {ARN} does not exist"


def test_fifty_tags_are_enough(cloud: Cloud) -> None:
    many = [{"Key": f"tag-{number}", "Value": ""} for number in range(50)]

    answer = cloud.call("AddTags", ResourceArn=ARN, Tags=many)

    assert answer["__type"] == "ResourceLimitExceeded"
    assert len(cloud.call("ListTags", ResourceArn=ARN)["Tags"]) == 1


def test_a_key_given_twice_is_refused(cloud: Cloud) -> None:
    twice = [{"Key": "a", "Value": "1"}, {"Key": "a", "Value": "2"}]

    answer = cloud.call("AddTags", ResourceArn=ARN, Tags=twice)

    assert answer["__type"] == "ValidationException"
