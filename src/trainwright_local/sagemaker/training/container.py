"""An image that nobody emulates, run by the machine's container engine as SageMaker runs it.

What the folder of the job holds is at `/opt/ml` in the container, and the argument is `train`. See
https://docs.aws.amazon.com/sagemaker/latest/dg/your-algorithms-training-algo-dockerfile.html
"""

from collections.abc import Sequence

from trainwright_local.sagemaker.containers.engine import Launch
from trainwright_local.sagemaker.jobs.containers import JobContainers
from trainwright_local.sagemaker.jobs.failures import AlgorithmError, signal_of
from trainwright_local.sagemaker.jobs.instances import Command, Ended
from trainwright_local.sagemaker.jobs.output import Consumer
from trainwright_local.sagemaker.jobs.running import Run
from trainwright_local.sagemaker.jobs.sandbox import OPT_ML
from trainwright_local.sagemaker.training.entrypoint import failure_in_own_words, last_words
from trainwright_local.sagemaker.training.opt_ml import OptMl
from trainwright_local.sagemaker.training.variables import container_variables

DEFAULT_COMMAND = ["train"]


class ContainerProgram:
    """Runs the image on every instance, a container each."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._image = run.job["AlgorithmSpecification"]["TrainingImage"]
        self._containers = JobContainers(run, self._image)

    def command(self, opt_ml: OptMl, observe: Consumer) -> Command:
        """Return what starts the container."""
        job = self._run.job
        specification = job["AlgorithmSpecification"]
        launch = Launch(
            image=self._containers.image,
            volumes={opt_ml.root: OPT_ML},
            env=container_variables(self._run, opt_ml),
            entrypoint=specification.get("ContainerEntrypoint", []),
            arguments=specification.get("ContainerArguments", _arguments(specification)),
            host=opt_ml.host,
            fellows=opt_ml.hosts,
            isolated=job["EnableNetworkIsolation"],
        )
        return self._containers.command(launch, opt_ml.volume(job), observe)

    def failure_of(self, ended: Ended, opt_ml: OptMl) -> AlgorithmError:
        """Say why the container failed."""
        return failure_in_own_words(ended, opt_ml) or AlgorithmError(
            f"{last_words(ended, opt_ml) or signal_of(ended.code)}, exit code: {ended.code}"
        )

    def close(self) -> None:
        """Remove the containers."""
        self._containers.close()


def _arguments(specification: dict[str, Sequence[str]]) -> Sequence[str]:
    """Return `train`, unless the request has a command of its own."""
    return [] if "ContainerEntrypoint" in specification else DEFAULT_COMMAND
