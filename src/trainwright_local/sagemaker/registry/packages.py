"""Model packages: versions of a group, or on their own; each change of one is an event."""

import time
from collections.abc import Callable

from trainwright_local.sagemaker.api.errors import ConflictException, ValidationException
from trainwright_local.sagemaker.api.listing import page
from trainwright_local.sagemaker.api.operations import Context, operation
from trainwright_local.sagemaker.api.tags import attach, detach, tags_of
from trainwright_local.sagemaker.events import in_milliseconds, publish
from trainwright_local.sagemaker.registry.groups import LAST_VERSION, found_group, groups
from trainwright_local.sagemaker.store import Collection, Record

DETAIL_TYPE = "SageMaker Model Package State Change"
TOKEN = "_ClientToken"  # noqa: S105 - the name of a member
REPLACED = (
    "ModelApprovalStatus",
    "ModelPackageRegistrationType",
    "ApprovalDescription",
    "InferenceSpecification",
    "SourceUri",
    "ModelCard",
    "ModelLifeCycle",
)
"""What UpdateModelPackage puts in the place of what was there."""

CHANGED = (*REPLACED, "CustomerMetadataProperties", "AdditionalInferenceSpecifications")
"""What the event of an update names when it has changed."""

IN_BATCHES = (
    "ModelPackageGroupName",
    "ModelPackageVersion",
    "ModelPackageArn",
    "ModelPackageDescription",
    "CreationTime",
    "InferenceSpecification",
    "ModelPackageStatus",
    "ModelApprovalStatus",
    "ModelPackageRegistrationType",
)

SUMMARY = (
    "ModelPackageGroupName",
    "ModelPackageVersion",
    "ModelPackageArn",
    "ModelPackageDescription",
    "CreationTime",
    "ModelPackageStatus",
    "ModelApprovalStatus",
    "ModelLifeCycle",
    "ModelPackageRegistrationType",
)


@operation("CreateModelPackage")
def create_package(request: Record, context: Context) -> Record:
    """Register a package: the next version of a group, or one of a name of its own."""
    _refuse_what_is_not_emulated(request)
    earlier = _of_token(request.get("ClientToken"), context)
    if earlier is not None:
        return {"ModelPackageArn": earlier["ModelPackageArn"]}
    naming = _naming(request, context)
    arn = naming["ModelPackageArn"]
    now = time.time()
    package = {
        "CertifyForMarketplace": False,
        **{key: value for key, value in request.items() if key not in ("Tags", "ClientToken")},
        **naming,
        "ModelPackageStatus": "Completed",
        "ModelPackageStatusDetails": {"ValidationStatuses": [], "ImageScanStatuses": []},
        "CreationTime": now,
        "LastModifiedTime": now,
        "CreatedBy": {},
        TOKEN: request.get("ClientToken"),
    }
    if not packages(context).add(arn, package):
        raise ConflictException(f"Model Package already exists: {arn}")
    attach(context, arn, request.get("Tags", []))
    _publish(package, context)
    return {"ModelPackageArn": arn}


@operation("DescribeModelPackage")
def describe_package(request: Record, context: Context) -> Record:
    """Describe a package, by its ARN or, on its own, by its name."""
    return _described(found_package(request["ModelPackageName"], context))


@operation("ListModelPackages")
def list_packages(request: Record, context: Context) -> Record:
    """List packages: on their own unless a group or a type is asked for."""
    kept = filter(_filter(request, context), packages(context).list())
    listed, rest = page(request, kept, name="ModelPackageName")
    return {"ModelPackageSummaryList": [_summary(package) for package in listed], **rest}


@operation("UpdateModelPackage")
def update_package(request: Record, context: Context) -> Record:
    """Change what may change: the approval above all."""
    updated: list[str] = []

    def change(package: Record) -> None:
        updated[:] = [key for key in CHANGED if _differs(request, package, key)]
        package |= {key: request[key] for key in REPLACED if key in request}
        properties = package.get("CustomerMetadataProperties", {})
        properties |= request.get("CustomerMetadataProperties", {})
        for key in request.get("CustomerMetadataPropertiesToRemove", []):
            properties.pop(key, None)
        added = request.get("AdditionalInferenceSpecificationsToAdd", [])
        specifications = package.get("AdditionalInferenceSpecifications", []) + added
        package |= {
            "CustomerMetadataProperties": properties,
            "AdditionalInferenceSpecifications": specifications,
            "LastModifiedTime": time.time(),
        }

    arn = found_package(request["ModelPackageArn"], context)["ModelPackageArn"]
    package = packages(context).update(arn, change)
    if package is not None:
        _publish(package, context, UpdatedModelPackageFields=updated)
    return {"ModelPackageArn": arn}


@operation("BatchDescribeModelPackage")
def batch_describe_packages(request: Record, context: Context) -> Record:
    """Describe several packages of groups in short; of those there are not, say that."""
    summaries: Record = {}
    errors: Record = {}
    for arn in request["ModelPackageArnList"]:
        package = packages(context).get(arn)
        if package is None:
            response = f"ModelPackage {arn} does not exist."
            errors[arn] = {"ErrorCode": "ValidationException", "ErrorResponse": response}
        else:
            summaries[arn] = {key: package[key] for key in IN_BATCHES if key in package}
    return {"ModelPackageSummaries": summaries, "BatchDescribeModelPackageErrorMap": errors}


@operation("DeleteModelPackage")
def delete_package(request: Record, context: Context) -> Record:
    """Delete a package; the number of its version is not given again."""
    arn = found_package(request["ModelPackageName"], context)["ModelPackageArn"]
    packages(context).delete(arn)
    detach(context, arn)
    return {}


def packages(context: Context) -> Collection:
    """Return the records of the packages of an account and region, by ARN."""
    return context.store.collection("model-packages")


def found_package(name_or_arn: str, context: Context) -> Record:
    """Return the record of a package, or refuse as AWS does."""
    arn = name_or_arn
    if not arn.startswith("arn:"):
        arn = context.arn(f"model-package/{name_or_arn}")
    package = packages(context).get(arn)
    if package is None:
        raise ValidationException(f"ModelPackage {arn} does not exist.")
    return package


def _refuse_what_is_not_emulated(request: Record) -> None:
    if "ModelPackageName" in request and "ModelPackageGroupName" in request:
        raise ValidationException(
            "Both ModelPackageName and ModelPackageGroupName cannot be specified."
        )
    for member in ("ValidationSpecification", "SourceAlgorithmSpecification"):
        if member in request:
            raise ValidationException(f"The local cloud does not emulate {member}.")
    if "ModelApprovalStatus" in request and "ModelPackageGroupName" not in request:
        raise ValidationException(
            "ModelApprovalStatus can be specified for versioned model packages only."
        )
    if "InferenceSpecification" not in request and "SourceUri" not in request:
        raise ValidationException("InferenceSpecification must be specified.")


def _naming(request: Record, context: Context) -> Record:
    """Return the names of a new package; of a group, with the next version of it."""
    if "ModelPackageGroupName" not in request:
        if "ModelPackageName" not in request:
            raise ValidationException("ModelPackageName or ModelPackageGroupName is required.")
        arn = context.arn(f"model-package/{request['ModelPackageName']}")
        return {"ModelPackageArn": arn}

    def count(group: Record) -> None:
        group[LAST_VERSION] += 1

    name = found_group(request["ModelPackageGroupName"], context)["ModelPackageGroupName"]
    group = groups(context).update(name, count)
    version = group[LAST_VERSION] if group else 1
    return {
        "ModelPackageGroupName": name,
        "ModelPackageName": name,
        "ModelPackageVersion": version,
        "ModelPackageArn": context.arn(f"model-package/{name}/{version}"),
        "ModelApprovalStatus": request.get("ModelApprovalStatus", "PendingManualApproval"),
    }


def _of_token(token: str | None, context: Context) -> Record | None:
    """Return what an earlier sending of the same request made."""
    if token is None:
        return None
    return next((p for p in packages(context).list() if p.get(TOKEN) == token), None)


def _filter(request: Record, context: Context) -> Callable[[Record], bool]:
    group = request.get("ModelPackageGroupName")
    if group is not None:
        group = found_group(group, context)["ModelPackageGroupName"]
    kind = request.get("ModelPackageType", "Versioned" if group else "Unversioned")
    approval = request.get("ModelApprovalStatus")

    def keep(package: Record) -> bool:
        versioned = "Versioned" if "ModelPackageVersion" in package else "Unversioned"
        return (
            kind in ("Both", versioned)
            and group in (None, package.get("ModelPackageGroupName"))
            and approval in (None, package.get("ModelApprovalStatus"))
        )

    return keep


def _summary(package: Record) -> Record:
    """Return what a list says of a package: its name only when it has one of its own."""
    members = SUMMARY if "ModelPackageVersion" in package else ("ModelPackageName", *SUMMARY)
    return {key: package[key] for key in members if key in package}


def _described(package: Record) -> Record:
    return {key: value for key, value in package.items() if key != TOKEN}


def _differs(request: Record, package: Record, key: str) -> bool:
    if key == "CustomerMetadataProperties":
        return bool(request.keys() & {key, "CustomerMetadataPropertiesToRemove"})
    if key == "AdditionalInferenceSpecifications":
        return "AdditionalInferenceSpecificationsToAdd" in request
    return key in request and request[key] != package.get(key)


def _publish(package: Record, context: Context, **more: list[str]) -> None:
    arn = package["ModelPackageArn"]
    detail = in_milliseconds(_described(package)) | {"Tags": tags_of(context, arn)} | more
    publish(context, DETAIL_TYPE, detail, arn)
