"""`watch`: a run that once ran, seen again."""

import io
import json
import re
import time
from datetime import timedelta
from typing import Any

import pytest
from rich.console import Console

from tests.unit.cli.conftest import Run
from tests.unit.cli.replay import ReplayedStates, a_replay, recorded
from trainwright_cli.cloud_access import Cloud
from trainwright_cli.live import follow as following
from trainwright_cli.live.drawing import drawing
from trainwright_cli.live.history import Event, Phase, read_history
from trainwright_cli.live.job import Job
from trainwright_cli.live.lines import changes
from trainwright_cli.live.outcome import outcome_of
from trainwright_cli.live.source import ExecutionSource
from trainwright_cli.live.tree import build
from trainwright_cli.live.view import RunSource, View

RUN = "churn-0123456789ab"
LINES = ("step 1 accuracy=0.5", "step 2 accuracy=0.75", "step 3 accuracy=0.875")


def an_item(status: str, **events: Any) -> dict[str, Any]:
    """Give the run's record as the runs table has it."""
    time_ = "2026-11-20T12:00:00+00:00"
    plain = {"run": RUN, "model": "churn", "algorithm": "boosting", "status": status}
    plain |= {"started": time_, "updated": time_}
    told = {
        name.replace("_", " "): json.dumps({"time": time_, "data": data})
        for name, data in events.items()
    }
    return {key: {"S": value} for key, value in (plain | told).items()}


def replay(
    monkeypatch: pytest.MonkeyPatch, name: str, item: dict[str, Any] | None = None
) -> ReplayedStates:
    """Let every command see the replayed run, and time pass as it sleeps."""
    cloud, states = a_replay(name, run=RUN, item=item, lines=LINES)
    monkeypatch.setattr(Cloud, "of", lambda _: cloud)
    monkeypatch.setattr(time, "sleep", states.sleep)
    return states


def test_a_run_that_succeeds_is_told_line_by_line(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    succeeded = {"endpoint": "trainwright-churn", "package": "arn:package", "metrics": {}}
    trained = {"metrics": {"accuracy": 0.875}}
    item = an_item("Succeeded", Run_Succeeded=succeeded, Training_Completed=trained)
    replay(monkeypatch, "succeeded", item)

    ended = run("watch", RUN)

    assert ended.code == 0
    assert ended.out == ""
    assert "\x1b" not in ended.err
    lines = ended.err.splitlines()
    done = [line.split(":")[0] for line in lines if ": done in" in line]
    assert done[:4] == ["Plan run", "Train", "Judge metrics", "Register model"]
    assert "Deploy / Smoke test" in done
    assert any(line.startswith(f"training job trainwright-{RUN}: Training") for line in lines)
    assert f"{RUN} succeeded" in ended.err
    assert "Endpoint: trainwright-churn." in ended.err


def test_the_newest_run_is_watched_if_none_is_named(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    replay(monkeypatch, "succeeded")

    assert f"{RUN} succeeded" in run("watch").err


def test_a_model_that_is_not_good_enough_exits_3(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    replay(monkeypatch, "not_good_enough", an_item("Failed"))

    ended = run("watch", RUN)

    assert ended.code == 3
    assert re.search(rf"{RUN} failed after .*: GateNotMetError: .* misses", ended.err)
    assert "What was serving before goes on serving." in ended.err


def test_a_refused_run_exits_4_with_every_problem(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    problems = [{"field": "a.b", "message": "is [odd]"}, {"field": "c", "message": "too"}]
    item = an_item("Refused", Run_Refused={"problems": problems})
    replay(monkeypatch, "refused", item)

    ended = run("watch", RUN)

    assert ended.code == 4
    assert ended.err.endswith(
        f"{RUN} was refused; nothing was started.\n  a.b: is [odd]\n  c: too\n"
    )


def test_a_stopped_run_exits_3(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    replay(monkeypatch, "stopped")

    ended = run("watch", RUN, "--json")

    assert ended.code == 3
    assert (ended.json["status"], ended.json["error"]) == ("Stopped", "RunStoppedError")
    assert "Train: stopped in" in ended.err


def test_the_outcome_as_json(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    succeeded = {"endpoint": "trainwright-churn", "package": "arn:package", "metrics": {}}
    item = an_item(
        "Succeeded",
        Run_Succeeded=succeeded,
        Training_Completed={"metrics": {"accuracy": 0.875}},
        Model_Registered={"package": "arn:package"},
    )
    replay(monkeypatch, "succeeded", item)

    told = run("watch", RUN, "--json").json

    assert 10 < told.pop("seconds") < 30
    assert told == {
        "run": RUN,
        "status": "Succeeded",
        "error": "",
        "reason": "",
        "endpoint": "trainwright-churn",
        "package": "arn:package",
        "metrics": {"accuracy": 0.875},
        "problems": [],
    }


def test_a_run_that_is_not_there_is_said_in_a_line(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    replay(monkeypatch, "succeeded")

    ended = run("watch", "typo-0123456789ab")

    assert ended.code == 1
    assert ended.err == "error: no run 'typo-0123456789ab': see `trainwright runs`\n"


def test_an_interruption_is_quiet(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    replay(monkeypatch, "succeeded")

    def interrupt(_: float) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(time, "sleep", interrupt)

    ended = run("watch", RUN)

    assert ended.code == 130
    assert "Traceback" not in ended.err


def test_on_a_terminal_a_run_is_drawn(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    replay(monkeypatch, "succeeded")
    screen = Console(file=io.StringIO(), force_terminal=True, width=100, color_system=None)
    monkeypatch.setattr(following, "talk", lambda: screen)

    assert run("watch", RUN).code == 0

    assert isinstance(screen.file, io.StringIO)
    drawn = screen.file.getvalue()
    assert "├── ✓ Plan run" in drawn
    assert "│   ├── ✓ Create model" in drawn
    assert "accuracy 0.875  step 3" in drawn


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
