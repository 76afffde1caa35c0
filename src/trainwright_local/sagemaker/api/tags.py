"""Tags of every kind of resource, kept by ARN: a resource has a record here while it exists."""

from typing import Any

from trainwright_local.sagemaker.api.errors import ResourceLimitExceeded, ValidationException
from trainwright_local.sagemaker.api.operations import Context, operation
from trainwright_local.sagemaker.store import Collection, Record

MOST_TAGS = 50


def attach(context: Context, arn: str, tags: list[dict[str, str]]) -> None:
    """Begin the tags of a resource that is being created, with those of its request."""
    _collection(context).put(arn, _mapping(tags))


def detach(context: Context, arn: str) -> None:
    """Forget the tags of a resource that is deleted."""
    _collection(context).delete(arn)


def tags_of(context: Context, arn: str) -> dict[str, str]:
    """Return the tags of a resource as a mapping, which is how events carry them."""
    return _collection(context).get(arn) or {}


def take(context: Context, arn: str, key: str) -> str | None:
    """Remove a tag of a resource and return its value; None if there is no such tag."""
    taken: list[str] = []

    def change(tags: Record) -> None:
        if key in tags:
            taken.append(tags.pop(key))

    _collection(context).update(arn, change)
    return taken[0] if taken else None


@operation("AddTags")
def add_tags(request: dict[str, Any], context: Context) -> dict[str, Any]:
    """Add tags to a resource, over those of the same key."""

    def change(tags: Record) -> None:
        tags.update(_mapping(request["Tags"]))
        if len(tags) > MOST_TAGS:
            raise ResourceLimitExceeded(f"A resource has at most {MOST_TAGS} tags.")

    tags = _found(_collection(context).update(request["ResourceArn"], change), request)
    return {"Tags": _pairs(tags)}


@operation("DeleteTags")
def delete_tags(request: dict[str, Any], context: Context) -> dict[str, Any]:
    """Remove tags from a resource; one that is not there is no error."""

    def change(tags: Record) -> None:
        for key in request["TagKeys"]:
            tags.pop(key, None)

    _found(_collection(context).update(request["ResourceArn"], change), request)
    return {}


@operation("ListTags")
def list_tags(request: dict[str, Any], context: Context) -> dict[str, Any]:
    """List the tags of a resource: at most 50, so always one page."""
    return {"Tags": _pairs(_found(_collection(context).get(request["ResourceArn"]), request))}


def _collection(context: Context) -> Collection:
    return context.store.collection("tags")


def _found(tags: Record | None, request: dict[str, Any]) -> Record:
    if tags is None:
        raise ValidationException(f"Resource {request['ResourceArn']} does not exist")
    return tags


def _mapping(tags: list[dict[str, str]]) -> dict[str, str]:
    mapping = {tag["Key"]: tag["Value"] for tag in tags}
    if len(mapping) < len(tags):
        raise ValidationException("Duplicate tag keys found. A key may appear once only.")
    return mapping


def _pairs(tags: Record) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in tags.items()]
