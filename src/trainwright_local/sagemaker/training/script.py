"""The process of a training script: its interpreter, its variables, its end."""

import shlex
import signal
from pathlib import Path

from trainwright_local.sagemaker.api.operations import Context
from trainwright_local.sagemaker.environments import (
    EnvironmentBuildError,
    IndexUnreachableError,
    environment_for,
)
from trainwright_local.sagemaker.processes import OnLine, Process, spawn
from trainwright_local.sagemaker.roles import Role
from trainwright_local.sagemaker.runner import TrainingEnvironment
from trainwright_local.sagemaker.store import Record
from trainwright_local.sagemaker.training.failures import (
    AlgorithmError,
    InternalServerError,
    script_failure,
)
from trainwright_local.sagemaker.training.inputs import PROGRAM, SUBMIT_DIRECTORY, parameter
from trainwright_local.sagemaker.training.opt_ml import HOST, OptMl
from trainwright_local.sagemaker.training.output import Tail
from trainwright_local.sagemaker.variables import base_variables

SIGNALLED = 128
"""An exit code is this and the signal's number, as in a shell."""
RUNNER = Path(__file__).parents[1] / "runner.py"


def interpreter(job: Record, context: Context, opt_ml: OptMl) -> Path:
    """Return the Python that has what the image and the source's requirements.txt ask for."""
    requirements = opt_ml.code / "requirements.txt"
    image = job["AlgorithmSpecification"]["TrainingImage"]
    try:
        return environment_for(
            image, requirements if requirements.is_file() else None, context.config
        ).python
    except IndexUnreachableError as error:
        raise InternalServerError(str(error)) from error
    except EnvironmentBuildError as error:
        raise AlgorithmError(f"InstallRequirementsError: {error}") from error


def start(job: Record, role: Role, opt_ml: OptMl, python: Path, on_line: OnLine) -> Process:
    """Start the script; the runner makes the SM_* variables and arguments in its interpreter."""
    home = opt_ml.root.parent / "home"
    home.mkdir()
    variables = {
        **base_variables(python, home),
        **job.get("Environment", {}),
        **role.variables(),
        **_platform_variables(job, role),
        "SAGEMAKER_BASE_DIR": str(opt_ml.root),
    }
    # Isolated, and without site packages: the runner starts faster and sees nothing of the source.
    argv = [str(python), "-I", "-S", str(RUNNER)]
    return spawn(argv, env=variables, cwd=opt_ml.code, on_line=on_line)


def failure_of(code: int, opt_ml: OptMl, tail: Tail) -> AlgorithmError:
    """Say why the script ended with *code*: in its own words if it left some."""
    if opt_ml.failure.is_file():
        text = opt_ml.failure.read_text(encoding="utf-8", errors="replace")
        return AlgorithmError(f"{text}, exit code: {code}")
    command = TrainingEnvironment(str(opt_ml.root)).command()
    # The folder is gone when somebody reads this; its name on AWS says more, and is shorter.
    error = tail.error().replace(str(opt_ml.root), "/opt/ml")
    return script_failure(error or _signal_of(code), shlex.join(["python", *command[1:]]), code)


def _signal_of(code: int) -> str:
    """Name the signal that an exit code stands for, since it leaves no words of its own."""
    number = code - SIGNALLED
    return f"killed by {signal.Signals(number).name}" if number in set(signal.Signals) else ""


def _platform_variables(job: Record, role: Role) -> dict[str, str]:
    return {
        "TRAINING_JOB_NAME": job["TrainingJobName"],
        "TRAINING_JOB_ARN": job["TrainingJobArn"],
        "CURRENT_HOST": HOST,
        "SAGEMAKER_REGION": role.region,
        "SAGEMAKER_JOB_NAME": parameter(job, "sagemaker_job_name"),
        PROGRAM.upper(): parameter(job, PROGRAM),
        SUBMIT_DIRECTORY.upper(): parameter(job, SUBMIT_DIRECTORY),
    }
