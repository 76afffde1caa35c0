"""What would be ignored is refused, and says what it is."""

from pathlib import Path
from typing import Any

import pytest

from tests.unit.local.processing.builders import ROOT, a_job, an_input, an_output
from tests.unit.local.training.builders import IMAGE, Cloud
from trainwright_local.sagemaker.api.errors import ValidationException
from trainwright_local.sagemaker.jobs import sandbox
from trainwright_local.sagemaker.processing.admission import admit

pytestmark = pytest.mark.usefixtures("no_engine")

SPECIFICATION = a_job()["AppSpecification"]
CLUSTER = a_job()["ProcessingResources"]["ClusterConfig"]


def inputs(**members: Any) -> dict[str, Any]:
    return {"ProcessingInputs": [an_input(**members)]}


def outputs(*given: dict[str, Any]) -> dict[str, Any]:
    return {"ProcessingOutputConfig": {"Outputs": list(given)}}


def cluster(**members: Any) -> dict[str, Any]:
    config = {**CLUSTER, **members}
    kept = {key: value for key, value in config.items() if value is not None}
    return {"ProcessingResources": {"ClusterConfig": kept}}


@pytest.mark.parametrize(
    "members",
    [
        {},
        {"ProcessingInputs": None, "ProcessingOutputConfig": None, "StoppingCondition": None},
        inputs(S3DataType="ManifestFile", S3DataDistributionType="ShardedByS3Key"),
        inputs(S3InputMode=None),
        inputs(LocalPath=f"{ROOT}/deep/er/"),
        outputs(an_output(S3UploadMode="Continuous")),
        cluster(InstanceCount=3),
        {
            "NetworkConfig": {
                "EnableInterContainerTrafficEncryption": True,
                "VpcConfig": {"SecurityGroupIds": ["sg-1"], "Subnets": ["subnet-1"]},
            }
        },
    ],
)
def test_these_are_accepted(members: dict[str, Any]) -> None:
    admit(a_job(**members))


@pytest.mark.parametrize(
    ("members", "problem"),
    [
        ({"AppSpecification": {**SPECIFICATION, "ImageUri": "mine:1"}}, "image mine:1"),
        ({"AppSpecification": {"ImageUri": IMAGE}}, "set AppSpecification.ContainerEntrypoint"),
        ({"ExperimentConfig": {"TrialName": "t"}}, "does not emulate ExperimentConfig"),
        (cluster(InstanceType=None), "ClusterConfig.InstanceType is missing"),
        (cluster(InstanceCount=None), "ClusterConfig.InstanceCount is missing"),
        (cluster(InstancePreferences=[{}]), "does not emulate ProcessingResources.Cluster"),
        (inputs(S3InputMode="Pipe"), "ProcessingInputs.1.S3Input.S3InputMode Pipe; use File"),
        (inputs(S3CompressionType="Gzip"), "can only be used when S3InputMode is Pipe"),
        (inputs(uri="https://data/x"), "is not an S3 URI"),
        (inputs(LocalPath=None), "LocalPath must be a folder below /opt/ml/processing/"),
        (inputs(LocalPath=ROOT), "LocalPath must be"),
        (inputs(LocalPath=f"{ROOT}/../model"), "LocalPath must be"),
        (inputs(LocalPath="/opt/ml/processing2/x"), "LocalPath must be"),
        ({"ProcessingInputs": [{"InputName": "a"}]}, "ProcessingInputs.1.S3Input is missing"),
        (
            {"ProcessingInputs": [{"InputName": "a", "DatasetDefinition": {"LocalPath": "x"}}]},
            "does not emulate ProcessingInputs.1.DatasetDefinition",
        ),
        ({"ProcessingInputs": [an_input() | {"AppManaged": True}]}, "ProcessingInputs.1.AppMan"),
        (
            {"ProcessingInputs": [an_input(), an_input(LocalPath=f"{ROOT}/b")]},
            "Input and Output names must be globally unique: ['code']",
        ),
        (
            {"ProcessingInputs": [an_input(), an_input("b", LocalPath=f"{ROOT}/code/")]},
            "A LocalPath belongs to one input or output: ['/opt/ml/processing/code']",
        ),
        (outputs(an_output("code")), "Input and Output names must be globally unique"),
        (outputs({"OutputName": "a"}), "ProcessingOutputConfig.Outputs.1.S3Output is missing"),
        (
            outputs(an_output() | {"FeatureStoreOutput": {"FeatureGroupName": "g"}}),
            "does not emulate ProcessingOutputConfig.Outputs.1.FeatureStoreOutput",
        ),
        (outputs(an_output(LocalPath="/tmp/out")), "Outputs.1.S3Output.LocalPath must be"),
    ],
)
def test_these_are_refused(members: dict[str, Any], problem: str) -> None:
    with pytest.raises(ValidationException) as refused:
        admit(a_job(**members))

    assert problem in refused.value.message


def test_isolation_is_refused_where_the_machine_cannot_give_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sandbox, "available", lambda: False)

    with pytest.raises(ValidationException, match="needs bubblewrap"):
        admit(a_job(NetworkConfig={"EnableNetworkIsolation": True}))


def test_every_problem_is_named(tmp_path: Path) -> None:
    cloud = Cloud(tmp_path)

    answer = cloud.call(
        "CreateProcessingJob", **a_job(**inputs(S3InputMode="Pipe"), **cluster(InstanceType=None))
    )

    assert answer["__type"] == "ValidationException"
    assert "Pipe" in answer["message"]
    assert "InstanceType" in answer["message"]
    found = cloud.call("DescribeProcessingJob", ProcessingJobName="clean-1")
    assert found["message"] == "Could not find requested job with name: clean-1"
    assert cloud.events == []
