"""Runs that go on: what was decided stays decided, and what was done stays done."""

from tests.unit.pipelines.confs import DIAMOND
from tests.unit.pipelines.simulation import REF, Outcome, Simulation, succeed
from trainwright.logic.pipelines.running.names import pipeline_execution
from trainwright.models.message import JsonObject

BRANCHES = """
- {step_name: question, step_class: Condition, condition: True, then: [taken], else: [spared]}
- {step_name: taken, step_class: Processing, step_type: preprocess}
- {step_name: spared, step_class: Processing, step_type: preprocess}
- {step_name: after-taken, step_class: Processing, step_type: preprocess,
   chain_input_source_step: taken}
- {step_name: after-spared, step_class: Processing, step_type: preprocess,
   chain_input_source_step: spared}
"""


def failing_once(name: str) -> Outcome:
    """Let the step *name* fail."""

    def outcome(step: str, number: int) -> JsonObject | tuple[str, str]:
        return ("StepFailedError", "broken") if step == name else succeed(step, number)

    return outcome


def test_a_branch_that_was_not_taken_is_not_taken_when_a_run_goes_on() -> None:
    simulation = Simulation(steps=BRANCHES, outcome=failing_once("after-taken"))
    assert simulation.run().status == "Failed"
    simulation.outcome, simulation.order = succeed, []

    assert simulation.run(resume=True).status == "Succeeded"

    assert simulation.order == ["after-taken"]
    assert simulation.statuses() == {
        "question": "Succeeded",
        "taken": "Succeeded",
        "spared": "Skipped",
        "after-taken": "Succeeded",
        "after-spared": "Skipped",
    }


def test_a_run_that_died_after_its_last_step_comes_to_its_end() -> None:
    simulation = Simulation(steps=BRANCHES)
    simulation.run()
    runs = simulation.world.progress.runs
    runs[REF.run] = runs[REF.run].model_copy(update={"status": "Running", "ended": None})
    simulation.order = []

    assert simulation.run(resume=True).status == "Succeeded"

    assert simulation.order == []
    assert runs[REF.run].status == "Succeeded"


def test_a_run_that_succeeded_has_nothing_to_resume_though_it_skipped_a_branch() -> None:
    simulation = Simulation(steps=BRANCHES)
    assert simulation.run().status == "Succeeded"
    before, simulation.order = simulation.statuses(), []

    refused = simulation.run(resume=True)

    assert refused.status == "Refused"
    assert refused.reason == f"resume: run '{REF.run}' succeeded: there is nothing to resume"
    assert (simulation.order, simulation.statuses()) == ([], before)
    assert simulation.world.progress.runs[REF.run].attempt == 1


def test_a_run_whose_failed_step_let_the_others_go_on_can_be_resumed() -> None:
    simulation = Simulation(
        steps=BRANCHES, more="on_failure: continue", outcome=failing_once("taken")
    )
    assert simulation.run().status == "Failed"
    assert simulation.statuses()["question"] == "Succeeded"
    simulation.outcome, simulation.order = succeed, []

    assert simulation.run(resume=True).status == "Succeeded"

    assert simulation.order == ["taken", "after-taken"]


def test_a_run_that_was_stopped_after_its_last_step_has_nothing_left() -> None:
    simulation = Simulation(steps=DIAMOND)
    simulation.run()
    runs = simulation.world.progress.runs
    runs[REF.run] = runs[REF.run].model_copy(update={"status": "Stopped"})

    begun = simulation.begin(resume=True)

    assert [str(it) for it in begun.problems] == [
        f"resume: every step of run '{REF.run}' has ended well"
    ]


def test_a_resumed_run_has_an_execution_of_its_own() -> None:
    assert pipeline_execution(REF, 1) == REF.run
    assert pipeline_execution(REF, 2) == f"{REF.run}-2"
