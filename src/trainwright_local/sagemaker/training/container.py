"""An image that nobody emulates, run by the machine's container engine as SageMaker runs it.

What the folder of the job holds is at `/opt/ml` in the container, and the argument is `train`. See
https://docs.aws.amazon.com/sagemaker/latest/dg/your-algorithms-training-algo-dockerfile.html
"""

import hashlib
import time
from collections.abc import Sequence
from pathlib import Path

from trainwright_local.sagemaker.engine import Container, Engine, EngineError, engine
from trainwright_local.sagemaker.jobs.failures import (
    AlgorithmError,
    ClientError,
    InternalServerError,
    signal_of,
)
from trainwright_local.sagemaker.jobs.instances import Command, Ended
from trainwright_local.sagemaker.jobs.output import Consumer
from trainwright_local.sagemaker.jobs.running import Run
from trainwright_local.sagemaker.jobs.sandbox import OPT_ML
from trainwright_local.sagemaker.parts import Service, part
from trainwright_local.sagemaker.training.entrypoint import failure_in_own_words, last_words
from trainwright_local.sagemaker.training.opt_ml import OptMl
from trainwright_local.sagemaker.training.variables import container_variables

DEFAULT_COMMAND = ["train"]
LONGEST_NAME = 100


class ContainerProgram:
    """Runs the image on every instance, a container each."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._engine = _present_engine()
        self._owner = run.context.part(Containers).owner()
        self._names: list[str] = []
        image = run.job["AlgorithmSpecification"]["TrainingImage"]
        try:
            if not self._engine.has(image):
                self._engine.pull(image)
        except EngineError as error:
            raise ClientError(
                "Cannot pull algorithm container. Either the image does not exist or its "
                f"permissions are incorrect. ({error})"
            ) from error

    def command(self, opt_ml: OptMl, observe: Consumer) -> Command:
        """Return what starts the container."""
        job = self._run.job
        specification = job["AlgorithmSpecification"]
        container = Container(
            name=f"{self._owner}-{opt_ml.host}-{time.time_ns()}-{job['TrainingJobName']}"[
                :LONGEST_NAME
            ],
            image=specification["TrainingImage"],
            owner=self._owner,
            volumes={opt_ml.root: OPT_ML},
            env=container_variables(self._run, opt_ml),
            entrypoint=specification.get("ContainerEntrypoint", []),
            arguments=specification.get("ContainerArguments", _arguments(specification)),
            isolated=job["EnableNetworkIsolation"],
        )
        self._names.append(container.name)
        return Command(
            opt_ml.host,
            self._engine.command(container),
            self._engine.variables(container),
            opt_ml.root,
            (observe,),
            volume=opt_ml.volume(job),
        )

    def failure_of(self, ended: Ended, opt_ml: OptMl) -> AlgorithmError:
        """Say why the container failed."""
        return failure_in_own_words(ended, opt_ml) or AlgorithmError(
            f"{last_words(ended, opt_ml) or signal_of(ended.code)}, exit code: {ended.code}"
        )

    def close(self) -> None:
        """Remove what an engine with a server of its own may have kept running."""
        for name in self._names:
            self._engine.remove(name)


@part
class Containers:
    """The containers of this cloud, of which none outlives it."""

    def __init__(self, service: Service) -> None:
        self._mark: Path = service.config.state_dir / "containers"

    def owner(self) -> str:
        """Return the name of this cloud as an owner of containers, which it becomes now."""
        self._mark.touch()
        return self._name()

    def start(self) -> None:
        """Remove what an earlier life of the cloud has left running."""
        if self._mark.exists() and (present := engine()):
            present.remove_all_of(self._name())

    def close(self) -> None:
        """Do nothing: each job removes its own."""

    def _name(self) -> str:
        return "cloud-" + hashlib.sha256(str(self._mark.resolve()).encode()).hexdigest()[:12]


def _arguments(specification: dict[str, Sequence[str]]) -> Sequence[str]:
    """Return `train`, unless the request has a command of its own."""
    return [] if "ContainerEntrypoint" in specification else DEFAULT_COMMAND


def _present_engine() -> Engine:
    present = engine()
    if present is None:
        raise InternalServerError("The container engine, which was there before, does not answer.")
    return present
