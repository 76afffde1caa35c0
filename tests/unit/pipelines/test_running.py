"""A run: steps start when the last of what they need has ended, and everything may come twice."""

from tests.unit.pipelines.confs import DIAMOND
from tests.unit.pipelines.simulation import REF, Simulation, failing, steps_named, succeed
from trainwright.logic.pipelines.running.finish_run import finish_run
from trainwright.logic.pipelines.running.finish_step import finish_step
from trainwright.logic.pipelines.running.start_steps import start_steps
from trainwright.logic.pipelines.running.stop_run import stop_pipeline
from trainwright.models.pipelines.progress import StepStatus
from trainwright.models.pipelines.states import (
    FinishPipelineRequest,
    FinishStepRequest,
    StartStepsRequest,
    StepRef,
)


def test_a_run_does_every_step_after_what_it_needs() -> None:
    simulation = Simulation(steps=DIAMOND)

    assert simulation.run().status == "Succeeded"
    assert simulation.order[0] == "top"
    assert simulation.order[-1] == "end"
    assert set(simulation.statuses().values()) == {"Succeeded"}


def test_all_that_can_start_does_start_at_once() -> None:
    names = [f"s{number}" for number in range(40)]
    simulation = Simulation(
        steps=steps_named("first", *names), more=f"dependencies: ['first >> [{', '.join(names)}]']"
    )

    simulation.run()

    assert simulation.peak == 40


def test_no_more_steps_run_at_once_than_is_allowed() -> None:
    names = [f"s{number}" for number in range(10)]
    simulation = Simulation(steps=steps_named(*names), more="concurrency: 3")

    assert simulation.run().status == "Succeeded"
    assert simulation.peak == 3
    assert simulation.order == names


def test_a_chain_of_a_thousand_steps_is_run() -> None:
    names = [f"s{number}" for number in range(1000)]
    simulation = Simulation(
        steps=steps_named(*names), more=f"dependencies: ['{' >> '.join(names)}']"
    )

    assert simulation.run().status == "Succeeded"
    assert simulation.order == names


def test_a_failed_step_stops_the_run_unless_told_otherwise() -> None:
    simulation = Simulation(
        steps=DIAMOND + steps_named("late"),
        more="dependencies: [right >> late]",
        outcome=failing("left"),
    )

    ended = simulation.run()

    assert (ended.status, ended.error) == ("Failed", "StepFailedError")
    assert ended.reason.startswith("step 'left': left is broken; its log ends with: I am ")
    statuses = simulation.statuses()
    assert statuses.pop("right") in {"Succeeded", "Stopped"}  # it began together with `left`
    assert statuses == {"top": "Succeeded", "left": "Failed", "end": "Stopped", "late": "Stopped"}


def test_a_failed_step_stops_only_what_needs_it_when_asked() -> None:
    simulation = Simulation(
        steps=DIAMOND + steps_named("late"),
        more="dependencies: [right >> late]\non_failure: continue",
        outcome=failing("left"),
    )

    assert simulation.run().status == "Failed"
    assert simulation.statuses() == {
        "top": "Succeeded",
        "left": "Failed",
        "right": "Succeeded",
        "end": "Skipped",
        "late": "Succeeded",
    }


def test_a_resumed_run_does_only_what_is_left() -> None:
    simulation = Simulation(steps=DIAMOND, outcome=failing("right"))
    assert simulation.run().status == "Failed"
    done = {name for name, status in simulation.statuses().items() if status == "Succeeded"}
    simulation.outcome, simulation.order = succeed, []

    assert simulation.run(resume=True).status == "Succeeded"
    assert set(simulation.order) == {"top", "left", "right", "end"} - done
    assert set(simulation.statuses().values()) == {"Succeeded"}


def test_a_run_that_goes_on_is_not_resumed() -> None:
    simulation = Simulation(steps=DIAMOND)
    simulation.run(until="left")
    simulation.world.launcher.going.add("execution-1")

    begun = simulation.begin(resume=True)

    assert not begun.accepted
    assert [str(problem) for problem in begun.problems] == [
        f"resume: run '{REF.run}' has not ended"
    ]


def test_a_run_that_succeeded_has_nothing_to_resume() -> None:
    simulation = Simulation(steps=DIAMOND)
    simulation.run()

    begun = simulation.begin(resume=True)

    assert [str(problem) for problem in begun.problems] == [
        f"resume: run '{REF.run}' succeeded: there is nothing to resume"
    ]


def test_a_message_that_comes_twice_changes_nothing() -> None:
    simulation = Simulation(steps=DIAMOND)
    simulation.run()
    before = dict(simulation.world.progress.records), dict(simulation.world.progress.runs)
    told = len(simulation.world.herald.told)
    ports = simulation.world.ports()

    for step in ("top", "left", "right", "end"):
        target = StepRef(ref=REF, step=step, attempt=1, wait_seconds=1)
        finish_step(FinishStepRequest(target=target, result=succeed(step, 1)), ports)
    start_steps(
        StartStepsRequest(ref=REF, attempt=1, execution="execution-1", token="run-1"), ports
    )

    assert before == (simulation.world.progress.records, simulation.world.progress.runs)
    assert len(simulation.world.herald.told) == told
    assert len(simulation.world.launcher.steps) == 4


def test_a_stopped_run_stops_what_costs_money() -> None:
    simulation = Simulation(steps=DIAMOND)
    simulation.run(until="left")
    ports = simulation.world.ports()
    record = simulation.world.progress.step(REF.run, "left")
    resource = "arn:aws:sagemaker:eu-west-1:123456789012:processing-job/x"
    going = record.model_copy(update={"status": StepStatus.RUNNING, "resource": resource})
    simulation.world.progress.begin(going)

    stopped = stop_pipeline(REF.run, "enough", ports)
    ended = finish_run(FinishPipelineRequest(ref=REF), ports)

    assert stopped.stopped == (resource,)
    assert simulation.world.jobs.stopped == [resource]
    assert (ended.status, ended.reason) == ("Stopped", "enough")
    assert simulation.statuses() == {
        "top": "Succeeded",
        "left": "Stopped",
        "right": "Stopped",
        "end": "Stopped",
    }


def test_a_step_that_was_done_before_is_not_done_again() -> None:
    steps = DIAMOND.replace("}", ", enable_cache: True}")
    simulation = Simulation(steps=steps)
    simulation.run()
    created = len(simulation.world.jobs.created)
    simulation.world.progress.runs.clear()
    simulation.world.progress.records.clear()
    simulation.world.launcher.steps.clear()

    assert simulation.run().status == "Succeeded"
    assert set(simulation.statuses().values()) == {"Cached"}
    assert len(simulation.world.jobs.created) == created


def test_changed_outputs_are_made_anew() -> None:
    simulation = Simulation(steps=steps_named("only", extra=", enable_cache: 'True'"))
    simulation.run()
    simulation.world.store.objects["s3://out/only/x"] = b"somebody else's"
    simulation.world.progress.runs.clear()
    simulation.world.progress.records.clear()
    simulation.world.launcher.steps.clear()

    simulation.run()

    assert simulation.statuses() == {"only": "Succeeded"}


def test_an_expression_that_gives_nothing_fails_its_step() -> None:
    steps = """
      - {step_name: only, step_class: Processing, step_type: preprocess}
      - {step_name: ask, step_class: Condition, condition: "{% $steps.only.nothing %}",
         then: [late]}
      - {step_name: late, step_class: Processing, step_type: preprocess}
    """
    ended = Simulation(steps=steps).run()

    assert ended.error == "InvalidRequestError"
    assert (
        "{% $steps.only.nothing %} gives nothing; step 'only' has job, model_data, outputs"
        in ended.reason
    )
