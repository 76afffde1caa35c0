"""Which operation a request asks for, and its members: read from botocore's service models."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import unquote

import botocore.session
from botocore.model import OperationModel, ServiceModel, StructureShape

from trainwright_local.sagemaker.api.errors import UnknownOperationException, ValidationException

TARGET_HEADER = "x-amz-target"


@dataclass(frozen=True)
class HttpRequest:
    """A request as it arrived; the names of *headers* are lower case."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


@cache
def service_model(name: str) -> ServiceModel:
    """Load the model of `sagemaker` (JSON, a target header) or `sagemaker-runtime` (REST)."""
    return botocore.session.get_session().get_service_model(name)


def parse(request: HttpRequest) -> tuple[OperationModel, dict[str, Any]]:
    """Return the operation that *request* asks for and its members, not yet validated."""
    target = request.headers.get(TARGET_HEADER, "")
    if not target:
        return _parse_rest(request)
    name = target.rpartition(".")[2]
    if name not in service_model("sagemaker").operation_names:
        raise UnknownOperationException(f"SageMaker has no operation {name}.")
    return service_model("sagemaker").operation_model(name), _json_object(request.body)


def input_shape(operation: OperationModel) -> StructureShape:
    """Return the members that *operation* takes; every one of these services takes some."""
    shape = operation.input_shape
    assert shape is not None
    return shape


def _json_object(body: bytes) -> dict[str, Any]:
    try:
        members = json.loads(body or b"{}")
    except ValueError as error:
        raise ValidationException(f"The request is not JSON: {error}") from error
    if not isinstance(members, dict):
        raise ValidationException("The request is not a JSON object.")
    return members


def _parse_rest(request: HttpRequest) -> tuple[OperationModel, dict[str, Any]]:
    for operation, pattern in _routes():
        if operation.http["method"] == request.method and (
            found := pattern.fullmatch(request.path)
        ):
            uri = {name: unquote(value) for name, value in found.groupdict().items()}
            return operation, _rest_members(input_shape(operation), uri, request)
    raise UnknownOperationException(f"SageMaker has no {request.method} {request.path}.")


@cache
def _routes() -> list[tuple[OperationModel, re.Pattern[str]]]:
    model = service_model("sagemaker-runtime")
    operations = [model.operation_model(name) for name in model.operation_names]
    return [
        (op, re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", op.http["requestUri"])))
        for op in operations
    ]


def _rest_members(
    shape: StructureShape, uri: Mapping[str, str], request: HttpRequest
) -> dict[str, Any]:
    members: dict[str, Any] = {shape.serialization["payload"]: request.body, **uri}
    for name, header, is_number in _in_headers(shape.name):
        if header in request.headers:
            text = request.headers[header]
            members[name] = int(text) if is_number and text.isdecimal() else text
    return members


@cache
def _in_headers(shape: str) -> list[tuple[str, str, bool]]:
    """Return the members of a structure that come in headers: name, header, whether a number."""
    structure = service_model("sagemaker-runtime").shape_for(shape)
    assert isinstance(structure, StructureShape)
    return [
        (name, member.serialization["name"].lower(), member.type_name in {"integer", "long"})
        for name, member in structure.members.items()
        if member.serialization.get("location") == "header"
    ]
