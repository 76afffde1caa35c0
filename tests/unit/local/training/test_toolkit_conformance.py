"""The same jobs under AWS's own toolkit and under our runner: what a script sees must be the same.

The toolkit lives in an environment of its own, which `make test` makes (`make .toolkit/.ready`).
"""

import json
import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from trainwright_local.sagemaker import runner
from trainwright_local.sagemaker.jobs.instances import resource_config
from trainwright_local.sagemaker.training.script import script_failure

PYTHON = Path(__file__).parents[4] / ".toolkit" / "bin" / "python"
HOSTS = ["algo-1", "algo-2"]
REPORT = """
import json, os, pathlib, sys
names = sorted(n for n in os.environ if n.startswith(("SM_", "SAGEMAKER_", "TRAINING_")))
report = {
    "variables": {name: os.environ[name] for name in names},
    "arguments": sys.argv[1:],
    "name": __name__,
    "cwd": os.getcwd(),
    "first on the path": sys.path[0],
    "can import": __import__("beside").said,
}
pathlib.Path(os.environ["SM_MODEL_DIR"], "report.json").write_text(json.dumps(report))
pathlib.Path(os.environ["SM_OUTPUT_DATA_DIR"], "rows.csv").touch()
"""
SHELL = """#!/bin/sh
for word in "$@"; do printf '%s\\n' "$word"; done > "$SM_MODEL_DIR/arguments"
pwd > "$SM_MODEL_DIR/cwd"
env | grep ^SM_ | sort > "$SM_MODEL_DIR/variables"
"""
BACKEND = """
import zipfile
def build_wheel(folder, *_):
    with zipfile.ZipFile(folder + "/mine-1.0-py3-none-any.whl", "w") as wheel:
        metadata = "Metadata-Version: 2.1\\nName: mine\\nVersion: 1.0"
        wheel.writestr("mine-1.0.dist-info/METADATA", metadata)
        wheel.writestr("mine-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true")
        wheel.writestr("mine-1.0.dist-info/RECORD", "")
    return "mine-1.0-py3-none-any.whl"
"""
PROJECT = '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'
PACKAGE = {"setup.py": "", "backend.py": BACKEND, "pyproject.toml": PROJECT}
WRAPPED = """
from sagemaker_training import entry_point, environment, errors
env = environment.Environment()
try:
    entry_point.run(env.module_dir, env.user_entry_point, env.to_cmd_args(), env.to_env_vars(),
                    capture_error=True)
except errors.ClientError as error:
    environment.base_dir and open(environment.output_dir + "/failure", "w").write(str(error))
"""
"""How AWS's framework containers call the toolkit."""


@pytest.fixture(autouse=True)
def toolkit() -> None:
    if not PYTHON.exists():
        pytest.skip("AWS's toolkit is not there: `make .toolkit/.ready` brings it")


def a_job(base: Path, program: str, parameters: dict[str, str], files: dict[str, str]) -> Path:
    config, code = base / "input" / "config", base / "code"
    for folder in (config, code, base / "model", base / "output" / "data"):
        folder.mkdir(parents=True)
    for name, text in files.items():
        (code / name).write_text(text)
    channel = {
        "TrainingInputMode": "File",
        "S3DistributionType": "FullyReplicated",
        "RecordWrapperType": "None",
    }
    own = {"sagemaker_program": program, "sagemaker_submit_directory": str(code)}
    written: dict[str, Any] = {
        "hyperparameters": {key: json.dumps(value) for key, value in own.items()} | parameters,
        "resourceconfig": resource_config("ml.m5.large", "algo-2", HOSTS),
        "inputdataconfig": dict.fromkeys(("train", "my-val"), channel),
    }
    for name, members in written.items():
        (config / f"{name}.json").write_text(json.dumps(members))
    return base


def run(base: Path, *command: str) -> subprocess.CompletedProcess[str]:
    variables = {
        "PATH": os.environ["PATH"],
        "HOME": str(base.parent),
        "SAGEMAKER_BASE_DIR": str(base),
        "TRAINING_JOB_NAME": "job-1",
        "SM_STUDIO_LOCAL_MODE": "true",  # or it asks the name server for its hosts, for minutes
        "PIP_TARGET": str(base.parent / "installed"),
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    }
    return subprocess.run(
        [str(PYTHON), *command], env=variables, capture_output=True, text=True, check=False
    )


def contents(base: Path) -> dict[str, str]:
    """All that is in a job's folder in the end; what pip leaves of its work does not count."""
    files = [path for path in base.rglob("*") if path.is_file()]
    kept = [path for path in files if not re.search(r"__pycache__|output/success", str(path))]
    return {
        str(path.relative_to(base)): path.read_text().replace(str(base), "/opt/ml") for path in kept
    }


def both(folder: Path, program: str, parameters: dict[str, str], **files: str) -> tuple[Any, Any]:
    named = {name.replace("__", "."): text for name, text in files.items()}
    theirs = a_job(folder / "theirs" / "ml", program, parameters, named)
    ours = a_job(folder / "ours" / "ml", program, parameters, named)

    done = run(theirs, "-m", "sagemaker_training.cli.train")
    assert done.returncode == 0, done.stdout + done.stderr
    done = run(ours, "-I", "-S", runner.__file__)
    assert done.returncode == 0, done.stdout + done.stderr

    return contents(theirs), contents(ours)


PARAMETERS = {
    "epochs": "3",
    "lr": "1e-3",
    "name": '"iris"',
    "raw": "abc def",
    "quoted": 'it\'s $(not) run; "really"',
    "flag": "true",
    "none": "null",
    "list": "[1, 2]",
    "map": '{"b": 2, "a": [1]}',
    "x": "1",
    "with-dash": "2",
    "sagemaker_container_log_level": "20",
    "sagemaker_region": '"eu-west-1"',
    "_tuning_objective_metric": '"loss"',
    "ünï": '"é"',
}


@pytest.mark.parametrize("parameters", [PARAMETERS, {}], ids=["many", "none"])
def test_a_script_sees_the_same(tmp_path: Path, parameters: dict[str, str]) -> None:
    theirs, ours = both(
        tmp_path, "train.py", parameters, train__py=REPORT, beside__py="said = 'yes'"
    )

    assert json.loads(ours.pop("model/report.json")) == json.loads(theirs.pop("model/report.json"))
    assert ours == theirs


def test_a_shell_script_sees_the_same(tmp_path: Path) -> None:
    theirs, ours = both(tmp_path, "train.sh", PARAMETERS, train__sh=SHELL)

    assert ours == theirs


def test_a_package_sees_the_same(tmp_path: Path) -> None:
    files = {name.replace(".", "__"): text for name, text in PACKAGE.items()}

    theirs, ours = both(
        tmp_path, "train.py", PARAMETERS, train__py=REPORT, beside__py="said = 'yes'", **files
    )

    assert json.loads(ours["model/report.json"]) == json.loads(theirs["model/report.json"])


@pytest.mark.parametrize(
    ("script", "code"),
    [("raise ValueError('no rows')", 1), ("import sys\nsys.exit(3)", 3)],
)
def test_a_failure_is_worded_the_same(tmp_path: Path, script: str, code: int) -> None:
    files = {"train.py": script}
    theirs = a_job(tmp_path / "theirs" / "ml", "train.py", {"epochs": "3"}, files)
    ours = a_job(tmp_path / "ours" / "ml", "train.py", {"epochs": "3"}, files)

    run(theirs, "-c", WRAPPED)
    done = run(ours, "-I", "-S", runner.__file__)

    assert done.returncode == code
    said = re.sub(r'Command ".*python(3\S*)?" ?(-- )?', "", (theirs / "output/failure").read_text())
    error = done.stderr.strip().splitlines()
    worded = str(script_failure(error[-1] if error else "", "python train.py --epochs 3", code))
    assert parts(said) == parts(worded)


def parts(failure: str) -> tuple[str, str, str, str]:
    """The kind, the code, the last line of the error and the arguments that a failure names."""
    found = re.search(
        r'^(\w+):\nExitCode (\d+)\nErrorMessage "(.*)"\n.*(train\.py.*?)"', failure, re.DOTALL
    )
    assert found is not None, failure
    lines = found[3].strip().splitlines()
    return found[1], found[2], lines[-1].strip() if lines else "", found[4]
