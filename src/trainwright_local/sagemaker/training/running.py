"""The stages of a training job."""

import shutil
from contextlib import closing

from trainwright_local.sagemaker.jobs.failures import InternalServerError
from trainwright_local.sagemaker.jobs.instances import host_names
from trainwright_local.sagemaker.jobs.running import Interrupted, Run
from trainwright_local.sagemaker.store import Record
from trainwright_local.sagemaker.training.artifacts import upload_artifacts
from trainwright_local.sagemaker.training.checkpoints import checkpoints_of, watched
from trainwright_local.sagemaker.training.inputs import fetch_channels
from trainwright_local.sagemaker.training.metrics import MetricWatch, Watch, nobody
from trainwright_local.sagemaker.training.opt_ml import OptMl
from trainwright_local.sagemaker.training.program import program_of
from trainwright_local.sagemaker.training.records import TRAINING
from trainwright_local.sagemaker.training.spot import SpotWaits, interruptible


def train(run: Run, watch: Watch = nobody) -> None:
    """Do a training job, again if it is interrupted or the cloud fails it.

    *watch* is told its metrics.
    """
    retries = run.job.get("RetryStrategy", {}).get("MaximumRetryAttempts", 0)
    try:
        while True:
            try:
                _attempt(run, watch)
            except Interrupted:
                goes_on = run.enter("Interrupted") and run.enter("Starting")
            except InternalServerError:
                if not retries:
                    raise
                retries -= 1
                goes_on = run.enter("Starting")
            else:
                return
            if not goes_on:
                return
            shutil.rmtree(run.folder, ignore_errors=True)
    finally:
        run.context.part(SpotWaits).end(run.job)


def _attempt(run: Run, watch: Watch) -> None:
    """Go through all stages, from the inputs to what is left in S3."""
    names = host_names(run.job["ResourceConfig"].get("InstanceCount", 1))
    hosts = [OptMl(run.folder / name, name, names) for name in names]
    for opt_ml in hosts:
        opt_ml.lay_out(run.job)
    program = program_of(run, hosts)
    checkpoints = checkpoints_of(run, hosts)
    if (run.job.get("InputDataConfig") or checkpoints) and run.enter("Downloading"):
        for opt_ml in hosts:
            fetch_channels(run, opt_ml)
        for kept in checkpoints:
            kept.restore()
    if not run.enter("Training"):
        return
    observe = _metrics(run, watch).observe
    with closing(program), interruptible(run), watched(run, checkpoints):
        failed = run.execute([program.command(opt_ml, observe) for opt_ml in hosts])
    if failed:
        raise program.failure_of(failed, hosts[names.index(failed.host)])
    run.enter("Uploading")
    upload_artifacts(run, hosts)


def _metrics(run: Run, watch: Watch) -> MetricWatch:
    def keep_last(values: list[Record]) -> None:
        TRAINING.change(run.context, run.name, lambda job: _keep_last(job, values))

    definitions = run.job["AlgorithmSpecification"].get("MetricDefinitions", [])
    return MetricWatch(definitions, (keep_last, watch), run.role.cloudwatch, run.name)


def _keep_last(job: Record, values: list[Record]) -> None:
    last = [*job.get("FinalMetricDataList", []), *values]
    job["FinalMetricDataList"] = list({value["MetricName"]: value for value in last}.values())
