"""What a training job runs: a script of its own, or a command of its own, in a framework image."""

from collections.abc import Sequence
from typing import Protocol

from trainwright_local.sagemaker.jobs.failures import AlgorithmError
from trainwright_local.sagemaker.jobs.instances import Command, Ended
from trainwright_local.sagemaker.jobs.output import Consumer
from trainwright_local.sagemaker.jobs.running import Run
from trainwright_local.sagemaker.training.entrypoint import Entrypoint
from trainwright_local.sagemaker.training.opt_ml import OptMl
from trainwright_local.sagemaker.training.script import Script


class Program(Protocol):
    """One way of running a job, made ready."""

    def command(self, opt_ml: OptMl, observe: Consumer) -> Command:
        """Return what runs on an instance; *observe* is told its lines."""

    def failure_of(self, ended: Ended, opt_ml: OptMl) -> AlgorithmError:
        """Say why it failed there."""


def program_of(run: Run, hosts: Sequence[OptMl]) -> Program:
    """Make ready what *run* is to run on *hosts*."""
    if run.job["AlgorithmSpecification"].get("ContainerEntrypoint"):
        return Entrypoint(run)
    return Script(run, hosts)
