"""The stages of a processing job."""

from collections.abc import Sequence
from contextlib import closing

from trainwright_local.sagemaker.jobs.failures import AlgorithmError, ClientError
from trainwright_local.sagemaker.jobs.instances import host_names
from trainwright_local.sagemaker.jobs.running import Run
from trainwright_local.sagemaker.processing.opt_ml import OptMl
from trainwright_local.sagemaker.processing.outputs import followed, upload_outputs
from trainwright_local.sagemaker.processing.program import program_of
from trainwright_local.sagemaker.processing.records import PROCESSING

LONGEST_MESSAGE = 1024


def process(run: Run) -> None:
    """Do a processing job, from its inputs to its outputs in S3."""
    cluster = run.job["ProcessingResources"]["ClusterConfig"]
    names = host_names(cluster["InstanceCount"])
    hosts = [OptMl(run, names, number) for number in range(len(names))]
    program = program_of(run)
    if not run.enter("Downloading"):
        return
    for opt_ml in hosts:
        opt_ml.lay_out()
    if not run.enter("Processing"):
        return
    with followed(run, hosts), closing(program):
        failed = run.execute([program.command(opt_ml) for opt_ml in hosts])
        _keep_message(run, hosts)
    if failed:
        raise AlgorithmError(f", exit code: {failed.code}")
    if run.enter("Uploading"):
        upload_outputs(run, hosts)


def _keep_message(run: Run, hosts: Sequence[OptMl]) -> None:
    """Keep what the containers have to say at their end, in the order of their names.

    https://docs.aws.amazon.com/sagemaker/latest/dg/byoc-metadata.html
    """
    said = b"".join(h.message.read_bytes() for h in hosts if h.message.is_file())
    try:
        said.decode()
    except UnicodeDecodeError as error:
        raise ClientError(f"/opt/ml/output/message is not encoded in UTF-8: {error}") from error
    message = said[:LONGEST_MESSAGE].decode(errors="ignore")
    if message:
        PROCESSING.change(run.context, run.name, lambda job: job.update(ExitMessage=message))
