"""`endpoints`, `invoke`, `delete`, `logs` and `stop`: what a run leaves, and how to end it."""

import io
import json
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.response import StreamingBody

from tests.unit.cli.conftest import Run
from trainwright_cli.cloud_access import Cloud
from trainwright_cli.commands import delete

RUN = "churn-0123456789ab"
ENDPOINT, CONFIG = "trainwright-churn", f"trainwright-{RUN}"


@pytest.fixture
def endpoint(stack: dict[str, str]) -> str:
    """The endpoint of the model `churn`, and one of somebody else's."""
    sagemaker = boto3.client("sagemaker")
    tags = {"stack": "trainwright", "model": "churn", "algorithm": "boosting"}
    for name, config, ours in ((ENDPOINT, CONFIG, tags), ("trainwright-x", "other", {})):
        sagemaker.create_model(
            ModelName=config,
            ExecutionRoleArn="arn:aws:iam::123456789012:role/sagemaker",
            PrimaryContainer={"Image": "image", "ModelDataUrl": "s3://b/k"},
        )
        variant: Any = {
            "VariantName": "AllTraffic",
            "ModelName": config,
            "InstanceType": "ml.m5.large",
            "InitialInstanceCount": 2,
        }
        sagemaker.create_endpoint_config(EndpointConfigName=config, ProductionVariants=[variant])
        sagemaker.create_endpoint(
            EndpointName=name,
            EndpointConfigName=config,
            Tags=[{"Key": f"trainwright:{key}", "Value": value} for key, value in ours.items()],
        )
    return ENDPOINT


class MemoryRuntime:
    """An endpoint that answers with what it was asked, and how."""

    class exceptions:  # noqa: N801 - as boto3 has it
        class ModelError(ClientError):
            """The model refused."""

    def invoke_endpoint(self, **asked: Any) -> dict[str, Any]:
        if asked["EndpointName"] != ENDPOINT:
            missing: Any = {"Error": {"Code": "ValidationError", "Message": "Not found."}}
            raise ClientError(missing, "InvokeEndpoint")
        if asked["Body"] == b"bad":
            answer: Any = {
                "Error": {"Code": "ModelError", "Message": "..."},
                "OriginalStatusCode": 400,
                "OriginalMessage": "one value, not 30\nTraceback ...",
            }
            raise self.exceptions.ModelError(answer, "InvokeEndpoint")
        body = json.dumps([asked["Body"].decode(), asked["ContentType"], asked["Accept"]]).encode()
        return {
            "Body": StreamingBody(io.BytesIO(body), len(body)),
            "ContentType": "application/json",
            "InvokedProductionVariant": "AllTraffic",
        }


@pytest.fixture
def runtime(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Cloud, "runtime", MemoryRuntime())


@pytest.mark.usefixtures("endpoint")
def test_only_the_stacks_own_endpoints_are_listed(run: Run) -> None:
    [row] = run("endpoints", "--json").json

    del row["created"]
    assert row == {
        "endpoint": ENDPOINT,
        "status": "InService",
        "model": "churn",
        "run": RUN,
        "algorithm": "boosting",
        "instance": "2 x ml.m5.large",
        "config": CONFIG,
        "reason": "",
    }


@pytest.mark.usefixtures("endpoint")
def test_an_endpoint_is_a_row(run: Run) -> None:
    head, row = run("endpoints").out.splitlines()

    assert head.split() == ["model", "status", "run", "instance", "config", "created"]
    assert row.split()[:3] == ["churn", "InService", RUN]


@pytest.mark.usefixtures("stack")
def test_no_endpoint_is_no_error(run: Run) -> None:
    assert run("endpoints").code == 0
    assert run("endpoints", "--json").json == []


@pytest.mark.usefixtures("endpoint")
def test_an_endpoint_whose_configuration_is_gone_is_still_listed(run: Run) -> None:
    boto3.client("sagemaker").delete_endpoint_config(EndpointConfigName=CONFIG)

    assert run("endpoints", "--json").json[0]["instance"] == ""


@pytest.mark.usefixtures("aws", "runtime")
@pytest.mark.parametrize(
    ("body", "sent", "content_type"),
    [
        ("1,2", "1,2", "text/csv"),
        ('{"a": 1}', '{"a": 1}', "application/json"),
        ("rows.csv", "3,4\n", "text/csv"),
        ("rows.json", "[5]", "application/json"),
    ],
)
def test_a_body_is_a_text_or_a_file(
    run: Run, tmp_path: Path, body: str, sent: str, content_type: str
) -> None:
    (tmp_path / "rows.csv").write_text("3,4\n")
    (tmp_path / "rows.json").write_text("[5]")

    ended = run("invoke", "churn", "--body", body)

    assert ended.json == [sent, content_type, "application/json"]


@pytest.mark.usefixtures("aws", "runtime")
def test_a_body_can_be_piped_in(run: Run) -> None:
    words = ("invoke", "churn", "--content-type", "text/plain", "--accept", "text/csv")

    assert run(*words, given=b"7,8").json == ["7,8", "text/plain", "text/csv"]


@pytest.mark.usefixtures("aws", "runtime")
def test_the_answer_as_json_tells_how_it_came(run: Run) -> None:
    told = run("invoke", "churn", "--body", "1", "--json").json

    assert told.pop("seconds") >= 0
    assert told == {
        "endpoint": ENDPOINT,
        "variant": "AllTraffic",
        "content_type": "application/json",
        "body": ["1", "text/csv", "application/json"],
    }


@pytest.mark.usefixtures("aws", "runtime")
@pytest.mark.parametrize(
    ("model", "body", "said"),
    [
        ("churn", "bad", "error: the model answered 400: one value, not 30\n"),
        ("typo", "1", "error: Not found: see `trainwright endpoints`\n"),
    ],
)
def test_an_answer_that_is_none_is_a_line(run: Run, model: str, body: str, said: str) -> None:
    ended = run("invoke", model, "--body", body)

    assert (ended.code, ended.out, ended.err) == (1, "", said)


def test_deleting_takes_what_the_endpoint_was_made_of(run: Run, endpoint: str) -> None:
    ended = run("delete", "churn", "--yes", "--json")

    assert ended.json["deleted"] == [
        f"endpoint {endpoint}",
        f"configuration {CONFIG}",
        f"model {CONFIG}",
    ]
    sagemaker = boto3.client("sagemaker")
    assert [e["EndpointName"] for e in sagemaker.list_endpoints()["Endpoints"]] == ["trainwright-x"]
    assert [m["ModelName"] for m in sagemaker.list_models()["Models"]] == ["other"]


def test_nobody_to_ask_means_no(run: Run, endpoint: str) -> None:
    ended = run("delete", "churn")

    assert ended.code == 1
    assert "confirm with --yes" in ended.err
    assert boto3.client("sagemaker").describe_endpoint(EndpointName=endpoint)


@pytest.mark.usefixtures("endpoint")
@pytest.mark.parametrize(("answer", "left"), [("y\n", 1), ("n\n", 2)])
def test_on_a_terminal_it_asks(
    run: Run, monkeypatch: pytest.MonkeyPatch, answer: str, left: int
) -> None:
    monkeypatch.setattr(delete, "is_asking_possible", lambda: True)

    ended = run("delete", "churn", given=answer)

    assert ended.code == (0 if left == 1 else 1)
    assert len(boto3.client("sagemaker").list_endpoints()["Endpoints"]) == left


@pytest.mark.usefixtures("stack")
def test_deleting_what_is_not_there_is_a_line(run: Run) -> None:
    ended = run("delete", "churn", "--yes")

    assert ended.err == "error: no endpoint of model 'churn': see `trainwright endpoints`\n"
    assert ended.code == 1


@pytest.fixture
def execution(stack: dict[str, str]) -> str:
    """A run that is running, and the log of its job."""
    machine = stack["TrainDeployStateMachineArn"]
    started = boto3.client("stepfunctions").start_execution(stateMachineArn=machine, name=RUN)
    log("/aws/sagemaker/TrainingJobs", f"trainwright-{RUN}/algo-1-1", "epoch 1", "epoch 2")
    log("/aws/sagemaker/TrainingJobs", f"trainwright-{RUN}0/algo-1-1", "of another")
    return started["executionArn"]


def log(group: str, stream: str, *lines: str) -> None:
    logs = boto3.client("logs")
    groups = logs.describe_log_groups(logGroupNamePrefix=group)["logGroups"]
    if not groups:
        logs.create_log_group(logGroupName=group)
    logs.create_log_stream(logGroupName=group, logStreamName=stream)
    moment = 1_795_000_000_000
    events: Any = [{"timestamp": moment + n, "message": line} for n, line in enumerate(lines)]
    logs.put_log_events(logGroupName=group, logStreamName=stream, logEvents=events)


@pytest.mark.usefixtures("execution")
@pytest.mark.parametrize("words", [(), (RUN,)])
def test_the_log_of_a_run_is_its_jobs(run: Run, words: tuple[str, ...]) -> None:
    assert run("logs", *words).out == "epoch 1\nepoch 2\n"


@pytest.mark.usefixtures("execution")
def test_the_log_as_json(run: Run) -> None:
    first, _ = run("logs", RUN, "--json").json

    assert first["message"] == "epoch 1"
    assert first["stream"] == f"trainwright-{RUN}/algo-1-1"
    assert first["time"].startswith("2026-")


@pytest.mark.usefixtures("endpoint")
def test_the_log_of_an_endpoint(run: Run) -> None:
    log(f"/aws/sagemaker/Endpoints/{ENDPOINT}", "AllTraffic/i-1", "ready")

    assert run("logs", "--endpoint", "churn").out == "ready\n"


@pytest.mark.usefixtures("endpoint")
def test_no_log_yet_is_no_error(run: Run) -> None:
    ended = run("logs", "--endpoint", "churn")

    assert (ended.code, ended.out) == (0, "")
    assert "Nothing has been logged yet." in ended.err


def test_following_ends_with_the_run(
    run: Run, execution: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def go_on(_: float) -> None:
        log("/aws/sagemaker/TrainingJobs", f"trainwright-{RUN}/algo-2-1", "epoch 3")
        boto3.client("stepfunctions").stop_execution(executionArn=execution)

    monkeypatch.setattr("time.sleep", go_on)

    assert run("logs", RUN, "--follow").out == "epoch 1\nepoch 2\nepoch 3\n"


@pytest.mark.usefixtures("execution")
@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("typo",), 1, "no run 'typo': see `trainwright runs`"),
        (("--endpoint", "typo"), 1, "no endpoint of model 'typo'"),
        ((RUN, "--endpoint", "churn"), 2, "name either a run or --endpoint"),
        (("--json", "--follow"), 2, "leave --follow out"),
    ],
)
def test_a_log_of_nothing_is_a_line(run: Run, words: tuple[str, ...], code: int, said: str) -> None:
    ended = run("logs", *words)

    assert ended.code == code
    assert said in " ".join(ended.err.split())


@pytest.mark.usefixtures("stack")
def test_no_run_yet_is_a_line(run: Run) -> None:
    assert "there is no run yet" in run("logs").err


def test_stopping_ends_the_execution_and_says_where_it_was(run: Run, execution: str) -> None:
    ended = run("stop", RUN)

    assert ended.code == 0
    assert f"Stopped {RUN} at " in ended.err
    found = boto3.client("stepfunctions").describe_execution(executionArn=execution)
    assert found["status"] == "ABORTED"


def test_a_run_that_has_ended_cannot_be_stopped(run: Run, execution: str) -> None:
    boto3.client("stepfunctions").stop_execution(executionArn=execution)

    ended = run("stop", RUN)

    assert ended.code == 1
    assert ended.err == f"error: {RUN} does not run any more: it has ended as ABORTED\n"
