"""Requests, services and answers for the tests of the SageMaker service."""

import json
from pathlib import Path
from typing import Any

from trainwright_local.sagemaker.api.operations import Context
from trainwright_local.sagemaker.api.schema import HttpRequest
from trainwright_local.sagemaker.config import SageMakerConfig
from trainwright_local.sagemaker.events import Event
from trainwright_local.sagemaker.service import SageMakerService

ACCOUNT = "000000000000"
REGION = "eu-west-1"
IMAGE = "141502667606.dkr.ecr.eu-west-1.amazonaws.com/sagemaker-scikit-learn:1.2-1-cpu-py3"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/training"


class Cloud:
    """A service without a server, and the events it has published."""

    def __init__(self, folder: Path) -> None:
        self.events: list[Event] = []
        config = SageMakerConfig(folder, folder / "cache", endpoint_url="http://127.0.0.1:9")
        self.service = SageMakerService(config, self.events.append)
        self.context = Context(ACCOUNT, REGION, self.service)

    def call(self, operation: str, **members: Any) -> dict[str, Any]:
        """Send a request as a client does; an error is an answer too."""
        target = {"x-amz-target": f"SageMaker.{operation}"}
        request = HttpRequest("POST", "/", target, json.dumps(members).encode())
        answer: dict[str, Any] = json.loads(
            self.service.respond(request, ACCOUNT, REGION).body or b"{}"
        )
        return answer


def a_channel(name: str = "train", uri: str = "s3://data/train/", **members: Any) -> dict[str, Any]:
    source = {"S3DataType": "S3Prefix", "S3Uri": uri}
    return {"ChannelName": name, "DataSource": {"S3DataSource": source}, **members}


def a_request(name: str = "churn-1", **members: Any) -> dict[str, Any]:
    """A CreateTrainingJob that is accepted; a member given as None is left out."""
    request = {
        "TrainingJobName": name,
        "AlgorithmSpecification": {"TrainingImage": IMAGE, "TrainingInputMode": "File"},
        "RoleArn": ROLE,
        "HyperParameters": {
            "sagemaker_program": '"train.py"',
            "sagemaker_submit_directory": '"s3://data/source.tar.gz"',
        },
        "InputDataConfig": [a_channel()],
        "OutputDataConfig": {"S3OutputPath": "s3://data/models"},
        "ResourceConfig": {"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 5},
        "StoppingCondition": {"MaxRuntimeInSeconds": 60},
        **members,
    }
    return {key: value for key, value in request.items() if value is not None}
