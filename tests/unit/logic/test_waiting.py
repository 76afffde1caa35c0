"""Waiting by callback: duplicate, late, reordered and lost events all come out right."""

import pytest

from tests.builders import (
    ENDPOINT,
    ENDPOINT_ARN,
    JOB,
    JOB_ARN,
    RUN,
    a_generation,
    an_account,
)
from tests.memory import MemoryCallbacks, MemoryTrainingJobs
from trainwright.errors import NotReadyError
from trainwright.logic.deploy import deploy_endpoint, roll_back
from trainwright.logic.start_training import start_training
from trainwright.logic.tasks import settle, sweep
from trainwright.models.plan import RunRef, TrainingPlan
from trainwright.models.states import (
    DeployEndpointRequest,
    Generation,
    RollBackRequest,
    StartTrainingRequest,
)
from trainwright.models.task import Phase, Task

OTHER = RunRef(id="churn-ba9876543210", model="churn", algorithm="boosting")


def start(callbacks: MemoryCallbacks, jobs: MemoryTrainingJobs, token: str = "first") -> str:
    """Run the state `Train` once and tell how it ended."""
    training = TrainingPlan(request={"TrainingJobName": JOB}, wait_seconds=60)
    request = StartTrainingRequest(run=RUN, token=token, training=training)
    ports = callbacks.ports()
    return start_training(request, jobs=jobs, callbacks=ports, account=an_account()).answered


def deploy(callbacks: MemoryCallbacks, generation: Generation, run: RunRef = RUN) -> str:
    """Run the state `Deploy endpoint` once."""
    request = DeployEndpointRequest(run=run, token="first", generation=generation, tags=[])
    return deploy_endpoint(request, callbacks=callbacks.ports(), account=an_account()).answered


def test_a_completed_job_answers_its_token() -> None:
    callbacks, jobs = MemoryCallbacks(), MemoryTrainingJobs()
    start(callbacks, jobs)
    callbacks.resources.become(JOB_ARN, Phase.SUCCEEDED, output={"job": JOB})

    assert settle(JOB_ARN, callbacks.ports()).answered == "succeeded"
    assert callbacks.answers.given == {"first": {"job": JOB}}


def test_a_failed_job_answers_with_its_error_and_reason() -> None:
    callbacks = MemoryCallbacks()
    start(callbacks, MemoryTrainingJobs())
    callbacks.resources.become(
        JOB_ARN, Phase.FAILED, error="TrainingFailedError", reason="AlgorithmError: no rows"
    )

    settle(JOB_ARN, callbacks.ports())

    assert callbacks.answers.given["first"] == {
        "error": "TrainingFailedError",
        "reason": "AlgorithmError: no rows",
    }


def test_an_event_of_a_running_job_answers_nothing() -> None:
    callbacks = MemoryCallbacks()
    start(callbacks, MemoryTrainingJobs())

    assert settle(JOB_ARN, callbacks.ports()).answered == "still running"
    assert callbacks.answers.given == {}


def test_the_second_of_two_equal_events_finds_nobody_waiting() -> None:
    callbacks = MemoryCallbacks()
    start(callbacks, MemoryTrainingJobs())
    callbacks.resources.become(JOB_ARN, Phase.SUCCEEDED)

    answers = [settle(JOB_ARN, callbacks.ports()).answered for _ in range(2)]

    assert answers == ["succeeded", "nobody waits"]


def test_an_event_of_somebody_elses_job_is_ignored() -> None:
    assert settle(JOB_ARN, MemoryCallbacks().ports()).answered == "nobody waits"


def test_a_retried_state_gets_the_end_that_its_first_attempt_missed() -> None:
    callbacks, jobs = MemoryCallbacks(), MemoryTrainingJobs()
    start(callbacks, jobs)
    callbacks.resources.become(JOB_ARN, Phase.SUCCEEDED, output={"job": JOB})
    callbacks.clock.forward(5)

    assert start(callbacks, jobs, token="second") == "succeeded"
    assert callbacks.answers.given == {"second": {"job": JOB}}
    assert list(jobs.created) == [JOB]


def test_the_sweep_finds_what_an_event_should_have_told() -> None:
    callbacks = MemoryCallbacks()
    start(callbacks, MemoryTrainingJobs())
    deploy(callbacks, a_generation())
    callbacks.resources.become(JOB_ARN, Phase.SUCCEEDED)
    callbacks.clock.forward(600)

    swept = sweep(callbacks.ports())

    assert (swept.answered, swept.waiting, swept.oldest_seconds) == (1, 1, 600)


@pytest.mark.parametrize(
    "resource",
    [
        "arn:aws:sagemaker:eu-west-1:123456789012:processing-job/demo-churn-1",
        "arn:aws:sagemaker:eu-west-1:123456789012:transform-job/demo-churn-1",
        "arn:aws:sagemaker:eu-west-1:123456789012:hyper-parameter-tuning-job/demo-churn-1",
        "arn:aws:states:eu-west-1:123456789012:execution:demo-pipeline:churn-1",
    ],
)
def test_the_sweep_settles_whatever_a_pipeline_waits_for(resource: str) -> None:
    callbacks = MemoryCallbacks()
    now = callbacks.ports().now()
    callbacks.tasks.put(Task(resource=resource, token="t", run=OTHER, created=now))
    callbacks.resources.become(resource, Phase.RUNNING)
    callbacks.clock.forward(60)
    assert sweep(callbacks.ports()).oldest_seconds == 60

    callbacks.resources.become(resource, Phase.SUCCEEDED)

    assert sweep(callbacks.ports()).answered == 1
    assert sweep(callbacks.ports()).waiting == 0
    assert list(callbacks.answers.given) == ["t"]


@pytest.mark.parametrize(
    "asked",
    [
        "approval/churn-1/ask",
        "arn:aws:sagemaker:eu-west-1:123456789012:model-package/demo-churn/7",
    ],
)
def test_a_person_who_takes_days_is_no_task_that_hangs(asked: str) -> None:
    callbacks = MemoryCallbacks()
    now = callbacks.ports().now()
    callbacks.tasks.put(Task(resource=asked, token="t", run=OTHER, created=now))
    callbacks.resources.become(asked, Phase.RUNNING)
    callbacks.clock.forward(250_000)

    swept = sweep(callbacks.ports())

    assert (swept.answered, swept.waiting, swept.oldest_seconds) == (0, 1, 0)


def test_an_endpoint_answers_once_it_serves_what_was_asked_for() -> None:
    callbacks = MemoryCallbacks()
    assert deploy(callbacks, a_generation()) == "still running"
    callbacks.resources.become(ENDPOINT_ARN, Phase.SUCCEEDED, config=JOB)

    assert settle(ENDPOINT_ARN, callbacks.ports()).answered == "succeeded"


def test_a_repeated_deployment_finds_an_endpoint_that_serves_already() -> None:
    callbacks = MemoryCallbacks()
    callbacks.endpoints.configs[ENDPOINT] = JOB
    callbacks.resources.become(ENDPOINT_ARN, Phase.SUCCEEDED, config=JOB)

    assert deploy(callbacks, a_generation()) == "succeeded"


def test_a_silent_roll_back_by_sagemaker_is_noticed() -> None:
    callbacks = MemoryCallbacks()
    deploy(callbacks, a_generation(previous="old"))
    callbacks.clock.forward(60)
    callbacks.resources.become(ENDPOINT_ARN, Phase.SUCCEEDED, config="old", reason="No ping.")

    assert settle(ENDPOINT_ARN, callbacks.ports()).answered == "failed"
    assert callbacks.answers.given["first"] == {
        "error": "EndpointRolledBackError",
        "reason": f"serves 'old' again, not '{JOB}'. No ping.",
    }


def test_a_late_event_of_the_previous_deployment_is_no_roll_back() -> None:
    callbacks = MemoryCallbacks()
    callbacks.resources.become(ENDPOINT_ARN, Phase.SUCCEEDED, config="old")
    callbacks.clock.forward(1)

    assert deploy(callbacks, a_generation(previous="old")) == "still running"
    assert settle(ENDPOINT_ARN, callbacks.ports()).answered == "still running"


def test_two_runs_do_not_change_one_endpoint_at_once() -> None:
    callbacks = MemoryCallbacks()
    deploy(callbacks, a_generation())

    with pytest.raises(NotReadyError, match="another run is changing"):
        deploy(callbacks, a_generation(config="demo-churn-ba9876543210"), run=OTHER)


def test_rolling_back_a_first_deployment_leaves_no_endpoint() -> None:
    callbacks = MemoryCallbacks()
    callbacks.endpoints.configs[ENDPOINT] = JOB
    request = RollBackRequest(run=RUN, token="back", generation=a_generation())

    roll_back(request, callbacks=callbacks.ports(), account=an_account())

    assert callbacks.endpoints.configs == {}
    assert callbacks.answers.given == {"back": {"endpoint": ENDPOINT, "config": ""}}
    assert callbacks.tasks.waiting == {}


def test_rolling_back_an_update_waits_for_the_previous_configuration() -> None:
    callbacks = MemoryCallbacks()
    callbacks.endpoints.configs[ENDPOINT] = JOB
    request = RollBackRequest(run=RUN, token="back", generation=a_generation(previous="old"))

    settled = roll_back(request, callbacks=callbacks.ports(), account=an_account())
    assert settled.answered == "still running"
    assert callbacks.endpoints.configs == {ENDPOINT: "old"}

    callbacks.resources.become(ENDPOINT_ARN, Phase.SUCCEEDED, config="old")
    assert settle(ENDPOINT_ARN, callbacks.ports()).answered == "succeeded"
