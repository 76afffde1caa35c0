"""Runs that are stopped, or ended by what nobody planned."""

from typing import Any

import pytest

from tests.memory import MemoryExecutions
from tests.unit.pipelines.begun import At
from tests.unit.pipelines.simulation import REF, Simulation
from trainwright.logic.pipelines.running.ended import pipeline_ended, step_ended
from trainwright.logic.pipelines.running.finish_run import finish_run
from trainwright.logic.pipelines.running.stop_run import stop_pipeline
from trainwright.models.pipelines.events import PipelineStepEnded, PipelineStopped
from trainwright.models.pipelines.inbound import StepExecutionEnded
from trainwright.models.pipelines.states import FinishPipelineRequest

FIT = "- {step_name: fit, step_class: Training}"
NESTED = "- {step_name: nested, step_class: Run, pipeline: other}"
BOTH = f"{FIT}\n- {{step_name: late, step_class: CreateModel}}"


def ended(status: str, arn: str, **detail: Any) -> StepExecutionEnded:
    plain = {"name": REF.run, "executionArn": arn, "status": status}
    return StepExecutionEnded.model_validate({"detail": plain | detail})


def test_a_stopped_execution_stops_the_other_pipeline_that_its_step_waits_for() -> None:
    at = At("nested", steps=NESTED)
    resource = at.begin().resource
    executions = MemoryExecutions(error="RunStopped", cause="no budget")

    stopped = pipeline_ended(ended("ABORTED", "execution-1"), executions, at.world.ports())

    assert stopped.stopped == (resource,)
    assert at.world.launcher.stopped[0] == resource
    run = at.world.progress.runs[REF.run]
    assert (run.status, run.error, run.reason) == ("Stopped", "RunStoppedError", "no budget")
    assert isinstance(at.world.herald.told[-1], PipelineStopped)


@pytest.mark.parametrize(
    ("status", "reason"),
    [("ABORTED", "its execution was aborted"), ("TIMED_OUT", "its execution timed out")],
)
def test_an_execution_that_says_nothing_is_told_by_its_status(status: str, reason: str) -> None:
    at = At("fit", steps=FIT)

    pipeline_ended(ended(status, "execution-1"), MemoryExecutions(), at.world.ports())

    assert at.world.progress.runs[REF.run].reason == reason


def test_a_resumed_run_is_found_by_the_name_of_its_execution() -> None:
    at = At("fit", steps=FIT)
    event = ended("ABORTED", "execution-1", name=f"{REF.run}-2")

    pipeline_ended(event, MemoryExecutions(), at.world.ports())

    assert at.world.progress.runs[REF.run].status == "Stopped"


@pytest.mark.parametrize(
    ("name", "arn"), [("other", "execution-1"), (REF.run, "execution-of-another-attempt")]
)
def test_the_end_of_what_is_not_the_runs_execution_stops_nothing(name: str, arn: str) -> None:
    at = At("fit", steps=FIT)

    found = pipeline_ended(ended("ABORTED", arn, name=name), MemoryExecutions(), at.world.ports())

    assert (found.run, found.stopped) == (name, ())
    assert at.simulation.statuses() == {"fit": "Ready"}


def test_a_run_that_has_ended_is_not_stopped_again() -> None:
    simulation = Simulation(steps=FIT)
    simulation.run()
    told = list(simulation.world.herald.told)

    stopped = stop_pipeline(REF.run, "late", simulation.world.ports())
    pipeline_ended(ended("SUCCEEDED", "execution-1"), MemoryExecutions(), simulation.world.ports())

    assert stopped.stopped == ()
    assert simulation.world.herald.told == told


def test_a_step_whose_execution_broke_has_failed() -> None:
    at = At("fit", steps=BOTH)
    at.begin()
    event = ended("TIMED_OUT", "a", input=at.target().model_dump_json())

    verdict = step_ended(event, MemoryExecutions(), at.world.ports())

    assert (verdict.error, verdict.reason) == (
        "RunStoppedError",
        "the execution of the step timed out",
    )
    assert at.simulation.statuses() == {"fit": "Failed", "late": "Stopped"}
    assert at.world.progress.step(REF.run, "late").reason == (
        "step 'fit' failed, so nothing more was started"
    )


def test_a_step_that_had_ended_stays_as_it_was() -> None:
    simulation = Simulation(steps=FIT)
    simulation.run()
    at = At("fit", steps=FIT)
    event = ended("SUCCEEDED", "a", input=at.target().model_dump_json())

    verdict = step_ended(event, MemoryExecutions(), simulation.world.ports())

    assert (verdict.again, verdict.error) == (False, "")
    assert simulation.statuses() == {"fit": "Succeeded"}


def test_a_failure_that_is_heard_of_twice_is_one() -> None:
    at = At("fit", steps=BOTH)
    at.begin()

    verdicts = [at.fail(cause=cause) for cause in ("broken", "broken again")]

    assert verdicts == [False, False]
    assert at.world.progress.step(REF.run, "fit").reason == "broken"
    ended = [it for it in at.world.herald.told if isinstance(it, PipelineStepEnded)]
    assert [it.step for it in ended] == ["fit"]


@pytest.mark.parametrize(
    ("error", "stopping", "expected"),
    [
        ("States.Timeout", "", ("Failed", "States.Timeout", "States.Timeout")),
        ("", "StepFailedError", ("Failed", "StepFailedError", "step 'x' failed")),
        ("", "RunStoppedError", ("Stopped", "RunStoppedError", "step 'x' failed")),
    ],
)
def test_a_run_may_fail_though_no_step_did(
    error: str, stopping: str, expected: tuple[str, str, str]
) -> None:
    at = At("fit", steps=FIT)
    if stopping:
        at.world.progress.stop(REF.run, stopping, "step 'x' failed")

    ended = finish_run(FinishPipelineRequest(ref=REF, error=error), at.world.ports())

    assert (ended.status, ended.error, ended.reason) == expected


def test_of_several_failures_the_first_in_the_file_is_told() -> None:
    both = f"{FIT}\n{FIT.replace('name: fit', 'name: again')}"
    simulation = Simulation(
        steps=both, more="on_failure: continue", outcome=lambda *_: ("StepFailedError", "broken")
    )

    assert simulation.run().reason == "step 'fit' (and 1 more): broken"


def test_a_step_of_a_run_that_is_being_stopped_does_not_begin() -> None:
    at = At("fit", steps=BOTH)
    at.world.progress.stop(REF.run, "RunStoppedError", "enough")

    assert at.begin().did == "skipped"

    assert at.answer == {"settled": "Stopped", "reason": "enough"}


def test_a_step_that_was_stopped_while_it_began_does_no_work() -> None:
    at = At("fit", steps=FIT)
    at.world.progress.begin = lambda record: not record  # type: ignore[method-assign]

    assert at.begin().did == "already"

    assert at.answer == {"settled": "Stopped"}
    assert at.world.jobs.created == []
