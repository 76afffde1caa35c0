"""`logs` and `stop`: what a run writes, and how to end it."""

from typing import Any

import boto3
import pytest

from tests.unit.cli.conftest import ENDPOINT, RUN, Run


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
