"""The runner, compared with AWS's toolkit value by value, and run."""

import ast
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from trainwright_local.sagemaker import runner

TOOLKIT: dict[str, Any] = json.loads(Path(__file__).with_name("toolkit.json").read_text())
"""What AWS's toolkit makes of three files of configuration; `made_by` says which version."""


def a_job(base: Path, **files: Any) -> Path:
    config = base / "input" / "config"
    config.mkdir(parents=True)
    (base / "code").mkdir()
    for name, members in {**TOOLKIT["input"], **files}.items():
        (config / f"{name}.json").write_text(json.dumps(members))
    return base


def run(base: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-I", "-S", runner.__file__],
        env={"PATH": os.environ["PATH"], "SAGEMAKER_BASE_DIR": str(base), **variables},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> runner.TrainingEnvironment:
    monkeypatch.setenv("TRAINING_JOB_NAME", "job-1")
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    return runner.TrainingEnvironment(str(a_job(tmp_path)))


def test_the_variables_are_those_of_the_toolkit(
    environment: runner.TrainingEnvironment, tmp_path: Path
) -> None:
    made = {
        key: value.replace(str(tmp_path), "/opt/ml")
        for key, value in environment.variables().items()
    }

    assert made == TOOLKIT["variables"]


def test_the_arguments_are_those_of_the_toolkit(environment: runner.TrainingEnvironment) -> None:
    assert environment.arguments() == TOOLKIT["arguments"]


def test_a_python_script_is_run_where_its_source_is(tmp_path: Path) -> None:
    code = a_job(tmp_path) / "code"
    (code / "train.py").write_text(
        "import json, os, sys, beside\n"
        "print(json.dumps([sys.argv, os.getcwd(), os.environ['SM_MODEL_DIR']]))\n"
        "sys.exit(7)"
    )
    (code / "beside.py").write_text("")

    done = run(tmp_path)

    assert done.returncode == 7, done.stderr
    arguments, folder, model = json.loads(done.stdout)
    assert arguments == ["train.py", *TOOLKIT["arguments"]]
    assert (folder, model) == (str(code), f"{tmp_path}/model")


def test_a_shell_script_is_run_with_its_arguments_quoted(tmp_path: Path) -> None:
    parameters = {"sagemaker_program": "train.sh", "words": "$(echo no); 'yes'"}
    script = a_job(tmp_path, hyperparameters=parameters) / "code" / "train.sh"
    script.write_text('#!/bin/sh\necho "$1" "$2"')
    script.chmod(0o755)

    assert run(tmp_path).stdout == "--words $(echo no); 'yes'\n"


def test_any_python_since_3_8_can_read_the_runner() -> None:
    ast.parse(Path(runner.__file__).read_text(), feature_version=(3, 8))
