"""The stages of a training job."""

from trainwright_local.sagemaker.jobs.interpreter import interpreter
from trainwright_local.sagemaker.jobs.running import Run
from trainwright_local.sagemaker.store import Record
from trainwright_local.sagemaker.training.artifacts import upload_artifacts
from trainwright_local.sagemaker.training.inputs import fetch_channels, fetch_source
from trainwright_local.sagemaker.training.metrics import MetricWatch
from trainwright_local.sagemaker.training.opt_ml import OptMl
from trainwright_local.sagemaker.training.records import TRAINING
from trainwright_local.sagemaker.training.script import command, failure_of


def train(run: Run) -> None:
    """Do a training job, from its inputs to what it leaves in S3."""
    opt_ml = OptMl(run.folder / "ml")
    opt_ml.lay_out(run.job)
    fetch_source(run.job, run.role, opt_ml)
    image = run.job["AlgorithmSpecification"]["TrainingImage"]
    python = interpreter(run, image, opt_ml.code / "requirements.txt")
    if run.job.get("InputDataConfig") and run.enter("Downloading"):
        fetch_channels(run.job, run.role, opt_ml)
    if not run.enter("Training"):
        return
    failed = run.execute([command(run, opt_ml, python, _metrics(run).observe)])
    if failed:
        raise failure_of(failed, opt_ml)
    run.enter("Uploading")
    upload_artifacts(run.job, run.role, opt_ml)


def _metrics(run: Run) -> MetricWatch:
    def keep(values: list[Record]) -> None:
        TRAINING.change(run.context, run.name, lambda job: job.update(FinalMetricDataList=values))

    definitions = run.job["AlgorithmSpecification"].get("MetricDefinitions", [])
    return MetricWatch(definitions, keep, run.role.cloudwatch, run.name)
