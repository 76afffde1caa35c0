"""The parts of `demo`; that the whole is true is what the demo itself checks."""

import io
import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from tests.unit.cli.conftest import Run
from tests.unit.cli.test_which_cloud import LOCAL
from trainwright.models.algorithm import Registration
from trainwright.models.message import Problem
from trainwright_cli import endpoints, publishing
from trainwright_cli.cloud_access import Cloud, Target
from trainwright_cli.demo import chapters, deployment, predictions
from trainwright_cli.demo.chapters import Stage
from trainwright_cli.demo.deployment import SamCli
from trainwright_cli.demo.predictions import Examination, examine
from trainwright_cli.demo.story import Story
from trainwright_cli.errors import CliError
from trainwright_cli.live.outcome import Outcome

CONFIG = "trainwright-breast-cancer-0123456789ab"
ROWS = [{"size": str(n), "target": "big" if n > 5 else "small"} for n in range(10)]


@pytest.fixture
def story(capsys: pytest.CaptureFixture[str]) -> Story:
    return Story()


@pytest.fixture
def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stage:
    """A stack in which every run ends as `ends` says and the endpoint serves CONFIG."""
    monkeypatch.setattr(chapters, "start", lambda *_: ("breast-cancer-0123456789ab", None))
    serving = {"EndpointStatus": "InService", "EndpointConfigName": CONFIG}
    monkeypatch.setattr(endpoints, "find", lambda *_: serving)
    return Stage(tmp_path, tmp_path, Cloud(Target()))


def ends(monkeypatch: pytest.MonkeyPatch, status: str, error: str = "") -> None:
    """Let the next run end like this."""
    outcome = Outcome("breast-cancer-0123456789ab", status, 1.0, error=error, reason="so it is")
    monkeypatch.setattr(chapters, "follow", lambda *_: outcome)


def answers(monkeypatch: pytest.MonkeyPatch, *predicted: str) -> Examination:
    """Let the endpoint answer like this to ROWS."""
    seen = Examination(ROWS, list(predicted), "target")
    monkeypatch.setattr(chapters, "examine", lambda *_: seen)
    return seen


RIGHT = [row["target"] for row in ROWS]
MOSTLY_WRONG = ["small"] * 10


def test_the_endpoint_is_asked_without_being_told_the_truth(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[bytes] = []

    def send(_cloud: Cloud, _endpoint: str, content: bytes, *_: str) -> tuple[Any, bytes]:
        sent.append(content)
        return {}, json.dumps({"predictions": ["big", 0]}).encode()

    monkeypatch.setattr(predictions, "send", send)
    (tmp_path / "rows.csv").write_text("size,target,colour\n9,big,red\n1,small,blue\n")

    seen = examine(Cloud(Target()), "endpoint", tmp_path / "rows.csv")

    assert sent == [b"size,colour\n9,red\n1,blue\n"]
    assert (seen.right, seen.accuracy) == (1, 0.5)


def test_an_endpoint_that_answers_too_little_is_found_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(predictions, "send", lambda *_: ({}, b'{"predictions": []}'))
    (tmp_path / "rows.csv").write_text("size,target\n9,big\n")

    with pytest.raises(CliError, match="0 predictions for 1 rows"):
        examine(Cloud(Target()), "endpoint", tmp_path / "rows.csv")


def test_the_table_shows_a_wrong_prediction_too() -> None:
    seen = Examination(ROWS, [*RIGHT[:9], "small"], "target")
    console = Console(file=io.StringIO(), width=80)

    console.print(seen.table())

    assert isinstance(console.file, io.StringIO)
    lines = console.file.getvalue().splitlines()
    assert len(lines) == 9
    assert lines[-1].split() == ["9", "small", "big", "✗"]


def test_a_first_run_that_fails_ends_the_demo(
    story: Story, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    ends(monkeypatch, "Failed", "TrainingFailedError")

    with pytest.raises(CliError, match="should have succeeded: TrainingFailedError: so it is"):
        chapters.train_and_deploy(story, stage)


def test_an_endpoint_that_is_not_in_service_ends_the_demo(
    story: Story, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    ends(monkeypatch, "Succeeded")
    monkeypatch.setattr(endpoints, "find", lambda *_: None)

    with pytest.raises(CliError, match="should be in service, but is not there"):
        chapters.train_and_deploy(story, stage)


def test_predictions_that_are_no_good_end_the_demo(
    story: Story, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers(monkeypatch, *MOSTLY_WRONG)

    with pytest.raises(CliError, match="only 6 of 10 predictions are right: 90% are due"):
        chapters.predict(story, stage)


def test_a_worse_model_is_refused_and_the_first_goes_on_serving(
    story: Story,
    stage: Stage,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    before = answers(monkeypatch, *RIGHT)
    ends(monkeypatch, "Failed", "GateNotMetError")

    chapters.refuse(story, stage, CONFIG, before)

    assert "The gate refused it: so it is" in capsys.readouterr().err


@pytest.mark.parametrize(("status", "error"), [("Succeeded", ""), ("Failed", "NotReadyError")])
def test_a_worse_model_that_is_not_refused_ends_the_demo(
    story: Story, stage: Stage, monkeypatch: pytest.MonkeyPatch, status: str, error: str
) -> None:
    ends(monkeypatch, status, error)

    with pytest.raises(CliError, match="the gate should have refused"):
        chapters.refuse(story, stage, CONFIG, answers(monkeypatch, *RIGHT))


def test_another_configuration_ends_the_demo(
    story: Story, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    ends(monkeypatch, "Failed", "GateNotMetError")

    with pytest.raises(CliError, match="and not older as before"):
        chapters.refuse(story, stage, "older", answers(monkeypatch, *RIGHT))


def test_other_answers_end_the_demo(
    story: Story, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    ends(monkeypatch, "Failed", "GateNotMetError")
    before = Examination(ROWS, RIGHT, "target")
    answers(monkeypatch, *MOSTLY_WRONG)

    with pytest.raises(CliError, match="answers otherwise than before"):
        chapters.refuse(story, stage, CONFIG, before)


def test_an_algorithm_that_is_refused_ends_the_demo(
    story: Story, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    problem = Problem(field="train", message="is odd")
    answer = Registration(name="sklearn_tabular", version="0" * 12, problems=(problem,))
    (stage.checkout / "algorithms" / "sklearn_tabular").mkdir(parents=True)
    monkeypatch.setattr(publishing, "publish", lambda *_: None)
    monkeypatch.setattr(publishing, "wait_for", lambda *_: answer)

    with pytest.raises(CliError, match="sklearn_tabular was refused: train: is odd"):
        chapters.publish(story, stage)


def a_sam(folder: Path, script: str) -> SamCli:
    """Put a program in the place of the SAM CLI."""
    program = folder / ".sam/bin/sam"
    program.parent.mkdir(parents=True)
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    return SamCli(folder, LOCAL, folder / "sam.log")


def test_sam_is_pointed_at_the_local_cloud_and_nowhere_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "production")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "real")
    monkeypatch.setattr(deployment.platform, "machine", lambda: "aarch64")  # type: ignore[attr-defined]

    a_sam(tmp_path, 'echo "$@"; env; pwd').deploy()

    told = (tmp_path / "sam.log").read_text().splitlines()
    assert told[0] == "deploy --no-progressbar --parameter-overrides Architecture=arm64"
    assert "AWS_ENDPOINT_URL=http://127.0.0.1:4577" in told
    assert not [line for line in told if line.startswith(("AWS_PROFILE", "AWS_SESSION_TOKEN"))]
    path = next(line for line in told if line.startswith("PATH=")).removeprefix("PATH=")
    assert path.split(os.pathsep)[0] == str(Path(sys.executable).parent)
    assert told[-1] == str(tmp_path)


def test_what_sam_says_when_it_fails_is_shown(tmp_path: Path) -> None:
    sam = a_sam(tmp_path, "echo 'Error: no template'; exit 1")

    with pytest.raises(CliError, match=r"sam build failed; .*sam\.log:\nError: no template"):
        sam.build()


def test_a_processor_that_lambda_lacks_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deployment.platform, "machine", lambda: "riscv64")  # type: ignore[attr-defined]

    with pytest.raises(CliError, match="Lambda knows no riscv64 processors"):
        a_sam(tmp_path, "exit 0").build()


def test_no_sam_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(CliError, match=r"no SAM CLI: `make setup` puts it into \.sam"):
        SamCli(tmp_path, LOCAL, tmp_path / "sam.log")


def test_outside_a_checkout_there_is_nothing_to_show(run: Run) -> None:
    ended = run("demo")

    assert ended.code == 1
    assert ended.err.startswith("error: the demo deploys template.yaml: run it inside a checkout")
