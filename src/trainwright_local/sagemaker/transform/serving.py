"""The model of a job, served for as long as the job takes."""

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from uuid import uuid4

from trainwright_local.sagemaker.endpoints.errors import DeploymentError, UnhealthyError
from trainwright_local.sagemaker.endpoints.hosts import ContainerHost, Host, Pipeline
from trainwright_local.sagemaker.endpoints.sites import Site
from trainwright_local.sagemaker.environments import EnvironmentBuildError
from trainwright_local.sagemaker.jobs.failures import AlgorithmError, ClientError
from trainwright_local.sagemaker.jobs.log_stream import LogStream
from trainwright_local.sagemaker.jobs.output import LineBatches
from trainwright_local.sagemaker.jobs.running import Run
from trainwright_local.sagemaker.models.containers import Container
from trainwright_local.sagemaker.transform.limits import variables

PATIENCE_SECONDS = 240
MOMENT_SECONDS = 1.0


class Serving:
    """A model's host as something that ends with its job."""

    def __init__(self, host: Host) -> None:
        self.host = host
        self.ending = threading.Event()

    def terminate(self, grace: float) -> None:
        """End it; what it might still answer would not be stored, so that it has a moment only."""
        self.ending.set()
        self.host.stop(min(grace, MOMENT_SECONDS))

    def kill(self) -> None:
        """End it at once."""
        self.terminate(0)


@contextmanager
def serving(run: Run, containers: Sequence[Container], stream: str) -> Iterator[Serving | None]:
    """Serve *containers*, and log into *stream*; None if the job is being stopped already."""
    with ExitStack() as stack:
        several = len(containers) > 1
        hosts: list[tuple[str, Host]] = []
        for container in containers:
            name = f"{run.name}/{container.name}/{stream}" if several else f"{run.name}/{stream}"
            lines = LineBatches(LogStream(run.role.logs, run.kind.log_group, name).send)
            stack.callback(lines.close)
            told = replace(container, environment=container.environment | variables(run.job))
            what = f"{run.name}-{container.name}"
            site = Site(told, run.folder / container.name, run.context, what)
            hosts.append((container.name, ContainerHost(site, lines.write)))
        served = Serving(Pipeline(hosts) if several else hosts[0][1])
        stack.callback(served.kill)
        yield served if run.begin_unless_stopped(lambda: served) and _start(served) else None


def instance_stream() -> str:
    """Return how the log calls the instance of a job: its id, and when it was started."""
    return f"i-{uuid4().hex[:17]}-{round(time.time() * 1000)}"


def _start(served: Serving) -> bool:
    """Wait until it is healthy; whether the job goes on."""
    try:
        served.host.start(PATIENCE_SECONDS)
    except UnhealthyError as error:
        if served.ending.is_set():
            return False
        raise AlgorithmError(
            f"The container {error} did not pass the ping health check. See job logs for more "
            "information"
        ) from error
    except DeploymentError as error:
        of_code = isinstance(error.__cause__, EnvironmentBuildError)
        raise (AlgorithmError if of_code else ClientError)(str(error)) from error
    return True
