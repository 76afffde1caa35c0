"""The process of a training script: its command, its variables, its end."""

import shlex
from pathlib import Path

from trainwright_local.sagemaker.jobs.failures import (
    LONGEST_REASON,
    AlgorithmError,
    signal_of,
)
from trainwright_local.sagemaker.jobs.instances import Command, Ended
from trainwright_local.sagemaker.jobs.interpreter import variables
from trainwright_local.sagemaker.jobs.output import Consumer
from trainwright_local.sagemaker.jobs.running import Run
from trainwright_local.sagemaker.jobs.sandbox import OPT_ML
from trainwright_local.sagemaker.runner import TrainingEnvironment
from trainwright_local.sagemaker.training.inputs import PROGRAM, SUBMIT_DIRECTORY, parameter
from trainwright_local.sagemaker.training.opt_ml import OptMl

RUNNER = Path(__file__).parents[1] / "runner.py"


def command(run: Run, opt_ml: OptMl, python: Path, observe: Consumer) -> Command:
    """Return what starts the script; the runner makes SM_* and arguments in its interpreter."""
    # Isolated, and without site packages: the runner starts faster and sees nothing of the source.
    argv = [str(python), "-I", "-S", str(RUNNER)]
    env = variables(run, python, opt_ml.home, _platform_variables(run, opt_ml))
    return Command(opt_ml.host, argv, env, opt_ml.code, (observe,), opt_ml.sandbox)


def failure_of(ended: Ended, opt_ml: OptMl) -> AlgorithmError:
    """Say why the script failed: in its own words if it left some."""
    if opt_ml.failure.is_file():
        text = opt_ml.failure.read_text(encoding="utf-8", errors="replace")
        return AlgorithmError(f"{text}, exit code: {ended.code}")
    argv = TrainingEnvironment(str(opt_ml.root)).command()
    # The folder is gone when somebody reads this; its name on AWS says more, and is shorter.
    error = ended.tail.error().replace(str(opt_ml.root), OPT_ML)
    shown = shlex.join(["python", *argv[1:]])
    return script_failure(error or signal_of(ended.code), shown, ended.code)


def script_failure(error: str, command: str, code: int) -> AlgorithmError:
    """Return the failure of a script, as AWS's training toolkit words it."""
    limit = LONGEST_REASON - 150 - min(len(command), 200)
    shown = error if len(error) <= limit else "..." + error[3 - limit :]
    return AlgorithmError(
        f'ExecuteUserScriptError:\nExitCode {code}\nErrorMessage "{shown}"\n'
        f'Command "{command[:200]}", exit code: {code}'
    )


def _platform_variables(run: Run, opt_ml: OptMl) -> dict[str, str]:
    return {
        "TRAINING_JOB_NAME": run.job["TrainingJobName"],
        "TRAINING_JOB_ARN": run.job["TrainingJobArn"],
        "CURRENT_HOST": opt_ml.host,
        "SAGEMAKER_REGION": run.role.region,
        "SAGEMAKER_JOB_NAME": parameter(run.job, "sagemaker_job_name"),
        PROGRAM.upper(): parameter(run.job, PROGRAM),
        SUBMIT_DIRECTORY.upper(): parameter(run.job, SUBMIT_DIRECTORY),
        "SAGEMAKER_BASE_DIR": opt_ml.sandbox.base,
    }
