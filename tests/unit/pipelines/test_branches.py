"""What a condition decides: the branch that is not taken is skipped, and what needs it."""

from tests.unit.pipelines.simulation import Simulation


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


def test_what_comes_only_after_what_was_skipped_is_skipped_too() -> None:
    steps = """
      - {step_name: ask, step_class: Condition, condition: False, then: [much]}
      - {step_name: much, step_class: Processing, step_type: preprocess}
      - {step_name: after, step_class: Processing, step_type: preprocess}
    """
    simulation = Simulation(steps=steps, more="dependencies: [much >> after]")

    simulation.run()

    reasons = {name: it.reason for (_, name), it in simulation.world.progress.records.items()}
    assert reasons == {
        "ask": "",
        "much": "the answer of 'ask' was no",
        "after": "all that it needs was skipped",
    }
