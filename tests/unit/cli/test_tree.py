"""The tree of a run: what happened, what is still to come, and what each step says."""

from datetime import timedelta

import pytest

from tests.unit.cli.replay import definition, recorded
from trainwright_cli.live.definition import expected_after
from trainwright_cli.live.history import Phase, read_history
from trainwright_cli.live.tree import Node, build

TRAIN_DEPLOY = definition("train_deploy")


def names(nodes: tuple[Node, ...], phase: Phase) -> list[str]:
    return [node.name for node in nodes if node.phase is phase]


def test_before_anything_has_happened_the_happy_path_is_expected() -> None:
    nodes = build(read_history([]), TRAIN_DEPLOY)

    assert names(nodes, Phase.PENDING) == [
        "Plan run",
        "Train",
        "Judge metrics",
        "Register model",
        "Deploy",
        "Announce success",
    ]


def test_what_has_happened_is_no_longer_expected() -> None:
    nodes = build(read_history(recorded("succeeded")[:12]), TRAIN_DEPLOY)

    assert names(nodes, Phase.DONE) == ["Plan run"]
    assert names(nodes, Phase.RUNNING) == ["Train"]
    assert names(nodes, Phase.PENDING)[0] == "Judge metrics"


def test_on_the_way_to_a_failure_only_that_is_expected() -> None:
    events = recorded("not_good_enough")
    position = next(
        i
        for i, event in enumerate(events)
        if event.get("stateEnteredEventDetails", {}).get("name") == "Announce failure"
    )
    nodes = build(read_history(events[: position + 1]), TRAIN_DEPLOY)

    assert names(nodes, Phase.PENDING) == ["Run failed"]


@pytest.mark.parametrize("name", ["succeeded", "not_good_enough", "refused", "stopped"])
def test_nothing_is_expected_of_an_execution_that_has_ended(name: str) -> None:
    assert names(build(read_history(recorded(name)), TRAIN_DEPLOY), Phase.PENDING) == []


def test_questions_and_happy_ends_are_no_lines_of_their_own() -> None:
    nodes = build(read_history(recorded("succeeded")), TRAIN_DEPLOY)

    assert not [node.name for node in nodes if node.name.endswith("?")]
    assert "Run succeeded" not in [node.name for node in nodes]


def test_steps_say_what_they_found() -> None:
    notes = {n.name: n.note for n in build(read_history(recorded("succeeded")), TRAIN_DEPLOY)}

    assert "validation:score 0.989" in notes["Train"]
    assert "meets 0.8 <= validation:score" in notes["Judge metrics"]
    assert notes["Register model"].startswith("version ")


def test_a_failure_is_told_in_full_only_at_the_end() -> None:
    nodes = build(read_history(recorded("not_healthy")), TRAIN_DEPLOY)
    notes = {node.name: node.note for node in nodes}

    assert notes["Deploy"] == "States.TaskFailed"
    assert notes["Run failed"].startswith("EndpointFailedError: The primary container")


def test_a_note_is_one_line_whatever_the_cause() -> None:
    *before, end = recorded("not_good_enough")
    failed = {**end, "executionFailedEventDetails": {"error": "E", "cause": "one\n  two\n"}}

    nodes = build(read_history([*before, failed]), TRAIN_DEPLOY)

    assert nodes[-1].note == "E: one two"


def test_a_step_between_two_attempts_says_so() -> None:
    machine = {
        "StartAt": "Call",
        "States": {
            "Call": {"Type": "Task", "Next": "Done"},
            "Done": {"Type": "Succeed"},
        },
    }
    [node] = build(read_history(recorded("retried")[:5]), machine)

    assert node.phase is Phase.RUNNING
    expected = "attempt 1 failed (Lambda.ResourceNotFoundException), trying again"
    assert node.note == expected


def test_what_is_inside_a_state_is_below_it() -> None:
    inside = build(read_history(recorded("succeeded_deploy")), definition("deploy"))
    nodes = build(read_history(recorded("succeeded")), TRAIN_DEPLOY, {"Deploy": inside})

    [deploy] = [node for node in nodes if node.name == "Deploy"]
    names_inside = [child.name for child in deploy.children]
    assert names_inside[:3] == ["Create model", "Deploy endpoint", "Smoke test"]
    assert "ms" in deploy.children[2].note


def test_a_rolled_back_deployment_shows_the_way_it_took() -> None:
    nodes = build(read_history(recorded("not_healthy_deploy")), definition("deploy"))

    assert [(node.name, node.phase) for node in nodes] == [
        ("Create model", Phase.DONE),
        ("Deploy endpoint", Phase.FAILED),
        ("Roll back", Phase.DONE),
        ("Remove rolled-back generation", Phase.DONE),
        ("Deployment rolled back", Phase.FAILED),
    ]


def test_a_running_step_grows_older_and_a_finished_one_does_not() -> None:
    train, judge = build(read_history(recorded("succeeded")[:12]), TRAIN_DEPLOY)[1:3]
    assert train.entered
    later = train.entered + timedelta(seconds=5)

    assert train.seconds(later) == 5
    assert judge.seconds(later) is None


def test_the_longest_way_that_ends_well_is_expected() -> None:
    machine = {
        "StartAt": "Ask",
        "States": {
            "Ask": {"Type": "Choice", "Choices": [{"Next": "Short"}], "Default": "Long"},
            "Short": {"Type": "Task", "End": True},
            "Long": {"Type": "Task", "Next": "Longer"},
            "Longer": {"Type": "Choice", "Choices": [{"Next": "Long"}], "Default": "Fixed"},
            "Fixed": {"Type": "Wait", "Next": "Broken"},
            "Broken": {"Type": "Fail"},
        },
    }
    assert expected_after(machine, None) == ["Short"]
    assert expected_after(machine, "Long") == ["Fixed", "Broken"]
