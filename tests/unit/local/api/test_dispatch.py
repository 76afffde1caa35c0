"""From bytes to an operation and back."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.unit.local.training.builders import ACCOUNT, REGION, Cloud
from trainwright_local.sagemaker.api import operations
from trainwright_local.sagemaker.api.dispatch import HttpResponse
from trainwright_local.sagemaker.api.errors import ModelError
from trainwright_local.sagemaker.api.schema import HttpRequest


@pytest.fixture
def cloud(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cloud]:
    cloud = Cloud(tmp_path)
    monkeypatch.setattr(operations, "OPERATIONS", operations.OPERATIONS)
    before = dict(operations.OPERATIONS)
    yield cloud
    operations.OPERATIONS.clear()
    operations.OPERATIONS.update(before)


def invoke(cloud: Cloud, path: str = "/endpoints/churn/invocations") -> HttpResponse:
    headers = {"content-type": "text/csv", "x-amzn-sagemaker-target-variant": "blue"}
    request = HttpRequest("POST", path, headers, b"1,2")
    return cloud.service.respond(request, ACCOUNT, REGION)


def test_an_operation_that_aws_does_not_have_is_unknown(cloud: Cloud) -> None:
    assert cloud.call("TrainFaster")["__type"] == "UnknownOperationException"


def test_an_operation_that_is_not_emulated_says_so(cloud: Cloud) -> None:
    assert cloud.call("CreateLabelingJob") == {
        "__type": "UnknownOperationException",
        "message": "The local cloud does not emulate CreateLabelingJob yet.",
    }


@pytest.mark.parametrize("body", [b"{", b"[]", b"\xff"])
def test_a_body_that_is_no_object_is_refused(cloud: Cloud, body: bytes) -> None:
    target = {"x-amz-target": "SageMaker.ListTags"}

    answer = cloud.service.respond(HttpRequest("POST", "/", target, body), ACCOUNT, REGION)

    assert answer.status == 400
    assert json.loads(answer.body)["__type"] == "ValidationException"


def test_a_rest_request_brings_its_path_headers_and_body(cloud: Cloud) -> None:
    seen: list[dict[str, Any]] = []

    def answer(request: dict[str, Any], _context: operations.Context) -> dict[str, Any]:
        seen.append(request)
        return {"Body": b"3", "ContentType": "text/csv", "InvokedProductionVariant": "blue"}

    operations.OPERATIONS["InvokeEndpoint"] = answer

    response = invoke(cloud)

    assert seen == [
        {
            "EndpointName": "churn",
            "ContentType": "text/csv",
            "TargetVariant": "blue",
            "Body": b"1,2",
        }
    ]
    assert (response.status, response.body) == (200, b"3")
    assert response.headers["Content-Type"] == "text/csv"
    assert response.headers["x-Amzn-Invoked-Production-Variant"] == "blue"


def test_a_rest_request_that_breaks_a_rule_gets_the_error_of_its_own_service(cloud: Cloud) -> None:
    operations.OPERATIONS["InvokeEndpoint"] = lambda _request, _context: {}

    response = invoke(cloud, "/endpoints/no_good/invocations")

    assert response.headers["x-amzn-errortype"] == "ValidationError"


def test_an_error_carries_the_members_of_its_shape(cloud: Cloud) -> None:
    def fail(_request: dict[str, Any], _context: operations.Context) -> dict[str, Any]:
        raise ModelError("it said no", OriginalStatusCode=500, OriginalMessage="no")

    operations.OPERATIONS["InvokeEndpoint"] = fail

    response = invoke(cloud)

    assert response.status == 424
    assert json.loads(response.body) == {
        "__type": "ModelError",
        "Message": "it said no",
        "OriginalStatusCode": 500,
        "OriginalMessage": "no",
    }


def test_a_fault_of_ours_is_answered_and_logged(
    cloud: Cloud, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_request: dict[str, Any], _context: operations.Context) -> dict[str, Any]:
        raise KeyError("secret")

    operations.OPERATIONS["InvokeEndpoint"] = fail

    response = invoke(cloud)

    assert response.status == 500
    assert b"secret" not in response.body
    assert "KeyError: 'secret'" in caplog.text
