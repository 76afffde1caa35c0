"""Requests for processing jobs."""

from typing import Any

from tests.unit.local.training.builders import IMAGE, ROLE

ROOT = "/opt/ml/processing"


def an_input(name: str = "code", uri: str = "s3://data/code/", **members: Any) -> dict[str, Any]:
    """An input that is found at `/opt/ml/processing/<name>`."""
    source = {
        "S3Uri": uri,
        "LocalPath": f"{ROOT}/{name}",
        "S3DataType": "S3Prefix",
        "S3InputMode": "File",
        **members,
    }
    return {"InputName": name, "S3Input": {k: v for k, v in source.items() if v is not None}}


def an_output(name: str = "out", uri: str = "s3://data/out", **members: Any) -> dict[str, Any]:
    """An output that is written to `/opt/ml/processing/<name>`."""
    place = {"S3Uri": uri, "LocalPath": f"{ROOT}/{name}", "S3UploadMode": "EndOfJob", **members}
    return {"OutputName": name, "S3Output": place}


def a_job(name: str = "clean-1", **members: Any) -> dict[str, Any]:
    """A CreateProcessingJob that is accepted; a member given as None is left out."""
    entrypoint = ["python3", f"{ROOT}/code/run.py"]
    cluster = {"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 5}
    request = {
        "ProcessingJobName": name,
        "AppSpecification": {"ImageUri": IMAGE, "ContainerEntrypoint": entrypoint},
        "RoleArn": ROLE,
        "ProcessingInputs": [an_input()],
        "ProcessingOutputConfig": {"Outputs": [an_output()]},
        "ProcessingResources": {"ClusterConfig": cluster},
        "StoppingCondition": {"MaxRuntimeInSeconds": 60},
        **members,
    }
    return {key: value for key, value in request.items() if value is not None}
