"""Stopping a run: nothing that costs money runs on, and its end is announced once."""

from tests.builders import ENDPOINT, ENDPOINT_ARN, JOB, RUN, a_generation, an_account
from tests.memory import MemoryCallbacks, MemoryExecutions, MemoryJournal, MemoryTrainingJobs
from trainwright.logic.deploy import deploy_endpoint
from trainwright.logic.stop_run import stop_run
from trainwright.logic.tasks import settle, sweep
from trainwright.models.events import RunFailed
from trainwright.models.inbound import ExecutionEnded
from trainwright.models.states import DeployEndpointRequest
from trainwright.models.task import Phase


def ended(status: str = "ABORTED") -> ExecutionEnded:
    """Return the event of the end of RUN's execution."""
    execution = {"name": RUN.id, "executionArn": "arn:execution", "status": status}
    return ExecutionEnded.model_validate({"detail": execution})


def stop(
    event: ExecutionEnded,
    journal: MemoryJournal,
    jobs: MemoryTrainingJobs | None = None,
    callbacks: MemoryCallbacks | None = None,
    why: tuple[str, str] = ("", ""),
) -> tuple[str, ...]:
    """Handle *event* and give what was stopped."""
    return stop_run(
        event,
        executions=MemoryExecutions(error=why[0], cause=why[1]),
        jobs=jobs or MemoryTrainingJobs(),
        callbacks=(callbacks or MemoryCallbacks()).ports(),
        journal=journal,
        account=an_account(),
    ).stopped


def a_journal() -> MemoryJournal:
    """Return a journal in which RUN runs."""
    journal = MemoryJournal()
    journal.write(RUN, status="Running")
    return journal


def deploying(previous: str) -> MemoryCallbacks:
    """Return the ports of a deployment of RUN that is under way."""
    callbacks = MemoryCallbacks()
    request = DeployEndpointRequest(
        run=RUN, token="t", generation=a_generation(previous=previous), tags=[]
    )
    deploy_endpoint(request, callbacks=callbacks.ports(), account=an_account())
    return callbacks


def test_an_abort_stops_the_paid_job_and_is_announced() -> None:
    jobs, journal = MemoryTrainingJobs({JOB: {}}), a_journal()

    assert stop(ended(), journal, jobs, why=("", "Too dear.")) == (JOB,)
    assert journal.told == [
        RunFailed(error="RunStoppedError", reason="the execution was aborted: Too dear.")
    ]
    assert journal.records[RUN.id].status == "Failed"


def test_a_failure_that_was_announced_is_not_announced_again() -> None:
    journal = a_journal()
    journal.write(RUN, status="Failed")

    stop(ended("FAILED"), journal)

    assert journal.told == []


def test_a_failure_that_nobody_announced_is() -> None:
    journal = a_journal()

    stop(ended("FAILED"), journal, why=("States.Runtime", "bad path"))

    assert journal.told == [RunFailed(error="States.Runtime", reason="bad path")]


def test_the_end_of_somebody_elses_execution_is_ignored() -> None:
    assert stop(ended(), MemoryJournal(), MemoryTrainingJobs({JOB: {}})) == ()


def test_a_first_deployment_is_deleted_once_it_can_be() -> None:
    callbacks = deploying(previous="")

    assert stop(ended(), a_journal(), callbacks=callbacks) == (ENDPOINT,)
    assert callbacks.endpoints.configs == {ENDPOINT: JOB}

    callbacks.resources.become(ENDPOINT_ARN, Phase.SUCCEEDED, config=JOB)
    assert settle(ENDPOINT_ARN, callbacks.ports()).answered == "undone"
    assert callbacks.endpoints.configs == {}


def test_an_update_goes_back_to_what_served_before() -> None:
    callbacks = deploying(previous="old")
    stop(ended("TIMED_OUT"), a_journal(), callbacks=callbacks)

    callbacks.resources.become(ENDPOINT_ARN, Phase.SUCCEEDED, config=JOB)
    assert settle(ENDPOINT_ARN, callbacks.ports()).answered == "undone"
    assert callbacks.endpoints.configs == {ENDPOINT: "old"}
    assert callbacks.answers.given == {}


def test_an_endpoint_that_never_came_does_not_keep_later_runs_waiting() -> None:
    callbacks = deploying(previous="")
    callbacks.endpoints.configs.clear()
    stop(ended(), a_journal(), callbacks=callbacks)
    assert settle(ENDPOINT_ARN, callbacks.ports()).answered == "still running"

    callbacks.clock.forward(16 * 60)

    assert sweep(callbacks.ports()).waiting == 0
    assert callbacks.tasks.waiting == {}
