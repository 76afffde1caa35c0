"""A sample of each event that we publish or hear; all are of one stack and one run."""

from tools import pipeline_samples
from trainwright.models import algorithm_events, events
from trainwright.models.algorithm_events import (
    AlgorithmMetadata,
    AlgorithmRefused,
    AlgorithmRegistered,
)
from trainwright.models.events import EventData
from trainwright.models.gate import Gate
from trainwright.models.message import JsonObject, Problem
from trainwright.models.pipelines import events as pipeline_events
from trainwright.models.plan import RunRef

STACK = "trainwright"
VERSION = "1e806e07c02a"
RUN = RunRef(id="tumours-3f8a1c5e9b07", model="tumours", algorithm="sklearn_tabular")
JOB = f"{STACK}-{RUN.id}"
ENDPOINT = f"{STACK}-{RUN.model}"
BUCKET = "trainwright-databucket-1x2y3z4a5b6c"
_HERE = "eu-west-1:123456789012"
EXECUTION = f"arn:aws:states:{_HERE}:execution:TrainDeploy-8Yk2PqLm:{RUN.id}"
JOB_ARN = f"arn:aws:sagemaker:{_HERE}:training-job/{JOB}"
ENDPOINT_ARN = f"arn:aws:sagemaker:{_HERE}:endpoint/{ENDPOINT}"
_METRICS = {"train:loss": 0.000657, "validation:loss": 0.04757, "validation:score": 0.989011}
_GATE = Gate(metric="validation:score", minimum=0.8)
_REFUSED = Problem(field="hyperparameters.max_iter", message="must be at least 1, is 0")
_UNFIT = Problem(field="train.entry_point", message="'train.py' is not in the folder")

OF_RUNS: tuple[EventData, ...] = (
    events.RunStarted(
        execution=EXECUTION,
        data=f"s3://{BUCKET}/incoming/{RUN.algorithm}/{RUN.model}/",
        algorithm_version=VERSION,
        gate=_GATE,
        trains=True,
        deploys=True,
    ),
    events.RunRefused(reason=str(_REFUSED), problems=(_REFUSED,)),
    events.TrainingCompleted(
        job=JOB,
        artifact=f"s3://{BUCKET}/models/{RUN.algorithm}/{RUN.model}/{JOB}/output/model.tar.gz",
        metrics=_METRICS,
        billable_seconds=74,
    ),
    events.MetricsJudged(
        passed=True,
        reason=f"{_GATE}: it is 0.989011",
        gate=_GATE,
        metrics=_METRICS,
    ),
    events.ModelRegistered(package=f"arn:aws:sagemaker:{_HERE}:model-package/{ENDPOINT}/3"),
    events.EndpointDeployed(endpoint=ENDPOINT, config=JOB),
    events.SmokeTestPassed(endpoint=ENDPOINT, seconds={"rows of the training data": 0.021}),
    events.SmokeTestFailed(
        endpoint=ENDPOINT,
        failures={"rows of the training data": "took 12.40 s, more than 5 s"},
    ),
    events.EndpointRolledBack(
        endpoint=ENDPOINT, config=f"{STACK}-tumours-77d0c4a2be19", removed=JOB
    ),
    events.RunSucceeded(
        endpoint=ENDPOINT,
        package=f"arn:aws:sagemaker:{_HERE}:model-package/{ENDPOINT}/3",
        metrics=_METRICS,
    ),
    events.RunFailed(
        error="TrainingFailedError",
        reason="AlgorithmError: The column 'target' has only the class 'benign'; two are needed.",
    ),
)

OF_ALGORITHMS: tuple[EventData, ...] = (
    AlgorithmRegistered(
        manifest=f"s3://{BUCKET}/algorithms/{RUN.algorithm}/{VERSION}/algorithm.json",
        capabilities=("train", "infer"),
    ),
    AlgorithmRefused(problems=(_UNFIT,)),
)


def published() -> list[JsonObject]:
    """Give a sample of every event of ours."""
    about = AlgorithmMetadata(algorithm=RUN.algorithm, algorithm_version=VERSION, stack=STACK)
    details = [(data, events.detail_of(RUN, data, stack=STACK)) for data in OF_RUNS]
    details += [(data, algorithm_events.detail_of(about, data)) for data in OF_ALGORITHMS]
    details += [
        (data, pipeline_events.detail_of(pipeline_samples.REF, data, stack=STACK))
        for data in pipeline_samples.OF_PIPELINES
    ]
    return [_envelope(events.SOURCE, data.detail_type, detail) for data, detail in details]


def heard() -> dict[str, JsonObject]:
    """Give a sample of every event that starts one of our functions, by its folder's name."""
    return {
        "object-created": _envelope("aws.s3", "Object Created", _UPLOAD, f"arn:aws:s3:::{BUCKET}"),
        "run-requested": _envelope(events.SOURCE, "Run Requested", _REQUEST),
        "pipeline-requested": _envelope(
            events.SOURCE, "Pipeline Requested", pipeline_samples.REQUEST
        ),
        "approval-given": _envelope(events.SOURCE, "Approval Given", pipeline_samples.APPROVAL),
        "sagemaker-training-job-state-change": _envelope(
            "aws.sagemaker", "SageMaker Training Job State Change", _TRAINED, JOB_ARN
        ),
        "sagemaker-endpoint-state-change": _envelope(
            "aws.sagemaker", "SageMaker Endpoint State Change", _SERVING, ENDPOINT_ARN
        ),
        "sagemaker-model-package-state-change": _envelope(
            "aws.sagemaker",
            "SageMaker Model Package State Change",
            pipeline_samples.APPROVED,
            pipeline_samples.PACKAGE,
        ),
        "step-functions-execution-status-change": _envelope(
            "aws.states", "Step Functions Execution Status Change", _ABORTED, EXECUTION
        ),
    }


def _envelope(source: str, detail_type: str, detail: JsonObject, *resources: str) -> JsonObject:
    return {
        "version": "0",
        "id": "6a7e8feb-b491-4cf7-a9f1-bf3703467718",
        "detail-type": detail_type,
        "source": source,
        "account": "123456789012",
        "time": "2026-11-20T09:14:31Z",
        "region": "eu-west-1",
        "resources": list(resources),
        "detail": detail,
    }


_UPLOAD: JsonObject = {
    "version": "0",
    "bucket": {"name": BUCKET},
    "object": {
        "key": f"incoming/{RUN.algorithm}/{RUN.model}/_SUCCESS",
        "size": 0,
        "etag": "d41d8cd98f00b204e9800998ecf8427e",
        "version-id": "3sL4kqtJlcpXroDTDmJ.rmSpXd3dIbrHY",
        "sequencer": "00617F08299329D189",
    },
    "request-id": "N4N7GDK58NMKJ12R",
    "requester": "123456789012",
    "source-ip-address": "192.0.2.10",
    "reason": "PutObject",
}

_REQUEST: JsonObject = {
    "algorithm": RUN.algorithm,
    "model": RUN.model,
    "data": f"s3://{BUCKET}/archive/2026-11/",
    "settings": {
        "hyperparameters": {"estimator": "random_forest", "max_iter": 200},
        "tags": {"cost-centre": "4711"},
    },
    "token": "nightly-2026-11-20",
}

_TRAINED: JsonObject = {
    "TrainingJobName": JOB,
    "TrainingJobArn": JOB_ARN,
    "ModelArtifacts": {
        "S3ModelArtifacts": f"s3://{BUCKET}/models/{RUN.algorithm}/{RUN.model}/{JOB}/output/model.tar.gz"
    },
    "TrainingJobStatus": "Completed",
    "SecondaryStatus": "Completed",
    "RoleArn": "arn:aws:iam::123456789012:role/trainwright-SageMakerRole-1A2B3C4D",
    "CreationTime": 1795166014000,
    "TrainingStartTime": 1795166033000,
    "TrainingEndTime": 1795166071000,
    "LastModifiedTime": 1795166071000,
    "Tags": {"trainwright:run": RUN.id},
}

_SERVING: JsonObject = {
    "EndpointName": ENDPOINT,
    "EndpointArn": ENDPOINT_ARN,
    "EndpointConfigName": JOB,
    "EndpointStatus": "IN_SERVICE",
    "CreationTime": 1795166080000,
    "LastModifiedTime": 1795166270000,
    "Tags": {"trainwright:model": RUN.model},
}

_ABORTED: JsonObject = {
    "executionArn": EXECUTION,
    "stateMachineArn": f"arn:aws:states:{_HERE}:stateMachine:TrainDeploy-8Yk2PqLm",
    "name": RUN.id,
    "status": "ABORTED",
    "startDate": 1795165999000,
    "stopDate": 1795166053000,
    "input": "{}",
    "inputDetails": {"included": True},
    "output": None,
    "outputDetails": None,
    "error": None,
    "cause": None,
}
