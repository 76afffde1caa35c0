"""Pipelines with a bucket, a role and a network that are their user's and not the stack's."""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.integration.stack.deployment import THEIR_BUCKET, THEIR_ROLE
from tests.integration.stack.pipelines import IMAGE, Author
from tests.integration.stack.stack import Stack
from trainwright_cli.cloud_access import Cloud

TRUST = {
    "Effect": "Allow",
    "Action": "sts:AssumeRole",
    "Principal": {"Service": "sagemaker.amazonaws.com"},
}
ALL = {"Effect": "Allow", "Action": "*", "Resource": "*"}

CONF = f"""
conf:
  s3Bucket: {THEIR_BUCKET}
  sagemakerNetworkSecurity:
    role: {THEIR_ROLE}
    subnets: subnet-11111111,subnet-22222222
    security_groups_id: sg-33333333
  models:
    m:
      source_directory: code
      work:
        image_uri: {IMAGE}
        entry_point: work.py
        channels:
          train: {{dataFiles: [{{sourceName: rows, fileName: s3://{THEIR_BUCKET}/rows/}}]}}
  sagemakerPipeline:
    pipelineName: elsewhere
    models:
      m:
        steps: [{{step_name: only, step_class: Processing, step_type: work, enable_cache: True}}]
"""


@pytest.fixture
def author(tmp_path: Path, commands: Cloud, stack: Stack, request: pytest.FixtureRequest) -> Author:
    if request.config.getoption("--stack-name"):
        pytest.skip("the bucket and the role are those of the stack that these tests deploy")
    iam, s3 = stack.client("iam"), stack.client("s3")
    iam.create_role(RoleName="theirs", Path="/team/", AssumeRolePolicyDocument=document(TRUST))
    iam.put_role_policy(RoleName="theirs", PolicyName="all", PolicyDocument=document(ALL))
    s3.create_bucket(Bucket=THEIR_BUCKET)
    s3.put_object(Bucket=THEIR_BUCKET, Key="rows/a.csv", Body=b"1,2")
    return Author(tmp_path, commands)


def document(statement: Mapping[str, object]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def test_steps_run_in_a_bucket_by_a_role_and_in_a_network_of_ones_own(
    author: Author, stack: Stack, tmp_path: Path
) -> None:
    (tmp_path / "elsewhere.yaml").write_text(CONF)
    author.publish_file(tmp_path / "elsewhere.yaml", tmp_path)

    first, second = author.run("elsewhere"), author.run("elsewhere")

    assert first.statuses == {"only": "Succeeded"}, first.ended
    assert second.statuses == {"only": "Cached"}
    outputs = first.steps["only"].outputs
    job = stack.client("sagemaker").describe_processing_job(ProcessingJobName=outputs["job"])
    assert job["RoleArn"] == THEIR_ROLE
    assert job["NetworkConfig"]["VpcConfig"]["SecurityGroupIds"] == ["sg-33333333"]
    place = outputs["outputs"]["train"].removeprefix(f"s3://{THEIR_BUCKET}/")
    found = stack.client("s3").get_object(Bucket=THEIR_BUCKET, Key=f"{place}/inputs.txt")
    assert "rows" in found["Body"].read().decode().split()
