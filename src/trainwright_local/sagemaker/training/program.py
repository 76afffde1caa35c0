"""What a training job runs: a script or a command in a framework image, or an own image."""

from collections.abc import Sequence
from typing import Protocol

from trainwright_local.sagemaker.containers.pushed import scripts_image
from trainwright_local.sagemaker.images import is_emulated
from trainwright_local.sagemaker.jobs.failures import AlgorithmError
from trainwright_local.sagemaker.jobs.instances import Command, Ended
from trainwright_local.sagemaker.jobs.output import Consumer
from trainwright_local.sagemaker.jobs.running import Run
from trainwright_local.sagemaker.training.container import ContainerProgram
from trainwright_local.sagemaker.training.entrypoint import Entrypoint
from trainwright_local.sagemaker.training.image_scripts import ImageScripts
from trainwright_local.sagemaker.training.opt_ml import OptMl
from trainwright_local.sagemaker.training.script import Script


class Program(Protocol):
    """One way of running a job, made ready."""

    def command(self, opt_ml: OptMl, observe: Consumer) -> Command:
        """Return what runs on an instance; *observe* is told its lines."""

    def failure_of(self, ended: Ended, opt_ml: OptMl) -> AlgorithmError:
        """Say why it failed there."""

    def close(self) -> None:
        """End what may still run."""


def program_of(run: Run, hosts: Sequence[OptMl]) -> Program:
    """Make ready what *run* is to run on *hosts*."""
    specification = run.job["AlgorithmSpecification"]
    image = specification["TrainingImage"]
    if not is_emulated(image):
        scripts = scripts_image(image, run.context.config)
        return ImageScripts(run, scripts) if scripts else ContainerProgram(run)
    if specification.get("ContainerEntrypoint"):
        return Entrypoint(run)
    return Script(run, hosts)
