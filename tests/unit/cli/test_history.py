"""Histories that Step Functions recorded, read as steps."""

from tests.unit.cli.replay import recorded
from trainwright_cli.live.history import Phase, Step, read_history


def told(steps: tuple[Step, ...]) -> list[tuple[str, Phase]]:
    return [(step.name, step.phase) for step in steps if step.type not in {"Choice", "Succeed"}]


def test_a_run_that_succeeds_is_done_in_every_step() -> None:
    execution = read_history(recorded("succeeded"))

    assert execution.phase is Phase.DONE
    assert told(execution.steps) == [
        ("Plan run", Phase.DONE),
        ("Train", Phase.DONE),
        ("Judge metrics", Phase.DONE),
        ("Register model", Phase.DONE),
        ("Deploy", Phase.DONE),
        ("Announce success", Phase.DONE),
    ]
    assert execution.started
    assert execution.ended
    assert execution.started < execution.ended


def test_every_prefix_of_a_history_can_be_read() -> None:
    events = recorded("succeeded")
    for count in range(1, len(events)):
        execution = read_history(events[:count])

        assert execution.phase is Phase.RUNNING
        assert sum(step.phase is Phase.RUNNING for step in execution.steps) <= 1


def test_a_task_names_the_execution_that_it_started() -> None:
    steps = {step.name: step for step in read_history(recorded("succeeded")).steps}

    assert ":execution:trainwright-deploy:" in steps["Deploy"].child
    assert steps["Train"].child == ""


def test_a_callback_brings_the_answer_of_the_job() -> None:
    steps = {step.name: step for step in read_history(recorded("succeeded")).steps}

    assert steps["Train"].output["metrics"]["validation:score"] > 0.9


def test_a_retried_task_is_one_step_that_counts_its_attempts() -> None:
    events = recorded("retried")
    between = read_history(events[:5]).steps[-1]
    after = {step.name: step for step in read_history(events).steps}

    assert (between.phase, between.attempts) == (Phase.RUNNING, 1)
    assert between.error == "Lambda.ResourceNotFoundException"
    assert (after["Call"].phase, after["Call"].attempts) == (Phase.FAILED, 3)


def test_a_new_attempt_forgets_the_error_of_the_last() -> None:
    assert read_history(recorded("retried")[:7]).steps[-1].error == ""


def test_a_failed_execution_fails_where_it_stood() -> None:
    execution = read_history(recorded("not_good_enough"))

    assert (execution.phase, execution.error) == (Phase.FAILED, "GateNotMetError")
    assert execution.steps[-1].name == "Run failed"
    assert execution.steps[-1].phase is Phase.FAILED
    assert "misses" in execution.steps[-1].cause


def test_a_caught_error_is_a_failed_step_of_a_run_that_goes_on() -> None:
    execution = read_history(recorded("not_healthy"))
    names = [step.name for step in execution.steps]
    deploy = execution.steps[names.index("Deploy")]

    assert deploy.phase is Phase.FAILED
    assert deploy.error == "States.TaskFailed"
    assert names[-2:] == ["Announce failure", "Run failed"]


def test_an_aborted_execution_stops_at_the_state_it_was_in() -> None:
    execution = read_history(recorded("stopped"))

    assert execution.phase is Phase.STOPPED
    assert [(s.name, s.phase) for s in execution.steps][-1] == ("Train", Phase.STOPPED)
    assert execution.error == "RunStoppedError"


def test_a_task_that_timed_out_has_failed() -> None:
    [*before, _, failed] = recorded("retried")[:5]
    timed_out = {**failed, "type": "TaskTimedOut", "taskTimedOutEventDetails": {}}
    del timed_out["taskFailedEventDetails"]

    assert read_history([*before, timed_out]).steps[-1].error == "States.Timeout"


def test_a_redriven_execution_runs_again() -> None:
    events = recorded("not_good_enough")
    redriven = {"id": 99, "type": "ExecutionRedriven", "timestamp": events[-1]["timestamp"]}

    execution = read_history([*events, redriven])

    assert (execution.phase, execution.ended, execution.error) == (Phase.RUNNING, None, "")


def test_an_output_that_was_cut_off_is_none() -> None:
    *before, _ = events = recorded("succeeded")[:13]
    cut = {**events[-1], "taskSucceededEventDetails": {"output": '{"job": "trainw'}}

    assert read_history([*before, cut]).steps[-1].output is None
