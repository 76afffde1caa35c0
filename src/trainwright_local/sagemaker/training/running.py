"""The stages of a training job."""

from trainwright_local.sagemaker.jobs.instances import host_names
from trainwright_local.sagemaker.jobs.interpreter import interpreter
from trainwright_local.sagemaker.jobs.running import Run
from trainwright_local.sagemaker.store import Record
from trainwright_local.sagemaker.training.artifacts import upload_artifacts
from trainwright_local.sagemaker.training.inputs import fetch_channels, fetch_source
from trainwright_local.sagemaker.training.metrics import MetricWatch, Watch, nobody
from trainwright_local.sagemaker.training.opt_ml import OptMl
from trainwright_local.sagemaker.training.records import TRAINING
from trainwright_local.sagemaker.training.script import command, failure_of


def train(run: Run, watch: Watch = nobody) -> None:
    """Do a training job, from its inputs to what it leaves in S3; *watch* is told its metrics."""
    names = host_names(run.job["ResourceConfig"].get("InstanceCount", 1))
    hosts = [OptMl(run.folder / name, name, names) for name in names]
    for opt_ml in hosts:
        opt_ml.lay_out(run.job)
    fetch_source(run, hosts)
    image = run.job["AlgorithmSpecification"]["TrainingImage"]
    python = interpreter(run, image, hosts[0].code / "requirements.txt")
    if run.job.get("InputDataConfig") and run.enter("Downloading"):
        for opt_ml in hosts:
            fetch_channels(run, opt_ml)
    if not run.enter("Training"):
        return
    observe = _metrics(run, watch).observe
    failed = run.execute([command(run, opt_ml, python, observe) for opt_ml in hosts])
    if failed:
        raise failure_of(failed, hosts[names.index(failed.host)])
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
