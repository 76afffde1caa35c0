"""The parts of watching: what is read from a cloud, drawn, and told."""

import io
from datetime import timedelta
from typing import Any

from rich.console import Console

from tests.unit.cli.conftest import RUN
from tests.unit.cli.replay import a_replay, recorded
from trainwright_cli.live.drawing import drawing
from trainwright_cli.live.history import Event, Phase, read_history
from trainwright_cli.live.job import Job
from trainwright_cli.live.lines import changes
from trainwright_cli.live.outcome import outcome_of
from trainwright_cli.live.source import ExecutionSource
from trainwright_cli.live.tree import build
from trainwright_cli.live.view import RunSource, View

LINES = ("step 1 accuracy=0.5", "step 2 accuracy=0.75", "step 3 accuracy=0.875")


def test_a_look_reads_only_what_is_new() -> None:
    cloud, states = a_replay("succeeded", run=RUN)
    arn = next(iter(states.histories))
    source = ExecutionSource(cloud, arn)
    source.look()
    looks, pages = 0, states.pages_read
    while source.look().phase is Phase.RUNNING:
        states.sleep(0.5)
        looks += 1

    assert states.pages_read - pages <= looks + 2
    assert source.look() == read_history(recorded("succeeded"))


def test_a_long_history_is_read_whole() -> None:
    cloud, states = a_replay("succeeded", run=RUN)
    arn = next(iter(states.histories))
    first, *rest = states.histories[arn]
    waits = [
        {"id": 0, "type": "TaskScheduled", "timestamp": first["timestamp"]} for _ in range(250)
    ]
    history: list[Event] = [
        {**e, "id": i} for i, e in enumerate([first, *rest[:1], *waits, *rest[1:]], 1)
    ]
    states.histories[arn] = history
    states.now = history[-1]["timestamp"]

    assert ExecutionSource(cloud, arn).look() == read_history(history)


def test_the_job_shows_what_it_has_printed_so_far() -> None:
    cloud, states = a_replay("succeeded", run=RUN, lines=LINES)
    states.now += timedelta(seconds=5)
    source = RunSource(cloud, RUN)

    source.look()
    job = source.look().job

    assert job == Job(f"trainwright-{RUN}", "Training", {"accuracy": [0.5, 0.75, 0.875]})


def test_only_changes_are_told() -> None:
    events = recorded("succeeded")
    machine: dict[str, Any] = {"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}
    execution = read_history(events[:5])
    view = View(RUN, execution, build(execution, machine | {"States": _states()}))
    now = events[5]["timestamp"]

    assert list(changes(None, view, now)) == ["Plan run: running"]
    assert list(changes(view, view, now)) == []


def _states() -> dict[str, Any]:
    return {"Plan run": {"Type": "Task", "Next": "A"}, "A": {"Type": "Succeed"}}


def test_a_metric_that_says_the_same_is_drawn_once() -> None:
    execution = read_history(recorded("succeeded")[:12])
    machine = {"StartAt": "Train", "States": {"Train": {"Type": "Task", "End": True}}}
    job = Job("job", "Training", {"a": [0.5, 1.0], "b": [0.5, 1.0], "c": [0.25]})
    view = View(RUN, execution, build(execution, machine), job)
    console = Console(width=100, file=io.StringIO())

    console.print(drawing(view, recorded("succeeded")[12]["timestamp"]))

    assert isinstance(console.file, io.StringIO)
    drawn = console.file.getvalue()
    assert "a 1  step 2" in drawn
    assert "b 1" not in drawn
    assert "c 0.25  once" in drawn


def test_a_run_without_a_record_still_has_an_outcome() -> None:
    outcome = outcome_of(RUN, read_history(recorded("not_good_enough")), None)

    assert (outcome.status, outcome.error, outcome.exit_code) == ("Failed", "GateNotMetError", 3)
