"""What an instance is given where the machine cannot show it `/opt/ml` itself."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.local.processing.builders import ROOT, a_job
from tests.unit.local.training.builders import IMAGE, Cloud
from trainwright_local.sagemaker.jobs import sandbox
from trainwright_local.sagemaker.jobs.instances import Command
from trainwright_local.sagemaker.jobs.running import Run
from trainwright_local.sagemaker.processing.opt_ml import OptMl
from trainwright_local.sagemaker.processing.program import Entrypoint
from trainwright_local.sagemaker.processing.records import PROCESSING, new_record
from trainwright_local.sagemaker.roles import Role
from trainwright_local.sagemaker.store import Record

PYTHON = Path(sys.prefix) / "bin" / "python"
CREDENTIALS = {"AccessKeyId": "a", "SecretAccessKey": "b", "SessionToken": "c"}


def an_instance(folder: Path, job: Record) -> tuple[OptMl, Entrypoint]:
    context = Cloud(folder / "cloud").context
    role = Role("role", "eu-west-1", "http://127.0.0.1:9", CREDENTIALS)
    record = new_record(job, context)
    run = Run(PROCESSING, context, record, role, folder / "job", lambda _: None)
    opt_ml = OptMl(run, ["algo-1"], 0)
    opt_ml.lay_out()
    return opt_ml, Entrypoint(run, PYTHON)


def a_command(folder: Path, job: Record) -> Command:
    opt_ml, program = an_instance(folder, job)
    return program.command(opt_ml)


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
    opt_ml, program = an_instance(tmp_path, job)

    command = program.command(opt_ml)
    subprocess.run(command.argv, env=dict(command.env), cwd=command.cwd, check=True)

    written = opt_ml.local(f"{ROOT}/out") / "word"
    assert written.read_text() == str(opt_ml.local(f"{ROOT}/in"))


def test_only_an_isolated_job_has_no_credentials(tmp_path: Path) -> None:
    isolated = a_job(ProcessingInputs=None, NetworkConfig={"EnableNetworkIsolation": True})

    lone = a_command(tmp_path / "1", isolated)
    other = a_command(tmp_path / "2", a_job(ProcessingInputs=None))

    assert not [name for name in lone.env if name.startswith("AWS_") and "METADATA" not in name]
    assert other.env["AWS_ENDPOINT_URL"] == "http://127.0.0.1:9"
    assert other.env["AWS_SESSION_TOKEN"] == "c"


def test_an_instance_knows_its_fellows(tmp_path: Path) -> None:
    opt_ml, _ = an_instance(tmp_path, a_job(ProcessingInputs=None))

    config = opt_ml.local("/opt/ml/config/resourceconfig.json")

    assert json.loads(config.read_text()) == {"current_host": "algo-1", "hosts": ["algo-1"]}
