"""What a step does once its request is filled in: a row for each kind of action."""

import json
from collections.abc import Callable
from typing import Any

from trainwright.errors import GateNotMetError
from trainwright.logic.naming import endpoint_name
from trainwright.logic.pipelines.running.asking import ask, subject_of
from trainwright.logic.pipelines.running.filled import Filled, Work
from trainwright.logic.pipelines.running.names import (
    deployment_execution,
    deployment_run,
    execution_input,
    pipeline_run,
    work_name,
)
from trainwright.logic.pipelines.running.ports import Running
from trainwright.logic.pipelines.running.reports import complaint_about, read_report
from trainwright.logic.pipelines.running.waits import settle_resource, wait, wait_for_execution
from trainwright.models.gate import Gate
from trainwright.models.message import JsonObject
from trainwright.models.pipelines.plan import Action
from trainwright.models.plan import DeployPlan, RunRef


def resource_of(step: Filled, ports: Running) -> str:
    """Name what the step will wait for, if that is known before it begins.

    It is the ARN of a job, or what a person decides on.
    """
    if step.record.plan.action == "approval":
        return subject_of(step)
    if step.record.plan.action != "job":
        return ""
    name = work_name(ports.account.stack, step.target.ref, step.record)
    return ports.account.arn(_JOB_KINDS[step.record.plan.operation], name)


def job(step: Filled, ports: Running) -> Work:
    """Start a job whose end answers the token."""
    for channel in step.asked.gathered:
        _write_manifest(channel, ports)
    plan = step.record.plan
    name = work_name(ports.account.stack, step.target.ref, step.record)
    resource = resource_of(step, ports)
    wait(resource, step, ports)
    request = on_ladder(step.request, plan.instance_types, step.record.tries.get("capacity", 0))
    if not ports.jobs.create(plan.operation, name, request):
        settle_resource(resource, ports)
    return Work(resource=resource)


def call(step: Filled, ports: Running) -> Work:
    """Make a model, or register one."""
    if (repack := step.asked.repack) is not None:
        ports.store.repack(repack["model_data"], repack["code"], repack["target"])
    if step.record.plan.operation == "CreateModel":
        name = work_name(ports.account.stack, step.target.ref, step.record)
        arn = ports.jobs.create_model(name, step.request)
        container = step.request["PrimaryContainer"]
        return Work(arn, {"model": name, "arn": arn, "container": container})
    return _register(step, ports)


def deploy(step: Filled, ports: Running) -> Work:
    """Start the `deploy` machine; the end of its execution answers the token."""
    asked, stack = step.request, ports.account.stack
    identity = deployment_run(step.target.ref, step.record)
    run = RunRef(id=identity, model=asked["model"], algorithm="")
    name = work_name(stack, step.target.ref, step.record)
    key = {"KmsKeyId": asked["kms_key"]} if asked["kms_key"] else {}
    variant = {
        "VariantName": "AllTraffic",
        "ModelName": name,
        "InstanceType": asked["instance_type"],
        "InitialInstanceCount": asked["instance_count"],
    }
    model = {
        "ModelName": name,
        "PrimaryContainer": asked["container"],
        "ExecutionRoleArn": asked["role"],
        "Tags": asked["tags"],
    }
    config = {"EndpointConfigName": name, "ProductionVariants": [variant], "Tags": asked["tags"]}
    plan = DeployPlan.model_validate(
        {
            "run": run,
            "endpoint": endpoint_name(stack, asked["model"]),
            "model": model | asked["vpc"],
            "endpoint_config": config | key,
            "tags": asked["tags"],
            "smoke_tests": [_planned_test(test) for test in asked["smoke_tests"]],
        }
    )
    execution = deployment_execution(run.id)
    resource = ports.launcher.start_deployment(execution, plan.model_dump(mode="json"))
    return wait_for_execution(resource, step, ports)


def pipeline(step: Filled, ports: Running) -> Work:
    """Start another pipeline; the end of its execution answers the token."""
    asked = step.request
    tries = str(sum(step.record.tries.values()))
    identity = (step.target.ref.run, step.target.step, str(step.target.attempt), tries)
    ref = pipeline_run(asked["pipeline"], *identity)
    cause = f"step '{step.target.step}' of run '{step.target.ref.run}'"
    request = execution_input(ref, asked["parameters"], cause)
    resource, _ = ports.launcher.start_pipeline(ref.run, request)
    return wait_for_execution(resource, step, ports)


def question(step: Filled, _ports: Running) -> Work:
    """Answer a condition."""
    return Work(output=answer_to(step.request))


def answer_to(asked: JsonObject) -> JsonObject:
    """Answer a condition: by its own value, or by a metric held against a gate."""
    if "gate" not in asked:
        return {"answer": asked["condition"] is True, "reason": ""}
    reason = complaint_about(Gate.model_validate(asked["gate"]), asked["metrics"])
    return {"answer": not reason, "reason": reason}


def on_ladder(request: JsonObject, types: tuple[str, ...], failures: int) -> JsonObject:
    """Name the instance type to try after so many failures for want of capacity."""
    if len(types) < 2:  # noqa: PLR2004 - no ladder
        return request
    first, now = types[0], types[failures % len(types)]
    text = json.dumps(request)
    changed: JsonObject = json.loads(
        text.replace(f'"InstanceType": "{first}"', f'"InstanceType": "{now}"')
    )
    return changed


def _register(step: Filled, ports: Running) -> Work:
    asked = step.request
    package, report = dict(asked["package"]), {}
    if asked["report"]:
        report = read_report(asked["report"], ports.store)
    if asked["threshold"]:
        gate = Gate.model_validate(asked["threshold"])
        if reason := complaint_about(gate, report):
            raise GateNotMetError(f"step '{step.target.step}' registers nothing: {reason}")
    arn = ports.jobs.register(asked["group"], package)
    return Work(arn, {"package": arn, "group": package["ModelPackageGroupName"]})


def _planned_test(test: JsonObject) -> JsonObject:
    return {key: test[key] for key in ("name", "content_type", "accept", "expect", "body")}


def _write_manifest(channel: JsonObject, ports: Running) -> None:
    """Write the objects of all locations as one manifest, which names each by its whole key."""
    objects = [found.uri for uri in channel["locations"] for found in ports.store.listing(uri)]
    bucket = "/".join(objects[0].split("/")[:3]) + "/" if objects else "s3:///"
    manifest: list[Any] = [{"prefix": bucket}, *(uri.removeprefix(bucket) for uri in objects)]
    ports.store.write(channel["manifest"], json.dumps(manifest).encode(), "application/json")


_JOB_KINDS = {
    "CreateProcessingJob": "processing-job",
    "CreateTrainingJob": "training-job",
    "CreateTransformJob": "transform-job",
    "CreateHyperParameterTuningJob": "hyper-parameter-tuning-job",
}

WORK: dict[Action, Callable[[Filled, Running], Work]] = {
    "job": job,
    "call": call,
    "deploy": deploy,
    "pipeline": pipeline,
    "approval": ask,
    "question": question,
}
