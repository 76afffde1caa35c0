"""The steps table against moto: every change may come twice and counts once."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest

from trainwright.aws.pipelines.progress import DynamoProgress
from trainwright.errors import InvalidRequestError
from trainwright.models.pipelines.plan import PipelineRef, PlannedStep
from trainwright.models.pipelines.progress import PipelineRun, StepRecord, StepStatus
from trainwright.models.pipelines.steps import Retry

RUN = "churn-0123456789ab"
REF = PipelineRef(pipeline="churn", run=RUN)
NOW = datetime(2026, 11, 20, tzinfo=UTC)


def a_step(name: str, needs: Iterable[str] = (), order: int = 0, **changes: Any) -> StepRecord:
    """Return a step that waits for *needs*."""
    plan = PlannedStep(
        name=name,
        kind="Processing",
        model="churn",
        action="job",
        needs=tuple(needs),
        data_from=(),
        wait_seconds=60,
        on_failure="stop",
        retry=Retry(),
    )
    status = StepStatus.WAITING if needs else StepStatus.READY
    record = StepRecord(
        run=RUN, step=name, status=status, plan=plan, order=order, waits_for=frozenset(needs)
    )
    return record.model_copy(update=changes)


def a_run(**changes: Any) -> PipelineRun:
    """Return a run of three steps."""
    run = PipelineRun(
        ref=REF, status="Running", started=NOW, unfinished=3, execution="arn:1", token="t1"
    )
    return run.model_copy(update=changes)


@pytest.fixture
def progress() -> DynamoProgress:
    """A table with a run of the steps `a` and `b`, and `c` which needs both."""
    boto3.client("dynamodb").create_table(
        TableName="steps",
        KeySchema=[
            {"AttributeName": "run", "KeyType": "HASH"},
            {"AttributeName": "step", "KeyType": "RANGE"},
        ],
        AttributeDefinitions=[
            {"AttributeName": "run", "AttributeType": "S"},
            {"AttributeName": "step", "AttributeType": "S"},
        ],
        BillingMode="PAY_PER_REQUEST",
    )
    found = DynamoProgress("steps")
    found.open(a_run(), [a_step("a"), a_step("b", order=1), a_step("c", ["a", "b"], 2)])
    return found


def the_run(progress: DynamoProgress) -> PipelineRun:
    """Give the run, which must be there."""
    run = progress.run(RUN)
    assert run is not None
    return run


def test_a_run_and_its_steps_come_back_as_they_were(progress: DynamoProgress) -> None:
    assert progress.run(RUN) == a_run()
    assert progress.step(RUN, "c") == a_step("c", ["a", "b"], 2)
    assert set(progress.steps(RUN)) == {"a", "b", "c"}
    assert set(progress.steps(RUN, ["a", "c", "a"])) == {"a", "c"}
    assert progress.run("another") is None


def test_more_steps_than_one_request_takes_are_all_written_and_read(
    progress: DynamoProgress,
) -> None:
    steps = [a_step(f"s{number}", order=number).model_copy() for number in range(130)]
    run = a_run(ref=PipelineRef(pipeline="churn", run="wide"), unfinished=130)

    progress.open(run, [step.model_copy(update={"run": "wide"}) for step in steps])

    assert set(progress.steps("wide")) == {step.step for step in steps}
    assert set(progress.steps("wide", (step.step for step in steps))) == {s.step for s in steps}


def test_opening_again_keeps_the_progress_and_takes_the_new_token(
    progress: DynamoProgress,
) -> None:
    progress.end(a_step("a", status=StepStatus.SUCCEEDED))

    progress.open(a_run(token="t2"), [a_step("a")])

    assert the_run(progress) == a_run(token="t2", unfinished=2)
    assert progress.step(RUN, "a").status is StepStatus.SUCCEEDED


def test_a_step_is_released_by_the_last_of_its_needs(progress: DynamoProgress) -> None:
    assert progress.release(RUN, "c", "a") is None
    assert progress.release(RUN, "c", "a") is None
    assert progress.step(RUN, "c").waits_for == {"b"}

    released = progress.release(RUN, "c", "b")
    assert released == progress.step(RUN, "c")
    assert released is not None
    assert released.status is StepStatus.READY
    # Whoever released it may have died before it started the step: the next one must.
    assert progress.release(RUN, "c", "b") == released


def test_a_step_that_runs_is_released_no_more(progress: DynamoProgress) -> None:
    assert progress.begin(a_step("c", status=StepStatus.RUNNING))

    assert progress.release(RUN, "c", "b") is None


def test_a_run_and_a_step_of_it_are_read_at_once(progress: DynamoProgress) -> None:
    assert progress.run_and_step(RUN, "b") == (a_run(), a_step("b", order=1))


def test_an_ended_step_does_not_begin_again(progress: DynamoProgress) -> None:
    running = a_step("a", status=StepStatus.RUNNING)
    assert progress.begin(running)
    assert progress.begin(running.model_copy(update={"resource": "arn:job"}))
    progress.end(a_step("a", status=StepStatus.FAILED))

    assert not progress.begin(running)
    progress.note(running)

    assert progress.step(RUN, "a").status is StepStatus.FAILED


def test_a_step_of_an_older_attempt_does_not_begin(progress: DynamoProgress) -> None:
    assert not progress.begin(a_step("a", status=StepStatus.RUNNING, attempt=2))


@pytest.mark.parametrize("status", [status for status in StepStatus if status.ended])
def test_an_end_counts_once(progress: DynamoProgress, status: StepStatus) -> None:
    ended = a_step("a", status=status)

    assert [progress.end(ended) for _ in range(3)] == [True, False, False]

    assert the_run(progress).unfinished == 2
    assert progress.step(RUN, "a").status is status


def test_an_end_frees_the_slot(progress: DynamoProgress) -> None:
    first, second = a_step("a"), a_step("b", order=1)
    assert progress.take_slot(first, 1)
    assert progress.take_slot(first, 1)
    assert not progress.take_slot(second, 1)
    progress.enqueue(second)
    progress.enqueue(second)
    assert the_run(progress).running == {"a"}
    assert the_run(progress).queued == {"000001/b"}

    progress.end(a_step("a", status=StepStatus.SUCCEEDED))

    assert progress.take_slot(second, 1)
    assert the_run(progress).running == {"b"}
    assert the_run(progress).queued == frozenset()


def test_the_first_reason_to_stop_stays(progress: DynamoProgress) -> None:
    progress.stop(RUN, "StepFailedError", "a")
    progress.stop(RUN, "RunStoppedError", "b")

    stopped = the_run(progress)
    assert (stopped.stopping, stopped.error, stopped.reason) == (True, "StepFailedError", "a")


def test_how_a_run_ended_is_written_beside_what_is_there(progress: DynamoProgress) -> None:
    progress.end(a_step("a", status=StepStatus.SUCCEEDED))

    progress.finish(a_run(status="Failed", ended=NOW, error="E", reason="r"))

    assert the_run(progress) == a_run(
        status="Failed", ended=NOW, error="E", reason="r", unfinished=2
    )


def test_what_goes_wrong_in_a_transaction_is_not_taken_for_an_end(
    progress: DynamoProgress,
) -> None:
    stranger = a_step("a", status=StepStatus.SUCCEEDED).model_copy(update={"step": ""})

    with pytest.raises(InvalidRequestError):
        progress.end(stranger)
