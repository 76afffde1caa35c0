"""The step cache, jobs, their logs, and executions of pipelines, against moto."""

import json
from datetime import UTC, datetime, timedelta
from types import MethodType

import boto3
import pytest

from tests.unit.aws.test_tables_and_events import a_table
from trainwright.aws import clients
from trainwright.aws.pipelines.cache import DynamoStepCache
from trainwright.aws.pipelines.jobs import SageMakerJobs
from trainwright.aws.pipelines.launcher import Machines, StepFunctionsLauncher
from trainwright.aws.pipelines.logs import CloudWatchJobLogs
from trainwright.models.pipelines.stored import CacheEntry

ROLE = "arn:aws:iam::123456789012:role/demo-sagemaker"
JOB = "arn:aws:sagemaker:eu-west-1:123456789012:processing-job/demo-churn-1"


def an_entry(key: str = "k", run: str = "churn-1", **changes: object) -> CacheEntry:
    """Return what a step left in the cache just now."""
    entry = CacheEntry(
        key=key,
        run=run,
        created=datetime.now(UTC),
        outputs={"output": "s3://shop/a"},
        components={"image": "i"},
        contents={"s3://shop/a": "d"},
    )
    return entry.model_copy(update=changes)


def test_an_entry_is_found_by_its_key_and_as_the_latest_of_its_step() -> None:
    cache = DynamoStepCache(a_table("cache", "key"))
    older, newer = an_entry(), an_entry("k2", "churn-2")

    cache.keep("churn", "fit", older, 10)
    cache.keep("churn", "fit", newer, 10)

    assert cache.find("k") == older
    assert cache.latest("churn", "fit") == newer
    assert cache.find("k3") is None
    assert cache.latest("churn", "other") is None


def test_an_entry_that_has_expired_is_not_found_though_it_is_still_there() -> None:
    cache = DynamoStepCache(a_table("cache", "key"))
    long_ago = datetime.now(UTC) - timedelta(days=2)

    cache.keep("churn", "fit", an_entry(created=long_ago), 1)

    assert cache.find("k") is None
    assert boto3.client("dynamodb").scan(TableName="cache")["Count"] == 2


def test_the_last_lines_of_a_job_are_those_of_its_stream() -> None:
    logs, group = boto3.client("logs"), "/aws/sagemaker/ProcessingJobs"
    logs.create_log_group(logGroupName=group)
    now = int(datetime.now(UTC).timestamp() * 1000)
    for stream, word in (("demo-churn-1/algo-1", "mine"), ("demo-churn-10/algo-1", "another's")):
        logs.create_log_stream(logGroupName=group, logStreamName=stream)
        events = [{"timestamp": now + n, "message": f"{word} {n}"} for n in range(5)]
        logs.put_log_events(logGroupName=group, logStreamName=stream, logEvents=events)  # type: ignore[arg-type]

    assert CloudWatchJobLogs().tail(JOB, 2) == ["mine 3", "mine 4"]


@pytest.mark.parametrize("resource", [JOB, "approval/churn-1/ask", JOB.replace("processing", "x")])
def test_what_printed_nothing_has_no_lines(resource: str) -> None:
    assert CloudWatchJobLogs().tail(resource, 2) == []


@pytest.mark.parametrize(
    ("operation", "name"),
    [
        ("CreateTrainingJob", "TrainingJobName"),
        ("CreateProcessingJob", "ProcessingJobName"),
        ("CreateTransformJob", "TransformJobName"),
        ("CreateHyperParameterTuningJob", "HyperParameterTuningJobName"),
    ],
)
def test_a_job_is_created_once_under_its_name(
    operation: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[tuple[str, dict[str, str]]] = []

    def call(_client: object, asked: str, arguments: dict[str, str]) -> dict[str, str]:
        sent.append((asked, arguments))
        if len(sent) > 1:
            raise client.exceptions.ResourceInUse({"Error": {"Code": "ResourceInUse"}}, asked)
        return {}

    client = clients.sagemaker()
    monkeypatch.setattr(client, "_make_api_call", MethodType(call, client))

    created = [SageMakerJobs().create(operation, "demo-1", {"A": "b"}) for _ in range(2)]

    assert created == [True, False]
    assert sent == [(operation, {name: "demo-1", "A": "b"})] * 2


def test_a_model_is_created_once_and_keeps_its_arn() -> None:
    request = {
        "ExecutionRoleArn": ROLE,
        "PrimaryContainer": {"Image": "i", "ModelDataUrl": "s3://shop/m"},
    }

    arns = {SageMakerJobs().create_model("demo-1", request) for _ in range(2)}

    assert arns == {"arn:aws:sagemaker:eu-west-1:123456789012:model/demo-1"}


@pytest.mark.parametrize("resource", [JOB, "approval/churn-1/ask"])
def test_stopping_what_is_not_there_is_no_error(resource: str) -> None:
    assert not SageMakerJobs().stop(resource)


def test_an_execution_runs_until_it_is_stopped() -> None:
    states = boto3.client("stepfunctions")
    definition = {"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 9, "End": True}}}
    arns = [
        states.create_state_machine(name=name, definition=json.dumps(definition), roleArn=ROLE)[
            "stateMachineArn"
        ]
        for name in ("pipeline", "step", "deploy")
    ]
    launcher = StepFunctionsLauncher(Machines(*arns))

    execution, new = launcher.start_pipeline("churn-1", {})
    launcher.start_step("churn-1-fit-1", {})
    launcher.stop_step("churn-1-fit-1", "enough")
    launcher.stop_step("churn-1-never-1", "enough")

    assert new
    assert launcher.is_running(execution)
    launcher.stop(execution, "enough")
    assert not launcher.is_running(execution)
    assert not launcher.is_running(execution.replace("churn-1", "churn-2"))
    stopped = states.list_executions(stateMachineArn=arns[1])["executions"]
    assert [it["status"] for it in stopped] == ["ABORTED"]
