"""The stages of a processing job."""

from collections.abc import Sequence

from trainwright_local.sagemaker.jobs.failures import AlgorithmError, ClientError
from trainwright_local.sagemaker.jobs.instances import host_names
from trainwright_local.sagemaker.jobs.interpreter import interpreter
from trainwright_local.sagemaker.jobs.running import Run
from trainwright_local.sagemaker.processing.container import Container
from trainwright_local.sagemaker.processing.outputs import followed, upload_outputs
from trainwright_local.sagemaker.processing.records import PROCESSING

LONGEST_MESSAGE = 1024


def process(run: Run) -> None:
    """Do a processing job, from its inputs to its outputs in S3."""
    cluster = run.job["ProcessingResources"]["ClusterConfig"]
    hosts = host_names(cluster["InstanceCount"])
    containers = [Container(run, hosts, number) for number in range(len(hosts))]
    python = interpreter(run, run.job["AppSpecification"]["ImageUri"])
    if not run.enter("Downloading"):
        return
    for container in containers:
        container.lay_out()
    if not run.enter("Processing"):
        return
    with followed(run, containers):
        failed = run.execute([container.command(python) for container in containers])
        _keep_message(run, containers)
    if failed:
        raise AlgorithmError(f", exit code: {failed.code}")
    if run.enter("Uploading"):
        upload_outputs(run, containers)


def _keep_message(run: Run, containers: Sequence[Container]) -> None:
    """Keep what the containers have to say at their end, in the order of their names.

    https://docs.aws.amazon.com/sagemaker/latest/dg/byoc-metadata.html
    """
    said = b"".join(c.message.read_bytes() for c in containers if c.message.is_file())
    try:
        said.decode()
    except UnicodeDecodeError as error:
        raise ClientError(f"/opt/ml/output/message is not encoded in UTF-8: {error}") from error
    message = said[:LONGEST_MESSAGE].decode(errors="ignore")
    if message:
        PROCESSING.change(run.context, run.name, lambda job: job.update(ExitMessage=message))
