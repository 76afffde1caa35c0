"""The shorter steps: judging, registering, generations, smoke tests, announcing, starting."""

import json

import pytest

from tests.builders import ENDPOINT, JOB, RUN, a_deployment, a_generation
from tests.memory import (
    MemoryEndpoints,
    MemoryExecutions,
    MemoryFiles,
    MemoryInvocations,
    MemoryJournal,
    MemoryModels,
    MemoryRegistry,
)
from trainwright.errors import SmokeTestFailedError
from trainwright.logic.announce import announce
from trainwright.logic.deploy import create_model, remove_generation
from trainwright.logic.failures import read_failure
from trainwright.logic.judge_metrics import judge_metrics
from trainwright.logic.register_model import register_model
from trainwright.logic.smoke_test import smoke_test
from trainwright.logic.start_run import start_run
from trainwright.models.events import EndpointRolledBack, RunFailed, RunRefused
from trainwright.models.gate import Gate
from trainwright.models.inbound import RunTrigger
from trainwright.models.message import Problem
from trainwright.models.plan import PlannedSmokeTest, RegistryPlan
from trainwright.models.smoke import Answer, Expectation
from trainwright.models.states import (
    AnnounceRequest,
    CreateModelRequest,
    Generation,
    Judgement,
    JudgeMetricsRequest,
    RegisterModelRequest,
    RemoveGenerationRequest,
    SmokeTestRequest,
    TrainingOutcome,
)
from trainwright.models.storage import S3Place


def judged(metrics: dict[str, float], gate: Gate | None) -> Judgement:
    """Judge *metrics* by *gate*."""
    outcome = TrainingOutcome(job=JOB, artifact="s3://b/m", metrics=metrics, seconds=1)
    request = JudgeMetricsRequest(run=RUN, outcome=outcome, gate=gate)
    return judge_metrics(request, journal=MemoryJournal())


@pytest.mark.parametrize(
    ("value", "passed"), [(0.79, False), (0.8, True), (0.9, True), (0.95, True), (0.96, False)]
)
def test_both_bounds_of_a_gate_pass(value: float, passed: bool) -> None:
    gate = Gate(metric="score", minimum=0.8, maximum=0.95)

    assert judged({"score": value}, gate).passed is passed


def test_a_refusal_by_the_gate_says_what_was_reached_and_what_is_needed() -> None:
    reason = judged({"score": 0.5}, Gate(metric="score", minimum=0.8)).reason

    assert reason == "score is 0.5, which misses 0.8 <= score"


def test_a_metric_that_was_never_printed_is_not_good_enough() -> None:
    judgement = judged({"loss": 1.0}, Gate(metric="score", minimum=0))

    assert not judgement.passed
    assert "never printed score; metrics seen: loss" in judgement.reason


def test_not_a_number_is_not_good_enough() -> None:
    assert not judged({"score": float("nan")}, Gate(metric="score", minimum=0)).passed


def test_the_registered_version_carries_the_metrics() -> None:
    registry, journal = MemoryRegistry(), MemoryJournal()
    plan = RegistryPlan(
        group={"ModelPackageGroupName": ENDPOINT},
        package={"CustomerMetadataProperties": {"run": RUN.id}},
    )

    registered = register_model(
        RegisterModelRequest(run=RUN, registry=plan, metrics={"score": 0.9}),
        registry=registry,
        journal=journal,
    )

    assert registered.package.endswith(f"model-package/{ENDPOINT}/1")
    assert registry.groups[ENDPOINT][0]["CustomerMetadataProperties"] == {
        "run": RUN.id,
        "metric:score": "0.9",
    }


def test_a_new_generation_remembers_what_serves_now() -> None:
    request, models = CreateModelRequest(deployment=a_deployment()), MemoryModels()

    generation = create_model(request, models=models, endpoints=MemoryEndpoints({ENDPOINT: "old"}))

    assert generation == a_generation(previous="old")
    assert models.configs == {JOB: JOB}


OLD = f"{ENDPOINT}-ba9876543210"


def removed(
    generation: Generation, loser: str, *, serving: str = "", journal: MemoryJournal | None = None
) -> set[str]:
    """Remove the *loser* of a generation; give what is left of the new and the old one."""
    models = MemoryModels({JOB: JOB, OLD: OLD})
    request = {"run": RUN, "generation": generation, "loser": loser}
    remove_generation(
        RemoveGenerationRequest.model_validate(request),
        models=models,
        endpoints=MemoryEndpoints({ENDPOINT: serving} if serving else {}),
        journal=journal or MemoryJournal(),
    )
    return set(models.configs)


def test_what_no_run_has_made_is_never_removed() -> None:
    assert removed(a_generation(previous="by-hand"), "previous", serving=JOB) == {JOB, OLD}


def test_the_loser_of_a_smoke_test_is_removed_and_announced() -> None:
    journal = MemoryJournal()

    left = removed(a_generation(previous=OLD), "new", serving=OLD, journal=journal)

    assert left == {OLD}
    assert journal.told == [EndpointRolledBack(endpoint=ENDPOINT, config=OLD, removed=JOB)]


def test_the_superseded_generation_is_removed_in_silence() -> None:
    journal = MemoryJournal()

    left = removed(a_generation(previous=OLD), "previous", serving=JOB, journal=journal)

    assert (left, journal.told) == ({JOB}, [])


def test_after_a_first_deployment_there_is_nothing_superseded() -> None:
    assert removed(a_generation(), "previous", serving=JOB) == {JOB, OLD}


def test_what_was_never_deployed_is_removed_in_silence() -> None:
    journal = MemoryJournal()

    assert removed(a_generation(), "unborn", serving=OLD, journal=journal) == {OLD}
    assert journal.told == []


@pytest.mark.parametrize("loser", ["new", "previous", "unborn"])
def test_what_serves_is_never_removed(loser: str) -> None:
    generation = a_generation(previous=JOB)  # the same plan, deployed once more

    assert removed(generation, loser, serving=JOB) == {JOB, OLD}


def smoke(answer: Answer, expect: Expectation | None = None) -> MemoryJournal:
    """Test an endpoint that gives *answer* to the first two lines of a sample."""
    test = PlannedSmokeTest(
        name="rows",
        content_type="text/csv",
        accept="application/json",
        expect=expect or Expectation(),
        sample=S3Place(bucket="b", key="rows.csv"),
        lines=2,
    )
    invocations, journal = MemoryInvocations(answer), MemoryJournal()
    request = SmokeTestRequest(run=RUN, generation=a_generation(), tests=(test,))
    files = MemoryFiles({"rows.csv": b"a\n1\n2\n"})
    try:
        smoke_test(request, files=files, invocations=invocations, journal=journal)
    finally:
        assert invocations.asked == [b"a\n1\n"]
    return journal


def test_a_smoke_test_passes_with_the_expected_answer() -> None:
    schema = {"type": "object", "required": ["predictions"]}

    journal = smoke(Answer(200, b'{"predictions": [1]}', 0.1), Expectation(json_schema=schema))

    assert [e.detail_type for e in journal.told] == ["Endpoint Deployed", "Smoke Test Passed"]


@pytest.mark.parametrize(
    ("answer", "expect", "complaint"),
    [
        (Answer(500, b"boom", 0.1), {}, "status 500: boom"),
        (Answer(200, b"{}", 2.5), {"max_seconds": 2}, "took 2.50 s, more than 2 s"),
        (
            Answer(200, b"<html>", 0.1),
            {"json_schema": {"type": "object"}},
            "not answered with JSON",
        ),
        (Answer(200, b"[]", 0.1), {"json_schema": {"minItems": 1}}, "got a wrong answer"),
    ],
)
def test_a_wrong_answer_fails_the_smoke_test(
    answer: Answer, expect: dict[str, object], complaint: str
) -> None:
    with pytest.raises(SmokeTestFailedError, match=complaint):
        smoke(answer, Expectation.model_validate(expect))


def test_a_refused_upload_gets_its_problems_beside_it() -> None:
    files, journal = MemoryFiles(), MemoryJournal()
    problem = Problem(field="channels.train", message="is required")
    data = S3Place(bucket="b", key="incoming/boosting/churn/")

    announcement = announce(
        AnnounceRequest(run=RUN, outcome="Refused", data=data, problems=(problem,)),
        journal=journal,
        files=files,
    )

    written = json.loads(files.objects_by_key["incoming/boosting/churn/refused.json"])
    assert written == {"run": RUN.id, "problems": [problem.model_dump()]}
    reason = "channels.train: is required"
    assert journal.told == [RunRefused(reason=reason, problems=(problem,))]
    assert announcement.reason == reason


def test_a_refused_request_whose_data_lies_elsewhere_gets_no_file() -> None:
    files = MemoryFiles()
    data = S3Place(bucket="lake", key="warehouse/rows/")

    announce(
        AnnounceRequest(
            run=RUN, outcome="Refused", data=data, problems=(Problem(field="a", message="b"),)
        ),
        journal=MemoryJournal(),
        files=files,
    )

    assert files.objects_by_key == {}


def test_a_failure_of_a_nested_execution_is_announced_with_its_first_cause() -> None:
    lambda_cause = json.dumps({"errorType": "SmokeTestFailedError", "errorMessage": "too slow"})
    nested = {"ExecutionArn": "arn:deploy", "Error": "SmokeTestFailedError", "Cause": lambda_cause}
    journal = MemoryJournal()

    announce(
        AnnounceRequest(
            run=RUN, outcome="Failed", error="States.TaskFailed", cause=json.dumps(nested)
        ),
        journal=journal,
        files=MemoryFiles(),
    )

    assert journal.told == [RunFailed(error="SmokeTestFailedError", reason="too slow")]


def test_a_cause_that_is_plain_text_is_the_reason() -> None:
    assert read_failure("States.Timeout", "").reason == "States.Timeout"
    assert read_failure("X", "because").reason == "because"


def uploaded(**changes: str) -> RunTrigger:
    """Return S3's event of the upload of a marker."""
    found = {"key": "incoming/boosting/churn/_SUCCESS", "version-id": "v1", "sequencer": "00A1"}
    detail = {"bucket": {"name": "b"}, "object": found | changes}
    return RunTrigger.model_validate({"detail": detail})


def test_the_same_event_starts_one_run_and_a_second_upload_another() -> None:
    executions = MemoryExecutions()

    first, again, second = (
        start_run(event, executions=executions)
        for event in (uploaded(), uploaded(), uploaded(sequencer="00A2"))
    )

    assert (first.duplicate, again.duplicate, second.duplicate) == (False, True, False)
    assert first.run == again.run != second.run
    assert len(executions.started) == 2


def test_a_request_with_a_token_is_one_run_however_often_it_is_sent() -> None:
    request = {"algorithm": "boosting", "model": "churn", "data": "s3://bkt/x/", "token": "t"}
    executions = MemoryExecutions()

    runs = {
        start_run(
            RunTrigger.model_validate({"id": event, "detail": request}), executions=executions
        ).run
        for event in ("1", "2")
    }

    assert len(runs) == 1


def test_a_name_that_is_none_still_gives_a_legal_run() -> None:
    executions = MemoryExecutions()

    started = start_run(uploaded(key="incoming/x/Größe & Co/_SUCCESS"), executions=executions)

    assert started.run.startswith("gr-e-co-")
