"""InvokeEndpointAsync: a request queued, answered in S3, and told of through SNS."""

import time
from uuid import uuid4

from trainwright_local.sagemaker.api.errors import ValidationError
from trainwright_local.sagemaker.api.operations import Context, operation
from trainwright_local.sagemaker.endpoints.invoke import found_traffic
from trainwright_local.sagemaker.endpoints.queue import Inferences, inferences
from trainwright_local.sagemaker.storage import S3Uri
from trainwright_local.sagemaker.store import Record

DEFAULT_TTL_SECONDS, DEFAULT_TIMEOUT_SECONDS = 21_600, 900


@operation("InvokeEndpointAsync")
def invoke_endpoint_async(request: Record, context: Context) -> Record:
    """Queue a request; what becomes of it will be at the places returned."""
    name = request["EndpointName"]
    traffic = found_traffic(name, context)
    config = traffic.target.get("AsyncInferenceConfig")
    if config is None:
        raise ValidationError(
            f"Endpoint {name} of account {context.account} is not an asynchronous endpoint. Use "
            "InvokeEndpoint to invoke it."
        )
    _check_input(request)
    output = config["OutputConfig"]
    number = str(uuid4())
    inference = {
        "Id": number,
        "Endpoint": name,
        "InferenceId": request.get("InferenceId", str(uuid4())),
        "Received": time.time(),
        "Request": {k: v for k, v in request.items() if k != "Body"},
        "Expires": request.get("RequestTTLSeconds", DEFAULT_TTL_SECONDS),
        "Timeout": request.get("InvocationTimeoutSeconds", DEFAULT_TIMEOUT_SECONDS),
        "Output": str(_place(output["S3OutputPath"], request, f"{number}.out")),
    }
    if request.get("Body"):
        inference["Body"] = request["Body"].decode("latin-1")
    if "S3FailurePath" in output:
        inference["Failure"] = str(
            S3Uri.parse(output["S3FailurePath"]).below(f"{number}-error.out")
        )
    inferences(context).put(number, inference)
    context.part(Inferences).wake(name, context)
    return {
        "InferenceId": inference["InferenceId"],
        "OutputLocation": inference["Output"],
        "FailureLocation": inference.get("Failure"),
    }


def _place(path: str, request: Record, default: str) -> S3Uri:
    """Return where the answer goes, which a request may say more precisely."""
    parts = [request.get("S3OutputPathExtension", "").strip("/"), request.get("Filename", default)]
    return S3Uri.parse(path).below(*filter(None, parts))


def _check_input(request: Record) -> None:
    body, location = request.get("Body"), request.get("InputLocation")
    if bool(body) == (location is not None):
        raise ValidationError("Exactly one of InputLocation and Body must be specified.")
    if location is not None:
        try:
            S3Uri.parse(location)
        except ValueError as error:
            raise ValidationError(f"InputLocation is invalid: {error}") from error
