"""What is made of a trained model: a SageMaker model, and a version in the registry."""

from trainwright.logic.pipelines.expressions import as_texts
from trainwright.logic.pipelines.planning.code import Code, code_of
from trainwright.logic.pipelines.planning.site import Draft, Site
from trainwright.logic.pipelines.planning.sources import joined, reference
from trainwright.models.message import JsonObject
from trainwright.models.pipelines.definition import DefinedStep
from trainwright.models.pipelines.sections import REPORT, RegistrySection

_CALL_SECONDS = 900
_MAX_GROUP_NAME = 63


def create_model(step: DefinedStep, site: Site) -> Draft:
    """Plan a CreateModel step."""
    section = step.section
    assert isinstance(section, RegistrySection)
    container, repack = _container(step, section, site)
    request = {
        "PrimaryContainer": container,
        "ExecutionRoleArn": site.role,
        "Tags": site.tags(step, section.tags),
    } | site.vpc
    return Draft("CreateModel", request, _CALL_SECONDS, repack=repack)


def register_model(step: DefinedStep, site: Site) -> Draft:
    """Plan a RegisterModel step: the group, the package, and the threshold that it must reach."""
    section = step.section
    assert isinstance(section, RegistrySection)
    container, repack = _container(step, section, site)
    specification = section.InferenceSpecification
    group = section.ModelPackageGroupName or f"{site.definition.name}-{step.model}"
    name = f"{site.account.stack}-{group}"
    if len(name) > _MAX_GROUP_NAME:
        site.report(step, f"its group '{name}' has more than {_MAX_GROUP_NAME} letters")
    package: JsonObject = {
        "ModelPackageGroupName": name,
        "ModelApprovalStatus": specification.approval_status,
        "InferenceSpecification": {
            "Containers": [container],
            "SupportedContentTypes": list(specification.supported_content_types),
            "SupportedResponseMIMETypes": list(specification.supported_response_MIME_types),
            "SupportedRealtimeInferenceInstanceTypes": list(
                specification.SupportedRealtimeInferenceInstanceTypes
            ),
            "SupportedTransformInstanceTypes": list(specification.SupportedTransformInstanceTypes),
        },
        "MetadataProperties": {"GeneratedBy": f"{site.definition.name}/{site.run}"},
    }
    if section.ModelPackageDescription:
        package["ModelPackageDescription"] = section.ModelPackageDescription
    request: JsonObject = {
        "group": {"ModelPackageGroupName": name, "Tags": site.tags(step, section.tags)},
        "package": package,
        "threshold": section.threshold.model_dump() if section.threshold else None,
        "report": "",
    }
    if (metrics := _source_of_kind(step, site, ("Metrics",))) is not None:
        report = joined(metrics.name, ("outputs", REPORT), f"{REPORT}.json")
        content_type = getattr(metrics.section, "content_type", "application/json")
        quality = {"Statistics": {"ContentType": content_type, "S3Uri": report}}
        package["ModelMetrics"] = {"ModelQuality": quality}
        request["report"] = report
    elif section.threshold:
        site.report(step, "has a threshold, but its model has no Metrics step before it")
    return Draft("CreateModelPackage", request, _CALL_SECONDS, repack=repack)


def _container(
    step: DefinedStep, section: RegistrySection, site: Site
) -> tuple[JsonObject, JsonObject | None]:
    """Build the container of the model, and what must be packed for it beforehand."""
    trained = _source_of_kind(step, site, ("Training", "Tuning"))
    assert trained is not None  # reading has seen to it
    data = reference(trained.name, "model_data")
    environment: JsonObject = dict(as_texts(section.env))
    repack = None
    if (code := _serving_code(step, site)) is not None:
        if section.ModelRepack:
            target = site.place(trained.name, "repacked/model.tar.gz")
            repack = {"model_data": data, "code": code.source, "target": target}
            data = target
        environment |= {
            "SAGEMAKER_SUBMIT_DIRECTORY": "/opt/ml/model/code",
            "SAGEMAKER_PROGRAM": code.module,
            "SAGEMAKER_REQUIREMENTS": "requirements.txt",
        }
    container: JsonObject = {
        "Image": section.InferenceSpecification.image_uri,
        "ModelDataUrl": data,
    }
    return container | ({"Environment": environment} if environment else {}), repack


def _serving_code(step: DefinedStep, site: Site) -> Code | None:
    """Give the code that serves: the entry point of the model's transform section."""
    transform = site.definition.models.get(step.model, {}).get("transform") or {}
    entry_point = transform.get("entry_point", "")
    if not entry_point:
        return None
    repacks = isinstance(step.section, RegistrySection) and step.section.ModelRepack
    return code_of(step, entry_point, site) if repacks else Code("", entry_point)


def _source_of_kind(step: DefinedStep, site: Site, kinds: tuple[str, ...]) -> DefinedStep | None:
    """Give the step of one of *kinds* that *step* builds on: before any that expressions read."""
    sources = (site.steps[name] for name in step.data_from)
    return next((source for source in sources if source.kind in kinds), None)
