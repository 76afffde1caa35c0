"""Builders of valid values from the domain; a test overrides what it is about."""

from typing import Any

from trainwright.models.account import Account
from trainwright.models.algorithm import RegisteredAlgorithm
from trainwright.models.manifest import AlgorithmManifest
from trainwright.models.plan import DeployPlan, RunRef
from trainwright.models.states import Generation

RUN = RunRef(id="churn-0123456789ab", model="churn", algorithm="boosting")
JOB = f"demo-{RUN.id}"
JOB_ARN = f"arn:aws:sagemaker:eu-west-1:123456789012:training-job/{JOB}"
ENDPOINT = "demo-churn"
ENDPOINT_ARN = f"arn:aws:sagemaker:eu-west-1:123456789012:endpoint/{ENDPOINT}"
DATA = "incoming/boosting/churn/"


def an_account(**changes: Any) -> Account:
    """Return the account of a stack named `demo`."""
    plain = {
        "stack": "demo",
        "partition": "aws",
        "url_suffix": "amazonaws.com",
        "region": "eu-west-1",
        "account": "123456789012",
        "bucket": "demo-bucket",
        "role": "arn:aws:iam::123456789012:role/demo-sagemaker",
    }
    return Account.model_validate(plain | changes)


def a_manifest(**changes: Any) -> AlgorithmManifest:
    """Return the manifest of an algorithm with a script, one channel and one metric."""
    train = {
        "entry_point": "train.py",
        "instance_type": "ml.m5.large",
        "channels": {
            "train": {"required": True, "content_type": "text/csv"},
            "validation": {},
        },
        "hyperparameters": {
            "rounds": {
                "type": "integer",
                "default": 100,
                "minimum": 1,
                "maximum": 1000,
                "description": "Boosting rounds.",
            },
            "objective": {
                "type": "string",
                "default": "auto",
                "choices": ["auto", "logistic"],
                "description": "What to minimise.",
            },
        },
        "metrics": [{"name": "validation:score", "regex": "validation:score=([0-9.]+)"}],
        "gate": {"metric": "validation:score", "minimum": 0.8},
    }
    infer = {
        "entry_point": "inference.py",
        "instance_type": "ml.t2.medium",
        "content_types": ["text/csv"],
        "accepts": ["application/json"],
        "smoke_tests": [
            {
                "name": "own rows",
                "rows": {"channel": "train", "lines": 3},
                "content_type": "text/csv",
                "expect": {"json_schema": {"type": "object", "required": ["predictions"]}},
            }
        ],
    }
    plain = {
        "name": "boosting",
        "title": "Boosting",
        "description": "Trees on rows.",
        "licence": "Apache-2.0",
        "framework": {"name": "sklearn", "version": "1.2-1"},
        "train": train,
        "infer": infer,
    }
    return AlgorithmManifest.model_validate(plain | changes)


def an_algorithm(**changes: Any) -> RegisteredAlgorithm:
    """Return the algorithm of `a_manifest`, registered."""
    root = "s3://demo-bucket/algorithms/boosting/aaaaaaaaaaaa"
    return RegisteredAlgorithm(
        manifest=a_manifest(**changes),
        version="aaaaaaaaaaaa",
        source=f"{root}/source/sourcedir.tar.gz",
        artifact=f"{root}/artifact/model.tar.gz",
        files=f"{root}/files/",
    )


def a_generation(**changes: Any) -> Generation:
    """Return the first generation of the endpoint of `RUN`."""
    plain = {"endpoint": ENDPOINT, "config": JOB, "previous": ""}
    return Generation.model_validate(plain | changes)


def a_deployment(**changes: Any) -> DeployPlan:
    """Return the deployment of `RUN`, without smoke tests."""
    plain = {
        "run": RUN,
        "endpoint": ENDPOINT,
        "model": {"ModelName": JOB},
        "endpoint_config": {"EndpointConfigName": JOB},
        "tags": [],
        "smoke_tests": (),
    }
    return DeployPlan.model_validate(plain | changes)
