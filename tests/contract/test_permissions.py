"""Roles allow what is needed; options reach all that they promise to; any partition will do."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.contract.agreement import ROOT, resources, template

EVERYWHERE = {
    "cloudwatch:PutMetricData",  # has no resources; its condition names SageMaker's namespaces
    "ecr:GetAuthorizationToken",  # has no resources
    "ec2:",  # network interfaces in the VPC of the user
    "logs:",  # the delivery of a state machine's log has no resources
}
"""Actions for which a role may name every resource, and why."""

ROLES_OF_FUNCTIONS = {f"{name}Role" for name in resources("AWS::Serverless::Function")}
SUFFIX = re.compile(r"arn:aws[:-]|amazonaws\.com")


def statements(value: Any) -> Iterator[dict[str, Any]]:
    """Give every statement that allows something, wherever it is in *value*."""
    if isinstance(value, dict):
        if value.get("Effect") == "Allow" and "Action" in value:
            yield value
        for item in value.values():
            yield from statements(item)
    elif isinstance(value, list):
        for item in value:
            yield from statements(item)


def actions(statement: dict[str, Any]) -> list[str]:
    found = statement["Action"]
    return found if isinstance(found, list) else [found]


def test_no_role_may_do_anything_to_everything() -> None:
    wide = [s for s in statements(template()["Resources"]) if s.get("Resource") == "*"]
    unexplained = {
        action
        for statement in wide
        for action in actions(statement)
        if not action.startswith(tuple(EVERYWHERE))
    }

    assert wide
    assert unexplained == set()


def test_no_role_may_do_everything() -> None:
    allowed = {a for s in statements(template()["Resources"]) for a in actions(s)}

    assert {a for a in allowed if a == "*" or a.endswith(":*")} == set()


def test_a_role_is_passed_only_to_sagemaker() -> None:
    passing = [s for s in statements(template()["Resources"]) if "iam:PassRole" in actions(s)]

    assert len(passing) == 5
    for statement in passing:
        assert statement["Resource"] in (
            {"Fn::GetAtt": "SageMakerRole.Arn"},
            {"Fn::GetAtt": "SchedulerRole.Arn"},
            {"Fn::Split": [",", {"Ref": "PipelineRoleArns"}]},
        )
        assert "iam:PassedToService" in statement["Condition"]["StringEquals"]


@pytest.mark.parametrize(
    ("logical_id", "field"),
    [
        ("DataBucket", "BucketEncryption"),
        ("TasksTable", "SSESpecification"),
        ("RunsTable", "SSESpecification"),
        ("StepsTable", "SSESpecification"),
        ("StepCacheTable", "SSESpecification"),
        ("OutcomeTopic", "KmsMasterKeyId"),
        ("DeadLetterQueue", "KmsMasterKeyId"),
        *((name, "KmsKeyId") for name in resources("AWS::Logs::LogGroup")),
    ],
)
def test_the_key_encrypts_whatever_is_stored(logical_id: str, field: str) -> None:
    setting = template()["Resources"][logical_id]["Properties"][field]

    assert "'Ref': 'KmsKeyArn'" in str(setting)


def test_whoever_touches_what_is_encrypted_may_use_the_key() -> None:
    users = template()["Resources"]["KeyPolicy"]["Properties"]["Roles"]

    assert {user["Ref"] for user in users} == ROLES_OF_FUNCTIONS | {
        "SageMakerRole",
        "SchedulerRole",
    }


@pytest.mark.parametrize(
    ("variable", "parameter"),
    [
        ("TRAINWRIGHT_KMS_KEY", "KmsKeyArn"),
        ("TRAINWRIGHT_SUBNETS", "SubnetIds"),
        ("TRAINWRIGHT_SECURITY_GROUPS", "SecurityGroupIds"),
    ],
)
def test_key_and_network_reach_the_plans(variable: str, parameter: str) -> None:
    variables = template()["Globals"]["Function"]["Environment"]["Variables"]

    assert variables[variable] == {"Ref": parameter}


def test_the_boundary_bounds_every_role() -> None:
    bounded = [
        template()["Globals"]["Function"],
        *(found["Properties"] for found in resources("AWS::Serverless::StateMachine").values()),
        *(found["Properties"] for found in resources("AWS::IAM::Role").values()),
    ]

    assert all("PermissionsBoundaryArn" in str(role["PermissionsBoundary"]) for role in bounded)


def test_every_parameter_is_described_and_shown_in_a_group() -> None:
    groups = template()["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"]
    shown = [name for group in groups for name in group["Parameters"]]

    assert sorted(shown) == sorted(template()["Parameters"])
    for parameter in template()["Parameters"].values():
        assert parameter["Description"]
        assert {"AllowedPattern", "AllowedValues", "MinValue"} & set(parameter)


def _deployed_files() -> list[Path]:
    folders = ("functions", "layers", "statemachines")
    found = [path for folder in folders for path in (ROOT / folder).rglob("*.*")]
    return [path for path in found if path.suffix in {".py", ".yaml"}]


@pytest.mark.parametrize("path", _deployed_files(), ids=lambda p: str(p.relative_to(ROOT)))
def test_nothing_that_is_deployed_knows_a_partition(path: Path) -> None:
    assert SUFFIX.findall(path.read_text()) == []


def test_the_template_knows_no_partition() -> None:
    assert SUFFIX.findall((ROOT / "template.yaml").read_text()) == []


def test_every_name_that_we_give_begins_with_the_stacks() -> None:
    """Two stacks live in one account."""
    fields = (
        "Name",
        "FunctionName",
        "LogGroupName",
        "TableName",
        "BucketName",
        "QueueName",
        "RoleName",
    )
    for logical_id, resource in template()["Resources"].items():
        for field in fields:
            given = resource.get("Properties", {}).get(field, {})
            if given and "Ref" not in given:  # a name of another resource's
                assert "AWS::StackName" in str(given), logical_id
