"""A command of the job's own instead of the image's: ContainerEntrypoint and ContainerArguments.

https://docs.aws.amazon.com/sagemaker/latest/dg/your-algorithms-training-algo-dockerfile.html
"""

from trainwright_local.sagemaker.jobs.entrypoint import entry_words
from trainwright_local.sagemaker.jobs.failures import AlgorithmError, signal_of
from trainwright_local.sagemaker.jobs.instances import Command, Ended
from trainwright_local.sagemaker.jobs.interpreter import interpreter
from trainwright_local.sagemaker.jobs.output import Consumer
from trainwright_local.sagemaker.jobs.running import Run
from trainwright_local.sagemaker.jobs.sandbox import OPT_ML
from trainwright_local.sagemaker.overlay import overlay, overlay_variables
from trainwright_local.sagemaker.training.opt_ml import OptMl
from trainwright_local.sagemaker.training.variables import training_variables


class Entrypoint:
    """Runs the words of the request in the image's environment, on top of which pip may install."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._python = interpreter(run, run.job["AlgorithmSpecification"]["TrainingImage"])

    def command(self, opt_ml: OptMl, observe: Consumer) -> Command:
        """Return what starts the command."""
        job = self._run.job
        own = overlay(self._python, opt_ml.home.with_name("venv"))
        env = overlay_variables(own, training_variables(self._run, opt_ml, self._python))
        sandbox, volume = opt_ml.sandbox(job), opt_ml.volume(job)
        argv = entry_words(job["AlgorithmSpecification"], own, sandbox.base)
        return Command(opt_ml.host, argv, env, opt_ml.code, (observe,), sandbox, volume)

    def failure_of(self, ended: Ended, opt_ml: OptMl) -> AlgorithmError:
        """Say why the command failed."""
        return failure_in_own_words(ended, opt_ml) or AlgorithmError(
            f"{last_words(ended, opt_ml) or signal_of(ended.code)}, exit code: {ended.code}"
        )

    def close(self) -> None:
        """Do nothing: what it runs ends with its processes."""


def failure_in_own_words(ended: Ended, opt_ml: OptMl) -> AlgorithmError | None:
    """Return what was left in `/opt/ml/output/failure`, if anything was."""
    if not opt_ml.failure.is_file():
        return None
    text = opt_ml.failure.read_text(encoding="utf-8", errors="replace")
    return AlgorithmError(f"{text}, exit code: {ended.code}")


def last_words(ended: Ended, opt_ml: OptMl) -> str:
    """Return the error at the end of the log, with the names that AWS has for files."""
    # The folder is gone when somebody reads this; its name on AWS says more, and is shorter.
    return ended.tail.error().replace(str(opt_ml.root), OPT_ML)
