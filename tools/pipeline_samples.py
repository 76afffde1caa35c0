"""A sample of each event about pipelines, and of those that pipelines hear."""

from trainwright.models.events import EventData
from trainwright.models.message import JsonObject, Problem
from trainwright.models.pipelines import events
from trainwright.models.pipelines.plan import Estimate, PipelineRef

REF = PipelineRef(pipeline="churn-weekly", run="churn-weekly-3f8a1c5e9b07")
_HERE = "eu-west-1:123456789012"
EXECUTION = f"arn:aws:states:{_HERE}:execution:trainwright-pipeline:{REF.run}"
_JOB = f"arn:aws:sagemaker:{_HERE}:training-job/trainwright-{REF.run}-fit-1-9c01d2aa"
PACKAGE = f"arn:aws:sagemaker:{_HERE}:model-package/trainwright-churn-weekly-churn/7"
_RUNS = f"s3://trainwright-databucket-1x2y3z4a5b6c/pipelines/{REF.pipeline}/runs/{REF.run}"
_REPORT = f"{_RUNS}/report.html"
_PROBLEM = Problem(
    field="conf.yaml:12:9 conf.models.churn.train.instance_typ",
    message="'instance_typ' is no key here; did you mean 'instance_type'?",
)

OF_PIPELINES: tuple[EventData, ...] = (
    events.PipelineStarted(
        execution=EXECUTION,
        attempt=1,
        steps=6,
        parameters={"epochs": 3},
        cause="the command line",
        estimate=Estimate(seconds=15600, dollars=1.84),
    ),
    events.PipelineRefused(reason=str(_PROBLEM), problems=(_PROBLEM,)),
    events.PipelineStepStarted(step="fit", kind="Training", resource=_JOB),
    events.PipelineStepEnded(
        step="fit",
        kind="Training",
        status="Succeeded",
        outputs={
            "job": _JOB.rpartition("/")[2],
            "model_data": f"{_RUNS}/fit/model/output/model.tar.gz",
            "metrics": {"validation:accuracy": 0.91},
        },
        seconds=184.2,
    ),
    events.ApprovalRequested(
        step="sign-off",
        message="Accuracy is 0.91. Deploy?",
        timeout_seconds=259200,
        package=PACKAGE,
    ),
    events.PipelineSucceeded(seconds=612.4, steps={"Succeeded": 5, "Cached": 1}, report=_REPORT),
    events.PipelineFailed(
        error="StepFailedError",
        reason="step 'judge': AlgorithmError: , exit code: 1",
        steps={"Succeeded": 4, "Failed": 1, "Stopped": 1},
        report=_REPORT,
    ),
    events.PipelineStopped(
        reason="stopped by hand", steps={"Succeeded": 2, "Stopped": 4}, report=_REPORT
    ),
)

REQUEST: JsonObject = {"pipeline": REF.pipeline, "parameters": {"epochs": 5}, "token": "2026-W47"}

APPROVED: JsonObject = {
    "ModelPackageGroupName": "trainwright-churn-weekly-churn",
    "ModelPackageVersion": 7,
    "ModelPackageArn": PACKAGE,
    "ModelPackageStatus": "Completed",
    "ModelApprovalStatus": "Approved",
    "ApprovalDescription": "better than last week's",
    "MetadataProperties": {"GeneratedBy": f"{REF.pipeline}/{REF.run}"},
    "CreationTime": 1795166080000,
    "LastModifiedTime": 1795166270000,
}

APPROVAL: JsonObject = {
    "run": REF.run,
    "step": "sign-off",
    "approved": True,
    "by": "ada",
    "comment": "better than last week's",
}
