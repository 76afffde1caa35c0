"""Steps that are no jobs of SageMaker's: questions, deployments, approvals, other pipelines."""

from trainwright.logic.pipelines.planning.site import Draft, Site
from trainwright.logic.pipelines.planning.sources import reference
from trainwright.models.pipelines.definition import DefinedStep
from trainwright.models.pipelines.sections import RegistrySection
from trainwright.models.pipelines.steps import ApproveStep, ConditionStep, DeployStep, RunStep

_QUESTION_SECONDS = 60
_DEPLOYMENT_SECONDS = 4 * 3600
_WAITS = "PendingManualApproval"


def question(step: DefinedStep, _site: Site) -> Draft:
    """Plan a Condition step."""
    asked = step.step
    assert isinstance(asked, ConditionStep)
    if asked.gate is None:
        return Draft("", {"condition": asked.condition}, _QUESTION_SECONDS)
    request = {"gate": asked.gate.model_dump(), "metrics": reference(asked.step, "metrics")}
    return Draft("", request, _QUESTION_SECONDS)


def deployment(step: DefinedStep, site: Site) -> Draft:
    """Plan a Deploy step: what the `deploy` machine gets, but for the names of this attempt."""
    asked = step.step
    assert isinstance(asked, DeployStep)
    request = {
        "model": asked.endpoint,
        "container": reference(asked.model_step, "container"),
        "role": site.role,
        "vpc": site.vpc,
        "kms_key": site.kms("KmsKeyId").get("KmsKeyId", ""),
        "instance_type": asked.instance_type,
        "instance_count": asked.instance_count,
        "smoke_tests": [test.model_dump(mode="json") for test in asked.smoke_tests],
        "tags": site.tags(step, asked.tags),
    }
    return Draft("", request, _DEPLOYMENT_SECONDS)


def approval(step: DefinedStep, site: Site) -> Draft:
    """Plan an Approve step, of a model that waits for its approval if it names one."""
    asked = step.step
    assert isinstance(asked, ApproveStep)
    request = {"message": asked.message, "package": ""}
    if asked.package:
        request["package"] = reference(asked.package, "package")
        _check_that_it_waits(step, site.steps[asked.package], site)
    return Draft("", request, int(asked.timeout_hours * 3600))


def _check_that_it_waits(step: DefinedStep, registered: DefinedStep, site: Site) -> None:
    section = registered.section
    assert isinstance(section, RegistrySection)
    status = section.InferenceSpecification.approval_status
    if status != _WAITS:
        message = f"'{registered.name}' registers its model as {status}; only {_WAITS} can be asked"
        site.report(step, message)


def pipeline(step: DefinedStep, site: Site) -> Draft:
    """Plan a Run step; one that runs its own pipeline must be able to end."""
    asked = step.step
    assert isinstance(asked, RunStep)
    if asked.pipeline == site.definition.name and not _may_be_skipped(step, site):
        site.report(step, "runs its own pipeline without end; let a Condition decide about it")
    request = {"pipeline": asked.pipeline, "parameters": dict(asked.parameters)}
    return Draft("", request, int(asked.timeout_hours * 3600))


def _may_be_skipped(step: DefinedStep, site: Site) -> bool:
    """Whether the step, or one that it comes after, is in a branch."""
    seen: set[str] = set()
    todo = [step.name]
    while todo:
        name = todo.pop()
        if site.steps[name].branches:
            return True
        todo += set(site.steps[name].needs) - seen
        seen.update(site.steps[name].needs)
    return False
