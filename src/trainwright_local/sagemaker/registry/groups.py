"""Model package groups: create, describe, list, delete."""

import time

from trainwright_local.sagemaker.api.errors import ConflictException, ValidationException
from trainwright_local.sagemaker.api.listing import page
from trainwright_local.sagemaker.api.operations import Context, operation
from trainwright_local.sagemaker.api.tags import attach, detach
from trainwright_local.sagemaker.store import Collection, Record

LAST_VERSION = "_LastVersion"
"""The highest version ever given in a group; a deleted one's number is not given again."""


@operation("CreateModelPackageGroup")
def create_group(request: Record, context: Context) -> Record:
    """Create an empty group."""
    name = request["ModelPackageGroupName"]
    if "ManagedConfiguration" in request:
        raise ValidationException("The local cloud does not emulate ManagedConfiguration.")
    arn = context.arn(f"model-package-group/{name}")
    group = {key: value for key, value in request.items() if key != "Tags"}
    group |= {
        "ModelPackageGroupArn": arn,
        "ModelPackageGroupStatus": "Completed",
        "CreationTime": time.time(),
        "CreatedBy": {},
        LAST_VERSION: 0,
    }
    if not groups(context).add(name, group):
        raise ValidationException(f"Model Package Group already exists: {arn}")
    attach(context, arn, request.get("Tags", []))
    return {"ModelPackageGroupArn": arn}


@operation("DescribeModelPackageGroup")
def describe_group(request: Record, context: Context) -> Record:
    """Describe a group, named or by its ARN."""
    group = found_group(request["ModelPackageGroupName"], context)
    return {key: value for key, value in group.items() if key != LAST_VERSION}


@operation("ListModelPackageGroups")
def list_groups(request: Record, context: Context) -> Record:
    """List groups, the oldest first."""
    name = "ModelPackageGroupName"
    listed, rest = page(request, groups(context).list(), name=name)
    hidden = (LAST_VERSION, "CreatedBy")
    summaries = [{k: v for k, v in group.items() if k not in hidden} for group in listed]
    return {"ModelPackageGroupSummaryList": summaries, **rest}


@operation("DeleteModelPackageGroup")
def delete_group(request: Record, context: Context) -> Record:
    """Delete a group that has no package left."""
    group = found_group(request["ModelPackageGroupName"], context)
    name, arn = group["ModelPackageGroupName"], group["ModelPackageGroupArn"]
    packages = context.store.collection("model-packages").list()
    if any(package.get("ModelPackageGroupName") == name for package in packages):
        raise ConflictException(f"Model Package Group {arn} has model packages: delete them first.")
    groups(context).delete(name)
    detach(context, arn)
    return {}


def groups(context: Context) -> Collection:
    """Return the records of the groups of an account and region."""
    return context.store.collection("model-package-groups")


def found_group(name_or_arn: str, context: Context) -> Record:
    """Return the record of a group, or refuse as AWS does."""
    name = name_or_arn.rpartition("/")[2]
    group = groups(context).get(name)
    if group is None:
        arn = context.arn(f"model-package-group/{name}")
        raise ValidationException(f"ModelPackageGroup {arn} does not exist.")
    return group
