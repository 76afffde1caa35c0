"""Rules lose nothing: each target is retried, and what cannot be delivered is kept."""

import json
from types import SimpleNamespace
from typing import Any

import pytest

from functions.sweep_tasks import app as sweep_tasks
from tests.builders import an_account
from tests.contract.agreement import resources, template
from tests.memory import MemoryCallbacks
from trainwright import wiring
from trainwright.logic.pipelines.running.names import deployment_execution
from trainwright.models.events import PUBLISHED, SOURCE

DEAD_LETTERS = {"Fn::GetAtt": "DeadLetterQueue.Arn"}
FUNCTIONS = resources("AWS::Serverless::Function")
EVENTS = {
    f"{name}: {event}": found["Properties"]
    for name, function in FUNCTIONS.items()
    for event, found in function["Properties"].get("Events", {}).items()
}
TARGETS = EVENTS | {
    f"{name}: {target['Id']}": target
    for name, rule in resources("AWS::Events::Rule").items()
    for target in rule["Properties"]["Targets"]
}
CONTEXT = {
    "function_name": "sweep_tasks",
    "memory_limit_in_mb": 512,
    "invoked_function_arn": "arn:aws:lambda:eu-west-1:123456789012:function:sweep_tasks",
    "aws_request_id": "1",
}
BEHIND_RULES = {name for name, function in FUNCTIONS.items() if "Events" in function["Properties"]}


@pytest.mark.parametrize("target", TARGETS)
def test_a_target_is_retried_and_has_a_place_for_dead_letters(target: str) -> None:
    assert TARGETS[target]["DeadLetterConfig"] == {"Arn": DEAD_LETTERS}
    assert TARGETS[target]["RetryPolicy"]["MaximumRetryAttempts"] > 0
    assert TARGETS[target]["RetryPolicy"]["MaximumEventAgeInSeconds"] <= 86_400


@pytest.mark.parametrize("function", sorted(BEHIND_RULES))
def test_a_function_behind_a_rule_keeps_the_event_that_it_could_not_handle(function: str) -> None:
    config = FUNCTIONS[function]["Properties"]["EventInvokeConfig"]

    assert config["DestinationConfig"]["OnFailure"]["Destination"] == DEAD_LETTERS


def test_the_rules_are_those_that_the_app_lives_on() -> None:
    names = {name.split(": ")[1] for name in EVENTS} | set(resources("AWS::Events::Rule"))

    assert names == {
        "UploadRule",
        "RunRequestedRule",
        "AlgorithmRule",
        "TrainingJobStatusRule",
        "ProcessingJobStatusRule",
        "TransformJobStatusRule",
        "TuningJobStatusRule",
        "EndpointStatusRule",
        "ModelPackageStatusRule",
        "ExecutionStatusRule",
        "DeploymentStatusRule",
        "ExecutionEndedRule",
        "PipelineFileRule",
        "PipelineRequestedRule",
        "StopPipelineRule",
        "CloseStepRule",
        "ApprovalGivenRule",
        "PipelinePublishedRule",
        "SweepSchedule",
        "OutcomeRule",
        "PipelineOutcomeRule",
    }


def test_outcomes_are_events_that_we_publish() -> None:
    pattern: dict[str, Any] = resources("AWS::Events::Rule")["OutcomeRule"]["Properties"][
        "EventPattern"
    ]

    assert pattern["source"] == [SOURCE]
    assert set(pattern["detail-type"]) <= {event.detail_type for event in PUBLISHED}


def test_both_spellings_of_an_endpoints_status_are_heard() -> None:
    pattern = EVENTS["CompleteTaskFunction: EndpointStatusRule"]["Pattern"]
    heard = pattern["detail"]["EndpointStatus"]
    in_events = [name for name in heard if name.isupper()]

    assert {name.replace("_", "").lower() for name in in_events} == {
        name.lower() for name in heard if name not in in_events
    }


def test_a_status_event_of_another_stack_wakes_nobody() -> None:
    for rule, name in (
        ("TrainingJobStatusRule", "TrainingJobName"),
        ("EndpointStatusRule", "EndpointName"),
        ("ProcessingJobStatusRule", "ProcessingJobName"),
        ("TransformJobStatusRule", "TransformJobName"),
        ("TuningJobStatusRule", "HyperParameterTuningJobName"),
    ):
        detail = EVENTS[f"CompleteTaskFunction: {rule}"]["Pattern"]["detail"]
        assert detail[name] == [{"prefix": {"Fn::Sub": "${AWS::StackName}-"}}]


def test_a_deployment_that_a_step_waits_for_is_told_by_its_name() -> None:
    detail = EVENTS["CompleteTaskFunction: DeploymentStatusRule"]["Pattern"]["detail"]
    (beginning,) = detail["name"]

    assert deployment_execution("churn-0123456789ab").startswith(beginning["prefix"])


def test_every_alarm_tells_somebody() -> None:
    alarms = resources("AWS::CloudWatch::Alarm")

    assert set(alarms) == {
        "DeadLettersAlarm",
        "FailedRunsAlarm",
        "OldestTaskAlarm",
        "ThrottlesAlarm",
    }
    assert all(
        a["Properties"]["AlarmActions"] == [{"Ref": "OutcomeTopic"}] for a in alarms.values()
    )


def test_the_alarm_about_old_tasks_watches_what_the_sweep_measures(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    alarm = resources("AWS::CloudWatch::Alarm")["OldestTaskAlarm"]["Properties"]
    monkeypatch.setattr(sweep_tasks.metrics.provider, "service", "demo")
    monkeypatch.setattr(wiring, "account", an_account)

    sweep_tasks.lambda_handler({}, SimpleNamespace(**CONTEXT), callbacks=MemoryCallbacks().ports())

    written = [json.loads(line) for line in capsys.readouterr().out.splitlines() if "_aws" in line]
    (measured,) = written[0]["_aws"]["CloudWatchMetrics"]
    assert measured["Namespace"] == alarm["Namespace"]
    assert alarm["MetricName"] in {metric["Name"] for metric in measured["Metrics"]}
    assert set(*measured["Dimensions"]) == {dimension["Name"] for dimension in alarm["Dimensions"]}


def test_every_output_can_be_imported() -> None:
    for name, output in template()["Outputs"].items():
        assert output["Description"]
        assert output["Export"] == {"Name": {"Fn::Sub": f"${{AWS::StackName}}-{name}"}}
