"""What an instance is given where the machine cannot show it `/opt/ml` itself."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.local.processing.builders import ROOT, a_job
from tests.unit.local.training.builders import IMAGE, Cloud
from trainwright_local.sagemaker.jobs import sandbox
from trainwright_local.sagemaker.jobs.running import Run
from trainwright_local.sagemaker.processing.container import Container
from trainwright_local.sagemaker.processing.records import PROCESSING, new_record
from trainwright_local.sagemaker.roles import Role
from trainwright_local.sagemaker.store import Record

PYTHON = Path(sys.prefix) / "bin" / "python"
CREDENTIALS = {"AccessKeyId": "a", "SecretAccessKey": "b", "SessionToken": "c"}


def a_container(folder: Path, job: Record) -> Container:
    context = Cloud(folder / "cloud").context
    role = Role("role", "eu-west-1", "http://127.0.0.1:9", CREDENTIALS)
    record = new_record(job, context)
    run = Run(PROCESSING, context, record, role, folder / "job", lambda _: None)
    container = Container(run, ["algo-1"], 0)
    container.lay_out()
    return container


def test_paths_in_its_command_and_environment_are_those_of_the_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sandbox, "available", lambda: False)
    script = "import os, sys; open(sys.argv[1] + '/word', 'w').write(os.environ['WHERE'])"
    specification = {
        "ImageUri": IMAGE,
        "ContainerEntrypoint": ["/usr/bin/python3", "-c", script],
        "ContainerArguments": [f"{ROOT}/out"],
    }
    environment = {"WHERE": f"{ROOT}/in"}
    job = a_job(ProcessingInputs=None, AppSpecification=specification, Environment=environment)
    container = a_container(tmp_path, job)

    command = container.command(PYTHON)
    subprocess.run(command.argv, env=dict(command.env), cwd=command.cwd, check=True)

    written = container.local(f"{ROOT}/out") / "word"
    assert written.read_text() == str(container.local(f"{ROOT}/in"))


def test_only_an_isolated_job_has_no_credentials(tmp_path: Path) -> None:
    isolated = a_job(ProcessingInputs=None, NetworkConfig={"EnableNetworkIsolation": True})

    lone = a_container(tmp_path / "1", isolated).command(PYTHON)
    other = a_container(tmp_path / "2", a_job(ProcessingInputs=None)).command(PYTHON)

    assert not [name for name in lone.env if name.startswith("AWS_") and "METADATA" not in name]
    assert other.env["AWS_ENDPOINT_URL"] == "http://127.0.0.1:9"
    assert other.env["AWS_SESSION_TOKEN"] == "c"


def test_an_instance_knows_its_fellows(tmp_path: Path) -> None:
    container = a_container(tmp_path, a_job(ProcessingInputs=None))

    config = container.local("/opt/ml/config/resourceconfig.json")

    assert json.loads(config.read_text()) == {"current_host": "algo-1", "hosts": ["algo-1"]}
