"""Scripts that name `/opt/ml` itself, and what is said where that cannot be had."""

import os
import sys
from pathlib import Path
from queue import SimpleQueue
from unittest.mock import Mock

import pytest

from tests.unit.local.training.client import LiveCloud, until
from trainwright_local.sagemaker.jobs import sandbox
from trainwright_local.sagemaker.jobs.instances import Command, Ended, Instance
from trainwright_local.sagemaker.jobs.output import Line
from trainwright_local.sagemaker.jobs.sandbox import Sandbox
from trainwright_local.sagemaker.processes import spawn

HARD_CODED = """
import os, pathlib, signal, sys, time
print(os.getcwd(), sorted(os.listdir("/opt/ml/input/data/train"))[0])
pathlib.Path("/opt/ml/model/model.txt").write_text(os.environ["SM_MODEL_DIR"])
"""
TOLD = """
def told(*_):
    pathlib.Path("/opt/ml/output/failure").write_text("stopped in time")
    sys.exit(4)
signal.signal(signal.SIGTERM, told)
print("begun", flush=True)
time.sleep(600)
"""


@pytest.fixture
def no_bubblewrap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "available", lambda: False)


@pytest.mark.optml
def test_a_script_may_name_opt_ml(cloud: LiveCloud) -> None:
    cloud.train("hard-coded", HARD_CODED)

    job = cloud.ended("hard-coded")

    assert job["TrainingJobStatus"] == "Completed", job["FailureReason"]
    assert cloud.lines("hard-coded") == ["/opt/ml/code a b.csv"]
    assert cloud.model(job)["model.txt"] == b"/opt/ml/model"


@pytest.mark.optml
def test_a_script_in_a_sandbox_is_told_of_the_stop(cloud: LiveCloud) -> None:
    cloud.train("hard-coded-stopped", HARD_CODED + TOLD)
    until(lambda: "begun" in cloud.lines("hard-coded-stopped"))

    cloud.sagemaker.stop_training_job(TrainingJobName="hard-coded-stopped")

    job = cloud.ended("hard-coded-stopped")
    assert job["TrainingJobStatus"] == "Stopped"
    assert "model.txt" in cloud.model(job)


@pytest.mark.optml
def test_a_script_in_a_sandbox_words_its_failure_and_keeps_its_code(cloud: LiveCloud) -> None:
    script = "open('/opt/ml/output/failure', 'w').write('no rows')\nraise SystemExit(3)"

    cloud.train("hard-coded-fails", script)

    assert cloud.ended("hard-coded-fails")["FailureReason"] == (
        "AlgorithmError: no rows, exit code: 3"
    )


@pytest.mark.optml
@pytest.mark.parametrize(("killed", "code"), [(False, 128 + 15), (True, 128 + 9)])
def test_what_runs_in_a_sandbox_ends_with_its_wrapper(
    tmp_path: Path, killed: bool, code: int
) -> None:
    (tmp_path / "code").mkdir()
    lines: list[str] = []
    script = "import os, time\nprint(os.getcwd(), flush=True)\ntime.sleep(600)"
    process = spawn(
        [sys.executable, "-c", script],
        env=dict(os.environ),
        cwd=tmp_path,
        on_line=lines.append,
        wrapper=Sandbox(tmp_path).command(tmp_path / "code"),
    )
    until(lambda: lines == ["/opt/ml/code"])

    assert (process.kill() if killed else process.terminate(60)) == code


@pytest.mark.optml
def test_a_sandbox_shows_what_else_is_in_opt_and_nothing_of_another_job(tmp_path: Path) -> None:
    (tmp_path / "hosts").write_text("127.0.0.9 algo-9\n")
    inside = Sandbox(tmp_path, "algo-9", {"/etc/hosts": tmp_path / "hosts"}, isolated=True)
    script = (
        "import os, socket\n"
        "print(sorted(os.listdir('/opt')), os.listdir('/opt/ml'), socket.gethostname(),\n"
        "      socket.gethostbyname('algo-9'), [name for _, name in socket.if_nameindex()])"
    )
    lines: list[str] = []
    process = spawn(
        [sys.executable, "-c", script],
        env=dict(os.environ),
        cwd=tmp_path,
        on_line=lines.append,
        wrapper=inside.command(tmp_path),
    )

    assert process.wait(60) == 0, lines
    beside = {path.name for path in Path("/opt").iterdir()} if Path("/opt").is_dir() else set()
    assert lines == [f"{sorted(beside | {'ml'})} ['hosts'] algo-9 127.0.0.9 ['lo']"]


def test_without_bubblewrap_a_job_finds_its_folder_by_its_variables(
    no_bubblewrap: None, tmp_path: Path
) -> None:
    assert Sandbox(tmp_path).command(tmp_path) == []
    assert Sandbox(tmp_path).base == str(tmp_path)


@pytest.mark.parametrize("named", [True, False])
def test_without_bubblewrap_the_log_says_that_a_script_will_miss_opt_ml(
    no_bubblewrap: None, tmp_path: Path, named: bool
) -> None:
    (tmp_path / "train.py").write_text(f"folder = '{'/opt/ml/model' if named else 'model'}'")
    log, ends = Mock(), SimpleQueue[Ended]()
    command = Command("algo-1", ["true"], {}, tmp_path, sandbox=Sandbox(tmp_path))
    instance = Instance(command, lambda _: log)

    instance.start()
    instance.wait(ends)
    instance.close()

    lines: list[Line] = [line for call in log.send.call_args_list for line in call.args[0]]
    said = [line.text.partition(",")[0] for line in lines]
    assert said == (["train.py names /opt/ml"] if named else [])
