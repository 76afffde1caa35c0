"""`watch`: a run that once ran, seen again."""

import io
import json
import re
import time
from typing import Any

import pytest
from rich.console import Console

from tests.unit.cli.conftest import Run
from tests.unit.cli.replay import ReplayedStates, a_replay
from trainwright_cli.cloud_access import Cloud
from trainwright_cli.live import follow as following

RUN = "churn-0123456789ab"
LINES = ("step 1 accuracy=0.5", "step 2 accuracy=0.75", "step 3 accuracy=0.875")

SUCCEEDED = {
    "endpoint": "trainwright-churn",
    "package": "arn:package",
    "metrics": {"accuracy": 0.875},
}


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
    item = an_item("Succeeded", Run_Succeeded=SUCCEEDED)
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
    item = an_item("Succeeded", Run_Succeeded=SUCCEEDED)
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
