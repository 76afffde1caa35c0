"""Script mode: the source of the request, run as AWS's training toolkit runs it."""

import shlex
from collections.abc import Sequence
from pathlib import Path

from trainwright_local.sagemaker.jobs.failures import LONGEST_REASON, AlgorithmError, signal_of
from trainwright_local.sagemaker.jobs.instances import Command, Ended
from trainwright_local.sagemaker.jobs.interpreter import interpreter
from trainwright_local.sagemaker.jobs.output import Consumer
from trainwright_local.sagemaker.jobs.running import Run
from trainwright_local.sagemaker.runner import TrainingEnvironment
from trainwright_local.sagemaker.training.entrypoint import failure_in_own_words, last_words
from trainwright_local.sagemaker.training.inputs import (
    PROGRAM,
    SUBMIT_DIRECTORY,
    fetch_source,
    parameter,
)
from trainwright_local.sagemaker.training.opt_ml import OptMl
from trainwright_local.sagemaker.training.variables import training_variables

RUNNER = Path(__file__).parents[1] / "runner.py"


class Script:
    """Runs a file of the source, in an environment that has what the source requires."""

    def __init__(self, run: Run, hosts: Sequence[OptMl]) -> None:
        self._run = run
        fetch_source(run, hosts)
        image, code = run.job["AlgorithmSpecification"]["TrainingImage"], hosts[0].code
        is_package = (code / "setup.py").is_file() and not parameter(run.job, PROGRAM).endswith(
            ".sh"
        )
        self._python = interpreter(
            run, image, code / "requirements.txt", code if is_package else None
        )

    def command(self, opt_ml: OptMl, observe: Consumer) -> Command:
        """Return what starts the script; the runner makes SM_* and arguments in its interpreter."""
        job = self._run.job
        env = training_variables(self._run, opt_ml, self._python) | {
            PROGRAM.upper(): parameter(job, PROGRAM),
            SUBMIT_DIRECTORY.upper(): parameter(job, SUBMIT_DIRECTORY),
        }
        # Isolated, without site packages: the runner starts faster, and sees none of the source.
        argv = [str(self._python), "-I", "-S", str(RUNNER)]
        sandbox, volume = opt_ml.sandbox(job), opt_ml.volume(job)
        return Command(opt_ml.host, argv, env, opt_ml.code, (observe,), sandbox, volume)

    def failure_of(self, ended: Ended, opt_ml: OptMl) -> AlgorithmError:
        """Say why the script failed: in its own words if it left some."""
        shown = shlex.join(["python", *TrainingEnvironment(str(opt_ml.root)).command()[1:]])
        error = last_words(ended, opt_ml) or signal_of(ended.code)
        return failure_in_own_words(ended, opt_ml) or script_failure(error, shown, ended.code)

    def close(self) -> None:
        """Do nothing: what it runs ends with its processes."""


def script_failure(error: str, command: str, code: int) -> AlgorithmError:
    """Return the failure of a script, as AWS's training toolkit words it."""
    limit = LONGEST_REASON - 150 - min(len(command), 200)
    shown = error if len(error) <= limit else "..." + error[3 - limit :]
    return AlgorithmError(
        f'ExecuteUserScriptError:\nExitCode {code}\nErrorMessage "{shown}"\n'
        f'Command "{command[:200]}", exit code: {code}'
    )
