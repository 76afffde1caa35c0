"""What a job, its name and its role may not do, in a real cloud."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.unit.local.training.builders import ROLE, a_channel, a_request
from tests.unit.local.training.client import LiveCloud


def refusal(cloud: LiveCloud, **members: Any) -> str:
    with pytest.raises(ClientError) as refused:
        cloud.sagemaker.create_training_job(**a_request("refused", **members))
    return str(refused.value)


def test_a_prefix_without_objects_is_refused(cloud: LiveCloud) -> None:
    message = refusal(cloud, InputDataConfig=[a_channel(uri="s3://data/nothing/")])

    assert 'No S3 objects found under S3 URL "s3://data/nothing/"' in message
    assert ROLE in message


def test_a_role_that_nobody_made_is_refused(cloud: LiveCloud) -> None:
    message = refusal(cloud, RoleArn=ROLE + "-unknown")

    assert "Please ensure that the role exists and allows principal" in message


def test_a_role_may_not_read_what_its_policies_do_not_allow(cloud: LiveCloud) -> None:
    blind = ROLE + "-blind"
    cloud.make_role("s3:ListBucket", "logs:*", arn=blind)

    cloud.train("blind", "pass", RoleArn=blind)

    reason = cloud.ended("blind")["FailureReason"]
    assert "AccessDenied" in reason
    assert "GetObject" in reason


def test_a_role_may_not_write_what_its_policies_do_not_allow(cloud: LiveCloud) -> None:
    reading = ROLE + "-reading"
    cloud.make_role("s3:ListBucket", "s3:GetObject", arn=reading)
    script = "import os, pathlib\npathlib.Path(os.environ['SM_MODEL_DIR'], 'model').touch()"

    cloud.train("reading", script, RoleArn=reading)

    reason = cloud.ended("reading")["FailureReason"]
    assert reason.startswith("ClientError: Artifact upload failed:AccessDenied (403)")
    assert "s3:PutObject" in reason


def test_a_name_is_taken_for_ever(cloud: LiveCloud) -> None:
    cloud.train("taken", "pass")
    cloud.ended("taken")

    with pytest.raises(ClientError, match="training job with this name already exists") as refused:
        cloud.train("taken", "pass")

    assert refused.value.response["Error"]["Code"] == "ResourceInUse"


def test_what_is_no_archive_is_no_source(cloud: LiveCloud) -> None:
    cloud.s3.put_object(Bucket="data", Key="plain.txt", Body=b"not an archive")
    parameters = {"sagemaker_submit_directory": '"s3://data/plain.txt"'}

    cloud.train("no-archive", "pass", HyperParameters=parameters)

    reason = cloud.ended("no-archive")["FailureReason"]
    assert reason.startswith("AlgorithmError: framework error: \ns3://data/plain.txt cannot be")


def test_keys_that_no_file_system_can_hold_fail_the_download(cloud: LiveCloud) -> None:
    for key in ("both/a", "both/a/b"):
        cloud.s3.put_object(Bucket="data", Key=key, Body=b"1")

    cloud.train("both", "pass", InputDataConfig=[a_channel(uri="s3://data/both/")])

    reason = cloud.ended("both")["FailureReason"]
    assert reason.startswith("ClientError: Failed to download data. Please check your s3 objects")
