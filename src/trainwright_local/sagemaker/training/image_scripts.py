"""The program `train` of an image of scripts, run as a process."""

from trainwright_local.sagemaker.containers.pushed import ScriptsImage
from trainwright_local.sagemaker.jobs.failures import AlgorithmError, signal_of
from trainwright_local.sagemaker.jobs.instances import Command, Ended
from trainwright_local.sagemaker.jobs.interpreter import interpreter
from trainwright_local.sagemaker.jobs.output import Consumer
from trainwright_local.sagemaker.jobs.running import Run
from trainwright_local.sagemaker.training.entrypoint import failure_in_own_words, last_words
from trainwright_local.sagemaker.training.opt_ml import OptMl
from trainwright_local.sagemaker.training.variables import training_variables


class ImageScripts:
    """Runs what the engine would run, in an environment that meets the image's requirements."""

    def __init__(self, run: Run, image: ScriptsImage) -> None:
        self._run = run
        self._image = image
        self._python = interpreter(run, image.image, image.requirements)

    def command(self, opt_ml: OptMl, observe: Consumer) -> Command:
        """Return what starts the program."""
        job = self._run.job
        specification = job["AlgorithmSpecification"]
        env = training_variables(self._run, opt_ml, self._python)
        program = [str(self._python), str(self._image.program("train"))]
        argv = [
            *specification.get("ContainerEntrypoint", program),
            *specification.get("ContainerArguments", []),
        ]
        sandbox, volume = opt_ml.sandbox(job), opt_ml.volume(job)
        return Command(opt_ml.host, argv, env, opt_ml.code, (observe,), sandbox, volume)

    def failure_of(self, ended: Ended, opt_ml: OptMl) -> AlgorithmError:
        """Say why it failed."""
        return failure_in_own_words(ended, opt_ml) or AlgorithmError(
            f"{last_words(ended, opt_ml) or signal_of(ended.code)}, exit code: {ended.code}"
        )

    def close(self) -> None:
        """Do nothing: what it runs ends with its processes."""
