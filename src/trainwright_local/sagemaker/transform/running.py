"""A transform job, from its model's first ping to its last object."""

import asyncio
from collections.abc import Sequence

from trainwright_local.sagemaker.jobs.failures import AlgorithmError, ClientError
from trainwright_local.sagemaker.jobs.log_stream import LogStream
from trainwright_local.sagemaker.jobs.running import Run, Work
from trainwright_local.sagemaker.models.containers import Container
from trainwright_local.sagemaker.store import Record
from trainwright_local.sagemaker.transform.data_log import DataLog
from trainwright_local.sagemaker.transform.invocations import (
    DEFAULT_RETRIES,
    DEFAULT_SECONDS,
    InvocationError,
    Invocations,
    execution_parameters,
)
from trainwright_local.sagemaker.transform.limits import Limits
from trainwright_local.sagemaker.transform.objects import InputObject, objects_of
from trainwright_local.sagemaker.transform.serving import Serving, instance_stream, serving
from trainwright_local.sagemaker.transform.transforming import Transformation

SEE_LOGS = "See job logs for more information"


def transform_with(containers: Sequence[Container]) -> Work:
    """Return the work of a job whose model has *containers*."""

    def work(run: Run) -> None:
        stream = instance_stream()
        name = f"{run.name}/{stream}/data-log"
        with (
            DataLog(LogStream(run.role.logs, run.kind.log_group, name)) as log,
            serving(run, containers, stream) as served,
        ):
            if served is not None and run.enter("Transforming"):
                objects = objects_of(run.job, run.role)
                asyncio.run(_transform(run, objects, served, log))

    return work


async def _transform(run: Run, objects: list[InputObject], served: Serving, log: DataLog) -> None:
    job = run.job
    limits = Limits.of(job, await execution_parameters(served.host))
    log.say(str(limits))
    client = job.get("ModelClientConfig", {})
    invocations = Invocations(
        served.host,
        _headers(job),
        served.ending,
        client.get("InvocationsTimeoutInSeconds", DEFAULT_SECONDS),
        client.get("InvocationsMaxRetries", DEFAULT_RETRIES),
    )
    transformation = Transformation(job, run.role, limits, invocations, log, run.folder / "data")
    await transformation.all(objects)
    failures = transformation.failures
    if any(not isinstance(failure, InvocationError) or failure.by_data for failure in failures):
        raise ClientError(SEE_LOGS)
    if failures:
        raise AlgorithmError(SEE_LOGS)


def _headers(job: Record) -> dict[str, str]:
    named = {
        "Content-Type": job["TransformInput"].get("ContentType"),
        "Accept": job["TransformOutput"].get("Accept"),
    }
    return {name: value for name, value in named.items() if value}
