"""Events that come twice, late, in the wrong order or never; and runs that are stopped."""

from typing import Any

from tests.integration.stack.stack import Listener, Run, Stack, until


def marker_event(stack: Stack, model: str, sequencer: str) -> dict[str, Any]:
    """Return S3's event of an upload, as EventBridge delivers it."""
    found = {"key": f"incoming/scripted/{model}/_SUCCESS", "sequencer": sequencer}
    return {"detail": {"bucket": {"name": stack.bucket}, "object": found}}


def status_event(run: Run) -> dict[str, Any]:
    """Return an event about the training job of *run*, whatever it says."""
    found = run.stack.client("sagemaker").describe_training_job(TrainingJobName=run.job)
    return {"resources": [found["TrainingJobArn"]], "detail": {"TrainingJobStatus": "Completed"}}


def test_an_upload_event_that_comes_twice_starts_one_run(stack: Stack) -> None:
    stack.put("incoming/scripted/doubled/train/rows.csv", b"a\n1\n2\n")
    event = marker_event(stack, "doubled", "00A1")

    first, second = (stack.call("StartRunFunction", event) for _ in range(2))

    assert first["run"] == second["run"]
    assert (first["duplicate"], second["duplicate"]) == (False, True)
    assert len(stack.executions("doubled")) == 1
    third = stack.call("StartRunFunction", marker_event(stack, "doubled", "00A2"))
    assert not third["duplicate"]
    for execution in stack.executions("doubled"):
        Run(stack, execution).end()


def test_an_early_event_ends_nothing_and_a_late_one_finds_nobody(stack: Stack) -> None:
    run = stack.upload("early", hyperparameters={"seconds": 2}, endpoint={"deploy": False})
    run.until_training()

    early = stack.call("CompleteTaskFunction", status_event(run))
    assert early["answered"] == "still running"

    assert run.end() == "SUCCEEDED"
    late = stack.call("CompleteTaskFunction", status_event(run))
    assert late["answered"] == "nobody waits"


def test_a_lost_event_is_found_by_the_sweep(stack: Stack) -> None:
    events = stack.client("events")
    rule = stack.physical("CompleteTaskFunctionTrainingJobStatusRule")
    events.disable_rule(Name=rule)
    try:
        run = stack.upload("lost", endpoint={"deploy": False})
        until(lambda: run.training_status() == "Completed", "the training")
        assert run.describe()["status"] == "RUNNING"
        swept = stack.call("SweepTasksFunction", {})
    finally:
        events.enable_rule(Name=rule)

    assert swept["answered"] >= 1
    assert run.end() == "SUCCEEDED"


def test_stopping_a_run_stops_the_paid_job(stack: Stack, bus: Listener) -> None:
    run = stack.upload("stopped", hyperparameters={"seconds": 300})
    run.until_training()

    stack.client("stepfunctions").stop_execution(
        executionArn=run.execution, error="Changed", cause="Wrong data set."
    )

    until(lambda: run.training_status() == "Stopped", "the training job to stop")
    failure = bus.events_of(run, "Run Failed")["Run Failed"]
    assert failure["error"] == "RunStoppedError"
    assert "Wrong data set." in failure["reason"]
    assert run.record()["status"] == "Failed"
    assert stack.endpoint("stopped") is None


def test_a_training_job_stopped_by_hand_fails_the_run(stack: Stack, bus: Listener) -> None:
    run = stack.upload("halted", hyperparameters={"seconds": 300})
    run.until_training()

    stack.client("sagemaker").stop_training_job(TrainingJobName=run.job)

    assert run.end() == "FAILED"
    failure = bus.events_of(run, "Run Failed")["Run Failed"]
    assert failure["error"] == "TrainingStoppedError"
