"""Steps that fail: tried again by the kind of failure, late, or on another type of instance."""

import pytest

from tests.unit.pipelines.simulation import Simulation, failing, steps_named


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
