"""A run: steps start when the last of what they need has ended, and everything may come twice."""

import pytest

from tests.unit.pipelines.simulation import REF, Outcome, Simulation, succeed
from trainwright.logic.pipelines.running.finish_run import finish_run
from trainwright.logic.pipelines.running.finish_step import finish_step
from trainwright.logic.pipelines.running.start_steps import start_steps
from trainwright.logic.pipelines.running.stop_run import stop_pipeline
from trainwright.models.message import JsonObject
from trainwright.models.pipelines.progress import StepStatus
from trainwright.models.pipelines.states import (
    FinishPipelineRequest,
    FinishStepRequest,
    StartStepsRequest,
    StepRef,
)

DIAMOND = """
- {step_name: top, step_class: Processing, step_type: preprocess}
- {step_name: left, step_class: Processing, step_type: preprocess, chain_input_source_step: top}
- {step_name: right, step_class: Processing, step_type: preprocess, chain_input_source_step: top}
- {step_name: end, step_class: Processing, step_type: preprocess,
   chain_input_source_step: [left, right]}
"""


def steps_named(*names: str, extra: str = "") -> str:
    return "\n".join(
        f"- {{step_name: {name}, step_class: Processing, step_type: preprocess{extra}}}"
        for name in names
    )


def failing(*steps: str, error: str = "StepFailedError", until: int = 1000) -> Outcome:
    """Let *steps* fail at their first *until* tries."""

    def outcome(step: str, number: int) -> JsonObject | tuple[str, str]:
        broken = step in steps and number <= until
        return (error, f"{step} is broken") if broken else succeed(step, number)

    return outcome


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


@pytest.mark.parametrize(
    ("error", "tries"),
    [
        ("CapacityError", 13),
        ("ThrottledError", 11),
        ("InterruptionError", 6),
        ("StepFailedError", 1),
    ],
)
def test_a_step_is_tried_again_by_the_kind_of_its_failure(error: str, tries: int) -> None:
    simulation = Simulation(steps=steps_named("only"), outcome=failing("only", error=error))

    assert simulation.run().error == error
    assert simulation.tries == {"only": tries}
    assert simulation.pauses == sorted(simulation.pauses)


@pytest.mark.parametrize(
    ("steps", "reason", "stopped"),
    [
        (
            steps_named("only"),
            "it did not end within 2.83 h",
            "processing-job",
        ),
        (
            "- {step_name: only, step_class: Approve, message: Well?, timeout_hours: 1.5}",
            "nobody decided within 1.5 h",
            "",
        ),
    ],
)
def test_what_takes_too_long_is_stopped_and_said(steps: str, reason: str, stopped: str) -> None:
    def late(_step: str, _try: int) -> tuple[str, str]:
        return ("States.Timeout", "")

    simulation = Simulation(steps=steps, outcome=late)

    ended = simulation.run()

    assert (ended.error, ended.reason) == ("States.Timeout", f"step 'only': {reason}")
    assert len(simulation.world.jobs.stopped) == bool(stopped)
    assert all(stopped in resource for resource in simulation.world.jobs.stopped)


def test_each_try_has_a_name_of_its_own() -> None:
    simulation = Simulation(
        steps=steps_named("only", extra=", retry: {error: 2}"), outcome=failing("only", until=2)
    )

    assert simulation.run().status == "Succeeded"
    names = [name for _, name, _ in simulation.world.jobs.created]
    assert len(set(names)) == 3


def test_the_ladder_of_instance_types_is_climbed_when_there_is_no_capacity() -> None:
    sections = """
      preprocess:
        image_uri: i
        entry_point: a.py
        instance_type: [ml.m5.large, ml.m5.xlarge, ml.c5.xlarge]
    """
    simulation = Simulation(
        sections=sections,
        steps=steps_named("only"),
        outcome=failing("only", error="CapacityError", until=3),
    )

    assert simulation.run().status == "Succeeded"
    clusters = [
        it["ProcessingResources"]["ClusterConfig"] for *_, it in simulation.world.jobs.created
    ]
    assert [cluster["InstanceType"] for cluster in clusters] == [
        "ml.m5.large",
        "ml.m5.xlarge",
        "ml.c5.xlarge",
        "ml.m5.large",
    ]


def test_the_branch_that_is_not_taken_is_skipped() -> None:
    steps = """
      - {step_name: ask, step_class: Condition, condition: "{% $parameters.n > 3 %}",
         then: [much], else: [little]}
      - {step_name: much, step_class: Processing, step_type: preprocess}
      - {step_name: little, step_class: Processing, step_type: preprocess}
      - {step_name: more, step_class: Processing, step_type: preprocess,
         chain_input_source_step: much}
      - {step_name: after, step_class: Processing, step_type: preprocess}
    """
    more = "parameters: {n: {type: integer, default: 1}}\ndependencies: ['[much, little] >> after']"
    simulation = Simulation(steps=steps, more=more)

    assert simulation.run().status == "Succeeded"
    assert simulation.statuses() == {
        "ask": "Succeeded",
        "much": "Skipped",
        "little": "Succeeded",
        "more": "Skipped",
        "after": "Succeeded",
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


def test_a_run_that_may_cost_too_much_does_not_start() -> None:
    ended = Simulation(steps=DIAMOND, more="max_cost: 0.5").run()

    assert ended.status == "Refused"
    assert ended.reason == "max_cost: the run may cost up to 1.52 USD, above 0.50 USD"


def test_a_file_with_problems_is_refused_with_all_of_them() -> None:
    ended = Simulation(steps=DIAMOND.replace("Processing", "processing")).run()

    assert ended.status == "Refused"
    assert ended.reason.count("is no step class") == 4


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
