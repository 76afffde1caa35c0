"""What a processing job runs: a command in a framework image, or an image of its own."""

from pathlib import Path
from typing import Protocol

from trainwright_local.sagemaker.containers.engine import Launch
from trainwright_local.sagemaker.images import is_emulated
from trainwright_local.sagemaker.jobs.containers import JobContainers
from trainwright_local.sagemaker.jobs.entrypoint import entry_words, named_here
from trainwright_local.sagemaker.jobs.instances import Command
from trainwright_local.sagemaker.jobs.interpreter import interpreter, variables
from trainwright_local.sagemaker.jobs.running import Run
from trainwright_local.sagemaker.jobs.sandbox import OPT_ML
from trainwright_local.sagemaker.overlay import overlay, overlay_variables
from trainwright_local.sagemaker.processing.admission import is_isolated
from trainwright_local.sagemaker.processing.opt_ml import OptMl


class Program(Protocol):
    """One way of running a job, made ready."""

    def command(self, opt_ml: OptMl) -> Command:
        """Return what runs on an instance."""

    def close(self) -> None:
        """End what may still run."""


def program_of(run: Run) -> Program:
    """Make ready what *run* is to run."""
    image = run.job["AppSpecification"]["ImageUri"]
    if is_emulated(image):
        return Entrypoint(run, interpreter(run, image))
    return Image(run)


class Entrypoint:
    """Runs the words of the request with an environment of each instance's on *python*'s."""

    def __init__(self, run: Run, python: Path) -> None:
        self._run = run
        self._python = python

    def command(self, opt_ml: OptMl) -> Command:
        """Return what runs them."""
        job, sandbox = self._run.job, opt_ml.sandbox
        base = sandbox.base
        own = overlay(self._python, opt_ml.folder / "venv")
        env = variables(self._run, self._python, opt_ml.folder / "home", {})
        env = overlay_variables(own, env)
        if is_isolated(job):
            # As on AWS: credentials are of no use without a network.
            env = {key: env[key] for key in env.keys() - self._run.role.variables().keys()}
        given = {key: named_here(env[key], base) for key in env.keys() & job.get("Environment", {})}
        return Command(
            opt_ml.host,
            entry_words(job["AppSpecification"], own, base),
            {**env, **given},
            opt_ml.root / "processing",
            sandbox=sandbox,
            volume=opt_ml.volume,
        )

    def close(self) -> None:
        """Do nothing: what it runs ends with its processes."""


class Image:
    """Runs the image on every instance, a container each.

    https://docs.aws.amazon.com/sagemaker/latest/dg/build-your-own-processing-container.html
    """

    def __init__(self, run: Run) -> None:
        self._run = run
        self._specification = run.job["AppSpecification"]
        self._containers = JobContainers(run, self._specification["ImageUri"])

    def command(self, opt_ml: OptMl) -> Command:
        """Return what starts the container."""
        job = self._run.job
        role = {} if is_isolated(job) else self._run.role.variables()
        launch = Launch(
            image=self._specification["ImageUri"],
            volumes={opt_ml.root: OPT_ML},
            env=job.get("Environment", {}) | role,
            entrypoint=self._specification.get("ContainerEntrypoint", []),
            arguments=self._specification.get("ContainerArguments", []),
            host=opt_ml.host,
            fellows=opt_ml.hosts,
            isolated=is_isolated(job),
        )
        return self._containers.command(launch, opt_ml.volume)

    def close(self) -> None:
        """Remove the containers."""
        self._containers.close()
