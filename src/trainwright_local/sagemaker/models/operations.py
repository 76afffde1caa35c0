"""CreateModel, DescribeModel, ListModels, DeleteModel."""

import time

from trainwright_local.sagemaker.api.errors import ValidationException
from trainwright_local.sagemaker.api.listing import page
from trainwright_local.sagemaker.api.operations import Context, operation
from trainwright_local.sagemaker.api.tags import attach, detach, tags_of
from trainwright_local.sagemaker.events import in_milliseconds, publish
from trainwright_local.sagemaker.models.containers import containers_of, refuse_unapproved
from trainwright_local.sagemaker.models.model_data import check_model_data
from trainwright_local.sagemaker.store import Collection, Record

DETAIL_TYPE = "SageMaker Model State Change"


@operation("CreateModel")
def create_model(request: Record, context: Context) -> Record:
    """Create a model whose containers can be run here and whose data its role can read."""
    name = request["ModelName"]
    arn = context.arn(f"model/{name}")
    for container in containers_of(request, context):
        check_model_data(container, context)
    refuse_unapproved(request, context)
    model = {key: value for key, value in request.items() if key != "Tags"}
    model |= {
        "ModelArn": arn,
        "CreationTime": time.time(),
        "EnableNetworkIsolation": request.get("EnableNetworkIsolation", False),
    }
    if not models(context).add(name, model):
        raise ValidationException(f'Cannot create already existing model "{arn}".')
    attach(context, arn, request.get("Tags", []))
    _publish(model, context)
    return {"ModelArn": arn}


@operation("DescribeModel")
def describe_model(request: Record, context: Context) -> Record:
    """Describe a model."""
    return found_model(request["ModelName"], context)


@operation("ListModels")
def list_models(request: Record, context: Context) -> Record:
    """List models, the newest first."""
    listed, rest = page(request, models(context).list(), name="ModelName", order="Descending")
    members = ("ModelName", "ModelArn", "CreationTime")
    return {"Models": [{key: model[key] for key in members} for model in listed], **rest}


@operation("DeleteModel")
def delete_model(request: Record, context: Context) -> Record:
    """Delete a model; its data and the endpoints that serve it stay."""
    model = found_model(request["ModelName"], context)
    models(context).delete(model["ModelName"])
    _publish(model, context)
    detach(context, model["ModelArn"])
    return {}


def models(context: Context) -> Collection:
    """Return the records of the models of an account and region."""
    return context.store.collection("models")


def found_model(name: str, context: Context) -> Record:
    """Return the record of a model, or refuse as AWS does."""
    model = models(context).get(name)
    if model is None:
        raise ValidationException(f'Could not find model "{context.arn(f"model/{name}")}".')
    return model


def _publish(model: Record, context: Context) -> None:
    arn = model["ModelArn"]
    detail = in_milliseconds(model) | {"Tags": tags_of(context, arn)}
    publish(context, DETAIL_TYPE, detail, arn)
